"""What rows of resonant scales say of the exponent of p_Omega, its limit and its edges.

Of Garratt, Roy & Chalker, Phys. Rev. B 104, 184203 (2021), whose claims bear the ids C1 to C80;
tables are those of :func:`bathlab.experiments.scale_rows` with the columns ``coupling``,
``sites`` and ``kind``. a = zeta/zeta_c.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product
from typing import Iterator, Sequence

import numpy as np
import pandas as pd

from bathlab.experiments import scale_laws
from bathlab.experiments.scale_laws import FIELDS, SETS, SPECTRUM, WHOLE, Window
from bathlab.experiments.scale_relations import quantile_of
from bathlab.experiments.scales import (
    counts_of,
    pairs_of,
    scale_histogram,
    share_within,
    spread_over_windows,
)
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import estimate
from bathlab.statistics.histograms import DensityLaw
from bathlab.theory.circuit_laws import PAPER, largest_scale, least_scale
from bathlab.workbench.claims import Claim, apart, compare, compare_law

#: Ids of the claims of zeta/zeta_c, by J.
FIGURE = {0.02: "C24", 0.04: "C25"}
#: Mean gap ratio of levels that know nothing of each other.
POISSON = 2 * math.log(2) - 1
FEW = "too few pairs"
#: Where p_Omega is compared between sizes, in bins of two fifths of a decade.
PLACES, HALF = (1e-2, 1e-3, 1e-4), 10**0.2


def least_known(coupling: float, sites: int) -> float:
    """Omega_0 = 2^(-L/a) with the paper's a, below which (5) says nothing; 0 without one."""
    return least_scale(PAPER[coupling][0], sites) if coupling in PAPER else 0.0


def law_claims(
    part: pd.DataFrame, coupling: float, sites: int, fits: Sequence[Window]
) -> Iterator[Claim]:
    """Exponent of (5) in each window and set of pairs, amplitude where it is above Omega_0."""
    least = least_known(coupling, sites)
    for pairs, window in product(SETS, fits):
        law = scale_laws.scale_law(part, window, pairs)
        if law is not None:
            claim = exponent_claim(law, coupling, pairs, least)
            whole = (part["kind"] == SPECTRUM).all()
            yield claim if whole else replace(claim, claim=f"{claim.claim}, windows of states")
        elif pairs == WHOLE and (part["kind"] == SPECTRUM).all():
            said = f"zeta/zeta_c on {interval(window)}"
            yield Claim(said, "-", verdict=FEW, N=len(part), id="C35")
        if law is not None and pairs == WHOLE and law.window[0] >= least:
            said = f"amplitude of p_Omega / (a 2^-L) on {interval(law.window)}"
            ratio = scale_laws.amplitude_over(scale_histogram(part), law, sites)
            yield compare(said, "1, no free parameter", 1.0, ratio, equation="(5)", id="C35")


def exponent_claim(law: DensityLaw, coupling: float, pairs: str, least: float) -> Claim:
    """zeta/zeta_c of one fit, beside the paper's where it has one."""
    here = scale_laws.exponent_of(law)
    said = f"zeta/zeta_c on {interval(law.window)}" + (f", {pairs}" if pairs != WHOLE else "")
    if coupling not in PAPER:
        claim = compare_law(said, "-", here.mean, law, here, equation="(5)", id="C35")
        return replace(claim, expected=None, effect=None, verdict="-")
    theirs, error = PAPER[coupling]
    more = {"equation": "(5)", "id": f"{FIGURE[coupling]} C35"}
    if law.window[0] < least:
        more["verdict"] = f"window below Omega_0 = {least:.0e}"
    paper = f"{theirs} +- {error} at L = 14"
    return compare_law(said, paper, theirs, law, here, error, **more)


def interval(window: Window) -> str:
    return f"[{window[0]:.0e}, {window[1]:.0e}]"


def limit_claims(
    table: pd.DataFrame, coupling: float, fits: Sequence[Window]
) -> Iterator[Claim]:
    """Straight lines in 1/L through the exponents of the sizes with Omega_0 below the fit."""
    for pairs, window in product(SETS, fits):
        above = table["sites"].map(lambda sites: least_known(coupling, sites) <= window[0])
        law = scale_laws.limit_law(table[above & (table["kind"] != FIELDS)], window, pairs)
        if law is not None:
            claim = exponent_claim(law, coupling, pairs, 0.0)
            note = f"{claim.note}; line in 1/L through {law.bins} exponents"
            wrong = claim.verdict.replace("not one power", "no straight line in 1/L")
            yield replace(claim, claim=f"1/L to 0: {claim.claim}", note=note, verdict=wrong)


