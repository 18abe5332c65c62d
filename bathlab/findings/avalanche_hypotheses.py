"""What rows of avalanche_hypotheses say of (i), (ii) and superadditivity.

Rows are those of :func:`bathlab.experiments.hypothesis_rows`. Single chains are counted; what
the argument needs are the averages. A share of which no chain fails is below 3/N, at 95 %.
"""

from __future__ import annotations

import math
from typing import Any, Iterator, Sequence

import numpy as np
import pandas as pd

from bathlab.experiments.hypotheses import VARIED
from bathlab.experiments.hypothesis_sums import failed_chains, growth
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.workbench.claims import Claim, state

#: A mean falls if it does by more than so many standard errors.
SIGMAS = 4.0
#: Hypotheses by the names of their columns: what fails, the paper, the claim's number.
HYPOTHESES = {
    "i": ("chains in which rho falls, eps -> {raised:g} eps", "none on average: (i)", "A23"),
    "ii": (
        "chains in which a cell thermal in a piece is not in the whole",
        "none: (ii)",
        "A24",
    ),
    "sum": ("partitions with more thermal cells than the whole", "none: superadditive", "A25"),
}


def failure_claims(part: pd.DataFrame, raised: float) -> Iterator[Claim]:
    """How many chains fail, at all epsilons of one rule together."""
    row = failed_chains(part.assign(all=0), ["all"]).iloc[0]
    for name, (said, paper, number) in HYPOTHESES.items():
        failed, tried = int(row[f"{name}_failed"]), int(row[f"{name}_tried"])
        share = failed / tried
        most = (
            f"{row[f'{name}_most']:.0f} cells at most in one, {row[f'{name}_cells']:.0f} in all"
        )
        yield Claim(
            said.format(raised=raised),
            paper,
            expected=0,
            value=share,
            error=math.sqrt(share * (1 - share) / tried),
            effect=share,
            N=tried,
            of="chains" if name != "sum" else "partitions",
            text=f"{failed} of {tried}",
            verdict=rate(failed, tried),
            note=most if failed else "",
            id=number,
        )


def rate(failed: int, tried: int) -> str:
    """A share in per cent, or the bound where none fails."""
    if failed:
        return f"broken in {100 * failed / tried:.2g} %"
    return f"none, below {300 / tried:.1g} % (95 %)"


def mean_claims(part: pd.DataFrame) -> Iterator[Claim]:
    """The averages, each at the epsilon where it is least in its errors."""
    found = failed_chains(part, ["epsilon"])
    for said, name, unit, paper, number in (
        ("rise of <rho>", "rise", "", "not below 0: (i)", "A23"),
        ("mean gain of a chain over its pieces", "gain", " cells", "not below 0", "A25"),
    ):
        place = int(np.argmin(found[name] / found[f"{name}_error"]))
        row = found.iloc[place]
        least = Estimate(row[name], row[f"{name}_error"], part["realisation"].nunique())
        text = f"{least.mean:.4f} +- {least.error:.4f}{unit}"
        more: dict[str, Any] = {
            "text": text,
            "note": f"least, at eps = {row['epsilon']:.4g}",
            "id": number,
        }
        more |= {"N": int(row["chains"]), "of": "chains", "verdict": side(least)}
        yield state(said, paper, least, **more)
    lost = float(found["ii_cells"].sum() / found["chains"].sum())
    gained = float(found["gain"].mean())
    yield Claim(
        "cells lost in the whole, of all five pieces, over the gain of a chain",
        "0: (ii)",
        expected=0,
        value=lost / gained,
        effect=lost / gained,
        N=int(found["chains"].sum()),
        of="chains",
        text=f"{lost / gained:.1e}",
        verdict=f"{100 * lost / gained:.1g} % of the gain",
        id="A24 A25",
    )
    steps = [
        (growth(rows, int(rows["cells_long"].iloc[0])), epsilon)
        for epsilon, rows in part.groupby("epsilon", sort=False)
    ]
    least, at = min(steps, key=lambda each: each[0].mean / each[0].error)
    text = f"{least.mean:.2e} +- {least.error:.0e}"
    more = {"text": text, "note": f"least, at eps = {at:.4g}", "verdict": side(least)}
    yield state("<rho(L)> - <rho(L/2)>", "not below 0", least, id="A25", **more)


def side(found: Estimate) -> str:
    """Which way a mean goes, in its errors."""
    sigmas = found.mean / found.error if found.error > 0 else math.inf * np.sign(found.mean)
    if sigmas < -SIGMAS:
        return f"falls, {sigmas:.1f} sigma"
    return f"rises, {sigmas:+.1f} sigma" if sigmas > SIGMAS else f"{sigmas:+.1f} sigma"


