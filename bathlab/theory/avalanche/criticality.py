"""Where the flow turns thermal: the stable manifold of the critical point, run backwards.

y_k as a function of y_(k+1) is the positive root of (1 - w) y^2 - (y_(k+1) + w (2 - c)) y = w
(1 - c), w = k eps^k (see :mod:`bathlab.theory.avalanche.recursion`). Backwards the flow
contracts, by sqrt(eps)/(2 - sqrt(eps)) an order, so from any bounds at a large order follow
bounds of D(eps), the least y_1 that stays localised: from y_k = 0 below, and above from a y_k
that is proven to. D knows nothing of K. There is no such y_1 if k eps^k >= 1 for some k, that
is from eps = 3^(-1/3) = 0.693 on, whatever K is.
"""

from __future__ import annotations

import decimal
import functools
import math
from decimal import Decimal
from typing import Any

import numpy as np

from bathlab.checks import as_array
from bathlab.checks.arrays import require_entries
from bathlab.conventions import RealArray
from bathlab.errors import NotConverged
from bathlab.theory.avalanche.directed import LOG2, Digits, as_decimals
from bathlab.theory.avalanche.intervals import arithmetic, first_excess, follow_from, ratio
from bathlab.theory.avalanche.points import as_epsilon, as_K, as_rules
from bathlab.theory.avalanche.recursion import Bounds, Course, tail
from bathlab.theory.avalanche.verdicts import Flow, as_flow
from bathlab.theory.shapes import plain, together

#: Above it spots of order 3 alone cover more than all sites.
LARGEST_EPSILON = 3 ** (-1 / 3)
#: Digits of the first look for a critical point, those beyond what is asked for, and those of
#: eps_c for a flow at a distance from it.
FIRST, SPARE, NEAR = 25, 12, 36
#: Below it eps_c is K/2^eta to the last digit of a double.
LEAST_K = 1e-290
BISECTIONS, FIRST_STEP, MOST_STEPS = 50, 1e-9, 100


def critical_epsilon(K: Any, zeta_treated: Any = math.inf, strengthening: Any = 1.0) -> Any:
    """eps_c, the largest eps at which the flow is localised, to the last digit of a double.

    It is proven to lie within 1e-17 relatively: localised below, thermal above. It is smaller
    than K/2^eta and, for every K, than 3^(-1/3) = 0.693.

    Parameters
    ----------
    K
        above 0, number or array.
    zeta_treated, strengthening
        see :func:`~bathlab.theory.avalanche.flow`; broadcast with K.

    Returns
    -------
    float or ndarray of the arguments' shape

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> import bathlab as bl
    >>> print(bl.avalanche.critical_epsilon([0.01, 1.0, 100.0]).round(6))  # below 3^(-1/3)
    [0.004738 0.193684 0.391606]
    """
    given = together({"K": as_K(K)} | as_rules(zeta_treated, strengthening))
    points = zip(*(each.ravel().tolist() for each in given))
    found = np.array([float(critical_point(*point, 18).lower) for point in points])
    return plain(found.reshape(given[0].shape))


def critical_zeta(epsilon: Any, zeta_treated: Any = math.inf, strengthening: Any = 1.0) -> Any:
    """The largest zeta_1 at which a density eps of resonant bonds leaves the chain localised.

    It is the boundary of the phases where eps and zeta_1 are given apart, without a K.

    Parameters
    ----------
    epsilon
        above 0 and below 1, number or array.
    zeta_treated, strengthening
        see :func:`~bathlab.theory.avalanche.flow`; broadcast with
        epsilon.

    Returns
    -------
    float or ndarray of the arguments' shape
        Below zeta_c = 1/(eta log 2); 0 from eps = 3^(-1/3) on.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> import bathlab as bl
    >>> import math
    >>> epsilon = bl.avalanche.critical_epsilon(1.0)
    >>> zeta = bl.avalanche.critical_zeta(epsilon)
    >>> print(f"{zeta:.6f}, {1 / math.log(1.0 / epsilon):.6f}")  # 1/zeta_1 = log(K/eps)
    0.609188, 0.609188
    """
    given = together({"epsilon": as_epsilon(epsilon)} | as_rules(zeta_treated, strengthening))
    found = np.zeros(given[0].size)
    for index, point in enumerate(zip(*(each.ravel().tolist() for each in given))):
        if point[0] < LARGEST_EPSILON:
            exact = [Decimal(each) for each in point]
            least = threshold(exact[0], exact[1], exact[2], FIRST)
            found[index] = 1 / (LOG2 * (point[2] + float(least.lower)))
    return plain(found.reshape(given[0].shape))


