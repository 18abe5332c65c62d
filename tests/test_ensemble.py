"""Study, store, runner, estimates."""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import measures
import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.ensemble import runner

TIMING = ["seconds"]


def rows(table):
    return table.drop(columns=TIMING)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """The table of one worker in the usual order."""
    return rows(bl.run(measures.study(), tmp_path_factory.mktemp("one") / "s", progress=False))


def test_one_row_per_case_realisation_and_state_with_provenance(reference):
    assert len(reference) == 2 * 4 * 2
    assert not reference.duplicated(["case", "realisation", "state"]).any()
    assert reference["seed"].eq(1).all()
    for library in ("bathlab", "numpy", "scipy", "numba", "python", "blas"):
        assert reference[f"version_{library}"].str.len().gt(0).all()


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_and_order_change_no_bit(tmp_path, monkeypatch, reference, workers):
    usual = runner.ordered
    monkeypatch.setattr(runner, "ordered", lambda cases: usual(cases)[::-1])
    found = rows(bl.run(measures.study(), tmp_path / "s", workers=workers, progress=False))
    pd.testing.assert_frame_equal(found, reference, check_exact=True)


@pytest.mark.parametrize("workers", [1, 2])
def test_blas_is_pinned_to_one_thread(tmp_path, workers):
    study = bl.Study("threads", measures.blas_threads, (bl.Case("only", None, 2),))
    table = bl.run(study, tmp_path / "s", workers=workers, progress=False)
    assert table["threads"].eq(1).all()
    assert (table["process"] == os.getpid()).all() == (workers == 1)


def test_only_missing_realisations_are_computed(tmp_path, reference):
    bl.run(measures.study(realisations=2), tmp_path / "s", progress=False)
    parts = {part: part.stat().st_mtime_ns for part in (tmp_path / "s/rows").iterdir()}
    found = rows(bl.run(measures.study(realisations=4), tmp_path / "s", progress=False))
    assert all(part.stat().st_mtime_ns == stamp for part, stamp in parts.items())
    pd.testing.assert_frame_equal(found, reference, check_exact=True)
    fewer = bl.run(measures.study(realisations=1), tmp_path / "s", progress=False)
    assert len(fewer) == len(reference)  # nothing is lost


def test_a_failing_realisation_keeps_the_others(tmp_path):
    study = bl.Study("failing", measures.failing, (bl.Case("only", None, 4),))
    for workers in (1, 2):
        with pytest.raises(RuntimeError, match="realisation 2 fails"):
            bl.run(study, tmp_path / str(workers), workers=workers, progress=False)
    assert bl.load(tmp_path / "1")["realisation"].tolist() == [0, 1]


def test_a_killed_run_goes_on_where_it_was(tmp_path, reference):
    """SIGKILL after the first rows: the store holds whole parts, the resumed table is the same."""
    script = ("import measures, bathlab as bl; "
              f"bl.run(measures.study(), {str(tmp_path / 's')!r}, workers=2, progress=False)")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    process = subprocess.Popen([sys.executable, "-c", script], env=environment,
                               start_new_session=True)
    parts = tmp_path / "s/rows"
    deadline = time.monotonic() + 120
    while not (parts.exists() and any(parts.glob("*.parquet"))) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert 0 < len(list(parts.glob("*.parquet"))) <= 8
    bl.load(tmp_path / "s")  # every part there is whole
    found = rows(bl.run(measures.study(), tmp_path / "s", progress=False))
    pd.testing.assert_frame_equal(found, reference, check_exact=True)


@pytest.mark.parametrize("change", [{"seed": 2}, {"g": 0.3}, {"name": "other"}])
def test_a_store_of_another_study_is_refused(tmp_path, change):
    bl.run(measures.study(realisations=1), tmp_path / "s", progress=False)
    before = rows(bl.load(tmp_path / "s"))
    with pytest.raises(ValueError, match="--store"):
        bl.run(measures.study(**change), tmp_path / "s", progress=False)
    pd.testing.assert_frame_equal(rows(bl.load(tmp_path / "s")), before)


def test_a_part_of_another_study_is_refused(tmp_path):
    bl.run(measures.study(realisations=1), tmp_path / "a", progress=False)
    bl.run(measures.study(realisations=1, g=0.3), tmp_path / "b", progress=False)
    shutil.copy(tmp_path / "b/rows/000-0000000.parquet", tmp_path / "a/rows/000-0000001.parquet")
    with pytest.raises(ValueError, match="another study"):
        bl.load(tmp_path / "a")


