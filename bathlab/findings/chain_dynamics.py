"""What C(t) and the tones of full spectra say of the resonance model's dynamics."""

from __future__ import annotations

import math
from typing import Any, Iterator, Sequence

import numpy as np
import pandas as pd

from bathlab.experiments import dynamics_laws as laws
from bathlab.experiments.model_regions import model_region
from bathlab.experiments.model_regions import said as region_said
from bathlab.findings.chain_lines import by_size, fitted, ring, trend
from bathlab.statistics import estimate_of
from bathlab.statistics.histograms import POOR
from bathlab.theory.resonance_model.lengths import hamiltonian_resonance_length
from bathlab.workbench import Claim
from bathlab.workbench.claims import OFF, compare, pm, state

#: Slopes per site are put beside this.
LOG2 = math.log(2)
#: W/J of the paper's chain (61) for one of ours, of the same mean square field over coupling.
SCALE = {"uniform": 2 / math.sqrt(3), "cosine": math.sqrt(2), "all directions": 1.0}


def memory(table: pd.DataFrame, times: Sequence[float]) -> Iterator[Claim]:
    """All claims of the rows of memories."""
    for (fields, W), rows in table.groupby(["fields", "disorder"], sort=False):
        where = f"{ring(str(fields))}, W = {W:g}"
        parts = by_size(rows)
        last = parts[max(parts)]
        for claim in [*late(last), *tones(last), *exponents(last, times), *law(last, times)]:
            yield claim.at(f"{where}, L = {max(parts)}")
        for claim in [*growths(parts), *model(parts, times)]:
            yield claim.at(where)


def late(part: pd.DataFrame) -> Iterator[Claim]:
    """What relaxes after t_H, and beside a spectrum whose elements know no levels."""
    found, blind = laws.mean_of(part, "late"), laws.mean_of(part, "late_blind")
    over = found.mean / blind.mean if blind.mean > 0 else math.inf
    clear = found.mean > OFF * found.error
    verdict = f"{'relaxes' if clear else 'not seen to relax'}, {over:.3g} times blind elements'"
    more = {"verdict": verdict, "note": f"blind {blind.mean:.1e}", "digits": 5}
    said = "weight of C(t) that relaxes after t_H"
    yield state(said, "> 0, by cats", found, id="R38 R46", **more)
    reach = laws.late_reach(part)
    if math.isfinite(reach.mean):
        said = "decades beyond t_H by which 9/10 of that has relaxed"
        verdict = f"to {10**reach.mean:.2g} t_H"
        paper = "L/2 xi log 10, grows with L"
        yield state(said, paper, reach, id="R46", digits=2, verdict=verdict)


def tones(part: pd.DataFrame) -> Iterator[Claim]:
    """Is a state one tone, static or not."""
    labels = part["realisation"]
    explained = laws.mean_of(part, "explained")
    verdict = f"{100 * explained.mean:.1f} % in a static and one more tone"
    said = "weight of a state's static and main tone"
    yield state(said, "1", explained, expected=1.0, verdict=verdict, id="R27 R29")
    cats = laws.mean_of(part, "resonant")
    if cats.mean > 0:
        share = estimate_of(
            lambda a, b: a / b if b else 0.0, part["single"], part["resonant"], clusters=labels
        )
        weight = estimate_of(
            lambda a, b: a / b if b else 0.0,
            part["explained_resonant"],
            part["resonant"],
            clusters=labels,
        )
        words = f"{100 * share.mean:.0f} % of resonant states are; {pm(cats)} of all states"
        said = (
            "share of one tone (static part and main tone > 0.9) in states of <sigma>^2 < 1/2"
        )
        note = f"their static and main tone hold {pm(weight)}"
        more = {"expected": 1.0, "verdict": words, "note": note}
        yield state(said, "1: a cat of two", share, id="R27 R12", **more)
    slow = laws.mean_of(part, "slow")
    said = "share of states whose main tone is slower than 1/t_H, <sigma>^2 < 1/2"
    verdict = f"{100 * slow.mean:.2g} % of states"
    yield state(said, "> 0, exponentially few", slow, id="R46", digits=5, verdict=verdict)
    coarse = estimate_of(
        lambda a, b: np.exp(a - b), part["log_coarse"], part["log_number"], clusters=labels
    )
    verdict = f"{100 * coarse.mean:.0f} % of the tones told apart at t_H/10"
    said = "tones (typical) at a resolution of 10 level distances over all"
    yield state(said, "1 in MBL: pure-point before t_H", coarse, verdict=verdict, id="R98")


def growths(parts: dict[int, pd.DataFrame]) -> Iterator[Claim]:
    """How weights and numbers go with L."""
    cases = [
        ("plateau", "log C at infinite time, per site", "0 in MBL", "R38 R47 R80"),
        ("late", "log of the weight that relaxes after t_H, per site", "< 0 in MBL", "R46"),
        ("slow", "log of the share of states slower than 1/t_H, per site", "< 0", "R46"),
    ]
    for column, said, paper, ids in cases:
        line = laws.growth(parts, column)
        if line is not None:
            slope = line.slope
            yield fitted(said, paper, line, slope, verdict=trend(slope), id=ids)
    line = laws.growth(parts, "log_number", log=False)
    if line is not None:
        slope = line.slope / LOG2
        said = "log of the number of tones per site, over log 2"
        verdict = f"{pm(slope, 2)} of the states' growth"
        yield fitted(said, "0 in MBL, 1 thermal", line, slope, verdict=verdict, id="R98")


