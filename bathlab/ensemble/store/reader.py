"""The store of a study, to read: every row there is, checked, and what is wrong with the rest.

    STORE/study.json            study, seed, codes; each case with its spec and how often
    STORE/rows/*.parquet        parts, of up to a hundred realisations each
    STORE/journals/*.bin        the latest rows, while a study runs or after it was killed
    STORE/failures/*.json       one record for each realisation that raised
    STORE/set-aside/            what was damaged or foreign, moved there by `bathlab repair`

Parquet, because pandas, R, Julia and DuckDB open it without this package, typed and with whole
curves in a cell: ``pandas.read_parquet("STORE/rows")``. Parts, because a part that is whole
stays whole whatever becomes of the others.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Iterable, Iterator, Sequence

import pandas as pd
import pyarrow as pa

from bathlab.checks import as_flag, as_names, as_path, select
from bathlab.ensemble.store import failures, files, journal
from bathlab.ensemble.store.codes import Entry
from bathlab.ensemble.store.contents import (
    Contents,
    Fault,
    Source,
    as_frame,
    keys,
    named,
    of_one_kind,
)
from bathlab.ensemble.store.copies import copies
from bathlab.ensemble.store.failures import Failures
from bathlab.ensemble.store.parts import (
    CODE,
    PROVENANCE,
    Origin,
    read_part,
    require_rows,
    with_code,
    write_part,
)
from bathlab.ensemble.store.provenance import presented
from bathlab.ensemble.store.specification import SPEC_FILE, read_specification
from bathlab.errors import Damaged, DamagedStore

ROWS_FOLDER = "rows"
SET_ASIDE_FOLDER = "set-aside"


class Store:
    """A folder of rows, to read. ``spec`` stands in for a study.json that is yet to be written.

    Raises
    ------
    ValueError
        If the folder is no store, or its study.json cannot be read.
    """

    def __init__(
        self, path: str | os.PathLike[str], spec: dict[str, Any] | None = None
    ) -> None:
        self.path = Path(path)
        self.spec = read_specification(self.path) if spec is None else spec

    @property
    def rows(self) -> Path:
        return self.path / ROWS_FOLDER

    @property
    def origin(self) -> Origin:
        """What a row must belong to, to belong here."""
        return Origin(
            self.spec["identity"],
            {name: case["identity"] for name, case in self.spec["cases"].items()},
        )

    @property
    def codes(self) -> list[Entry]:
        """The codes of its rows, see :mod:`bathlab.ensemble.store.codes`."""
        listed: list[Entry] = self.spec["codes"]
        return listed

    def contents(self, columns: Sequence[str] | None = None) -> Contents:
        """Everything there is, read and checked; only some columns, if named.

        The journals are read first: a running study moves its rows to a part before it clears
        them.
        """
        faults = [
            Fault(words, (self.path / name,))
            for name in (ROWS_FOLDER, journal.FOLDER, failures.FOLDER)
            if (words := files.wrong_kind(self.path / name, folder=True))
        ]
        found: list[Source] = []
        latest = list(self._of_journals())
        for source in [*self._of_parts(columns), *latest]:  # of copies, that in a part counts
            if isinstance(source, Fault):
                faults.append(source)
            else:
                found.append(source)
        return self._once(of_one_kind(found, faults), faults, columns)

    def _of_journals(self) -> Iterator[Source | Fault]:
        origin = self.origin
        for path, record in journal.records(self.path):
            try:
                if isinstance(record, Damaged):
                    raise record
                require_rows(record)
                _require_own(path, origin, Origin.of(record))
                yield Source(path, record)
            except ValueError as error:
                yield Fault(named(path, error), (path,))

    def _of_parts(self, columns: Sequence[str] | None) -> Iterator[Source | Fault]:
        origin = self.origin
        for path in sorted(self.rows.glob("*.parquet")):
            try:
                table, theirs = read_part(path, columns)
                _require_own(path, origin, theirs)
                yield Source(path, table)
            except Damaged as error:
                yield Fault(named(path, error), (path,))

    def _once(
        self, found: list[Source], faults: list[Fault], columns: Sequence[str] | None
    ) -> Contents:
        """The contents with each realisation once; copies that differ are faults of both."""

        def whole(number: int) -> pa.Table:
            path, table = found[number]
            return table if path.suffix == journal.SUFFIX else read_part(path)[0]

        told = copies([table for _, table in found], whole if columns is not None else None)
        for conflict in told.conflicts:
            paths = tuple(found[table].path for table in conflict.tables)
            faults.append(Fault(conflict.words([path.name for path, _ in found]), paths))
        once = [
            Source(path, _selected(told.without(number, table), columns))
            for number, (path, table) in enumerate(found)
        ]
        return Contents([source for source in once if len(source.table)], told.count, faults)

    def sound(self, columns: Sequence[str] | None = None) -> Contents:
        """The contents, if nothing is wrong with them.

        Raises
        ------
        DamagedStore
            If a part or record is damaged or belongs to another study, or if copies of a
            realisation differ.
        """
        return self.require_sound(self.contents(columns))

    def require_sound(self, found: Contents) -> Contents:
        """What was found here. Raises as :meth:`sound`."""
        if found.faults:
            raise DamagedStore(
                f"The store {self.path} has {len(found.faults)} part(s) that cannot be used: "
                f"{some(fault.words for fault in found.faults)}. "
                f"The other {len(found.sources)} are intact. "
                f"Run `bathlab repair {self.path}`, which moves the bad ones to "
                f"{SET_ASIDE_FOLDER}/, and then the study's command again, which computes "
                "what is missing."
            )
        return found

    def sweep(self) -> None:
        """Remove files that a killed process left half-written; for who holds the lock."""
        for folder in (self.path, self.rows, self.path / failures.FOLDER):
            for file in folder.glob(f".*{files.TEMPORARY}"):
                with suppress(OSError):  # a folder of that name is none of them
                    os.unlink(file)

    def set_aside_folder(self) -> Path:
        """Where to put what cannot be used: the first place that is a folder, or free."""
        return files.usable_folder(self.path / SET_ASIDE_FOLDER)

    def write_part(self, tables: Sequence[pa.Table]) -> Path:
        """Write rows of this store as one part; where."""
        table = pa.concat_tables(tables, promote_options="permissive")
        cases = sorted(table["case"].unique().to_pylist())
        origin = Origin(self.origin.study, {name: self.origin.cases[name] for name in cases})
        return write_part(self.rows, f"{len(set(keys(table)))}-realisations", table, origin)

    def failures(self) -> list[dict[str, Any]]:
        """One record for each realisation that raised, in order. What cannot be read is left
        out: its realisation counts as missing."""
        return list(self.recorded_failures().records.values())

    def recorded_failures(self) -> Failures:
        """The same with their files, and what is wrong with others."""
        return failures.read(self.path, self.origin, self.spec["seed"])


def load(
    path: str | os.PathLike[str],
    columns: Sequence[str] | None = None,
    circumstances: bool = False,
    provenance: bool = False,
) -> pd.DataFrame:
    """The rows of a store as a tidy pandas table, ordered by case and realisation.

    Parameters
    ----------
    path
        folder of a store, or a folder that holds exactly one.
    columns
        only these, in this order; default all.
    circumstances
        whether to add ``run_seconds``, ``run_host``, ``run_finished``. All other
        columns are the same bits whenever the same spec and seed are run with the same
        versions.
    provenance
        whether to have ``code_digest``, ``code_version`` and each ``version_NAME`` as columns,
        not the one column ``provenance`` that points to the rows of
        :func:`bathlab.ensemble.provenance`.

    Returns
    -------
    pandas.DataFrame
        a row for each that the measure returned, with ``case``, ``realisation`` and ``seed``.

    Raises
    ------
    ValueError
        If there is no store or no row, more than one store, or an unknown column.
    DamagedStore
        (a ValueError) If a part is damaged or belongs to another study.

    Examples
    --------
    >>> import bathlab as bl
    >>> def top_level(bath, seed, realisation):
    ...     return [{"E_max": bath.sample(seed, realisation).energies[-1]}]
    >>> case = bl.Case("5 spins", bl.RandomMatrixBath(spins=5, bandwidth=4.0), realisations=3)
    >>> rows = bl.run(bl.Study("edges", top_level, [case]), "store", progress=False)
    >>> print(bl.load("store", columns=["case", "realisation", "E_max"]).round(4))
          case  realisation   E_max
    0  5 spins            0  1.8146
    1  5 spins            1  1.8771
    2  5 spins            2  1.9483
    """
    circumstances = as_flag("circumstances", circumstances)
    provenance = as_flag("provenance", provenance)
    columns = None if columns is None else as_names("columns", columns)
    store = Store(find_store(as_path(path)))
    frame = as_frame(store.sound().tables)
    if frame.empty:
        failed = len(store.failures())
        raise ValueError(
            f"The store {store.path} holds no rows yet"
            + (f" and {failed} failed realisation(s)" if failed else "")
            + "; expected at least one. Run its study first."
        )
    if columns is not None:
        if PROVENANCE in columns and PROVENANCE not in frame:
            frame = frame.assign(**{PROVENANCE: presented(frame)[PROVENANCE]})
        return select(frame, columns)
    return presented(frame, provenance, circumstances)


def _require_own(path: Path, here: Origin, theirs: Origin) -> None:
    if not here.holds(theirs):
        raise Damaged(f"{path.name}: {_foreign(theirs, here)}")


def _selected(table: pa.Table, columns: Sequence[str] | None) -> pa.Table:
    """The columns that were asked for, of those that are there; the code always is."""
    if columns is not None:
        table = table.select([name for name in columns if name in table.column_names])
    return with_code(table) if columns is None or CODE[0] in columns else table


def find_store(path: Path) -> Path:
    """``path`` if it is a store, or the only store in it."""
    if not files.is_lost(path / SPEC_FILE):
        return path
    if (path / ROWS_FOLDER).is_dir():
        raise DamagedStore(
            f"The store {path} has lost its {SPEC_FILE}; expected one beside {ROWS_FOLDER}/. "
            "The rows are not touched. Run the study's command again: it is written anew if "
            "all rows are of that study."
        )
    inside = sorted(file.parent for file in path.glob(f"*/{SPEC_FILE}"))
    if len(inside) != 1:
        found = ", ".join(map(str, inside)) or "none"
        raise ValueError(
            f"{path} was given; expected a store, or a folder holding exactly one "
            f"(found: {found}). Pass the folder with {SPEC_FILE} in it."
        )
    return inside[0]


def to_mend(path: Path) -> Path:
    """``path`` if it is a store, however damaged, or the only store in it."""
    return path if (path / ROWS_FOLDER).is_dir() else find_store(path)


def _foreign(part: Origin, here: Origin) -> str:
    if part.study != here.study:
        return f"rows of another study ({part.study[:12]}, not {here.study[:12]})"
    names = [name for name, case in part.cases.items() if here.cases.get(name) != case]
    return f"rows of {some(map(repr, names))} with other parameters"


def some(items: Iterable[str], most: int = 3) -> str:
    """The first of some words, and how many more there are."""
    items = list(items)
    return "; ".join(items[:most]) + (
        f"; and {len(items) - most} more" if len(items) > most else ""
    )
