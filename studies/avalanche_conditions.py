"""When does an avalanche run: how many LIOMs a step, in what geometry, with what couplings?

LIOMs are attached to grains step by step; a step is thermal as far as its entanglement with the
rest reaches log 2. With m LIOMs of equal coupling in each step it should run for ever above
alpha = 2^(-m/2): 1/sqrt 2 on one side of a grain, 1/2 on both (De Roeck & Huveneers, Phys. Rev.
B 95, 155129 (2017), eqs. 16, 17), a test without a parameter: where entanglement of one step
and of a later one cross. In two dimensions shells grow, and with them that alpha falls from
shell to shell. Couplings that fall subexponentially should run for large grains and stop for
small ones; exponential ones of the same size are the control. At alpha = 1 strong coupling of
many LIOMs should localise the grain itself (proximity).

    python studies/avalanche_conditions.py --preset quick
"""

import itertools
import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Surrounded, condition_rows
from bathlab.experiments.condition_laws import condition_table
from bathlab.experiments.surrounded import COUPLING_LAWS, shell_couplings, shells_of
from bathlab.findings import avalanche_conditions as said
from bathlab.plotting import conditions as panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

KINDS = ("steps", "chain", "shells", "laws", "proximity")


class Parameters(bl.workbench.Parameters):
    """Grains and couplings with the crossing within reach of ten or eleven spins."""

    bandwidth: float = parameter(10.0, "full width of the band of random grains", gt=0)
    grain: int = parameter(4, "spins of the grain where its size is not varied", ge=2)
    g1: tuple[float, ...] = parameter(
        (0.5, 0.3), "couplings of the first step to a random grain", gt=0
    )
    chain_g1: float = parameter(0.5, "the same to a chain", gt=0)
    total: int = parameter(10, "most spins, grain and LIOMs together", ge=8)
    one: tuple[float, ...] = parameter(
        (0.55, 0.62, 0.68, 0.74, 0.8, 0.86), "alphas with one LIOM a step", at_least=4, gt=0
    )
    two: tuple[float, ...] = parameter(
        (0.3, 0.38, 0.46, 0.54, 0.62, 0.7), "alphas with two LIOMs a step", at_least=4, gt=0
    )
    three: tuple[float, ...] = parameter(
        (0.18, 0.26, 0.34, 0.42, 0.5), "alphas with three LIOMs a step", at_least=4, gt=0
    )
    realisations: tuple[int, ...] = parameter(
        (50, 30, 30, 30, 30), "of steps, chains, shells, laws and strong couplings", ge=4
    )
    shell_alphas: tuple[float, ...] = parameter(
        (0.25, 0.35, 0.5, 0.7), "alphas of shells in two dimensions", at_least=3, gt=0
    )
    shelled: tuple[int, ...] = parameter((1, 2, 3), "spins of grains within shells", ge=1)
    law_grains: tuple[int, ...] = parameter(
        (2, 4, 6, 8), "grains whose LIOMs follow a law of couplings", at_least=2, ge=2
    )
    law_g1: float = parameter(0.3, "coupling of the first of these", gt=0)
    ratios: tuple[float, ...] = parameter(
        (0.05, 0.15, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8),
        "roots of sum g_i^2 at alpha = 1, in units of the rms level of the grain",
        at_least=4,  # a line is laid through the third and on
        gt=0,
    )
    counts: tuple[int, ...] = parameter((1, 2, 3, 5), "LIOMs at alpha = 1", at_least=2, ge=1)

    def check(self) -> None:
        if len(self.realisations) != len(KINDS):
            raise ValueError(
                f"realisations = {self.realisations} was given; expected {len(KINDS)} numbers, "
                f"of {', '.join(KINDS)}. Give one for each, or --realisations for all."
            )

    def count(self, kind: str) -> int:
        return self.realisations[KINDS.index(kind)]


