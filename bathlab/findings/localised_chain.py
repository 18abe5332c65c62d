"""What spins in a line behind a grain say of section III D of De Roeck & Huveneers."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from bathlab.statistics import Estimate, estimate, slope
from bathlab.statistics.lines import WIDTHS, overlap_threshold, spins_taken_in
from bathlab.theory.grain.crossover import crossover_length
from bathlab.theory.grain.localised_chain import ENHANCEMENT, LAWS, typical_decay
from bathlab.workbench import Claim
from bathlab.workbench.claims import apart, compare, pm, state, verdict

#: How the curves and laws are called.
NAMES = {"width": "measured", "lorentzian": "eqs. (19), (20)", "resolved": "tails resolved"}
#: Growth is not stated if a larger share of the chains is taken in to its last spin.
MOST_ENDED = 0.25
#: Levels within w without which k has no width.
ENOUGH = 3.0
#: Classes of g^2 |v'|, with the golden rule's pi, which the golden rule needs small.
CLASSES = (0.0, 0.1, 1.0, math.inf)
#: Groups of realisations that are left out for an error.
GROUPS = 15
#: Mean of min |h_i +- h_{i-1}| over h for fields uniform on [-h, h], and the paper's.
NEAREST, PAPER_NEAREST = 1 / 3, 0.5
#: What overlap_threshold says where the entanglement crosses half of log 2 nowhere.
NOWHERE = 1.0
LOG2 = math.log(2)


def without_zz(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of chains without J_z whose spin has a width: a v found empty at 2h says none."""
    return table[(table["zz"] == 0) & (table["width"] > 0)]


def off_resonance(rows: pd.DataFrame) -> pd.DataFrame:
    """Spins behind others whose line is apart from all before."""
    return rows[(rows["spin"] > 1) & (rows["apart"] > 2 * rows["resolution"])]


def golden_rule(plain: pd.DataFrame) -> Iterator[Claim]:
    """k of an eigenstate beside pi g^2 v: of the first spin, of others by how steep v is."""
    largest, most = plain["spins"].max(), plain["ratio"].max()
    rows = plain[(plain["spins"] == largest) & (plain["ratio"] == most) & (plain["spin"] == 1)]
    ratio = estimate(rows["halfwidth"] / rows["resolved"], rows["realisation"])
    said = f"g/h = {most:g}: half-width of k / (pi g^2 v), spin 1"
    yield compare(said, "1 (golden rule)", 1.0, ratio, id="G51", equation="(19)")
    resolved = plain[plain["width"] * plain["density"] >= ENOUGH]
    yield from of_steepness("spin 1", resolved[resolved["spin"] == 1])
    later = resolved[resolved["spin"] > 1]
    for low, high in zip(CLASSES, CLASSES[1:]):
        rows = later[(later["steepness"] >= low) & (later["steepness"] < high)]
        ends = f"above {low:g}" if high == math.inf else f"{low:g} to {high:g}"
        yield from of_steepness(f"spins 2 on, pi g^2 |v'| {ends}", rows)


def of_steepness(name: str, rows: pd.DataFrame) -> Iterator[Claim]:
    """How far the half-width of k is from the golden rule's, w rho being ``ENOUGH``."""
    if rows["realisation"].nunique() < 2:
        return
    off = np.log(rows["halfwidth"] / rows["width"])
    found = estimate(off, rows["realisation"])
    said = f"{name}: log of half-width of k over pi g^2 v"
    text = f"{pm(found, 2)}, spread {off.std():.2f}"
    more = {"verdict": verdict(found, 0.0), "text": text, "id": "G57"}
    yield state(said, "0 where it is small", found, expected=0.0, **more)


def falls(g: float, rows: pd.DataFrame) -> Iterator[Claim]:
    """How w falls, and how near each law is in the same fields."""
    name = f"g/h = {g:g}"
    logs = rows.assign(**{column: -np.log(rows[column]) for column in WIDTHS})
    typical, fall = -2 * math.log(g), slope(logs, "spin", "width")
    said, paper = f"{name}: fall of log w per spin", f"2 log(h/g) = {typical:.2f}"
    yield compare(said, paper, typical, fall, equation="(21)", id="G53")
    yield from less(
        f"{name}: the same, less that of",
        lambda law: slope(logs.assign(rest=logs["width"] - logs[law]), "spin", "rest"),
        id="G52 G53",
    )
    clear = off_resonance(rows)
    for law in LAWS if len(clear) else ():
        said = f"{name}: log w off resonance, less that of {NAMES[law]}"
        yield of_logs(said, clear, law, id="G52")
    yield localised_below(name, typical, fall)


