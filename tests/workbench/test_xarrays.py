"""Sweeps as labelled arrays, against look-ups in the table."""

import sys

import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.workbench import Parameters, parameter, to_xarray

pytest.importorskip("xarray")


class Settings(Parameters):
    alpha: float = parameter(0.5, "decay of the couplings", gt=0)
    g1: float = parameter(0.2, "first coupling", "field of the LIOMs")
    realisations: tuple[int] = parameter((3,), "realisations", ge=1)


def measure(spec, seed, realisation):
    return {"x": 100 * spec[0] + 10 * spec[1] + realisation, "curve": np.arange(4.0) + spec[0]}


def build(p):
    cases = (bl.Case(n, (p.alpha, p.g1), p.realisations[0], columns=p.columns()) for n in "ab")
    return bl.Study("s", measure, tuple(cases))


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    study = bl.sweep(build, Settings(), alpha=[0.7, 0.3], g1=[0.1, 0.2])
    return bl.run(study, tmp_path_factory.mktemp("stores") / "s", progress=False)


def test_every_row_of_a_sweep_is_where_its_labels_say(table):
    found = to_xarray(table, ["alpha", "g1"], parameters=Settings())
    assert dict(found.sizes) == {
        **{"alpha": 2, "g1": 2, "case": 2, "realisation": 3},
        "curve_bin": 4,
    }
    assert found["case"].values.tolist() == ["a", "b"] and set(found) == {"x", "curve"}
    assert found["alpha"].values.tolist() == [0.3, 0.7]
    for row in table.to_dict("records"):
        here = found.sel({name: row[name] for name in ("alpha", "g1", "realisation")})
        here = here.sel(case=row["case"][0])
        assert float(here["x"]) == row["x"] and here["curve"].values.tolist() == list(
            row["curve"]
        )
    assert found["g1"].attrs == {
        "description": "first coupling",
        "units": "field of the LIOMs",
    }
    assert found["alpha"].attrs == {"description": "decay of the couplings"}


def test_what_the_table_lacks_is_nan(table):
    found = to_xarray(table.drop(index=0), ["alpha", "g1"], ["x"])
    assert int(found["x"].isnull().sum()) == 1


def test_means_have_no_realisations(table):
    means = bl.summarise(table, ["alpha", "g1"], ["x"], cluster="realisation")
    found = to_xarray(means, ["alpha", "g1"])
    assert set(found.dims) == {"alpha", "g1"} and {"x", "x_error"} <= set(found)


@pytest.mark.parametrize(
    "over, columns, words",
    [
        (["alpha"], None, "several rows"),
        (["alpha", "g1", "none"], None, "none"),
        (["alpha", "g1"], ["provenance"], "provenance"),
        (["alpha", "g1"], ["alpha"], "alpha"),
        ("alpha", None, "over"),
        ([], None, "over|several"),
    ],
)
def test_what_fits_no_grid_is_refused(table, over, columns, words):
    with pytest.raises(ValueError, match=words):
        to_xarray(table, over, columns)


def test_missing_labels_and_uneven_curves_are_refused(table):
    with pytest.raises(ValueError, match="missing values"):
        to_xarray(table.assign(alpha=[np.nan, *table["alpha"][1:]]), ["alpha", "g1"])
    uneven = pd.DataFrame({"a": [1, 2], "c": [np.zeros(2), np.zeros(3)]})
    with pytest.raises(ValueError, match="2 lengths"):
        to_xarray(uneven, ["a"], ["c"])


def test_without_xarray_it_says_what_to_install(table, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(bl.errors.EngineMissing, match=r"bathlab\[notebook\]"):
        to_xarray(table, ["alpha", "g1"])
