"""Where a chain stops being thermal: W*(L) of each criterion, its drift, and what grows with L.

Crowley & Chandran, SciPost Phys. 12, 201 (2022), (3), (106), (114), (116)-(126), (131).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, Iterator, Mapping

import numpy as np
import pandas as pd

from bathlab.experiments.chain_criteria import (
    HALVES,
    LOG2,
    fall,
    growth,
    level_crossing,
    resolved,
    size_crossing,
    sweeps,
)
from bathlab.statistics.collapse import Curve
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.fits import Line, fit_line
from bathlab.statistics.scaling import Scaling, scaling_fit
from bathlab.streams import stream
from bathlab.theory.resonance_model import critical_drift
from bathlab.workbench import Claim
from bathlab.workbench.claims import apart, compare, pm

#: Collapses: column to what it is called.
COLLAPSED = {**HALVES, "log_rho_v": "log rho v-bar"}
#: nu of the paper, of exact diagonalisation as it quotes it, and the least that disorder allows
#: (Harris).
NU, QUOTED, HARRIS = 1.0, "0.77 to 1.02 in the literature", 2.0
#: Least and largest W of the collapses.
SCALED = (2.0, 5.0)


def fallen(table: pd.DataFrame, level: float = 0.5) -> dict[str, dict[float, Estimate]]:
    """W*(L) of the criteria of :data:`HALVES` that fall through a level, by column and size."""
    found: dict[str, dict[float, Estimate]] = {}
    for name in HALVES:
        places = {L: level_crossing(sweep, level) for L, sweep in sweeps(table, name).items()}
        found[name] = {float(L): W for L, W in places.items() if W.error > 0}
    return found


def crossed(table: pd.DataFrame, name: str = "rho_v") -> dict[float, Estimate]:
    """W beyond which more sites no longer raise a quantity, by the mean of two sizes."""
    own = sweeps(table, name)
    places = {
        (short + long) / 2: size_crossing(own[short], own[long])
        for short, long in pairwise(own)
    }
    return {L: W for L, W in places.items() if W.error > 0}


def line_of(places: Mapping[float, Estimate], log: bool = False) -> Line | None:
    """W*(L), or its logarithm against that of L, as a straight line."""
    if len(places) < 3:
        return None
    L, W = np.array(list(places)), np.array([each.mean for each in places.values()])
    error = np.array([each.error for each in places.values()])
    if log:
        L, W, error = np.log(L), np.log(W), error / W
    return fit_line(L, W, error, min(each.realisations for each in places.values()))


def drift(name: str, places: Mapping[float, Estimate]) -> Claim:
    """W* of each size and how it moves: d log W*/d log L = 1 is W* ~ L, 0 is no drift."""
    said, power = f"W*(L) of {name}", line_of(places, log=True)
    text = ", ".join(f"L = {L:g}: {pm(W, 2)}" for L, W in places.items())
    if power is None:
        count = min((W.realisations for W in places.values()), default=0)
        return Claim(said, "~ L", text=text, N=count, verdict="fewer than 3 sizes", id="R85")
    slope = power.slope
    known = "rises" if slope.mean > 2 * slope.error else "no drift seen"
    if slope.mean < -2 * slope.error:
        known = "falls"
    elif known == "rises":
        known += ", slower than L" if slope.mean + 2 * slope.error < 1 else ", as L"
    word = f"{known}: d log W*/d log L = {pm(slope, 2)}, chi2/dof {power.chi2_dof:.1f}"
    return Claim(
        said, "~ L", 1.0, slope.mean, slope.error, slope.realisations, text=text, verdict=word,
        chi2_dof=power.chi2_dof, id="R85",
    )  # fmt: skip


def model_drift(level: float, places: Mapping[float, Estimate]) -> Iterator[Claim]:
    """d log W/d log L of the resonance model between the same sizes beside that of 1 - C at the
    same level; the model's does not depend on W_c, nor much on J."""
    power, delta = line_of(places, log=True), 1 - level
    if power is None:
        return
    span = np.array([min(places), max(places)])
    low, high = critical_drift(span, 10.0, delta)
    wanted = math.log(high / low) / math.log(span[1] / span[0])
    low, high = critical_drift(span, 10.0, 0.01)
    least = math.log(high / low) / math.log(span[1] / span[0])
    yield compare(
        f"d log W/d log L at [C_zz] = {delta:.1f}, L = {span[0]:g} to {span[1]:g}",
        f"{wanted:.2f} by (116)-(120), W_c = 10 J", wanted, power.slope, digits=2,
        note=f"model at [C_zz] = 0.01: {least:.2f}", chi2_dof=power.chi2_dof, id="R85 R87",
    )  # fmt: skip


