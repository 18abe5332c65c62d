"""Lines through logarithms of mean curves: the right slope, and no line where there is none."""

import numpy as np
import pytest

from bathlab.statistics.log_lines import log_line

X = np.linspace(0, 2, 9)


def curves(law, seed, count=60):
    """Curves whose points share half of their noise."""
    draw = np.random.default_rng(seed)
    shared = 0.1 * draw.standard_normal((count, 1))
    return law(X) * np.exp(shared + 0.1 * draw.standard_normal((count, len(X))))


def test_the_slope_is_found_and_a_bend_is_rejected():
    """Five errors, a false alarm of 6e-7; the misfit is called off in 1e-3 of lines."""
    line = log_line(X, curves(lambda x: np.exp(-1.7 * x), 1), 0.2, 1.8)
    assert abs(line.slope.mean + 1.7) < 5 * line.slope.error < 0.2
    assert line.misfit.holds and line.window == (0.25, 1.75) and line.slope.realisations == 60
    assert line.slope_of(X, np.exp(-1.2 * X)) == pytest.approx(-1.2)
    bent = log_line(X, curves(lambda x: np.exp(-1.7 * x - 0.3 * x**2), 1), 0.2, 1.8)
    assert not bent.misfit.holds and bent.window_error > 3 * line.window_error


def test_bad_windows_and_curves_are_refused():
    good = curves(np.exp, 2)
    with pytest.raises(ValueError, match="four or more"):
        log_line(X, good, 0.9, 1.1)
    with pytest.raises(ValueError, match="means of the curves"):
        log_line(X, good * np.where(X > 1, 0.0, 1.0), 0.2, 1.8)
