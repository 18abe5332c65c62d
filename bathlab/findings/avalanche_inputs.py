"""What the avalanche says of numbers that other studies have measured.

1/zeta_c = s of Thiery, Huveneers, Mueller & De Roeck (A77) against the grain's crossover; how
far eps_c moves with the strengthening eta; where grains and circuits lie; other dimensions and
couplings. Tables are those of :mod:`bathlab.experiments.strengthened_means`.
"""

from __future__ import annotations

import math
from typing import Any, Iterator, Sequence

import numpy as np
import pandas as pd

from bathlab.experiments.measured_inputs import CROSSOVER_LENGTHS, Crossover, Measured
from bathlab.experiments.strengthened import critical_density, critical_epsilon_without
from bathlab.experiments.strengthened_means import (
    CIRCUIT,
    TURNING,
    mean_field_slope,
    turning_slope,
)
from bathlab.statistics.estimates import Estimate
from bathlab.theory import avalanche
from bathlab.theory.avalanche.directed import LOG2
from bathlab.workbench.claims import Claim, compare, state

GRAIN = "realisations"
#: A dimension and a law of couplings each.
LAWS = (
    ("stretched", 1, 1.0),
    ("stretched", 2, 1.0),
    ("stretched", 3, 1.0),
    ("stretched", 1, 0.5),
    ("stretched", 1, 0.8),
    ("power", 1, 6.0),
)
#: Between which eta slopes are taken.
ENDS = (0.8, 1.0)
SLOPE = f"d log eps/d eta of chains that turn thermal, eta {ENDS[0]:g} to {ENDS[1]:g}"
NO_PARAMETERS = "one strengthening for all LIOMs rejected: no parameters"


def inverse_length(alpha: Measured, count: int) -> Estimate:
    """1/(s zeta_c) from where l_c diverges: couplings alpha^i from LIOM to LIOM, two LIOMs a
    site if the bath grows to both sides, so that 1/zeta = -2 log alpha."""
    error = 2 * alpha.whole / (alpha.value * LOG2)
    return Estimate(-2 * math.log2(alpha.value), error, count)


def crossover_claims(fits: Sequence[Crossover], wide: Measured) -> Iterator[Claim]:
    """1/zeta_c and eta of each estimate, and 1/zeta_c of all that there are in wide bands."""
    for fit in fits:
        more: dict[str, Any] = {"chi2_dof": fit.chi2_dof, "id": "A77", "of": GRAIN}
        if fit.eta is None:
            said = f"strengthening eta, {fit.name}"
            yield Claim(said, "1", N=fit.count, verdict=NO_PARAMETERS, **more)
            continue
        eta = Estimate(fit.eta.value, fit.eta.whole, fit.count)
        yield compare(f"strengthening eta, {fit.name}", "1", 1.0, eta, **more)
        if fit.alpha is not None:
            note = f"alpha_c = {fit.alpha.value:.3f} +- {fit.alpha.whole:.3f}"
            found = inverse_length(fit.alpha, fit.count)
            yield compare(f"1/(s zeta_c), {fit.name}", "1", 1.0, found, note=note, **more)
    note = f"alpha_c = {wide.value:.2f} +- {wide.whole:.2f}, LIOMs not thermalised among them"
    found = inverse_length(wide, min(fit.count for fit in fits))
    said = "1/(s zeta_c), all estimates of wide bands"
    yield compare(said, "1", 1.0, found, note=note, id="A77", of=GRAIN)


