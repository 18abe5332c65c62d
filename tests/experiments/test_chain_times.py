"""Rates of drawn chains against loops over their cells, and laws of made rows."""

import math

import numpy as np
import pandas as pd
import pytest

from bathlab.experiments import TimedChain, start_laws, time_rows
from bathlab.experiments.chain_times import GAPS
from bathlab.statistics.estimates import Estimate
from bathlab.theory.avalanche import AvalancheChain
from bathlab.theory.avalanche.starts import avalanche_starts

CHAIN = AvalancheChain(800, 0.25, 1.0)


def test_rows_are_those_of_loops_over_cells():
    spec = TimedChain(CHAIN, 4)
    rows = time_rows(spec, 1, 1)
    starts = avalanche_starts(CHAIN.sample(1, 5, history=True))
    for row, way, gaps in (
        (rows[0], starts.distance, starts.gaps),
        (rows[1], starts.halted, starts.halted_gaps),
    ):
        times = [2 * CHAIN.decay * each for each in way]
        assert row["thermal"] == 1 and row["starts"] == len(starts.cores)
        assert row["mean"] == pytest.approx(np.mean(way))
        assert row["spread"] == pytest.approx(np.std(way))
        assert abs(row["median"] - np.median(way)) <= 0.5
        assert row["longest"] == max(way) and row["log_time"] == pytest.approx(max(times))
        expected = math.log(sum(math.exp(each) for each in times))
        assert row["log_sum"] == pytest.approx(expected)
        assert row["gap_counts"].sum() == len(gaps) and row["gap_sums"].sum() == sum(gaps)
        place = int(np.searchsorted(GAPS, gaps[0], side="right")) - 1
        assert GAPS[place] <= gaps[0] < GAPS[place + 1] and row["gap_counts"][place] > 0
    assert rows[1]["mean"] < rows[0]["mean"]


def test_chains_that_stay_localised_have_no_times():
    for row in time_rows(TimedChain(AvalancheChain(500, 0.1, 1.0)), 1, 0):
        assert row["thermal"] == 0 and math.isnan(row["log_time"])
        assert math.isnan(row["mean"]) and row["gap_counts"].sum() == 0


@pytest.mark.parametrize(
    "change", [{"ring": True}, {"order": "core"}, {"bath": "frozen"}, {"K": 0.2}]
)
def test_chains_whose_queue_is_another_are_refused(change):
    chain = AvalancheChain(**{"length": 800, "epsilon": 0.25, "K": 1.0, **change})
    with pytest.raises(ValueError, match="chain"):
        TimedChain(chain)


def gap_rows(draw, chains=40, many=400):
    source, rows = np.random.default_rng(2), []
    for realisation in range(chains):
        gaps = np.floor(draw(source, many))
        places = np.searchsorted(GAPS, gaps, side="right") - 1
        counts = np.bincount(places, minlength=len(GAPS) - 1)
        sums = np.bincount(places, gaps, minlength=len(GAPS) - 1)
        rows.append({"realisation": realisation, "gap_counts": counts, "gap_sums": sums})
    return pd.DataFrame(rows)


def test_the_decay_length_of_gaps_is_found_and_a_power_is_not_one():
    """Five standard errors: a false alarm in 2 million."""
    rows = gap_rows(lambda source, many: source.exponential(90.0, many))
    for fraction in start_laws.TAILS:
        found = start_laws.tail_length(rows, fraction)
        assert abs(found.mean - 90) < 5 * found.error < 45
    heavy = gap_rows(lambda source, many: 30 * source.pareto(2.0, many))
    wide, far = (start_laws.tail_length(heavy, each).mean for each in start_laws.TAILS)
    assert far > 1.5 * wide


def test_a_power_is_fitted_with_and_without_its_critical_point():
    epsilon = 0.15 * np.array([1.03, 1.05, 1.07, 1.1, 1.15, 1.2, 1.3])
    values = 3.0 * (epsilon - 0.15) ** -2.2
    points = {e: Estimate(y, 0.01 * y, 50) for e, y in zip(epsilon, values)}
    found = start_laws.divergence(points, 0.15, 0.001)
    assert -found.line.slope.mean == pytest.approx(2.2, abs=1e-6)
    assert found.moved > 0.05 and found.power.mean == pytest.approx(2.2, abs=1e-3)
    assert found.critical.mean == pytest.approx(0.15, abs=1e-5)
    assert found.window == pytest.approx((epsilon[0], epsilon[-1]))
    bent = {e: Estimate(math.exp(1 / (e - 0.14)), each.error, 50) for e, each in points.items()}
    assert start_laws.divergence(bent, 0.15, 0.001).line.chi2_dof > 100
    assert start_laws.divergence(dict(list(points.items())[:3]), 0.15, 0.001) is None
