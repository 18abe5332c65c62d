"""[C_zz(t)] = F(L/2) + integral of p(r) cos(v(r) t) over ranges, right at any time.

In the phase y = v(r) t the integral has p/(k y), a function of log y. Where y is small it is
summed on the real axis. Where it is large the path is turned at both ends to y + i s, along
which exp(i y) decays: Gauss-Laguerre then needs no more points at J t = 10^300 than at 100.
"""

from __future__ import annotations

import math
from typing import ClassVar, Protocol

import numpy as np
from scipy.special import roots_laguerre

from bathlab.conventions import Array, RealArray
from bathlab.theory.resonance_model.lengths import ZETA_C

#: Phases below which the real axis is used, at J t beyond twice that and within it; and those
#: whose cosine is 1.
TURNED, STILL = 32.0, 1e-9
PANELS, ORDER, LAGUERRE = 16, 20, 40
#: Times that are treated together.
AT_ONCE = 4096
NODES, WEIGHTS = np.polynomial.legendre.leggauss(ORDER)
#: Points and weights on (0, 1).
PLACES = ((np.arange(PANELS)[:, None] + (1 + NODES) / 2) / PANELS).ravel()
SHARES = np.tile(WEIGHTS / 2 / PANELS, PANELS)
FAR, FAR_WEIGHTS = roots_laguerre(LAGUERRE)
#: In sqrt s, of which p of the static case is a function near r = 0, up to exp(-s) = 1e-18.
ROOTS, ROOT_WEIGHTS = np.polynomial.legendre.leggauss(LAGUERRE)
ROOTS = 3.2 * (1 + ROOTS)
NEAR, NEAR_WEIGHTS = ROOTS**2, 6.4 * ROOTS * np.exp(-(ROOTS**2)) * ROOT_WEIGHTS


class Law(Protocol):
    """What a case of the model knows of N and q."""

    singular: ClassVar[bool]

    def _count(self, r: RealArray, xi: RealArray, lam: RealArray) -> RealArray: ...
    def _count_off_axis(self, r: Array, xi: RealArray, lam: RealArray) -> Array: ...
    def _log_q(self, r: Array, xi: RealArray, lam: RealArray) -> Array: ...
    def _log_p(self, r: RealArray, xi: RealArray, lam: RealArray) -> RealArray: ...


def correlator(law: Law, given: list[RealArray]) -> RealArray:
    """C at t >= 0, xi, lambda, L, J, all of one shape."""
    flat = [each.ravel() for each in given]
    parts = [
        _some(law, *(each[first : first + AT_ONCE] for each in flat))
        for first in range(0, flat[0].size, AT_ONCE)
    ]
    return np.concatenate(parts).reshape(given[0].shape) if parts else np.empty(given[0].shape)


def _some(
    law: Law, t: RealArray, xi: RealArray, lam: RealArray, L: RealArray, J: RealArray
) -> RealArray:
    k = 1 / xi + 2 / ZETA_C
    with np.errstate(all="ignore"):
        log_time = np.log(J) + np.log(t)
        turned = log_time > math.log(2 * TURNED)
        first = np.where(turned, np.minimum((log_time - math.log(TURNED)) / k, L / 2), 0.0)
        last = np.minimum(np.maximum((log_time - math.log(STILL)) / k, 0.0), L / 2)
        found = np.exp(-law._count(last, xi, lam))
        found += _on_axis(law, first, last, log_time, k, xi, lam)
        if np.any(turned):
            at = [each[turned] for each in (first, log_time, k, xi, lam)]
            found[turned] += _off_axis(law, *at)
    return np.minimum(found, 1.0)


def _on_axis(
    law: Law,
    first: RealArray,
    last: RealArray,
    log_time: RealArray,
    k: RealArray,
    xi: RealArray,
    lam: RealArray,
) -> RealArray:
    """Integral of p cos(v t) from the one range to the other, over w = sqrt(r - first)."""
    most = np.sqrt(last - first)[:, None]
    w = most * PLACES
    r = first[:, None] + w * w
    r = np.where(most > 0, r, 1.0)
    density = np.exp(law._log_p(r, xi[:, None], lam[:, None]))
    phase = np.exp(log_time[:, None] - k[:, None] * r)
    summed: RealArray = (2 * w * density * np.cos(phase) * most) @ SHARES
    return summed


def _off_axis(
    law: Law, first: RealArray, log_time: RealArray, k: RealArray, xi: RealArray, lam: RealArray
) -> RealArray:
    """Integral of p cos(v t) from r = 0 to ``first``."""
    low = np.exp(log_time - k * first)
    inner = _turned(law, first, low, k, xi, lam, FAR) @ FAR_WEIGHTS
    high = np.exp(log_time)
    nodes, weights = (NEAR, NEAR_WEIGHTS) if law.singular else (FAR, FAR_WEIGHTS)
    outer = _turned(law, np.zeros_like(first), high, k, xi, lam, nodes) @ weights
    return np.real(1j * np.exp(1j * low) * inner - 1j * np.exp(1j * high) * outer)


def _turned(
    law: Law,
    start: RealArray,
    phase: RealArray,
    k: RealArray,
    xi: RealArray,
    lam: RealArray,
    s: RealArray,
) -> Array:
    """p/(k y) at y = phase + i s, which is at range ``start`` for s = 0."""
    y = phase[:, None] + 1j * s
    xi, lam, k = xi[:, None], lam[:, None], k[:, None]
    r = start[:, None] - np.log1p(1j * s / phase[:, None]) / k
    count = law._count_off_axis(r, xi, lam)
    found = np.exp(law._log_q(r, xi, lam) - count) / (k * y)
    return np.where(np.isfinite(found), found, 0.0)
