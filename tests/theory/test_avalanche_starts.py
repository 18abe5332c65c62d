"""Where avalanches start, against a replay of the history and loops over cells."""

import numpy as np
import pytest

from bathlab.theory.avalanche import AvalancheChain
from bathlab.theory.avalanche.starts import avalanche_starts


def replayed(found):
    """Starting cores, and intervals of what never was part of the avalanche."""
    history = {name: values.tolist() for name, values in found.history.items()}
    live, rested, fused_at, children = {}, set(), {}, {}
    rows = list(zip(*(history[name] for name in ("scale", "first", "last", "bath"))))
    moved = list(zip(history["generation"], history["core"]))
    for at, ((scale, first, last, _), (generation, core)) in enumerate(zip(rows, moved)):
        # The smallest comes first: what is smaller has been treated, and is at rest.
        rested |= {other for other in live if other != core and rows[live[other]][3] < scale}
        within = [o for o in live if first <= rows[live[o]][1] and rows[live[o]][2] <= last]
        children[at] = [(live[o], o in rested and o != core) for o in within]
        for other in within:
            del live[other]
        live[core] = at
        rested.discard(core)
        if generation == fused_at.get(core, 0):
            rested.add(core)
        fused_at[core] = generation
    (root,) = live.values()
    going, open_ones = set(), [root]
    while open_ones:
        at = open_ones.pop()
        going.add(at)
        open_ones += [child for child, at_rest in children[at] if not at_rest]
    fresh = [at for at in going if not any(child in going for child, _ in children[at])]
    aside = [rows[at][1:3] for at in range(len(rows)) if at not in going]
    return sorted(moved[at][1] for at in fresh), aside


def counted(found, cores, free):
    """Cells from the nearest of the cores up to each cell, those that are ``free`` left out."""
    spans = [found.cores[core][:2] for core in cores]
    ways = []
    for cell in range(found.length):
        each = []
        for first, last in spans:
            way = range(last + 1, cell + 1) if cell > last else range(cell, first)
            each.append(sum(not free[other] for other in way))
        ways.append(min(each))
    return ways


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("length, epsilon", [(400, 0.25), (1500, 0.19)])
def test_starts_and_distances_are_those_of_a_replay(length, epsilon, seed):
    chain = AvalancheChain(length, epsilon, 1.0)
    found = chain.sample(seed, history=True)
    if not found.thermal:
        return
    starts = avalanche_starts(found)
    cores, aside = replayed(found)
    assert starts.cores.tolist() == cores and cores
    before = np.zeros(length, bool)
    for first, last in [*aside, *found.cores[:, :2].tolist()]:
        before[first : last + 1] = True
    assert np.array_equal(starts.thermal_before, before)
    own = np.zeros(length, bool)
    for core in cores:
        own[found.cores[core][0] : found.cores[core][1] + 1] = True
    assert starts.distance.tolist() == counted(found, cores, own)
    assert starts.halted.tolist() == counted(found, cores, before)
    left, right = found.cores[cores[:-1], 1], found.cores[cores[1:], 0]
    assert np.array_equal(starts.gaps, right - left - 1)
    assert starts.halted_gaps.max(initial=0) <= 2 * starts.halted.max()


def test_a_planted_core_is_where_it_starts():
    """1/zeta_1 < s/2: any core melts everything, and the smaller one goes first."""
    chain = AvalancheChain(101, 0.8, 1.0)
    one, two = np.zeros((2, 101), int)
    one[50:54] = two[10:12] = two[90:95] = 1
    found = avalanche_starts(chain.follow(one, history=True))
    assert found.cores.tolist() == [0] and found.distance.tolist() == found.halted.tolist()
    assert found.distance[[0, 49, 50, 53, 54, 100]].tolist() == [50, 1, 0, 0, 1, 47]
    both = avalanche_starts(chain.follow(two, history=True))
    assert both.cores.tolist() == [0] and both.distance[[0, 12, 89, 100]].tolist() == [
        *(10, 1, 78, 89)
    ]
    # The other core is thermal, and crossed for free.
    assert both.halted[[0, 12, 89, 94, 95, 100]].tolist() == [10, 1, 78, 78, 79, 84]
    assert np.flatnonzero(both.thermal_before).tolist() == [10, 11, *range(90, 95)]


def test_chains_that_nothing_covers_have_no_starts():
    found = avalanche_starts(AvalancheChain(500, 0.1, 1.0).sample(1, history=True))
    assert len(found.cores) == len(found.distance) == len(found.gaps) == 0
    with pytest.raises(ValueError, match="history"):
        avalanche_starts(AvalancheChain(500, 0.1, 1.0).sample(1))
