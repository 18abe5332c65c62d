"""How a chain forgets: C_zz(t) beyond the Heisenberg time, tones, light cones, Thouless energy.

In the resonance model of Crowley & Chandran, SciPost Phys. 12, 201 (2022), an eigenstate keeps
its spins or is a cat with one tone; sigma^z relaxes past t_H, by ever fewer states; its support
and entanglement grow as log t, a site in k units of log t, k >= 2 log 2 in MBL and 2 log 2 at
the transition; omega_Th falls exponentially in W. Full spectra of the XXZ ring in S^z = 0 in
random fields, of all its sectors and of quasi-periodic fields for the cones, and of the paper's
ring in fields of all directions. Control: the weight at small omega if elements knew no levels.

    python studies/chain_dynamics.py --preset quick
"""

import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import LevelTimes, LightCone, SiteMemory, chain_rows
from bathlab.experiments.chain_means import chain_means
from bathlab.experiments.chain_sites import require_even, ring_columns, ring_title
from bathlab.findings import chain_cones as of_cones
from bathlab.findings import chain_dynamics as said
from bathlab.plotting import chain_dynamics as panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

#: 1/J; the last is where rounding of the levels begins to turn phases.
TIMES = tuple(np.geomspace(0.1, 1e12, 53).tolist())
CONE_TIMES = tuple(np.geomspace(0.3, 1e6, 14).tolist())
#: In units of t_H.
TAU = tuple(np.geomspace(0.002, 4, 100).tolist())


class Parameters(bl.workbench.Parameters):
    """Full spectra of a second at most."""

    sites: tuple[int, ...] = parameter((8, 10, 12), "L of the XXZ ring", at_least=2, ge=6)
    realisations: tuple[int, ...] = parameter((300, 150, 24), "rings of each size", ge=1)
    disorders: tuple[float, ...] = parameter(
        (2.0, 3.0, 4.0, 8.0, 12.0, 16.0), "W/J of the XXZ ring", at_least=2, gt=0
    )
    free_sites: tuple[int, ...] = parameter((6, 8), "L, fields of all directions", ge=6)
    free_disorders: tuple[float, ...] = parameter((4.0, 16.0), "their W/J", gt=0)
    free_realisations: int = parameter(60, "of them, for each L and W", ge=1)
    cone_sites: int = parameter(10, "L of the XXZ ring's cones", ge=6)
    cone_disorders: tuple[float, ...] = parameter((3.0, 5.0, 8.0), "their W/J", gt=0)
    cones: int = parameter(16, "realisations of each cone", ge=2)
    free_cone_disorders: tuple[float, ...] = parameter(
        (4.0, 8.0, 16.0), "W/J of cones in fields of all directions, largest L of those", gt=0
    )
    level_sites: tuple[int, ...] = parameter((10, 11, 12), "L of form factors", ge=10)
    level_realisations: tuple[int, ...] = parameter((400, 200, 100), "spectra of each", ge=2)
    level_disorders: tuple[float, ...] = parameter(
        (1.0, 1.5, 2.0, 2.5, 3.0, 4.0), "their W/J", at_least=3, gt=0
    )
    equally_many = ("sites", "realisations")

    def check(self) -> None:
        require_even((*self.sites, *self.free_sites, self.cone_sites))
        if len(self.level_sites) != len(self.level_realisations):
            raise ValueError(
                f"{len(self.level_realisations)} level_realisations were given; expected one "
                f"for each of level_sites = {self.level_sites}. Give as many."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    """Each with rings of its own."""
    for place, (kind, chain, count, cost) in enumerate(_specs(p)):
        first = place * 10**6
        columns = ring_columns(kind, chain)
        spec = {
            "memory": lambda: SiteMemory(chain, first, TIMES),
            "cone": lambda: LightCone(chain, first, CONE_TIMES),
            "levels": lambda: LevelTimes(chain, first, TAU),
        }[kind]()
        yield bl.Case(ring_title(columns), spec, count, cost, columns)


def _specs(p: Parameters) -> Iterator[tuple[str, bl.SpinChain, int, float]]:
    """Kind, chain, realisations and seconds of each, measured."""
    for sites, count in zip(p.sites, p.realisations):
        for W in p.disorders:
            cost = 0.4 * 13.0 ** ((sites - 12) / 2)
            yield "memory", bl.SpinChain(sites, disorder=W), count, cost
    for sites in p.free_sites:
        for W in p.free_disorders:
            cost = 0.04 * 13.0 ** ((sites - 8) / 2)
            chain = bl.SpinChain(sites, disorder=W, fields="all")
            yield "memory", chain, p.free_realisations, cost
    for law in ("uniform", "cosine"):
        for W in p.cone_disorders:
            chain = bl.SpinChain(p.cone_sites, disorder=W, law=law)
            yield "cone", chain, p.cones, 0.6 * 4.0 ** ((p.cone_sites - 10) / 2)
    for W in p.free_cone_disorders:
        chain = bl.SpinChain(max(p.free_sites), disorder=W, fields="all")
        yield "cone", chain, 2 * p.cones, 0.3 * 10.0 ** ((max(p.free_sites) - 8) / 2)
    for sites, count in zip(p.level_sites, p.level_realisations):
        for W in p.level_disorders:
            cost = 0.08 * 12.0 ** ((sites - 12) / 2)
            chain = bl.SpinChain(sites, disorder=W, sector=(sites % 2) / 2)
            yield "levels", chain, count, cost


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return chain_means(table, TIMES, TAU)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    kinds = dict(tuple(found.table.groupby("kind", sort=False)))
    yield from said.memory(kinds["memory"], TIMES)
    yield from of_cones.cones(kinds["cone"])
    yield from of_cones.thouless(kinds["levels"], TAU)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p = found.parameters
    panels.dynamics_panels(figure, found.means)
    counts = ", ".join(f"{N} (L = {L})" for L, N in zip(p.sites, p.realisations))
    figure.supxlabel(
        f"XXZ rings, J = 1: {counts}; cones {p.cones}, O(3) {2 * p.cones}; form factors "
        f"{', '.join(map(str, p.level_realisations))}. Bars: standard errors over rings.",
        fontsize="x-small",
    )


PRESETS = {
    "quick": Parameters(
        sites=(8, 10),
        realisations=(60, 30),
        disorders=(3.0, 8.0, 16.0),
        free_sites=(6,),
        free_realisations=30,
        cone_sites=8,
        cones=12,
        level_sites=(10,),
        level_realisations=(100,),
    ),
    "default": Parameters(),
    "paper": Parameters(
        sites=(8, 10, 12, 14),
        realisations=(2000, 1000, 200, 20),
        free_sites=(6, 8, 10),
        free_realisations=200,
        cone_sites=12,
        cones=60,
        level_sites=(10, 11, 12, 14),
        level_realisations=(2000, 1000, 500, 100),
    ),
}
study = Script(
    name="chain_dynamics",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=chain_rows,
    watch="watched",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve(
        "x",
        "mean",
        error="error",
        by=("fields", "sites", "disorder", "distance"),
        panel="quantity",
    ),
    cells=("x", "mean", "error"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
