"""How wide a spin hybridises: figure 6 of De Roeck & Huveneers.

The hybridisation function k(omega) of one spin (field h, coupling g) with random matrices of
four sizes. Upper panel: at fixed bandwidth xi it does not depend on the density of states rho.
Lower: at fixed level spacing xi doubles from each to the next, and xi k(omega xi) collapses,
for w ~ 1/xi.
A third set varies g. The golden rule says w = pi g^2 v(2h), v measured on the same grains.

    python studies/hybridisation_width.py --preset quick
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import bathlab as bl
from bathlab.experiments.hybridised import Coupling, width_rows
from bathlab.plotting.figures import band_curves
from bathlab.plotting.figures import figure as new_figure
from bathlab.workbench.claims import Claims, pm
from bathlab.workbench.command import Request, study_command

NAME = "hybridisation_width"
#: Fits use |omega| up to so many half-widths: beyond, k follows the edge of the band.
FIT_WINDOW = 5.0
SETS = ("fixed bandwidth", "fixed spacing", "varied coupling")


@dataclass(frozen=True)
class Parameters:
    """The paper's values (appendix A); realisations are those of each size, smallest first."""

    spins: tuple[int, ...] = (8, 9, 10, 11)
    bandwidth: float = 10.0
    spacing: float = 0.02
    g: float = 0.8
    couplings: tuple[float, ...] = (0.4, 0.57)
    field: float = 1.0
    realisations: tuple[int, ...] = (400, 200, 100, 50)
    seed: int = 1

    def __post_init__(self) -> None:
        if len(self.spins) != len(self.realisations):
            raise ValueError(
                f"{len(self.spins)} sizes and {len(self.realisations)} numbers of "
                "realisations were given; expected as many of each."
            )


PRESETS = {
    "quick": Parameters(spins=(7, 8, 9, 10), spacing=0.04, realisations=(150, 100, 60, 24)),
    "default": Parameters(),
    "paper": Parameters(realisations=(1000, 500, 200, 100)),
}


def build(parameters: Parameters) -> bl.Study:
    """The study of these parameters.

    Raises
    ------
    ValueError
        For a value out of its range.
    """
    cases = []

    def add(group: str, spins: int, bandwidth: float, g: float, count: int) -> None:
        bath = bl.RandomMatrixBath(spins, bandwidth=bandwidth)
        cases.append(
            bl.Case(
                f"{group}: 2^{spins}, xi = {bandwidth:g}, g = {g:g}",
                Coupling(group, bath, bandwidth, g, parameters.field),
                count,
                cost=4.0 ** (spins - 8),
            )
        )

    for spins, count in zip(parameters.spins, parameters.realisations):
        add(SETS[0], spins, parameters.bandwidth, parameters.g, count)
        add(SETS[1], spins, parameters.spacing * 2**spins, parameters.g, count)
    for g in parameters.couplings:  # of a size where both w and the spacing leave room
        add(SETS[2], parameters.spins[-2], parameters.bandwidth, g, parameters.realisations[-2])
    return bl.Study(NAME, width_rows, tuple(cases), parameters.seed, watch="halfwidth")


def average(table: pd.DataFrame) -> pd.DataFrame:
    """One row per case: mean curve, its Lorentzian fit, median half-width, golden rule."""
    keys = ["set", "dimension", "bandwidth", "g"]
    means = bl.summarise(
        table, keys, ["omega", "k", "halfwidth", "golden_rule", "second_moment"]
    )
    fits = []
    for _, case in table.groupby(keys, sort=False):
        curves = np.stack(case["k"].to_list())
        window = FIT_WINDOW * case["halfwidth"].mean()
        fits.append(bl.statistics.lorentzian_fit(case["omega"].iloc[0], curves, window))
    return means.assign(
        fitted=[fit.halfwidth for fit in fits],
        fitted_error=[fit.error for fit in fits],
        fit_window=[fit.window for fit in fits],
    ).sort_values(["set", "dimension", "g"], ignore_index=True)


def exponent(means: pd.DataFrame, x: str) -> bl.statistics.Estimate:
    """Exponent of the fitted half-width in column ``x``, weighted least squares in
    logarithms."""
    return bl.statistics.power_law(
        means[x], means["fitted"], means["fitted_error"], int(means["realisations"].min())
    ).exponent


