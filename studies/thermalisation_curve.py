"""The thermalisation curve Delta D(G): figure 5 of De Roeck & Huveneers.

A spin is coupled to a bath with strength g; Delta D = D(O_B)|g - D(O_B)|g=0, both in the same
disorder, says how well the bath thermalises it (log 2 if fully), G = g rho sqrt(M) is the
theory's only parameter. Four curves: a local chain, the chain with LIOMs it has swallowed, a
random matrix, and, for contrast, the chain's data scaled as if swallowed LIOMs had counted
without being coupled.

    python studies/thermalisation_curve.py --preset quick
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import bathlab as bl
from bathlab.experiments.thermalisation import (
    G_COLUMNS,
    Sweep,
    logarithmic,
    thermalisation_rows,
)
from bathlab.plotting.figures import error_curves, reference_line
from bathlab.plotting.figures import figure as new_figure
from bathlab.statistics.collapse import Curve, Distance, collapse_distance
from bathlab.workbench.claims import Claims, pm
from bathlab.workbench.command import Request, study_command

NAME = "thermalisation_curve"
LOG2 = math.log(2)


@dataclass(frozen=True)
class Parameters:
    """The paper's values (section V A), in as many realisations as half an hour allows.

    Realisations are those of chain + LIOMs, chain, random matrix; ``couplings`` are those of
    the spin under study; ``g1`` and ``alpha`` are of the LIOMs that the bath has swallowed.
    """

    spins: int = 9
    swallowed: int = 3
    bandwidth: float = 0.018 * 2**9
    couplings: tuple[float, ...] = logarithmic(0.002, 3, 12)
    g1: float = 0.2
    alpha: float = 0.75
    field: float = 1.0
    disorder: float = 0.5
    states: int = 1
    realisations: tuple[int, int, int] = (20, 110, 70)
    seed: int = 1

    @property
    def labels(self) -> tuple[str, str, str]:
        """The three baths that should agree, in the order of the paper's figure."""
        return (
            f"{self.spins}-chain + {self.swallowed} LIOMs",
            f"{self.spins}-chain",
            f"{self.spins}-spin GOE",
        )

    @property
    def contrast(self) -> str:
        """The curve that should not."""
        return f"{self.spins}-chain, rho x {2**self.swallowed} (wrong)"


PRESETS = {
    # A 7-spin chain has tr H^2/dim smaller by 0.77: the bandwidth follows as its root.
    "quick": Parameters(7, 2, 8.1, logarithmic(0.004, 3, 9), realisations=(30, 90, 90)),
    "default": Parameters(),
    "paper": Parameters(realisations=(200, 1000, 100)),
}


def build(parameters: Parameters) -> bl.Study:
    """The study of these parameters.

    Raises
    ------
    ValueError
        For a value out of its range.
    """
    chain = bl.LocalChainBath(spins=parameters.spins)
    swallowed = bl.LiomChain(
        count=parameters.swallowed,
        alpha=parameters.alpha,
        g1=parameters.g1,
        field=parameters.field,
        disorder=parameters.disorder,
    )
    baths = (
        bl.EnlargedBath(chain, swallowed),
        chain,
        bl.RandomMatrixBath(parameters.spins, bandwidth=parameters.bandwidth),
    )
    # Time of one realisation, measured: it grows like the square of the dimension.
    costs = [4.0**parameters.swallowed / 2, 1.0, 1.0]
    cases = tuple(
        bl.Case(
            label,
            Sweep(
                label,
                bath,
                parameters.couplings,
                parameters.field,
                parameters.disorder,
                parameters.states,
            ),
            count,
            cost,
        )
        for label, bath, count, cost in zip(
            parameters.labels, baths, parameters.realisations, costs
        )
    )
    return bl.Study(NAME, thermalisation_rows, cases, parameters.seed, watch="delta_log_ipr")


