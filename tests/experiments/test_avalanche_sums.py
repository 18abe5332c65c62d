"""Sums over rows of chains against what is known of them."""

import math

import numpy as np
import pandas as pd
import pytest

from bathlab.experiments import EpsilonSweep, epsilon_rows
from bathlab.experiments import avalanche_sums as sums
from bathlab.experiments.avalanches import LOG2, ORDERS, SIZES
from bathlab.theory.avalanche import AvalancheChain


@pytest.fixture(scope="module")
def table():
    """Thirty chains of 300 and 900 cells, at two eps."""
    rows = []
    for length in (300, 900):
        sweep = EpsilonSweep(AvalancheChain(length, 0.1, 1.0), (0.1, 0.16))
        for chain in range(30):
            named = {"length": length, "realisation": chain, "K": 1.0, "disorder": "none"}
            rows += [named | row for row in epsilon_rows(sweep, 1, chain)]
    return pd.DataFrame(rows)


def test_bare_runs_have_the_density_of_the_paper(table):
    """Expected counts of an open chain; with another eps they are off."""
    here = sums.part(table, epsilon=0.1, length=900)
    misfit, freedom, over = sums.run_law(here, 0.1)
    assert freedom == 2 and misfit < 14 and np.abs(over - 1).max() < 0.3  # 14: one in 1000
    assert sums.run_law(here, 0.13)[0] > 50
    # Two bonds: a run of one is at the first or the last, in 2 eps (1 - eps) of all chains.
    runs = [np.eye(ORDERS)[0] * (n % 2) for n in range(90)]
    found = sums.run_law(pd.DataFrame({"runs": runs, "length": 2}), 0.4)[2]
    assert found == pytest.approx([0.5 / (2 * 0.4 * 0.6)])


def test_means_are_those_of_the_rows(table):
    means = sums.chain_means(table)
    assert len(means) == 4
    for row in means.to_dict("records"):
        here = sums.part(table, **{name: row[name] for name in sums.POINT})
        assert row["density"] == pytest.approx(here["density"].mean())
        assert row["excess"] == pytest.approx(here["decay"].mean() / LOG2)
        assert row["half"] == np.mean(here["largest"] >= here["length"] / 2)
    found = sums.typical_size(table.assign(sizes=[counts_of({7: 30})] * len(table), length=300))
    assert found == 7
    assert (
        sums.typical_size(table.assign(sizes=[counts_of({7: 10})] * len(table), length=300))
        == 0
    )


def counts_of(sizes):
    """Counts of regions by size."""
    counts = np.zeros(len(SIZES) - 1)
    for size, count in sizes.items():
        counts[size - 1] = count
    return counts


def test_the_bound_is_crossed_between_two_eps():
    """Chains whose 1/zeta falls by s/10 from one eps to the next, from 1.2 s: at 0.12."""
    eps = [0.1, 0.11, 0.12, 0.13]
    rows = [
        {
            "epsilon": e,
            "realisation": n,
            "decay": LOG2 * (1.2 - 10 * (e - 0.1) + 0.01 * (n % 3 - 1)),
        }
        for e in eps
        for n in range(30)
    ]
    found = sums.bound_crossing(pd.DataFrame(rows))
    assert found.mean == pytest.approx(0.12, abs=1e-9) and found.error < 1e-3
    never = pd.DataFrame(rows).assign(decay=1.0)
    assert math.isnan(sums.bound_crossing(never).mean)


def test_a_power_of_the_length(table):
    here = sums.part(table, epsilon=0.1)
    here = here.assign(size=here["length"] ** 0.7 * (1 + here["realisation"] % 2))
    found = sums.power_of_mean(here, "size", 100)
    assert found.power.mean == pytest.approx(0.7) and 0 < found.power.error < 0.2
    assert math.isnan(sums.power_of_mean(here, "size", 500).power.mean)
    third = sums.part(here, length=900).assign(length=2700, size=1.0)
    third["size"] += third["realisation"] % 2
    assert sums.power_of_mean(pd.concat([here, third]), "size", 100).chi2_dof > 10


def test_rows_at_few_eps_are_left_out_of_a_crossing(table):
    """A third eps with half of the chains is no point of the curves."""
    third = sums.part(table, epsilon=0.1).query("realisation < 15").assign(epsilon=0.12)
    for each in sums.common(pd.concat([table, third]), 300, 900):
        assert sums.epsilons(each) == [0.1, 0.16]
