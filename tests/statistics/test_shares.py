"""Curves of shares against what they were drawn from."""

import numpy as np
import pytest
from scipy.special import expit

from bathlab.statistics import share_crossing, share_curve, share_power

X = np.linspace(0.15, 0.157, 7)


def drawn(source, count, middle, width):
    """Realisations that are 1 beyond a threshold of their own: points share the draw."""
    thresholds = middle + width * source.logistic(size=count)
    return (X > thresholds[:, None]).astype(float)


def test_the_likeliest_curve_is_that_of_exact_shares():
    exact = expit(-1 + 300 * (X - 0.154) + 4e4 * (X - 0.153) ** 2)
    found = share_curve(X, exact, 1e7)
    assert found(X) == pytest.approx(exact, abs=1e-6) and found.chi2_dof < 1e-3
    assert share_curve(X, exact, 1e7, degree=1).chi2_dof > 100
    assert np.all(np.isfinite(share_curve(X, np.zeros(7), 50).coefficients))


def test_two_curves_cross_where_they_do():
    """Logistic thresholds of width 0.004 about 0.170 and of 0.001 about 0.156: their shares are
    equal at 0.15133. Six crossings: the mean within 4 of
    its errors (false alarm 1 % for so few), and the errors stated within a factor of 2.5."""
    exact, source = (4 * 0.156 - 0.170) / 3, np.random.default_rng(1)
    found = [
        share_crossing(X, drawn(source, 4000, 0.170, 0.004), drawn(source, 4000, 0.156, 0.001))
        for _ in range(6)
    ]
    places = np.array([each.place.mean for each in found])
    errors = np.array([each.place.error for each in found])
    assert abs(places.mean() - exact) < 4 * places.std(ddof=1) / np.sqrt(6)
    assert 0.4 < errors.mean() / places.std(ddof=1) < 2.5
    heights = [each.height.mean for each in found]
    assert np.mean(heights) == pytest.approx(expit((exact - 0.170) / 0.004), rel=0.2)
    # A wrong sampler: another width moves the crossing beyond what is allowed above.
    off = share_crossing(
        X, drawn(source, 4000, 0.170, 0.004), drawn(source, 4000, 0.157, 0.001)
    )
    assert abs(off.place.mean - exact) > 5e-4


def test_curves_that_do_not_cross_have_no_crossing():
    source = np.random.default_rng(2)
    one = drawn(source, 500, 0.153, 0.002)
    found = share_crossing(X, one, np.clip(one + (source.random(one.shape) < 0.3), 0, 1))
    assert np.isnan(found.place.mean) and np.isnan(found.height.error)


def test_a_power_of_the_length_is_found():
    """0.1 (L/1000)^-0.5 at three lengths: within 3 errors in each of 5 draws but one."""
    source, sizes = np.random.default_rng(3), (1000, 10_000, 100_000)
    close = 0
    for _ in range(5):
        hits = [
            (source.random(count) < 0.05 * (size / 1000) ** -0.5).astype(float)
            for size, count in zip(sizes, (4000, 3000, 3000))
        ]
        found = share_power(sizes, hits)
        close += abs(found.power.mean + 0.5) < 3 * found.power.error
        assert found.chi2_dof < 15 and 0.01 < found.power.error < 0.2
    assert close >= 4
    bent = [(np.arange(1000) < 1000 * p).astype(float) for p in (0.05, 0.005, 0.05)]
    assert share_power(sizes, bent).chi2_dof > 15


@pytest.mark.parametrize(
    "given",
    [(X, np.full(7, 1.5), 10), (X, np.full(6, 0.5), 10), (X, np.full(7, np.nan), 10)],
)
def test_what_is_no_share_is_refused(given):
    with pytest.raises(ValueError, match="shares"):
        share_curve(*given)
