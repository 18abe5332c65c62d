"""D of a LIOM by the width of its hybridisation: De Roeck & Huveneers, eq. (22).

Their density of states, 2^V/xi, keeps the band of the grain, and their IPR, rho/int v^2, leaves
out the 3 of real Gaussian elements, <eta^4> = 3. Both are put right in :func:`core_log_ipr` and
:func:`decay_log_ipr`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_real


def profile_slope(alpha: float) -> float:
    """How much D(sigma^x_i) falls from each LIOM to the next, 2/zeta = 2 log(1/alpha), in
    nats.

    Raises
    ------
    ValueError
        If alpha is not positive and finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> print(f"{bl.theory.profile_slope(0.5):.4f}")  # 2 log 2
    1.3863
    >>> D = [bl.theory.liom_log_ipr(2**12, 0.4 * 0.5**k, bandwidth=4.0) for k in range(2)]
    >>> print(f"{D[0] - D[1]:.4f}")
    1.3863
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

    Examples
    --------
    >>> import bathlab as bl
    >>> for g in (0.4, 0.2):  # half the coupling takes off 2 log 2 = 1.386
    ...     print(f"{bl.theory.liom_log_ipr(2**10, g, bandwidth=4.0):.3f}")
    5.099
    3.713
    """
    dimension, ratio = _dimension_and_ratio(dimension, g, bandwidth)
    return math.log(4 * dimension) + 2 * math.log(ratio)


def printed_log_ipr(dimension: float, g: float, bandwidth: float) -> float:
    """Eq. (22) as it is printed, with -2 log(g/xi). Raises ValueError as
    :func:`liom_log_ipr`.

    Examples
    --------
    >>> import bathlab as bl
    >>> # They differ by 4 log(xi/g).
    >>> for law in (bl.theory.printed_log_ipr, bl.theory.liom_log_ipr):
    ...     print(f"{law(2**10, 0.2, bandwidth=4.0):.3f}")
    12.923
    3.713
    """
    dimension, ratio = _dimension_and_ratio(dimension, g, bandwidth)
    return math.log(4 * dimension) - 2 * math.log(ratio)


def whole_variance(bandwidth: float, fields: Any, couplings: Any) -> float:
    """tr H^2/dimension of a semicircular grain with LIOMs, R^2/4 + sum_i (h_i^2 + g_i^2).

    Parameters
    ----------
    bandwidth
        full width 2R of the grain's band.
    fields, couplings
        (n,) h_i, or the root of their mean square, and g_i; n may be 0.

    Raises
    ------
    ValueError
        If a number is not finite, the bandwidth not positive, or the shapes differ.

    Examples
    --------
    >>> import bathlab as bl
    >>> variance = bl.theory.whole_variance(4.0, fields=[1.0, 1.0], couplings=[0.3, 0.1])
    >>> print(f"{variance:.2f}")  # 1 of the grain, 1.09 and 1.01 of the LIOMs
    3.10
    """
    radius = as_real("bandwidth", bandwidth, above=0) / 2
    fields = as_array("fields", fields, least=0)
    couplings = as_array("couplings", couplings, least=0)
    if fields.shape != couplings.shape:
        raise ValueError(
            f"fields of shape {fields.shape} and couplings of shape {couplings.shape} were "
            "given; expected as many of both. Give one of each for each LIOM."
        )
    return radius**2 / 4 + float(np.sum(fields**2) + np.sum(couplings**2))


def core_log_ipr(dimension: float, variance: float, bandwidth: float) -> float:
    """D of an operator in the grain, log(rho/(3 int v^2)), in nats.

    rho = dimension/sqrt(2 pi variance) is the density at E = 0 of a Gaussian band, and v the
    semicircle of the grain alone, seen from its centre: int v^2 = 16/(3 pi^2 R).

    Raises
    ------
    ValueError
        If a number is not positive and finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> alone = bl.theory.whole_variance(4.0, [], [])  # a grain of 8 spins
    >>> larger = bl.theory.whole_variance(4.0, [0.5], [0.2])  # and a LIOM
    >>> first = bl.theory.core_log_ipr(2**8, alone, 4.0)
    >>> second = bl.theory.core_log_ipr(2**9, larger, 4.0)
    >>> print(f"{first:.3f}, {second - first:.3f}")  # less than log 2, as the band grows too
    4.836, 0.566
    """
    dimension = as_real("dimension", dimension, above=0)
    variance = as_real("variance", variance, above=0)
    radius = as_real("bandwidth", bandwidth, above=0) / 2
    density = dimension / math.sqrt(2 * math.pi * variance)
    return math.log(density * math.pi**2 * radius / 16)


def decay_log_ipr(density: float, rate: float) -> float:
    """D of sigma^x, sigma^y or sigma^z of a LIOM, log(2 pi rho Gamma/3), in nats.

    If <tau^z(t) tau^z> decays as exp(-Gamma t), v of tau^z is a Lorentzian of half-width Gamma
    at 0, that of tau^x and tau^y two of half-width Gamma/2 at +-2h: of all three int v^2 =
    1/(2 pi Gamma), and IPR = rho/(3 int v^2). By the golden rule Gamma = 4w, w the half-width
    of the hybridisation function, so IPR = 8 pi rho w/3 where section IV has 4 rho w.

    Parameters
    ----------
    density
        rho of the whole system, levels per unit energy.
    rate
        Gamma.

    Raises
    ------
    ValueError
        If a number is not positive and finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> w, density = 0.05, 500.0  # half-width of the hybridisation function, levels per energy
    >>> print(f"{bl.theory.decay_log_ipr(density, 4 * w):.3f}")  # log(8 pi rho w/3)
    5.344
    """
    density, rate = as_real("density", density, above=0), as_real("rate", rate, above=0)
    return math.log(2 * math.pi * density * rate / 3)


def _dimension_and_ratio(dimension: float, g: float, bandwidth: float) -> tuple[float, float]:
    """The dimension, and g/xi."""
    dimension = as_real("dimension", dimension, above=0)
    g, bandwidth = as_real("g", g, above=0), as_real("bandwidth", bandwidth, above=0)
    return dimension, g / (bandwidth / 2)
