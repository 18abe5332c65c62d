"""What is said of the Thouless energy of chains, (121) and (122) of Crowley & Chandran, from
the form factor and from S(omega)."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.chain_criteria import resolved
from bathlab.experiments.chain_thouless import (
    FALLEN,
    FORM,
    PLATEAU,
    STRICT,
    Thouless,
    bootstrapped,
    equal_at,
    thouless_by_size,
)
from bathlab.findings.chain_lines import fitted, trend
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.fits import fit_line
from bathlab.workbench import Claim
from bathlab.workbench.claims import compare, pm, state

#: W over which log omega_Th is taken as linear.
RANGE = (1.0, 3.0)
#: log omega_Th/omega_H from which on it is no matter of the criterion: uncorrelated levels have
#: 0.5 by K, a pure 1/omega has 0.6 by S.
NEAR = math.log(4)
#: Fewest chains of a size, and for K that is to settle so closely.
FEWEST, STRICTLY = 10, 60


def thouless_energies(table: pd.DataFrame) -> Iterator[Claim]:
    """Is omega_Th exponential in W, the same by K and by S, and where does it come near the
    level spacing?"""
    sizes = thouless_by_size(resolved(table), FEWEST)
    for sites, found in sizes.items():
        for claim in ratios(found):
            yield claim.at(f"L = {sites}")
    for by in (FORM, PLATEAU):
        known = {
            L: [one for one in own if by in one.values and one.W <= RANGE[1]]
            for L, own in sizes.items()
        }
        known = {L: own for L, own in known.items() if len(own) > 3}
        for sites, own in known.items():
            inside = [one for one in own if one.W >= RANGE[0] and one.of(by).error > 0]
            if len(inside) > 3:
                yield slope(inside, by, sites)
        yield from places({L: equal_at(own, by, NEAR) for L, own in known.items()}, by)


def ratios(found: list[Thouless]) -> Iterator[Claim]:
    """omega_Th of S over that of K, chains resampled alike, where it is above omega_H by S."""
    for one in [one for one in found if one.W <= RANGE[1]]:
        for by in (FORM, STRICT):
            few = by == STRICT and one.count < STRICTLY
            if few or not one.values[PLATEAU] > NEAR or not one.values.get(by, math.nan) > 0:
                continue
            ratio = bootstrapped(
                math.exp(one.values[PLATEAU] - one.values[by]),
                np.exp(one.again[PLATEAU] - one.again[by]),
                one.count,
            )
            if not ratio.error < ratio.mean / 3 or not one.of(by).error > 0:
                continue
            said = f"W = {one.W:g}: omega_Th by {PLATEAU} over that by {by}"
            logs = [f"{pm(one.of(name), 2)} by {name}" for name in (PLATEAU, by)]
            note = f"log omega_Th/omega_H {', '.join(logs)}"
            yield compare(said, "1, one energy", 1.0, ratio, note=note, digits=2, id="R92")


def slope(inside: list[Thouless], by: str, sites: int) -> Claim:
    """d log omega_Th/dW, if that is constant."""
    values = [one.of(by) for one in inside]
    W = [one.W for one in inside]
    y = [each.mean + math.log(one.spacing) for each, one in zip(values, inside)]
    line = fit_line(W, y, [each.error for each in values], min(one.count for one in inside))
    said = f"d log omega_Th/dW by {by}, W = {W[0]:g} to {W[-1]:g}, L = {sites}"
    more: dict[str, Any] = {"chi2_dof": line.chi2_dof, "id": "R92"}
    if line.chi2_dof > 4:
        word = f"not exponential, chi2/dof {line.chi2_dof:.1f}"
        return Claim(said, "-c/J, constant", N=line.slope.realisations, verdict=word, **more)
    text = f"{pm(line.slope, 2)} +- {line.window_error:.2f} (window)"
    word = f"exponential, chi2/dof {line.chi2_dof:.1f}"
    bent = line.window_error > 2 * line.slope.error
    word += ", yet the slope depends on the window" if bent else ""
    return state(said, "-c/J, constant", line.slope, text=text, verdict=word, **more)


def places(found: dict[int, Estimate], by: str) -> Iterator[Claim]:
    """W at which omega_Th comes near the level spacing, and how that moves with L."""
    found = {L: place for L, place in found.items() if place.error > 0}
    if not found:
        return
    last = max(found)
    said = f"W at which omega_Th by {by} falls to 4 omega_H"
    text = ", ".join(f"L = {L}: {pm(place, 2)}" for L, place in found.items())
    half = f"S below {FALLEN:g} of its plateau" if by == PLATEAU else "few chains"
    if len(found) < 2:
        more = {"verdict": "one size", "note": half, "id": "R93"}
        yield state(said, "drifts with L", found[last], text=text, **more)
        return
    means, errors = ([getattr(e, k) for e in found.values()] for k in ("mean", "error"))
    line = fit_line(list(found), means, errors, min(e.realisations for e in found.values()))
    note = f"{half}; in proportion to L it would be {found[last].mean / last:.3f}"
    verdict = f"{trend(line.slope)}; {text}"
    said = f"{said}, per site, L = {min(found)} to {last}"
    yield fitted(
        said, "> 0", line, line.slope, verdict=verdict, poor=f"no straight line; {text}",
        note=note, id="R93",
    )  # fmt: skip
