"""One coupling of a small chain eliminated, and all of them, by exact diagonalisation.

The steps of the avalanche scheme of Thiery, Huveneers, Mueller & De Roeck, Phys. Rev. Lett.
121, 140601 (2018): exp(A) removes V_I to first order and makes of V_J on an overlapping stretch
V' = exp(A) V_J exp(-A) - V_J, about [A, V_J] and usually smaller. Both are Gaussian here, on
two stretches of L/2 + 1 sites that share two. When all couplings are gone, tau = U^+ S^z U is a
local integral of motion, eq. (3): here U comes from all eigenstates of a chain deep in the
localised phase, each assigned to a product state, and eq. (4) gives zeta from the part of tau
of the first site that reaches r sites far.

    python studies/elimination.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments.eliminated import Elimination
from bathlab.experiments.microscopic import input_rows
from bathlab.findings import elimination as findings
from bathlab.plotting.eliminated import order_panel, reach_panel
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """The paper names no numbers."""

    sites: tuple[int, ...] = parameter((4, 6, 8), "L of eliminations, even", at_least=1, ge=4)
    strengths: tuple[float, ...] = parameter(
        (1e-5, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3), "||V_I|| of Gaussians", at_least=4, gt=0
    )
    realisations: tuple[int, ...] = parameter((400, 400, 100), "draws of each L", ge=2)
    lengths: tuple[int, ...] = parameter((6, 8), "sites of chains with LIOMs", at_least=1, ge=4)
    disorder: tuple[float, ...] = parameter(
        (8.0, 20.0), "fields are U[-W, W]", at_least=1, gt=0
    )
    transverse: float = parameter(0.5, "transverse field of these chains")
    coupling: float = parameter(1.0, "coupling of neighbours", "the unit of energy")
    chains: int = parameter(200, "chains of each", ge=2)
    equally_many = ("sites", "realisations")


def cases(p: Parameters) -> Iterator[bl.Case]:
    for sites, count in zip(p.sites, p.realisations):
        columns = {"kind": "elimination", "sites": sites}
        cost = 0.02 * 4.0 ** (sites / 2 - 3)
        yield bl.Case(f"L = {sites}", Elimination(sites, p.strengths), count, cost, columns)
    for sites in p.lengths:
        for disorder in p.disorder:
            bath = bl.LocalChainBath(sites, 0.0, disorder, p.transverse, p.coupling)
            columns = {"kind": "lioms", "sites": sites, "disorder": disorder}
            name, cost = f"LIOMs, L = {sites}, W = {disorder:g}", 0.05 * 8.0 ** (sites - 8)
            yield bl.Case(name, bath, p.chains, cost, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return findings.elimination_means(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    table = found.table
    yield from findings.elimination_claims(table[table["kind"] == "elimination"])
    yield from findings.liom_claims(table[table["kind"] == "lioms"])


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means = found.parameters, found.means
    left, right = figure.subplots(1, 2)
    order_panel(left, means[means["kind"] == "elimination"])
    reach_panel(right, means[means["kind"] == "lioms"])
    counts = ", ".join(f"{N} at L = {L}" for L, N in zip(p.sites, p.realisations))
    said = f"draws: {counts}; {p.chains} chains each; bars: standard errors over draws"
    figure.supxlabel(said, fontsize="small")


PRESETS = {
    "quick": Parameters(realisations=(60, 60, 30), chains=40),
    "default": Parameters(),
    "paper": Parameters(realisations=(2000, 2000, 1000), lengths=(6, 8, 10), chains=1000),
}
study = Script(
    name="elimination",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=input_rows,
    watch="watched",
    average=average,
    claims=claims,
    draw=draw,
    curve=(
        Curve("strength", "created", by="sites", log_x=True, log_y=True),
        Curve("reach", "log_part", by=("disorder", "sites"), where={"kind": "lioms"}),
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
