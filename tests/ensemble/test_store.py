"""The store: open to other readers, whole or refused, one writer, repair, status, export."""

import io
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import measures
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import bathlab as bl
from bathlab.ensemble.store import journal, writer
from bathlab.ensemble.store.repairing import repair
from bathlab.workbench.command import main

TESTS = Path(__file__).parents[1]
PATH = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])


@pytest.fixture()
def store(tmp_path):
    """Six realisations of two cases, two rows with a curve each, in six parts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "PART", 2)
        bl.run(measures.quick_study(6), tmp_path / "s", progress=False)
    return tmp_path / "s"


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return bl.run(measures.quick_study(6), tmp_path_factory.mktemp("r") / "s", progress=False)


def script(code, *, wrapper=(), **environment):
    """The outcome of Python code in a process of its own."""
    return subprocess.run(
        [*wrapper, sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=300,
        env=os.environ | {"PYTHONPATH": PATH} | environment,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"name": "other"},
        {"measure": measures.fickle},
        {"cases": (bl.Case("a", "changed", 1),)},
    ],
)
def test_another_study_is_refused_with_the_difference(store, reference, change):
    usual = {"name": "quick", "measure": measures.quick, "cases": (bl.Case("a", "a", 1),)}
    before = sorted(store.rglob("*"))
    with pytest.raises(ValueError, match="there and .* here.*--store") as error:
        bl.run(bl.Study(**usual | change), store, progress=False)
    assert {
        "seed": "seed is 1 there and 2 here",
        "name": "study is 'quick'",
        "measure": "measure is 'measures.quick' there and 'measures.fickle' here",
        "cases": "case 'a' has spec = 'a' there and 'changed' here",
    }[next(iter(change))] in str(error.value)
    assert sorted(store.rglob("*")) == before
    pd.testing.assert_frame_equal(bl.load(store), reference, check_exact=True)


def test_a_changed_parameter_is_named(tmp_path):
    bl.run(measures.study(realisations=1), tmp_path / "s", progress=False)
    with pytest.raises(ValueError, match="case 'GOE' has g = 0.2 there and 0.3 here"):
        bl.run(measures.study(g=0.3), tmp_path / "s", progress=False)


def test_it_is_open_to_other_readers(store, reference):
    frame = pd.read_parquet(store / "rows").sort_values(["case", "realisation"], kind="stable")
    assert np.array_equal(frame["value"], reference["value"])
    assert np.array_equal(np.stack(frame["curve"]), np.stack(reference["curve"]))
    spec = json.loads((store / "study.json").read_text())
    assert spec["cases"]["a"]["spec"] == "a" and spec["seed"] == 1
    for part in (store / "rows").iterdir():  # as sha256sum would show
        import hashlib

        assert part.stem.endswith(hashlib.sha256(part.read_bytes()).hexdigest()[:16])


def test_circumstances_are_there_when_asked_for(store):
    table = bl.load(store, circumstances=True)
    assert set(table) - set(bl.load(store)) == {"run_seconds", "run_host", "run_finished"}
    assert bl.load(store, columns=["run_seconds", "case"]).columns.tolist() == [
        "run_seconds",
        "case",
    ]


def test_stores_are_found_named_and_refused(tmp_path):
    with pytest.raises(ValueError, match="found: none"):
        bl.load(tmp_path / "nothing")
    bl.run(measures.quick_study(1), tmp_path / "r/a", progress=False)
    assert len(bl.load(tmp_path / "r")) == 4  # the only store inside
    with pytest.raises(ValueError, match="Unknown columns.*vaule"):
        bl.load(tmp_path / "r", columns=["vaule"])
    bl.run(measures.quick_study(1, seed=2), tmp_path / "r/b", progress=False)
    with pytest.raises(ValueError, match="exactly one"):
        bl.load(tmp_path / "r")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.tex").write_text("x")
    (tmp_path / "file").write_text("x")
    for name, word in (("full", "not a store"), ("file", "expected a folder")):
        with pytest.raises(ValueError, match=word):
            bl.run(measures.quick_study(1), tmp_path / name, progress=False)
    (tmp_path / "none").mkdir()
    with pytest.raises(ValueError, match="found: none"):
        bl.load(tmp_path / "none")


def flip(part):
    """One bit, in the middle."""
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)


def truncate(part):
    part.write_bytes(part.read_bytes()[:-100])


def empty(part):
    part.write_bytes(b"")


@pytest.mark.parametrize("harm", [flip, truncate, empty])
def test_a_damaged_part_is_seen_set_aside_and_computed_again(store, reference, harm):
    part = sorted((store / "rows").iterdir())[3]
    harm(part)
    for attempt in (
        lambda: bl.load(store),
        lambda: bl.run(measures.quick_study(6), store, progress=False),
    ):
        with pytest.raises(
            bl.errors.DamagedStore, match="1 part.*checksum.*other 5 are intact.*bathlab repair"
        ) as error:
            attempt()
        assert part.name in str(error.value)
    shown = CliRunner().invoke(main, ["status", str(store)])
    assert shown.exit_code == 1 and "damaged: " + part.name in shown.output
    repaired = CliRunner().invoke(main, ["repair", str(store)])
    assert repaired.exit_code == 0 and "1 part(s) set aside" in repaired.output
    assert (store / "set-aside" / part.name).exists()
    assert len(bl.load(store)) == len(reference) - 4
    found = bl.run(measures.quick_study(6), store, progress=False)
    pd.testing.assert_frame_equal(found, reference, check_exact=True)


@pytest.mark.parametrize(
    "foreign, word",
    [
        (measures.quick_study(1, seed=2), "rows of another study"),
        (
            bl.Study("quick", measures.quick, (bl.Case("a", "other", 1),), watch="value"),
            "rows of 'a' with other parameters",
        ),
    ],
)
def test_a_part_of_another_study_is_seen_and_set_aside(
    store, reference, tmp_path, foreign, word
):
    bl.run(foreign, tmp_path / "t", progress=False)
    part = next(iter((tmp_path / "t/rows").iterdir()))
    shutil.copy(part, store / "rows")
    with pytest.raises(bl.errors.DamagedStore, match=f"{word}.*bathlab repair"):
        bl.load(store)
    repair(store)
    pd.testing.assert_frame_equal(bl.load(store), reference, check_exact=True)


def test_a_lost_or_broken_study_file_is_written_anew_by_its_own_study_only(store, reference):
    (store / "study.json").write_text("{")
    for attempt in (
        lambda: bl.load(store),
        lambda: bl.run(measures.quick_study(6), store, progress=False),
    ):
        with pytest.raises(ValueError, match="cannot be read.*bathlab repair"):
            attempt()
    assert CliRunner().invoke(main, ["repair", str(store)]).exit_code == 0
    assert (store / "set-aside/study.json").read_text() == "{"
    with pytest.raises(bl.errors.DamagedStore, match="lost its study.json.*command again"):
        bl.load(store)
    with pytest.raises(bl.errors.DamagedStore, match="another study"):
        bl.run(measures.quick_study(6, seed=2), store, progress=False)
    assert not (store / "study.json").exists()
    found = bl.run(measures.quick_study(6), store, progress=False)
    pd.testing.assert_frame_equal(found, reference, check_exact=True)


def test_an_unreadable_failure_is_named_and_costs_nothing(store, reference):
    (store / "failures").mkdir()
    (store / "failures/000-0000003.json").write_text("{")
    assert bl.status(store).faults[0].startswith("000-0000003.json: no record of a failure")
    assert len(bl.run(measures.quick_study(7), store, progress=False)) == len(reference) + 4
    assert (store / "set-aside/000-0000003.json").exists() and not bl.status(store).faults


def killed(folder, count=6):
    """A store as a process leaves it that is killed: its rows are in the journal."""
    made = measures.quick_study(count)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer.Writer, "close", lambda self: self._journal.close())
        bl.run(made, folder, progress=False)
    (file,) = journal.paths(folder)
    assert not list((folder / "rows").iterdir()) and file.stat().st_size > 0
    return file


def test_rows_of_a_killed_process_are_read_and_become_a_part(tmp_path, reference):
    store = tmp_path / "s"
    file = killed(store)
    pd.testing.assert_frame_equal(bl.load(store), reference, check_exact=True)
    assert bl.status(store).cases["done"].sum() == 12
    found = bl.run(measures.quick_study(6), store, progress=False)
    pd.testing.assert_frame_equal(found, reference, check_exact=True)
    assert not file.exists()
    (part,) = (store / "rows").iterdir()
    assert part.name.startswith("12-realisations-")


def test_a_kill_between_part_and_journal_doubles_nothing(tmp_path, reference, monkeypatch):
    store = tmp_path / "s"
    file = killed(store)
    monkeypatch.setattr(journal, "remove", lambda path: None)
    bl.run(measures.quick_study(6), store, progress=False)  # as if it could not remove it
    monkeypatch.undo()
    assert file.stat().st_size > 0 and len(list((store / "rows").iterdir())) == 1
    pd.testing.assert_frame_equal(bl.load(store), reference, check_exact=True)
    found = bl.run(measures.quick_study(6), store, progress=False)
    pd.testing.assert_frame_equal(found, reference, check_exact=True)
    assert len(list((store / "rows").iterdir())) == 1


def test_a_record_torn_anywhere_is_left_out(tmp_path, reference):
    """Cut at every length between the last two records, as a kill in the midst of writing
    may."""
    store = tmp_path / "s"
    file = killed(store)
    content = file.read_bytes()
    last = content.rfind(journal.MARK + content[4:12])
    for length in sorted(
        {
            last,
            last + 1,
            last + 3,
            last + 4,
            last + 12,
            last + 43,
            last + 44,
            last + 100,
            len(content) - 1,
        }
    ):
        file.write_bytes(content[:length])
        assert len(bl.load(store)) == len(reference) - 2, length
    found = bl.run(measures.quick_study(6), store, progress=False)
    pd.testing.assert_frame_equal(found, reference, check_exact=True)


@pytest.mark.parametrize("offset", [0, 3, 5, 11, 20, 60, 300])
def test_a_flipped_byte_of_the_journal_costs_one_record(tmp_path, reference, offset):
    store = tmp_path / "s"
    file = killed(store)
    content = bytearray(file.read_bytes())
    third = [place for place in range(len(content)) if content.startswith(journal.MARK, place)][
        2
    ]
    content[third + offset] ^= 4
    file.write_bytes(content)
    with pytest.raises(
        bl.errors.DamagedStore, match=f"byte {third}: .*other 11 are intact.*repair"
    ):
        bl.load(store)
    assert CliRunner().invoke(main, ["repair", str(store)]).exit_code == 0
    assert (store / "set-aside" / file.name).exists() and not file.exists()
    assert len(bl.load(store)) == len(reference) - 2
    found = bl.run(measures.quick_study(6), store, progress=False)
    pd.testing.assert_frame_equal(found, reference, check_exact=True)


def test_a_half_written_file_is_swept_away(store, reference):
    (store / "rows/.000-0000009-x.parquet.123.tmp").write_bytes(b"half")
    (store / ".study.json.123.tmp").write_bytes(b"half")
    pd.testing.assert_frame_equal(bl.load(store), reference, check_exact=True)
    bl.run(measures.quick_study(7), store, progress=False)
    assert not list(store.rglob("*.tmp"))


def test_ctrl_c_right_after_a_row_was_written_keeps_it(tmp_path, monkeypatch):
    usual = journal.Journal.append

    def interrupted(self, table):
        usual(self, table)
        raise KeyboardInterrupt

    monkeypatch.setattr(journal.Journal, "append", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bl.run(measures.quick_study(6), tmp_path / "s", progress=False)
    assert len(bl.load(tmp_path / "s")) == 2 and not journal.paths(tmp_path / "s")


def test_parts_hold_a_hundred_realisations(tmp_path):
    expected = bl.run(measures.quick_study(120), tmp_path / "s", progress=False)
    names = sorted(part.name.partition("-")[0] for part in (tmp_path / "s/rows").iterdir())
    assert names == ["100", "100", "40"] and not journal.paths(tmp_path / "s")
    pd.testing.assert_frame_equal(bl.load(tmp_path / "s"), expected, check_exact=True)


TWO = """
import measures, bathlab as bl, sys
try:
    bl.run(measures.quick_study(30), {store!r}, progress=False)
