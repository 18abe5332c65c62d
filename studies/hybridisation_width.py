"""How wide a spin hybridises: figure 6 of De Roeck & Huveneers.

The hybridisation function k(omega) of one spin (field h, coupling g) with random matrices of
four sizes. Upper panel: at fixed bandwidth xi it does not depend on the density of states rho.
Lower: at fixed level spacing xi doubles from each to the next, and xi k(omega xi) collapses,
for w ~ 1/xi.
A third set varies g. The golden rule says w = pi g^2 v(2h), v measured on the same grains.

    python studies/hybridisation_width.py --preset quick
"""

import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.analysis import lorentzian
from bathlab.experiments import Coupling, width_rows
from bathlab.plotting import reference_curve, structure_factors
from bathlab.statistics import Estimate, summarise_curves
from bathlab.statistics.widths import fitted_widths, width_law, width_over
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter
from bathlab.workbench.claims import compare

SETS = ("fixed bandwidth", "fixed spacing", "varied coupling")
KEYS = ["set", "dimension", "bandwidth", "g"]


class Parameters(bl.workbench.Parameters):
    """The paper's values (appendix A); realisations are those of each size."""

    spins: tuple[int, ...] = parameter((8, 9, 10, 11), "sizes, ascending", at_least=3, ge=1)
    bandwidth: float = parameter(10.0, "bandwidth of the first set", "field", gt=0)
    spacing: float = parameter(0.02, "bandwidth over dimension of the second", "field", gt=0)
    g: float = parameter(0.8, "coupling of the spin in both", "field", gt=0)
    couplings: tuple[float, ...] = parameter(
        (0.4, 0.57), "couplings of the third", "field", at_least=1, gt=0
    )
    field: float = parameter(1.0, "field of the spin, the unit of energy")
    realisations: tuple[int, ...] = parameter((400, 200, 100, 50), "of each size", ge=1)
    equally_many = ("spins", "realisations")


def cases(p: Parameters) -> Iterator[bl.Case]:
    for spins, count in zip(p.spins, p.realisations):
        yield case(SETS[0], spins, p.bandwidth, p.g, p.field, count)
        yield case(SETS[1], spins, p.spacing * 2**spins, p.g, p.field, count)
    for g in p.couplings:  # of a size where both w and the spacing leave room
        yield case(SETS[2], p.spins[-2], p.bandwidth, g, p.field, p.realisations[-2])


def case(group: str, spins: int, xi: float, g: float, field: float, count: int) -> bl.Case:
    coupling = Coupling(group, bl.RandomMatrixBath(spins, bandwidth=xi), xi, g, field)
    columns = {"spins": spins, "bandwidth": xi, "spacing": xi / 2**spins, "g": g}
    name, cost = f"{group}: 2^{spins}, xi = {xi:g}, g = {g:g}", 4.0 ** (spins - 8)
    return bl.Case(name, coupling, count, cost, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    """One row per case: mean curve, median half-width, golden rule, Lorentzian fit."""
    measured = ["k", "halfwidth", "golden_rule", "second_moment"]
    means = summarise_curves(table, KEYS, "omega", measured)
    means = means.merge(fitted_widths(table, KEYS), on=KEYS)
    return means.sort_values(["set", "dimension", "g"], ignore_index=True)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, means, table = found.parameters, found.means, found.table.groupby(KEYS)
    wide, spaced, varied = (means[means["set"] == name] for name in SETS)
    same = wide[wide["dimension"] == 2 ** p.spins[-2]]
    for said, paper, power, rows, x in (
        (f"w against rho at {SETS[0]}: exponent", "independent: 0", 0.0, wide, "dimension"),
        (f"w against xi at {SETS[1]}: exponent", "-1", -1.0, spaced, "bandwidth"),
        ("the same without the smallest bath", "-1", -1.0, spaced[1:], "bandwidth"),
        ("w against g: exponent", "2", 2.0, pd.concat([varied, same]), "g"),
    ):
        law = width_law(rows, x)
        yield compare(said, paper, power, law.exponent, chi2_dof=law.chi2_dof)
    for row in pd.concat([wide.tail(1), varied]).itertuples():
        rows = table.get_group((row.set, row.dimension, row.bandwidth, row.g))
        said = f"w / (pi g^2 v(2h)), 2^{row.dimension.bit_length() - 1}, g = {row.g:g}"
        paper = "1 (golden rule; the paper leaves the factor open)"
        ratio = width_over(rows, "golden_rule", row.fit_window)
        yield compare(said, paper, 1.0, ratio, chi2_dof=row.fit_chi2_dof)
    moment = Estimate.of_row(means.iloc[0], "second_moment") / p.g**2
    verdict = "agrees" if abs(moment.mean - 1) < 1e-10 else "violated"
    said = "second moment of k over g^2"
    yield compare(said, "1, exactly", 1.0, moment, verdict=verdict, digits=12)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    """k(omega) at fixed bandwidth above; at fixed spacing, scaled, below."""
    means, spaced = found.means, found.means["set"] == SETS[1]
    unit = means["bandwidth"][spaced].min()
    scale = (means["bandwidth"] / unit).where(spaced, 1.0)
    wider = {name: means[name] * scale for name in ("omega", "fitted")}
    lower = {name: means[name] / scale for name in ("k", "k_error")}
    sizes = zip(np.log2(means["dimension"]), means["bandwidth"])
    labels = [f"$2^{{{spins:.0f}}}$, $\\xi$ = {xi:.3g}" for spins, xi in sizes]
    above, below = figure.subplots(2, 1)
    above.set(xlabel=r"$\omega$", ylabel=r"$k(\omega)$")
    above.set_title("same bandwidth, more levels")
    below.set(xlabel=rf"$\omega\,\xi/{unit:g}$", ylabel=rf"$k(\omega)\,{unit:g}/\xi$")
    below.set_title("same spacing, wider band")
    for name, axes in zip(SETS, (above, below)):
        curves = means.assign(**wider, **lower, label=labels)[means["set"] == name]
        structure_factors(curves, "omega", "k", "label", axes)
        width = float(curves["fitted"].iloc[-1])
        fine = np.linspace(-8 * width, 8 * width, 401)
        reference_curve(axes, fine, lorentzian(fine, width), f"Lorentzian, w = {width:.3g}")
        axes.legend(fontsize="x-small", loc="upper right")
        axes.set(xlim=(-8 * width, 8 * width), ylim=(0, None))


PRESETS = {
    "quick": Parameters(spins=(7, 8, 9, 10), spacing=0.04, realisations=(150, 100, 60, 24)),
    "default": Parameters(),
    "paper": Parameters(realisations=(1000, 500, 200, 100)),
}
study = Script(
    name="hybridisation_width",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=width_rows,
    watch="halfwidth",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("omega", "k", by=("dimension", "g"), panel="set", x_title="ω", y_title="k(ω)"),
    cells=("omega", "k", "k_error"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
