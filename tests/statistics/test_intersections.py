"""Where two curves cross, against curves whose crossing is known."""

import numpy as np
import pytest

from bathlab.statistics import Curve
from bathlab.statistics.intersections import intersection

X = np.array([0.66, 0.7, 0.73, 0.76, 0.79, 0.82, 0.86])


def pair(place=0.75, seed=0, error=0.002):
    draw = np.random.default_rng(seed)

    def curve(size):
        y = 0.45 + 0.02 * size * np.log(X / place) - 0.003 * size * np.log(X / place) ** 2
        return Curve(X, y + error * draw.standard_normal(len(X)), np.full(len(X), error))

    return curve(8), curve(12)


def test_a_known_crossing_is_found_with_its_error():
    """Sixteen draws: each within four errors, and errors that scatter tells to 20 %."""
    found = [intersection(*pair(seed=seed), count=9) for seed in range(16)]
    assert all(one.holds and one.place.realisations == 9 for one in found)
    off = np.array([(one.place.mean - 0.75) / one.place.error for one in found])
    assert np.abs(off).max() < 4 and 0.5 < off.std() < 1.6
    assert np.median([one.window for one in found]) < 0.02


def test_curves_that_do_not_cross_have_no_place():
    low, high = pair()
    above = intersection(low, Curve(X, high.y + 0.1, high.error), count=9)
    assert np.isnan(above.place.mean) and not above.holds
    falling = intersection(high, low, count=9)
    assert not falling.holds
    with pytest.raises(ValueError, match="errors above 0"):
        intersection(low, Curve(X, high.y, 0 * X), count=9)
    with pytest.raises(ValueError, match="common x"):
        intersection(low, Curve(X + 0.001, high.y, high.error), count=9)


def test_a_difference_that_is_no_parabola_is_rejected():
    low, high = pair()
    bent = Curve(X, high.y + 0.02 * (-1.0) ** np.arange(len(X)), high.error)
    found = intersection(low, bent, count=9)
    assert found.chance < 1e-3 and not found.holds
