"""What the mean-field flow says of its laws on both sides of the transition and at it."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments import transition_laws as laws
from bathlab.experiments.transitions import LENGTHS
from bathlab.theory import avalanche
from bathlab.workbench import Claim

#: A window of departures that doubles reach, and decades of the one beyond.
REACHED = (1e-6, 1e-2)
#: Values nearer to the expected ones than this, relatively, agree.
NEAR = 0.01


def held(
    said: str, paper: str, expected: float, value: float, count: int, **more: Any
) -> Claim:
    """A number beside what it should be."""
    off = abs(value - expected) / (abs(expected) or 1.0)
    verdict = "agrees" if off < NEAR else f"{100 * off:.1f} % off"
    shown = {"verdict": verdict, "text": f"{value:.5g}", "of": "points", **more}
    effect = value - expected
    return Claim(said, paper, expected=expected, value=value, effect=effect, N=count, **shown)


def nearest_below(below: pd.DataFrame) -> pd.Series:
    """The localised point nearest to eps_c."""
    return below.iloc[int(np.argmax(below["departure"]))]


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
    last = nearest_below(below)
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
    below: pd.DataFrame, above: pd.DataFrame, exact: Any, p: Any, treated: float
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
        last = float(avalanche.exponents(1e300).nu_minus)
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


def at_criticality(below: pd.DataFrame, exact: Any, p: Any) -> Iterator[Claim]:
    """Amplitudes and logarithms at the localised point next to eps_c."""
    row = nearest_below(below)
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
    critical = nearest_below(below)
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
