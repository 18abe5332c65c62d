"""Which columns are drawn, and what becomes of them."""

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest
from scripts import ROOT

from bathlab.report.charts import specification
from bathlab.report.contents import Panel
from bathlab.report.curves import MOST_POINTS, guessed, panels
from bathlab.report.page import drawn
from bathlab.workbench import Curve, Record, catalogue
from bathlab.workbench.study_commands import find_script

COMMITTED = sorted((ROOT / "figures").glob("*.csv"))
MEANS = pd.DataFrame(
    {
        "bath": ["a", "a", "b", "b"],
        "g": [0.01, 1.0, 0.01, 1.0],
        "realisations": [5, 5, 6, 6],
        "share": [0.1, 0.9, 0.2, 0.8],
        "share_error": [0.01, 0.02, np.nan, 0.0],
    }
)


def test_columns_are_guessed_by_their_names_and_errors():
    assert guessed(MEANS) == Curve("g", "share", error="share_error", by="bath", log_x=True)
    long = pd.DataFrame(
        {"quantity": ["p", "q"] * 3, "x": [1, 1, 2, 2, 3, 3], "value": range(6), "error": 0.1}
    )
    assert guessed(long) == Curve("x", "value", error="error", panel="quantity")
    assert guessed(pd.DataFrame({"name": ["a"], "y": [1.0]})) is None
    assert guessed(pd.DataFrame()) is None


def test_a_point_has_its_error_its_number_and_its_parameters():
    (panel,) = panels(MEANS.assign(alpha=[1, 2, 3, 4]), Curve("g", "share", by="bath"))
    first, *_, last = panel.points
    assert (first["x"], first["y"], first["curve"]) == (0.01, 0.1, "a")
    assert (first["low"], first["high"]) == (pytest.approx(0.09), pytest.approx(0.11))
    assert first["tip"] == {
        "g": "0.01",
        "share": "0.100(10)",
        "standard error": "0.01",
        "N": "5",
        "alpha": "1",
    }
    assert last["low"] is None and "standard error" not in last["tip"]
    assert panel.curves == ["a", "b"] and panel.more == 0


def test_what_no_axis_holds_is_not_drawn():
    odd = pd.DataFrame({"x": [0.0, 1.0, np.nan, 4.0], "y": [1.0, 2.0, 3.0, np.inf]})
    (panel,) = panels(odd, Curve("x", "y", log_x=True))
    assert [(p["x"], p["y"]) for p in panel.points] == [(1.0, 2.0)]
    with pytest.raises(ValueError, match="lacks.*'z'"):
        panels(odd, Curve("x", "z"))


def test_more_points_than_can_be_read_are_thinned_and_counted():
    many = pd.DataFrame({"x": np.arange(1000.0), "y": np.arange(1000.0)})
    (panel,) = panels(many, Curve("x", "y"))
    assert len(panel.points) <= MOST_POINTS and len(panel.points) + panel.more == 1000


def test_curves_that_alternate_row_by_row_are_all_thinned_and_none_lost():
    many = pd.DataFrame({"x": np.arange(900.0) // 3, "y": 0.0, "bath": ["a", "b", "c"] * 300})
    (panel,) = panels(many, Curve("x", "y", by="bath"))
    for name in "abc":
        x = [point["x"] for point in panel.points if point["curve"] == name]
        assert len(x) == 100 and (x[0], x[-1]) == (0.0, 299.0) and max(np.diff(x)) <= 4


def test_a_specification_holds_its_points_and_nothing_from_outside():
    (panel,) = panels(MEANS, Curve("g", "share", by="bath", level=0.5, level_title="half"))
    spec = specification(panel)
    assert "http" not in json.dumps(spec)
    rows = list(csv.DictReader(io.StringIO(spec["data"]["values"])))
    assert [(float(row["x"]), float(row["y"])) for row in rows] == [
        (p["x"], p["y"]) for p in panel.points
    ]
    (n,) = [
        tip["field"] for tip in spec["layer"][-3]["encoding"]["tooltip"] if tip["title"] == "N"
    ]
    assert [row[n] for row in rows] == ["5", "5", "6", "6"]
    assert rows[2]["low"] == rows[3]["low"] == ""


@pytest.mark.parametrize("start, ticks", [(1.0, {"tickMinStep": 1}), (1.5, None)])
def test_between_whole_numbers_there_are_no_ticks(start, ticks):
    table = pd.DataFrame({"lioms": start + np.arange(4.0), "D": np.ones(4)})
    (panel,) = panels(table, Curve("lioms", "D"))
    assert specification(panel)["layer"][-1]["encoding"]["x"].get("axis") == ticks


def test_a_picture_without_a_browser_has_every_point():
    points = tuple(
        {"x": x, "y": x * x, "low": x, "high": 2.0, "curve": "c", "tip": {"a.b[0]'s": "1"}}
        for x in (1.0, 2.0, 3.0)
    )
    svg = drawn(specification(Panel("", "squares", "x", "y", points)))
    assert svg.startswith("<svg") and svg.count('stroke-width="2"') >= 3
    assert "currentColor" in svg and "http" not in svg.replace("http://www.w3.org/", "")


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_every_committed_table_is_drawn_by_the_columns_of_its_study(path):
    """All data that is drawn is in the table, and the columns that a study names are there."""
    data = pd.read_csv(path)
    if path.stem not in catalogue.names():
        pytest.skip("a table of no study")
    script = find_script(Record.read(path.with_suffix(".json")).study)
    guess = guessed(data, script.watch)
    for curve in script.curves or ([guess] if guess else []):
        assert set(curve.columns) <= set(data)
        found = panels(data, curve)
        assert found and all(panel.points for panel in found), curve
        y = set(data[curve.y].dropna())
        assert {point["y"] for panel in found for point in panel.points} <= y


def test_some_rows_and_several_columns_make_the_curves():
    table = MEANS.assign(kind=["p", "p", "q", "p"], size=[4, 4, 4, 6])
    (panel,) = panels(table, Curve("g", "share", by=("bath", "size"), where={"kind": "p"}))
    assert panel.curves == ["a, size = 4", "b, size = 6"]
    assert [point["y"] for point in panel.points] == [0.1, 0.9, 0.8]
