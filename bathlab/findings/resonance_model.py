"""What the closed forms of the resonance model say, and the drift of W_c that follows."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.resonance_curves import LAWS, OMEGA, TIMES
from bathlab.findings import avalanche_flow
from bathlab.theory import resonance_model
from bathlab.theory.resonance_model.lengths import ZETA_C
from bathlab.workbench import Claim

INF = math.inf


def held(
    said: str, paper: str, expected: float, value: float, count: int = 1, **more: Any
) -> Claim:
    """A number beside what it should be."""
    more = {"of": "point" if count == 1 else "points"} | more
    return avalanche_flow.held(said, paper, expected, value, count, **more)


def one(rows: pd.DataFrame, **at: Any) -> pd.Series:
    """The row at a point."""
    for name, value in at.items():
        rows = rows[rows[name] == value]
    return rows.iloc[0]


def told(said: str, paper: str, value: float, verdict: str, id: str, **more: Any) -> Claim:
    """A number whose verdict is words that were computed."""
    shown = {"text": f"{value:.4g}", "N": 1, "of": "point", **more}
    return Claim(said, paper, value=value, verdict=verdict, id=id, **shown)


def near(values: RealArray, place: RealArray, at: float) -> float:
    """The value at the point nearest to ``at``."""
    return float(np.asarray(values)[np.abs(np.log(place / at)).argmin()])


def floquet(rows: pd.DataFrame, lam: float) -> Iterator[Claim]:
    """Counts, exponents and memory without a conserved energy."""
    rows = rows[rows["law"] == "Floquet"]
    localised, thermal = (one(rows, xi=xi, length=INF) for xi in (10.0, -10.0))
    critical = one(rows, xi=INF, length=INF)
    yield held(
        "xi = 10: resonances of a state", "xi/lambda", 10 / lam, localised["count"], id="R2"
    )
    expected = (math.e - 1) * 10 / lam
    found = thermal["count_to_xi"]
    yield held(
        "xi = -10: resonances up to |xi|", "(e - 1)|xi|/lambda", expected, found, id="R2"
    )
    ratio = one(rows, xi=INF, length=40.0)["count"] * lam / 40
    yield held("xi = infinity, L = 40: resonances over L/lambda", "1", 1, ratio, id="R3")
    free = math.exp(-one(rows, xi=INF, length=20.0)["count"])
    verdict = "most" if free > 0.5 else "not most"
    said = f"L = lambda = {lam:g}: states without a resonance"
    yield told(said, "typical", free, verdict, "R4")
    deep, near_it = (one(rows, xi=xi, length=INF)["theta"] for xi in (0.05, 1000.0))
    yield told("xi = 0.05: theta", "-> 1", deep, "towards 1" if deep > 0.9 else "not so", "R15")
    linear = near_it * 2 * 1000 / ZETA_C
    yield held("xi = 1000: theta times 2 xi/zeta_c", "1", 1, linear, id="R15 R43")
    theta_c = ZETA_C / 2 / lam
    yield held(
        "xi = infinity: theta", "zeta_c/2 lambda", theta_c, critical["theta"], id="R15 R43"
    )
    yield from exponents(rows, "Floquet", theta_c)
    one_minus = 1 - one(rows, xi=3.0, length=INF)["order"]
    yield held("xi = 3: 1 - F over xi/lambda", "1", 1, one_minus * lam / 3, id="R72 R47")
    note = "printed as F(r = 1), meant at infinity"
    first = -math.expm1(-(3 / lam) * -math.expm1(-1 / 3))
    yield held("xi = 3: 1 - F(1) over xi/lambda", "1", 1, first * lam / 3, id="R72", note=note)
    yield from light_cones(rows)


def exponents(rows: pd.DataFrame, law: str, theta_c: float) -> Iterator[Claim]:
    """theta = 1 + d log S/d log omega on both sides, far above and below omega_xi."""
    ids = "R16 R44" if law == "Floquet" else "R19"
    for xi in (3.0, -3.0, -10.0):
        row = one(rows, xi=xi, length=INF)
        high = near(row["theta_eff"], OMEGA, 0.1)
        verdict = "negative: S rises faster than 1/omega" if high < 0 else "positive"
        paper = "theta_c the smallest" if law == "Floquet" else "> 0"
        note = f"theta_c = {theta_c:.4f}, omega_xi = {row['crossover']:.1e}"
        yield told(
            f"{law}, xi = {xi:g}: theta at 0.1 J", paper, high, verdict, f"{ids} R94", note=note
        )
    row = one(rows, xi=3.0, length=INF)
    low = near(row["theta_eff"], OMEGA, 1e-12)
    yield held(
        f"{law}, xi = 3: theta at 1e-12 J", "theta_0", row["theta_0"], low, id=f"{ids} R18"
    )
    least = min(near(row["theta_eff"], OMEGA, 0.1) for _, row in rows.iterrows())
    verdict = "theta_c" if math.isclose(least, theta_c, rel_tol=1e-6) else "below theta_c"
    if law == "Floquet":
        said = "smallest theta at 0.1 J over xi and L"
        yield told(said, f"theta_c = {theta_c:.4f}", least, verdict, "R16 R44 R94")


def light_cones(rows: pd.DataFrame) -> Iterator[Claim]:
    """C(t) beside F on the light cone, and its decay."""
    row = one(rows, xi=10.0, length=INF)
    for name, said in (("cone", "v t = 1"), ("later_cone", "v t = exp(-gamma)")):
        off = np.abs(np.array(row["C"]) / np.array(row[name]) - 1)[TIMES >= 1e3].max()
        more = {"verdict": f"{100 * off:.2f} % off at most", "id": "R39"}
        said = f"xi = 10: C(t) over F where {said}, Jt from 1e3"
        yield held(said, "1", 1, 1 + off, int((TIMES >= 1e3).sum()), of="times", **more)
    row = one(rows, xi=3.0, length=INF)
    C, where = np.array(row["C"]), (TIMES >= 1e6) & (TIMES <= 1e12)
    for shift, said in ((row["order"], "C - C(infinity)"), (0.0, "C")):
        slope = np.polyfit(np.log(TIMES[where]), np.log(C[where] - shift), 1)[0]
        said = f"xi = 3: -d log({said})/d log t, Jt from 1e6 to 1e12"
        yield held(
            said, "theta", row["theta_0"], -slope, int(where.sum()), of="times", id="R45"
        )


def scales(rows: pd.DataFrame) -> Iterator[Claim]:
    """Frequencies of finite chains, the place of the crossover, and sum rules."""
    flo = rows[rows["law"] == "Floquet"]
    row = one(flo, xi=3.0, length=20.0)
    ratio = row["printed_cutoff"] / row["cutoff"]
    note = "lambda = zeta_c Omega/8J"
    yield held("(omega_H/lambda) e^(-L/2xi) over v(L/2)", "1", 1, ratio, id="R41", note=note)
    logs = np.log([row[name] for name in ("cutoff", "spacing", "crossover")])
    verdict = "in this order" if np.all(np.diff(logs) > 0) else "not so"
    said = "xi = 3, L = 20: log of omega_xi/omega_c"
    yield told(said, "omega_c << omega_H << omega_xi", float(logs[2] - logs[0]), verdict, "R75")
    row = one(flo, xi=40.0, length=20.0)
    value = math.log(row["crossover"] / row["cutoff"])
    verdict = "omega_xi below omega_c" if value < 0 else "not so"
    yield told("xi = 40, L = 20: log of omega_xi/omega_c", "<= about 0", value, verdict, "R75")
    for xi, length in ((10.0, 20.0), (-10.0, 20.0)):
        row = one(flo, xi=xi, length=length)
        ratio = row["crossover"] / row["cutoff"]
        yield held(f"xi = {xi:g} = L/2: omega_xi over omega_c", "1", 1, ratio, id="R21 R74")
        value = row["crossover"] * math.exp(1 / abs(row["theta_0"]))
        yield held(f"xi = {xi:g}: omega_xi e^(1/|theta_0|)/J", "1", 1, value, id="R48")
    row = one(flo, xi=INF, length=40.0)
    value = 1 - row["order"]
    said = "xi = infinity, L = 40: weight of S between omega_c and J"
    yield held(said, "below 1, 1 - C", -math.expm1(-row["count"]), value, id="R76 R40")


def static(rows: pd.DataFrame, lam: float) -> Iterator[Claim]:
    """The static closed form: exponents, misprints of (93), and the slope of figure 10."""
    rows = rows[rows["law"] == "static"]
    yield from exponents(rows, "static", 0.0)
    deep, critical = (one(rows, xi=xi, length=INF) for xi in (0.05, INF))
    verdict = "towards 1" if deep["theta"] > 0.9 else "not so"
    yield told("static, xi = 0.05: theta", "-> 1", deep["theta"], verdict, "R18")
    low = near(critical["theta_eff"], OMEGA, 1e-12)
    said = "static, xi = infinity: theta at 1e-12 J"
    yield told(said, "0+, with logarithms", low, "positive" if low > 0 else "not so", "R18 R19")
    for xi, wrong in ((10.0, "log|4J/omega|"), (-3.0, "-1 + |theta_0|")):
        weight = one(rows, xi=xi, length=40.0)["printed_weight"]
        yield held(
            f"static, xi = {xi:g}, L = 40: all weight with {wrong}", "1", 1, weight, id="R61"
        )
    yield from figure_10(np.array(critical["S"]), lam)
    where = (TIMES >= 1e3) & (TIMES <= 1e12)
    expected = np.sqrt(ZETA_C * np.log(TIMES[where]) / 2 / lam)
    ratio = float(np.mean(-np.log(np.array(critical["C"])[where]) / expected))
    said = "static, xi = infinity: -log C(t) over sqrt(zeta_c log Jt/2 lambda)"
    yield held(said, "1", 1, ratio, int(where.sum()), of="times", id="R78")
    for name, power in (("Floquet", 1.0), ("static", 0.5)):
        order = LAWS[name](INF, lam, 40).order_parameter
        printed = math.exp(-((20 / lam) ** power))
        yield held(f"{name}, xi = infinity, L = 40: C", "(114)", printed, order, id="R80")
    ratio = 2 * math.sqrt(lam * 4) * resonance_model.Hamiltonian(INF, lam).probability(4.0)
    yield held("static, xi = infinity: q sqrt(r lambda)", "1", 1, ratio / 2, id="R84")


def figure_10(S: RealArray, lam: float) -> Iterator[Claim]:
    """(S omega W)^-2 against log 1/(W omega) at zeta_c, J = 1: its slope and how it bends."""
    rise = np.gradient((S * OMEGA) ** -2, -np.log(OMEGA))
    exact = 2 * math.pi * ZETA_C
    first = (S[-1] * OMEGA[-1]) ** -2 / -math.log(OMEGA[-1])
    slope = float(first) / lam * math.pi * (ZETA_C / 4) ** 2  # 1/W^2 by (83)
    said = "static, xi = infinity: slope of (S omega W)^-2 as omega -> J"
    yield held(said, f"2 pi zeta_c = {exact:.2f}", exact, slope, id="R77")
    own = 4 / ZETA_C * math.sqrt(lam / math.pi)
    for W in (1.0, own):
        ends = [near(rise, OMEGA, 1 / (at * W)) for at in (1.7, 40.0)]
        said = f"W = {W:.3g}: the same slope at 1/(W omega) = 40 over that at 1.7"
        yield held(said, "1, a constant gradient", 1, ends[1] / ends[0], id="R77")


def constants() -> Iterator[Claim]:
    """lambda at the XXZ chain's W = 3.7: J_61 = J/2, W_61 = W/sqrt 3."""
    value = float(resonance_model.hamiltonian_resonance_length(3.7 / math.sqrt(3), 0.5))
    rough = value / math.pi * (4 / ZETA_C) ** 2
    for said, factor in (("(83)", 1.0), ("8J of the steps (76)-(80)", 0.25), ("16J", 1 / 16)):
        found = value * factor
        verdict = "in the range" if 15 <= found <= 50 else "outside"
        note = f"(W/J)^2 alone is {rough:.3g}"
        yield told(
            f"XXZ, W = 3.7: lambda by {said}", "15 to 50", found, verdict, "R6 R57", note=note
        )


def fidelity(lam: float) -> Iterator[Claim]:
    """Growth of [log chi] with L at zeta_c."""
    for length in (lam, 10 * lam, 50 * lam):
        pair = resonance_model.Floquet(INF, lam, [length, length + 0.01]).log_fidelity
        slope = float(np.diff(pair)[0]) / 0.01
        said = (
            f"Floquet, xi = infinity, L = {length / lam:g} lambda: d[log chi]/dL over 2 log 2"
        )
        yield held(said, "1", 1, slope / 2 / math.log(2), id="R96")
