"""What several LIOMs, zz terms and other energies say of sections II D to G and III A."""

from __future__ import annotations

import math
import operator
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.added_laws import conserved, far, left_over, paired, spread
from bathlab.findings.fitted import judged
from bathlab.statistics import Estimate, estimate, estimate_of, fit_line
from bathlab.statistics.chances import chance_of_chi2
from bathlab.workbench import Claim
from bathlab.workbench.claims import FALSE_ALARM, OFF, compare, pm, state

LOG2 = math.log(2)


def several(rows: pd.DataFrame) -> Iterator[Claim]:
    """v' beside v, and second moments, for every number of LIOMs."""
    g, most = float(rows["g"].iloc[0]), int(rows["lioms"].max())
    before = rows[rows["lioms"] == 0]
    for which in ("contact", "probe"):
        xi2 = float(before[f"{which}_second"].mean())
        for count in range(1, most + 1):
            away = far(rows[rows["lioms"] == count], before, which)
            x = count * g**2 / xi2
            said = f"int |v' - v| after {count} LIOMs, {which}"
            note = f"{away.found.mean / max(away.noise, 1e-12):.1f} x its noise"
            verdict = f"at sum g^2/xi^2 = {x:.3f}"
            theory = "0 if sum g^2 << xi^2"
            yield state(said, theory, away.found, verdict=verdict, note=note, id="G24")
    for which in ("contact", "probe"):
        said = f"growth of the second moment near E = 0 over 2 sum g^2, {which}, {most} LIOMs"
        found = spread(rows, which, most)
        theory = "1 (theory), not so in nature"
        verdict = (
            "not seen" if abs(found.mean) < OFF * found.error else f"{found.mean:.2f} of it"
        )
        yield compare(said, theory, 1.0, found, verdict=verdict, id="G34 G50")
    worst = conserved(rows)
    said = "second moment over all levels: largest relative change with LIOMs"
    verdict = "0, exactly: LIOMs commute with the operator" if worst < 1e-10 else "changes"
    more: dict[str, Any] = {"value": worst, "effect": worst, "expected": 0.0}
    N = rows["realisation"].nunique()
    theory = "2 sum g^2 (theory), not so in nature"
    yield Claim(said, theory, text=f"{worst:.0e}", N=N, verdict=verdict, id="G34 G50", **more)


def placed(one: pd.DataFrame, apart: pd.DataFrame) -> Iterator[Claim]:
    """LIOMs at one contact beside as many at different spins."""
    most = int(one["lioms"].max())
    for which in ("contact", "probe"):
        near, wide = (
            far(rows[rows["lioms"] == most], rows[rows["lioms"] == 0], which)
            for rows in (one, apart)
        )
        off = near.found.mean - wide.found.mean
        whole = math.hypot(near.found.error, wide.found.error)
        said = f"int |v' - v| after {most} LIOMs, {which}: one contact, and several"
        text = f"{pm(near.found)}, {pm(wide.found)}"
        verdict = (
            "the same" if abs(off) < OFF * whole else f"differ by {off:+.3f} +- {whole:.3f}"
        )
        yield state(said, "-", near.found, text=text, verdict=verdict, id="G24 G34 G50")


def depletion(rows: pd.DataFrame) -> Iterator[Claim]:
    """What is left of the smooth part of the contact's v after the default's LIOMs."""
    count = int(rows["lioms"].max())
    found, paper = left_over(rows, False), left_over(rows, True)
    said = f"prod (1 - 2 W_i) of {count} LIOMs, W_i of the contact's elements"
    shares = rows.groupby("lioms")["share"].agg(["mean", "sem"])
    note = "a_i = " + ", ".join(f"{a:.4f} +- {e:.4f}" for a, e in shares.to_numpy())
    verdict = f"of {pm(paper)} with the paper's W_i: without consequence"
    yield compare(said, "near 1", 1.0, found, verdict=verdict, note=note, digits=4, id="G30")


