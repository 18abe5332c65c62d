"""The thermalisation curve Delta D(G): figure 5 of De Roeck & Huveneers.

A spin is coupled to a bath with strength g; Delta D = D(O_B)|g - D(O_B)|g=0, both in the same
disorder, says how well the bath thermalises it (log 2 if fully), G = g rho sqrt(M) is the
theory's only parameter. Four curves: a local chain, the chain with LIOMs it has thermalised, a
random matrix, and, for contrast, the chain's data scaled as if thermalised LIOMs had counted
without being coupled.

    python studies/thermalisation_curve.py --preset quick
"""

import math
import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Sweep, thermalisation_rows
from bathlab.experiments.thermalisation import G_COLUMNS, logarithmic
from bathlab.plotting import error_curves, legend_above, reference_line
from bathlab.statistics import Estimate, curves_of, distances_from_others
from bathlab.workbench import Claim, LiomParameters, Outcome, Script, parameter
from bathlab.workbench.claims import apart, collapse, compare

LOG2 = math.log(2)
#: G of the first LIOM of 9 spins, as the paper has it.
PAPER_G = 0.67
ESTIMATORS = dict(zip(G_COLUMNS, ("counted rho", "smooth rho", "all product states")))


class Parameters(LiomParameters):
    """The paper's values (section V A), in as many realisations as half an hour allows."""

    spins: int = parameter(9, "spins of chain and random matrix", ge=1)
    lioms: int = parameter(3, "LIOMs that the first bath has thermalised", ge=0)
    bandwidth: float = parameter(0.018 * 2**9, "bandwidth of the random matrix", "field", gt=0)
    couplings: tuple[float, ...] = parameter(
        logarithmic(0.002, 3, 12),
        "couplings of the spin under study",
        "field",
        at_least=1,
        gt=0,
    )
    states: int = parameter(1, "eigenstates of each realisation", ge=1)
    realisations: tuple[int, int, int] = parameter(
        (20, 110, 70), "of chain + LIOMs, chain, random matrix", ge=1
    )

    @property
    def labels(self) -> tuple[str, str, str]:
        """The baths that should agree, in the order of the paper's figure."""
        enlarged = f"{self.spins}-chain + {self.lioms} LIOMs"
        return enlarged, f"{self.spins}-chain", f"{self.spins}-spin GOE"

    @property
    def contrast(self) -> str:
        """The curve that should not."""
        return f"{self.spins}-chain, rho x {2**self.lioms} (wrong)"


def cases(p: Parameters) -> Iterator[bl.Case]:
    chain = bl.LocalChainBath(p.spins)
    enlarged = bl.EnlargedBath(chain, p.chain(p.lioms))
    baths = enlarged, chain, bl.RandomMatrixBath(p.spins, bandwidth=p.bandwidth)
    # Time of one realisation, measured: it grows like the square of the dimension.
    costs = 4.0**p.lioms / 2, 1.0, 1.0
    for label, bath, count, cost in zip(p.labels, baths, p.realisations, costs):
        curve = Sweep(label, bath, p.couplings, p.field, p.disorder, p.states)
        yield bl.Case(label, curve, count, cost)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    """Means with errors of each curve, and the wrongly scaled chain as the last one."""
    means = bl.summarise(table, ["bath", "g"], [*G_COLUMNS, "delta_log_ipr", "energy_scale"])
    means["proximity"] = means["g"] >= means["energy_scale"]
    wrong = means[means["bath"] == p.labels[1]].assign(bath=p.contrast)
    # 2^n uncoupled states multiply rho and divide M: G = g rho sqrt(M) grows by sqrt(2^n).
    wrong[[name for name in wrong if name.startswith("G")]] *= math.sqrt(2**p.lioms)
    return pd.concat([means, wrong], ignore_index=True)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table, means = found.parameters, found.table, found.means
    enlarged, chain, _ = p.labels
    below = means[~means["proximity"]]
    for label in p.labels:
        plateau = below[(below["bath"] == label) & (below["G"] >= 1)]
        points = table[(table["bath"] == label) & table["g"].isin(plateau["g"])]
        if not points.empty:
            here = bl.estimate(points["delta_log_ipr"], points["realisation"])
            yield compare(f"{label}: Delta D for G >= 1", "log 2 = 0.693", LOG2, here)
    curve = means[means["bath"] == enlarged]
    near = curve.loc[np.log(curve["G"]).abs().idxmin()]
    said, here = f"{enlarged}: Delta D at G", Estimate.of_row(near, "delta_log_ipr")
    yield apart(f"{said} = {near['G']:.2f}", "slightly > 0.693", LOG2, "log 2", here)
    first = table[(table["bath"] == chain) & (table["g"] == table["g"].min())]
    paper = f"{PAPER_G}" if p.spins == 9 else f"{PAPER_G} (9 spins)"
    for column, estimator in ESTIMATORS.items():
        here = bl.estimate(first[column] / first["g"] * p.g1, first["realisation"])
        said, verdict = (
            f"{chain}: G of the first LIOM",
            f"{here.mean / PAPER_G:.2f} of the paper's",
        )
        more = {"verdict": verdict, "equation": "(4)"}
        yield compare(f"{said}, {estimator}", paper, PAPER_G, here, **more)
    curves = curves_of(below, "bath", "G", "delta_log_ipr")
    for label, far in distances_from_others(curves, p.labels).items():
        paper = "off" if label == p.contrast else "collapses"
        yield collapse(f"{label}: distance from the others", paper, far)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    axes, means = figure.subplots(), found.means
    error_curves(axes, means, "G", "delta_log_ipr", by="bath", open_where="proximity")
    reference_line(axes, LOG2, "log 2")
    axes.set(xscale="log", xlabel=r"$G = g\,\rho\,\sqrt{M}$ (dimensionless)")
    axes.set(ylabel=r"$\Delta D(O_B)$ (nats)")
    axes.set(ylim=(max(-0.3, means["delta_log_ipr"].min() - 0.05), 0.85))
    title, small = "open symbols: g at or above the contact's own energy scale", "x-small"
    legend_above(figure, axes, title, columns=2, fontsize=small, title_fontsize=small)


SMALL = {"spins": 7, "lioms": 2, "couplings": logarithmic(0.004, 3, 9)}
PRESETS = {
    # A 7-spin chain has tr H^2/dim smaller by 0.77: the bandwidth follows as its root.
    "quick": Parameters(bandwidth=8.1, realisations=(30, 90, 90), **SMALL),
    "default": Parameters(),
    "paper": Parameters(realisations=(200, 1000, 100)),
}
study = Script(
    name="thermalisation_curve",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=thermalisation_rows,
    watch="delta_log_ipr",
    average=average,
    claims=claims,
    draw=draw,
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
