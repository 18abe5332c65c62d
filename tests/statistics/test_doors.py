"""Groups whose key is missing stay; names do not collide; values that are no numbers stop."""

import math

import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab import statistics

NAN = math.nan


def table(**columns):
    """Six realisations of two cases, the second without a spacing."""
    base = {"case": ["a"] * 6 + ["b"] * 6, "spacing": [0.5] * 6 + [NAN] * 6}
    base |= {"realisation": [*range(6)] * 2, "x": np.arange(12.0)}
    return pd.DataFrame(base | columns)


def test_a_missing_key_is_a_group_of_its_own():
    rows = table(spacing=[0.5] * 4 + [NAN] * 8)
    with pytest.warns(bl.errors.TooFewRealisations):
        means = bl.summarise(rows, ["spacing"], ["x"])
    assert means["realisations"].tolist() == [4, 6]
    assert means["x"].tolist()[0] == 1.5 and math.isnan(means["spacing"][1])
    # Realisations 4 and 5 stand in the group twice.
    values = [np.mean([4, 10]), np.mean([5, 11]), 6, 7, 8, 9]
    assert means["x"][1] == pytest.approx(np.mean(values), rel=1e-15)


def test_missing_keys_of_text_and_of_several_columns():
    rows = table(case=["a"] * 6 + [None] * 6)
    assert bl.summarise(rows, ["case", "spacing"], ["x"])["x"].tolist() == [2.5, 8.5]
    assert bl.summarise(rows, "case", "x")["x"].tolist() == [2.5, 8.5]


def test_missing_keys_stay_in_curves_steps_widths_and_overlaps():
    omega = np.linspace(-5, 5, 101)
    curves = list(bl.analysis.lorentzian(omega, 0.4) * np.linspace(0.9, 1.1, 12)[:, None])
    rows = table(omega=[omega] * 12, k=curves, halfwidth=0.4)
    means = statistics.summarise_curves(rows, ["spacing"], "omega", ["k"])
    assert len(means) == 2 and np.array_equal(means["omega"][1], omega)
    assert len(statistics.fitted_widths(rows, ["spacing"])) == 2

    steps = table(liom=[0, 1] * 6, realisation=np.repeat([*range(3)] * 2, 2))
    with pytest.warns(bl.errors.TooFewRealisations):
        found = statistics.summarise_steps(steps, "spacing", "liom", "x")
    assert len(found) == 4 and found["step"].dropna().tolist() == [1.0, 1.0]

    overlap = table(width=1.0, density=2.0, entropy=0.3)
    with pytest.warns(bl.errors.TooFewRealisations):
        assert len(statistics.overlap_curve(overlap[::2].head(4), ["spacing"])) == 1
    assert len(statistics.overlap_curve(overlap, ["spacing"])) == 2

    means = pd.DataFrame({"bath": ["a", "a", None, None], "x": [1, 2, 1, 2.0]})
    means = means.assign(y=1.0, y_error=0.1)
    assert len(statistics.curves_of(means, "bath", "x", "y")) == 2


@pytest.mark.parametrize(
    "by, columns",
    [
        (["case"], ["x", "x_error"]),
        (["case", "x"], ["x"]),
        (["case"], ["realisations"]),
        (["case", "case"], ["x"]),
    ],
)
def test_results_of_one_name_are_refused(by, columns):
    rows = table(x_error=1.0, realisations=3.0)
    with pytest.raises(ValueError, match="more than once"):
        bl.summarise(rows, by, columns)


def test_the_long_form_keeps_its_own_columns():
    means = bl.summarise(table().assign(quantity="q"), ["case", "quantity"], ["x"])
    assert len(statistics.long_form(means, "case", {"x": ""})) == 2
    with pytest.raises(ValueError, match="by = .*'quantity'.* more than once"):
        statistics.long_form(means, "quantity", {"x": ""})


