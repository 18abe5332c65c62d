"""Which law does S(omega) of a chain follow, and how far? From rows of
:func:`bathlab.experiments.chain_state_rows`, of one kind, size and disorder.

Figure 10 of Crowley & Chandran, SciPost Phys. 12, 201 (2022), has y = (S omega W)^-2 against
x = log 1/(W omega).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.linalg import block_diag

from bathlab.conventions import Array, RealArray
from bathlab.experiments.chain_states import CLOSE, ELEMENTS, FREQUENCIES
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import Histogram, bins_within
from bathlab.statistics.misfits import UNKNOWN, Misfit, misfit
from bathlab.statistics.resampling import Jackknife

#: The laws by name: y as a power of S omega W that is a polynomial in x, and its degree.
LAWS = {"1/omega": 0, "(111)": 1, "power": 1}
#: Fewest bins of a fit, and of a stretch over which a law is said to hold; fewest chains.
FEWEST, FEWEST_CHAINS = 5, 5
#: A term that a law does not have is seen if it is so many of its standard errors.
SEEN = 2.0
#: At the width of a window of levels only pairs of its ends are seen, and few are no mean.
SEEN_SHARE = 0.2
#: Bins of |omega| below ``CLOSE``.
NEAR = int(np.argmin(np.abs(FREQUENCIES - CLOSE)))


def stacked(part: pd.DataFrame, name: str) -> RealArray:
    """(N, m) the curves of a column, by realisation."""
    return np.stack([np.asarray(each, dtype=np.float64) for each in part[name]])


def spectrum(part: pd.DataFrame) -> Histogram:
    """S(omega), two-sided, by realisation, in the bins from the second on; 0 in bins of which
    the levels of some window see less than ``SEEN_SHARE``."""
    squares, exposure = stacked(part, "squares")[:, 1:], stacked(part, "exposure")[:, 1:]
    widths = np.diff(FREQUENCIES[1:])
    full = 2 * part["levels"].to_numpy()[:, np.newaxis] * widths
    seen = np.all(exposure > SEEN_SHARE * full, axis=0)
    density = np.where(seen, squares / np.where(exposure > 0, exposure, 1.0), 0.0)
    return Histogram(FREQUENCIES[1:], density * widths, np.ones(len(part)))


def elements(part: pd.DataFrame) -> Histogram:
    """Density of |V_ab| of levels within ``CLOSE`` of each other."""
    return Histogram(ELEMENTS, stacked(part, "elements"), part["close"].to_numpy())


def criteria(part: pd.DataFrame) -> RealArray:
    """(N,) rho v-bar of sigma^z (130), the mean over |omega| < ``CLOSE``; nan where a window
    of levels does not reach so far."""
    moduli, exposure = (stacked(part, name)[:, :NEAR] for name in ("moduli", "exposure"))
    widths = np.diff(FREQUENCIES[: NEAR + 1])
    with np.errstate(invalid="ignore"):
        return np.asarray(moduli / exposure @ widths / widths.sum())


@dataclass(frozen=True)
class LawFit:
    """One law of :data:`LAWS` fitted to S(omega).

    Attributes
    ----------
    law
        its name.
    terms
        highest power first: y in x of figure 10, or log(S omega W) in log(W omega), with
        standard errors over realisations.
    more
        coefficient of the next power of x, if that is allowed for.
    misfit
        with what the bins have in common.
    window_error
        half the range of the leading term without a third of the bins at either end.
    window
        of 1/(W omega). decades : log10 of its width. bins : in it.
    """

    law: str
    terms: tuple[Estimate, ...]
    more: Estimate
    misfit: Misfit
    window_error: float
    window: tuple[float, float]
    bins: int

    @property
    def decades(self) -> float:
        return math.log10(self.window[1] / self.window[0])

    @property
    def holds(self) -> bool:
        """Whether no further term is seen, (111) has a gradient, and the fit is not
        rejected."""
        seen = abs(self.more.mean) > SEEN * self.more.error
        flat = self.law == "(111)" and not self.rises
        return bool(not seen and not flat and self.misfit.holds and self.more.error > 0)

    @property
    def rises(self) -> bool:
        """Whether S is seen to be less than 1/omega as omega falls."""
        return bool(self.terms[0].mean > SEEN * self.terms[0].error)


def windowed(part: pd.DataFrame, S: Histogram, lower: float, upper: float) -> Array:
    """Numbers of the bins with 1/(W omega) in a window and omega above the mean spacing that
    have an error."""
    W, spacing = float(part["W"].iloc[0]), float(part["spacing"].mean())
    inside = bins_within(S.edges, max(1 / (W * upper), spacing), 1 / (W * lower))
    return np.flatnonzero(inside & S.usable)


def ordinates(S: Histogram, W: float, law: str, used: Array) -> tuple[RealArray, Jackknife]:
    """x and y of a law in some bins."""
    omega, found = W * S.centres[used], S.jackknife

    def of(density: RealArray) -> RealArray:
        scaled = density[..., used] * omega
        return np.log(scaled) if law == "power" else scaled**-2.0

    x = np.log(omega)
    return (x if law == "power" else -x), Jackknife(of(found.value), of(found.without))


def solver(x: RealArray, weights: RealArray, degree: int) -> RealArray:
    """(degree + 1, m) matrix that makes of y what numpy.polyfit does, highest power first."""
    design = np.vander(x, degree + 1) * weights[:, np.newaxis]
    return np.asarray(np.linalg.pinv(design) * weights)


def law_fit(S: Histogram, W: float, law: str, used: Array) -> LawFit | None:
    """One law in some neighbouring bins, weighted by the errors of y; None with too few bins
    or chains."""
    if len(used) < FEWEST or S.realisations < FEWEST_CHAINS:
        return None
    degree = LAWS[law]
    x, y = ordinates(S, W, law, used)
    weights = 1 / np.asarray(y.error)
    fit, longer = (
        Jackknife(solve @ y.value, y.without @ solve.T)
        for solve in (solver(x, weights, each) for each in (degree, degree + 1))
    )
    third = len(used) // 3
    parts = (slice(None), slice(third, None), slice(None, len(used) - third))
    leading = [solver(x[s], weights[s], degree)[0] @ y.value[s] for s in parts]
    N = S.realisations
    return LawFit(
        law,
        tuple(Estimate(float(a), float(b), N) for a, b in zip(fit.value, fit.error)),
        Estimate(float(longer.value[0]), float(longer.error[0]), N),
        misfit(y, np.vander(x, degree + 1), weights),
        float(np.ptp(leading)) / 2,
        (1 / (W * S.edges[used[-1] + 1]), 1 / (W * S.edges[used[0]])),
        len(used),
    )


def joint_misfit(
    table: pd.DataFrame, law: str, lower: float, upper: float, least: float
) -> Misfit:
    """The misfit of a law at all W of one size together, in windows of 1/(W omega) of ``least``
    decades or more; unknown with none, or too few chains that all W have."""
    parts = [part for _, part in table.groupby("W")]
    common = set.intersection(*(set(part["realisation"]) for part in parts))
    values, without, designs, weights = [], [], [], []
    for part in parts if len(common) >= FEWEST_CHAINS else []:
        part = part[part["realisation"].isin(common)].sort_values("realisation")
        W, S = float(part["W"].iloc[0]), spectrum(part)
        used = windowed(part, S, lower, upper)
        if len(used) < FEWEST or S.edges[used[-1] + 1] < 10**least * S.edges[used[0]]:
            continue
        x, y = ordinates(S, W, law, used)
        values.append(y.value)
        without.append(y.without)
        designs.append(np.vander(x, LAWS[law] + 1))
        weights.append(1 / np.asarray(y.error))
    if not values:
        return UNKNOWN
    points = Jackknife(np.concatenate(values), np.concatenate(without, axis=1))
    return misfit(points, block_diag(*designs), np.concatenate(weights))


def longest(S: Histogram, W: float, law: str, used: Array) -> LawFit | None:
    """The longest stretch of neighbouring bins over which a law holds: no term beyond it is
    seen. (111) and the power are laws only with a slope that is seen, S below 1/omega."""
    for count in range(len(used), FEWEST - 1, -1):
        for first in range(len(used) - count + 1):
            stretch = used[first : first + count]
            if stretch[-1] - stretch[0] != count - 1:
                continue
            fit = law_fit(S, W, law, stretch)
            if fit is not None and fit.holds and (fit.rises or law == "1/omega"):
                return fit
    return None


def scatter(S: Histogram, used: Array) -> Estimate:
    """Relative scatter between samples of the weight of S in some bins, with its error."""
    weights = S.counts[:, used].sum(axis=1)
    N = len(weights)
    if N < 3 or not weights.mean() > 0:
        return Estimate(math.nan, math.nan, N)
    total, square = weights.sum(), float(weights @ weights)

    def of(s: Any, q: Any, n: int) -> Any:
        return np.sqrt(np.maximum((q - s**2 / n) / (n - 1), 0)) / (s / n)

    without = of(total - weights, square - weights**2, N - 1)
    error = math.sqrt((N - 1) / N * float(np.sum((without - without.mean()) ** 2)))
    return Estimate(float(of(total, square, N)), error, N)
