"""Means of curves, which keep their abscissa, and of the steps and bends of a curve."""

from __future__ import annotations

import operator
from typing import Sequence

import numpy as np
import pandas as pd

from bathlab.checks import select
from bathlab.statistics.arithmetic import estimate_of, slopes
from bathlab.statistics.estimates import Estimate, summarise


def summarise_curves(
    table: pd.DataFrame, by: Sequence[str], x: str, columns: Sequence[str]
) -> pd.DataFrame:
    """:func:`bathlab.summarise` with the abscissa ``x`` of the curves, which is not averaged.

    Parameters
    ----------
    table : one row per realisation, cells of ``x`` and of curves being arrays.
    by : columns that tell groups apart; the abscissa is the same in each group.
    x : column of the abscissa.
    columns : curves and numbers, averaged with errors.

    Raises
    ------
    ValueError
        As :func:`bathlab.summarise`, or if the abscissae in a group differ.
    """
    select(table, [*by, x])
    abscissae = []
    for key, group in table.groupby(list(by), sort=False):
        first = group[x].iloc[0]
        if not all(np.array_equal(first, other) for other in group[x]):
            raise ValueError(
                f"Curves of {key} over different {x} were given; expected one abscissa. Add "
                "what tells them apart to the columns they are grouped by."
            )
        abscissae.append(first)
    return summarise(table, by, columns).assign(**{x: abscissae})


def summarise_steps(table: pd.DataFrame, by: str, x: str, y: str) -> pd.DataFrame:
    """Means with errors of ``y`` at each ``x``, and of what it gained since the ``x`` before,
    in the column "step", which is nan at the first.

    Raises
    ------
    ValueError
        For a column that the table does not have.
    """
    table = select(table, [by, "realisation", x, y]).sort_values(x, kind="stable")
    steps = table.assign(step=table.groupby([by, "realisation"])[y].diff())
    means = summarise(table, [by, x], [y])
    gained = summarise(steps.dropna(subset="step"), [by, x], ["step"])
    return means.merge(gained.drop(columns="realisations"), on=[by, x], how="left")


def bend(table: pd.DataFrame, x: str, y: str, at: float) -> Estimate:
    """Slope of ``y`` against ``x`` from ``at`` on, less that up to it, in the same disorder.

    Raises
    ------
    ValueError
        As :func:`bathlab.statistics.slopes`.
    """
    far, near = (slopes(part, x, y) for part in (table[table[x] >= at], table[table[x] <= at]))
    return estimate_of(operator.sub, far, near, clusters=[far.index, near.index])
