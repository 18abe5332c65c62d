"""The store of a study, to read: every row there is, checked, and what is wrong with the rest.

    STORE/study.json            study, seed, codes; each case with its spec and how often
    STORE/rows/*.parquet        parts, of up to a hundred realisations each
    STORE/journal.bin           the latest rows, while a study runs or after it was killed
    STORE/failures/*.json       one record for each realisation that raised
    STORE/set-aside/            parts that were damaged or foreign, moved there by `bathlab
    repair`

Parquet, because pandas, R, Julia and DuckDB open it without this package, typed and with whole
curves in a cell: ``pandas.read_parquet("STORE/rows")``. Parts, because a part that is whole
stays whole whatever becomes of the others.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Iterator, Sequence

import pandas as pd
import pyarrow as pa

from bathlab.checks import select
from bathlab.ensemble.store import journal
from bathlab.ensemble.store.codes import Entry, Key
from bathlab.ensemble.store.locking import lock
from bathlab.ensemble.store.parts import CODE, Origin, read_part, with_code
from bathlab.ensemble.store.specification import SPEC_FILE, read_specification
from bathlab.errors import Damaged, DamagedStore, StoreInUse

ROWS_FOLDER, FAILURES_FOLDER = "rows", "failures"
SET_ASIDE_FOLDER = "set-aside"
#: Columns that order a table; the rest of the columns follow.
KEYS = ["case", "realisation"]
#: Columns that tell how a row was made, not what it says: the only ones that two runs of the
#: same spec and seed do not share.
CIRCUMSTANCES = ["run_seconds", "run_host", "run_finished"]


@dataclass(frozen=True)
class Contents:
    """What a store holds: parts by path, records of the journal, and what is wrong with
    others."""

    parts: dict[Path, pa.Table]
    records: list[pa.Table]
    bad_parts: dict[Path, str]
    bad_records: list[str]

    @property
    def tables(self) -> list[pa.Table]:
        """All rows that can be used."""
        return [*self.parts.values(), *self.records]

    def codes(self) -> dict[Key, set[tuple[str, int]]]:
        """The (case, realisation) of the rows of each code."""
        found: dict[Key, set[tuple[str, int]]] = {}
        for table in self.tables:
            for code, row in zip(keys(table, CODE), keys(table)):
                found.setdefault(code, set()).add(row)
        return found

    def done(self) -> set[tuple[str, int]]:
        """(case, realisation) of every row that can be used."""
        return {key for table in self.tables for key in keys(table)}

    @property
    def faults(self) -> list[str]:
        """All that cannot, in words."""
        return [*self.bad_parts.values(), *self.bad_records]


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

        The journal is read first: a running study moves its rows to a part before it clears it.
        """
        found = Contents({}, [], {}, [])
        for record in journal.records(self.path):
            if isinstance(record, Damaged):
                found.bad_records.append(str(record))
            elif fault := self._fault(journal.FILE, Origin.of(record)):
                found.bad_records.append(fault)
            else:
                found.records.append(_selected(record, columns))
        for part in sorted(self.rows.glob("*.parquet")):
            try:
                table, origin = read_part(part, columns)
                fault = self._fault(part.name, origin)
            except Damaged as error:
                fault = str(error)
            if fault:
                found.bad_parts[part] = fault
            else:
                found.parts[part] = _selected(table, columns)
        return found

    def _fault(self, name: str, origin: Origin) -> str:
        return "" if self.origin.holds(origin) else f"{name}: {_foreign(origin, self.origin)}"

    def sound(self, columns: Sequence[str] | None = None) -> Contents:
        """The contents, if nothing is wrong with them.

        Raises
        ------
        DamagedStore
            If a part or record is damaged or belongs to another study.
        """
        found = self.contents(columns)
        if found.faults:
            raise DamagedStore(
                f"The store {self.path} has {len(found.faults)} part(s) that cannot be used: "
                f"{_some(found.faults)}. The other {len(found.tables)} are intact. "
                f"Run `bathlab repair {self.path}`, which moves the bad ones to "
                f"{SET_ASIDE_FOLDER}/, and then the study's command again, which computes "
                "what is missing."
            )
        return found

    def failures(self) -> list[dict[str, Any]]:
        """One record for each realisation that raised, in order."""
        records = []
        for file in sorted((self.path / FAILURES_FOLDER).glob("*.json")):
            try:
                records.append(json.loads(file.read_text()))
            except FileNotFoundError:  # a retry has just succeeded
                continue
            except ValueError as error:
                raise DamagedStore(
                    f"The record {file} cannot be read ({error}); expected the "
                    "JSON of a failure. Delete it: its realisation counts as "
                    "missing then."
                ) from None
        return records

    def is_running(self) -> bool | None:
        """Whether a process is adding rows now; None where that cannot be seen (read-only)."""
        try:
            with lock(self.path):
                return False
        except StoreInUse:
            return True
        except OSError:
            return None


