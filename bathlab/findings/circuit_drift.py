"""What is said of how a circuit drifts with J, from the rows of one coupling and size.

Garratt, Roy & Chalker, Phys. Rev. B 104, 184203 (2021): one number, a = zeta/zeta_c of p_Omega,
is to make the other laws. ``within`` is the window of Omega/(2 pi J) of the fits.
"""

from __future__ import annotations

import math
from typing import Any, Iterator, Sequence

import numpy as np
import pandas as pd

from bathlab.experiments import drift_laws, drift_levels
from bathlab.experiments.drift_laws import (
    LAWS,
    Fitted,
    Prediction,
    fitted,
    made_of,
    part_of,
    predicted,
)
from bathlab.experiments.drift_means import NEAR
from bathlab.statistics.arithmetic import estimate_of, independent
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.theory.circuit_laws import largest_scale, spin_amplitude
from bathlab.workbench.claims import (
    Claim,
    apart,
    compare,
    compare_law,
    state,
    state_law,
    unlikely,
    verdict,
)

POISSON, CUE = 2 * math.log(2) - 1, 0.5996
#: The paper calls the circuit localised up to here; J is thermal, and J is small up to there.
LOCALISED, THERMAL, SMALL = 0.07, 0.25, 0.05
LENGTHS = "8.4 and 8.0 of its a at J = 0.02 and 0.04"
FEW = "too few pairs"
AMPLITUDE = "amplitude of 2^L p_Z ~ Z^(-3/2) on [40 J^2, 1/2]"
#: What the laws are called, the claims that each bears on for a below and above a change, and
#: those of its control.
NAMES = {
    "chi": ("p_chi", 0.5, "C61 C72", "C59 C72", "C66"),
    "kappa": ("p_kappa", 2 / 3, "C69 C72", "C70 C72", "C66"),
    "C": ("C(t) - C(infinity)", 1.0, "C22 C23", "C22 C23", "C23"),
}


def fields(table: pd.DataFrame) -> Claim:
    found = drift_levels.field_chance(drift_levels.different_circuits(table))
    said = "chi^2/dof of h against sin^2(h/2)/pi"
    return unlikely(said, found.per_freedom, found.p, id="C2", N=found.number, of="fields")


def phases(part: pd.DataFrame) -> Claim:
    """The least likely of all couplings, which share their fields, as one of as many."""
    said = "T^2 of theta over a flat density, least likely of all J"
    chances = [drift_levels.phase_chance(own) for _, own in part.groupby("coupling")]
    known = [each for each in chances if each is not None]
    if not known:
        return Claim(said, "1", verdict="too few realisations", N=len(part), id="C4")
    worst, sites = min(known, key=lambda each: each.p), int(part["sites"].iloc[0])
    note = f"at J = 0 the mean density is 1 + {2 * 0.5**sites:.3f} cos 2 theta"
    p = min(1.0, len(known) * worst.p)
    return unlikely(said, worst.per_freedom, p, id="C4", N=worst.number, note=note)


def ratio(part: pd.DataFrame, coupling: float) -> Claim:
    """Gap ratio; the paper has it thermal at the largest J, localised up to 0.07."""
    found = estimate(part["gap_ratio"], part["realisation"])
    if coupling == THERMAL:
        return compare("gap ratio", f"CUE: {CUE}", CUE, found, id="C3 C5", digits=4)
    share = (found.mean - POISSON) / (CUE - POISSON)
    told = f"{100 * share:.0f} % of the way from Poisson to CUE"
    paper = f"localised: {POISSON:.4f}" if coupling <= LOCALISED else "-"
    return state("gap ratio", paper, found, verdict=told, id="C5", digits=4)


