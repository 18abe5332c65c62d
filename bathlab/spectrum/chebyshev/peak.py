"""The filter: the Chebyshev expansion of delta(E - target), cut off without a taper.

Of all polynomials of its order it has the narrowest peak (Sierant, Lewenstein & Zakrzewski,
Phys. Rev. Lett. 125 (2020) 156601). Its side lobes, a fifth of the peak, do no harm: a Krylov
space of the filtered operator converges to its largest eigenvalues only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bathlab.conventions import RealArray

#: (order + 1/2) times the half-width of the window in theta: the filter is 0.70 at its ends. At
#: 2.2 (0.37 there) 50 states at n = 3432 took 1.35 times the products, at 1.0 0.9 times as many
#: in a larger space.
EDGE_PHASE = 1.4
#: The filter is looked at in so many lobes, this finely.
LOBES, POINTS = 12, 200
#: A state of the main lobe is one where the filter exceeds the largest side lobe by this.
CLEAR = 1.25
#: The floor where no side lobe is seen, and the least order.
LEAST, LEAST_ORDER = 0.15, 1


@dataclass(frozen=True)
class Peak:
    """f(theta) = sum_k c_k cos(k theta), 1 at ``angle``.

    Attributes
    ----------
    angle
        theta of the target.
    order
        highest Chebyshev polynomial.
    """

    angle: float
    order: int

    @classmethod
    def around(cls, angle: float, halfwidth: float) -> Peak:
        """For a window of ``halfwidth`` in theta."""
        return cls(angle, max(LEAST_ORDER, math.ceil(EDGE_PHASE / halfwidth - 0.5)))

    def coefficients(self) -> RealArray:
        """c_k, (order + 1,)."""
        bare = 2 * np.cos(self.angle * np.arange(self.order + 1))
        bare[0] = 1.0
        return bare / self._bare(np.array([self.angle]))

    def at(self, angles: RealArray) -> RealArray:
        """f, of the shape of ``angles``."""
        return self._bare(np.atleast_1d(angles)) / self._bare(np.array([self.angle]))

    def lowest(self) -> float:
        """A bound below all values of f."""
        return float(self._seen()[1].min()) - 1e-3

    def floor(self) -> float:
        """What f exceeds in the main lobe only, and everywhere near its peak."""
        angles, values = self._seen()
        peak = int(np.argmin(np.abs(angles - self.angle)))
        falls = np.flatnonzero(values <= 0)
        left = falls[falls < peak].max(initial=-1)
        right = falls[falls > peak].min(initial=len(values))
        outside = np.concatenate([values[: left + 1], values[right:]])
        return max(LEAST, CLEAR * float(outside.max(initial=0.0)))

    def _seen(self) -> tuple[RealArray, RealArray]:
        reach = LOBES * np.pi / (self.order + 0.5)
        first, last = max(0.0, self.angle - reach), min(np.pi, self.angle + reach)
        angles = np.linspace(first, last, 2 * LOBES * POINTS)
        angles = np.sort(np.append(angles, self.angle))
        return angles, self.at(angles)

    def _bare(self, angles: RealArray) -> RealArray:
        """The sum before it is divided: half of Dirichlet's kernel at theta -+ angle."""
        return (self._kernel(angles - self.angle) + self._kernel(angles + self.angle)) / 2

    def _kernel(self, alpha: RealArray) -> RealArray:
        below = np.sin(alpha / 2)
        flat = np.abs(below) < 1e-12
        kernel = np.sin((self.order + 0.5) * alpha) / np.where(flat, 1.0, below)
        return np.where(flat, 2 * self.order + 1.0, kernel)
