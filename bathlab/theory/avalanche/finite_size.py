"""Chains of finite length: how probably they are thermal, and how entangled on average."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_flag, require_kind
from bathlab.conventions import RealArray
from bathlab.theory.avalanche.verdicts import Flow, flow
from bathlab.theory.shapes import plain, together

#: 1 - (1 - x)^L is L x to the last digit of a double if L x is smaller.
TINY = 1e-17
HINT = "Make it with flow or near_critical_flow."


def thermal_probability(
    epsilon: Any,
    K: Any,
    length: Any,
    zeta_treated: Any = math.inf,
    logarithm: bool = False,
    strengthening: Any = 1.0,
) -> Any:
    """Probability that a chain of L sites is thermal: p = 1 - (1 - eps^k)^L.

    k is the order of the smallest bare spot that thermalises it: the first with k + 2 l_k >= L,
    or with 1/zeta_k <= eta s. Limits are eps^(L/L_-) below eps_c and 1 - exp(-L/L_+) above.

    Parameters
    ----------
    epsilon, K, zeta_treated, strengthening
        see :func:`~bathlab.theory.avalanche.flow`.
    length
        L >= 1 in sites; broadcasts with the others.
    logarithm
        whether to return log p, which does not underflow.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If an argument is out of its range, or the shapes do not fit.

    Notes
    -----
    Source: Thiery et al., "Finite-size scaling".

    Examples
    --------
    >>> import bathlab as bl
    >>> lengths = [10, 100, 1000]
    >>> for epsilon in (0.1, 0.3):  # localised, thermal
    ...     p = bl.avalanche.thermal_probability(epsilon, 1.0, lengths)
    ...     print([f"{each:.1e}" for each in p])
    ['1.0e-06', '1.0e-62', '0.0e+00']
    ['6.1e-01', '1.0e+00', '1.0e+00']
    """
    length = _as_length(length)
    return probability_of(flow(epsilon, K, zeta_treated, strengthening), length, logarithm)


def probability_of(course: Flow, length: Any, logarithm: bool = False) -> Any:
    """:func:`thermal_probability` of chains at the points of a flow, as those of
    :func:`near_critical_flow`; ``length`` broadcasts with the points.

    Examples
    --------
    >>> import bathlab as bl
    >>> course = bl.avalanche.near_critical_flow([-0.1, 0.1], K=1.0)
    >>> print(bl.avalanche.probability_of(course, 100).round(4))
    [0.     0.6216]
    """
    require_kind("course", course, Flow, HINT)
    sites, logarithm = _as_length(length), as_flag("logarithm", logarithm)
    eps, order, sites = _spanning(course, sites)
    single = order * np.log(eps)
    with np.errstate(divide="ignore", under="ignore"):
        none = sites * np.log1p(-np.exp(single))
        if not logarithm:
            return plain(-np.expm1(none))
        few = np.log(sites) + single
        many = np.where(none < -1, np.log1p(-np.exp(none)), np.log(-np.expm1(none)))
        return plain(np.where(few < math.log(TINY), few, many))


def least_probability(course: Flow) -> tuple[Any, Any]:
    """Where P(thermal) is least as chains grow above eps_c, and how small: (L, p).

    p falls as long as larger chains need larger spots, and rises once those of order k* do; the
    place is the first whole number of sites at which the order that is needed changes. Below
    eps_c p falls for ever: (inf, 0).

    Raises
    ------
    ValueError
        If ``course`` is no :class:`Flow`.

    Examples
    --------
    >>> import bathlab as bl
    >>> course = bl.avalanche.near_critical_flow(0.05, K=1.0)
    >>> length, p = bl.avalanche.least_probability(course)
    >>> print(f"{length:.0f} sites, {p:.4f}")
    7 sites, 0.0574
    """
    require_kind("course", course, Flow, HINT)
    size = np.where(course.excess > 0, course.size, 0.0)
    start = np.zeros((*size.shape[:-1], 1))
    sites = 1 + np.floor(np.concatenate([start, np.where(np.isnan(size), 0, size)], axis=-1))
    eps = np.expand_dims(course.epsilon, -1)
    with np.errstate(under="ignore"):
        power = eps ** np.arange(1, sites.shape[-1] + 1)
        values = -np.expm1(sites * np.log1p(-power))
    # The last place that counts is behind the spots of order k* - 1.
    beyond = np.arange(sites.shape[-1]) >= np.expand_dims(course.k_star, -1)
    place = np.expand_dims(np.argmin(np.where(beyond, math.inf, values), axis=-1), -1)
    localised = np.isinf(course.k_star)
    return tuple(
        plain(np.where(localised, limit, np.take_along_axis(each, place, axis=-1)[..., 0]))
        for each, limit in ((sites, math.inf), (values, 0.0))
    )


def mean_entropy(course: Flow, length: Any) -> Any:
    """Sum of eps^k (k + 2 l_k)^2 over the thermal regions that fit into L sites.

    Up to a factor of order one it is the half-chain entanglement entropy of localised chains,
    averaged over samples: a region across the cut, of size n and there with probability n
    eps^k, has an entropy ~ n. At eps_c it is log^2 L, times (1 - sqrt eps_c) 2/log^2 (1/eps_c)
    under halted decay with eta = 1; the paper writes log L.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the shapes do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> course = bl.avalanche.near_critical_flow(-1e-12, K=1.0)
    >>> print(bl.avalanche.mean_entropy(course, [1e2, 1e4, 1e6]).round(2))  # ~ log^2 L
    [ 8.13 29.57 64.91]
    """
    require_kind("course", course, Flow, HINT)
    sites = np.expand_dims(_as_length(length), -1)
    weight = np.expand_dims(course.epsilon, -1) ** np.arange(1.0, course.excess.shape[-1] + 1)
    with np.errstate(invalid="ignore", over="ignore"):
        parts, sites = together({"course": weight * course.size**2, "length": sites})
        fits = together({"course": course.size, "length": sites})[0] <= sites
    return plain(np.sum(np.where(fits, parts, 0.0), axis=-1))


def _spanning(course: Flow, length: RealArray) -> list[RealArray]:
    """eps, the order of the smallest bare spot that thermalises L sites, and L."""
    points = {
        name: np.asarray(getattr(course, name)) for name in ("epsilon", "excess_infinity")
    }
    eps, limit, length = together(points | {"length": length})
    size = np.broadcast_to(course.size, (*length.shape, course.excess.shape[-1]))
    order = 1.0 + np.sum(size < length[..., None], axis=-1)
    listed = np.sum(~np.isnan(size), axis=-1)
    # Beyond the orders that are listed all sizes are k (1 + 1/y_infinity).
    beyond = np.ceil(length * limit / (1 + limit))
    return [eps, np.where(order > listed, np.maximum(beyond, order), order), length]


def _as_length(length: Any) -> RealArray:
    return as_array("length", length, ndim=None, minimum=1)
