"""K_0 of the backreaction, exact, beside its estimate g/max(h, xi) and -W log W."""

from __future__ import annotations

from typing import Iterator

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments import spread_sums as sums
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.clusters import stacked
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.resampling import jackknife
from bathlab.theory.grain.free_spin import kernel_of_flips
from bathlab.workbench.claims import Claim, compare, pm


def kernel_claims(part: pd.DataFrame, radius: float | None) -> Iterator[Claim]:
    """The size of K_0, field by field, and how it depends on the cut-off."""
    reach = float(part["reach"].mean())
    for h, rows in sums.by_number(part, "field"):
        xi = reach if radius is None else radius
        found = middle(rows, "kernel")
        estimate = 1 / max(h, xi)
        said = f"|K_0|/g, h = {h:g}"
        note = f"xi = {xi:.2f}; spread from level to level {middle(rows, 'spread').mean:.3f}"
        if radius is not None:
            note += f"; semicircle {abs(kernel_of_flips(h, radius)):.4f}"
        verdict = f"{pm(found * max(h, xi), 2)} of it"
        yield compare(said, "1/max(h, xi), up to a factor", estimate, found, verdict=verdict,
                      id="G89", note=note, digits=4)  # fmt: skip
    inside = part[part["field"] < reach]
    for h, rows in sums.by_number(inside, "field"):
        jump = float(rows["jump"].mean())
        for column, words, paper, wanted in (
            ("kernel", "v as it is", "0: no logarithm", 0.0),
            ("rough", "v cut at 2h", "1: -W log W", 1.0),
        ):
            found = log_slope(rows, column) / jump
            said = f"d K_0/d log(1/w) over g v(2h), {words}, h = {h:g}"
            near = abs(found.mean - wanted) < max(0.1, 2 * found.error)
            known = ("a logarithm" if wanted else "none") if near else f"{found.mean:.2f}"
            yield compare(said, paper, wanted, found, verdict=known, id="G89")


def middle(rows: pd.DataFrame, column: str) -> Estimate:
    """The mean at the middle cut-off."""
    place = len(rows["cutoffs"].iloc[0]) // 2
    return estimate_of(
        lambda curve: abs(float(curve[place])), rows[column], clusters=rows["realisation"]
    )


def log_slope(rows: pd.DataFrame, column: str) -> Estimate:
    """The slope of a curve in log(1/w) over the three smallest cut-offs."""
    logs = -np.log(rows["cutoffs"].iloc[0])[:3]

    def slope(curve: RealArray) -> float:
        return float(np.polyfit(logs, curve[:3], 1)[0])

    found = jackknife(stacked(rows[column]), slope)
    return Estimate(float(found.value), float(found.error), rows["realisation"].nunique())
