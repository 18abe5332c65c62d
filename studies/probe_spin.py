"""A probe spin on a disordered ring: the resonance model against exact spectra, term by term.

A spin of splitting h = W touches site 0 of a ring in fields of all directions through J sigma^x
sigma^x. Crowley & Chandran, SciPost Phys. 12, 201 (2022), say that all it does follows from the
matrix elements |V_ab| between eigenstates of the ring alone: those with |E_a - E_b +- h| <
|V_ab| are resonant, their density rho(v) makes F(v) = exp(-2 int v' rho dv'), S(omega) =
p(|omega|)/2 and C_zz = F(0), rho v-bar << 1 is localisation, and by range r a resonance has the
probability exp(-r/xi)/lambda. Here elements, S, C_zz and single states are measured on the same
samples, with no parameter in between, beside the two-level formulas without the paper's sharp
cats. Static rings (61) against W and L, kicked ones (4) against Omega at W = h = 0.6 Omega.

    python studies/probe_spin.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments.probe_cells import probe_rows
from bathlab.experiments.probe_laws import probe_table
from bathlab.experiments.probed import ProbedChain
from bathlab.findings import probe_spin as said
from bathlab.plotting.probes import probe_panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """Rings whose spectra take less than a second."""

    sites: tuple[int, ...] = parameter((4, 6, 8), "spins L of the ring", ge=4)
    realisations: tuple[int, ...] = parameter((400, 120, 40), "of each size and W", ge=1)
    disorder: tuple[float, ...] = parameter(
        (2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 32.0), "W of static rings, h = W", "J", gt=0
    )
    kicked_sites: tuple[int, ...] = parameter((6, 8), "spins L of kicked rings", ge=4)
    kicked: tuple[int, ...] = parameter((60, 30), "realisations of each size and Omega", ge=1)
    frequency: tuple[float, ...] = parameter(
        (8.0, 12.0, 16.0, 24.0, 48.0), "Omega of kicked rings", "J", gt=0
    )
    share: float = parameter(0.6, "W/Omega and h/Omega of kicked rings", gt=0)
    shown: tuple[float, ...] = parameter((8.0, 16.0), "W whose S is drawn", "J", gt=0)
    ranged: tuple[float, ...] = parameter((12.0, 16.0), "W whose ranges are drawn", "J", gt=0)
    equally_many = ("sites", "realisations")

    def check(self) -> None:
        if len(self.kicked_sites) != len(self.kicked):
            raise ValueError(
                f"kicked = {self.kicked} was given for kicked_sites = {self.kicked_sites}; "
                "expected as many of each. Give one number of realisations for each size."
            )
        for name in ("shown", "ranged"):
            if not set(getattr(self, name)) <= set(self.disorder):
                raise ValueError(
                    f"{name} = {getattr(self, name)} was given; expected some of disorder = "
                    f"{self.disorder}. Choose of them."
                )


def cases(p: Parameters) -> Iterator[bl.Case]:
    for sites, count in zip(p.sites, p.realisations):
        for W in p.disorder:
            ring = bl.SpinChain(sites, disorder=W, fields="all")
            yield case("static", ProbedChain(ring, W), W, count)
    for sites, count in zip(p.kicked_sites, p.kicked):
        for Omega in p.frequency:
            W = p.share * Omega
            ring = bl.model.KickedChain(sites, Omega, W)
            yield case("kicked", ProbedChain(ring, W), Omega, count)


def case(kind: str, spec: ProbedChain, swept: float, count: int) -> bl.Case:
    # Seconds of a realisation, measured.
    sites = spec.chain.sites
    columns = {"kind": kind, "sites": sites, "swept": swept}
    letter = "W" if kind == "static" else "Omega"
    name = f"{kind}, L = {sites}, {letter} = {swept:g}"
    return bl.Case(name, spec, count, 0.6 * 6.0 ** (sites / 2 - 4), columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return probe_table(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p = found.parameters
    yield from said.claims_of(found.table, {*p.shown, *p.ranged})


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p = found.parameters
    probe_panels(figure, found.means, p.shown, p.ranged)
    counts = ", ".join(f"{N} at L = {size}" for size, N in zip(p.sites, p.realisations))
    figure.supxlabel(
        f"samples of each W: {counts}; bars: standard errors over samples; h = W",
        fontsize="small",
    )


PRESETS = {
    "quick": Parameters(
        sites=(4, 6),
        realisations=(60, 30),
        disorder=(2.0, 8.0, 16.0),
        ranged=(16.0,),
        kicked_sites=(6,),
        kicked=(15,),
        frequency=(8.0, 16.0),
    ),
    "default": Parameters(),
    "paper": Parameters(
        sites=(4, 6, 8, 10),
        realisations=(4000, 1000, 400, 20),
        kicked_sites=(6, 8, 10),
        kicked=(500, 200, 10),
    ),
}
study = Script(
    name="probe_spin",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=probe_rows,
    watch="memory",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("swept", "memory", by=("kind", "sites"), y_title="memory"),
    cells=("frequency", "spectrum", "spectrum_error", "made", "pairs_made"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
