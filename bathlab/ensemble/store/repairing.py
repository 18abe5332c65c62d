"""Mend a store: what cannot be used is set aside, what can is kept."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Iterator

from bathlab.checks import as_path, refusal
from bathlab.ensemble.store import files, journal
from bathlab.ensemble.store.contents import keys
from bathlab.ensemble.store.locking import LOCK_FILE, complaining, lock
from bathlab.ensemble.store.parts import Origin, read_part, write_part
from bathlab.ensemble.store.reader import ROWS_FOLDER, SET_ASIDE_FOLDER, Store
from bathlab.ensemble.store.specification import SPEC_FILE
from bathlab.errors import Damaged, DamagedStore


def repair(path: str | os.PathLike[str]) -> list[Path]:
    """Move what cannot be used of a store to ``set-aside/``, under a name that is free there;
    where it is now. Rows of the same file that can be used are kept.

    Raises
    ------
    ValueError
        If there is no such folder, or the store is in use or cannot be written.
    NewerStore
        (a ValueError) If a newer version of this package wrote it.

    Examples
    --------
    >>> import bathlab as bl
    >>> from pathlib import Path
    >>> def top_level(bath, seed, realisation):
    ...     return [{"E_max": bath.sample(seed, realisation).energies[-1]}]
    >>> case = bl.Case("5 spins", bl.RandomMatrixBath(spins=5, bandwidth=4.0), realisations=3)
    >>> table = bl.run(bl.Study("edges", top_level, [case]), "store", progress=False)
    >>> (part,) = Path("store/rows").glob("*.parquet")
    >>> written = part.write_bytes(part.read_bytes()[:100])  # a copy that was cut off
    >>> print([path.parent.name for path in bl.ensemble.repair("store")])
    ['set-aside']
    >>> print(bl.ensemble.verify("store").missing)
    [('5 spins', 0), ('5 spins', 1), ('5 spins', 2)]
    """
    path = as_path(path)
    if not path.is_dir():
        raise refusal("path", str(path), "the folder of a store", "Pass one that is there.")
    aside = files.usable_folder(path / SET_ASIDE_FOLDER)
    with complaining(path):
        moved = []
        if files.wrong_kind(path / LOCK_FILE, folder=False):  # which nobody can have locked
            moved.append(files.set_aside(path / LOCK_FILE, aside))
        with lock(path):
            for file in _mended(path):
                moved.append(files.set_aside(file, aside))
        return moved


def _mended(path: Path) -> Iterator[Path]:
    """What is to be set aside, once the rows in it that can be used are elsewhere."""
    try:
        store = Store(path)
    except DamagedStore:
        if not files.is_lost(path / SPEC_FILE):
            yield path / SPEC_FILE
        yield from _unreadable(path)
        return
    store.sweep()
    found = store.contents()
    if not found.sources and _is_of_one_study(path):
        yield path / SPEC_FILE  # the rows are many, it is alone
        yield from _unreadable(path)
        return
    for file in dict.fromkeys(file for fault in found.faults for file in fault.paths):
        if rows := found.of(file):
            store.write_part(rows)
        yield file
    yield from store.recorded_failures().faults


def _is_of_one_study(path: Path) -> bool:
    """Whether there are rows that can be read, and all of them belong together."""
    origins = [
        Origin.of(content)
        for _, content in journal.records(path)
        if not isinstance(content, Damaged)
    ]
    for part in (path / ROWS_FOLDER).glob("*.parquet"):
        with suppress(Damaged):
            origins.append(read_part(part)[1])
    cases = {item for origin in origins for item in origin.cases.items()}
    names = {name for name, _ in cases}
    return len({origin.study for origin in origins}) == 1 and len(names) == len(cases)


def _unreadable(path: Path) -> Iterator[Path]:
    """The same of a store without a study.json, which alone could tell what belongs to it."""
    for part in (path / ROWS_FOLDER).glob("*.parquet"):
        try:
            read_part(part)
        except Damaged:
            yield part
    for file in journal.paths(path):
        records = [content for place, content in journal.records(path) if place == file]
        if any(isinstance(record, Damaged) for record in records):
            for record in records:
                if not isinstance(record, Damaged):
                    label = f"{len(set(keys(record)))}-realisations"
                    write_part(path / ROWS_FOLDER, label, record, Origin.of(record))
            yield file
