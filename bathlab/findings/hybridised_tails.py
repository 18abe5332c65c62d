"""Far from E: k(omega) of a spin at a chain beside the structure factor of its contact."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.conventions import Array, RealArray
from bathlab.experiments import spread_sums as sums
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.log_lines import LogLine, log_line
from bathlab.workbench.claims import Claim, compare, pm, state

#: Frequencies, beyond xi, in which decays are compared.
FAR = (5.0, 10.0)


def exponential_claims(part: pd.DataFrame) -> Iterator[Claim]:
    """Slopes of log k and of log v, and omega^2 k/g^2 over v as it follows from first order."""
    couplings = sorted(part["g"].unique())[:3]
    one = sums.rows_at(part, g=float(couplings[0]))
    omega, v = sums.far_sides(one, "v_zero")
    yield slope_claim("d log v/d|omega|", log_line(omega, v, *FAR))
    for g in couplings:
        rows = sums.rows_at(part, g=float(g))
        omega, k = sums.far_sides(rows, "k_far")
        yield slope_claim(f"d log k/d|omega|, g = {g:g}", log_line(omega, k, *FAR))
        over = difference(rows)
        said = f"d log k/d|omega| over d log v, g = {g:g}, |omega| {FAR[0]:g} to {FAR[1]:g}"
        known = (
            "falls like v" if abs(over.mean - 1) < 0.1 else f"{100 * (over.mean - 1):+.0f} %"
        )
        yield compare(said, "1: inherits the decay of v", 1.0, over, verdict=known, id="G20")
        yield from ratio_claims(rows, float(g))


def slope_claim(said: str, line: LogLine) -> Claim:
    """A slope with its errors; without a value where one exponential is rejected."""
    more: dict[str, Any] = {"id": "G20", "chi2_dof": line.misfit.ratio}
    more["note"] = f"|omega| {line.window[0]:g} to {line.window[1]:g}"
    if not line.misfit.holds:
        verdict = f"one exponential rejected, p = {line.misfit.chance:.1g}: no parameters"
        return Claim(said, "exponential", N=line.slope.realisations, verdict=verdict, **more)
    text = f"{pm(line.slope)} +- {line.window_error:.3f} (window)"
    verdict = f"decay length {-1 / line.slope.mean:.2f}"
    return state(said, "exponential", line.slope, text=text, verdict=verdict, **more)


def difference(rows: pd.DataFrame) -> Estimate:
    """Mean slope of log k over that of log v between the ends of the range, in the same
    disorder: each from the mean of a third of the bins at either end."""
    omega, k = sums.far_sides(rows, "k_far")
    v = sums.far_sides(rows, "v_zero")[1]

    def slope(curve: RealArray) -> float:
        used = (omega >= FAR[0]) & (omega <= FAR[1]) & (curve > 0)
        return float(np.polyfit(omega[used], np.log(curve[used]), 1)[0])

    return estimate_of(
        lambda a, b: slope(a) / slope(b), list(k), list(v), clusters=rows["realisation"]
    )


def ratio_claims(rows: pd.DataFrame, g: float) -> Iterator[Claim]:
    """omega^2 k/g^2 over v of the levels that feed |s, b>, far out and nearer."""
    omega, k = sums.far_sides(rows, "k_far")
    v = sums.far_sides(rows, "v_far")[1]
    for lower, upper in ((2.5, 5.0), FAR):
        used = (omega >= lower) & (omega <= upper)

        def ratio(a: RealArray, b: RealArray, used: Array = used) -> float:
            held = used & (a > 0) & (b > 0)
            logs = np.log(a[held] * omega[held] ** 2 / g**2 / b[held])
            return math.exp(float(logs.mean()))

        found = estimate_of(ratio, list(k), list(v), clusters=rows["realisation"])
        said = f"omega^2 k/(g^2 v(omega -+ 2h)), |omega| {lower:g} to {upper:g}, g = {g:g}"
        known = f"{100 * (found.mean - 1):+.0f} %"
        yield compare(said, "1 (first order)", 1.0, found, verdict=known, id="G20 G19")
