"""Where a quantum sun stops being ergodic, by its levels, its eigenstates and its form factor.

Spins around a random grain, coupled by g0 alpha^u, u about their distance: an avalanche takes
in all of them above alpha_c = 1/sqrt 2 = 0.7071, where the rate alpha^(2 L) of the last spin
falls as slowly as the distance of levels 2^-L (De Roeck & Huveneers, Phys. Rev. B 95, 155129
(2017)). Three crossings of curves of several sizes L: mean gap ratio over all levels,
entanglement of the farthest spin, Thouless time over Heisenberg time from the spectral form
factor (Suntajs & Vidmar, Phys. Rev. Lett. 129, 060602 (2022)); scaling with nu = 1; the
Thouless rate Gamma(alpha, L); windows of energy (Pawlik, Sierant, Vidmar & Zakrzewski,
arXiv:2308.01073). Public codes disagree on distances, spins and the grain: what each choice
changes is a table, and one other choice has crossings of its own. Controls: alpha = 1, GOE, and
a small alpha, uncorrelated levels.

    python studies/quantum_sun.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import sun_laws as laws
from bathlab.experiments.suns import SunLevels, SunMiddle, SunStates, sun_rows
from bathlab.findings import quantum_sun as said
from bathlab.model.quantum_sun import SUN_CONVENTIONS
from bathlab.plotting import suns as panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """Suns whose spectra take some seconds at most."""

    lioms: tuple[int, ...] = parameter(
        (5, 7, 9, 11), "spins around the grain", at_least=3, ge=5
    )
    realisations: tuple[int, ...] = parameter((200, 80, 28, 5), "of each size", ge=2)
    alphas: tuple[float, ...] = parameter(
        (0.4, 0.6, 0.66, 0.7, 0.73, 0.76, 0.79, 0.82, 0.86, 0.92, 1.0),
        "of all these sizes but the largest, controls at the ends",
        at_least=5,
        gt=0,
        le=1,
    )
    few: tuple[float, ...] = parameter(
        (0.66, 0.7, 0.73, 0.76, 0.79, 0.82, 0.86),
        "of the largest size, of eigenstates and of the other convention; crossings are sought "
        "among them",
        at_least=4,
        gt=0,
        le=1,
    )
    more_lioms: tuple[int, ...] = parameter((13,), "still more spins around it", ge=6)
    more: tuple[int, ...] = parameter((3,), "realisations of these", ge=2)
    near: tuple[float, ...] = parameter(
        (0.7, 0.73, 0.76, 0.79), "alphas of these, some of few", at_least=4, gt=0, le=1
    )
    other: tuple[int, ...] = parameter(
        (80, 40, 14), "realisations of the other convention", ge=2
    )
    conventions: int = parameter(40, "realisations of each convention in their table", ge=2)
    compared: tuple[float, ...] = parameter(
        (0.7, 0.75, 0.8), "alphas of that table", gt=0, le=1
    )
    state_lioms: tuple[int, ...] = parameter(
        (5, 6, 7, 8), "spins around the grain where eigenstates are seen", at_least=2, ge=1
    )
    states: tuple[int, ...] = parameter((40, 28, 16, 4), "realisations of these", ge=2)
    middle_lioms: tuple[int, ...] = parameter(
        (6, 7, 8, 9, 10), "spins where those in the middle alone are", at_least=2, ge=1
    )
    middles: tuple[int, ...] = parameter((14, 10, 7, 6, 3), "realisations of these", ge=2)
    grain_spins: int = parameter(3, "spins of the grain", ge=1)
    equally_many = ("lioms", "realisations")

    def check(self) -> None:
        if len(self.states) != len(self.state_lioms) or len(self.other) > len(self.lioms):
            raise ValueError(
                f"states = {self.states} and other = {self.other} were given; expected as many "
                f"states as state_lioms = {self.state_lioms}, and no more of other than of "
                f"lioms = {self.lioms}. Give one number of realisations for each size."
            )
        if len(self.middles) != len(self.middle_lioms):
            raise ValueError(
                f"middles = {self.middles} were given; expected as many as middle_lioms = "
                f"{self.middle_lioms}. Give one number of realisations for each size."
            )
        if len(self.more) != len(self.more_lioms) or not set(self.near) <= set(self.few):
            raise ValueError(
                f"more = {self.more} and near = {self.near} were given; expected as many as "
                f"more_lioms = {self.more_lioms}, and some of few = {self.few}, where sizes "
                "are compared. Give one number for each size, and alphas of few."
            )


#: The convention of most cases, and that whose crossings stand beside its own.
FIRST, OTHER = "suntajs-vidmar", "shifted"
#: What is had of each kind of case but levels.
SPECS = {"states": SunStates, "middle": SunMiddle}
#: Whose crossings are drawn.
SHOWN = {
    "gap_ratio": "gap ratio",
    "gap_ratio_middle": "its middle 500",
    "log_rate": r"$t_H/t_{Th}$",
    "farthest": "S, last spin",
    "half": "S, half",
    OTHER: f"ratio, {OTHER}",
}


def cases(p: Parameters) -> Iterator[bl.Case]:
    largest = max(p.lioms)
    for lioms, count in zip(p.lioms, p.realisations):
        alphas = p.few if lioms == largest else p.alphas
        yield case(p, "levels", FIRST, lioms, alphas, count)
    for lioms, count in zip(p.more_lioms, p.more):
        yield case(p, "levels", FIRST, lioms, p.near, count)
    for lioms, count in zip(p.lioms, p.other):
        yield case(p, "levels", OTHER, lioms, p.few, count)
    for convention in SUN_CONVENTIONS:
        yield case(p, "conventions", convention, p.lioms[1], p.compared, p.conventions)
    for lioms, count in zip(p.state_lioms, p.states):
        yield case(p, "states", FIRST, lioms, p.few, count)
    for lioms, count in zip(p.middle_lioms, p.middles):
        yield case(p, "middle", FIRST, lioms, p.few, count)


def case(
    p: Parameters, kind: str, convention: str, lioms: int, alphas: tuple[float, ...], count: int
) -> bl.Case:
    sun = bl.QuantumSun(p.grain_spins, lioms, alphas[0], convention=convention)
    spec = SPECS.get(kind, SunLevels)(sun, alphas)
    # Seconds of a spectrum, of all eigenstates and of some, measured.
    one = 0.08 * 2.9 ** (lioms - 7)
    if kind == "states":
        one = 0.3 * 7.0 ** (lioms - 7)
    elif kind == "middle":
        one = 0.1 * 3.0 ** (lioms - 7)
    columns = {"kind": kind, "convention": convention, "spins": sun.spins}
    return bl.Case(
        f"{kind}, {convention}, L = {sun.spins}", spec, count, one * len(alphas), columns
    )


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return laws.sun_means(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table
    yield from said.all_claims(table, p.few, p.grain_spins)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means = found.parameters, found.means
    kinds = dict(tuple(found.table.groupby("kind")))
    levels = dict(tuple(kinds["levels"].groupby("convention")))
    axes = figure.subplots(3, 3).ravel()
    own = means[(means["kind"] == "levels") & (means["convention"] == FIRST)]
    panels.ratio_panel(axes[0], own, FIRST)
    second = means[(means["kind"] == "levels") & (means["convention"] == OTHER)]
    panels.ratio_panel(axes[1], second, OTHER)
    panels.collapse_panel(axes[2], own, p.few)
    middle = means[means["kind"] == "middle"]
    panels.curve_panel(axes[3], middle, "farthest", "entropy of the last spin / log 2")
    panels.curve_panel(axes[4], own, "log_rate", r"$\log(t_H/t_{Th})$")
    places = [
        laws.place_table(levels[FIRST], ("gap_ratio", "gap_ratio_middle", "log_rate"), p.few),
        laws.place_table(kinds["middle"], ("farthest", "half"), p.few),
        laws.place_table(levels[OTHER], ("gap_ratio",), p.few).assign(name=OTHER),
    ]
    panels.place_panel(axes[5], pd.concat(places), SHOWN)
    panels.rate_panel(axes[6], laws.rate_table(levels[FIRST], p.few))
    panels.window_panel(axes[7], laws.window_table(levels[FIRST], p.few))
    panels.convention_panel(axes[8], means[means["kind"] == "conventions"])
    counts = ", ".join(
        f"{N} at L = {p.grain_spins + n}"
        for n, N in zip(p.lioms + p.more_lioms, p.realisations + p.more)
    )
    figure.supxlabel(
        f"suns: {counts}; bars: standard errors over suns; dotted verticals and horizontals: "
        r"$1/\sqrt{2}$",
        fontsize="small",
    )


PRESETS = {
    "quick": Parameters(
        lioms=(5, 6, 7),
        realisations=(40, 30, 20),
        alphas=(0.4, 0.66, 0.73, 0.79, 0.86, 1.0),
        few=(0.66, 0.73, 0.79, 0.86),
        more_lioms=(),
        more=(),
        near=(0.66, 0.73, 0.79, 0.86),
        other=(10, 10),
        conventions=10,
        state_lioms=(5, 6),
        states=(20, 10),
        middle_lioms=(5, 6),
        middles=(20, 10),
    ),
    "default": Parameters(),
    "paper": Parameters(
        realisations=(2000, 1000, 400, 100),
        more=(20,),
        other=(1000, 500, 200, 50),
        conventions=400,
        state_lioms=(5, 6, 7, 8, 9),
        states=(500, 300, 200, 100, 30),
        middle_lioms=(6, 7, 8, 9, 10, 11),
        middles=(300, 200, 100, 100, 40, 10),
    ),
}
study = Script(
    name="quantum_sun",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=sun_rows,
    watch="watched",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve(
        "alpha",
        "mean",
        error="error",
        by="spins",
        panel="quantity",
        where={"convention": "suntajs-vidmar"},
        x_title="α",
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