def near_critical_flow(
    distance: Any, K: Any, zeta_treated: Any = math.inf, strengthening: Any = 1.0
) -> Flow:
    """The flow at eps = eps_c (1 + distance), however small the distance is.

    Parameters
    ----------
    distance
        (eps - eps_c)/eps_c, not 0, to 1e-300 and less; number or array.
    K, zeta_treated, strengthening
        see :func:`~bathlab.theory.avalanche.flow`.

    Returns
    -------
    Flow
        Its ``epsilon`` is the nearest double, which may be that of eps_c.

    Raises
    ------
    ValueError
        If an argument is out of its range, or eps would be.

    Examples
    --------
    >>> import bathlab as bl
    >>> for distance in (-1e-3, 1e-3, 1e-20):
    ...     course = bl.avalanche.near_critical_flow(distance, K=1.0)
    ...     print(course.verdict, course.k_star)
    localised inf
    thermal 7
    thermal 39
    """
    given = {"distance": as_distance(distance), "K": as_K(K)}
    distance, *rest = together(given | as_rules(zeta_treated, strengthening))
    whole, epsilon = Course(distance.size), np.empty(distance.size)
    for index, point in enumerate(zip(distance.flat, *(each.flat for each in rest))):
        part, epsilon[index] = _course_near(*map(float, point))
        whole.take(part, np.array([index]))
    return as_flow([epsilon.reshape(distance.shape), *rest], whole)


def threshold(
    epsilon: Decimal, treated: Decimal, strengthening: Decimal, digits: int
) -> Bounds:
    """D(eps) between bounds that differ in the last of ``digits`` digits, as two decimals."""
    # At k = 3 a division by 1 - 3 eps^3 costs as many digits as that has zeros.
    room = float(1 - 3 * epsilon**3)
    lost = math.ceil(-math.log10(room)) if 0 < room < 1e-3 else 0
    down, up = arithmetic(digits + SPARE + lost)
    ends = ratio(down, up, np.array([treated]), np.array([strengthening]))[0]
    root = max(math.sqrt(epsilon), 1e-150)
    order = 3 + math.ceil(digits * math.log(10) / math.log((2 - root) / root))
    for _ in range(MOST_STEPS):
        found = _backwards(down, up, epsilon, ends, order)
        if found and up.subtract(found.upper, found.lower) <= found.lower.scaleb(-digits):
            return found
        order += 1 + order // 2
    raise NotConverged(f"D({epsilon}) is not known to {digits} digits.")


@functools.lru_cache(maxsize=1000)
def critical_point(K: float, treated: float, strengthening: float, digits: int) -> Bounds:
    """eps_c between bounds that differ in the last of ``digits`` digits, as two decimals."""
    exact = Decimal(K), Decimal(treated), Decimal(strengthening)
    with decimal.localcontext(prec=digits + SPARE, Emin=decimal.MIN_EMIN):
        root = _secant(*exact, digits)
        half = root.scaleb(-digits) / 2
        ends = root - half, root + half
    below, above = (_clearance(each, *exact, digits + 3) for each in ends)
    if not below.lower > 0 > above.upper:
        raise NotConverged(f"eps_c of K = {K} is not known to {digits} digits.")
    return Bounds(*ends)


def _secant(K: Decimal, treated: Decimal, strengthening: Decimal, digits: int) -> Decimal:
    """A root of y_1 - D(eps) to about ``digits`` digits, not proven, each step with twice the
    digits of the one before."""
    point = K, treated, strengthening
    most = K * Decimal(2.0 ** -float(strengthening))
    start = min(most, Decimal(LARGEST_EPSILON)) * Decimal(_bisected(*map(float, point)))
    known = FIRST
    last, root = start, start * (1 - Decimal(FIRST_STEP))
    values = [_middle(_clearance(each, *point, known)) for each in (last, root)]
    for _ in range(MOST_STEPS):
        move = values[1] * (root - last) / (values[1] - values[0])
        last, root = root, root - move
        if abs(move) < root.scaleb(-digits - 2):
            return root
        known = min(2 * known, digits + 3)
        values = [values[1], _middle(_clearance(root, *point, known))]
    raise NotConverged(f"eps_c of K = {K} is not found.")


def _bisected(K: float, treated: float, strengthening: float) -> float:
    """eps_c over what it is below, to about the digits of doubles. At K/2^eta y_1 is 0."""
    low, high = 0.0, 1.0
    K = max(K, LEAST_K)
    most = min(K * 2.0**-strengthening, LARGEST_EPSILON)
    ratio = 1 / (LOG2 * treated) + (1 - strengthening)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        # As log2(K/2^eta) may be 1e3 off 0, of two logarithms.
        excess = math.log2(K) - strengthening - math.log2(most) - math.log2(middle)
        localised = excess > _threshold_of_doubles(most * middle, ratio)
        low, high = (middle, high) if localised else (low, middle)
    return low


