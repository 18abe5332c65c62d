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
from typing import Any, Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Transition, transition_rows
from bathlab.experiments import transition_laws as laws
from bathlab.experiments.transitions import LENGTHS, LOG2
from bathlab.plotting.transitions import chain_curve, phase_panels
from bathlab.workbench import Claim, Outcome, Script, parameter

#: What zeta_c/zeta_t is called.
RULES = {0.0: "halted decay", -0.5: "rule of increase"}
#: A window of departures that doubles reach, and decades of the one beyond.
REACHED = (1e-6, 1e-2)
#: 1/eps on the axis of the figure.
AXIS = (1.02, 12.0)
#: Values nearer to the expected ones than this, relatively, agree.
NEAR = 0.01
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
        said = [*phases(rows, below, exact), *powers(below, above, exact, p, treated)]
        said += [*at_criticality(below, exact, p), *chains(below, above), *last_spots(above)]
        for claim in said:
            yield claim.at(f"K = {K:g}, {rule(treated)}")


def held(
    said: str, paper: str, expected: float, value: float, count: int, **more: Any
) -> Claim:
    """A number beside what it should be."""
    off = abs(value - expected) / (abs(expected) or 1.0)
    verdict = "agrees" if off < NEAR else f"{100 * off:.1f} % off"
    shown = {"verdict": verdict, "text": f"{value:.5g}", "of": "points", **more}
    effect = value - expected
    return Claim(said, paper, expected=expected, value=value, effect=effect, N=count, **shown)


def phases(rows: pd.DataFrame, below: pd.DataFrame, exact: Any) -> Iterator[Claim]:
    """Verdicts, the bound on zeta, and what jumps."""
    ordered = rows.sort_values(["epsilon", "departure"])
    changes = int(np.abs(np.diff(ordered["thermal"].astype(int))).sum())
    text = f"{changes}, at eps_c = {exact.epsilon_c:.12f}"
    more = {"text": text, "id": "A39 A35 A47", "note": f"{rows['digits'].max()} digits at most"}
    yield held("changes of the verdict along eps", "one eps_c", 1, changes, len(rows), **more)
    falls, steps = laws.zeta_falls(below)
    verdict = "agrees" if falls == 0 else f"{falls} fall"
    more = {"id": "A33", "of": "orders", "verdict": verdict}
    yield held("orders at which zeta_k falls", "grows with k", 0, falls, steps, **more)
    last = below.loc[below["departure"].idxmax()]
    gap = float(last["excess_infinity"])
    rises = bool(np.all(np.diff(below.sort_values("departure")["excess_infinity"]) <= 0))
    verdict = "rises, below zeta_c" if rises and gap > 0 else "not so"
    more = {"text": f"{gap:.1e}", "verdict": verdict, "id": "A12 A37 A38 A29"}
    said = "(zeta_c - zeta)/zeta at the last localised point"
    yield held(said, "> 0, to 0 at eps_c", 0, gap, len(below), **more)
    jump = float(last["thermal_density"])
    verdict = f"jumps from {jump:.4f} to 1" if jump < 1 else "no jump"
    more = {"verdict": verdict, "id": "A28"}
    yield held("rho* at the last localised point", "< 1", 1, jump, len(below), **more)
    ratio = float(last["xi"] / last["collar_ratio"]) * math.log(1 / exact.epsilon_c) / 2
    yield held("xi log(1/eps)/(2 l*)", "xi ~ l*", 1, ratio, 1, id="A14 A61")
    ratio = float(last["collar_ratio"]) * gap / (1 + gap)
    yield held(
        "l* (zeta_c - zeta)/zeta_c", "l* ~ 1/(zeta_c - zeta)", 0.5, ratio, 1, id="A40 A13"
    )


