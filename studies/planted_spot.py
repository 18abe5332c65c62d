"""A single seed in an otherwise empty chain: what the avalanche rests on (Thiery et al.).

A run of k resonant bonds in a chain whose couplings decay with alpha = 1/zeta: it is to melt an
infinite chain if zeta > zeta_c, and a collar l_k = k (s/2)/(alpha - s) on each side else, eq.
(14) of Thiery, Huveneers, Mueller & De Roeck, Phys. Rev. Lett. 121, 140601 (2018); at the end
of a chain zeta_c is twice as large. The control has the same rule with the bath frozen at the
seed's: nothing that melts adds to it. Nothing is random: collars are counted cell by cell, and
the alpha from which on a chain is covered is bracketed by halving. Of two seeds side by side
the smaller comes to rest first. s = log 2; of the choices that the paper leaves open, those
that one seed can feel are varied: what a cell is, and whether it is reached through itself.

    python studies/planted_spot.py --preset quick
"""

import itertools
import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import PlantedSpot, planted_rows
from bathlab.findings import planted_spot as findings
from bathlab.plotting.planted import collar_panel, threshold_panel
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

#: Where a seed lies.
PLACES = ("middle", "ring", "end")
#: Above and below the critical decays, as halvings: all are whole parts of s.
NEAR = tuple(1 + 2.0**-power for power in range(8, 0, -1))
ALPHA = (0.25, 0.375, 0.5, *(each / 2 for each in NEAR), 0.875, 1.0, *NEAR, 2.0, 3.0, 4.0)
#: Orders of seeds in the figure.
DRAWN = (1, 5, 20)


class Parameters(bl.workbench.Parameters):
    """The paper names none of these."""

    largest: int = parameter(20, "seeds of k from 1 on to this", ge=5)
    larger: tuple[int, ...] = parameter((30, 50, 100), "further k", ge=6)
    alpha: tuple[float, ...] = parameter(ALPHA, "1/zeta", unit="s", at_least=3, gt=0)
    length: int = parameter(30_000, "cells of the chains", ge=100)
    lengths: tuple[int, ...] = parameter(
        (1000, 10_000, 100_000), "cells, for the threshold", at_least=2, ge=100
    )
    realisations: tuple[int] = parameter((1,), "of each line; nothing is random", ge=1)


def cases(p: Parameters) -> Iterator[bl.Case]:
    orders = (*range(1, p.largest + 1), *p.larger)
    for place, cells, next_cell in itertools.product(PLACES, ("bonds", "sites"), ("l", "l+1")):
        chain = bl.avalanche.AvalancheChain(
            p.length, 0.1, 1.0, cells=cells, next_cell=next_cell
        )
        planted = PlantedSpot(chain, place, orders, p.alpha, p.lengths)
        columns = {"place": place, "cells_are": cells, "next_cell": next_cell}
        columns |= {"cells": p.length, "paired": planted.paired}
        name = f"{place}, {cells}, {next_cell}"
        yield bl.Case(name, planted, p.realisations[0], 10.0, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    """A row for each seed and decay: nothing is random."""
    kept = ["case", "place", "cells_are", "next_cell", "order", "bath"]
    curves = ["alpha", "collar", "frozen"]
    return table[kept + curves].explode(curves, ignore_index=True)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    """Of every rule the thresholds and collars; the rest of the default rule."""
    for name, part in found.table.groupby("case", sort=False):
        own = bool((part["next_cell"] == "l+1").all())
        said = [*findings.threshold_claims(part, own), *findings.equality_claim(part)]
        said += findings.collar_claims(part, own)
        if name in ("middle, bonds, l", "end, bonds, l"):
            said += [*findings.rounding_claims(part), *findings.control_claims(part)]
            said += findings.growth_claims(part)
        if name == "middle, bonds, l":
            said += findings.pair_claims(part)
        for claim in said:
            yield claim.at(name)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    left, middle, right = figure.subplots(1, 3)
    means = found.means[found.means["case"].str.endswith("bonds, l")]
    for axes, place in ((left, "middle"), (middle, "end")):
        sides = 1 if place == "end" else 2
        collar_panel(axes, means[means["place"] == place], DRAWN, sides)
        said = "seed in the middle" if sides == 2 else "seed at an end"
        axes.set_title(said, fontsize="medium")
    threshold_panel(right, found.table[found.table["case"].str.endswith("bonds, l")], (1, 20))
    figure.supxlabel("exact counts of cells, nothing is random", fontsize="small")


PRESETS = {
    "quick": Parameters(larger=(), length=6_000, lengths=(1000, 10_000)),
    "default": Parameters(),
    "paper": Parameters(lengths=(1000, 10_000, 100_000, 1_000_000)),
}
study = Script(
    name="planted_spot",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=planted_rows,
    watch="bath",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("bath", "collar", by="alpha", where={"case": "middle, bonds, l"}, log_x=True),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
