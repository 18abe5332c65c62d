"""Kinds of columns, and the lock: what is one realisation's fault, and what two writers do."""

import os
import subprocess
import sys
import time
from pathlib import Path

import measures
import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.ensemble import verify
from bathlab.ensemble.store import journal, presence
from bathlab.ensemble.store.locking import is_running, lock
from bathlab.ensemble.store.reader import Store
from bathlab.ensemble.store.writer import writing
from bathlab.errors import FailedRealisations, StoreInUse

TESTS = Path(__file__).parents[1]


def study(values, watch="", column="x"):
    """One realisation for each value; None is a missing value, ... a missing column."""

    def measure(spec, seed, realisation):
        value = values[realisation]
        return [{"n": realisation, **({} if value is ... else {column: value})}]

    return bl.Study("s", measure, (bl.Case("c", None, len(values)),), watch=watch)


def go(made, store):
    return bl.run(made, store, progress=False)


BIG = 2**53 + 1


@pytest.mark.parametrize(
    "values, failed, expected",
    [
        ([1, True, 2], [1], [1, 2]),
        ([True, 1, False], [1], [True, False]),
        ([0.5, BIG, 1.5], [1], [0.5, 1.5]),
        ([BIG, 0.5, BIG + 2], [1], [BIG, BIG + 2]),
        ([0.5, 2**53, 3], [], [0.5, 2.0**53, 3.0]),
        ([1, 0.5, 2], [], [1.0, 0.5, 2.0]),
        ([1.0, "two", 3.0], [1], [1.0, 3.0]),
        (["one", 2.0, "three"], [1], ["one", "three"]),
        ([0.5, [1.0], 1.5], [1], [0.5, 1.5]),
        ([0.5, None, 1.5], [], [0.5, np.nan, 1.5]),
        ([None, 0.5, ...], [], [np.nan, 0.5, np.nan]),
        ([..., "a", "b"], [], [None, "a", "b"]),
        ([np.float32(0.5), 0.25, np.int8(3)], [], [0.5, 0.25, 3.0]),
        ([0.5, 2**63 + 2, 1.5], [1], [0.5, 1.5]),
    ],
)
def test_a_value_of_another_kind_is_its_realisation_s_failure(
    tmp_path, values, failed, expected
):
    if failed:
        with pytest.warns(FailedRealisations, match="olumn 'x' .*holds"):
            found = go(study(values), tmp_path / "s")
    else:
        found = go(study(values), tmp_path / "s")
    kept = [index for index in range(len(values)) if index not in failed]
    assert found["n"].tolist() == kept
    pd.testing.assert_series_equal(
        found["x"], pd.Series(expected, name="x"), check_dtype=False, check_exact=True
    )
    pd.testing.assert_frame_equal(bl.load(tmp_path / "s"), found)
    assert verify(tmp_path / "s").holds and verify(tmp_path / "s").failed == len(failed)


def test_whole_numbers_beyond_a_float_stay_whole_beside_missing_ones(tmp_path):
    found = go(study([BIG, None, BIG + 2]), tmp_path / "s")["x"]
    assert (
        found[0] == BIG
        and found[2] == BIG + 2
        and found.isna().tolist() == [False, True, False]
    )


def test_curves_of_another_kind_are_refused_and_of_whole_numbers_taken(tmp_path):
    curves = [np.array([0.5]), np.arange(3), np.array([True]), np.array([]), np.array(["a"])]
    with pytest.warns(FailedRealisations, match="2 realisation.* first of them 2"):
        found = go(study(curves), tmp_path / "s")
    assert [curve.tolist() for curve in found["x"]] == [[0.5], [0.0, 1.0, 2.0], []]


@pytest.mark.parametrize("odd", [0, 2])
def test_a_realisation_without_the_watched_column_is_kept(tmp_path, odd):
    """A case of another kind has its own columns; what was computed is not thrown away."""
    values = [0.5, 1.5, 2.5, 3.5]
    values[odd] = ...
    found = go(study(values, watch="x"), tmp_path / "s")
    assert found["n"].tolist() == [0, 1, 2, 3]
    assert np.flatnonzero(found["x"].isna()).tolist() == [odd]
    assert bl.status(tmp_path / "s").cases["done"].sum() == 4


def test_a_run_that_goes_on_with_rows_that_lack_the_column_goes_on(tmp_path):
    """The store has it already: no row of this run need have it, however many there are."""

    def measure(spec, seed, realisation):
        return [{spec: 0.1 * realisation}]

    def made(*cases):
        return bl.Study("s", measure, cases, watch="x")

    first = bl.Case("with", "x", 2)
    go(made(first), tmp_path / "s")
    found = go(made(first, bl.Case("without", "y", 25)), tmp_path / "s")
    assert found["y"].count() == 25 and found["x"].count() == 2


