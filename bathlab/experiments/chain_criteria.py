"""Where a chain stops being thermal, W*(L), by several criteria, from rows of
:func:`bathlab.experiments.chain_state_rows` of one kind of chain."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Callable

import numpy as np
import pandas as pd

from bathlab.analysis.entanglement import entanglement_entropy
from bathlab.conventions import RealArray
from bathlab.experiments.chain_laws import criteria
from bathlab.experiments.chain_states import CLOSE
from bathlab.operators.spin_space import SpinSpace
from bathlab.statistics.collapse import Curve
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.resampling import Jackknife, jackknife
from bathlab.streams import stream
from bathlab.theory.random_matrices import GOE, GUE, POISSON_RATIO

LOG2 = math.log(2)
#: Random states whose mean entropy is the thermal one.
RANDOM_STATES = 24
#: Criteria by column of :func:`with_criteria`, with their label: 1 if thermal, 0 if localised.
HALVES = {
    "repulsion": "gap ratio",
    "half": "half-chain entanglement",
    "one": "single-site entanglement",
    "forgotten": "1 - C",
}


#: Where a criterion places W*: at the first departure from thermal, and half-way.
LEVELS = {"departure": 0.9, "half-way": 0.5}


@lru_cache(maxsize=64)
def thermal_entropy(sites: int, whole: bool) -> float:
    """Mean entropy of half a chain in random states, in nats: real ones of S^z = 0, or complex
    ones of all states."""
    space = SpinSpace(sites, None if whole else sites % 2 / 2)
    draw = stream(0, sites, "random states of a chain")
    vectors = draw.standard_normal((space.dimension, RANDOM_STATES))
    if whole:
        vectors = vectors + 1j * draw.standard_normal(vectors.shape)
    vectors = space.embed(vectors / np.linalg.norm(vectors, axis=0))
    half = list(range(sites // 2))
    found = [entanglement_entropy(each, (2,) * sites, half) for each in vectors.T]
    return float(np.mean(found))


def with_criteria(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with ``rho_v``, and the columns of :data:`HALVES`: 1 if thermal, 0 if localised
    (of entropies: if all is a product)."""
    vector = table["kind"] == "vector"
    chaotic = np.where(vector, GUE.gap_ratio, GOE.gap_ratio)
    pairs = list(zip(table["sites"], vector))
    return table.assign(
        rho_v=criteria(table),
        repulsion=(table["gap_ratio"] - POISSON_RATIO) / (chaotic - POISSON_RATIO),
        half=table["entropy_half"] / [thermal_entropy(int(L), bool(all_)) for L, all_ in pairs],
        one=table["entropy_one"] / LOG2,
        forgotten=1 - table["plateau"],
    )


@dataclass(frozen=True, eq=False)
class Sweep:
    """A quantity along W: W (m,) ascending, samples (N, m), one row per realisation."""

    W: RealArray
    samples: RealArray

    @property
    def mean(self) -> RealArray:
        return np.asarray(self.samples.mean(axis=0))

    @property
    def error(self) -> RealArray:
        spread = self.samples.std(axis=0, ddof=1) / math.sqrt(len(self.samples))
        return np.asarray(spread)

    def between(self, least: float, most: float) -> Sweep:
        """The same with least <= W <= most."""
        used = (self.W >= least) & (self.W <= most)
        return Sweep(self.W[used], self.samples[:, used])

    @property
    def curve(self) -> Curve:
        """Means with errors."""
        return Curve(self.W, self.mean, self.error)


def sweeps(table: pd.DataFrame, name: str, fewest: int = 3) -> dict[int, Sweep]:
    """Size to its sweep of a column; sizes with too few W are left out.

    A realisation has the same fields at all W, but for their scale.
    """
    found = {}
    for sites, part in table.groupby("sites"):
        square = part.pivot(index="realisation", columns="W", values=name).dropna()
        if square.shape[1] >= fewest and len(square) > 1:
            W = square.columns.to_numpy(dtype=np.float64)
            found[int(str(sites))] = Sweep(W, square.to_numpy(dtype=np.float64))
    return found


def resolved(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the sizes whose levels are close enough for ``CLOSE`` to hold several at the
    least W; of others rho v-bar is that of levels that repel."""
    weakest = table[table["W"] == table["W"].min()]
    spacing = weakest.groupby("sites")["spacing"].mean()
    return table[table["sites"].isin(spacing.index[spacing < CLOSE / 3])]


def fall(W: RealArray, values: RealArray, level: float) -> float:
    """The last W at which values fall below a level, linear in log W; nan if they do not."""
    below = np.flatnonzero((values[:-1] >= level) & (values[1:] < level))
    if len(below) == 0:
        return math.nan
    i = int(below[-1])
    part = (values[i] - level) / (values[i] - values[i + 1])
    return float(W[i] * (W[i + 1] / W[i]) ** part)


def level_crossing(sweep: Sweep, level: float = 0.5) -> Estimate:
    """W*(L) where the mean falls below a level, with the error over realisations."""
    found = jackknife(sweep.samples, lambda mean: fall(sweep.W, mean, level))
    return Estimate(float(found.value), float(found.error), len(sweep.samples))


def size_crossing(short: Sweep, long: Sweep) -> Estimate:
    """W above which a longer chain has less of a positive quantity than a shorter one."""
    W = np.intersect1d(short.W, long.W)
    ends = [each.samples[:, np.isin(each.W, W)] for each in (short, long)]
    means = [each.mean(axis=0) for each in ends]
    count = min(map(len, ends))
    if len(W) < 2:
        return Estimate(math.nan, math.nan, count)

    def place(few: RealArray, many: RealArray) -> float:
        with np.errstate(divide="ignore", invalid="ignore"):  # none of few chains at some W
            return fall(W, np.log(many / few), 0.0)

    parts: list[Jackknife] = [
        jackknife(ends[0], lambda mean: place(mean, means[1])),
        jackknife(ends[1], lambda mean: place(means[0], mean)),
    ]
    error = math.hypot(*(float(each.error) for each in parts))
    return Estimate(float(parts[0].value), error, count)


@dataclass(frozen=True)
class Growth:
    """Slope of a mean, or of a function of it, in L at one W, with its error and chi^2 per
    degree of freedom (nan of two sizes)."""

    W: float
    slope: Estimate
    chi2_dof: float


def growth(found: dict[int, Sweep], function: Callable[[Any], Any] = np.log) -> list[Growth]:
    """Weighted slope of a function of the means in L, at each W that two sizes or more have."""
    grown = []
    for W in sorted({float(W) for sweep in found.values() for W in sweep.W}):
        points = []
        for sites, sweep in found.items():
            at = np.flatnonzero(np.isclose(sweep.W, W))
            if len(at):
                with np.errstate(divide="ignore"):  # of one chain alone
                    known = jackknife(sweep.samples[:, at[0]], function)
                if known.error > 0:
                    points.append((sites, float(known.value), float(known.error)))
        if len(points) < 2:
            continue
        L, y, error = np.array(points).T
        (slope, constant), covariance = np.polyfit(L, y, 1, w=1 / error, cov="unscaled")
        off = (y - slope * L - constant) / error
        count = min(len(sweep.samples) for sweep in found.values())
        one = Estimate(float(slope), math.sqrt(covariance[0, 0]), count)
        misfit = float(off @ off) / (len(L) - 2) if len(L) > 2 else math.nan
        grown.append(Growth(W, one, misfit))
    return grown
