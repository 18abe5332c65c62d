"""What the counts of chi, kappa and their terms say of eqs. (10)-(16), over realisations.

Tables are those of :func:`bathlab.experiments.susceptibility_rows`, of one model and size L.
"""

from __future__ import annotations

import math
from typing import Callable, Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.cells import cell_array, cell_histogram, compared_densities
from bathlab.experiments.expected import CIRCUIT
from bathlab.experiments.pair_counts import SCALES
from bathlab.experiments.susceptible import (
    CURVATURES,
    FIDELITIES,
    K_DECADES,
    SPACINGS,
    X_DECADES,
)
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate, estimate, grouped
from bathlab.statistics.histograms import (
    FEWEST_BINS,
    DensityLaw,
    Histogram,
    bins_within,
    density_law,
)
from bathlab.statistics.resampling import jackknife

#: Of each quantity, how many values there are, and its bins.
BINS = {
    "x": ("pairs", FIDELITIES),
    "chi": ("states", FIDELITIES),
    "k": ("pairs", CURVATURES),
    "kappa": ("states", CURVATURES),
}
#: Decades of the terms whose pairs are looked at.
DECADES = {"x": X_DECADES, "k": K_DECADES}
#: Fewest counts of chi above a threshold.
FEWEST_COUNTS = 100
#: By how much more terms than sums may lie above a threshold.
NEARLY_ONE = 1.1


def by_size(table: pd.DataFrame) -> dict[tuple[float, int], pd.DataFrame]:
    """The rows of the circuits of each coupling and size."""
    circuits = table[table["levels"] == CIRCUIT]
    groups = grouped(circuits, ["coupling", "sites"])
    return {(float(J), int(L)): part for (J, L), part in groups}


def answer_histogram(table: pd.DataFrame, quantity: str, moved: bool = False) -> Histogram:
    """p_x, p_chi, p_|k| or p_|kappa|, or that of the control."""
    totals, edges = BINS[quantity]
    return cell_histogram(table, f"{quantity}_moved" if moved else quantity, totals, edges)


def fitted(histogram: Histogram, window: Sequence[float]) -> DensityLaw | None:
    """The law in a window; None if there are too few realisations or values."""
    try:
        return density_law(histogram, window[0], window[1])
    except ValueError:
        return None


def share(table: pd.DataFrame, quantity: str, window: Sequence[float]) -> RealArray:
    """(N,) share of all values of each realisation that is in the bins of a window."""
    found = answer_histogram(table, quantity)
    return found.counts[:, bins_within(found.edges, *window)].sum(axis=1) / found.totals


def dominance(table: pd.DataFrame, window: Sequence[float]) -> Estimate | None:
    """(2^L - 1) P_x/P_chi, shares of all x and all chi in a window: 1 where one term is the
    sum; None if there is a chi in fewer than two circuits."""
    others = 2.0 ** table["sites"].iloc[0] - 1
    shares = [share(table, name, window) for name in ("x", "chi")]
    return _of_shares(lambda x, chi: others * x / chi, shares, [table["realisation"]] * 2)


def largest_share(table: pd.DataFrame, window: Sequence[float]) -> Estimate | None:
    """Mean share of the largest x in chi, of the states with chi in a window; None as above."""
    inside = bins_within(FIDELITIES, *window)
    shares, sums = (
        cell_array(table, name, inside.shape)[:, inside].sum(axis=1)
        for name in ("chi_share", "chi")
    )
    return _of_shares(
        lambda part, all_: part / all_, [shares, sums], [table["realisation"]] * 2
    )


