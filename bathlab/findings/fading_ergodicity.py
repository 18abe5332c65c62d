"""What the farthest spin of a quantum sun says of fading ergodicity: powers of n."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd
from scipy import stats

from bathlab.experiments.fading_laws import (
    QUANTITIES,
    against_size,
    local_powers,
    power,
)
from bathlab.statistics import Estimate, Line, estimate, fit_line
from bathlab.theory.grain.fading import CRITICAL_ALPHA, fading_exponent
from bathlab.workbench import Claim
from bathlab.workbench.claims import AGREEMENT, FALSE_ALARM, OFF, compare, pm, state

SOURCE = "arXiv:2407.16773"
#: What is fitted, in words, and the sign of its power of n.
WORDS = {
    "diagonal": ("variance of <a|sigma^z|a>", -1),
    "next": ("mean |<a|sigma^z|b>|^2 of neighbours", -1),
    "typical": ("typical |<a|sigma^z|b>|^2 of neighbours", -1),
    "participation": ("exp D(sigma^z)", 1),
    "diagonal_x": ("variance of <a|sigma^x|a>", -1),
    "participation_x": ("exp D(sigma^x)", 1),
}
#: exp <log x^2> of a Gaussian x over <x^2>.
GAUSSIAN_SHAPE = math.exp(-np.euler_gamma) / 2


def of_alpha(rows: pd.DataFrame, alpha: float) -> Iterator[Claim]:
    """Powers, their drift with n and the distribution of elements at one alpha."""
    for quantity in QUANTITIES:
        expected = expected_power(alpha, quantity)
        line = power(rows, quantity)
        if line is not None:
            yield of_power(line, rows, quantity, expected)
            yield from drift(rows, quantity, expected)
    yield from at_largest(rows)


def expected_power(alpha: float, quantity: str) -> float | None:
    """What the theory says, None where it says nothing."""
    if quantity == "diagonal_x":
        near = max(alpha, CRITICAL_ALPHA)  # which is written as 0.707
        return None if is_localised(alpha) else fading_exponent(near, "x")
    if quantity in ("next", "typical") and is_localised(alpha):
        return None  # neighbours are further apart than Gamma
    return fading_exponent(alpha)


def is_localised(alpha: float) -> bool:
    """Whether alpha is below alpha_c, by more than its digits."""
    return alpha < CRITICAL_ALPHA - 1e-3


def rejected(line: Line, points: int) -> bool:
    """Whether chi^2 is larger than comes of a straight line once in a thousand times."""
    freedom = points - 2
    return bool(stats.chi2.sf(line.chi2_dof * freedom, freedom) < FALSE_ALARM)


def of_power(line: Line, rows: pd.DataFrame, quantity: str, expected: float | None) -> Claim:
    """The power over all sizes; of a rejected fit only that it is one."""
    words, sign = WORDS[quantity]
    found = against_size(rows, quantity)
    window = f"n = {found['n'].iloc[0]} to {found['n'].iloc[-1]}, N of the last"
    said = f"power of n in {words}"
    paper = "-" if expected is None else f"{expected:.3f} ({SOURCE})"
    if quantity.endswith("_x") and expected is not None:
        paper = f"{expected:.3f} (golden rule)"
    more: dict[str, Any] = {"chi2_dof": line.chi2_dof, "note": window, "expected": expected}
    N = line.slope.realisations
    if rejected(line, len(found)):
        return Claim(said, paper, N=N, verdict="rejected: no one power of n", **more)
    power_found = line.slope * sign
    window_error = 0.0 if math.isnan(line.window_error) else line.window_error
    more["note"] += f", window +- {window_error:.3f}, {len(found)} sizes"
    if expected is None:
        return state(said, paper, power_found, verdict="no theory here", **more)
    off = power_found.mean - expected
    whole = math.hypot(power_found.error, window_error)
    agrees = abs(off) < AGREEMENT * whole
    verdict = "agrees" if agrees else f"{off:+.3f}, {abs(off) / whole:.1f} of both errors"
    return state(said, paper, power_found, verdict=verdict, **more)


def drift(rows: pd.DataFrame, quantity: str, expected: float | None) -> Iterator[Claim]:
    """Powers of the smaller and of the larger sizes: which way the power goes."""
    words, sign = WORDS[quantity]
    parts = local_powers(rows, quantity)
    if not parts:
        return
    (low, middle, one), (_, high, two) = parts
    first, last = one * sign, two * sign
    change, error = last.mean - first.mean, math.hypot(first.error, last.error)
    steady = abs(change) < AGREEMENT * error
    verdict = f"{'steady' if steady else 'drifts'}, {change:+.3f} +- {error:.3f}"
    if expected is not None and not steady:
        nearer = abs(last.mean - expected) < abs(first.mean - expected)
        verdict += ", towards theory" if nearer else ", away from theory"
    said = f"power of n in {words}, n = {middle} to {high}"
    note = f"{pm(first)} for n = {low} to {middle}"
    paper = "-" if expected is None else f"{expected:.3f}"
    yield state(said, paper, last, expected=expected, verdict=verdict, note=note)


def at_largest(rows: pd.DataFrame) -> Iterator[Claim]:
    """Distribution of neighbouring elements, diagonal over off-diagonal, and D beside them."""
    enough = rows.groupby("n")["realisation"].nunique()
    n = int(enough[enough >= 5].index.max()) if (enough >= 5).any() else int(enough.index.max())
    here = rows[rows["n"] == n]
    clusters = here["realisation"]
    shape = estimate(np.exp(here["z_next_log"]) / here["z_next"], clusters)
    note, even = "inside one realisation", shape.mean / GAUSSIAN_SHAPE
    few = {} if even > 0.9 else {"verdict": f"{even:.2g} of Gaussian elements"}
    said = f"typical over mean |<a|sigma^z|b>|^2 of neighbours, n = {n}"
    yield compare(said, "0.281 (Gaussian)", GAUSSIAN_SHAPE, shape, note=note, **few)
    ratio = estimate(np.log(here["z_diagonal"] / here["z_next"]), clusters)
    said = f"log of diagonal over neighbouring square, n = {n}"
    yield compare(said, "log 2 = 0.693 (GOE)", math.log(2), ratio)
    solved = rows[rows["z_participation"].notna()]
    if solved.empty:
        return
    last = solved[solved["n"] == solved["n"].max()]
    both = estimate(last["z_participation"] + np.log(last["z_next"]), last["realisation"])
    said = f"D(sigma^z) + log of neighbouring square, n = {int(last['n'].iloc[0])}"
    paper = "log(2/3) = -0.405 (Lorentzian), log(1/3) (flat)"
    share = (both.mean + math.log(3)) / math.log(2)
    verdict = f"{share:.2f} of the way from flat to Lorentzian"
    if both.mean < -math.log(3) - OFF * both.error:
        verdict = "neither: rho Gamma is not large"
    yield state(said, paper, both, expected=math.log(2 / 3), verdict=verdict)


def critical(table: pd.DataFrame, least: int) -> Iterator[Claim]:
    """Where the power of the diagonal variance ends, by a line through it over log alpha."""
    points = []
    for alpha, rows in table.groupby("alpha"):
        line = power(rows, "diagonal", least)
        above = float(str(alpha)) > CRITICAL_ALPHA + 0.01
        sizes = against_size(rows, "diagonal")["n"]
        if above and line is not None and not rejected(line, int((sizes >= least).sum())):
            points.append((math.log(float(str(alpha))), -line.slope.mean, line.slope.error))
    if len(points) < 3:
        return
    x, y, error = (np.array(each) for each in zip(*points))
    found = fit_line(x, y, error, len(points))
    slope, origin = found.slope.mean, found.intercept.mean
    place = math.exp(-origin / slope)
    # Errors of slope and intercept of a line about its own middle are independent.
    weights = 1 / error**2
    middle = float(np.sum(weights * x) / np.sum(weights))
    height = float(np.sum(weights * y) / np.sum(weights))
    off = math.hypot(
        1 / math.sqrt(np.sum(weights)) / slope, height / slope**2 * found.slope.error
    )
    value = Estimate(place, place * off, len(points))
    said = f"alpha where the power of n in the diagonal variance ends, n >= {least}"
    note = f"line in log alpha; power {origin:.2f} at alpha = 1, about exp {middle:.2f}"
    paper = "2^(-1/2) = 0.707"
    more = {"chi2_dof": found.chi2_dof, "note": note, "of": "alphas"}
    yield compare(said, paper, CRITICAL_ALPHA, value, **more)


def drawn_powers(table: pd.DataFrame) -> pd.DataFrame:
    """Powers with their whole errors, of the quantities of sigma^z, by alpha."""
    found = []
    for quantity in ("diagonal", "next", "typical", "participation"):
        sign = WORDS[quantity][1]
        for alpha, rows in table.groupby("alpha", sort=False):
            line = power(rows, quantity)
            if line is None or expected_power(float(str(alpha)), quantity) is None:
                continue
            more = 0.0 if math.isnan(line.window_error) else line.window_error
            whole = math.hypot(line.slope.error, more)
            one = {"quantity": quantity, "alpha": float(str(alpha))}
            found.append({**one, "power": sign * line.slope.mean, "error": whole})
    return pd.DataFrame(found, columns=["quantity", "alpha", "power", "error"])
