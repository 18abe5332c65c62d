"""Sums over the rows of :func:`bathlab.experiments.crossover.crossover_rows`: lengths l_c, and
what each LIOM adds to G and to D(O_B), beside what free LIOMs would."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.crossover import STRENGTHS
from bathlab.experiments.crossover_gains import BLOCKS, DRAWN, LOG2, UNIT, with_known
from bathlab.experiments.crossover_laws import FAR, half_width
from bathlab.statistics.blocks import block_means, jackknife_blocks
from bathlab.statistics.crossings import crossing
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.misfits import Misfit, misfit
from bathlab.statistics.resampling import Jackknife
from bathlab.streams import stream
from bathlab.theory.grain.kinematics import free_strength

#: A LIOM counts as far as l_c while the mean of S or Delta D over log 2 is above.
LEVEL = 0.5
#: Alternation of four steps: + + - - of their third difference over 8, 1 of steps +1 -1 +1 -1;
#: what changes with i up to its square does not count.
ALTERNATING = np.array([1.0, -3.0, 3.0, -1.0]) / 8
#: Columns that say how free LIOMs would step.
FREE = ("bandwidth", "field", "disorder")
#: Draws of fields that free LIOMs are averaged over.
FIELDS = 400


@dataclass(frozen=True, eq=False)
class Lengths:
    """l_c of each grain at one alpha, and d l_c/d l_b by a straight line.

    Attributes
    ----------
    spins, found
        (m,) grains, and l_c of each where it lies within the LIOMs attached.
    slope
        None for fewer than two.
    misfit
        None for fewer than three.
    """

    spins: RealArray
    found: Jackknife
    slope: Jackknife | None
    misfit: Misfit | None
    bootstrap: float
    count: int


def lengths(table: pd.DataFrame, column: str, alpha: float, blocks: int = BLOCKS) -> Lengths:
    """l_c at one alpha by the mean of a column of the rows of one setting."""
    rows = table[(table["kind"] == "lioms") & (table["alpha"] == alpha)].dropna(subset=column)
    means = block_means(rows, ["spins", "liom"], [column], blocks)
    spins, lioms = (
        means.points.get_level_values(name).to_numpy(float) for name in ("spins", "liom")
    )
    grains = np.unique(spins)

    def of(mean: RealArray) -> RealArray:
        values = mean[:, 0] / LOG2
        found = [crossing(lioms[spins == n], values[spins == n], LEVEL) for n in grains]
        return np.array(found)

    found, drawn = jackknife_blocks([means], of)
    # Below 1 nothing is measured between the grain and LIOM 1.
    known = np.isfinite(found.without).all(axis=0) & (found.value >= 1)
    known &= np.isfinite(found.value)
    kept = Jackknife(found.value[known], found.without[:, known])
    count = int(means.counts.max(initial=0))
    sizes = grains[known]
    if len(sizes) < 2:
        return Lengths(sizes, kept, None, None, math.nan, count)
    weights = 1 / np.maximum(np.asarray(kept.error), 1e-3)
    design = np.stack([np.ones(len(sizes)), sizes], axis=1)
    solve = (np.linalg.pinv(design * weights[:, np.newaxis]) * weights)[1]
    again = drawn(DRAWN)[:, known]
    spread = half_width(again[np.isfinite(again).all(axis=1)] @ solve)
    off = misfit(kept, design, weights) if len(sizes) > 2 else None
    return Lengths(sizes, kept, kept.map(lambda y: float(solve @ y)), off, spread, count)


@dataclass(frozen=True, eq=False)
class Steps:
    """What each of LIOMs 1, 2, ... adds to log G, in (log 2)/2, or to D, in log 2.

    Attributes
    ----------
    found
        of (m,) steps; ``alternation`` of the first four.
    """

    found: Jackknife
    alternation: Jackknife
    count: int


def strength_steps(
    table: pd.DataFrame, name: str, most: int = 4, blocks: int = BLOCKS
) -> Steps | None:
    """Steps of log G by a column of :data:`STRENGTHS`, of the grains with so many LIOMs whose
    levels are all known; None without such a grain."""
    rows = table[table["kind"] == "lioms"].dropna(subset=[name, f"{name}_after"])
    rows = _with_all(rows, most)
    if rows.empty:
        return None
    columns = [name, f"{name}_after"]
    return _steps(rows, columns, most, blocks, lambda x: np.log(x[:, 1] / x[:, 0]) / UNIT)


def growth_steps(
    table: pd.DataFrame, alpha: float, most: int = 4, blocks: int = BLOCKS
) -> Steps | None:
    """Steps of D(O_B) at one alpha, as :func:`strength_steps`."""
    rows = table[(table["kind"] == "lioms") & (table["alpha"] == alpha)]
    rows = _with_all(rows.dropna(subset="delta_log_ipr"), most)
    if rows.empty:
        return None
    return _steps(rows, ["delta_log_ipr"], most, blocks, lambda x: x[:, 0] / LOG2)


def _steps(
    rows: pd.DataFrame,
    columns: list[str],
    most: int,
    blocks: int,
    step: Callable[[RealArray], RealArray],
) -> Steps | None:
    """Mean over grains of a step of each LIOM; None without a grain whose LIOMs have all
    blocks."""
    means = block_means(rows, ["spins", "liom"], columns, blocks)
    spins = means.points.get_level_values("spins").to_numpy()
    sizes, counts = np.unique(spins, return_counts=True)
    whole = np.isin(spins, sizes[counts == most])
    if not whole.any():
        return None

    def of(mean: RealArray) -> RealArray:
        found: RealArray = step(mean[whole]).reshape(-1, most).mean(axis=0)
        return found

    found, _ = jackknife_blocks([means], of)
    return Steps(found, found.map(_alternation), int(means.counts.max()))


def _with_all(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Rows of LIOMs 1 to ``most`` of the grains that have them all."""
    rows = rows[rows["liom"] <= most]
    counts = rows.groupby("spins")["liom"].nunique()
    return rows[rows["spins"].isin(counts.index[counts == most])]