def edge_claims(part: pd.DataFrame, coupling: float) -> Iterator[Claim]:
    """The upper edge, with and without the relation of z to omega, and the gap ratio."""
    bound, labels = largest_scale(coupling), part["realisation"]
    for name, said, which in (
        ("largest", "largest Omega / (2 pi J)", "C38"),
        ("resonant_edge", "largest |omega| with Z > 1/2, over 2 pi J", "C18"),
    ):
        edge = estimate(part[name] / bound, labels)
        spacings = edge.mean * bound * 2.0 ** int(part["sites"].iloc[0]) / (2 * math.pi)
        more = {"note": f"{spacings:.0f} mean spacings", "id": which}
        yield compare(said, "1", 1.0, edge, verdict=f"{100 * (edge.mean - 1):+.0f} %", **more)
    moved, said = estimate(part["largest_moved"] / bound, labels), "no edge: > 1"
    yield apart("largest Omega / (2 pi J), z rearranged", said, 1.0, "1", moved, id="C38")
    ratio = estimate(part["gap_ratio"], labels)
    yield compare("gap ratio", f"localised: {POISSON:.3f}", POISSON, ratio, id="C5")


def growth_claims(table: pd.DataFrame, coupling: float) -> Iterator[Claim]:
    """What one site more makes of p_Omega at fixed Omega, from the least size with Omega_0
    below it to the largest, and of the quantiles of Omega."""
    by_size = {int(str(sites)): part for sites, part in table.groupby("sites")}
    for place in PLACES:
        above = [L for L in by_size if least_known(coupling, L) <= place]
        if len(above) > 1:
            yield _density_growth(by_size, (above[0], above[-1]), place)
    few, many = min(by_size), max(by_size)
    cells = [
        list(np.column_stack([counts_of(part).sum(axis=1), pairs_of(part).sum(axis=1)]))
        for part in (by_size[few], by_size[many])
    ]
    labels = [by_size[sites]["realisation"] for sites in (few, many)]
    for share, name in ((0.5, "median"), (0.1, "10 % quantile")):
        found = estimate_of(
            lambda a, b: math.log2(10) * (quantile_of(b, share) - quantile_of(a, share)),
            *cells,
            clusters=labels,
        ) * (1 / (many - few))
        said = f"log2 of the {name} of Omega, a site more, L = {few} to {many}"
        if coupling in PAPER:
            steps = -1 / PAPER[coupling][0]
            yield compare(said, f"-1/a = {steps:.2f}", steps, found, id="C33")
        else:
            yield apart(said, "-1/a", 0.0, "0", found, id="C33")


def _density_growth(
    by_size: dict[int, pd.DataFrame], ends: tuple[int, int], place: float
) -> Claim:
    few, many = ends
    shares = {
        sites: share_within(by_size[sites], place / HALF, place * HALF)
        for sites in by_size
        if sites >= few
    }
    said = f"log2 of p_Omega at {place:.0e}, a site more, L = {few} to {many}"
    if min(shares[few].sum(), shares[many].sum()) == 0:
        return Claim(said, "-1", verdict=FEW, N=len(shares[many]), id="C26")
    power = estimate_of(
        lambda a, b: np.log2(b / a) / (many - few),
        shares[few],
        shares[many],
        clusters=[by_size[sites]["realisation"] for sites in ends],
    )
    width = place * (HALF - 1 / HALF)
    scaled = (f"{2.0**L * x.mean() / width:.3g}" for L, x in shares.items())
    note = "2^L p by size " + " ".join(scaled)
    return compare(said, "-1", -1.0, power, equation="(5)", note=note, id="C26")


def collapse_claims(
    part: pd.DataFrame, sites: int, window: Window, figure: str
) -> Iterator[Claim]:
    """How far p_{Omega|omega} of different |omega| lie apart, and those of the control."""
    law = scale_laws.scale_law(part, window)
    a = 0.0 if law is None else scale_laws.exponent_of(law).mean
    least = 0.0 if law is None else 2 ** (-sites / max(a, 0.05))
    named = {
        "of p_(Omega|omega) over windows": ("collapse: 0", False, False),
        "of p_(Omega|omega) over windows, z rearranged": ("no collapse", True, False),
        "of p_(Omega|omega) against Omega/|omega|, z rearranged": ("0", True, True),
        "of p_(Omega|omega) against Omega/|omega|": ("-", False, True),
    }
    which = f"C31 {figure}" if figure else "C31"
    try:
        spreads = [spread_over_windows(part, least, *how) for _, *how in named.values()]
    except ValueError:
        said = "rms of log10 ratios of p_(Omega|omega)"
        yield Claim(said, "-", verdict=FEW, N=len(part), id=which)
        return
    share = spreads[0].rms.mean / spreads[1].rms.mean
    noise = f"noise alone {spreads[2].noise:.3f}"
    verdicts = (f"{share:.2f} of the control's", "-", noise, "-")
    for (said, (paper, *_)), found, verdict in zip(named.items(), spreads, verdicts):
        text = f"{found.rms.mean:.3f} +- {found.rms.error:.3f}, largest {found.largest:.2f}"
        more = {"text": text, "verdict": verdict, "note": f"{found.bins} bins", "id": which}
        yield compare(f"rms of log10 ratios {said}", paper, 0.0, found.rms, **more)
