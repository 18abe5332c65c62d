"""Means with standard errors, the realisation being the unit that is independent."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np
import pandas as pd

from bathlab.ensemble.store import select

#: Below this many realisations a standard error is itself uncertain by more than a third.
FEWEST_REALISATIONS = 5


class TooFewRealisations(UserWarning):
    """An estimate rests on so few realisations that its error bar is a guess."""


@dataclass(frozen=True)
class Estimate:
    """A mean, its standard error (nan for one realisation), and the number of realisations."""

    mean: float
    error: float
    realisations: int


def estimate(values: Any, clusters: Any) -> Estimate:
    """Mean of ``values`` with the standard error of independent clusters.

    Values of one cluster (several eigenstates of one realisation, say) are averaged first; the
    error is the standard deviation of the cluster means over the square root of their number.

    Raises
    ------
    ValueError
        If the lengths differ or there is no value.
    """
    values, clusters = np.asarray(values, dtype=np.float64), np.asarray(clusters)
    if values.shape != clusters.shape or values.ndim != 1 or len(values) == 0:
        raise ValueError(f"values of shape {values.shape} with clusters of shape "
                         f"{clusters.shape} were given; expected equal, non-zero lengths. "
                         "Give one cluster label per value.")
    _, labels = np.unique(clusters, return_inverse=True)
    means = np.bincount(labels, values) / np.bincount(labels)
    count = len(means)
    error = float(means.std(ddof=1) / math.sqrt(count)) if count > 1 else math.nan
    return Estimate(float(means.mean()), error, count)


def summarise(table: pd.DataFrame, by: Sequence[str], columns: Sequence[str],
              cluster: str = "realisation") -> pd.DataFrame:
    """One row per group: mean and ``NAME_error`` of each column, and ``realisations``.

    Groups keep the order of their first row. Warns with :class:`TooFewRealisations` below
    ``FEWEST_REALISATIONS``.

    Raises
    ------
    ValueError
        For a column that the table does not have.
    """
    select(table, [*by, *columns, cluster])
    rows = []
    for key, group in table.groupby(list(by), sort=False):
        row: dict[str, Any] = dict(zip(by, key))
        for column in columns:
            result = estimate(group[column], group[cluster])
            row |= {column: result.mean, f"{column}_error": result.error,
                    "realisations": result.realisations}
        rows.append(row)
    summary = pd.DataFrame(rows)
    fewest = int(summary["realisations"].min())
    if fewest < FEWEST_REALISATIONS:
        warnings.warn(f"Some means rest on {fewest} realisation(s), fewer than "
                      f"{FEWEST_REALISATIONS}: their error bars are guesses. Run more.",
                      TooFewRealisations, stacklevel=2)
    return summary
