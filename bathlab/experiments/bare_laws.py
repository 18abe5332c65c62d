"""What rows of bare baths say together: rho, V_bb, v and <V(t)V>, fits and sums."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.stats import norm

from bathlab.conventions import RealArray
from bathlab.experiments.bare_elements import FLIP, BareBath
from bathlab.experiments.cells import cell_array
from bathlab.model.baths import LocalChainBath, RandomMatrixBath
from bathlab.statistics import Estimate, estimate_of, ratio, summarise_curves
from bathlab.statistics.curve_fits import CurveFit, curve_fit
from bathlab.theory.grain.chain_moments import chain_third_moment

#: Numbers and curves of a row, the curves by their abscissa.
NUMBERS = [
    "rms_level", "third", "below", "middle", "above",
    "at_zero", "slope", "left", "near", "states", "square",
]  # fmt: skip
CURVES = {
    "levels": "place",
    "v": "omega",
    "slow_v": "slow",
    "exact": "time",
    "transform": "time",
    "scatter": "time",
    "expected_scatter": "time",
}
KEYS = ["case", "spins", "sigma", "density"]


def chain_sigma(bath: LocalChainBath) -> float:
    """rms level of the chain, (tr H^2/2^N)^(1/2) averaged over its fields."""
    own = bath.field**2 + bath.disorder**2 / 3 + bath.transverse**2
    return math.sqrt(bath.spins * own + (bath.spins - 1) * bath.coupling**2)


def bare_chain(spins: int, window: float, reach: float) -> BareBath:
    """The chain (24), by itself."""
    bath = LocalChainBath(spins)
    return BareBath(bath, spins, chain_sigma(bath), window, reach)


def bare_matrix(spins: int, bandwidth: float, window: float, reach: float) -> BareBath:
    """A GOE matrix, by itself: rms level R/2."""
    bath = RandomMatrixBath(spins, bandwidth=bandwidth)
    return BareBath(bath, spins, bandwidth / 4, window, reach)


def bare_means(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each case: numbers and curves with errors."""
    abscissae = list(dict.fromkeys(CURVES.values()))
    return summarise_curves(table, KEYS, abscissae, [*NUMBERS, *CURVES])


def curves(rows: pd.DataFrame, column: str) -> RealArray:
    """(N, m) curves of one case."""
    return cell_array(rows, column, (len(rows[column].iloc[0]),))


def fitted(
    rows: pd.DataFrame,
    column: str,
    lower: float,
    upper: float,
    degree: int = 1,
    logarithmic: bool = False,
) -> CurveFit | None:
    """A polynomial through the logarithm of a mean curve over lower <= x <= upper, or over log
    x; None with too few bins or an empty one."""
    x = np.asarray(rows[CURVES[column]].iloc[0], float)
    samples = curves(rows, column)
    used = (x >= lower - 1e-9) & (x <= upper + 1e-9) & (samples.mean(axis=0) > 0)
    used &= samples.std(axis=0) > 0
    if np.count_nonzero(used) < degree + 2 or len(samples) < 3:
        return None
    at = np.log(x[used]) if logarithmic else x[used]
    return curve_fit(at, samples[:, used], degree)


def number(rows: pd.DataFrame, column: str) -> Estimate:
    """Mean of a column with its error."""
    return estimate_of(lambda x: x, rows[column], clusters=rows["realisation"])


def root(rows: pd.DataFrame, column: str) -> Estimate:
    """Square root of the mean of a column."""
    return estimate_of(np.sqrt, rows[column], clusters=rows["realisation"])


def bends(rows: pd.DataFrame) -> tuple[Estimate, Estimate]:
    """log rho(E + 2)/rho(E - 2) and log rho(E)^2/(rho(E + 2) rho(E - 2)) at
    E = 0, each rho that of a bin 2 wide: a flip of a spin in the field 1."""
    columns = rows["below"], rows["middle"], rows["above"]
    labels = rows["realisation"]
    slope = estimate_of(lambda a, _, c: np.log(c / a), *columns, clusters=labels)
    bend = estimate_of(lambda a, b, c: np.log(b * b / (a * c)), *columns, clusters=labels)
    return slope, bend


def gaussian_bend(sigma: float) -> float:
    """The second of :func:`bends` of a Gaussian."""
    middle = 2 * norm.cdf(FLIP / (2 * sigma)) - 1
    above = norm.cdf(1.5 * FLIP / sigma) - norm.cdf(0.5 * FLIP / sigma)
    return float(2 * np.log(middle / above))


def rise(rows: pd.DataFrame, low: tuple[float, float], high: tuple[float, float]) -> Estimate:
    """v in a window of omega over v in a higher one."""
    omega = np.asarray(rows["slow"].iloc[0], float)
    samples = curves(rows, "slow_v")
    parts = [
        samples[:, (omega >= window[0]) & (omega < window[1])].mean(axis=1)
        for window in (low, high)
    ]
    return ratio(parts[0], parts[1], rows["realisation"])


def third_moment(bath: LocalChainBath) -> float:
    """tr H^3/2^N of the chain."""
    return chain_third_moment(bath.spins, bath.transverse, bath.coupling)


def departure(rows: pd.DataFrame, first: float, last: float) -> Estimate:
    """rms over times first <= t/rho <= last of the mean <V(t)V> less the transform of v, less
    what its own error makes of it."""
    times = np.asarray(rows["time"].iloc[0], float)
    used = (times >= first) & (times <= last)
    off = (curves(rows, "exact") - curves(rows, "transform"))[:, used]
    count = len(off)

    def of(mean: RealArray, square: RealArray) -> float:
        noise = (square - mean**2) / max(count - 1, 1)
        return float(np.mean(mean**2 - noise))

    found = estimate_of(of, list(off), list(off**2), clusters=rows["realisation"])
    size = math.sqrt(max(found.mean, 0.0))
    return Estimate(size, found.error / max(2 * size, math.sqrt(found.error)), count)


def scatter_ratio(rows: pd.DataFrame, first: float, last: float) -> Estimate:
    """rms scatter of <V(t)V> between eigenstates over that of i.i.d. elements, over times."""
    times = np.asarray(rows["time"].iloc[0], float)
    used = (times >= first) & (times <= last)
    measured = curves(rows, "scatter")[:, used].mean(axis=1)
    wanted = curves(rows, "expected_scatter")[:, used].mean(axis=1)
    return estimate_of(
        lambda a, b: math.sqrt(a / b), measured, wanted, clusters=rows["realisation"]
    )
