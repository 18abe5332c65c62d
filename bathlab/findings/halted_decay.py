"""What random matrices say of the couplings of the avalanche scheme (Thiery et al., 2018)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.cells import cell_histogram
from bathlab.experiments.treated import ELEMENTS, GENERATORS
from bathlab.findings.spot_inputs import widths
from bathlab.statistics.decays import Decay, decay_law
from bathlab.statistics.estimates import estimate, summarise
from bathlab.statistics.histograms import Histogram, density_law
from bathlab.workbench.claims import (
    FALSE_ALARM,
    Claim,
    apart,
    compare,
    compare_law,
    state,
    state_law,
)

LOG2 = math.log(2)
FIRST, TURNED, CONTROL = GENERATORS
LENGTHS = {"thermal": "l_t", "left": "l_a", "right": "l_b"}
#: What is measured of V_I, and what it is called.
SIZES = {
    "typical": "typical element",
    "random_norm": "sqrt(d) typical element",
    "mean_norm": "sqrt(tr V^2/d)",
    "norm": "||V||",
}
#: |element| over the typical one where the tail is fitted.
TAIL = (10.0, 1000.0)
#: The largest 1 % of Gaussian elements make so much of the sum of squares.
GAUSSIAN_SHARE = 0.0845
PAIR = ["pair_ratio", "state_ratio", "partners", "variance", "sharing", "resonant", "component"]


def input_means(table: pd.DataFrame) -> pd.DataFrame:
    """Means of each case with errors, of logarithms for the sizes of V_I, by kind."""
    spot = table[table["kind"] == "spot"]
    spot = spot.assign(**{name: np.log(spot[name].astype(float)) for name in SIZES})
    found = [
        summarise(rows, keys, values)
        for rows, keys, values in (
            (spot, ["generator", *LENGTHS], [*SIZES, "strongest", "bound", "largest_share"]),
            (
                table[table["kind"] == "rotation"],
                ["group", "spins"],
                ["norm_change", "square", "rms_norm", "kurtosis"],
            ),
            (table[table["kind"] == "pair"], ["fixed", "local"], PAIR),
        )
    ]
    found.append(widths(table[table["kind"] == "rate"]))
    kinds = ("spot", "rotation", "pair", "rate")
    return pd.concat(
        [rows.assign(kind=kind) for kind, rows in zip(kinds, found)], ignore_index=True
    )


def swept(spot: pd.DataFrame, generator: str, length: str) -> pd.DataFrame:
    """The rows of a generator in which only one length differs from the least."""
    kept = spot["generator"] == generator
    for name in LENGTHS:
        if name != length:
            kept &= spot[name] == spot[name].min()
    return spot[kept]


def decay_of(rows: pd.DataFrame, length: str, sizes: pd.Series) -> Decay:
    """How the mean logarithm of sizes falls with a length."""
    logs = pd.Series(np.log(sizes.to_numpy(dtype=float)), rows.index)
    groups = dict(list(logs.groupby(rows[length])))
    return decay_law(list(groups), [each.to_numpy() for each in groups.values()])


def decay_claims(spot: pd.DataFrame, decay: float) -> Iterator[Claim]:
    """Decay of each size of V_I with each length, beside the three rules."""
    for generator in (FIRST, TURNED):
        for length, symbol in LENGTHS.items():
            rows = swept(spot, generator, length)
            for size, name in SIZES.items():
                found = decay_of(rows, length, rows[size])
                said = f"V_I by {generator}: decay of {name} with {symbol}"
                if length == "thermal":
                    note = outliers(generator, size, length, decay)
                    yield from crossed(said, found, decay, size, note)
                else:
                    wanted = decay + (LOG2 / 2 if size == "typical" else 0.0)
                    paper = "1/zeta + s/2" if size == "typical" else "1/zeta"
                    claim = fitted(said, paper, wanted, found, 1.0, "A46")
                    yield replace(claim, note=outliers(generator, size, length, decay))
        rows = swept(spot, generator, "thermal")
        found = decay_of(rows, "thermal", rows["strongest"])
        said = f"V_I by {generator}: decay of G with l_t, over s"
        if generator == FIRST:
            yield fitted(said, "0, G = O(1)", 0.0, found, LOG2, "A46")
            yield from too_large(rows)


def crossed(said: str, found: Decay, decay: float, size: str, note: str) -> Iterator[Claim]:
    """Decay inside the spot, over s, and the nearest of the rules: by the fit, unless that is
    rejected, and by the two longest spots."""
    shift = 0.5 if size == "typical" else 0.0
    paper = "1/2 (halted)" if shift else "0 (halted), -1/2 (increase)"
    ids = "A46 A74" if shift else "A46 A47"
    claim = fitted(f"{said}, over s", paper, shift, found, LOG2, ids)
    if claim.value is not None:
        error = math.hypot(found.rate.error, found.window_error) / LOG2
        rule = nearest_rule(claim.value - shift, error, decay)
        claim = replace(claim, verdict=rule)
    yield replace(claim, note=note)
    last = found.last / LOG2
    rule = nearest_rule(last.mean - shift, last.error, decay)
    more = {"id": ids, "verdict": rule, "note": note}
    yield compare(f"{said}, over s, the last two l_t", paper, shift, last, **more)


def nearest_rule(rate: float, error: float, decay: float) -> str:
    """Which of the three rules for the inside of a spot is nearest, and how far each is."""
    rules = {"halted": 0.0, "increase": -0.5, "1/zeta": decay / LOG2}
    off = {rule: (rate - value) / error for rule, value in rules.items()}
    nearest = min(off, key=lambda rule: abs(off[rule]))
    apart_by = ", ".join(f"{value:+.1f} from {rule}" for rule, value in off.items())
    return f"nearest: {nearest}; errors: {apart_by}"


def outliers(generator: str, size: str, length: str, decay: float) -> str:
    """What the smallest of d^2 independent denominators make of the rates of the norms.

    |A| has p(x) ~ x^-2 to d^2 times the typical one, by which sqrt(tr A^2/d) ~ d^(3/2) m and
    ||A|| ~ d^2 m; a rotation has no |A| beyond 1, and so sqrt(G) and 1.
    """
    if size in ("typical", "random_norm") or length == "left":
        return ""
    if generator == FIRST:
        lost = LOG2 * (1.0 if size == "mean_norm" else 1.5)
        inside = lost / LOG2 - 0.5
        rate = -inside if length == "thermal" else decay - lost
    else:
        rate = 0.0
        if size == "mean_norm" and length == "right":
            rate = (decay - LOG2 / 2) / 2
    return f"{rate:.3f} if outliers make it"


def fitted(
    said: str, paper: str, expected: float, found: Decay, unit: float, ids: str
) -> Claim:
    """A fitted rate in some unit; no parameters of a fit that is not one exponential."""
    rate, window, chi2 = found.rate / unit, found.window_error / unit, found.chi2_dof
    said += f" from {found.window[0]:g} to {found.window[1]:g}"
    if found.probability < FALSE_ALARM:
        verdict = f"not one exponential, p = {found.probability:.0e}"
        return Claim(said, paper, N=rate.realisations, verdict=verdict, chi2_dof=chi2, id=ids)
    off = (rate.mean - expected) / math.hypot(rate.error, window)
    more = {
        "verdict": "agrees" if abs(off) < 2 else f"{off:+.1f} of all errors",
        "text": f"{rate.mean:.3f} +- {rate.error:.3f} +- {window:.3f} (window), "
        f"chi2/dof {chi2:.1f}",
    }
    return compare(said, paper, expected, rate, chi2_dof=chi2, id=ids, **more)


def too_large(rows: pd.DataFrame) -> Iterator[Claim]:
    """Where first order gives a norm that no rotation can."""
    for thermal, part in rows.groupby("thermal"):
        beyond = (part["norm"] > part["bound"]).astype(float)
        share = estimate(beyond, part["realisation"])
        said = f"share of draws with ||[A, V_a]|| > 2||V_a||, l_t = {thermal:.0f}"
        verdict = f"{100 * share.mean:.0f} %: first order fails" if share.mean else "never"
        yield state(said, "0 for a rotation", share, verdict=verdict, id="A46 A76")


def tails(table: pd.DataFrame) -> dict[str, Histogram]:
    """Of each generator, elements over the typical one, at the longest spot of all three."""
    spot = table[table["kind"] == "spot"] if "kind" in table else table
    least = {name: spot[name].min() for name in ("left", "right")}
    spot = spot[(spot["left"] == least["left"]) & (spot["right"] == least["right"])]
    longest = spot.groupby("generator")["thermal"].max().min()
    return {
        generator: cell_histogram(
            spot[(spot["generator"] == generator) & (spot["thermal"] == longest)],
            "elements",
            "count",
            ELEMENTS,
        )
        for generator in GENERATORS
    }


def tail_claims(spot: pd.DataFrame) -> Iterator[Claim]:
    """Tails of elements, and what they do to the norm."""
    for generator, histogram in tails(spot).items():
        said = f"V_I by {generator}: exponent of the tail of elements"
        try:
            law = density_law(histogram, *TAIL)
        except ValueError:
            N = histogram.realisations
            yield Claim(said, "no tail", verdict="no elements there", N=N, id="A76")
            continue
        if generator == FIRST:
            paper = "heavy; -2 by small denominators"
            yield compare_law(said, paper, -2.0, law, law.exponent, id="A76")
        else:
            yield state_law(said, law, law.exponent, "cut off by the rotation", id="A76")
    for generator in GENERATORS:
        rows = swept(spot, generator, "thermal")
        for size in ("mean_norm", "norm"):
            found = decay_of(rows, "thermal", rows["random_norm"] / rows[size])
            said = f"V_I by {generator}: power of d in {SIZES[size]} over sqrt(d) m"
            paper = "0" if generator == CONTROL else "> 0: set by outliers"
            yield fitted(said, paper, 0.0, found, LOG2, "A76")
        last = rows[rows["thermal"] == rows["thermal"].max()]
        share = estimate(last["largest_share"], last["realisation"])
        said = f"V_I by {generator}: share of the largest 1 % of elements in tr V^2"
        said += f", l_t = {rows['thermal'].max():.0f}"
        if generator == CONTROL:
            yield compare(said, f"{GAUSSIAN_SHARE}", GAUSSIAN_SHARE, share, id="A76")
        else:
            ends = (GAUSSIAN_SHARE, "Gaussian elements")
            yield apart(said, f"> {GAUSSIAN_SHARE}", *ends, share, id="A76")
