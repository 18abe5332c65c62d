"""What the rows of :func:`bathlab.experiments.drift_rows` say of fields, levels and ranges."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from bathlab.conventions import RealArray
from bathlab.experiments.cells import cell_array
from bathlab.experiments.drift import ANGLES, FIELDS, SPACINGS
from bathlab.experiments.drift_laws import ranges_of
from bathlab.experiments.resonant import SCALES
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.resampling import Jackknife, jackknife

#: Arcs of the circle whose shares of levels are compared: fewer than there are realisations.
ARCS = 8
#: Fewest pairs of a range, over all realisations, whose median is told.
FEWEST_PAIRS = 20


class Chance(NamedTuple):
    """A statistic, and how often one as large comes of what theory says.

    Attributes
    ----------
    per_freedom
        the statistic over its mean.
    p
        the probability.
    number
        of independent values behind it.
    """

    per_freedom: float
    p: float
    number: int


def field_chance(table: pd.DataFrame) -> Chance:
    """chi^2 of h_j in bins against the density sin^2(h/2)/pi, whose integral is (h - sin h)/2
    pi; the rows must be of different circuits."""
    counts = cell_array(table, "fields", (len(FIELDS) - 1,)).sum(axis=0)
    expected = counts.sum() * np.diff(FIELDS - np.sin(FIELDS)) / (2 * math.pi)
    chi2, freedom = float(np.sum((counts - expected) ** 2 / expected)), len(counts) - 1
    return Chance(chi2 / freedom, float(stats.chi2.sf(chi2, freedom)), int(counts.sum()))


def different_circuits(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each realisation, of the largest size: circuits of one seed have the fields
    of shorter ones, at any coupling."""
    longest = table.sort_values("sites", kind="stable")
    return longest.drop_duplicates("realisation", keep="last")


def phase_chance(table: pd.DataFrame) -> Chance | None:
    """Hotelling's T^2 of the shares of levels in arcs of the circle against equal ones.

    Levels of one circuit are not independent, circuits are: so their covariance is that over
    realisations. None with fewer than two realisations more than there are arcs.
    """
    counts = cell_array(table, "phases", (len(ANGLES) - 1,))
    shares = counts.reshape(len(counts), ARCS, -1).sum(axis=2)
    shares = (shares / shares.sum(axis=1, keepdims=True))[:, :-1]
    number, freedom = shares.shape
    if number < ARCS + 2:
        return None
    off = shares.mean(axis=0) - 1 / ARCS
    square = number * off @ np.linalg.solve(np.cov(shares.T), off)
    f = float(square) * (number - freedom) / (freedom * (number - 1))
    return Chance(f, float(stats.f.sf(f, freedom, number - freedom)), number)


def closeness(table: pd.DataFrame, spacings: float) -> Estimate:
    """Density of pairs with |omega| below so many mean spacings, over that of independent
    levels."""
    counts = cell_array(table, "spacings", (len(SPACINGS) - 1,))
    sites = int(table["sites"].iloc[0])
    pairs = cell_array(table, "pairs") / sites
    # |omega| is uniform up to pi: half of 2^L spacings.
    expected = pairs * spacings / 2.0 ** (sites - 1)
    shares = counts[:, SPACINGS[1:] <= spacings * (1 + 1e-9)].sum(axis=1) / expected
    return estimate(shares, table["realisation"])


class Growth(NamedTuple):
    """Resonances by range.

    Attributes
    ----------
    pairs
        (L/2 + 1,) how many a state has at each distance from 0 on.
    median
        (L/2 + 1,) of Omega; nan where too few pairs or too small ones are.
    weight
        (L/2 + 1,) mean of Z.
    number
        powers of 2 by which the pairs grow from one distance to the next.
    decay
        by how much -log of the median of Omega grows.
    exponent
        the a of p_Omega ~ Omega^-(1 + a) that both make, number log 2/decay.
    bend
        the largest distance of a log of a median from its straight line; 0 for two of them.
    fade
        by how much -log of the mean of Z grows.
    """

    pairs: Estimate
    median: Estimate
    weight: Estimate
    number: Estimate
    decay: Estimate
    exponent: Estimate
    bend: Estimate
    fade: Estimate

    @property
    def length_scale(self) -> Estimate:
        """exp(-1/zeta) if a resonance of distance d has the length 2 d + 1, all sites up to
        there: exp(-decay/2)."""
        mean = math.exp(-self.decay.mean / 2)
        return Estimate(mean, mean * self.decay.error / 2, self.decay.realisations)


def range_growth(table: pd.DataFrame) -> Growth:
    """Number, median Omega and mean Z of the pairs of each range.

    The slopes are those of straight lines through distances 1 to L/2 - 1: at 0 there is the
    site alone, and at L/2 a single one. They are nan where a median is.
    """
    counts = ranges_of(table, "range_scales", len(SCALES) - 1)[:, 1:]
    kinds = counts.shape[1]
    pairs, weight = (
        cell_array(table, name, (kinds + 1,))[:, 1:] for name in ("range_pairs", "range_weight")
    )
    states = cell_array(table, "states")[:, np.newaxis]
    samples = np.concatenate([counts.reshape(len(table), -1), pairs, weight, states], axis=1)
    least = FEWEST_PAIRS / len(table)

    def statistics(mean: RealArray) -> RealArray:
        of_pairs, of_weight = np.split(mean[-1 - 2 * kinds : -1], 2)
        logs = _log_medians(mean[: -1 - 2 * kinds].reshape(kinds, -1), of_pairs, least)
        number = 2 * of_pairs / mean[-1]  # each pair has two states
        with np.errstate(divide="ignore", invalid="ignore"):
            means = of_weight / of_pairs
            slopes = _slopes(np.log(number), logs, np.log(means))
        return np.concatenate([number, np.exp(logs), means, slopes])

    found = jackknife(samples, statistics)
    cut = [kinds, 2 * kinds, 3 * kinds]
    arrays = [_part(found, np.arange(start, start + kinds)) for start in (0, *cut[:2])]
    return Growth(*arrays, *(_part(found, 3 * kinds + k) for k in range(5)))


def _log_medians(counts: RealArray, pairs: RealArray, least: float) -> RealArray:
    """(k,) log of the median of Omega at each range, from (k, b) counts."""
    edges, found = np.log(SCALES), np.full(len(counts), math.nan)
    for kind, (own, whole) in enumerate(zip(counts, pairs)):
        below = whole - own.sum()
        if whole >= least and below < whole / 2:
            found[kind] = np.interp(whole / 2, below + np.cumsum([0.0, *own]), edges)
    return found


def _slopes(log_number: RealArray, log_scale: RealArray, log_weight: RealArray) -> RealArray:
    """(number, decay, exponent, bend, fade) of :class:`Growth`."""
    inner, lines = np.arange(1, len(log_number) - 1), (log_number, log_scale, log_weight)
    if len(inner) < 2 or not np.isfinite([y[inner] for y in lines]).all():
        return np.full(5, math.nan)
    growth, fall, fade = (np.polyfit(inner, y[inner], 1) for y in lines)
    bend = np.abs(log_scale[inner] - np.polyval(fall, inner)).max()
    return np.array([growth[0] / math.log(2), -fall[0], -growth[0] / fall[0], bend, -fade[0]])


def _part(found: Jackknife, places: RealArray | int) -> Estimate:
    values, errors = found.value[places], np.asarray(found.error)[places]
    if np.ndim(values) == 0:
        values, errors = float(values), float(errors)
    return Estimate(values, errors, len(found.without))
