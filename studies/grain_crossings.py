"""At which decay of the couplings does one grain thermalise LIOMs without end? Three crossings.

A grain of 5 spins, a random matrix or a local chain, with more and more LIOMs of couplings g_i
= alpha^(i-1) g_1: an avalanche takes in all of them above alpha_c = 1/sqrt 2 (De Roeck &
Huveneers, Phys. Rev. B 95, 155129 (2017), section III A). At alpha_c curves of several totals
cross, by the entanglement of the farthest LIOM, the mean gap ratio over all levels, and the
Thouless time over the Heisenberg time from the spectral form factor. The quantum sun, the same
with another choice of numbers, has a study of its own.

    python studies/grain_crossings.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import sun_laws as laws
from bathlab.experiments.grain_sweeps import GrainLevels, GrainStates, grain_rows
from bathlab.findings import grain_crossings as said
from bathlab.plotting import suns as panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """Grains with as many LIOMs as spectra of some seconds allow."""

    totals: tuple[int, ...] = parameter(
        (8, 10, 12), "spins, grain and LIOMs together, of spectra", at_least=2, ge=3
    )
    realisations: tuple[int, ...] = parameter((120, 50, 12), "of each total", ge=3)
    state_totals: tuple[int, ...] = parameter(
        (7, 9, 11), "totals where eigenstates are seen", at_least=2, ge=3
    )
    states: tuple[int, ...] = parameter((80, 50, 16), "realisations of these", ge=3)
    alphas: tuple[float, ...] = parameter(
        (0.55, 0.62, 0.69, 0.76, 0.83, 0.9, 0.97),
        "decays of the couplings from LIOM to LIOM",
        at_least=4,
        gt=0,
    )
    spins: int = parameter(5, "spins of the grain", ge=1)
    bandwidth: float = parameter(10.0, "full width of the random matrix", "energy", gt=0)
    g1: float = parameter(0.3, "coupling of LIOM 1", "energy", gt=0)
    field: float = parameter(1.0, "mean field of the LIOMs", "energy")
    disorder: float = parameter(0.5, "their fields are field +- disorder", "energy", ge=0)

    def check(self) -> None:
        pairs = ((self.totals, self.realisations), (self.state_totals, self.states))
        for totals, counts in pairs:
            if len(totals) != len(counts) or min(totals) <= self.spins:
                raise ValueError(
                    f"totals {totals} with realisations {counts} at a grain of {self.spins} "
                    "spins were given; expected as many of each, and totals that leave a LIOM. "
                    "Give one number of realisations for each total, or a smaller grain."
                )


def cases(p: Parameters) -> Iterator[bl.Case]:
    baths = {
        "random matrix": bl.RandomMatrixBath(p.spins, p.bandwidth),
        "chain": bl.LocalChainBath(p.spins),
    }
    for grain, bath in baths.items():
        for kind, make, totals, counts, one in (
            ("levels", GrainLevels, p.totals, p.realisations, 0.08),
            ("states", GrainStates, p.state_totals, p.states, 0.15),
        ):
            for total, count in zip(totals, counts):
                chain = bl.LiomChain(total - p.spins, p.alphas[0], p.g1, p.field, p.disorder)
                spec = make(bath, chain, p.alphas)
                cost = len(p.alphas) * one * 2.9 ** (total - 10)
                columns = {"grain": grain, "kind": kind, "spins": total}
                yield bl.Case(f"{kind}, {grain}, L = {total}", spec, count, cost, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return laws.sun_means(table.assign(convention=table["grain"]))


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    yield from said.all_claims(found.table, found.parameters.alphas)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means = found.parameters, found.means
    names = {
        "gap_ratio": "mean gap ratio, all levels",
        "log_rate": r"$\log(t_H/t_{Th})$",
        "farthest": r"entropy of the last LIOM / $\log 2$",
    }
    grains = list(dict.fromkeys(means["convention"]))
    for row, grain in zip(figure.subplots(len(grains), len(names), squeeze=False), grains):
        for axes, (name, label) in zip(row, names.items()):
            panels.curve_panel(axes, means[means["convention"] == grain], name, label)
            axes.set_title(f"{grain} of {p.spins} spins")
    counts = ", ".join(f"{N} at L = {n}" for n, N in zip(p.totals, p.realisations))
    states = ", ".join(f"{N} at L = {n}" for n, N in zip(p.state_totals, p.states))
    figure.supxlabel(
        f"spectra: {counts}; states: {states}; bars: standard errors; dotted: "
        r"$1/\sqrt{2}$",
        fontsize="small",
    )


PRESETS = {
    "quick": Parameters(
        totals=(8, 9),
        realisations=(12, 8),
        state_totals=(6, 7, 8),
        states=(20, 16, 12),
        alphas=(0.55, 0.69, 0.83, 0.97),
    ),
    "default": Parameters(),
    "paper": Parameters(
        totals=(8, 10, 12, 14),
        realisations=(2000, 800, 200, 30),
        state_totals=(7, 9, 11, 13),
        states=(1000, 600, 200, 40),
    ),
}
study = Script(
    name="grain_crossings",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=grain_rows,
    watch="watched",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("alpha", "mean", error="error", by="spins", panel="quantity", x_title="α"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
