"""What a report says of a store and of a record, and that the page says the same."""

import json
import shutil
from html.parser import HTMLParser

import pandas as pd
import pytest
from scripts import ROOT

import bathlab as bl
from bathlab.report import html_of, report_of
from bathlab.report.citing import AUTHORS, DOI, TITLE
from bathlab.report.gathering import records_in
from bathlab.report.portraits import portraits, spins_of
from bathlab.workbench import Record, from_toml
from bathlab.workbench.study_commands import find_script


class Page(HTMLParser):
    """The tables of a page by id, and every address that it would load."""

    LOADING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}

    def __init__(self, text):
        super().__init__()
        self.tables, self.loaded, self.scripts, self._table, self._cell = {}, [], 0, None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        self.scripts += tag == "script"
        if address := known.get(self.LOADING.get(tag, "")):
            self.loaded.append(address)
        if tag == "table":
            self._table = self.tables.setdefault(known["id"], [])
        elif tag == "tr" and self._table is not None:
            self._table.append([])
        elif tag in ("td", "th") and self._table:
            self._cell = []

    def handle_data(self, data):
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self._cell is not None:
            self._table[-1].append("".join(self._cell).strip())
            self._cell = None


@pytest.fixture(scope="module")
def report(store):
    return report_of(store, target_error=0.05)


@pytest.fixture(scope="module")
def page(report):
    return Page(html_of([report]))


def test_a_report_of_a_store_has_the_claims_and_the_data_of_its_record(store, report):
    beside = store.parent / "tiny.json"
    record, of_record = Record.read(beside), report_of(beside, baths=False)
    said = [claim.record() for claim in report.claims]
    assert said == [claim.record() for claim in record.claims] and len(said) > 10
    assert of_record.claims == record.claims and report.command == record.command
    data = pd.read_csv(beside.with_suffix(".csv"))
    assert report.data.columns == tuple(data) and len(report.data.rows) == len(data)
    assert report.data.rows == of_record.data.rows
    assert of_record.answers == report.answers != ()
    assert of_record.health is None and any("keeps no rows" in note for note in of_record.notes)


def test_parameters_are_explained_and_the_changed_ones_marked(report):
    rows = {row.name: row for row in report.parameters}
    assert rows["spins"].value == "4" and rows["spins"].usual == "9" and rows["spins"].changed
    assert not rows["alpha"].changed and rows["alpha"].bounds == "> 0"
    assert rows["g1"].unit == "field of the LIOMs" and "coupling" in rows["g1"].description
    script = find_script("thermalisation_curve")
    assert from_toml(script.kind, report.toml).spins == 4
    assert report.preset.startswith("preset ")


@pytest.mark.parametrize("kept", [None, 0.05, "lacking"])
def test_the_target_of_a_run_is_a_line_of_its_convergence(store, tmp_path, kept):
    shutil.copytree(store, tmp_path / "s")
    content = json.loads((tmp_path / "s/request.json").read_text())
    assert content.pop("target_error") is None
    if kept != "lacking":  # as in older stores
        content["target_error"] = kept
    (tmp_path / "s/request.json").write_text(json.dumps(content))
    report = report_of(tmp_path / "s", baths=False)
    levels = [panel.level for panel in report.convergence]
    assert levels == ([None, 0.05] if kept == 0.05 else [None])
    assert ("N for an error of 0.05" in report.convergence_table.columns) == (kept == 0.05)
    other = report_of(tmp_path / "s", target_error=0.2, baths=False)
    assert [panel.level for panel in other.convergence] == [None, 0.2]


@pytest.mark.parametrize("kept", [-1.0, float("nan"), "small"])
def test_a_target_of_another_kind_is_named(store, tmp_path, kept):
    shutil.copytree(store, tmp_path / "s")
    content = json.loads((tmp_path / "s/request.json").read_text())
    (tmp_path / "s/request.json").write_text(json.dumps(content | {"target_error": kept}))
    report = report_of(tmp_path / "s", baths=False)
    assert any("target_error" in note for note in report.notes) and report.claims == ()


def test_baths_are_drawn_with_all_their_levels(report):
    assert [bath.name for bath in report.baths] == [
        "4-chain + 1 LIOMs",
        "4-chain",
        "4-spin GOE",
        "4-spin GOE, tr H^2 of the chain",
    ]
    for bath, levels in zip(report.baths, (32, 16, 16, 16)):
        assert sum(int(row[1]) for row in bath.sectors.rows) == levels
        density, v, k = bath.panels
        counted = sum((p["x2"] - p["x"]) * p["y"] for p in density.points)
        assert counted == pytest.approx(levels)
        width = k.points[1]["x"] - k.points[0]["x"]
        assert 0.5 < sum(p["y"] for p in k.points) * width <= 1 + 1e-9
        assert v.title == "v(ω), contact"


