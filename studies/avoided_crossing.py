"""Levels of a circuit at avoided crossings, and their resonances: figure 1 of Garratt et al.

In the brickwork circuit of Garratt, Roy & Chalker, Phys. Rev. B 104, 184203 (2021), a field h_j
moves two levels as y = (z_nn - z_mm)/2 = d omega/dh. Where levels cross without coupling they
avoid each other (section III, appendix B): omega^2 = R^2 (h - h*)^2 + omega*^2, with R^2 = y^2
+ |z|^2 and Omega = |z omega| = R omega* constant, whatever the distance. Here random pairs of
R^2 > 1/2 that come nearer, a few in each bin of |omega| from 0.003 to 2.5, are followed to
their crossings, labels exchanged with third levels that cross in between, and all is compared
with the laws of two levels alone, in the form that is exact for a unitary. What eq. (2) leaves
out is measured by finite differences in h.

    python studies/avoided_crossing.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import CrossingPicture, crossing_rows
from bathlab.experiments import crossing_sums as sums
from bathlab.findings import avoided_crossing as said
from bathlab.plotting import level_pairs as panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """Couplings about the paper's, sizes whose levels are followed in seconds."""

    sites: tuple[int, ...] = parameter((6, 8), "sizes L of the ring", at_least=1, ge=4)
    couplings: tuple[float, ...] = parameter(
        (0.01, 0.02, 0.04), "J, ascending", at_least=3, gt=0, le=0.5
    )
    realisations: tuple[int, ...] = parameter((40, 4), "circuits of each size", ge=1)
    drawn: int = parameter(6, "size L of the circuit that is drawn", ge=4)
    equally_many = ("sites", "realisations")


def cases(p: Parameters) -> Iterator[bl.Case]:
    for coupling in p.couplings:
        for sites, count in zip(p.sites, p.realisations):
            # Seconds of a realisation, measured.
            cost = 0.9 * 16 ** (sites / 2 - 3)
            columns = {"sites": sites, "coupling": coupling, "kind": "pairs"}
            name = f"J = {coupling:g}, L = {sites}"
            yield bl.Case(name, bl.BrickworkCircuit(sites, coupling), count, cost, columns)
    coupling = shown(p)
    picture = CrossingPicture(bl.BrickworkCircuit(p.drawn, coupling))
    columns = {"sites": p.drawn, "coupling": coupling, "kind": "picture"}
    yield bl.Case(f"J = {coupling:g}, L = {p.drawn}, drawn", picture, 1, 1.0, columns)


def shown(p: Parameters) -> float:
    """The coupling in the middle, which is drawn."""
    return p.couplings[len(p.couplings) // 2]


def measured(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["kind"] == "pairs"]


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return sums.crossing_means(measured(table))


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, measured(found.table)
    for sites in p.sites:
        of_size = table[table["sites"] == sites]
        for coupling in p.couplings:
            part = of_size[of_size["coupling"] == coupling]
            for claim in [
                *said.crossings(part),
                *said.laws(part),
                *said.scales(part),
                *said.equations(part),
            ]:
                yield claim.at(f"J = {coupling:g}, L = {sites}")
        yield said.shortfall(of_size, p).at(f"L = {sites}")
    for coupling in p.couplings:
        part = table[table["coupling"] == coupling]
        for claim in said.edges(part, coupling, p):
            yield claim.at(f"J = {coupling:g}")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means = found.parameters, found.means
    (levels, along), (changes, left) = figure.subplots(2, 2)
    pictures = found.table[found.table["kind"] == "picture"]
    if len(pictures):
        panels.levels_panel(levels, pictures.iloc[0])
        panels.crossing_panel(along, pictures.iloc[0])
    sites = p.sites[0]
    rows = means[means["sites"] == sites]
    panels.changes_panel(changes, rows)
    changes.set_title(f"all pairs, L = {sites}, N = {rows['realisations'].min()}")
    panels.residual_panel(left, rows)
    left.set_title(f"what eq. (2) leaves out, L = {sites}")
    bl.plotting.note(
        figure,
        "bars: (c) from 10 to 90 % of all pairs; (d) standard errors over circuits",
    )


PRESETS = {
    "quick": Parameters(sites=(6,), realisations=(12,)),
    "default": Parameters(),
    "paper": Parameters(realisations=(600, 60)),
}
study = Script(
    name="avoided_crossing",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=crossing_rows,
    watch="resonant_edge",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("omega_from", "change", by=("coupling", "sites"), log_x=True, x_title="ω from"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
