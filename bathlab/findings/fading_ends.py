"""The alpha at which powers of n end in a quantum sun, with what all alphas share."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.fading_laws import (
    DEPTHS,
    QUANTITIES,
    SharedPowers,
    against_size,
    power,
    shared_powers,
    with_reached,
)
from bathlab.findings.fading_ergodicity import WORDS, rejected
from bathlab.statistics import Estimate, generalised_line
from bathlab.theory.grain.fading import CRITICAL_ALPHA
from bathlab.workbench import Claim
from bathlab.workbench.claims import FALSE_ALARM, compare

#: Alphas nearer to alpha_c say nothing of the line, whose other side is flat.
MARGIN = 0.01


def critical(table: pd.DataFrame, least: int, quantity: str = "diagonal") -> Iterator[Claim]:
    """Where the power of a quantity ends, by a straight line through it over log alpha.

    All alphas have the same suns, so their powers are correlated: the line is that of
    generalised least squares. Of one that is rejected there is no place.
    """
    table = with_reached(table)
    shared = shared_powers(table, quantity, standing(table, least, quantity), least)
    if shared is None or len(shared.alphas) < 3:
        return
    line = generalised_line(
        np.log(shared.alphas),
        WORDS[quantity][1] * shared.slopes,
        shared.covariance,
        shared.suns,
        shared.freedom,
    )
    said = f"alpha where the power of n in {WORDS[quantity][0]} ends, n >= {least}"
    paper = "2^(-1/2) = 0.707"
    note = f"generalised least squares in log alpha of {len(shared.alphas)} powers, "
    note += f"correlation of neighbours {correlation(shared):.2f}, p = {line.chance:.2g}"
    more: dict[str, Any] = {"chi2_dof": line.chi2_dof, "note": note, "of": "suns"}
    if line.chance < FALSE_ALARM:
        verdict = "rejected: the power is no line in log alpha"
        yield Claim(said, paper, CRITICAL_ALPHA, N=shared.suns, verdict=verdict, **more)
        return
    place = math.exp(line.root.mean)
    value = Estimate(place, place * line.root.error, shared.suns)
    more["note"] += f"; power {line.intercept.mean:.2f} at alpha = 1"
    yield compare(said, paper, CRITICAL_ALPHA, value, **more)


def standing(table: pd.DataFrame, least: int, quantity: str) -> list[float]:
    """The alphas above alpha_c at which a power of n is not rejected."""
    found = []
    for alpha, rows in table.groupby("alpha"):
        line = power(rows, quantity, least)
        sizes = against_size(rows, quantity)["n"]
        if line is None or float(str(alpha)) <= CRITICAL_ALPHA + MARGIN:
            continue
        if not rejected(line, int((sizes >= least).sum())):
            found.append(float(str(alpha)))
    return found


def correlation(shared: SharedPowers) -> float:
    """The mean correlation of powers at neighbouring alphas."""
    errors = np.sqrt(np.diag(shared.covariance))
    scaled = shared.covariance / np.outer(errors, errors)
    return float(np.mean(np.diagonal(scaled, 1)))


def ends(table: pd.DataFrame) -> Iterator[Claim]:
    """Where powers of sigma^z end, by all sizes and by the larger half."""
    for quantity in ("diagonal", "depth"):
        column = (QUANTITIES | DEPTHS)[quantity][0]
        if column not in table:
            continue
        sizes = sorted(table.loc[table[column].notna(), "n"].unique())
        for least in dict.fromkeys(sizes[: len(sizes) // 2 + 1 : max(len(sizes) // 2, 1)]):
            yield from critical(table, int(least), quantity)
