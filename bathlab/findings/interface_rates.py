"""Elements, widths and rates of the interface of a grain with LIOMs, and a single spin."""

from __future__ import annotations

import math
from typing import Any, Iterator

import pandas as pd

from bathlab.experiments.interface_laws import (
    ascent,
    gained,
    log_medians,
    picked,
    with_logs,
)
from bathlab.findings.interface_depths import depth_claims, line
from bathlab.statistics import bend, estimate, estimate_of, slope
from bathlab.theory import profile_slope
from bathlab.theory.random_matrices import GOE, POISSON_RATIO
from bathlab.workbench import Claim
from bathlab.workbench.claims import AGREEMENT, apart, compare, pm, state

HALF = math.log(2) / 2
#: Moments of elements: column, what it is called, and its value for Gaussian ones.
MOMENTS = (
    ("kurtosis", "kurtosis of elements", 3.0),
    ("modulus", "mean/rms of elements over that of Gaussian ones", 1.0),
    ("diagonal", "variance of diagonal elements over that of others nearby", 2.0),
)
#: What the bandwidth of a single spin may be.
READINGS = ("2R", "mean splitting", "fixed splitting")
#: So many more LIOMs are waited for before a rate is compared with that of later.
LATER = 2


def all_claims(table: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """Everything."""
    whole = with_logs(table[table["kind"] != "single"])
    grown = picked(whole, kind="grown")
    yield from thermal(grown, p)
    yield from chaos(whole, p)
    yield from widths(picked(grown, lioms=p.lioms[-1]), p)
    yield from later(grown, p)
    yield from slow(whole, p)
    yield from depth_claims(whole, p)
    yield from singles(table[table["kind"] == "single"], p)


def thermal(grown: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """Are matrix elements Gaussian about a smooth v, for the contact and each LIOM?"""
    for lioms in sorted({p.scanned, p.lioms[-1]}):
        part = picked(grown, lioms=lioms)
        for axes in (("contact", "x"), ("z",)):
            rows = part[part["axis"].isin(axes)]
            which = "sigma^x of contact and LIOMs" if "x" in axes else "tau^z of LIOMs"
            for column, said, expected in MOMENTS:
                known = rows.dropna(subset=column)
                if known.empty or column == "diagonal" and "z" in axes:
                    continue
                yield moment(known, column, expected, f"{lioms} LIOMs, {which}: {said}")


def moment(
    rows: pd.DataFrame, column: str, expected: float, said: str, ids: str = "G59"
) -> Claim:
    """The mean of a moment over operators, beside that of each."""
    found = estimate(rows[column], rows["realisation"])
    each = {
        int(site): estimate(part[column], part["realisation"])
        for site, part in ((site, picked(rows, site=site)) for site in rows["site"].unique())
    }
    text = ", ".join(f"{site}: {pm(value, 2)}" for site, value in each.items())
    off = 100 * (found.mean / expected - 1)
    far = abs(found.mean - expected) / found.error
    verdict = f"{off:+.1f} %" if far > AGREEMENT else f"agrees, {off:+.1f} %"
    return compare(said, f"{expected:g}", expected, found, verdict=verdict, note=text, id=ids)


def chaos(whole: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """Gap ratios, of the middle half of all levels, and elements at the largest size."""
    rows = whole[(whole["axis"] == "contact") & whole["kind"].isin(["grown", "most"])]
    most = picked(rows, lioms=p.most).dropna(subset="kurtosis")
    if not most.empty:
        said = f"{p.spins} spins + {p.most} LIOMs: kurtosis of elements of the contact"
        yield moment(most, "kurtosis", 3.0, said, "G46 G59")
    for lioms, part in rows.groupby("lioms"):
        found = estimate(part["gap_ratio"], part["realisation"])
        share = (found.mean - POISSON_RATIO) / (GOE.gap_ratio - POISSON_RATIO)
        ids = "G46 G59" if lioms == p.most else "G59"
        said = f"{p.spins} spins + {lioms} LIOMs: gap ratio, middle half of the levels"
        verdict = f"{share:.3f} of the way from uncorrelated levels to the GOE"
        more = {"verdict": verdict, "digits": 4, "id": ids}
        yield compare(said, f"{GOE.gap_ratio}", GOE.gap_ratio, found, **more)


def widths(last: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """How widths and rates fall from LIOM to LIOM, and what they are of g^2/xi."""
    theory = profile_slope(p.alpha)
    paper, where = f"2 log(1/alpha) = {theory:.3f}", f"{p.lioms[-1]} LIOMs"
    x, z = (picked(last, axis=axis) for axis in "xz")
    falls = {
        "half-width of the peaks of v of tau^x": ascent(x, "near", statistic=log_medians),
        "half-width of the peak of v of tau^z": ascent(z, "near", statistic=log_medians),
        "rate of tau^z, to 1/e": ascent(z, "log_rate"),
        "golden rule's rate": ascent(z, "log_rule"),
    }
    for name, found in falls.items():
        said = f"{where}: fall of log({name}) per LIOM"
        yield line(said, paper, theory, found, True, id="G60", equation="section IV")
    yield from sizes(last, p)


def sizes(last: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """Rates in units of the golden rule's, and of g^2/xi."""
    z = picked(last, axis="z").dropna(subset="log_rate")
    for site, part in z.astype({"site": int}).groupby("site"):
        rule = estimate_of(
            math.exp, part["log_rate"] - part["log_rule"], clusters=part["realisation"]
        )
        said = f"{p.lioms[-1]} LIOMs, LIOM {site}: rate over that of the golden rule"
        yield compare(said, "1", 1.0, rule, id="G60", digits=2)
    half = p.bandwidth / 2
    scaled = z["log_rate"] - math.log(4) - 2 * (z["g"].abs() * half**-0.5).map(math.log)
    found = estimate_of(math.exp, scaled, clusters=z["realisation"])
    said = "half-width of k, rate/4, over g_i^2/xi, xi = bandwidth/2, geometric mean of LIOMs"
    verdict = "pi xi v(2h), which is 2 at 2h << xi"
    yield state(said, "of order 1", found, verdict=verdict, id="G60", equation="section IV")


def later(grown: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """What LIOMs attached later make of the rates of those that were there, same disorder."""
    last = picked(grown, lioms=p.lioms[-1])
    for site in range(1, p.lioms[-1] - LATER):
        first = max(site + LATER, p.lioms[0])
        before, after = (picked(part, site=site) for part in (picked(grown, lioms=first), last))
        near, far = (picked(part, axis="z") for part in (before, after))
        rate, rule = (gained(near, far, name) for name in ("log_rate", "log_rule"))
        said = f"LIOM {site}: log(rate of tau^z) with {p.lioms[-1]} LIOMs less with {first}"
        yield compare(said, "0", 0.0, rate, note=f"golden rule {pm(rule)}", id="G61")
    if p.scanned < p.lioms[-1]:
        yield from kept_widths(picked(grown, lioms=p.scanned), last, p)


def kept_widths(few: pd.DataFrame, last: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """The same by D, which is log(rho w) and a constant."""
    parts = [part.assign(width=part["log_ipr"] - part["log_density"]) for part in (few, last)]
    for axis in "xz":
        near, far = (picked(part, axis=axis) for part in parts)
        found = gained(near, far, "width")
        said = f"D(tau^{axis}) - log(rho) of the first {p.scanned} LIOMs, {p.lioms[-1]} LIOMs"
        yield compare(f"{said} less {p.scanned}", "0", 0.0, found, id="G61")


def slow(whole: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """Outer LIOMs: thermal, at rates that fall as alpha^2."""
    z = whole[whole["axis"] == "z"]
    parts = {p.alpha: z[(z["kind"] == "grown") & (z["lioms"] == p.lioms[-1])]}
    parts |= {alpha: part for alpha, part in z[z["kind"] == "decay"].groupby("alpha")}
    for alpha, part in parts.items():
        theory, lioms = profile_slope(alpha), int(part["lioms"].iloc[0])
        where = f"alpha = {alpha:g}, {lioms} LIOMs"
        if alpha != p.alpha:
            said = f"{where}: fall of log(rate of tau^z, to 1/e) per LIOM"
            found = ascent(part, "log_rate")
            yield line(said, f"{theory:.3f}", theory, found, True, id="G60 G62")
        ends = [picked(part, site=site) for site in (1, lioms)]
        ratio = estimate_of(
            lambda a, b: math.exp(b - a),
            *(end["log_rate"].dropna() for end in ends),
            clusters=[end.dropna(subset="log_rate")["realisation"] for end in ends],
        )
        entropy = estimate(ends[1]["entropy"], ends[1]["realisation"])
        verdict = f"while it relaxes {1 / ratio.mean:.3g} times slower than LIOM 1"
        said = f"{where}: entropy of LIOM {lioms} over log 2"
        yield compare(said, "1", 1.0, entropy, verdict=verdict, id="G62")
    grown = picked(whole, kind="grown", axis="x")
    for site in [n for n in p.lioms[:4] if n < p.lioms[-1]]:
        near, far = (picked(grown, lioms=lioms, site=site) for lioms in (site, p.lioms[-1]))
        more = gained(near, far, "entropy")
        end = estimate(far["entropy"], far["realisation"])
        said = f"entropy of LIOM {site} over log 2, {p.lioms[-1]} LIOMs less {site}"
        yield apart(said, "> 0", 0.0, "0", more, note=f"to {pm(end)}", id="G62")


def singles(rows: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """Slope of D(O_B) with a single spin in place of the grain, for each reading of 2.25."""
    for reading, part in sorted(rows.groupby("bath"), key=lambda pair: READINGS.index(pair[0])):
        where = f"single spin, {p.splitting:g} = {reading}"
        here = slope(part, "lioms", "log_ipr")
        verdict = f"{here.mean / HALF:.2f} of half of log 2"
        said = f"{where}: slope of D(O_B), LIOMs 0 to {p.most}"
        more = {"verdict": verdict, "id": "G71 G68"}
        yield compare(said, "< log(2)/2 = 0.347", HALF, here, **more)
        change = bend(part, "lioms", "log_ipr", p.most // 2)
        far = change.mean / change.error
        verdict = "decays" if far < -AGREEMENT else f"does not decay, {far:+.1f} sigma"
        said = f"{where}: slope beyond LIOM {p.most // 2} less that before"
        yield state(said, "< 0", change, verdict=verdict, id="G71")
        outer = slope(part[part["lioms"] >= p.most // 2], "lioms", "log_ipr")
        said = f"{where}: slope of LIOMs {p.most // 2} to {p.most}"
        verdict = f"{outer.mean / HALF:.2f} of half of log 2"
        yield state(said, "falls to 0", outer, verdict=verdict, id="G71 G68")
