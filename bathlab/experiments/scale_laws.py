"""Exponent and amplitude of p_Omega, eq. (5), by size, window of Omega and set of pairs.

Tables are those of :func:`bathlab.experiments.scale_rows`, with columns ``sites``, ``coupling``
and ``kind``; a = zeta/zeta_c.
"""

from __future__ import annotations

import math
from typing import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import Array, RealArray
from bathlab.experiments.pair_counts import WINDOWS
from bathlab.experiments.scales import scale_histogram
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import (
    DensityLaw,
    Histogram,
    bins_within,
    density_law,
    power_line,
)
from bathlab.statistics.resampling import Jackknife

#: Sets of pairs by name: the windows of |omega|, and the largest Omega of a fit. Pairs at small
#: |omega| alone have another exponent than all, so sizes are compared within one set. Of those
#: with an Omega near the bound of |omega| a part lies beyond it.
SETS: Mapping[str, tuple[slice, float]] = {
    "all pairs": (slice(0, len(WINDOWS) - 1), math.inf),
    "|omega| < 0.01": (slice(0, WINDOWS.index(1e-2)), 5e-3),
}
WHOLE, NEAR = SETS
#: What a row of fitted exponents has.
EXPONENTS = ["coupling", "sites", "pairs", "lower", "upper"]
EXPONENTS += ["a", "a_error", "a_window_error", "chi2_dof", "realisations"]
#: Rows of all states, of windows of states, and of changed fields, in the column ``kind``.
SPECTRUM, WINDOW, FIELDS = "spectrum", "window", "fields"
#: Fewest sizes of a line in 1/L, one more than its parameters.
FEWEST_SIZES = 3

Window = tuple[float, float]


def scale_law(table: pd.DataFrame, window: Window, pairs: str = WHOLE) -> DensityLaw | None:
    """The law of p_Omega in a window of Omega, at one size; None if there are too few pairs or
    realisations, or the rows or the window go beyond the pairs of the set."""
    part, largest = SETS[pairs]
    windows_alone = bool((table["kind"] == WINDOW).any())
    if window[1] > largest or (pairs == WHOLE and windows_alone):
        return None
    try:
        return density_law(scale_histogram(table, window=part), *window)
    except ValueError:
        return None


def exponent_of(law: DensityLaw) -> Estimate:
    """zeta/zeta_c of p_Omega ~ Omega^-(1 + zeta/zeta_c), eq. (5)."""
    return -law.exponent - 1


def amplitude_over(histogram: Histogram, law: DensityLaw, sites: int) -> Estimate:
    """Amplitude of the fitted law over that of eq. (5), a 2^-L with the a of the same fit."""
    ratio = _lines(histogram, law).map(
        lambda line: float(np.exp(line[1] + sites * math.log(2)) / (-1 - line[0]))
    )
    return Estimate(float(ratio.value), float(ratio.error), histogram.realisations)


def _lines(histogram: Histogram, law: DensityLaw) -> Jackknife:
    """(slope, constant) of log p over log Omega in the window of a fit, with the same
    weights."""
    inside = bins_within(histogram.edges, *law.window)
    return power_line(histogram, np.flatnonzero(inside & histogram.usable))[0]


def exponents(table: pd.DataFrame, windows: Sequence[Window]) -> pd.DataFrame:
    """One row for each coupling, size, set of pairs and window of Omega that has a fit: a with
    its errors and chi^2 per degree of freedom."""
    rows = []
    for (coupling, sites, _), part in table.groupby(["coupling", "sites", "kind"]):
        for pairs, (lower, upper) in ((s, w) for s in SETS for w in windows):
            law = scale_law(part, (lower, upper), pairs)
            if law is not None:
                a = exponent_of(law)
                rows.append(
                    {
                        "coupling": coupling,
                        "sites": sites,
                        "pairs": pairs,
                        "lower": lower,
                        "upper": upper,
                        "a": a.mean,
                        "a_error": a.error,
                        "a_window_error": law.window_error,
                        "chi2_dof": law.chi2_dof,
                        "realisations": a.realisations,
                    }
                )
    return pd.DataFrame(rows, columns=EXPONENTS)


def limit_law(table: pd.DataFrame, window: Window, pairs: str = WHOLE) -> DensityLaw | None:
    """a as L grows without bound: of a straight line in 1/L through the a of all sizes.

    Weighted least squares with the statistical errors of the a; the error of the limit leaves
    out one realisation at a time at all sizes, since a longer circuit has the fields of a
    shorter one. ``window_error`` is half the range of the limits when a third of the window of
    Omega, in logarithm, is left out at either end; ``bins`` is the number of sizes and
    ``chi2_dof`` that of the line, the sizes taken as independent.

    Returns
    -------
    DensityLaw or None
        As the law -(1 + a), without an amplitude; None for fewer than three sizes with a fit.
    """
    lower, upper = window
    third = (upper / lower) ** (1 / 3)
    windows = (window, (lower * third, upper), (lower, upper / third))
    found = [_limit(table, each, pairs) for each in windows]
    if found[0] is None:
        return None
    a, quality, sizes = found[0]
    others = [each[0].mean for each in found if each is not None and each[2] == sizes]
    spread = float(np.ptp(others)) / 2 if len(others) == len(windows) else math.nan
    nothing = Estimate(math.nan, math.nan, a.realisations)
    return DensityLaw(-a - 1, nothing, spread, window, sizes, quality)


def _limit(
    table: pd.DataFrame, window: Window, pairs: str
) -> tuple[Estimate, float, int] | None:
    """The limit, chi^2 per degree of freedom of the line, and how many sizes it rests on."""
    fits = list(_fits(table, window, pairs))
    if len(fits) < FEWEST_SIZES:
        return None
    sites, laws, influences = zip(*fits)
    a, error = (np.array([getattr(exponent_of(law), x) for law in laws]) for x in _PARTS)
    design = np.column_stack([np.ones(len(fits)), 1 / np.array(sites)]) / error[:, np.newaxis]
    solve = np.linalg.pinv(design) / error
    line = solve @ a
    off = a / error - design @ line
    shares = pd.concat([c * each for c, each in zip(solve[0], influences)])
    together = shares.groupby(level=0).sum()
    count = min(law.exponent.realisations for law in laws)
    limit = Estimate(float(line[0]), float(np.sqrt(np.sum(together**2))), count)
    return limit, float(off @ off) / (len(fits) - 2), len(fits)


_PARTS = ("mean", "error")


def _fits(
    table: pd.DataFrame, window: Window, pairs: str
) -> Iterator[tuple[int, DensityLaw, pd.Series]]:
    """Each size that has a fit, with what leaving out each realisation does to its a, by the
    realisation's number: the squares sum up to that of the error."""
    for (sites, _), part in table.groupby(["sites", "kind"]):
        law = scale_law(part, window, pairs)
        if law is not None:
            slopes = _lines(scale_histogram(part, window=SETS[pairs][0]), law).without[:, 0]
            count = len(slopes)
            labels: list[Array] = np.array_split(part["realisation"].to_numpy(), count)
            scaled: RealArray = (slopes - slopes.mean()) * math.sqrt((count - 1) / count)
            yield int(str(sites)), law, pd.Series(-scaled, [names[0] for names in labels])
