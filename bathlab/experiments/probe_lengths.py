"""Lengths that rows of a probe spin have: q(r), xi, lambda, zeta, and shares of curves.

Tables are those of :func:`bathlab.experiments.probe_cells.probe_rows`, of one case.
"""

from __future__ import annotations

import math
from typing import Callable, Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.probe_cells import CHANGES
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate, estimate


def curves(rows: pd.DataFrame, column: str) -> RealArray:
    """(N, m) a column of curves."""
    return np.stack([np.asarray(cell, dtype=np.float64) for cell in rows[column]])


def mean_curve(rows: pd.DataFrame, column: str) -> Estimate:
    """Mean of a curve with standard errors."""
    return estimate(list(curves(rows, column)), rows["realisation"])


def range_curve(rows: pd.DataFrame, change: float = 1.0) -> Estimate:
    """q(r) = 2 rho v-bar of the partners at r = 0, ..., L/2, at one of ``CHANGES``."""
    return estimate(list(range_cells_of(rows, change)), rows["realisation"])


def range_cells_of(rows: pd.DataFrame, change: float = 1.0) -> RealArray:
    """(N, ranges) the same of each sample."""
    found = curves(rows, "range_strength").reshape(len(rows), len(CHANGES), -1)
    return found[:, CHANGES.index(change), 1:]


def lengths(rows: pd.DataFrame, static: bool, change: float = 1.0) -> tuple[Estimate, Estimate]:
    """1/xi and log lambda of a line through log q(r), r = 1, ..., L/2 - 1: q = exp(-r/xi)/(4
    lambda r)^(1/2) of a static ring (89), exp(-r/xi)/lambda of a kicked one (42). nan where a q
    vanishes or there are no two such r."""

    def both(q: RealArray) -> RealArray:
        r = np.arange(1, len(q) - 1)
        if len(r) < 2 or not np.all(q[r] > 0):
            return np.full(2, math.nan)
        slope, height = np.polyfit(r, np.log(q[r]) + (np.log(r) / 2 if static else 0.0), 1)
        return np.array([-slope, -2 * height - math.log(4) if static else -height])

    q = list(range_cells_of(rows, change))
    return _parts(estimate_of(both, q, clusters=rows["realisation"]))


def decay_of_norm(rows: pd.DataFrame) -> Estimate:
    """1/zeta of |V_r| ~ exp(-r/zeta) between r = 1 and 2."""
    square = list(curves(rows, "range_square"))
    return estimate_of(lambda s: np.log(s[2] / s[3]) / 2, square, clusters=rows["realisation"])


def decay_excess(rows: pd.DataFrame, static: bool) -> Estimate:
    """How much faster the rms element |V_r|/(pairs)^(1/2) decays from r = 1 to 2 than q does,
    less the 2/zeta_c of (38): q is made of elements times how many there are."""
    bend = 0.5 if static else 0.0

    def excess(square: RealArray, pairs: RealArray, q: RealArray) -> float:
        decay = np.log(square[2] / square[3] * pairs[3] / pairs[2]) / 2
        slope = np.log(q[1] / q[2]) - bend * math.log(2)
        return float(decay - slope - 2 * math.log(2))

    columns = [list(curves(rows, name)) for name in ("range_square", "range_pairs")]
    columns.append(list(range_cells_of(rows)))
    return estimate_of(excess, *columns, clusters=rows["realisation"])


def _parts(found: Estimate) -> tuple[Estimate, Estimate]:
    first, second = (
        Estimate(float(mean), float(error), found.realisations)
        for mean, error in zip(found.mean, found.error)
    )
    return first, second


def spread_of_logs(rows: pd.DataFrame) -> Estimate:
    """Standard deviation of log |V_ab| at each range from 0, all pairs."""

    def deviation(first: RealArray, second: RealArray, pairs: RealArray) -> RealArray:
        return np.asarray(np.sqrt(second / pairs - (first / pairs) ** 2)[1:])

    names = ("range_log", "range_log2", "range_pairs")
    columns = [list(curves(rows, name)) for name in names]
    return estimate_of(deviation, *columns, clusters=rows["realisation"])


def share_in(rows: pd.DataFrame, top: str, bottom: str, bins: Sequence[int]) -> Estimate:
    """The sum of one curve over some bins over that of another; nan where that is 0."""
    columns = [list(curves(rows, name)) for name in (top, bottom)]
    clusters = rows["realisation"]
    return estimate_of(lambda a, b: _over(a, b, bins), *columns, clusters=clusters)


def shares_compared(
    rows: pd.DataFrame,
    names: tuple[str, str],
    bins: tuple[Sequence[int], Sequence[int]],
    function: Callable[[float, float], float],
) -> Estimate:
    """``function`` of :func:`share_in` of the first and of the second bins, on the same
    samples; nan where one is."""

    def both(a: RealArray, b: RealArray) -> float:
        first, second = (_over(a, b, each) for each in bins)
        return function(first, second) if second != 0 else math.nan

    columns = [list(curves(rows, name)) for name in names]
    return estimate_of(both, *columns, clusters=rows["realisation"])


def _over(top: RealArray, bottom: RealArray, bins: Sequence[int]) -> float:
    places = list(bins)
    below = float(bottom[places].sum())
    return float(top[places].sum()) / below if below > 0 else math.nan


def total_over(rows: pd.DataFrame, top: str, bottom: str) -> Estimate:
    """The sum of a column of numbers over that of another."""
    return estimate_of(
        lambda a, b: a / b if b > 0 else math.nan,
        rows[top],
        rows[bottom],
        clusters=rows["realisation"],
    )
