"""What rows of two spins at the ends of a grain say: places in G, and powers of its dimension.

Tables are those of :func:`bathlab.experiments.spin_pair_rows`.
"""

from __future__ import annotations

import math
from typing import Any, Mapping

import numpy as np
import pandas as pd

from bathlab.checks import require_numbers, select
from bathlab.conventions import RealArray
from bathlab.statistics.arithmetic import estimate_of, independent
from bathlab.statistics.estimates import Estimate, estimate, summarise

#: Columns that are logarithms, shown as what they are of.
LOGARITHMS = ("participation", "zz_log")


def at_strength(table: pd.DataFrame, G: float) -> pd.DataFrame:
    """The rows of one G."""
    return table[np.isclose(table["G"], G)]


def mean_at(table: pd.DataFrame, G: float, column: str) -> Estimate:
    """The mean of a column at one G; of a logarithm its exponential, a geometric mean."""
    rows = at_strength(table, G)
    if column not in LOGARITHMS:
        return estimate(rows[column], rows["realisation"])
    return estimate_of(np.exp, rows[column], clusters=rows["realisation"])


def ratio_of(table: pd.DataFrame, upper: float, lower: float, column: str) -> Estimate:
    """The mean of a column at one G over that at another, in the same realisations."""
    ends = [at_strength(table, G) for G in (upper, lower)]
    columns, clusters = ([end[name] for end in ends] for name in (column, "realisation"))
    return estimate_of(lambda a, b: a / b, *columns, clusters=clusters)


def largest(table: pd.DataFrame, column: str = "zz") -> tuple[Estimate, Estimate]:
    """Height of the largest mean along G, and its place in the G of eq. (2).

    A parabola through the logarithms of the highest point and its neighbours; nan for a point
    at an end of the range.
    """
    logs, ratios, values, labels = _curves(table, column)

    def top(mean: RealArray, scale: RealArray) -> RealArray:
        peak = int(np.argmax(mean))
        if peak in (0, len(mean) - 1):
            return np.full(2, math.nan)
        near = slice(peak - 1, peak + 2)
        c, b, a = np.polynomial.polynomial.polyfit(logs[near], np.log(mean[near]), 2)
        place = -b / (2 * a)
        return np.exp([c + b * place / 2, place + scale[0]])

    return _two(estimate_of(top, values, ratios, clusters=labels))


def half(table: pd.DataFrame, column: str = "product") -> tuple[Estimate, Estimate]:
    """Where a share falls to 1/2, as G and as the G of eq. (2); nan where it does not.

    Straight between neighbours in log G.
    """
    logs, ratios, values, labels = _curves(table, column)

    def place(mean: RealArray, scale: RealArray) -> RealArray:
        below = np.flatnonzero((mean[:-1] >= 0.5) & (mean[1:] < 0.5))
        if len(below) == 0:
            return np.full(2, math.nan)
        i = int(below[0])
        part = (mean[i] - 0.5) / (mean[i] - mean[i + 1])
        found = logs[i] + part * (logs[i + 1] - logs[i])
        return np.exp([found, found + scale[0]])

    return _two(estimate_of(place, values, ratios, clusters=labels))


def size_powers(
    tables: Mapping[int, pd.DataFrame], strengths: Mapping[int, float], column: str
) -> list[tuple[int, int, Estimate]]:
    """Powers of the grain's dimension 2^l in a mean, between neighbouring sizes l.

    ``strengths`` is the G of each size; a size that has not been seen there is left out.
    """
    sizes = sorted(size for size in tables if size in strengths)
    ends = {size: at_strength(tables[size], strengths[size]) for size in sizes}
    sizes = [size for size in sizes if not ends[size].empty]
    found = []
    for few, many in zip(sizes, sizes[1:]):
        means = [mean_at(tables[size], strengths[size], column) for size in (few, many)]
        power = independent(lambda a, b: np.log2(b / a) / (many - few), *means)
        found.append((few, many, power))
    return found


def pair_table(table: pd.DataFrame) -> pd.DataFrame:
    """Means with errors for each bath and G; logarithms stay logarithms."""
    columns = [
        "ratio", "band", "zz", "xx", "zz_log", "zz_signed", "participation", "product",
        "entropy", "free", "melted", "mutual", "deviation", "gap_ratio",
    ]  # fmt: skip
    return summarise(table, ["bath", "spins", "kind", "G"], columns)


def _curves(
    table: pd.DataFrame, column: str
) -> tuple[RealArray, list[RealArray], list[RealArray], list[Any]]:
    """log G, log of eq. (2)'s G over it and the column along G, by realisation."""
    select(table, ["G", "ratio", "realisation", column])
    require_numbers(table, ["G", "ratio", column])
    logs = np.log(np.sort(table["G"].unique()))
    labels, curves, scales = [], [], []
    for label, rows in table.sort_values("G").groupby("realisation"):
        labels.append(label)
        curves.append(rows[column].to_numpy(dtype=np.float64))
        ratios = (rows["ratio"] / rows["G"]).to_numpy(dtype=np.float64)
        scales.append(np.log(ratios))
    return logs, scales, curves, labels


def _two(found: Estimate) -> tuple[Estimate, Estimate]:
    first, second = (
        Estimate(float(mean), float(error), found.realisations)
        for mean, error in zip(found.mean, found.error)
    )
    return first, second