def test_a_target_is_not_reached_by_a_case_without_the_watched_column(tmp_path):
    def measure(spec, seed, realisation):
        return [{spec: 0.1 * realisation}]

    cases = (bl.Case("with", "x", 16), bl.Case("without", "y", 16))
    made = bl.Study("s", measure, cases, watch="x")
    with pytest.raises(RuntimeError, match="'without' has too few .* a number in 'x'"):
        bl.run(made, tmp_path / "t", progress=False, target_error=0.5)
    assert bl.load(tmp_path / "t")["y"].count() == 16


@pytest.mark.parametrize("other", [1.0, "a word"])
def test_a_column_that_nobody_returns_stops_the_run_early(tmp_path, other):
    """The rows that it took are there, and those of a study that watches another column."""
    calls = tmp_path / "calls"

    def measure(spec, seed, realisation):
        with open(calls, "a") as file:
            file.write(".")
        return [{"y": 1.0, **({} if other == 1.0 else {"x": other})}]

    def made(watch, count):
        return bl.Study("s", measure, (bl.Case("c", None, count),), watch=watch)

    for calls_so_far in (10, 20):
        with pytest.raises(ValueError, match="watch = 'x' .*one of.*'y'.*are kept"):
            go(made("x", 1000), tmp_path / "s")
        assert len(calls.read_text()) == calls_so_far
    assert (
        verify(tmp_path / "s").failed == 0
        and bl.status(tmp_path / "s").cases["done"].sum() == 20
    )
    assert len(go(made("y", 20), tmp_path / "s")) == len(calls.read_text()) == 20


def test_status_never_takes_the_lock(tmp_path):
    go(measures.quick_study(1), tmp_path / "s")
    with lock(tmp_path / "s"):
        assert bl.status(tmp_path / "s").running is False  # nobody writes, although it is held
    with writing(tmp_path / "s", measures.quick_study(1)):
        assert bl.status(tmp_path / "s").running and verify(tmp_path / "s").holds
        with pytest.raises(StoreInUse, match="in use by another process"):
            go(measures.quick_study(2), tmp_path / "s")
    (tmp_path / "s/.lock").unlink()
    bl.status(tmp_path / "s")
    assert not (tmp_path / "s/.lock").exists()


def test_a_second_writer_is_refused_although_the_lock_was_removed(tmp_path):
    with writing(tmp_path / "s", measures.quick_study(2)):
        (tmp_path / "s/.lock").unlink()
        with pytest.raises(StoreInUse, match="in use by another process"):
            go(measures.quick_study(2), tmp_path / "s")


@pytest.mark.parametrize("replaced", [False, True])
def test_who_loses_the_lock_stops_and_loses_nothing(tmp_path, replaced):
    def measure(spec, seed, realisation):
        if realisation == 2:
            os.unlink(tmp_path / "s/.lock")
            if replaced:
                (tmp_path / "s/.lock").touch()
        return [{"x": float(realisation)}]

    made = bl.Study("s", measure, (bl.Case("c", None, 5),))
    with pytest.raises(StoreInUse, match="lock of the store.*removed or replaced"):
        go(made, tmp_path / "s")
    assert bl.load(tmp_path / "s")["x"].tolist() == [0.0, 1.0, 2.0]
    assert not journal.paths(tmp_path / "s")


HOLD = """
import measures, sys
from bathlab.ensemble.store.reader import Store
from bathlab.ensemble.store.writer import writing
with writing(sys.argv[1], measures.quick_study(2)):
    print("writing", flush=True)
    input()
"""


@pytest.mark.slow
def test_a_writer_in_another_process_is_seen_until_it_is_killed(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "s")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
    )
    assert process.stdout.readline() == "writing\n"
    (tmp_path / "s/.lock").unlink()
    assert is_running(tmp_path / "s") is True
    with pytest.raises(StoreInUse):
        go(measures.quick_study(2), tmp_path / "s")
    process.kill()
    assert is_running(tmp_path / "s") in (True, False)  # not yet waited for: a zombie is dead
    process.wait()
    deadline = time.monotonic() + 10
    while is_running(tmp_path / "s") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_running(tmp_path / "s") is False
    assert len(go(measures.quick_study(2), tmp_path / "s")) == 8


def test_a_process_with_the_number_of_a_dead_writer_is_no_writer(tmp_path):
    """Number 1 has run since long before; a journal older than its process is a dead one's."""
    path = tmp_path / f"{presence.new_name().rsplit('-', 2)[0]}-{os.getppid()}-abc.bin"
    path.touch()
    assert presence.is_written(path) is True
    os.utime(path, (0, 0))
    assert presence.is_written(path) is False
    assert presence.is_written(tmp_path / "elsewhere-1-abc.bin") is None
    assert presence.is_written(tmp_path / "notes.bin") is None


def test_a_realisation_written_twice_stands_once(tmp_path):
    made = measures.quick_study(1, cases=("a",))
    expected = go(made, tmp_path / "t")
    (rows,) = Store(tmp_path / "t").sound().tables
    with writing(tmp_path / "s", made) as writer:
        for _ in range(2):
            writer.write("a", 0, rows)
    pd.testing.assert_frame_equal(bl.load(tmp_path / "s"), expected, check_exact=True)
