"""``bathlab report``: what it writes, refuses, and does while a study runs."""

import dataclasses
import os
import shutil
import sys

import pytest
from click.testing import CliRunner

import bathlab as bl
from bathlab.__main__ import main
from bathlab.report import command, page
from bathlab.report.contents import Standing, Table
from bathlab.workbench import running
from bathlab.workbench.request import stored


def report(*words):
    return CliRunner().invoke(main, ["report", *map(str, words)])


def test_a_page_is_written_and_said(store, plain_store, tmp_path):
    out = tmp_path / "page.html"
    done = report(store, plain_store, "-o", out, "--no-baths", "--target-error", "0.1")
    assert done.exit_code == 0, done.output
    assert "report of thermalisation_curve, mine <script>" in done.output
    text = out.read_text(encoding="utf-8")
    assert "N for an error of 0.1" in text and "2 reports" in text
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_folder_of_records_has_a_section_each(store, tmp_path):
    for name in ("one", "two"):
        shutil.copy(store.parent / "tiny.json", tmp_path / f"{name}.json")
    done = report(tmp_path, "-o", tmp_path / "all.html", "--no-baths")
    assert done.exit_code == 0 and "2 reports" in (tmp_path / "all.html").read_text()


def test_help_teaches():
    said = report("--help").output
    assert "bathlab report figures/thermalisation_curve.json" in said and "--live" in said


REFUSED = {
    "nothing there": (["nowhere"], "does not exist"),
    "no store": (["empty"], "expected a store"),
    "no page": (["store", "-o", "page.pdf"], "ending in .html"),
    "no folder": (["store", "-o", "gone/page.html"], "no folder"),
    "inside": (["store", "-o", "store/page.html"], "within the store"),
    "a folder": (["store", "-o", "empty"], "is a directory"),
    "no row": (["begun"], "holds no rows yet"),
    "target": (["store", "--target-error", "-1"], "target_error = -1.0 was given"),
    "live": (["store", "--live", "0"], "0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_written(store, tmp_path, monkeypatch, name):
    words, said = REFUSED[name]
    shutil.copytree(store, tmp_path / "store")
    shutil.copytree(store, tmp_path / "begun")
    shutil.rmtree(tmp_path / "begun/rows")
    (tmp_path / "begun/rows").mkdir()
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    before = sorted(map(str, tmp_path.rglob("*")))
    done = report(*words)
    assert done.exit_code != 0 and said in done.output, done.output
    assert sorted(map(str, tmp_path.rglob("*"))) == before


def test_a_place_that_cannot_be_written_is_told_before_any_work(store, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "report_of", lambda *_: pytest.fail("work was done"))

    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(command.tempfile, "TemporaryFile", refuse)
    done = report(store, "-o", tmp_path / "page.html")
    assert done.exit_code == 1 and "Permission denied" in done.output


@pytest.mark.parametrize("module", ["jinja2", "vl_convert"])
def test_a_missing_library_is_named_with_its_cure(store, tmp_path, monkeypatch, module):
    for name in ("_environment", "_converter", "library", "packed"):
        getattr(page, name).cache_clear()
    monkeypatch.setitem(sys.modules, module, None)
    done = report(store.parent / "tiny.json", "-o", tmp_path / "page.html", "--no-baths")
    for name in ("_environment", "_converter", "library", "packed"):
        getattr(page, name).cache_clear()
    assert done.exit_code == 1 and f"pip install {module.replace('vl_', 'vl-')}" in done.output


def test_a_store_says_from_its_start_what_it_is_about(tmp_path, monkeypatch):
    """Claims and parameters of a study that runs for the first time are known to --live."""
    seen = []

    def stopped(study, store, **how):
        seen.append(bl.report.report_of(store, baths=False, empty=True))
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "run", stopped)
    words = ["run", "thermalisation_curve", "--set", "spins=4", "--target-error", "0.02"]
    words += ["--store", tmp_path / "new"]
    done = CliRunner().invoke(main, [*map(str, words), "--figure", str(tmp_path / "new.png")])
    assert done.exit_code == 1 and "Interrupted" in done.output
    (report,) = seen
    assert {row.name: row.value for row in report.parameters}["spins"] == "4"
    assert "--set spins=4" in report.command and not report.standing.complete
    assert stored(tmp_path / "new")["target_error"] == 0.02


def measured(spec, seed, realisation):
    return [{"value": float(realisation)}]


def cases(count):
    return (bl.Case("c", bl.LiomChain(1), count),)


def test_live_pages_load_themselves_until_the_last(tmp_path, monkeypatch):
    place, target, said, pages = tmp_path / "store", tmp_path / "live.html", [], []
    bl.run(bl.Study("grows", measured, cases(6), watch="value"), place)
    running = iter([(True, 4), (True, 5), (False, 6)])

    def gather():
        alive, done = next(running)
        found = bl.report.report_of(place, empty=True)
        standing = Standing(done, 6, 0, alive, Table((), ()))
        return [dataclasses.replace(found, standing=standing)]

    def wait(seconds):
        pages.append(target.read_text())
        assert seconds == 3

    command.follow(gather, target, 3, said.append, wait)
    assert len(pages) == 2 and all('http-equiv="refresh" content="3"' in p for p in pages)
    assert "4 of 6 realisations so far" in pages[0] and "A process is adding rows" in pages[0]
    last = target.read_text()
    assert 'http-equiv="refresh"' not in last and "6 realisations, complete" in last
    assert "last page" in said[-1]


def test_a_partly_filled_store_says_so(tmp_path):
    place = tmp_path / "store"
    bl.run(bl.Study("part", measured, cases(6), watch="value"), place)
    spec = (place / "study.json").read_text()
    (place / "study.json").write_text(spec.replace('"realisations": 6', '"realisations": 9'))
    done = report(place, "-o", tmp_path / "page.html", "--live")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "page.html").read_text()
    assert "6 of 9 realisations so far" in text and "No process is adding rows" in text
    assert os.path.getsize(tmp_path / "page.html") < 1.5e6
