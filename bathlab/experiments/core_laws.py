"""What stretches between explosive cores make of resistances: laws, and sums over rows.

Rows are those of :func:`bathlab.experiments.core_lines.line_resistances`, of one power x = 2
L_+/zeta. Lengths are in units of L_+: with cores at random the stretches are exponential,
1/Gamma = e^(x u) has the tail r^(-1/x), and its sums are those of a stable law of index 1/x.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from bathlab.conventions import RealArray
from bathlab.experiments.cells import cell_array
from bathlab.statistics import Line, estimate, fit_line
from bathlab.statistics.estimates import Estimate
from bathlab.theory import avalanche

#: The error of what does not scatter, with which lines are fitted.
NO_ERROR = 1e-9


def longest_cdf(stretch: Any, length: float) -> RealArray:
    """P(no stretch is longer), of random cores and their two ends, for e^-u L << 1."""
    u = np.asarray(stretch, dtype=float)
    return np.asarray(np.where(u < length, np.exp(-np.exp(-u) * (1 + length - u)), 1.0))


def mean_resistance(power: float, length: float) -> float:
    """Mean of the sum of e^(x u) over the stretches of random cores, ends included, exactly."""
    rate = 1 - power
    if rate == 0:
        return 1 + length * (2 + length) - length**2 / 2
    end = math.exp(-rate * length)
    return end + (2 + length) * (1 - end) / rate - (1 - end * (1 + rate * length)) / rate**2


def gap_rate(epsilon: float, order: int) -> float:
    """lambda of P(no run of ``order`` resonant bonds among l) ~ e^(-lambda l), exactly; it is
    eps^k (1 - eps) for rare runs, where the paper has 1/L_+ = eps^k."""
    other = 1 - epsilon
    if order == 1:
        return -math.log1p(-epsilon)

    def left(z: float) -> float:
        return 1 - other * z * sum((epsilon * z) ** j for j in range(order))

    return math.log(brentq(left, 1.0, 1 / other, xtol=1e-15, rtol=1e-14))


def diffusive_epsilon(K: float, spacing: str = "paper", nearest: bool = False) -> float:
    """The mean-field eps beyond which stretches do not dominate the resistance, zeta = zeta_1.

    Parameters
    ----------
    spacing
        P(stretch >= l) is e^(-l/L_+), "paper"; or that between runs of drawn "bonds".
    nearest
        whether a stretch is melted from both ends, with half the exponent.
    """

    def excess(epsilon: float) -> float:
        course = avalanche.flow(epsilon, K)
        rate = 1 / float(avalanche.scales(course).L_plus)
        if spacing == "bonds":
            rate = gap_rate(epsilon, int(course.k_star))
        return (1 if nearest else 2) * math.log(K / epsilon) - rate

    # Where k* steps down L_+ falls by a jump, which may pass 1.
    grid = np.linspace(float(avalanche.critical_epsilon(K)), min(1.0, K), 101)[1:-1]
    first = int(np.flatnonzero([excess(epsilon) > 0 for epsilon in grid])[-1])
    return float(brentq(excess, grid[first], grid[first + 1], xtol=1e-10))


def typical(rows: pd.DataFrame, column: str, count: int) -> tuple[RealArray, RealArray]:
    """Means of logarithms over realisations at each of ``count`` lengths, and their errors."""
    found = estimate(list(cell_array(rows, column, (count,))), rows["realisation"])
    return np.asarray(found.mean), np.asarray(found.error)


def resistance_line(
    rows: pd.DataFrame, column: str, lengths: tuple[float, ...], lower: float
) -> Line:
    """Straight line of the typical log R against log L from a length on. Lines of different
    length share no cores, so its points are independent."""
    mean, error = typical(rows, column, len(lengths))
    used = np.asarray(lengths) >= lower
    x = np.log(np.asarray(lengths)[used])
    return fit_line(x, mean[used], np.maximum(error[used], NO_ERROR), len(rows))


def medians(rows: pd.DataFrame, column: str, count: int) -> tuple[RealArray, RealArray]:
    """Medians at each length, with the errors of order statistics."""
    cells = np.sort(cell_array(rows, column, (count,)), axis=0)
    away = math.sqrt(len(cells)) / 2
    low, high = (
        cells[int(np.clip(round(len(cells) / 2 + side), 0, len(cells) - 1))]
        for side in (-away, away)
    )
    return np.median(cells, axis=0), (high - low) / 2


def logarithmic_line(rows: pd.DataFrame, lengths: tuple[float, ...], lower: float) -> Line:
    """Straight line of the median of R/L against log L, of slope 1 where R ~ L log L."""
    sites = np.asarray(lengths)
    value, error = medians(
        rows.assign(ratio=[np.exp(each) / sites for each in rows["log_R"]]), "ratio", len(sites)
    )
    used = sites >= lower
    error = np.maximum(error, NO_ERROR)
    return fit_line(np.log(sites[used]), value[used], error[used], len(rows))


def short_line(rows: pd.DataFrame, lengths: tuple[float, ...]) -> Line:
    """Straight line of the median of log R against L, below L_+ log 2, where most lines have no
    core."""
    used = np.asarray(lengths) < math.log(2)
    value, error = medians(rows, "log_R", len(lengths))
    x = np.asarray(lengths)[used]
    return fit_line(x, value[used], np.maximum(error[used], NO_ERROR), len(rows))


def over_largest(rows: pd.DataFrame, count: int) -> Estimate:
    """Mean of the sum over its largest term in the longest line."""
    sums, largest = (cell_array(rows, name, (count,))[:, -1] for name in ("log_R", "log_max"))
    return estimate(np.exp(sums - largest), rows["realisation"])


def average_growth(rows: pd.DataFrame, count: int, block: int) -> Estimate:
    """Power of the number of lines, 1 and ``block``, with which the typical value of their
    average R grows, in the longest line: 0 if R has a mean that so many show."""
    logs = cell_array(rows, "log_R", (count,))[:, -1]
    blocks = logs[: len(logs) // block * block].reshape(-1, block)
    averages = np.log(np.mean(np.exp(blocks), axis=1))
    return estimate((averages - blocks.mean(axis=1)) / math.log(block), np.arange(len(blocks)))
