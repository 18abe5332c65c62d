"""Spins in a line behind a grain, without LIOMs: section III D of De Roeck & Huveneers.

Physical spins in random fields, U[-h, h], each coupled by g sigma^x sigma^x to the one before
it, the first to a random matrix. The width w_i = pi g^2 v_{i-1}(2 h_i) of spin i at the bath of
all before it is measured (v from all levels), and compared in the same fields with the paper's
recursion, in which v_i is two Lorentzians, and with one that resolves the tails of v_i in
frequency. Spins are attached one by one until one is no longer entangled by half of log 2.

    python studies/localised_chain.py --preset quick
"""

import math
import sys
from typing import Callable, Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments.localised import Line, line_rows
from bathlab.plotting.lines import overlap_panel, taken_in_panel, width_panel
from bathlab.statistics import Estimate, slope
from bathlab.statistics.lines import WIDTHS, overlap_curve, overlap_threshold, spins_taken_in
from bathlab.theory.grain.localised_chain import ENHANCEMENT, LAWS, typical_decay
from bathlab.workbench import Claim, Outcome, Script, parameter
from bathlab.workbench.claims import compare, pm, state, verdict

#: Growth is not stated if a larger share of the chains is taken in to its last spin.
MOST_ENDED = 0.25
#: How the curves are called in the picture.
NAMES = {"width": "measured", "lorentzian": "eqs. (19), (20)", "resolved": "tails resolved"}


class Parameters(bl.workbench.Parameters):
    """Random matrices of some sizes, each with a line of spins at some couplings."""

    spins: tuple[int, ...] = parameter((5, 6, 7), "spins of each random matrix", ge=1)
    bandwidth: float = parameter(6.0, "bandwidth of all of them", gt=0)
    count: int = parameter(4, "spins in the line", ge=2)
    couplings: tuple[float, ...] = parameter(
        (0.1, 0.2, 0.3, 0.4), "g between neighbours", "h", gt=0
    )
    disorder: float = parameter(1.0, "h: fields are uniform on [-h, h]", gt=0)
    states: int = parameter(4, "eigenstates nearest E = 0 that are looked at", ge=1)
    realisations: tuple[int, ...] = parameter((70, 70, 70), "realisations of each size", ge=1)
    equally_many = ("spins", "realisations")


def cases(p: Parameters) -> Iterator[bl.Case]:
    for spins, count in zip(p.spins, p.realisations):
        bath = bl.RandomMatrixBath(spins, p.bandwidth)
        for ratio in p.couplings:
            line = Line(bath, p.count, ratio, p.disorder, p.states)
            yield bl.Case(f"2^{spins}, g/h = {ratio:g}", line, count, 6.0 ** (spins - 5))


