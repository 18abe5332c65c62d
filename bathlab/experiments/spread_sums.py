"""What rows of :func:`bathlab.experiments.spread_states.spread_rows` and its like add up to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Iterator

import numpy as np
import pandas as pd
from scipy.signal import fftconvolve

from bathlab.analysis.spreading import lorentzian_shape
from bathlab.conventions import Array, RealArray
from bathlab.experiments.spread_states import SIGNED
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.clusters import stacked
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.fits import lorentzian_fit
from bathlab.statistics.log_lines import LogLine, log_line
from bathlab.statistics.misfits import Misfit, misfit
from bathlab.statistics.resampling import jackknife

#: Lorentzians are fitted to |omega| up to so many units, and for the window error up to others.
WINDOW, OTHERS = 4.0, (2.5, 6.0)
#: Bins about omega = 0, and about w, whose k are compared.
NEAR = 0.2


def rows_at(table: pd.DataFrame, **keys: Any) -> pd.DataFrame:
    """The rows whose columns have these values, numbers up to rounding."""
    kept = np.ones(len(table), dtype=bool)
    for name, value in keys.items():
        same = (
            table[name] == value if isinstance(value, str) else np.isclose(table[name], value)
        )
        kept &= np.asarray(same)
    return table[kept]


def by_number(table: pd.DataFrame, column: str) -> Iterator[tuple[float, pd.DataFrame]]:
    """The rows of each value of a column of numbers, ascending."""
    for value in np.sort(table[column].unique()):
        yield float(value), table[table[column] == value]


@dataclass(frozen=True)
class Width:
    """Half-width of a Lorentzian in units of a column: ``value``, half the range of it over
    windows, and the misfit of the shape in the first."""

    value: Estimate
    window_error: float
    misfit: Misfit


def width(rows: pd.DataFrame, over: str | None = None) -> Width:
    """The Lorentzian fitted to k within ``WINDOW`` units, over the mean of a column."""
    x, curves = rows["x"].iloc[0], rows["k"]
    scale = pd.Series(1.0, index=rows.index) if over is None else rows[over]

    def fitted(k: RealArray, mean: float, window: float = WINDOW) -> float:
        return lorentzian_fit(x, k, window).halfwidth / mean

    found = estimate_of(fitted, curves, scale, clusters=rows["realisation"])
    mean, unit = stacked(curves).mean(axis=0), float(scale.mean())
    others = [fitted(mean, unit, window) for window in (WINDOW, *OTHERS)]
    used, w = np.abs(x) <= WINDOW, found.mean * unit
    steps = [lorentzian_shape(x[used], w * (1 + step)) for step in (0.0, 1e-4, -1e-4)]
    design = np.stack([steps[0], (steps[1] - steps[2]) / 2e-4], axis=1)
    return Width(found, float(np.ptp(others)) / 2, of_shape(rows, "k", used, design))


def of_shape(rows: pd.DataFrame, column: str, used: Array, design: RealArray) -> Misfit:
    """The misfit of mean curves to the columns of a design, at points with an error."""
    points = jackknife(stacked(rows[column])[:, used], lambda mean: mean)
    reached = points.error > 0
    kept = jackknife(stacked(rows[column])[:, used][:, reached], lambda mean: mean)
    return misfit(kept, design[reached], 1 / kept.error)


def half(rows: pd.DataFrame) -> float:
    """Where half of the weight lies, in units: a mean over the realisations."""
    return float(rows["halfwidth"].mean())


def ratio_to(rows: pd.DataFrame, column: str) -> Estimate:
    """Where half of the weight lies, over the mean of a column."""
    columns = rows["halfwidth"], rows[column]
    return estimate_of(lambda a, b: a / b, *columns, clusters=rows["realisation"])


def flatness(rows: pd.DataFrame, w: float) -> Estimate:
    """k(0)/k(w), means over a stretch of ``NEAR`` w to both sides of 0 and of +-w."""
    x = np.abs(rows["x"].iloc[0]) / w
    middle, shoulder = x <= NEAR, np.abs(x - 1) <= NEAR

    def drop(k: RealArray) -> float:
        return float(k[middle].mean() / k[shoulder].mean())

    return estimate_of(drop, rows["k"], clusters=rows["realisation"])


def beyond(rows: pd.DataFrame, cut: float) -> Estimate:
    """The weight at |omega| above ``cut`` units."""
    cuts = rows["cuts"].iloc[0]
    return estimate_of(
        lambda weight: float(np.interp(cut, cuts, weight)),
        rows["beyond"],
        clusters=rows["realisation"],
    )


def amplitude_sums(rows: pd.DataFrame, lower: float, upper: float) -> list[RealArray]:
    """Counts, moduli, squares and fourth powers in the bins with |omega| between two units, of
    each spin state and sign: (N, bins) each."""
    centres = (SIGNED[1:] + SIGNED[:-1]) / 2
    near = (np.abs(centres) >= lower) & (np.abs(centres) <= upper)
    names = ("bin_count", "bin_first", "bin_second", "bin_fourth")
    whole = [stacked(rows[name]) for name in names]
    kept = np.tile(near, whole[0].shape[1] // len(near)) & (whole[0].sum(axis=0) > 0)
    return [each[:, kept] for each in whole]


def kurtosis(rows: pd.DataFrame, lower: float, upper: float) -> Estimate:
    """Mean over the bins of <a^4>/<a^2>^2, by how many amplitudes they hold: 3 if Gaussian."""
    count, _, second, fourth = amplitude_sums(rows, lower, upper)

    def ratio(n: RealArray, b: RealArray, c: RealArray) -> float:
        held = b > 0
        each = n[held] * c[held] / b[held] ** 2
        return float(n[held] @ each / n.sum())

    return estimate_of(ratio, *map(list, (count, second, fourth)), clusters=rows["realisation"])


def modulus(rows: pd.DataFrame, lower: float, upper: float) -> Estimate:
    """The same mean of <|a|>/sqrt(<a^2>): sqrt(2/pi) = 0.798 if Gaussian."""
    count, first, second, _ = amplitude_sums(rows, lower, upper)

    def ratio(n: RealArray, a: RealArray, b: RealArray) -> float:
        held = b > 0
        each = a[held] / np.sqrt(n[held] * b[held])
        return float(n[held] @ each / n.sum())

    return estimate_of(ratio, *map(list, (count, first, second)), clusters=rows["realisation"])


def tail(rows: pd.DataFrame, lower: float, upper: float) -> LogLine:
    """The power of |omega| in k between two units."""
    x = np.log(rows["folded"].iloc[0])
    inside = (x >= math.log(lower)) & (x <= math.log(upper))
    return log_line(
        x[inside], stacked(rows["k_folded"])[:, inside], x[inside][0], x[inside][-1]
    )


def far_sides(rows: pd.DataFrame, column: str) -> tuple[RealArray, RealArray]:
    """|omega| and the mean of both signs of a curve over the bins ``FAR``, (N, m)."""
    omega, curves = rows["far"].iloc[0], stacked(rows[column])
    half = len(omega) // 2
    return omega[half:], (curves[:, half:] + curves[:, :half][:, ::-1]) / 2


def cut_convolution(x: RealArray, k: RealArray, w: float) -> tuple[float, float]:
    """How k_0 * k_0 stands to k * k, k_0 being k cut at |x| <= w: its integral over that of
    k * k, and the ratio of their half-widths at half maximum."""
    step = float(x[1] - x[0])
    widths, sums = [], []
    for curve in (np.where(np.abs(x) <= w, k, 0.0), k):
        whole = fftconvolve(curve, curve)
        at = step * (np.arange(len(whole)) - (len(whole) - 1) / 2)
        above = np.abs(at[whole >= whole.max() / 2])
        widths.append(float(above.max()) + step / 2)
        sums.append(float(whole.sum()))
    return sums[0] / sums[1], widths[0] / widths[1]