def drifts(own: pd.DataFrame, coupling: float) -> Iterator[Claim]:
    """What a larger size makes of gap ratio and depolarisation, in the same realisations."""
    least, most = own["sites"].min(), own["sites"].max()
    if least == most:
        return
    few, many = (part_of(own, coupling, size) for size in (least, most))
    labels = [few["realisation"], many["realisation"]]
    local = coupling <= LOCALISED
    for name, column, function, paper in (
        ("gap ratio", "gap_ratio", lambda a, b: b - a, "localised: <= 0"),
        ("log <D>", "depolarisation", lambda a, b: np.log(b / a), "localised: 0"),
    ):
        found = estimate_of(function, few[column], many[column], clusters=labels)
        said = f"change of {name} from L = {least} to {most}"
        yield apart(said, paper if local else "-", 0.0, "0", found, id="C5")


def numbers(part: pd.DataFrame, coupling: float) -> Iterator[Claim]:
    """Edge, depolarisation and repulsion."""
    labels, unit = part["realisation"], 1.5 * math.pi * coupling
    for said, paper, values, ids in (
        ("largest Omega / (2 pi J)", "1", part["largest"] / largest_scale(coupling), "C38"),
        ("<D> / (3 pi J/2)", "1 as J -> 0", part["depolarisation"] / unit, "C48"),
    ):
        found = estimate(values, labels)
        off = f"{100 * (found.mean - 1):+.0f} %"
        yield compare(said, paper, 1.0, found, verdict=off, id=ids)
    close = drift_levels.closeness(part, NEAR)
    said = f"density of pairs within {NEAR} spacings over that of independent levels"
    yield apart(said, "repulsion: < 1", 1.0, "independent levels", close, id="C67")


def laws(part: pd.DataFrame, coupling: float, within: tuple[float, float]) -> Iterator[Claim]:
    """a, and the exponents and the amplitude that it is to make."""
    scale = fitted(part, "Omega", coupling, within)
    said = "zeta/zeta_c of p_Omega"
    if scale is None:
        yield Claim(said, "-", verdict=FEW, N=len(part), id="C37")
        return
    yield state_law(said, *scale, "-", id="C37")
    if scale.accepted and scale.exponent.mean > 0:
        length = independent(lambda a: 2 ** (-1 / a) / coupling, scale.whole)
        yield state("exp(-1/zeta) / J", LENGTHS, length, verdict="-", id="C37", digits=1)
    for name, (called, change, below, above, control) in NAMES.items():
        said, ids = f"exponent of {called}", below if scale.exponent.mean < change else above
        known = predicted(scale, LAWS[name].expected)
        found, moved = (fitted(part, name, coupling, within, how) for how in (False, True))
        if found is None:
            yield Claim(said, "-", verdict=FEW, N=len(part), id=ids)
        elif known is None:
            yield state_law(said, *found, none_of(scale), id=ids.split()[-1])
        else:
            yield compare_law(said, known.text, known.value, *found, known.error, id=ids)
        if moved is not None:
            said, expected = f"{said}, z rearranged", LAWS[name].control
            yield compare_law(said, f"{expected:g}", expected, *moved, id=control)
    size, known = drift_laws.amplitude(part, coupling), predicted(scale, spin_amplitude)
    if size is not None and known is not None:
        yield against(AMPLITUDE, known, size, "C45")
    elif size is not None:
        yield state(AMPLITUDE, "-", size, verdict=none_of(scale), id="C45", equation="(8)")


def none_of(scale: Fitted | None) -> str:
    """Why p_Omega predicts nothing."""
    if scale is None or scale.accepted:
        return "a not below 1 within its error: no prediction"
    return "p_Omega not one power: no prediction"


def against(said: str, known: Prediction, found: Estimate, ids: str) -> Claim:
    """A claim that something is what a makes it; the verdict counts the error of a."""
    whole = Estimate(found.mean, math.hypot(found.error, known.error), found.realisations)
    told = verdict(whole, known.value)
    return compare(said, known.text, known.value, found, verdict=told, id=ids)


