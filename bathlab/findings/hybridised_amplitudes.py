"""What eigenstates of a spin at a bath are superpositions of: amplitudes, and weight beyond w.

Claims of De Roeck & Huveneers, section II B and appendix B, on the rows of
:func:`bathlab.experiments.spread_states.spread_rows`.
"""

from __future__ import annotations

import math
from typing import Iterator, Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments import spread_sums as sums
from bathlab.experiments.spread_states import CENTRES
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.fits import fit_line
from bathlab.theory.grain.free_spin import FreeSpin, free_spin
from bathlab.workbench.claims import Claim, compare, pm, state

#: Stretches of |omega|/w in which amplitudes are looked at: within w, about it, in the tail.
STRETCHES = ((0.1, 1.0), (1.0, 3.0), (3.0, 9.0))
#: <|x|>/sqrt(<x^2>) of a Gaussian.
MODULUS = math.sqrt(2 / math.pi)
NUMBERS = ("mean", "error")


def theory_of(rows: pd.DataFrame, radius: float) -> FreeSpin:
    row = rows.iloc[0]
    return free_spin(float(row["g"]), float(row["field"]), radius)


def theory_curve(rows: pd.DataFrame, radius: float) -> RealArray:
    """k unit of the exact theory in the bins of omega/unit."""
    unit = float(rows["unit"].iloc[0])
    return theory_of(rows, radius).density_of(CENTRES * unit) * unit


def amplitude_claims(rows: pd.DataFrame) -> Iterator[Claim]:
    """Amplitudes in bins of omega: kurtosis, mean/rms, and neighbours."""
    w = float(rows["halfwidth"].mean())
    for lower, upper in STRETCHES:
        at = f"|omega| = {lower:g} to {upper:g} w"
        fourth = sums.kurtosis(rows, lower * w, upper * w)
        first = sums.modulus(rows, lower * w, upper * w)
        said = f"kurtosis of amplitudes, {at}"
        yield compare(said, "3: Gaussian", 3.0, fourth, id="G13", verdict=near(fourth, 3.0))
        said = f"mean/rms of amplitudes, {at}"
        yield compare(
            said, f"{MODULUS:.4f}", MODULUS, first, id="G13", verdict=near(first, MODULUS)
        )
    pairs = estimate(rows["pairs"], rows["realisation"])
    said = "mean product of neighbouring squares over the square of their mean, |omega| < w"
    yield compare(said, "1: independent", 1.0, pairs, id="G13", verdict=near(pairs, 1.0))


def near(found: Estimate, value: float) -> str:
    """How far a number is, in percent and in its errors."""
    off = found.mean / value - 1
    sigmas = abs(found.mean - value) / found.error if found.error > 0 else math.inf
    return f"{100 * off:+.1f} %" + (", agrees" if sigmas < 2 else f", {sigmas:.1f} sigma")


def limit_claims(sizes: Sequence[pd.DataFrame]) -> Iterator[Claim]:
    """Kurtosis within w, extrapolated in one over the number of levels: a normalised state of m
    equal amplitudes has 3 m/(m + 2)."""
    found = [sums.kurtosis(rows, 0.1 * w, w) for rows, w in ((r, sums.half(r)) for r in sizes)]
    x = np.array([1 / float(rows["dimension"].iloc[0]) for rows in sizes])[::-1]
    fewest = min(each.realisations for each in found)
    mean, error = (np.array([getattr(each, name) for each in found])[::-1] for name in NUMBERS)
    line = fit_line(x, mean, error, fewest)
    levels = -line.slope.mean / 6
    note = f"as of {1 / levels if levels > 0 else math.nan:.3f} of the levels"
    yield compare("RM: kurtosis within w, limit of many levels", "3: Gaussian", 3.0,
                  line.intercept, id="G13", chi2_dof=line.chi2_dof, note=note)  # fmt: skip


def outside_claims(part: pd.DataFrame, radius: float | None) -> Iterator[Claim]:
    """The weight of a state beyond w, by the golden rule's w, and k_0 beside k."""
    for h, rows in sums.by_number(part, "field"):
        golden = float(rows["golden"].mean())
        found, unit = sums.beyond(rows, golden), float(rows["unit"].iloc[0])
        note = "a Lorentzian has 1/2; lowest order with k_0, appendix B: "
        note += f"{lowest_order(1 - found.mean):.2f}"
        if radius is not None:
            curve, x = theory_curve(rows, radius), np.abs(CENTRES)
            inside = float(curve[x <= golden].sum() * (CENTRES[1] - CENTRES[0]))
            note += f"; exact curve {1 - inside:.3f}"
        said = f"||P' psi||^2 beyond w = pi g^2 v(2h) = {golden * unit:.3f}, h = {h:g}"
        verdict = f"of order 1: {pm(found)}" if 0.1 < found.mean < 0.9 else "not of order 1"
        yield state(said, "~ 1", found, verdict=verdict, id="G90", note=note)
    rows = part[part["field"] == part["field"].iloc[0]]
    share, relative = cut_shares(rows)
    said = "int k_0 * k_0, k_0 = k cut at the golden rule's w"
    note = "the half-width of k_0 * k_0 over that of k * k: " + pm(relative, 2)
    yield compare(said, "1: k_0 for k is irrelevant", 1.0, share, id="G28 G89", note=note,
                  verdict=f"{pm(share, 2)} of int k * k")  # fmt: skip


def lowest_order(inside: float) -> float:
    """g^2 int k_0 v/omega'^2 of appendix B with w = pi g^2 v: 2/pi of the weight within w."""
    return 2 / math.pi * inside


def cut_shares(rows: pd.DataFrame) -> tuple[Estimate, Estimate]:
    golden, clusters = float(rows["golden"].mean()), rows["realisation"]

    def number(place: int) -> Estimate:
        return estimate_of(
            lambda k: sums.cut_convolution(CENTRES, k, golden)[place],
            rows["k"],
            clusters=clusters,
        )

    return number(0), number(1)
