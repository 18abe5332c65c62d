"""A second spin, local terms, weak coupling, K_0 and made-up states: what their rows say.

Claims of De Roeck & Huveneers, sections II B, E and F, appendix B; measures are listed in
:mod:`bathlab.experiments.spread_kinds`.
"""

from __future__ import annotations

import math
from typing import Iterator, Mapping

import numpy as np
import pandas as pd

from bathlab.experiments import spread_sums as sums
from bathlab.experiments.shaped_states import EXACT, SHAPES
from bathlab.experiments.spread_variants import COMPARED
from bathlab.findings.hybridised_kernels import kernel_claims
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.workbench.claims import Claim, compare, pm, state

#: Share of log 2 below which a spin is not thermal.
THERMAL = 0.5
LOG2 = math.log(2)


def variant_claims(
    kinds: Mapping[str, pd.DataFrame], radius: float, first: float
) -> Iterator[Claim]:
    """All of them, by kind of case; ``first`` is w of the first of two spins."""
    yield from second_claims(kinds["second"], first)
    for bath, part in kinds["local"].groupby("bath", sort=False):
        for claim in local_claims(part, str(bath).startswith("free")):
            yield claim.at(str(bath))
    small, large = (part for _, part in kinds["weak"].groupby("dimension"))
    for claim in weak_claims(large, small):
        yield claim.at(f"RM({int(large['dimension'].iloc[0]).bit_length() - 1})")
    for bath, part in kinds["kernel"].groupby("bath", sort=False):
        theory = radius if str(bath).startswith("RM") else None
        for claim in kernel_claims(part, theory):
            yield claim.at(str(bath))
    yield from shape_claims(kinds["shape"])


def compared(upper: pd.DataFrame, lower: pd.DataFrame, column: str) -> Estimate:
    """The mean of a column over that of other rows of the same realisations."""
    labels = [upper["realisation"], lower["realisation"]]
    return estimate_of(lambda a, b: a / b, upper[column], lower[column], clusters=labels)


def second_claims(table: pd.DataFrame, first: float) -> Iterator[Claim]:
    """The width of a second spin whose contact has a spike at 2h_2, over that without."""
    places = {str(name): part for name, part in table.groupby("place", sort=False)}
    spike, probe = (one_each(places[name]) for name in ("spike", "probe"))
    height = compared(spike, probe, "v")
    said = "two spins: v(2h) of a contact with a spike over that of its smooth part"
    verdict = f"spike {100 * (height.mean - 1):.0f} % high, half-width 2 w_1 = {2 * first:.3f}"
    yield state(said, "> 1", height, verdict=verdict, id="G31")
    for g, upper in sums.by_number(places["spike"], "g"):
        lower = sums.rows_at(places["probe"], g=g)
        w = float((lower["halfwidth"] * lower["unit"]).mean())
        found, seen = compared(upper, lower, "halfwidth"), 2 * first / (2 * first + w)
        said = f"two spins: w_2 on a spike over that off it, w_2 = {w:.3f}"
        note = f"g_2 = {g:g}; golden rule with v as smoothed by w_2 too: "
        note += f"{1 + (height.mean - 1) * seen:.3f}"
        yield compare(said, "1: v_smooth decides", 1.0, found, verdict=excess(found, height),
                      id="G31", note=note)  # fmt: skip
    for place, other, said in (
        (
            "contact",
            "probe",
            "w_2 at the contact of the first spin, h_2 = h_1, over the probe's",
        ),
        ("off", "probe, off", "w_2 with the spike elsewhere, h_2 = 0.6 h_1, over that without"),
    ):
        ends = places[place], sums.rows_at(places[other], g=float(places[place]["g"].iloc[0]))
        found, v = compared(*ends, "halfwidth"), compared(*ends, "v")
        note = f"v(2h) of the two: {pm(v, 2)}"
        yield compare(f"two spins: {said}", "1", 1.0, found, id="G31", note=note)
    few = float(places["off"]["g"].iloc[0])
    both = [sums.rows_at(places[name], g=few) for name in COMPARED]
    cuts = both[0]["cuts"].iloc[0]
    change = estimate_of(
        lambda a, b: float(np.interp(1.0, cuts, a - b)),
        *(rows["beyond"] for rows in both),
        clusters=[rows["realisation"] for rows in both],
    )
    text = ", ".join(pm(sums.beyond(rows, 1.0)) for rows in both)
    said = "two spins: ||P' psi||^2 with a spike and without"
    yield state(said, "~ 1, narrow peaks or not", change, text=text, id="G90",
                verdict=f"{change.mean:+.3f}", note="beyond pi g^2 v_smooth(2h)")  # fmt: skip


def one_each(part: pd.DataFrame) -> pd.DataFrame:
    """The rows of one coupling; v is the same for all."""
    return sums.rows_at(part, g=float(part["g"].min()))


def excess(found: Estimate, height: Estimate) -> str:
    """How much of the spike a width has taken in."""
    share = (found.mean - 1) / (height.mean - 1) if height.mean > 1 else math.nan
    return f"{100 * (found.mean - 1):+.1f} %, {share:.2f} of the spike"


