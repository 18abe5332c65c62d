"""Matrix elements of the farthest spin of a quantum sun, in the middle of its spectrum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.analysis.levels import mean_gap_ratio
from bathlab.analysis.participation import log_ipr
from bathlab.checks import as_array, as_integer, refusal, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.model.coupled import CoupledSystem
from bathlab.model.quantum_sun import QuantumSun
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.spectrum.measure import spectral_measure
from bathlab.spectrum.targets import INFINITE

#: Operators of the farthest spin, by the names of their columns.
AXES = ("z", "x")
#: Suns of up to so many spins have draws of their own, the same for every alpha.
MOST_SPINS = 64
#: Levels that are next to each other: at most so many places apart.
NEXT = 2


@dataclass(frozen=True)
class FadingSun:
    """A quantum sun, and how many of its states are looked at.

    Attributes
    ----------
    sun
        with at least one spin around the grain; the last one's operators are taken.
    states
        eigenstates nearest to the mean level, at least 4.
    solved
        up to this dimension all states are had, and D of each of those states.

    Examples
    --------
    >>> import bathlab as bl
    >>> sun = bl.QuantumSun(grain_spins=2, lioms=3, alpha=0.9)
    >>> [row] = bl.experiments.fading_rows(bl.experiments.FadingSun(sun, states=8), 1, 0)
    >>> print(row["n"], f"{row['z_participation']:.2f}")  # D of the farthest spin, in nats
    32 0.94
    """

    sun: QuantumSun
    states: int
    solved: int = 2048

    def __post_init__(self) -> None:
        require_far_spin(self.sun)
        settle(
            self,
            states=as_integer("states", self.states, 4, 2**self.sun.spins),
            solved=as_integer("solved", self.solved, 0),
        )


def require_far_spin(sun: QuantumSun) -> None:
    """Refuse what is no quantum sun, and one without a spin around its grain."""
    require_kind("sun", sun, QuantumSun, "Make one with bathlab.QuantumSun.")
    if not sun.lioms:
        raise refusal("lioms", "0", "at least 1, the farthest spin", "Add spins.")


def drawn_sun(sun: QuantumSun, seed: int, realisation: int) -> CoupledSystem:
    """Sun number ``realisation`` of this size: the same disorder for every alpha, and another
    for every size."""
    number = as_integer("realisation", realisation, 0) * MOST_SPINS + sun.spins
    return sun.sample(seed, number)


def fading_rows(fading: FadingSun, seed: int, realisation: int) -> list[Row]:
    """Fluctuations of <a|O|b> among neighbouring eigenstates, one row a realisation.

    Returns
    -------
    list of dict
        Columns, for O = sigma^z ("z_") and sigma^x ("x_") of the farthest spin: diagonal, the
        variance of <a|O|a> about a straight line in energy, over the states; next, the mean of
        |<a|O|b>|^2 over pairs at most two levels apart, next_log the mean of its logarithm and
        next_fourth that of |<a|O|b>|^4; participation, mean D(O) in nats, nan beyond
        ``solved``. Besides alpha, spins, n, gap_ratio, and density, levels per energy, of the
        states; residual, the largest.

    Examples
    --------
    >>> import bathlab as bl
    >>> for alpha in (0.6, 1.0):
    ...     spec = bl.experiments.FadingSun(bl.QuantumSun(2, 3, alpha), states=8)
    ...     [row] = bl.experiments.fading_rows(spec, seed=1, realisation=0)
    ...     print(f"{row['z_diagonal']:.3f}, {row['z_next']:.3f}")  # fluctuations of sigma^z
    0.823, 0.068
    0.635, 0.021
    """
    require_kind("fading", fading, FadingSun, "Make one with bathlab.experiments.")
    system = drawn_sun(fading.sun, seed, realisation)
    n = system.dimension
    all_known = n <= fading.solved
    solved = diagonalise(system) if all_known else system
    states = sorted(
        eigenstates_near(solved, INFINITE, fading.states), key=lambda state: state.energy
    )
    energies = np.array([state.energy for state in states])
    vectors = np.column_stack([state.vector for state in states])
    row: Row = {
        "alpha": fading.sun.alpha,
        "spins": fading.sun.spins,
        "n": n,
        "gap_ratio": mean_gap_ratio(energies),
        "density": (len(energies) - 1) / float(np.ptp(energies)),
        "residual": float(max(state.residual for state in states)),
    }
    for axis in AXES:
        operator = system.site_operator(-1, axis)
        elements = vectors.conj().T @ (operator @ vectors)
        found = fluctuations(energies, np.real(elements))
        if all_known:
            depths = [log_ipr(spectral_measure(solved, operator, state)) for state in states]
            found["participation"] = float(np.mean(depths))
        else:
            found["participation"] = float("nan")
        row = {**row, **{f"{axis}_{name}": value for name, value in found.items()}}
    return [row]


def fluctuations(energies: RealArray, elements: RealArray) -> dict[str, float]:
    """What a row says of (m, m) elements between neighbouring levels, m >= 4."""
    energies = as_array("energies", energies, least=4)
    elements = as_array("elements", elements, shape=(len(energies),) * 2)
    diagonal = np.diagonal(elements)
    centred = energies - energies.mean()
    trend = np.polyval(np.polyfit(centred, diagonal, 1), centred)
    squares = np.concatenate([np.diagonal(elements, k) ** 2 for k in range(1, NEXT + 1)])
    # An element that is 0 to rounding is not told from smaller ones.
    floored = np.maximum(squares, np.finfo(float).tiny)
    return {
        "diagonal": float(np.sum((diagonal - trend) ** 2) / (len(diagonal) - 2)),
        "next": float(np.mean(squares)),
        "next_log": float(np.mean(np.log(floored))),
        "next_fourth": float(np.mean(squares**2)),
    }
