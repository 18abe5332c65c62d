"""Sums over the rows of mean-field transitions: slopes in windows, and laws at the critical
point."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.transitions import LENGTHS
from bathlab.theory.avalanche import Exponents

#: As k is whole, P(L) jumps by eps: it is critical no more if it is off by more than a jump.
JUMPS = 1.5


@dataclass(frozen=True)
class Power:
    """A straight line in a window of |eps - eps_c|/eps_c, beside what it should be.

    Attributes
    ----------
    value
        fitted power of |eps - eps_c|.
    exact
        closed form.
    logarithm
        bias that the power of the logarithm alone gives the fit.
    points
        in the window.
    """

    value: float
    exact: float
    logarithm: float
    points: int


def power(
    rows: pd.DataFrame, logs: pd.Series, window: tuple[float, float], exact: float, log: float
) -> Power:
    """Fit of ``logs`` against log D in a window of the departures, where D^exact |ln D|^log is
    expected; NaN without two points."""
    distance = rows["departure"].abs()
    inside = (distance >= window[0] * (1 - 1e-9)) & (distance <= window[1] * (1 + 1e-9))
    inside &= np.isfinite(logs)
    used = rows[inside]
    if len(used) < 2:
        return Power(math.nan, exact, math.nan, len(used))
    x = np.log(used["departure"].abs()) + np.log(used["epsilon"] / (1 + used["departure"]))
    slope, bias = (np.polyfit(x, y, 1)[0] for y in (logs[inside], np.log(np.abs(x))))
    return Power(float(slope), exact, log * float(bias), len(used))


def nearest(rows: pd.DataFrame, departure: float) -> pd.Series:
    """The row whose departure is nearest to one, in the logarithm and on its side."""
    same = rows[np.sign(rows["departure"]) == np.sign(departure)]
    away = np.log(same["departure"].abs() / abs(departure)).abs()
    return same.loc[away.idxmin()]


@dataclass(frozen=True)
class Spots:
    """Thermal regions by order: 1/y_k, sizes k + 2 l_k and logarithms of densities eps^k."""

    excess: RealArray
    size: RealArray
    log_density: RealArray


def spots(row: pd.Series) -> Spots:
    """Those of one point, of the orders that have a size."""
    excess = np.asarray(row["excess"], dtype=float)
    excess = excess[excess > 0]
    order = np.arange(1.0, 1 + len(excess))
    return Spots(excess, order * (1 + 1 / excess), order * math.log(row["epsilon"]))


def size_exponent(row: pd.Series, lower: float, upper: float) -> tuple[float, int]:
    """tau of p(l) ~ l^-tau by a straight line through the density of regions longer than l, and
    the number of orders in the window."""
    found = spots(row)
    inside = (found.size >= lower) & (found.size <= upper)
    slope = np.polyfit(np.log(found.size[inside]), found.log_density[inside], 1)[0]
    return float(1 - slope), int(inside.sum())


def size_amplitude(row: pd.Series, order: int) -> float:
    """Density of regions of this order and more, times l^2/log l."""
    found = spots(row)
    log = math.log(found.size[order - 1])
    return float(np.exp(found.log_density[order - 1] + 2 * log) / log)


def entropy_growth(row: pd.Series, length: float) -> float:
    """log2 of S(L^2)/S(L), S the sum of density times size^2 up to L: 2 if S ~ log^2 L, and 1
    if S ~ log L."""
    found = spots(row)
    parts = np.exp(found.log_density + 2 * np.log(found.size))
    sums = [parts[found.size <= end].sum() for end in (length, length**2)]
    return float(np.log2(sums[1] / sums[0]))


def critical_ratio(row: pd.Series, exact: Exponents, order: int) -> float:
    """(1/zeta_k - s)/(s sqrt(k) eps_c^(k/2)) over its limit at eps_c."""
    expected = exact.excess * math.sqrt(order) * exact.epsilon_c ** (order / 2)
    return float(row["excess"][order - 1] / expected)


def next_collar(row: pd.Series) -> float:
    """Largest eps^k l_(k+1): how many spots of order k a collar of order k + 1 meets."""
    found = spots(row)
    collar = np.arange(2.0, 1 + len(found.excess)) / (2 * found.excess[1:])
    return float(np.max(np.exp(found.log_density[:-1]) * collar))


def zeta_falls(rows: pd.DataFrame) -> tuple[int, int]:
    """At how many orders zeta_(k+1) < zeta_k, and of how many."""
    steps = [np.diff(np.asarray(each, dtype=float)) for each in rows["excess"]]
    return sum(int((each > 0).sum()) for each in steps), sum(len(each) for each in steps)


def near_thermal_length(row: pd.Series) -> float:
    """Decay length of the probability that spots of order k* - 1, side by side, melt a chain;
    each has the probability eps^(k* - 1)."""
    found = spots(row)
    return float(-found.size[-1] / found.log_density[-1])


def critical_reach(row: pd.Series, critical: pd.Series) -> float:
    """First L of ``LENGTHS`` that needs spots larger by two orders or more than at a point next
    to eps_c."""
    apart = np.abs(np.asarray(row["log_p"]) - np.asarray(critical["log_p"]))
    off = np.flatnonzero(apart > JUMPS * math.log(1 / row["epsilon"]))
    return float(LENGTHS[off[0]] if len(off) else LENGTHS[-1])


def chain_exponent(row: pd.Series, lower: float, upper: float) -> float:
    """beta of P(thermal) ~ L^-beta by a straight line in a window of L."""
    return -_slope(row, np.log(LENGTHS), lower, upper)


def chain_slope(row: pd.Series, lower: float, upper: float) -> float:
    """Slope of log P(thermal) against L in a window of L."""
    return _slope(row, LENGTHS, lower, upper)


def _slope(row: pd.Series, x: RealArray, lower: float, upper: float) -> float:
    inside = (LENGTHS >= lower) & (LENGTHS <= upper)
    return float(np.polyfit(x[inside], np.asarray(row["log_p"])[inside], 1)[0])


def exponential_error(row: pd.Series) -> float:
    """Largest |p - (1 - e^(-L/L_+))| over chains that need spots of order k*."""
    found = spots(row)
    longest = found.size[-1] if len(found.size) else 0.0
    used = LENGTHS > longest
    p = np.exp(np.asarray(row["log_p"])[used])
    limit = -np.expm1(-LENGTHS[used] * math.exp(-row["log_L_plus"]))
    return float(np.max(np.abs(p - limit)))


def log_gap(rows: pd.DataFrame) -> pd.Series:
    """log of (zeta_c - zeta)/zeta_c where localised."""
    excess = rows["excess_infinity"]
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.Series(np.log(excess / (1 + excess)), rows.index)
