"""D of the grain and of its LIOMs beside eq. (22), the band as it is, and each LIOM's rate."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.interface_laws import (
    Ascent,
    ascent,
    central_density,
    drops,
    excess_over_own,
    gained,
    picked,
)
from bathlab.statistics import Estimate, bend, estimate, estimate_of, summarise
from bathlab.theory import core_log_ipr, decay_log_ipr, liom_log_ipr, whole_variance
from bathlab.workbench import Claim
from bathlab.workbench.claims import AGREEMENT, compare, pm, state

LOG2 = math.log(2)


def depth_claims(whole: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """D of contact, probe and LIOMs."""
    yield from core(whole, p)
    yield from core_slopes(whole, p)
    yield from contact_and_probe(whole, p)
    last = whole[(whole["kind"] == "grown") & (whole["lioms"] == p.lioms[-1])]
    yield from first_liom(last, p)
    yield from axes(last, p)
    yield from by_rate(last, p)
    yield from drop(whole, p)


def variance(p: Any, lioms: int) -> float:
    """tr H^2/dimension of the grain with LIOMs, mean over disorder."""
    chain = p.chain(lioms)
    field = math.sqrt(p.field**2 + p.disorder**2 / 3)
    return whole_variance(p.bandwidth, np.full(lioms, field), chain.couplings)


def off(found: Estimate, value: float) -> str:
    """The distance as a verdict."""
    near = abs(found.mean - value) < AGREEMENT * found.error
    return "agrees" if near else f"off by {found.mean - value:+.2f}"


def line(
    said: str, paper: str, expected: float, found: Ascent, fall: bool = False, **more: Any
) -> Claim:
    """A slope with its window error and misfit; none if the line is rejected."""
    chi2, value = found.misfit.ratio, -found.slope if fall else found.slope
    if not found.misfit.holds:
        fields = {"N": value.realisations, "chi2_dof": chi2, "id": more["id"]}
        return Claim(said, paper, verdict=f"no straight line: {found.misfit}", **fields)
    away = (value.mean - expected) / math.hypot(value.error, found.window)
    known = "agrees" if abs(away) < AGREEMENT else f"{away:+.1f} of all errors"
    text = f"{pm(value)} +- {found.window:.3f} (window), chi2/dof {chi2:.1f}"
    return compare(
        said,
        paper,
        expected,
        value,
        **{"verdict": known, "text": text, "chi2_dof": chi2, **more},
    )


def core(whole: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """D(sigma^x_0) by eq. (22), less log 3, with the widened band, and with its own v."""
    for lioms in sorted({p.scanned, p.lioms[-1], p.most}):
        rows = whole[whole["kind"].isin(["grown", "most"]) & (whole["lioms"] == lioms)]
        rows = picked(rows, axis="contact")
        here, spins = estimate(rows["log_ipr"], rows["realisation"]), p.spins + lioms
        full = spins * LOG2
        wide = core_log_ipr(2.0**spins, variance(p, lioms), p.bandwidth)
        values = {
            "V_th log 2 (22)": (full, "G65"),
            "V_th log 2 less log 3": (full - math.log(3), "G65"),
            "log(rho/3 int v^2), widened band, v of the grain": (wide, "G65 G74 G46"),
        }
        for name, (value, ids) in values.items():
            said = f"{p.spins} spins + {lioms} LIOMs: D(sigma^x_0) by {name}"
            paper, verdict = f"{value:.2f}", off(here, value)
            yield compare(said, paper, value, here, verdict=verdict, id=ids, equation="(22)")
        own = excess_over_own(rows)
        where = f"{p.spins} spins + {lioms} LIOMs"
        said = f"{where}: D(sigma^x_0) less log(rho/3 int v^2) of its own v"
        yield compare(said, "0", 0.0, own, id="G65 G46")
        counted = estimate(central_density(rows), rows["realisation"])
        said = (
            f"{p.spins} spins + {lioms} LIOMs: levels near E = 0 over those of a Gaussian band"
        )
        yield compare(said, "1", 1.0, counted, id="G74")


def core_slopes(whole: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """What another LIOM, and another spin of the grain, add to D."""
    half, last = p.lioms[len(p.lioms) // 2 - 1], p.lioms[-1]
    grown = whole[(whole["kind"] == "grown") & (whole["lioms"] >= half)]
    wide = [math.log(variance(p, n)) / 2 for n in (half, last)]
    theory = LOG2 - (wide[1] - wide[0]) / (last - half)
    shift = grown["lioms"].map(lambda n: math.log(variance(p, int(n))) / 2)
    grown = grown.assign(unwidened=grown["log_ipr"] + shift)
    for axis, name in (("contact", "sigma^x_0"), ("probe", "O_B")):
        rows = picked(grown, axis=axis)
        said = f"D({name}) per LIOM, {half} to {last}"
        found = ascent(rows, "log_ipr", "lioms")
        paper = f"{theory:.3f}, as the band widens"
        yield line(said, paper, theory, found, id="G65 G70 G74")
        found = ascent(rows, "unwidened", "lioms")
        said += ", plus log of the band's width: its limit for many LIOMs"
        yield line(said, f"log 2 = {LOG2:.3f}", LOG2, found, id="G65 G70 G74")
    kinds = whole["kind"].isin(["grown", "grain"]) & (whole["lioms"] == p.attached)
    found = ascent(picked(whole[kinds], axis="contact"), "log_ipr", "spins")
    sizes = sorted({p.spins, *p.grains})
    where = f"{sizes[0]} to {sizes[-1]} with {p.attached} LIOMs"
    said = f"D(sigma^x_0) per spin of the grain, {where}"
    yield line(said, f"log 2 = {LOG2:.3f}", LOG2, found, id="G65")


def contact_and_probe(whole: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """Does an operator off the contact lessen effects of finite size?"""
    for lioms in (*p.lioms, p.most):
        rows = whole[whole["kind"].isin(["grown", "most"]) & (whole["lioms"] == lioms)]
        contact, probe = (picked(rows, axis=axis)["log_ipr"] for axis in ("contact", "probe"))
        labels = [picked(rows, axis=axis)["realisation"] for axis in ("contact", "probe")]
        found = estimate_of(lambda a, b: a - b, contact, probe, clusters=labels)
        said = f"{p.spins} spins + {lioms} LIOMs: D of the contact less that of the probe"
        seen = abs(found.mean) >= AGREEMENT * found.error
        verdict = f"{found.mean:+.2f} nats" if seen else "no difference seen"
        yield compare(said, "not 0", 0.0, found, verdict=verdict, id="G69")


def first_liom(last: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """D(sigma^x_1) by eq. (22), for both readings of xi."""
    rows = last[(last["axis"] == "x") & (last["site"] == 1)]
    here, n = estimate(rows["log_ipr"], rows["realisation"]), 2.0 ** (p.spins + p.lioms[-1])
    for name, width in (
        ("bandwidth/2", p.bandwidth),
        ("bandwidth, as IV says", 2 * p.bandwidth),
    ):
        for less, word in ((0.0, ""), (math.log(3), ", less log 3")):
            value = liom_log_ipr(n, p.g1, width) - less
            said = f"{p.lioms[-1]} LIOMs: D(sigma^x_1) by eq. (22), xi = {name}{word}"
            verdict = off(here, value)
            yield compare(
                said, f"{value:.2f}", value, here, verdict=verdict, id="G66", equation="(22)"
            )


def axes(last: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """tau^y and tau^z beside tau^x: eq. (22) is said of any operator near LIOM i."""
    theory = 2 * math.log(1 / p.alpha)
    x = picked(last, axis="x")
    for axis in "yz":
        rows = picked(last, axis=axis)
        found = gained(x, rows.assign(axis="x"), "log_ipr")
        said = f"{p.lioms[-1]} LIOMs: D(tau^{axis}_i) - D(tau^x_i), mean over LIOMs"
        yield compare(said, "0", 0.0, found, id="G66", equation="(22)")
    for axis in "xyz":
        fall = ascent(picked(last, axis=axis), "log_ipr")
        said = f"{p.lioms[-1]} LIOMs: fall of D(tau^{axis}_i) per LIOM, 1 to {p.lioms[-1]}"
        ids = "G66 G72" if axis == "x" else "G66"
        yield line(said, f"{theory:.3f}", theory, fall, True, id=ids, equation="(22)")
    half = (1 + p.lioms[-1]) // 2
    change = bend(x, "site", "log_ipr", half)
    said = f"{p.lioms[-1]} LIOMs: fall of D(tau^x_i) up to LIOM {half} less that beyond it"
    yield compare(said, "linear: 0", 0.0, change, id="G72")


def by_rate(last: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """D of each LIOM beside what its own rate makes of it, and beside log(4 rho w)."""
    for name, source in (("measured rate of tau^z", "rate"), ("golden rule", "rule")):
        rates = picked(last, axis="z").set_index(["site", "realisation"])[source]
        for axis in "xz":
            rows = picked(last, axis=axis).join(
                rates.rename("Gamma"), on=["site", "realisation"]
            )
            rows = rows.dropna(subset="Gamma")
            theory = [decay_log_ipr(a, b) for a, b in zip(rows["density"], rows["Gamma"])]
            rows = rows.assign(beyond=rows["log_ipr"] - theory)
            found = estimate(rows["beyond"], rows["realisation"])
            first = picked(rows, site=1)
            one = estimate(first["beyond"], first["realisation"])
            said = f"D(tau^{axis}_i) less log(8 pi rho w_i/3), w_i = Gamma_i/4 by the {name}"
            note = f"LIOM 1 {pm(one)}"
            yield compare(said, "0", 0.0, found, note=note, id="G64")
            if axis == "x" and source == "rate":
                yield from printed(found)


def printed(found: Estimate) -> Iterator[Claim]:
    """The same beside the paper's log(4 rho w), w read in two ways."""
    for name, factor in (("k, Gamma_i/4", 1.0), ("the peaks of v, Gamma_i/2", 2.0)):
        moved = found + math.log(8 * math.pi / 3 / (4 * factor))
        said = f"D(tau^x_i) less log(4 rho w_i), w_i the half-width of {name}"
        verdict = f"off by {moved.mean:+.2f}"
        yield compare(said, "0", 0.0, moved, verdict=verdict, id="G64")


