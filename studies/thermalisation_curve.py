"""The thermalisation curve Delta D(G): figure 5 of De Roeck & Huveneers.

A spin is coupled to a bath with strength g; Delta D = D(O_B)|g - D(O_B)|g=0, both in the same
disorder, says how well the bath thermalises it (log 2 if fully), G = g rho sqrt(M) is the
theory's only parameter. A local chain, the chain with LIOMs it has thermalised, and a random
matrix, of the paper's level spacing and of the chain's tr H^2; for contrast, the chain's data
scaled as if thermalised LIOMs had counted without being coupled.

    python studies/thermalisation_curve.py --preset quick
"""

import math
import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Sweep, driven_rows
from bathlab.experiments.thermalisation import G_COLUMNS, logarithmic
from bathlab.findings import readings_of_g as readings
from bathlab.findings import thermalisation_curve as said
from bathlab.plotting import curves, legend_above, reference_line
from bathlab.theory import chain_second_moment
from bathlab.workbench import Claim, Curve, LiomParameters, Outcome, Script, parameter

LOG2 = math.log(2)


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
        (24, 60, 40), "of chain + LIOMs, chain, random matrix", ge=1
    )
    equal: int = parameter(40, "of a random matrix with the tr H^2 of the chain", ge=2)

    @property
    def labels(self) -> tuple[str, str, str]:
        """The baths that should agree, in the order of the paper's figure."""
        enlarged = f"{self.spins}-chain + {self.lioms} LIOMs"
        return enlarged, f"{self.spins}-chain", f"{self.spins}-spin GOE"

    @property
    def as_wide(self) -> str:
        """The random matrix as wide as the chain, beside the one of the paper."""
        return f"{self.spins}-spin GOE, tr H^2 of the chain"

    @property
    def contrast(self) -> str:
        """The curve that should not."""
        return f"{self.spins}-chain, rho x {2**self.lioms} (wrong)"


def cases(p: Parameters) -> Iterator[bl.Case]:
    chain = bl.LocalChainBath(p.spins)
    enlarged = bl.EnlargedBath(chain, p.chain(p.lioms))
    alike = bl.RandomMatrixBath(p.spins, bandwidth=4 * math.sqrt(square_of(p.spins)))
    baths = enlarged, chain, bl.RandomMatrixBath(p.spins, bandwidth=p.bandwidth), alike
    # Time of one realisation, measured: it grows like the square of the dimension.
    costs = 4.0**p.lioms / 2, 1.0, 1.0, 1.0
    labels, counts = (*p.labels, p.as_wide), (*p.realisations, p.equal)
    for label, bath, count, cost in zip(labels, baths, counts, costs):
        curve = Sweep(label, bath, p.couplings, p.field, p.disorder, p.states)
        yield bl.Case(label, curve, count, cost)


def square_of(spins: int) -> float:
    """tr H_B^2/2^N of the chain, on average."""
    chain = bl.LocalChainBath(spins)
    numbers = chain.field, chain.disorder, chain.transverse, chain.coupling
    return chain_second_moment(spins, *numbers)


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
    enlarged, chain, goe = p.labels
    small = 2**p.spins
    dimensions = {enlarged: small * 2**p.lioms, chain: small, goe: small, p.as_wide: small}
    yield from said.limits(table, means, dimensions)
    wrong = p.contrast, chain, math.sqrt(2**p.lioms)
    yield from said.collapse(table, means, p.labels, [p.as_wide], wrong)
    yield from said.passing(table, means, enlarged)
    yield from said.catching_up(table, means, enlarged)
    yield from readings.first_liom(table, chain, p.spins, p.g1)
    width = math.sqrt(square_of(p.spins))
    semicircle = math.pi / 4 / small
    exact = {
        chain: ("Gaussian of its tr H^2", math.sqrt(2 * math.pi) * width / small),
        p.as_wide: ("semicircle", semicircle * 4 * width),
        goe: (f"semicircle, 2R/n = {p.bandwidth / small:.4f}", semicircle * p.bandwidth),
    }
    yield from readings.spacings(table, exact, p.spins)
    yield from readings.growth_of_g(table, enlarged, p.g1, p.alpha)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    axes, means = figure.subplots(), found.means
    curves(
        means,
        "G",
        "delta_log_ipr",
        "bath",
        axes,
        open_where="proximity",
        hero=means["bath"].iloc[0],
        legend=False,
    )
    reference_line(axes, LOG2, "log 2")
    axes.set(xscale="log", xlabel=r"$G = g\,\rho\,\sqrt{M}$ (dimensionless)")
    axes.set(ylabel=r"$\Delta D(O_B)$ (nats)")
    axes.set(ylim=(max(-0.3, means["delta_log_ipr"].min() - 0.05), 0.85))
    title, small = "open symbols: g at or above the contact's own energy scale", "x-small"
    legend_above(figure, axes, title, columns=2, fontsize=small, title_fontsize=small)


SMALL = {"spins": 7, "lioms": 2, "couplings": logarithmic(0.004, 3, 9)}
PRESETS = {
    # A 7-spin chain has tr H^2/dim smaller by 0.77: the bandwidth follows as its root.
    "quick": Parameters(bandwidth=8.1, realisations=(30, 90, 90), equal=17, **SMALL),
    "default": Parameters(),
    "paper": Parameters(realisations=(200, 1000, 100)),
}
study = Script(
    name="thermalisation_curve",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=driven_rows,
    watch="delta_log_ipr",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve(
        "G",
        "delta_log_ipr",
        by="bath",
        log_x=True,
        x_title="G = g ρ √M",
        y_title="ΔD (nats)",
        level=LOG2,
        level_title="log 2",
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