def exponents(part: pd.DataFrame, times: Sequence[float]) -> Iterator[Claim]:
    """theta of C(t) - C(infinity) beside that of S."""
    found, window = laws.time_exponent(part, times)
    if not math.isfinite(found.mean):
        return
    try:
        law = laws.spectrum_law(part)
    except ValueError:  # too few bins
        return
    theta = law.exponent + 1
    every = math.sqrt(
        found.error**2 + theta.error**2 + window**2 + np.nan_to_num(law.window_error) ** 2
    )
    off = (found.mean - theta.mean) / every
    known = "agree" if abs(off) < 2 else f"{off:+.1f} of all errors apart"
    text = f"{pm(found)} +- {window:.3f} (window); S: {pm(theta)} +- {law.window_error:.3f}"
    poor = "" if law.misfit.holds else f", S is not one power: {law.misfit}"
    more = {"verdict": known + poor, "text": text, "chi2_dof": law.misfit.ratio}
    said = "theta of C(t) - C(infinity) ~ t^-theta, and of S ~ omega^(theta - 1)"
    yield compare(said, "the same", theta.mean, found, id="R45", **more)


def law(part: pd.DataFrame, times: Sequence[float]) -> Iterator[Claim]:
    """Power or stretched exponential (112) of C(t) up to t_H."""
    found = laws.decays(part, times)
    chi = found.power.chi2_dof, found.stretched.chi2_dof
    better = "(112)" if chi[1] < chi[0] else "a power of t"
    held = "" if min(chi) <= POOR else ", neither holds"
    said = "log^2 C against log t up to t_H, chi2/dof; log C the other"
    text = f"{chi[1]:.2f}; {chi[0]:.2f}"
    lam = found.lam if chi[1] <= POOR and found.stretched.slope.mean > 0 else None
    note = "times share rings" + (f"; lambda of (112) {lam.mean:.1f}" if lam else "")
    theta = -found.power.slope.mean
    power = f"; theta {theta:.3f}" if chi[0] <= POOR else ""
    if abs(theta) < 2 * found.power.slope.error:
        better, power, note = "C is flat within errors", "", "times share rings"
    else:
        better += " is nearer"
    more: dict[str, Any] = {"verdict": f"{better}{held}{power}", "note": note}
    N = found.power.slope.realisations
    yield Claim(said, "(112) near the transition", text=text, N=N, id="R78", **more)


def model(parts: dict[int, pd.DataFrame], times: Sequence[float]) -> Iterator[Claim]:
    """Which xi and lambda C(t) of one L allows; C at infinite time of all L from there."""
    sizes = sorted(parts)
    sites = sizes[-2:][0]
    found = model_region(parts[sites], times, sites, skipped=1)
    if found is None:
        return
    fields, W = (parts[sites][name].iloc[0] for name in ("fields", "disorder"))
    ids = "R37 R38 R60"
    inverse, lam = (region_said(limits) for limits in found.ranges)
    words = f"static model's C(t), t >= 30, L = {sites}"
    more: dict[str, Any] = {"chi2_dof": found.chi2_dof, "N": found.realisations, "id": ids}
    if not found.holds:
        verdict = f"rejected, p = {found.chance:.1g}; off by {found.largest:.3f} at most"
        note = others(parts, times)
        yield Claim(words, "fits", verdict=verdict, note=note, **more)
        return
    text = f"1/xi {inverse}, lambda {lam}"
    verdict = f"fits, p = {found.chance:.2g}; off by {found.largest:.3f} at most"
    yield Claim(words, "fits", text=text, verdict=verdict, note=others(parts, times), **more)
    expected = float(hamiltonian_resonance_length(W * SCALE[fields]))
    low, high = found.ranges[1]
    forms = {"(83)": expected, "its steps": expected / 4, "(61)": expected / 16}
    inside = [name for name, value in forms.items() if low <= value <= high]
    said = f"lambda that C(t) allows, L = {sites}, beside (83), its steps and (61)"
    paper = ", ".join(f"{value:.1f}" for value in forms.values())
    verdict = "allowed: " + (", ".join(inside) or "none of them")
    N = found.realisations
    yield Claim(said, paper, expected, text=lam, verdict=verdict, N=N, id="R57 R6")
    for L in sizes:
        if L == sites:
            continue
        own, limits = laws.mean_of(parts[L], "plateau"), found.plateaus(L)
        beyond = max(limits[0] - own.mean, own.mean - limits[1], 0.0)
        off = beyond / own.error
        verdict = "agrees" if off < 2 else f"{off:.1f} sigma beyond"
        said = f"C at infinite time, L = {L}, by the model that C(t) of L = {sites} allows"
        paper = f"{limits[0]:.3f} to {limits[1]:.3f}"
        yield state(said, paper, own, id="R38 R47 R80", verdict=verdict)


def others(parts: dict[int, pd.DataFrame], times: Sequence[float]) -> str:
    """The same with the first decade, and with half of the model's J."""
    sites = sorted(parts)[-2:][0]
    words = []
    for name, J, skipped in (("t >= 3", 1.0, 0), ("half of J", 0.5, 1)):
        found = model_region(parts[sites], times, sites, J, skipped)
        if found is not None:
            inverse, lam = (region_said(limits) for limits in found.ranges)
            values = f", 1/xi {inverse}, lambda {lam}" if found.holds else ", rejected"
            words.append(f"{name}: p = {found.chance:.1g}{values}")
    return "; ".join(words)