def scanned(whole: pd.DataFrame, p: Any) -> pd.DataFrame:
    """The rows of contact and LIOM 1 at each g_1."""
    kinds = whole["kind"].isin(["grown", "strength"]) & (whole["lioms"] == p.scanned)
    return whole[kinds & whole["axis"].isin(["contact", "x"]) & (whole["site"] <= 1)]


def drop(whole: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """The drop of D from the contact to LIOM 1, against log(1/g_1)."""
    rows = scanned(whole, p)
    falls = drops(rows)
    said = f"drop of D from contact to LIOM 1 per log(1/g_1), {p.scanned} LIOMs"
    for least in sorted({falls["g1"].min(), p.g1}):
        part = falls[falls["g1"] >= least]
        where = f"{said}, g_1 from {least:g} to {falls['g1'].max():g}"
        yield line(where, "2", 2.0, ascent(part, "drop", "log_g"), id="G72", equation="(22)")
    for g1 in sorted(falls["g1"].unique().tolist()):
        part = falls[falls["g1"] == g1]
        here = estimate(part["drop"], part["realisation"])
        paper, rule = drop_by_paper(p, g1), drop_by_rule(rows[rows["g1"] == g1], p)
        said = f"g_1 = {g1:g}: drop of D from contact to LIOM 1 by (22), xi = bandwidth/2"
        note = f"golden rule and widened band {rule:.2f}"
        more = {"verdict": off(here, paper), "note": note, "id": "G72"}
        yield compare(said, f"{paper:.2f}", paper, here, **more)
    yield unrelated(falls, p)


def drop_by_paper(p: Any, g1: float) -> float:
    """Eq. (22) with xi = bandwidth/2."""
    return -math.log(4) - 2 * math.log(g1 / (p.bandwidth / 2))


def drop_by_rule(rows: pd.DataFrame, p: Any) -> float:
    """The widened band and the golden rule's rate of LIOM 1, from the rows of one g_1."""
    x = rows[rows["axis"] == "x"]
    rule = [decay_log_ipr(a, b) for a, b in zip(x["density"], x["rule"])]
    core = core_log_ipr(2.0 ** (p.spins + p.scanned), variance(p, p.scanned), p.bandwidth)
    return core - float(np.mean(rule))


def unrelated(falls: pd.DataFrame, p: Any) -> Claim:
    """Is the drop a multiple of the fall from LIOM to LIOM?"""
    ends = [falls[falls["g1"] == g1] for g1 in (falls["g1"].min(), falls["g1"].max())]
    found = estimate_of(
        lambda a, b: a - b,
        *(end["drop"] for end in ends),
        clusters=[end["realisation"] for end in ends],
    )
    said = f"drop at g_1 = {ends[0]['g1'].iloc[0]:g} less that at {ends[1]['g1'].iloc[0]:g}"
    verdict = "set by g_1, not by alpha" if found.mean > 3 * found.error else "not seen to move"
    return state(said, "unrelated to the fall", found, verdict=verdict, id="G72")


def core_theories(p: Any) -> dict[str, tuple[list[int], list[float]]]:
    """D in the grain by eq. (22), less log 3, and with the widened band, of n LIOMs each."""
    lioms = sorted({*p.lioms, p.most})
    full = [(p.spins + n) * LOG2 for n in lioms]
    wide = [core_log_ipr(2.0 ** (p.spins + n), variance(p, n), p.bandwidth) for n in lioms]
    return {
        r"eq. (22), $V_{th}\,\log 2$": (lioms, full),
        r"less $\log 3$": (lioms, [value - math.log(3) for value in full]),
        r"$\log(\rho/3\int v^2)$, band widened": (lioms, wide),
    }


def drop_table(table: pd.DataFrame, p: Any) -> tuple[pd.DataFrame, list[float]]:
    """Mean drop at each g_1 with errors, beside ``by_rule``; and that of eq. (22)."""
    rows = scanned(table, p)
    means = summarise(drops(rows), ["g1"], ["drop"]).sort_values("g1")
    rule = [drop_by_rule(rows[rows["g1"] == g1], p) for g1 in means["g1"]]
    return means.assign(by_rule=rule), [drop_by_paper(p, g1) for g1 in means["g1"].tolist()]
