"""By what a LIOM counts as thermalised, and the column of a table that tells."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bathlab.checks import (
    as_real,
    as_text,
    refusal,
    require_choice,
    require_kind,
    require_numbers,
    settle,
)
from bathlab.statistics.crossings import LINKS

#: Columns that tell the LIOMs of one bandwidth apart.
CASE = ["alpha", "spins", "liom"]


@dataclass(frozen=True)
class Criterion:
    """By what a LIOM counts as thermalised.

    Attributes
    ----------
    name, column : what it is called, and the column of the table.
    unit : what the column is divided by, so that 1 means thermalised.
    link : form of its flow with grain and distance, see :func:`bathlab.statistics.fit_flow`.
    level : a LIOM counts if the mean is above.

    Raises
    ------
    ValueError
        If a number is not finite, the unit not positive, the link unknown or a name no text.
    """

    name: str
    column: str
    unit: float
    link: str = "logistic"
    level: float = 0.5

    def __post_init__(self) -> None:
        as_text("name", self.name)
        as_text("column", self.column)
        require_choice("link", self.link, LINKS)
        settle(
            self,
            unit=as_real("unit", self.unit, above=0),
            level=as_real("level", self.level),
        )


def require_rows(table: pd.DataFrame, criterion: Criterion, *more: str) -> None:
    """Raise ValueError unless these are rows of measured crossovers with the column of a
    criterion."""
    require_kind("criterion", criterion, Criterion, "Make one with bathlab.statistics.")
    require_numbers(table, ["realisation", *CASE, *more])
    require_numbers(table, [criterion.column], missing=True)


def wide(table: pd.DataFrame, criterion: Criterion) -> pd.DataFrame:
    """One row per realisation that all cases have, one column per (alpha, spins, liom), in
    units of the criterion."""
    keys = ["realisation", *CASE]
    doubles = table[table.duplicated(keys)]
    if len(doubles):
        first = doubles[keys].iloc[0].to_dict()
        raise refusal(
            "table", f"one with several rows of {first}", "one row of each", "Drop the others."
        )
    wide = table.pivot(index="realisation", columns=CASE, values=criterion.column).dropna()
    return wide / criterion.unit