def claims(means: pd.DataFrame, parameters: Parameters) -> Claims:
    """What the paper says of the widths, and what comes out here."""
    found = Claims()
    wide, spaced, varied = (means[means["set"] == name] for name in SETS)
    same = wide[wide["dimension"] == 2 ** parameters.spins[-2]]
    for claim, paper, value, power in (
        (
            "w against rho at fixed bandwidth: exponent",
            "independent: 0",
            0.0,
            exponent(wide, "dimension"),
        ),
        ("w against xi at fixed spacing: exponent", "-1", -1.0, exponent(spaced, "bandwidth")),
        (
            "the same without the smallest bath",
            "-1",
            -1.0,
            exponent(spaced[spaced["dimension"] > spaced["dimension"].min()], "bandwidth"),
        ),
        ("w against g: exponent", "2", 2.0, exponent(pd.concat([varied, same]), "g")),
    ):
        found.compare(claim, paper, value, power)
    for row in pd.concat([wide.tail(1), varied]).itertuples():
        ratio = bl.statistics.Estimate(
            row.fitted / row.golden_rule,
            math.hypot(row.fitted_error / row.fitted, row.golden_rule_error / row.golden_rule)
            * row.fitted
            / row.golden_rule,
            row.realisations,
        )
        found.compare(
            f"w / (pi g^2 v(2h)), 2^{int(math.log2(row.dimension))}, g = {row.g:g}",
            "1 (golden rule; the paper leaves the factor open)",
            1.0,
            ratio,
        )
    moment = bl.statistics.Estimate(
        means["second_moment"].iloc[0] / parameters.g**2,
        means["second_moment_error"].iloc[0] / parameters.g**2,
        int(means["realisations"].iloc[0]),
    )
    found.add(
        "second moment of k over g^2",
        "1, exactly",
        pm(moment, 12),
        moment.realisations,
        "agrees" if abs(moment.mean - 1) < 1e-10 else "violated",
    )
    return found


def draw(means: pd.DataFrame, path: Path) -> None:
    """k(omega) at fixed bandwidth above; at fixed spacing, scaled, below."""
    with new_figure(path, height=7.0) as drawn:
        panels = drawn.subplots(2, 1)
        smallest = means["bandwidth"][means["set"] == SETS[1]].min()
        for axes, name in zip(panels, SETS):
            curves = means[means["set"] == name]
            scale = curves["bandwidth"] / smallest if name == SETS[1] else 1.0
            curves = curves.assign(
                label=[
                    f"$2^{{{int(math.log2(row.dimension))}}}$, $\\xi$ = {row.bandwidth:.3g}"
                    for row in curves.itertuples()
                ],
                omega=curves["omega"] * scale,
                k=curves["k"] / scale,
                k_error=curves["k_error"] / scale,
            )
            band_curves(axes, curves, "omega", "k", by="label")
            last = curves.iloc[-1]
            width = last["fitted"] * (scale.iloc[-1] if name == SETS[1] else 1.0)
            axes.plot(
                last["omega"],
                bl.analysis.lorentzian(last["omega"], width),
                color="0.2",
                linestyle=(0, (1, 1)),
                label=f"Lorentzian, w = {width:.3g}",
            )
            axes.legend(fontsize="x-small", loc="upper right")
            axes.set(xlim=(-8 * width, 8 * width), ylim=(0, None))
        panels[0].set(
            xlabel=r"$\omega$", ylabel=r"$k(\omega)$", title="same bandwidth, more levels"
        )
        panels[1].set(
            xlabel=rf"$\omega\,\xi/{smallest:g}$",
            ylabel=rf"$k(\omega)\,{smallest:g}/\xi$",
            title="same spacing, wider band",
        )


@study_command(NAME, PRESETS, build, __doc__)
def main(table: pd.DataFrame, request: Request[Parameters]) -> None:
    means = average(table)
    draw(means, request.figure)
    data = means.explode(["omega", "k", "k_error"]).drop(columns="omega_error")
    request.keep(data, str(claims(means, request.parameters)))


if __name__ == "__main__":
    sys.exit(main())