@pytest.mark.parametrize(
    "values",
    [[1.0, NAN, 2.0], [1.0, None, 2.0], ["1", "2", "3"], [1, 2, 3j], [True, False, True]]
    + [
        np.ma.masked_array([1.0, 2, 3], mask=[0, 1, 0]),
        [math.inf, 1.0, 2.0],
        [[1], [1, 2], [3]],
    ],
)
def test_what_has_no_mean_is_named(values):
    with pytest.raises(ValueError, match="values"):
        bl.estimate(values, range(3))
    column = list(values) if isinstance(values, np.ma.MaskedArray) else values
    rows = pd.DataFrame({"case": "a", "realisation": range(3), "x": pd.Series(column)})
    if rows["x"].map(lambda cell: isinstance(cell, complex)).any():
        return
    with pytest.raises(ValueError, match="Column 'x' at {'case': 'a'}: values"):
        bl.summarise(rows, ["case"], ["x"])


@pytest.mark.parametrize("labels", [[0, NAN, 1], [0, None, 1], [0, 1], [[0, 1, 2]], "012", 3])
def test_labels_that_tell_nothing_apart_are_refused(labels):
    with pytest.raises(ValueError, match="clusters = "):
        bl.estimate([1.0, 2.0, 3.0], labels)


def test_labels_are_numbers_or_text():
    want = bl.estimate([1.0, 2.0, 4.0], [0, 0, 1])
    for labels in (
        ["a", "a", "b"],
        pd.Series(["a", "a", "b"]),
        [1.5, 1.5, 2],
        np.array([7, 7, 9]),
    ):
        found = bl.estimate([1.0, 2.0, 4.0], labels)
        assert (found.mean, found.error) == (want.mean, want.error) == (2.75, 1.25)


def test_a_column_without_rows_has_no_groups():
    with pytest.raises(ValueError, match="at least one row"):
        bl.summarise(table().head(0), ["case"], ["x"])
    with pytest.raises(ValueError, match="at least one column"):
        bl.summarise(table(), [], ["x"])


def test_a_missing_value_is_left_out_of_the_quick_look_and_its_count():
    looked = statistics.by_place(pd.Series([1.0, None, 4.0]), pd.Series([0, 1, 2]))
    assert looked["count"].tolist() == [2] and looked["mean"].tolist() == [2.5]


def test_a_curve_to_compare_is_checked_when_it_is_made():
    whole = statistics.Curve([1, 2, 4], (3.0, 2.0, 1.0), [0.1, NAN, 0.1])
    assert whole.x.dtype == whole.y.dtype == np.float64
    for x, y, error in (
        ([0, 1, 2], [1, 1, 1], [1, 1, 1]),
        ([2, 1, 3], [1, 1, 1], [1, 1, 1]),
        ([1, 2, 3], [1, NAN, 1], [1, 1, 1]),
        ([1, 2, 3], [1, 1, 1], [1, -1, 1]),
        ([1, 2, 3], [1, 1], [1, 1, 1]),
        ([1], [1], [1]),
    ):
        with pytest.raises(ValueError, match="given; expected"):
            statistics.Curve(x, y, error)


def test_a_fit_wants_curves_over_ascending_bins_that_are_not_negative():
    omega = np.linspace(-3, 3, 121)
    curve = bl.analysis.lorentzian(omega, 0.3)
    want = statistics.lorentzian_fit(omega, [curve, curve], 2.0)
    assert statistics.lorentzian_fit(list(omega), pd.DataFrame([curve, curve]), 2) == want
    for wrong in (
        (omega[::-1], curve, 2.0),
        (np.zeros(121), curve, 1.0),
        (omega, -curve, 2.0),
        (omega, np.where(omega > 2, NAN, curve), 2.0),
        (omega, [], 2.0),
        (omega, curve, NAN),
    ):
        with pytest.raises(ValueError, match="given; expected"):
            statistics.lorentzian_fit(*wrong)
