"""Tails that are exponential, stretched, or have a power in front, told apart by likelihood."""

import math

import numpy as np
import pytest

from bathlab.statistics import TailForm, fit_tail, likelihood_ratio, null_ratios

EDGES = np.unique(np.rint(40 * 1.2 ** np.arange(32)).astype(int))
WIDTHS = np.diff(EDGES).astype(float)
SIZES = np.sqrt(EDGES[:-1] * (EDGES[1:] - 1.0))
#: A power known beforehand: whether its cut-off is exponential or stretched.
CUT, FREE = TailForm(2.2, 1.0), TailForm(2.2, None)


def law(power, scale, shape):
    p = WIDTHS * SIZES**-power * np.exp(-((SIZES / scale) ** shape))
    return p / p.sum()


def drawn(power, scale, shape, count=6000, seed=1):
    return np.random.default_rng(seed).multinomial(count, law(power, scale, shape))


@pytest.mark.parametrize(
    "form, power, scale, shape",
    [
        (TailForm(), 0.0, 90.0, 1.0),
        (TailForm(0, None), 0.0, 20.0, 0.5),
        (FREE, 2.2, 150.0, 0.6),
        (CUT, 2.2, 150.0, 1.0),
        (TailForm(None, 1.0), 1.7, 300.0, 1.0),
        (TailForm(None, None), 1.7, 200.0, 1.4),
        (TailForm(None, 0), 2.5, math.inf, 0.0),
    ],
)
def test_counts_of_a_law_give_its_parameters(form, power, scale, shape):
    p = law(power, scale, shape)
    found = fit_tail(SIZES, 1e6 * p, form, WIDTHS)
    assert found.power == pytest.approx(power, abs=0.02)
    assert found.stretch == pytest.approx(shape, abs=5e-3)
    assert found.scale == pytest.approx(scale, rel=0.05)
    # The likelihood, number by number.
    slow = sum(1e6 * each * math.log(each) for each in p if each > 0)
    assert found.log_likelihood == pytest.approx(slow, abs=0.01)
    assert found.p == pytest.approx(p, abs=1e-4)
    assert found.chi2_dof < 0.01


def test_the_likeliest_is_that_of_a_scan():
    counts = drawn(2.2, 150.0, 0.6)
    best = max(
        float(counts @ np.log(law(2.2, scale, shape) + 1e-300))
        for shape in np.linspace(0.3, 1.2, 46)
        for scale in np.geomspace(5, 1000, 80)
    )
    found = fit_tail(SIZES, counts, FREE, WIDTHS)
    assert best <= found.log_likelihood < best + 0.3


def test_draws_are_called_what_they_are():
    """False alarm 5 %, by 19 draws; the draws themselves have a fixed seed."""
    exponential, stretched = drawn(2.2, 150.0, 1.0), drawn(2.2, 40.0, 0.5)
    for counts, rejected in ((exponential, False), (stretched, True)):
        ratio = likelihood_ratio(SIZES, counts, CUT, FREE, WIDTHS)
        nulls = null_ratios(SIZES, counts, CUT, FREE, WIDTHS, draws=19)
        assert (ratio > nulls.max()) == rejected
    assert abs(fit_tail(SIZES, stretched, FREE, WIDTHS).stretch - 0.5) < 0.1
    # A wrong form does not fit: chi^2 says so.
    assert fit_tail(SIZES, stretched, TailForm(), WIDTHS).chance < 1e-3
    assert fit_tail(SIZES, stretched, FREE, WIDTHS).chance > 1e-3


def test_null_ratios_are_chi_squared_of_one():
    """Means of 20 of chi^2 with one degree: 0.35 to 2.1 but for 1 % of seeds."""
    nulls = null_ratios(SIZES, drawn(2.2, 150.0, 1.0), CUT, FREE, WIDTHS, draws=20)
    assert nulls.min() > -1e-3
    assert 0.35 < nulls.mean() < 2.1


def test_what_cannot_be_fitted_is_refused():
    counts = drawn(2.2, 150.0, 1.0)
    with pytest.raises(ValueError, match="counts"):
        fit_tail(SIZES, np.zeros(len(SIZES)), CUT)
    with pytest.raises(ValueError, match="ascend"):
        fit_tail(SIZES[::-1], counts, CUT)
    with pytest.raises(ValueError, match="stretch"):
        TailForm(0.0, -1.0)
    with pytest.raises(ValueError, match="power"):
        TailForm(float("nan"), 1.0)
