"""What chains under the full scheme say of sizes of regions and entropies about eps_c.

Tables are those of :func:`bathlab.experiments.epsilon_rows` of one K and one disorder.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Iterator

import pandas as pd

from bathlab.experiments import avalanche_sums as sums
from bathlab.experiments.avalanches import LOG2, SIZES
from bathlab.findings.quantum_avalanche import (
    CLEAR,
    HALF,
    SHORT,
    Critical,
    clearly,
    departure,
    difference,
    power,
    share_of_length,
)
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.power_tails import PowerTail, power_tail
from bathlab.workbench import Claim, compare, state

#: Windows in which tau is fitted: the whole, and its two ends.
WINDOW, PARTS = (100, 10_000), ((100, 1000), (1000, 10_000))


def all_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """All of this module."""
    yield from size_claims(table, critical)
    yield from beta_claims(table, critical)
    yield from entropy_claims(table, critical)


def tail(table: pd.DataFrame, window: tuple[int, int]) -> PowerTail | None:
    """The power of the sizes of all regions; None if there are too few, or the window reaches
    beyond a tenth of the chain."""
    if 10 * window[1] > table["length"].iloc[0]:
        return None
    try:
        return power_tail(SIZES, sums.size_counts(table), *window)
    except ValueError:
        return None


def exponent_of(table: pd.DataFrame) -> Estimate:
    """tau in :data:`WINDOW`, its error with that of the window; nan without one power."""
    found = tail(table, WINDOW)
    if found is None or not found.holds:
        return Estimate(math.nan, math.nan, len(table))
    window = 0.0 if math.isnan(found.window_error) else found.window_error
    return replace(found.exponent, error=math.hypot(found.exponent.error, window))


def size_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """tau about eps_c, and how it drifts along the sizes."""
    for length, eps in about(table, critical):
        here = sums.part(table, epsilon=eps, length=length)
        where = f"eps = {eps:g} = {departure(eps, critical)}, L = {length}"
        yield _power(here, f"tau on {list(WINDOW)}, {where}")
        ends = [tail(here, window) for window in PARTS]
        if None in ends:
            continue
        low, high = (each.exponent for each in ends if each is not None)
        bend = difference(low, high)
        known = clearly(bend, "flatter: too many large ones", "steeper: cut off")
        shown = f"{low.mean:.2f} +- {low.error:.2f}, {high.mean:.2f} +- {high.error:.2f}"
        said = f"tau on {list(PARTS[1])} less that on {list(PARTS[0])}, {where}"
        yield state(said, "0 at eps_c", bend, expected=0.0, verdict=known, note=shown, id="A70")


def about(table: pd.DataFrame, critical: Critical) -> list[tuple[int, float]]:
    """Lengths and eps at which what depends on eps_c is said: the largest with all eps about
    it, the one before with the nearest."""
    sizes = sums.lengths(table)
    return [(sizes[-1], eps) for eps in critical.around] + [(sizes[-2], critical.nearest)]


def _power(table: pd.DataFrame, said: str) -> Claim:
    found = tail(table, WINDOW)
    paper, ids = "2 < tau < 3; mean field 3", "A70 A43 A73"
    if found is None:
        return Claim(said, paper, N=len(table), verdict="too few regions", id=ids)
    if not found.holds:
        known = f"rejected: chance {found.chance:.1g}"
        return Claim(said, paper, N=len(table), verdict=known, chi2_dof=found.chi2_dof, id=ids)
    tau, error = found.exponent, exponent_of(table).error
    inside = 2 + error < tau.mean < 3 - error
    near = min(tau.mean - 2, 3 - tau.mean) / error
    text = f"{tau.mean:.3f} +- {tau.error:.3f} +- {found.window_error:.3f} (window)"
    known = f"between 2 and 3, {near:.1f} of all errors from the nearer"
    return state(
        said,
        paper,
        tau,
        text=text,
        verdict=known if inside else f"not clearly between, {near:+.1f} of all errors",
        chi2_dof=found.chi2_dof,
        note=f"{found.count} regions on {list(found.window)}",
        id=ids,
    )


def beta_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """beta of P against tau - 2."""
    beta = -share_of_length(table, critical.nearest, HALF).power
    here = sums.part(table, epsilon=critical.nearest, length=sums.lengths(table)[-1])
    tau = exponent_of(here)
    off = difference(tau - 2, beta)
    where = f"eps = {critical.nearest:g} = {departure(critical.nearest, critical)}"
    yield compare(
        f"beta - (tau - 2), beta of P(region over L/2), {where}", "0", 0.0, off, id="A59"
    )


def entropy_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """Average and typical half-chain entropy, and the typical region."""
    sizes = sums.lengths(table)
    for eps in critical.around:
        where = f"eps = {eps:g} = {departure(eps, critical)}"
        here = sums.part(table, epsilon=eps)
        yield _average(here, where)
        for size in sizes[-2:]:
            yield _typical(sums.part(here, length=size), f"L = {size}, {where}")


def _average(table: pd.DataFrame, where: str) -> Claim:
    """The power of L in the average entropy beside 3 - tau, tau of the longest chains."""
    sizes = sums.lengths(table)
    found = sums.power_of_mean(table, "mean_entropy", SHORT)
    tau = exponent_of(sums.part(table, length=sizes[-1]))
    said = f"power of L in the average half-chain entropy, L from {SHORT}, {where}"
    means = [sums.part(table, length=size)["mean_entropy"].mean() for size in sizes]
    shown = ", ".join(f"{each:.3g}" for each in means)
    note = f"{shown} nats at L = {', '.join(map(str, sizes))}"
    more: dict[str, Any] = {"note": note, "id": "A70 A30"}
    paper = "3 - tau; mean field 0"
    if not math.isfinite(tau.mean):
        return power(said, paper, found.power, found.chi2_dof, verdict="no tau", **more)
    off = difference(-tau + 3, found.power)
    known = "agrees" if abs(off.mean) < CLEAR * off.error else f"{off.mean:+.2f}"
    known += f"; 3 - tau = {3 - tau.mean:.2f} +- {tau.error:.2f}"
    more |= {"expected": 3 - tau.mean, "effect": off.mean, "verdict": known}
    return power(said, paper, found.power, found.chi2_dof, **more)


def _typical(table: pd.DataFrame, where: str) -> Claim:
    """Medians: of the entropy of the middle cut, and of the region of a cell."""
    found = sums.median(table["entropy"])
    mean = estimate(table["entropy"], table["realisation"])
    size = sums.typical_size(table)
    length = float(table["length"].iloc[0])
    thermal = found.mean / (LOG2 * length / 2)
    known = f"{100 * thermal:.2g} % of thermal, mean {mean.mean:.3g} +- {mean.error:.2g}"
    note = f"half of all cells are in regions of more than {size:.3g} cells"
    said = f"median half-chain entropy, {where}"
    more = {"verdict": known, "note": note, "id": "A30 A75", "digits": 1}
    return state(said, "bounded at eps_c, thermal above", found, **more)
