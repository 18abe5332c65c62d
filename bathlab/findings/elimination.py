"""What eliminated couplings of small chains say of the avalanche (Thiery et al., 2018)."""

from __future__ import annotations

from typing import Iterator

import numpy as np
import pandas as pd

from bathlab.statistics.arithmetic import slope
from bathlab.statistics.estimates import estimate, summarise
from bathlab.workbench.claims import Claim, compare, state

#: Strengths up to this one are taken as small.
SMALL = 1e-3
#: Reaches that the decay of tau is taken over, the rest being rounding and what is rare.
REACH = (1, 4)
SIZES = ("created", "remainder", "left")
PARTS = ("log_part", "log_mean_part")


def elimination_means(table: pd.DataFrame) -> pd.DataFrame:
    """Means of logarithms against strength, and of parts of tau against reach."""
    one = table[table["kind"] == "elimination"]
    one = one.assign(**{name: np.log(one[name].astype(float)) for name in SIZES})
    found = [
        summarise(one, ["sites", "strength"], [*SIZES, "strongest"]),
        summarise(table[table["kind"] == "lioms"], ["sites", "disorder", "reach"], [*PARTS]),
    ]
    kinds = ("elimination", "lioms")
    rows = [part.assign(kind=kind) for kind, part in zip(kinds, found)]
    return pd.concat(rows, ignore_index=True)


def elimination_claims(table: pd.DataFrame) -> Iterator[Claim]:
    """Orders in A, and how often V' is smaller than V_J, at each size."""
    for sites, part in table.groupby("sites"):
        at, small = f"L = {sites:.0f}", part[part["strength"] <= SMALL]
        logs = small.assign(
            x=np.log(small["strength"].astype(float)),
            **{name: np.log(small[name].astype(float)) for name in SIZES},
        )
        for name, said, wanted in (
            ("created", "V' = exp(A) V_J exp(-A) - V_J", 1.0),
            ("remainder", "V' - [A, V_J]", 2.0),
            ("left", "what exp(A) leaves of V_I", 1.0),
        ):
            found = slope(logs, "x", name)
            said = f"power of ||V_I|| in {said}, for ||V_I|| up to {SMALL:g}"
            near = abs(found.mean - wanted) < 0.01
            verdict = "agrees" if near else f"{found.mean - wanted:+.3f}"
            # Rounding and the next order of A are all that is left.
            more = {"id": "A5", "verdict": verdict, "digits": 5}
            yield compare(said, f"{wanted:g}", wanted, found, **more).at(at)
        for lower, upper in ((0.0, 0.1), (0.1, 0.3), (0.3, 1.0)):
            yield smaller(part, lower, upper).at(at)


def smaller(part: pd.DataFrame, lower: float, upper: float) -> Claim:
    """How often V' is smaller than V_J where G of a typical state is in a range."""
    said = f"share of draws with ||V'|| < ||V_J||, G from {lower:g} to {upper:g}"
    rows = part[(part["strongest"] > lower) & (part["strongest"] <= upper)]
    if rows["realisation"].nunique() < 2:
        return Claim(said, "usually", verdict="too few draws", id="A5")
    share = estimate((rows["created"] < 1).astype(float), rows["realisation"])
    verdict = "usually" if share.mean - 2 * share.error > 0.5 else "not usually"
    return state(said, "usually, if G < 1", share, verdict=verdict, id="A5")


def liom_claims(table: pd.DataFrame) -> Iterator[Claim]:
    """What tau = U^+ S^z U of the first site commutes with, squares to, and how it decays."""
    for (sites, disorder), part in table.groupby(["sites", "disorder"]):
        at, one = f"L = {sites:.0f}, disorder {disorder:g}", part[part["reach"] == 1]
        scale = float(one["disorder"].iloc[0] * one["sites"].iloc[0])
        for name, said, unit in (
            ("commutator", "largest element of [H, tau] over disorder L", scale),
            ("square", "largest element of tau^2 - 1/4", 1.0),
        ):
            worst = float(one[name].max()) / unit
            verdict = "to rounding" if worst < 1e-12 else "not a LIOM"
            found = estimate(one[name] / unit, one["realisation"])
            more = {"text": f"{worst:.0e}", "verdict": verdict, "id": "A10"}
            yield state(said, "0", found, **more).at(at)
        overlap = estimate(one["overlap"], one["realisation"])
        said = "least overlap of an eigenstate with its product state"
        yield state(said, "-", overlap, verdict=f"{overlap.mean:.2f}", id="A10").at(at)
        yield from reaches(part, at)


def reaches(part: pd.DataFrame, at: str) -> Iterator[Claim]:
    """1/zeta by eq. (4), near and far."""
    last = int(part["reach"].max())
    for name, said in zip(PARTS, ("||tau_I||", "sqrt(tr tau_I^2/d)")):
        for window in (REACH, (REACH[1], last)):
            rows = part[part["reach"].between(*window)]
            if rows["reach"].nunique() < 2:
                continue
            found = -slope(rows.astype({"reach": float}), "reach", name)
            local = found.mean - 2 * found.error > 0
            verdict = f"local, zeta = {1 / found.mean:.2f}" if local else "not local"
            claim = f"1/zeta by <log {said}>, |I| - 1 from {window[0]} to {window[1]}"
            yield state(claim, "> 0", found, verdict=verdict, equation="(4)", id="A10").at(at)
