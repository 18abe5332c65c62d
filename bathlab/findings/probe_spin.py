"""What a probe spin says of the resonance model: S, C_zz and single states out of elements.

Crowley & Chandran, SciPost Phys. 12, 201 (2022). What it says of ranges, of local energies and
of kicked rings beside static ones is in :mod:`bathlab.findings.probe_ranges`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Collection, Iterable, Iterator

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from bathlab.experiments import probe_laws, probe_lengths
from bathlab.experiments.probe_cells import PITCHES, POLARISED, RATIOS, USUAL, WINDOWS
from bathlab.experiments.probe_laws import as_estimate, case_rows, points
from bathlab.findings import probe_ranges
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import POOR
from bathlab.workbench import Claim
from bathlab.workbench.claims import compare, pm, state, verdict

LETTERS = {"static": "W", "kicked": "Omega"}
#: Ways to make S, what they are called and the claims that each bears on.
WAYS = {
    "cats": ("rho(v), F = exp(-2 int v rho)", "R64 R66"),
    "counted": ("strongest resonance of each state", "R27 R40"),
    "pairs": ("every pair as two levels alone", "R29 R64 R111"),
}
#: Bins of g above 1.
STRONG = range(int(np.searchsorted(RATIOS, 1.0, side="right")), len(RATIOS) + 1)
#: Bins of a tone's frequency over |V|: about 1, and about 2, where two levels have it.
ONE, TWO = [8, 9], [11]
assert PITCHES[7] < 1 < PITCHES[9] and PITCHES[10] < 2 < math.sqrt(5) < PITCHES[11]
#: Gaussian complex elements have this mean over their rms.
GAUSSIAN = math.sqrt(math.pi) / 2


def claims_of(table: pd.DataFrame, shown: Collection[float]) -> Iterator[Claim]:
    """All claims; S of the largest rings, single states and ranges of those at the W ``shown``
    and at the largest Omega."""
    table = probe_laws.with_exponentials(table)
    yield sums(table)
    for kind in ("static", "kicked"):
        known = points(table, kind)
        largest = max((sites for sites, _ in known), default=0)
        sweep = sorted({swept for _, swept in known})
        closely = shown if kind == "static" else sweep[-1:]
        for sites, swept in known:
            rows = case_rows(table, kind, sites, swept)
            closeness = (sites == largest) + (sites == largest and swept in closely)
            for claim in of_case(rows, kind, closeness):
                yield claim.at(f"{kind}, L = {sites}, {LETTERS[kind]} = {swept:g}")
        yield from growth(table, kind)
    yield from probe_ranges.compared(table)


def of_case(rows: pd.DataFrame, kind: str, closeness: int) -> Iterator[Claim]:
    """The claims of one case: C_zz, from closeness 1 on S, from 2 on all."""
    yield from memory(rows)
    if closeness == 0:
        return
    yield from counted(rows, closeness > 1)
    yield from spectra(rows, WAYS if closeness > 1 else ("cats", "pairs"))
    yield from exponents(rows)
    yield from strengths(rows)
    if closeness == 1:
        return
    yield from states(rows)
    yield from probe_ranges.ranges(rows, kind)
    if kind == "static":
        yield from probe_ranges.energies(rows)


def sums(table: pd.DataFrame) -> Claim:
    """The sum rule of S with its delta weight."""
    found, N = float(table["sum_rule"].max()), len(table)
    known = "exact to rounding" if found < 1e-12 else "off"
    said = "|integral of S with its delta weight - 1|, largest"
    more: dict[str, Any] = {"text": f"{found:.1e}", "verdict": known, "id": "R26 R40"}
    return Claim(said, "0", 0.0, found, N=N, of="spectra", equation="(23)", **more)


def memory(rows: pd.DataFrame) -> Iterator[Claim]:
    """C_zz beside exponentials of the same samples."""
    C = as_estimate(rows, "memory")
    for name, formula, ids in (
        ("cats", "[exp(-2 rho v)]", "R29 R47 R99"),
        ("pairs", "[exp(-2 pi rho v)]", "R29 R99 R111"),
    ):
        over = as_estimate(rows, f"over_{name}")
        windows = [as_estimate(rows, f"{name}_{place}").mean for place in range(len(WINDOWS))]
        text = f"{pm(C)} - {as_estimate(rows, name).mean:.3f} = {pm(over)}"
        note = f"windows of {WINDOWS[0]:g} to {WINDOWS[-1]:g} J: +- {np.ptp(windows) / 2:.3f}"
        paper = "0" if name == "cats" else "-"
        yield compare(f"C_zz - {formula}", paper, 0.0, over, text=text, id=ids, note=note)


def counted(rows: pd.DataFrame, closely: bool) -> Iterator[Claim]:
    """C_zz beside pairs of two levels, and the share of states without a resonance beside its
    exponential."""
    free = as_estimate(rows, "free")
    pairs = rows["memory"] - rows["pair_memory"]
    found = as_estimate(rows.assign(pairs=pairs), "pairs")
    said = "C_zz - product over pairs of Delta^2/(Delta^2 + 4 V^2)"
    yield compare(said, "-", 0.0, found, id="R29 R111", note="no window, no fit")
    counted = as_estimate(rows.assign(counted=rows["free"] - rows["cats"]), "counted")
    text = f"{pm(free)} - {as_estimate(rows, 'cats').mean:.3f} = {pm(counted)}"
    said = "share of states without |Delta| < |V| - [exp(-2 rho v)]"
    yield compare(said, "0", 0.0, counted, text=text, id="R29 R37 R55")
    if not closely:
        return
    lost = estimate_of(
        lambda a, b: (1 - a) / (1 - b), rows["memory"], rows["free"], clusters=rows.realisation
    )
    note = "rare pairs of two levels: pi"
    said = "memory lost over the share of states with a resonance"
    yield compare(said, "1", 1.0, lost, id="R29 R48", note=note)


def spectra(rows: pd.DataFrame, ways: Iterable[str]) -> Iterator[Claim]:
    """S made of elements over S, bin by bin, without a parameter."""
    lower, upper = probe_laws.COMPARED
    for made in ways:
        words, ids = WAYS[made]
        said = f"log of S from {words} over S, {lower:g} < omega/J < {upper:g}"
        found = probe_laws.likeness(rows, made)
        if found is None:
            yield Claim(said, "0", verdict="too few bins", N=len(rows), id=ids)
            continue
        note = f"rms {found.rms:.2f} over {len(found.centres)} bins"
        if made == "cats":
            others = [probe_laws.likeness(rows, made, place) for place in range(len(WINDOWS))]
            biases = [each.bias.mean for each in others if each is not None]
            note += f"; window error {np.ptp(biases) / 2:.2f}"
        known = verdict(found.bias, 0.0)
        known += f", {100 * math.expm1(found.bias.mean):+.0f} %"
        known += ", shape off" if found.chi2_dof > POOR else ""
        paper = "0" if made == "cats" else "-"
        more = {"verdict": known, "note": note, "chi2_dof": found.chi2_dof, "id": ids}
        yield compare(said, paper, 0.0, found.bias, **more)


def exponents(rows: pd.DataFrame) -> Iterator[Claim]:
    """theta of rho(v) beside theta of S."""
    lower, upper = probe_laws.FITTED
    for column, words, shift in (("elements", "rho(v)", 2.0), ("spectrum", "S", 1.0)):
        said = f"theta of {words}, {lower:g} to {upper:g} J"
        law = probe_laws.exponent(rows, column)
        ids = "R10 R17" if column == "elements" else "R42 R44 R94"
        if law is None:
            yield Claim(said, "-", verdict="too few bins", N=len(rows), id=ids)
            continue
        found = law.exponent + shift
        if not law.misfit.holds:
            text = f"rejected, {law.misfit}, {law.bins} bins"
            claim = Claim(said, "0 < theta <= 1", text=text, N=len(rows), id=ids)
            yield replace(claim, verdict="not one power", chi2_dof=law.misfit.ratio)
            continue
        inside = 0 < found.mean <= 1
        known = f"{'in' if inside else 'not in'} (0, 1]"
        text = f"{pm(found)} +- {law.window_error:.3f} (window), {law.misfit}"
        more = {"text": text, "chi2_dof": law.misfit.ratio, "id": ids}
        yield state(said, "0 < theta <= 1", found, verdict=known, **more)
    apart = probe_laws.theta_difference(rows, "elements", rows, "spectrum")
    said = "theta of rho(v) - theta of S, the same bins"
    if apart is not None:
        yield compare(said, "0", 0.0, apart, id="R10 R64", note="straight lines, unweighted")


def states(rows: pd.DataFrame) -> Iterator[Claim]:
    """What single states keep, by their strongest pair and with or without a resonance."""
    weak = range(STRONG.start)
    for words, bins, wanted in (("g < 1", weak, 1.0), ("g > 1", STRONG, 0.0)):
        found = probe_lengths.share_in(rows, "ratio_memory", "ratio_states", bins)
        pair = probe_lengths.share_in(rows, "ratio_pair", "ratio_states", bins)
        off = f"{found.mean - wanted:+.2f}"
        note = f"1/(1 + 4 g^2) of the strongest pair alone: {pair.mean:.3f}"
        said = f"memory of states with {words}"
        yield compare(said, f"{wanted:g}", wanted, found, id="R29", verdict=off, note=note)
    lost = estimate_of(
        lambda m, s: (s[: STRONG.start] - m[: STRONG.start]).sum() / (s - m).sum(),
        list(probe_lengths.curves(rows, "ratio_memory")),
        list(probe_lengths.curves(rows, "ratio_states")),
        clusters=rows["realisation"],
    )
    said = "share of the lost memory that is lost by states with g < 1"
    note = "pairs of two levels, Delta uniform: 0.70"
    yield compare(said, "0", 0.0, lost, id="R29 R27", note=note)
    yield from tones(rows)
    shares = probe_lengths.mean_curve(rows, "polarised")
    middle = shares.mean[3:7].sum()
    text = f"{shares.mean[:3].sum():.2f} below 0.3, {middle:.2f} between, "
    text += f"{shares.mean[7:].sum():.2f} above 0.7"
    humps = middle < min(shares.mean[:3].sum(), shares.mean[7:].sum())
    known = "two humps" if humps else "no two humps"
    said = "eigenstates by |<sigma^z_P>|"
    assert math.isclose(POLARISED[2], 0.3) and math.isclose(POLARISED[6], 0.7)
    yield Claim(said, "cats or free", text=text, verdict=known, N=len(rows), id="R12 R31")


def tones(rows: pd.DataFrame) -> Iterator[Claim]:
    """Spectra of single states with a resonance."""
    if not rows["tone_states"].sum() > 1:
        return
    stays, main = (
        probe_lengths.total_over(rows, name, "tone_states")
        for name in ("tone_stays", "tone_main")
    )
    said = "weight of the main tone of states with a resonance"
    known, note = f"{main.mean - 1:+.2f}", f"weight that stays {pm(stays)}, paper 0"
    more = {"verdict": known, "note": note, "id": "R27", "equation": "(24)"}
    yield compare(said, "1", 1.0, main, **more)
    pitches = list(probe_lengths.curves(rows, "tone_pitches"))
    one, two = (
        estimate_of(
            lambda p, bins=bins: p[bins].sum() / p.sum(), pitches, clusters=rows["realisation"]
        )
        for bins in (ONE, TWO)
    )
    edges = [
        f"{PITCHES[bins[0] - 1]:.2f} to {PITCHES[bins[-1]]:.2f} |V|" for bins in (ONE, TWO)
    ]
    text = f"{pm(one, 2)} at |V|, {pm(two, 2)} at 2 |V|"
    known = "2 |V|" if two.mean > one.mean else "|V|"
    said = "share of main tones at |V| of the strongest resonance"
    more = {"text": text, "verdict": f"rather {known}", "note": ", ".join(edges)}
    yield state(said, "1", one, id="R27 R30", **more)


def strengths(rows: pd.DataFrame) -> Iterator[Claim]:
    """rho v-bar between two windows and in one, and G, on the same samples."""
    labels = rows["realisation"]
    over = estimate_of(lambda a, b: a / b, rows["rho_v"], rows["rho_v_still"], clusters=labels)
    two, one = as_estimate(rows, "rho_v"), as_estimate(rows, "rho_v_still")
    note = f"{pm(two)} and {pm(one)}, half-width {WINDOWS[USUAL]:g} J"
    said = "rho v between windows h apart over that in one window"
    yield compare(said, "1", 1.0, over, id="R100", note=note, verdict=ratio_of(over))
    shape = estimate_of(lambda a, b: a / b, rows["rho_v"], rows["rms_g"], clusters=labels)
    both = rows[(rows["rho_v"] > 0) & (rows["rms_g"] > 0)]
    rank = float(spearmanr(both["rho_v"], both["rms_g"]).statistic) if len(both) > 2 else 0.0
    known = f"{ratio_of(shape)}; rank correlation over samples {rank:.2f}"
    said, paper = "rho v over the G of a spin attached, same windows", f"{GAUSSIAN:.3f} thermal"
    yield compare(said, paper, GAUSSIAN, shape, id="R101", verdict=known)


def ratio_of(found: Estimate) -> str:
    return f"factor {found.mean:.2f} +- {found.error:.2f}"


def growth(table: pd.DataFrame, kind: str) -> Iterator[Claim]:
    """How rho v, C_zz and the number of resonances change with L at each W or Omega."""
    known = points(table, kind)
    for swept in sorted({swept for _, swept in known}):
        sizes = sorted(sites for sites, other in known if other == swept)
        for few, many in zip(sizes, sizes[1:]):
            parts = [case_rows(table, kind, size, swept) for size in (few, many)]
            for claim in _grown(parts, many - few, many == sizes[-1]):
                point = f"{kind}, {LETTERS[kind]} = {swept:g}, L = {few} to {many}"
                yield claim.at(point)


def _grown(parts: list[pd.DataFrame], more: int, last: bool) -> Iterator[Claim]:
    """In the samples that both have, as a longer ring has the fields of a shorter one."""
    few, many = (part["realisation"].to_numpy() for part in parts)
    both = np.intersect1d(few, many)
    parts = [part[part["realisation"].isin(both)] for part in parts]
    labels = [part["realisation"] for part in parts]
    for column, words, ids in (
        ("rho_v_still", "rho v in one window", "R11"),
        ("rho_v", "rho v between windows h apart", "R11 R100"),
        ("partners", "number of resonances", "R2 R3"),
    )[: 3 if last else 1]:
        columns = [part[column] for part in parts]
        power = estimate_of(
            lambda a, b: math.log2(b / a) / more if a * b > 0 else math.nan,
            *columns,
            clusters=labels,
        )
        means = [as_estimate(part, column).mean for part in parts]
        text = f"{pm(power)}: {means[0]:.3f} to {means[1]:.3f}"
        paper = "1/2 thermal, 0 localised" if column.startswith("rho") else "-"
        known = f"{(power.mean - 0.5) / power.error:+.1f} sigma from 1/2, "
        known += f"{power.mean / power.error:+.1f} from 0"
        yield state(f"power of 2^L in {words}", paper, power, text=text, verdict=known, id=ids)
    if not last:
        return
    columns = [part["memory"] for part in parts]
    change = estimate_of(lambda a, b: b - a, *columns, clusters=labels)
    yield compare("change of C_zz", "localised: 0", 0.0, change, id="R9 R47 R48")
