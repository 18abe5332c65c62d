"""Many chains at once are the chains one by one, whatever the rules."""

import numpy as np
import pytest

from bathlab.theory.avalanche import AvalancheChain
from bathlab.theory.avalanche import rules as module
from bathlab.theory.avalanche.batches import thermal_cells


def cells_of(outcome):
    found = np.zeros(outcome.length, bool)
    for first, size in zip(outcome.spans[:, 0], outcome.sizes):
        found[(first + np.arange(size)) % outcome.length] = True
    return found


def drawn(generator, **fixed):
    rules = {name: str(generator.choice(allowed)) for name, allowed in module.CHOICES.items()}
    rules |= {name: bool(generator.integers(2)) for name in module.FLAGS} | fixed
    epsilon, K = float(generator.uniform(0.02, 0.35)), float(generator.choice([0.3, 1.0, 2.0]))
    return AvalancheChain(int(generator.integers(2, 41)), epsilon, K, **rules)


def test_a_batch_is_its_chains_one_by_one():
    generator = np.random.default_rng(1)
    for _ in range(300):
        order, ties = generator.choice(("size", "core")), generator.choice(("left", "right"))
        chain = drawn(generator, order=str(order), ties=str(ties))
        bonds = generator.random((4, chain.bonds)) < chain.epsilon
        decays = None
        if chain.disorder != "none":
            decays = chain.decay * (1 + 0.8 * generator.uniform(-1, 1, (4, chain.length)))
        found = thermal_cells(chain, bonds, decays)
        for i, each in enumerate(found):
            alone = chain.follow(bonds[i], None if decays is None else decays[i])
            assert np.array_equal(each, cells_of(alone)), chain


def test_ties_are_those_that_are_given(monkeypatch):
    generator = np.random.default_rng(2)
    differ = 0
    for _ in range(100):
        chain = drawn(generator, ties="random", disorder="none", ring=False)
        bonds = generator.random((1, chain.bonds)) < chain.epsilon
        tie = generator.random((1, chain.bonds))
        starts = np.flatnonzero(bonds[0] & ~np.append(False, bonds[0, :-1]))
        by_rank = np.argsort(tie[0, starts])
        ranks = np.argsort(by_rank)
        monkeypatch.setattr(AvalancheChain, "_ranks", lambda *_: (ranks, by_rank))
        wanted = cells_of(chain.follow(bonds[0]))
        assert np.array_equal(thermal_cells(chain, bonds, ties=tie)[0], wanted)
        differ += not np.array_equal(thermal_cells(chain, bonds, ties=-tie)[0], wanted)
    assert differ > 0


def test_side_by_side_with_cells_that_nothing_crosses_is_not_the_same():
    """Such a cell is itself melted, through no cell, and adds to the bath."""
    chain = AvalancheChain(12, 0.14, 1.0)
    bonds = np.array([[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]], bool)
    alone = thermal_cells(chain, bonds)[0]
    decay = np.full(14, chain.decay)
    decay[12:] = np.inf
    longer = AvalancheChain(14, 0.14, 1.0)
    weights = np.nan_to_num(decay, posinf=1e9)
    beside = longer.follow(np.append(bonds[0], [False, False]), weights)
    assert cells_of(beside)[12] and not np.array_equal(cells_of(beside)[:12], alone)


def test_what_does_not_fit_is_refused():
    chain = AvalancheChain(10, 0.1, 1.0)
    good = np.zeros((3, 10), bool)
    for wrong in (good[:, :9], np.full((3, 10), 2)):
        with pytest.raises(ValueError, match="resonant"):
            thermal_cells(chain, wrong)
    for name in ("decays", "ties"):
        for value in (np.zeros((2, 10)), np.full((3, 10), np.nan)):
            with pytest.raises(ValueError, match=name):
                thermal_cells(chain, good, **{name: value})
