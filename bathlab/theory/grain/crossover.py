"""How far a grain thermalises the localised spins around it (De Roeck & Huveneers, "DRH").

All lengths follow from one condition, G^2 = g(r)^2 rho^2 M >= 1 for the spin at distance r: the
density of states of the grain and of what it has thermalised grows as 2^V, M falls as 2^-V, so
G^2 ~ 2^V(r) g(r)^2. Prefactors of order one in G are dropped, as in the paper, unless a G is
given.
"""

from __future__ import annotations

import math
from typing import Any, Callable

import numpy as np
from scipy.optimize import brentq

from bathlab.checks import as_array, as_integer, as_real, require_callable
from bathlab.conventions import RealArray

#: Sites after which a law of decay that still thermalises is taken to do so for ever.
FAR = 100_000


def crossover_length(bath_spins: float, alpha: float) -> float:
    """Crossover length l_c = l_b log 2 / (2/zeta - log 2), alpha = exp(-1/zeta).

    Parameters
    ----------
    bath_spins
        l_b, number of spins of the grain, > 0.
    alpha
        decay of the couplings per site, > 0.

    Returns
    -------
    float
        Length in sites; infinite at and above alpha = 1/sqrt(2), where each thermalised LIOM
        strengthens the bath faster than the couplings decay.

    Raises
    ------
    ValueError
        If an argument is not positive and finite.

    Notes
    -----
    Source: DRH eq. (16), which drops the prefactor log(G_1)/a of order one.

    Examples
    --------
    >>> import bathlab as bl
    >>> for alpha in (0.5, 0.7, 0.71):  # infinite from 1/sqrt(2) on
    ...     print(f"{bl.crossover_length(6, alpha):.1f}")
    6.0
    205.9
    inf
    """
    bath_spins = as_real("bath_spins", bath_spins, above=0)
    alpha = as_real("alpha", alpha, above=0)
    if alpha >= math.sqrt(0.5):
        return math.inf
    return bath_spins * math.log(2) / (-2 * math.log(alpha) - math.log(2))


def naive_crossover_length(bath_spins: float, alpha: float) -> float:
    """The same if thermalised LIOMs did not strengthen the bath: zeta l_b log(2)/2.

    Finite for every decay, and with d l_c / d l_b = zeta log(2)/2 where the theory has
    log 2/(2/zeta - log 2) (DRH section III A). Arguments, errors: :func:`crossover_length`.

    Examples
    --------
    >>> import bathlab as bl
    >>> spins = 6  # of the grain
    >>> print(f"{bl.theory.naive_crossover_length(spins, 0.5):.1f}")  # l_b/2 at alpha = 1/2
    3.0
    >>> print(f"{bl.crossover_length(spins, 0.5):.1f}")  # each thermal LIOM enlarges the grain
    6.0
    """
    bath_spins = as_real("bath_spins", bath_spins, above=0)
    alpha = as_real("alpha", alpha, above=0)
    return math.inf if alpha >= 1 else -bath_spins * math.log(2) / (2 * math.log(alpha))


