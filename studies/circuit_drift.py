"""How all exponents of the Floquet circuit drift from J = 0.005 to the thermal J = 0.25.

Brickwork circuit of Garratt, Roy & Chalker, Phys. Rev. B 104, 184203 (2021). One number, a =
zeta/zeta_c of p_Omega ~ Omega^-(1+a), is to make them all: p_chi ~ chi^-(3-a)/2, p_kappa ~
|kappa|^-(2-a), C(t) - C(infinity) ~ t^-(1-a), the amplitude of p_Z, and exp(-1/zeta) = 2^(-1/a)
proportional to J. Here a and each of them come from the same circuits, in one window of
Omega/(2 pi J), beside the gap ratio. A fit that is not one power (chi^2/dof > 4) predicts
nothing. In the control the z of each site are in random order over the pairs. The range d of a
pair is the distance to the farthest site at which its states differ: a resonance of length 2 d
+ 1, if both sides of the site count.

    python studies/circuit_drift.py --preset quick
"""

import math
import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import drift_laws, drift_levels, drift_rows
from bathlab.experiments.drift_laws import LAWS, Prediction, fitted, part_of, predicted
from bathlab.experiments.drift_means import NEAR, decay_curves, drift_means, range_curves
from bathlab.plotting import drift as panels
from bathlab.statistics import Estimate, estimate_of, independent
from bathlab.theory import largest_scale, spin_amplitude
from bathlab.workbench import Claim, Outcome, Script, parameter
from bathlab.workbench.claims import (
    apart,
    compare,
    compare_law,
    state,
    state_law,
    unlikely,
    verdict,
)

POISSON, CUE = 2 * math.log(2) - 1, 0.5996
#: The paper calls the circuit localised up to here; J is small up to there.
LOCALISED, SMALL = 0.07, 0.05
LENGTHS = "8.4 and 8.0 of its a at J = 0.02 and 0.04"
FEW, NONE = "too few pairs", "p_Omega not one power: no prediction"
GRID = (0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.25)
#: What the laws are called, the claims that each bears on for a below and above a change, and
#: those of its control.
NAMES = {
    "chi": ("p_chi", 0.5, "C61 C72", "C59 C72", "C66"),
    "kappa": ("p_kappa", 2 / 3, "C69 C72", "C70 C72", "C66"),
    "C": ("C(t) - C(infinity)", 1.0, "C22 C23", "C22 C23", "C23"),
}


class Parameters(bl.workbench.Parameters):
    """From localised to thermal, in the sizes whose full spectra take seconds."""

    sites: tuple[int, ...] = parameter((6, 8, 10), "sizes L of the ring", at_least=1, ge=6)
    couplings: tuple[float, ...] = parameter(GRID, "J", at_least=2, gt=0, le=0.5)
    few: tuple[float, ...] = parameter(
        (0.005, 0.02, 0.03, 0.04, 0.07, 0.25), "the J of the largest size", at_least=1, gt=0
    )
    lower: float = parameter(1 / 120, "lower end of the fits, Omega/(2 pi J)", gt=0, lt=1)
    upper: float = parameter(1 / 3, "upper end of the fits, Omega/(2 pi J)", gt=0, le=1)
    realisations: tuple[int, ...] = parameter((100, 60, 14), "circuits of each size", ge=1)
    equally_many = ("sites", "realisations")

    def check(self) -> None:
        strange = sorted(set(self.few) - set(self.couplings))
        if strange or not self.lower < self.upper:
            raise ValueError(
                f"few = {list(self.few)}, lower = {self.lower:g} and upper = {self.upper:g} "
                f"were given; expected few of the couplings {list(self.couplings)}, and the "
                "lower end below the upper one. Choose others."
            )

    @property
    def within(self) -> tuple[float, float]:
        return self.lower, self.upper