def average(table: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Means with errors of each curve, and the wrongly scaled chain as the last one."""
    means = bl.summarise(table, ["bath", "g"], [*G_COLUMNS, "delta_log_ipr", "energy_scale"])
    means["proximity"] = means["g"] >= means["energy_scale"]
    wrong = means[means["bath"] == parameters.labels[1]].copy()
    wrong["bath"] = parameters.contrast
    # 2^n uncoupled states multiply rho and divide M: G = g rho sqrt(M) grows by sqrt(2^n).
    scaled = [name for name in means.columns if name.startswith("G")]
    wrong[scaled] *= math.sqrt(2**parameters.swallowed)
    order = [*parameters.labels, parameters.contrast]
    return pd.concat([means, wrong]).sort_values(
        ["bath", "g"],
        key=lambda column: column.map(order.index) if column.name == "bath" else column,
        ignore_index=True,
    )


def collapse(means: pd.DataFrame, parameters: Parameters) -> dict[str, Distance]:
    """Distance of each curve, below proximity, from the pool of the others that should
    agree."""
    curves = {
        name: Curve(
            *(
                curve[column].to_numpy()
                for column in ("G", "delta_log_ipr", "delta_log_ipr_error")
            )
        )
        for name, curve in means[~means["proximity"]].groupby("bath", sort=False)
    }
    return {
        name: collapse_distance(
            curve, [curves[other] for other in parameters.labels if other != name]
        )
        for name, curve in curves.items()
    }


def claims(table: pd.DataFrame, means: pd.DataFrame, parameters: Parameters) -> Claims:
    """What the paper says of the curve, and what comes out here."""
    found = Claims()
    for name in parameters.labels:
        plateau = means[(means["bath"] == name) & (means["G"] >= 1) & ~means["proximity"]]
        points = table[(table["bath"] == name) & table["g"].isin(plateau["g"])]
        if not points.empty:
            found.compare(
                f"{name}: Delta D for G >= 1",
                "log 2 = 0.693",
                LOG2,
                bl.estimate(points["delta_log_ipr"], points["realisation"]),
            )
    enlarged, chain, _ = parameters.labels
    near = nearest_to(means, enlarged, 1.0)
    value = bl.statistics.Estimate(
        near["delta_log_ipr"], near["delta_log_ipr_error"], int(near["realisations"])
    )
    found.add(
        f"{enlarged}: Delta D at G = {near['G']:.2f}",
        "slightly > 0.693",
        pm(value),
        value.realisations,
        f"{(value.mean - LOG2) / value.error:+.1f} sigma from log 2",
    )
    first = table[(table["bath"] == chain) & (table["g"] == table["g"].min())]
    for column, estimator in (
        ("G", "counted rho"),
        ("G_smooth", "smooth rho"),
        ("G_products", "all product states"),
    ):
        value = bl.estimate(first[column] / first["g"] * parameters.g1, first["realisation"])
        paper = "0.67" if parameters.spins == 9 else "0.67 (9 spins)"
        found.add(
            f"{chain}: G of the first LIOM, {estimator}",
            paper,
            pm(value),
            value.realisations,
            f"{value.mean / 0.67:.2f} of the paper's",
        )
    for name, distance in collapse(means, parameters).items():
        paper = "off" if name == parameters.contrast else "collapses"
        found.add(
            f"{name}: distance from the others",
            paper,
            f"{distance.rms:.3f} nats, {distance.sigmas:.1f} sigma",
            f"{distance.points} points",
            "off" if distance.sigmas > 3 else "collapses",
        )
    return found


def nearest_to(means: pd.DataFrame, bath: str, G: float) -> pd.Series:
    curve = means[means["bath"] == bath]
    return curve.loc[np.log(curve["G"] / G).abs().idxmin()]


def draw(means: pd.DataFrame, path: Path) -> None:
    """Delta D against G for the four curves."""
    with new_figure(path) as drawn:
        axes = drawn.subplots()
        error_curves(axes, means, "G", "delta_log_ipr", by="bath", open_where="proximity")
        reference_line(axes, LOG2, "log 2")
        axes.set(
            xscale="log",
            xlabel=r"$G = g\,\rho\,\sqrt{M}$ (dimensionless)",
            ylabel=r"$\Delta D(O_B)$ (nats)",
            ylim=(max(-0.3, means["delta_log_ipr"].min() - 0.05), 0.85),
        )
        handles, labels = axes.get_legend_handles_labels()
        drawn.legend(
            handles,
            labels,
            loc="outside upper center",
            ncols=2,
            fontsize="x-small",
            title="open symbols: g at or above the contact's own energy scale",
            title_fontsize="x-small",
        )


@study_command(NAME, PRESETS, build, __doc__)
def main(table: pd.DataFrame, request: Request[Parameters]) -> None:
    means = average(table, request.parameters)
    draw(means, request.figure)
    request.keep(means, str(claims(table, means, request.parameters)))


if __name__ == "__main__":
    sys.exit(main())
