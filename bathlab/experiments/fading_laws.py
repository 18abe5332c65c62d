"""Powers of n in the fluctuations of matrix elements: sums over rows of fading_rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Sequence

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
#: The same of single states: exp of the mean of D, and mean of exp D.
DEPTHS = {
    "depth": ("z_depth", "log"),
    "depth_mean": ("z_reached", "mean"),
    "depth_x": ("x_depth", "log"),
}


def with_reached(table: pd.DataFrame) -> pd.DataFrame:
    """The table with ``z_reached`` = exp D(sigma^z) of single states, if it has their D."""
    if "z_depth" not in table:
        return table
    return table.assign(z_reached=np.exp(table["z_depth"]))


def by_sun(table: pd.DataFrame, quantity: str) -> pd.Series:
    """A quantity of each sun that has it, its mean over states, by n and realisation."""
    column, _ = (QUANTITIES | DEPTHS)[quantity]
    if column not in table:
        return pd.Series(dtype=float)
    return table[table[column].notna()].groupby(["n", "realisation"])[column].mean()


def against_size(table: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Logarithm of a quantity by n: its value, standard error, and realisations N.

    The relative scatter of single realisations is pooled over all n, weighted with N - 1: the
    few large systems have no good error of their own.
    """
    kind = (QUANTITIES | DEPTHS)[quantity][1]
    known = by_sun(table, quantity)
    rows: list[dict[str, float]] = []
    scatter, freedom = 0.0, 0
    for n, part in known.groupby(level=0):
        values = part.to_numpy(float)
        middle, count = float(values.mean()), len(values)
        spread = values / middle if kind == "mean" else values
        if count > 1:
            scatter += float(np.sum((spread - spread.mean()) ** 2))
            freedom += count - 1
        rows.append({"n": int(str(n)), "N": count})
        rows[-1]["value"] = math.log(middle) if kind == "mean" else middle
    found = pd.DataFrame(rows, columns=["n", "N", "value"]).astype({"n": int, "N": int})
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


@dataclass(frozen=True, eq=False)
class SharedPowers:
    """Powers of n at several alphas, whose suns have the same disorder.

    Attributes
    ----------
    alphas, slopes : (m,) arrays
        Ascending, and the slopes of the logarithm over log n.
    covariance : (m, m) array
        Of the slopes, ``freedom`` degrees of freedom being in its estimate.
    freedom : int
        Suns less sizes.
    suns : int
        How many suns all alphas share, of all sizes.
    """

    alphas: RealArray
    slopes: RealArray
    covariance: RealArray
    freedom: int
    suns: int


def shared_powers(
    table: pd.DataFrame, quantity: str, alphas: Sequence[float], least: int = 0
) -> SharedPowers | None:
    """Powers at ``alphas`` with the covariance that comes of their common suns.

    Slopes are those of :func:`power` over the suns that all alphas have. They are linear in
    what single suns deviate by from the mean of their size, so that their covariance is that
    of those deviations, pooled over sizes with N - 1, over sum N (x - mean x)^2, x = log n.
    None if there are fewer than three sizes, or too few suns for a covariance.
    """
    kind = (QUANTITIES | DEPTHS)[quantity][1]
    columns = [by_sun(table[table["alpha"] == alpha], quantity) for alpha in sorted(alphas)]
    suns = pd.concat(columns, axis=1, join="inner")
    suns = suns[suns.index.get_level_values(0) >= least]
    sizes = suns.groupby(level=0)
    freedom = len(suns) - sizes.ngroups
    if sizes.ngroups < 3 or freedom < suns.shape[1] + 1:
        return None
    means = sizes.transform("mean")
    off = (suns / means - 1 if kind == "mean" else suns - means).to_numpy()
    values = sizes.mean().to_numpy()
    logs = np.log(values) if kind == "mean" else values
    counts = sizes.size().to_numpy(float)
    x = np.log(sizes.size().index.to_numpy(float))
    x = x - np.average(x, weights=counts)
    lever = float(np.sum(counts * x**2))
    return SharedPowers(
        np.array(sorted(alphas)),
        (counts * x) @ logs / lever,
        off.T @ off / freedom / lever,
        freedom,
        len(suns),
    )


def fading_means(table: pd.DataFrame) -> pd.DataFrame:
    """For each alpha and n: geometric and other means of all quantities with their errors;
    ``shape``, typical over mean square of an element, and ``kurtosis``, <O^4>/(3 <O^2>^2), each
    inside a realisation first; how many suns there are of windows and of single states."""
    parts = []
    for alpha, rows in with_reached(table).groupby("alpha", sort=False):
        known = pd.DataFrame({"n": sorted(rows["n"].unique())})
        for name in QUANTITIES | DEPTHS:
            found = against_size(rows, name).rename(
                columns={"value": f"log_{name}", "error": f"log_{name}_error"}
            )
            counts = {"diagonal": "realisations", "depth": "single_states"}
            found = found.rename(columns={"N": counts.get(name, "N")})
            known = known.merge(found.drop(columns="N", errors="ignore"), on="n", how="left")
        inside = rows.assign(
            shape=np.exp(rows["z_next_log"]) / rows["z_next"],
            kurtosis=rows["z_next_fourth"] / (3 * rows["z_next"] ** 2),
            level_ratio=rows["z_diagonal"] / rows["z_next"],
        )
        for name in ("shape", "kurtosis", "level_ratio", "gap_ratio"):
            groups = inside.groupby("n")[name]
            both = pd.DataFrame({name: groups.mean(), f"{name}_error": groups.sem()})
            known = known.merge(both.reset_index(), on="n", how="left")
        counted = ["realisations", "single_states"]
        known[counted] = known[counted].fillna(0).astype(int)
        parts.append(known.assign(alpha=alpha))
    return pd.concat(parts, ignore_index=True)
