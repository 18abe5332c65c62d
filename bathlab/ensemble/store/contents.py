"""What a store holds, as it was read: rows with the file that holds them, and faults."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, NamedTuple, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bathlab.ensemble.store.codes import Key
from bathlab.ensemble.store.columns import Columns
from bathlab.ensemble.store.parts import CODE, KEYS
from bathlab.errors import OtherKind

#: The largest whole number up to which a float holds every one.
EXACT = 2**53


class Fault(NamedTuple):
    """What is wrong, in words, and the files that are concerned."""

    words: str
    paths: tuple[Path, ...]


class Source(NamedTuple):
    """Rows, and the part or the journal that holds them."""

    path: Path
    table: pa.Table


@dataclass(frozen=True)
class Contents:
    """What a store holds: the rows that can be used, each realisation once, how many copies
    were left out, and what is wrong with others."""

    sources: list[Source]
    copies: int
    faults: list[Fault]

    @property
    def tables(self) -> list[pa.Table]:
        """All rows that can be used."""
        return [source.table for source in self.sources]

    def of(self, path: Path) -> list[pa.Table]:
        """The rows of one file that can be used."""
        return [source.table for source in self.sources if source.path == path]

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


def as_frame(tables: Sequence[pa.Table]) -> pd.DataFrame:
    """The rows of some tables, which have each realisation once, in order of case and
    realisation. A missing number is nan; whole numbers that no float holds stay whole."""
    if not tables:
        return pd.DataFrame(columns=KEYS)
    table = pa.concat_tables(tables, promote_options="permissive")
    frame = table.to_pandas()
    for field in table.schema:
        column = table[field.name]
        if pa.types.is_integer(field.type) and 0 < column.null_count < len(column):
            limits = pc.min_max(column).as_py()
            if max(abs(limits["min"]), abs(limits["max"])) > EXACT:
                frame[field.name] = pd.array(column.to_pylist(), dtype="Int64")
    return frame.sort_values(KEYS, kind="stable", ignore_index=True)


def keys(table: pa.Table, names: Sequence[str] = KEYS) -> Iterator[tuple[Any, ...]]:
    """(case, realisation) of every row."""
    return zip(*(table[name].to_pylist() for name in names))


def of_one_kind(found: Sequence[Source], faults: list[Fault]) -> list[Source]:
    """The rows whose columns are of the same kinds; the others are faults of their files."""
    columns, fitting = Columns(), list[Source]()
    for source in found:
        try:
            columns.fit(
                source.table,
                lambda name: [t for _, t in fitting if name in t.column_names],
            )
            fitting.append(source)
        except OtherKind as error:
            faults.append(Fault(named(source.path, error), (source.path,)))
    return fitting


def named(path: Path, error: Exception) -> str:
    """What is wrong, beginning with the name of the file."""
    words = str(error)
    return words if words.startswith(path.name) else f"{path.name}: {words}"
