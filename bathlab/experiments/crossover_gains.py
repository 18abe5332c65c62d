"""Sums over the rows of :func:`bathlab.experiments.crossover.crossover_rows`: what a LIOM gains
from those before it, by a control instead of a formula.

The control, one LIOM alone at a grain, gives entropy (or Delta D) against log g: a free rising
function. A LIOM of entropy S gained the log g at which the control has S less its own log g.
Errors are those of blocks of realisations left out or drawn again, the control with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.crossover import THERMAL as THERMAL_SHARE
from bathlab.statistics.blocks import Blocks, block_means, jackknife_blocks
from bathlab.statistics.monotone import MonotoneCurve, monotone_curve
from bathlab.statistics.resampling import Jackknife

LOG2 = math.log(2)
#: What a thermalised LIOM adds to log G in eq. (16).
UNIT = LOG2 / 2
#: Means of S/log 2 or Delta D/log 2 that the control tells a coupling of.
WINDOW = (0.1, 0.9)
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
    spins, alphas, lioms
        (p,) of each point; ``values`` its S or Delta D over log 2.
    found
        of (p,) gains; ``drawn`` the same of a bootstrap, (DRAWN, p).
    counts
        (p,) realisations.
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
    used = _usable(chains, keys, measure, window, np.unique(level_of(alone, "spins")))
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


def level_of(blocks: Blocks, name: str) -> RealArray:
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
    spins, logs = level_of(alone, "spins"), np.log(level_of(alone, "g"))
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
