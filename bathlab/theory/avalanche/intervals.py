"""Flows of given points, with as many digits as their verdicts take."""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged
from bathlab.theory.avalanche.directed import Digits, Doubles, as_decimals
from bathlab.theory.avalanche.recursion import Bounds, Course, follow

#: Digits that are tried after doubles, until everything is decided.
DIGITS = (40, 100, 250, 600, 1500, 4000)


def decide(
    epsilon: RealArray, K: RealArray, treated: RealArray, strengthening: RealArray
) -> Course:
    """Flows of points, (m,) doubles each, in doubles where these decide and in decimals where
    not."""
    whole, still = Course(len(epsilon)), np.arange(len(epsilon))
    for digits in (Doubles.digits, *DIGITS):
        given = [each[still] for each in (epsilon, K, treated, strengthening)]
        if digits > Doubles.digits:
            given = [as_decimals(each) for each in given]
        part = follow_from(digits, Bounds(given[0], given[0]), *given[1:])
        whole.take(part, still)
        still = still[~part.decided]
        if not still.size:
            return whole
    raise NotConverged(
        f"{DIGITS[-1]} digits do not decide the flow at epsilon = {epsilon[still[0]]}, K = "
        f"{K[still[0]]}. Move epsilon away from critical_epsilon(K)."
    )


def follow_from(
    digits: int, epsilon: Bounds, K: Array, treated: Array, strengthening: Array
) -> Course:
    """Flows of points, doubles for 15 digits and decimals for more, as far as these decide."""
    down, up = arithmetic(digits)
    with np.errstate(all="ignore"):
        first = first_excess(down, up, epsilon, K, strengthening)
        return follow(down, up, epsilon, first, ratio(down, up, treated, strengthening))


def first_excess(down: Any, up: Any, epsilon: Bounds, K: Any, strengthening: Any) -> Bounds:
    """y_1 = log2 K - log2 eps - eta, of arrays or of single decimals."""
    return Bounds(
        down.subtract(down.log2_ratio(K, epsilon.upper), strengthening),
        up.subtract(up.log2_ratio(K, epsilon.lower), strengthening),
    )


def arithmetic(digits: int) -> tuple[Any, Any]:
    """That which rounds down, and that which rounds up."""
    if digits == Doubles.digits:
        return Doubles(False), Doubles(True)
    return Digits(False, digits), Digits(True, digits)


def ratio(down: Any, up: Any, treated: Array, strengthening: Array) -> Bounds:
    """c = 1/(s zeta_t) + 1 - eta; the sign of zeta_t decides which bound of 1/s to take."""
    lower = np.where(treated > 0, down.log2_e(), up.log2_e())
    upper = np.where(treated > 0, up.log2_e(), down.log2_e())
    across = Bounds(down.divide(lower, treated), up.divide(upper, treated))
    moved = Bounds(
        down.add(across.lower, down.subtract(1, strengthening)),
        up.add(across.upper, up.subtract(1, strengthening)),
    )
    # Nothing is added where nothing is to be: rounding would widen the bounds.
    whole = np.asarray(strengthening == 1, dtype=bool)
    return Bounds(
        np.where(whole, across.lower, moved.lower), np.where(whole, across.upper, moved.upper)
    )
