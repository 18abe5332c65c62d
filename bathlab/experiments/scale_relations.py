"""How Omega, |z| and |omega| of pairs go together: ranks, densities, medians, neighbours.

Tables are those of :func:`bathlab.experiments.scale_rows`, of one size and coupling and of all
states; errors are by leaving out one realisation at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from bathlab.conventions import Array, RealArray
from bathlab.experiments.cells import cell_array
from bathlab.experiments.level_counts import PARTS, RANKS
from bathlab.experiments.pair_counts import FREQUENCIES, PER_DECADE, SCALES
from bathlab.experiments.scales import counts_of, pairs_of
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import Histogram, bins_within
from bathlab.statistics.resampling import Jackknife, jackknife

#: The bins of |omega| from 1e-4 to 1, four decades, in which ranks are taken.
DECADES = slice(int(np.searchsorted(FREQUENCIES, 1e-4)), int(np.searchsorted(FREQUENCIES, 1.0)))
#: |omega| from here on is taken for far above any Omega: 1 to pi.
FAR = int(np.searchsorted(FREQUENCIES, 1.0))
BINS = len(SCALES) - 1


def scale_quantile(table: pd.DataFrame, share: float, window: int | None = None) -> Jackknife:
    """log10 of the Omega below which a share of the pairs lie, of all or of those in a window
    of |omega|; within a bin the logarithm is taken as even."""
    counts, pairs = counts_of(table), pairs_of(table)
    some = slice(None) if window is None else slice(window, window + 1)
    samples = np.column_stack([counts[:, some].sum(axis=1), pairs[:, some].sum(axis=1)])
    return jackknife(samples, lambda mean: quantile_of(mean, share))


def quantile_of(counts_and_total: RealArray, share: float) -> float:
    """log10 of the quantile, of the counts in the bins of Omega with the total behind them;
    what is in no bin lies below all."""
    counts, total = counts_and_total[:-1], counts_and_total[-1]
    up_to = total - counts.sum() + np.concatenate([[0.0], np.cumsum(counts)])
    return float(np.interp(share * total, up_to, np.log10(SCALES)))


@dataclass(frozen=True)
class RankCorrelations:
    """Spearman's rank correlations over pairs, each decade of |omega| with the same weight.

    Attributes
    ----------
    scale
        of Omega with |omega|, 0 where they know nothing of each other.
    element
        of |z| with |omega|, 0 for z in random order.
    """

    scale: Estimate
    element: Estimate


def rank_correlations(
    table: pd.DataFrame, moved: bool = False, least: float = 0.0, most: float = np.inf
) -> RankCorrelations:
    """Of pairs with 1e-4 < |omega| < 1 and Omega in [least, most], to a fifth of a decade.

    Between Omega_0 and the least |omega| a power law has no rank correlation, whatever it comes
    from: p(z) ~ z^-(1+a) with z independent of omega gives p ~ Omega^-(1+a) at any omega, only
    more of it. The relation is in which pairs lie there, so all Omega tell it best.
    """
    joint = cell_array(
        table, "joint_moved" if moved else "joint", (len(FREQUENCIES) - 1, BINS)
    )[:, DECADES]
    total = cell_array(table, "frequency_pairs", (len(FREQUENCIES) - 1,))[:, DECADES]
    inside = bins_within(SCALES, least, most)
    rows, columns = np.indices(joint.shape[1:])
    place = {"scale": columns.ravel(), "element": (columns - rows).ravel()}
    samples = np.concatenate([np.where(inside, joint, 0.0).reshape(len(joint), -1), total], 1)

    def both(mean: RealArray) -> RealArray:
        counts = mean[: rows.size].reshape(rows.shape)
        weights = (counts / np.maximum(mean[rows.size :], 1e-300)[:, np.newaxis]).ravel()
        return np.array([_spearman(rows.ravel(), each, weights) for each in place.values()])

    found = jackknife(samples, both)
    return RankCorrelations(
        *(Estimate(float(x), float(e), len(table)) for x, e in zip(found.value, found.error))
    )


def _spearman(x: Array, y: Array, weights: RealArray) -> float:
    """Rank correlation of what stands in groups, those of one group sharing their rank."""
    ranks = [_midranks(each, weights) for each in (x, y)]
    share = weights / weights.sum()
    off = [rank - share @ rank for rank in ranks]
    with np.errstate(invalid="ignore"):
        scale = np.sqrt((share @ off[0] ** 2) * (share @ off[1] ** 2))
        return float((share @ (off[0] * off[1])) / scale)


def _midranks(values: Array, weights: RealArray) -> RealArray:
    groups = (rankdata(values, method="dense") - 1).astype(np.int64)
    sums = np.bincount(groups, weights)
    return (np.cumsum(sums) - sums / 2)[groups]


def density_by_ratio(
    table: pd.DataFrame, least: float, most: float
) -> tuple[RealArray, Estimate]:
    """Density of |omega| over that of |omega| > 1, of pairs with Omega in [least, most], in
    bins of |omega|/Omega (of the middles of the bins, a fifth of a decade each).

    Two levels alone have x/(x^2 - 1)^(1/2) at x = |omega|/Omega, nothing below 1: a pair with a
    resonance Omega is never closer than that. Only whole bins of |omega| below 1 count.

    Returns
    -------
    tuple[ndarray, Estimate]
        (k,) the ratios, from 1 up to 1/most, and the (k,) density over the uniform one, nan if
        no pair is at |omega| > 1.
    """
    joint = cell_array(table, "joint", (len(FREQUENCIES) - 1, BINS))
    first, last = (int(np.argmin(np.abs(np.log(SCALES / x)))) for x in (least, most))
    start = int(np.argmin(np.abs(np.log(SCALES[1:] / 1e-5)))) + 1  # SCALES there is 1e-5
    steps = np.arange(0, int(np.floor(PER_DECADE * np.log10(1 / SCALES[last]))) + 1)

    def ratios(mean: RealArray) -> RealArray:
        counts = mean.reshape(-1, BINS)
        found = np.zeros(len(steps))
        for place, step in enumerate(steps):
            scales = np.arange(first, last)
            omegas = scales - start + 1 + step  # bin 0 of |omega| is all below 1e-5
            here = counts[omegas, scales].sum()
            uniform = counts[FAR:, scales].sum(axis=0) / (np.pi - 1)
            expected = uniform @ np.diff(FREQUENCIES)[omegas]
            found[place] = here / expected if expected > 0 else np.nan
        return found

    found = jackknife(joint.reshape(len(joint), -1), ratios)
    return 10.0 ** (steps / PER_DECADE), Estimate(found.value, found.error, len(table))


def strength_histogram(table: pd.DataFrame, moved: bool = False) -> Histogram:
    """<Z | omega>, up to a constant, as a histogram over |omega| from 1e-5 up, for fits.

    The sum of Z in each bin over the pairs there, of all realisations together, times the width
    of the bin.
    """
    bins = len(FREQUENCIES) - 1
    sums = cell_array(table, "strength_moved" if moved else "strength", (bins,))[:, 1:]
    pairs = cell_array(table, "frequency_pairs", (bins,)).mean(axis=0)
    even = np.diff(FREQUENCIES)[1:] / np.maximum(pairs[1:], 1e-300)
    counts = np.where(pairs[1:] > 0, sums * even, 0.0)
    return Histogram(FREQUENCIES[1:], counts, np.ones(len(sums)))


def share_by_part(table: pd.DataFrame, lower: float, upper: float) -> Jackknife:
    """(4,) share of pairs with Omega in the bins of a range, of the states in each quarter of
    the circle, over the mean of the four."""
    inside = bins_within(SCALES, lower, upper)
    counts = cell_array(table, "parts", (PARTS, BINS))[:, :, inside].sum(axis=2)
    totals = cell_array(table, "part_pairs", (PARTS,))

    def over_mean(mean: RealArray) -> RealArray:
        share = mean[:PARTS] / mean[PARTS:]
        return np.asarray(share / max(share.mean(), 1e-300))

    return jackknife(np.concatenate([counts, totals], axis=1), over_mean)


@dataclass(frozen=True)
class FarAbove:
    """Pairs with Omega above ten mean spacings.

    Attributes
    ----------
    number
        of them that a state has at one site, in the mean.
    neighbours
        share of them that are neighbours on the circle.
    distance
        median of their distance in rank, to a factor of 2.
    """

    number: Estimate
    neighbours: Estimate
    distance: Estimate


def far_above(table: pd.DataFrame) -> FarAbove | None:
    """What :class:`FarAbove` says; None if there is no such pair."""
    ranks = cell_array(table, "ranks", (len(RANKS) - 1,))
    if not ranks.any():
        return None
    # There are as many pairs of neighbours as states, at each site.
    samples = np.column_stack([ranks, cell_array(table, "adjacent_pairs")])

    def three(mean: RealArray) -> RealArray:
        counts, whole = mean[:-1], mean[:-1].sum()
        up_to = np.concatenate([[0.0], np.cumsum(counts)])
        median = 2 ** np.interp(whole / 2, up_to, np.log2(RANKS))
        return np.array([2 * whole / mean[-1], counts[0] / whole, median])

    found = jackknife(samples, three)
    return FarAbove(
        *(Estimate(float(x), float(e), len(table)) for x, e in zip(found.value, found.error))
    )
