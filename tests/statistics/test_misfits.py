"""The misfit of correlated points: how often it is large by chance, and when it is not."""

import numpy as np
import pytest

from bathlab.statistics.misfits import UNKNOWN, misfit
from bathlab.statistics.resampling import Jackknife, jackknife

X = np.linspace(-1, 1, 12)
LINE = np.vander(X, 2)


def fitted(samples):
    points = jackknife(samples, lambda mean: mean)
    return misfit(points, LINE, 1 / points.error)


def drawn(draw, count, shared, curved=0.0):
    """Points of a line with as much noise in common as ``shared`` says."""
    noise = draw.standard_normal((count, len(X)))
    own = np.cumsum(draw.standard_normal((count, len(X))), axis=1)
    return X + curved * X**2 + (1 - shared) * noise + shared * own


def test_one_term_and_independent_points_are_chi_square():
    """Of known errors the traces are those of the projection."""
    draw = np.random.default_rng(1)
    samples = draw.standard_normal((4000, len(X)))
    points = jackknife(samples, lambda mean: mean)
    off = points.value - LINE @ np.linalg.lstsq(LINE, points.value, rcond=None)[0]
    found = misfit(points, LINE, np.full(len(X), 1 / points.error.mean()))
    wanted = np.sum(off**2) / points.error.mean() ** 2 / (len(X) - 2)
    assert found.ratio == pytest.approx(wanted, rel=0.05)
    assert found.freedom == pytest.approx(len(X) - 2, rel=0.05)


def test_chances_are_even_though_bins_share_their_noise():
    """200 fits of 30 samples each: p < 0.05 in 10 on average, with 21 or more in 1e-3 of such
    tests; chi^2 per degree of freedom as if points were independent is far below 1."""
    draw = np.random.default_rng(2)
    found = [fitted(drawn(draw, 30, 0.9)) for _ in range(200)]
    assert sum(each.chance < 0.05 for each in found) < 21
    assert 0.8 < np.mean([each.ratio for each in found]) < 1.4
    assert np.mean([each.freedom for each in found]) < 6


def test_a_curve_that_independent_errors_hide_is_noticed():
    draw = np.random.default_rng(3)
    samples = drawn(draw, 30, 0.9, curved=1.2)
    points = jackknife(samples, lambda mean: mean)
    weights = 1 / points.error
    off = weights * (points.value - np.polyval(np.polyfit(X, points.value, 1, w=weights), X))
    assert np.sum(off**2) / (len(X) - 2) < 4
    found = fitted(samples)
    assert not found.holds and found.chance < 1e-3 and "p = " in str(found)
    assert fitted(drawn(draw, 30, 0.9)).holds


def test_what_is_not_known_does_not_hold():
    same = np.repeat([X], 4, axis=0)
    points = Jackknife(X, same)
    assert misfit(points, LINE, np.ones(len(X))) == UNKNOWN and not UNKNOWN.holds
    with pytest.raises(ValueError, match="more points"):
        misfit(Jackknife(X[:2], same[:, :2]), LINE[:2], np.ones(2))
    with pytest.raises(ValueError, match="without"):
        misfit(Jackknife(X, same[:2]), LINE, np.ones(len(X)))
