"""How far each law of S(omega) goes with L, and which of two the data allow."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.chain_laws import (
    FEWEST,
    FEWEST_CHAINS,
    LAWS,
    joint_misfit,
    longest,
    spectrum,
    windowed,
)
from bathlab.findings.chain_spectra import FIRST, LAST, LEAST, NAMES, PLATEAUS
from bathlab.workbench import Claim

#: Laws of as many parameters.
RIVALS = ("(111)", "power")


def reaches(table: pd.DataFrame, lower: float) -> Iterator[Claim]:
    """The longest stretch of each law between 1/(lower W) and the level spacing, by size: of as
    many chains of each, lest smaller errors reject more, of sizes that are there at all W."""
    table = table[(table["W"] >= FIRST) & (table["W"] <= LAST)]
    by_size = table.groupby("sites")
    numbers, disorders = by_size["realisation"].nunique(), by_size["W"].nunique()
    numbers = numbers[(numbers >= FEWEST_CHAINS) & (disorders == disorders.max())]
    if numbers.empty:
        return
    table = table[table["sites"].isin(numbers.index) & (table["realisation"] < numbers.min())]
    found: dict[str, dict[int, list[tuple[float, float]]]] = {law: {} for law in LAWS}
    for (sites, W), part in table.groupby(["sites", "W"]):
        S = spectrum(part)
        used = windowed(part, S, lower, math.inf)
        if len(used) < FEWEST:
            continue
        reach = math.log10(S.edges[used[-1] + 1] / S.edges[used[0]])
        for law in LAWS:
            fit = longest(S, float(str(W)), law, used)
            own = found[law].setdefault(int(str(sites)), [])
            own.append((fit.decades if fit else 0.0, reach))
    for law, sizes in found.items():
        known = {L: np.array(each) for L, each in sizes.items() if len(each) > 1}
        yield reach_of(law, known, int(numbers.min()))


def reach_of(law: str, sizes: dict[int, Any], chains: int) -> Claim:
    """How many decades, on average over W, and which way that goes with L."""
    means = {L: each.mean(axis=0) for L, each in sizes.items()}
    text = "; ".join(f"L = {L}: {own:.2f} of {all_:.2f}" for L, (own, all_) in means.items())
    said = f"decades over which {NAMES[law]} holds, mean over W = {FIRST:g} to {LAST:g}"
    if len(means) < 2:
        return Claim(said, "larger L decides", text=text, verdict="one size", id="R105")
    first, last = list(means.values())[0], list(means.values())[-1]
    change, share = last[0] - first[0], last[0] / last[1] - first[0] / first[1]
    word = "grows" if change > 0 else "shrinks" if change < 0 else "stays"
    verdict = f"{word} by {change:+.2f} decades; its share of what is seen by {share:+.2f}"
    return Claim(
        said, "larger L decides", value=float(last[0]), text=text, verdict=verdict, N=chains,
        of="chains at each W", id="R105 R103",
    )  # fmt: skip


def rivals(table: pd.DataFrame, lower: float, upper: float) -> Iterator[Claim]:
    """(111) and the power law, which has as many parameters, at several W together: chains have
    the same fields at each."""
    for first in (FIRST, PLATEAUS[0]):
        inside = table[(table["W"] >= first) & (table["W"] <= LAST)]
        for sites, own in inside.groupby("sites"):
            found = {law: joint_misfit(own, law, lower, upper, LEAST) for law in RIVALS}
            if any(math.isnan(each.chance) for each in found.values()):
                continue
            text = "; ".join(f"{NAMES[law]}: {each}" for law, each in found.items())
            holds = [NAMES[law] for law, each in found.items() if each.holds]
            word = {0: "both are rejected", 1: "only {} holds", 2: "neither is rejected"}
            yield Claim(
                f"(111) and a power at all W = {first:g} to {LAST:g} together, L = {sites}",
                "(111)", value=found["(111)"].ratio - found["power"].ratio, text=text,
                verdict=word[len(holds)].format(*holds),
                N=int(own.groupby("W")["realisation"].nunique().min()), id="R77 R103",
            )  # fmt: skip