def localised_below(name: str, typical: float, fall: Estimate) -> Claim:
    """g/h below which a chain whose w falls as 2 log(h/g) less what it is short of here is
    localised behind every bath: where the fall is log 2."""
    short = typical - fall.mean
    value = math.exp(-(LOG2 + short) / 2)
    found = Estimate(value, value * fall.error / 2, fall.realisations)
    law = math.exp(-(LOG2 + ENHANCEMENT["resolved"]) / 2)
    said = f"{name}: g/h below which chains with this fall are localised"
    more = {"verdict": f"{verdict(found, math.sqrt(0.5))}; tails resolved: {law:.2f}"}
    return compare(said, "1/sqrt 2 = 0.71", math.sqrt(0.5), found, id="G55", **more)


def of_logs(said: str, rows: pd.DataFrame, law: str, **more: Any) -> Claim:
    """log w less that of a law, with the spread over spins."""
    rest = np.log(rows["width"] / rows[law])
    found = estimate(rest, rows["realisation"])
    text = f"{pm(found, 2)}, spread {rest.std():.2f}"
    shown = {"verdict": verdict(found, 0.0), "text": text, **more}
    return state(said, "0", found, expected=0.0, **shown)


def neighbours(plain: pd.DataFrame) -> Iterator[Claim]:
    """How near fields of neighbours are, and what that makes of the fall."""
    weakest, largest = plain["ratio"].min(), plain["spins"].min()
    rows = plain[plain["ratio"] == weakest]
    fields = rows[rows["spins"] == largest].pivot(
        index="realisation", columns="spin", values="field"
    )
    near = fields.abs().diff(axis=1).abs().iloc[:, 1:].mean(axis=1).dropna()
    found = estimate(near, near.index)
    said = "mean of min |h_i +- h_(i-1)| / h"
    paper = f"about {PAPER_NEAREST}"
    more = {"id": "G54", "note": f"uniform fields: {NEAREST:.3f}"}
    yield compare(said, paper, PAPER_NEAREST, found, **more)
    typical = -typical_decay(weakest, 1.0, "resolved")
    fall = slope(rows.assign(fall=-np.log(rows["width"])), "spin", "fall")
    said = f"g/h = {weakest:g}: the fall, for {NAMES['resolved']} over all fields"
    paper = f"2 log(h/g) - {ENHANCEMENT['resolved']:.2f} = {typical:.2f}"
    yield compare(said, paper, typical, fall, id="G53 G54")


def threshold(table: pd.DataFrame) -> Estimate:
    """w rho where a spin is entangled by half of log 2; error by leaving out groups of
    realisations. Not a number where the mean entanglement crosses it nowhere."""
    count = table["realisation"].nunique()
    groups = table["realisation"].rank(method="dense").astype(int) % min(GROUPS, count)
    whole = overlap_threshold(table)
    without = np.array([overlap_threshold(table[groups != k]) for k in groups.unique()])
    if NOWHERE in (whole, *without):
        return Estimate(math.nan, math.nan, count)
    spread = np.mean((without - without.mean()) ** 2) * (len(without) - 1)
    return Estimate(whole, math.sqrt(spread) if len(without) > 1 else math.nan, count)


def breakdown(plain: pd.DataFrame) -> Iterator[Claim]:
    """w rho at which spins are no longer entangled."""
    found = threshold(plain)
    said = "w rho where a spin is entangled by half of log 2"
    known = f"a factor of {1 / found.mean:.0f}"
    yield compare(said, "1, up to a factor", 1.0, found, verdict=known, id="G56")


