"""Which cores started an avalanche, and how far from them each cell was when it came.

A spot that fuses goes on; one that can do nothing more is at rest, and only another can make it
part of something. Traced back from the region that covers the chain through what never rested,
the avalanche has begun at some bare cores. What had come to rest before it came is thermal, and
under halted decay crossed for free.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bathlab.checks import require_kind
from bathlab.checks.refusals import refusal
from bathlab.operators.kept import kept
from bathlab.theory.avalanche.spots import Places
from bathlab.theory.avalanche.thermal_spans import ChainOutcome

NONE = -1


@dataclass(frozen=True, eq=False)
class Starts:
    """Where the avalanche that covers an open chain began; made by :func:`avalanche_starts`.

    Attributes
    ----------
    cores
        (m,) rows of the outcome's ``cores``, ascending; none if no region covers the chain.
    thermal_before
        (length,) whether a cell belonged to a bare core, or to a spot at rest,
        before the avalanche came.
    distance
        (length,) cells to the nearest of the cores, those of a core not counted; (0,)
        without one.
    halted
        the same, counting only those that were not thermal before: what the exponent of
        the coupling counts, ||V|| ~ e^(-halted/zeta_1).
    gaps, halted_gaps
        (m - 1,) cells between neighbouring cores, counted in both ways.
    """

    cores: Places
    thermal_before: NDArray[np.bool_]
    distance: Places
    halted: Places
    gaps: Places
    halted_gaps: Places


def avalanche_starts(found: ChainOutcome) -> Starts:
    """The cores from which a region grew without ever coming to rest until it covers the chain.

    Parameters
    ----------
    found
        an open chain with its history, under ``order="size"`` and ``bath="grown"``, where
        the size of a spot is its place in the queue.

    Raises
    ------
    ValueError
        If it is none, or has no history.
    """
    require_kind("found", found, ChainOutcome, "Make it with AvalancheChain.sample.")
    history = found.history
    if history is None:
        raise refusal("found", "a chain without history", "one with it", "Pass history=True.")
    first, last, core = history["first"], history["last"], history["core"]
    parent = enclosing(first, last, np.lexsort((-last, first)))
    rested = _rested(history, parent)
    whole = len(found.spans) == 1 and found.sizes[0] == found.length
    going = unresting(parent, rested, bool(whole))
    fresh = going.copy()
    fresh[parent[going & (parent != NONE)]] = False
    cores = np.sort(core[fresh])
    own, moved = found.cores[cores, :2], np.stack([first, last], axis=1)[~going]
    inside = _cells(found.length, own)
    thermal = _cells(found.length, np.concatenate([found.cores[:, :2], moved]))
    ways = [_ways(each, inside, own) for each in (~inside, ~thermal)]
    (distance, gaps), (halted, halted_gaps) = ways
    return Starts(cores, thermal, distance, halted, gaps, halted_gaps)


@kept(error_model="numpy", nogil=True)
def enclosing(first: Places, last: Places, order: Places) -> Places:
    """The smallest interval about each of a family of which two are disjoint or nested, or -1;
    ``order`` is by first cell, the larger one first."""
    found, open_ones = np.full(len(first), -1), np.empty(len(first), np.int64)
    depth = 0
    for row in order:
        while depth > 0 and last[open_ones[depth - 1]] < first[row]:
            depth -= 1
        if depth > 0:
            found[row] = open_ones[depth - 1]
        open_ones[depth] = row
        depth += 1
    return found


@kept(error_model="numpy", nogil=True)
def unresting(parent: Places, rested: NDArray[np.bool_], whole: bool) -> NDArray[np.bool_]:
    """Which moves are of spots that did not rest until they cover the chain, if one does."""
    found = np.zeros(len(parent), np.bool_)
    for row in range(len(parent) - 1, -1, -1):
        at_end = parent[row] < 0
        found[row] = whole if at_end else found[parent[row]] and not rested[row]
    return found


def _rested(history: dict[str, Places], parent: Places) -> NDArray[np.bool_]:
    """Whether the spot of each move had come to rest when another took it in: then a larger one
    was treated before it, as the smallest comes first, or it was one that did not fuse."""
    core, generation = history["core"], history["generation"]
    by_core = np.lexsort((np.arange(len(core)), core))
    before = np.zeros(len(core), np.int64)
    again = core[by_core][1:] == core[by_core][:-1]
    before[by_core[1:][again]] = generation[by_core[:-1][again]]
    taken = (parent != NONE) & (core[parent] != core)
    later = history["scale"][parent] > history["bath"]
    return np.asarray(taken & (later | (generation == before)))


def _cells(length: int, intervals: Places) -> NDArray[np.bool_]:
    """(length,) whether a cell lies in one of (m, 2) intervals."""
    change = np.bincount(intervals[:, 0], minlength=length)
    change -= np.bincount(intervals[:, 1] + 1, minlength=length + 1)[:length]
    return np.asarray(np.cumsum(change) > 0)


def _ways(
    counted: NDArray[np.bool_], inside: NDArray[np.bool_], own: Places
) -> tuple[Places, Places]:
    """Counted cells from the nearest core up to each cell, itself included, and between cores;
    ``inside`` are the cells of cores, which do not count."""
    if len(own) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    upto, far = np.cumsum(counted), 2 * len(counted)
    from_left: Places = upto - np.maximum.accumulate(np.where(inside, upto, -far))
    on_right = np.minimum.accumulate(np.where(inside, upto, far)[::-1])[::-1]
    from_right = on_right - upto + counted
    return np.minimum(from_left, from_right), upto[own[1:, 0]] - upto[own[:-1, 1]]
