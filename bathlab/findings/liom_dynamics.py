"""What relaxing LIOMs say of the golden rule, of alpha^2 per LIOM, and of what they keep."""

from __future__ import annotations

import math
from typing import Iterator

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.relaxation_laws import (
    by_strength,
    early_ratio,
    falling_ratio,
    half_way,
    log_rates,
    window_error,
)
from bathlab.statistics import Estimate, estimate, estimate_of
from bathlab.statistics.decays import decay_law
from bathlab.workbench import Claim
from bathlab.workbench.claims import AGREEMENT, compare, pm, state

#: Smaller distances of a plateau from 1 are rounding.
EXACT = 1e-9
#: A fit less likely than this is rejected.
REJECTED = 1e-3
#: With a mean plateau above this a curve is not seen to decay before it.
TOO_HIGH = 0.6
#: Kinds of cases at one grain, with the same fields.
AT_GRAIN = ("decay", "more", "even")
#: Kinds of cases in words.
KINDS = {
    "decay": "{lioms} LIOMs, alpha = {alpha:g}",
    "more": "{lioms} LIOMs, alpha = {alpha:g}",
    "even": "{lioms} LIOMs, alpha = {alpha:g}",
    "one": "one LIOM at the larger grain, g = {g1:g}",
    "low": "{lioms} LIOMs with low fields",
    "chain": "{lioms} LIOMs at a local chain",
}


def place(rows: pd.DataFrame) -> str:
    """A case in words."""
    first = rows.iloc[0]
    return KINDS[first["kind"]].format(**first[["lioms", "alpha", "g1"]])


def split(table: pd.DataFrame, *names: str) -> Iterator[pd.DataFrame]:
    """The rows of each case."""
    for _, part in table.groupby(list(names), sort=False):
        yield part


def beside(found: Estimate, window: float, more: float = 0.0) -> str:
    """Whether a ratio is 1 within all errors, and how far off."""
    error = math.hypot(found.error, 0.0 if math.isnan(window) else window, more)
    off = (found.mean - 1) / error
    known = "agrees" if abs(off) < AGREEMENT else f"{off:+.1f} of all errors"
    return f"{known}, {100 * (found.mean - 1):+.0f} %"


def factor(table: pd.DataFrame) -> Iterator[Claim]:
    """The factor of the golden rule by one LIOM at a larger grain."""
    for rows in split(table[table["kind"] == "one"], "g1"):
        for claim in early(rows, 4 * math.pi, "early rate over g^2 v(2h)", "4 pi = 12.566"):
            yield claim.at(place(rows))
        yield falling(rows).at(place(rows))


def smoothing(rows: pd.DataFrame) -> Estimate:
    """The mean of log(golden rule with half of the smoothing over that with the whole)."""
    logs = np.log(rows["narrow_rule"] / rows["golden_rule"])
    return estimate(logs, rows["realisation"])


def early(
    rows: pd.DataFrame, unit: float = 1.0, said: str = "", paper: str = "1"
) -> Iterator[Claim]:
    """How fast z comes down from 0.9 to 0.7 beside the rate equation, times ``unit``."""
    said = said or "early rate of tau^z over that of the rate equation"
    if rows["plateau"].mean() > TOO_HIGH:
        return
    found, window = early_ratio(rows), window_error(rows)
    change = smoothing(rows).mean
    text = f"G = {rows['G'].mean():.2f}, window error {unit * window:.2g}"
    note = f"{text}, half the smoothing {100 * change:+.0f} %"
    verdict = beside(found, window, change)
    yield compare(said, paper, unit, found * unit, verdict=verdict, note=note)


def falling(rows: pd.DataFrame) -> Claim:
    """The time to 1/e of the part that decays, beside the rate equation."""
    found, plateau = falling_ratio(rows), rows["plateau"].mean()
    note = f"1/(1 - plateau) = {1 / (1 - plateau):.2f}"
    said = "rate of the decaying part, to 1/e, over that of the rate equation"
    return compare(said, "1", 1.0, found, verdict=beside(found, 0.0), note=note)