def cases(p: Parameters) -> Iterator[bl.Case]:
    for coupling in p.couplings:
        for sites, count in zip(p.sites, p.realisations):
            if sites == max(p.sites) and coupling not in p.few:
                continue
            # Time of one realisation, measured; the eigenvectors, and z of all sites.
            cost = 0.03 * 4.9 ** (sites / 2 - 3)
            model, columns = bl.BrickworkCircuit(sites, coupling), {"coupling": coupling}
            name = f"J = {coupling:g}, L = {sites}"
            yield bl.Case(name, model, count, cost, {"sites": sites, **columns})


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return drift_means(table, p.within)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table
    yield fields(table)
    for sites, part in table.groupby("sites"):
        yield phases(part).at(f"L = {sites}")
    for coupling in p.couplings:
        own, part = table[table["coupling"] == coupling], part_of(table, coupling)
        for sites, each in own.groupby("sites"):
            yield ratio(each, coupling).at(f"J = {coupling:g}, L = {sites}")
        yield from (claim.at(f"J = {coupling:g}") for claim in drifts(own, coupling))
        for say in (numbers, laws, ranges):
            for claim in say(part, coupling, p):
                yield claim.at(f"J = {coupling:g}, L = {part['sites'].iloc[0]}")
    yield from over_couplings(table, p)


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
    found = bl.estimate(part["gap_ratio"], part["realisation"])
    if coupling == 0.25:
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
    paper = "localised: <= 0" if coupling <= LOCALISED else "-"
    for name, column, function in (
        ("gap ratio", "gap_ratio", lambda a, b: b - a),
        ("log <D>", "depolarisation", lambda a, b: np.log(b / a)),
    ):
        found = estimate_of(function, few[column], many[column], clusters=labels)
        said = f"change of {name} from L = {least} to {most}"
        yield apart(said, paper, 0.0, "0", found, id="C5")


def numbers(part: pd.DataFrame, coupling: float, p: Parameters) -> Iterator[Claim]:
    """Edge, depolarisation and repulsion."""
    labels, unit = part["realisation"], 1.5 * math.pi * coupling
    edge = bl.estimate(part["largest"] / largest_scale(coupling), labels)
    off = f"{100 * (edge.mean - 1):+.0f} %"
    yield compare("largest Omega / (2 pi J)", "1", 1.0, edge, verdict=off, id="C38")
    found = bl.estimate(part["depolarisation"] / unit, labels)
    yield compare("<D> / (3 pi J/2)", "1 as J -> 0", 1.0, found, id="C48")
    close = drift_levels.closeness(part, NEAR)
    said = f"density of pairs within {NEAR} spacings over that of independent levels"
    yield apart(said, "repulsion: < 1", 1.0, "independent levels", close, id="C67")


def laws(part: pd.DataFrame, coupling: float, p: Parameters) -> Iterator[Claim]:
    """a, and the exponents and the amplitude that it is to make."""
    scale = fitted(part, "Omega", coupling, p.within)
    said = "zeta/zeta_c of p_Omega"
    if scale is None:
        yield Claim(said, "-", verdict=FEW, N=len(part), id="C37")
        return
    yield state_law(said, *scale, "-", id="C37")
    if coupling > LOCALISED:
        return
    if scale.accepted and scale.exponent.mean > 0:
        length = independent(lambda a: 2 ** (-1 / a) / coupling, scale.whole)
        yield state("exp(-1/zeta) / J", LENGTHS, length, verdict="-", id="C37", digits=1)
    for name, (called, change, below, above, control) in NAMES.items():
        said, ids = f"exponent of {called}", below if scale.exponent.mean < change else above
        known = predicted(scale, LAWS[name].expected)
        found, moved = (fitted(part, name, coupling, p.within, how) for how in (False, True))
        if found is None:
            yield Claim(said, "-", verdict=FEW, N=len(part), id=ids)
        elif known is None:
            yield state_law(said, *found, NONE, id=ids.split()[-1])
        else:
            yield compare_law(said, known.text, known.value, *found, known.error, id=ids)
        if moved is not None:
            said, expected = f"{said}, z rearranged", LAWS[name].control
            yield compare_law(said, f"{expected:g}", expected, *moved, id=control)
    size, known = drift_laws.amplitude(part, coupling), predicted(scale, spin_amplitude)
    said = "amplitude of 2^L p_Z ~ Z^(-3/2) on [40 J^2, 1/2]"
    if size is not None and known is None:
        yield state(said, "-", size, verdict=NONE, id="C45", equation="(8)")
    elif size is not None:
        yield against(said, known, size, "C45")


