"""Lengths and times that diverge at the transition, and laws of transport."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.checks import as_array, require_kind
from bathlab.theory.avalanche.directed import LOG2
from bathlab.theory.avalanche.finite_size import HINT
from bathlab.theory.avalanche.verdicts import Flow
from bathlab.theory.shapes import plain, together


@dataclass(frozen=True)
class Scales:
    """Lengths in sites and logarithms of times; numbers, or arrays of the shape of the points.

    Attributes
    ----------
    L_minus
        1 + 2 l*, with p(thermal) ~ eps^(L/L_-); infinite where thermal.
    L_plus
        eps^-k*, mean distance of the spots that thermalise everything; infinite where
        localised.
    log_L_plus
        its logarithm, which does not overflow.
    L_critical
        up to where spots grow as at eps_c: (1/zeta_infinity - eta s)^-2 where
        localised (25), L_+ where thermal.
    xi
        decay length of average eigenstate correlations (10), L_-/log(1/eps), where localised.
        NaN where thermal: finite by ETH, which the flow does not see.
    end_to_end
        lower bound sqrt(L_+)/log(L_+) of the decay length of correlations between the
        ends of a chain, where thermal (supplement, section D). NaN where localised.
    log_time
        log(Gamma_0 t_+) = 2 L_+/zeta_1, the typical time of thermalisation, and the
        power of L in the resistance where rare regions dominate.
    log_time_dressed
        the same with the zeta that spots of order k* - 1 see.
    """

    L_minus: Any
    L_plus: Any
    log_L_plus: Any
    L_critical: Any
    xi: Any
    end_to_end: Any
    log_time: Any
    log_time_dressed: Any

    @property
    def resistance_power(self) -> Any:
        """R ~ L^power for L >> L_+: 2 L_+/zeta_1, or 1 (diffusion) if that is smaller."""
        return plain(np.maximum(self.log_time, 1.0))


def scales(course: Flow) -> Scales:
    """Lengths and times of the points of a flow.

    Raises
    ------
    ValueError
        If ``course`` is no :class:`Flow`.

    Notes
    -----
    Source: Thiery et al., (8), (10), "Finite-size scaling", supplement C2e, D and E.

    Examples
    --------
    >>> import bathlab as bl
    >>> import math
    >>> localised = bl.avalanche.scales(bl.avalanche.flow(0.1, 1.0))
    >>> print(f"L_- = {localised.L_minus:.3f}, xi = {localised.xi:.3f}")
    L_- = 1.573, xi = 0.683
    >>> thermal = bl.avalanche.scales(bl.avalanche.near_critical_flow(0.01, 1.0))
    >>> print(f"L_+ = {thermal.L_plus:.0f}, log t = {thermal.log_time:.0f}")
    L_+ = 3491, log t = 11391
    """
    require_kind("course", course, Flow, HINT)
    thermal = np.asarray(course.verdict) == "thermal"
    limit, eta = np.asarray(course.excess_infinity), course.strengthening
    order = np.asarray(course.k_star, dtype=float)
    log_plus = order * -np.log(course.epsilon)
    with np.errstate(all="ignore"):
        L_minus, plus = 1 + 1 / limit, np.exp(log_plus)
        last = np.where(thermal, np.maximum(order, 2) - 2, 0).astype(int)
        seen = np.take_along_axis(course.excess, np.expand_dims(last, -1), axis=-1)[..., 0]
        times = [
            np.where(thermal & (y <= -eta), 0.0, 2 * LOG2 * (eta + y) * plus)
            for y in (course.excess[..., 0], seen)
        ]
        found = [L_minus, plus, log_plus, np.where(thermal, plus, (LOG2 * limit) ** -2.0)]
        found += [np.where(thermal, math.nan, L_minus / -np.log(course.epsilon))]
        found += [np.where(thermal, np.exp(log_plus / 2) / log_plus, math.nan), *times]
    return Scales(*(plain(each) for each in found))


def log_rate(distance: Any, zeta: Any) -> Any:
    """log(Gamma/Gamma_0) = -2 l/zeta of a site that is thermalised from the distance l.

    Parameters
    ----------
    distance
        l >= 0 in sites.
    zeta
        > 0, decay length of the couplings on the way; broadcasts with the distance.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    Source: Thiery et al., supplement E: Gamma = m^2/delta with ||V|| = sqrt(d) m ~ e^(-l/zeta).

    Examples
    --------
    >>> import bathlab as bl
    >>> print(bl.avalanche.log_rate([1.0, 5.0, 10.0], zeta=0.5))  # -2 l/zeta
    [ -4. -20. -40.]
    """
    given = {"distance": as_array("distance", distance, ndim=None, minimum=0)}
    given["zeta"] = as_array("zeta", zeta, ndim=None, above=0, infinite=True)
    far, length = together(given)
    return plain(-2 * far / length)


def log_resistance(course: Flow, length: Any) -> Any:
    """log of the resistance of L sites, in units of 1/Gamma_0, with zeta = zeta_1.

    2 L/zeta up to L_+, where a single stretch without explosive spots blocks the chain; beyond
    it log R grows by max(2 L_+/zeta, 1) per unit of log L, as the longest such stretch, or as
    the chain where those do not dominate. Prefactors of order one are dropped.

    Parameters
    ----------
    course
        a flow; where it is localised L_+ is infinite.
    length
        L >= 1 in sites; broadcasts with the points of the flow.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the shapes do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> course = bl.avalanche.flow(0.3, 1.0)
    >>> print(f"L_+ = {bl.avalanche.scales(course).L_plus:.1f}")
    L_+ = 11.1
    >>> print(bl.avalanche.log_resistance(course, [5.0, 100.0, 1000.0]).round(2))
    [ 12.04  85.54 147.15]
    """
    found = scales(course)
    given = {"length": as_array("length", length, ndim=None, minimum=1)}
    inverse = np.maximum(LOG2 * (course.strengthening + course.excess[..., 0]), 0.0)
    given |= {"course": inverse, "L_plus": np.asarray(found.L_plus)}
    given |= {"power": np.asarray(found.resistance_power)}
    sites, inverse, plus, power = together(given)
    with np.errstate(all="ignore"):
        beyond = np.where(sites > plus, power * np.log(sites / plus), 0.0)
    return plain(2 * inverse * np.minimum(sites, plus) + beyond)
