"""Thouless energy of chains by form factor and by S(omega), from rows of
:func:`bathlab.experiments.chain_state_rows`, of one kind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Callable

import numpy as np
import pandas as pd

from bathlab.analysis.spectral_correlations import (
    connected_form_factor,
    thouless_time,
)
from bathlab.conventions import Array, RealArray
from bathlab.experiments.chain_criteria import fall
from bathlab.experiments.chain_laws import spectrum, stacked
from bathlab.experiments.chain_states import TIMES
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import bins_within
from bathlab.streams import stream

#: What omega_Th is taken from: S, or K that has come to that of a random matrix within so much
#: of its decimal logarithm; that of a few chains scatters by more than the usual 0.08.
PLATEAU, FORM, STRICT = "the plateau of S", "K to 0.2 decades", "K to 0.08 decades"
CRITERIA = {FORM: 0.2, STRICT: 0.08}
#: Neighbouring times that are averaged over, in log K.
SMOOTHED = 15
#: S is averaged over these omega, in level spacings; its plateau ends where S first falls below
#: so much of that. A pure 1/omega has omega_Th = 1.8 spacings.
AROUND, FALLEN = (0.5, 1.5), 0.5
#: Resamplings of the chains; an error is that of at least so many that have a value.
RESAMPLES, ENOUGH = 40, 0.8


@dataclass(frozen=True, eq=False)
class Thouless:
    """log omega_Th over the mean spacing at one W, of chains and of chains drawn again.

    Attributes
    ----------
    W, spacing
        of the chains, ``count`` of them.
    values, again
        by what it is taken from, ``again`` (RESAMPLES,); nan where K never settles,
        or S never falls where it is seen. All W of one size that have as many chains are
        resampled alike.
    """

    W: float
    spacing: float
    count: int
    values: Mapping[str, float]
    again: Mapping[str, RealArray]

    def of(self, by: str) -> Estimate:
        """log omega_Th/omega_H."""
        return bootstrapped(self.values[by], self.again[by], self.count)


def thouless(part: pd.DataFrame) -> Thouless:
    """Of chains of one W and size."""
    part = part.sort_values("realisation")
    found = {PLATEAU: _plateau(part)}
    if part["form_weight"].notna().all():
        found |= {by: log_rate(part, limit) for by, limit in CRITERIA.items()}
    draw = stream(0, len(part), "bootstrap of form factors")
    chosen = draw.integers(0, len(part), (RESAMPLES, len(part)))
    W, spacing = float(part["W"].iloc[0]), float(part["spacing"].mean())
    values = {by: of(np.arange(len(part))) for by, of in found.items()}
    again = {by: np.array([of(each) for each in chosen]) for by, of in found.items()}
    return Thouless(W, spacing, len(part), values, again)


def bootstrapped(value: float, again: RealArray, count: int) -> Estimate:
    """The error is the half-width of the middle 68 % of the bootstrap over chains; nan where
    too few of these have a value."""
    known = again[np.isfinite(again)]
    if len(known) < ENOUGH * len(again):
        return Estimate(value, math.nan, count)
    low, high = np.quantile(known, [0.16, 0.84])
    return Estimate(value, float(high - low) / 2, count)


def equal_at(found: list[Thouless], by: str, level: float) -> Estimate:
    """W at which log omega_Th/omega_H falls below a level, of one size, W ascending."""
    W = np.array([each.W for each in found])
    values = np.array([each.values[by] for each in found])
    again = np.transpose([each.again[by] for each in found])
    places = np.array([fall(W, each, level) for each in again])
    return bootstrapped(fall(W, values, level), places, min(each.count for each in found))


def _plateau(part: pd.DataFrame) -> Callable[[Array], float]:
    """log of the end of the plateau of the mean S of some chains, over the spacing."""
    S, spacing = spectrum(part), float(part["spacing"].mean())
    widths, logs = np.diff(S.edges), np.log(S.centres / spacing)
    flat = bins_within(S.edges, AROUND[0] * spacing, AROUND[1] * spacing)
    beyond = np.flatnonzero(S.centres > AROUND[1] * spacing)

    def of(chosen: Array) -> float:
        weights = S.counts[chosen].mean(axis=0)
        level = FALLEN * weights[flat].sum() / widths[flat].sum()
        density = weights / widths
        below = beyond[density[beyond] < level]
        if len(below) == 0 or not level > 0 or not density[below[0]] > 0:
            return math.nan
        pair = [below[0], below[0] - 1]
        return float(np.interp(math.log(level), np.log(density[pair]), logs[pair]))

    return of


def log_rate(
    part: pd.DataFrame, criterion: float, times: RealArray = TIMES
) -> Callable[[Array], float]:
    """-log tau_Th of the form factor of some rows, by their numbers, of which one may come
    several times; ``times`` are those of the form factors, 0 first."""
    sums = stacked(part, "form_real") + 1j * stacked(part, "form_imaginary")
    weights = part["form_weight"].to_numpy(dtype=np.float64)
    kernel, cut = np.ones(SMOOTHED) / SMOOTHED, SMOOTHED // 2

    def of(chosen: Array) -> float:
        shares = np.bincount(chosen, minlength=len(sums)) / len(chosen)
        if np.count_nonzero(shares) < 2:
            return math.nan
        K = np.maximum(connected_form_factor(sums, weights, shares)[1:], 1e-9)
        smooth = np.exp(np.convolve(np.log(K), kernel, "valid"))
        found = thouless_time(times[1:][cut:-cut], smooth, criterion=criterion)
        return -math.log(found) if math.isfinite(found) else math.nan

    return of


def thouless_by_size(table: pd.DataFrame, fewest: int) -> dict[int, list[Thouless]]:
    """Of each size with so many chains at each W, W ascending."""
    found: dict[int, list[Thouless]] = {}
    for (sites, _), part in table.groupby(["sites", "W"]):
        if len(part) >= fewest:
            found.setdefault(int(str(sites)), []).append(thouless(part))
    return found
