"""Sums over the rows of :func:`bathlab.experiments.crossover.crossover_rows`: what a LIOM gains
from those before it, by a control instead of a formula.

The control, one LIOM alone at a grain, gives entropy (or Delta D) against log g: a free rising
function. A LIOM of entropy S gained the log g at which the control has S less its own log g.
Errors are those of blocks of realisations left out or drawn again, the control with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Callable

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.crossover import THERMAL as THERMAL_SHARE
from bathlab.statistics.blocks import Blocks, block_means, jackknife_blocks
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.misfits import Misfit, misfit
from bathlab.statistics.monotone import MonotoneCurve, monotone_curve
from bathlab.statistics.resampling import Jackknife

LOG2 = math.log(2)
#: What a thermalised LIOM adds to log G in eq. (16).
UNIT = LOG2 / 2
#: Means of S/log 2 or Delta D/log 2 that the control tells a coupling of, and narrower ones.
WINDOW, NARROW = (0.1, 0.9), (0.2, 0.8)
#: |log alpha_c| is cut here, where errors leave nothing known.
FAR = 3.0
#: Blocks of realisations, and draws of a bootstrap of them.
BLOCKS, DRAWN = 10, 40
#: Columns that tell LIOMs of one setting apart.
LIOM = ("spins", "alpha", "liom")
#: A conditioned mean needs so large a share of the states.
LEAST = 0.02


@dataclass(frozen=True)
class Measure:
    """What tells how far a LIOM is thermalised: a column of the rows of chains beside one of
    the control, and the weight of conditioned means, if any."""

    name: str
    column: str
    control: str
    weight: str = ""


#: S > 0.9 log 2 of all LIOMs before: in the mean over states of the realisation, when each was
#: attached; or in the very state, in which entropies are correlated beyond what they gain.
ENTROPY = Measure("S", "entropy", "entropy")
THERMAL = Measure(
    "S, thermalised realisations",
    "known_entropy",
    "entropy",
    "known",
)
STATES = Measure(
    "S, thermalised states",
    "entropy_thermal",
    "entropy",
    "thermal",
)
GROWTH = Measure("Delta D", "delta_log_ipr", "delta_log_ipr")
ALONE = Measure("S alone (control)", "entropy_alone", "entropy")
ALONE_THERMAL = Measure(
    "S alone, thermalised realisations (control)", "known_alone", "entropy", "known"
)


def with_known(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of chains with ``known``, 1 where each LIOM before had S > 0.9 log 2 when it was
    attached, else 0, and with the products ``known_entropy`` and ``known_alone``."""
    rows = table[table["kind"] == "lioms"].sort_values("liom", kind="stable")
    keys = ["setting", "spins", "alpha", "realisation"]
    thermal = (rows["entropy"] > THERMAL_SHARE * LOG2).astype(float)
    groups = [rows[key] for key in keys]
    known = thermal.groupby(groups).cumprod().groupby(groups).shift(fill_value=1.0)
    return rows.assign(
        known=known,
        known_entropy=known * rows["entropy"],
        known_alone=known * rows["entropy_alone"],
    )


@dataclass(frozen=True, eq=False)
class Gains:
    """log g that LIOMs gained from those before them, in units of (log 2)/2.

    Attributes
    ----------
    spins, alphas, lioms : (p,) of each point; ``values`` its S or Delta D over log 2.
    found : of (p,) gains; ``drawn`` the same of a bootstrap, (DRAWN, p).
    counts : (p,) realisations.
    """

    spins: RealArray
    alphas: RealArray
    lioms: RealArray
    values: RealArray
    found: Jackknife
    drawn: RealArray
    counts: RealArray

    def __len__(self) -> int:
        return len(self.spins)

    def at(self, chosen: Any) -> Gains:
        """Some of the points, by a mask."""
        chosen = np.flatnonzero(chosen)
        named = (self.spins, self.alphas, self.lioms, self.values)
        spins, alphas, lioms, values = (each[chosen] for each in named)
        kept = Jackknife(self.found.value[chosen], self.found.without[:, chosen])
        drawn, counts = self.drawn[:, chosen], self.counts[chosen]
        return Gains(spins, alphas, lioms, values, kept, drawn, counts)


