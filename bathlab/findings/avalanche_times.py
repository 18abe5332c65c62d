"""What lines of explosive cores say of rates and of transport: A66, A68 and A80.

Lines are those of :mod:`bathlab.experiments.core_lines`, in units of L_+; x = 2 L_+/zeta.
"""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd
from scipy.stats import kstest

from bathlab.experiments import core_laws as laws
from bathlab.experiments.cells import cell_array
from bathlab.statistics import Line, estimate, estimate_of
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import POOR
from bathlab.theory import avalanche
from bathlab.workbench.claims import FALSE_ALARM, Claim, compare
from bathlab.workbench.claims import verdict as verdict_of

#: Lines whose averages are taken together.
BLOCK = 20
#: Gumbel's mean and standard deviation.
EULER, GUMBEL = float(np.euler_gamma), math.pi / math.sqrt(6)


def random_cores(
    rows: pd.DataFrame, power: float, lengths: tuple[float, ...], lower: float
) -> Iterator[Claim]:
    """Resistances of lines of random cores of one x."""
    after = f"L from {lower:g} L_+"
    if power == 1:
        line = laws.logarithmic_line(rows, lengths, lower)
        said = f"slope of the median R/L against log L, {after}"
        yield of_line(said, "1: R ~ L log L", 1.0, line, id="A68")
    else:
        line = laws.resistance_line(rows, "log_R", lengths, lower)
        paper = "2 L_+/zeta" if power > 1 else "1: diffusive"
        ids = "A68 A80" if power > 1 else "A68"
        said = f"power of L in the typical R, {after}"
        note = "corrections fall as L^-|1 - 1/x|"
        yield of_line(said, paper, max(power, 1.0), line, id=ids, note=note)
    if power != 2:
        line = laws.resistance_line(rows, "log_R_nearest", lengths, lower)
        said = f"the same, stretches melted from both ends, {after}"
        note = "the paper leaves open from how many; the line's ends are melted from one"
        yield of_line(said, "L_+/zeta, or 1", max(power / 2, 1.0), line, id="A68", note=note)
    yield from _heavy(rows, power, lengths)


def _heavy(rows: pd.DataFrame, power: float, lengths: tuple[float, ...]) -> Iterator[Claim]:
    """Whether the largest stretch makes the sum, and the average is typical."""
    count, at = len(lengths), f"L = {lengths[-1]:g} L_+"
    if power > 1:
        over = laws.over_largest(rows, count)
        said = f"R over its largest term, {at}"
        note = "x/(x - 1) as L grows, with corrections L^-(1 - 1/x)"
        expected = power / (power - 1)
        yield compare(said, "O(1): the largest stretch", expected, over, id="A68", note=note)
        grown = laws.average_growth(rows, count, BLOCK)
        said = f"power of the number of lines in their average R, 1 to {BLOCK}, {at}"
        note = "x - 1: the average has no limit, the typical R has"
        yield compare(said, "-", power - 1, grown, id="A68", note=note)
    elif power < 0.5:
        R = np.exp(cell_array(rows, "log_R", (count,))[:, -1])
        ratio = estimate(R, rows["realisation"]) / laws.mean_resistance(power, lengths[-1])
        yield compare(f"mean R over its exact value, {at}", "-", 1.0, ratio, id="A68", digits=5)


