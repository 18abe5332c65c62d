"""Averages of chains with measured numbers, beside what the mean field says of the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.strengthened import critical_density
from bathlab.statistics.estimates import Estimate, estimate, summarise
from bathlab.theory import avalanche
from bathlab.theory.avalanche.directed import LOG2

#: Kinds of rows.
TURNING, CIRCUIT = "turning", "circuit"
#: What tells the points of each kind apart.
OF_TURNING = ["rule", "eta"]
OF_CIRCUIT = ["coupling", "decay", "resonance", "seen", "eta", "epsilon", "zeta_1"]
OF_CIRCUIT += ["epsilon_error", "a", "a_error"]


def strengthened_means(table: pd.DataFrame, K: float) -> pd.DataFrame:
    """A row for each rule and eta, with the mean ``turning`` eps and ``critical``, eps_c of the
    mean field at this K; and one for each input of a circuit, with P(``thermal``), the mean
    ``density``, and of the mean field ``critical``, eps_c at this zeta_1, with its error from
    that of zeta_1, ``critical_of_norm`` at that of :func:`of_norm`, and the ``verdict``.
    """
    turning, circuits = (table[table["kind"] == kind] for kind in (TURNING, CIRCUIT))
    parts = []
    if len(turning):
        means = summarise(turning, OF_TURNING, ["turning"])
        critical = avalanche.critical_epsilon(K, strengthening=means["eta"].to_numpy())
        parts.append(means.assign(kind=TURNING, critical=critical))
    if len(circuits):
        means = summarise(circuits, OF_CIRCUIT, ["thermal", "density"])
        means = means.merge(_critical(means), on=["a", "a_error", "eta"])
        words = np.where(means["epsilon"] < means["critical"], "localised", "thermal")
        parts.append(means.assign(kind=CIRCUIT, verdict=words))
    return pd.concat(parts, ignore_index=True)


def _critical(means: pd.DataFrame) -> pd.DataFrame:
    """eps_c of the mean field at each zeta_1 and eta, and half its range within the error."""
    found = means[["a", "a_error", "eta"]].drop_duplicates().reset_index(drop=True)
    rows = [
        [critical_density(each / LOG2, eta) for each in (a, a - error, a + error, of_norm(a))]
        for a, error, eta in zip(found["a"], found["a_error"], found["eta"])
    ]
    here, most, least, norm = np.array(rows).T
    error = (most - least) / 2
    return found.assign(critical=here, critical_error=error, critical_of_norm=norm)


def of_norm(a: float) -> float:
    """zeta/zeta_c of norms, if a is that of elements: the square root of 2^l of a length l
    makes 1/zeta smaller by s/2; infinite from a = 2 on."""
    inverse = 1 / a - 0.5
    return 1 / inverse if inverse > 0 else math.inf


def ranges(circuits: pd.DataFrame) -> pd.DataFrame:
    """One row for each J and decay: eps in the middle of all definitions, on a logarithmic
    scale, and its ``low`` and ``high`` ends."""
    parts = circuits.groupby(["coupling", "decay"], sort=False)
    low, high = parts["epsilon"].min(), parts["epsilon"].max()
    found = parts[["a", "a_error"]].first().assign(low=low, high=high)
    return found.assign(epsilon=np.sqrt(low * high)).reset_index()


def boundary(a: RealArray, eta: float) -> RealArray:
    """eps_c of the mean field at zeta_1 = a zeta_c; NaN where there is none."""
    values = np.array([critical_density(each / LOG2, eta) for each in a])
    return np.where(values > 0, values, np.nan)


def turning_slope(table: pd.DataFrame, rule: str, ends: tuple[float, float]) -> Estimate:
    """d log eps/d eta of the turning eps between two eta, from differences of the same
    realisations; NaN where one is lacking."""
    rows = table[(table["kind"] == TURNING) & (table["rule"] == rule)]
    rows = rows[rows["eta"].isin(ends)]
    wide = rows.pivot(index="realisation", columns="eta", values="turning").dropna()
    if wide.shape[1] < 2:
        return Estimate(math.nan, math.nan, len(wide))
    steps = np.log((wide[ends[1]] / wide[ends[0]]).to_numpy()) / (ends[1] - ends[0])
    return estimate(steps, wide.index.to_numpy())


def mean_field_slope(K: float, ends: tuple[float, float] = (0.999, 1.001)) -> float:
    """d log eps_c/d eta of the flow between two eta."""
    values: Any = avalanche.critical_epsilon(K, strengthening=np.array(ends))
    return float(np.diff(np.log(values))[0] / (ends[1] - ends[0]))