def test_a_bath_that_conserves_something_is_shown_by_sectors():
    z, x = (
        bl.operators.site_operator("z", 0, (2, 2)),
        bl.operators.site_operator("x", 1, (2, 2)),
    )
    bath = bl.GivenBath(z + 0.3 * z @ x, contact=x, probe=z)
    study = bl.Study("given", lambda *_: [], (bl.Case("mine", bath, 1),))
    (found,) = portraits(study)
    assert [row[1] for row in found.sectors.rows] == ["2", "2"]
    large = bl.EnlargedBath(bl.LocalChainBath(9), bl.LiomChain(3))
    assert spins_of(large) == 12
    (named,) = portraits(bl.Study("large", lambda *_: [], (bl.Case("big", large, 1),)))
    assert named.panels == () and "more than 10 spins" in named.text


def test_health_and_provenance_are_those_of_the_rows(store, report):
    rows = bl.load(store, circumstances=True, provenance=True)
    assert report.health.remarks == () or all("Few" in r for r in report.health.remarks)
    worst = {(row[0], row[1]): row[4] for row in report.health.checks.rows}
    residual = rows[rows["case"] == "4-chain"]["residual"].abs().max()
    assert worst["4-chain", "residual"] == f"{residual:.1e}"
    told = dict(report.provenance)
    assert told["rows"] == str(len(rows)) and told["hosts"] == rows["run_host"].iloc[0]
    assert told["bathlab"] == rows["version_bathlab"].iloc[0]
    assert report.standing.done == 15 and report.standing.complete


def test_a_store_of_no_study_is_reported_without_claims(plain_store):
    report = report_of(plain_store)
    assert report.claims == () and any("No claims" in note for note in report.notes)
    assert report.standing.failed == 1 and report.standing.done == 5
    assert report.health.failures.rows == (
        ("a & b", "2", "ArithmeticError", "<b>no</b> level & no state"),
    )
    assert report.data.rows[0][0] == "a & b"
    text = html_of([report])
    assert "&lt;b&gt;no&lt;/b&gt; level &amp; no state" in text and "mine <script>" not in text


def test_what_a_page_shows_is_what_its_report_says(report, page):
    assert page.tables["r0-data"][1:] == [list(row) for row in report.data.rows]
    claims = page.tables["r0-claim-table"][1:]
    assert len(claims) == len(report.claims)
    assert [row[6] for row in claims] == [claim.verdict for claim in report.claims]
    assert [row[1] for row in page.tables["r0-parameter-table"][1:]] == [
        row.value for row in report.parameters
    ]
    assert page.tables["r0-checks"][1:] == [list(row) for row in report.health.checks.rows]


def test_a_page_loads_nothing_and_is_small(report, page):
    text = html_of([report])
    assert page.loaded == ["data:,"]
    assert len(text.encode()) < 1.5e6
    assert "default-src 'none'" in text and 'http-equiv="refresh"' not in text
    assert text == html_of([report])


def test_several_reports_have_a_table_of_contents_and_one_library(report, plain_store):
    text = html_of([report, report_of(plain_store)], reload=7)
    assert text.count('id="library"') == 1 and 'href="#r1"' in text
    assert 'http-equiv="refresh" content="7"' in text


def test_a_folder_of_records_and_one_without_its_table(store, tmp_path):
    shutil.copy(store.parent / "tiny.json", tmp_path / "tiny.json")
    (tmp_path / "other.json").write_text("[]")
    assert records_in(tmp_path) == [tmp_path / "tiny.json"]
    report = report_of(tmp_path / "tiny.json", baths=False)
    assert report.panels == () and any("No curve" in note for note in report.notes)


def test_a_record_of_an_older_study_is_still_shown(store, tmp_path):
    content = json.loads((store.parent / "tiny.json").read_text())
    content["parameters"]["gone"] = 3
    (tmp_path / "old.json").write_text(json.dumps(content))
    report = report_of(tmp_path / "old.json")
    assert [row.value for row in report.parameters if row.name == "gone"] == ["3"]
    assert any("No baths" in note for note in report.notes)
    content["study"] = "no_such_study"
    (tmp_path / "old.json").write_text(json.dumps(content))
    report = report_of(tmp_path / "old.json")
    assert len(report.claims) > 10 and any("No descriptions" in note for note in report.notes)
    assert html_of([report])


def test_the_citation_is_that_of_the_citation_file():
    text = (ROOT / "CITATION.cff").read_text()
    assert f'title: "{TITLE}"' in text and f"name: {AUTHORS}" in text and f"doi: {DOI}" in text


@pytest.mark.parametrize("given", ["nowhere", "file", "empty"])
def test_what_is_no_store_is_refused_by_name(tmp_path, given):
    path = tmp_path / given
    if given == "file":
        path.write_text("{}")
    elif given == "empty":
        path.mkdir()
    with pytest.raises(ValueError, match=given):
        report_of(path)
