"""The interface of a grain with LIOMs: sections IV and V A of De Roeck & Huveneers.

Matrix elements, widths and D of every operator, in the same eigenstates. Are elements of
sigma^x of LIOM i Gaussian with a smooth v, and levels those of the GOE? Has v two peaks of a
width ~ g_i^2 that later LIOMs leave, and do LIOMs relax slower by alpha^2 each while they are
thermal? D is set beside eq. (22), beside log(rho/3 int v^2) with the band as the LIOMs widen
it, and beside the rate of the LIOM itself. The drop of D from grain to LIOM 1 is scanned in
g_1. For figure 3 the single spin with each reading of its bandwidth of 2.25.

    python studies/interface_rates.py --preset quick
"""

import math
import sys
from typing import Any, Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Growth, Interface
from bathlab.experiments.interface_laws import by_rule, interface_table
from bathlab.experiments.interfacial import interfacial_rows, split_spin
from bathlab.findings import interface_depths as said
from bathlab.findings.interface_rates import all_claims
from bathlab.plotting.interfaces import drop_panel, growth_panel, profile_panel, rate_panel
from bathlab.workbench import Claim, Curve, LiomParameters, Outcome, Script, parameter

#: Mean splitting of two levels of a real random matrix over its bandwidth 2R.
MEAN_SPLITTING = math.sqrt(math.pi) / 4


class Parameters(LiomParameters):
    """The grain of figures 3 and 4, in as many realisations as half an hour allows."""

    spins: int = parameter(6, "spins of the grain", ge=2)
    bandwidth: float = parameter(4.2, "full width of its band", "energy", gt=0)
    lioms: tuple[int, ...] = parameter((2, 3, 4, 5, 6, 7), "numbers of LIOMs", at_least=3, ge=1)
    realisations: tuple[int, ...] = parameter((32, 32, 32, 32, 24, 12), "of each", ge=2)
    most: int = parameter(8, "LIOMs of which only grain and levels are looked at", ge=2)
    few: int = parameter(8, "realisations of that", ge=2)
    alphas: tuple[float, ...] = parameter((0.9,), "other decays of the couplings", gt=0)
    decaying: int = parameter(6, "LIOMs of these", ge=2)
    others: int = parameter(12, "realisations of each other decay", ge=2)
    strengths: tuple[float, ...] = parameter(
        (0.1, 0.14, 0.28, 0.4), "other g_1, of the drop from grain to LIOM 1", gt=0
    )
    scanned: int = parameter(5, "LIOMs of that scan, one of lioms", ge=2)
    grains: tuple[int, ...] = parameter((4, 5, 7), "spins of other grains", ge=2)
    attached: int = parameter(4, "LIOMs at these, one of lioms", ge=1)
    varied: int = parameter(20, "realisations of each g_1 and of each other grain", ge=2)
    splitting: float = parameter(2.25, "bandwidth of the single spin, read in 3 ways", gt=0)
    singles: int = parameter(400, "realisations of each reading", ge=2)
    equally_many = ("lioms", "realisations")

    def check(self) -> None:
        for name in ("scanned", "attached"):
            if getattr(self, name) not in self.lioms:
                raise ValueError(
                    f"{name} = {getattr(self, name)} was given; expected one of lioms = "
                    f"{self.lioms}, beside which it is set. Choose one of them."
                )


def cases(p: Parameters) -> Iterator[bl.Case]:
    grain = bl.RandomMatrixBath(p.spins, p.bandwidth)
    for lioms, count in zip(p.lioms, p.realisations):
        yield case("grown", p.spins, Interface(grain, p.chain(lioms)), count)
    yield case("most", p.spins, Interface(grain, p.chain(p.most), seen=0), p.few)
    for alpha in p.alphas:
        chain = bl.LiomChain(p.decaying, alpha, p.g1, p.field, p.disorder)
        yield case("decay", p.spins, Interface(grain, chain), p.others)
    for g1 in p.strengths:
        chain = bl.LiomChain(p.scanned, p.alpha, g1, p.field, p.disorder)
        yield case("strength", p.spins, Interface(grain, chain, "x", 1), p.varied)
    for spins in p.grains:
        other = bl.RandomMatrixBath(spins, p.bandwidth)
        yield case("grain", spins, Interface(other, p.chain(p.attached), "x", 1), p.varied)
    for reading, bath in readings(p.splitting):
        spec = Growth(reading, bath, p.chain(p.most))
        columns = {"kind": "single", "bandwidth": p.splitting}
        yield bl.Case(f"single spin, {reading}", spec, p.singles, 0.1, columns)