def powers(
    below: pd.DataFrame, above: pd.DataFrame, exact: Any, p: Parameters, treated: float
) -> Iterator[Claim]:
    """Fitted powers of D in both windows."""
    nu, b, c = exact.nu_minus, exact.log_minus, exact.log_plus
    gap, length = laws.log_gap(below), above["log_L_plus"]
    critical = np.log(below["L_critical"])
    named = [
        ("nu_-: zeta_c - zeta", below, gap, nu, b, "A52", "1/2 < nu_- < 1"),
        ("nu_- of L_-", below, -np.log(below["L_minus"]), nu, b, "A57", "1/2 < nu_- < 1"),
        ("2 nu_- of L_crit", below, -critical, 2 * nu, 2 * b, "A55", "2 nu_-"),
        ("nu_+: L_+ = eps^-k*", above, -length, 2 * nu, -c, "A58 A53 A45", "1 < nu_+ < 2"),
        ("nu_+ of log t_+", above, -above["log_log_time"], 2 * nu, -c, "A15 A67", "nu_+"),
    ]
    for window in (REACHED, (10.0**-p.deepest, 10.0 ** (-p.deepest / 2))):
        for said, rows, logs, wanted, log, ids, paper in named:
            fit = laws.power(rows, logs, window, wanted, log)
            said_here = f"{said}, D from {window[0]:.0e} to {window[1]:.0e}"
            ids += " A48" if treated else ""
            yield bent(said_here, paper, fit, ids)
    if not treated:
        last = float(bl.avalanche.exponents(1e300).nu_minus)
        verdict = "in the range" if 0.5 < nu < 1 else "outside"
        note = f"{last:.4f} at K = 1e300: eps_c < 3^(-1/3), nu_- > 0.541"
        more = {"verdict": verdict, "id": "A54 A71", "note": note}
        yield held("nu_- in closed form", "1/2 < nu_- < 1, to 1/2", nu, nu, 1, **more)


def bent(said: str, paper: str, fit: laws.Power, ids: str) -> Claim:
    """A fitted power beside the closed form as its logarithm bends it in the window."""
    bias = f"{fit.value - fit.exact:+.4f}, {fit.logarithm:+.4f} by the logarithm"
    off = abs(fit.value - fit.exact - fit.logarithm) / fit.exact
    verdict = "agrees" if off < NEAR else f"{100 * off:.1f} % off with its logarithm"
    verdict = "too few points" if math.isnan(off) else verdict
    more = {"text": f"{fit.value:.4f}, exactly {fit.exact:.4f}", "note": bias, "id": ids}
    return held(said, paper, fit.exact, fit.value, fit.points, verdict=verdict, **more)


