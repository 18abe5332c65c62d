"""Stores of one study put together: rows once, conflicts told; what verify counts."""

import json
import shutil
from pathlib import Path

import measures
import pandas as pd
import pytest
from click.testing import CliRunner

import bathlab as bl
from bathlab.ensemble import merge, verify
from bathlab.ensemble.store.repairing import repair
from bathlab.errors import DamagedStore, OtherCode, UnlikeCopies
from bathlab.workbench.command import main

OLD = Path(__file__).parent / "data/store_0_1"


def snapshot(folder):
    return {
        file: file.read_bytes() if file.is_file() else None
        for file in folder.rglob("*")
        if file.name != ".lock"
    }


def go(study, store, **more):
    return bl.run(study, store, progress=False, **more)


def command(*arguments):
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return done.exit_code, done.output


def shifted(count):
    """A study whose numbers depend on what no digest sees: another host's bits."""
    return bl.Study("s", measures.shifted, (bl.Case("c", None, count),))


@pytest.fixture()
def shift(monkeypatch):
    return lambda by: monkeypatch.setattr(measures.Host, "shift", by)


@pytest.fixture()
def reference(tmp_path):
    return go(measures.quick_study(6), tmp_path / "reference")


@pytest.mark.parametrize("into", [False, True])
def test_rows_of_both_stand_once(tmp_path, reference, into):
    one, two = tmp_path / "one", tmp_path / "two"
    go(measures.quick_study(6, cases=("a",)), one)
    go(measures.quick_study(2), one)
    go(measures.quick_study(6, cases=("b",)), two)
    go(measures.quick_study(3), two)
    before = snapshot(one), snapshot(two)
    target = tmp_path / "both" if into else one
    made = merge(one, two, into=target if into else None)
    assert (made.store, made.copies, made.failures) == (target, 3 + 2, 0)
    assert made.added == (12 if into else 4)
    pd.testing.assert_frame_equal(bl.load(target), reference, check_exact=True)
    assert snapshot(two) == before[1] and (snapshot(one) == before[0]) == into
    found = verify(target)
    assert (found.wanted, found.stored, found.copies, found.holds) == (6, 6, 0, True)
    assert found.more == 6  # the last run of "one" asked for 2 of each, that of "two" for 3
    pd.testing.assert_frame_equal(go(measures.quick_study(6), target), reference)
    again = merge(one, two, into=target if into else None)
    assert again.added == 0
    pd.testing.assert_frame_equal(bl.load(target), reference, check_exact=True)


def test_rows_that_differ_are_refused_with_both_values(tmp_path, shift):
    for name, by in (("one", 0.0), ("two", 2.0**-40)):
        shift(by)
        go(shifted(3), tmp_path / name)
    before = snapshot(tmp_path)
    for into in (None, tmp_path / "three"):
        with pytest.raises(
            UnlikeCopies, match="3 realisation.*realisation 1 of case 'c'"
        ) as error:
            merge(tmp_path / "one", tmp_path / "two", into=into)
        for words in (
            str(1.0),
            str(1.0 + 2.0**-40),
            str(tmp_path / "one"),
            str(tmp_path / "two"),
        ):
            assert words in str(error.value)
    assert snapshot(tmp_path) == before
    code, words = command("merge", tmp_path / "one", tmp_path / "two")
    assert code == 1 and "other rows in one store" in words


def test_copies_that_differ_in_one_store_are_told_and_mended(tmp_path, shift):
    """Two copies put into one folder; the rows that only one of them has are kept."""
    shift(0.0)
    expected = go(shifted(4), tmp_path / "one")
    shift(1e-12)
    go(shifted(2), tmp_path / "two")
    shift(0.0)
    for part in (tmp_path / "two/rows").iterdir():
        shutil.copy(part, tmp_path / "one/rows")
    parts = sorted(path.name for path in (tmp_path / "one/rows").iterdir())
    with pytest.raises(DamagedStore, match="realisation 0 of case 'c' has x = ") as error:
        bl.load(tmp_path / "one")
    assert all(name in str(error.value) for name in parts)
    found = verify(tmp_path / "one")
    assert found.missing == [("c", 0), ("c", 1)] and len(found.faults) == 2
    assert command("verify", tmp_path / "one")[0] == 1
    assert sorted(path.name for path in repair(tmp_path / "one")) == parts
    assert bl.load(tmp_path / "one")["realisation"].tolist() == [2, 3]
    pd.testing.assert_frame_equal(go(shifted(4), tmp_path / "one"), expected)


