"""Sums over the rows of :func:`bathlab.experiments.condition_rows`: where entanglement of one
step and of a later one cross, and what else is compared on shared disorder."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Callable, Sequence

import numpy as np
import pandas as pd

from bathlab.checks import refusal
from bathlab.conventions import RealArray
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.misfits import Misfit, misfit
from bathlab.statistics.resampling import Jackknife, jackknife

#: Columns that tell cases apart, those of one of two studies each.
KEYS = ("kind", "law", "g1", "grain", "m", "alpha", "bandwidth", "disorder", "stage")
#: Points that a parabola is fitted to at least.
FEWEST = 4
#: Numbers whose means are tables.
NUMBERS = ("last", "core", "gap_ratio", "G", "log_G", "log_ipr", "core_orbitals")


def with_last(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of :func:`bathlab.experiments.surrounded_rows` with ``last``, the mean entropy
    of the m LIOMs attached last, or of those of the last shell; and ``log_G``."""
    rows = table.dropna(subset="entropies").copy()
    counts = rows["m"].astype(int)
    for _, part in rows[rows["kind"] == "shells"].groupby(["law", "grain"]):
        stages = np.sort(part["stage"].unique())
        sizes = dict(zip(stages, np.diff(stages, prepend=0)))
        counts.loc[part.index] = part["stage"].map(sizes)
    rows["last"] = [
        float(np.mean(np.asarray(each)[-m:])) for each, m in zip(rows["entropies"], counts)
    ]
    if "G" in rows:
        with np.errstate(divide="ignore"):
            rows["log_G"] = np.log(rows["G"].astype(float))
    return rows


def grid(rows: pd.DataFrame, column: str, across: str = "alpha") -> pd.DataFrame:
    """One row per realisation that all have, one column per value of ``across``."""
    return rows.pivot(index="realisation", columns=across, values=column).dropna()


def changes(rows: pd.DataFrame, early: int, late: int, column: str = "last") -> pd.DataFrame:
    """How much a column rises from one stage to another, realisation by alpha."""
    first, second = (grid(rows[rows["stage"] == at], column) for at in (early, late))
    shared = first.columns.intersection(second.columns)
    return (second[shared] - first[shared]).dropna()


@dataclass(frozen=True, eq=False)
class Crossed:
    """Where a change rises through 0 as alpha grows.

    Attributes
    ----------
    place
        log alpha, of all realisations and without each; nan where there is none.
    window
        half of what leaving out an end point or a straight line instead changes at most.
    misfit
        of the parabola in log alpha.
    count
        realisations.
    ends
        log alpha of the first and the last point of the fit.
    """

    place: Jackknife
    window: float
    misfit: Misfit
    count: int
    ends: tuple[float, float]

    @property
    def holds(self) -> bool:
        """Whether there is a place with an error, of a curve that the points do not reject."""
        return bool(self.place.error > 0) and self.misfit.holds

    @property
    def alpha(self) -> Estimate:
        """The place as an alpha."""
        value = math.exp(self.place.value)
        return Estimate(value, value * float(self.place.error), self.count)


def crossed(change: pd.DataFrame, degree: int = 2) -> Crossed:
    """The root of a parabola in log alpha, fitted to the mean changes of :func:`changes`.

    Weighted least squares; the error is that of realisations left out one by one, since points
    share them. Where chi^2 rejects the parabola, the end that is farther from the root is left
    out, down to ``FEWEST`` points.

    Raises
    ------
    ValueError
        If there are fewer than four alphas or three realisations.
    """
    if change.shape[1] < FEWEST or len(change) < 3:
        expected = "4 alphas and 3 realisations, or more"
        raise refusal("change", f"{change.shape[::-1]} of them", expected, "Measure more.")
    found = _crossed(change, degree)
    while not found.misfit.holds and change.shape[1] > FEWEST:
        ends = np.log(change.columns.to_numpy(dtype=float))[[0, -1]]
        off = np.abs(ends - found.place.value)
        change = change.iloc[:, :-1] if off[1] > off[0] else change.iloc[:, 1:]
        found = _crossed(change, degree)
    return found


def _crossed(change: pd.DataFrame, degree: int) -> Crossed:
    log, values = np.log(change.columns.to_numpy(dtype=float)), change.to_numpy()
    weights = 1 / np.maximum(values.std(axis=0, ddof=1) / math.sqrt(len(values)), 1e-9)

    def place(mean: RealArray, degree: int = degree, part: slice = slice(None)) -> float:
        return _root(log[part], mean[part], weights[part], degree)

    found, mean = jackknife(values, place), values.mean(axis=0)
    parts = [slice(1, None), slice(None, -1)] if len(log) > FEWEST else []
    others = [place(mean, 3 - degree), *(place(mean, degree, part) for part in parts)]
    design = np.vander(log - log.mean(), degree + 1)
    known = misfit(jackknife(values, lambda mean: mean), design, weights)
    window = float(np.abs(np.array(others) - found.value).max()) / 2
    return Crossed(found, window, known, len(values), (float(log[0]), float(log[-1])))


