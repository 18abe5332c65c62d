"""What a spin's eigenstates say of k(omega): its width, its shape, and what it is made of.

Claims of De Roeck & Huveneers, sections II B and C, appendices A and B. Rows are those of
:func:`bathlab.experiments.spread_states.spread_rows`.
"""

from __future__ import annotations

import math
from typing import Any, Callable, Iterator

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments import spread_sums as sums
from bathlab.experiments.spread_states import CENTRES, FOLDED_CENTRES
from bathlab.findings.hybridised_amplitudes import (
    amplitude_claims,
    limit_claims,
    outside_claims,
    theory_curve,
    theory_of,
)
from bathlab.findings.hybridised_tails import exponential_claims
from bathlab.statistics.arithmetic import estimate_of, independent
from bathlab.statistics.estimates import Estimate
from bathlab.theory.grain.free_spin import flip_density, free_spin
from bathlab.theory.grain.golden_rule import golden_rule_width
from bathlab.workbench.claims import Claim, compare, pm

#: Where the tail is a power, in units of w.
TAIL = (3.0, 9.0)
#: The same is looked at for couplings below this, whose w is far from the end of the band.
TAILS_BELOW = 0.5
#: The golden rule is called off where w is farther from it than this share.
OFF_BY = 0.1


def spread_claims(
    table: pd.DataFrame, radius: float, g: float, field: float
) -> Iterator[Claim]:
    """All claims on a spin at random matrices, of this radius, and at a chain."""
    baths = {str(name): part for name, part in table.groupby("bath", sort=False)}
    first, second, *_ = matrices = [name for name in baths if name.startswith("RM")]
    chain = next(name for name in baths if name not in matrices)
    for name, part in baths.items():
        theory = radius if name in matrices else None
        here = sums.rows_at(part, g=g, field=field)
        found = [*shape_claims(here, theory), *amplitude_claims(here)]
        if name == first:
            found += field_claims(part, radius, g)
        if name in (second, chain):
            found += coupling_claims(part, theory, field)
        if name in (first, chain):
            found += outside_claims(sums.rows_at(part, g=g), theory)
        if name == chain:
            found += exponential_claims(part)
        for claim in found:
            yield claim.at(name)
    yield from limit_claims([sums.rows_at(baths[n], g=g, field=field) for n in matrices])


def field_claims(part: pd.DataFrame, radius: float, g: float) -> Iterator[Claim]:
    """w against h at one coupling, beside the golden rule, which falls."""
    rows = dict(sums.by_number(sums.rows_at(part, g=g), "field"))
    for h, each in rows.items():
        yield width_claim(each, radius, f"w/(pi g^2 v(2h)), h = {h:g}", "G86 G17")
        yield exact_claim(each, radius, f"h = {h:g}", "G86")
    low, high = min(rows), max(rows)
    golden = flip_density(high, radius) / flip_density(low, radius)
    exact = [free_spin(g, h, radius).halfwidth for h in (low, high)]
    halves = [free_spin(g, h, radius).half_weight() for h in (low, high)]
    for what, paper, found in (
        ("of the Lorentzian", f"1; the golden rule falls to {golden:.3f}", fitted_ratio(rows)),
        ("half of the weight", "1", weight_ratio(rows)),
    ):
        said = f"w at h = {high:g} over w at h = {low:g}, {what}"
        note = f"each level's own line, exactly: {exact[1] / exact[0]:.3f}; "
        note += f"lines of s = 1 and -1 lie {2 * shift(g, high, radius):.2f} apart at {high:g}"
        note += f"; half of the weight, exactly: {halves[1] / halves[0]:.3f}"
        yield compare(said, paper, 1.0, found, id="G86", note=note)


def shift(g: float, h: float, radius: float) -> float:
    return free_spin(g, h, radius).up.real


