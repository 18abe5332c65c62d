"""Counts of one site's pairs that ask which levels they are of."""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.conventions import Array, RealArray
from bathlab.experiments.pair_counts import SCALES, LevelPairs
from bathlab.statistics.histograms import bin_counts

#: Resonances that are told by rank and by quasienergy: Omega above so many mean spacings, and
#: above this.
FAR_ABOVE, LEAST = 10.0, 1e-4
#: Edges of the bins of rank distance: 1, 2, 3-4, 5-8 and so on.
RANKS = np.concatenate([[1], 2 ** np.arange(16) + 1])
#: Equal parts of the circle in which resonances are counted.
PARTS = 4


def by_levels(pairs: LevelPairs, Omega: RealArray, quasienergies: RealArray) -> dict[str, Any]:
    """Counts of one site that ask which levels the pairs are of."""
    levels = len(quasienergies)
    far = np.flatnonzero(Omega > FAR_ABOVE * 2 * np.pi / levels)
    apart = pairs.columns[far] - pairs.rows[far]
    distance = np.minimum(apart, levels - apart)
    large = np.flatnonzero(Omega > LEAST)
    width = len(SCALES) + 1
    bins = np.searchsorted(SCALES, Omega[large], side="right")
    parts = np.zeros(PARTS * width)
    place = _part(quasienergies)
    for ends in (pairs.rows[large], pairs.columns[large]):
        parts += np.bincount(place[ends] * width + bins, minlength=len(parts))
    next_to = pairs.neighbours(levels)
    return {
        "adjacent": bin_counts(Omega[next_to], SCALES)[0],
        "ranks": np.histogram(distance, RANKS)[0].astype(np.float64),
        "parts": parts.reshape(PARTS, width)[:, 1:-1],
    }


def _part(quasienergies: RealArray) -> Array:
    """Which part of the circle each level is in, from -pi."""
    place = np.floor((quasienergies + np.pi) * (PARTS / (2 * np.pi))).astype(np.int64)
    return np.clip(place, 0, PARTS - 1)


def level_parts(quasienergies: RealArray) -> RealArray:
    """How many levels each part of the circle has."""
    return np.bincount(_part(quasienergies), minlength=PARTS).astype(np.float64)
