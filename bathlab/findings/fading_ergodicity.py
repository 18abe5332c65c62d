"""What the farthest spin of a quantum sun says of fading ergodicity: powers of n."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.fading_laws import (
    DEPTHS,
    QUANTITIES,
    against_size,
    local_powers,
    power,
    with_reached,
)
from bathlab.statistics import Estimate, Line, estimate
from bathlab.statistics.chances import chance_of_chi2
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
    "depth": ("typical exp D(sigma^z), single states", 1),
    "depth_mean": ("mean exp D(sigma^z), single states", 1),
    "depth_x": ("typical exp D(sigma^x), single states", 1),
}
#: A size with fewer suns says nothing of their scatter.
FEWEST = 5
#: exp <log x^2> of a Gaussian x over <x^2>.
GAUSSIAN_SHAPE = math.exp(-np.euler_gamma) / 2


def of_alpha(rows: pd.DataFrame, alpha: float) -> Iterator[Claim]:
    """Powers, their drift with n and the distribution of elements at one alpha."""
    rows = with_reached(rows)
    for quantity in QUANTITIES | DEPTHS:
        expected = expected_power(alpha, quantity)
        line = power(rows, quantity)
        if line is not None:
            yield of_power(line, rows, quantity, expected)
            yield from drift(rows, quantity, expected)
    yield from at_largest(rows[rows["z_next"].notna()])
    if "z_depth" in rows:
        yield from distribution(rows[rows["z_depth"].notna()])


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
    return bool(chance_of_chi2(line.chi2_dof * freedom, freedom) < FALSE_ALARM)


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


def distribution(rows: pd.DataFrame) -> Iterator[Claim]:
    """How far D of single states scatters from sun to sun, in small suns and in large."""
    counts = rows.groupby("n")["realisation"].nunique()
    enough = counts[counts >= FEWEST].index
    if len(enough) < 2:
        return
    for n in (int(enough.min()), int(enough.max())):
        depths = rows[rows["n"] == n].groupby("realisation")["z_depth"].mean().to_numpy()
        off = depths - depths.mean()
        wide = math.sqrt(float(off @ off) / (len(off) - 1))
        # Of the variance of N samples with the kurtosis that they have.
        error = math.sqrt(max(float(np.mean(off**4)) - wide**4, 0.0) / len(off)) / (2 * wide)
        over = math.log(float(np.mean(np.exp(depths)))) - float(depths.mean())
        said = f"standard deviation of D(sigma^z) of single states, n = {n}"
        verdict = f"mean over typical exp D: {math.exp(over):.2f}"
        found = Estimate(wide, error, len(off))
        yield state(said, "-", found, verdict=verdict, note=f"mean D {depths.mean():.2f}")


def drawn_powers(table: pd.DataFrame) -> pd.DataFrame:
    """Powers with their whole errors, of the quantities of sigma^z, by alpha."""
    found = []
    for quantity in ("diagonal", "next", "typical", "participation", "depth"):
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