def fitted_ratio(rows: dict[float, pd.DataFrame]) -> Estimate:
    """Fitted w at the largest field over that at the smallest, in energy; nan if the shape of
    one of them is rejected."""
    ends = [rows[min(rows)], rows[max(rows)]]
    fits = [sums.width(each) for each in ends]
    if not all(fit.misfit.holds for fit in fits):
        return Estimate(math.nan, math.nan, ends[0]["realisation"].nunique())
    units = [float(each["unit"].iloc[0]) for each in ends]
    return independent(lambda a, b: b * units[1] / (a * units[0]), *(f.value for f in fits))


def weight_ratio(rows: dict[float, pd.DataFrame]) -> Estimate:
    """The same of where half of the weight lies, in the same disorder."""
    ends = [rows[min(rows)], rows[max(rows)]]
    columns = [each["halfwidth"] * each["unit"] for each in ends]
    labels = [each["realisation"] for each in ends]
    return estimate_of(lambda a, b: b / a, *columns, clusters=labels)


def width_claim(rows: pd.DataFrame, radius: float | None, said: str, ids: str) -> Claim:
    """A fitted w over the golden rule; without a value where the shape is rejected."""
    fit = sums.width(rows, "golden")
    note = "w = where half of the weight lies: "
    note += f"{pm(sums.ratio_to(rows, 'golden'))} of the golden rule"
    if radius is not None:
        exact = theory_of(rows, radius)
        golden = golden_rule_width(exact.g, flip_density(exact.field, radius))
        note += f", exactly {exact.half_weight() / golden:.3f}"
        note += f"; each level's line, exactly: {exact.halfwidth / golden:.3f}"
    more: dict[str, Any] = {"id": ids, "chi2_dof": fit.misfit.ratio, "note": note}
    paper, N = "1 (golden rule with pi)", fit.value.realisations
    if not fit.misfit.holds:
        verdict = f"Lorentzian rejected, p = {fit.misfit.chance:.1g}: no parameters"
        return Claim(said, paper, N=N, verdict=verdict, **more)
    text = f"{pm(fit.value)} +- {fit.window_error:.3f} (window)"
    return compare(said, paper, 1.0, fit.value, text=text, **more)


def exact_claim(rows: pd.DataFrame, radius: float, point: str, ids: str) -> Claim:
    """k(omega) against the theory of free matrices, which has no parameter."""
    curve = theory_curve(rows, radius)
    used = np.abs(CENTRES) <= sums.WINDOW
    found = sums.of_shape(rows, "k", used, curve[used][:, None])
    mean = np.mean(np.stack(list(rows["k"])), axis=0)[used]
    effect = float(np.abs(mean - curve[used]).sum() * (CENTRES[1] - CENTRES[0]))
    known = "holds" if found.holds else "off"
    return Claim(
        f"k against the exact curve of free matrices, {point}: int |k - k_exact|",
        "0, without a parameter",
        value=effect,
        expected=0.0,
        N=rows["realisation"].nunique(),
        verdict=f"{known}, p = {found.chance:.2g}",
        chi2_dof=found.ratio,
        id=ids,
        text=f"{effect:.3f}",
        note=f"|omega| <= {sums.WINDOW:g} w",
    )


def coupling_claims(part: pd.DataFrame, radius: float | None, field: float) -> Iterator[Claim]:
    """w against g at one field: up to where the golden rule fails."""
    rows = dict(sums.by_number(sums.rows_at(part, field=field), "g"))
    good: list[float] = []
    for g, each in rows.items():
        golden = float((each["golden"] * each["unit"]).mean())
        said = f"w/(pi g^2 v(2h)), g = {g:g}, pi g^2 v(2h) = {golden:.3f}"
        yield width_claim(each, radius, said, "G18 G17")
        if radius is not None:
            yield exact_claim(each, radius, f"g = {g:g}", "G18")
        if g < TAILS_BELOW:
            yield tail_claim(each, radius, sums.half(each))
        fit = sums.width(each, "golden")
        if fit.misfit.holds and abs(fit.value.mean - 1) < OFF_BY + 2 * fit.value.error:
            good.append(g)
    text = ", ".join(f"{g:g}" for g in good) or "none"
    note = f"of g = {', '.join(f'{g:g}' for g in rows)}"
    if radius is not None:
        closed = limit(lambda g: not free_spin(g, field, radius).density, radius, 2 * radius)
        edge = limit(lambda g: over_golden(g, field, radius) > 1 + OFF_BY, radius, closed)
        note += f"; exactly, a level's line is {100 * OFF_BY:.0f} % wider than the golden rule "
        note += (
            f"from g = {edge:.2f}, where w = {free_spin(edge, field, radius).halfwidth:.2f} "
        )
        note += f"and v is {2 * radius:g} wide; E = 0 lies in a gap from g = {closed:.2f}"
    known = "fails for strong coupling" if len(good) < len(rows) else "holds for all"
    said = f"g at which k is a Lorentzian with pi g^2 v(2h) within {100 * OFF_BY:.0f} %"
    N = min(each["realisation"].nunique() for each in rows.values())
    yield Claim(said, "w << omega_0", text=text, N=N, verdict=known, id="G18", note=note)


