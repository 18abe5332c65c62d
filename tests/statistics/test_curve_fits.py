"""Polynomials through mean curves: terms, errors, and a rejection."""

import numpy as np
import pytest

from bathlab.statistics.curve_fits import curve_fit

X = np.linspace(1, 3, 12)


def samples(count, seed, bent=0.0):
    """Curves e^(1 - 2x - bent x^2), each scaled by a random factor: their points share it."""
    draw = np.random.default_rng(seed)
    shared = 1 + 0.1 * draw.standard_normal((count, 1))
    own = 1 + 0.02 * draw.standard_normal((count, len(X)))
    return np.exp(1 - 2 * X - bent * X**2) * shared * own


def test_a_slope_is_found_with_the_error_that_it_has():
    """40 sets of 50 samples: the mean pull is 0 within 0.16 a standard error, its spread 1."""
    pulls, rejected = [], 0
    for seed in range(40):
        fit = curve_fit(X, samples(50, seed))
        rejected += not fit.holds
        pulls.append((fit.terms[0].mean + 2) / fit.terms[0].error)
    assert rejected < 3  # of 40 with 1e-3 each: more in 1e-5 of such tests
    assert abs(np.mean(pulls)) < 0.65 and 0.6 < np.std(pulls) < 1.5
    assert fit.terms[1].error > 3 * fit.terms[0].error  # the factor that all points share
    assert 0 < fit.window_error < 0.05 and fit.points == 12


def test_a_bent_curve_is_rejected_and_bad_input_refused():
    assert not curve_fit(X, samples(50, 1, bent=0.1)).holds
    quadratic = curve_fit(X, samples(50, 1, bent=0.1), degree=2)
    assert quadratic.holds and quadratic.terms[0].mean == pytest.approx(-0.1, abs=0.03)
    with pytest.raises(ValueError, match="points"):
        curve_fit(X[:2], samples(50, 1)[:, :2])
    with pytest.raises(ValueError, match="samples"):
        curve_fit(X, samples(50, 1)[:2])
