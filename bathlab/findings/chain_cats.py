"""What becomes of cats when a second site, and when all are perturbed."""

from __future__ import annotations

import math
from typing import Iterator

import pandas as pd

from bathlab.experiments import eigenstate_laws as laws
from bathlab.experiments.dynamics_laws import growth, mean_of
from bathlab.findings.chain_lines import by_number, by_size, fitted, trend
from bathlab.statistics import Estimate, estimate_of
from bathlab.theory.resonance_model.lengths import hamiltonian_resonance_length
from bathlab.workbench import Claim
from bathlab.workbench.claims import OFF, compare, pm, state

LOG2 = math.log(2)


def cats(table: pd.DataFrame) -> Iterator[Claim]:
    """All claims of the rows of cats."""
    for W, rows in by_number(table, "disorder").items():
        parts = by_size(rows)
        for L, part in parts.items():
            every = [*survival(part), *anew(part), *patches(part, W), *merged(part)]
            for claim in every:
                yield claim.at(f"O(3), W = {W:g}, L = {L}")
        for claim in trends(parts):
            yield claim.at(f"O(3), W = {W:g}")


def survival(part: pd.DataFrame) -> Iterator[Claim]:
    """Do cats of long range fall to a second perturbation, and short ones survive it."""
    long, short, less = laws.long_and_short(part)
    text = f"{pm(long, 2)} at r >= m/2, {pm(short, 2)} at r < m/2"
    known = math.isfinite(less.mean) and less.error > 0
    off = less.mean / less.error if known else math.nan
    word = "long ones fall more often" if off < -OFF else "no difference seen"
    said = "share of cats that survive U at distance m"
    verdict = f"{word}, {off:+.1f} sigma" if known else "too few cats"
    N = part["realisation"].nunique()
    yield Claim(said, "0 at r >~ m/2, 1 below", text=text, N=N, verdict=verdict, id="R67")
    means = laws.kept_by_distance(part)
    rows = [
        f"m = {m}: " + ", ".join(f"{e.mean:.2f}" if math.isfinite(e.mean) else "-" for e in row)
        for m, row in means.items()
    ]
    said = "the same at r = 0, 1, 2, ..."
    yield Claim(said, "falls with r, rises with m", text="; ".join(rows), N=N,
                verdict=_order(means), id="R67")  # fmt: skip


def _order(means: dict[int, list[Estimate]]) -> str:
    """How the survival of the nearest and of the farthest second site compare."""
    near, far = (_mean(means[m]) for m in (min(means), max(means)))
    if not math.isfinite(near) or not math.isfinite(far):
        return "too few cats"
    return f"{near:.2f} on average over r at m = {min(means)}, {far:.2f} at m = {max(means)}"


def _mean(row: list[Estimate]) -> float:
    known = [e.mean for e in row if math.isfinite(e.mean)]
    return sum(known) / len(known) if known else math.nan


def anew(part: pd.DataFrame) -> Iterator[Claim]:
    """Are the cats of V as many, as long and as good with U there before."""
    share = laws.ratio_of(part, "again", over="cats")
    said = "cats that V makes of states of H + U, over those of H"
    more = {"verdict": same(share, 1.0), "id": "R65 R68"}
    if math.isfinite(share.mean) and share.error > 0:
        yield compare(said, "1", 1.0, share, **more)
    before, after = (laws.ratio_of(part, name) for name in ("cats", "again"))
    if math.isfinite(before.mean) and math.isfinite(after.mean):
        labels = part["realisation"]
        index = [_moments(part, name) for name in ("again", "cats")]
        change = estimate_of(
            lambda a, b, c, d: a / b - c / d if b > 0 and d > 0 else math.nan,
            *index[0], *index[1], clusters=labels,
        )  # fmt: skip
        said = "mean range of cats with U less that without"
        text = f"{pm(after, 2)} - {pm(before, 2)} = {pm(change, 2)}"
        yield compare(
            said, "0", 0.0, change, text=text, verdict=same(change, 0.0), id="R65 R68"
        )
    less = estimate_of(
        lambda a, b: (1 - a) / (1 - b), part["largest_again"], part["largest"],
        clusters=part["realisation"],
    )  # fmt: skip
    said = "1 - largest overlap of states of H + V with one before, with U over without"
    yield compare(said, "1", 1.0, less, verdict=same(less, 1.0), id="R65")


