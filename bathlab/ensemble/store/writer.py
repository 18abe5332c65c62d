"""The store of a study, to write: one process at a time adds rows and failures."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Collection, Iterator, Mapping

import pyarrow as pa

from bathlab.ensemble.store import codes, failures, files, journal
from bathlab.ensemble.store.columns import Columns
from bathlab.ensemble.store.contents import Contents
from bathlab.ensemble.store.files import write_atomically
from bathlab.ensemble.store.journal import Journal
from bathlab.ensemble.store.locking import LOCK_FILE, Lock, complaining, lock, require_alone
from bathlab.ensemble.store.parts import KEYS, Origin
from bathlab.ensemble.store.reader import ROWS_FOLDER, SET_ASIDE_FOLDER, SPEC_FILE, Store
from bathlab.ensemble.store.specification import merged, written
from bathlab.ensemble.study import Study
from bathlab.errors import StoreInUse

#: Realisations in a part: few files to load, and no more than these to compute again when a
#: part is damaged.
PART = 100
#: What a store may have in it before it has a study.json.
OWN_NAMES = {
    *(LOCK_FILE, SPEC_FILE, ROWS_FOLDER, journal.FOLDER, journal.SHARED_FILE),
    *(failures.FOLDER, SET_ASIDE_FOLDER, "request.json"),
}


class Writer:
    """Adds to the store of a study, which it makes, extends or refuses. Made by
    :func:`writing`."""

    def __init__(self, held: Lock, own: Journal, path: Path, study: Study, accept_code: bool):
        self._lock, self._journal = held, own
        self.store, found = _adopt(path, study, accept_code)
        self.store.sweep()
        self._columns = Columns()
        for table in found.tables:
            self._columns.fit(table, self._held)
        #: (case, realisation) of every row that is there.
        self.done = found.done()
        #: Rows of the journal by (case, realisation), kept so that nobody who removes or cuts
        #: it while this process lives costs a row.
        self._unsettled: dict[failures.Key, pa.Table] = {}
        _settle(self.store, found, own)
        self._failed = _kept_failures(self.store, self.done)

    def write(self, case: str, realisation: int, rows: pa.Table) -> None:
        """Add the rows of one realisation; all of them or, if killed, none.

        Raises
        ------
        OtherKind
            If a column is of another kind than that of the rows that are there.
        StoreNotWritable, StoreInUse
            If that failed, or somebody has taken the lock.
        """
        key = (case, realisation)
        if key in self.done:
            return
        rows = self._columns.fit(rows, self._held)
        with complaining(self.store.path):
            origin = Origin(self.store.origin.study, {case: self.store.origin.cases[case]})
            self._unsettled[key] = origin.signed(rows)
            try:
                self._journal.append(self._unsettled[key])
            except OSError:
                del self._unsettled[key]
                raise
            self.done.add(key)
            self._forget(key)
            if len(self._unsettled) >= PART or not self._is_safe():
                self.settle()
        self._require_lock()

    def settle(self) -> None:
        """Move the rows of the journal to a part, and begin a new one if it was tampered
        with."""
        if self._unsettled:
            self.store.write_part(list(self._unsettled.values()))
            self._unsettled.clear()
        if self._journal.is_intact():
            self._journal.clear()
        else:
            self._journal.close(settled=True)
            self._journal = Journal(self.store.path)

    def close(self) -> None:
        """Settle what can be; what cannot stays in the journal."""
        with complaining(self.store.path):
            try:
                self.settle()
            finally:
                self._journal.close()

    def fail(self, case: str, realisation: int, record: Mapping[str, Any]) -> None:
        """Record that a realisation raised."""
        with complaining(self.store.path):
            self._forget((case, realisation))
            path = failures.write(self.store.path, self.store.origin, case, realisation, record)
            self._failed[case, realisation] = [path]
        self._require_lock()

    def _forget(self, key: failures.Key) -> None:
        """Remove the records that a realisation raised."""
        for path in self._failed.pop(key, ()):
            with suppress(FileNotFoundError):
                os.unlink(path)

    def _held(self, name: str) -> list[pa.Table]:
        """The rows on the disk that have a column."""
        tables = self.store.contents([*KEYS, name]).tables
        return [table for table in tables if name in table.column_names]

    def _is_safe(self) -> bool:
        return self._lock.is_held() and self._journal.is_intact()

    def _require_lock(self) -> None:
        if not self._lock.is_held():
            raise StoreInUse(
                f"The lock of the store {self.store.path} was removed or replaced while this "
                "process held it; expected nobody to touch it. Another process may be adding "
                "rows. Every row that was computed is in the store; see `bathlab status "
                f"{self.store.path}`, and run the same command again when nobody else does."
            )


def _settle(store: Store, found: Contents, own: Journal) -> None:
    """What killed processes left in their journals becomes a part."""
    left = [path for path in journal.paths(store.path) if path != own.path]
    rows = [table for path in left for table in found.of(path)]
    if rows:
        store.write_part(rows)
    for path in left:
        journal.remove(path)


def _kept_failures(store: Store, done: Collection[failures.Key]) -> dict[failures.Key, Any]:
    """The files about each realisation that raised. Those that cannot be read are set aside,
    those of realisations that have rows by now removed."""
    found = store.recorded_failures()
    for path in found.faults:
        files.set_aside(path, store.set_aside_folder())
    paths = found.paths()
    for key in done & paths.keys():
        for path in paths.pop(key):
            os.unlink(path)
    return paths


@contextmanager
def writing(
    path: str | os.PathLike[str], study: Study, accept_code: bool = False
) -> Iterator[Writer]:
    """The store of ``study`` at ``path``, held by this process alone.

    Raises
    ------
    ValueError
        If the folder is something else, holds another study's rows or, unless that is accepted,
        rows of another code, has damaged parts, is in use by another process, or cannot be
        written.
    """
    path = Path(path)
    _require_store(path)
    with ExitStack() as stack:
        with complaining(path):
            path.mkdir(parents=True, exist_ok=True)
            held = stack.enter_context(lock(path))
            own = Journal(path)
            try:
                require_alone(path, own)
                writer = Writer(held, own, path, study, accept_code)
            except BaseException:
                own.close()
                raise
        stack.callback(writer.close)
        yield writer


def _require_store(path: Path) -> None:
    """Refuse a folder with other things in it, or what is no folder."""
    if not files.is_lost(path) and not path.is_dir():
        raise ValueError(
            f"The file {path} was given; expected a folder for the store. "
            "Choose another with --store."
        )
    names = {entry.name for entry in path.iterdir()} if path.exists() else set()
    # A killed process may have left the lock or a journal, and nothing else yet.
    others = {name for name in names - OWN_NAMES if not name.endswith(files.TEMPORARY)}
    if others and not names & {SPEC_FILE, ROWS_FOLDER}:
        raise ValueError(
            f"The folder {path} is not empty and not a store; expected a "
            "new folder or a store of this study. Choose another with --store."
        )


def _adopt(path: Path, study: Study, accept_code: bool) -> tuple[Store, Contents]:
    """The store and its rows, with what ``study`` adds in its study.json, unless they do not go
    together."""
    is_new = files.is_lost(path / SPEC_FILE)
    held = {} if is_new else Store(path).spec
    wanted = written(study) if is_new else merged(held, study, path)
    store = Store(path, wanted)
    found = store.contents()
    listed, new = [] if is_new else store.codes, codes.entry(study)
    wanted["codes"] = codes.joined(listed, found.codes(), new, accept_code, path)
    if held != wanted and (found.sources or not found.faults):
        # If only some of the rows are of this study, `bathlab repair` has to know which.
        write_atomically(path / SPEC_FILE, json.dumps(wanted, indent=2).encode())
    store.require_sound(found)
    files.make_folder(store.rows)
    return store, found
