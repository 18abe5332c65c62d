"""A filter for an arc of the circle: sum_m c_m W^m, large there and below rounding beyond.

The coefficients c_m = k_m exp(-i m phi) are those of a geometric sum, tapered by a Kaiser
window: of all tapers it nearly has the least side lobes, exp(-``TAPER``), below rounding. A
bare geometric sum has side lobes of a fifth of its peak: states under them converge as well as
those of the arc, and push those out of any space of limited size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bathlab.conventions import Array

#: Kaiser's beta: side lobes exp(-34) = 2e-15 of the peak.
TAPER = 34.0
#: The filter at the ends of the arc, relative to its peak. Closer to 1 there are more states
#: beyond the ends that come along; at less they cost more products and lose digits.
EDGE = 0.02


@dataclass(frozen=True)
class Arc:
    """The quasienergies within ``halfwidth`` of ``centre``, and the filter that lets them pass.

    Attributes
    ----------
    centre, halfwidth
        of the arc; every state in it has at least ``EDGE`` of the peak.
    """

    centre: float
    halfwidth: float

    @property
    def lobe(self) -> float:
        """Half-width of the main lobe, beyond which the filter is rounding."""
        return self.halfwidth / math.sqrt(1 - (1 + math.log(EDGE) / TAPER) ** 2)

    @property
    def degree(self) -> int:
        """Highest power of W in the filter."""
        return math.ceil(2 * TAPER / self.lobe)

    @property
    def stride(self) -> int:
        """The power of W that turns the main lobe once round the circle (or less)."""
        return max(1, int(math.pi / self.lobe))

    def coefficients(self) -> Array:
        """c_m, (degree + 1,); the filter is 1 at the centre."""
        taper = np.kaiser(self.degree + 1, TAPER)
        turns = np.exp(-1j * self.centre * np.arange(self.degree + 1))
        return taper / taper.sum() * turns

    def share(self) -> float:
        """Share of the circle under the main lobe."""
        return min(1.0, self.lobe / math.pi)
