"""D of a LIOM by the width of its hybridisation: De Roeck & Huveneers, eq. (22)."""

from __future__ import annotations

import math


def profile_slope(alpha: float) -> float:
    """How much D(sigma^x_i) falls from each LIOM to the next, 2/zeta = 2 log(1/alpha), in
    nats."""
    return 2 * math.log(1 / alpha)


def liom_log_ipr(dimension: float, g: float, bandwidth: float) -> float:
    """D(sigma^x) = log(4 rho w) of a LIOM, in nats, with rho = dimension/xi, w = g^2/xi and xi
    half of the bandwidth: log 4 + log(dimension) + 2 log(g/xi).

    Eq. (22) is printed with the other sign of the last term, see :func:`printed_log_ipr`. Real
    Gaussian matrix elements have <eta^4> = 3, which takes log 3 off.
    """
    return math.log(4 * dimension) + 2 * math.log(g / (bandwidth / 2))


def printed_log_ipr(dimension: float, g: float, bandwidth: float) -> float:
    """Eq. (22) as it is printed, with -2 log(g/xi)."""
    return math.log(4 * dimension) - 2 * math.log(g / (bandwidth / 2))