def _threshold_of_doubles(epsilon: float, ratio: float) -> float:
    root, found = math.sqrt(epsilon), 0.0
    steps = 3 + math.ceil(40 / math.log((2 - root) / max(root, 1e-150)))
    for k in range(steps, 0, -1):
        weight = k * epsilon**k
        half = found + weight * (2 - ratio)
        inside = half**2 + 4 * (1 - weight) * weight * (1 - ratio)
        found = (half + math.sqrt(inside)) / (2 * (1 - weight))
    return found


def _clearance(
    epsilon: Decimal, K: Decimal, treated: Decimal, strengthening: Decimal, digits: int
) -> Bounds:
    """Bounds of y_1 - D(eps): positive where localised, negative where thermal."""
    down, up = arithmetic(digits + SPARE)
    first = first_excess(down, up, Bounds(epsilon, epsilon), K, strengthening)
    if first.upper <= 0:
        return first
    least = threshold(epsilon, treated, strengthening, digits)
    return Bounds(
        down.subtract(first.lower, least.upper), up.subtract(first.upper, least.lower)
    )


def _middle(bounds: Bounds) -> Decimal:
    middle: Decimal = (bounds.lower + bounds.upper) / 2
    return middle


def _backwards(
    down: Digits, up: Digits, epsilon: Decimal, ratios: Bounds, order: int
) -> Bounds | None:
    """Bounds of D(eps) from those of y at an order; None if that is too low for a proof."""
    powers = Bounds([Decimal(1)], [Decimal(1)])
    for _ in range(order):
        powers.lower.append(down.multiply(powers.lower[-1], epsilon))
        powers.upper.append(up.multiply(powers.upper[-1], epsilon))
    rest = tail(down, up, order, Bounds(epsilon, epsilon), powers.upper[-1])
    # 4 T (1 + y)(1 + y - c) <= y^2 if y^2 = 8 T (2 - c) is not above 1.
    square = up.multiply(up.multiply(8, rest), up.subtract(2, ratios.lower))
    if square > 1:
        return None
    lower, upper = Decimal(0), up.sqrt(square)
    for k in range(order - 1, 0, -1):
        lower = _before(down, up, k, powers.lower[k], lower, ratios.upper)
        upper = _before(up, down, k, powers.upper[k], upper, ratios.lower)
    return Bounds(lower, upper)


def _before(
    one: Digits, other: Digits, k: int, power: Decimal, after: Decimal, ratio: Decimal
) -> Decimal:
    """y_k from y_(k+1) = ``after``, rounded to the side of ``one``."""
    weight = one.multiply(k, power)
    half = one.add(after, one.multiply(weight, one.subtract(2, ratio)))
    last = one.multiply(weight, one.subtract(1, ratio))
    inside = one.multiply(one.multiply(4, one.subtract(1, weight)), last)
    root = one.sqrt(one.add(one.multiply(half, half), inside))
    return one.divide(one.add(half, root), other.multiply(2, other.subtract(1, weight)))


def as_distance(distance: Any) -> RealArray:
    """Relative distances from eps_c of any shape, above -1 and not 0."""
    values = as_array("distance", distance, ndim=None, above=-1)
    wanted = "distances from eps_c that are not 0; at eps_c itself the flow never ends"
    require_entries("distance", values, values != 0, wanted)
    return values


def _course_near(
    distance: float, K: float, treated: float, strengthening: float
) -> tuple[Course, float]:
    """The flow at eps_c (1 + distance), and that eps as a double."""
    digits = NEAR
    while abs(distance) < Decimal(10) ** (NEAR // 2 - digits):
        digits *= 2  # few different ones, so that eps_c is found once for many distances
    point = K, treated, strengthening
    critical, (down, up) = critical_point(*point, digits), arithmetic(digits + SPARE)
    factors = [one.add(1, Decimal(distance)) for one in (down, up)]
    epsilon = Bounds(
        np.array([down.multiply(critical.lower, factors[0])]),
        np.array([up.multiply(critical.upper, factors[1])]),
    )
    if epsilon.upper[0] >= 1:
        raise ValueError(
            f"distance = {distance} was given; expected one with eps_c (1 + distance) below 1, "
            f"eps_c = {float(critical.upper)}. Choose a smaller distance."
        )
    found = follow_from(digits + SPARE, epsilon, *as_decimals(np.array(point))[:, None])
    if not found.decided[0]:
        raise NotConverged(f"{digits} digits do not decide the flow at {distance}.")
    return found, float(epsilon.lower[0])
