"""Fits to the gains of :mod:`bathlab.experiments.crossover_gains`: how much LIOMs strengthen a
bath, where l_c diverges, what a spin of the grain is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Callable

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.crossover_gains import (
    BLOCKS,
    DRAWN,
    UNIT,
    WINDOW,
    Gains,
    Measure,
    control_curves,
    gains,
    level_of,
)
from bathlab.statistics.blocks import block_means, jackknife_blocks
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.misfits import Misfit, misfit
from bathlab.statistics.resampling import Jackknife

#: A window narrower than that of the gains, to see whether it matters.
NARROW = (0.2, 0.8)
#: |log alpha_c| is cut here, where errors leave nothing known.
FAR = 3.0


@dataclass(frozen=True, eq=False)
class Fit:
    """A number from a fit to gains.

    Attributes
    ----------
    found
        with the error of blocks left out.
    bootstrap
        its error by blocks drawn again.
    misfit
        of the fit, with the covariance of its points.
    points, count
        how many, and their realisations.
    window
        half of what a narrower window changes, nan if that leaves too few points.
    """

    found: Jackknife
    bootstrap: float
    misfit: Misfit
    points: int
    count: int
    window: float = math.nan

    @property
    def estimate(self) -> Estimate:
        return Estimate(float(self.found.value), float(self.found.error), self.count)

    @property
    def holds(self) -> bool:
        """Whether there is a number with an error, of a fit that is not rejected."""
        return self.misfit.holds and math.isfinite(self.estimate.error)

    @property
    def error(self) -> float:
        """Of blocks or the bootstrap, the larger, and of the window."""
        window = 0.0 if math.isnan(self.window) else self.window
        return math.hypot(max(self.estimate.error, self.bootstrap), window)


def strengthening(found: Gains, per_liom: RealArray | None = None) -> Fit | None:
    """eta of gain = eta (i - 1), or of gain = eta ``per_liom`` (p,); weighted least squares.
    None for fewer than two points."""
    if len(found) < 2:
        return None
    design = found.lioms - 1 if per_liom is None else per_liom
    weights = _weights(found.found)
    slope = design * weights**2 / np.sum((design * weights) ** 2)
    eta = found.found.map(lambda values: float(slope @ values))
    off = misfit(found.found, design[:, np.newaxis], weights)
    return Fit(eta, half_width(found.drawn @ slope), off, len(found), int(found.counts.max()))


def _weights(points: Jackknife) -> RealArray:
    """1/error, none so large that one point of a few realisations, which happen to agree,
    draws the fit."""
    errors = np.asarray(points.error)
    found: RealArray = 1 / np.maximum(errors, 0.3 * np.median(errors))
    return found


def half_width(again: RealArray) -> float:
    """Half the width of the middle 68 % of a bootstrap; nan of none."""
    if not np.isfinite(again).any():
        return math.nan
    low, high = np.nanquantile(again, [0.16, 0.84])
    return float(high - low) / 2


def divergence(found: Gains) -> Fit | None:
    """alpha_c, where log alpha + eta (log 2)/2 = 0, of eta a linear function of log alpha: gain
    = (A + B log alpha) (i - 1). None where two alphas do not tell."""
    if len(found) < 3 or len(np.unique(found.alphas)) < 2:
        return None
    weights, design = _weights(found.found), found.lioms - 1
    both = np.stack([design, design * np.log(found.alphas)], axis=1)
    solve = np.linalg.pinv(both * weights[:, np.newaxis]) * weights

    def root(values: RealArray) -> float:
        level, slope = solve @ values
        return math.exp(float(np.clip(-UNIT * level / (1 + UNIT * slope), -FAR, FAR)))

    off = misfit(found.found, both, weights)
    again = np.array([root(each) for each in found.drawn if np.isfinite(each).all()])
    place = found.found.map(root)
    return Fit(place, half_width(again), off, len(found), int(found.counts.max()))


@dataclass(frozen=True, eq=False)
class Setting:
    """The rows of one setting, of which each gain is computed once."""

    rows: pd.DataFrame
    blocks: int = BLOCKS
    known: dict[Measure, Gains] = field(default_factory=dict)

    def gains(self, measure: Measure) -> Gains:
        """:func:`gains` of its rows."""
        if measure not in self.known:
            self.known[measure] = gains(self.rows, measure, WINDOW, self.blocks)
        return self.known[measure]

    def fit(self, measure: Measure, fit: Callable[[Gains], Fit | None]) -> Fit | None:
        """``fit`` of the gains, with the error of the window."""
        whole = self.gains(measure)
        narrow = whole.at((whole.values > NARROW[0]) & (whole.values < NARROW[1]))
        found, other = fit(whole), fit(narrow)
        if found is None or other is None:
            return found
        moved = abs(float(other.found.value) - float(found.found.value)) / 2
        return replace(found, window=moved)


def by_liom(found: Gains) -> dict[int, tuple[Jackknife, int]]:
    """Weighted mean gain of each LIOM number over grains and alpha, with how many points."""
    means = {}
    for liom in np.unique(found.lioms):
        here = found.at(found.lioms == liom)
        weights = _weights(here.found) ** 2
        means[int(liom)] = here.found.map(partial(_mean, weights / weights.sum())), len(here)
    return means


def _mean(share: RealArray, values: RealArray) -> float:
    return float(share @ values)


def spin_worth(table: pd.DataFrame, blocks: int = BLOCKS) -> tuple[Fit, RealArray] | None:
    """By how many (log 2)/2 one more spin of the grain lowers the log g that a LIOM alone needs
    for half of log 2, as a straight line; and the grains. None for fewer than three."""
    rows = table[table["kind"] == "alone"]
    alone = block_means(rows, ["spins", "g"], ["entropy"], blocks)
    sizes = np.unique(level_of(alone, "spins"))
    if len(sizes) < 3:
        return None

    def needed(control: RealArray) -> RealArray:
        curves = control_curves(alone, control)
        return np.array([-float(curves[n].inverse(0.5)) / UNIT for n in sizes])

    found, drawn = jackknife_blocks([alone], needed)
    weights = _weights(found)
    design = np.stack([sizes, np.ones(len(sizes))], axis=1)
    solve = (np.linalg.pinv(design * weights[:, np.newaxis]) * weights)[0]
    off = misfit(found, design, weights)
    worth = found.map(lambda values: float(solve @ values))
    spread = half_width(drawn(DRAWN) @ solve)
    return Fit(worth, spread, off, len(sizes), int(alone.counts.max())), sizes
