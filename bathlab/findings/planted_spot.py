"""What rows of planted_spot say of a single seed: when it melts all, how far it melts else.

Rows are those of :func:`bathlab.experiments.planted_rows`. Nothing in them is random, so that
counts are exact and thresholds are bracketed. alpha = 1/zeta is in units of s = log 2.
"""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.workbench.claims import Claim

#: Decays are multiples of 1/PARTS of s.
PARTS = 2.0**33
#: A threshold is exact if it is as near as decays are told apart.
NEAR = 4 / PARTS
#: Large enough a seed that the next whole number above l_k is a small step.
LARGE = 10


def sides(part: pd.DataFrame) -> int:
    """To how many sides the seeds of one place grow."""
    return 1 if part["place"].iloc[0] == "end" else 2


def collar_law(n: float, alpha: RealArray, sides: int, own: bool, grown: bool) -> RealArray:
    """Cells that a seed of n melts on a side: the first l at which s (n + m)/2 > (l + own)
    alpha fails, m = l times its sides or, with a frozen bath, 0. Infinite if none does."""
    a = np.rint(alpha * PARTS) / PARTS
    slope = a - sides / 2 * grown
    with np.errstate(divide="ignore", invalid="ignore"):
        last = np.ceil((n / 2 - own * a) / slope)
    grows = n / 2 > own * a
    return np.where(grows, np.where(slope > 0, last, math.inf), 0.0)


def limits(row: pd.Series, sides: int, own: bool) -> float:
    """The threshold of an infinite chain: on the straight line in one over the last l that has
    to melt, which is exact, through those of the two longest chains."""
    lengths, found = np.asarray(row["length"]), np.asarray(row["threshold"])
    n = float(row["bath"])
    if sides == 2:
        lengths = lengths + (lengths - n) % 2
    inverse = 1 / ((lengths - n) / sides - 1 + own)
    (x, y), (low, high) = inverse[-2:], found[-2:]
    return float(high + y * (high - low) / (x - y))


def threshold_claims(part: pd.DataFrame, own: bool) -> Iterator[Claim]:
    """Up to which alpha a seed melts an infinite chain."""
    expected, orders = sides(part) / 2, part["order"].to_numpy()
    found = np.array([limits(row, sides(part), own) for _, row in part.iterrows()])
    paper = "1: iff zeta > zeta_c" if sides(part) == 2 else "zeta_c' = 2 zeta_c"
    off = np.abs(found - expected) > NEAR
    bracket = float(np.max([np.max(each) for each in part["bracket"]]))
    known = f"{expected:g}" if not off.any() else "less: " + listed(orders[off], found[off])
    known = known if not (found[off] > expected).any() else "off"
    lengths = np.asarray(part["length"].iloc[0])
    yield Claim(
        f"largest alpha/s at which seeds of k = {orders.min()} to {orders.max()} grow for ever",
        paper,
        expected=expected,
        value=float(np.median(found)),
        effect=float(np.max(np.abs(found[~off] - expected), initial=0.0)),
        N=len(part),
        of="seeds",
        verdict=known,
        text=f"{np.median(found):.9f}",
        note=f"halved to {bracket:.0e} in chains of up to {lengths.max():.0e} cells",
        id="A2",
    )


def listed(orders: Any, values: Any) -> str:
    """Values by order: "0.5 (k = 1)"."""
    return ", ".join(f"k = {k} ({value:.6g})" for k, value in zip(orders, values))


def equality_claim(part: pd.DataFrame) -> Iterator[Claim]:
    """At exactly the critical alpha the scheme, with its sharp inequality, melts all."""
    alpha = np.asarray(part["alpha"].iloc[0])
    at = np.flatnonzero(alpha == sides(part) / 2)
    if len(at) == 0:
        return
    covered = sum(math.isinf(np.asarray(each)[at[0]]) for each in part["collar"])
    yield Claim(
        f"seeds that cover the chain at alpha/s = {alpha[at[0]]:g} exactly",
        "none: zeta > zeta_c",
        expected=0,
        value=covered,
        effect=covered,
        N=len(part),
        of="seeds",
        text=f"{covered} of {len(part)}",
        verdict="all" if covered == len(part) else f"all but {len(part) - covered}",
        note="what is exactly equal is not resonant: n s/2 > l alpha is strict",
        id="A2",
    )


