"""What is done to a store while faults are injected, see :mod:`faults`."""

import json
import shutil
import warnings
from pathlib import Path

import measures
import pandas as pd
import pyarrow as pa
from faults import Scenario

import bathlab as bl
from bathlab.ensemble import merge, verify
from bathlab.ensemble.store import journal, writer
from bathlab.ensemble.store.repairing import repair

pa.set_cpu_count(1)
#: Realisations of each of two cases, in parts of two.
COUNT = 2
LOCK, JOURNAL = ("lock", "lock replaced"), ("journal emptied", "journal cut", "journal removed")


def go(store, study=None, **more):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", bl.errors.FailedRealisations)
        return bl.run(study or STUDY, store, progress=False, **more)


#: Made once, so that children need not look for the code of its measure again.
STUDY = measures.quick_study(COUNT)
FICKLE = bl.Study("fickle", measures.mending, (bl.Case("c", None, 6),))


def same(found, expected):
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


class Made:
    """The scenarios, once their right answers are computed in ``folder``."""

    def __init__(self, folder: Path) -> None:
        writer.PART = 2
        self.expected = go(folder / "s")
        bl.status(folder / "s"), verify(folder / "s")  # imported once, not in every child

    def whole(self, folder, expected=None, copies=0):
        """Every realisation is there once with the right values, and nothing else is left."""
        store = folder / "s"
        expected = self.expected if expected is None else expected
        same(bl.load(store), expected)
        found = verify(store)
        assert found.holds and found.copies <= copies, found
        assert not list(store.rglob("*.tmp")) and not journal.paths(store)

    def look(self, folder, damaged=False):
        """No row is wrong, none there twice; nothing is said to be damaged."""
        try:
            found = bl.load(folder / "s")
        except bl.errors.DamagedStore:
            assert damaged
        except ValueError as error:
            assert "no rows yet" in str(error) or "found: none" in str(error), error
        else:
            keys = found[["case", "realisation"]].drop_duplicates()
            same(found, self.expected.merge(keys))
            assert bl.status(folder / "s").running in (False, None)

    def finish(self, folder):
        same(go(folder / "s"), self.expected)
        self.whole(folder)

    def run(self, prepare, harms=()):
        return Scenario(prepare, lambda folder: go(folder / "s"), self.look, self.finish, harms)

    def new(self):
        return self.run(lambda folder: None, (*LOCK, *JOURNAL, "parts removed"))

    def extended(self):
        return self.run(lambda folder: go(folder / "s", measures.quick_study(1)), LOCK)

    def after_a_kill(self):
        return self.run(lambda folder: killed(folder / "s"), JOURNAL)

    def of_format_3(self):
        return self.run(lambda folder: as_format_3(killed(folder / "s")))

    def failing(self):
        """Two raise; then the cause is mended, and they are computed again."""

        def act(folder):
            measures.Fickle.mended = False
            go(folder / "s", FICKLE)
            measures.Fickle.mended = True
            go(folder / "s", FICKLE, retry_failed=True)

        def finish(folder):
            act(folder)
            found = bl.load(folder / "s")
            assert found["value"].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
            self.whole(folder, found)

        return Scenario(lambda folder: None, act, lambda folder: None, finish)

    def repaired(self):
        """A damaged part, a damaged record, equal copies, a damaged record of a failure."""

        def prepare(folder):
            harm(folder / "s", folder / "other")

        def finish(folder):
            repair(folder / "s")
            same(go(folder / "s"), self.expected)
            self.whole(folder, copies=COUNT)
            aside = [path.read_bytes() for path in (folder / "s/set-aside").iterdir()]
            for content in (b"harmed part", b"harmed journal", b"{"):
                assert content in aside  # nothing that was set aside is overwritten or lost

        def look(folder):
            self.look(folder, damaged=True)

        return Scenario(prepare, lambda folder: repair(folder / "s"), look, finish)

    def merged(self):
        def prepare(folder):
            go(folder / "s", measures.quick_study(COUNT, cases=("a",)))
            go(folder / "other", measures.quick_study(COUNT, cases=("b",)))
            go(folder / "other", measures.quick_study(1, cases=("a",)))

        def act(folder):
            merge(folder / "s", folder / "other")

        def finish(folder):
            act(folder)
            same(bl.load(folder / "s"), self.expected)
            self.finish(folder)

        return Scenario(prepare, act, self.look, finish)


def killed(store):
    """A store as a process leaves it that is killed: its rows are in the journal."""
    usual, writer.Writer.close = writer.Writer.close, lambda self: self._journal.close()
    writer.PART = 100
    try:
        go(store)
    finally:
        writer.Writer.close, writer.PART = usual, 2
    return store


def as_format_3(store):
    """The same as the version before this one left it: one journal for all writers."""
    (own,) = journal.paths(store)
    own.rename(store / journal.SHARED_FILE)
    own.parent.rmdir()
    spec = json.loads((store / "study.json").read_text())
    (store / "study.json").write_text(json.dumps(spec | {"format": 3}))


def harm(store, other):
    """A store with something wrong of each kind."""
    go(store)
    writer.PART = 1
    go(other)
    for part in sorted((other / "rows").iterdir())[:COUNT]:
        shutil.copy(part, store / "rows")
    writer.PART = 2
    harmed = next((store / "rows").glob("2-*"), next((store / "rows").iterdir()))
    harmed.write_bytes(b"harmed part")
    (store / "journals").mkdir(exist_ok=True)
    (store / "journals/host-1-x.bin").write_bytes(b"harmed journal")
    (store / "failures").mkdir()
    (store / "failures/x.json").write_text("{")


def made(name):
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        return getattr(Made(Path(place)), name)()
