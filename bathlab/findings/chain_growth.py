"""What grows or stays as a chain gets longer: rho v-bar, [log chi], C, entropies, gap ratio.

Crowley & Chandran, SciPost Phys. 12, 201 (2022), (3), (123)-(126), (131), sections I, II B.
"""

from __future__ import annotations

from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.chain_criteria import LOG2, growth, resolved, sweeps
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import estimate
from bathlab.theory.random_matrices import GOE, GUE, POISSON_RATIO
from bathlab.workbench import Claim
from bathlab.workbench.claims import compare, pm, state

#: Degree of a smooth curve through all W.
SMOOTH = 4
#: W of that curve: beyond, means go to constants, which polynomials do not.
RANGE = (1.0, 7.0)
#: Means that are compared, by column.
MEASURED = {
    "gap_ratio": "r",
    "plateau": "C",
    "half": "half-chain entropy",
    "rho_v": "rho v-bar",
}
#: Chains that a mean of small parts rests on at least.
FEWEST = 5


def growths(table: pd.DataFrame) -> Iterator[Claim]:
    """How rho v-bar grows with L at each W, in units of log 2/2."""
    for each in growth(sweeps(resolved(table), "rho_v")):
        share = each.slope / (LOG2 / 2)
        said = f"W = {each.W:g}: d log(rho v-bar)/dL over (log 2)/2"
        word = f"{pm(share, 2)} of thermal"
        if abs(share.mean) < 2 * share.error:
            word = "constant within errors"
        elif share.mean < 0:
            word = f"falls, {pm(share, 2)}"
        yield state(
            said, "1 thermal, 0 in MBL", share, verdict=word, chi2_dof=each.chi2_dof,
            digits=2, id="R11 R99",
        )  # fmt: skip


def fidelities(table: pd.DataFrame) -> Iterator[Claim]:
    """How [log chi] of sigma^z grows with L, in units of log 2: largest where?"""
    own = sweeps(table.dropna(subset="log_fidelity"), "log_fidelity")
    grown = growth(own, lambda mean: mean)
    if not grown:
        return
    shares = {each.W: each.slope / LOG2 for each in grown}
    for W in (min(shares), max(shares)):
        paper = "1 (thermal)" if W == min(shares) else "0 (MBL)"
        said = f"W = {W:g}: d [log chi]/dL over log 2"
        yield compare(said, paper, float(W == min(shares)), shares[W], id="R95")
    peak = max(shares, key=lambda W: shares[W].mean)
    word = f"{(shares[peak].mean - 2) / shares[peak].error:+.1f} sigma from 2, at W = {peak:g}"
    text = ", ".join(f"{shares[W].mean:.2f} at {W:g}" for W in shares)
    yield compare(
        "largest d [log chi]/dL over log 2 of all W", "2 as L nears lambda", 2.0, shares[peak],
        verdict=word, note=text, id="R96",
    )  # fmt: skip


def smoothness(table: pd.DataFrame) -> Iterator[Claim]:
    """Means against log W: is one smooth curve enough, without a kink where |xi| = L/2?"""
    for column, said in (("plateau", "C"), ("half", "half-chain entropy"), ("gap_ratio", "r")):
        own = sweeps(table, column, SMOOTH + 3)
        if not own:
            return
        sites = max(own)
        sweep = own[sites].between(*RANGE)
        x, weights = np.log(sweep.W), 1 / sweep.error
        off = weights * (
            np.polyval(np.polyfit(x, sweep.mean, SMOOTH, w=weights), x) - sweep.mean
        )
        freedom = len(x) - SMOOTH - 1
        value = float(off @ off) / freedom
        most = float(np.abs(off).max())
        ends = f"W = {RANGE[0]:g} to {RANGE[1]:g}"
        word = "smooth" if value < 4 else "not one such curve"
        yield Claim(
            f"{said} at {ends}, L = {sites}, as a polynomial of degree {SMOOTH} in log W",
            "smooth",
            value=value, text=f"chi2/dof {value:.2f}", chi2_dof=value, N=len(sweep.samples),
            verdict=f"{word}, farthest point {most:.1f} sigma", id="R8",
        )  # fmt: skip


def ratios(table: pd.DataFrame, vector: bool = False) -> Iterator[Claim]:
    """Gap ratio at the ends of the range of W, largest size there."""
    sites = max(sweeps(table, "gap_ratio"))
    part = table[table["sites"] == sites]
    name, thermal = ("GUE", GUE.gap_ratio) if vector else ("GOE", GOE.gap_ratio)
    for W, paper, value in (
        (part["W"].min(), name, thermal),
        (part["W"].max(), "Poisson", POISSON_RATIO),
    ):
        rows = part[part["W"] == W]
        found = estimate(rows["gap_ratio"], rows["realisation"])
        said = f"gap ratio at W = {W:g}, L = {sites}"
        yield compare(said, f"{paper}: {value:.4f}", value, found, digits=4, id="R49")


def memory(table: pd.DataFrame) -> Iterator[Claim]:
    """Long-time C at the largest W against L: is it lost? and at the crossover."""
    own = growth(sweeps(table, "plateau"))
    if own:
        last = own[-1]
        kept = "kept" if abs(last.slope.mean) < 2 * last.slope.error else "changes"
        said = f"d log C/dL at W = {last.W:g}"
        word = f"{kept}, {100 * last.slope.mean:+.1f} % a site"
        more: dict[str, Any] = {"verdict": word, "chi2_dof": last.chi2_dof, "id": "R47"}
        yield compare(said, "0: a finite share never hybridises", 0.0, last.slope, **more)


def small_parts(table: pd.DataFrame, W: float) -> Iterator[Claim]:
    """One- and two-site entropies at one W: below thermal, and how that goes with L."""
    rows = table[np.isclose(table["W"], W)]
    for name, most, said in (("entropy_one", LOG2, "1"), ("entropy_two", 2 * LOG2, "2")):
        share = rows.assign(share=1 - rows[name] / most)
        found = {
            int(str(L)): estimate(part["share"], part["realisation"])
            for L, part in share.groupby("sites")
        }
        enough = [each for each in found.values() if each.realisations >= FEWEST]
        if not enough:
            continue
        last = enough[-1]
        text = ", ".join(f"L = {L}: {pm(each)}" for L, each in found.items())
        kept = last.mean / found[min(found)].mean
        word = "below thermal" if last.mean > 3 * last.error else "thermal"
        yield Claim(
            f"1 - S/(n log 2), n = {said}, at W = {W:g}", "> 0: sub-thermal", 0.0,
            float(last.mean), last.error, last.realisations, text=text,
            verdict=f"{word}, {kept:.2f} of that at L = {min(found)}",
            id="R9",
        )  # fmt: skip


def middle(table: pd.DataFrame, few: pd.DataFrame) -> Iterator[Claim]:
    """What taking fewer levels nearer the middle changes in the same chains: long chains have
    only those."""
    for W, own in few.groupby("W"):
        sites = int(own["sites"].iloc[0])
        whole = table[np.isclose(table["W"], float(str(W))) & (table["sites"] == sites)]
        for name, said in MEASURED.items():
            found = estimate_of(
                lambda a, b: a / b, own[name], whole[name],
                clusters=[own["realisation"], whole["realisation"]],
            )  # fmt: skip
            words = f"{said} of {own['levels'].iloc[0]:g} middle levels over that of a quarter"
            off = f"{100 * (found.mean - 1):+.1f} %"
            yield compare(
                f"W = {W:g}, L = {sites}: {words}", "1", 1.0, found, verdict=off, id="R8 R85"
            )
