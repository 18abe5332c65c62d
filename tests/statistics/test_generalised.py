"""Lines through correlated points, against simulations of a known covariance."""

import math

import numpy as np
import pytest
from scipy import stats

from bathlab.statistics import fit_line, generalised_line

X = np.log([0.75, 0.8, 0.866, 0.93, 1.0])
TRIALS, LEVEL = 3000, 0.05
#: Five standard errors of a rate of LEVEL: fails once in 1.7 million times; seeds are fixed.
SLACK = 5 * math.sqrt(LEVEL * (1 - LEVEL) / TRIALS)


def shared_covariance():
    """What one sun does to a point it does in good part to all of them, and more at one end."""
    errors = np.linspace(0.02, 0.05, len(X))
    return errors[:, np.newaxis] * (0.7 + 0.3 * np.eye(len(X))) * errors


def simulated(freedom, seed=7):
    """Fits to points about a known line, the covariance estimated from ``freedom`` samples."""
    numbers, true = np.random.default_rng(seed), shared_covariance()
    factor = np.linalg.cholesky(true)
    for _ in range(TRIALS):
        y = 2 * X + 1 + factor @ numbers.standard_normal(len(X))
        others = numbers.standard_normal((freedom, len(X))) @ factor.T
        yield y, others.T @ others / freedom


@pytest.mark.parametrize("freedom", [9, 60])
def test_false_alarms_and_errors_are_those_of_a_simulation(freedom):
    """At the level of 5 % in 3000 trials, within five standard errors of the rate (2 %); errors
    within a tenth of the scatter, whose own error is 1.3 %."""
    fits = [generalised_line(X, y, S, 9, freedom) for y, S in simulated(freedom)]
    alarms = np.mean([fit.chance < LEVEL for fit in fits])
    assert abs(alarms - LEVEL) < SLACK
    assert np.mean([fit.chi2_dof for fit in fits]) == pytest.approx(
        (freedom - 2) / (freedom - 4), rel=0.15
    )  # the mean of F with k and freedom - k + 1 = freedom - 2 degrees
    for name, true in (("slope", 2.0), ("intercept", 1.0)):
        found = np.array([getattr(fit, name).mean for fit in fits])
        claimed = np.array([getattr(fit, name).error for fit in fits])
        assert found.mean() == pytest.approx(true, abs=5 * found.std() / math.sqrt(TRIALS))
        assert math.sqrt(np.mean(claimed**2)) == pytest.approx(found.std(), rel=0.1)
    roots = np.array([fit.root.mean for fit in fits])
    if freedom > 9:
        claimed = np.median([fit.root.error for fit in fits])
        assert claimed == pytest.approx(roots.std(), rel=0.1)
        assert np.median(roots) == pytest.approx(-0.5, abs=0.01)


def test_independent_errors_would_be_wrong():
    """The same points as if they were independent: the misfit is far too small, so a false law
    passes, and the error of the slope is off by more than the tenth that is allowed above."""
    alarms, slopes, claimed = 0, [], []
    errors = np.sqrt(np.diag(shared_covariance()))
    for y, _ in simulated(60):
        line = fit_line(X, y, errors, 9)
        alarms += stats.chi2.sf(line.chi2_dof * 3, 3) < LEVEL
        slopes.append(line.slope.mean)
        claimed.append(line.slope.error)
    assert abs(alarms / TRIALS - LEVEL) > SLACK
    assert abs(np.mean(claimed) / np.std(slopes) - 1) > 0.1


def test_a_covariance_taken_for_exact_raises_more_alarms():
    fits = [generalised_line(X, y, S, 9) for y, S in simulated(9)]
    assert np.mean([fit.chance < LEVEL for fit in fits]) > LEVEL + SLACK


def test_uncorrelated_points_are_those_of_a_weighted_line():
    error = np.array([0.1, 0.2, 0.1, 0.3, 0.2])
    y = np.array([1.0, 1.3, 1.9, 2.4, 3.5])
    plain, general = fit_line(X, y, error, 4), generalised_line(X, y, np.diag(error**2), 4)
    assert general.slope.mean == pytest.approx(plain.slope.mean)
    assert general.slope.error == pytest.approx(plain.slope.error)
    assert general.intercept.error == pytest.approx(plain.intercept.error)
    assert general.chi2_dof == pytest.approx(plain.chi2_dof)
    two = generalised_line(X[:2], y[:2], np.eye(2), 4)
    assert math.isnan(two.chi2_dof) and two.chance == 1
    with pytest.raises(ValueError, match="positive eigenvalues"):
        generalised_line(X, y, np.ones((5, 5)), 4)
    with pytest.raises(ValueError, match="freedom"):
        generalised_line(X, y, np.eye(5), 4, 4)