def load(
    path: str | os.PathLike[str],
    columns: Sequence[str] | None = None,
    circumstances: bool = False,
) -> pd.DataFrame:
    """The rows of a store as a tidy pandas table, ordered by case and realisation.

    Parameters
    ----------
    path : folder of a store, or a folder that holds exactly one.
    columns : only these, in this order; default all.
    circumstances : whether to add ``run_seconds``, ``run_host``, ``run_finished``. All other
        columns are the same bits whenever the same spec and seed are run with the same
        versions.

    Raises
    ------
    ValueError
        If there is no store or no row, more than one store, or an unknown column.
    DamagedStore
        (a ValueError) If a part is damaged or belongs to another study.
    """
    store = Store(find_store(Path(path)))
    frame = as_frame(store.sound().tables)
    if frame.empty:
        failed = len(store.failures())
        raise ValueError(
            f"The store {store.path} holds no rows yet"
            + (f" and {failed} failed realisation(s)" if failed else "")
            + "; expected at least one. Run its study first."
        )
    if columns is not None:
        return select(frame, columns)
    return frame if circumstances else frame.drop(columns=CIRCUMSTANCES, errors="ignore")


def as_frame(tables: Sequence[pa.Table]) -> pd.DataFrame:
    """Parts as one table, each realisation once.

    Raises
    ------
    ValueError
        If a column holds text in one part and numbers in another.
    """
    if not tables:
        return pd.DataFrame(columns=KEYS)
    try:
        table = pa.concat_tables(tables, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise ValueError(
            f"The rows of different realisations do not fit together: {error}. "
            "Let the measure return one kind of value in each column."
        ) from None
    frame = table.to_pandas()
    # A kill between part and journal leaves a realisation in both, with the same rows.
    part = pd.Series(range(len(tables))).repeat([len(table) for table in tables]).to_numpy()
    first = pd.Series(part).groupby([frame[key] for key in KEYS]).transform("min")
    frame = frame[part == first.to_numpy()]
    return frame.sort_values(KEYS, kind="stable", ignore_index=True)


def _selected(table: pa.Table, columns: Sequence[str] | None) -> pa.Table:
    """The columns that were asked for, of those that are there; the code always is."""
    if columns is not None:
        table = table.select([name for name in columns if name in table.column_names])
    return with_code(table) if columns is None or CODE[0] in columns else table


def keys(table: pa.Table, names: Sequence[str] = KEYS) -> Iterator[tuple[Any, ...]]:
    """(case, realisation) of every row."""
    return zip(*(table[name].to_pylist() for name in names))


def find_store(path: Path) -> Path:
    """``path`` if it is a store, or the only store in it."""
    if (path / SPEC_FILE).exists():
        return path
    inside = sorted(file.parent for file in path.glob(f"*/{SPEC_FILE}"))
    if len(inside) != 1:
        found = ", ".join(map(str, inside)) or "none"
        raise ValueError(
            f"{path} was given; expected a store, or a folder holding exactly one "
            f"(found: {found}). Pass the folder with {SPEC_FILE} in it."
        )
    return inside[0]


def _foreign(part: Origin, here: Origin) -> str:
    if part.study != here.study:
        return f"rows of another study ({part.study[:12]}, not {here.study[:12]})"
    names = [name for name, case in part.cases.items() if here.cases.get(name) != case]
    return f"rows of {_some(map(repr, names))} with other parameters"


def _some(items: Iterable[str], most: int = 3) -> str:
    items = list(items)
    return "; ".join(items[:most]) + (
        f"; and {len(items) - most} more" if len(items) > most else ""
    )
