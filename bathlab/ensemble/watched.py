"""The column that a study watches: what of it there is, and whether any row has it."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from bathlab.ensemble.store.reader import Store
from bathlab.statistics.estimates import by_place

#: When so many realisations lack the watched column and none has it, the run stops. Their rows
#: stay: the column is what a run shows, and may be named anew.
MOST_UNWATCHED = 10


class Watched:
    """Looks whether rows have the column ``name``, in a run that adds to ``store``."""

    def __init__(self, name: str, store: Store) -> None:
        self._name, self._store = name, store
        self._without: list[pa.Table] = []
        self._found = not name

    def saw(self, rows: pa.Table) -> None:
        """Take note of a realisation; a ValueError if none of many has the column."""
        if self._found or has_numbers(rows, self._name):
            self._found = True
            return
        self._without.append(rows)
        if len(self._without) == MOST_UNWATCHED:
            self.require()

    def require(self) -> None:
        """Refuse a study without a row to watch; what was computed stays.

        Raises
        ------
        ValueError
            If realisations were seen, and neither they nor the store have the column.
        """
        if self._found or not self._without:
            return
        self._found = any(
            has_numbers(table, self._name) for table in self._store.sound().tables
        )
        if not self._found:
            rows = self._without[0]
            numbers = [name for name in rows.column_names if has_numbers(rows, name)]
            raise ValueError(
                f"watch = {self._name!r} was given; expected a column of numbers that the "
                f"measure returns, one of {numbers}. Choose one of these; the rows so far are "
                "kept."
            )


def has_numbers(rows: pa.Table, name: str) -> bool:
    """Whether rows have this column, of numbers; one of missing values is of them."""
    if name not in rows.column_names:
        return False
    kind = rows.schema.field(name).type
    return any(
        known(kind) for known in (pa.types.is_floating, pa.types.is_integer, pa.types.is_null)
    )


def watched_by_place(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """:func:`~bathlab.statistics.estimates.by_place` of the column; words in it are missing."""
    return by_place(
        pd.to_numeric(rows[name], errors="coerce").astype(float), rows["realisation"]
    )
