"""The flow of the localisation length, with a verdict that is proven."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.conventions import RealArray
from bathlab.theory.avalanche.directed import LOG2
from bathlab.theory.avalanche.intervals import decide
from bathlab.theory.avalanche.points import as_epsilon, as_K, as_rules
from bathlab.theory.avalanche.recursion import Course
from bathlab.theory.shapes import plain, together


@dataclass(frozen=True)
class Flow:
    """The flow of one point (eps, K), or of an array of points of shape P.

    For one point all arrays over the order have the shape (n,) and the others are numbers; for
    more they have the shapes P + (n,), NaN beyond the last order of a point, and P. Lengths are
    in sites. All numbers are right to 12 digits at least.

    Attributes
    ----------
    epsilon, K, zeta_treated, strengthening
        what was given.
    verdict
        "localised" or "thermal", proven (:mod:`bathlab.theory.avalanche.recursion`).
    k_star
        first order k with 1/zeta_k <= eta s; infinite where localised.
    excess
        (1/zeta_k - eta s)/s for k = 1, 2, ...; not positive at k* alone.
    excess_infinity
        its limit; 0 where thermal.
    remaining
        proven upper bound on the sum of the densities beyond those in ``density``;
        infinite where thermal.
    digits
        decimal digits with which the point was decided; 15 for doubles.
    """

    epsilon: Any
    K: Any
    zeta_treated: Any
    strengthening: Any
    verdict: Any
    k_star: Any
    excess: RealArray
    excess_infinity: Any
    remaining: Any
    digits: Any

    @property
    def zeta(self) -> RealArray:
        """zeta_k, seen by spots of order k; infinite where 1/zeta_k <= 0."""
        inverse = LOG2 * (np.expand_dims(self.strengthening, -1) + self.excess)
        with np.errstate(divide="ignore"):
            return np.asarray(np.where(inverse <= 0, math.inf, 1 / inverse))

    @property
    def zeta_infinity(self) -> Any:
        """Typical localisation length; infinite where thermal."""
        inverse = LOG2 * (self.strengthening + np.asarray(self.excess_infinity))
        return plain(np.where(np.asarray(self.verdict) == "thermal", math.inf, 1 / inverse))

    @property
    def collar(self) -> RealArray:
        """l_k, what a spot of order k melts on each side (6), (14); infinite at k*."""
        return np.asarray(self._orders() / 2 * self._inverse())

    @property
    def size(self) -> RealArray:
        """k + 2 l_k, length of the thermal region around a spot of order k."""
        return self._orders() * (1 + self._inverse())

    @property
    def density(self) -> RealArray:
        """rho_k = eps^k (k + 2 l_k); infinite at k*."""
        return np.asarray(np.expand_dims(self.epsilon, -1) ** self._orders() * self.size)

    @property
    def collar_ratio(self) -> Any:
        """l* = lim l_k/k = (s/2)/(1/zeta_infinity - eta s), (8), (17), infinite where
        thermal."""
        with np.errstate(divide="ignore"):
            return plain(0.5 / np.asarray(self.excess_infinity, dtype=float))

    @property
    def thermal_density(self) -> Any:
        """rho* = 1 - prod (1 - rho_k), which is 1 - zeta_1/zeta_infinity under halted decay; 1
        where thermal."""
        ratio = 1 / (LOG2 * np.asarray(self.zeta_treated))
        first = self.excess[..., 0] + self.strengthening - ratio
        with np.errstate(divide="ignore", invalid="ignore"):
            kept = (np.asarray(self.excess_infinity) + self.strengthening - ratio) / first
        return plain(np.where(np.asarray(self.verdict) == "thermal", 1.0, 1 - kept))

    def _orders(self) -> RealArray:
        return np.arange(1.0, 1 + self.excess.shape[-1])

    def _inverse(self) -> RealArray:
        """1/y, infinite where y <= 0."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.where(self.excess <= 0, math.inf, 1 / self.excess))


def flow(epsilon: Any, K: Any, zeta_treated: Any = math.inf, strengthening: Any = 1.0) -> Flow:
    """Flow of the localisation length under resonant spots of growing order, mean field.

    1/zeta_1 = log(K/eps); a spot of order k, of density eps^k, melts l_k = k (s/2)/(1/zeta_k -
    s) on each side, and 1/zeta_(k+1) = (1 - rho_k)/zeta_k + rho_k/zeta_t with rho_k = eps^k (k
    + 2 l_k), s = log 2.

    Parameters
    ----------
    epsilon
        probability of a resonant bond, above 0 and below 1.
    K
        above 0; sets the bare localisation length.
    zeta_treated
        zeta_t, decay length across what is already thermal: infinite (the rule of
        halted decay), negative (a rule of increase; the companion paper finds -2 zeta_c) or
        above zeta_c = 1/(eta log 2).
    strengthening
        eta, from 0.001 to 2: what a cell that is melted adds to the bath, as a
        part of what a cell of the core does; 1 in the paper. Then l_k = k (s/2)/(1/zeta_k - eta
        s), and zeta_c = 1/(eta s).

    Returns
    -------
    Flow

    Raises
    ------
    ValueError
        If an argument is out of its range, or the shapes do not fit.
    NotConverged
        If 4000 digits do not decide; no point of doubles is known that needs more than 40.

    Notes
    -----
    Arguments broadcast. The verdict is computed in interval arithmetic, first with doubles and
    where these do not decide with as many decimal digits as it takes.

    Source: Thiery, Huveneers, Mueller & De Roeck, Phys. Rev. Lett. 121, 140601 (2018), eqs.
    (5), (6), (13), (14) and the supplement, section B.

    Examples
    --------
    >>> import bathlab as bl
    >>> for epsilon in (0.1, 0.3):  # eps_c = 0.194 for K = 1
    ...     course = bl.avalanche.flow(epsilon, K=1.0)
    ...     print(course.verdict, course.k_star, course.zeta[:4].round(3))
    localised inf [0.434 0.507 0.523 0.525]
    thermal 2 [0.831 2.835]
    """
    points = as_points(epsilon, K, zeta_treated, strengthening)
    return as_flow(points, decide(*(each.ravel() for each in points)))


def as_points(epsilon: Any, K: Any, zeta_treated: Any, strengthening: Any) -> list[RealArray]:
    """The four as arrays of one shape; ValueError if one is out of its range."""
    given = {"epsilon": as_epsilon(epsilon), "K": as_K(K)}
    return together(given | as_rules(zeta_treated, strengthening))


def as_flow(points: list[RealArray], course: Course) -> Flow:
    """The record of flows at points (eps, K, zeta_t, eta) of any shape, one course each."""
    shape = points[0].shape
    words = np.where(course.thermal, "thermal", "localised")
    last = np.stack(course.excess, axis=-1)
    at_end = np.take_along_axis(last, course.orders[:, None] - 1, axis=-1)[:, 0]
    values: list[Any] = [
        words,
        np.where(course.thermal, course.orders, math.inf),
        np.where(course.thermal, 0.0, at_end),
        course.remaining,
        course.digits,
    ]
    verdict, k_star, limit, remaining, digits = (plain(each.reshape(shape)) for each in values)
    k_star = int(k_star) if shape == () and verdict == "thermal" else k_star
    excess = last.reshape(*shape, -1)
    epsilon, K, zeta_t, eta = map(plain, points)
    found = [verdict, k_star, excess, limit, remaining, digits]
    return Flow(epsilon, K, zeta_t, eta, *found)
