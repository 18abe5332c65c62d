"""The store of a study, to write: one process at a time adds rows and failures."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Iterator, Mapping, Sequence

import pyarrow as pa

from bathlab.ensemble.store import codes, journal
from bathlab.ensemble.store.journal import Journal
from bathlab.ensemble.store.locking import lock
from bathlab.ensemble.store.parts import TEMPORARY, Origin, write_atomically, write_part
from bathlab.ensemble.store.reader import (
    FAILURES_FOLDER,
    ROWS_FOLDER,
    SET_ASIDE_FOLDER,
    SPEC_FILE,
    Contents,
    Store,
    keys,
)
from bathlab.ensemble.store.specification import merged, written
from bathlab.ensemble.study import Study
from bathlab.errors import Damaged, StoreNotWritable

#: Realisations in a part: few files to load, and no more than these to compute again when a
#: part is damaged.
PART = 100


class Writer:
    """Adds to the store of a study, which it makes, extends or refuses. Made by
    :func:`writing`."""

    def __init__(self, path: Path, study: Study, accept_code: bool) -> None:
        self.store, found = _adopt(path, study, accept_code)
        self._number = {name: index for index, name in enumerate(self.store.spec["cases"])}
        _sweep(self.store)
        #: (case, realisation) of every row that is there.
        self.done = found.done()
        _settle(self.store, found)
        self._journal = Journal(path)
        self._unsettled = 0

    def write(self, case: str, realisation: int, rows: pa.Table) -> None:
        """Add the rows of one realisation; all of them or, if killed, none."""
        with _complaining(self.store.path):
            origin = Origin(self.store.origin.study, {case: self.store.origin.cases[case]})
            self._journal.append(origin.signed(rows))
            self._unsettled += 1
            self.done.add((case, realisation))
            self._failure(case, realisation).unlink(missing_ok=True)
            if self._unsettled >= PART:
                self.settle()

    def settle(self) -> None:
        """Move the rows of the journal to a part.

        They are read back: a Ctrl-C may fall between writing a row and taking note of it.
        """
        found = list(journal.records(self.store.path))
        rows = [record for record in found if not isinstance(record, Damaged)]
        if len(rows) < len(found):
            return  # the disk failed; the next reader says so
        if rows:
            _write_part(self.store, rows)
            self._journal.clear()
        self._unsettled = 0

    def close(self) -> None:
        """Settle what can be; what cannot stays in the journal."""
        try:
            with _complaining(self.store.path):
                self.settle()
        finally:
            self._journal.close()

    def fail(self, case: str, realisation: int, record: Mapping[str, Any]) -> None:
        """Record that a realisation raised."""
        with _complaining(self.store.path):
            file = self._failure(case, realisation)
            file.parent.mkdir(exist_ok=True)
            write_atomically(file, json.dumps(dict(record), indent=1).encode())

    def _failure(self, case: str, realisation: int) -> Path:
        return self.store.path / FAILURES_FOLDER / f"{self._label(case, realisation)}.json"

    def _label(self, case: str, realisation: int) -> str:
        return f"{self._number[case]:03d}-{realisation:07d}"


def repair(path: Path) -> list[Path]:
    """Move what cannot be used of a store to ``set-aside/``; where it is now.

    Raises
    ------
    ValueError
        If the store is in use or cannot be written.
    """
    store = Store(path)
    with _complaining(path), lock(path):
        found = store.contents()
        folder = path / SET_ASIDE_FOLDER
        moved = list(found.bad_parts)
        if found.bad_records:
            if found.records:
                _write_part(store, found.records)
            moved.append(path / journal.FILE)
        if moved:
            folder.mkdir(exist_ok=True)
        return [part.rename(folder / part.name) for part in moved]


def _settle(store: Store, found: Contents) -> None:
    """What a killed process left in the journal becomes a part, unless it is one already."""
    settled = {key for table in found.parts.values() for key in keys(table)}
    left = [record for record in found.records if not settled.issuperset(keys(record))]
    if left:
        _write_part(store, left)
    (store.path / journal.FILE).unlink(missing_ok=True)


def _write_part(store: Store, tables: Sequence[pa.Table]) -> None:
    try:
        merged = pa.concat_tables(tables, promote_options="permissive")
    except (
        pa.ArrowInvalid,
        pa.ArrowTypeError,
    ):  # of two kinds: each kind by itself, see as_frame
        for table in tables:
            _write_one(store, table)
    else:
        _write_one(store, merged)


def _write_one(store: Store, table: pa.Table) -> None:
    cases = sorted(table["case"].unique().to_pylist())
    origin = Origin(store.origin.study, {name: store.origin.cases[name] for name in cases})
    write_part(store.rows, f"{len(set(keys(table)))}-realisations", table, origin)


def _sweep(store: Store) -> None:
    """Remove files that a killed process left half-written."""
    for folder in (store.path, store.rows, store.path / FAILURES_FOLDER):
        for file in folder.glob(f".*{TEMPORARY}"):
            file.unlink()


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
    if path.exists() and not path.is_dir():
        raise ValueError(
            f"The file {path} was given; expected a folder for the store. "
            "Choose another with --store."
        )
    if (
        path.exists()
        and any(path.iterdir())
        and not any((path / name).exists() for name in (SPEC_FILE, ROWS_FOLDER))
    ):
        raise ValueError(
            f"The folder {path} is not empty and not a store; expected a "
            "new folder or a store of this study. Choose another with --store."
        )
    with ExitStack() as held:
        with _complaining(path):
            path.mkdir(parents=True, exist_ok=True)
            held.enter_context(lock(path))
            writer = Writer(path, study, accept_code)
        held.callback(writer.close)
        yield writer


def _adopt(path: Path, study: Study, accept_code: bool) -> tuple[Store, Contents]:
    """The store and its rows, with what ``study`` adds in its study.json, unless they do not go
    together."""
    is_new = not (path / SPEC_FILE).exists()
    held = {} if is_new else Store(path).spec
    wanted = written(study) if is_new else merged(held, study, path)
    store = Store(path, wanted)
    found = store.sound()  # without a study.json, only their own study may adopt rows
    listed, new = [] if is_new else store.codes, codes.entry(study)
    wanted["codes"] = codes.joined(listed, found.codes(), new, accept_code, path)
    if held != wanted:
        store.rows.mkdir(exist_ok=True)
        write_atomically(path / SPEC_FILE, json.dumps(wanted, indent=2).encode())
    return store, found


@contextmanager
def _complaining(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreNotWritable(
            f"The store {path} cannot be written: {error.strerror or error}. Rows written "
            "before "
            "are intact and can be read. Make room or give permission (or copy the folder "
            "elsewhere and name that with --store), then run the same command again; it goes "
            "on "
            "from there."
        ) from error
