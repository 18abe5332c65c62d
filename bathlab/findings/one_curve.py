"""Is Delta D(G) one curve: for spins in any field, for baths of any kind, and where it passes
log 2."""

from __future__ import annotations

import math
import operator
from typing import Iterator

import pandas as pd

from bathlab.findings.catch_up import NEAR_ONE, completed, deficits
from bathlab.findings.thermalisation_curve import LOG2, PERCENT, effect, half_way, meets
from bathlab.statistics import (
    SampledCurve,
    estimate,
    estimate_of,
    sampled_curve,
    shared_distance,
    summarise,
)
from bathlab.theory.random_matrices import goe_doubling
from bathlab.workbench import Claim
from bathlab.workbench.claims import apart, state

#: Below this share of log 2 at every G a spin is not thermalised at all.
NOTHING = 0.1


def curve_means(table: pd.DataFrame) -> pd.DataFrame:
    """Means with errors of every curve at every coupling; entropies where LIOMs are inside."""
    found = []
    for _, part in table.groupby("kind", sort=False):
        more = [name for name in ("entropy_before", "entropy_after", "tau_x") if name in part]
        held = [name for name in more if part[name].notna().all()]
        keys = [name for name in ("kind", "spin", "g_1", "bath", "g") if name in part]
        columns = ["G", "delta_log_ipr", "energy_scale", *held]
        found.append(summarise(part, keys, columns))
    means = pd.concat(found, ignore_index=True)
    return means.assign(proximity=means["g"] >= means["energy_scale"])


def curve(rows: pd.DataFrame, x: str = "G") -> SampledCurve:
    """One curve of every realisation, below the contact's own energy scale."""
    below = rows.groupby("g")["energy_scale"].transform("mean") > rows["g"]
    return sampled_curve(rows[below], "g", x, "delta_log_ipr")


def of_fields(table: pd.DataFrame, usual: str) -> Iterator[Claim]:
    """Every spin beside the one in the usual field, at the same bath in the same disorder."""
    for kind, part in table[table["kind"] != "LIOMs"].groupby("kind", sort=False):
        spins = dict(tuple(part.groupby("spin", sort=False)))
        standard = spins.pop(usual)
        for name, rows in ((str(each), rows) for each, rows in spins.items()):
            if (rows["h"] == 0).all():
                yield conserved(rows).at(f"{kind}, {name}")
                continue
            if meets(curve(rows), [curve(standard)]):
                far = shared_distance(curve(rows), [curve(standard)])
                found = effect(f"{kind}, {name}: distance from {usual}", far, "G83")
                yield partners(found, rows, standard)
            yield half_over(rows, standard, usual).at(f"{kind}, {name}")


def partners(found: Claim, rows: pd.DataFrame, standard: pd.DataFrame) -> Claim:
    """The claim with the same distance where rho is that of the levels a flip leads to."""
    own, others = curve(rows, "G_partner"), [curve(standard, "G_partner")]
    if not meets(own, others):
        return found
    far = shared_distance(own, others)
    low, mean, high = (PERCENT * size for size in (far.low, far.mean, far.high))
    note = f"with rho where a flip leads: {mean:+.1f} [{low:+.1f}, {high:+.1f}] %"
    more = {**found.record(), "note": f"{found.note}; {note}"}
    return Claim.of_record(more)


def conserved(rows: pd.DataFrame) -> Claim:
    """A spin without a field keeps its tau^x: Delta D stays 0 however large G is."""
    below = rows[rows.groupby("g")["energy_scale"].transform("mean") > rows["g"]]
    strong = below[below["g"] == below["g"].max()]
    share = strong.assign(share=strong["delta_log_ipr"] / LOG2)
    found = estimate(share["share"], share["realisation"])
    known = "not thermalised" if found.mean < NOTHING else "thermalised"
    G, kept = (strong[name].mean() for name in ("G", "tau_x"))
    said = f"Delta D over log 2 at the largest G, {G:.2f}"
    verdict = f"{known}: <tau^x>^2 = {kept:.2f}, conserved"
    return state(said, "1", found, verdict=verdict, id="G83")


