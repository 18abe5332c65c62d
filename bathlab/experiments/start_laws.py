"""How distances from the cores that start avalanches grow with length and towards eps_c.

Tables are those of :func:`bathlab.experiments.time_rows` for drawn chains, of one ``way``, with
columns ``length`` and ``epsilon``; each point has chains of its own, so points are independent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Iterator

import numpy as np
import pandas as pd
from scipy.optimize import curve_fit

from bathlab.conventions import RealArray
from bathlab.experiments.cells import cell_array
from bathlab.experiments.chain_times import GAPS
from bathlab.statistics import Line, estimate, estimate_of, fit_line
from bathlab.statistics.estimates import Estimate

#: A chain is long if so many mean distances fit into it.
ROOM = 30.0
#: Fractions of the gaps beyond which their tail begins.
TAILS = (0.1, 0.02)
#: Fewest chains of a point and gaps in a tail; fewest points of a fit with eps_c free.
FEWEST, GAPS_NEEDED, POINTS = 5, 30, 5


def long_parts(table: pd.DataFrame) -> Iterator[tuple[tuple[float, int], pd.DataFrame]]:
    """(epsilon, length) and rows of each point at which every chain is thermal and long."""
    for _, rows in table.groupby(["epsilon", "length"]):
        epsilon, length = float(rows["epsilon"].iloc[0]), int(rows["length"].iloc[0])
        thermal = len(rows) >= FEWEST and bool((rows["thermal"] == 1).all())
        if thermal and ROOM * rows["mean"].mean() < length:
            yield (epsilon, length), rows


def of_column(rows: pd.DataFrame, column: str) -> Estimate:
    return estimate(rows[column], rows["realisation"])


def longest_gaps(rows: pd.DataFrame) -> Estimate:
    """Mean over chains of the longest gap between cores, taken as the mean of its bin."""
    bins = len(GAPS) - 1
    counts, sums = (cell_array(rows, name, (bins,)) for name in ("gap_counts", "gap_sums"))
    last = bins - 1 - np.argmax(counts[:, ::-1] > 0, axis=1)
    at = np.arange(len(rows))
    return estimate(sums[at, last] / np.maximum(counts[at, last], 1), rows["realisation"])


def growth(parts: dict[int, pd.DataFrame], column: str) -> Line | None:
    """Straight line against log L of a column's mean, or of the longest "gap"; None with fewer
    than two lengths."""
    if len(parts) < 2:
        return None
    lengths = sorted(parts)
    gap = column == "gap"
    found = [longest_gaps(parts[L]) if gap else of_column(parts[L], column) for L in lengths]
    error = np.array([each.error for each in found])
    if not np.all(error > 0):
        return None
    fewest = min(each.realisations for each in found)
    return fit_line(np.log(lengths), [each.mean for each in found], error, fewest)


def tail_length(rows: pd.DataFrame, fraction: float) -> Estimate:
    """Mean excess of the gaps between cores over the bin edge beyond which a ``fraction`` of
    them lies: the decay length if they fall exponentially, whatever the fraction; nan with
    few."""
    bins = len(GAPS) - 1
    counts, sums = (cell_array(rows, name, (bins,)) for name in ("gap_counts", "gap_sums"))
    beyond = np.cumsum(counts.sum(axis=0)[::-1])[::-1]
    place = int(np.argmax(beyond <= fraction * beyond[0]))
    if beyond[place] < GAPS_NEEDED:
        return Estimate(math.nan, math.nan, len(rows))
    number, total = counts[:, place:].sum(axis=1), sums[:, place:].sum(axis=1)
    mean = estimate_of(lambda a, b: a / b, total, number, clusters=rows["realisation"])
    return mean - float(GAPS[place])


@dataclass(frozen=True)
class Divergence:
    """y ~ (eps - eps_c)^-power; with eps_c given, and free.

    Attributes
    ----------
    line
        straight line through the logarithms for the eps_c given; its slope is -power.
    moved
        half the range of the power as eps_c moves by its error.
    power, critical
        both free, with the errors of the fit; nan where it has none.
    chi2_dof
        of the free fit.
    free_window
        half the range of the free power as a point is left out at either end.
    window
        smallest and largest epsilon.
    local
        least and largest power from a point to the next, for the eps_c given.
    """

    line: Line
    moved: float
    power: Estimate
    critical: Estimate
    chi2_dof: float
    free_window: float
    window: tuple[float, float]
    local: tuple[float, float]


def divergence(
    points: dict[float, Estimate], critical: float, error: float
) -> Divergence | None:
    """Fit of positive estimates by epsilon, beyond ``critical`` + ``error``; None with few."""
    points = {each: points[each] for each in sorted(points) if each > critical + error}
    if len(points) < POINTS or not all(found.error > 0 for found in points.values()):
        return None
    epsilon = np.array(list(points))
    y = np.log([each.mean for each in points.values()])
    errors = np.array([each.error / each.mean for each in points.values()])
    fewest = min(each.realisations for each in points.values())
    lines = [
        fit_line(np.log(epsilon - place), y, errors, fewest)
        for place in (critical, critical - error, critical + error)
    ]
    slopes = [line.slope.mean for line in lines]
    frees = [
        _free(epsilon[part], y[part], errors[part], critical, lines[0], fewest)
        for part in (slice(None), slice(1, None), slice(None, -1))
    ]
    (power, place, misfit), apart = frees[0], float(np.ptp([each[0].mean for each in frees]))
    steps = -np.diff(y) / np.diff(np.log(epsilon - critical))
    ends = (float(epsilon[0]), float(epsilon[-1])), (float(steps.min()), float(steps.max()))
    moved = float(np.ptp(slopes)) / 2
    return Divergence(lines[0], moved, power, place, misfit, apart / 2, *ends)


def _free(
    epsilon: RealArray, y: RealArray, errors: RealArray, start: float, line: Line, count: int
) -> tuple[Estimate, Estimate, float]:
    def law(x: RealArray, level: float, power: float, critical: float) -> RealArray:
        return np.asarray(level - power * np.log(x - critical))

    first = (line.intercept.mean, float(np.clip(-line.slope.mean, 0.1, 19.0)), start)
    ends = ((-np.inf, 0.0, 0.0), (np.inf, 20.0, float(epsilon[0]) - 1e-9))
    try:
        best, covariance = curve_fit(
            law, epsilon, y, p0=first, sigma=errors, absolute_sigma=True, bounds=ends
        )
    except RuntimeError:
        none = Estimate(math.nan, math.nan, count)
        return none, none, math.nan
    off = (y - law(epsilon, *best)) / errors
    power, place = (
        Estimate(float(best[at]), math.sqrt(covariance[at, at]), count) for at in (1, 2)
    )
    freedom = len(y) - 3
    return power, place, float(off @ off) / freedom if freedom else math.nan
