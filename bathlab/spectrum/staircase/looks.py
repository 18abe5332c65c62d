"""Which Ritz values of a Lanczos run are levels of H, to the rounding of its width.

Levels ask for less than weights do: a Ritz value with the residual r lies within r^2 / gap of
a level, gap being the distance of the next one (Kato and Temple; Parlett, The Symmetric
Eigenvalue Problem, section 11.7). A copy on its way shares its residual with its level, which
stays where it is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import RealArray
from bathlab.spectrum.krylov.ghosts import (
    GHOST_SPREAD,
    SHARP_SHARE,
    cluster_starts,
    merged,
)
from bathlab.spectrum.krylov.lanczos import Lanczos
from bathlab.spectrum.scale import LEVEL_ROUNDING, spacings
from bathlab.spectrum.tridiagonal.divide import tridiagonal_rows


class Found(NamedTuple):
    """Levels of H.

    Attributes
    ----------
    levels
        (m,) ascending.
    reach
        (m,) a level lies within that of each: the residual, or the extent of its copies.
    """

    levels: RealArray
    reach: RealArray


def levels_in(run: Lanczos) -> Found:
    """The levels of the centred H that a run has found, each once."""
    ritz, first, last = tridiagonal_rows(run.diagonal, run.offdiagonal[:-1], run.blocks)
    seen = converged(ritz, first**2, run.offdiagonal[-1] * np.abs(last), run.rounding)
    return Found(seen.levels + run.centre, seen.reach)


def converged(
    ritz: RealArray, weights: RealArray, residuals: RealArray, known: float = 0.0
) -> Found:
    """The levels among ascending Ritz values that are wrong by no more than rounding.

    Several that are not resolved from each other are one level if they lie close together, as
    in :func:`~bathlab.spectrum.krylov.ghosts.look`. One alone is a level if r^2 / gap is below
    rounding for the distance of the levels around, and for that of its neighbours: between the
    copy on its way and the level that share a residual larger than their distance nobody
    decides here.
    """
    starts = cluster_starts(ritz, residuals, known)
    centres, _ = merged(ritz, weights, starts)
    last = np.append(starts[1:], len(ritz)) - 1
    several, extent = last > starts, ritz[last] - ritz[starts]
    apart, rounding = spacings(centres), max(LEVEL_ROUNDING * float(np.ptp(ritz)), known)
    share = SHARP_SHARE * apart
    sharp = np.maximum(rounding, np.minimum(np.sqrt(rounding * apart), share))
    reach = np.where(several, extent, residuals[starts])
    maybe = reach <= np.where(several, np.maximum(rounding, share), sharp)
    levels, reach, several = centres[maybe], reach[maybe], several[maybe]
    sure = several | (reach**2 <= rounding * np.maximum(_nearest_gaps(levels), rounding))
    return Found(levels[sure], reach[sure])


def united(known: Found, more: Found) -> Found:
    """The levels of either look.

    Of levels that reach each other those of the look that tells more of them apart, or else of
    the one that reaches less far.
    """
    if len(known.levels) == 0 or len(more.levels) == 0:
        return more if len(known.levels) == 0 else known
    both, reach = (np.concatenate(pair) for pair in zip(known, more))
    newer = np.repeat([False, True], [len(known.levels), len(more.levels)])
    order = np.argsort(both, kind="stable")
    both, reach, newer = both[order], reach[order], newer[order]
    spread = np.maximum(reach, GHOST_SPREAD * float(np.ptp(both)))
    group = _overlapping(both, spread)
    told = [np.bincount(group[side], minlength=group[-1] + 1) for side in (~newer, newer)]
    widest = np.zeros((2, group[-1] + 1))
    np.maximum.at(widest, (newer.astype(np.intp), group), reach)
    better = (told[1] > told[0]) | (told[1] == told[0]) & (widest[1] < widest[0])
    kept = newer == better[group]
    return Found(both[kept], reach[kept])


def _nearest_gaps(levels: RealArray) -> RealArray:
    """(m,) how far the next of the ascending levels is from each; infinite for one alone."""
    gaps = np.diff(levels)
    nearest = np.full(len(levels), np.inf)
    nearest[:-1] = gaps
    nearest[1:] = np.minimum(nearest[1:], gaps)
    return nearest


def _overlapping(places: RealArray, spread: RealArray) -> NDArray[np.intp]:
    """(m,) the number of the group of each of the ascending places that reach each other."""
    upper = np.maximum.accumulate(places + spread)
    lower = np.minimum.accumulate((places - spread)[::-1])[::-1]
    return np.concatenate([[0], np.cumsum(lower[1:] > upper[:-1])])
