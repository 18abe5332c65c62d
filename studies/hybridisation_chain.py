"""A real bath is no Lorentzian: figure 7 of De Roeck & Huveneers.

The hybridisation function k(omega) of one spin coupled to a local chain (eq. 24) has two humps,
like a camel, of different height, which the paper puts down to tr H_B^3 != 0. (J' -> -J' maps
H_B to -H_B up to a rotation: tr H_B^3 changes sign and k is mirrored, realisation by
realisation.)

    python studies/hybridisation_chain.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.analysis import humps, lorentzian
from bathlab.experiments import Spin, curve_rows
from bathlab.plotting import reference_curve, structure_factors
from bathlab.statistics import Estimate, estimate_of, summarise_curves
from bathlab.theory import chain_third_moment
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter
from bathlab.workbench.claims import apart, compare


class Parameters(bl.workbench.Parameters):
    """The chain of eq. (24) with 11 sites; g and h are of figure 6: figure 7 names none."""

    spins: int = parameter(11, "sites of the chain, diagonalised", ge=1, le=14)
    coupling: float = parameter(1.0, "coupling J' of its neighbours", "field of the chain")
    g: float = parameter(0.8, "coupling of the spin", "field of the chain", gt=0)
    field: float = parameter(1.0, "field of the spin", "field of the chain")
    realisations: tuple[int] = parameter((200,), "realisations", ge=1)


def cases(p: Parameters) -> Iterator[bl.Case]:
    bath = bl.LocalChainBath(p.spins, coupling=p.coupling)
    yield bl.Case(f"{p.spins}-chain", Spin(bath, p.g, p.field), p.realisations[0])


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return summarise_curves(table, ["case"], "omega", ["k", "halfwidth", "trace_of_cube"])


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table, (mean,) = found.parameters, found.table, found.means.to_dict("records")
    chain, omega, camel = mean["case"], mean["omega"], humps(mean["omega"], mean["k"])
    at = f"{omega[camel.left]:.2f} and {omega[camel.right]:.2f}"
    for what, paper, value in (
        (f"humps (at {at}) above the dip", "camel: > 0", camel.above_dip),
        ("right hump above the left", "slightly asymmetric", camel.tilt),
        ("weight at omega > 0 less that at < 0", "slightly asymmetric", camel.imbalance),
    ):
        here = estimate_of(value, table["k"], clusters=table["realisation"])
        yield apart(f"{chain}: {what}", paper, 0.0, "0", here)
    exact = chain_third_moment(p.spins, bl.LocalChainBath.transverse, p.coupling)
    said, verdict = f"{chain}: tr H_B^3 / 2^{p.spins}", f"6 J^2 J' (N - 1) = {exact:g}"
    here = Estimate.of_row(mean, "trace_of_cube")
    yield compare(said, "not 0", exact, here, verdict=verdict, equation="(24)")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    axes, mean = figure.subplots(), found.means.iloc[0]
    structure_factors(found.means, "omega", "k", "case", axes)
    omega, width = mean["omega"], mean["halfwidth"]
    reference_curve(axes, omega, lorentzian(omega, width), f"Lorentzian, w = {width:.2f}")
    axes.set(xlabel=r"$\omega = E(s, b) - E$", ylabel=r"$k(\omega)$", xlim=(-2, 2))
    axes.set_ylim(0, None)
    axes.legend(fontsize="small")


PRESETS = {
    "quick": Parameters(spins=9, realisations=(100,)),
    "default": Parameters(),
    "paper": Parameters(),
}
study = Script(
    name="hybridisation_chain",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=curve_rows,
    watch="halfwidth",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("omega", "k", x_title="ω", y_title="k(ω)"),
    cells=("omega", "k", "k_error"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
