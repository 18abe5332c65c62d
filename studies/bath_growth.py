"""How a bath grows with the LIOMs it thermalises: figure 3 of De Roeck & Huveneers.

D(O_B), the log-IPR of an operator inside the bath, as a function of the number of LIOMs coupled
to it, in the same disorder. If every LIOM is thermalised, each doubles the bath: slope log 2.
A random matrix on 6 spins does that; a single spin, which is no bath, does not.

    python studies/bath_growth.py --preset quick
"""

import math
import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Growth, growth_rows
from bathlab.plotting import reference_line, stepped_curves
from bathlab.statistics import bend, slope, summarise_steps
from bathlab.workbench import Claim, LiomParameters, Outcome, Script, parameter
from bathlab.workbench.claims import apart, compare, state

LOG2 = math.log(2)


class Parameters(LiomParameters):
    """The paper's values (section V A), in half as many realisations."""

    spins: tuple[int, ...] = parameter((6, 1), "spins of each random matrix", ge=1)
    bandwidth: tuple[float, ...] = parameter((4.2, 2.25), "bandwidth of each", gt=0)
    lioms: int = parameter(8, "LIOMs, coupled one by one", ge=2)
    realisations: tuple[int, ...] = parameter((100, 2000), "realisations of each", ge=1)
    equally_many = ("spins", "bandwidth", "realisations")


def cases(p: Parameters) -> Iterator[bl.Case]:
    for spins, bandwidth, count in zip(p.spins, p.bandwidth, p.realisations):
        label, bath = f"{spins}-spin random matrix", bl.RandomMatrixBath(spins, bandwidth)
        # Time of one realisation, measured: it grows like the square of the largest dimension.
        cost = max(0.01, 4.0 ** (spins + p.lioms - 10))
        columns = {"spins": spins, "bandwidth": bandwidth}
        yield bl.Case(label, Growth(label, bath, p.chain(p.lioms)), count, cost, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return summarise_steps(table, "bath", "lioms", "log_ipr")


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    last, half = found.parameters.lioms, found.parameters.lioms // 2
    for label, rows in found.table.groupby("bath", sort=False):
        is_bath = rows["dimension"].min() > 2
        first = half if is_bath else 0
        here = slope(rows[rows["lioms"] >= first], "lioms", "log_ipr")
        change = bend(rows, "lioms", "log_ipr", half)
        said = f"{label}: slope of D(O_B), LIOMs {first} to {last}"
        bends = f"{label}: slope beyond LIOM {half} less that before"
        if is_bath:
            yield compare(said, "approaches log 2 = 0.693", LOG2, here)
            yield apart(bends, "approaches: > 0", 0.0, "0", change)
        else:
            yield apart(said, "< log(2)/2 = 0.347", LOG2 / 2, "log(2)/2", here)
            verdict = "decays" if change.mean < -2 * change.error else "does not decay"
            yield state(bends, "decays: < 0", change, verdict=verdict)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    above, below = stepped_curves(figure, found.means, "lioms", "log_ipr", by="bath")
    above.set(ylabel=r"$D(O_B)$ (nats)", xlim=(-0.3, found.parameters.lioms + 0.9))
    below.set(ylabel="step of $D$ (nats)", xlabel="number of LIOMs")
    reference_line(below, LOG2, "log 2")
    reference_line(below, LOG2 / 2, "log(2)/2")


PRESETS = {
    "quick": Parameters(lioms=6, realisations=(60, 300)),
    "default": Parameters(),
    "paper": Parameters(realisations=(200, 4000)),
}
study = Script(
    name="bath_growth",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=growth_rows,
    watch="log_ipr",
    average=average,
    claims=claims,
    draw=draw,
    size=(6.4, 6.0),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