def ranges(part: pd.DataFrame, coupling: float, within: tuple[float, float]) -> Iterator[Claim]:
    """2^r resonances of length r, with a scale exp(-r/zeta)."""
    found = drift_levels.range_growth(part)
    if not math.isfinite(found.decay.mean):
        yield Claim("resonances by range", "-", verdict=FEW, N=len(part), id="C36")
        return
    said = "log2 of how many more pairs, a distance more"
    yield compare(said, "2, a site more at both sides", 2.0, found.number, id="C36")
    said = "fall of log median Omega, a distance more"
    note = f"largest distance of a median from the line: {found.bend.mean:.2f} nats"
    yield state(said, "2/zeta", found.decay, verdict="-", note=note, id="C36")
    said = "fall of log mean Z, a distance more"
    yield state(said, "-", found.fade, verdict="-", id="C36")
    said, a = "zeta/zeta_c of number and median Omega by range", found.exponent
    scale = fitted(part, "Omega", coupling, within)
    known = predicted(scale, LAWS["Omega"].expected)
    if known is None:
        yield state(said, "-", a, verdict=none_of(scale), id="C36 C37")
    else:
        yield against(said, known, a, "C36 C37")
    length, said = found.length_scale / coupling, "exp(-1/zeta) / J of the fall by range"
    yield state(said, LENGTHS, length, verdict="-", id="C36 C37", digits=2)
    size, known = drift_laws.amplitude(part, coupling), made_of(a.mean, a.error, spin_amplitude)
    if size is not None and known is not None:
        yield against(f"{AMPLITUDE}, a by range", known, size, "C36 C45")


def over_couplings(
    table: pd.DataFrame, few: Sequence[float], within: tuple[float, float]
) -> Iterator[Claim]:
    """What is said of several J at once: of the localised ones, ``few`` of them, at their
    largest size."""
    low, sites = sorted(set(table["coupling"]))[:2], table["sites"].min()
    found = drift_laws.at_no_coupling({J: part_of(table, J, sites) for J in low})
    said = f"<D> / (3 pi J/2) at J = 0, by a line through J = {low[0]:g} and {low[1]:g}"
    yield compare(said, "1", 1.0, found, id="C48").at(f"L = {sites}")
    parts = {J: part_of(table, J) for J in few if J <= LOCALISED}
    fits: dict[str, dict[float, Estimate]] = {}
    for name in ("Omega", "chi", "kappa"):
        tried = {J: fitted(part, name, J, within) for J, part in parts.items()}
        fits[name] = {J: each.whole for J, each in tried.items() if each and each.accepted}
    falls = {J: drift_levels.range_growth(part).decay for J, part in parts.items()}
    near = {J: drift_levels.closeness(part, NEAR) for J, part in parts.items()}
    power, rise = "power of J in exp(-1/zeta),", "change when J is e times as large,"
    slower = "> 0; random matrices: < 0"
    for said, paper, values, function, ids in (
        (f"{power} a of p_Omega", "1", fits["Omega"], lambda a: -math.log(2) / a, "C37"),
        (f"{power} fall of Omega by range", "1", falls, lambda k: -k / 2, "C36 C37"),
        (f"{rise} exponent of p_chi", slower, fits["chi"], None, "C72"),
        (f"{rise} exponent of p_kappa", slower, fits["kappa"], None, "C70 C72"),
        (f"{rise} pairs within {NEAR} spacings", "< 0", near, None, "C67 C72"),
    ):
        used = {J: v for J, v in values.items() if J <= SMALL or paper != "1"}
        slope = drift_laws.log_slope(used, function)
        more: dict[str, Any] = {"id": ids, "note": f"J = {', '.join(f'{J:g}' for J in used)}"}
        if slope is None:
            claim = Claim(said, paper, verdict="too few fits", N=len(used), of="J", **more)
        elif paper == "1":
            claim = compare(said, paper, 1.0, slope, **more)
        else:
            claim = apart(said, paper, 0.0, "0", slope, **more)
        yield claim.at(f"L = {table['sites'].max()}")