except ValueError as error:
    sys.exit(str(error))
"""


@pytest.mark.slow
def test_of_two_runners_on_one_store_one_is_refused(tmp_path):
    store = tmp_path / "s"
    runners = [
        subprocess.Popen(
            [sys.executable, "-c", TWO.format(store=str(store))],
            env=os.environ | {"PYTHONPATH": PATH, "MEASURE_SECONDS": "0.15"},
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    deadline = time.monotonic() + 120
    while not (store / "study.json").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert bl.status(store).running
    time.sleep(3)
    assert 0.2 < bl.status(store).pace < 2.5  # one worker, times known to the second
    assert (
        "at the pace of the latest rows"
        in CliRunner().invoke(main, ["status", str(store)]).output
    )
    words = [runner.communicate(timeout=300)[1] for runner in runners]
    assert sorted(runner.returncode for runner in runners) == [0, 1]
    assert any("in use by another process" in word for word in words)
    assert not bl.status(store).running
    expected = bl.run(measures.quick_study(30), tmp_path / "t", progress=False)
    pd.testing.assert_frame_equal(bl.load(store), expected, check_exact=True)


#: A mount of one's own: a small or read-only file system that ends with the process.
MOUNT = ("unshare", "--map-root-user", "--mount", "sh", "-c")
can_mount = pytest.mark.skipif(
    not sys.platform.startswith("linux")
    or shutil.which("unshare") is None
    or subprocess.run([*MOUNT, "mount -t tmpfs tmpfs /mnt"], capture_output=True).returncode
    != 0,
    reason="this system lets no user mount a small disk",
)

FULL = """
import measures, bathlab as bl, os, pandas as pd
folder = {folder!r}
ballast = os.path.join(folder, "ballast")
with open(ballast, "wb") as file:
    file.write(bytes(550_000))
