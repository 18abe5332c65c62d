"""Thresholds of chains against chains at every epsilon, and who shares which random numbers."""

from dataclasses import replace

import numpy as np
import pytest

from bathlab.experiments import Thresholds, threshold_rows
from bathlab.experiments.avalanches import SIZES, avalanche_rows
from bathlab.experiments.thresholds import STRIDE, threshold
from bathlab.theory.avalanche import AvalancheChain

STEP = 2.0**-13


def chain_of(length=40, **options):
    return AvalancheChain(length, 0.2, 1.0, **options)


@pytest.mark.parametrize("options", [{}, {"order": "random"}, {"treated": "increased"}])
def test_a_threshold_is_where_the_chain_becomes_thermal(options):
    """At each epsilon of the grid, of chains that return nowhere."""
    several = 0
    for realisation in range(5):
        chain = chain_of(**options)
        found, edge = threshold(chain, 3, realisation)
        grid = np.arange(1, 2**13, 64) * STEP
        thermal = [replace(chain, epsilon=e).sample(3, realisation).thermal for e in grid]
        changes = int(np.abs(np.diff(thermal)).sum())
        below = replace(chain, epsilon=found - STEP).sample(3, realisation)
        assert replace(chain, epsilon=found).sample(3, realisation).thermal
        assert not below.thermal and np.array_equal(edge.spans, below.spans)
        if changes == 1:
            assert abs(grid[np.argmax(thermal)] - found) <= 64 * STEP
        several += changes > 1
    assert several <= 1


def test_rows_hold_what_single_chains_are():
    chain = chain_of(300)
    (row,) = threshold_rows(Thresholds(chain, 3, 20), 7, 5)
    single = [threshold(chain, 7, 5 + STRIDE * i) for i in range(3)]
    assert row["thresholds"].tolist() == [place for place, _ in single]
    assert row["edge_densities"].tolist() == [edge.density for _, edge in single]
    assert row["edge_sizes"].sum() == sum(len(edge.sizes) for _, edge in single)
    rows = [avalanche_rows(chain, 7, 5 + STRIDE * i)[0] for i in range(20)]
    assert row["thermal"] == sum(each["thermal"] for each in rows) > 0
    assert np.array_equal(row["sizes"], np.sum([each["sizes"] for each in rows], axis=0))
    decays = [each["decay"] / np.log(2) for each in rows if not each["thermal"]]
    assert row["decays"] == pytest.approx(decays) and len(SIZES) - 1 == len(row["sizes"])
    returned = [
        not replace(chain, epsilon=1.02 * place).sample(7, 5 + STRIDE * i).thermal
        for i, (place, _) in enumerate(single)
    ]
    assert row["returned"] == sum(returned)


def test_rules_and_longer_chains_share_their_random_numbers():
    few, many = (threshold_rows(Thresholds(chain_of(), n, 1), 1, 2)[0] for n in (2, 4))
    assert np.array_equal(few["thresholds"], many["thresholds"][:2])
    # A rule under which more is resonant, in the same chain.
    easier = chain_of(1000, reach="nearest", between="spots")
    for realisation in range(5):
        assert threshold(easier, 1, realisation) < threshold(chain_of(1000), 1, realisation)
    with pytest.raises(ValueError, match="realisation"):
        threshold_rows(Thresholds(chain_of(), 1, 1), 1, STRIDE)
