"""Exponents of the mean-field transition, from the flow linearised at the critical point.

At eps_c y_k -> u sqrt(k) eps_c^(k/2) with u^2 = (1 - c)/(1 - sqrt(eps_c)), where 1 - c = eta -
1/(s zeta_t), and a small relative departure from it grows by (2 - sqrt(eps_c))/sqrt(eps_c) an
order, and by the powers of k that the square root brings. The flow leaves the critical one
where the departure is of order one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.checks import as_integer, as_real
from bathlab.conventions import RealArray
from bathlab.theory.avalanche.criticality import critical_epsilon, near_critical_flow
from bathlab.theory.avalanche.directed import LOG2
from bathlab.theory.avalanche.points import as_K, as_rules
from bathlab.theory.shapes import plain, together

#: Points of a fit beyond those of the smallest window make no difference.
MOST_POINTS = 10_000


@dataclass(frozen=True)
class Exponents:
    """Exact powers of the distance D = |eps - eps_c| and of its logarithm; numbers or arrays.

    Attributes
    ----------
    epsilon_c
        the critical point.
    nu_minus, nu_plus
        zeta_c - zeta ~ D^nu_minus |ln D|^log_minus below eps_c, L_+ = eps^-k* ~
        D^-nu_plus |ln D|^log_plus above; nu_plus = 2 nu_minus.
    log_minus, log_plus
        powers of the logarithm.
    excess
        (1/zeta_k - eta s) / (s sqrt(k) eps_c^(k/2)) at eps_c as k grows.
    collar
        l_k / (sqrt(k) eps_c^(-k/2)) at eps_c as k grows.
    sizes
        density eps_c^k of thermal regions of length l = k + 2 l_k and more, times l^2/log
        l, as k grows, and P(thermal) L/log L of chains of L = l sites there.
    """

    epsilon_c: Any
    nu_minus: Any
    nu_plus: Any
    log_minus: Any
    log_plus: Any
    excess: Any
    collar: Any
    sizes: Any


def exponents(K: Any, zeta_treated: Any = math.inf, strengthening: Any = 1.0) -> Exponents:
    """The exponents in closed form: nu_minus = 1/(1 + 2 log(2 - sqrt eps_c)/log(1/eps_c)).

    They depend on K, zeta_t and eta through eps_c alone. As eps_c < 3^(-1/3) for every K,
    nu_minus stays above 0.541 and nu_plus above 1.083: the 1/2 and 1 of the continuum
    approximation (23), (24) are not reached as K grows. K -> 0 gives 1 and 2.

    Parameters
    ----------
    K, zeta_treated, strengthening
        see :func:`~bathlab.theory.avalanche.flow`.

    Raises
    ------
    ValueError
        If an argument is out of its range, or K is so small that eps_c is no normal double.

    Examples
    --------
    >>> import bathlab as bl
    >>> found = bl.avalanche.exponents(1.0)
    >>> print(f"{found.nu_minus:.4f}, {found.nu_plus:.4f}")
    0.6486, 1.2973
    >>> print(f"{bl.avalanche.exponents(1e6).nu_plus:.4f}")  # stays above 1.083
    1.1583
    """
    K, treated, eta = together({"K": as_K(K)} | as_rules(zeta_treated, strengthening))
    epsilon = np.asarray(critical_epsilon(K, treated, eta))
    if np.any(epsilon < np.finfo(float).tiny):
        raise ValueError(
            f"K = {np.min(K)} was given; expected one above {4 * np.finfo(float).tiny:.1e}, "
            "whose eps_c has all its digits. Choose a larger K."
        )
    root, log = np.sqrt(epsilon), np.log(1 / epsilon)
    nu = 1 / (1 + 2 * np.log(2 - root) / log)
    excess = np.sqrt((eta - 1 / (LOG2 * treated)) / (1 - root))
    values = [epsilon, nu, 2 * nu, 0.5 - nu / (2 - root), 2 * nu / (2 - root), excess]
    values += [0.5 / excess, 2 / excess**2 / log]
    return Exponents(*(plain(each) for each in values))


@dataclass(frozen=True)
class FittedExponents:
    """Slopes of straight lines in a window of distances, beside what they should be.

    Attributes
    ----------
    window
        smallest and largest (eps - eps_c)/eps_c of the fit, as absolute values.
    nu_minus, nu_plus
        fitted slopes of log(zeta_c - zeta) and of -log L_+ against log D.
    exact
        :class:`Exponents`.
    bias_minus, bias_plus
        slope less exact exponent.
    logarithm_minus, logarithm_plus
        bias that the power of |ln D| alone makes in this window.
    """

    window: tuple[float, float]
    nu_minus: float
    nu_plus: float
    exact: Exponents
    logarithm_minus: float
    logarithm_plus: float

    @property
    def bias_minus(self) -> float:
        return self.nu_minus - float(self.exact.nu_minus)

    @property
    def bias_plus(self) -> float:
        return self.nu_plus - float(self.exact.nu_plus)


def fit_exponents(
    K: float,
    lower: float = 1e-6,
    upper: float = 1e-2,
    points: int = 60,
    zeta_treated: float = math.inf,
    strengthening: float = 1.0,
) -> FittedExponents:
    """What a straight line in a window near eps_c makes of the exponents.

    Parameters
    ----------
    K, zeta_treated, strengthening
        see :func:`~bathlab.theory.avalanche.flow`.
    lower, upper
        ends of the window of |eps - eps_c|/eps_c, from above 0 to below 1.
    points
        how many distances, equally spaced in the logarithm.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    k* is a whole number, so that L_+ rises in steps of 1/eps_c: the slope above eps_c scatters
    by up to 1/(k*(lower) - k*(upper))^2 relatively, on top of its bias.

    Examples
    --------
    >>> import bathlab as bl
    >>> fit = bl.avalanche.fit_exponents(1.0, lower=1e-6, upper=1e-2, points=4)
    >>> print(f"{fit.nu_minus:.3f} for {fit.exact.nu_minus:.3f}")
    0.636 for 0.649
    >>> print(f"{fit.bias_minus:.3f}, of which {fit.logarithm_minus:.3f} by the logarithm")
    -0.013, of which -0.008 by the logarithm
    """
    K, lower = as_real("K", K, above=0), as_real("lower", lower, above=0)
    upper = as_real("upper", upper, above=lower, below=1)
    points = as_integer("points", points, 3, MOST_POINTS)
    treated = as_real("zeta_treated", zeta_treated, infinite=True)
    eta = as_real("strengthening", strengthening)
    exact = exponents(K, treated, eta)
    distance = np.geomspace(lower, upper, points)
    below, above = (near_critical_flow(sign * distance, K, treated, eta) for sign in (-1, 1))
    x = np.log(distance * exact.epsilon_c)
    y = below.excess_infinity
    length = above.k_star * np.log(1 / above.epsilon)
    logs = np.log(np.abs(x))
    return FittedExponents(
        (lower, upper),
        _slope(x, np.log(y / (eta + y))),
        -_slope(x, length),
        exact,
        exact.log_minus * _slope(x, logs),
        -exact.log_plus * _slope(x, logs),
    )


def _slope(x: RealArray, y: RealArray) -> float:
    return float(np.polyfit(x, y, 1)[0])
