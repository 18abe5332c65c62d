"""What rows of polarisations say of eqs. (6), (8) and (9), of the knee of p_Z and of R^2.

Rows are those of :func:`bathlab.experiments.polarisation_rows`, of one size and coupling in
each part. Predictions take a = zeta/zeta_c from the paper.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Iterator, Mapping

import numpy as np
import pandas as pd

from bathlab.experiments import squares as sq
from bathlab.experiments.cells import cell_array
from bathlab.experiments.polarised import POWERS
from bathlab.statistics.arithmetic import ratio
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.histograms import Histogram, density_law
from bathlab.theory.circuit_laws import PAPER, participation_threshold, spin_amplitude
from bathlab.workbench.claims import (
    Claim,
    apart,
    compare,
    compare_law,
    state,
    verdict,
)

#: Ids of the panels of the paper's figure, by J.
PANELS = {0.02: "C50", 0.04: "C51"}
FEW = "too few pairs"
#: The window in which p_D is fitted, above the typical D.
TAIL = (0.03, 0.5)
#: How far each class of pairs is from R^2 = 0 or 1, and the claim on it.
REMAINDERS = {sq.CROSSING: "1 - R^2, R^2 > 1/2", sq.PARALLEL: "R^2, R^2 < 1/2"}
IDS = {sq.CROSSING: "C15", sq.PARALLEL: "C76"}
#: Exponents q that claims and figure show.
SHOWN = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)


def size_claims(part: pd.DataFrame, coupling: float, sites: int) -> Iterator[Claim]:
    """Slopes and amplitude of p_Z and p_D, and the mean of D."""
    Z, D = sq.square_histogram(part), sq.depolarisation_histogram(part)
    upper, lower = (40 * coupling**2, 0.5), (0.04 * coupling**2, 4 * coupling**2)
    (a, error), panel = PAPER.get(coupling, (None, 0.0)), PANELS.get(coupling, "")
    yield _slope("p_Z", Z, upper, -1.5, id=f"C44 {panel}".strip(), equation="(8)")
    yield _slope("p_D", D, TAIL, -1.5, id=f"C49 {panel}".strip(), equation="(9)")
    if a is None:
        return
    yield _slope("p_Z", Z, lower, -(1 + a / 2), error / 2, id="C44", equation="(5)")
    # Both are proportional to the amplitude, whose error is that of the paper's a.
    A = spin_amplitude(a)
    off = (spin_amplitude(a + error) - spin_amplitude(a - error)) / (2 * A)
    said = f"2^L Z^(3/2) p_Z on {_interval(upper)} over zeta g/2 pi = {A:.3f}"
    level = 2.0**sites / A * sq.level_of(Z, upper)
    yield _within(said, off, level, id="C45", equation="(8)")
    mean = estimate(part["depolarisation"], part["realisation"]) / (math.pi * A)
    yield _within(f"<D> over zeta g/2 = {math.pi * A:.3f}", off, mean, id="C46 C48")


def _slope(
    name: str,
    histogram: Histogram,
    window: tuple[float, float],
    expected: float,
    error: float = 0.0,
    **more: Any,
) -> Claim:
    """The exponent of a density in a window, beside that of theory."""
    paper = f"{expected:.4g}"
    try:
        law = density_law(histogram, *window)
    except ValueError:
        said = f"exponent of {name} on {_interval(window)}"
        return Claim(said, paper, verdict=FEW, N=histogram.realisations, **more)
    said = f"exponent of {name} on {_interval(law.window)}"
    return compare_law(said, paper, expected, law, law.exponent, error, **more)


def _within(said: str, error: float, found: Estimate, **more: Any) -> Claim:
    """A claim that a ratio is 1 but for what the error of a makes."""
    known = verdict(replace(found, error=math.hypot(found.error, error)), 1.0)
    paper = f"1 +- {error:.2f}, by the error of a"
    return compare(said, paper, 1.0, found, verdict=known, **more)


def _interval(window: tuple[float, float]) -> str:
    return f"[{window[0]:.1e}, {window[1]:.1e}]"


def term_claims(part: pd.DataFrame, coupling: float) -> Iterator[Claim]:
    """How many terms make D: p_Z against p_D, resonances of a state, their share, medians."""
    Z, D = sq.square_histogram(part), sq.depolarisation_histogram(part)
    moved = sq.depolarisation_histogram(part, moved=True)
    others, labels = 2 ** int(part["sites"].iloc[0]) - 1, part["realisation"]
    rule, worst = estimate(part["sum_rule"], labels), float(part["sum_rule"].max())
    more = {"text": f"{worst:.0e}", "verdict": "exact" if worst < 1e-12 else "broken"}
    yield state("largest |1 - z_nn^2 - sum of Z|", "0", rule, equation="(6)", id="C40", **more)
    yield _slope("p_D, Z rearranged", moved, TAIL, -1.5, id="C49")
    ids = f"C49 {PANELS.get(coupling, '')}".strip()
    for window in ((0.03, 0.1), (0.1, 0.5)):
        said = f"(2^L - 1) p_Z over p_D on {_interval(window)}"
        found = others * sq.level_ratio(Z, window, D, window)
        yield compare(said, "1", 1.0, found, equation="(9)", id=ids)
        said = f"p_D over that of Z rearranged on {_interval(window)}"
        found = sq.level_ratio(D, window, moved, window)
        yield compare(said, "1, terms uncorrelated", 1.0, found, id="C49")
    counts = cell_array(part, "large", (4,))
    for many, values in (("1", counts[:, 1]), ("2 or 3", counts[:, 2:].sum(axis=1))):
        said = f"share of states and sites with {many} of Z > 1/4"
        share = ratio(values, counts.sum(axis=1), labels)
        known = f"{100 * share.mean:.2g} %"
        yield state(said, "at most a few", share, id="C41", verdict=known, digits=4)
    for name, column in (("", "lost"), (", Z rearranged", "lost_moved")):
        lost = cell_array(part, column, (3,))
        for which, place in (("largest term", 1), ("two largest terms", 2)):
            said = f"share of the {which} in D > 1/2{name}"
            share = (
                ratio(lost[:, place], lost[:, 0], labels)
                if lost[:, 0].any()
                else Estimate(math.nan, math.nan, len(part))
            )
            yield state(said, "near 1", share, id="C41", verdict=f"{100 * share.mean:.0f} %")
    for name, histogram in (("D", D), ("Z", Z)):
        middle = sq.median_of(histogram)
        text = f"{middle.mean:.2g} +- {middle.error:.1g}"
        more = {"text": text, "verdict": f"{middle.mean / coupling**2:.2g} J^2"}
        yield state(f"median {name}", "<< 1", middle, id="C42", **more)


def class_claims(part: pd.DataFrame, coupling: float) -> Iterator[Claim]:
    """The two classes of pairs, and what becomes of eq. (8) below and above Z = J in each."""
    labels, pairs = part["realisation"], cell_array(part, "pairs", (2,))
    share = ratio(pairs[:, sq.CROSSING], pairs.sum(axis=1), labels)
    yield compare("share of pairs with R^2 > 1/2", "1/2 as J -> 0", 0.5, share, id="C11")
    between = cell_array(part, "invariants", (50,))[:, 5:45].sum(axis=1)
    share = ratio(between, pairs.sum(axis=1), labels)
    said, more = "share of pairs with 0.1 < R^2 < 0.9", {"id": "C11 C15 C76"}
    yield state(said, "0 as J -> 0", share, verdict=f"{100 * share.mean:.2g} %", **more)
    for of, name in REMAINDERS.items():
        for which, found in (
            ("mean", sq.mean_remainder(part, of)),
            ("median", sq.median_of(sq.remainder_histogram(part, of))),
        ):
            known = f"{found.mean / coupling:.2g} J"
            yield state(f"{which} {name}", "O(J)", found, id=IDS[of], verdict=known, digits=5)
    below, above = (10 * coupling**2, coupling), (coupling, 0.5)
    Z, moved = (sq.square_histogram(part, kind) for kind in (False, True))
    yield _slope("p_Z, Omega rearranged", moved, (40 * coupling**2, 0.5), -1.5, id="C44")
    if below[0] > coupling / 2:
        return  # less than two bins
    said = f"Z^(3/2) p_Z on {_interval(below)} over {_interval(above)}"
    found = sq.level_ratio(Z, below, Z, above)
    yield apart(said, "> 1", 1.0, "1", found, id="C52 C54")
    found = sq.level_ratio(moved, below, moved, above)
    yield compare(f"{said}, Omega rearranged", "1", 1.0, found, id="C52 C54")
    for of in (sq.CROSSING, sq.PARALLEL):
        yield _of_control(part, of, below, 1.0)
        yield _of_control(part, of, above, 1.0 if of == sq.CROSSING else 0.0)
    for of, least in ((sq.CROSSING, 1.0), (sq.PARALLEL, 1 / coupling)):
        largest = np.maximum(cell_array(part, "largest", (2,))[:, of], sq.SQUARES[0])
        found = estimate(largest**-0.5, labels)
        said = f"least |omega|/Omega, R^2 {'<>'[of]} 1/2"
        yield state(said, f"{least:.0f}", found, verdict=f"{found.mean:.2g}", id="C53")


def _of_control(
    part: pd.DataFrame, of: int, window: tuple[float, float], expected: float
) -> Claim:
    """How many pairs of a class the repulsion of levels leaves in a window of Z."""
    said = f"p_Z over that of Omega rearranged on {_interval(window)}, R^2 {'<>'[of]} 1/2"
    real, moved = (sq.square_histogram(part, kind, of) for kind in (False, True))
    found = sq.level_ratio(real, window, moved, window)
    return compare(said, f"{expected:g}", expected, found, id="C53")


def growth_claims(parts: Mapping[int, pd.DataFrame], coupling: float) -> Iterator[Claim]:
    """What a longer ring does to the sums of Z^q and to the number of resonances."""
    (short, few), (long, many) = list(parts.items())[-2:]
    for q, found in zip(POWERS, sq.growth_per_site(few, many)):
        if q not in SHOWN:
            continue
        said = f"log2 of the sum of Z^{q:g}, a site more, L = {short} to {long}"
        ids = "C47 C48" if q == 1 else "C47"
        if coupling not in PAPER:
            yield state(said, "-", found, id=ids, verdict="-")
            continue
        # The sum goes as 2^L Omega_0^2q where the smallest Z make it, else as a constant.
        threshold = participation_threshold(PAPER[coupling][0])
        expected = max(0.0, 1 - q / threshold)
        paper = f"{expected:.2f}, a/2 = {threshold:.2f}"
        yield compare(said, paper, expected, found, id=ids)
    for said, found in sq.resonance_powers(few, many).items():
        yield compare(f"power of L of {said}", "1", 1.0, found, id="C7")


def coupling_claims(tables: Mapping[float, pd.DataFrame]) -> Iterator[Claim]:
    """Powers of J at one size, and the limit of weak coupling."""
    for coupling, part in tables.items():
        at, sites = f"J = {coupling:g}", int(part["sites"].iloc[0])
        for name, moved in (("", False), (", Omega rearranged", True)):
            Z = sq.square_histogram(part, moved, sq.CROSSING)
            knee, said = sq.knee_of(Z), f"Z of the knee, R^2 > 1/2{name}"
            text = f"{knee.mean:.2g} +- {knee.error:.1g}"
            known = f"{knee.mean / coupling**2:.2g} J^2, {knee.mean / coupling:.2g} J"
            more = {"text": text, "verdict": known, "id": "C52 C54"}
            yield state(said, "~ J", knee, **more).at(at)
        yield _of_control(part, sq.PARALLEL, (coupling, 0.5), 0.0).at(at)
        upper = (40 * coupling**2, 0.5)
        level = 2.0**sites / (1.5 * coupling) * sq.level_of(sq.square_histogram(part), upper)
        said = f"2^L Z^(3/2) p_Z on {_interval(upper)} over 3 J/2"
        yield compare(said, "1 as J -> 0", 1.0, level, id="C45").at(at)
        mean = estimate(part["depolarisation"], part["realisation"])
        found = mean / (1.5 * math.pi * coupling)
        yield compare("<D> over 3 pi J/2", "1 as J -> 0", 1.0, found, id="C46 C48").at(at)
    if len(tables) < 2:
        return
    over = f"over J = {min(tables):g} to {max(tables):g}"
    power = sq.knee_power(tables, sq.CROSSING)
    said = f"power of J of the Z of the knee, R^2 > 1/2, {over}"
    yield compare(said, "1; 2 for the edge of Omega", 1.0, power, id="C54")
    power = sq.median_power(tables, sq.depolarisation_histogram)
    yield state(f"power of J of the median D {over}", "-", power, verdict="-", id="C42")
    for of, name in REMAINDERS.items():
        for which, power in (
            ("mean", sq.mean_power(tables, of)),
            ("median", sq.median_power(tables, lambda part: sq.remainder_histogram(part, of))),
        ):
            said = f"power of J of the {which} {name}, {over}"
            yield compare(said, "1", 1.0, power, id=IDS[of])
