"""Elements of a bath's operators once a spin is coupled: De Roeck & Huveneers, II D and E.

The paper says that elements of a bath's operators become smaller by sqrt 2 and keep a diagonal
of zero, that <V(t)V> of the contact gets a long-lived oscillation at 2h, that its v' has peaks
of half-width 2w at +-2h and at omega = 0, and that all of this follows of states that are
random within w and completed by Schur's lemma, eq. (9). Elements, exact correlators in time,
excess of v' over k*v*k, and states made by the lemma are measured beside true ones, with a
probe that the spin does not touch as the control.

    python studies/coupled_elements.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments.backreaction import Coupling
from bathlab.experiments.coupled_elements import CoupledElements, coupled_rows
from bathlab.experiments.coupled_laws import CURVES, NUMBERS, coupled_means, drawn_points
from bathlab.findings import coupled_elements as said
from bathlab.plotting.coupled_elements import coupled_panels
from bathlab.statistics import long_form
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """A random matrix and a chain with one spin each."""

    matrix_spins: int = parameter(8, "spins of the random matrix", ge=4)
    chain_spins: int = parameter(9, "spins of the chain", ge=5)
    bandwidth: float = parameter(10.0, "bandwidth of the random matrix", "field", gt=0)
    couplings: tuple[float, ...] = parameter(
        (0.3, 0.5, 0.8), "g at the matrix", at_least=1, gt=0
    )
    chain_couplings: tuple[float, ...] = parameter(
        (0.5, 0.8), "g at the chain", at_least=1, gt=0
    )
    field: float = parameter(1.0, "field of the spin, the unit of energy", gt=0)
    window: float = parameter(1.0, "v is that of the levels in it, about 0", "field", gt=0)
    near: float = parameter(0.5, "elements are those of the levels in it", "field", gt=0)
    step: float = parameter(0.05, "bins of omega", "field", gt=0)
    realisations: tuple[int, int] = parameter((80, 40), "of matrix and chain", ge=3)
    synthetic: int = parameter(24, "realisations with states by the lemma as well", ge=3)
    states: int = parameter(16, "of these states, and twice as many at +-2h", ge=4)


def cases(p: Parameters) -> Iterator[bl.Case]:
    matrices, chains = p.realisations
    matrix = bl.RandomMatrixBath(p.matrix_spins, bandwidth=p.bandwidth)
    for g in p.couplings:
        spec = elements(p, matrix, p.bandwidth, g, 0)
        yield bl.Case(f"GOE, g = {g:g}", spec, matrices, 0.5)
    for g in p.chain_couplings:
        spec = elements(p, bl.LocalChainBath(p.chain_spins), 0.0, g, 0)
        yield bl.Case(f"chain, g = {g:g}", spec, chains, 1.2)
    g = p.couplings[len(p.couplings) // 2]
    spec = elements(p, matrix, p.bandwidth, g, p.states)
    yield bl.Case(f"GOE, g = {g:g}, lemma", spec, p.synthetic, 1.5)


def elements(
    p: Parameters, bath: bl.model.Bath, bandwidth: float, g: float, states: int
) -> CoupledElements:
    # From one end of the coupled spectrum to beyond its centre.
    reach = (0.6 * bandwidth if bandwidth else 2.5 * p.chain_spins) + p.field + g + p.window
    coupling = Coupling(bath, bandwidth, g, p.field, p.window, p.step, reach, True)
    return CoupledElements(coupling, p.near, states)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    for case, rows in found.table.groupby("case", sort=False):
        lemma = str(case).endswith("lemma")
        for part in (said.refined,) if lemma else (said.elements, said.in_time, said.peaks):
            for claim in part(rows):
                yield claim.at(str(case))


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p = found.parameters
    shown = f"GOE, g = {p.couplings[-1]:g}", f"chain, g = {p.chain_couplings[-1]:g}"
    points = drawn_points(found.table)
    coupled_panels(figure, found.means, points[points["kind"] != ""], shown)
    matrices, chains = p.realisations
    figure.supxlabel(
        f"N = {matrices} random matrices of {p.matrix_spins} spins a coupling, {chains} chains "
        f"of {p.chain_spins}, {p.synthetic} with the lemma; bars and bands: standard errors",
        fontsize="small",
    )


def data(found: Outcome[Parameters]) -> pd.DataFrame:
    return long_form(found.means, "case", dict.fromkeys(NUMBERS, "") | CURVES)


PRESETS = {
    "quick": Parameters(
        matrix_spins=7, chain_spins=7, couplings=(0.5, 0.8), realisations=(40, 40), synthetic=10
    ),
    "default": Parameters(),
    "paper": Parameters(
        matrix_spins=9, chain_spins=10, realisations=(1000, 400), synthetic=300
    ),
}
study = Script(
    name="coupled_elements",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=coupled_rows,
    watch="share",
    average=lambda table, p: coupled_means(table),
    claims=claims,
    draw=draw,
    data=data,
    curve=Curve("x", "value", error="error", by="case", panel="quantity"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
