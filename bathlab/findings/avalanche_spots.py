"""What chains under the full scheme say of bare spots and how they fuse.

Tables are those of :func:`bathlab.experiments.epsilon_rows` of one K and one disorder.
"""

from __future__ import annotations

import math
from typing import Iterator

import pandas as pd

from bathlab.experiments import avalanche_sums as sums
from bathlab.experiments.cells import cell_array
from bathlab.findings.quantum_avalanche import Critical, clearly, departure, difference
from bathlab.statistics.arithmetic import ratio
from bathlab.statistics.chances import chance_of_chi2
from bathlab.statistics.estimates import estimate
from bathlab.theory.avalanche.thermal_spans import KINDS
from bathlab.workbench import Claim, state
from bathlab.workbench.claims import unlikely


def all_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """All of this module."""
    yield from round_claims(table, critical)
    yield from fusion_claims(table, critical)
    yield from run_claims(table)
    yield from order_claims(table, critical)


def round_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """Fusions after one another against log L, far below and about eps_c."""
    for eps in (sums.epsilons(table)[0], *critical.around[:2]):
        here = sums.part(table, epsilon=eps)
        found = [
            estimate(each["rounds"], each["realisation"])
            for each in (sums.part(here, length=size) for size in sums.lengths(here))
        ]
        if len(found) < 3:
            continue
        steps = [difference(a, b) for a, b in zip(found, found[1:])]
        bend = difference(steps[-2], steps[-1])
        shown = ", ".join(f"{each.mean:.1f}" for each in found)
        grows = clearly(bend, "slower than log L", "faster than log L")
        where = f"eps = {eps:g} = {departure(eps, critical)}"
        yield state(
            f"rounds more for the last ten times of L, {where}",
            "as for the ten times before, ~ log L",
            steps[-1],
            effect=bend.mean,
            verdict=grows if "neither" not in grows else f"~ log L ({grows})",
            note=f"{shown} at L = {', '.join(map(str, sums.lengths(here)))}: fusions after one "
            "another; a large region takes in small ones one by one",
            id="A8",
            digits=1,
        )


def fusion_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """Fusions by kind: those with a bare spot are what mean field leaves out."""
    for eps in (sums.epsilons(table)[0], critical.nearest):
        here = sums.part(table, epsilon=eps)
        here = sums.part(here, length=sums.lengths(here)[-1])
        kinds = cell_array(here, "fusions", (len(KINDS),))
        where = f"eps = {eps:g} = {departure(eps, critical)}, L = {here['length'].iloc[0]}"
        for place, kind in enumerate(KINDS):
            found = ratio(kinds[:, place], kinds.sum(axis=1), here["realisation"])
            known = f"{100 * found.mean:.2g} %"
            yield state(
                f"share of fusions: {kind}; {where}", "-", found, verdict=known, id="A50"
            )
        found = ratio(kinds.sum(axis=1), here["spots"], here["realisation"])
        known = f"{100 * found.mean:.0f} % of bare spots end within another region"
        yield state(f"fusions per bare spot; {where}", "<< 1", found, verdict=known, id="A50")


def run_claims(table: pd.DataFrame) -> Iterator[Claim]:
    """Bare runs by order."""
    size = sums.lengths(table)[-1]
    for eps in (sums.epsilons(table)[0], sums.epsilons(sums.part(table, length=size))[-1]):
        here = sums.part(table, epsilon=eps)
        here = sums.part(here, length=sums.lengths(here)[-1])
        misfit, freedom, over = sums.run_law(here, eps)
        where = f"eps = {eps:g}, L = {here['length'].iloc[0]}"
        said = f"chi2/dof of the counts of maximal runs of order 1 to {freedom}, {where}"
        note = f"counts over L eps^k (1 - eps)^2: {', '.join(f'{each:.4f}' for each in over)}"
        chance = chance_of_chi2(misfit, freedom)
        yield unlikely(said, misfit / freedom, chance, N=len(here), id="A31", note=note)


def order_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """Orders of the largest bare spot in the largest region, and of the one that grew last."""
    eps = critical.nearest
    for column, name in (("largest_core", "largest core"), ("starter_core", "starter")):
        parts = [sums.part(table, epsilon=eps, length=size) for size in sums.lengths(table)]
        found = [estimate(part[column], part["realisation"]) for part in parts]
        shown = ", ".join(f"{each.mean:.2f}" for each in found)
        growth = difference(found[-2], found[-1])
        yield state(
            f"mean order of the {name} of the largest region, eps = {eps:g}, "
            f"L = {parts[-1]['length'].iloc[0]}",
            "grows with L",
            found[-1],
            verdict=clearly(growth, "falls", "grows"),
            note=f"{shown} at L = {', '.join(map(str, sums.lengths(table)))}; eps^-k = L for "
            f"k = {math.log(parts[-1]['length'].iloc[0]) / math.log(1 / eps):.1f}",
            id="A38",
        )
