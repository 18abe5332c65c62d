"""Four theories at one grain: when is a localised spin thermalised?

LIOMs with couplings g_i = alpha^(i-1) g_1 are attached one by one to random matrices, on one
side or on two. What each keeps of its polarisation at infinite time (memory) is measured in all
eigenstates of the middle half of the spectrum; so are three means of the same matrix elements
between the levels that its flip joins. De Roeck & Huveneers, Phys. Rev. B 95, 155129 (2017),
take the rms (G; a LIOM is thermalised if G >> 1, and strengthens the bath, eq. 16), Thiery et
al., Phys. Rev. Lett. 121, 140601 (2018), the typical one (the collar of a spot is eq. 16 on two
sides), Crowley & Chandran, SciPost Phys. 12, 201 (2022), the mean (rho v-bar, memory
exp(-2 rho v-bar)). For Gaussian elements the three are one. The rms is fixed by a sum rule, so
that it grows by sqrt 2 per LIOM whether that is thermalised or not; the others tell.

    python studies/theories_and_grain.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import memory_rows
from bathlab.experiments.memories import Surroundings
from bathlab.experiments.memory_laws import THEORIES, lengths, memory_table, steps_table
from bathlab.findings import theories_and_grain as said
from bathlab.plotting import theories
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

#: Edges of the bins in memory that are drawn.
EDGES = (0.15, 0.3, 0.45, 0.6, 0.75, 0.88, 0.96)


class Parameters(bl.workbench.Parameters):
    """Grains whose crossover lies within reach."""

    spins: tuple[int, ...] = parameter((4, 5, 6), "spins of each grain", ge=2, at_least=2)
    alphas: tuple[float, ...] = parameter(
        (0.2, 0.35, 0.5, 0.7), "decays of the couplings from LIOM to LIOM", gt=0, le=1
    )
    sides: tuple[int, ...] = parameter((1, 2), "sides of the grain that have LIOMs", ge=1, le=2)
    total: int = parameter(9, "spins, grain and LIOMs together", ge=4)
    bandwidth: float = parameter(10.0, "full width of the grain's band", "energy", gt=0)
    g1: float = parameter(0.3, "coupling of LIOM 1", "energy", gt=0)
    field: float = parameter(1.0, "mean field of the LIOMs", "energy")
    disorder: float = parameter(0.5, "their fields are field +- disorder", "energy", ge=0)
    realisations: tuple[int] = parameter((60,), "realisations of every case", ge=1)

    def check(self) -> None:
        if self.total < max(self.spins) + 2:
            raise ValueError(
                f"total = {self.total} with grains of {self.spins} spins was given; expected a "
                "total that leaves two LIOMs to the largest. Raise it."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    for sides in p.sides:
        for spins in p.spins:
            for alpha in p.alphas:
                chain = bl.LiomChain(p.total - spins, alpha, p.g1, p.field, p.disorder)
                bath = bl.RandomMatrixBath(spins, bandwidth=p.bandwidth)
                name = f"{spins} spins, alpha = {alpha:g}, {theories.SIDES[sides]}"
                cost = 0.15 * 8.0 ** (p.total - 9)
                spec = Surroundings(bath, chain, sides)
                yield bl.Case(name, spec, p.realisations[0], cost)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return memory_table(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    for findings in (
        said.measures,
        said.memories,
        said.halves,
        said.strengthenings,
        said.numbers,
    ):
        yield from findings(found.table)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    (memory, factor), (growth, length) = figure.subplots(2, 2)
    theories.memory_panel(memory, found.means)
    theories.factor_panel(factor, found.means)
    theories.strengthening_panel(growth, steps_table(found.table), said.NAMES, EDGES)
    theories.length_panel(length, lengths(found.table), [theory.name for theory in THEORIES])
    p = found.parameters
    figure.supxlabel(
        f"random matrices of {', '.join(map(str, p.spins))} spins, {p.total} with LIOMs; "
        f"N = {p.realisations[0]} each; bars: standard errors over realisations",
        fontsize="small",
    )


PRESETS = {
    "quick": Parameters(spins=(3, 4), alphas=(0.3, 0.6), total=7, realisations=(20,)),
    "default": Parameters(),
    "paper": Parameters(spins=(4, 5, 6, 7, 8), total=11, realisations=(60,)),
}
study = Script(
    name="theories_and_grain",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=memory_rows,
    watch="memory",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("g", "memory", by=("sides", "spins"), log_x=True, y_title="memory"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
