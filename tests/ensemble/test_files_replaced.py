"""Every file of a store replaced in turn: what follows is right, or says what is wrong."""

import json
import os
import shutil
import warnings
from pathlib import Path

import measures
import pandas as pd
import pytest
from click.testing import CliRunner

import bathlab as bl
from bathlab.ensemble import verify
from bathlab.ensemble.store import journal, writer
from bathlab.ensemble.store.repairing import repair
from bathlab.errors import NewerStore
from bathlab.workbench.command import main

#: Realisations of each of two cases; so many replacements follow.
COUNT, FEWEST = 3, 173
FILES = ["study.json", "rows", "part", "other part", "journal", "journals", "failure", ".lock"]


def go(store, study=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", bl.errors.FailedRealisations)
        return bl.run(study or measures.quick_study(COUNT), store, progress=False)


def half(store, seed=1):
    """Parts of two realisations, two more in the journal of a process that was killed, and a
    record of a failure that nobody asks for any more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "PART", 2)
        go(store, measures.quick_study(COUNT - 1, seed=seed))
        patch.setattr(writer, "PART", 100)
        patch.setattr(writer.Writer, "close", lambda self: self._journal.close())
        go(store, measures.quick_study(COUNT, seed=seed))
    (store / "failures").mkdir()
    record = {"case": "a", "realisation": 99, "seed": seed, "error": "E", "message": "m"}
    (store / "failures/000-0000000.json").write_text(json.dumps(record))
    return store


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    return half(tmp_path_factory.mktemp("pristine") / "s")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """A store of another seed."""
    return half(tmp_path_factory.mktemp("stranger") / "s", seed=2)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return go(tmp_path_factory.mktemp("reference") / "s")


def place(store, name):
    parts = sorted((store / "rows").iterdir())
    found = {"part": parts[0], "other part": parts[-1], "journal": journal.paths(store)[0]}
    return found.get(
        name, next((store / "failures").iterdir()) if name == "failure" else None
    ) or (store / name)


def remove(path):
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def replaced_by(make):
    def harm(path, **_):
        remove(path)
        make(path)

    return harm


def cut(share):
    def harm(path, **_):
        content = path.read_bytes()
        path.write_bytes(content[: int(share * len(content))])

    return harm


def flipped(share):
    def harm(path, **_):
        content = bytearray(path.read_bytes())
        content[min(int(share * len(content)), len(content) - 1)] ^= 1
        path.write_bytes(bytes(content))

    return harm


def copied_from(name):
    def harm(path, other, **_):
        source = place(other, name)
        remove(path)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, path)

    return harm


def added_from(path, other, **_):
    """Another store's file beside one's own."""
    shutil.copy(place(other, "journal" if path.suffix == ".bin" else "part"), path.parent)


HARMS = {
    "removed": lambda path, **_: remove(path),
    "empty": replaced_by(lambda path: path.touch()),
    "garbage": replaced_by(lambda path: path.write_bytes(bytes(range(256)) * 8)),
    "text": replaced_by(lambda path: path.write_text("{}")),
    "list": replaced_by(lambda path: path.write_text("[1, 2]")),
    "folder": replaced_by(lambda path: path.mkdir()),
    "folder with a file": replaced_by(lambda path: (path.mkdir(), (path / "x").touch())),
    "dangling link": replaced_by(lambda path: path.symlink_to("/nonexistent/x")),
    "link to itself": replaced_by(lambda path: path.symlink_to(path)),
    **{f"cut to {share:.0%}": cut(share) for share in (0.01, 0.3, 0.7, 0.99)},
    **{f"flipped at {share:.0%}": flipped(share) for share in (0, 0.3, 0.6, 1)},
    **{
        f"own {name}": None
        for name in ("study.json", "part", "other part", "journal", "failure")
    },
    **{f"other's {name}": copied_from(name) for name in FILES[:-1]},
    "other's beside it": added_from,
}


def applicable(name, harm):
    is_folder = name in ("rows", "journals")
    if harm.startswith(("cut", "flipped")):
        return not is_folder and name != ".lock"
    if harm == "other's beside it":
        return name in ("part", "journal")
    if harm.startswith(("own", "other's")):
        source = harm.partition(" ")[2]
        return is_folder == (source in ("rows", "journals")) and harm != f"own {name}"
    return True


def right_or_told(call):
    """What a call returns; None if it raised a ValueError in words."""
    try:
        return call()
    except ValueError as error:
        assert len(str(error)) > 40 and "Traceback" not in str(error)
        return None


def look(store, reference):
    """No row is wrong, whatever is asked."""
    table = right_or_told(lambda: bl.load(store))
    if table is not None:
        keys = table[["case", "realisation"]].drop_duplicates()
        pd.testing.assert_frame_equal(table, reference.merge(keys), check_exact=True)
    for found in (
        right_or_told(lambda: bl.status(store)),
        right_or_told(lambda: verify(store)),
    ):
        assert found is None or found.store == store
    for command in ("status", "verify", "export"):
        words = [command, str(store), *(["-"] if command == "export" else [])]
        done = CliRunner().invoke(main, words)
        assert done.exit_code in (0, 1) and isinstance(done.exception, (SystemExit, type(None)))


def harmed(store, pristine, stranger, name, harm):
    shutil.rmtree(store, ignore_errors=True)
    shutil.copytree(pristine, store, symlinks=True)
    (store / ".lock").touch()
    make = HARMS[harm] or (
        lambda path, **_: copied_from(harm.removeprefix("own "))(path, pristine)
    )
    make(place(store, name), other=stranger)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_file_replaced_is_told_and_mended(tmp_path, pristine, stranger, reference, name):
    store, count = tmp_path / "s", 0
    for harm in filter(lambda harm: applicable(name, harm), HARMS):
        harmed(store, pristine, stranger, name, harm)
        look(store, reference)
        before = right_or_told(lambda: go(store))
        if before is not None:
            pd.testing.assert_frame_equal(before, reference, check_exact=True)
        harmed(store, pristine, stranger, name, harm)
        repair(store)
        look(store, reference)
        found = right_or_told(lambda: go(store)) if "other's" in harm else go(store)
        if found is None:  # the rows are another study's by now, all of them
            assert name == "rows" and harm == "other's rows"
            continue
        pd.testing.assert_frame_equal(found, reference, check_exact=True)
        assert verify(store).holds, (name, harm)
        count += 1
    assert count >= 9


def test_so_many_replacements_are_tried():
    tried = [(name, harm) for name in FILES for harm in HARMS if applicable(name, harm)]
    assert len(tried) == FEWEST


@pytest.mark.parametrize("harm", ["folder", "dangling link", "garbage"])
def test_repair_never_overwrites_what_it_set_aside(tmp_path, pristine, reference, harm):
    store = Path(shutil.copytree(pristine, tmp_path / "s"))
    (store / "set-aside").mkdir()
    part = place(store, "part")
    for number in range(3):
        shutil.copy(part, tmp_path / "kept")
        HARMS[harm](part)
        (moved,) = repair(store)
        assert moved.name == part.name + (f".{number}" if number else "")
        shutil.copy(tmp_path / "kept", part)
    assert len(list((store / "set-aside").iterdir())) == 3
    pd.testing.assert_frame_equal(go(store), reference, check_exact=True)


def test_something_else_called_set_aside_is_left_alone(tmp_path, pristine, reference):
    store = Path(shutil.copytree(pristine, tmp_path / "s"))
    (store / "set-aside").write_text("mine")
    place(store, "part").write_bytes(b"x")
    (moved,) = repair(store)
    assert moved.parent == store / "set-aside.1" and (store / "set-aside").read_text() == "mine"
    pd.testing.assert_frame_equal(go(store), reference, check_exact=True)


def test_a_newer_format_is_left_alone_and_bathlab_to_be_upgraded(tmp_path, pristine):
    store = Path(shutil.copytree(pristine, tmp_path / "s"))
    spec = json.loads((store / "study.json").read_text())
    (store / "study.json").write_text(json.dumps({"format": spec["format"] + 1, "new": 1}))
    before = {path: path.stat().st_mtime_ns for path in store.rglob("*")}
    for call in (bl.load, bl.status, verify, repair, go):
        with pytest.raises(NewerStore, match="Upgrade bathlab") as error:
            call(store)
        assert "elete" not in str(error.value)
    after = {path: path.stat().st_mtime_ns for path in store.rglob("*")}
    assert {**before, store / ".lock": 0} == {**after, store / ".lock": 0}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(tmp_path, pristine):
    store = Path(shutil.copytree(pristine, tmp_path / "s"))
    part = place(store, "part")
    part.chmod(0)
    with pytest.raises(
        bl.errors.DamagedStore, match=f"{part.name}: cannot be read .Permission"
    ):
        bl.load(store)
