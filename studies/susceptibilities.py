"""How the states of a Floquet circuit answer to its fields: figure 4 of Garratt et al.

The fidelity susceptibility chi of a state to h_j is a sum of x = Z/(2 sin(omega/2))^2 over the
other states, the curvature kappa of its level one of k = Z cot(omega/2)/2 (eqs. 10, 15 of Phys.
Rev. B 104, 184203 (2021)). p_chi should fall as chi^-(3-a)/2 (14), from a = zeta/zeta_c = 1/2
on p_x as x^-5/4; p_kappa as |kappa|^-(2-a) (16), from a = 2/3 on as |kappa|^-4/3. In the
control, with the z of each site in random order over the pairs, the powers are -3/2 and -2, and
-(3+beta)/2 and -(2+beta) for random unitaries with the levels of independent phases, the COE
and the CUE (beta = 0, 1, 2). Beside the statistical error of an exponent stands half the range
when a third of the window is left out at either end.

    python studies/susceptibilities.py --preset quick
"""

import math
import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import susceptibilities as sums
from bathlab.experiments import susceptibility_rows
from bathlab.experiments.expected import CIRCUIT, expected_laws
from bathlab.findings import susceptibilities as said
from bathlab.model.random_unitaries import REPULSION, RandomUnitary
from bathlab.plotting.susceptibilities import susceptibility_panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """The paper's couplings, in the sizes whose full spectra take seconds."""

    sites: tuple[int, ...] = parameter((6, 8, 10), "sizes L of the ring", at_least=2, ge=4)
    realisations: tuple[int, ...] = parameter((400, 150, 32), "circuits of each size", ge=1)
    couplings: tuple[float, ...] = parameter((0.02, 0.04), "J", at_least=1, gt=0, le=0.5)
    strong: tuple[float, ...] = parameter(
        (0.05, 0.06), "J of all sizes but the last", gt=0, le=0.5
    )
    spins: int = parameter(6, "spins of the random unitaries", ge=2)
    unitaries: int = parameter(1000, "random unitaries of each kind", ge=1)
    fidelities: tuple[float, ...] = parameter((1e3, 1e6), "window of chi and x", gt=0)
    curvatures: tuple[float, ...] = parameter((10.0, 1e3), "window of |kappa|", gt=0)
    equally_many = ("sites", "realisations")

    def check(self) -> None:
        for name in ("fidelities", "curvatures"):
            window = getattr(self, name)
            if len(window) != 2 or window[0] >= window[1]:
                raise ValueError(
                    f"{name} = {window} was given; expected the lower and the upper end of a "
                    "window. Give two ascending numbers."
                )


def cases(p: Parameters) -> Iterator[bl.Case]:
    for coupling, sites, count in of_circuits(p):
        # Time of one realisation, measured; the pairs of all sites, then the eigenvectors.
        columns = {"levels": CIRCUIT, "coupling": coupling, "sites": sites}
        name, cost = f"J = {coupling:g}, L = {sites}", 0.03 * 5 ** (sites / 2 - 3)
        yield bl.Case(name, bl.BrickworkCircuit(sites, coupling), count, cost, columns)
    for levels in REPULSION:
        columns = {"levels": levels, "coupling": math.nan, "sites": p.spins}
        cost = 0.02 * 5 ** (p.spins / 2 - 3)
        yield bl.Case(levels, RandomUnitary(p.spins, levels), p.unitaries, cost, columns)


def of_circuits(p: Parameters) -> Iterator[tuple[float, int, int]]:
    """J, L and number of circuits of each case."""
    sizes = list(zip(p.sites, p.realisations))
    for coupling in (*p.couplings, *p.strong):
        for sites, count in sizes[:-1] if coupling in p.strong else sizes:
            yield coupling, sites, count


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return sums.susceptibility_means(table, ["levels", "coupling", "sites"])


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, expected, parts = found.parameters, laws_of(found.parameters), sums.by_size(found.table)
    for coupling, sites, _ in of_circuits(p):
        part, here = parts[coupling, sites], expected[expected["coupling"] == coupling]
        every = [
            *said.exponents(part, here, coupling, sites),
            *said.slower(part, p),
            *said.levels(part),
        ]
        for claim in [
            *every,
            *said.terms(part, coupling, p),
            *said.origins(part, coupling, sites, p),
        ]:
            yield claim.at(f"J = {coupling:g}, L = {sites}")
    for coupling in p.couplings:
        for claim in said.means(parts[coupling, p.sites[-1]], coupling, p.sites[-1]):
            yield claim.at(f"J = {coupling:g}, L = {p.sites[-1]}")
    for coupling, many, _ in of_circuits(p):
        few = max((L for L in p.sites if L < many), default=None)
        if few is not None:
            for claim in said.more_sites(
                parts[coupling, few], parts[coupling, many], coupling, p
            ):
                yield claim.at(f"J = {coupling:g}, L = {few} to {many}")
    for sites in p.sites:
        for weak, strong in zip(p.couplings, p.couplings[1:]):
            for claim in said.changes(parts[weak, sites], parts[strong, sites], p):
                yield claim.at(f"J = {weak:g} to {strong:g}, L = {sites}")
    for kind in REPULSION:
        part = found.table[found.table["levels"] == kind]
        for claim in said.exponents(part, expected[expected["levels"] == kind]):
            yield claim.at(kind)


def laws_of(p: Parameters) -> pd.DataFrame:
    return expected_laws((*p.couplings, *p.strong), p.fidelities, p.curvatures)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    susceptibility_panels(figure, found.means, laws_of(found.parameters))


PRESETS = {
    "quick": Parameters(sites=(6, 8), realisations=(100, 40), unitaries=200),
    "default": Parameters(),
    "paper": Parameters(sites=(8, 10, 12), realisations=(150, 32, 5), strong=()),
}
study = Script(
    name="susceptibilities",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=susceptibility_rows,
    watch="log_chi",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve(
        "value",
        "p",
        by=("levels", "coupling", "sites"),
        panel="quantity",
        log_x=True,
        log_y=True,
    ),
    cells=("value", "p", "p_error", "p_moved", "p_moved_error"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
