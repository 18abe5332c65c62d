"""Tables: pandas is not imported here; what is a table has it loaded."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Iterable

from bathlab.checks.arrays import as_array
from bathlab.checks.refusals import refusal, shown
from bathlab.checks.scalars import as_text

if TYPE_CHECKING:
    import pandas as pd


def require_table(name: str, table: Any) -> None:
    """Raise ValueError unless ``table`` is a pandas DataFrame, which is not imported here."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(table, pandas.DataFrame):
        raise refusal(
            name, shown(table), "a pandas DataFrame", "Take the table of bathlab.load."
        )


def require_numbers(table: Any, columns: Iterable[str], *, missing: bool = False) -> None:
    """Raise ValueError unless the columns of a table hold finite real numbers; NaN passes
    where it may be ``missing``."""
    for name, column in select(table, list(columns)).items():
        as_array(f"column {name!r}", column, missing=missing, infinite=missing)


def select(table: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """``table[columns]``, with a ValueError that lists the known columns for an unknown one."""
    require_table("table", table)
    wanted = list(columns)
    if table.empty:
        raise refusal("table", shown(table), "at least one row and column", "Run the study.")
    for column in wanted:
        as_text("A column's name", column)
    unknown = [column for column in wanted if column not in table.columns]
    if unknown:
        raise ValueError(
            f"Unknown columns {unknown} of a table were asked for; expected some of "
            f"{list(table.columns)}. Choose from these."
        )
    twice = [column for column in wanted if list(table.columns).count(column) > 1]
    if twice:
        raise refusal(
            "table", f"one with several columns {twice}", "one of each name", "Rename them."
        )
    return table[wanted]
