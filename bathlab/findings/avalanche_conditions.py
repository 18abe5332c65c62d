"""What is said of when avalanches run: LIOMs a step, shells, laws of couplings, proximity."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.condition_laws import (
    Crossed,
    changes,
    crossed,
    half_way,
    mean_of,
    paired,
    parts_of,
    together,
    with_last,
)
from bathlab.experiments.surrounded import COUPLING_LAWS
from bathlab.statistics.arithmetic import independent
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.fits import power_law
from bathlab.theory.random_matrices import CHAOTIC_RATIO, GOE, POISSON_RATIO
from bathlab.workbench import Claim
from bathlab.workbench.claims import AGREEMENT, apart, compare, pm, state

LOG2 = math.log(2)
#: Ids by how many LIOMs there are in a step.
IDS = {1: "G42 G48", 2: "G48", 3: "G47"}
#: chi^2 per degree of freedom from which a law is none.
REJECTED = 5.0
#: A change so much larger than its error is one.
CLEAR = 3.0


def all_claims(table: pd.DataFrame, grain: int) -> Iterator[Claim]:
    """All of them; ``grain`` is the size of grains whose size is not varied."""
    kinds = dict(tuple(with_last(table).groupby("kind")))
    for g1, rows in kinds["steps"].groupby("g1", sort=False):
        for claim in steps(rows):
            yield claim.at(f"{grain} spins, g_1 = {g1:g}")
    for claim in steps(kinds["chain"]):
        yield claim.at(f"chain of {grain}, ends")
    yield from shells(kinds["shells"])
    yield from laws(kinds["laws"])
    yield from proximity(kinds["proximity"])


def steps(rows: pd.DataFrame) -> Iterator[Claim]:
    """Crossings with m LIOMs a step, the first and the last pair of stages, and how those of
    one and of two LIOMs a step compare."""
    last: dict[int, Crossed] = {}
    for m, part in parts_of(rows, "m"):
        for early, late in pairwise(sorted(part["stage"].unique())):
            last[int(m)] = crossed(changes(part, early, late))
            said = f"alpha at which S of the last step crosses, {m:g} a step"
            said += f", {early} and {late} LIOMs"
            yield place(said, last[int(m)], int(m))
    yield from doubled(last)
    single = rows[rows["m"] == 1]
    yield from gains(single[single["alpha"] == single["alpha"].max()])


def place(said: str, one: Crossed, m: float, ids: str = "") -> Claim:
    """One crossing beside 2^(-m/2); a fit that is rejected, or has none, has no place."""
    expected = 2 ** (-m / 2)
    paper = f"{expected:.3f} = 2^(-{m:g}/2), 1 naive"
    more: dict[str, Any] = {"N": one.count, "chi2_dof": one.misfit.ratio, "equation": "(17)"}
    more["id"] = ids or IDS[int(m)]
    more["note"] = "fit from alpha = {:.2f} to {:.2f}".format(*map(math.exp, one.ends))
    if not one.holds:
        rejected = not one.misfit.holds and one.misfit.chance == one.misfit.chance
        word = f"rejected, p = {one.misfit.chance:.1g}" if rejected else "no crossing in range"
        return Claim(said, paper, verdict=word, **more)
    found = one.alpha
    window = found.mean * one.window
    off = (found.mean - expected) / math.hypot(found.error, window)
    known = "agrees" if abs(off) < AGREEMENT else f"{off:+.1f} of all errors"
    eta = one.place.value / math.log(expected)
    text = f"{pm(found)} +- {window:.3f} (window)"
    verdict = (
        f"{known}; eta = {eta:.2f} +- {eta * found.error / found.mean / -one.place.value:.2f}"
    )
    return compare(said, paper, expected, found, text=text, verdict=verdict, **more)


def doubled(last: dict[int, Crossed]) -> Iterator[Claim]:
    """log alpha of two and three LIOMs a step over that of one: no constant of the theory."""
    for m in (2, 3):
        if not (1 in last and m in last and last[1].holds and last[m].holds):
            continue
        found, window = together(lambda one, many: many / one, [last[1], last[m]])
        off = (found.mean - m) / math.hypot(found.error, window)
        known = "agrees" if abs(off) < AGREEMENT else f"{off:+.1f} of all errors"
        yield compare(
            f"log alpha of the crossing with {m} LIOMs a step over that with one",
            f"{m}, no parameter",
            float(m),
            found,
            digits=2,
            text=f"{pm(found, 2)} +- {window:.2f} (window)",
            verdict=known,
            id=IDS[m],
        )


def gains(rows: pd.DataFrame) -> Iterator[Claim]:
    """log(G/g) per LIOM by each estimator of G, where LIOMs before are thermal."""
    if "G" not in rows or rows["G"].isna().all():
        return
    stages = sorted(rows["stage"].unique())
    alpha = float(rows["alpha"].iloc[0])
    for name, words in (
        ("G", "root mean square"),
        ("G_modulus", "mean |V|"),
        ("G_typical", "typical |V|"),
    ):
        found = logs(rows, name, int(stages[0]), int(stages[-1]))
        gain = found - math.log(alpha)
        said = f"gain of log(G/g) per LIOM in units of (log 2)/2, {words}, alpha = {alpha:g}"
        more: dict[str, Any] = {"equation": "G' = G e^-a", "id": "G39"}
        yield compare(said, "1; naive 0", 1.0, gain / (LOG2 / 2), **more)


def logs(rows: pd.DataFrame, name: str, early: int, late: int) -> Estimate:
    """Change per LIOM of the logarithm of the mean of G."""
    first, second = (rows[rows["stage"] == at].set_index("realisation") for at in (early, late))
    means = [mean_of(each.reset_index(), name) for each in (first, second)]
    values = independent(lambda a, b: math.log(b / a) / (late - early), *means)
    return values


def shells(rows: pd.DataFrame) -> Iterator[Claim]:
    """Shells that grow, beside equal ones: where the next one is as thermal as the one before,
    and how much the last gains."""
    for grain, part in parts_of(rows, "grain"):
        for law, own in part.groupby("law", sort=False):
            stages = sorted(own["stage"].unique())
            sizes = [int(b - a) for a, b in pairwise([0, *stages])]
            if len(stages) < 2:
                continue
            early, late = stages[-2:]
            said = f"alpha at which shells {len(sizes) - 1} and {len(sizes)} are alike"
            words = f"{law}, grain of {grain:g}, shells of {', '.join(map(str, sizes))}"
            one = crossed(changes(own, early, late))
            yield place(said, one, sizes[-2], "G47").at(words)
        yield from onset(part, int(grain))


def onset(part: pd.DataFrame, grain: int) -> Iterator[Claim]:
    """Whether the outer shell in two dimensions is as thermal as the first, at each alpha."""
    own = part[part["law"] == "d = 2"]
    stages = sorted(own["stage"].unique())
    if len(stages) < 2:
        return
    shift = changes(own, stages[0], stages[-1])
    size = int(stages[0])
    text = ", ".join(f"{shift[alpha].mean():+.2f} at {alpha:g}" for alpha in shift)
    error = float((shift.std(ddof=1) / math.sqrt(len(shift))).max())
    runs = [float(alpha) for alpha in shift.columns.to_numpy() if shift[alpha].mean() > 0]
    least = f"rises from alpha = {min(runs):g} on" if runs else "falls at every alpha"
    said = f"grain of {grain}: S of the outermost shell less that of the first, d = 2"
    paper = f"rises from {2 ** (-size / 2):.2f} on"
    yield Claim(
        said, paper, text=f"{text}; +- {error:.2f}", verdict=least, N=len(shift), id="G47"
    )


def laws(rows: pd.DataFrame) -> Iterator[Claim]:
    """Whether later LIOMs are as thermal as the first, by grain; and the flow of G."""
    control = rows[rows["law"] == "2^-i"]
    each = [
        (law, *own)
        for law in COUPLING_LAWS
        for own in parts_of(rows[rows["law"] == law], "grain")
    ]
    for law, grain, part in each:
        stages = sorted(part["stage"].unique())
        first, last = (part[part["stage"] == at] for at in (stages[0], stages[-1]))
        ends = [mean_of(each, "last") for each in (first, last)]
        kept = independent(lambda a, b: b / a, *ends)
        said = f"{law}, grain of {grain:g}: S of LIOM {stages[-1]} over S of LIOM 1"
        more: dict[str, Any] = {"id": "G45", "note": f"S_1 = {pm(ends[0], 2)} log 2"}
        paper = "0 for every grain" if law == "2^-i" else "1 for large grains, 0 for small"
        sizes = control[control["grain"] == grain]
        if law != "2^-i" and stages[-1] > 2:
            own = sizes[sizes["stage"] == stages[-1]]
            gap = paired(own, last, "last")
            more["verdict"] = (
                f"{pm(gap, 2)} log 2 above 2^-i, {gap.mean / gap.error:+.0f} sigma"
            )
        else:
            more["verdict"] = "falls" if kept.mean + CLEAR * kept.error < 1 else "does not fall"
        yield state(said, paper, kept, digits=2, **more)
        yield from flow(part, law, int(grain), stages)


def flow(part: pd.DataFrame, law: str, grain: int, stages: list[int]) -> Iterator[Claim]:
    """The change of log G from the first to the last LIOM, beside that of the theory."""
    early, late = stages[0], stages[-1]
    naive = float(np.log(COUPLING_LAWS[law](late)))
    expected = naive + (late - 1) * LOG2 / 2
    found = logs(part, "G_typical", early, late) * float(late - early)
    said = f"{law}, grain of {grain}: log(G_{late}/G_1), typical |V|"
    paper = f"{expected:+.2f} if all before are thermal, {naive:+.2f} naive"
    share = (found - naive) / (expected - naive)
    more: dict[str, Any] = {"id": "G45 G39", "digits": 2}
    more["verdict"] = f"{pm(share, 2)} of the strengthening"
    yield compare(said, paper, expected, found, **more)


def proximity(rows: pd.DataFrame) -> Iterator[Claim]:
    """Gap ratio and D(O_B) against the root of sum g_i^2 in units of the grain's levels."""
    places: dict[int, Estimate] = {}
    for count, part in parts_of(rows, "m"):
        ratios = sorted(part["alpha"].unique())
        for claim in strongest(part, ratios):
            yield claim.at(f"{count:g} LIOMs of alike coupling")
        rising = part[part["alpha"] >= ratios[2]]
        places[int(count)] = half_way(rising, "gap_ratio", CHAOTIC_RATIO)
    known = {n: each for n, each in places.items() if each.error > 0}
    for n, each in known.items():
        height = math.exp(each.mean)
        found = Estimate(height, height * each.error, each.realisations)
        said = f"{n} LIOMs: root of sum g^2 over the rms level where the gap ratio is half-way"
        yield state(said, "of order 1", found, digits=2, verdict="localises beyond", id="G35")
    if len(known) > 1:
        yield power(known)


