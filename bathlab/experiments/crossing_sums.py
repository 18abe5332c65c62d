"""What the rows of avoided crossings say over realisations.

Tables are those of :func:`bathlab.experiments.crossing_rows`, of one size and coupling.
"""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.cells import cell_array
from bathlab.experiments.field_sweeps import DISTANCES
from bathlab.experiments.quantiles import counted_quantile
from bathlab.experiments.tracked import COLUMNS, FACTORS
from bathlab.experiments.two_levels import APART, RESIDUALS, RESONANT, THIRD
from bathlab.statistics.estimates import Estimate

#: Resamplings of realisations behind the error of a quantile of pairs.
RESAMPLINGS = 200
#: A gap is what it should be within this.
NEAR = 0.1
#: Fewer pairs than this make no quantile.
FEWEST_PAIRS = 5


def tracked_pairs(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each pair that was followed to its crossing, with its realisation.

    ``over`` is the smallest |omega| over Omega/R, ``near`` whether that is 1 within 10
    %, ``hit`` whether the place of two levels alone is right within the gap, ``moved`` the
    change of R^2.
    """
    counts = [len(cell) for cell in table["omega"]]
    cells = {name: np.concatenate(list(table[name])) for name in COLUMNS}
    off = np.abs(cells["place"] - cells["place_expected"])
    cells["over"] = cells["gap"] / cells["gap_expected"]
    cells["near"] = (np.abs(cells["over"] - 1) < NEAR).astype(float)
    cells["hit"] = (off < cells["gap_expected"] / cells["radius"]).astype(float)
    cells["moved"] = np.abs(cells["radius_there"] ** 2 - cells["radius"] ** 2)
    return pd.DataFrame(
        {"realisation": np.repeat(table["realisation"].to_numpy(), counts), **cells}
    )


def between(pairs: pd.DataFrame, place: int) -> pd.DataFrame:
    """The pairs in bin ``place`` of |omega| at first."""
    lower, upper = DISTANCES[place : place + 2]
    return pairs[(pairs["omega"] >= lower) & (pairs["omega"] < upper)]


def pooled(
    pairs: pd.DataFrame, name: str, statistic: Callable[[RealArray], Any] = np.median
) -> Estimate:
    """A statistic of a column over all pairs, with its error over realisations (bootstrap, its
    random numbers have a fixed seed)."""
    values = pairs[name].to_numpy(dtype=np.float64)
    groups = [values[rows] for rows in pairs.groupby("realisation").indices.values()]
    draw, count = np.random.default_rng(0), len(groups)
    if count < 2:
        return Estimate(float(statistic(values)), np.nan, count)
    found = [
        statistic(np.concatenate([groups[k] for k in draw.integers(count, size=count)]))
        for _ in range(RESAMPLINGS)
    ]
    return Estimate(float(statistic(values)), float(np.std(found)), count)


def by_distance(
    pairs: pd.DataFrame, name: str, statistic: Callable[[RealArray], Any] = np.median
) -> dict[float, float]:
    """A statistic of a column in each bin of |omega| at first, by its lower edge."""
    bins = {DISTANCES[k]: between(pairs, k) for k in range(len(DISTANCES) - 1)}
    return {
        float(lower): float(statistic(here[name].to_numpy()))
        for lower, here in bins.items()
        if len(here) >= FEWEST_PAIRS
    }


def change_quantiles(table: pd.DataFrame, levels: tuple[float, ...]) -> list[list[Estimate]]:
    """Quantiles of log10 Omega(h)/Omega(0), for each bin of |omega(0)| one list."""
    counts = cell_array(table, "changes", (len(DISTANCES) - 1, len(FACTORS) - 1))
    return [
        [_quantile(part, FACTORS, level) for level in levels] for part in counts.swapaxes(0, 1)
    ]


def residuals(table: pd.DataFrame, name: str, least: float = 0.0) -> list[Estimate]:
    """Median of log10 of a residual for each bin of |omega|; nan for fewer than
    ``FEWEST_PAIRS`` pairs. ``least`` leaves the bins of a third level's Z from there on."""
    shape = (len(APART) - 1, len(THIRD) - 1, len(RESIDUALS) - 1)
    counts = cell_array(table, name, shape)[:, :, THIRD[:-1] >= least]
    return [_quantile(part, RESIDUALS, 0.5) for part in counts.sum(axis=2).swapaxes(0, 1)]


def residuals_by_third(table: pd.DataFrame, name: str) -> list[Estimate]:
    """The same of all |omega| for each bin of the largest Z with a third level."""
    shape = (len(APART) - 1, len(THIRD) - 1, len(RESIDUALS) - 1)
    counts = cell_array(table, name, shape)
    return [_quantile(part, RESIDUALS, 0.5) for part in counts.sum(axis=1).swapaxes(0, 1)]


def _quantile(counts: RealArray, edges: RealArray, level: float) -> Estimate:
    if counts.sum() < FEWEST_PAIRS:
        return Estimate(np.nan, np.nan, len(counts))
    return counted_quantile(counts, edges, level)


def crossing_means(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each coupling, size and bin of |omega(0)|: quantiles of Omega(h)/Omega(0),
    median and spread of the smallest |omega| over what is expected, residual of dz/dh."""
    rows = []
    for (coupling, sites), part in table.groupby(["coupling", "sites"]):
        pairs, changes = tracked_pairs(part), change_quantiles(part, (0.1, 0.5, 0.9))
        off, third = (residuals(part, "residual_z", least) for least in (0.0, RESONANT))
        for place, (low, middle, high) in enumerate(changes):
            here = between(pairs, place)
            row = {"coupling": coupling, "sites": sites, "realisations": len(part)}
            row |= {"omega_from": DISTANCES[place], "omega_to": DISTANCES[place + 1]}
            row |= {"change_low": low.mean, "change": middle.mean, "change_high": high.mean}
            row |= {"change_error": middle.error, "pairs": len(here)}
            for name, found in (("residual", off), ("residual_third", third)):
                row |= {name: found[place].mean, f"{name}_error": found[place].error}
            enough = len(here) >= FEWEST_PAIRS
            row["gap_ratio"] = (
                (here["gap"] / here["gap_expected"]).median() if enough else np.nan
            )
            rows.append(row)
    return pd.DataFrame(rows)
