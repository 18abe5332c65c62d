"""Rates of decay from independent samples."""

import math

import numpy as np
import pytest

from bathlab.statistics.decays import decay_law


def samples(lengths, law, spread=0.3, count=400, seed=4):
    numbers = np.random.default_rng(seed)
    return [law(x) + spread * numbers.standard_normal(count) for x in lengths]


def test_a_rate_is_found_with_its_error():
    """Fixed seed; five errors, a false alarm of 6e-7 over seeds."""
    lengths = (2, 3, 5, 8)
    found = decay_law(lengths, samples(lengths, lambda x: 1.0 - 0.4 * x))
    assert abs(found.rate.mean - 0.4) < 5 * found.rate.error < 0.03
    assert found.window == (2.0, 8.0) and found.chi2_dof < 4
    assert 0.01 < found.probability <= 1
    assert abs(found.last.mean - 0.4) < 5 * found.last.error
    assert 0 < found.window_error < 0.03 and found.rate.realisations == 400
    # The errors of four points with the same weight, by the formula of the straight line.
    x = np.array(lengths)
    error = 0.3 / math.sqrt(400) / math.sqrt(np.sum((x - x.mean()) ** 2))
    assert found.rate.error == pytest.approx(error, rel=0.1)
    assert decay_law((1, 2), samples((1, 2), lambda x: -x)).rate.mean == pytest.approx(
        1, abs=0.1
    )


def test_a_curve_is_not_taken_for_a_line():
    lengths = (1, 2, 3, 4, 5)
    bent = decay_law(lengths, samples(lengths, lambda x: -0.1 * x**2))
    assert bent.chi2_dof > 20 and bent.window_error > 0.05 and bent.probability < 1e-9
    assert bent.last.mean > bent.rate.mean + 5 * bent.last.error


@pytest.mark.parametrize(
    "lengths, given, named",
    [
        ((1,), [[0.0, 1.0]], "lengths"),
        ((2, 1), [[0.0, 1.0]] * 2, "lengths"),
        ((1, 2), [[0.0, 1.0]], "samples"),
        ((1, 2), [[0.0, math.nan]] * 2, "samples"),
        ((1, 2), [[1.0, 1.0]] * 2, "scatter"),
    ],
)
def test_what_gives_no_rate_is_refused(lengths, given, named):
    with pytest.raises(ValueError, match=named):
        decay_law(lengths, given)
