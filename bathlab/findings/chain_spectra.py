"""What chains say of figure 10 of Crowley & Chandran: the laws of S(omega), and how far each
goes.

SciPost Phys. 12, 201 (2022). Their J and W of (61) are J/2 and W/sqrt 3 of the XXZ ring.
"""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.chain_laws import (
    FEWEST,
    FEWEST_CHAINS,
    LAWS,
    LawFit,
    elements,
    law_fit,
    scatter,
    spectrum,
    windowed,
)
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import DensityLaw, density_law
from bathlab.theory.resonance_model.lengths import ZETA_C
from bathlab.workbench import Claim
from bathlab.workbench.claims import compare, pm, state

#: W of the paper's figure up to which its text speaks of (111) and of plateaus.
FIRST, LAST, PLATEAUS = 1.0, 2.5, (1.5, 1.75)
#: The coefficient C of the line C/(W omega) that figure 10 draws.
DRAWN = 0.0179
#: The same as (S omega W)^-2 of sigma^z, whose S is four times that of S^z.
ORDINATE = (4 * DRAWN) ** -2.0
#: Gradient of (S omega W)^-2 per e-fold by (93) at xi = infinity: 2 pi zeta_c/J^2 with one J,
#: and in the units of the XXZ ring.
GRADIENT = 2 * math.pi * ZETA_C
GRADIENT_XXZ = GRADIENT * 4 / 3
#: A sum rule is off if it fails by more.
ROUNDING = 1e-10
#: Window of |V_ab| over which its density is fitted, in decades below the largest bins.
SMALL = (1e-4, 1e-1)
#: An exponent with larger errors, twice all of them, is not compared with others.
VAGUE = 0.2
#: Narrower windows say nothing of a law.
LEAST = 0.7
#: Bins of an exponent of S at least.
FEWEST_BINS = 6
NAMES = {"1/omega": "pure 1/omega", "(111)": "(111)", "power": "|omega|^(-1 + theta)"}


def sum_rule(table: pd.DataFrame) -> Claim:
    """The weight of S and of its delta function, of every spectrum."""
    worst = float(table["sum_error"].max())
    known = "agrees" if worst < ROUNDING else "off"
    said = "largest deviation of the integral of S from 1 (all levels), or excess (windows)"
    return Claim(
        said, "0", 0.0, worst, N=len(table), of="spectra", text=f"{worst:.1e}", verdict=known,
        effect=worst, id="R26",
    )  # fmt: skip


def figure(part: pd.DataFrame, lower: float, upper: float) -> Iterator[Claim]:
    """The three laws in the window of figure 10 at one W and L."""
    W, S = float(part["W"].iloc[0]), spectrum(part)
    used = windowed(part, S, lower, upper)
    for law in LAWS:
        fit = law_fit(S, W, law, used)
        if fit is not None and fit.decades > LEAST:
            yield of_law(fit, W)


def of_law(fit: LawFit, W: float) -> Claim:
    """Whether a law holds in the window of figure 10; without parameters if it does not."""
    sigmas = fit.more.mean / fit.more.error if fit.more.error > 0 else math.nan
    kind = "gradient" if fit.law == "1/omega" else "bend"
    window = f"1/(W omega) = {fit.window[0]:.2g} to {fit.window[1]:.2g}"
    said = f"{NAMES[fit.law]} over {fit.decades:.1f} decades, {window}"
    word = f"{kind} {sigmas:+.1f} sigma, {fit.misfit}"
    if fit.law == "(111)" and not fit.rises:
        word = f"no gradient, {word}"
    more: dict[str, Any] = {
        "chi2_dof": fit.misfit.ratio,
        "of": "chains",
        "N": fit.more.realisations,
    }
    more["id"] = ids(fit.law, W)
    if not fit.holds:
        return Claim(said, paper(fit.law, W), verdict=f"rejected: {word}", **more)
    term = fit.terms[0]
    name = {"1/omega": "y", "(111)": "dy/dx", "power": "theta"}[fit.law]
    text = f"{name} = {pm(term)} +- {fit.window_error:.3f} (window)"
    verdict = f"holds: {word}"
    return state(said, paper(fit.law, W), term, text=text, verdict=verdict, **more)


