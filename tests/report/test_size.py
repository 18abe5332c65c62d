"""No page is longer than can be mailed: what is left out is said, what is too much refused."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from bathlab.__main__ import main
from bathlab.report import html_of, report_of, size
from bathlab.report.contents import Table
from bathlab.report.size import MOST_BYTES, MOST_CELLS, spread


@pytest.fixture(scope="module")
def records(store, tmp_path_factory):
    """Records of as many points as pictures hold: six panels of ten curves."""
    folder = tmp_path_factory.mktemp("large")
    x, curve, panel = np.meshgrid(range(30), range(10), range(6), indexing="ij")
    table = pd.DataFrame(
        {
            "quantity": [f"quantity {k}" for k in panel.ravel()],
            "name": [f"curve {k}" for k in curve.ravel()],
            "x": x.ravel() + 0.123456,
            "value": np.sin(x + curve).ravel(),
            "error": 0.01234,
            "realisations": 1000 + x.ravel(),
        }
    )
    content = json.loads((store.parent / "tiny.json").read_text())
    content["claims"] = content["claims"][:1]
    for number in range(12):
        (folder / f"r{number:02}.json").write_text(json.dumps(content))
    table.to_csv(folder / "r00.csv", index=False)
    for number in range(1, 12):
        shutil.copy(folder / "r00.csv", folder / f"r{number:02}.csv")
    return sorted(folder.glob("*.json"))


def test_a_page_of_much_has_fewer_points_and_says_so_and_its_tables_whole(records):
    reports = [report_of(path, baths=False) for path in records[:2]]
    assert [len(panel.points) for panel in reports[0].panels] == [300] * 6
    page = html_of(reports)
    assert len(page.encode()) <= MOST_BYTES
    assert "more points are left out here" in page and "150 points" in page
    assert "300 points" not in page
    rows = sum(len(report.data.rows) for report in reports)
    assert page.count("<tr><td>quantity ") == rows > 1000


def test_what_fits_is_left_as_it_is(records):
    page = html_of([report_of(records[0], baths=False)])
    assert "300 points" in page and "left out here" not in page


def test_what_does_not_fit_is_refused_before_anything_is_written(records, tmp_path):
    out = tmp_path / "page.html"
    words = ["report", *map(str, records), "--no-baths", "-o", str(out)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1 and not list(tmp_path.iterdir())
    assert "12 reports were given" in done.output and "Give fewer of them" in done.output


def test_long_tables_are_cut_only_where_a_page_would_be_too_long(store):
    report = report_of(store, baths=False)
    row = report.convergence_table.rows[0]
    for count, whole in ((2000, True), (20_000, False)):
        many = replace(report.convergence_table, rows=(row,) * count)
        page = html_of(replace(report, convergence_table=many))
        assert len(page.encode()) <= MOST_BYTES
        shown = MOST_CELLS // len(row)
        assert (f"the first {shown}; {count - shown} more are left out" in page) != whole


@pytest.mark.parametrize("baths, way", [(True, "--no-baths"), (False, "bathlab export")])
def test_a_store_that_fits_in_no_way_is_told_another(store, monkeypatch, baths, way):
    report = report_of(store, baths=baths)
    monkeypatch.setattr("bathlab.report.page.MOST_BYTES", 1000)
    with pytest.raises(ValueError, match=way):
        html_of([report])


def test_each_curve_keeps_its_share_and_both_ends():
    curves = ["a"] * 90 + ["b"] * 9 + ["c"]
    kept = spread(curves, 20)
    assert kept[0] == 0 and 89 in kept and 90 in kept[:-1] and kept[-1] == 99
    assert [sum(curves[k] == name for k in kept) for name in "abc"] == [18, 1, 1]
    assert spread(curves, 100) == list(range(100))


def test_a_cut_table_counts_what_it_lacks():
    table = size.cut(Table(("a", "b"), (("1", "2"),) * 3000, more=5))
    assert len(table.rows) == 2000 and table.more == 1005