def gains(
    table: pd.DataFrame,
    measure: Measure,
    window: tuple[float, float] = WINDOW,
    blocks: int = BLOCKS,
    spins: bool = False,
) -> Gains:
    """Of the rows of one setting: LIOMs with others before them whose mean is in the window.

    With ``spins`` in units of a spin of the grain: by how many the grain of the control would
    have to be larger, as far as there are such grains.
    """
    alone = block_means(
        table[table["kind"] == "alone"], ["spins", "g"], [measure.control], blocks
    )
    rows = with_known(table)
    columns = [measure.column, "g"] + ([measure.weight] if measure.weight else [])
    chains = block_means(rows.dropna(subset=columns), LIOM, columns, blocks)
    keys = {name: chains.points.get_level_values(name).to_numpy(float) for name in LIOM}
    used = _usable(chains, keys, measure, window, np.unique(_level(alone, "spins")))
    of = of_spins if spins else of_couplings

    def gained(control: RealArray, mean: RealArray) -> RealArray:
        curves = control_curves(alone, control)
        values = _values(chains, mean, measure)[used] / LOG2
        return of(curves, keys["spins"][used], values, np.log(chains.of(mean, "g")[used]))

    found, drawn = jackknife_blocks([alone, chains], gained)
    known = np.isfinite(found.value) & np.isfinite(found.without).all(axis=0)
    again = drawn(DRAWN)
    known &= np.isfinite(again).mean(axis=0) > 0.95
    sizes, alphas, lioms = (keys[name][used] for name in LIOM)
    means = _values(chains, chains.means.mean(axis=0), measure)[used] / LOG2
    whole = Gains(sizes, alphas, lioms, means, found, again, chains.counts[used])
    return whole.at(known)


def _level(blocks: Blocks, name: str) -> RealArray:
    found: RealArray = blocks.points.get_level_values(name).to_numpy(float)
    return found


def _values(chains: Blocks, mean: RealArray, measure: Measure) -> RealArray:
    values = chains.of(mean, measure.column)
    if not measure.weight:
        return values
    weights = chains.of(mean, measure.weight)
    return np.divide(values, weights, out=np.full_like(values, np.nan), where=weights > 0)


def _usable(
    chains: Blocks,
    keys: dict[str, RealArray],
    measure: Measure,
    window: tuple[float, float],
    grains: RealArray,
) -> Any:
    """Which points have others before them, a mean in the window, and a control."""
    mean = chains.means.mean(axis=0)
    values = _values(chains, mean, measure) / LOG2
    used = (keys["liom"] > 1) & (values > window[0]) & (values < window[1])
    used &= np.isin(keys["spins"], grains)
    if measure.weight:
        used &= chains.of(mean, measure.weight) > LEAST
    return used


def control_curves(alone: Blocks, mean: RealArray) -> dict[float, MonotoneCurve]:
    """S/log 2 of the control against log g, by spins of the grain."""
    spins, logs = _level(alone, "spins"), np.log(_level(alone, "g"))
    return {
        float(size): monotone_curve(logs[spins == size], mean[spins == size, 0] / LOG2)
        for size in np.unique(spins)
    }


def of_couplings(
    curves: dict[float, MonotoneCurve], spins: RealArray, values: RealArray, logs: RealArray
) -> RealArray:
    """Gains in units of (log 2)/2."""
    found = np.empty(len(values))
    for size in np.unique(spins):
        here = spins == size
        found[here] = curves[float(size)].inverse(values[here]) - logs[here]
    return found / UNIT


def of_spins(
    curves: dict[float, MonotoneCurve], spins: RealArray, values: RealArray, logs: RealArray
) -> RealArray:
    """Gains in spins of the grain; nan where no grain of the control is as large."""
    sizes = np.array(sorted(curves))
    table = np.array([curves[float(size)](logs) for size in sizes])  # (grains, points)
    found = np.full(len(values), np.nan)
    for point, value in enumerate(values):
        column = table[:, point]
        if np.all(np.diff(column) > 0) and column[0] <= value <= column[-1]:
            found[point] = np.interp(value, column, sizes) - spins[point]
    return found


@dataclass(frozen=True, eq=False)
class Fit:
    """A number from a fit to gains.

    Attributes
    ----------
    found : with the error of blocks left out.
    bootstrap : its error by blocks drawn again.
    misfit : of the fit, with the covariance of its points.
    points, count : how many, and their realisations.
    window : half of what a narrower window changes, nan if that leaves too few points.
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
    sizes = np.unique(_level(alone, "spins"))
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
