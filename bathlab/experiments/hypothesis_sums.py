"""Sums over the rows of :func:`bathlab.experiments.hypothesis_rows`."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import Array
from bathlab.statistics.estimates import Estimate, estimate

#: Columns that count chains, cells, and the most in one chain, by hypothesis.
FAILURES = {
    "i": ("falls", "fall_cells", "fall_most"),
    "ii": ("broken_any", "broken_cells", "broken_most"),
    "sum": ("lower", "lower_cells", "lower_most"),
}
#: Of the partitions, that into halves.
HALVES = 1


def column(part: pd.DataFrame, name: str) -> Array:
    """(N, M) a column of arrays, or (N, 1) one of numbers."""
    return np.array([np.atleast_1d(each) for each in part[name]], dtype=float)


def failed_chains(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """How often each hypothesis fails, a row for each group.

    Returns
    -------
    DataFrame
        The keys, ``chains``, and for the hypotheses "i", "ii" and "sum" (superadditivity; a
        chain counts once for each of its two partitions) ``NAME_failed``, chains or partitions
        that fail, ``NAME_tried``, ``NAME_share``, ``NAME_cells``, how many cells are missing in
        all, ``NAME_most``, in one at most; ``rise`` and ``rise_error``, of the mean density as
        epsilon grows; ``gain`` and ``gain_error``, thermal cells more than those of the pieces,
        of the partition that gains less.
    """
    found = []
    for keys, part in table.groupby(list(by), sort=False, dropna=False):
        chains = int(part["chains"].sum())
        row: dict[str, Any] = {**dict(zip(by, keys)), "chains": chains}
        for name, (count, cells, most) in FAILURES.items():
            failed = column(part, count)
            tried = chains * failed.shape[1]
            row |= {
                f"{name}_failed": int(failed.sum()),
                f"{name}_tried": tried,
                f"{name}_share": float(failed.sum() / tried),
                f"{name}_cells": float(column(part, cells).sum()),
                f"{name}_most": float(column(part, most).max()),
            }
        rise = estimate(part["rise"], part["realisation"])
        gain = least_gain(part)
        row |= {"density": float(part["density"].mean())}
        row |= {"rise": rise.mean, "rise_error": rise.error}
        row |= {"gain": gain.mean, "gain_error": gain.error}
        found.append(row)
    return pd.DataFrame(found)


def least_gain(part: pd.DataFrame) -> Estimate:
    """Mean of how many more thermal cells a chain has than its pieces, of the partition in
    which that is least."""
    gains = [estimate(each, part["realisation"]) for each in column(part, "surplus").T]
    return min(gains, key=lambda each: float(each.mean))


def growth(part: pd.DataFrame, length: int) -> Estimate:
    """<rho(L)> - <rho(L/2)> of chains of ``length`` cells and both of their halves."""
    return estimate(column(part, "surplus")[:, HALVES] / length, part["realisation"])
