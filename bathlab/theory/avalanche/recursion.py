"""The mean-field flow between two bounds, and the proofs that end it.

In y_k = (1/zeta_k - eta s)/s and c = 1/(s zeta_t) + 1 - eta the paper's (13) and (14), which
have eta = 1, are

    y_(k+1) = y_k - k eps^k (1 + y_k)(1 + y_k - c)/y_k,      y_1 = log2(K/eps) - eta,

with 2 l_k = k/y_k and rho_k = k eps^k (1 + y_k)/y_k: a spot of order k with l melted cells on
each side has s (k + 2 eta l)/2 = l/zeta_k. Whatever eta is, c < 1. As long as y_(k+1) > 0 it
grows with y_k, its slope being 1 - w + w (1 - c)/y_k^2 with w = k eps^k, which has to be below
1 then, and falls with eps; so bounds go over into bounds when they are rounded away from each
other. Two things end a flow:

* thermal: the upper bound of y_k is not positive while the lower bounds before were;
* localised: with T = sum over j >= k of j eps^j = eps^k (k (1 - eps) + eps)/(1 - eps)^2 and
  4 T (1 + y_k)(1 + y_k - c) <= y_k^2, no y_j falls below y_k/2 any more, by induction, since
  y falls and each loss is at most j eps^j (1 + y_k)(1 + y_k - c)/(y_k/2). The remaining
  densities add up to 2 T (1 + y_k)/y_k at most, and y_k - y_infinity to 2 T (1 + y_k)
  (1 + y_k - c)/y_k.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bathlab.conventions import Array, RealArray
from bathlab.theory.avalanche.directed import Arithmetic

#: A localised flow is followed until y is so near to its limit, relatively.
SETTLED = 10**17
#: Bounds that are farther apart than this, relatively, go on with more digits.
MOST_ACCURATE = 16


@dataclass
class Bounds:
    """Lower and upper bounds of a number, or of the entries of an array."""

    lower: Any
    upper: Any

    def __getitem__(self, index: Any) -> Bounds:
        return Bounds(self.lower[index], self.upper[index])

    @property
    def middle(self) -> RealArray:
        lower, upper = (np.asarray(each, dtype=float) for each in (self.lower, self.upper))
        return np.asarray((lower + upper) / 2)


@dataclass
class Course:
    """What has been proven of ``count`` = m flows.

    Attributes
    ----------
    excess
        (m,) y_k of each order k, NaN where a flow had ended.
    thermal, decided
        (m,) verdicts; what is not decided needs more digits.
    orders
        (m,) k* where thermal, elsewhere the order at which y has settled.
    remaining
        (m,) upper bound on the sum of rho_j over j > ``orders``.
    digits
        (m,) with how many the flow was decided.
    """

    count: int
    excess: list[RealArray] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.thermal = np.zeros(self.count, dtype=bool)
        self.decided = np.zeros(self.count, dtype=bool)
        self.orders = np.zeros(self.count, dtype=np.int64)
        self.remaining = np.full(self.count, np.inf)
        self.digits = np.zeros(self.count, dtype=np.int64)

    def record(self, which: Array, order: int, values: RealArray) -> None:
        while len(self.excess) < order:
            self.excess.append(np.full(self.count, np.nan))
        self.excess[order - 1][which] = values

    def end(self, which: Array, order: int, digits: int, remaining: Any = None) -> None:
        """These are decided: as localised if the remaining densities are bounded."""
        self.decided[which], self.thermal[which] = True, remaining is None
        self.orders[which], self.digits[which] = order, digits
        self.remaining[which] = np.inf if remaining is None else remaining

    def take(self, part: Course, where: Array) -> None:
        """What ``part`` has decided, which are the flows ``where`` of these."""
        chosen = where[part.decided]
        for name in ("thermal", "decided", "orders", "remaining", "digits"):
            getattr(self, name)[chosen] = getattr(part, name)[part.decided]
        for index, values in enumerate(part.excess):
            self.record(chosen, index + 1, values[part.decided])


def follow(
    down: Arithmetic, up: Arithmetic, epsilon: Bounds, excess: Bounds, ratio: Bounds
) -> Course:
    """Follow flows from y_1 = ``excess`` until each is decided, or its bounds are too wide.

    ``ratio`` holds c. An order's ε^k k is called its weight.
    """
    course, active = Course(len(excess.lower)), np.arange(len(excess.lower))
    power = Bounds(epsilon.lower**0, epsilon.upper**0)
    order, accuracy = 0, 10 ** min(MOST_ACCURATE, down.digits - 3)
    while active.size:
        order += 1
        course.record(active, order, excess.middle)
        power = _product(down, up, power, epsilon)
        thermal = _truths(excess.upper <= 0)
        course.end(active[thermal], order, down.digits)
        width = up.multiply(up.subtract(excess.upper, excess.lower), accuracy)
        sharp = _truths(width <= excess.lower) & _truths(excess.lower > 0)
        keep = ~thermal & sharp
        active = active[keep]
        power, epsilon, ratio, excess = (each[keep] for each in (power, epsilon, ratio, excess))
        fall, rest = _still_to_come(down, up, order, epsilon, power, excess, ratio)
        settled = _truths(fall <= excess.lower)
        course.end(active[settled], order, down.digits, rest[settled].astype(float))
        active = active[~settled]
        power, epsilon, ratio, excess = (
            each[~settled] for each in (power, epsilon, ratio, excess)
        )
        excess = step(down, up, order, power, excess, ratio)
    return course


def _truths(values: Any) -> Array:
    """Comparisons of decimals, which are objects, as truth values."""
    return np.asarray(values, dtype=bool)


def step(
    down: Arithmetic, up: Arithmetic, order: int, power: Bounds, excess: Bounds, ratio: Bounds
) -> Bounds:
    """Bounds of y_(k+1) from those of y_k > 0 and of ``power`` = eps^k."""
    most = up.divide(_weighted(up, order, power.upper, excess.lower, ratio.lower), excess.lower)
    least = _weighted(down, order, power.lower, excess.upper, ratio.upper)
    least = down.divide(least, excess.upper)
    return Bounds(down.subtract(excess.lower, most), up.subtract(excess.upper, least))


def tail(down: Arithmetic, up: Arithmetic, order: int, epsilon: Bounds, power: Any) -> Any:
    """Upper bound of the sum of j eps^j over j >= ``order``, from ``power`` >= eps^order."""
    gap = down.subtract(1, epsilon.upper)
    first = up.add(up.multiply(order, up.subtract(1, epsilon.lower)), epsilon.upper)
    return up.divide(up.multiply(power, first), down.multiply(gap, gap))


def _weighted(one: Arithmetic, weight: Any, power: Any, excess: Any, ratio: Any) -> Any:
    """weight power (1 + y)(1 + y - c)."""
    length = one.add(1, excess)
    both = one.multiply(length, one.subtract(length, ratio))
    return one.multiply(one.multiply(weight, power), both)


def _still_to_come(
    down: Arithmetic,
    up: Arithmetic,
    order: int,
    epsilon: Bounds,
    power: Bounds,
    excess: Bounds,
    ratio: Bounds,
) -> tuple[Any, Any]:
    """Upper bounds of SETTLED (y_k - y_infinity), and of the densities beyond k if settled."""
    y = excess.lower
    fall = _weighted(up, 2, tail(down, up, order, epsilon, power.upper), y, ratio.lower)
    after = tail(down, up, order + 1, epsilon, up.multiply(power.upper, epsilon.upper))
    rest = up.divide(up.multiply(up.multiply(2, up.add(1, y)), after), y)
    return up.multiply(SETTLED, up.divide(fall, y)), rest


def _product(down: Arithmetic, up: Arithmetic, a: Bounds, b: Bounds) -> Bounds:
    return Bounds(down.multiply(a.lower, b.lower), up.multiply(a.upper, b.upper))