def strongest(part: pd.DataFrame, ratios: list[float]) -> Iterator[Claim]:
    """What the weakest, the paper's and the strongest coupling leave of the grain."""
    for ratio in (ratios[1], ratios[-1]):
        found = mean_of(part[part["alpha"] == ratio], "gap_ratio")
        share = (found.mean - POISSON_RATIO) / (GOE.gap_ratio - POISSON_RATIO)
        said = f"gap ratio at root of sum g^2 = {ratio:g} of the rms level"
        paper = f"{GOE.gap_ratio:.3f} below, less above"
        verdict = f"{share:.2f} of the way from uncorrelated levels to the GOE"
        yield state(said, paper, found, verdict=verdict, id="G35")
    best = max(ratios, key=lambda ratio: mean_of(part[part["alpha"] == ratio], "log_ipr").mean)
    high, strong = (part[part["alpha"] == at] for at in (best, ratios[-1]))
    gap = paired(high, strong, "log_ipr")
    said = f"D(O_B) at {ratios[-1]:g} of the rms level less the largest, at {best:g}"
    note = f"D(O_B) = {pm(mean_of(strong, 'log_ipr'), 2)} there"
    more: dict[str, Any] = {"note": note, "id": "G35"}
    yield apart(said, "< 0: the grain is localised", 0.0, "0", gap, **more)


def power(known: dict[int, Estimate]) -> Claim:
    """Which sum of couplings decides, by how the place moves with the number of LIOMs."""
    count = min(each.realisations for each in known.values())
    heights = [math.exp(each.mean) for each in known.values()]
    errors = [height * each.error for height, each in zip(heights, known.values())]
    law = power_law(list(known), heights, errors, count)
    said = "power of n in that root: 0 if (sum g^2)^(1/2) decides, 1/2 if each g does"
    more: dict[str, Any] = {} if len(known) < 3 else {"chi2_dof": law.chi2_dof}
    if len(known) > 2 and law.chi2_dof > REJECTED:
        word = f"no power: chi2/dof {law.chi2_dof:.1f}"
        return Claim(said, "0", verdict=word, N=count, id="G35", **more)
    return compare(said, "0", 0.0, law.exponent, id="G35", **more)