def model_curves(places: Mapping[str, Mapping[float, Estimate]]) -> dict[str, tuple[Any, Any]]:
    """W(L) of the resonance model at two values of C, scaled to the first W* of 1 - C there;
    ``places`` are those, by level as text."""
    found = {}
    for level, own in places.items():
        if not own:
            continue
        L = np.linspace(min(own), max(own), 40)
        W = np.asarray(critical_drift(L, 10.0, 1 - float(level)))
        scale = own[min(own)].mean / float(critical_drift(min(own), 10.0, 1 - float(level)))
        found[f"model, C = {1 - float(level):.1f}, scaled"] = (L, W * scale)
    return found


def half_growth(table: pd.DataFrame) -> Estimate:
    """W at which d log(rho v-bar)/dL falls to half of (log 2)/2, with the errors of its points
    as if they were independent."""
    grown = growth(sweeps(resolved(table), "rho_v"))
    if not grown:
        return Estimate(math.nan, math.nan, 0)
    W, slope, error = (
        np.array(each)
        for each in zip(*[(one.W, one.slope.mean, one.slope.error) for one in grown])
    )
    draw = stream(0, len(W), "growth of rho v-bar")
    again = [
        fall(W, slope + error * draw.standard_normal(len(W)), LOG2 / 4) for _ in range(200)
    ]
    place, count = fall(W, slope, LOG2 / 4), min(one.slope.realisations for one in grown)
    known = [each for each in again if math.isfinite(each)]
    return Estimate(place, float(np.std(known)) if known else math.nan, count)


def order(table: pd.DataFrame) -> Iterator[Claim]:
    """Does rho v-bar put the edge of MBL at larger W than other criteria?"""
    edge, found = half_growth(table), fallen(table)
    for name, label in HALVES.items():
        own = found[name]
        if not own or not math.isfinite(edge.mean):
            continue
        last = own[max(own)]
        count = min(edge.realisations, last.realisations)
        off = Estimate(edge.mean - last.mean, math.hypot(edge.error, last.error), count)
        said = (
            f"W at which rho v-bar grows half as fast as thermal, less W* of {label}, half-way"
        )
        note = f"{pm(edge, 2)} less {pm(last, 2)} at L = {max(own):g}"
        yield apart(said, "> 0", 0.0, "0", off, note=note, id="R109", digits=2)


def collapses(
    table: pd.DataFrame, name: str, window: tuple[float, float] = SCALED
) -> Iterator[Claim]:
    """The scaling fit of a column over a range of W, of sizes with four W there or more."""
    curves = {}
    for L, sweep in sweeps(table, "rho_v" if name == "log_rho_v" else name).items():
        sweep = sweep.between(*window)
        if len(sweep.W) < 4:
            continue
        curve = sweep.curve
        if name == "log_rho_v":
            curve = Curve(curve.x, np.log(curve.y), curve.error / curve.y)
        curves[float(L)] = curve
    if len(curves) > 2:
        yield collapse(name, scaling_fit(curves), window)


def collapse(name: str, fit: Scaling, window: tuple[float, float]) -> Claim:
    """nu of a collapse, or that there is none."""
    said = f"nu of {COLLAPSED[name]}, W = {window[0]:g} to {window[1]:g}"
    more: dict[str, Any] = {
        "N": fit.points,
        "of": "points",
        "chi2_dof": fit.chi2_dof,
        "id": "R73",
    }
    paper = f"1; {QUOTED}; Harris: >= 2"
    if not fit.holds:
        word = f"no collapse, chi2/dof {fit.chi2_dof:.1f}, p = {fit.chance:.1g}"
        return Claim(
            said, paper, verdict=word if fit.inside else f"{word}, x_c at an end", **more
        )
    low, high = fit.interval
    total = math.hypot(fit.nu.error, fit.nu_window)
    sides = [
        f"{(fit.nu.mean - value) / total:+.1f} of all errors from {word}"
        for value, word in ((NU, "1"), (HARRIS, "2"))
    ]
    text = f"{pm(fit.nu, 2)} +- {fit.nu_window:.2f} (window), 95 %: {low:.2f} to {high:.2f}"
    note = f"W_c = {pm(fit.critical, 2)} +- {fit.critical_window:.2f} (window)"
    found = Estimate(fit.nu.mean, fit.nu.error, fit.points)
    return compare(
        said, paper, NU, found, text=text, verdict="; ".join(sides), note=note, **more
    )
