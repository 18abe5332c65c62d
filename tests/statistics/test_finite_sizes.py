"""How samples narrow with their size: laws recovered from draws of them, and others noticed."""

import math

import numpy as np
import pytest

from bathlab.statistics.finite_sizes import approach, rate_law, side_law

SIZES = (100, 1000, 10_000, 100_000)


def drawn(limit=0.15, move=0.4, narrow=0.4, width=0.2, count=400):
    source = np.random.default_rng(5)
    return {
        L: limit + 0.4 * L**-move + width * L**-narrow * source.standard_normal(count)
        for L in SIZES
    }


def test_limit_and_power_are_those_of_the_draws():
    found = approach(drawn(), 1e-5)
    # Five standard errors each: false alarms 1e-6.
    assert abs(found.limit.mean - 0.15) < 5 * found.limit.error < 0.01
    assert abs(found.power.mean - 0.4) < 5 * found.power.error < 0.15
    assert found.holds and found.sizes == (100, 100_000)
    assert found.limit_window < 5 * found.limit.error
    # The error is how far the results of other draws lie.
    again = [
        approach(
            {L: np.random.default_rng((i, L)).choice(x, len(x)) for L, x in drawn().items()},
            1e-5,
            4,
        )
        for i in range(20)
    ]
    spread = np.std([each.power.mean for each in again])
    assert found.power.error == pytest.approx(spread, rel=0.6)  # false alarms 1e-3


def test_what_moves_and_narrows_by_two_powers_is_rejected():
    assert not approach(drawn(narrow=0.0, width=0.02), 1e-5).holds


def test_the_power_of_a_share_is_that_of_the_draws():
    trials = np.array([4000, 4000, 1000, 100])
    for beta in (0.0, 0.3, -0.3):
        share = 0.02 * (np.array(SIZES) / 1000.0) ** -beta
        hits = np.random.default_rng(2).poisson(trials * share)
        found = rate_law(SIZES, hits, trials)
        assert abs(found.power.mean - beta) < 5 * found.power.error < 0.5
        assert found.chance > 1e-3
    assert rate_law(SIZES, [200, 10, 200, 90], trials).chance < 1e-9
    none = rate_law(SIZES, np.zeros(4), trials)
    assert math.isnan(none.power.mean) and math.isnan(none.power.error)


def test_each_side_has_its_own_power():
    source = np.random.default_rng(4)
    samples = {
        L: np.concatenate(
            [
                0.15 + L**-0.4 * source.exponential(size=300),
                0.15 - L**-0.2 * source.exponential(size=200),
            ]
        )
        for L in SIZES
    }
    for above, expected, least in ((True, 0.4, 300), (False, 0.2, 200)):
        power, _, chance = side_law(samples, 0.15, above)
        assert abs(power.mean - expected) < 5 * power.error < 0.1
        assert chance > 1e-3 and power.realisations == least
    few = {L: x[:305] for L, x in samples.items()}
    assert math.isnan(side_law(few, 0.15, False)[0].mean)


def test_what_tells_nothing_is_refused():
    for wrong in (
        {100: [0.1, 0.2]},
        {**drawn(), 10: [math.nan, 0.1]},
        {**drawn(), -1: [0.1, 0.2]},
    ):
        with pytest.raises(ValueError, match="samples"):
            approach(wrong, 1e-5)
    with pytest.raises(ValueError, match="sizes"):
        rate_law([100, 1000], [1, 1], [10, 10])
