"""The scheme on one chain, compiled: bare spots, and a queue in which the smallest comes first.

A spot that is looked at and cannot move is at rest: it leaves the queue and waits for a
neighbour to reach it. When the last one rests nothing is resonant: of two neighbours the one
that came to rest later was refused by the other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bathlab.operators.kept import kept
from bathlab.theory.avalanche.spots import (
    ACTIVE,
    AFTER,
    ALIVE,
    BATH,
    BEFORE,
    BY_SIZE,
    COLUMNS,
    FIRST,
    FUSED,
    GENERATION,
    GREW,
    LAST,
    MOVED,
    NOTHING,
    ORDER,
    SHUFFLED,
    STATE,
    Places,
    Rule,
    act,
)

#: Bits of a place in the queue that tell equal keys apart.
RANK_BITS = 31
#: Columns of the history.
HISTORY = ("scale", "first", "last", "bath", "generation", "core")


@kept(error_model="numpy", nogil=True)
def runs(resonant: NDArray[np.bool_], ring: bool) -> tuple[Places, Places]:
    """First bond and number of bonds of every maximal run, ascending; one on a ring may go on
    past its end."""
    bonds = len(resonant)
    count = 0
    for i in range(bonds):
        count += resonant[i] and (i == 0 or not resonant[i - 1])
    start, order = np.empty(count, np.int64), np.empty(count, np.int64)
    found, i = 0, 0
    while i < bonds:
        if not resonant[i]:
            i += 1
            continue
        start[found] = i
        while i < bonds and resonant[i]:
            i += 1
        order[found] = i - start[found]
        found += 1
    if ring and count > 1 and resonant[0] and resonant[-1]:
        order[-1] += order[0]
        return start[1:].copy(), order[1:].copy()
    return start, order


@kept(error_model="numpy", nogil=True)
def bare_spots(rule: Rule, start: Places, order: Places) -> Places:
    """The spots that the runs are, (S, COLUMNS); a run of k bonds covers k + 1 sites."""
    count = len(start)
    spots = np.zeros((count, COLUMNS), np.int64)
    for i in range(count):
        cells = min(order[i] + rule.sites, rule.length)
        spots[i, FIRST], spots[i, LAST] = start[i], start[i] + cells - 1
        spots[i, BATH], spots[i, ORDER] = cells << rule.bits, order[i]
        spots[i, BEFORE], spots[i, AFTER] = i - 1, i + 1
        spots[i, STATE] = ALIVE | ACTIVE
    if count:
        spots[0, BEFORE], spots[-1, AFTER] = (count - 1, 0) if rule.ring else (-1, -1)
    return spots


@kept(error_model="numpy", nogil=True)
def key_of(rule: Rule, spots: Places, spot: int) -> int:
    """What makes a spot come first: its size, or the order of its core, or nothing."""
    if rule.order == SHUFFLED:
        return 0
    return spots[spot, BATH] >> rule.bits if rule.order == BY_SIZE else spots[spot, ORDER]


@kept(error_model="numpy", nogil=True)
def place_of(rule: Rule, spots: Places, ranks: Places, spot: int) -> int:
    """Where a spot stands in the queue: by its key, then by its rank."""
    return (key_of(rule, spots, spot) << RANK_BITS) + ranks[spot]


@kept(error_model="numpy", nogil=True)
def sorted_places(rule: Rule, spots: Places, ranks: Places, by_rank: Places) -> Places:
    """The places of all bare spots, ascending, by counting the keys."""
    keys = np.empty(len(spots), np.int64)
    for spot in range(len(spots)):
        keys[spot] = key_of(rule, spots, spot)
    most = keys.max() if len(keys) else 0
    ends = np.zeros(most + 2, np.int64)
    for key in keys:
        ends[key + 1] += 1
    ends = np.cumsum(ends)
    places = np.empty(len(keys), np.int64)
    for spot in by_rank:
        places[ends[keys[spot]]] = place_of(rule, spots, ranks, spot)
        ends[keys[spot]] += 1
    return places


@kept(error_model="numpy", nogil=True)
def push(heap: Places, size: int, place: int) -> int:
    """``place`` joins a binary heap of ``size`` entries; the new size."""
    at = size
    while at > 0 and heap[(at - 1) >> 1] > place:
        heap[at] = heap[(at - 1) >> 1]
        at = (at - 1) >> 1
    heap[at] = place
    return size + 1


@kept(error_model="numpy", nogil=True)
def pop(heap: Places, size: int) -> int:
    """The least entry leaves the heap; the new size."""
    size -= 1
    place, at = heap[size], 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        child += child + 1 < size and heap[child + 1] < heap[child]
        if heap[child] >= place:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = place
    return size


@kept(error_model="numpy", nogil=True)
def treat(rule: Rule, spots: Places, spot: int, kinds: Places) -> int:
    """One step of a spot, or all up to the next fusion; what it did."""
    done = NOTHING
    while True:
        found = act(rule, spots, spot, kinds)
        if found != NOTHING:
            done = found
        if found != GREW or not rule.whole:
            return done


@kept(error_model="numpy", nogil=True)
def evolve(
    rule: Rule,
    spots: Places,
    ranks: Places,
    by_rank: Places,
    kinds: Places,
    history: Places,
) -> int:
    """Treat spots, the smallest first, until nothing is resonant; the rows of the history.

    Parameters
    ----------
    ranks, by_rank
        (S,) what tells spots of one key apart, lowest first; its inverse.
    kinds
        (4,) counts fusions: touching or across a gap, with a bare or a treated spot.
    history
        (N, 6) one row for each time that a spot moved; none are kept if N = 0.
    """
    bare = sorted_places(rule, spots, ranks, by_rank)
    heap = np.empty(len(bare), np.int64)
    mask = (1 << RANK_BITS) - 1
    taken, size, rows = 0, 0, 0
    while taken < len(bare) or size > 0:
        if size == 0 or (taken < len(bare) and bare[taken] < heap[0]):
            place = bare[taken]
            taken += 1
        else:
            place = heap[0]
            size = pop(heap, size)
        spot = by_rank[place & mask]
        if not spots[spot, STATE] & ALIVE:
            continue
        done = treat(rule, spots, spot, kinds)
        if done != NOTHING:
            spots[spot, STATE] |= MOVED
        if done == FUSED or (done == GREW and not rule.whole):
            size = push(heap, size, place_of(rule, spots, ranks, spot))
        else:
            spots[spot, STATE] &= ~ACTIVE
        if done != NOTHING and rows < len(history):
            history[rows, 0], history[rows, 1] = place >> RANK_BITS, spots[spot, FIRST]
            history[rows, 2], history[rows, 3] = spots[spot, LAST], spots[spot, BATH]
            history[rows, 4], history[rows, 5] = spots[spot, GENERATION], spot
            rows += 1
    return rows
