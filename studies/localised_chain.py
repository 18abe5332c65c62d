"""Spins in a line behind a grain, without LIOMs: section III D of De Roeck & Huveneers.

Physical spins in random fields, U[-h, h], each coupled by g sigma^x sigma^x to the one before
it, the first to a random matrix. The width w_i = pi g^2 v_{i-1}(2 h_i) of spin i at the bath of
all before it is measured (v from all levels), and compared in the same fields with the paper's
recursion, in which v_i is two Lorentzians, and with one that resolves the tails of v_i in
frequency. Spins are attached one by one until one is no longer entangled by half of log 2. In
some chains neighbours have J_z sigma^z sigma^z besides.

    python studies/localised_chain.py --preset quick
"""

import sys
from itertools import product
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments.localised import Line, line_rows
from bathlab.findings import localised_chain as found_of
from bathlab.findings.localised_chain import NAMES, without_zz
from bathlab.plotting.lines import overlap_panel, taken_in_panel, width_panel
from bathlab.statistics.lines import WIDTHS, overlap_curve, spins_taken_in
from bathlab.theory.grain.localised_chain import LAWS
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


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
    realisations: tuple[int, ...] = parameter((80, 60, 16), "realisations of each size", ge=1)
    zz: tuple[float, ...] = parameter((0.3, 1.0), "J_z between neighbours", "g", gt=0)
    zz_realisations: int = parameter(30, "chains of each J_z, at the middle size", ge=1)
    equally_many = ("spins", "realisations")


def cases(p: Parameters) -> Iterator[bl.Case]:
    sizes = list(zip(p.spins, p.realisations))
    wanted = [(spins, count, 0.0) for spins, count in sizes]
    wanted += [(p.spins[len(p.spins) // 2], p.zz_realisations, zz) for zz in p.zz]
    for (spins, count, zz), ratio in product(wanted, p.couplings):
        bath = bl.RandomMatrixBath(spins, p.bandwidth)
        line = Line(bath, p.count, ratio, p.disorder, p.states, zz)
        more = f", J_z/g = {zz:g}" if zz else ""
        yield bl.Case(f"2^{spins}, g/h = {ratio:g}{more}", line, count, 5.0 ** (spins - 5))


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    """What each ``panel`` shows: widths, collapse on w rho, spins taken in by the largest
    bath."""
    table = without_zz(table)
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
    p, plain = found.parameters, without_zz(found.table)
    yield from found_of.golden_rule(plain)
    for g in p.couplings:
        yield from found_of.falls(g, plain[plain["ratio"] == g])
    yield from found_of.neighbours(plain)
    yield from found_of.breakdown(plain)
    yield from found_of.taken_in(plain, p.count)
    yield from found_of.with_zz(found.table, p.zz)


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
    "quick": Parameters(spins=(5, 6), realisations=(50, 50), zz_realisations=12),
    "default": Parameters(),
    "paper": Parameters(
        spins=(5, 6, 7, 8), realisations=(400, 400, 400, 80), zz_realisations=200
    ),
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
    curve=(
        Curve("spin", "log_width", by="ratio", where={"panel": "widths"}, y_title="log width"),
        Curve("overlap", "share", by="ratio", where={"panel": "collapse"}),
        Curve("ratio", "count", by="name", where={"panel": "taken in"}),
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