def rates(table: pd.DataFrame, alpha: float) -> Iterator[Claim]:
    """Each LIOM at the main decay, then each case as a whole."""
    main = table[(table["kind"] == "decay") & (table["alpha"] == alpha)]
    for liom, rows in main.groupby("liom"):
        for claim in early(rows):
            yield claim.at(f"{place(rows)}, LIOM {liom}")
        if rows["plateau"].mean() < TOO_HIGH:
            yield falling(rows).at(f"{place(rows)}, LIOM {liom}")
    for kind in ("decay", "more", "even", "low", "chain"):
        for rows in split(table[table["kind"] == kind], "lioms", "alpha"):
            for claim in early(rows):
                yield claim.at(f"{place(rows)}, all LIOMs")


def phases(table: pd.DataFrame) -> Iterator[Claim]:
    """How fast tau^x loses its phase: what the golden rule of both ends of its line says, and
    half of the rate of tau^z."""
    for kind in ("one", "low", "decay", "chain"):
        part = table[table["kind"] == kind]
        for rows in split(part, "lioms", "alpha", "g1"):
            if rows["plateau"].mean() > TOO_HIGH:
                continue
            found, window = early_ratio(rows, "x"), window_error(rows, "x")
            known = rows["x_rate"].notna()
            half = estimate(rows["x_rate"][known], rows["realisation"][known]) * 2
            note = f"window error {window:.2g}; to 1/e {pm(half, 2)} of half the rate of tau^z"
            said = "early rate of tau^x's phase over that of flips before and after"
            yield compare(said, "1", 1.0, found, verdict=beside(found, window), note=note).at(
                place(rows)
            )


def decay(table: pd.DataFrame) -> Iterator[Claim]:
    """alpha^2 from each LIOM to the next: as it is, and with v(2h) of each LIOM taken off."""
    for kind in ("decay", "more"):
        for rows in split(table[table["kind"] == kind], "lioms", "alpha"):
            alpha = float(rows["alpha"].iloc[0])
            where = f"alpha = {alpha:g}" if kind == "decay" else place(rows)
            for bare, words in ((False, "rate"), (True, "rate over v(2h)")):
                samples = log_rates(rows, bare)
                if len(samples) > 1:
                    yield fall(samples, alpha, words, where)


def fall(samples: dict[int, RealArray], alpha: float, words: str, where: str) -> Claim:
    """The slope of mean logarithms over LIOMs beside 2 log(1/alpha)."""
    law, theory = decay_law(list(samples), list(samples.values())), 2 * math.log(1 / alpha)
    said = f"{where}: fall of log({words}) per LIOM, LIOMs 1 to {max(samples)}"
    paper, N = f"2 log(1/alpha) = {theory:.3f}", law.rate.realisations
    if law.probability < REJECTED:
        rejected = f"rejected: no one exponential, p = {law.probability:.1g}"
        return Claim(said, paper, theory, verdict=rejected, N=N, chi2_dof=law.chi2_dof)
    window = 0.0 if math.isnan(law.window_error) else law.window_error
    off = (law.rate.mean - theory) / math.hypot(law.rate.error, window)
    known = "agrees" if abs(off) < AGREEMENT else f"{off:+.1f} of all errors"
    chi2 = None if math.isnan(law.chi2_dof) else law.chi2_dof
    note = f"window error {window:.3f}"
    return compare(said, paper, theory, law.rate, verdict=known, chi2_dof=chi2, note=note)


