"""Rows for other programs: every kind of column, whole files, no harm to stores and readers."""

import csv
import errno
import io
import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import bathlab as bl
from bathlab.workbench.command import main

HOSTILE = ("=cmd()", "+1", "-2+3", "@SUM(A1)", "\t=1", "\rx", "plain", 'Störung, "quoted"')


def export(*words):
    return CliRunner().invoke(main, ["export", *map(str, words)])


def measure(spec, seed, k):
    row = {
        "count": 2**53 + 1 + k,
        "flag": k % 2 == 0,
        "counts": np.arange(k + 1),
        "flags": np.array([True, False]),
        "curve": np.array([1 / 3, np.nan, -np.inf]),
        "words": HOSTILE[k],
        "X": 0.1 * k,
        "x": float("inf") if k else float("nan"),
    }
    if k == 3:
        del row["count"], row["flag"], row["words"]
    return row


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "s"
    case = bl.Case("=case", 1, len(HOSTILE))
    bl.run(bl.Study("s", measure, (case,)), path, progress=False)
    return path


def test_csv_keeps_every_kind_and_runs_in_no_spreadsheet(store, tmp_path):
    assert export(store, tmp_path / "rows.csv").exit_code == 0
    content = (tmp_path / "rows.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
    for k, row in enumerate(rows):
        expected = measure(None, 1, k)
        assert row["case"] == "'=case" and json.loads(row["counts"]) == list(range(k + 1))
        assert json.loads(row["flags"]) == [True, False]
        assert json.loads(row["curve"]) == [1 / 3, None, "-Infinity"]
        assert float(row["X"]) == expected["X"]
        if k == 3:
            assert row["count"] == row["flag"] == row["words"] == ""
            continue
        assert int(row["count"]) == expected["count"] and row["flag"] == str(expected["flag"])
        harmless = HOSTILE[k] in ("plain", HOSTILE[-1])
        assert row["words"] == ("" if harmless else "'") + HOSTILE[k]
    shown = export(store, "-")
    assert shown.stdout_bytes == content
    assert "X, x differ only by case" in shown.stderr


def test_json_is_json(store, tmp_path):
    assert export(store, tmp_path / "rows.json").exit_code == 0

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    text = (tmp_path / "rows.json").read_text(encoding="utf-8")
    rows = json.loads(text, parse_constant=refuse)
    assert [row["words"] for row in rows] == [
        None if k == 3 else word for k, word in enumerate(HOSTILE)
    ]
    assert rows[0]["count"] == 2**53 + 1 and rows[0]["flag"] is True
    assert rows[3]["count"] is None and rows[3]["flag"] is None
    assert rows[0]["x"] is None and rows[1]["x"] == "Infinity"
    assert rows[2]["curve"] == [1 / 3, None, "-Infinity"] and rows[2]["counts"] == [0, 1, 2]


def test_parquet_is_parquet(store, tmp_path):
    assert export(store, tmp_path / "rows.parquet").exit_code == 0
    table = pq.read_table(tmp_path / "rows.parquet")
    assert table["count"].to_pylist()[:4] == [2**53 + 1, 2**53 + 2, 2**53 + 3, None]
    assert table["flag"].to_pylist()[:4] == [True, False, True, None]
    assert table["words"].to_pylist()[0] == "=cmd()" and table["counts"][2].as_py() == [0, 1, 2]
    loaded = bl.load(store, provenance=True)
    read = pd.read_parquet(tmp_path / "rows.parquet")
    assert list(read) == list(loaded) and (read["X"] == loaded["X"]).all()


@pytest.mark.parametrize("name", ["rows.xlsx", "rows", "rows.csv.gz", ".csv"])
def test_other_endings_are_refused(store, tmp_path, name):
    result = export(store, tmp_path / name)
    assert result.exit_code == 1 and ".csv, .json, .parquet" in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["study.json", "rows/more.parquet", "new.csv", "link"])
def test_nothing_is_written_into_a_store(store, tmp_path, place):
    before = {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    target = store / place
    if place == "link":
        target = tmp_path / "link.json"
        target.symlink_to(store / "study.json")
    result = export(store, target)
    assert result.exit_code == 1 and "within the store" in result.output
    assert {p: p.read_bytes() for p in store.rglob("*") if p.is_file()} == before


def test_columns_are_named_once(store, tmp_path):
    result = export(store, "-", "--columns", "case,X,case")
    assert result.exit_code == 1 and "asked for twice" in result.output
    assert export(store, "-", "--columns", "X").stdout.splitlines()[1] == "0.0"


def test_a_full_disk_leaves_what_was_there(store, tmp_path, monkeypatch):
    file = tmp_path / "rows.csv"
    file.write_text("before")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    result = export(store, file)
    assert result.exit_code == 1 and "No space left" in result.output
    assert file.read_text() == "before" and list(tmp_path.iterdir()) == [file]
    monkeypatch.undo()
    assert export(store, tmp_path / "no/folder.csv").exit_code == 1
    os.mkfifo(tmp_path / "pipe.csv")
    assert "expected a file" in export(store, tmp_path / "pipe.csv").output


def test_the_home_directory_and_a_screen_of_another_alphabet(store, tmp_path):
    plain = os.environ | {"HOME": str(tmp_path), "LC_ALL": "C"}
    plain |= {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for target in ("~/rows.json", "-"):
        words = [sys.executable, "-m", "bathlab", "export", str(store), target]
        done = subprocess.run(words, env=plain, cwd=tmp_path, capture_output=True)
        assert done.returncode == 0, done.stderr
    assert "Störung" in done.stdout.decode("utf-8")
    assert (tmp_path / "rows.json").exists() and not (tmp_path / "~").exists()
