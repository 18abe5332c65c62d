"""Claims of fitted powers and slopes: with all errors, or only that the fit is rejected."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.statistics import Estimate, Line, fit_line
from bathlab.statistics.chances import chance_of_chi2
from bathlab.statistics.curve_fits import CurveFit
from bathlab.workbench import Claim
from bathlab.workbench.claims import AGREEMENT, FALSE_ALARM, state


def judged(
    claim: str,
    paper: str,
    expected: float | None,
    found: Estimate,
    window_error: float,
    holds: bool,
    **more: Any,
) -> Claim:
    """A fitted number with its statistical and window error; of a rejected fit no number."""
    if not holds:
        kept = {key: each for key, each in more.items() if key not in ("verdict", "digits")}
        words = "rejected: not of that form"
        return Claim(claim, paper, N=found.realisations, verdict=words, **kept)
    window = 0.0 if math.isnan(window_error) else window_error
    known = more.pop("verdict", "")
    if expected is not None and not known:
        off = found.mean - expected
        whole = math.hypot(found.error, window)
        agrees = abs(off) < AGREEMENT * whole
        known = "agrees" if agrees else f"{off:+.3g}, {abs(off) / whole:.1f} of both errors"
    note = "; ".join(filter(None, [more.pop("note", ""), f"window +- {window:.2g}"]))
    said = {"verdict": known or "no theory here", "note": note, **more}
    return state(claim, paper, found, expected=expected, **said)


def of_curve(
    claim: str,
    paper: str,
    expected: float | None,
    fit: CurveFit,
    term: int = 0,
    scale: float = 1.0,
    **more: Any,
) -> Claim:
    """A term of a fit to a curve, times a scale."""
    low, high = fit.window
    note = f"{low:.3g} to {high:.3g}, {fit.points} points, {fit.misfit}"
    more["note"] = "; ".join(filter(None, [more.get("note", ""), note]))
    more["chi2_dof"] = fit.misfit.ratio
    found, window = fit.terms[term] * scale, fit.window_error * abs(scale)
    return judged(
        claim, paper, expected, found, window if term == 0 else 0.0, fit.holds, **more
    )


def of_points(
    claim: str,
    paper: str,
    expected: float | None,
    x: Any,
    points: list[Estimate],
    **more: Any,
) -> Claim:
    """Power of x in independent positive points, by a line through logarithms."""
    line = power_line(x, points)
    if line is None:
        few = min((each.realisations for each in points), default=0)
        return Claim(claim, paper, N=few, verdict="too few points", id=more.get("id", ""))
    freedom = len(points) - 2
    chance = chance_of_chi2(line.chi2_dof * freedom, freedom) if freedom else 1.0
    ends = f"{min(x):.3g} to {max(x):.3g}, {len(points)} points"
    more["note"] = "; ".join(filter(None, [more.get("note", ""), ends]))
    if freedom:
        more["chi2_dof"] = line.chi2_dof
    holds = bool(chance >= FALSE_ALARM)
    return judged(claim, paper, expected, line.slope, line.window_error, holds, **more)


def power_line(x: Any, points: list[Estimate]) -> Line | None:
    """The line through log of independent points over log x; None where there is none."""
    good = len(points) > 1 and all(p.mean > 0 and p.error > 0 for p in points)
    if not good:
        return None
    mean = np.array([point.mean for point in points])
    error = np.array([point.error for point in points]) / mean
    few = min(point.realisations for point in points)
    return fit_line(np.log(np.asarray(x, float)), np.log(mean), error, few)
