"""How far eigenstates of a Floquet circuit are from polarised: figure 3 of Garratt et al.

Z = |<n|sigma_j|m>|^2 of all pairs of states n < m, and D = 1 - <n|sigma_j|n>^2, the sum of Z
over m, of all states, at all sites j of the brickwork circuit of Garratt, Roy & Chalker, Phys.
Rev. B 104, 184203 (2021). Eq. (8) says that p_Z ~ 2^-L Z^(-3/2), since Z = Omega^2/omega^2 and
omega is uniform whatever Omega is. With |omega| < pi and Omega < 2 pi J that begins at Z = 4
J^2; below, Omega shows with -(1 + a/2). Predictions take a = zeta/zeta_c from the paper: 0.39
at J = 0.02, 0.61 at 0.04. Pairs with R^2 = (z_nn - z_mm)^2/4 + Z above 1/2 have opposite
polarisations and cross, those below have equal ones. p_Z knows nothing of omega, so elements in
another order leave it as it is. The control for p_Z puts the Omega of each site in random order
over the pairs, so that omega knows nothing of Omega; that for p_D does so with Z, so that the
terms of D know nothing of each other.

    python studies/polarisations.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import polarisation_rows
from bathlab.experiments.squares import square_means
from bathlab.findings.polarisations import (
    SHOWN,
    class_claims,
    coupling_claims,
    growth_claims,
    size_claims,
    term_claims,
)
from bathlab.plotting import polarised as panels
from bathlab.theory.circuit_laws import PAPER, spin_amplitude
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

#: Where the legend of each column of panels is.
PLACES = ("lower left", "upper center", "upper center")


class Parameters(bl.workbench.Parameters):
    """The paper's couplings, in the sizes whose full spectra take seconds, and weaker ones."""

    sites: tuple[int, ...] = parameter((6, 8, 10), "sizes L of the ring", at_least=2, ge=4)
    couplings: tuple[float, ...] = parameter((0.02, 0.04), "J", at_least=1, gt=0, le=0.5)
    realisations: tuple[int, ...] = parameter((400, 200, 40), "circuits of each size", ge=1)
    weak: tuple[float, ...] = parameter((0.005, 0.01), "further J, at one size", gt=0, le=0.5)
    weak_sites: int = parameter(8, "that size, one of the others", ge=4)
    equally_many = ("sites", "realisations")

    def check(self) -> None:
        if self.weak_sites not in self.sites:
            raise ValueError(
                f"weak_sites = {self.weak_sites} was given; expected one of sites = "
                f"{self.sites}, since powers of J are taken there. Choose one of them."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    points = [(J, *each) for J in p.couplings for each in zip(p.sites, p.realisations)]
    count = p.realisations[p.sites.index(p.weak_sites)]
    points += [(J, p.weak_sites, count) for J in p.weak if J not in p.couplings]
    for coupling, sites, many in points:
        # Time of one realisation, measured; the pairs of all sites, then the eigenvectors.
        cost = 0.012 * 22.0 ** (sites / 2 - 3)
        model, columns = bl.BrickworkCircuit(sites, coupling), {"coupling": coupling}
        name = f"J = {coupling:g}, L = {sites}"
        yield bl.Case(name, model, many, cost, {"sites": sites, **columns})


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return square_means(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table
    for coupling in p.couplings:
        parts = {L: part_of(table, coupling, L) for L in sorted(p.sites)}
        for sites, part in parts.items():
            for claim in size_claims(part, coupling, sites):
                yield claim.at(f"J = {coupling:g}, L = {sites}")
        last = max(p.sites)
        for claim in [
            *term_claims(parts[last], coupling),
            *class_claims(parts[last], coupling),
        ]:
            yield claim.at(f"J = {coupling:g}, L = {last}")
        for claim in growth_claims(parts, coupling):
            yield claim.at(f"J = {coupling:g}")
    tables = {J: part_of(table, J, p.weak_sites) for J in sorted({*p.weak, *p.couplings})}
    for claim in coupling_claims(tables):
        yield claim.at(f"L = {p.weak_sites}")


def part_of(table: pd.DataFrame, coupling: float, sites: int) -> pd.DataFrame:
    return table[(table["coupling"] == coupling) & (table["sites"] == sites)]


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, last = found.parameters, max(found.parameters.sites)
    rows = figure.subplots(len(p.couplings), 3, squeeze=False)
    for (left, middle, right), coupling in zip(rows, p.couplings):
        means = found.means[found.means["coupling"] == coupling]
        panels.density_panel(left, means)
        amplitude = spin_amplitude(PAPER[coupling][0]) if coupling in PAPER else None
        marks = (4 * coupling**2, coupling)
        panels.knee_panel(middle, means[means["sites"] == last], amplitude, marks)
        panels.participation_panel(right, means, SHOWN)
        for axes, more in ((left, ""), (middle, f", L = {last}"), (right, "")):
            axes.set_title(f"J = {coupling:g}{more}", fontsize="medium")
    for axes, label in zip(rows[-1], (r"$Z,\; D$", "$Z$", "$L$")):
        axes.set_xlabel(label)
    for axes, place, columns in zip(rows[0], PLACES, (1, 2, 3)):
        look = {"fontsize": "xx-small", "columnspacing": 0.6, "handlelength": 1.4}
        axes.legend(loc=place, ncols=columns, **look)
    counts = ", ".join(f"{N} at L = {L}" for L, N in zip(p.sites, p.realisations))
    said = f"circuits: {counts}; bars: standard errors, jackknife over circuits"
    figure.supxlabel(said, fontsize="small")


PRESETS = {
    "quick": Parameters(sites=(6, 8), realisations=(120, 50)),
    "default": Parameters(),
    "paper": Parameters(sites=(8, 10, 12), realisations=(200, 40, 4)),
}
#: Axes of a density over many decades.
LOGARITHMIC = {"log_x": True, "log_y": True}
study = Script(
    name="polarisations",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=polarisation_rows,
    watch="depolarisation",
    average=average,
    claims=claims,
    draw=draw,
    curve=tuple(
        Curve("x", "p", by=("coupling", "sites"), where={"kind": kind}, title=kind, **axes)
        for kind, axes in (("sums", {}), ("Z", LOGARITHMIC), ("D", LOGARITHMIC))
    ),
    cells=("x", "p", "p_error", "p_moved", "p_moved_error"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
