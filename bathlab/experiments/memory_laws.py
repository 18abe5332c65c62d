"""What rows of :func:`bathlab.experiments.memory_rows` say: laws of memory, strengthening,
lengths.

Four theories say when a LIOM is thermalised, by one number x = g rho |V| each. With x_1 of the
first LIOM at the bare grain, and a rule for what happens from LIOM to LIOM, each foretells how
many are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Mapping

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

from bathlab.checks import require_numbers, select
from bathlab.conventions import RealArray
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate, estimate, summarise

LOG2 = math.log(2)
#: The three means of the elements.
MOMENTS = ("rms", "mean", "typical")
#: What tells one ensemble from another.
CASE = ("sides", "spins", "alpha")
#: A LIOM is thermalised if it keeps less than this of its polarisation.
HALF = 0.5


@dataclass(frozen=True)
class Theory:
    """How many LIOMs are thermalised, from x_1: as long as x_i >= ``threshold``.

    log x_i = log(x_1 g_i/g_1) + ``strengthening`` (i - 1) (log 2)/2; None: x_i as measured. A
    threshold None is the x at which half of the memory is lost, as measured.
    """

    name: str
    moment: str
    threshold: float | None
    strengthening: float | None

    def at(self, table: pd.DataFrame) -> Theory:
        """The same with its threshold, as of these rows."""
        if self.threshold is not None:
            return self
        return replace(self, threshold=half_memory(table, self.moment).mean)


#: rho v-bar at which exp(-2 pi rho v-bar) is a half.
RESONANT = LOG2 / (2 * math.pi)
THEORIES = (
    Theory("G = 1, (16) and collar", "rms", 1.0, 1.0),
    Theory("exp(-2 rho v) = 1/2, strengthened", "mean", LOG2 / 2, 1.0),
    Theory("exp(-2 pi rho v) = 1/2, strengthened", "mean", RESONANT, 1.0),
    Theory("rho v of half memory, strengthened", "mean", None, 1.0),
    Theory("rho v of half memory, not strengthened", "mean", None, 0.0),
)


def memory_table(table: pd.DataFrame) -> pd.DataFrame:
    """Means with errors of each LIOM of each case."""
    columns = ["memory", "entropy", "width", *MOMENTS]
    return summarise(table, [*CASE, "liom", "g"], columns)


def memory_factor(table: pd.DataFrame, low: float, high: float) -> Estimate:
    """c of memory = exp(-c rho v-bar), over the LIOMs whose mean memory is between ``low`` and
    ``high``: the ratio of the sums of -log [memory] and [rho v-bar]. Means over realisations
    come first, cases share disorder; nan where there are none."""
    inside = _with_mean(table, low, high)
    if inside.empty:
        return Estimate(math.nan, math.nan, 0)
    memories = _curves(inside, "memory")
    elements = _curves(inside, "mean")

    def factor(memory: RealArray, x: RealArray) -> float:
        return float(-np.log(memory).sum() / x.sum())

    labels = memories.index.to_numpy()
    return estimate_of(factor, memories.to_numpy(), elements.to_numpy(), clusters=labels)


def mean_ratio(table: pd.DataFrame, liom: int | None) -> Estimate:
    """[mean]/[rms] of LIOM number ``liom``, or of the last one of each case: sqrt(2/pi) if the
    elements are Gaussian."""
    last = table.groupby([*CASE])["liom"].transform("max")
    part = table[table["liom"] == (last if liom is None else liom)]
    upper, lower = part["mean"], part["rms"]
    return estimate_of(lambda a, b: a / b, upper, lower, clusters=part["realisation"])


def half_memory(table: pd.DataFrame, moment: str) -> Estimate:
    """x at which mean memory falls to :data:`HALF`: straight in log x between the two nearest
    LIOMs of the best falling function."""
    memories, elements = _curves(table, "memory"), _curves(table, moment)

    def place(memory: RealArray, x: RealArray) -> float:
        order = np.argsort(x)
        fit = isotonic_regression(memory[order], increasing=False).x
        if not fit[0] > HALF > fit[-1]:
            return math.nan
        right = int(np.argmax(fit < HALF))
        ends = slice(right - 1, right + 1)
        return float(np.exp(np.interp(-HALF, -fit[ends], np.log(x[order][ends]))))

    labels = memories.index.to_numpy()
    return estimate_of(place, memories.to_numpy(), elements.to_numpy(), clusters=labels)


def misfit(table: pd.DataFrame, moment: str) -> Estimate:
    """How far the means of memory of all LIOMs are from the best falling function of the mean
    of one moment: root mean square."""
    memories, elements = _curves(table, "memory"), _curves(table, moment)

    def distance(memory: RealArray, x: RealArray) -> float:
        ordered = memory[np.argsort(x)]
        fit = isotonic_regression(ordered, increasing=False).x
        return float(np.sqrt(np.mean((ordered - fit) ** 2)))

    labels = memories.index.to_numpy()
    return estimate_of(distance, memories.to_numpy(), elements.to_numpy(), clusters=labels)


def strengthening(table: pd.DataFrame, low: float, high: float, moment: str) -> Estimate:
    """eta of a LIOM that keeps on average between ``low`` and ``high`` of its polarisation.

    From x of this LIOM to x of the next, log(x/g) grows by eta (log 2)/2 less what the wider
    band takes, log of the ratio of widths: 1 in eq. (16) of De Roeck & Huveneers, 0 if the
    LIOM is no part of the bath. Mean over LIOMs; nan where there are none.
    """
    steps = _steps(table, moment)
    inside = _with_mean(steps, low, high)
    if inside.empty:
        return Estimate(math.nan, math.nan, 0)
    return estimate(inside["eta"], inside["realisation"])


def steps_table(table: pd.DataFrame) -> pd.DataFrame:
    """Mean eta after each LIOM by all three moments, beside its mean memory."""
    parts = []
    for moment in MOMENTS:
        steps = _steps(table, moment)
        found = summarise(steps, [*CASE, "liom"], ["memory", "eta"])
        parts.append(found.assign(moment=moment))
    return pd.concat(parts, ignore_index=True)


def lengths(table: pd.DataFrame) -> pd.DataFrame:
    """How many LIOMs each case thermalises, measured and by each of :data:`THEORIES`.

    From the means over realisations, straight between LIOMs: where memory rises through
    :data:`HALF`, where log x falls through that of its threshold; 0 to the ``count`` of LIOMs.
    """
    select(table, [*CASE, "liom", "g", "memory", *MOMENTS])
    means = table.groupby([*CASE, "liom"], sort=False)[["g", "memory", *MOMENTS]].mean()
    theories = [theory.at(table) for theory in THEORIES]
    rows = []
    for key, part in means.reset_index().groupby([*CASE], sort=False):
        curves = {name: part[name].to_numpy(dtype=np.float64) for name in ("g", *MOMENTS)}
        rows.append(
            dict(zip(CASE, key))
            | {"count": len(part), "measured": _crossing(HALF - part["memory"].to_numpy())}
            | {theory.name: foretold(curves, theory) for theory in theories}
        )
    return pd.DataFrame(rows)


def deviation(table: pd.DataFrame, theory: Theory) -> Estimate:
    """Foretold less measured number of thermalised LIOMs, mean over the cases in which memory
    crosses a half; the error is that of the realisations (jackknife)."""
    theory = theory.at(table)
    theory = theory.at(table)
    memories = _curves(table, "memory")
    couplings = _curves(table, "g").mean()
    elements = _curves(table, theory.moment)
    places = _places(memories)

    def mean(memory: RealArray, x: RealArray) -> float:
        apart = []
        for where in places:
            found = _crossing(HALF - memory[where])
            if 0 < found < len(where):
                curves = {"g": couplings.to_numpy()[where], theory.moment: x[where]}
                apart.append(foretold(curves, theory) - found)
        return float(np.mean(apart)) if apart else math.nan

    labels = memories.index.to_numpy()
    return estimate_of(mean, memories.to_numpy(), elements.to_numpy(), clusters=labels)


def _places(curves: pd.DataFrame) -> list[np.ndarray[Any, Any]]:
    """Where the LIOMs of each case are among the columns."""
    names = [tuple(key)[: len(CASE)] for key in curves.columns.to_list()]
    return [np.flatnonzero([name == case for name in names]) for case in dict.fromkeys(names)]


def foretold(curves: Mapping[str, RealArray], theory: Theory) -> float:
    """The number of thermalised LIOMs by a theory, from g_i and the means of its moment."""
    if theory.threshold is None:
        raise ValueError(f"{theory.name!r} has no threshold yet. Take theory.at(table).")
    x = curves[theory.moment]
    if theory.strengthening is not None:
        g = curves["g"]
        x = x[0] * g / g[0] * 2.0 ** (np.arange(len(g)) * theory.strengthening / 2)
    return _crossing(np.log(x / theory.threshold))


def _crossing(values: RealArray) -> float:
    """Number of leading points above 0, up to where the line between points crosses it; 0 if
    the first is below."""
    below = np.flatnonzero(values < 0)
    if len(below) == 0:
        return float(len(values))
    place = int(below[0])
    if place == 0:
        return 0.0
    return place + float(values[place - 1] / (values[place - 1] - values[place]))


def _steps(table: pd.DataFrame, moment: str) -> pd.DataFrame:
    """eta from each LIOM to the next; the last one has none."""
    select(table, [*CASE, "realisation", "liom", "g", "memory", "width", moment])
    require_numbers(table, ["g", "memory", "width", moment])
    ordered = table.sort_values([*CASE, "realisation", "liom"])
    with np.errstate(divide="ignore"):
        level = np.log(ordered[moment] / ordered["g"] * ordered["width"])
    found = ordered.assign(level=level)
    after = found.groupby([*CASE, "realisation"])["level"].shift(-1)
    found["eta"] = (after - found["level"]) / (LOG2 / 2)
    return found[np.isfinite(found["eta"])]


def _with_mean(table: pd.DataFrame, low: float, high: float) -> pd.DataFrame:
    """Rows of the LIOMs whose mean memory is within bounds: of the mean, since a selection by
    each value would select by its fluctuation."""
    means = table.groupby([*CASE, "liom"])["memory"].transform("mean")
    return table[(means >= low) & (means < high)]


def _curves(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """One row a realisation, one column a LIOM of a case."""
    return table.pivot_table(index="realisation", columns=[*CASE, "liom"], values=column)