def case(kind: str, spins: int, spec: Interface, count: int) -> bl.Case:
    chain = spec.chain
    size, measures = spins + chain.count, 4 + len(spec.axes) * spec.lioms
    # Seconds of a realisation, measured: all at once, or operator by operator.
    cost = 2.5 * 4.0 ** (size - 11) if size < 12 else 0.35 * 3.5 ** (size - 12) * measures
    columns: dict[str, Any] = {"kind": kind, "spins": spins, "alpha": chain.alpha}
    name = f"{kind}, {spins} + {chain.count}, alpha = {chain.alpha:g}, g_1 = {chain.g1:g}"
    return bl.Case(name, spec, count, cost, {**columns, "g1": chain.g1})


def readings(splitting: float) -> Iterator[tuple[str, bl.model.Bath]]:
    """A single spin with a bandwidth, as the width 2R, the mean and the splitting of all."""
    yield "2R", bl.RandomMatrixBath(1, splitting)
    yield "mean splitting", bl.RandomMatrixBath(1, splitting / MEAN_SPLITTING)
    yield "fixed splitting", bl.model.DisorderedBath(split_spin, {"splitting": splitting})


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return interface_table(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    yield from all_claims(found.table, found.parameters)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, panels = found.parameters, figure.subplots(2, 2)
    means = found.means.assign(by_rule=by_rule(found.means))
    grown, last = means[means["kind"].isin(["grown", "most"])], p.lioms[-1]
    outer = means[
        (means["kind"] == "decay") | (means["kind"] == "grown") & (means["lioms"] == last)
    ]
    slope = bl.theory.profile_slope(p.alpha)
    profile_panel(panels[0, 0], outer[outer["kind"] == "grown"], slope)
    rate_panel(panels[0, 1], outer)
    growth_panel(panels[1, 0], grown, said.core_theories(p))
    drop_panel(panels[1, 1], *said.drop_table(found.table, p))
    counts = ", ".join(map(str, (*p.realisations, p.few)))
    numbers = ", ".join(map(str, (*p.lioms, p.most)))
    figure.supxlabel(
        f"{p.spins}-spin grain, N = {counts} with {numbers} LIOMs,\n{p.varied} of each other "
        rf"$g_1$, {p.others} of another $\alpha$; bars: standard errors over realisations",
        fontsize="small",
    )


PRESETS = {
    "quick": Parameters(
        spins=5,
        lioms=(2, 3, 4, 5),
        realisations=(20, 20, 20, 16),
        most=6,
        decaying=4,
        strengths=(0.1, 0.4),
        scanned=4,
        grains=(4, 6),
        singles=60,
    ),
    "default": Parameters(),
    "paper": Parameters(
        lioms=(2, 3, 4, 5, 6, 7, 8),
        realisations=(200, 200, 200, 200, 100, 60, 24),
        most=9,
        few=10,
        alphas=(0.8, 0.85, 0.9),
        decaying=7,
        others=40,
        strengths=(0.05, 0.07, 0.1, 0.14, 0.28, 0.4, 0.56, 0.8),
        scanned=6,
        grains=(3, 4, 5, 7, 8),
        varied=100,
        singles=4000,
    ),
}
study = Script(
    name="interface_rates",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=interfacial_rows,
    watch="watched",
    average=average,
    claims=claims,
    draw=draw,
    curve=(
        Curve(
            "lioms", "log_ipr", by=("site", "axis"), where={"kind": "grown"}, y_title="D (nats)"
        ),
        Curve(
            "g1", "log_ipr", by=("site", "axis"), where={"kind": "strength"}, y_title="D (nats)"
        ),
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