try:
    bl.run(measures.quick_study(40), folder + "/s", progress=False)
    print("no error")
except ValueError as error:
    print(type(error).__name__, error)
rows = bl.load(folder + "/s")
print("rows", len(rows) > 4, not rows.duplicated(["case", "realisation", "state"]).any())
os.unlink(ballast)
found = bl.run(measures.quick_study(40), folder + "/s", progress=False)
pd.testing.assert_frame_equal(found, pd.read_pickle({reference!r}), check_exact=True)
print("complete")
"""

READ_ONLY = """
import measures, bathlab as bl, os, pandas as pd, subprocess
folder = {folder!r}
bl.run(measures.quick_study(6), folder + "/s", progress=False)
subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
for study in (measures.quick_study(7), measures.quick_study(7, cases=("c",))):
    try:
        bl.run(study, folder + "/s", progress=False)
        print("no error")
    except ValueError as error:
        print(type(error).__name__, error)
rows = bl.load(folder + "/s")
found = bl.status(folder + "/s")
again = bl.run(measures.quick_study(6), folder + "/s", progress=False)  # nothing is missing
pd.testing.assert_frame_equal(again, rows, check_exact=True)
print("rows", len(rows), found.cases["done"].sum(), found.running)
"""


@pytest.mark.slow
@can_mount
def test_a_full_disk_leaves_whole_rows_and_a_way_out(tmp_path):
    reference = tmp_path / "reference.pkl"
    bl.run(measures.quick_study(40), tmp_path / "s", progress=False).to_pickle(reference)
    folder = tmp_path / "disk"
    folder.mkdir()
    code = FULL.format(folder=str(folder), reference=str(reference))
    done = script(
        code, wrapper=[*MOUNT, f'mount -t tmpfs -o size=700k tmpfs {folder} && exec "$@"', "sh"]
    )
    assert done.returncode == 0, done.stderr
    assert "StoreNotWritable" in done.stdout and "No space left on device" in done.stdout
    assert "rows True True" in done.stdout and "complete" in done.stdout


@pytest.mark.slow
@can_mount
def test_a_read_only_store_is_refused_and_read(tmp_path):
    done = script(
        READ_ONLY.format(folder=str(tmp_path)),
        wrapper=[*MOUNT, f'mount -t tmpfs -o size=10m tmpfs {tmp_path} && exec "$@"', "sh"],
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("StoreNotWritable") == 2
    assert "Read-only file system" in done.stdout and "rows 24 12 False" in done.stdout


def test_status_says_done_missing_failed_left_and_means(tmp_path):
    study = bl.Study(
        "fickle", measures.fickle, (bl.Case("only", str(tmp_path / "never"), 7),), watch="value"
    )
    with pytest.warns(bl.errors.FailedRealisations):
        bl.run(study, tmp_path / "s", progress=False)
    found = bl.status(tmp_path / "s")
    (row,) = found.cases.to_dict("records")
    assert (row["done"], row["missing"], row["failed"]) == (5, 2, 2)
    assert row["max value"] == pytest.approx(14 / 5)
    assert row["left"] == pytest.approx(2 * row["seconds"])
    assert (found.study, found.seed, found.running, found.faults, found.mixed) == (
        "fickle",
        1,
        False,
        [],
        {},
    )
    shown = CliRunner().invoke(main, ["status", str(tmp_path / "s")])
    assert shown.exit_code == 0 and "pace" not in shown.output  # nothing runs
    for words in ("fickle, seed 1", "missing: 2 realisations", "failed: 2", "--retry-failed"):
        assert words in shown.output


def test_rows_of_other_versions_are_told(store, monkeypatch):
    from bathlab.ensemble import realisation

    other = {**realisation.provenance(), "version_numpy": "1.0"}
    monkeypatch.setattr(realisation, "provenance", lambda: other)
    bl.run(measures.quick_study(7), store, progress=False)
    assert bl.status(store).mixed == {"version_numpy": sorted(["1.0", np.__version__])}
    assert (
        "mixed: rows of version_numpy = 1.0, "
        in CliRunner().invoke(main, ["status", str(store)]).output
    )


def test_export_is_csv_with_every_digit(store, reference, tmp_path):
    file = tmp_path / "rows.csv"
    assert CliRunner().invoke(main, ["export", str(store), str(file)]).exit_code == 0
    found = pd.read_csv(file, dtype={"value": str})
    assert np.array_equal(found["value"].map(float), reference["value"])
    assert np.array_equal(
        np.stack(found["curve"].map(json.loads)), np.stack(reference["curve"])
    )
    shown = CliRunner().invoke(main, ["export", str(store), "-", "--columns", "case,run_host"])
    assert pd.read_csv(io.StringIO(shown.output)).columns.tolist() == ["case", "run_host"]
    wrong = CliRunner().invoke(main, ["export", str(store), "-", "--columns", "csae"])
    assert wrong.exit_code == 1 and "Unknown columns ['csae']" in wrong.output
