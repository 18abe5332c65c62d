"""Chains with uniform, quasi-periodic and all-directional fields in one table: at each W of one
size gap ratio, rho v-bar, C beside exp(-2 pi rho v-bar), theta; W* by all estimates."""

from __future__ import annotations

import math
from typing import Any, Iterator, Mapping

import numpy as np
import pandas as pd

from bathlab.experiments.chain_criteria import HALVES, LEVELS
from bathlab.findings.chain_spectra import FEWEST_BINS, exponent
from bathlab.findings.chain_transition import crossed, fallen, half_growth
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.workbench import Claim
from bathlab.workbench.claims import compare, pm

#: What the kinds of rows are called.
MODELS = {"random": "XXZ", "cosine": "XXZ, quasi-periodic", "vector": "O(3)"}
#: What pairs of two levels lose.
LOST = 2 * math.pi
IDS = "R50 R99 R106 R107"


def models(kinds: Mapping[str, pd.DataFrame], window: tuple[float, float]) -> Iterator[Claim]:
    """All models at the largest size that all have, and the others at that of those."""
    sizes = {kind: set(table.loc[table["all"], "sites"]) for kind, table in kinds.items()}
    common = int(max(set.intersection(*sizes.values())))
    for kind, table in kinds.items():
        yield from rows(MODELS[kind], table[table["sites"] == common], window)
    longer = {kind for kind in kinds if max(sizes[kind]) > common}
    if longer:
        last = int(max(set.intersection(*(sizes[kind] for kind in longer))))
        for kind in [kind for kind in kinds if kind in longer]:
            yield from rows(MODELS[kind], kinds[kind][kinds[kind]["sites"] == last], window)
    for kind, table in kinds.items():
        yield places(MODELS[kind], table, common)


def rows(model: str, table: pd.DataFrame, window: tuple[float, float]) -> Iterator[Claim]:
    """One model at one size: a line of the table for each W."""
    for W, part in table.groupby("W"):
        yield line(f"{model}, L = {part['sites'].iloc[0]}, W = {W:g}", part, window)


def line(where: str, part: pd.DataFrame, window: tuple[float, float]) -> Claim:
    """C less exp(-2 pi rho v-bar), with what else the table has."""
    labels = part["realisation"]
    ratio, strength, kept = (
        estimate(part[name], labels) for name in ("gap_ratio", "rho_v", "plateau")
    )
    off = estimate_of(
        lambda C, lost: C - lost, part["plateau"], np.exp(-LOST * part["rho_v"]),
        clusters=labels,
    )  # fmt: skip
    factor = estimate_of(
        lambda C, x: -np.log(C) / x if x > 0 else math.nan, part["plateau"], part["rho_v"],
        clusters=labels,
    )  # fmt: skip
    text = (
        f"r {pm(ratio)}; rho v-bar {pm(strength)}; C {pm(kept)}, e^-2pi rho v "
        f"{kept.mean - off.mean:.3f}; theta {theta(part, window)}"
    )
    verdict = f"off by {pm(off)}"
    if factor.error < factor.mean:
        verdict += f"; C = e^-c rho v with c = {pm(factor, 2)}"
    more: dict[str, Any] = {"text": text, "verdict": verdict, "id": IDS}
    return compare(f"{where}: C less exp(-2 pi rho v-bar)", "0 (two levels)", 0.0, off, **more)


def theta(part: pd.DataFrame, window: tuple[float, float]) -> str:
    """theta with both errors, or why there is none."""
    law = exponent(part, *window)
    if law is None or law.bins < FEWEST_BINS:
        return "- (few bins)"
    if not law.misfit.holds:
        return "- (not one power)"
    if 2 * math.hypot(law.exponent.error, law.window_error) > 1:
        return "- (not determined)"
    return f"{pm(law.exponent + 1, 2)} +- {law.window_error:.2f}"


def places(model: str, table: pd.DataFrame, sites: int) -> Claim:
    """W* of a model by each estimate at one size, and by two sizes or all of them."""
    found: dict[str, Estimate] = {}
    for word, level in LEVELS.items():
        for name, own in fallen(table, level).items():
            if sites in own:
                found[f"{HALVES[name]} {word}"] = own[float(sites)]
    crossings = crossed(table)
    if crossings:
        last = max(crossings)
        found[f"rho v-bar no longer grows (L about {last:g})"] = crossings[last]
    grown = half_growth(table)
    if math.isfinite(grown.mean):
        found["rho v-bar grows half as thermal"] = grown
    text = "; ".join(f"{name} {pm(W, 2)}" for name, W in found.items())
    said = f"{model}, L = {sites}: W* by each estimate"
    count = int(table.loc[table["sites"] == sites].groupby("W")["realisation"].nunique().min())
    if not found:
        return Claim(said, "-", N=count, verdict="none", id="R50 R106 R109")
    means = [W.mean for W in found.values()]
    verdict = (
        f"from {min(means):.2f} to {max(means):.2f}, a factor {max(means) / min(means):.2g}"
    )
    return Claim(said, "all localise", text=text, N=count, verdict=verdict, id="R50 R106 R109")