def _root(log: RealArray, mean: RealArray, weights: RealArray, degree: int) -> float:
    """Where the fit rises through 0 within the points or half their range beyond, else nan."""
    middle, half = log.mean(), np.ptp(log)
    fit = np.polyfit(log - middle, mean, degree, w=weights)
    roots = np.roots(fit)
    real = roots[np.abs(roots.imag) < 1e-12].real
    rising = real[(np.polyval(np.polyder(fit), real) > 0) & (np.abs(real) < half)]
    return float(rising[np.abs(rising).argmin()] + middle) if len(rising) else math.nan


def of_jackknife(value: float, without: RealArray, count: int) -> Estimate:
    """An estimate whose error is that of realisations left out one by one."""
    return Estimate(float(value), float(Jackknife(value, without).error), count)


def together(
    function: Callable[..., float], parts: Sequence[Crossed]
) -> tuple[Estimate, float]:
    """A function of places that share realisations, with its error; and what their windows
    make of it, as if independent."""
    values = [part.place.value for part in parts]
    shared = {part.count for part in parts}
    windows = 0.0
    for at, part in enumerate(parts):
        moved = list(values)
        moved[at] += part.window
        windows += (function(*moved) - function(*values)) ** 2
    if len(shared) == 1:
        without = np.array([function(*each) for each in zip(*(p.place.without for p in parts))])
        return of_jackknife(function(*values), without, parts[0].count), math.sqrt(windows)
    errors = 0.0
    for at, part in enumerate(parts):
        moved = list(values)
        moved[at] += float(part.place.error)
        errors += (function(*moved) - function(*values)) ** 2
    return Estimate(function(*values), math.sqrt(errors), min(shared)), math.sqrt(windows)


def mean_of(rows: pd.DataFrame, column: str) -> Estimate:
    """Mean of a column over realisations."""
    return estimate(rows[column].astype(float), rows["realisation"])


def paired(first: pd.DataFrame, second: pd.DataFrame, column: str) -> Estimate:
    """Mean of what a column is more in the second rows than in the first, on the same disorder:
    realisations that both have, each by its mean."""
    one, two = (rows.groupby("realisation")[column].mean() for rows in (first, second))
    gap = (two.astype(float) - one.astype(float)).dropna()
    return estimate(gap, gap.index)


def half_way(rows: pd.DataFrame, column: str, level: float) -> Estimate:
    """Logarithm of the last alpha at which the mean of a column falls below a level, on
    straight lines between points, with the error of realisations left out one by one."""
    table = grid(rows, column)
    log = np.log(table.columns.to_numpy(dtype=float))

    def place(mean: RealArray) -> float:
        above = np.flatnonzero((mean[:-1] >= level) & (mean[1:] < level))
        if not len(above):
            return math.nan
        at = int(above[-1])
        share = (mean[at] - level) / (mean[at] - mean[at + 1])
        return float(log[at] + share * (log[at + 1] - log[at]))

    found = jackknife(table.to_numpy(), place)
    return of_jackknife(found.value, found.without, len(table))


def condition_table(table: pd.DataFrame) -> pd.DataFrame:
    """Means with errors of :data:`NUMBERS` by :data:`KEYS`, and of the profiles of entropies
    those of each LIOM, in long form: ``quantity``, ``liom``, ``mean``, ``error``, ``N``."""
    rows = table.copy()
    known = rows["entropies"].notna() & rows["m"].notna()
    rows.loc[known, "last"] = with_last(rows[known])["last"]
    keys = [key for key in KEYS if key in rows]
    found: list[dict[str, Any]] = []
    for values, part in rows.groupby(keys, sort=False, dropna=False):
        here = dict(zip(keys, values if isinstance(values, tuple) else (values,)))
        for name in NUMBERS:
            if name in part and part[name].notna().all():
                found.append(here | _mean_row(name, 0, mean_of(part, name)))
        for name in ("entropies", "orbitals", "log_iprs", "log_weights"):
            if name in part and part[name].notna().all():
                curves = np.stack([np.asarray(each, dtype=float) for each in part[name]])
                for place, column in enumerate(curves.T, start=1):
                    each = estimate(column, part["realisation"])
                    found.append(here | _mean_row(name, place, each))
    return pd.DataFrame(found)


def _mean_row(name: str, liom: int, found: Estimate) -> dict[str, Any]:
    return {
        "quantity": name,
        "liom": liom,
        "mean": found.mean,
        "error": found.error,
        "N": found.realisations,
    }


def profile_of(rows: pd.DataFrame, column: str) -> list[Estimate]:
    """Means of a column of arrays of one length, entry by entry."""
    curves = np.stack([np.asarray(each, dtype=float) for each in rows[column]])
    return [estimate(values, rows["realisation"]) for values in curves.T]


def parts_of(rows: pd.DataFrame, column: str) -> list[tuple[float, pd.DataFrame]]:
    """Each number of a column, ascending, with its rows."""
    return [(float(value), rows[rows[column] == value]) for value in np.unique(rows[column])]
