"""[C_zz(t)] = F(L/2) + integral of p(r) cos(v(r) t) over ranges, right at any time.

Up to J t = 64 it is summed over ranges. Beyond, the integral over the phase y = v(r) t is
turned at both of its ends to y + i s, along which exp(i y) decays:

    C = F(L/2) + Re[exp(i J t) a] - Re[exp(i y_c) b],   y_c = v(L/2) t,
    a = -i int_0^inf exp(-s) p/(k y) ds at y = J t + i s,
    b = F(L/2) - int_0^inf exp(-s) F(r(y_c + i s)) ds,   r(y) = log(J t/y)/k.

In b s may leave the real axis; where F falls as exp(-exp r) fast it has to.

a and b are smooth in log t however fast C oscillates: of many times at one point they are
interpolated, and below J t = 64 C is, which is a polynomial there to rounding.
"""

from __future__ import annotations

import math
from typing import Callable, ClassVar, Protocol

import numpy as np
from numpy.polynomial import chebyshev
from scipy.special import roots_laguerre

from bathlab.conventions import Array, RealArray
from bathlab.theory.resonance_model.lengths import ZETA_C
from bathlab.theory.resonance_model.off_axis import exponential, turned

#: J t from which both ends are turned, phases whose cosine is 1, and a J t beyond all.
TURNED, STILL, FARTHEST = 64.0, 1e-9, 1e300
PANELS, ORDER, LAGUERRE = 2, 80, 40
#: Times that are treated together, and of one point from which on they are interpolated.
AT_ONCE, MANY = 128, 400
NODES, WEIGHTS = np.polynomial.legendre.leggauss(ORDER)
#: Points and weights on (0, 1).
PLACES = ((np.arange(PANELS)[:, None] + (1 + NODES) / 2) / PANELS).ravel()
SHARES = np.tile(WEIGHTS / 2 / PANELS, PANELS)
FAR, FAR_WEIGHTS = roots_laguerre(LAGUERRE)
#: In sqrt s, of which p of the static case is a function near r = 0, up to exp(-s) = 1e-18.
ROOTS, ROOT_WEIGHTS = np.polynomial.legendre.leggauss(LAGUERRE)
ROOTS = 3.2 * (1 + ROOTS)
NEAR, NEAR_WEIGHTS = ROOTS**2, 6.4 * ROOTS * np.exp(-(ROOTS**2)) * ROOT_WEIGHTS
#: Degrees of the polynomials below and beyond TURNED, and the width in log t of one beyond.
DEGREE, FAR_DEGREE, WIDTH = 89, 27, 1.5


def ray(turn: float) -> tuple[Array, Array]:
    """y - y_c at an angle, and the weights of a sum in place of the integral of -i exp(i y).

    Near y_c the integrand is small, and steps in x = log|y| may be the longer: they are equal
    in (36 + x)^2. The sum is right to exp(-2 pi d/step), d how far the integrand is analytic to
    either side in x, of its size or of exp(x), whichever is less.
    """
    most, step = 39.7 - math.log(math.sin(turn)), 2 * math.pi * turn
    from_end = np.sqrt(np.arange(4.0, most**2, 2 * step))
    y = np.exp(from_end - 36) * np.exp(1j * turn)
    return y, -1j * step / from_end * y * np.exp(1j * y)


#: F is bounded at angles below pi |k xi|/2 on the thermal side: upright only above STEEP.
UPRIGHT, DIAGONAL, STEEP = ray(math.pi / 2), ray(math.pi / 4), 2.0


class Law(Protocol):
    """What a case of the model knows of N and q."""

    singular: ClassVar[bool]

    def _count(self, r: RealArray, xi: RealArray, lam: RealArray) -> RealArray: ...
    def _count_off_axis(self, r: Array, xi: RealArray, lam: RealArray) -> Array: ...
    def _strongest_off_axis(self, r: Array, xi: RealArray, lam: RealArray) -> Array: ...
    def _log_p(self, r: RealArray, xi: RealArray, lam: RealArray) -> RealArray: ...


