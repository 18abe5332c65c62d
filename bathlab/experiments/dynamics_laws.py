"""Laws of C(t), of S(omega) and of light cones, fitted to rows of full spectra.

Times of one realisation share its disorder: errors are the jackknife's over realisations,
while chi^2 of C(t) takes times as independent, which makes it small rather than large; that of
S(omega) has what its bins have in common.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Callable, Sequence

import numpy as np
import pandas as pd

from bathlab.analysis.spectral_correlations import connected_form_factor, thouless_time
from bathlab.conventions import Array, RealArray
from bathlab.experiments.cells import cell_array
from bathlab.experiments.model_regions import EARLY
from bathlab.experiments.site_memory import EDGES
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.fits import Line, fit_line
from bathlab.statistics.histograms import DensityLaw, Histogram, density_law
from bathlab.theory.resonance_model.lengths import ZETA_C

#: Realisations are put into so many groups for the errors of slow fits.
GROUPS = 10
#: A cone is looked at until it has come to so much of its last value.
SATURATED = 0.9
#: A form factor is smoothed over so many times on either side.
SMOOTHED = 7


def mean_of(part: pd.DataFrame, column: str) -> Estimate:
    """The mean of a column, sites or times of a realisation averaged first."""
    return estimate(part[column], part["realisation"])


def heisenberg(part: pd.DataFrame) -> float:
    """Mean t_H."""
    return float(part["heisenberg"].mean())


@dataclass(frozen=True)
class Decays:
    """log C = a - theta log t and (log C)^2 = a + s log t, on [EARLY, t_H]."""

    power: Line
    stretched: Line

    @property
    def lam(self) -> Estimate:
        """lambda = zeta_c/2s of (112)."""
        s = self.stretched.slope
        mean = ZETA_C / (2 * s.mean)
        return Estimate(mean, abs(mean * s.error / s.mean), s.realisations)


def decays(part: pd.DataFrame, times: Sequence[float]) -> Decays:
    """Both laws of the mean C."""
    at, curve = np.asarray(times), mean_of(part, "memory")
    used = (at >= EARLY) & (at <= heisenberg(part)) & (np.asarray(curve.mean) > 0)
    x, C, error = np.log(at[used]), curve.mean[used], curve.error[used]
    logs, count = np.log(C), curve.realisations
    power = fit_line(x, logs, error / C, count)
    return Decays(power, fit_line(x, logs**2, 2 * np.abs(logs) * error / C, count))


def time_exponent(part: pd.DataFrame, times: Sequence[float]) -> tuple[Estimate, float]:
    """theta of C(t) - C(infinity) ~ t^-theta on [EARLY, t_H/3], and its window error."""
    at, late = np.asarray(times), heisenberg(part) / 3
    used = np.flatnonzero((at >= EARLY) & (at <= late))
    cut = max(1, len(used) // 3)
    windows = [used, used[cut:], used[:-cut]]

    def slopes(memory: RealArray, plateau: Any) -> RealArray:
        with np.errstate(invalid="ignore"):
            logs = np.log(memory - plateau)
        return np.array([-np.polyfit(np.log(at[w]), logs[w], 1)[0] for w in windows])

    if len(used) < 4 or np.any(mean_of(part, "memory").mean[used] <= part["plateau"].mean()):
        return Estimate(math.nan, math.nan, part["realisation"].nunique()), math.nan
    found = estimate_of(slopes, part["memory"], part["plateau"], clusters=part["realisation"])
    first = Estimate(float(found.mean[0]), float(found.error[0]), found.realisations)
    return first, float(np.ptp(found.mean)) / 2


def spectrum_histogram(part: pd.DataFrame) -> Histogram:
    """The weight of S in bins of |omega|, sites of a realisation averaged."""
    cells = cell_array(part, "spectrum", (len(EDGES) - 1,))
    sums = pd.DataFrame(cells).groupby(part["realisation"].to_numpy()).mean().to_numpy()
    return Histogram(EDGES, sums, np.ones(len(sums)))


def spectrum_law(part: pd.DataFrame) -> DensityLaw:
    """The power theta - 1 of S on [3/t_H, 1/EARLY], the window of :func:`time_exponent`."""
    return density_law(spectrum_histogram(part), 3 / heisenberg(part), 1 / EARLY)


def late_reach(part: pd.DataFrame, share: float = 0.9) -> Estimate:
    """log10 t/t_H at which so much of what relaxes after t_H has done so."""
    limit = 1 / heisenberg(part)
    centres = np.sqrt(EDGES[:-1] * EDGES[1:])
    below = np.flatnonzero(centres < limit)[::-1]
    depths = np.log10(limit / centres[below])

    def place(weights: RealArray) -> float:
        part_sum = np.cumsum(weights[below])
        if not part_sum[-1] > 0:
            return math.nan
        return float(np.interp(share * part_sum[-1], part_sum, depths))

    return estimate_of(place, part["spectrum"], clusters=part["realisation"])


def growth(parts: dict[int, pd.DataFrame], column: str, log: bool = True) -> Line | None:
    """Slope per site of (the logarithm of) a mean against L; None where a mean is 0."""
    sizes = sorted(parts)
    means = [mean_of(parts[L], column) for L in sizes]
    if len(means) < 2 or any(not e.error > 0 or (log and not e.mean > 0) for e in means):
        return None
    y = [math.log(e.mean) if log else e.mean for e in means]
    errors = [e.error / e.mean if log else e.error for e in means]
    return fit_line(sizes, y, errors, min(each.realisations for each in means))


@dataclass(frozen=True)
class Cone:
    """How the support of sigma(t) grows until it has nearly all of its last range.

    Attributes
    ----------
    line, power
        of the mean range, and of its logarithm, against log t from EARLY on; None for
        fewer than three times.
    contour
        of log t against r, where the weight outside r has half its last value, r = 1,
        ..., L/2 - 1.
    steps
        (L/2 - 2,) log t of that from r to r + 1.
    until
        the last of those times, in t_H.
    """

    line: Line | None
    power: Line | None
    contour: Line
    steps: Estimate
    until: float


def cone(part: pd.DataFrame) -> Cone:
    """The light cone of one chain."""
    times = np.array(sorted(part["time"].unique()))
    curve = [mean_of(part[part["time"] == t], "reach") for t in times]
    mean, error = (np.array([getattr(e, k) for e in curve]) for k in ("mean", "error"))
    grown = int(np.argmax(mean >= SATURATED * mean[-1]))
    used = (times >= EARLY) & (np.arange(len(times)) <= grown)
    count, x = part["realisation"].nunique(), np.log(times[used])
    line = power = None
    if used.sum() >= 3:
        y, e = mean[used], error[used]
        line, power = fit_line(x, y, e, count), fit_line(x, np.log(y), e / y, count)
    half = half_times(part, times)
    r = np.arange(1, len(half.mean))
    contour = fit_line(r, half.mean[1:], np.maximum(half.error[1:], 1e-2), count)
    steps = half_times(part, times, np.diff)
    steps = Estimate(steps.mean[1:], steps.error[1:], count)
    return Cone(line, power, contour, steps, float(times[grown]) / heisenberg(part))


def half_times(
    part: pd.DataFrame, times: RealArray, function: Callable[[RealArray], Any] = np.asarray
) -> Estimate:
    """A function of the (L/2,) log t at which the mean weight outside r first has half its last
    value."""
    curves = [part[part["time"] == t].sort_values("realisation")["outside"] for t in times]

    def of_means(*means: Array) -> RealArray:
        found = [_first(times, column, column[-1] / 2) for column in np.array(means).T]
        return np.asarray(function(np.array(found)))

    return estimate_of(of_means, *curves, clusters=np.sort(part["realisation"].unique()))


def _first(times: RealArray, values: RealArray, level: float) -> float:
    """log t where values, taken as powers of t, pass a level for the first time."""
    above = np.flatnonzero(values >= level)
    if len(above) == 0:
        return math.nan
    i = int(above[0])
    if i == 0 or values[i - 1] <= 0:
        return float(np.log(times[i]))
    x, y = np.log(times[i - 1 : i + 1]), np.log(values[i - 1 : i + 1])
    return float(x[0] + (math.log(level) - y[0]) / (y[1] - y[0]) * (x[1] - x[0]))


def form_factor(part: pd.DataFrame) -> Estimate:
    """Connected K at the times after 0, smoothed over neighbouring times."""
    found, spectra = smoothed(part), list(np.eye(len(part)))
    return estimate_of(found, spectra, clusters=part["realisation"])


def smoothed(part: pd.DataFrame) -> Callable[[RealArray], RealArray]:
    """The function of the share that each row has, (N,), to the connected K, smoothed."""
    shape = (len(part["real"].iloc[0]),)
    sums = cell_array(part, "real", shape) + 1j * cell_array(part, "imaginary", shape)
    weights = part["weight"].to_numpy(dtype=np.float64)
    window = np.ones(2 * SMOOTHED + 1)
    counts = np.convolve(np.ones(shape[0] - 1), window, "same")

    def of(shares: RealArray) -> RealArray:
        K = connected_form_factor(sums, weights, shares)[1:]
        return np.asarray(np.convolve(K, window, "same") / counts)

    return of


def thouless(part: pd.DataFrame, tau: Sequence[float]) -> Estimate:
    """log of omega_Th/omega_H = 1/tau_Th, from the smoothed form factor; nan if K of a random
    matrix is not reached, or for a single spectrum."""
    times, K, spectra = np.asarray(tau), smoothed(part), list(np.eye(len(part)))

    def place(shares: RealArray) -> float:
        values = K(shares)
        if np.isnan(values).any():
            return math.nan
        found = thouless_time(times, values)
        return -math.log(found) if math.isfinite(found) else math.nan

    found = estimate_of(place, spectra, clusters=part["realisation"] % GROUPS)
    return replace(found, realisations=int(part["realisation"].nunique()))