def slowest_links(rows: pd.DataFrame, lengths: tuple[float, ...]) -> Iterator[Claim]:
    """The minimum of the rates over the links, an extreme value, and lines below L_+. ``rows``
    are of any one x, as all share their cores."""
    power = float(rows["power"].iloc[0])
    short = laws.short_line(rows, lengths).slope / power
    said = "d log R/d(2 L/zeta), median of lines below L_+ log 2"
    note = "so by 1/Gamma = e^(2 l/zeta): most of them have no core"
    held = "agrees" if abs(short.mean - 1) < 1e-6 else f"{short.mean - 1:+.2g}"
    more: dict[str, Any] = {
        "id": "A68",
        "note": note,
        "verdict": held,
        "text": f"{short.mean:.6f}",
    }
    yield compare(said, "R ~ e^(2 L/zeta)", 1.0, short, **more)
    longest = cell_array(rows, "log_max", (len(lengths),)) / power
    last = estimate(longest[:, -1], rows["realisation"])
    expected = math.log(lengths[-1]) + EULER
    said = f"mean of (1/x) log(Gamma_0/Gamma_min), L = {lengths[-1]:g} L_+"
    more = {"id": "A66 A68", "note": "log(L/L_+) + 0.5772"}
    yield compare(said, "the minimum over links", expected, last, **more)
    spread = estimate_of(
        lambda mean, square: math.sqrt(max(square - mean**2, 0.0)),
        longest[:, -1],
        longest[:, -1] ** 2,
        clusters=rows["realisation"],
    )
    said = "standard deviation of the same from line to line"
    yield compare(said, "-", GUMBEL, spread, id="A66 A68", note="pi/sqrt 6 at every L")
    for place in range(len(lengths) - 3, len(lengths)):
        found = kstest(longest[:, place], lambda u: laws.longest_cdf(u, lengths[place]))
        said = f"distribution of the longest stretch, L = {lengths[place]:g} L_+"
        off = float(found.statistic)
        known = "agrees" if found.pvalue > FALSE_ALARM else "off"
        verdict = f"{known}, p = {found.pvalue:.2g}; false alarm {FALSE_ALARM:g}"
        more = {"text": f"Kolmogorov distance {off:.4f}", "id": "A66 A68", "verdict": verdict}
        yield Claim(said, "-", 0.0, off, effect=off, N=len(rows), **more)


def equal_cores(
    rows: pd.DataFrame, lengths: tuple[float, ...], lower: float
) -> Iterator[Claim]:
    """The control: cores at equal distances."""
    used = np.asarray(lengths) >= lower
    sites = np.asarray(lengths)[used]
    logs = np.array([np.asarray(each)[used] for each in rows["log_R"]])
    slopes = np.polyfit(np.log(sites), logs.T, 1)[0]
    slope, powers = float(slopes[np.argmax(np.abs(slopes - 1))]), rows["power"].to_numpy(float)
    said = f"power of L in R, cores equally spaced, farthest from 1 of {len(powers)} x"
    verdict = "agrees" if abs(slope - 1) < 1e-3 else f"{slope - 1:+.2g}"
    more: dict[str, Any] = {"id": "A80", "verdict": verdict, "N": len(sites), "of": "lengths"}
    more["text"] = f"{slope:.4f}"
    yield Claim(said, "1", 1.0, slope, effect=slope - 1, **more)
    level = np.array([np.asarray(each)[-1] for each in rows["log_R"]]) - math.log(lengths[-1])
    slope = float(np.polyfit(powers, level, 1)[0])
    verdict = "agrees" if abs(slope - 1) < 1e-3 else f"{slope - 1:+.2g}"
    said = "d log(R/L)/dx, cores equally spaced"
    more = {"id": "A80", "verdict": verdict, "N": len(powers), "of": "x"}
    more["text"] = f"{slope:.4f}"
    yield Claim(said, "resistivity e^(2 L_+/zeta)", 1.0, slope, effect=slope - 1, **more)


def drawn_bonds(
    rows: pd.DataFrame, epsilon: float, lengths: tuple[float, ...], lower: float
) -> Iterator[Claim]:
    """Cores in drawn bonds, whose stretches are not quite those of e^(-l/L_+)."""
    line = laws.resistance_line(rows, "log_R", lengths, lower)
    paper, order = float(rows["power"].iloc[0]), int(rows["order"].iloc[0])
    decay = paper * epsilon**order / 2
    exact = max(1.0, 2 * decay / laws.gap_rate(epsilon, order))
    said = f"power of L in the typical R, runs of {order} bonds and more, L from {lower:g} L_+"
    note = "2/(zeta_1 lambda), P(no such run among l) ~ e^(-lambda l)"
    yield of_line(said, "-", exact, line, id="A68", note=note)
    note = "density eps^k in the paper, eps^k (1 - eps) of runs"
    ids = "A68 A80"
    yield of_line(
        f"{said}, beside 2 L_+/zeta_1", "2 L_+/zeta", max(1.0, paper), line, id=ids, note=note
    )


