"""Means, errors, medians, bootstrap intervals."""

import math

import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.workbench.claims import pm, verdict


def test_estimates_cluster_by_realisation():
    values, clusters = [1.0, 3.0, 5.0, 7.0], [0, 0, 1, 1]
    found = bl.estimate(values, clusters)
    assert (found.mean, found.error, found.median, found.realisations) == (4.0, 2.0, 4.0, 2)
    assert math.isnan(found.low) and math.isnan(found.high)
    assert math.isnan(bl.estimate([1.0, 2.0], [0, 0]).error)
    rng = np.random.default_rng(1)
    shared = np.repeat(rng.standard_normal(400), 5)
    # Five copies of each sample add nothing: the error stays 1/20, not 1/sqrt(2000). Its own
    # relative error is 1/sqrt(800) = 3.5 %; four of these.
    assert bl.estimate(shared, np.repeat(np.arange(400), 5)).error == pytest.approx(
        0.05, rel=0.14
    )


def test_the_order_of_values_moves_no_bit():
    rng = np.random.default_rng(2)
    values, clusters = rng.standard_cauchy(300), rng.integers(0, 40, 300)
    found = bl.estimate(values, clusters, interval=0.9)
    for _ in range(5):
        order = rng.permutation(300)
        assert bl.estimate(values[order], clusters[order], interval=0.9) == found


def test_curves_are_estimated_point_by_point():
    rng = np.random.default_rng(3)
    curves, clusters = rng.standard_normal((30, 4)), np.repeat(np.arange(10), 3)
    found = bl.estimate(list(curves), clusters, interval=0.8)
    for point in range(4):
        one = bl.estimate(curves[:, point], clusters, interval=0.8)
        assert (found.mean[point], found.error[point], found.median[point]) == (
            one.mean,
            one.error,
            one.median,
        )
        # Other random numbers: the ends agree to a few times 1 % of the interval.
        assert abs(found.low[point] - one.low) < 0.1 * (one.high - one.low)
    table = pd.DataFrame({"case": "a", "realisation": clusters, "k": list(curves)})
    (row,) = bl.summarise(table, ["case"], ["k"]).to_dict("records")
    assert np.array_equal(row["k"], found.mean) and np.array_equal(row["k_error"], found.error)
    with pytest.raises(ValueError, match="different lengths"):
        bl.estimate(pd.Series([np.ones(2), np.ones(3)]), [0, 1])


def test_bootstrap_interval_covers():
    """The 80 % interval of the mean of 30 exponential variables covers 1 in 300 samples.

    Binomial error 2.3 %; BCa at N = 30 is below nominal by about 2 %; four errors more: 0.69 to
    0.87. False alarm about 1e-4. The interval of one value, sd instead of error, is too wide.
    """
    rng = np.random.default_rng(4)
    samples = rng.exponential(size=(300, 30))
    found = [bl.estimate(sample, range(30), interval=0.8) for sample in samples]
    covered = np.mean([one.low < 1 < one.high for one in found])
    assert 0.69 < covered < 0.87
    wrong = np.mean(
        [abs(one.mean - 1) < 1.28 * sample.std() for one, sample in zip(found, samples)]
    )
    assert wrong > 0.87


def test_intervals_of_constants_and_single_values():
    found = bl.estimate([1.0, 1.0, 1.0], range(3), interval=0.95)
    assert (found.low, found.high, found.error) == (1.0, 1.0, 0.0)
    assert math.isnan(bl.estimate([1.0], [0], interval=0.95).low)
    for level in (0.0, 1.0, 95):
        with pytest.raises(ValueError, match="above 0 and below 1"):
            bl.estimate([1.0, 2.0], [0, 1], interval=level)
    for values, clusters in (([], []), ([1.0], [0, 1]), (1.0, 0)):
        with pytest.raises(ValueError, match="given; expected"):
            bl.estimate(np.asarray(values), clusters)


def test_summaries_warn_of_too_few_and_name_columns():
    table = pd.DataFrame(
        {
            "case": ["a"] * 4 + ["b"] * 6,
            "realisation": [*range(4), *range(6)],
            "value": np.arange(10.0) ** 2,
        }
    )
    with pytest.warns(bl.errors.TooFewRealisations, match="4 realisation"):
        summary = bl.summarise(table, ["case"], ["value"], interval=0.9)
    group = table[table["case"] == "b"]["value"]
    row = summary[summary["case"] == "b"].iloc[0]
    assert row["value"] == pytest.approx(group.mean(), rel=1e-14)
    assert row["value_error"] == pytest.approx(group.std() / math.sqrt(6), rel=1e-14)
    assert row["value_median"] == group.median()
    assert row["value_low"] < row["value"] < row["value_high"]
    with pytest.raises(ValueError, match="Unknown columns"):
        bl.summarise(table, ["case"], ["typo"])


def test_a_verdict_needs_an_error_bar():
    assert verdict(bl.statistics.Estimate(1.0, 0.1, 9), 1.15) == "agrees"
    assert verdict(bl.statistics.Estimate(1.0, 0.1, 9), 1.3) == "-3.0 sigma"
    for error in (0.0, float("nan")):
        assert verdict(bl.statistics.Estimate(1.0, error, 1), 1.3) == "-0.3, no error bar"
        assert verdict(bl.statistics.Estimate(1.0, error, 1), 1.0) == "agrees"


def test_an_error_is_shown_with_a_digit_of_its_own():
    assert pm(bl.statistics.Estimate(0.5, 0.05, 9)) == "0.500 +- 0.050"
    assert pm(bl.statistics.Estimate(0.0041234, 0.00004, 9)) == "0.00412 +- 0.00004"
    assert pm(bl.statistics.Estimate(15.0, 3e-16, 9)) == "15.000 +- 0.000"
    assert pm(bl.statistics.Estimate(1.0, float("nan"), 1)) == "1.000 +- nan"