def test_stores_are_found_named_and_refused(tmp_path):
    with pytest.raises(ValueError, match="found: none"):
        bl.load(tmp_path / "nothing")
    bl.run(measures.study(realisations=1), tmp_path / "r/a", progress=False)
    assert len(bl.load(tmp_path / "r")) == 4  # the only store inside
    assert list(bl.load(tmp_path / "r", columns=["log_ipr", "case"])) == ["log_ipr", "case"]
    with pytest.raises(ValueError, match="Unknown columns.*log_irp"):
        bl.load(tmp_path / "r", columns=["log_irp"])
    bl.run(measures.study(realisations=1, g=0.3), tmp_path / "r/b", progress=False)
    with pytest.raises(ValueError, match="exactly one"):
        bl.load(tmp_path / "r")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.tex").write_text("x")
    with pytest.raises(ValueError, match="not a store"):
        bl.run(measures.study(), tmp_path / "full", progress=False)
    (tmp_path / "r/a/study.json").write_text("{")
    with pytest.raises(ValueError, match="cannot be read"):
        bl.load(tmp_path / "r/a")


def test_the_store_is_open_to_other_readers(tmp_path):
    bl.run(measures.study(realisations=1), tmp_path / "s", progress=False)
    frame = pd.read_parquet(tmp_path / "s/rows")
    assert set(frame["case"]) == {"GOE", "chain"}
    spec = json.loads((tmp_path / "s/study.json").read_text())
    assert spec["cases"]["GOE"]["bath"] == {"type": "RandomMatrixBath", "spins": 5,
                                            "bandwidth": 4.2, "level_spacing": None}


def test_progress_shows_the_estimate(tmp_path, capsys):
    bl.run(measures.study(realisations=2), tmp_path / "s")
    shown = capsys.readouterr().err
    assert "100%" in shown and "max log_ipr =" in shown and "(N = 2)" in shown


def test_estimates_cluster_by_realisation():
    values, clusters = [1.0, 3.0, 5.0, 7.0], [0, 0, 1, 1]
    found = bl.estimate(values, clusters)
    assert (found.mean, found.error, found.realisations) == (4.0, 2.0, 2)
    assert math.isnan(bl.estimate([1.0, 2.0], [0, 0]).error)
    rng = np.random.default_rng(1)
    shared = np.repeat(rng.standard_normal(400), 5)
    # Five copies of each sample add nothing: the error stays 1/20, not 1/sqrt(2000). Its own
    # relative error is 1/sqrt(800) = 3.5 %; four of these.
    assert bl.estimate(shared, np.repeat(np.arange(400), 5)).error == pytest.approx(0.05, rel=0.14)


def test_too_few_realisations_warn(reference):
    with pytest.warns(bl.TooFewRealisations, match="4 realisation"):
        summary = bl.summarise(reference, ["case", "state"], ["log_ipr"])
    assert len(summary) == 4
    group = reference[(reference["case"] == "GOE") & (reference["state"] == 1)]["log_ipr"]
    row = summary[(summary["case"] == "GOE") & (summary["state"] == 1)].iloc[0]
    assert row["log_ipr"] == pytest.approx(group.mean(), rel=1e-14)
    assert row["log_ipr_error"] == pytest.approx(group.std() / 2, rel=1e-14)
    with pytest.raises(ValueError, match="Unknown columns"):
        bl.summarise(reference, ["case"], ["typo"])


def test_the_order_of_cases_does_not_matter(tmp_path, reference):
    study = measures.study()
    bl.run(measures.study(realisations=2), tmp_path / "s", progress=False)
    turned = bl.Study(study.name, study.measure, study.cases[::-1], study.seed, study.watch)
    found = rows(bl.run(turned, tmp_path / "s", progress=False))
    pd.testing.assert_frame_equal(found, reference, check_exact=True)


def test_bad_measures_and_columns_leave_no_row(tmp_path):
    cases = (bl.Case("only", None, 1),)
    for study in (bl.Study("empty", measures.empty, cases),
                  bl.Study("typo", measures.blas_threads, cases, watch="thread")):
        with pytest.raises(ValueError, match="expected"):
            bl.run(study, tmp_path / study.name, progress=False)
        assert not list((tmp_path / study.name / "rows").iterdir())


def test_another_measure_is_another_study(tmp_path):
    cases = (bl.Case("only", None, 1),)
    bl.run(bl.Study("same", measures.blas_threads, cases), tmp_path / "s", progress=False)
    with pytest.raises(ValueError, match="differs in measure"):
        bl.run(bl.Study("same", measures.failing, cases), tmp_path / "s", progress=False)


def test_identity_ignores_how_many_and_sees_everything_else():
    first = measures.study(realisations=2)
    assert first.identity == measures.study(realisations=9).identity
    others = {measures.study(**change).identity for change in
              ({"g": 0.3}, {"seed": 2}, {"name": "other"})}
    assert len(others | {first.identity}) == 4
