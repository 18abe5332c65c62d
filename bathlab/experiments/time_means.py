"""Means of times and resistances, as a tidy table."""

from __future__ import annotations

from typing import Any

import pandas as pd

from bathlab.conventions import Row
from bathlab.experiments.core_laws import typical
from bathlab.experiments.start_laws import ROOM
from bathlab.statistics import estimate

#: Columns of a chain's rows that are averaged.
DISTANCES = ("mean", "median", "spread", "longest", "log_sum")


def time_means(
    table: pd.DataFrame, lengths: tuple[float, ...], of_bonds: tuple[float, ...]
) -> pd.DataFrame:
    """One row for each kind of cores, x and length, and for each point of chains and way.

    Lines have ``log_R`` and ``log_R_nearest`` with errors at ``length`` L/L_+, those of bonds
    at the lengths ``of_bonds``. Chains have the fraction that is ``thermal``, and, if all are,
    the columns of ``DISTANCES`` with errors at ``length`` cells; ``long`` says whether ``ROOM``
    mean distances fit into them.
    """
    rows: list[Row] = []
    lines = table[table["kind"] != "chain"]
    for _, part in lines.groupby(["kind", "power"], sort=False):
        bonds = part["kind"].iloc[0] == "bonds"
        rows += _of_line(part, of_bonds if bonds else lengths)
    chains = table[table["kind"] == "chain"]
    for (epsilon, length, way), part in chains.groupby(["epsilon", "length", "way"]):
        row: dict[str, Any] = {
            "kind": "chain",
            "epsilon": epsilon,
            "length": length,
            "way": way,
        }
        row |= {"thermal": float(part["thermal"].mean()), "realisations": len(part)}
        for name in DISTANCES if row["thermal"] == 1 else ():
            found = estimate(part[name], part["realisation"])
            row |= {name: found.mean, f"{name}_error": found.error}
        row["long"] = row["thermal"] == 1 and ROOM * row["mean"] < row["length"]
        rows.append(row)
    return pd.DataFrame(rows)


def _of_line(part: pd.DataFrame, lengths: tuple[float, ...]) -> list[Row]:
    sums, nearest = (typical(part, name, len(lengths)) for name in ("log_R", "log_R_nearest"))
    common = {name: part[name].iloc[0] for name in ("kind", "power", "epsilon")}
    common["realisations"] = len(part)
    return [
        {**common, "length": length, "log_R": sums[0][at], "log_R_error": sums[1][at]}
        | {"log_R_nearest": nearest[0][at], "log_R_nearest_error": nearest[1][at]}
        for at, length in enumerate(lengths)
    ]