def zz(rows: pd.DataFrame) -> Iterator[Claim]:
    """What a zz term changes in w, S, D and the contact's v'."""
    without = rows[rows["strength"] == 0]
    between = bool(rows["between"].iloc[0])
    for strength, part in rows[rows["strength"] > 0].groupby("strength"):
        at = f"zz of {strength:g}"
        known = {"halfwidth": "w of k over that without"}
        if not between:
            known["dressed"] = "w of k in eigenstates of H_B + s g' sigma^z, over that without"
            known["golden_rule"] = "pi g^2 v(2h) between these, over that without"
        for column, words in known.items():
            found = paired(operator.truediv, part, without, column)
            changed = abs(found.mean - 1) > OFF * found.error
            verdict = f"changes, {100 * (found.mean - 1):+.0f} %" if changed else "unchanged"
            yield compare(words, "1", 1.0, found, verdict=verdict, id="G32").at(at)
        for column, words in (("entropy", "S of the LIOM"), ("depth", "D(O_B)")):
            found = paired(operator.sub, part, without, column)
            changed = abs(found.mean) > OFF * found.error
            verdict = f"changes, {found.mean:+.3f}" if changed else "unchanged"
            said = f"{words}, less that without (nats)"
            yield compare(said, "0", 0.0, found, verdict=verdict, digits=4, id="G32").at(at)
        away = far(part, without, "contact")
        said = "int |v'_zz - v'| of the contact"
        verdict = f"{away.found.mean / away.noise:.1f} x its noise"
        yield compare(said, "0", 0.0, away.found, verdict=verdict, id="G32").at(at)


def energies(rows: pd.DataFrame) -> Iterator[Claim]:
    """A spin at a chain away from maximum entropy: its entropy, Delta D and G."""
    centre = rows[rows["energy"] == 0]
    for energy, part in rows.groupby("energy", sort=False):
        at = f"E = {energy:.2f}"
        labels = part["realisation"]
        thermal = estimate(part["thermal"], labels)
        for column, words in (("entropy", "S of the LIOM"), ("gain", "Delta D")):
            found = estimate_of(operator.sub, part[column], part["thermal"], clusters=labels)
            here = estimate(part[column], labels)
            said = f"{words} less the spin's thermal entropy"
            note = (
                f"{pm(here)}; thermal {thermal.mean:.3f}, log 2 less {LOG2 - thermal.mean:.3f}"
            )
            apart = abs(here.mean - LOG2)
            nearer = "nearer to it than to log 2" if abs(found.mean) < apart else "not nearer"
            yield compare(said, "0", 0.0, found, note=f"{note}; {nearer}", id="G44").at(at)
        if energy:
            columns = (
                part["G_square"], centre["G_square"], part["log_density"], centre["log_density"]
            )  # fmt: skip
            both = [each["realisation"] for each in (part, centre, part, centre)]
            found = estimate_of(
                lambda a, b, c, d: (np.log(a / b) - (c - d)) / 2, *columns, clusters=both
            )
            change = paired(lambda a, b: np.log(a / b) / 2, part, centre, "G_square")
            said = "log G(E)/G(0) less half of log rho(E)/rho(0)"
            yield compare(said, "0", 0.0, found, note=f"log G {pm(change)}", id="G44").at(at)


def grain_spins(rows: pd.DataFrame, states: int) -> Iterator[Claim]:
    """Slope of log G along the spins of a grain, log(2s + 1)/2, and what a LIOM gains there."""
    expected = math.log(states) / 2
    sizes, points = [], []
    for size, part in rows.groupby("size"):
        sizes.append(float(str(size)))
        found = estimate_of(
            lambda x: np.log(x) / 2, part["G_square"], clusters=part["realisation"]
        )
        points.append(found)
    said, paper = "log G per spin of the grain", f"(log {states})/2 = {expected:.4f}"
    yield slope(said, paper, expected, sizes, points)
    largest = rows[rows["size"] == rows["size"].max()]
    gain = estimate(largest["gain"], largest["realisation"])
    said = "Delta D of a LIOM at the largest grain"
    yield compare(said, "log 2 (G >> 1)", LOG2, gain, note=f"G = {g_of(points[-1])}", id="G44")


def g_of(log: Estimate) -> str:
    return f"{math.exp(log.mean):.2f}"


def slope(
    said: str, paper: str, expected: float, sizes: list[float], points: list[Estimate]
) -> Claim:
    """Slope of a line through independent points."""
    few = min(each.realisations for each in points)
    if len(points) < 3:
        return Claim(said, paper, N=few, verdict="too few sizes", id="G44")
    line = fit_line(np.array(sizes), [p.mean for p in points], [p.error for p in points], few)
    freedom = len(points) - 2
    holds = bool(chance_of_chi2(line.chi2_dof * freedom, freedom) > FALSE_ALARM)
    more = {"chi2_dof": line.chi2_dof, "id": "G44", "note": f"{len(points)} sizes"}
    return judged(said, paper, expected, line.slope, line.window_error, holds, **more)