def curve_claims(
    table: pd.DataFrame, means: pd.DataFrame, K: float, fits: Sequence[Crossover]
) -> Iterator[Claim]:
    """eps_c against eta: mean field, and the density at which chains turn thermal."""
    turning = means[means["kind"] == TURNING]
    default = turning[turning["rule"] == "default"].sort_values("eta")
    steep, over = mean_field_slope(K), mean_field_slope(K, ENDS)
    critical = float(avalanche.critical_epsilon(K))
    more: dict[str, Any] = {
        "value": critical,
        "text": f"{critical:.12f}",
        "verdict": "proven",
        "of": "K",
    }
    yield Claim("eps_c at eta = 1, mean field", "-", N=1, **more)
    for row in default[default["eta"] == 1].to_dict("records"):
        found = Estimate(row["turning"], row["turning_error"], int(row["realisations"]))
        away = f"{100 * (row['turning'] / row['critical'] - 1):+.1f} % of the mean field"
        yield state(
            "mean eps at which a chain turns thermal, eta = 1", "-", found, verdict=away
        )
    yield Claim(
        "d log eps_c/d eta at eta = 1, mean field",
        "-",
        value=steep,
        text=f"{steep:.4f}",
        verdict=f"eta a tenth less: {100 * math.expm1(-0.1 * steep):+.1f} %",
        N=1,
        of="K",
    )
    slope = turning_slope(table, "default", ENDS)
    said = f"{SLOPE}, by chain"
    yield compare(said, f"{over:.3f}, mean field over the same eta", over, slope)
    for fit in fits:
        if fit.eta is not None:
            yield moved(fit.name, fit.eta, fit.count, K, default)


def moved(name: str, eta: Measured, count: int, K: float, turning: pd.DataFrame) -> Claim:
    """eps_c at a measured eta over that at 1, its error carried through."""
    etas = np.array([eta.value, eta.value - eta.whole, eta.value + eta.whole])
    here, *ends = avalanche.critical_epsilon(
        K, strengthening=etas
    ) / avalanche.critical_epsilon(K)
    error = abs(ends[0] - ends[1]) / 2
    logs = np.interp([eta.value, 1.0], turning["eta"], np.log(turning["turning"]))
    scheme = f"{100 * math.expm1(logs[0] - logs[1]):+.1f} % chains"
    if not turning["eta"].min() <= eta.value <= turning["eta"].max():
        scheme = "chains not run there"
    verdict = f"{100 * (here - 1):+.1f} % mean field, {scheme}"
    said = f"eps_c at eta = {eta.value:.3f} +- {eta.whole:.3f} over that at 1, {name}"
    found = Estimate(float(here), float(error), count)
    return state(said, "1", found, expected=1.0, effect=here - 1, verdict=verdict, of=GRAIN)


def rule_claims(table: pd.DataFrame, means: pd.DataFrame) -> Iterator[Claim]:
    """Whether the shift hangs on what the paper leaves open."""
    reference = turning_slope(table, "default", ENDS)
    turning = means[means["kind"] == TURNING]
    for rule in turning["rule"].unique():
        slope = turning_slope(table, rule, ENDS)
        if rule == "default" or not math.isfinite(slope.mean):
            continue
        here = turning[(turning["rule"] == rule) & (turning["eta"] == 1)]["turning"]
        note = f"turns at {float(here.iloc[0]):.4f} under eta = 1"
        said = f"{rule}: {SLOPE}"
        paper = f"{reference.mean:.3f} of the default rules"
        yield compare(said, paper, reference.mean, slope, note=note)


def grain_claims(alphas: Sequence[float], fits: Sequence[Crossover]) -> Iterator[Claim]:
    """The largest density of resonances beside LIOMs of each alpha, at eta = 1 and those of
    thermalised LIOMs, and what a core lacks."""
    standing = [fit.eta.value for fit in fits if fit.eta is not None and fit.thermalised]
    ends = (min(standing), max(standing)) if standing else (1.0, 1.0)
    for alpha in alphas:
        zeta = -1 / (2 * math.log(alpha))
        here, most, least = (critical_density(zeta, eta) for eta in (1.0, *ends))
        said = f"alpha = {alpha:g}, zeta_1 s = {zeta * LOG2:.3f}: eps_c, mean field"
        text = f"{here:.4f}; {least:.4f} to {most:.4f} at eta = {ends[1]:.2f} to {ends[0]:.2f}"
        verdict = "localised below" if here > 0 else "thermal at any density"
        if here == 0 and most > 0:
            verdict += f", localised below {most:.4f} at the least eta"
        yield Claim(said, "-", value=here, text=text, verdict=verdict, N=1, of="point")
    yield from core_claims()