def wide(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of spins that have a width: a v that is found empty at 2h says none."""
    return table[table["width"] > 0]


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    """What each ``panel`` shows: widths, collapse on w rho, spins taken in by the largest
    bath."""
    table = wide(table)
    logs = table.assign(**{f"log_{name}": np.log(table[name]) for name in WIDTHS})
    shown = [*(f"log_{name}" for name in WIDTHS), "density", "entropy", "log_ipr"]
    widths = bl.summarise(logs, ["spins", "ratio", "spin"], shown)
    counts = spins_taken_in(table)
    named = {"entropy": "entangled", **{law: NAMES[law] for law in LAWS}}
    counts = counts[counts["spins"] == p.spins[-1]].rename(columns=named)
    counts = counts.melt(["ratio", "realisation"], list(named.values()), "name", "count")
    panels = {
        "widths": widths,
        "collapse": overlap_curve(table, ["ratio"]),
        "taken in": bl.summarise(counts, ["ratio", "name"], ["count"]),
    }
    return pd.concat([part.assign(panel=name) for name, part in panels.items()])


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, wide(found.table)
    largest = table[table["spins"] == p.spins[-1]]
    most, weakest = max(p.couplings), min(p.couplings)
    first = largest[(largest["ratio"] == most) & (largest["spin"] == 1)]
    ratio = bl.estimate(first["halfwidth"] / first["resolved"], first["realisation"])
    said = f"g/h = {most:g}: half-width of k / (pi g^2 v), spin 1"
    yield compare(said, "1 (golden rule)", 1.0, ratio)
    for g in p.couplings:
        yield from falls(f"g/h = {g:g}", g, largest[largest["ratio"] == g])
    typical, rows = -typical_decay(weakest, 1.0, "resolved"), largest["ratio"] == weakest
    fall = slope(largest[rows].assign(fall=-np.log(largest["width"])), "spin", "fall")
    said = f"g/h = {weakest:g}: the fall, for {NAMES['resolved']} over all fields"
    paper = f"2 log(h/g) - {ENHANCEMENT['resolved']:.2f} = {typical:.2f}"
    yield compare(said, paper, typical, fall)
    crossing, N = overlap_threshold(table), table["realisation"].nunique()
    said = "w rho where a spin is entangled by half of log 2"
    more = {"N": N, "verdict": f"a factor of {1 / crossing:.0f}", "text": f"{crossing:.3f}"}
    yield Claim(said, "1, up to a factor", expected=1.0, value=crossing, **more)
    counts = spins_taken_in(table)
    for g in p.couplings:
        yield from taken_in(f"g/h = {g:g}", g, counts[counts["ratio"] == g], p)


def falls(name: str, g: float, rows: pd.DataFrame) -> Iterator[Claim]:
    """How w falls, and how near each law is in the same fields."""
    logs = rows.assign(**{column: -np.log(rows[column]) for column in WIDTHS})
    typical, fall = -2 * math.log(g), slope(logs, "spin", "width")
    paper = f"2 log(h/g) = {typical:.2f}"
    yield compare(f"{name}: fall of log w per spin", paper, typical, fall, equation="(21)")
    yield from less(
        f"{name}: the same, less that of",
        lambda law: slope(logs.assign(rest=logs["width"] - logs[law]), "spin", "rest"),
    )
    clear = rows[(rows["spin"] > 1) & (rows["apart"] > 2 * rows["resolution"])]
    for law in LAWS if len(clear) else ():
        rest = np.log(clear["width"] / clear[law])
        value = bl.estimate(rest, clear["realisation"])
        said = f"{name}: log w off resonance, less that of {NAMES[law]}"
        text = f"{pm(value, 2)}, spread {rest.std():.2f}"
        yield state(said, "0", value, expected=0.0, verdict=verdict(value, 0.0), text=text)


def taken_in(name: str, g: float, counts: pd.DataFrame, p: Parameters) -> Iterator[Claim]:
    """How many spins are taken in, and how many more by each further spin of the bath."""
    last, rows = p.spins[-1], counts[counts["spins"] == p.spins[-1]]
    theory, here = (
        bl.crossover_length(last, g),
        bl.estimate(rows["entropy"], rows["realisation"]),
    )
    said, off = f"{name}: spins entangled, of {p.count}", here.mean - min(theory, p.count)
    shown = {"verdict": f"{off:+.2f}", "effect": off, "digits": 2, "equation": "(16)"}
    yield state(said, f"(16): {theory:.2f}", here, expected=theory, **shown)
    yield from less(
        f"{name}: the same, less those of",
        lambda law: bl.estimate(rows["entropy"] - rows[law], rows["realisation"]),
    )
    if len(p.spins) > 1 and (rows["entropy"] == p.count).mean() < MOST_ENDED:
        common = counts[counts["realisation"] < min(p.realisations)]
        more, growth = slope(common, "spins", "entropy"), theory / last
        said = f"{name}: more of them per spin of the bath"
        yield compare(said, f"(16): {growth:.3f}", growth, more, equation="(16)")


def less(words: str, difference: Callable[[str], Estimate]) -> Iterator[Claim]:
    """Measured less what each law has, in the same fields."""
    for law in LAWS:
        yield compare(f"{words} {NAMES[law]}", "0", 0.0, difference(law))


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    places = [["widths", "widths"], ["collapse", "taken in"]]
    panels = figure.subplot_mosaic(places, height_ratios=(5, 4))
    parts, p = dict(list(found.means.groupby("panel"))), found.parameters
    widths = parts["widths"]
    width_panel(panels["widths"], widths[widths["spins"] == p.spins[-1]], NAMES)
    panels["widths"].set_title(f"{p.spins[-1]}-spin random matrix")
    overlap_panel(panels["collapse"], parts["collapse"])
    taken_in_panel(panels["taken in"], parts["taken in"], p.spins[-1], p.count)


PRESETS = {
    "quick": Parameters(spins=(5, 6), realisations=(50, 50)),
    "default": Parameters(),
    "paper": Parameters(spins=(5, 6, 7, 8), realisations=(400, 400, 400, 80)),
}
study = Script(
    name="localised_chain",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=line_rows,
    watch="entropy",
    average=average,
    claims=claims,
    draw=draw,
    size=(7.2, 7.6),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
