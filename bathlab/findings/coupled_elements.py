"""What elements of bath operators say of sections II D and E once a spin is coupled."""

from __future__ import annotations

import math
from typing import Any, Iterator

import pandas as pd

from bathlab.experiments.coupled_laws import (
    EARLY,
    LATE,
    oscillation,
    peak_fit,
    quotient,
    share_of_mean,
    size_at_late_times,
    synthetic_share,
)
from bathlab.experiments.synthetic import KINDS
from bathlab.statistics import Estimate, estimate_of
from bathlab.theory.grain.structure_factors import backreaction_weight
from bathlab.workbench import Claim
from bathlab.workbench.claims import OFF, compare, pm, state

#: How P-bar psi is made, in words.
WORDS = {
    "none": "left out",
    "first": "by the lemma to lowest order",
    "full": "by the whole lemma (9)",
}


def elements(rows: pd.DataFrame) -> Iterator[Claim]:
    """Squares of elements after over before, and the diagonal."""
    for which in ("probe", "contact"):
        found = quotient(rows, f"{which}_off_after", f"{which}_off_before")
        other = quotient(rows, f"{which}_off_after", f"{which}_off_zero")
        said = f"<V'^2>/<V^2> of neighbouring elements, {which}"
        note = f"before at E_b = -h, h; at E_b = 0 before: {pm(other)}"
        verdict = f"smaller by {1 / math.sqrt(found.mean):.3f}, not sqrt 2"
        if abs(found.mean - 0.5) < OFF * found.error:
            verdict = f"agrees, smaller by {1 / math.sqrt(found.mean):.3f}"
        yield compare(said, "1/2", 0.5, found, verdict=verdict, note=note, id="G23")
    for which in ("probe", "contact"):
        yield from diagonal(rows, which)


def diagonal(rows: pd.DataFrame, which: str) -> Iterator[Claim]:
    """Mean and fluctuation of V_psi,psi, after and before."""
    after, before = (
        share_of_mean(rows, f"{which}_mean_{end}", f"{which}_off_{end}")
        for end in ("after", "zero")
    )
    said = f"mean of V_psi,psi over rms of neighbouring elements, {which}"
    note = f"before {pm(before)}"
    yield compare(said, "0", 0.0, after, note=note, id="G21")
    after, before = (
        quotient(rows, f"{which}_diagonal_{end}", f"{which}_off_{end}")
        for end in ("after", "zero")
    )
    said = f"<diagonal^2>/<off-diagonal^2> after coupling, {which}"
    yield compare(said, "2 (GOE)", 2.0, after, note=f"before {pm(before)}", id="G21")


def in_time(rows: pd.DataFrame) -> Iterator[Claim]:
    """Does <V(t)V> oscillate at 2h after coupling, and for how long."""
    share = float(rows["share"].mean())
    wanted = estimate_of(lambda a: a**2, rows["share"], clusters=rows["realisation"])
    first, field = rows.iloc[0], float(rows["field"].iloc[0])
    paper = 2 * backreaction_weight(float(first["g"]), float(rows["xi"].mean()), field)
    for which in ("contact", "probe"):
        early, late = (oscillation(rows, which, window) for window in (EARLY, LATE))
        seen = abs(early.mean) > OFF * early.error
        known = f"{early.mean / paper:.3f} of the paper's" if seen else "not seen"
        said = f"amplitude of the spin's oscillation in <V(t)V>, {which}"
        note = f"t = {EARLY[0]:g} to {EARLY[1]:g}; to {LATE[1]:g}: {pm(late, 4)}"
        if which == "contact":
            note += f"; a^2 = {pm(wanted, 4)} of the elements, a = {share:.4f}"
        theory = f"2W = {paper:.3f}, up to a factor" if which == "contact" else "0"
        expected = paper if which == "contact" else 0.0
        more = {"verdict": known, "note": note, "digits": 4, "id": "G25"}
        yield compare(said, theory, expected, early, **more)
    w = float(rows["halfwidth"].mean())
    before, after = (
        size_at_late_times(rows, name) for name in ("contact_time_before", "contact_time")
    )
    said = f"rms of <V(t)V> of the contact, t = {EARLY[0]:g} to {EARLY[1]:g}"
    note = f"before {pm(before, 4)}; the oscillation lasts 1/2w = {1 / (2 * w):.1f}/h"
    yield state(said, "-", after, verdict="before and after", note=note, digits=4, id="G25")


def peaks(rows: pd.DataFrame) -> Iterator[Claim]:
    """Peaks at omega = 0 and +-2h, of the shape of k*k or of k_0*k_0."""
    field = float(rows["field"].iloc[0])
    paper = backreaction_weight(float(rows["g"].iloc[0]), float(rows["xi"].mean()), field)
    for which in ("contact", "probe"):
        for centre, words in ((0.0, "omega = 0"), (2 * field, "omega = +-2h")):
            weight, left = peak_fit(rows, which, centre, "k")
            cut, cut_left = peak_fit(rows, which, centre, "k0")
            seen = abs(weight.mean) > OFF * weight.error
            verdict = f"{pm(weight / paper, 2)} of the paper's W" if seen else "not seen"
            theory = f"{paper:.3f}, up to a factor" if which == "contact" else "0"
            said = f"W of a peak at {words}, {which}"
            note = f"shape k*k; by k_0*k_0 {pm(cut, 4)}, which leaves {cut_left.mean:.1e} for "
            note += f"{left.mean:.1e}"
            yield state(
                said, theory, weight, verdict=verdict, note=note, digits=4, id="G28",
                expected=paper if which == "contact" else 0.0,
            )  # fmt: skip


def refined(rows: pd.DataFrame) -> Iterator[Claim]:
    """The paper's refined states beside true ones."""
    worst = float(rows["identity"].max())
    said = "P-bar psi of eigenstates less eq. (9) of P psi, largest entry"
    verdict = "agrees" if worst < 1e-10 else "violated"
    more: dict[str, Any] = {
        "expected": 0.0,
        "value": worst,
        "effect": worst,
        "text": f"{worst:.0e}",
    }
    N = rows["realisation"].nunique()
    yield Claim(said, "0, exactly", N=N, verdict=verdict, equation="(9)", id="G27", **more)
    true = synthetic_share(rows, "true")
    said = "share a of the spin in the contact at +-2h, true states"
    yield state(said, "-", true, verdict="reference", equation="(11)", id="G27")
    for kind in KINDS:
        found = synthetic_share(rows, kind)
        columns = (rows[f"{each}_{sums}"] for each in (kind, "true") for sums in ("vt", "tt"))
        over = estimate_of(
            lambda a, b, c, d: a * d / (b * c), *columns, clusters=rows["realisation"]
        )
        said = f"the same of random P psi, P-bar psi {WORDS[kind]}"
        theory = "0" if kind == "none" else "as of true states"
        verdict = f"{pm(over, 2)} of it"
        more = {"verdict": verdict, "equation": "(11)", "id": "G27"}
        yield compare(said, theory, 0.0 if kind == "none" else true.mean, found, **more)
    for kind in ("true", *KINDS[1:]):
        beyond = median_beyond(rows, kind)
        said = f"|P-bar psi|^2, median, {'true states' if kind == 'true' else WORDS[kind]}"
        yield state(said, "~ g^2/(xi w)", beyond, verdict="of 1", id="G27")


def median_beyond(rows: pd.DataFrame, kind: str) -> Estimate:
    """Weight of a state beyond w, the median of a realisation averaged."""
    return estimate_of(lambda x: x, rows[f"{kind}_beyond"], clusters=rows["realisation"])