def threshold(table: pd.DataFrame) -> Estimate | None:
    """chi above which there are ``NEARLY_ONE`` times as many terms as sums; None if more or
    fewer than that at all chi that ``FEWEST_COUNTS`` sums exceed."""
    terms, sums = (answer_histogram(table, name).counts for name in ("x", "chi"))
    above = np.stack([2 * terms, sums], axis=1)[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
    enough = int(np.sum(above[:, 1].sum(axis=0) >= FEWEST_COUNTS))
    above, edges = above[:, :, :enough], np.log(FIDELITIES[:enough])

    def crossing(mean: RealArray) -> float:
        logs = np.log(mean[0] / mean[1]) - math.log(NEARLY_ONE)
        over = np.flatnonzero(logs > 0)
        if len(over) == 0 or over[-1] + 1 == len(logs):
            return math.nan
        last = over[-1]
        step = logs[last] / (logs[last] - logs[last + 1])
        return float(np.exp(edges[last] + step * (edges[last + 1] - edges[last])))

    found = _estimate(above, crossing, len(table))
    return found if math.isfinite(found.mean) and math.isfinite(found.error) else None


def growth(
    few: pd.DataFrame, many: pd.DataFrame, quantity: str, window: Sequence[float]
) -> Estimate | None:
    """By how many powers of 2 a site more changes the share of all values that is in a window;
    None if there is one in fewer than two circuits."""
    apart = int(many["sites"].iloc[0]) - int(few["sites"].iloc[0])
    shares = [share(table, quantity, window) for table in (few, many)]
    labels = [table["realisation"] for table in (few, many)]
    return _of_shares(lambda a, b: float(np.log2(b / a)) / apart, shares, labels)


def slope_change(
    first: pd.DataFrame, second: pd.DataFrame, quantity: str, window: Sequence[float]
) -> Estimate | None:
    """Exponent in the second table less that in the first, whose circuits have the same fields;
    None if there are too few values."""
    tables = (first, second)
    found = [answer_histogram(table, quantity) for table in tables]
    used = bins_within(found[0].edges, *window) & found[0].usable & found[1].usable
    if used.sum() < FEWEST_BINS:
        return None
    x, widths = np.log(found[0].centres[used]), np.diff(found[0].edges)[used]
    weights = [each.density.mean[used] / each.density.error[used] for each in found]

    def slope(counts: RealArray, weight: RealArray) -> float:
        return float(np.polyfit(x, np.log(counts[used] / widths), 1, w=weight)[0])

    return estimate_of(
        lambda a, b: slope(b, weights[1]) - slope(a, weights[0]),
        *(each.counts for each in found),
        clusters=[table["realisation"] for table in tables],
    )


def origin(table: pd.DataFrame, term: str, window: Sequence[float]) -> Histogram:
    """Where a term comes from: the pairs whose term is in the whole decades of a window.

    Parameters
    ----------
    term
        "x_Z", "x_Omega", "x_omega" for Z, Omega and |omega| given x, "k_Z" given |k|.
    window
        of x or |k|.
    """
    decades = DECADES[term[0]]
    shape = (len(decades) - 1, len(SCALES) - 1)
    counts = cell_array(table, term, shape)[:, bins_within(decades, *window)].sum(axis=1)
    return Histogram(SCALES, counts, counts.sum(axis=1))


def median(histogram: Histogram) -> Estimate | None:
    """The value that half of all in the bins lie below, from a line in its logarithm through
    its bin; None without counts in each realisation but one."""

    def half(mean: RealArray) -> float:
        below = np.concatenate([[0.0], np.cumsum(mean)]) / mean.sum()
        return float(np.exp(np.interp(0.5, below, np.log(histogram.edges))))

    if np.count_nonzero(histogram.totals) < 2:
        return None
    return _estimate(histogram.counts, half, histogram.realisations)


def expected_median(exponent: float, least: float) -> float:
    """Median of what has the density y^exponent between ``least`` and 1."""
    power = exponent + 1
    if abs(power) < 1e-9:
        return math.sqrt(least)
    return float(((1 + least**power) / 2) ** (1 / power))


def halving_scale(table: pd.DataFrame) -> Estimate:
    """Mean over circuits of log2 of the Omega below which half of the sum of chi comes from."""
    weights = cell_array(table, "chi_Omega", (len(SCALES) - 1,))
    below = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    logs = np.log2(SCALES)
    halves = [np.interp(0.5, [0.0, *row], logs) for row in below]
    return estimate(halves, np.arange(len(table)))


def level_density(table: pd.DataFrame, window: Sequence[float]) -> Estimate:
    """Pairs with |omega| in a window, in units of the mean spacing, over those of levels that
    know nothing of each other."""
    return estimate(_near(table, window), table["realisation"])


def density_change(
    first: pd.DataFrame, second: pd.DataFrame, window: Sequence[float]
) -> Estimate | None:
    """:func:`level_density` of the second table over that of the first, whose circuits have the
    same fields; None if there is a pair in fewer than two circuits."""
    densities = [_near(table, window) for table in (first, second)]
    labels = [table["realisation"] for table in (first, second)]
    return _of_shares(lambda a, b: b / a, densities, labels)


def _near(table: pd.DataFrame, window: Sequence[float]) -> RealArray:
    """(N,) :func:`level_density` of each circuit."""
    inside = bins_within(SPACINGS, *window)
    lower, upper = SPACINGS[:-1][inside][0], SPACINGS[1:][inside][-1]
    counts = cell_array(table, "spacings", (len(SPACINGS) - 1,))[:, inside].sum(axis=1)
    # n (n - 1)/2 pairs, |omega| uniform up to pi: up to n/2 spacings.
    return np.asarray(counts / (2.0 ** table["sites"].iloc[0] - 1) / (upper - lower))


def sign_balance(table: pd.DataFrame, least: float) -> Estimate | None:
    """(N_+ - N_-)/(N_+ + N_-) of the kappa beyond ``least``; None if fewer than two circuits
    have such."""
    inside = bins_within(CURVATURES, least, math.inf)
    counts = [
        cell_array(table, name, inside.shape)[:, inside].sum(axis=1)
        for name in ("kappa_positive", "kappa")
    ]
    return _of_shares(lambda up, all_: 2 * up / all_ - 1, counts, [table["realisation"]] * 2)


def concentration(table: pd.DataFrame) -> tuple[float, float]:
    """Mean of chi over its median, and the share of that mean of the circuit that has most."""
    means, medians = (cell_array(table, f"{name}_chi") for name in ("mean", "median"))
    return float(means.mean() / medians.mean()), float(means.max() / means.sum())


def susceptibility_means(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """One row for each group and quantity of :data:`BINS`: p in bins ``value``, with its error,
    and p of the control."""
    rows = []
    for key, part in grouped(table, by):
        for quantity in BINS:
            here, moved = (answer_histogram(part, quantity, kind) for kind in (False, True))
            names = dict(zip(by, key)) | {"quantity": quantity}
            rows.append({**names, **compared_densities(here, moved, "value")})
    return pd.DataFrame(rows)


def _of_shares(
    function: Callable[..., float], shares: Sequence[RealArray], labels: Sequence[pd.Series]
) -> Estimate | None:
    """``function`` of the means of two columns; None if either is zero but in one circuit."""
    if min(np.count_nonzero(column) for column in shares) < 2:
        return None
    return estimate_of(function, *shares, clusters=list(labels))


def _estimate(
    samples: RealArray, statistic: Callable[[RealArray], float], realisations: int
) -> Estimate:
    """A number made of the mean sample, with its error."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = jackknife(samples, statistic)
        return Estimate(float(found.value), float(found.error), realisations)
