"""How a bath grows with the LIOMs it thermalises: figure 3 of De Roeck & Huveneers.

D(O_B), the log-IPR of an operator inside the bath, as a function of the number of LIOMs coupled
to it, in the same disorder. If every LIOM is thermalised, each doubles the bath: slope log 2.
A random matrix on 6 spins does that; a single spin, which is no bath, does not.

    python studies/bath_growth.py --preset quick
"""

import math
import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Growth, growth_rows
from bathlab.plotting import reference_line, stepped_curves
from bathlab.statistics import bend, estimate, slope, summarise_steps
from bathlab.theory import core_log_ipr, whole_variance
from bathlab.workbench import Claim, Curve, LiomParameters, Outcome, Script, parameter
from bathlab.workbench.claims import compare, state

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
    p = found.parameters
    for label, rows in found.table.groupby("bath", sort=False):
        say = thermalised if rows["dimension"].min() > 2 else alone
        yield from say(str(label), rows, p)


def band(rows: pd.DataFrame, p: Parameters) -> pd.Series:
    """D as the widened band has it, log(rho/(3 int v^2)), for each row."""
    size = int(rows["spins"].iloc[0])
    width = float(rows["bandwidth"].iloc[0])
    depth = []
    for n in range(p.lioms + 1):
        chain = p.chain(n)
        field = np.full(n, math.sqrt(p.field**2 + p.disorder**2 / 3))
        variance = whole_variance(width, field, chain.couplings)
        depth.append(core_log_ipr(2.0 ** (size + n), variance, width))
    return rows["lioms"].map(dict(enumerate(depth)))


def thermalised(label: str, rows: pd.DataFrame, p: Parameters) -> Iterator[Claim]:
    """A bath: D beside what a band that LIOMs widen makes of it."""
    last, half = p.lioms, p.lioms // 2
    rows = rows.assign(band=band(rows, p))
    rows = rows.assign(limit=rows["log_ipr"] - rows["band"] + LOG2 * rows["lioms"])
    far, where = rows[rows["lioms"] >= half], f"LIOMs {half} to {last}"
    here, theory, limit = (slope(far, "lioms", name) for name in ("log_ipr", "band", "limit"))
    said = f"{label}: slope of D(O_B), {where}"
    more = {"note": "log 2 less what LIOMs add to the band", "id": "G70 G74"}
    paper = f"{theory.mean:.3f}, approaches log 2 = 0.693"
    yield compare(said, paper, theory.mean, here, **more)
    said = f"{label}: its limit for many LIOMs, slope of D + log of the band's width, {where}"
    yield compare(said, "log 2 = 0.693", LOG2, limit, id="G70 G74")
    end = rows[rows["lioms"] == last]
    depth, expected = estimate(end["log_ipr"], end["realisation"]), float(end["band"].iloc[0])
    said = f"{label}: D(O_B) with {last} LIOMs by log(rho/3 int v^2) of the widened band"
    yield compare(said, f"{expected:.2f}", expected, depth, id="G74")
    change, known = (bend(rows, "lioms", name, half) for name in ("log_ipr", "band"))
    said = f"{label}: slope beyond LIOM {half} less that before"
    paper = f"{known.mean:.3f}, approaches: > 0"
    yield compare(said, paper, known.mean, change, id="G70")


def alone(label: str, rows: pd.DataFrame, p: Parameters) -> Iterator[Claim]:
    """A single spin, which is no bath."""
    last, half = p.lioms, p.lioms // 2
    here = slope(rows, "lioms", "log_ipr")
    said = f"{label}: slope of D(O_B), LIOMs 0 to {last}"
    verdict = f"{2 * here.mean / LOG2:.2f} of log(2)/2"
    note = "bandwidth read as 2R of the semicircle; other readings in interface_rates"
    more = {"verdict": verdict, "note": note, "id": "G71 G68"}
    yield compare(said, "< log(2)/2 = 0.347", LOG2 / 2, here, **more)
    change = bend(rows, "lioms", "log_ipr", half)
    verdict = "decays" if change.mean < -2 * change.error else "does not decay"
    said = f"{label}: slope beyond LIOM {half} less that before"
    yield state(said, "decays: < 0", change, verdict=verdict, id="G71")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    hero = found.means["bath"].iloc[0]
    above, below = stepped_curves(figure, found.means, "lioms", "log_ipr", by="bath", hero=hero)
    above.set(ylabel=r"$D(O_B)$ (nats)", xlim=(-0.3, found.parameters.lioms + 0.9))
    below.set(ylabel="step of $D$ (nats)", xlabel="number of LIOMs")
    reference_line(below, LOG2, r"$\log 2$")
    reference_line(below, LOG2 / 2, r"$\log(2)/2$")


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
    curve=Curve("lioms", "log_ipr", by="bath", x_title="LIOMs", y_title="D(O_B) (nats)"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