def rule_claims(table: pd.DataFrame, raised: float) -> Iterator[Claim]:
    """Of all combinations of rules: how many break what, and which option decides."""
    found = failed_chains(table, VARIED)
    for name, (said, paper, number) in HYPOTHESES.items():
        broken = found[f"{name}_failed"] > 0
        worst = found.iloc[int(np.argmax(found[f"{name}_share"]))]
        note = f"of {int(worst['chains'])} chains each"
        if broken.any():
            note += f"; most, {100 * worst[f'{name}_share']:.2g} %: {in_words(worst)}"
        yield Claim(
            f"rules with {said.format(raised=raised)}",
            paper,
            expected=0,
            value=int(broken.sum()),
            effect=int(broken.sum()),
            N=len(found),
            of="rules",
            text=f"{int(broken.sum())} of {len(found)}",
            verdict=f"mean {100 * found[f'{name}_share'].mean():.2g} % of chains",
            note=note,
            id=number,
        )
    for said, name, number in (
        ("rules in which <rho> falls as eps grows", "rise", "A23"),
        ("rules in which a chain has on average fewer cells than its pieces", "gain", "A25"),
    ):
        sigmas = found[name] / found[f"{name}_error"]
        falls = int((sigmas < -SIGMAS).sum())
        worst = found.iloc[int(np.argmin(sigmas))]
        unsure = int((sigmas.abs() <= SIGMAS).sum())
        yield Claim(
            said,
            "none",
            expected=0,
            value=falls,
            effect=falls,
            N=len(found),
            of="rules",
            text=f"{falls} of {len(found)}",
            verdict="none" if falls == 0 else f"{falls} rules",
            note=f"least {worst[name]:.2g} +- {worst[f'{name}_error']:.1g}, {in_words(worst)}; "
            f"{unsure} within {SIGMAS:g} errors of 0",
            id=number,
        )
    yield from option_claims(found)


def in_words(row: pd.Series, names: Sequence[str] = VARIED) -> str:
    return ", ".join(f"{name} = {row[name]}" for name in names)


def option_claims(found: pd.DataFrame) -> Iterator[Claim]:
    """The mean share of chains that fail over all rules with one value of an option."""
    for option in VARIED:
        for name in ("i", "ii"):
            shares = found.groupby(option, sort=False)[f"{name}_share"].mean()
            none = found.groupby(option, sort=False)[f"{name}_failed"].max() == 0
            words = [
                f"{value} {'none' if never else f'{100 * share:.2g} %'}"
                for value, share, never in zip(shares.index, shares, none)
            ]
            most = shares.max() / shares.min() if shares.min() > 0 else math.inf
            yield Claim(
                f"({name}) fails, mean over all rules, by {option}",
                "-",
                value=float(shares.max()),
                N=len(found),
                of="rules",
                text=", ".join(words),
                verdict=f"factor {most:.3g}" if math.isfinite(most) else "decides",
                id={"i": "A23", "ii": "A24"}[name],
            )


def changed_rules(found: pd.DataFrame, usual: dict[str, Any]) -> pd.DataFrame:
    """The default rule and those that differ in one option, of :func:`failed_chains`, with a
    column ``rule`` that says which."""
    differ = pd.DataFrame({name: found[name] != usual[name] for name in VARIED})
    kept = found[differ.sum(axis=1) <= 1]
    names = [
        next((f"{n} = {row[n]}" for n in VARIED if row[n] != usual[n]), "default")
        for _, row in kept.iterrows()
    ]
    kept = kept.assign(rule=names)
    return kept.sort_values("rule", key=lambda each: each != "default", kind="stable")


def changed_claims(found: pd.DataFrame, usual: dict[str, Any]) -> Iterator[Claim]:
    """One option changed at a time."""
    for _, row in changed_rules(found, usual).iterrows():
        shares = [
            f"{'superadditive' if name == 'sum' else f'({name})'} "
            f"{100 * row[f'{name}_share']:.2g} %"
            for name in HYPOTHESES
        ]
        yield Claim(
            f"{row['rule']}: chains that break a hypothesis",
            "none",
            expected=0,
            value=float(row["ii_share"]),
            effect=float(row["ii_share"]),
            N=int(row["chains"]),
            of="chains",
            text=", ".join(shares),
            verdict="broken" if row[["i_failed", "ii_failed"]].any() else "none broken",
            note=f"<rho> = {row['density']:.3f}",
            id="A23 A24 A25",
        )


def jump_claims(table: pd.DataFrame) -> Iterator[Claim]:
    """<rho> just above less just below values of epsilon, the bonds being the same."""
    for (given, disorder), part in table.groupby(["epsilon", "disorder"], sort=True):
        epsilon = float(str(given))
        found = estimate(part["rise"], part["realisation"])
        half = 2 * math.log2(1 / epsilon)
        step = abs(half - round(half)) < 1e-5
        known = "jumps" if found.mean > SIGMAS * found.error > 0 else "no jump"
        relative = found.mean / float(part["density"].mean())
        yield state(
            f"jump of <rho> at eps = {epsilon:.5f}, disorder {disorder}",
            "0: continuous",
            found,
            digits=5,
            expected=0.0,
            effect=found.mean,
            N=int(part["chains"].sum()),
            of="chains",
            verdict=f"{known}, {100 * relative:.2g} % of <rho>",
            note="K e^(-s n/2l) with n = " + f"{round(half)} l" if step else "none of those",
            id="A23",
        )


def example_claims(part: pd.DataFrame) -> Iterator[Claim]:
    """The shortest chain that breaks (ii) by its last cell, of all there are."""
    for epsilon, rows in part.groupby("epsilon", sort=True):
        bonds = np.asarray(rows["example"].iloc[0])
        text = "".join("-x"[int(each)] for each in bonds) or "none"
        yield Claim(
            f"shortest chain that breaks (ii), eps = {epsilon:.4g}",
            "not strictly",
            value=len(bonds) or None,
            N=1,
            of="search",
            text=f"{len(bonds)} cells, {text}" if len(bonds) else "none",
            verdict="(ii) is broken" if len(bonds) else "none found",
            note="x is a resonant bond; by its last cell",
            id="A24",
        )
