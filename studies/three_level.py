"""Two- and three-level means, and scales through a third crossing: figure 5 of Garratt et al.

In the brickwork circuit of Garratt, Roy & Chalker, Phys. Rev. B 104, 184203 (2021), appendix C:
<Z_nm> over pairs of states should be 2^-L J, and <Z_np Z_pm Z_mn> over three different states
2^-2L J^2, not the product of means 2^-3L J^4. Both stand here also by class: pairs with R^2 =
y^2 + Z above 1/2 cross, those below run in parallel; a triple is told by how many of its pairs
cross. A mean over triples is carried by few realisations: how few is said. The second part
follows all levels while one field goes once round. Labels are exchanged at the centres of
avoided crossings, so that z_nn keeps its sign, and Omega_nm at the field as it is should be
what it is at the pair's own crossing, since what a third level's crossing does to it on one
side is undone on the other: its net change is compared with the sum of all changes.

    python studies/three_level.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import FieldSweep, triple_rows
from bathlab.experiments.cells import cell_array
from bathlab.experiments.field_sweeps import SHARES
from bathlab.experiments.triples import (
    triple_means,
)
from bathlab.findings import three_level as said
from bathlab.plotting.triples import classes_panel, scaled_panel, shares_panel
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """The paper's sizes up to 10, and couplings about its own."""

    sites: tuple[int, ...] = parameter((6, 8, 10), "sizes L of the ring", at_least=2, ge=4)
    couplings: tuple[float, ...] = parameter(
        (0.005, 0.01, 0.02, 0.04, 0.08), "J, ascending", at_least=3, gt=0, le=0.5
    )
    upper: tuple[float, ...] = parameter((0.02, 0.08), "largest J of the fits", gt=0)
    realisations: tuple[int, ...] = parameter((800, 200, 20), "circuits of each size", ge=1)
    swept_sites: int = parameter(6, "size L whose levels are followed round a field", ge=4)
    swept_couplings: tuple[float, ...] = parameter((0.01, 0.02, 0.04), "J there", gt=0, le=0.5)
    steps: int = parameter(256, "steps of a turn of the field", ge=2)
    sweeps: int = parameter(24, "circuits of each J whose levels are followed", ge=1)
    equally_many = ("sites", "realisations")


def cases(p: Parameters) -> Iterator[bl.Case]:
    for coupling in p.couplings:
        for sites, count in zip(p.sites, p.realisations):
            # Seconds of a realisation, measured.
            cost = 0.02 * 5.2 ** (sites / 2 - 3)
            columns = {"sites": sites, "coupling": coupling, "kind": "circuit"}
            name = f"J = {coupling:g}, L = {sites}"
            yield bl.Case(name, bl.BrickworkCircuit(sites, coupling), count, cost, columns)
    for coupling in p.swept_couplings:
        sweep = FieldSweep(bl.BrickworkCircuit(p.swept_sites, coupling), p.steps)
        columns = {"sites": p.swept_sites, "coupling": coupling, "kind": "sweep"}
        name, cost = f"J = {coupling:g}, L = {p.swept_sites}, swept", 0.003 * p.steps
        yield bl.Case(name, sweep, p.sweeps, cost, columns)


def circuits(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["kind"] == "circuit"]


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return triple_means(circuits(table))


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table
    for sites in p.sites:
        part = circuits(table)[circuits(table)["sites"] == sites]
        for claim in [
            *said.powers(part, p),
            said.correlated(found.means, sites, p),
            *said.carried(part, p),
        ]:
            yield claim.at(f"L = {sites}")
    for coupling in p.couplings:
        part = circuits(table)[circuits(table)["coupling"] == coupling]
        for claim in said.growth(part, p):
            yield claim.at(f"J = {coupling:g}")
    for coupling in p.swept_couplings:
        part = table[(table["kind"] == "sweep") & (table["coupling"] == coupling)]
        for claim in [*said.labelled(part), *said.drifts(part)]:
            yield claim.at(f"J = {coupling:g}, L = {p.swept_sites}")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means, table = found.parameters, found.means, found.table
    left, middle, right = figure.subplots(1, 3)
    scaled_panel(left, means)
    classes_panel(middle, means[means["sites"] == max(p.sites)])
    coupling = sorted(p.swept_couplings)[len(p.swept_couplings) // 2]
    part = table[(table["kind"] == "sweep") & (table["coupling"] == coupling)]
    named = {
        f"{way}, {how}": cell_array(part, name + kind, (len(SHARES) - 1,)).sum(axis=0)
        for name, way in (("drifts", "from $h^*$ to $h$"), ("events", "through a third"))
        for kind, how in (("", "exchanged"), ("_plain", "not"))
    }
    shares_panel(right, SHARES, named)
    counts = ", ".join(f"{N} at L = {L}" for L, N in zip(p.sites, p.realisations))
    bl.plotting.note(figure, f"circuits: {counts}; bars: standard errors over circuits")
    right.set_title(f"J = {coupling:g}, L = {p.swept_sites}, N = {len(part)}")


PRESETS = {
    "quick": Parameters(sites=(6, 8), realisations=(60, 24), sweeps=8),
    "default": Parameters(),
    "paper": Parameters(sites=(8, 10, 12), realisations=(400, 100, 12), sweeps=120),
}
study = Script(
    name="three_level",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=triple_rows,
    watch="pair",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("coupling", "pair", by="sites", log_x=True, log_y=True),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