def diffusive(K: float) -> Iterator[Claim]:
    """From where on the mean field conducts diffusively."""
    paper = laws.diffusive_epsilon(K)
    for said, spacing, nearest in (
        ("2 L_+ = zeta_1", "paper", False),
        ("the same, stretches melted from both ends", "paper", True),
        ("2/lambda = zeta_1, runs in drawn bonds", "bonds", False),
        ("the same, melted from both ends", "bonds", True),
    ):
        found = laws.diffusive_epsilon(K, spacing, nearest)
        verdict = f"{found - paper:+.3f} by this choice" if found != paper else "far from eps_c"
        more: dict[str, Any] = {"id": "A68", "verdict": verdict, "N": 1, "of": "root"}
        name = f"K = {K:g}: eps beyond which R ~ L, mean field, {said}"
        critical = float(avalanche.critical_epsilon(K))
        more |= {"note": f"{found / critical:.2f} eps_c", "text": f"{found:.4f}"}
        yield Claim(name, "2 L_+ < zeta", value=found, effect=found - paper, **more)


def of_line(said: str, paper: str, expected: float, line: Line, **more: Any) -> Claim:
    """The slope of a line beside what it should be; one that is rejected has no parameters."""
    if line.chi2_dof > POOR:
        poor = f"not one line, chi2/dof {line.chi2_dof:.1f}"
        count = line.slope.realisations
        more |= {"verdict": poor, "N": count, "chi2_dof": line.chi2_dof}
        return Claim(said, paper, expected=expected, **more)
    found, window = line.slope, line.window_error
    said_window = "no window" if math.isnan(window) else f"+- {window:.2g} (window)"
    window = 0.0 if math.isnan(window) else window
    whole = Estimate(found.mean, math.hypot(found.error, window), found.realisations)
    verdict = verdict_of(whole, expected)
    if verdict != "agrees":
        verdict += f", {100 * (found.mean / expected - 1):+.2g} %"
    text = f"{found.mean:.5g} +- {found.error:.2g} {said_window}, "
    text += "two points" if math.isnan(line.chi2_dof) else f"chi2/dof {line.chi2_dof:.1f}"
    shown = {"text": text, "verdict": verdict, "chi2_dof": line.chi2_dof, **more}
    return compare(said, paper, expected, found, **shown)


def fitted_powers(
    table: pd.DataFrame, lengths: tuple[float, ...], lower: float
) -> pd.DataFrame:
    """Powers of L in the typical R, by x, for the figure: a row each with ``kind``, ``found``
    and its ``error`` of all sources."""
    found = []
    for _, rows in table[table["kind"] == "random"].groupby("power"):
        power = float(rows["power"].to_numpy()[0])
        for column in ("log_R", "log_R_nearest"):
            line = laws.resistance_line(rows, column, lengths, lower)
            found.append(_shown(column, power, line))
    for row in table[table["kind"] == "equal"].to_dict("records"):
        slope = np.polyfit(np.log(lengths[-4:]), np.asarray(row["log_R"])[-4:], 1)[0]
        equal = {"kind": "equal", "power": row["power"], "found": float(slope), "error": 0.0}
        found.append(equal)
    return pd.DataFrame(found)


def _shown(kind: str, power: float, line: Line) -> dict[str, Any]:
    error = math.hypot(line.slope.error, line.window_error)
    return {"kind": kind, "power": power, "found": line.slope.mean, "error": error}
