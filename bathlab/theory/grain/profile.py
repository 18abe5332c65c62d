"""D of a LIOM by the width of its hybridisation: De Roeck & Huveneers, eq. (22)."""

from __future__ import annotations

import math

from bathlab.checks import as_real


def profile_slope(alpha: float) -> float:
    """How much D(sigma^x_i) falls from each LIOM to the next, 2/zeta = 2 log(1/alpha), in
    nats.

    Raises
    ------
    ValueError
        If alpha is not positive and finite.
    """
    alpha = as_real("alpha", alpha, above=0)
    return 2 * math.log(1 / alpha)


def liom_log_ipr(dimension: float, g: float, bandwidth: float) -> float:
    """D(sigma^x) = log(4 rho w) of a LIOM, in nats, with rho = dimension/xi, w = g^2/xi and xi
    half of the bandwidth: log 4 + log(dimension) + 2 log(g/xi).

    Eq. (22) is printed with the other sign of the last term, see :func:`printed_log_ipr`. Real
    Gaussian matrix elements have <eta^4> = 3, which takes log 3 off.

    Raises
    ------
    ValueError
        If a number is not positive and finite.
    """
    dimension, ratio = _dimension_and_ratio(dimension, g, bandwidth)
    return math.log(4 * dimension) + 2 * math.log(ratio)


def printed_log_ipr(dimension: float, g: float, bandwidth: float) -> float:
    """Eq. (22) as it is printed, with -2 log(g/xi). Raises ValueError as
    :func:`liom_log_ipr`."""
    dimension, ratio = _dimension_and_ratio(dimension, g, bandwidth)
    return math.log(4 * dimension) - 2 * math.log(ratio)


def _dimension_and_ratio(dimension: float, g: float, bandwidth: float) -> tuple[float, float]:
    """The dimension, and g/xi."""
    dimension = as_real("dimension", dimension, above=0)
    g, bandwidth = as_real("g", g, above=0), as_real("bandwidth", bandwidth, above=0)
    return dimension, g / (bandwidth / 2)
