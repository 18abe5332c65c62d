"""Counts of Omega = |z||omega| over the pairs of some levels, by |omega|."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bathlab.conventions import Array, RealArray
from bathlab.statistics.histograms import log_edges

#: Edges of the windows of |omega|: below 1e-4, four decades to 1, and what is left up to pi.
WINDOWS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, math.inf)
#: Bins of Omega, and of |omega| from 1e-5, in a decade.
PER_DECADE = 5
SCALES = log_edges(1e-13, 10.0, PER_DECADE)
#: Edges of the bins of |omega|, which lie within the windows; the first and the last are wider
#: and narrower than the others.
FREQUENCIES = np.array(
    [0.0]
    + [10.0**-5 * 10 ** (k / PER_DECADE) for k in range(PER_DECADE)]
    + [low * 10 ** (k / PER_DECADE) for low in WINDOWS[1:5] for k in range(PER_DECADE)]
    + [10 ** (k / PER_DECADE) for k in range(3)]
    + [math.pi]
)
#: The first bin of |omega| of each window.
FIRST = np.searchsorted(FREQUENCIES, WINDOWS[:-1])


@dataclass(frozen=True, eq=False)
class LevelPairs:
    """Pairs n < m of ascending levels on the circle, in order of their windows of |omega|.

    Attributes
    ----------
    rows, columns
        (p,) n and m.
    omega
        (p,) |omega|.
    places
        (p,) bins :data:`FREQUENCIES` of |omega|.
    weights
        (p,) what each pair counts; None for 1.
    """

    rows: Array
    columns: Array
    omega: RealArray
    places: Array
    weights: RealArray | None = None

    def by_frequency(self, values: RealArray | None = None) -> RealArray:
        """(f,) sum of the weights, or of weighted ``values``, in each bin of |omega|."""
        if values is None:
            values = self.weights
        elif self.weights is not None:
            values = values * self.weights
        found = np.bincount(self.places, values, minlength=len(FREQUENCIES) - 1)
        return found.astype(np.float64)

    def joint(self, Omega: RealArray) -> RealArray:
        """(f, b) counts in bins of |omega| and bins :data:`SCALES` of Omega."""
        width = len(SCALES) + 1
        index = self.places * width + np.searchsorted(SCALES, Omega, side="right")
        size = (len(FREQUENCIES) - 1) * width
        counts = np.bincount(index, self.weights, minlength=size)
        return counts.reshape(-1, width)[:, 1:-1].astype(np.float64)

    def neighbours(self, levels: int) -> Array:
        """Places of the pairs that are next to each other on a circle of so many levels."""
        apart = self.columns - self.rows
        return np.flatnonzero((apart == 1) | (apart == levels - 1))


def level_pairs(
    quasienergies: RealArray, width: float | None = None, below: float = math.inf
) -> LevelPairs:
    """The pairs n < m of ascending ``quasienergies`` with |omega| < ``below``.

    Of levels that are all those in an arc of a ``width``, above ``below``, a pair counts
    width/(width - |omega|): a pair at |omega| is in an arc that lies anywhere on the circle
    with a probability that is as much smaller than that of a pair at |omega| = 0.
    """
    rows, columns = np.triu_indices(len(quasienergies), 1)
    apart = np.abs(quasienergies[rows] - quasienergies[columns])
    omega = np.minimum(apart, 2 * np.pi - apart)
    if below < math.inf:
        near = np.flatnonzero(omega < below)
        rows, columns, omega = rows[near], columns[near], omega[near]
    order = np.argsort(np.searchsorted(WINDOWS, omega, side="right"), kind="stable")
    omega = omega[order]
    places = np.searchsorted(FREQUENCIES[:-1], omega, side="right") - 1
    weights = None if width is None else width / (width - omega)
    return LevelPairs(rows[order], columns[order], omega, places, weights)


def by_window(values: RealArray) -> RealArray:
    """Sums of what bins of |omega| hold over those of each window, along the first axis."""
    return np.asarray(np.add.reduceat(values, FIRST, axis=0))