def at_criticality(below: pd.DataFrame, exact: Any, p: Parameters) -> Iterator[Claim]:
    """Amplitudes and logarithms at the localised point next to eps_c."""
    row = below.loc[below["departure"].idxmax()]
    order = p.deepest // 2
    ratio = laws.critical_ratio(row, exact, order)
    said = f"(1/zeta_k - s)/(s u sqrt(k) eps_c^(k/2)), k = {order}"
    yield held(said, "sqrt(k) eps_c^(k/2)", 1, ratio, 1, id="A42")
    printed = math.sqrt(2 / math.log(1 / exact.epsilon_c)) / exact.excess
    more = {"id": "A42", "note": "a continuum approximation"}
    yield held("the prefactor printed in (19) over u", "1", 1, printed, 1, **more)
    tau, count = laws.size_exponent(row, 1e3, 1e6)
    said = "tau of p(l) ~ l^-tau, l from 1e3 to 1e6"
    note = "p ~ log l/l^3 makes it less than 3"
    yield held(said, "3", 3, tau, count, id="A43", of="orders", note=note)
    ratio = laws.size_amplitude(row, order) / exact.sizes
    said = f"density above l, times l^2/log l, over its limit, k = {order}"
    yield held(said, "-", 1, ratio, 1, id="A43")
    growth = laws.entropy_growth(row, 10.0 ** (p.deepest // 4))
    verdict = "log^2 L" if abs(growth - 2) < abs(growth - 1) else "log L"
    said = "log2 of S(L^2)/S(L), S the average half-chain entropy"
    note = f"2 if S ~ log^2 L; L = 1e{p.deepest // 4}"
    yield held(said, "1: S ~ log L", 1, growth, 1, id="A44", verdict=verdict, note=note)
    meets = laws.next_collar(row)
    verdict = "below 1" if meets < 1 else "not small"
    yield held("largest eps^k l_(k+1)", "<< 1", 0, meets, 1, id="A50", verdict=verdict)


def chains(below: pd.DataFrame, above: pd.DataFrame) -> Iterator[Claim]:
    """P(thermal) of finite chains."""
    critical = below.loc[below["departure"].idxmax()]
    beta = laws.chain_exponent(critical, 1e3, 1e9)
    note = "p ~ log L/L makes it less than 1"
    said = "beta of P(thermal) ~ L^-beta at eps_c, L from 1e3 to 1e9"
    yield held(
        said, "1", 1, beta, int((LENGTHS >= 1e3).sum()), id="A59", of="lengths", note=note
    )
    for departure in (1e-3, 1e-5):
        row = laws.nearest(above, departure)
        place = row["least_length"] / math.exp(row["log_L_plus"] / 2)
        text = f"L = {row['least_length']:.0f} = {place:.2f} sqrt L_+, p = {row['least_p']:.1e}"
        verdict = "falls, then rises" if row["least_length"] > 1 else "no minimum"
        more = {"text": text, "verdict": verdict, "id": "A60", "of": "point"}
        said = f"place of the least P(thermal), D = {departure:g}"
        yield held(said, "before L_+", 1, float(place), 1, **more)
    row = laws.nearest(below, -1e-1)
    slope = laws.chain_slope(row, 1e6, 1e9) * row["L_minus"] / math.log(row["epsilon"])
    said = f"slope of log P(thermal), D = {row['departure']:.2g}, times L_-/log eps"
    yield held(said, "1: p = eps^(L/L_-)", 1, slope, 1, id="A41 A57")
    row = laws.nearest(above, 1e-3)
    error = laws.exponential_error(row)
    more = {"verdict": "agrees" if error < NEAR else f"{error:.2g}", "id": "A58"}
    yield held("|p - (1 - e^(-L/L_+))| at most, D = 0.001", "0", 0, error, 1, **more)
    for departure in (-1e-3, -1e-5):
        row = laws.nearest(below, departure)
        reach = laws.critical_reach(row, critical)
        by = [reach / row[name] for name in ("L_minus", "L_critical")]
        verdict = f"{by[0]:.1f} L_-, {by[1]:.1e} L_crit"
        more = {"text": f"{reach:.0f}", "verdict": verdict, "id": "A56", "of": "point"}
        said = f"L from which P(thermal) is below that at eps_c, D = {departure:g}"
        yield held(said, "L_crit", row["L_critical"], reach, 1, **more)


def last_spots(above: pd.DataFrame) -> Iterator[Claim]:
    """Spots of order k* - 1, the largest that do not thermalise everything."""
    finite = np.isfinite(above["log_L_plus"]) & (above["last_collar"] > 0)
    used = above[(above["departure"] < 1e-3) & finite]
    slope = np.polyfit(used["log_L_plus"], np.log(used["last_collar"]), 1)[0]
    said = "power of L_+ in the collar of order k* - 1"
    yield held(said, "1/2", 0.5, float(slope), len(used), id="A78")
    lengths = [np.log(laws.near_thermal_length(row)) for _, row in used.iterrows()]
    slope = np.polyfit(np.log(used["end_to_end"]), lengths, 1)[0]
    said = "power of sqrt(L_+)/log L_+ in the decay length of near-thermal chains"
    yield held(said, "1", 1, float(slope), len(used), id="A65")


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
    size=(9.2, 7.0),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