def _alternation(steps: RealArray) -> float:
    return float(ALTERNATING @ steps[:4])


def alternating(rows: pd.DataFrame, blocks: int = BLOCKS) -> dict[str, Steps]:
    """Steps of log G by the rms, and of D at the largest alpha, of one setting."""
    alpha = float(rows["alpha"].max())
    found = {
        "log G in (log 2)/2": strength_steps(rows, "strength", blocks=blocks),
        f"D(O_B) in log 2, alpha = {alpha:g}": growth_steps(rows, alpha, blocks=blocks),
    }
    return {name: each for name, each in found.items() if each is not None}


def free_steps(
    bandwidth: float, field: float, disorder: float, most: int = 4
) -> tuple[RealArray, float]:
    """The same steps of free LIOMs at a random matrix, of the mean G over fields, and their
    alternation: what kinematics alone makes of them."""
    draw = stream(0, most, "fields of free LIOMs")
    fields = field + disorder * draw.uniform(-1, 1, (FIELDS, most))
    strengths = np.array(
        [
            np.mean([free_strength(bandwidth / 2, each[:count], field) for each in fields])
            for count in range(most + 1)
        ]
    )
    steps: RealArray = np.diff(np.log(strengths)) / UNIT
    return steps, _alternation(steps)


def gain_of_strength(
    table: pd.DataFrame, name: str, known: bool, blocks: int = BLOCKS
) -> tuple[Estimate, float] | None:
    """eta by G: the mean step of log G in (log 2)/2 over LIOMs, of the LIOMs that are
    thermalised as are all before them if ``known``; with its error by blocks drawn again."""
    rows = with_known(table).dropna(subset=[name, f"{name}_after"])
    weight = rows["known"] * (rows["entropy"] > 0.9 * LOG2) if known else 1.0
    after = {"after": weight * rows[f"{name}_after"], "before": weight * rows[name]}
    rows = rows.assign(w=weight, **after)
    found, drawn = jackknife_blocks(
        [block_means(rows.assign(one=0), ["one"], ["after", "before", "w"], blocks)],
        lambda mean: math.log(mean[0, 0] / mean[0, 1]) / UNIT if mean[0, 1] > 0 else math.nan,
    )
    if not math.isfinite(found.value):
        return None
    count = int(rows.loc[rows["w"] > 0, "realisation"].nunique())
    return Estimate(float(found.value), float(found.error), count), half_width(drawn(DRAWN))


def slope_divergence(found: Sequence[tuple[float, Lengths]]) -> Jackknife | None:
    """alpha at which 1/(d l_c/d l_b), a straight line in log alpha, comes to 0."""
    known = [(alpha, one.slope) for alpha, one in found if one.slope is not None]
    if len(known) < 2:
        return None
    logs = np.log([alpha for alpha, _ in known])
    rates = Jackknife(
        np.array([1 / slope.value for _, slope in known]),
        np.array([1 / slope.without for _, slope in known]).T,
    )
    weights = 1 / np.maximum(np.asarray(rates.error), 1e-9)

    def root(values: RealArray) -> float:
        slope, level = np.polyfit(logs, values, 1, w=weights)
        return math.exp(float(np.clip(-level / slope, -FAR, FAR)))

    return rates.map(root)


#: Names of the estimators of G.
ESTIMATORS = dict(zip(STRENGTHS, ("rms of V", "mean |V|", "typical |V|")))
