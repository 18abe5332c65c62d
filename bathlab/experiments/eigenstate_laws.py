"""Laws of rows of eigenstates of chains: sizes, distances, tails, and what becomes of cats.

Rings of one case are independent of those of others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.dynamics_laws import mean_of
from bathlab.experiments.portraits import CHI, POLARISED
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.fits import Line, fit_line
from bathlab.statistics.histograms import DensityLaw, Histogram, density_law

#: Tails of chi are fitted between these shares of all states beyond.
TAIL = (0.1, 0.002)


def stacked(part: pd.DataFrame, column: str) -> RealArray:
    """(N, k) the cells of a column."""
    return np.stack([np.asarray(cell, np.float64) for cell in part[column]])


@dataclass(frozen=True)
class Distances:
    """log |<sigma sigma>_c| at distances 1, ..., L/2 - 1 as a line in r, and in sqrt r."""

    plain: Line
    root: Line


def correlation_laws(part: pd.DataFrame) -> Distances:
    """Both lines; the farthest site of a ring, reached on two ways, is left out."""
    found = mean_of(part, "correlations")
    r = np.arange(1, len(found.mean))
    y, error = found.mean[:-1], np.maximum(found.error[:-1], 1e-6)
    count = found.realisations
    return Distances(fit_line(r, y, error, count), fit_line(np.sqrt(r), y, error, count))


def cat_range(part: pd.DataFrame) -> Estimate:
    """Mean range of the cats of a case; nan for none."""
    return ratio_of(part, "cat_ranges")


def ratio_of(part: pd.DataFrame, column: str, over: str | None = None) -> Estimate:
    """Mean range under the shares in a column of cells; or the sum of those over another's."""
    cells = stacked(part, column)
    weights = cells.sum(axis=1)
    above = cells @ np.arange(cells.shape[1]) if over is None else weights
    below = weights if over is None else stacked(part, over).sum(axis=1)

    def share(a: float, b: float) -> float:
        return a / b if b > 0 else math.nan

    return estimate_of(share, above, below, clusters=part["realisation"])


def chi_tail(part: pd.DataFrame) -> DensityLaw | None:
    """The power of the density of chi where TAIL of all states lie beyond; None: too few."""
    counts = stacked(part, "chi")
    histogram = Histogram(CHI, counts, np.ones(len(counts)))
    beyond = 1 - np.cumsum(counts.mean(axis=0))
    edges = [CHI[1 + int(np.argmax(beyond <= share))] for share in TAIL]
    try:
        return density_law(histogram, edges[0], edges[1])
    except ValueError:
        return None


def cat_shape(part: pd.DataFrame) -> Estimate:
    """Share of |<sigma>| < 0.2 over that of 0.4 to 0.6: 0.68 if two levels at any distance
    make cats, p(z) ~ (1 - z^2)^(-3/2)."""
    shares = stacked(part, "polarised")
    below = POLARISED[:-1]
    near = shares[:, below < 0.19].sum(axis=1)
    middle = shares[:, (below > 0.39) & (below < 0.59)].sum(axis=1)
    return estimate_of(
        lambda a, b: a / b if b > 0 else math.nan, near, middle, clusters=part["realisation"]
    )


def two_level_shape() -> float:
    """The same of p(z) ~ (1 - z^2)^(-3/2), whose integral is z/sqrt(1 - z^2)."""

    def integral(low: float, high: float) -> float:
        ends = [z / math.sqrt(1 - z * z) for z in (low, high)]
        return ends[1] - ends[0]

    return integral(0, 0.2) / integral(0.4, 0.6)


def kept_by_distance(part: pd.DataFrame) -> dict[int, list[Estimate]]:
    """By the distance m of the second site: share of the cats of each range that survive, nan
    for a range without cats."""
    found = {}
    for m, group in part.groupby("distance"):
        cats, kept = (stacked(group, name) for name in ("cats", "kept"))
        found[int(float(str(m)))] = [
            _share(kept[:, r], cats[:, r], group["realisation"]) for r in range(cats.shape[1])
        ]
    return found


def _share(above: RealArray, below: RealArray, labels: pd.Series) -> Estimate:
    if not below.sum() > 0:
        return Estimate(math.nan, math.nan, labels.nunique())
    return estimate_of(lambda a, b: a / b if b > 0 else math.nan, above, below, clusters=labels)


def long_and_short(part: pd.DataFrame) -> tuple[Estimate, Estimate, Estimate]:
    """Survival of cats with r >= m/2, of those with r < m/2, and their difference, over all m
    and r."""
    rows = part.sort_values(["realisation", "distance"])
    cats, kept = (stacked(rows, name) for name in ("cats", "kept"))
    long = 2 * np.arange(cats.shape[1]) >= rows["distance"].to_numpy()[:, None]
    sums = [(cells * where).sum(axis=1) for where in (long, ~long) for cells in (kept, cats)]
    labels = rows["realisation"]

    def shares(a: float, b: float, c: float, d: float) -> RealArray:
        both = [a / b if b > 0 else math.nan, c / d if d > 0 else math.nan]
        return np.array([*both, both[0] - both[1]])

    found = estimate_of(shares, *sums, clusters=labels)
    one, two, three = (
        Estimate(float(m), float(e), found.realisations)
        for m, e in zip(found.mean, found.error)
    )
    return one, two, three