def cases(p: Parameters) -> Iterator[bl.Case]:
    room = p.total - p.grain
    random = bl.RandomMatrixBath(p.grain, bandwidth=p.bandwidth)
    chain, ends = bl.LocalChainBath(p.grain), (p.grain - 1, 0)
    for m, alphas in ((1, p.one), (2, p.two), (3, p.three)):
        steps = tuple(range(m if m == 3 else 2, room + 1, m if m == 3 else 2))
        seen = ("G",) if m == 1 else ()
        for g1, alpha in itertools.product(p.g1, alphas):
            couplings = shell_couplings(g1, alpha, (m,) * (room // m))
            spec = Surrounded(random, couplings, steps, more=seen)
            yield case(spec, "steps", p.count("steps"), alpha, m, p.grain)
    for m, alphas in ((1, p.one), (2, p.two)):
        sites = None if m == 1 else ends * (room // 2)
        for alpha in alphas:
            couplings = shell_couplings(p.chain_g1, alpha, (m,) * (room // m))
            spec = Surrounded(chain, couplings, tuple(range(2, room + 1, 2)), sites=sites)
            yield case(spec, "chain", p.count("chain"), alpha, m, p.grain)
    yield from shell_cases(p)
    yield from law_cases(p)
    yield from proximity_cases(p)


def case(
    spec: Surrounded, kind: str, count: int, alpha: float, m: float, grain: int, name: str = ""
) -> bl.Case:
    # Seconds of a realisation, measured.
    cost = 0.15 * 4.0 ** (grain + max(spec.stages) - 10)
    g1 = spec.couplings[0]
    columns = {"kind": kind, "g1": g1, "alpha": alpha, "m": m, "grain": grain, "law": name}
    words = f"{kind} {name}, {grain} spins, m = {m:g}, alpha = {alpha:g}, g_1 = {g1:g}"
    return bl.Case(words, spec, count, cost, columns)


def shell_cases(p: Parameters) -> Iterator[bl.Case]:
    """Shells of a sector, and as many LIOMs in shells that do not grow."""
    for grain in p.shelled:
        shells = shells_of(grain, p.total)
        bath = bl.RandomMatrixBath(grain, bandwidth=p.bandwidth)
        for name, counts in (("d = 2", shells), ("d = 1", shells[:1] * len(shells))):
            if name == "d = 1" and counts == shells:
                continue
            stages = tuple(np.cumsum(counts).tolist())
            for alpha in p.shell_alphas:
                spec = Surrounded(bath, shell_couplings(p.g1[0], alpha, counts), stages)
                yield case(spec, "shells", p.count("shells"), alpha, counts[0], grain, name)


def law_cases(p: Parameters) -> Iterator[bl.Case]:
    for grain in p.law_grains:
        bath, count = bl.RandomMatrixBath(grain, bandwidth=p.bandwidth), p.total - grain
        stages = tuple(sorted({1, *range(2, count + 1, 2)}))
        for name, law in COUPLING_LAWS.items():
            couplings = tuple((p.law_g1 * law(np.arange(1.0, count + 1))).tolist())
            spec = Surrounded(bath, couplings, stages, more=("G",))
            yield case(spec, "laws", p.count("laws"), 0.0, 1, grain, name)


def proximity_cases(p: Parameters) -> Iterator[bl.Case]:
    bath = bl.RandomMatrixBath(p.grain, bandwidth=p.bandwidth)
    for count in p.counts:
        for ratio in p.ratios:
            # Unequal ones: equal LIOMs have levels in common where they decide.
            spread = np.linspace(0.8, 1.2, count) if count > 1 else np.ones(1)
            couplings = ratio * p.bandwidth / 4 * spread / np.linalg.norm(spread)
            spec = Surrounded(bath, tuple(couplings.tolist()), (count,), more=("D",))
            yield case(spec, "proximity", p.count("proximity"), ratio, count, p.grain)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return condition_table(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    yield from said.all_claims(found.table, found.parameters.grain)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    panels.condition_panels(figure, found.means)


PRESETS = {
    "quick": Parameters(
        one=(0.6, 0.7, 0.78, 0.88),
        two=(0.36, 0.46, 0.56, 0.68),
        three=(0.26, 0.34, 0.42, 0.5),
        g1=(0.5,),
        realisations=(9, 6, 4, 6, 5),
        law_grains=(2, 4, 6),
        ratios=(0.05, 0.15, 0.4, 1.6, 6.4, 12.8),
        counts=(1, 2, 4),
    ),
    "default": Parameters(),
    "paper": Parameters(total=12, realisations=(200, 100, 100, 100, 100)),
}
study = Script(
    name="avalanche_conditions",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=condition_rows,
    watch="watched",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve(
        "alpha",
        "mean",
        error="error",
        by=("m", "stage"),
        panel="quantity",
        where={"kind": "steps"},
        x_title="α",
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