def half_over(rows: pd.DataFrame, standard: pd.DataFrame, usual: str) -> Claim:
    """The G at which Delta D is half of log 2, over that of the usual field."""
    one, other = curve(rows), curve(standard)
    found = estimate_of(
        lambda a, b, c, d: half_way(a, b) / half_way(c, d),
        *(one.x, one.y, other.x, other.y),
        clusters=[one.labels, one.labels, other.labels, other.labels],
    )
    known = "no value"
    if math.isfinite(found.mean):
        known = f"a factor of {found.mean:.2f} in G"
    said = f"G at which Delta D is half of log 2, over that of {usual}"
    return state(
        said, "1", found, **({"verdict": known} if known != "no value" else {}), id="G83"
    )


def of_baths(table: pd.DataFrame, usual: str) -> Iterator[Claim]:
    """Baths of one dimension beside each other, the spin in the usual field."""
    rows = table[(table["kind"] == "LIOMs") | (table["spin"] == usual)]
    rows = rows[rows["kind"] != "wide GOE"]
    curves = {str(name): curve(part) for name, part in rows.groupby("bath", sort=False)}
    for name, each in curves.items():
        others = [curves[other] for other in curves if other != name]
        if meets(each, others):
            far = shared_distance(each, others)
            yield effect(f"{name}: distance from other baths", far, "G78 G2")


def of_catch_up(table: pd.DataFrame, dimension: int) -> Iterator[Claim]:
    """Delta D beside log 2 near G = 1 where the LIOMs inside are thermalised badly and well."""
    held, wanted = table[table["kind"] == "LIOMs"], goe_doubling(dimension)
    near: dict[float, pd.Series] = {}
    for g1 in sorted(held["g_1"].unique().tolist()):
        part = held[held["g_1"] == g1]
        G = part.groupby("g")["G"].transform("mean")
        rows = part[G.between(*NEAR_ONE)]
        if rows.empty:
            continue
        near[g1] = rows.groupby("realisation")["delta_log_ipr"].mean()
        for claim in of_strength(rows, wanted):
            yield claim.at(f"g_1 = {g1:g}")
    if len(near) < 2:
        return
    weak, strong = near[min(near)], near[max(near)]
    found = estimate_of(
        operator.sub,
        weak.to_numpy(),
        strong.to_numpy(),
        clusters=[weak.index.to_numpy(), strong.index.to_numpy()],
    )
    said = f"Delta D near G = 1, g_1 = {min(near):g} less g_1 = {max(near):g}"
    yield apart(said, "> 0: catch-up", 0.0, "0", found, id="G80 G79")


def of_strength(rows: pd.DataFrame, wanted: float) -> Iterator[Claim]:
    """One strength of the LIOMs inside: what they lack and gain, and how Delta D follows."""
    said = f"Delta D, G = {NEAR_ONE[0]} to {NEAR_ONE[1]}"
    found = estimate(rows["delta_log_ipr"], rows["realisation"])
    paper = "slightly > log 2 where LIOMs are badly thermalised"
    yield apart(said, paper, wanted, "log 2 - 7/(6n)", found, id="G79 G80")
    lacking = estimate(1 - rows["entropy_before"] / LOG2, rows["realisation"])
    said = "entropy that the LIOMs inside lack before, over log 2"
    yield state(said, "> 0", lacking, verdict=f"{lacking.mean:.2f} missing", id="G80")
    yield completed(rows, "entropy_before", "entropy_after")
    columns = {
        "D before of the same state": "first_before",
        "D before of other states": "others_before",
        "entropy of the LIOMs before": "entropy_before",
    }
    yield from deficits(rows, "delta_first", columns)
