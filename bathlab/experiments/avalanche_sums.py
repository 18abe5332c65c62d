"""Sums over rows of :func:`bathlab.experiments.avalanche_rows`, of many chains."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Mapping

import numpy as np
import pandas as pd

from bathlab.checks import select
from bathlab.conventions import RealArray
from bathlab.experiments.avalanches import LOG2, ORDERS, SIZES
from bathlab.experiments.cells import cell_array
from bathlab.statistics.estimates import Estimate, estimate, summarise
from bathlab.statistics.resampling import jackknife
from bathlab.statistics.shares import WITHOUT, Crossing, share_crossing
from bathlab.streams import stream

#: What tells points apart.
POINT = ("K", "disorder", "epsilon", "length")
#: Columns of numbers whose means are of interest.
MEANS = ("thermal", "half", "density", "excess", "entropy", "mean_entropy", "square", "rounds")
#: Bootstrap draws for the error of a median.
DRAWS = 200


def part(table: pd.DataFrame, **wanted: Any) -> pd.DataFrame:
    """Rows whose columns have these values."""
    kept = table
    for name, value in wanted.items():
        kept = kept[kept[name] == value]
    return kept


def epsilons(table: pd.DataFrame) -> list[float]:
    """Those of the rows, ascending."""
    return sorted(map(float, table["epsilon"].unique()))


def lengths(table: pd.DataFrame) -> list[int]:
    """Those of the rows, ascending."""
    return sorted(map(int, table["length"].unique()))


def covered(table: pd.DataFrame, fraction: float = 1.0) -> RealArray:
    """(N,) whether a region covers this fraction of the chain."""
    known = select(table, ["largest", "length"])
    return np.asarray(known["largest"] >= fraction * known["length"], dtype=np.float64)


def share(table: pd.DataFrame, fraction: float = 1.0) -> Estimate:
    """P(thermal), or of a smaller fraction: the error is that of a binomial, as if there were
    one chain more of either kind."""
    hits = covered(table, fraction)
    count = len(hits)
    p = (hits.sum() + 1) / (count + 2)
    return Estimate(float(hits.mean()), math.sqrt(p * (1 - p) / count), count)


def curves(table: pd.DataFrame, values: RealArray) -> tuple[RealArray, RealArray]:
    """(m,) eps and (N, m) values, of the realisations that all eps have."""
    wide = pd.DataFrame(
        {"epsilon": table["epsilon"], "chain": table["realisation"], "value": values}
    ).pivot(index="chain", columns="epsilon", values="value")
    wide = wide.dropna()
    return wide.columns.to_numpy(float), wide.to_numpy()


def common(table: pd.DataFrame, few: int, many: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of two lengths at the eps at which both were run with all their chains."""
    parts = [part(table, length=length) for length in (few, many)]
    full = []
    for each in parts:
        counts = each.groupby("epsilon").size()
        full.append(set(counts.index[counts == counts.max()]))
    kept = full[0] & full[1]
    first, second = (each[each["epsilon"].isin(kept)] for each in parts)
    return first, second


def covering_crossing(
    table: pd.DataFrame, few: int, many: int, fraction: float = 1.0
) -> Crossing:
    """The eps beyond which more of the longer chains are covered than of the shorter, and the
    share there."""
    found = [curves(each, covered(each, fraction)) for each in common(table, few, many)]
    return share_crossing(found[0][0], found[0][1], found[1][1])


def median(values: Any) -> Estimate:
    """The median with the error of a bootstrap."""
    numbers = np.asarray(values, dtype=np.float64)
    draws = stream(0, 0, "medians drawn anew").integers(
        len(numbers), size=(DRAWS, len(numbers))
    )
    error = float(np.median(numbers[draws], axis=1).std(ddof=1))
    return Estimate(float(np.median(numbers)), error, len(numbers))


def bound_crossing(table: pd.DataFrame) -> Estimate:
    """The eps at which the median chain of one length has zeta = zeta_c: straight lines between
    points, chains drawn anew for the error; nan if none lies beyond."""
    eps, decay = curves(table, np.asarray(table["decay"]))
    draws = stream(0, 0, "chains drawn anew").integers(len(decay), size=(DRAWS, len(decay)))
    places = [_falls(eps, np.median(decay[one], axis=0)) for one in draws]
    place = _falls(eps, np.median(decay, axis=0))
    if np.isnan(place) or np.isnan(places).mean() > WITHOUT:
        return Estimate(math.nan, math.nan, len(decay))
    return Estimate(place, float(np.nanstd(places, ddof=1)), len(decay))


