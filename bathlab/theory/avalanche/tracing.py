"""A chain followed act by act, with the couplings at the borders of every spot that fuses.

What spots do is the compiled code that chains are made of; only the queue is written again, so
that one can look in between. A slow way: for chains of some thousand cells.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace

import numpy as np

from bathlab.checks.refusals import refusal
from bathlab.theory.avalanche.chain import AvalancheChain
from bathlab.theory.avalanche.evolution import bare_spots, key_of
from bathlab.theory.avalanche.rules import rule_of
from bathlab.theory.avalanche.spots import (
    ACTIVE,
    AFTER,
    ALIVE,
    BATH,
    BEFORE,
    FIRST,
    FUSED,
    GENERATION,
    GREW,
    LAST,
    LEFT,
    NOTHING,
    RIGHT,
    STATE,
    Places,
    Rule,
    act,
    cost,
    grow,
    joins,
)

#: What the coupling at a border of a spot does: nothing, melt the next cell, fuse.
QUIET, MELTS, FUSES = 0, 1, 2


@dataclass(frozen=True)
class Act:
    """What a spot did once.

    Attributes
    ----------
    core
        the spot, by its first core.
    scale
        its size (or order) when its turn came.
    fused
        whether it fused; else it melted its next cells.
    first, last, bath, generation
        of the spot afterwards.
    before
        (left, right) couplings at the outer borders of what fuses, before: ``QUIET``,
        ``MELTS`` or ``FUSES``; those of a spot at rest are gone.
    after
        those of the spot afterwards.
    crossed
        cells of a spot at rest on one side that the spot's own coupling goes across from
        now on; 0 if there is none, or the spot fuses on both sides.
    decay
        by how many cells' worth it decays there.
    resonant
        all resonant couplings at borders of spots, before and afterwards, if counted;
        one that two spots could fuse by is one at each.
    """

    core: int
    scale: int
    fused: bool
    first: int
    last: int
    bath: int
    generation: int
    before: tuple[int, int]
    after: tuple[int, int]
    crossed: int = 0
    decay: float = 0.0
    resonant: tuple[int, int] | None = None


def trace(
    chain: AvalancheChain, seed: int, realisation: int = 0, counted: bool = False
) -> list[Act]:
    """All that the spots of a chain do, in order.

    Parameters
    ----------
    seed, realisation
        as of :meth:`AvalancheChain.sample`.
    counted
        whether all resonant couplings are counted each time, which is slow.

    Raises
    ------
    ValueError
        If the chain is a ring, zeta_1 is not the same everywhere, 1/zeta_1 is not positive,
        ties are not broken to the left, or the order is random.
    """
    plain = chain.disorder == "none" and chain.ties == "left" and not chain.ring
    if not plain or chain.order == "random" or not chain.decay > 0:
        given = f"{chain}"
        expected = "an open one of epsilon < K with one zeta_1, in order, ties to the left"
        raise refusal("chain", given, expected, "Leave these options.")
    rule, cores = rule_of(chain, None), chain.sample(seed, realisation).cores
    spots = bare_spots(rule, cores[:, 0].copy(), cores[:, 2].copy())
    queue = [(int(key_of(rule, spots, place)), place) for place in range(len(spots))]
    heapq.heapify(queue)
    acts: list[Act] = []
    while queue:
        scale, place = heapq.heappop(queue)
        if not spots[place, STATE] & ALIVE:
            continue
        done = _treated(rule, spots, place, scale, acts, counted)
        if done == FUSED or (done == GREW and not rule.whole):
            heapq.heappush(queue, (int(key_of(rule, spots, place)), place))
        else:
            spots[place, STATE] &= ~ACTIVE
    return acts


def resonant_couplings(rule: Rule, spots: Places) -> int:
    """How many borders of active spots have a resonant coupling."""
    active = np.flatnonzero(spots[:, STATE] & ACTIVE).tolist()
    return sum(
        border(rule, spots, each, way) > QUIET for each in active for way in (False, True)
    )


def _treated(
    rule: Rule, spots: Places, place: int, scale: int, acts: list[Act], counted: bool
) -> int:
    """One step of a spot, or all up to the next fusion; each is noted."""
    kinds, done = np.zeros(4, np.int64), NOTHING
    while True:
        old = spots.copy()
        found = act(rule, spots, place, kinds)
        if found != NOTHING:
            done = found
            noted = _noted(rule, old, spots, place, scale, found == FUSED)
            if counted:
                both = (resonant_couplings(rule, old), resonant_couplings(rule, spots))
                noted = replace(noted, resonant=both)
            acts.append(noted)
        if found != GREW or not rule.whole:
            return int(done)


def _noted(rule: Rule, old: Places, spots: Places, place: int, scale: int, fused: bool) -> Act:
    now = spots[place]
    # Those that it has fused with are no neighbours any more.
    outer = [
        int(old[place, way]) if spots[place, way] != old[place, way] else place
        for way in (BEFORE, AFTER)
    ]
    before = tuple(
        border(rule, old, spot, side == 1) if old[spot, STATE] & ACTIVE else QUIET
        for side, spot in enumerate(outer)
    )
    crossed, decay = _crossing(rule, old, spots, place, outer) if fused else (0, 0.0)
    return Act(
        place,
        scale,
        fused,
        int(now[FIRST]),
        int(now[LAST]),
        int(now[BATH]) >> rule.bits,
        int(now[GENERATION]),
        (before[0], before[1]),
        (border(rule, spots, place, False), border(rule, spots, place, True)),
        crossed,
        decay,
    )


def border(rule: Rule, spots: Places, place: int, rightwards: bool) -> int:
    """What the coupling at one border of an active spot does next."""
    spot = spots[place]
    if spot[LAST] - spot[FIRST] + 1 >= rule.length:
        return QUIET
    if joins(rule, spots, place, spot[AFTER if rightwards else BEFORE], rightwards):
        return FUSES
    trial, end = spots.copy(), LAST if rightwards else FIRST
    grow(rule, trial, place)
    return MELTS if trial[place, end] != spot[end] else QUIET


def _crossing(
    rule: Rule, old: Places, spots: Places, place: int, outer: list[int]
) -> tuple[int, float]:
    """Cells of a spot at rest that the spot's own coupling now crosses, and its decay there."""
    left, right = (other != place for other in outer)
    other = outer[0] if left else outer[1]
    if left == right or old[other, STATE] & ACTIVE:
        return 0, 0.0
    mine, end = old[place], old[other]
    if right:
        gap = cost(rule, mine[LAST] + 1, end[FIRST] - mine[LAST] - 1)
        more = spots[place, RIGHT] - mine[RIGHT] - gap
    else:
        gap = cost(rule, end[LAST] + 1, mine[FIRST] - end[LAST] - 1)
        more = spots[place, LEFT] - mine[LEFT] - gap
    return int(end[LAST] - end[FIRST] + 1), float(more / rule.weight)
