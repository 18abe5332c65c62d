"""Trajectories of the local energy of a state, with its chance of having met no resonance."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.conventions import RealArray
from bathlab.operators.kept import kept


@kept(error_model="numpy")
def rate(law: Any, z: float, y: float) -> float:
    """q dr/dz at y = e/s_e; law: lambda, xi, kappa, power, sign."""
    r = math.sinh(z) ** 2
    square = 2 * r + 1
    exponent = -((y + law[4] / 2 / math.sqrt(square)) ** 2) / 2 - r / law[1]
    exponent -= law[3] * math.log1p(r)
    if law[2] < 1:
        if r == 0:
            return 0.0
        exponent -= (1 / law[2] - 1) / 4 * y * y * square / r
    return math.cosh(z) / math.sqrt(law[0]) * math.exp(exponent)


@kept(error_model="numpy")
def walk(
    generator: Any, law: Any, y: Any, weights: Any, start: float, end: float, step: float
) -> None:
    """Move each y from z = start to end and multiply its weight by exp(-int q dr)."""
    count = max(1, math.ceil((end - start) / step))
    step = (end - start) / count
    for j in range(y.size):
        lost = rate(law, start, y[j]) / 2
        at = y[j]
        for k in range(1, count + 1):
            z = start + k * step
            kept_part = math.cosh(2 * z - 2 * step) / math.cosh(2 * z)
            at *= math.sqrt(kept_part)
            at += math.sqrt(1 - kept_part) * generator.standard_normal()
            lost += rate(law, z, at)
        lost -= rate(law, end, at) / 2
        y[j] = at
        weights[j] = math.exp(-lost * step)


def batch(
    generator: np.random.Generator, law: RealArray, z: RealArray, walkers: int, step: float
) -> RealArray:
    """F at each z from walkers that are drawn again by their weights at each."""
    y = law[4] / 2 + generator.standard_normal(walkers)
    weights = np.empty(walkers)
    start, left, found = 0.0, 1.0, []
    for end in z:
        walk(generator, law, y, weights, start, end, step)
        total = weights.sum()
        left *= total / walkers
        found.append(left)
        if not total:
            break
        places = (np.arange(walkers) + generator.random()) / walkers * total
        y = y[np.minimum(np.searchsorted(np.cumsum(weights), places), walkers - 1)]
        start = end
    return np.array(found + [0.0] * (z.size - len(found)))
