"""The mean-field avalanche at points near and far from its transition."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_integer, as_real, require_kind, settle
from bathlab.conventions import Row
from bathlab.theory import avalanche

#: Chains of 10 to 10^9 sites, eight lengths a decade.
LENGTHS = np.floor(np.geomspace(10, 1e9, 65) + 0.5)
LOG2 = math.log(2)


@dataclass(frozen=True)
class Transition:
    """A line across the transition: one K and one rule for what is already thermal.

    Parameters
    ----------
    K
        sets the bare localisation length, 1/zeta_1 = log(K/eps).
    treated
        zeta_c/zeta_t, below 1: 0 halted decay, -1/2 the rule of increase.
    departures
        (eps - eps_c)/eps_c of each point, not 0.

    Raises
    ------
    ValueError
        If one is out of its range.

    Examples
    --------
    >>> import bathlab as bl
    >>> line = bl.experiments.Transition(K=1.0, treated=0.0, departures=(-0.1, 0.1))
    >>> rows = bl.experiments.transition_rows(line, seed=1, realisation=0)
    >>> print([row["thermal"] for row in rows])
    [False, True]
    """

    K: float
    treated: float
    departures: tuple[float, ...]

    def __post_init__(self) -> None:
        settle(self, K=as_real("K", self.K, above=0))
        settle(self, treated=as_real("treated", self.treated, below=1))
        values = as_array("departures", self.departures, above=-1)
        object.__setattr__(self, "departures", tuple(values.tolist()))

    @property
    def zeta_treated(self) -> float:
        """zeta_t, infinite under halted decay."""
        return 1 / (LOG2 * self.treated) if self.treated else math.inf


def transition_rows(transition: Transition, seed: int, realisation: int) -> list[Row]:
    """The flow at each point: a row with what it says of lengths, times and chains.

    Nothing is random: seed and realisation change nothing. ``excess`` holds y_k = (1/zeta_k -
    s)/s of all orders and ``log_p`` the logarithm of P(thermal) at ``LENGTHS``; numbers that
    one of the phases lacks are infinite, or NaN.

    Examples
    --------
    >>> import bathlab as bl
    >>> line = bl.experiments.Transition(K=1.0, treated=0.0, departures=(-0.1, -0.001))
    >>> for row in bl.experiments.transition_rows(line, seed=1, realisation=0):
    ...     print(f"zeta_1 = {row['zeta_1']:.3f}, zeta = {row['zeta']:.3f}")  # to 1/log 2
    zeta_1 = 0.572, zeta = 0.992
    zeta_1 = 0.609, zeta = 1.413
    """
    require_kind("transition", transition, Transition, "Make one with bathlab.experiments.")
    as_integer("seed", seed, 0)
    as_integer("realisation", realisation, 0)
    return [_row(transition, departure) for departure in transition.departures]


def _row(transition: Transition, departure: float) -> Row:
    K, treated = transition.K, transition.zeta_treated
    course = avalanche.near_critical_flow(departure, K, treated)
    found, (place, least) = avalanche.scales(course), avalanche.least_probability(course)
    bare = math.log(K / course.epsilon)
    longest = course.collar[:-1] if course.verdict == "thermal" else course.collar
    row: dict[str, Any] = {
        "departure": departure,
        "epsilon": course.epsilon,
        "thermal": course.verdict == "thermal",
        "k_star": float(course.k_star),
        "zeta_1": 1 / bare if bare > 0 else math.inf,
        "zeta": course.zeta_infinity,
        "excess_infinity": course.excess_infinity,
        "remaining": course.remaining,
        "digits": int(course.digits),
        "collar_ratio": course.collar_ratio,
        "last_collar": float(longest[-1]) if len(longest) else 0.0,
        "thermal_density": course.thermal_density,
        "L_minus": found.L_minus,
        "L_critical": found.L_critical,
        "log_L_plus": found.log_L_plus,
        "xi": found.xi,
        "end_to_end": found.end_to_end,
        # t_+ itself is no double near the transition.
        "log_log_time": math.log(2 * bare) + found.log_L_plus if bare > 0 else -math.inf,
        "least_length": place,
        "least_p": least,
    }
    curves = {"excess": course.excess, "log_p": avalanche.probability_of(course, LENGTHS, True)}
    return row | curves
