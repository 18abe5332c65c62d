"""Means of curves over several abscissae, in long form; curves against the others of a pool."""

import math

import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.statistics import (
    Curve,
    curves_of,
    distances_from_others,
    long_form,
    summarise_curves,
)


def table(count=6):
    x, z = np.array([0.1, 0.2, 0.7]), np.array([1.0, 3.0])
    return pd.DataFrame(
        [
            {"case": case, "realisation": r, "x": x * scale, "z": z, "y": x + r, "k": z * r}
            for case, scale in (("b", 1.0), ("a", 3.0))
            for r in range(count)
        ]
    ).assign(number=2.0)


def test_several_abscissae_are_kept_to_the_bit():
    means = summarise_curves(table(), ["case"], ["x", "z"], ["y", "k", "number"])
    assert np.array_equal(means["x"][1], 3.0 * np.array([0.1, 0.2, 0.7]))
    assert np.array_equal(means["z"][0], [1.0, 3.0])
    assert means["k"][0] == pytest.approx([2.5, 7.5])
    assert "x_error" not in means and "z_error" not in means
    with pytest.raises(ValueError, match="over different x"):
        summarise_curves(table().assign(case="all"), ["case"], ["z", "x"], ["y"])


def test_long_form_has_a_row_for_each_point_of_each_quantity():
    means = summarise_curves(table(), ["case"], ["x", "z"], ["y", "k", "number"])
    found = long_form(means, "case", {"number": "", "k": "z", "y": "x"})
    assert found["case"].tolist() == ["b"] * 6 + ["a"] * 6
    assert found["quantity"].tolist()[:6] == ["number", "k", "k", "y", "y", "y"]
    assert math.isnan(found["x"][0]) and found["x"][1:6].tolist() == [1, 3, 0.1, 0.2, 0.7]
    assert found["value"].tolist()[:3] == [2, 2.5, 7.5]
    assert found["error"][3] == means["y_error"][0][0] and set(found["realisations"]) == {6}
    with pytest.raises(ValueError, match="nothing"):
        long_form(means, "case", {"nothing": ""})


def test_each_curve_is_held_against_the_others_of_the_pool():
    x = np.geomspace(0.1, 10, 7)
    curves = {
        name: Curve(at, np.log(at) + rise, np.full(7, 0.1))
        for name, at, rise in (("a", x, 0.0), ("b", x, 0.0), ("c", x, 0.5), ("d", 1e6 * x, 0))
    }
    found = distances_from_others(curves, ["a", "b", "no such curve"])
    assert list(found) == ["a", "b", "c"]
    assert found["a"].rms == pytest.approx(0, abs=1e-12)
    assert found["c"].bias == pytest.approx(0.5)


def test_a_power_law_says_how_well_it_fits():
    x, noise = np.geomspace(1, 30, 6), np.random.default_rng(3).standard_normal((400, 6))
    fits = [bl.statistics.power_law(x, 2 * x * np.exp(0.01 * e), 0.02 * x, 9) for e in noise]
    # chi^2/dof of 4 degrees: mean 1, standard error sqrt(2/4/400) = 0.035; five of these.
    assert np.mean([fit.chi2_dof for fit in fits]) == pytest.approx(1, abs=0.18)
    curved = bl.statistics.power_law(x, 2 * x * (1 + x), 0.02 * x, 9)
    assert curved.chi2_dof > 100
    assert math.isnan(bl.statistics.power_law(x[:2], x[:2], x[:2], 9).chi2_dof)


def test_curves_of_a_table_ascend_and_need_two_points():
    means = pd.DataFrame({"bath": ["b", "b", "a", "b"], "x": [3.0, 1.0, 1.0, 2.0]})
    means = means.assign(y=means["x"] ** 2, y_error=means["x"] / 10)
    found = curves_of(means, "bath", "x", "y")
    assert list(found) == ["b"]
    assert found["b"].x.tolist() == [1, 2, 3] and found["b"].y.tolist() == [1, 4, 9]
    assert found["b"].error == pytest.approx([0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match="y_error"):
        curves_of(means.drop(columns="y_error"), "bath", "x", "y")
