"""How much of the asymmetry of k(omega) goes with tr H_B^3 alone."""

from __future__ import annotations

import operator
from typing import Iterator

import numpy as np
import pandas as pd

from bathlab.analysis import humps
from bathlab.statistics import Estimate, bend, estimate, estimate_of, slope
from bathlab.workbench import Claim
from bathlab.workbench.claims import OFF, apart, state

#: Measures of the asymmetry: column, and what it is called.
MEASURES = {
    "imbalance": "weight at omega > 0 less that at < 0",
    "mean_omega": "mean of omega",
}


def with_tilt(part: pd.DataFrame) -> pd.DataFrame:
    """The rows with the tilt of their humps, at the places that these have as the bath is."""
    own = part[part["given"] == 1.0]
    found = humps(own["omega"].iloc[0], np.mean(own["k"].to_list(), axis=0))
    return part.assign(tilt=[found.tilt(k) for k in part["k"]])


def at(part: pd.DataFrame, given: float, column: str) -> pd.Series:
    """One value of each realisation, where tr H_B^3 is ``given``."""
    rows = part[part["given"] == given]
    return pd.Series(rows[column].to_numpy(), index=rows["realisation"].to_numpy())


def difference(part: pd.DataFrame, column: str, upper: float, lower: float) -> Estimate:
    """What ``column`` changes between two values, in the same realisations."""
    high, low = at(part, upper, column), at(part, lower, column)
    return estimate_of(operator.sub, high, low, clusters=[high.index, low.index])


def of_random_matrix(part: pd.DataFrame) -> Iterator[Claim]:
    """The control: matrix elements without direction, so that tr H^3 is all there is."""
    yield from kept(part)
    for column, words in MEASURES.items():
        here = at(part, 0.0, column)
        yield apart(
            f"{words}, tr H_B^3 = 0", "0", 0.0, "0", estimate(here, here.index), id="G88"
        )
        yield response(part, column, words)


def response(part: pd.DataFrame, column: str, words: str) -> Claim:
    """Slope of a measure of asymmetry against the third moment, and whether it is straight."""
    found = slope(part, "third", column)
    off = f"{found.mean / found.error:+.1f} sigma" if found.error > 0 else "no error bar"
    bent, straight = bend(part, "given", column, 0.0), slope(part, "given", column).mean
    share, error = bent.mean / straight, abs(bent.error / straight)
    note = f"slope above 0 less that below: {share:+.2f} +- {error:.2f} of the slope"
    known = (
        f"follows tr H_B^3, {off}" if abs(found.mean) > OFF * found.error else f"none, {off}"
    )
    said = f"{words}, per tr H_B^3/(n sigma^3)"
    return state(said, "not 0", found, verdict=known, note=note, id="G88")


def of_chain(part: pd.DataFrame) -> Iterator[Claim]:
    """What the chain's asymmetry is without tr H_B^3, and what that alone makes."""
    yield from kept(part)
    part = with_tilt(part)
    for column, words in {**MEASURES, "tilt": "right hump above the left"}.items():
        own, bare = at(part, 1.0, column), at(part, 0.0, column)
        yield apart(
            f"{words}, as it is", "not 0", 0.0, "0", estimate(own, own.index), id="G88 G87"
        )
        left = estimate(bare, bare.index)
        yield apart(
            f"{words}, tr H_B^3 = 0",
            "0, if tr H_B^3 is the cause",
            0.0,
            "0",
            left,
            id="G88",
        )
        made = difference(part, column, 1.0, 0.0)
        text = "its own tr H_B^3 less tr H_B^3 = 0"
        yield apart(f"{words}, {text}", "not 0", 0.0, "0", made, id="G88")
        yield response(part, column, words)


def kept(part: pd.DataFrame) -> Iterator[Claim]:
    """How far the other moments move with the third."""
    groups = part.groupby("realisation")[["third", "fourth", "fifth"]]
    span = groups.max() - groups.min()
    fourth, third, fifth = (float(span[name].mean()) for name in ("fourth", "third", "fifth"))
    verdict = (
        f"fifth moves by {fifth / third:.1f} times the third: not alone, odd ones go together"
    )
    found = Estimate(fourth, 0.0, len(span))
    said = f"change of tr H_B^4/(n sigma^4) while the third changes by {third:.2f}"
    yield state(said, "0", found, verdict=verdict, id="G88")