def plateaus(table: pd.DataFrame) -> Iterator[Claim]:
    """What is kept for ever, by alpha and by G, beside eigenstates that are thermal."""
    grain = table[table["kind"].isin(AT_GRAIN)]
    for rows in split(table[table["kind"] == "decay"], "alpha"):
        last = rows[rows["liom"] == rows["lioms"]]
        kept = estimate(last["plateau"], last["realisation"])
        thermal = estimate(last["eth_plateau"], last["realisation"])
        verdict = f"thermal {thermal.mean:.3f}; G = {last['G'].mean():.2f}"
        said = f"plateau of LIOM {int(last['liom'].iloc[0])}"
        yield state(said, "0 to 1", kept, verdict=verdict).at(place(rows))
    for kind in ("one", "low", "even", "chain"):
        for rows in split(table[table["kind"] == kind], "lioms", "g1"):
            yield thermal_share(rows).at(place(rows))
    for row in by_strength(grain).to_dict("records"):
        found = Estimate(row["ratio"], row["ratio_error"], row["N"])
        text = f"{row['plateau']:.3f}, 1/(4 pi^2 G^2) = {1 / (2 * math.pi * row['G']) ** 2:.3f}"
        said = (
            f"plateau over that of thermal eigenstates, G = {row['low']:g} to {row['high']:g}"
        )
        verdict = (
            f"{100 * (found.mean - 1):+.0f} %, {(found.mean - 1) / found.error:+.1f} sigma"
        )
        yield compare(said, "1 for G >> 1", 1.0, found, verdict=verdict, note=f"mean {text}")
    known = 1 / (math.pi * math.sqrt(2))
    said, paper = "G at which half is kept", f"thermal law continued: {known:.3f}"
    yield compare(said, paper, known, half_way(grain))


def thermal_share(rows: pd.DataFrame) -> Claim:
    """The mean plateau of a case over that of thermal eigenstates."""
    found = estimate_of(
        lambda a, b: a / b,
        rows["plateau"],
        rows["eth_plateau"],
        clusters=rows["realisation"],
    )
    note = f"plateau {rows['plateau'].mean():.3f}, mean G = {rows['G'].mean():.2f}"
    said = "mean plateau over that of thermal eigenstates"
    return compare(said, "1 for G >> 1", 1.0, found, note=note)


def late(table: pd.DataFrame) -> Claim:
    """The curves at 10^3 to 10^8 relaxation times scatter about the plateau."""
    rows = table[table["kind"] != "free"]
    found = estimate(rows["late"] - rows["plateau"], rows["realisation"])
    said = "mean of z at 1e3 to 1e8 relaxation times, less the plateau"
    return compare(said, "0", 0.0, found, digits=4)


def controls(table: pd.DataFrame) -> Iterator[Claim]:
    """No coupling, no decay; and at alpha = 1 thermal plateaus that halve with each LIOM."""
    free = table[table["kind"] == "free"]
    off = float(np.abs(1 - free["plateau"]).max())
    moved = float(max(np.abs(1 - curve).max() for curve in free["z"]))
    verdict = "exactly 1" if max(off, moved) < EXACT else "decays"
    said, text = "g = 0: largest |1 - plateau|, |1 - z(t)|", f"{off:.1e}, {moved:.1e}"
    yield Claim(
        said, "0", 0.0, off, verdict=verdict, text=text, N=free["realisation"].nunique()
    )
    thermal = table[(table["alpha"] == 1.0) & table["kind"].isin(["even", "decay"])]
    counts = sorted(int(n) for n in thermal["lioms"].unique())
    for fewer, more in zip(counts, counts[1:]):
        ends = [thermal[thermal["lioms"] == n] for n in (fewer, more)]
        found, theory = (power(ends, name, more - fewer) for name in ("plateau", "eth_plateau"))
        said = f"alpha = 1: power of n in the mean plateau, {fewer} to {more} LIOMs"
        verdict = f"thermal eigenstates of these grains {pm(theory, 2)}"
        yield compare(said, "-1 for one rate", -1.0, found, verdict=verdict)


def power(ends: list[pd.DataFrame], name: str, doublings: int) -> Estimate:
    """The power of the dimension that a column grows with, in the realisations of both ends."""
    return estimate_of(
        lambda a, b: math.log2(b / a) / doublings,
        *(end[name] for end in ends),
        clusters=[end["realisation"] for end in ends],
    )


def all_claims(table: pd.DataFrame, alpha: float) -> Iterator[Claim]:
    """Everything, the main decay being ``alpha``."""
    yield from factor(table)
    yield from rates(table, alpha)
    yield from phases(table)
    yield from decay(table)
    yield from plateaus(table)
    yield late(table)
    yield from controls(table)