def taken_in(plain: pd.DataFrame, count: int) -> Iterator[Claim]:
    """How many spins are taken in, and how many more by each further spin of the bath."""
    counts = spins_taken_in(plain)
    for g in sorted(counts["ratio"].unique()):
        rows, lines = counts[counts["ratio"] == g], plain[plain["ratio"] == g]
        for spins in sorted(rows["spins"].unique()):
            name = f"2^{spins}, g/h = {g:g}"
            yield beside_16(name, int(spins), g, rows[rows["spins"] == spins], count)
        words = f"g/h = {g:g}, all baths: spins entangled, less those of"
        yield from less(words, partial(beyond, rows), id="G52 G55")
        yield from growth(f"g/h = {g:g}", g, rows, lines, count)


def beyond(rows: pd.DataFrame, law: str) -> Estimate:
    """How many more spins are entangled than a law has."""
    return estimate(rows["entropy"] - rows[law], rows["realisation"])


def beside_16(name: str, spins: int, g: float, rows: pd.DataFrame, count: int) -> Claim:
    """Spins taken in by one bath; as many as there are is most that can be."""
    theory = crossover_length(spins, g)
    found = estimate(rows["entropy"], rows["realisation"])
    ended = float((rows["entropy"] == count).mean())
    said = f"{name}: spins entangled, of {count}"
    known = verdict(found, min(theory, count))
    if ended:
        known += f", {100 * ended:.0f} % reach the end"
    effect = found.mean - min(theory, count)
    more = {"verdict": known, "effect": effect, "digits": 2, "equation": "(16)", "id": "G55"}
    return state(said, f"(16): {theory:.2f}", found, expected=min(theory, count), **more)


def growth(
    name: str, g: float, rows: pd.DataFrame, lines: pd.DataFrame, count: int
) -> Iterator[Claim]:
    """How many more each spin of the bath takes in: by (16), and by (16) with the fall of w
    that is measured."""
    common = rows.groupby("realisation").filter(lambda part: part["spins"].nunique() > 1)
    ended = common[common["spins"] == common["spins"].max()]["entropy"] == count
    if not len(common) or ended.mean() > MOST_ENDED:
        return
    more, theory = slope(common, "spins", "entropy"), crossover_length(1, g)
    said = f"{name}: more of them per spin of the bath"
    yield compare(said, f"(16): {theory:.3f}", theory, more, equation="(16)", id="G55")
    fall = slope(lines.assign(fall=-np.log(lines["width"])), "spin", "fall").mean
    if fall > LOG2:
        of_fall = LOG2 / (fall - LOG2)
        paper = f"log 2/(fall of log w - log 2): {of_fall:.3f}"
        yield compare(f"{said}, by the fall here", paper, of_fall, more, id="G55")


def less(words: str, difference: Callable[[str], Estimate], **more: Any) -> Iterator[Claim]:
    """Measured less what each law has, in the same fields."""
    for law in LAWS:
        yield compare(f"{words} {NAMES[law]}", "0", 0.0, difference(law), **more)


def with_zz(table: pd.DataFrame, strengths: Sequence[float]) -> Iterator[Claim]:
    """What J_z between neighbours changes, beside the same chains without."""
    table, keys = table[table["width"] > 0], ["spins", "ratio", "realisation", "spin"]
    plain = table[table["zz"] == 0].merge(table.loc[table["zz"] > 0, keys].drop_duplicates())
    for zz, rows in [(0.0, plain), *((zz, table[table["zz"] == zz]) for zz in strengths)]:
        name, law = f"J_z/g = {zz:g}, {NAMES['resolved']} without J_z", "resolved"
        clear = off_resonance(rows)
        yield of_logs(f"{name}: log w off resonance less that", clear, law, id="G58")
        said = f"J_z/g = {zz:g}: w rho where a spin is entangled by half of log 2"
        yield state(said, "-", threshold(rows), verdict="-" if zz else "control", id="G58")
        if zz:
            both = rows.merge(plain, on=keys, suffixes=("", "_without"))
            change = (both["entropy"] - both["entropy_without"]) / LOG2
            found = estimate(change, both["realisation"])
            said = f"J_z/g = {zz:g}: entanglement over log 2, less that without J_z"
            yield apart(said, "-", 0.0, "0", found, id="G58")