def over_golden(g: float, field: float, radius: float) -> float:
    golden = golden_rule_width(g, flip_density(field, radius))
    return free_spin(g, field, radius).halfwidth / golden


def limit(beyond: Callable[[float], bool], radius: float, high: float) -> float:
    """The coupling below ``high`` from which something is so."""
    low = 1e-2 * radius
    while high - low > 1e-3 * radius:
        middle = (low + high) / 2
        low, high = (low, middle) if beyond(middle) else (middle, high)
    return low


def shape_claims(rows: pd.DataFrame, radius: float | None) -> Iterator[Claim]:
    """How flat k is within w, and the power of its tail."""
    fit = sums.width(rows)
    w = fit.value.mean if fit.misfit.holds else float(rows["halfwidth"].mean())
    which = "fitted" if fit.misfit.holds else "half of the weight"
    flat = sums.flatness(rows, w)
    verdict = f"{pm(flat, 2)}: neither flat nor a step" if flat.mean > 1.2 else "flat"
    note = f"a Lorentzian has 2; w {which}"
    yield compare("k(0)/k(w)", "1: flat", 1.0, flat, verdict=verdict, id="G15", note=note)
    yield tail_claim(rows, radius, w)


def tail_claim(rows: pd.DataFrame, radius: float | None, w: float) -> Claim:
    """The power of omega in k beyond w, in units of the bins."""
    line = sums.tail(rows, *(w * edge for edge in TAIL))
    more: dict[str, Any] = {"id": "G19", "chi2_dof": line.misfit.ratio}
    note = f"window {math.exp(line.window[0]) / w:.1f} to {math.exp(line.window[1]) / w:.1f} w"
    if radius is not None:
        curve = folded_theory(rows, radius)
        note += f"; exact curve there {line.slope_of(np.log(FOLDED_CENTRES), curve):.3f}"
    g, energy = float(rows["g"].iloc[0]), w * float(rows["unit"].iloc[0])
    said = f"power of omega in k, {TAIL[0]:g} to {TAIL[1]:g} w, g = {g:g}, w = {energy:.3f}"
    if not line.misfit.holds:
        verdict = f"one power rejected, p = {line.misfit.chance:.1g}: no parameters"
        N = line.slope.realisations
        return Claim(said, "-2", N=N, verdict=verdict, note=note, **more)
    text = f"{pm(line.slope)} +- {line.window_error:.3f} (window)"
    off = (line.slope.mean + 2) / math.hypot(line.slope.error, line.window_error)
    known = "agrees" if abs(off) < 2 else f"{off:+.1f} of all errors"
    return compare(said, "-2", -2.0, line.slope, text=text, verdict=known, note=note, **more)


def folded_theory(rows: pd.DataFrame, radius: float) -> RealArray:
    """The exact k in the bins of |omega|/unit; where the band has ended a tiny number."""
    unit, theory = float(rows["unit"].iloc[0]), theory_of(rows, radius)
    both = [theory.density_of(sign * FOLDED_CENTRES * unit) for sign in (1, -1)]
    return np.maximum(np.mean(both, axis=0) * unit, 1e-300)
