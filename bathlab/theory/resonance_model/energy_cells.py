"""Diffusion of a density of y = e/s_e in finite volumes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, TypeAlias

import numpy as np
from scipy.linalg.lapack import dgtsv

from bathlab.conventions import RealArray

#: Of z: the rate of diffusion, and that of loss in each cell.
Rates: TypeAlias = Callable[[float], tuple[float, RealArray]]
#: Where the grid ends; a normal distribution has 1e-23 beyond.
END = 10.0
#: Of a step, up to its middle stage (TR-BDF2).
PART = 2 - math.sqrt(2)


@dataclass(frozen=True)
class EnergyCells:
    """Centres and widths of cells, and the diagonals of the operator of d/dy(y f + df/dy)/2."""

    y: RealArray
    widths: RealArray
    lower: RealArray
    diagonal: RealArray
    upper: RealArray

    @classmethod
    def spread(cls, cells: int, width: float) -> EnergyCells:
        """Cells that are even within ``width`` of 0 and grow beyond.

        The flux between two is that of f over the normal density, which is left as it is.
        """
        last = math.asinh(END / width)
        faces = width * np.sinh(np.linspace(-last, last, cells + 1))
        y, widths = (faces[1:] + faces[:-1]) / 2, np.diff(faces)
        inner = faces[1:-1]
        left = np.exp((y[:-1] ** 2 - inner**2) / 2) / 2 / np.diff(y)
        right = np.exp((y[1:] ** 2 - inner**2) / 2) / 2 / np.diff(y)
        diagonal = np.zeros(cells)
        diagonal[:-1] -= left / widths[:-1]
        diagonal[1:] -= right / widths[1:]
        return cls(y, widths, left / widths[1:], diagonal, right / widths[:-1])

    def applied(self, f: RealArray, diffusion: float, loss: RealArray) -> RealArray:
        """The change of f with z."""
        found = (diffusion * self.diagonal - loss) * f
        found[:-1] += diffusion * self.upper * f[1:]
        found[1:] += diffusion * self.lower * f[:-1]
        return found

    def solved(self, f: RealArray, step: float, diffusion: float, loss: RealArray) -> RealArray:
        """g with g - step times its change = f."""
        rate = step * diffusion
        middle = 1 - rate * self.diagonal + step * loss
        *_, found, _ = dgtsv(-rate * self.lower, middle, -rate * self.upper, f)
        return np.asarray(found)


def advance(
    grid: EnergyCells, rates: Rates, f: RealArray, start: float, end: float, step: float
) -> RealArray:
    """f at z = end from that at z = start, in equal steps of at most ``step``."""
    count = max(1, math.ceil((end - start) / step))
    step = (end - start) / count
    weights = (1 / (PART * (2 - PART)), (1 - PART) ** 2 / (PART * (2 - PART)))
    at = rates(start)
    for k in range(count):
        z = start + k * step
        half = PART / 2 * step
        middle = grid.solved(f + half * grid.applied(f, *at), half, *rates(z + PART * step))
        at = rates(z + step)
        mixed = weights[0] * middle - weights[1] * f
        f = grid.solved(mixed, (1 - PART) / (2 - PART) * step, *at)
    return f
