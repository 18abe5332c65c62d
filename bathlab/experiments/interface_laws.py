"""What rows of the interface of a grain with LIOMs say: falls along the LIOMs, widths, means.

Tables are those of :func:`bathlab.experiments.interfacial.interfacial_rows`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable

import numpy as np
import pandas as pd

from bathlab.checks import select
from bathlab.conventions import RealArray
from bathlab.experiments.interfaces import EDGES, REACHES
from bathlab.statistics.estimates import Estimate, estimate, summarise
from bathlab.statistics.misfits import UNKNOWN, Misfit, misfit
from bathlab.statistics.resampling import jackknife

#: What tells the groups of the table of means apart, and what is averaged in each.
KEYS = ("kind", "bath", "spins", "alpha", "g1", "lioms", "site", "axis")
COLUMNS = (
    "log_ipr", "kurtosis", "modulus", "diagonal", "gap_ratio", "entropy", "log_density",
    "log_rate", "log_rule",
)  # fmt: skip
#: Where the levels near E = 0 are counted.
CENTRE = np.abs((EDGES[1:] + EDGES[:-1]) / 2) < 0.6


def interface_table(table: pd.DataFrame) -> pd.DataFrame:
    """Means with errors for each operator; logarithms stay logarithms, what does not apply is
    nan."""
    return summarise(with_logs(table), KEYS, COLUMNS, missing=True)


def with_logs(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with logarithms of density, rate and golden rule."""
    select(table, ["density", "rate", "rule"])
    logs = {f"log_{name}": np.log(table[name]) for name in ("density", "rate", "rule")}
    return table.assign(**logs)


def by_rule(means: pd.DataFrame) -> pd.Series:
    """D of a LIOM by the golden rule, log(2 pi rho Gamma/3), of means of logarithms."""
    return means["log_density"] + means["log_rule"] + math.log(2 * math.pi / 3)


def picked(table: pd.DataFrame, **wanted: Any) -> pd.DataFrame:
    """The rows with these values in these columns."""
    for name, value in wanted.items():
        table = table[table[name] == value]
    return table


def along(rows: pd.DataFrame, column: str, place: str = "site") -> tuple[RealArray, RealArray]:
    """The places, (m,), and the column at each in all realisations that have all of them, (N,
    m) or (N, m, k) of curves."""
    places = np.sort(rows[place].unique()).astype(np.float64)
    complete = []
    for _, part in rows.groupby("realisation"):
        values = np.array(part.sort_values(place)[column].tolist(), dtype=np.float64)
        if len(values) == len(places) and np.isfinite(values).all():
            complete.append(values)
    return places, np.array(complete)


def log_medians(near: RealArray) -> RealArray:
    """log of the distance within which half of the weight is, of mean curves (m, k)."""
    return np.array([np.interp(0.5, curve, np.log(REACHES)) for curve in near])


@dataclass(frozen=True)
class Ascent:
    """How points rise along some places, on a straight line weighted by their errors.

    Attributes
    ----------
    slope
        of the line.
    window
        half the range of the slope when a third of the points is left out at either end.
    misfit
        of the line, with the correlations of points of one realisation.
    """

    slope: Estimate
    window: float
    misfit: Misfit


def ascent(
    rows: pd.DataFrame,
    column: str,
    place: str = "site",
    statistic: Callable[[RealArray], RealArray] | None = None,
) -> Ascent:
    """The rise of a column along ``place``; of ``statistic`` of its mean (m, k) curves. Without
    four realisations, three places and an error at each it is unknown."""
    places, values = along(rows, column, place)
    nothing = Ascent(Estimate(math.nan, math.nan, len(values)), math.nan, UNKNOWN)
    if len(values) < 4 or len(places) < 3:
        return nothing
    points = jackknife(values, statistic or (lambda mean: mean))
    if not np.all(points.error > 0):
        return nothing
    weights = 1 / np.asarray(points.error)
    third = len(places) // 3
    parts = (slice(None), slice(third, None), slice(None, len(places) - third))
    slopes = [points.map(partial(_slope, places, weights=weights, part=part)) for part in parts]
    found = Estimate(float(slopes[0].value), float(slopes[0].error), len(values))
    window = float(np.ptp([each.value for each in slopes])) / 2
    return Ascent(found, window, misfit(points, np.vander(places, 2), weights))


def _slope(x: RealArray, y: RealArray, weights: RealArray, part: slice) -> float:
    return float(np.polyfit(x[part], y[part], 1, w=weights[part])[0])


def excess_over_own(rows: pd.DataFrame) -> Estimate:
    """D less -log(3 int v^2/rho), v the mean of the rows of one operator, one of a realisation.

    rho is that of the levels counted on the bins of v. What noise of v adds to its square is
    taken off.
    """
    v, levels = (np.array(rows[name].tolist(), dtype=np.float64) for name in ("v", "levels"))
    noise, step = v.var(axis=0, ddof=1) / len(v), EDGES[1] - EDGES[0]
    heights = np.broadcast_to(rows["log_ipr"].to_numpy()[:, np.newaxis], v.shape)

    def of(mean: RealArray) -> float:
        density = np.maximum(mean[1], 1e-9)
        squares = np.where(mean[1] > 0, (mean[0] ** 2 - noise) / density, 0.0)
        return float(mean[2, 0]) + math.log(3 * float(squares.sum()) * step)

    found = jackknife(np.stack([v, levels, heights], axis=1), of)
    return Estimate(float(found.value), float(found.error), len(v))


def central_density(rows: pd.DataFrame) -> RealArray:
    """(N,) levels per unit energy about E = 0, counted, over those of the Gaussian band."""
    counted = np.array(rows["levels"].tolist(), dtype=np.float64)[:, CENTRE].mean(axis=1)
    found: RealArray = counted / rows["density"].to_numpy(dtype=np.float64)
    return found


def gained(near: pd.DataFrame, far: pd.DataFrame, column: str) -> Estimate:
    """Column of ``far`` less that of ``near``, in the rows of the same site, axis and
    realisation, means over these."""
    keys = ["site", "axis", "realisation"]
    both = near[[*keys, column]].merge(far[[*keys, column]], on=keys).dropna()
    return estimate(both[f"{column}_y"] - both[f"{column}_x"], both["realisation"])


def drops(rows: pd.DataFrame) -> pd.DataFrame:
    """D of the contact less D(sigma^x_1), ``drop``, by g1 and realisation."""
    near = rows[rows["axis"].isin(["contact", "x"]) & (rows["site"] <= 1)]
    heights = near.pivot_table("log_ipr", ["g1", "realisation"], "axis").dropna()
    found = (heights["contact"] - heights["x"]).rename("drop").reset_index()
    return found.assign(log_g=-np.log(found["g1"]))
