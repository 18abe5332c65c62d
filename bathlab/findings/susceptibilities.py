"""What rows of susceptibilities say of (11) to (16): exponents, sums, repulsion."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments import susceptibilities as sums
from bathlab.experiments.expected import last_value, site_factor
from bathlab.statistics import Histogram, independent
from bathlab.theory import circuit_laws as theory
from bathlab.workbench import Claim
from bathlab.workbench.claims import apart, compare, compare_law, state

FEW = "too few values"
#: Small |omega| in mean spacings; Z where pairs have a power of it; x of the median of Z.
NEAR, SIZES, DECADE = (1e-2, 1e-1), (1e-2, 0.4), (1e4, 1e5)
#: Claims of the paper on the exponents, for small and for large a.
IDS = {"x": ("C58", "C59"), "chi": ("C61", "C63")} | dict.fromkeys(
    ("k", "kappa"), ("C69", "C70")
)
RANDOM_IDS = {"chi": "C65", "kappa": "C71"}


def exponents(
    part: pd.DataFrame, expected: pd.DataFrame, coupling: float = math.nan, sites: int = 0
) -> Iterator[Claim]:
    """Each exponent that theory has of these rows."""
    for law in expected.to_dict("records"):
        quantity, moved, error = law["quantity"], law["moved"], law["error"]
        window = law["lower"], law["upper"]
        more = {"id": "C66" if moved else RANDOM_IDS.get(quantity, "")}
        if sites and not moved:
            more["id"] = IDS[quantity][law["beyond"]]
            last = last_value(quantity, coupling, sites)
            if window[1] > last:
                more["verdict"] = f"window beyond {last:.0e}, that of Omega_0"
        said = f"exponent of p_{quantity}" + (", z rearranged" if moved else "")
        paper = f"{law['exponent']:.4g}" + (f" +- {error:g}" if error else "")
        here = sums.answer_histogram(part, quantity, moved)
        yield power(said, paper, here, window, law["exponent"], error, **more)


def power(
    said: str,
    paper: str,
    histogram: Histogram,
    window: tuple[float, ...],
    expected: float,
    error: float = 0.0,
    **more: Any,
) -> Claim:
    """The exponent of a histogram in a window beside the expected one."""
    found = sums.fitted(histogram, window)
    if found is None:
        more = {"verdict": FEW, "N": histogram.realisations, "id": more["id"]}
        return Claim(f"{said} on {ends(window)}", paper, **more)
    said = f"{said} on {ends(found.window)}"
    return compare_law(said, paper, expected, found, found.exponent, error, **more)


def ends(window: tuple[float, ...]) -> str:
    return f"[{window[0]:.0e}, {window[1]:.0e}]"


def slower(part: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """How far p_chi is from what elements make that know nothing of the levels."""
    found = sums.fitted(sums.answer_histogram(part, "chi"), p.fidelities)
    if found is not None:
        off = found.exponent + 1.5
        every = math.hypot(off.error, np.nan_to_num(found.window_error))
        verdict = f"{off.mean / off.error:+.1f} sigma, {off.mean / every:+.1f} of all errors"
        said = "exponent of p_chi + 3/2"
        yield compare(said, "> 0, marginally", 0.0, off, verdict=verdict, id="C64")


def terms(part: pd.DataFrame, coupling: float, p: Any) -> Iterator[Claim]:
    """Whether one term makes the sum, from where on, and the signs of kappa."""
    slow = theory.ratio_at(coupling)[0] > theory.FIDELITY_CHANGE
    at = f"on {ends(p.fidelities)}"
    ratio = sums.dominance(part, p.fidelities)
    largest = sums.largest_share(part, p.fidelities)
    if ratio is not None and largest is not None:
        verdict, ids = f"{100 * (ratio.mean - 1):+.0f} %", "C63" if slow else "C62"
        said = f"(2^L - 1) P_x / P_chi {at}"
        yield compare(said, "1 at large chi", 1.0, ratio, verdict=verdict, id=ids)
        said = f"mean share of the largest x in chi {at}"
        yield state(said, "1", largest, verdict=f"{100 * largest.mean:.0f} %", id="C60")
    above = sums.threshold(part)
    if above is not None:
        said = f"chi above which terms are at most {sums.NEARLY_ONE} times as many as sums"
        yield state(said, "a threshold", above, verdict="-", digits=0, id="C60")
    balance = sums.sign_balance(part, p.curvatures[0])
    if balance is not None:
        said = f"(N+ - N-)/N of |kappa| > {p.curvatures[0]:g}"
        yield compare(said, "0: either sign", 0.0, balance, id="C68")


def levels(part: pd.DataFrame) -> Iterator[Claim]:
    """Repulsion at small omega."""
    density = sums.level_density(part, NEAR)
    said = f"pairs at {NEAR[0]:g} to {NEAR[1]:g} spacings over those of independent levels"
    if density.error > 0:
        yield apart(said, "< 1: only repulsion", 1.0, "1", density, id="C66 C67")


def origins(part: pd.DataFrame, coupling: float, sites: int, p: Any) -> Iterator[Claim]:
    """Z of the pairs at one x and at one |k|, by the integrand of (12)."""
    a, error = theory.ratio_at(coupling)
    for term, window, expected, off, ids in (
        ("x", p.fidelities, theory.fidelity_origin(a), error, "C57"),
        ("k", p.curvatures, theory.curvature_origin(a), 1.5 * error, "C69"),
    ):
        found = sums.origin(part, f"{term}_Z", window)
        said = f"power of Z of the pairs with {term} in {ends(window)}"
        yield power(said, f"{expected:.3f}", found, SIZES, expected, off, id=ids)
    least, middle = theory.least_scale(a, sites), math.sqrt(DECADE[0] * DECADE[1])
    if math.sqrt(middle) * least >= 1:  # beyond Omega_0^-2 there is nothing to compare with
        return
    theirs = sums.expected_median(theory.fidelity_origin(a), math.sqrt(middle) * least)
    half, Omega, omega = (
        sums.median(sums.origin(part, f"x_{name}", DECADE)) for name in ("Z", "Omega", "omega")
    )
    if half is not None and Omega is not None and omega is not None:
        note = f"medians: Omega = {Omega.mean / least:.1e} Omega_0, |omega| = {omega.mean:.1e}"
        more = {"verdict": f"{half.mean / theirs:.2g} times that of (12)", "note": note}
        said = f"median Z = Omega^2/omega^2 of the pairs with x in {ends(DECADE)}"
        ids = "C57 C59" if a > theory.FIDELITY_CHANGE else "C57 C58"
        yield compare(said, f"{theirs:.2g} by (12)", theirs, half, id=ids, **more)


def means(part: pd.DataFrame, coupling: float, sites: int) -> Iterator[Claim]:
    """What makes the mean of chi."""
    ratio, most = sums.concentration(part)
    verdict = f"{100 * most:.0f} % of the mean from one circuit of {len(part)}"
    more: dict[str, Any] = {
        "value": ratio,
        "text": f"{ratio:.1e}",
        "verdict": verdict,
        "N": len(part),
    }
    yield Claim("mean of chi over its median", "extremely broad", id="C56", **more)
    least = math.log2(theory.least_scale(theory.ratio_at(coupling)[0], sites))
    half = sums.halving_scale(part)
    verdict = f"2^{half.mean - least:.1f} Omega_0"
    said = "log2 of the Omega below which half of a circuit's chi comes from"
    paper = f"Omega_0: {least:.1f}"
    yield compare(said, paper, least, half, digits=1, verdict=verdict, id="C56")


def more_sites(
    small: pd.DataFrame, large: pd.DataFrame, coupling: float, p: Any
) -> Iterator[Claim]:
    """How p_x and the threshold change with L."""
    for quantity, window in (("x", p.fidelities), ("k", p.curvatures)):
        expected, paper = site_factor(quantity, coupling)
        change = sums.growth(small, large, quantity, window)
        if change is not None:
            said = f"log2 of the share of {quantity} in {ends(window)}, a site more"
            which = IDS["kappa" if quantity == "k" else quantity][expected != -1.0]
            yield compare(said, f"{paper}: {expected:.2f}", expected, change, id=which)
    few, many = (sums.threshold(part) for part in (small, large))
    if few is not None and many is not None:
        # Fields at the sites that both have are the same; the circuits are others.
        factor = independent(lambda low, high: high / low, few, many)
        said, paper = "growth of the threshold of chi", "independent of L for a < 1/2: 1"
        yield apart(said, paper, 1.0, "1", factor, id="C60")


def changes(weak: pd.DataFrame, strong: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """At a larger J slower decays, though more repulsion."""
    for quantity, window in (("chi", p.fidelities), ("kappa", p.curvatures)):
        change = sums.slope_change(weak, strong, quantity, window)
        if change is not None:
            said = f"change of the exponent of p_{quantity}"
            yield apart(said, "> 0: slower", 0.0, "0", change, id="C72")
    density = sums.density_change(weak, strong, NEAR)
    if density is not None:
        said = f"pairs at {NEAR[0]:g} to {NEAR[1]:g} spacings, change by a factor"
        yield apart(said, "< 1: more repulsion", 1.0, "1", density, id="C67 C72")
