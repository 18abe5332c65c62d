"""Sums over counts of chi and its terms, on counts that are known."""

import numpy as np
import pandas as pd
import pytest

from bathlab.experiments import susceptibilities as sums
from bathlab.experiments.pair_counts import SCALES
from bathlab.experiments.susceptible import CURVATURES, FIDELITIES, SPACINGS, X_DECADES


def table(realisations=30, seed=1, sites=6, many=(1e3, 3.0)):
    """chi uniform over the bins from 1 to 1e6; ``many[1]`` times as many terms below
    ``many[0]``, one above; Z of x has the power -0.9 from 1e-4 on."""
    draw, rows = np.random.default_rng(seed), []
    inside = (FIDELITIES[:-1] > 0.99) & (FIDELITIES[1:] < 1.01e6)
    factor = np.where(FIDELITIES[:-1] < 0.99 * many[0], many[1], 1.0)
    for realisation in range(realisations):
        chi = np.where(inside, draw.poisson(40, len(inside)), 0).astype(float)
        of_Z = np.zeros((len(X_DECADES) - 1, len(SCALES) - 1))
        Z = (1 - draw.uniform(size=2000) * (1 - 1e-4**0.1)) ** 10.0
        of_Z[4] = np.histogram(Z, SCALES)[0]
        scales = np.zeros(len(SCALES) - 1)
        scales[30 + realisation % 3] = draw.uniform(1, 2)
        bends = np.full(len(CURVATURES) - 1, 10.0)
        rows.append(
            {
                "sites": sites, "realisation": realisation, "pairs": 1e5, "states": 1e4,
                "x": factor * chi / 2, "chi": chi, "chi_share": 0.9 * chi, "x_Z": of_Z.ravel(),
                "chi_Omega": scales, "kappa": bends, "kappa_positive": 0.6 * bends,
                "spacings": np.arange(len(SPACINGS) - 1.0),
                "mean_chi": 3.0 + (realisation == 7), "median_chi": 0.5,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def test_the_threshold_is_where_terms_and_sums_are_nearly_as_many():
    """Of 15 bins above 1e3 and b below, (15 + 3 b)/(15 + b) = 1.1 at b = 0.79: chi = 695."""
    found = sums.threshold(table())
    assert found.mean == pytest.approx(1e3 * 10 ** (-0.79 / 5), rel=0.05) and found.error > 0
    assert abs(np.log(found.mean / 695)) < 4 * found.error / found.mean + 0.05
    assert sums.threshold(table(many=(1e5, 3.0))).mean > 20 * found.mean
    assert sums.threshold(table(many=(1e3, 1.0))) is None


def test_shares_are_those_of_a_loop():
    rows = table()
    inside = (FIDELITIES[:-1] > 0.99e2) & (FIDELITIES[1:] < 1.01e3)
    x, chi = (sum(row[inside].sum() for row in rows[name]) for name in ("x", "chi"))
    found = sums.dominance(rows, (1e2, 1e3))
    assert found.mean == pytest.approx(63 * (x / 1e5) / (chi / 1e4)) and found.error < 1e-9
    assert sums.largest_share(rows, (1e2, 1e3)).mean == pytest.approx(0.9)
    assert sums.dominance(rows, (1e8, 1e9)) is None
    assert sums.sign_balance(rows, 10.0).mean == pytest.approx(0.2)
    assert sums.concentration(rows) == pytest.approx((2 * (3 + 1 / 30), 4 / 91))
    near = sums.level_density(rows, (1e-2, 1e-1))
    assert near.mean == pytest.approx((10 + 11 + 12 + 13 + 14) / 63 / 0.09)
    more = sums.growth(rows, table(sites=8, many=(1e3, 6.0)), "x", (1.0, 1e3))
    assert more.mean == pytest.approx(0.5, abs=0.02)


def test_slopes_of_the_same_circuits_are_compared_pair_by_pair():
    """chi uniform in log chi has the power -1, and three times as many below 1e3 bend it."""
    first, second = table(), table(many=(1e3, 3.0))
    same = sums.slope_change(first, second, "x", (1.0, 1e6))
    assert same.mean == same.error == 0
    bent = sums.slope_change(first, table(many=(1e3, 1.0)), "x", (1.0, 1e6))
    assert bent.mean > 10 * bent.error > 0
    assert sums.slope_change(first, second, "x", (1e8, 1e12)) is None


def test_medians_are_those_of_the_law():
    """2000 values each of 30 circuits; four standard errors and half of a percent of a bin."""
    expected = sums.expected_median(-0.9, 1e-4)
    draw = np.random.default_rng(3).uniform(size=200_000)
    by_hand = np.median((1 - draw * (1 - 1e-4**0.1)) ** 10)
    assert expected == pytest.approx(by_hand, rel=0.02)
    found = sums.median(sums.origin(table(), "x_Z", (1e4, 1e5)))
    assert abs(found.mean / expected - 1) < 4 * found.error / found.mean + 0.02 < 0.15
    assert sums.median(sums.origin(table(), "x_Z", (1.0, 10.0))) is None
    assert sums.expected_median(-1.0, 1e-4) == pytest.approx(1e-2)
    half = sums.halving_scale(table())
    assert half.mean == pytest.approx(np.log2(SCALES[31]) + 0.5 * np.log2(10) / 5, rel=1e-6)
