"""Humps of a curve, against loops over its bins."""

import numpy as np
import pytest

import bathlab as bl

OMEGA = (np.linspace(-4, 4, 129)[1:] + np.linspace(-4, 4, 129)[:-1]) / 2


def camel(left=-1.0, right=1.5, higher=1.2):
    return np.exp(-4 * (OMEGA - left) ** 2) + higher * np.exp(-4 * (OMEGA - right) ** 2)


def test_humps_are_where_the_curve_is_highest_on_either_side():
    found = bl.analysis.humps(OMEGA, camel())
    assert abs(OMEGA[found.left] + 1.0) <= 1 / 16 and abs(OMEGA[found.right] - 1.5) <= 1 / 16
    mirrored = bl.analysis.humps(OMEGA, camel()[::-1])
    assert (mirrored.left, mirrored.right) == (127 - found.right, 127 - found.left)
    # One high bin is noise: what counts is the mean with the bins beside it.
    spiked = camel() + 0.5 * (np.arange(128) == 10)
    assert bl.analysis.humps(OMEGA, spiked).left == found.left


def test_what_is_read_off_is_that_of_loops():
    found, k = bl.analysis.humps(OMEGA, camel()), np.random.default_rng(1).uniform(size=128)
    left, right = (
        sum(k[i] for i in range(place - 1, place + 2)) / 3
        for place in (found.left, found.right)
    )
    dip = sum(k[i] for i in (62, 63, 64, 65)) / 4
    assert found.above_dip(k) == pytest.approx((left + right) / 2 - dip)
    assert found.tilt(k) == pytest.approx(right - left)
    weight = sum(k[i] / 16 if OMEGA[i] > 0 else -k[i] / 16 for i in range(128))
    assert found.imbalance(k) == pytest.approx(weight)
    # Signs: the right hump is the higher one.
    assert found.above_dip(camel()) > 0.9 and found.tilt(camel()) > 0.15
    assert found.imbalance(camel()) == pytest.approx(0.2 * np.sqrt(np.pi) / 2, abs=0.01)


@pytest.mark.parametrize(
    "omega, k, words",
    [
        (OMEGA[1:], camel()[1:], "even number"),
        (OMEGA, camel()[2:], r"shape \(126,\)"),
        (OMEGA[62:66], np.ones(4), "6 or more"),
        (OMEGA + 0.1, camel(), "as many below 0"),
        (OMEGA[::-1], camel(), "ascending"),
        (np.sinh(OMEGA), camel(), "equal bins"),
        (OMEGA, camel() * np.nan, r"k\[0\] = nan"),
    ],
)
def test_other_curves_are_refused(omega, k, words):
    with pytest.raises(ValueError, match=words):
        bl.analysis.humps(omega, k)
