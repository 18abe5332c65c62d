"""How many levels lie between two energies, estimated: the kernel polynomial method.

Weisse, Wellein, Alvermann & Fehske, Rev. Mod. Phys. 78 (2006) 275: Chebyshev moments
tr T_k(x)/n from a few random vectors, with Jackson's kernel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.optimize

from bathlab.conventions import Array, RealArray
from bathlab.spectrum.chebyshev.product import Scaled
from bathlab.spectrum.krylov.blocks import random_block

#: Moments; they resolve pi/MOMENTS of the half-width.
MOMENTS = 200
VECTORS = 4


@dataclass(frozen=True, eq=False)
class Density:
    """Numbers of levels of ``scaled`` from ``moments``, (MOMENTS,) with the kernel in them."""

    scaled: Scaled
    moments: RealArray

    def within(self, energy: float, distance: float) -> float:
        """About how many levels lie within ``distance`` of ``energy``."""
        ends = self.scaled.angle(np.array([energy + distance, energy - distance]))
        k = np.arange(1, len(self.moments))
        waves = np.diff(np.sin(np.outer(ends, k)), axis=0)[0] / k
        share = self.moments[0] * (ends[1] - ends[0]) + 2 * self.moments[1:] @ waves
        return float(self.scaled.system.dimension * share / np.pi)

    def distance(self, energy: float, count: float) -> float:
        """The distance within which about ``count`` levels lie."""
        widest = self.scaled.upper - self.scaled.lower
        if not self.within(energy, widest) > count:
            return float(widest)
        return float(
            scipy.optimize.brentq(
                lambda d: self.within(energy, d) - count, 0.0, widest, xtol=1e-14 * widest
            )
        )


def density_of(scaled: Scaled, generator: np.random.Generator) -> Density:
    """By products of ``VECTORS`` vectors; T_2k = 2 T_k T_k - 1 halves them."""
    start = random_block(scaled.system.dimension, VECTORS, scaled.system.dtype, generator)
    norm = float(np.vdot(start, start).real)

    def image(x: Array) -> Array:
        product: Array = (scaled.system @ x - scaled.centre * x) / scaled.half
        return product

    def overlap(a: Array, b: Array) -> float:
        return float(np.vdot(a, b).real) / norm

    older, newer = start, image(start)
    moments = np.empty(MOMENTS)
    moments[0], moments[1] = 1.0, overlap(start, newer)
    first = moments[1]
    for k in range(1, MOMENTS // 2):
        older, newer = newer, 2 * image(newer) - older
        moments[2 * k] = 2 * overlap(older, older) - 1
        moments[2 * k + 1] = 2 * overlap(older, newer) - first
    return Density(scaled, moments * _jackson(MOMENTS))


def _jackson(size: int) -> RealArray:
    k, turn = np.arange(size), np.pi / (size + 1)
    return ((size - k + 1) * np.cos(turn * k) + np.sin(turn * k) / np.tan(turn)) / (size + 1)
