"""How far each law of S(omega) goes with L, and which of two the data prefer."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.chain_laws import (
    FEWEST,
    FEWEST_CHAINS,
    LAWS,
    law_fit,
    longest,
    spectrum,
    windowed,
)
from bathlab.findings.chain_spectra import FIRST, LAST, LEAST, NAMES
from bathlab.workbench import Claim

#: A difference in chi^2 that prefers one of two laws.
CLEAR = 9.0


def reaches(table: pd.DataFrame, lower: float) -> Iterator[Claim]:
    """The longest stretch of each law between 1/(lower W) and the level spacing, by size: of as
    many chains of each, lest smaller errors reject more."""
    table = table[(table["W"] >= FIRST) & (table["W"] <= LAST)]
    numbers = table.groupby("sites")["realisation"].nunique()
    numbers = numbers[numbers >= FEWEST_CHAINS]
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
    """(111) against the power law, which has as many parameters, by chi^2 over all W."""
    table = table[(table["W"] >= FIRST) & (table["W"] <= LAST)]
    for sites, own in table.groupby("sites"):
        sums, freedom, apart = dict.fromkeys(("(111)", "power"), 0.0), 0, []
        for W, part in own.groupby("W"):
            S = spectrum(part)
            used = windowed(part, S, lower, upper)
            fits = {law: law_fit(S, float(str(W)), law, used) for law in sums}
            squares = {
                law: fit.chi2_dof * (fit.bins - 2)
                for law, fit in fits.items()
                if fit is not None and fit.decades > LEAST
            }
            if len(squares) == len(sums):
                sums = {law: sums[law] + squares[law] for law in sums}
                freedom += len(used) - 2
                apart.append(f"{squares['(111)'] - squares['power']:+.1f} at {W:g}")
        if not freedom:
            continue
        off = sums["(111)"] - sums["power"]
        better = "the power" if off > CLEAR else "(111)" if off < -CLEAR else "neither"
        text = f"{sums['(111)']:.1f} and {sums['power']:.1f}, {freedom} degrees of freedom"
        yield Claim(
            f"chi2 of (111) and of a power, sums over W = {FIRST:g} to {LAST:g}, L = {sites}",
            "(111)", value=off, text=text, verdict=f"{better} is preferred, {off:+.1f}",
            note=", ".join(apart),
            N=int(own.groupby("W")["realisation"].nunique().min()), id="R77 R103",
        )  # fmt: skip
