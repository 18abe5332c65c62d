"""Crossing points, and errors by the jackknife."""

import math

import numpy as np
import pytest

from bathlab.statistics.crossings import crossing
from bathlab.statistics.resampling import MOST_GROUPS, jackknife


@pytest.mark.parametrize(
    "values, expected",
    [
        ([0.9, 0.7, 0.3, 0.1], 2.5),
        ([0.2, 0.1, 0.1, 0.0], 0.625),
        ([0.9, 0.8, 0.7, 0.6], math.inf),
        ([0.9, 0.4, 0.9, 0.1], 1.8),
    ],
)
def test_crossings_by_hand(values, expected):
    assert crossing([1, 2, 3, 4], values, 0.5) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda: crossing([1, 1], [0.2, 0.1], 0.5),
        lambda: crossing([1, 2], [0.2], 0.5),
        lambda: crossing([0, 1], [0.2, 0.1], 0.5),
        lambda: crossing([1, 2], [0.2, 0.1], 1.5),
        lambda: jackknife([], np.mean),
        lambda: jackknife(3.0, np.mean),
    ],
)
def test_bad_input_is_refused(call):
    with pytest.raises(ValueError, match="expected"):
        call()


def test_the_jackknife_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(1).normal(size=60)
    found = jackknife(values, lambda x: x)
    assert found.value == pytest.approx(values.mean(), abs=1e-14)
    assert found.error == pytest.approx(values.std(ddof=1) / math.sqrt(60), rel=1e-10)


def test_the_jackknife_of_a_smooth_function_covers_the_truth():
    """exp of a mean: 68.3 % of intervals of one error cover. 500 trials: 4.2 standard
    deviations are 8.7 %, a false alarm of 3e-5; errors too small by sqrt 2 would cover 52 %."""
    draws = np.random.default_rng(2).normal(0.3, 1.0, size=(500, 40))
    found = [jackknife(sample, np.exp) for sample in draws]
    covered = np.mean([abs(one.value - math.exp(0.3)) < one.error for one in found])
    assert abs(covered - 0.683) < 0.087
    too_small = np.mean(
        [abs(one.value - math.exp(0.3)) < one.error / math.sqrt(2) for one in found]
    )
    assert abs(too_small - 0.683) > 0.087


def test_many_samples_are_left_out_in_groups():
    calls = []
    values = np.random.default_rng(3).normal(size=(3 * MOST_GROUPS + 5, 2))
    error = jackknife(values, lambda x: calls.append(0) or x).error
    assert len(calls) == MOST_GROUPS + 1
    # The variance of MOST_GROUPS values has a relative error sqrt(2/groups) = 4.5 %, its root
    # 2.2 %; five of those.
    assert error == pytest.approx(values.std(axis=0) / math.sqrt(len(values)), rel=0.11)


def test_a_function_of_a_statistic_has_the_error_of_the_composition():
    values = np.random.default_rng(4).normal(0.3, 1.0, size=(50, 2))
    two_steps = jackknife(values, np.exp).map(lambda x: x[0] / x[1])
    at_once = jackknife(values, lambda x: np.exp(x[0]) / np.exp(x[1]))
    assert two_steps.value == pytest.approx(at_once.value, rel=1e-14)
    assert two_steps.error == pytest.approx(at_once.error, rel=1e-10)


def test_one_sample_has_no_error():
    assert math.isnan(jackknife([2.0], lambda x: x).error)
    assert np.isnan(jackknife([[2.0, 3.0]], lambda x: x).error).all()