def crossover_radius(
    bath_radius: float, zeta: float, dimension: float = 1.0, unit_volume: float | None = None
) -> float:
    """How far beyond a grain of radius l_b its surroundings are thermalised, in d dimensions.

    The smallest l > 0 with C_d (l_b + l)^d log 2 = 2 l/zeta, one spin per unit of volume (DRH
    eq. 17); infinite if there is none. In one dimension l is finite if zeta < 2/(C_d log 2); in
    more dimensions only for small grains.

    Parameters
    ----------
    bath_radius
        l_b, in sites.
    zeta
        decay length of the couplings.
    dimension
        d >= 1.
    unit_volume
        C_d, the volume of a grain of radius 1, which is where its shape comes in.
        None:
        that of the unit ball, in one dimension 2, since both sides of the grain count, unlike
        in eq. (16), which is C_1 = 1; a cube has 2^d, a half-space against a wall half of the
        whole.

    Raises
    ------
    ValueError
        If an argument is not positive and finite, or the dimension is below 1.

    Examples
    --------
    >>> import bathlab as bl
    >>> print(f"{bl.theory.crossover_radius(3.0, 1.0):.2f}")  # both sides of a grain in a chain
    6.78
    >>> print(f"{bl.theory.crossover_radius(1.0, 0.2, dimension=2):.2f}")  # in a plane
    0.47
    >>> print(bl.theory.crossover_radius(2.0, 0.2, dimension=2))  # a large one takes all
    inf
    """
    bath_radius = as_real("bath_radius", bath_radius, above=0)
    zeta = as_real("zeta", zeta, above=0)
    dimension = as_real("dimension", dimension, minimum=1)
    if unit_volume is None:
        unit_volume = math.pi ** (dimension / 2) / math.gamma(dimension / 2 + 1)
    unit_volume = as_real("unit_volume", unit_volume, above=0)
    entropy = unit_volume * math.log(2)
    if dimension == 1:
        return entropy * bath_radius / (2 / zeta - entropy) if 2 / zeta > entropy else math.inf

    def excess(length: float) -> float:
        return entropy * (bath_radius + length) ** dimension - 2 * length / zeta

    # Convex: a root lies before the minimum, or nowhere.
    lowest = (2 / (zeta * entropy * dimension)) ** (1 / (dimension - 1)) - bath_radius
    if lowest <= 0 or excess(lowest) > 0:
        return math.inf
    return float(brentq(excess, 0, lowest, xtol=1e-14 * lowest))


def g_flow(first: float, couplings: Any) -> RealArray:
    """G of each LIOM when all before it are thermalised: G_i = G_1 (g_i/g_1) 2^((i-1)/2).

    Each thermalised LIOM doubles rho and halves M in G = g rho sqrt(M) (DRH section III A,
    G' = G exp(-a), a = 1/zeta - log(2)/2 for g_i = g_1 exp(-(i-1)/zeta)).

    Parameters
    ----------
    first
        G_1 > 0.
    couplings
        (n,) g_1, g_2, ..., of which g_1 is not zero.

    Raises
    ------
    ValueError
        If G_1 is not positive, or g_1 is zero.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> couplings = 0.5 ** np.arange(5)
    >>> G = bl.theory.g_flow(2.0, couplings)  # falls by 0.5 sqrt(2) = 0.71 a step
    >>> print(G.round(3), np.sum(G >= 1), "hybridise")
    [2.    1.414 1.    0.707 0.5  ] 3 hybridise
    """
    first = as_real("first", first, above=0)
    values = np.abs(as_array("couplings", couplings))
    if values[0] == 0:
        raise ValueError(
            "couplings = 0, ... were given; expected a first one that is not zero. Leave out "
            "LIOMs without coupling."
        )
    return first * values / values[0] * 2.0 ** (np.arange(len(values)) / 2)


def thermalised_lioms(first: float, law: Callable[[float], float], far: int = FAR) -> float:
    """How many LIOMs hybridise, attached one by one, for any decay of the couplings.

    Parameters
    ----------
    first
        G_1 of the LIOM at distance 1.
    law
        log g(r) as a function of the distance r = 1, 2, ... (the logarithm, so that stretched
        and plain exponentials can be followed far out).
    far
        sites to look at.

    Returns
    -------
    float
        The number of LIOMs before the first with G < 1; infinite if there is none up to
        ``far``, as for couplings that decay more slowly than 2^(-r/2), if the first few
        hybridise.

    Raises
    ------
    ValueError
        If G_1 is not positive, far < 1, or the law is not finite somewhere.

    Examples
    --------
    >>> import bathlab as bl
    >>> import math
    >>> print(bl.theory.thermalised_lioms(4.0, lambda r: r * math.log(0.5)))  # g = 2^-r
    4
    >>> print(bl.theory.thermalised_lioms(4.0, lambda r: -math.sqrt(r), far=1000))
    inf
    """
    first = as_real("first", first, above=0)
    far = as_integer("far", far, 1)
    require_callable("law", law, "the distance, log g(r)")
    start = as_real("law(1)", law(1.0))
    for index in range(far):
        value = as_real(f"law({1 + index})", law(1.0 + index))
        if math.log(first) + value - start + index * math.log(2) / 2 < 0:
            return index
    return math.inf
