"""Crossing points, flows with grain and distance, and their errors by the jackknife."""

import math

import numpy as np
import pytest

import bathlab as bl
from bathlab.statistics.crossings import crossing, fit_flow
from bathlab.statistics.resampling import MOST_GROUPS, jackknife

#: Exact inputs leave the rounding of a least-squares solution.
EXACT = 1e-7


def points(per_spin, per_liom, link, offset=-1.0):
    spins, lioms = (x.ravel() for x in np.meshgrid(np.arange(3, 9), np.arange(1, 5)))
    x = offset + per_spin * spins - per_liom * (lioms - 1)
    return spins, lioms, 1 / (1 + np.exp(-x)) if link == "logistic" else np.exp(x)


@pytest.mark.parametrize("link", ["logistic", "exponential"])
def test_a_flow_is_found_again(link):
    spins, lioms, values = points(0.4, 0.9, link)
    flow = fit_flow(spins, lioms, values, link)
    assert (flow.offset, flow.per_spin, flow.per_liom) == pytest.approx(
        (-1, 0.4, 0.9), abs=EXACT
    )
    assert flow.slope == pytest.approx(0.4 / 0.9, abs=EXACT)


@pytest.mark.parametrize("alpha", [0.3, 0.5, 0.7])
def test_the_flow_of_the_theory_has_its_slope_and_decay(alpha):
    """G_i = 2^(l_b/2) (g_i/g_1) 2^((i-1)/2) against eq. (16); the naive one without
    2^((i-1)/2)."""
    spins, lioms, _ = points(1, 1, "exponential")
    couplings = alpha ** np.arange(4.0)
    strengthened, naive = [], []
    for spin, liom in zip(spins, lioms):
        strengthened.append(bl.theory.g_flow(2.0 ** (spin / 2), couplings)[liom - 1])
        naive.append(2.0 ** (spin / 2) * couplings[liom - 1])
    for values, length, decay in (
        (strengthened, bl.crossover_length, -math.log(alpha * math.sqrt(2))),
        (naive, bl.theory.naive_crossover_length, -math.log(alpha)),
    ):
        flow = fit_flow(spins, lioms, values, "exponential")
        assert flow.decay == pytest.approx(decay, abs=EXACT)
        assert flow.slope == pytest.approx(length(4, alpha) - length(3, alpha), abs=1e-5)


def test_a_flow_is_fitted_to_the_values_not_to_their_logits():
    """A value of 0 is finite information for least squares, and infinite for a logit."""
    spins, lioms, values = points(0.4, 0.9, "logistic", offset=-2.0)
    flow = fit_flow(np.append(spins, 3), np.append(lioms, 12), np.append(values, 0.0))
    assert (flow.per_spin, flow.per_liom) == pytest.approx((0.4, 0.9), abs=1e-3)


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
        lambda: fit_flow([3, 4, 5], [1, 1, 1], [1, 1, 1]),
        lambda: fit_flow([3, 3, 4], [1, 2, 1], [1, math.nan, 1]),
        lambda: fit_flow([3, 3, 4], [1, 2, 1], [1, 0, 1], "exponential"),
        lambda: fit_flow([3, 3, 4], [1, 2, 1], [1, 1, 1], "probit"),
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
