"""Places of a chain as compiled code sees them: how they border, touch, grow and fuse.

A spot is an interval of thermal cells, a row of one table. Its reach to either side is the
exponent of the coupling between its cores and the next cell there. Exponents, and baths, are
whole numbers of a small part of s/2, what one cell of bath adds to the other side: all sums and
comparisons are exact, in whatever order.

numba keeps what it compiles by file: after an edit of this one, remove what it kept of
``evolution``, which holds a copy.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bathlab.operators.kept import kept

Places = NDArray[np.int64]
#: What has become of a spot: bits of its state.
ALIVE, ACTIVE, MOVED = 1, 2, 4
#: Columns of the table of spots; first and last cell count on beyond the ends of a ring.
FIRST, LAST, BATH, ORDER, LEFT, RIGHT, BEFORE, AFTER, STATE, GENERATION = range(10)
COLUMNS = 10
#: More than any exponent.
NEVER = 2**62
#: How the reach of fused spots is found, and what crossing a treated spot costs.
FROM_ACTIVE, NEAREST, OWN, FRESH = 0, 1, 2, 3
#: Whose melted cells count between spots.
OF_ACTIVE, OF_NONE, OF_BOTH = 0, 1, 2
HALTED, INCREASED, DECAYING = 0, 1, 2
#: By what the smallest spot is told; SHUFFLED, by nothing but its rank.
BY_SIZE, BY_CORE, SHUFFLED = 0, 1, 2
#: What a spot did.
NOTHING, GREW, FUSED = 0, 1, 2


class Rule(NamedTuple):
    """The rules as numbers: see ``AvalancheChain``."""

    length: int
    ring: bool
    sites: bool
    own_cell: bool
    across: bool
    between: int
    gap_in_bath: bool
    reach: int
    treated: int
    order: int
    whole: bool
    #: One cell of bath has 2**bits parts; one that melts adds ``gain`` of them, and the decay
    #: over one cell is ``weight``.
    bits: int
    gain: int
    weight: int
    #: (length + 1,) sums of the weights from the left; empty where all are ``weight``.
    sums: Places


@kept(error_model="numpy", nogil=True, inline="always")
def cost(rule: Rule, start: int, count: int) -> int:
    """Decay over ``count`` cells from ``start`` on."""
    if len(rule.sums) == 0:
        return count * rule.weight
    start %= rule.length
    end = start + count
    if end <= rule.length:
        return rule.sums[end] - rule.sums[start]
    rest = rule.sums[end - rule.length]
    return rule.sums[rule.length] - rule.sums[start] + rest


@kept(error_model="numpy", nogil=True, inline="always")
def crossing(rule: Rule, spots: Places, spot: int) -> int:
    """Decay of a coupling across a thermal spot."""
    if rule.treated == HALTED:
        return 0
    if rule.treated == INCREASED:
        return -spots[spot, BATH]
    return cost(rule, spots[spot, FIRST], spots[spot, LAST] - spots[spot, FIRST] + 1)


@kept(error_model="numpy", nogil=True, inline="always")
def room(rule: Rule, spots: Places, spot: int, other: int, rightwards: bool) -> int:
    """Cells between a spot and its neighbour, or the end of the chain (``other`` < 0)."""
    if other < 0:
        return rule.length - 1 - spots[spot, LAST] if rightwards else spots[spot, FIRST]
    if other == spot:
        return rule.length - (spots[spot, LAST] - spots[spot, FIRST] + 1)
    if rightwards:
        cells = spots[other, FIRST] - spots[spot, LAST] - 1
    else:
        cells = spots[spot, FIRST] - spots[other, LAST] - 1
    return cells % rule.length if rule.ring else cells


@kept(error_model="numpy", nogil=True, inline="always")
def joins(rule: Rule, spots: Places, spot: int, other: int, rightwards: bool) -> bool:
    """Whether an active spot fuses with its neighbour."""
    if other < 0 or other == spot:
        return False
    gap = room(rule, spots, spot, other, rightwards)
    if gap == 0 or not rule.across:
        return gap == 0
    start = spots[spot, LAST] + 1 if rightwards else spots[spot, FIRST] - gap
    exponent = cost(rule, start, gap)
    if rule.between != OF_NONE:
        exponent += spots[spot, RIGHT if rightwards else LEFT]
    if rule.between == OF_BOTH or (rule.between == OF_ACTIVE and spots[other, STATE] & ACTIVE):
        exponent += spots[other, LEFT if rightwards else RIGHT]
    return spots[spot, BATH] + spots[other, BATH] > exponent


@kept(error_model="numpy", nogil=True, inline="always")
def grow(rule: Rule, spots: Places, spot: int) -> int:
    """Melt the next cell on each side if it is resonant; both are tried with the same bath."""
    before, after = spots[spot, BEFORE], spots[spot, AFTER]
    bath, taken = spots[spot, BATH], 0
    rooms_left = room(rule, spots, spot, before, False)
    rooms_right = room(rule, spots, spot, after, True)
    if rooms_right > 0:
        step = cost(rule, spots[spot, LAST] + 1, 1)
        if bath > spots[spot, RIGHT] + rule.own_cell * step:
            spots[spot, RIGHT] += step
            spots[spot, LAST] += 1
            taken += 1
    same_cell = before == spot and rooms_left == taken  # the last one of a ring
    if rooms_left > 0 and not same_cell:
        step = cost(rule, spots[spot, FIRST] - 1, 1)
        if bath > spots[spot, LEFT] + rule.own_cell * step:
            spots[spot, LEFT] += step
            spots[spot, FIRST] -= 1
            taken += 1
    spots[spot, BATH] += rule.gain * taken
    return GREW if taken else NOTHING


@kept(error_model="numpy", nogil=True, inline="always")
def fused_reach(rule: Rule, own: int, back: int, joined: bool, onward: int, far: int) -> int:
    """Exponent from the cores of a fused spot to the cell next to it on one side.

    Parameters
    ----------
    own
        that of the spot that fuses.
    back
        that of its neighbour on the other side, up to here; ``NEVER`` without one.
    joined
        whether there is a neighbour on this side; if so, ``onward`` is the decay over the
        gap and that neighbour, ``far`` that of its own cores, or ``NEVER``.
    """
    if rule.reach == FRESH:
        return 0
    if rule.reach == OWN:
        return far if joined else own
    nearest = min(own, back)
    return min(far, nearest + onward) if joined else nearest


@kept(error_model="numpy", nogil=True, inline="always")
def unlink(spots: Places, spot: int) -> None:
    before, after = spots[spot, BEFORE], spots[spot, AFTER]
    if before >= 0:
        spots[before, AFTER] = after
    if after >= 0:
        spots[after, BEFORE] = before
    spots[spot, STATE] = 0


@kept(error_model="numpy", nogil=True, inline="always")
def absorb(spots: Places, spot: int, other: int, gap: int, kinds: Places) -> None:
    """What a neighbour across ``gap`` cells adds to a spot besides its place."""
    spots[spot, BATH] += spots[other, BATH]
    spots[spot, ORDER] += spots[other, ORDER]
    generation = max(spots[spot, GENERATION], spots[other, GENERATION])
    spots[spot, GENERATION] = generation
    kinds[2 * (gap > 0) + ((spots[other, STATE] & MOVED) > 0)] += 1


@kept(error_model="numpy", nogil=True)
def fuse(rule: Rule, spots: Places, spot: int, left: bool, right: bool, kinds: Places) -> None:
    """Fuse a spot with its neighbours on one side or both; it stands for all afterwards."""
    a, b = spots[spot, BEFORE], spots[spot, AFTER]
    gap_a = room(rule, spots, spot, a, False) if left else 0
    gap_b = room(rule, spots, spot, b, True) if right else 0
    here, nothing = crossing(rule, spots, spot), NEVER
    way_a = cost(rule, spots[spot, FIRST] - gap_a, gap_a) if left else nothing
    way_b = cost(rule, spots[spot, LAST] + 1, gap_b) if right else nothing
    over_a = way_a + crossing(rule, spots, a) if left else nothing
    over_b = way_b + crossing(rule, spots, b) if right else nothing
    # What is at rest has no couplings of its own any more.
    has_a = left and (rule.reach != FROM_ACTIVE or spots[a, STATE] & ACTIVE)
    has_b = right and (rule.reach != FROM_ACTIVE or spots[b, STATE] & ACTIVE)
    from_a = spots[a, RIGHT] + way_a + here if has_a else nothing
    from_b = spots[b, LEFT] + way_b + here if has_b else nothing
    far_a, far_b = spots[a, LEFT] if has_a else nothing, spots[b, RIGHT] if has_b else nothing
    to_left = fused_reach(rule, spots[spot, LEFT], from_b, left, over_a, far_a)
    to_right = fused_reach(rule, spots[spot, RIGHT], from_a, right, over_b, far_b)
    spots[spot, LEFT], spots[spot, RIGHT] = to_left, to_right
    closed = left and right and a == b
    if right:
        absorb(spots, spot, b, gap_b, kinds)
        spots[spot, LAST] += gap_b + spots[b, LAST] - spots[b, FIRST] + 1
        unlink(spots, b)
    if left and not closed:
        absorb(spots, spot, a, gap_a, kinds)
        spots[spot, FIRST] -= gap_a + spots[a, LAST] - spots[a, FIRST] + 1
        unlink(spots, a)
    if closed:
        spots[spot, LAST] += gap_a
    if rule.gap_in_bath:
        spots[spot, BATH] += rule.gain * (gap_a + gap_b)
    spots[spot, GENERATION] += 1


@kept(error_model="numpy", nogil=True, inline="always")
def act(rule: Rule, spots: Places, spot: int, kinds: Places) -> int:
    """One step of a spot: it fuses where it can, and melts its next cells otherwise."""
    if spots[spot, LAST] - spots[spot, FIRST] + 1 >= rule.length:
        return NOTHING
    left = joins(rule, spots, spot, spots[spot, BEFORE], False)
    right = joins(rule, spots, spot, spots[spot, AFTER], True)
    if left or right:
        fuse(rule, spots, spot, left, right, kinds)
        return FUSED
    return grow(rule, spots, spot)
