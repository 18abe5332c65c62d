"""Weighted straight lines: errors, chi^2 and windows."""

import numpy as np
import pytest

from bathlab.statistics import fit_line

X = np.arange(1.0, 10.0)
ERROR = np.linspace(0.05, 0.2, 9)


def drawn(count, bend=0.0):
    source = np.random.default_rng(4)
    return 2.0 * X - 1 + bend * X**2 + ERROR * source.standard_normal((count, 9))


def test_a_line_is_the_solution_of_its_normal_equations():
    y = drawn(1)[0]
    found = fit_line(X, y, ERROR, 12)
    design, weights = np.stack([X, np.ones(9)]), ERROR**-2.0
    covariance = np.linalg.inv((design * weights) @ design.T)
    expected = covariance @ (design * weights) @ y
    assert [found.slope.mean, found.intercept.mean] == pytest.approx(expected, rel=1e-10)
    errors = np.sqrt(np.diag(covariance))
    assert [found.slope.error, found.intercept.error] == pytest.approx(errors, rel=1e-10)
    off = (y - expected @ design) / ERROR
    assert found.chi2_dof == pytest.approx(off @ off / 7, rel=1e-10)
    parts = [np.polyfit(X[p], y[p], 1, w=1 / ERROR[p])[0] for p in (slice(3, 9), slice(0, 6))]
    spread = np.ptp([found.slope.mean, *parts]) / 2
    assert found.window_error == pytest.approx(spread, rel=1e-10)
    assert found.slope.realisations == 12


def test_errors_are_those_of_repeated_fits_and_a_bend_is_noticed():
    """1000 fits: their spread is known to 2 %, four of which are allowed."""
    fits = [fit_line(X, y, ERROR, 1) for y in drawn(1000)]
    spread = np.std([each.slope.mean for each in fits])
    assert spread == pytest.approx(fits[0].slope.error, rel=0.09)
    assert np.mean([each.chi2_dof for each in fits]) == pytest.approx(1.0, abs=0.07)
    bent = fit_line(X, drawn(1, bend=0.1)[0], ERROR, 1)
    assert bent.chi2_dof > 10 and bent.window_error > 10 * bent.slope.error


def test_two_points_have_no_chi2_and_no_window():
    found = fit_line([0.0, 2.0], [1.0, 5.0], [0.1, 0.1], 3)
    assert found.slope.mean == pytest.approx(2) and np.isnan(found.chi2_dof)
    assert np.isnan(found.window_error)
    with pytest.raises(ValueError, match="x"):
        fit_line([1.0], [1.0], [0.1], 3)