def _falls(eps: RealArray, decay: RealArray) -> float:
    below = np.flatnonzero(decay < LOG2)
    if len(below) == 0 or below[0] == 0:
        return math.nan
    last = int(below[0])
    ends = slice(last - 1, last + 1)
    return float(np.interp(-LOG2, -decay[ends], eps[ends]))


def middles() -> RealArray:
    """A size for each bin of :data:`SIZES`: geometric means of the first and the last."""
    return np.sqrt(SIZES[:-1] * (SIZES[1:] - 1))


def size_counts(table: pd.DataFrame) -> RealArray:
    """(N, b) regions in the bins of :data:`SIZES`."""
    return cell_array(table, "sizes", (len(SIZES) - 1,))


def typical_size(table: pd.DataFrame) -> float:
    """The median size of the region of a cell, cells outside all counting as 0."""
    cells = size_counts(table).sum(axis=0) * middles()
    above = np.cumsum(cells[::-1])[::-1] / float(table["length"].sum())
    return float(middles()[np.flatnonzero(above > 0.5)[-1]]) if above[0] > 0.5 else 0.0


@dataclass(frozen=True)
class LengthPower:
    """What goes as L^power; ``chi2_dof`` of the line, nan for two lengths."""

    power: Estimate
    chi2_dof: float


def length_power(found: Mapping[int, Estimate]) -> LengthPower:
    """The power of the length in estimates by length, of independent chains: a straight line
    through the logarithms by their errors; nan without two that are positive."""
    used = {size: each for size, each in found.items() if each.mean > 0 and each.error > 0}
    count = min((each.realisations for each in found.values()), default=0)
    if len(used) < 2:
        return LengthPower(Estimate(math.nan, math.nan, count), math.nan)
    x = np.log(list(used))
    y = np.log([each.mean for each in used.values()])
    weights = np.array([each.mean / each.error for each in used.values()])
    line, covariance = np.polyfit(x, y, 1, w=weights, cov="unscaled")
    off = weights * (y - np.polyval(line, x))
    misfit = float(off @ off) / (len(x) - 2) if len(x) > 2 else math.nan
    error = math.sqrt(covariance[0, 0])
    return LengthPower(Estimate(float(line[0]), error, count), misfit)


def power_of_mean(table: pd.DataFrame, column: str, shortest: int) -> LengthPower:
    """:func:`length_power` of the mean of a column, from ``shortest`` on."""
    parts = {size: part(table, length=size) for size in lengths(table) if size >= shortest}
    return length_power(
        {size: estimate(each[column], each["realisation"]) for size, each in parts.items()}
    )


def run_law(table: pd.DataFrame, epsilon: float) -> tuple[float, int, RealArray]:
    """chi^2 of the counts of maximal runs of order k in open chains of L bonds, (L - k - 1)
    eps^k (1 - eps)^2 + 2 eps^k (1 - eps) on average; degrees of freedom; the counts over it.

    Orders of which less than 25 are expected are left out; errors are those over chains.
    """
    runs = cell_array(table, "runs", (ORDERS,))
    length = int(table["length"].iloc[0])
    k = np.arange(1, ORDERS + 1)
    inside, ends = np.maximum(length - k - 1, 0) * (1 - epsilon) ** 2, 2 * (1 - epsilon)
    mean = epsilon**k * (inside + ends)
    used = mean * len(runs) >= 25
    found = estimate(runs[:, used], np.arange(len(runs)))
    off = (found.mean - mean[used]) / found.error
    return float(off @ off), int(used.sum()), found.mean / mean[used]


def chain_means(table: pd.DataFrame) -> pd.DataFrame:
    """Means with errors of each point, and its density of regions by size.

    Columns of :data:`MEANS`, ``half`` being the share of chains half of whose cells one region
    covers and ``excess`` zeta_c/zeta; ``size`` and ``p``, ``p_error``: regions of one size, per
    cell, in bins of an eighth of a decade; bins without one are left out.
    """
    table = table.assign(half=covered(table, 0.5), excess=table["decay"] / LOG2)
    found = summarise(table, POINT, MEANS)
    wide = np.unique(np.searchsorted(SIZES, np.rint(10 ** (np.arange(69) / 8))))
    widths = np.diff(SIZES[wide])
    names = np.sqrt(SIZES[wide[:-1]] * (SIZES[wide[1:]] - 1))
    rows = []
    for point in found[list(POINT)].to_dict("records"):
        fine = size_counts(part(table, **{name: point[name] for name in POINT}))[:, : wide[-1]]
        counts = np.add.reduceat(fine, wide[:-1], axis=1) / (point["length"] * widths)
        used = counts.any(axis=0)
        density = jackknife(counts[:, used], lambda mean: mean)
        rows.append({"size": names[used], "p": density.value, "p_error": density.error})
    return pd.concat([found, pd.DataFrame(rows)], axis=1)