def collar_claims(part: pd.DataFrame, own: bool) -> Iterator[Claim]:
    """The collar beside l_k, growing and with the bath frozen."""
    for column, grown, ids in (("collar", True, "A36"), ("frozen", False, "A79")):
        differ, points = 0, 0
        for _, row in part.iterrows():
            law = collar_law(row["bath"], row["alpha"], sides(part), own, grown)
            room = law * sides(part) + row["bath"] < row["cells"]
            wanted = np.where(room, law, math.inf)
            differ += int(np.sum(wanted != row[column]))
            points += len(law)
        formula = "k (s/2)/(alpha - s)" if sides(part) == 2 else "k (s/2)/(alpha - s/2)"
        name = "collars" if grown else "collars with the bath frozen at k"
        yield Claim(
            f"{name} that are not the next whole number",
            f"l_k = {formula}" if grown else "k (s/2)/alpha",
            expected=0,
            value=differ,
            effect=differ,
            N=points,
            of="points",
            text=f"{differ} of {points}",
            verdict="exact" if differ == 0 else f"{differ} differ",
            id=ids,
        )


def rounding_claims(part: pd.DataFrame) -> Iterator[Claim]:
    """How much larger a collar of whole cells is than l_k."""
    largest = part["order"].max()
    for name, kept in (
        (f"k < {LARGE}", part["order"] < LARGE),
        (f"k = {largest}", part["order"] == largest),
    ):
        ratios: list[float] = []
        for _, row in part[kept].iterrows():
            alpha, collar = np.asarray(row["alpha"]), np.asarray(row["collar"])
            used = (alpha > 1) & np.isfinite(collar)
            smooth = row["order"] / 2 / (alpha[used] - sides(part) / 2)
            ratios += (collar[used] / smooth).tolist()
        if ratios:
            yield Claim(
                f"largest collar over l_k of (14), {name}",
                "1",
                expected=1.0,
                value=max(ratios),
                effect=max(ratios) - 1,
                N=len(ratios),
                of="points",
                text=f"{max(ratios):.3g}",
                verdict=f"{100 * (max(ratios) - 1):.0f} % more, by whole cells",
                note="alpha above s",
                id="A36",
            )


def control_claims(part: pd.DataFrame) -> Iterator[Claim]:
    """Growth that feeds back on the bath, or does not, at the critical alpha and just above,
    for the largest seed, where whole cells matter least."""
    alpha, row = np.asarray(part["alpha"].iloc[0]), part.iloc[-1]
    critical = sides(part) / 2
    for at in (critical, float(alpha[alpha > critical].min())):
        for place in np.flatnonzero(alpha == at):
            for name, column, slope in (
                ("grown", "collar", at - critical),
                ("bath frozen at k", "frozen", at),
            ):
                wanted = 0.5 / slope if slope > 0 else math.inf
                found = float(np.asarray(row[column])[place] / row["order"])
                said = f"collar over k at alpha/s = {at:.6g}, k = {row['order']}, {name}"
                yield control(said, found, wanted)


def control(said: str, found: float, wanted: float) -> Claim:
    """A collar over k that is infinite where the chain is covered."""
    more: dict[str, Any] = {"paper": f"{wanted:.4g}", "N": 1, "of": "seed", "id": "A79"}
    if math.isinf(found):
        known = "no bound" if math.isinf(wanted) else "off"
        return Claim(said, text="covers the chain", verdict=known, **more)
    more |= {"value": found, "text": f"{found:.4g}"}
    if math.isinf(wanted):
        return Claim(said, verdict="off", **more)
    off = found / wanted - 1
    known = "agrees" if abs(off) < 0.02 else f"{100 * off:+.1f} %"
    return Claim(said, expected=wanted, effect=found - wanted, verdict=known, **more)


