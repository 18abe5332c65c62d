"""Eigenstates of chains: cats, correlations, entropy, susceptibility, and what a field undoes.

In the resonance model of Crowley & Chandran, SciPost Phys. 12, 201 (2022), an eigenstate with a
resonance is a cat of two, xi long in MBL and as long as the chain in region I, where small
subsystems stay below thermal entropy, [log chi] of a local operator grows by 2 log 2 a site,
and the tail of chi is fatter than Poisson's in MBL. A second field undoes the cats of r >~ m/2
and makes as many new ones; all sites perturbed, patches xi long stay apart while min(L/2, |xi|)
<< sqrt(lambda). Full spectra of the XXZ ring in S^z = 0 and, for fields that turn a spin, of
the paper's ring in fields of all directions. Control: the same field without the second one.
The paper's kicked chain stands beside the brickwork circuit of Garratt, Roy & Chalker: is C of
both one function of rho v-bar?

    python studies/chain_eigenstates.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import FloquetStates, Perturbed, Portrait, chain_rows
from bathlab.experiments.chain_means import chain_means
from bathlab.experiments.chain_sites import require_even, ring_columns, ring_title
from bathlab.findings import chain_cats as of_cats
from bathlab.findings import chain_eigenstates as said
from bathlab.findings import floquet_chains as of_floquet
from bathlab.plotting import chain_eigenstates as panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """Full spectra of a second at most."""

    sites: tuple[int, ...] = parameter((8, 10, 12), "L of the XXZ ring", at_least=2, ge=6)
    realisations: tuple[int, ...] = parameter((80, 50, 12), "rings of each size", ge=2)
    disorders: tuple[float, ...] = parameter(
        (1.0, 2.0, 3.0, 4.0, 8.0, 16.0), "W/J of the XXZ ring", at_least=2, gt=0
    )
    free_sites: tuple[int, ...] = parameter((6, 8), "L, fields of all directions", ge=4)
    free_realisations: tuple[int, ...] = parameter((60, 30), "rings of each of them", ge=2)
    free_disorders: tuple[float, ...] = parameter((2.0, 4.0, 8.0, 16.0), "their W/J", gt=0)
    cat_disorders: tuple[float, ...] = parameter((8.0, 16.0, 32.0), "W/J of the cats", gt=0)
    cat_realisations: tuple[int, ...] = parameter(
        (200, 24), "rings, for each of free_sites", ge=2
    )
    strength: float = parameter(1.0, "field across a spin's own, over J", gt=0)
    floquet_sites: tuple[int, ...] = parameter((6, 8), "L, kicked and brickwork", ge=4)
    floquet_realisations: tuple[int, ...] = parameter((150, 50), "of each of them", ge=2)
    frequencies: tuple[float, ...] = parameter(
        (8.0, 12.0, 16.0, 24.0, 48.0), "Omega/J of the kicked chain", at_least=3, gt=0
    )
    tilt: float = parameter(0.6, "its W/Omega", gt=0)
    circuits: tuple[float, ...] = parameter(
        (0.04, 0.07, 0.1, 0.14, 0.2), "J of the circuit", at_least=3, gt=0, le=0.5
    )
    equally_many = ("sites", "realisations")

    def check(self) -> None:
        require_even((*self.sites, *self.free_sites, *self.floquet_sites))
        for name in ("free_realisations", "cat_realisations", "floquet_realisations"):
            sizes = f"{name.split('_')[0]}_sites".replace("cat", "free")
            if len(getattr(self, name)) != len(getattr(self, sizes)):
                raise ValueError(
                    f"{name} = {getattr(self, name)} was given; expected one number for each "
                    f"of {sizes} = {getattr(self, sizes)}. Give as many."
                )


def cases(p: Parameters) -> Iterator[bl.Case]:
    """Each with rings of its own."""
    for place, (kind, chain, count, cost) in enumerate(_specs(p)):
        first = place * 10**6
        columns = ring_columns(kind, chain)
        cats = kind == "cats"
        spec = Perturbed(chain, first, p.strength) if cats else Portrait(chain, first)
        yield bl.Case(ring_title(columns), spec, count, cost, columns)
    for sites, count in zip(p.floquet_sites, p.floquet_realisations):
        kicked = {W: bl.model.KickedChain(sites, W, p.tilt * W) for W in p.frequencies}
        circuits = {J: bl.BrickworkCircuit(sites, J) for J in p.circuits}
        for fields, models in (("kicked", kicked), ("brickwork", circuits)):
            for value, model in models.items():  # with the same fields, for one gap ratio
                columns = {"kind": "floquet", "fields": fields, "sites": sites}
                columns["disorder"] = value
                cost, spec = 0.1 * 10.0 ** ((sites - 8) / 2), FloquetStates(model, 10**9)
                yield bl.Case(ring_title(columns), spec, count, cost, columns)


def _specs(p: Parameters) -> Iterator[tuple[str, bl.SpinChain, int, float]]:
    """Kind, chain, realisations and seconds of each, measured."""
    for sites, count in zip(p.sites, p.realisations):
        for W in p.disorders:
            cost = max(0.05, 0.45 * 13.0 ** ((sites - 12) / 2))
            yield "portrait", bl.SpinChain(sites, disorder=W), count, cost
    for place, sites in enumerate(p.free_sites):
        size = 20.0 ** ((sites - 8) / 2)
        for W in p.free_disorders:
            chain = bl.SpinChain(sites, disorder=W, fields="all")
            yield "portrait", chain, p.free_realisations[place], max(0.05, 0.1 * size)
        for W in p.cat_disorders:
            chain = bl.SpinChain(sites, disorder=W, fields="all")
            yield "cats", chain, p.cat_realisations[place], max(0.08, 0.4 * size)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return chain_means(table, (), ())


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    kinds = dict(tuple(found.table.groupby("kind", sort=False)))
    yield from said.portraits(kinds["portrait"])
    yield from of_cats.cats(kinds["cats"])
    yield from of_floquet.floquet(kinds["floquet"])


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p = found.parameters
    panels.eigenstate_panels(figure, found.means)
    counts = ", ".join(f"{N} (L = {L})" for L, N in zip(p.sites, p.realisations))
    cats = ", ".join(f"{N} (L = {L})" for L, N in zip(p.free_sites, p.cat_realisations))
    models = ", ".join(
        f"{N} (L = {L})" for L, N in zip(p.floquet_sites, p.floquet_realisations)
    )
    figure.supxlabel(
        f"XXZ rings, J = 1: {counts}; cats in rings with fields of all directions: {cats}; "
        f"Floquet models: {models}. Bars: standard errors over realisations.",
        fontsize="x-small",
    )


PRESETS = {
    "quick": Parameters(
        sites=(8, 10),
        realisations=(40, 20),
        disorders=(1.0, 3.0, 8.0),
        free_sites=(6,),
        free_realisations=(30,),
        free_disorders=(4.0, 16.0),
        cat_disorders=(8.0, 16.0),
        cat_realisations=(40,),
        floquet_sites=(6,),
        floquet_realisations=(60,),
    ),
    "default": Parameters(),
    "paper": Parameters(
        sites=(8, 10, 12, 14),
        realisations=(1000, 500, 150, 16),
        free_sites=(6, 8, 10),
        free_realisations=(1000, 400, 20),
        cat_realisations=(2000, 300, 12),
        floquet_sites=(6, 8, 10),
        floquet_realisations=(1000, 400, 40),
    ),
}
study = Script(
    name="chain_eigenstates",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=chain_rows,
    watch="watched",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve(
        "x", "mean", error="error", by=("fields", "sites", "disorder"), panel="quantity"
    ),
    cells=("x", "mean", "error"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