def local_claims(part: pd.DataFrame, control: bool) -> Iterator[Claim]:
    """k of H_0 + g' sigma^z over the eigenstates of H_0."""
    for g, rows in sums.by_number(part, "g"):
        w = float(rows["halfwidth"].mean())
        fourth = sums.kurtosis(rows, 0.1 * w, w)
        tail = sums.kurtosis(rows, 3 * w, 9 * w)
        said = f"kurtosis of amplitudes within w, g' = {g:g} sigma^z"
        known = f"{100 * (fourth.mean / 3 - 1):+.0f} %"
        note = f"3 to 9 w: {pm(tail, 2)}"
        if control:
            note += "; parity alone would make 6"
        paper = "not 3: control, free fermions" if control else "3: random superposition"
        yield compare(said, paper, 3.0, fourth, verdict=known, id="G33", note=note)
        if control:
            continue
        ratio = sums.ratio_to(rows, "golden")
        fit = sums.width(rows, "golden")
        shape = f"{pm(fit.value)}" if fit.misfit.holds else "rejected"
        said = f"half of the weight of k within w/(pi g'^2 v(0)), g' = {g:g}"
        note = f"Lorentzian {shape}, "
        note += f"p = {fit.misfit.chance:.1g}; w = "
        note += f"{float((rows['halfwidth'] * rows['unit']).mean()):.3f}"
        known = f"{100 * (ratio.mean - 1):+.0f} %"
        yield compare(said, "1 (golden rule)", 1.0, ratio, verdict=known, id="G33", note=note,
                      chi2_dof=fit.misfit.ratio)  # fmt: skip


def weak_claims(part: pd.DataFrame, smaller: pd.DataFrame) -> Iterator[Claim]:
    """Typical losses and entropies over those of first order, and what is not typical."""
    for G, rows in sums.by_number(part, "G"):
        other = sums.rows_at(smaller, G=G)
        for name, said in (("lost", "1 - |<sb|psi>|^2"), ("entropy", "S")):
            found, few = over_first(rows, name), over_first(other, name)
            size = math.exp(float(rows[name].mean()))
            note = f"typical {size:.2g}; with a quarter of the levels {pm(few)}"
            words = f"typical {said} over first order, G = {G:g}"
            known = f"{100 * (found.mean - 1):+.1f} %"
            yield compare(words, "1", 1.0, found, verdict=known, id="G12", note=note)
        mean, less = (
            estimate(each["mean_entropy"] / LOG2, each["realisation"]) for each in (rows, other)
        )
        known = "not thermal" if mean.mean < THERMAL else "half way or more"
        note = f"first order {rows['mean_first'].mean() / LOG2:.3f}; overlap below 1/2 in "
        note += f"{rows['mixed'].mean():.3f}; with a quarter of the levels {pm(less)}"
        said = f"mean S over log 2, G = {G:g}"
        yield compare(said, "0: not thermalised", 0.0, mean, verdict=known, id="G12", note=note)


def over_first(rows: pd.DataFrame, name: str) -> Estimate:
    """A typical value over that of first order."""
    columns = rows[name], rows[f"first_{name}"]
    return estimate_of(lambda a, b: math.exp(a - b), *columns, clusters=rows["realisation"])


def shape_claims(table: pd.DataFrame) -> Iterator[Claim]:
    """D in made-up states with k of several shapes, less that in eigenstates."""
    shapes = {str(name): part for name, part in table.groupby("shape", sort=False)}
    exact = shapes[EXACT]
    for column, said in (("delta", "Delta D of a probe"), ("spin", "D of the spin's sigma^x")):
        whole = estimate(exact[column], exact["realisation"])
        yield state(f"{said}, eigenstates", "-", whole, verdict="reference", id="G15")
        for name in SHAPES:
            rows = shapes[name]
            labels = [rows["realisation"], exact["realisation"]]
            found = estimate_of(
                lambda a, b: a - b, rows[column], exact[column], clusters=labels
            )
            wider = estimate_of(
                lambda a, b: math.log(a / b),
                rows["halfwidth"],
                exact["halfwidth"],
                clusters=labels,
            )
            left = Estimate(
                found.mean - wider.mean,
                math.hypot(found.error, wider.error),
                found.realisations,
            )
            note = f"log of the widths' ratio {pm(wider)}, once orthogonal"
            note += f"; less that {pm(left)}" if column == "spin" else ""
            verdict = f"{found.mean / LOG2:+.3f} log 2"
            words = f"{said}, made-up states ({name}) less eigenstates"
            paper = "0: only w matters" if "2w" not in name else "not 0: w matters (control)"
            yield compare(words, paper, 0.0, found, verdict=verdict, id="G15", note=note)
    spread = np.ptp([shapes[name]["spin"].mean() for name in list(SHAPES)[:-1]])
    probe = np.ptp([shapes[name]["delta"].mean() for name in list(SHAPES)[:-1]])
    text = f"probe {probe:.3f}, spin {spread:.3f} (nats)"
    said, N = "range of D over shapes of one w", exact["realisation"].nunique()
    verdict = "the probe knows neither shape nor w, the spin both"
    verdict = verdict if probe < 0.1 < spread else "see the numbers"
    yield Claim(said, "0", text=text, N=N, verdict=verdict, id="G15")