def correlator(law: Law, given: list[RealArray]) -> RealArray:
    """C at t >= 0, xi, lambda, L, J, all of one shape."""
    t, xi, lam, L, J = (each.ravel() for each in given)
    with np.errstate(divide="ignore", over="ignore"):
        time, log_time = J * t, np.log(J) + np.log(t)
    found = np.empty(t.size)
    many, rest = groups([xi, lam, L])
    for mine in many:
        first = mine[:1]
        at_time = time[mine], log_time[mine]
        found[mine] = _interpolated(law, *at_time, xi[first], lam[first], L[first])
    for start in range(0, rest.size, AT_ONCE):
        mine = rest[start : start + AT_ONCE]
        found[mine] = _direct(law, *(x[mine] for x in (time, log_time, xi, lam, L)))
    return np.minimum(found, 1.0).reshape(given[0].shape)


def groups(columns: list[RealArray]) -> tuple[list[Array], Array]:
    """Places with the same entries in all columns, where there are MANY, and all others."""
    order = np.lexsort(columns)
    changes = [each[order][1:] != each[order][:-1] for each in columns]
    cuts = np.flatnonzero(np.any(changes, axis=0)) + 1
    ends = np.concatenate([[0], cuts, [order.size]])
    sizes = np.diff(ends)
    many = [order[ends[i] : ends[i + 1]] for i in np.flatnonzero(sizes >= MANY)]
    return many, order[np.repeat(sizes < MANY, sizes)]


def _direct(
    law: Law, time: RealArray, log_time: RealArray, xi: RealArray, lam: RealArray, L: RealArray
) -> RealArray:
    """C at each time by itself."""
    k = 1 / xi + 2 / ZETA_C
    early = log_time <= math.log(TURNED)
    found = np.empty(log_time.size)
    with np.errstate(all="ignore"):
        if np.any(early):
            found[early] = _early(law, *(x[early] for x in (log_time, k, xi, lam, L)))
        if np.any(late := ~early):
            at = [x[late] for x in (log_time, k, xi, lam, L)]
            found[late] = _joined(law, _upper(law, *at), _lower(law, *at), time[late], *at)
    return found


def _interpolated(
    law: Law, time: RealArray, log_time: RealArray, xi: RealArray, lam: RealArray, L: RealArray
) -> RealArray:
    """C at many times, xi, lambda and L of one entry."""
    k = 1 / xi + 2 / ZETA_C
    early = log_time <= math.log(TURNED)
    late = log_time[~early]
    at = (k, xi, lam, L)
    found = np.empty(log_time.size)
    with np.errstate(all="ignore"):
        x = chebyshev.chebpts1(DEGREE + 1)
        sampled = _early(law, np.log(TURNED / 2 * (1 + x)), *at)
        series = chebyshev.chebfit(x, sampled, DEGREE)
        found[early] = chebyshev.chebval(np.exp(log_time[early]) * 2 / TURNED - 1, series)
        if late.size:
            upper, lower = (_pieces(part, law, late, at) for part in (_upper, _lower))
            found[~early] = _joined(law, upper, lower, time[~early], late, *at)
    return found


def _pieces(
    part: Callable[..., Array], law: Law, log_time: RealArray, at: tuple[RealArray, ...]
) -> Array:
    """``part`` of C at many times, by a polynomial in each interval of log t that has any."""
    place = (log_time - math.log(TURNED)) / WIDTH
    used, which = np.unique(np.floor(place).astype(int), return_inverse=True)
    x = chebyshev.chebpts1(FAR_DEGREE + 1)
    grid = math.log(TURNED) + WIDTH * (used + (1 + x[:, None]) / 2)
    sampled = part(law, grid.ravel(), *at).reshape(grid.shape)
    series = chebyshev.chebfit(x, sampled, FAR_DEGREE)[:, which]
    found: Array = chebyshev.chebval(2 * (place - used[which]) - 1, series, tensor=False)
    return found