def _moments(part: pd.DataFrame, column: str) -> tuple[list[float], list[float]]:
    cells = [list(cell) for cell in part[column]]
    return [sum(r * c for r, c in enumerate(cell)) for cell in cells], [sum(c) for c in cells]


def same(found: Estimate, wanted: float) -> str:
    """Whether two statistics are the same."""
    if not math.isfinite(found.mean) or not found.error > 0:
        return "too few cats"
    off = (found.mean - wanted) / found.error
    return f"{'the same' if abs(off) < OFF else 'changed'}, {off:+.1f} sigma"


def patches(part: pd.DataFrame, W: float) -> Iterator[Claim]:
    """Patches of changed spins if all sites are perturbed, and whether the model may hold."""
    density, sites, kept = (
        mean_of(part, name) for name in ("patches", "patch_sites", "largest_all")
    )
    size = estimate_of(
        lambda a, b: a / b if b > 0 else math.nan, part["patch_sites"], part["patches"],
        clusters=part["realisation"],
    )  # fmt: skip
    L, lam = int(part["sites"].iloc[0]), float(hamiltonian_resonance_length(W))
    root = math.sqrt(lam)
    word = "apart" if sites.mean < 0.25 else "overlap"
    said = "patches of changed spins per site, all sites perturbed"
    note = f"size {pm(size, 2)} sites; L/2 = {L // 2}, sqrt(lambda of (83)) = {root:.1f}"
    verdict = f"{word}: {pm(sites)} of all sites changed"
    yield state(
        said, "xi/lambda, of size xi", density, verdict=verdict, note=note, id="R5 R70 R71"
    )
    said = "mean largest overlap of a state with one before, all sites perturbed"
    few = "no resonance typical" if kept.mean > 0.5 else "resonances typical"
    where = "below" if L / 2 < root else "above"
    verdict = f"{few}; min(L/2, xi) {where} sqrt(lambda)"
    yield state(said, "near 1 if L/2 << sqrt(lambda)", kept, verdict=verdict, id="R4")


def merged(part: pd.DataFrame) -> Iterator[Claim]:
    """Entropy near site 0 with 0, 1, 2, 3 perturbed sites there."""
    S, high = mean_of(part, "entropy"), mean_of(part, "high")
    rise = estimate_of(lambda s: s[3] - s[0], part["entropy"], clusters=part["realisation"])
    off = rise.mean / rise.error
    word = "rises" if off > OFF else "falls" if off < -OFF else "unchanged"
    text = "; ".join(f"{s / LOG2:.2f}" for s in S.mean) + " log 2"
    shares = ", ".join(f"{100 * h:.1f}" for h in high.mean)
    said = "entropy of site 0 and its neighbours, 0 to 3 of them perturbed"
    note = f"above (3/2) log 2: {shares} % of states"
    more = {"text": text, "verdict": f"{word}, {off:+.1f} sigma", "note": note}
    yield state(said, "rises where resonances overlap", rise, id="R69", **more)


def trends(parts: dict[int, pd.DataFrame]) -> Iterator[Claim]:
    """The largest overlap against L, one site and all sites perturbed."""
    for column, what in (("largest", "one site"), ("largest_all", "all sites")):
        line = growth(parts, column, log=False)
        if line is None:
            continue
        said = f"mean largest overlap per site of L, {what} perturbed"
        yield fitted(said, "-", line, line.slope, verdict=trend(line.slope, OFF), id="R4")