def paper(law: str, W: float) -> str:
    if law == "power" or not FIRST <= W <= LAST:
        return "-"
    if law == "1/omega":
        return "a plateau, under a decade" if W in PLATEAUS else "no plateau"
    return "holds over 1.4 decades"


def ids(law: str, W: float) -> str:
    plateau = "R102 R104" if W in PLATEAUS else "R102"
    return {"1/omega": plateau, "(111)": "R102 R103 R77", "power": "R43 R94"}[law]


def coefficient(part: pd.DataFrame, lower: float, upper: float) -> Claim:
    """C of C/(W omega), of S^z as the older data have it: a quarter of that of sigma^z."""
    S, W = spectrum(part), float(part["W"].iloc[0])
    used = windowed(part, S, lower, upper)
    scaled = S.jackknife.map(lambda density: np.mean(density[used] * S.centres[used]) * W / 4)
    found = Estimate(float(scaled.value), float(scaled.error), S.realisations)
    ordinate = f"1/C^2 = {1 / found.mean**2:.0f} for S^z, {1 / (4 * found.mean) ** 2:.0f} here"
    said = "C of C/(W omega) of S^z = sigma^z/2, mean over the window"
    off = f"{100 * (found.mean / DRAWN - 1):+.0f} %: a coefficient, of S^z"
    known = off if 0.5 < found.mean / DRAWN < 2 else f"factor {found.mean / DRAWN:.2g}"
    return compare(
        said, f"{DRAWN}", DRAWN, found, verdict=known, note=ordinate, digits=4, id="R102"
    )


def gradient(part: pd.DataFrame, lower: float, upper: float) -> Iterator[Claim]:
    """The gradient of figure 10 beside what (93) fixes."""
    S, W = spectrum(part), float(part["W"].iloc[0])
    fit = law_fit(S, W, "(111)", windowed(part, S, lower, upper))
    said = "gradient of (S omega W)^-2 per e-fold of 1/(W omega)"
    here = f"{GRADIENT_XXZ:.1f} by (93) at xi = infinity, lambda of (83)"
    if fit is None or not fit.holds:
        return
    ratio = fit.terms[0] / GRADIENT_XXZ
    yield compare(
        said, here, GRADIENT_XXZ, fit.terms[0], verdict=f"{pm(ratio, 1)} times that",
        chi2_dof=fit.misfit.ratio, digits=1, id="R77 R102", note=f"with one J {GRADIENT:.2f}",
    )  # fmt: skip


def exponent(part: pd.DataFrame, lower: float, upper: float) -> DensityLaw | None:
    """-1 + theta of S in the window of figure 10, above the spacing."""
    S, W = spectrum(part), float(part["W"].iloc[0])
    if S.realisations < FEWEST_CHAINS:
        return None
    low = max(1 / (W * upper), float(part["spacing"].mean()))
    try:
        return density_law(S, low, 1 / (W * lower))
    except ValueError:
        return None


def exponents(table: pd.DataFrame, lower: float, upper: float) -> Iterator[Claim]:
    """theta(W) of the largest size at each W, and the least of all."""
    least: tuple[float, Any] | None = None
    seen = 0
    for W, own in table.groupby("W"):
        for sites in sorted(own["sites"].unique())[::-1]:
            part = own[own["sites"] == sites]
            law = exponent(part, lower, upper)
            if law is None or law.bins < FEWEST_BINS:
                continue
            yield theta(law).at(f"W = {W:g}, L = {sites}")
            value = law.exponent.mean + 1
            clear = 2 * math.hypot(law.exponent.error, law.window_error)
            known = law.misfit.holds and clear < VAGUE
            seen += known
            if known and (least is None or value < least[1].exponent.mean + 1):
                least = (float(str(W)), law)
            break
    if least is not None and seen > 2:
        W, law = least
        found, clear = law.exponent + 1, 2 * math.hypot(law.exponent.error, law.window_error)
        side = "0 within errors" if abs(found.mean) < clear else f"{found.mean:+.3f}, not 0"
        said = f"least theta of all W, at W = {W:g}"
        more: dict[str, Any] = {
            "verdict": side,
            "chi2_dof": law.misfit.ratio,
            "note": f"{law.window_error:.3f}",
        }
        yield compare(said, "0+ (static)", 0.0, found, id="R44 R107", **more)


