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

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import drift_rows
from bathlab.experiments.drift_laws import part_of
from bathlab.experiments.drift_means import decay_curves, drift_means, range_curves
from bathlab.findings import circuit_drift as said
from bathlab.findings.circuit_drift import CUE, LOCALISED, POISSON
from bathlab.plotting import drift as panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

GRID = (0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.25)


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
    yield said.fields(table)
    for sites, part in table.groupby("sites"):
        yield said.phases(part).at(f"L = {sites}")
    for coupling in p.couplings:
        own = table[table["coupling"] == coupling]
        for sites, part in own.groupby("sites"):
            yield said.ratio(part, coupling).at(f"J = {coupling:g}, L = {sites}")
        for claim in said.drifts(own, coupling):
            yield claim.at(f"J = {coupling:g}")
        part = part_of(table, coupling)
        for claim in of_part(part, coupling, p.within):
            yield claim.at(f"J = {coupling:g}, L = {part['sites'].iloc[0]}")
    yield from said.over_couplings(table, p.few, p.within)


def of_part(
    part: pd.DataFrame, coupling: float, within: tuple[float, float]
) -> Iterator[Claim]:
    """What is said of one size; where nothing is localised there is no a."""
    yield from said.numbers(part, coupling)
    if coupling <= LOCALISED:
        yield from said.laws(part, coupling, within)
        yield from said.ranges(part, coupling, within)


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
    few = ", ".join(f"{J:g}" for J in p.few)
    figure.supxlabel(
        "Bars: standard error over circuits and, of exponents, half the range over windows. "
        f"N = {counts} circuits at each J, the largest L at J = {few}.",
        fontsize="x-small",
    )


PRESETS = {
    "quick": Parameters(
        sites=(6, 8),
        couplings=(0.005, 0.02, 0.04, 0.07, 0.25),
        few=(0.005, 0.02, 0.04, 0.07, 0.25),
        realisations=(60, 20),
    ),
    "default": Parameters(),
    "paper": Parameters(
        sites=(8, 10, 12), few=(0.005, 0.02, 0.04, 0.07, 0.25), realisations=(60, 14, 10)
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
    curve=Curve("coupling", "value", error="error", by="sites", panel="quantity", log_x=True),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