def against(said: str, known: Prediction, found: Estimate, ids: str) -> Claim:
    """A claim that something is what a makes it; the verdict counts the error of a."""
    whole = Estimate(found.mean, math.hypot(found.error, known.error), found.realisations)
    told = verdict(whole, known.value)
    return compare(said, known.text, known.value, found, verdict=told, id=ids)


def ranges(part: pd.DataFrame, coupling: float, p: Parameters) -> Iterator[Claim]:
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
    said, scale = "zeta/zeta_c of number and median Omega by range", found.exponent
    known = predicted(fitted(part, "Omega", coupling, p.within), LAWS["Omega"].expected)
    if known is None:
        yield state(said, "-", scale, verdict=NONE, id="C36 C37")
    else:
        yield against(said, known, scale, "C36 C37")
    length, said = found.length_scale / coupling, "exp(-1/zeta) / J of the fall by range"
    yield state(said, LENGTHS, length, verdict="-", id="C36 C37", digits=2)


def over_couplings(table: pd.DataFrame, p: Parameters) -> Iterator[Claim]:
    """What is said of several J at once: of the localised ones, at their largest size."""
    low, sites = sorted(p.couplings)[:2], min(p.sites)
    found = drift_laws.at_no_coupling({J: part_of(table, J, sites) for J in low})
    said = f"<D> / (3 pi J/2) at J = 0, by a line through J = {low[0]:g} and {low[1]:g}"
    yield compare(said, "1", 1.0, found, id="C48").at(f"L = {sites}")
    parts = {J: part_of(table, J) for J in p.few if J <= LOCALISED}
    fits: dict[str, dict[float, Estimate]] = {}
    for name in ("Omega", "chi", "kappa"):
        found = {J: fitted(part, name, J, p.within) for J, part in parts.items()}
        fits[name] = {J: each.whole for J, each in found.items() if each and each.accepted}
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
        more = {"id": ids, "note": f"J = {', '.join(f'{J:g}' for J in used)}"}
        if slope is None:
            claim = Claim(said, paper, verdict="too few fits", N=len(used), of="J", **more)
        elif paper == "1":
            claim = compare(said, paper, 1.0, slope, **more)
        else:
            claim = apart(said, paper, 0.0, "0", slope, **more)
        yield claim.at(f"L = {max(p.sites)}")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means, table = found.parameters, found.means, found.table
    axes = figure.subplots(2, 3)
    parts = {J: part_of(table, J) for J in p.few}
    localised = {J: part for J, part in parts.items() if J <= LOCALISED}
    panels.scale_panel(axes[0, 0], means)
    panels.exponent_panel(axes[0, 1], means)
    panels.level_panel(axes[0, 2], means, {"Poisson": POISSON, "CUE": CUE})
    panels.decay_panel(axes[1, 0], decay_curves(parts, p.within))
    panels.range_panel(axes[1, 1], range_curves(localised, p.within))
    panels.number_panel(axes[1, 2], means)
    counts = ", ".join(f"{N} (L = {L})" for L, N in zip(p.sites, p.realisations))
    text = "Bars: standard error over circuits and, of exponents, half the range over windows. "
    figure.supxlabel(f"{text}N = {counts} at each J.", fontsize="x-small")


PRESETS = {
    "quick": Parameters(
        sites=(6, 8),
        couplings=(0.005, 0.02, 0.04, 0.07, 0.25),
        few=(0.005, 0.02, 0.04, 0.07, 0.25),
        realisations=(60, 20),
    ),
    "default": Parameters(),
    "paper": Parameters(
        sites=(8, 10, 12), few=(0.005, 0.02, 0.04, 0.07, 0.25), realisations=(400, 60, 10)
    ),
}
study = Script(
    name="circuit_drift",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=drift_rows,
    watch="gap_ratio",
    average=average,
    claims=claims,
    draw=draw,
    size=(12.6, 7.2),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