def growth_claims(part: pd.DataFrame) -> Iterator[Claim]:
    """Which couplings are resonant from the start, which form later, and which stay."""
    alpha, orders = np.asarray(part["alpha"].iloc[0]), part["order"]
    collar, frozen, steps, border = (
        np.array(list(part[name])) for name in ("collar", "frozen", "steps", "border")
    )
    first = int(np.sum(frozen[:, alpha >= sides(part) / 2].min(axis=1) >= 1))
    yield exactly(
        "seeds whose couplings to the next cells are resonant from the start",
        "all, for k >> 1",
        len(part),
        first,
        len(part),
        "seeds",
        note="each alpha from the critical one on",
    )
    halted = np.isfinite(collar)
    rounds = int(np.sum(steps[halted] != collar[halted]))
    yield exactly(
        "seeds that melt other than one cell on a side in each round",
        "0: each makes the next resonant",
        0,
        rounds,
        int(halted.sum()),
        "points",
    )
    at = int(np.argmin(np.where(alpha > sides(part) / 2, alpha, math.inf)))
    for order in (orders.min(), orders.max()):
        row = int(np.flatnonzero(orders == order)[0])
        share = 1 - float(frozen[row, at] / collar[row, at])
        yield Claim(
            f"share of a collar that forms later, k = {order}, alpha/s = {alpha[at]:.6g}",
            "further ones form later",
            value=share,
            N=1,
            of="seed",
            text=f"{share:.4f}",
            verdict=f"{100 * share:.1f} % later",
            id="A22",
        )
    low = -(alpha - sides(part) / 2)
    outside = int(np.sum(halted & ((border > 1e-6) | (border < low - 1e-6))))
    yield exactly(
        "log G of the couplings to l and r outside -(alpha - s), 0",
        "barely perturbative",
        0,
        outside,
        int(halted.sum()),
        "points",
        note="at an end s/2 instead of s",
    )


def exactly(
    said: str,
    paper: str,
    wanted: int,
    found: int,
    N: int,
    of: str,
    id: str = "A22",
    note: str = "",
) -> Claim:
    """A count that is to be ``wanted``."""
    known = "exact" if found == wanted else f"{abs(found - wanted)} are not so"
    more: dict[str, Any] = {"text": f"{found} of {N}", "verdict": known, "id": id, "note": note}
    return Claim(
        said, paper, expected=wanted, value=found, effect=found - wanted, N=N, of=of, **more
    )


def pair_claims(part: pd.DataFrame) -> Iterator[Claim]:
    """Two seeds side by side: the smaller comes to rest, then the larger reaches it."""
    pairs, alpha = int(sum(map(len, part["partner"]))), part["paired"].iloc[0]
    if pairs == 0:
        return
    columns = ("partner", "reach", "reach_cores", "rested", "rested_cell")
    small, reach, cores, rested, cell = (np.concatenate(list(part[c])) for c in columns)
    at = f"alpha/s = {alpha:g}"
    done = int(np.sum(rested == 1))
    said = f"pairs whose smaller spot is at rest before the larger moves, {at}"
    yield exactly(said, "all", pairs, done, pairs, "pairs", "A20")
    control = float(cell.mean())
    yield Claim(
        f"{said}, spots melting a cell at a time",
        "-",
        value=control,
        N=pairs,
        of="pairs",
        text=f"{control:.2f}",
        verdict=f"{100 * control:.0f} % of the gaps",
        note="a choice the paper leaves open",
        id="A20",
    )
    gain = reach - cores
    best = int(np.argmax(gain))
    yield Claim(
        f"gap up to which the larger then fuses with the smaller, less that with the melted "
        f"cells of the smaller counted, {at}",
        "> 0: couplings eliminated",
        value=float(gain[best]),
        N=pairs,
        of="pairs",
        text=f"0 to {gain[best]:.0f} cells, {reach[best]:.0f} for {cores[best]:.0f}",
        verdict="farther" if gain.min() >= 0 < gain.max() else "not farther",
        note=f"0 in {int(np.sum(gain == 0))} pairs",
        id="A20",
    )