def _joined(
    law: Law,
    upper: Array,
    lower: Array,
    time: RealArray,
    log_time: RealArray,
    k: RealArray,
    xi: RealArray,
    lam: RealArray,
    L: RealArray,
) -> RealArray:
    """C from its two ends.

    The phase J t is taken as it is, since exp(log J t) is off by some of its rounding units.
    """
    first, last = np.minimum(time, FARTHEST), np.exp(log_time - k * L / 2)
    whole = np.exp(-law._count(L / 2 + 0 * k, xi, lam))
    return whole + np.real(np.exp(1j * first) * upper) - np.real(np.exp(1j * last) * lower)


def _early(
    law: Law, log_time: RealArray, k: RealArray, xi: RealArray, lam: RealArray, L: RealArray
) -> RealArray:
    """C as an integral over w = sqrt r, to where cos(v t) is 1."""
    last = np.minimum(np.maximum((log_time - math.log(STILL)) / k, 0.0), L / 2)
    most = np.sqrt(last)[:, None]
    w = most * PLACES
    r = np.where(most > 0, w * w, 1.0)
    density = np.exp(law._log_p(r, xi[:, None], lam[:, None]))
    phase = np.exp(log_time[:, None] - k[:, None] * r)
    summed = _sums(2 * w * density * (1 + turned(phase)[0]) * most, SHARES)
    return summed + np.exp(-law._count(last, xi, lam))


def _upper(
    law: Law, log_time: RealArray, k: RealArray, xi: RealArray, lam: RealArray, L: RealArray
) -> Array:
    """a, from the range 0."""
    nodes, weights = (NEAR, NEAR_WEIGHTS) if law.singular else (FAR, FAR_WEIGHTS)
    phase = np.exp(log_time)[:, None]
    xi, lam, k = xi[:, None], lam[:, None], k[:, None]
    turn = nodes / phase
    r = -(np.log1p(turn**2) / 2 + 1j * np.arctan(turn)) / k  # of 1j turn log1p loses digits
    density = law._strongest_off_axis(r, xi, lam)
    found: Array = -1j * _sums(_finite(density / (phase + 1j * nodes)), weights) / k[:, 0]
    return found


def _lower(
    law: Law, log_time: RealArray, k: RealArray, xi: RealArray, lam: RealArray, L: RealArray
) -> Array:
    """b, from the range L/2."""
    steep = (xi < 0) & (k * xi > -STEEP) | np.zeros(log_time.shape, bool)
    found = np.empty(log_time.shape, complex)
    for path, mine in ((DIAGONAL, steep), (UPRIGHT, ~steep)):
        if np.any(mine):
            at = [
                np.broadcast_to(x, steep.shape)[mine, None] for x in (log_time, k, xi, lam, L)
            ]
            found[mine] = _along(law, path, *at)
    return found


def _along(
    law: Law,
    path: tuple[Array, Array],
    log_time: RealArray,
    k: RealArray,
    xi: RealArray,
    lam: RealArray,
    L: RealArray,
) -> Array:
    """b, over y - y_c along a path with its weights."""
    depths, weights = path
    across, up = np.exp(log_time - k * L / 2) + depths.real, depths.imag
    r = np.empty(across.shape, complex)
    r.real = (log_time - np.log(np.hypot(across, up))) / k
    r.imag = -np.arctan2(up, across) / k
    surviving = exponential(-law._count_off_axis(r, xi, lam))
    return _sums(np.exp(-law._count(L / 2, xi, lam)) - _finite(surviving), weights)


def _sums(terms: Array, weights: Array) -> Array:
    """Of each row; products this small take BLAS longer to share among threads than to make."""
    found: Array = np.einsum("ij,j->i", terms, weights)
    return found


def _finite(values: Array) -> Array:
    """0 where exp(-N) has underflown by way of an infinite N."""
    return np.where(np.isfinite(values), values, 0.0)
