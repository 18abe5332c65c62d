"""Which moment of a bath's matrix elements orders baths as Delta D does: sums over rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
from scipy import stats

from bathlab.conventions import RealArray
from bathlab.statistics.collapse import monotone_distance

#: What may predict Delta D of a spin with coupling g, each times g rho but the third from the
#: last, which is G itself, and the last, which is g rho alone.
PREDICTORS = ("rms", "mean", "median", "typical", "G", "density")
#: Delta D of a spin that is half thermalised.
HALF = math.log(2) / 2
#: Resamplings of the realisations of every bath: an error is then known to 4 %.
RESAMPLINGS = 300

Samples = dict[str, tuple[RealArray, RealArray]]


def samples_of(table: pd.DataFrame) -> Samples:
    """Of each bath, by realisation, what its predictors are made of (N, 6), and Delta D at the
    couplings (N, m)."""
    return {str(label): _of_bath(rows) for label, rows in table.groupby("bath", sort=False)}


def _of_bath(rows: pd.DataFrame) -> tuple[RealArray, RealArray]:
    with np.errstate(divide="ignore"):  # typical 0: a forbidden element
        logs = np.log(rows["typical"].to_numpy(float))
    first = [G[0] / g[0] for G, g in zip(rows["G"], rows["g"])]
    parts = (rows["rms"] ** 2, rows["mean"], rows["median"], logs, first, rows["rho"])
    return np.column_stack([np.asarray(part, float) for part in parts]), np.stack(
        rows["delta_log_ipr"].to_list()
    )


def per_coupling(parts: RealArray) -> RealArray:
    """The predictors over g, (6,), of the means of :func:`samples_of`: averages are taken of
    V^2, |V|, medians and log |V| as such, and rho multiplies them afterwards."""
    square, mean, median, log, G, rho = parts
    elements = np.array([math.sqrt(square), mean, median, math.exp(log)])
    return np.array([*(rho * elements), G, rho])


def onset(g: RealArray, delta: RealArray) -> float:
    """g at which Delta D first is half of log 2, linear in log g; inf where it never is, the
    least g where it always is."""
    above = np.flatnonzero(delta >= HALF)
    if not len(above):
        return math.inf
    right = int(above[0])
    if right == 0:
        return float(g[0])
    low, high = delta[right - 1], delta[right]
    share = (HALF - low) / (high - low)
    return float(g[right - 1] * (g[right] / g[right - 1]) ** share)


@dataclass(frozen=True, eq=False)
class Judged:
    """How well each of P predictors orders B baths.

    Attributes
    ----------
    ranks
        (P,) Spearman's correlation, over the baths, of the predictor at one g with how
        early in g Delta D is half of log 2.
    distances
        (P,) nats, of all points (bath, g) from one rising function of the predictor
        (:func:`bathlab.statistics.monotone_distance`). What Delta D exceeds log 2 by is not a
        matter of the spin: there it counts as log 2.
    onsets
        (B,) those couplings.
    """

    ranks: RealArray
    distances: RealArray
    onsets: RealArray


def judge(g: RealArray, predictors: RealArray, delta: RealArray) -> Judged:
    """Of (B, P) predictors over g and (B, m) Delta D at the couplings g (m,)."""
    onsets = np.array([onset(g, curve) for curve in delta])
    early = stats.rankdata(-onsets)
    with np.errstate(invalid="ignore"):  # nan where all are alike
        ranks = [float(np.corrcoef(stats.rankdata(x), early)[0, 1]) for x in predictors.T]
    capped = np.minimum(delta, 2 * HALF).ravel()
    distances = [monotone_distance(np.outer(each, g).ravel(), capped) for each in predictors.T]
    return Judged(np.array(ranks), np.array(distances), onsets)


def judged(samples: Mapping[str, tuple[RealArray, RealArray]], g: RealArray) -> Judged:
    """:func:`judge` of the means over the realisations."""
    predictors = [per_coupling(parts.mean(axis=0)) for parts, _ in samples.values()]
    return judge(
        g, np.array(predictors), np.array([d.mean(axis=0) for _, d in samples.values()])
    )


def resampled(samples: Samples, g: RealArray) -> Iterator[Judged]:
    """The same of the realisations of each bath drawn anew, with replacement; a fixed seed."""
    numbers = np.random.default_rng(1)
    for _ in range(RESAMPLINGS):
        drawn = {}
        for label, (parts, delta) in samples.items():
            chosen = numbers.integers(len(delta), size=len(delta))
            drawn[label] = (parts[chosen], delta[chosen])
        yield judged(drawn, g)


def spread(function: Callable[[Judged], RealArray], draws: list[Judged]) -> RealArray:
    """Standard deviation over resamplings: the bootstrap's standard error."""
    return np.std([function(draw) for draw in draws], axis=0, ddof=1)


def element_means(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each bath and coupling: predictors ``x_...``, Delta D with its error."""
    rows = []
    for label, (parts, delta) in samples_of(table).items():
        part = table[table["bath"] == label].iloc[0]
        predictors = per_coupling(parts.mean(axis=0))
        errors = delta.std(axis=0, ddof=1) / math.sqrt(len(delta)) if len(delta) > 1 else None
        for index, g in enumerate(part["g"]):
            rows.append(
                {
                    "bath": label,
                    "g": float(g),
                    "realisations": len(delta),
                    "proximity": bool(g >= part["energy_scale"]),
                    **{f"x_{name}": g * x for name, x in zip(PREDICTORS, predictors)},
                    "delta_log_ipr": float(delta[:, index].mean()),
                    "delta_log_ipr_error": math.nan if errors is None else float(errors[index]),
                }
            )
    return pd.DataFrame(rows)
