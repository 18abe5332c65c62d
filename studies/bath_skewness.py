"""Is figure 7 of De Roeck & Huveneers asymmetric because tr H_B^3 != 0?

k(omega) of a spin at a local chain has humps of different height, which the paper puts down to
tr H_B^3. Here the levels of a bath are moved by a cubic function that changes tr H_B^3 and
keeps tr H_B, tr H_B^2 and tr H_B^4; its eigenvectors, and with them the matrix elements of the
contact, stay as they are. A random matrix, whose matrix elements know no direction, is the
control. (J' -> -J' turns all odd moments, and the matrix elements, around: it shows nothing.)

    python studies/bath_skewness.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import SkewedBath, skewed_rows
from bathlab.findings import bath_skewness as said
from bathlab.plotting.one_curve import skewness_panels
from bathlab.statistics import summarise_curves
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """g and h are of figure 6: figure 7 names none."""

    spins: int = parameter(8, "sites of the chain", ge=4)
    random_spins: int = parameter(8, "spins of the random matrix", ge=4)
    bandwidth: float = parameter(17.0, "full width of the random matrix", "field", gt=0)
    g: float = parameter(0.8, "coupling of the spin", "field of the chain", gt=0)
    field: float = parameter(1.0, "field of the spin", "field of the chain")
    factors: tuple[float, ...] = parameter(
        (-1.0, 0.0, 1.0, 2.0), "tr H_B^3 of the chain over its own", at_least=3
    )
    thirds: tuple[float, ...] = parameter(
        (-0.3, -0.15, 0.0, 0.15, 0.3), "tr H_B^3/(n sigma^3) of the random matrix", at_least=3
    )
    states: int = parameter(16, "eigenstates of each realisation", ge=1)
    realisations: tuple[int, int] = parameter((40, 40), "of chain, of random matrix", ge=2)

    def check(self) -> None:
        for name, values, needed in (
            ("factors", self.factors, {0.0, 1.0}),
            ("thirds", self.thirds, {0.0}),
        ):
            if not needed <= set(values):
                raise ValueError(
                    f"{name} = {values} was given; expected {sorted(needed)} among them, "
                    "which the claims compare. Add what is missing."
                )


def cases(p: Parameters) -> Iterator[bl.Case]:
    chain, goe = (
        bl.LocalChainBath(p.spins),
        bl.RandomMatrixBath(p.random_spins, bandwidth=p.bandwidth),
    )
    for kind, bath, thirds, count, spins in (
        ("chain", chain, p.factors, p.realisations[0], p.spins),
        ("GOE", goe, p.thirds, p.realisations[1], p.random_spins),
    ):
        label = f"{spins}-{'spin GOE' if kind == 'GOE' else 'chain'}"
        case = SkewedBath(label, bath, thirds, kind == "chain", p.g, p.field, p.states)
        cost = len(thirds) * 8.0 ** (spins - 8)
        yield bl.Case(label, case, count, cost, {"kind": kind})


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    columns = ["k", "imbalance", "mean_omega", "third", "fourth", "fifth"]
    return summarise_curves(table, ["bath", "kind", "given"], "omega", columns)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    for kind, part in found.table.groupby("kind", sort=False):
        label = part["bath"].iloc[0]
        finding = said.of_chain if kind == "chain" else said.of_random_matrix
        for claim in finding(part):
            yield claim.at(str(label))


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p = found.parameters
    skewness_panels(figure, found.means)
    figure.supxlabel(
        f"N = {p.realisations[0]} chains, {p.realisations[1]} random matrices, {p.states} "
        f"states each; g = {p.g:g}, h = {p.field:g}; bars, bands: standard errors over these",
        fontsize="small",
    )


PRESETS = {
    "quick": Parameters(spins=7, random_spins=7, realisations=(60, 60)),
    "default": Parameters(),
    "paper": Parameters(spins=11, random_spins=9, realisations=(100, 200)),
}
study = Script(
    name="bath_skewness",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=skewed_rows,
    watch="imbalance",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("omega", "k", by="given", panel="bath", x_title="ω", y_title="k(ω)"),
    cells=("omega", "k", "k_error"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
