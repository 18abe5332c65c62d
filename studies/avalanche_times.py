"""How long an avalanche takes: times of thermalisation, and resistance between explosive cores.

A cell that is melted from a core l cells away has the rate e^(-2 l/zeta) (Thiery, Huveneers,
Mueller & De Roeck, Phys. Rev. Lett. 121, 140601 (2018), supplement E). The resistance is the
sum of inverse rates. With cores at random, one for each L_+, it is to grow as L^(2 L_+/zeta)
where that exceeds 1; with equally spaced cores as L. Lines of cores are drawn here, at random,
equally spaced, and as runs of k* resonant bonds. In chains under the full scheme those cores
are found from which the avalanche started that covers them, by going back through what never
came to rest, and the distance of each cell from the nearest. The paper does not say which zeta
its times have: l counts all cells, or under halted decay those not thermal before; nor whether
a stretch is melted from one end or both. The control of random cores are the equally spaced.

    python studies/avalanche_times.py --preset quick
"""

import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import BondLine, CoreLine, TimedChain, time_rows
from bathlab.experiments.time_means import time_means
from bathlab.findings import avalanche_times as said
from bathlab.findings import chain_times as of_chains
from bathlab.plotting import chain_times as panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

SHORT = (0.1, 0.2, 0.3, 0.45, 0.6)
LONG = tuple(np.round(np.geomspace(10, 1e5, 13), 1).tolist())
#: eps/eps_c of chains, and those further off, of all lengths but the longest.
NEAR = (0.95, 1.02, 1.03, 1.05, 1.07, 1.1, 1.15, 1.2, 1.3, 1.5)
FAR = (2.0, 2.5, 3.0)


class Parameters(bl.workbench.Parameters):
    """The paper names no K, eps or L."""

    powers: tuple[float, ...] = parameter(
        (0.25, 0.4, 0.8, 1.0, 1.25, 2.0, 4.0), "x = 2 L_+/zeta of drawn cores", at_least=1, gt=0
    )
    short: tuple[float, ...] = parameter(SHORT, "L/L_+ below log 2", at_least=2, gt=0, lt=0.69)
    lengths: tuple[float, ...] = parameter(LONG, "L/L_+", at_least=5, ge=10)
    lower: float = parameter(1000.0, "L/L_+ from which powers are fitted", ge=10)
    lines: int = parameter(1000, "lines of drawn cores", ge=20)
    bonds: tuple[float, ...] = parameter(
        (0.3, 0.45, 0.6, 0.75), "eps of cores in drawn bonds", gt=0, lt=1
    )
    bond_lines: int = parameter(250, "lines of drawn bonds", ge=20)
    K: float = parameter(1.0, "1/zeta_1 = log(K/eps)", gt=0)
    critical: float = parameter(0.155, "eps_c of the scheme at this K", gt=0)
    critical_error: float = parameter(0.002, "its error", ge=0)
    near: tuple[float, ...] = parameter(NEAR, "eps/eps_c of drawn chains", at_least=1, gt=0)
    far: tuple[float, ...] = parameter(FAR, "the same, not at the largest L", gt=0)
    cells: tuple[int, ...] = parameter((10**4, 10**5, 10**6), "L of chains", at_least=2, ge=100)
    realisations: tuple[int, ...] = parameter((200, 60, 10), "chains of each L", ge=1)
    equally_many = ("cells", "realisations")

    def check(self) -> None:
        if self.lengths[-3:][0] < self.lower:
            raise ValueError(
                f"lower = {self.lower:g} was given; expected at most {self.lengths[-3]:g}, so "
                "that three lengths remain. Choose a smaller one."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    # Time of one realisation, measured.
    lengths = p.short + p.lengths
    each = 6e-8 * sum(lengths) * len(p.powers)
    for spacing, count in (("random", p.lines), ("equal", 1)):
        line = CoreLine(p.powers, lengths, spacing)
        yield bl.Case(f"cores, {spacing}", line, count, each, columns(spacing))
    for epsilon in p.bonds:
        bonds = BondLine(epsilon, p.K, p.lengths)
        where = columns("bonds", epsilon, order=int(bonds.course.k_star))
        yield bl.Case(f"bonds, eps = {epsilon:g}", bonds, p.bond_lines, 0.05, where)
    for place, ratio in enumerate((*p.near, *p.far)):
        for cells, count in zip(p.cells, p.realisations):
            if ratio in p.far and cells == max(p.cells):
                continue
            epsilon = ratio * p.critical
            chain = bl.avalanche.AvalancheChain(cells, epsilon, p.K)
            # No point shares its chains with another.
            spec = TimedChain(chain, place * 10**6)
            name = f"eps = {ratio:g} eps_c, L = {cells}"
            yield bl.Case(name, spec, count, 4e-7 * cells, columns("chain", epsilon, cells))


def columns(kind: str, epsilon: float = np.nan, length: int = 0, order: int = 0) -> dict:
    return {"kind": kind, "epsilon": epsilon, "length": length, "order": order}


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return time_means(table, p.short + p.lengths, p.lengths)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table
    kinds = dict(tuple(table.groupby("kind")))
    lengths = p.short + p.lengths
    random = kinds["random"]
    for power, rows in random.groupby("power"):
        for claim in said.random_cores(rows, float(power), lengths, p.lower):
            yield claim.at(f"x = {power:g}")
    slowest = random[random["power"] == random["power"].max()]
    yield from said.slowest_links(slowest, lengths)
    yield from said.equal_cores(kinds["equal"], lengths, p.lower)
    for epsilon, rows in kinds["bonds"].groupby("epsilon") if p.bonds else ():
        for claim in said.drawn_bonds(rows, float(epsilon), p.lengths, p.lower):
            yield claim.at(f"K = {p.K:g}, eps = {epsilon:g}")
    yield from said.diffusive(p.K)
    yield from of_chains.chains(kinds["chain"], p.K, p.critical, p.critical_error)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means = found.parameters, found.means
    axes = figure.subplots(2, 2)
    panels.resistance_panel(axes[0, 0], means)
    panels.power_panel(
        axes[0, 1], said.fitted_powers(found.table, p.short + p.lengths, p.lower)
    )
    panels.time_panel(axes[1, 0], means, p.K, p.critical)
    panels.longest_panel(axes[1, 1], means, p.critical)
    counts = ", ".join(f"{N} (L = {L:.0e})" for L, N in zip(p.cells, p.realisations))
    figure.supxlabel(
        f"N = {p.lines} lines of random cores, {p.bond_lines} of bonds; chains, K = {p.K:g}: "
        f"{counts}. Bars: standard errors over realisations.",
        fontsize="x-small",
    )


PRESETS = {
    "quick": Parameters(
        lines=200,
        bond_lines=40,
        bonds=(0.45, 0.6),
        near=(1.07, 1.1, 1.15, 1.2, 1.3, 1.5),
        far=(3.0,),
        cells=(10**4, 10**5),
        realisations=(60, 10),
    ),
    "default": Parameters(),
    "paper": Parameters(
        lines=10_000,
        bond_lines=2000,
        cells=(10**4, 10**5, 10**6, 10**7),
        realisations=(2000, 400, 80, 8),
    ),
}
study = Script(
    name="avalanche_times",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=time_rows,
    watch="log_time",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("length", "log_R", by=("kind", "power"), log_x=True, y_title="log R"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
