"""The mean-field avalanche: figure 1 of Thiery et al., and the laws on both sides.

Resonant spots of growing order k, of density eps^k, melt their surroundings, by which the
localisation length zeta_k seen by the next grows (Thiery, Huveneers, Mueller & De Roeck, Phys.
Rev. Lett. 121, 140601 (2018), eqs. (5), (6)). Nothing is random here: each point is one flow
with a proven verdict, near the transition with hundreds of digits. The paper names no K; here
1/zeta_1 = log(K/eps) for each K, under halted decay and under the rule of increase of its
supplement. Every power is fitted in two windows of D = |eps - eps_c|/eps_c, one that doubles
reach and one far beyond, beside its closed form and the bias that the logarithms give the fit.

    python studies/avalanche_flow.py --preset quick
"""

import math
import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Transition, transition_rows
from bathlab.experiments import transition_laws as laws
from bathlab.experiments.transitions import LENGTHS, LOG2
from bathlab.findings import avalanche_flow as said
from bathlab.plotting.transitions import chain_curve, phase_panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

#: What zeta_c/zeta_t is called.
RULES = {0.0: "halted decay", -0.5: "rule of increase"}
#: 1/eps on the axis of the figure.
AXIS = (1.02, 12.0)
#: Departures below and above eps_c whose P(L) is drawn.
DRAWN = (-1e-1, -1e-2, 1e-5, 1e-3, 1e-1)


class Parameters(bl.workbench.Parameters):
    """The paper names none of these."""

    K: tuple[float, ...] = parameter((0.5, 1.0, 2.0), "1/zeta_1 = log(K/eps)", at_least=1, gt=0)
    treated: tuple[float, ...] = parameter((0.0, -0.5), "zeta_c/zeta_t", at_least=1, lt=1)
    deepest: int = parameter(100, "decades to the nearest departure", ge=20, le=300)
    points: int = parameter(160, "points on the axis 1/eps", ge=10)
    realisations: tuple[int] = parameter((1,), "of each line; nothing is random", ge=1)


def cases(p: Parameters) -> Iterator[bl.Case]:
    for K in p.K:
        for treated in p.treated:
            line = Transition(K, treated, departures(K, treated, p))
            columns = {"K": K, "treated": treated}
            yield bl.Case(f"K = {K:g}, {rule(treated)}", line, p.realisations[0], 1.0, columns)


def departures(K: float, treated: float, p: Parameters) -> tuple[float, ...]:
    """Those of the axis, four a decade on both sides, and twenty over the decades beyond."""
    critical = bl.avalanche.critical_epsilon(K, Transition(K, treated, (0.1,)).zeta_treated)
    axis = 1 / (critical * np.linspace(*AXIS, p.points)) - 1
    near = np.concatenate(
        [10 ** np.arange(-12, -0.9, 0.25), np.logspace(-p.deepest, -p.deepest / 2, 20)]
    )
    found = np.concatenate([axis[axis != 0], near, -near])
    return tuple(np.sort(found).tolist())


def rule(treated: float) -> str:
    return RULES.get(treated, f"zeta_c/zeta_t = {treated:g}")


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    """The rows as they are, without curves over the order: nothing is random."""
    return table.drop(columns=["excess", "log_p"])


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p = found.parameters
    for (K, treated), rows in found.table.groupby(["K", "treated"], sort=False):
        exact = bl.avalanche.exponents(K, Transition(K, treated, (0.1,)).zeta_treated)
        below, above = rows[~rows["thermal"]], rows[rows["thermal"]]
        of_line = [
            *said.phases(rows, below, exact),
            *said.powers(below, above, exact, p, treated),
            *said.at_criticality(below, exact, p),
            *said.chains(below, above),
            *said.last_spots(above),
        ]
        for claim in of_line:
            yield claim.at(f"K = {K:g}, {rule(treated)}")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, table = found.parameters, found.table
    K, treated = min(p.K, key=lambda value: abs(math.log(value))), p.treated[0]
    rows = table[(table["K"] == K) & (table["treated"] == treated)].sort_values("epsilon")
    panels = figure.subplots(2, 2).ravel()
    figure.suptitle(f"mean field, K = {K:g}, {rule(treated)}", fontsize="medium")
    phase_panels(panels[:3], rows, LOG2, AXIS)
    for departure in DRAWN:
        row = laws.nearest(rows, departure)
        label = rf"$\epsilon/\epsilon_c - 1$ = {row['departure']:.3g}"
        chain_curve(panels[3], LENGTHS, np.exp(row["log_p"]), label)


PRESETS = {
    "quick": Parameters(K=(1.0,), deepest=40, points=60),
    "default": Parameters(),
    "paper": Parameters(K=(0.1, 0.5, 1.0, 2.0, 10.0, 100.0), deepest=300),
}
study = Script(
    name="avalanche_flow",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=transition_rows,
    watch="thermal_density",
    average=average,
    claims=claims,
    draw=draw,
    curve=(
        Curve(
            "epsilon", "thermal_density", by="case", x_title="ε", y_title="thermal density ρ"
        ),
        Curve(
            "epsilon", "excess_infinity", by="case", x_title="ε", y_title="excess at the end"
        ),
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
