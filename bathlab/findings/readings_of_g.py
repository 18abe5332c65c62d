"""The G of the first LIOM in every reading, the level spacings behind it, and how G grows."""

from __future__ import annotations

import math
from typing import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from bathlab.experiments.driven import WINDOWS
from bathlab.findings.thermalisation_curve import LOG2, mean_of, rows_at
from bathlab.statistics import Estimate, estimate, estimate_of
from bathlab.workbench import Claim
from bathlab.workbench.claims import compare, pm, state

#: G of the first LIOM of 9 spins, and their 1/rho, as the paper has them.
PAPER_G, PAPER_SPACING = 0.67, 0.018
#: A coupling this near to the first LIOM's, as a share of it, is taken for it.
NEAR_OWN = 0.1
#: Columns of "readings" within a window: G per g by rho and by the states that M runs over.
READINGS = {
    "rho of the bath, M over flips": 0,
    "rho of the bath, M over all products (the text, literally)": 1,
    "rho of bath and spin, M over flips": 2,
    "rho of bath and spin, M over all products": 3,
}


def first_liom(table: pd.DataFrame, label: str, spins: int, g1: float) -> Iterator[Claim]:
    """G of the first LIOM in every reading, and Delta D there."""
    rows = table[(table["bath"] == label) & (table["g"] == table["g"].min())]
    if rows.empty or "readings" not in rows:
        return
    values = np.stack(rows["readings"].to_list()).reshape(len(rows), len(WINDOWS), -1) * g1
    paper = f"{PAPER_G}" + ("" if spins == 9 else " (9 spins)")
    clusters, own = rows["realisation"], WINDOWS.index(1.0)

    def claim(words: str, found: Estimate, note: str = "") -> Claim:
        return compare(
            f"{label}: G of the first LIOM, {words}",
            paper,
            PAPER_G,
            found,
            verdict=f"{found.mean / PAPER_G:.2f} of the paper's",
            equation="(4)",
            note=note,
            id="G77",
        )

    for words, column in READINGS.items():
        by_window = [estimate(values[:, k, column], clusters) for k in range(len(WINDOWS))]
        others = ", ".join(
            f"{pm(each)} in {width:g}"
            for width, each in zip(WINDOWS, by_window)
            if width != WINDOWS[own]
        )
        yield claim(words, by_window[own], f"window 1; {others}")
    smooth = estimate(rows["G_smooth"] / rows["g"] * g1, clusters)
    yield claim("sqrt(v(2h) rho), smooth rho", smooth)
    for words, column in (("flips", 0), ("all products", 1)):
        # G per g over rho of the bath is sqrt(M).
        root = values[:, own, column] / rows["rho"].to_numpy()
        found = estimate(root / PAPER_SPACING, clusters)
        yield claim(f"1/rho = {PAPER_SPACING}, M over {words}", found)
    yield from at_coupling(table, label, g1)


def at_coupling(table: pd.DataFrame, label: str, g1: float) -> Iterator[Claim]:
    """How far in the transition the first LIOM is: Delta D at the coupling nearest its own."""
    own = table.loc[table["bath"] == label, "g"]
    near = float(own.iloc[(own - g1).abs().argmin()])
    if abs(near / g1 - 1) > NEAR_OWN:
        return
    rows = rows_at(table, label, [near])
    share = mean_of(rows.assign(share=rows["delta_log_ipr"] / LOG2), "share")
    verdict = "in the transition" if share.mean < 0.9 else "hardly in the transition"
    said = f"{label}: Delta D over log 2 of the first LIOM, g = {near:g}"
    yield state(said, "in the transition", share, verdict=verdict, id="G77")


def spacings(
    table: pd.DataFrame, names: Mapping[str, tuple[str, float]], spins: int
) -> Iterator[Claim]:
    """1/rho at the centre of each bath, beside its exact value: ``names`` has that by label."""
    for label, (words, exact) in names.items():
        rows = table[(table["bath"] == label) & (table["g"] == table["g"].min())]
        if rows.empty:
            continue
        inverse: Callable[[float], float] = lambda rho: 1 / rho  # noqa: E731
        found = estimate_of(inverse, rows["rho"].to_numpy(), clusters=rows["realisation"])
        verdict = f"{found.mean / PAPER_SPACING:.2f} of the paper's"
        paper = f"{PAPER_SPACING}" + ("" if spins == 9 else " (9 spins)")
        said = f"{label}: 1/rho at the centre"
        note = f"{words}: {exact:.4f}"
        more = {"verdict": verdict, "note": note, "id": "G76"}
        yield compare(said, paper, PAPER_SPACING, found, **more, digits=4)


def growth_of_g(table: pd.DataFrame, label: str, g1: float, alpha: float) -> Iterator[Claim]:
    """G of a LIOM over that of the one before, each with the coupling it was coupled with."""
    rows = table[(table["bath"] == label) & (table["g"] == table["g"].min())]
    if rows.empty or "G_lioms" not in rows or rows["G_lioms"].isna().any():
        return
    values = np.stack(rows["G_lioms"].to_list())
    values[:, -1] *= g1 * alpha ** (values.shape[1] - 1)
    wanted = alpha * math.sqrt(2)
    note = "means of G over disorder: " + ", ".join(f"{x:.3f}" for x in values.mean(axis=0))
    last = values.shape[1]
    clusters = rows["realisation"].to_numpy()
    for k in range(1, last):
        columns = values[:, k], values[:, k - 1]
        found = estimate_of(lambda a, b: a / b, *columns, clusters=clusters)
        said = f"{label}: G_{k + 1}/G_{k}"
        yield compare(said, f"{wanted:.2f}", wanted, found, id="G82", note=note)
    if last > 2:
        found = estimate_of(
            lambda a, b: (a / b) ** (1 / (last - 1)),
            values[:, -1],
            values[:, 0],
            clusters=clusters,
        )
        said = f"{label}: growth of G per LIOM, first to last"
        yield compare(said, f"{wanted:.2f}", wanted, found, id="G82", note=note)
