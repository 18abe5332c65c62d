"""Tables: pandas is not imported here; what is a table has it loaded."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Iterable

from bathlab.checks.refusals import refusal, shown

if TYPE_CHECKING:
    import pandas as pd


def require_table(name: str, table: Any) -> None:
    """Raise ValueError unless ``table`` is a pandas DataFrame, which is not imported here."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(table, pandas.DataFrame):
        raise refusal(
            name, shown(table), "a pandas DataFrame", "Take the table of bathlab.load."
        )


def select(table: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """``table[columns]``, with a ValueError that lists the known columns for an unknown one."""
    require_table("table", table)
    wanted = list(columns)
    unknown = [column for column in wanted if column not in table.columns]
    if unknown:
        raise ValueError(
            f"Unknown columns {unknown} were asked for; expected some of "
            f"{list(table.columns)}. Choose from these."
        )
    return table[wanted]
