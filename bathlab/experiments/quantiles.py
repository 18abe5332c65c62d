"""Quantiles of what is kept as counts in bins, one cell per realisation."""

from __future__ import annotations

import numpy as np

from bathlab.conventions import RealArray
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.resampling import Jackknife, jackknife


def counted_quantile(counts: RealArray, edges: RealArray, level: float) -> Estimate:
    """The value below which a share ``level`` of all counts lies, even within a bin, with its
    error over realisations; ``counts`` are (N, b), those of single ones may be all 0."""
    return _estimated(jackknife(counts, lambda mean: _inverse(mean, edges, level)), counts)


def counted_share(counts: RealArray, edges: RealArray, lower: float, upper: float) -> Estimate:
    """Share of all counts between two edges, with its error over realisations."""
    inside = (edges[:-1] >= lower - 1e-9) & (edges[1:] <= upper + 1e-9)
    found = jackknife(counts, lambda mean: mean[inside].sum() / max(mean.sum(), 1e-300))
    return _estimated(found, counts)


def _inverse(mean: RealArray, edges: RealArray, level: float) -> float:
    total = np.concatenate([[0.0], mean.cumsum()])
    return float(np.interp(level * total[-1], total, edges))


def _estimated(found: Jackknife, counts: RealArray) -> Estimate:
    return Estimate(float(found.value), float(found.error), int((counts.sum(axis=1) > 0).sum()))
