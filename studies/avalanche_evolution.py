"""How spots grow and fuse, and whether their cores are fractal: figure 2 of Thiery et al.

Chains under the multi-scale scheme of Thiery, Huveneers, Mueller & De Roeck (Phys. Rev. Lett.
121, 140601 (2018)) on both sides of the transition and at it: space against scale, a small one
line by line, and counts over many that are followed act by act: how often a fused spot has
couplings at its borders that were not resonant before, how often none, and what a coupling
decays across a spot at rest. Long chains: boxes in which a bare core of a large region lies,
since spots of low order in fractal patterns are said to act as one of high order; the control
has as many cores at random. The paper names no K, eps or L; eps_c is a parameter, that of the
default rules at K = 1. Other readings of the rules are controls.

    python studies/avalanche_evolution.py --preset quick
"""

import sys
from typing import Any, Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Evolution, evolution_rows
from bathlab.experiments.evolution_sums import box_means
from bathlab.findings import avalanche_evolution as say
from bathlab.plotting import evolutions as panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

#: Readings of the rules besides the default, followed at eps_c, and what each decays in thermal
#: cells, over 1/zeta_1.
READINGS: dict[str, dict[str, Any]] = {
    "default": {},
    "next cell l+1": {"next_cell": "l+1"},
    "no halted decay": {"treated": "decaying"},
}
DECAYS = {"default": 0.0, "next cell l+1": 0.0, "no halted decay": 1.0}
#: What is drawn of each length.
SMALL, SHORT = 48, 300


class Parameters(bl.workbench.Parameters):
    """The paper names none of these."""

    critical: float = parameter(0.155, "eps_c of the default rules at K = 1", gt=0, lt=1)
    K: float = parameter(1.0, "1/zeta_1 = log(K/eps)", gt=0)
    ratios: tuple[float, ...] = parameter(
        (0.9, 1.0, 1.15), "eps/eps_c of chains followed act by act", at_least=2, gt=0
    )
    below: tuple[float, ...] = parameter(
        (0.9, 0.98, 1.0), "eps/eps_c of long chains", at_least=1, gt=0
    )
    traced: int = parameter(3000, "cells of chains followed act by act", ge=SHORT)
    length: int = parameter(10**6, "cells of long chains", ge=10**4)
    realisations: tuple[int, ...] = parameter((60, 40), "chains followed, and long ones", ge=1)

    def check(self) -> None:
        if 1.0 not in self.ratios:
            raise ValueError(
                f"ratios = {self.ratios} was given; expected 1 among them, where other "
                "readings of the rules are followed. Add it."
            )
        if not self.traced < self.length:
            raise ValueError(
                f"traced = {self.traced} was given; expected fewer cells than length = "
                f"{self.length}. Follow shorter chains."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    count, long = p.realisations
    for length, many in ((SMALL, 1), (SHORT, 1), (p.traced, count)):
        for ratio in p.ratios:
            yield case(p, length, ratio, "default", many)
    for reading in READINGS:
        if reading != "default":
            yield case(p, p.traced, 1.0, reading, count)
    for ratio in p.below:
        yield case(p, p.length, ratio, "default", long)


def case(p: Parameters, length: int, ratio: float, reading: str, many: int) -> bl.Case:
    traced = length < p.length
    options = READINGS[reading]
    chain = bl.avalanche.AvalancheChain(length, ratio * p.critical, p.K, **options)
    columns = {"cells_of_chain": length, "ratio": ratio, "reading": reading}
    cost = 5e-5 * length if traced else 5e-7 * length
    name = f"{reading}, eps/eps_c = {ratio:g}, L = {length}"
    return bl.Case(name, Evolution(chain, traced), many, cost, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    long = table[table["cells_of_chain"] == p.length]
    return box_means(long, "ratio", say.LARGE)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table
    followed = table[table["cells_of_chain"] == p.traced]
    for (reading, ratio), part in followed.groupby(["reading", "ratio"], sort=False):
        for claim in [
            *say.start_claims(part, ratio * p.critical, p.traced),
            *say.fusion_claims(part),
            *say.crossing_claims(part, DECAYS[reading]),
        ]:
            yield claim.at(f"{reading}, eps/eps_c = {ratio:g}")
    for ratio, part in table[table["cells_of_chain"] == p.length].groupby("ratio"):
        for claim in [
            *say.pattern_claims(part),
            *say.one_core_claims(part, ratio * p.critical, p.K),
        ]:
            yield claim.at(f"eps/eps_c = {ratio:g}")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, table = found.parameters, found.table
    grid = figure.add_gridspec(3, len(p.ratios))
    plain = table[(table["reading"] == "default") & (table["realisation"] == 0)]
    for place, ratio in enumerate(p.ratios):
        axes = figure.add_subplot(grid[0, place])
        panels.evolution_panel(axes, drawn(plain, SHORT, ratio))
        axes.set_title(rf"$\epsilon/\epsilon_c$ = {ratio:g}", fontsize="medium")
    axes = figure.add_subplot(grid[1, :])
    panels.evolution_panel(axes, drawn(plain, p.traced, 1.0))
    axes.set_title(r"$\epsilon/\epsilon_c$ = 1", fontsize="medium")
    axes = figure.add_subplot(grid[2, 0])
    panels.step_panel(axes, drawn(plain, SMALL, 1.0))
    axes = figure.add_subplot(grid[2, 1:])
    panels.box_panel(axes, found.means, "ratio", r"$\epsilon/\epsilon_c$")
    axes.legend(fontsize="small", loc="lower right")
    said = (
        "shade: generation; edge: still acts, none: at rest; ticks: bare cores. "
        f"Boxes: regions of {say.RANGE} cells, {p.realisations[1]} chains of {p.length}; "
        "bars: standard errors"
    )
    figure.supxlabel(said, fontsize="small")


def drawn(plain: pd.DataFrame, length: int, ratio: float) -> dict[str, Any]:
    same = (plain["cells_of_chain"] == length) & (plain["ratio"] == ratio)
    return dict(plain[same].iloc[0])


PRESETS = {
    "quick": Parameters(
        ratios=(0.9, 1.0), below=(1.0,), length=10**5, traced=1000, realisations=(12, 8)
    ),
    "default": Parameters(),
    "paper": Parameters(length=10**7, traced=10**4, realisations=(200, 20)),
}
study = Script(
    name="avalanche_evolution",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=evolution_rows,
    watch="density",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("x", "y", by="ratio"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
