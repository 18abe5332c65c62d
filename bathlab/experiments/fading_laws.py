"""Powers of n in the fluctuations of matrix elements: sums over rows of fading_rows."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.statistics import Estimate, Line, fit_line

#: Whatever is fitted: its column, and whether its mean is taken before or after the logarithm.
QUANTITIES = {
    "diagonal": ("z_diagonal", "mean"),
    "next": ("z_next", "mean"),
    "typical": ("z_next_log", "log"),
    "participation": ("z_participation", "log"),
    "diagonal_x": ("x_diagonal", "mean"),
    "participation_x": ("x_participation", "log"),
}


def against_size(table: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Logarithm of a quantity by n: its value, standard error, and realisations N.

    The relative scatter of single realisations is pooled over all n, weighted with N - 1: the
    few large systems have no good error of their own.
    """
    column, kind = QUANTITIES[quantity]
    known = table[table[column].notna()]
    rows: list[dict[str, float]] = []
    scatter, freedom = 0.0, 0
    for n, part in known.groupby("n"):
        values = part[column].to_numpy(float)
        middle, count = float(values.mean()), len(values)
        spread = values / middle if kind == "mean" else values
        if count > 1:
            scatter += float(np.sum((spread - spread.mean()) ** 2))
            freedom += count - 1
        rows.append({"n": int(str(n)), "N": count})
        rows[-1]["value"] = math.log(middle) if kind == "mean" else middle
    found = pd.DataFrame(rows).astype({"n": int, "N": int})
    each = math.sqrt(scatter / freedom) if freedom else math.nan
    return found.assign(error=each / np.sqrt(found["N"]))


def power(table: pd.DataFrame, quantity: str, least: int = 0) -> Line | None:
    """Straight line through :func:`against_size` over log n, for n >= ``least``; None if there
    are fewer than three sizes or no error."""
    found = against_size(table, quantity)
    found = found[found["n"] >= least]
    if len(found) < 3 or not np.all(found["error"] > 0):
        return None
    logs: RealArray = np.log(found["n"].to_numpy(float))
    return fit_line(logs, found["value"], found["error"], int(found["N"].min()))


def local_powers(table: pd.DataFrame, quantity: str) -> list[tuple[int, int, Estimate]]:
    """First and last n, and slope, of lines through the smaller half of the sizes and through
    the larger, which share the middle one; none for fewer than three sizes."""
    found = against_size(table, quantity)
    if len(found) < 3 or not np.all(found["error"] > 0):
        return []
    half, parts = len(found) // 2, []
    for part in (found[: half + 1], found[half:]):
        logs: RealArray = np.log(part["n"].to_numpy(float))
        line = fit_line(logs, part["value"], part["error"], int(part["N"].min()))
        parts.append((int(part["n"].iloc[0]), int(part["n"].iloc[-1]), line.slope))
    return parts


def fading_means(table: pd.DataFrame) -> pd.DataFrame:
    """For each alpha and n: geometric and other means of all quantities with their errors;
    ``shape``, typical over mean square of an element, and ``kurtosis``, <O^4>/(3 <O^2>^2), each
    inside a realisation first."""
    parts = []
    for alpha, rows in table.groupby("alpha", sort=False):
        known: pd.DataFrame | None = None
        for name in QUANTITIES:
            found = against_size(rows, name).rename(
                columns={"value": f"log_{name}", "error": f"log_{name}_error"}
            )
            found = found.drop(columns="N") if known is not None else found
            known = found if known is None else known.merge(found, on="n", how="left")
        inside = rows.assign(
            shape=np.exp(rows["z_next_log"]) / rows["z_next"],
            kurtosis=rows["z_next_fourth"] / (3 * rows["z_next"] ** 2),
            level_ratio=rows["z_diagonal"] / rows["z_next"],
        )
        for name in ("shape", "kurtosis", "level_ratio", "gap_ratio"):
            groups = inside.groupby("n")[name]
            both = pd.DataFrame({name: groups.mean(), f"{name}_error": groups.sem()})
            known = both.reset_index() if known is None else known.merge(both, on="n")
        if known is not None:
            parts.append(known.assign(alpha=alpha).rename(columns={"N": "realisations"}))
    return pd.concat(parts, ignore_index=True)
