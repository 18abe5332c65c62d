"""Ghosts of a Lanczos run summed into levels, and what is still open about them.

A Lanczos run without reorthogonalisation has copies of its levels, and copies on their way. The
Gauss weights of a settled cluster sum to the weight of its level (Greenbaum, Linear Algebra
Appl. 113 (1989) 7); a copy on its way holds weight of the levels around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import RealArray
from bathlab.spectrum.scale import LEVEL_ROUNDING, spacings

#: Copies of one level that have settled lie within ``scale.LEVEL_ROUNDING`` of the width. Those
#: that come this near, in the same unit, belong to it too, unless each is resolved from the
#: other: a copy on its way has a residual near the square root of its distance.
GHOST_SPREAD = 1e-12
#: Levels of a matrix whose constant could not be taken off are known to this share of max|E|.
STORED_ROUNDING = 1e-14
#: A Ritz value with a residual below this share of the width is a level by itself, if that is
#: also a small share of the distance of the levels around: it is wrong by the square of the
#: share, and stands for two levels only if they are nearer than usual by as much. A cluster of
#: several is a level if it is no wider than that share of the distance.
SHARPNESS = 1e-11
SHARP_SHARE = 0.1
#: Ghosts with a residual above this share of the mean level spacing may be of any level. The
#: spacing is that of all levels, or of those around where they are denser by more than the
#: second number: that of a local density which is merely not the mean one.
RITZ_TOLERANCE = 1e-3
DENSER = 16
#: A copy on its way is settled with the help of another look if it can move log sum w^2 by more
#: than this; what some thousand others may add stays far below the drift that is accepted.
NOTICEABLE = 1e-14
#: Two looks agree on a range of levels if its weights do to this share: their common rounding;
#: where levels are dense beside the width, to some times the blur that it leaves.
SAME_WEIGHT = 1e-9
SAME_BLUR = 4


@dataclass(frozen=True, eq=False)
class Look:
    """The levels of a Lanczos run and their weights after some number of steps.

    Attributes
    ----------
    levels, weights
        (m,) arrays, ascending levels.
    opened
        (g,) weights of the copies whose level is open.
    first, last
        (g,) numbers of the lowest and highest level that may claim them: those within
        the residual and one more on either side.
    blur
        rounding of the width beside the distance of the levels that carry the weight, which
        is what rounding turns neighbouring levels into each other by.
    """

    levels: RealArray
    weights: RealArray
    opened: RealArray
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    blur: float = 0.0

    @property
    def shifts(self) -> RealArray:
        """How much each open weight u can change log sum w^2 at most: 2 u max(w) / sum w^2."""
        return 2 * self.opened * self.weights.max() / (self.weights @ self.weights)

    @property
    def drift(self) -> float:
        """How much all of them can."""
        return float(self.shifts.sum())

    @property
    def doubt(self) -> RealArray:
        """(m,) open weight that each level may claim."""
        change = np.zeros(len(self.levels) + 1)
        np.add.at(change, self.first, self.opened)
        np.add.at(change, self.last + 1, -self.opened)
        return np.maximum(np.cumsum(change[:-1]), 0.0)


def look(
    ritz: RealArray, weights: RealArray, residuals: RealArray, n: int, known: float = 0.0
) -> Look:
    """Sum ghosts into levels.

    Ritz values in a row that are not resolved from each other form a cluster (see
    :func:`cluster_starts`). A cluster is a level if its one member is sharp, or if it has
    several: some combination of them has no component on the last Lanczos vector, hence no
    residual. Any other Ritz value is a ghost on its way to the nearest level; its weight is
    open unless exactly one level lies within its residual. That is also how two levels closer
    than the residual, seen as one so far, are found out.
    """
    width = ritz[-1] - ritz[0]
    starts = cluster_starts(ritz, residuals, known)
    centres, sums = merged(ritz, weights, starts)
    apart, rounding = spacings(centres), max(LEVEL_ROUNDING * width, known)
    last = np.append(starts[1:], len(ritz)) - 1
    tight = ritz[last] - ritz[starts] <= np.maximum(rounding, SHARP_SHARE * apart)
    sharp = np.maximum(rounding, np.minimum(SHARPNESS * width, SHARP_SHARE * apart))
    is_level = np.where(last > starts, tight, residuals[starts] <= sharp)
    if not is_level.any():
        everything = np.zeros(1, dtype=np.intp)
        return Look(
            ritz, weights, np.array([weights.sum()]), everything, everything + len(ritz) - 1
        )
    levels, rest = centres[is_level], ~is_level
    reach = residuals[starts][rest]
    low = np.searchsorted(levels, centres[rest] - reach)
    high = np.searchsorted(levels, centres[rest] + reach, side="right")
    spacing = np.minimum(width / n, DENSER * apart[rest])
    lost = (high - low != 1) | (reach > RITZ_TOLERANCE * spacing)
    gathered = np.bincount(_nearest(levels, centres), sums, minlength=len(levels))
    return Look(
        levels,
        gathered.astype(np.float64, copy=False),
        sums[rest][lost],
        np.maximum(low[lost] - 1, 0),
        np.minimum(high[lost], len(levels) - 1),
        _blur(levels, gathered.astype(np.float64, copy=False), width),
    )


def _blur(levels: RealArray, weights: RealArray, width: float) -> float:
    """Rounding of the width in units of the level spacing where half of the weight is below."""
    middle = min(int(np.searchsorted(np.cumsum(weights), weights.sum() / 2)), len(levels) - 1)
    return float(np.finfo(float).eps * width / spacings(levels)[middle])


def settled_by(seen: Look, others: Iterable[Look]) -> Look:
    """``seen`` with the levels around its open copies from looks that had nothing open there.

    When a copy settles, its level is blurred for a while: the two share a residual, and neither
    counts as a level. In a large system that happens somewhere at any time; but not in the same
    places after another number of steps.
    """
    known = [(other, other.doubt) for other in others]
    done, kept, levels, weights, open_weight = 0, [], [], [], []
    for low, high, ghosts in _neighbourhoods(seen):
        for other, doubt in known:
            there = _counterpart(seen, low, high, other)
            least = RITZ_TOLERANCE * seen.opened[ghosts].max()
            if there is not None and doubt[there].max() < least:
                levels += [seen.levels[done:low], other.levels[there]]
                weights += [seen.weights[done:low], other.weights[there]]
                open_weight.append(float(doubt[there].max()))
                kept.append(ghosts)
                done = high + 1
                break
    if not kept:
        return seen
    rest = np.setdiff1d(np.arange(len(seen.opened)), np.concatenate(kept))
    # Where the remaining ones are is told by no number any more: they may be of any level.
    opened = np.append(seen.opened[rest], open_weight)
    whole = np.concatenate([*levels, seen.levels[done:]])
    return Look(
        whole,
        np.concatenate([*weights, seen.weights[done:]]),
        opened,
        np.zeros(len(opened), dtype=np.intp),
        np.full(len(opened), len(whole) - 1, dtype=np.intp),
        seen.blur,
    )


def _neighbourhoods(seen: Look) -> list[tuple[int, int, NDArray[np.intp]]]:
    """Ranges of levels, ends included, that noticeable open copies may claim, and those."""
    noticeable = np.flatnonzero(seen.shifts > NOTICEABLE)
    ranges: list[tuple[int, int, list[int]]] = []
    for ghost in noticeable[np.argsort(seen.first[noticeable], kind="stable")]:
        low, high = int(seen.first[ghost]), int(seen.last[ghost])
        if ranges and low <= ranges[-1][1]:
            low, previous, ghosts = ranges.pop()
            ranges.append((low, max(high, previous), [*ghosts, ghost]))
        else:
            ranges.append((low, high, [ghost]))
    return [(low, high, np.array(ghosts)) for low, high, ghosts in ranges]


def _counterpart(seen: Look, low: int, high: int, other: Look) -> slice | None:
    """The levels of ``other`` between two levels of ``seen``, if they carry the same weight."""
    # Two looks place a level within the clusters that they see of it.
    spread = 2 * GHOST_SPREAD * (seen.levels[-1] - seen.levels[0])
    start, stop = np.searchsorted(
        other.levels, [seen.levels[low] - spread, seen.levels[high] + spread]
    )
    there = slice(int(start), int(stop))
    mine, its = seen.weights[low : high + 1].sum(), other.weights[there].sum()
    same = (
        stop > start
        and abs(other.levels[start] - seen.levels[low]) <= spread
        and abs(other.levels[stop - 1] - seen.levels[high]) <= spread
        and abs(mine - its) <= (SAME_WEIGHT + SAME_BLUR * seen.blur) * mine
    )
    return there if same else None


def _nearest(places: RealArray, points: RealArray) -> NDArray[np.intp]:
    """For each point the number of the nearest of the ascending places."""
    return np.searchsorted((places[1:] + places[:-1]) / 2, points)


def cluster_starts(
    ritz: RealArray, residuals: RealArray, known: float = 0.0
) -> NDArray[np.intp]:
    """Where each cluster of ascending Ritz values starts.

    Neighbours within ``GHOST_SPREAD`` are of one cluster, unless rounding cannot have parted
    them and the residuals of both are smaller than their distance: those are two levels.
    ``known`` is what the entries of H are rounded to.
    """
    size = max(abs(ritz[0]), abs(ritz[-1]))
    width, gaps = ritz[-1] - ritz[0], np.diff(ritz)
    rounding = max(LEVEL_ROUNDING * width, STORED_ROUNDING * size, known)
    resolved = (gaps > rounding) & (residuals[1:] + residuals[:-1] < gaps)
    far = gaps > max(GHOST_SPREAD * width, rounding)
    return np.concatenate([[0], np.flatnonzero(far | resolved) + 1])


def group_starts(levels: RealArray, gap: float) -> NDArray[np.intp]:
    """Where each group of ascending levels starts, neighbours at most ``gap`` apart."""
    return np.concatenate([[0], np.flatnonzero(np.diff(levels) > gap) + 1])


def merged(
    levels: RealArray, weights: RealArray, starts: NDArray[np.intp]
) -> tuple[RealArray, RealArray]:
    """The levels and weights of groups: means by weight, and sums."""
    share = weights + np.finfo(float).tiny  # levels of zero weight have a position too
    centres = np.add.reduceat(levels * share, starts) / np.add.reduceat(share, starts)
    return centres, np.add.reduceat(weights, starts)