def core_claims() -> Iterator[Claim]:
    """k_0 = -2 log g_0/s, which (14) drops: spins of the grain that do not count."""
    for alpha in sorted({each[0] for each in CROSSOVER_LENGTHS}):
        rows = [each[1:] for each in CROSSOVER_LENGTHS if each[0] == alpha]
        slope = LOG2 / (-2 * math.log(alpha) - LOG2)
        lost = np.array([spins - length / slope for spins, length, _ in rows])
        weight = np.array([(slope / error) ** 2 for *_, error in rows])
        value, error = float(np.average(lost, weights=weight)), float(weight.sum() ** -0.5)
        chi2 = float(np.sum(weight * (lost - value) ** 2)) / max(len(rows) - 1, 1)
        moved = critical_epsilon_without(1.0, value) / avalanche.critical_epsilon(1.0) - 1
        said = f"alpha = {alpha:g}: spins of a grain that do not count, k_0 = l_b - l_c/slope"
        more = {"expected": 0.0, "effect": value, "chi2_dof": chi2, "of": GRAIN}
        verdict = f"eps_c of K = 1 {100 * moved:+.1f} %"
        note = "g_0 = 1 in (14); xi = 10, g_1 = 0.3, slope of (16)"
        found = Estimate(value, error, 200)
        yield state(said, "0: g_0 = 1", found, verdict=verdict, note=note, **more)


def circuit_claims(means: pd.DataFrame) -> Iterator[Claim]:
    """Where circuits lie, over all definitions of a resonance."""
    rows = means[means["kind"] == CIRCUIT]
    keys = ["coupling", "decay", "eta"]
    for (coupling, decay, eta), part in rows.groupby(keys, sort=False):
        thermal, chains = int((part["verdict"] == "thermal").sum()), part["thermal"]
        said = f"J = {coupling:g}, zeta_1 {decay}, eta = {eta:g}: eps/eps_c, mean field"
        norm = int((part["epsilon"] >= part["critical_of_norm"]).sum())
        verdict = f"thermal by {thermal} of {len(part)} definitions, {norm} if norms"
        verdict += f"; chains: P = {chains.min():.2f} to {chains.max():.2f}"
        low, high = part["epsilon"].min(), part["epsilon"].max()
        ordered = part.sort_values("epsilon")
        text = " to ".join(ratio(ordered.iloc[place]) for place in (0, -1))
        note = f"eps {low:.3f} to {high:.3f}, a = {part['a'].iloc[0]:.3f} +- "
        note += f"{part['a_error'].iloc[0]:.3f}; circuits localised to J = 0.07 in their paper"
        count = int(part["realisations"].iloc[0])
        yield Claim(
            said, "< 1", text=text, verdict=verdict, N=count, note=note, of="chains a point"
        )


def ratio(row: pd.Series) -> str:
    """eps/eps_c with the errors of both."""
    if not row["critical"] > 0:
        return "inf"
    parts = [row[f"{name}_error"] / row[name] for name in ("epsilon", "critical")]
    value = row["epsilon"] / row["critical"]
    return f"{value:.2f} +- {value * math.hypot(*parts):.2f}"


def seed_claims(zetas: Sequence[float], epsilon: float) -> Iterator[Claim]:
    """The smallest core that grows for ever, and how long samples stay localised."""
    for zeta in zetas:
        for coupling, dimension, exponent in LAWS:
            seed = avalanche.critical_seed(zeta, dimension, exponent, coupling)
            length = seed.log_length(epsilon) / math.log(10)
            said = f"zeta = {zeta:g}, {law_name(coupling, dimension, exponent)}: k*"
            finite = math.isfinite(seed.order)
            text = f"{seed.order:.4g}, L* = 10^{length:.3g} at eps = {epsilon:g}"
            yield Claim(
                said,
                "infinite"
                if coupling == "stretched" and dimension == exponent == 1
                else "finite",
                value=seed.order if finite else None,
                text=text if finite else "infinite",
                verdict="thermal beyond L*" if finite else "localised",
                N=1,
                of="point",
            )


def law_name(coupling: str, dimension: int, exponent: float) -> str:
    """A dimension and a law of couplings in words."""
    law = f"exp(-(r/zeta)^{exponent:g})" if exponent != 1 else "exp(-r/zeta)"
    law = f"(1 + r/zeta)^-{exponent:g}" if coupling == "power" else law
    return f"d = {dimension}, {law}"