def test_equal_copies_count_once_whoever_made_them(tmp_path, monkeypatch):
    from bathlab.ensemble import realisation

    expected = go(measures.quick_study(3), tmp_path / "one")
    other = {**realisation.provenance(), "version_cpu": "another"}
    monkeypatch.setattr(realisation, "provenance", lambda: other)
    go(measures.quick_study(3), tmp_path / "two")
    for part in (tmp_path / "two/rows").iterdir():
        shutil.copy(part, tmp_path / "one/rows")
    found = bl.load(tmp_path / "one")
    columns = [name for name in found if name != "provenance"]
    pd.testing.assert_frame_equal(found[columns], expected[columns], check_exact=True)
    assert verify(tmp_path / "one").copies == 6 and verify(tmp_path / "one").holds
    assert "stored twice, with equal rows: 6" in command("verify", tmp_path / "one")[1]


@pytest.mark.parametrize(
    "other, words",
    [
        (measures.quick_study(2, seed=2), "seed is 1 there and 2 here"),
        (
            bl.Study("quick", measures.quick, (bl.Case("a", "z", 1),), watch="value"),
            "case 'a' has spec = 'a' there and 'z' here",
        ),
        (
            bl.Study("slow", measures.quick, (bl.Case("a", "a", 1),), watch="value"),
            "study is 'quick' there and 'slow' here",
        ),
    ],
)
def test_stores_of_two_studies_are_refused(tmp_path, other, words):
    go(measures.quick_study(2), tmp_path / "one")
    go(other, tmp_path / "two")
    before = snapshot(tmp_path)
    with pytest.raises(ValueError, match=words):
        merge(tmp_path / "one", tmp_path / "two")
    assert snapshot(tmp_path) == before


def test_rows_of_other_code_are_put_together_once_that_is_accepted(tmp_path):
    def study(step, count):
        def measure(spec, seed, realisation):
            return [{"x": realisation + step}]

        return bl.Study("s", measure, (bl.Case("c", 1, count),))

    go(study(1.0, 2), tmp_path / "one")
    go(study(1.0, 2), tmp_path / "two")
    go(study(2.0, 4), tmp_path / "two", accept_code=True)
    with pytest.raises(OtherCode, match="--accept-code"):
        merge(tmp_path / "one", tmp_path / "two")
    made = merge(tmp_path / "one", tmp_path / "two", accept_code=True)
    assert (made.added, made.copies) == (2, 2)
    assert bl.status(tmp_path / "one").codes["realisations"].tolist() == [2, 2]


def test_failures_come_along_unless_there_are_rows(tmp_path):
    mended = tmp_path / "mended"
    study = bl.Study("fickle", measures.fickle, (bl.Case("only", str(mended), 7),))
    with pytest.warns(bl.errors.FailedRealisations):
        go(study, tmp_path / "two")  # 2 and 5 raise
    mended.touch()
    go(
        bl.Study("fickle", measures.fickle, (bl.Case("only", str(mended), 3),)),
        tmp_path / "one",
    )
    made = merge(tmp_path / "one", tmp_path / "two")
    assert (made.added, made.copies, made.failures) == (3, 2, 1)
    found = verify(tmp_path / "one")
    assert (found.wanted, found.stored, found.failed, found.missing) == (7, 6, 1, [])
    code, words = command("verify", tmp_path / "one")
    assert code == 0 and "7 realisations wanted, 6 stored, 1 failed, 0 missing" in words


def test_a_store_of_the_first_version_is_merged(tmp_path):
    old = Path(shutil.copytree(OLD, tmp_path / "old"))
    made = merge(old, into=tmp_path / "new")
    assert (
        made.added == 4 and json.loads((tmp_path / "new/study.json").read_text())["format"] == 4
    )
    pd.testing.assert_frame_equal(bl.load(tmp_path / "new"), bl.load(OLD), check_exact=True)


def test_what_is_no_place_for_a_merge_is_refused(tmp_path):
    go(measures.quick_study(1), tmp_path / "one")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.tex").touch()
    (tmp_path / "file").touch()
    for name, words in (("full", "not empty"), ("file", "expected a folder")):
        with pytest.raises(ValueError, match=words):
            merge(tmp_path / "one", into=tmp_path / name)
    damaged = tmp_path / "two"
    go(measures.quick_study(1), damaged)
    next((damaged / "rows").iterdir()).write_bytes(b"x")
    with pytest.raises(DamagedStore, match="bathlab repair"):
        merge(tmp_path / "one", damaged)


def test_verify_counts_what_is_missing(tmp_path):
    go(measures.quick_study(12), tmp_path / "s")
    for part in (tmp_path / "s/rows").iterdir():
        part.unlink()
    found = verify(tmp_path / "s")
    assert found.missing == [(case, index) for case in "ab" for index in range(12)]
    code, words = command("verify", tmp_path / "s")
    assert code == 1 and "0 stored, 0 failed, 24 missing" in words
    assert "missing: and 14 more" in words and "Run the study again" in words
    go(measures.quick_study(12), tmp_path / "s")
    assert command("verify", tmp_path / "s")[0] == 0
