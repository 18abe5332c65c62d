"""Fits of k(omega), and what their widths are compared with."""

import math

import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.statistics import fitted_widths, lorentzian_fit, width_law, width_over


def test_a_lorentzian_fit_finds_its_own_width():
    """400 curves of 50 Cauchy weights each: the error is near that of the 20000 draws."""
    rng = np.random.default_rng(1)
    edges = np.linspace(-4, 4, 401)
    centres = (edges[1:] + edges[:-1]) / 2
    width = 0.3
    curves = [
        np.histogram(width * rng.standard_cauchy(50), edges)[0] / 50 / 0.02 for _ in range(400)
    ]
    fit = bl.statistics.lorentzian_fit(centres, curves, 3.0)
    # The Fisher information of a Cauchy width is 1/(2 w^2) a draw.
    assert fit.error == pytest.approx(width * math.sqrt(2 / 20000), rel=0.2)
    assert abs(fit.halfwidth - width) < 4 * fit.error  # false alarm 6e-5
    wrong = bl.statistics.lorentzian_fit(centres * 1.05, curves, 3.0)
    assert abs(wrong.halfwidth - width) > 4 * fit.error
    assert math.isnan(bl.statistics.lorentzian_fit(centres, np.mean(curves, axis=0), 3.0).error)
    exact = bl.statistics.lorentzian_fit(centres, bl.analysis.lorentzian(centres, width), 3.0)
    assert exact.halfwidth == pytest.approx(width, rel=1e-3)  # bins of 0.02


def test_bad_fits_are_refused():
    omega = np.linspace(-1, 1, 21)
    for arguments, word in (
        ((omega, np.ones(20), 0.5), "shape"),
        ((omega, np.ones(21), 2.0), "where the bins end"),
        ((omega, np.ones(21), 0.04), "at least 3"),
        ((omega, np.zeros(21), 0.5), "weight"),
    ):
        with pytest.raises(ValueError, match=word):
            bl.statistics.lorentzian_fit(*arguments)


EDGES = np.linspace(-4, 4, 81)
OMEGA = (EDGES[1:] + EDGES[:-1]) / 2


def cauchy_curves(rng, width, count=60, draws=2000):
    """Histograms of Cauchy draws: their bins scatter independently."""
    return [
        np.histogram(width * rng.standard_cauchy(draws), EDGES)[0] / draws / 0.1
        for _ in range(count)
    ]


def table(rng, widths):
    """Curves of several widths, and a column that follows the number of the realisation."""
    return pd.DataFrame(
        [
            {
                "x": x,
                "realisation": r,
                "omega": OMEGA,
                "k": k,
                "halfwidth": w,
                "rule": 1 + r % 3,
            }
            for x, w in widths.items()
            for r, k in enumerate(cauchy_curves(rng, w))
        ]
    )


def test_a_fit_says_how_well_it_fits():
    """60 curves of bins that scatter independently, but for the fixed number of draws.

    38 degrees of freedom, errors known to 9 %: chi^2/dof is 1 +- 0.24, and five of these is a
    false alarm of 6e-7. A curve with two peaks is off by far.
    """
    rng = np.random.default_rng(2)
    curves = cauchy_curves(rng, 0.4)
    assert lorentzian_fit(OMEGA, curves, 2.0).chi2_dof == pytest.approx(1, abs=1.2)
    peaks = [(here + np.roll(here, 9)) / 2 for here in curves]
    assert lorentzian_fit(OMEGA, peaks, 2.0).chi2_dof > 10
    assert math.isnan(lorentzian_fit(OMEGA, curves[0], 2.0).chi2_dof)


def test_each_group_has_its_own_fit():
    rows = table(np.random.default_rng(3), {4.0: 0.5, 2.0: 0.25})
    widths = fitted_widths(rows, ["x"])
    assert widths["x"].tolist() == [4.0, 2.0]
    assert widths["fit_window"].tolist() == pytest.approx([2.5, 1.25])
    for row, (_, group) in zip(widths.itertuples(), rows.groupby("x", sort=False)):
        fit = lorentzian_fit(OMEGA, np.stack(group["k"].to_list()), row.fit_window)
        assert (row.fitted, row.fitted_error) == (fit.halfwidth, fit.error)
        assert row.fit_chi2_dof == fit.chi2_dof
    law = width_law(widths.assign(realisations=[60, 50]), "x")
    exact = math.log(widths["fitted"][0] / widths["fitted"][1]) / math.log(2)
    assert law.exponent.mean == pytest.approx(exact) and law.exponent.realisations == 50
    with pytest.raises(ValueError, match="halfwidth"):
        fitted_widths(rows.drop(columns="halfwidth"), ["x"])


def test_a_width_over_a_mean_of_its_disorder_has_the_error_of_leaving_one_out():
    rows = table(np.random.default_rng(4), {1.0: 0.3})
    found = width_over(rows, "rule", 1.5)
    curves, rule = np.stack(rows["k"].to_list()), rows["rule"].to_numpy()

    def ratio(kept):
        return (
            lorentzian_fit(OMEGA, curves[kept].mean(axis=0), 1.5).halfwidth / rule[kept].mean()
        )

    without = np.array([ratio(np.arange(60) != left) for left in range(60)])
    assert found.mean == pytest.approx(ratio(np.arange(60) >= 0), rel=1e-6)
    assert found.error == pytest.approx(np.sqrt(59 * without.var()), rel=1e-3)
    assert found.realisations == 60