def exponent_table(table: pd.DataFrame, lower: float, upper: float) -> pd.DataFrame:
    """theta with all errors by kind, size and W: the two largest sizes of each kind of which
    there are enough chains."""
    rows = []
    for kind, own in table.groupby("kind", sort=False):
        numbers = own.groupby("sites")["realisation"].nunique()
        for sites in sorted(numbers.index[numbers >= FEWEST_CHAINS])[-2:]:
            for W, part in own[own["sites"] == sites].groupby("W"):
                law = exponent(part, lower, upper)
                if law is None or law.bins < FEWEST_BINS:
                    continue
                error = math.hypot(law.exponent.error, law.window_error)
                row = {"kind": kind, "sites": sites, "W": W, "theta": law.exponent.mean + 1}
                rows.append(row | {"error": error, "holds": law.misfit.holds})
    return pd.DataFrame(rows)


def theta(law: DensityLaw) -> Claim:
    """An exponent with its window, or that there is none."""
    low, high = law.window
    said = f"theta of S ~ |omega|^(-1 + theta), omega = {low:.2g} to {high:.2g}"
    found, N = law.exponent + 1, law.exponent.realisations
    if not law.misfit.holds:
        word = f"not one power, {law.misfit}"
        return Claim(said, "-", verdict=word, chi2_dof=law.misfit.ratio, N=N, id="R43")
    text = f"{pm(found)} +- {law.window_error:.3f} (window)"
    clear = 2 * math.hypot(found.error, law.window_error)
    word = (
        "above 0" if found.mean > clear else "below 0" if -found.mean > clear else "0 or near"
    )
    word = "not determined" if clear > 1 else word
    more: dict[str, Any] = {
        "verdict": word,
        "chi2_dof": law.misfit.ratio,
        "text": text,
        "id": "R43 R94",
    }
    return state(said, "> 0 (apparent sub-diffusion)", found, **more)


def small_elements(part: pd.DataFrame, lower: float, upper: float) -> Claim:
    """theta_0 of rho(v) ~ v^(-2 + theta_0) beside theta of S on the same chains."""
    said = f"theta_0 of rho(v) ~ v^(-2 + theta_0), v = {SMALL[0]:g} to {SMALL[1]:g}"
    S = exponent(part, lower, upper)
    beside = "" if S is None else f"theta of S: {pm(S.exponent + 1)}"
    try:
        law = density_law(elements(part), *SMALL)
    except ValueError:
        return Claim(said, "0 to 1", verdict="too few", N=len(part), id="R10 R17")
    if not law.misfit.holds:
        word = f"not one power, {law.misfit}"
        return Claim(
            said, "0 to 1", verdict=word, chi2_dof=law.misfit.ratio, note=beside, N=len(part),
            id="R10 R17",
        )  # fmt: skip
    found = law.exponent + 2
    word = "within" if 0 <= found.mean <= 1 else "above 1: elements as of a random matrix"
    text = f"{pm(found)} +- {law.window_error:.3f} (window)"
    more: dict[str, Any] = {
        "verdict": word,
        "chi2_dof": law.misfit.ratio,
        "note": beside,
        "text": text,
    }
    return state(said, "0 to 1", found, id="R10 R17", **more)


def spread(own: pd.DataFrame, lower: float, upper: float) -> Claim:
    """How much chains of one W differ in the weight of S, by size, of all levels."""
    found = {}
    for sites, part in own[own["all"]].groupby("sites"):
        S = spectrum(part)
        used = windowed(part, S, lower, upper)
        if len(used) >= FEWEST and S.realisations >= FEWEST_CHAINS:
            found[int(str(sites))] = scatter(S, used)
    said = "scatter between chains of the weight of S in the window, over its mean"
    if not found:
        return Claim(said, "no broad spread", verdict="too few bins", id="R94")
    first, last = found[min(found)], found[max(found)]
    word = "narrow" if last.mean < 0.5 else "broad"
    known = f"{word}, {last.mean / first.mean:.2f} of that at L = {min(found)}"
    text = ", ".join(f"L = {L}: {pm(each, 2)}" for L, each in found.items())
    return state(said, "no broad spread", last, text=text, verdict=known, id="R94")
