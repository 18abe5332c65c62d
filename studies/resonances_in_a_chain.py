"""A real many-body chain beside the resonance model: S(omega), rho v-bar and W*(L).

Figure 10 of Crowley & Chandran, SciPost Phys. 12, 201 (2022), draws S(omega) of the random XXZ
ring as (S omega W)^-2 against log 1/(W omega): their (111) is a line of constant gradient, a
pure 1/omega a horizontal one. Which of them, or of S ~ |omega|^(-1 + theta), do more sizes bear
out, and over how many decades? rho v-bar (131), gap ratio, entanglement and the long-time C of
the same chains each give a W*(L): how do they drift, beside (116)-(120), and is there a nu
(106)? A quasi-periodic field and the paper's chain in fields of all directions stand beside.
All of sigma^z, in the sector S^z = 0, from all levels of short chains and the middle levels of
long ones.

    python studies/resonances_in_a_chain.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import ChainStates, chain_state_rows
from bathlab.experiments.chain_criteria import HALVES, LEVELS, LOG2, with_criteria
from bathlab.experiments.chain_curves import figure_ten, growth_curves, place_curves
from bathlab.findings import chain_spectra as spectra
from bathlab.findings import chain_transition as where
from bathlab.findings import resonances_in_a_chain as said
from bathlab.plotting import chains as panels
from bathlab.theory.random_matrices import GOE, POISSON_RATIO
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

GRID = (0.5, 1.0, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 12.0)


class Parameters(bl.workbench.Parameters):
    """Sizes whose middle levels take a few seconds at most."""

    sites: tuple[int, ...] = parameter((8, 10, 12, 14, 16), "sizes L", at_least=3, ge=6)
    realisations: tuple[int, ...] = parameter((150, 80, 30, 10, 5), "of each size", ge=1)
    states: tuple[int, ...] = parameter(
        (0, 0, 0, 100, 100), "levels in the middle, 0 for all of them", ge=0
    )
    disorders: tuple[float, ...] = parameter(GRID, "W", "J", at_least=4, gt=0)
    few: tuple[float, ...] = parameter(
        (1.5, 2.5), "the W of the largest size", "J", at_least=1, gt=0
    )
    lower: float = parameter(1.7, "lower end of the fits, 1/(W omega)", gt=0)
    upper: float = parameter(40.0, "upper end of the fits, 1/(W omega)", gt=0)
    compared: int = parameter(
        28, "middle levels of the longest chain with all levels, to compare means of both", ge=4
    )
    cosine_sites: tuple[int, ...] = parameter((8, 10, 12), "L, quasi-periodic", ge=6)
    cosine_realisations: tuple[int, ...] = parameter((60, 40, 10), "of each", ge=1)
    cosine: tuple[float, ...] = parameter(
        (0.75, 1.25, 2.0, 3.0, 5.0, 8.0), "W of the quasi-periodic field", "J", at_least=4, gt=0
    )
    vector_sites: tuple[int, ...] = parameter((4, 6, 8), "L, fields of all directions", ge=4)
    vector_realisations: tuple[int, ...] = parameter((120, 80, 50), "of each", ge=1)
    vectors: tuple[float, ...] = parameter(
        (1.0, 2.0, 4.0, 8.0, 16.0), "W of fields of all directions", "J", at_least=4, gt=0
    )
    equally_many = ("sites", "realisations", "states")

    def check(self) -> None:
        strange = sorted(set(self.few) - set(self.disorders))
        if all(self.states):
            raise ValueError(
                f"states = {list(self.states)} was given; expected a 0 among them, all levels "
                "of some size. Set that of the smallest."
            )
        if strange or not self.lower < self.upper:
            raise ValueError(
                f"few = {list(self.few)}, lower = {self.lower:g} and upper = {self.upper:g} "
                f"were given; expected few of the disorders {list(self.disorders)}, and the "
                "lower end below the upper one. Choose others."
            )
        for kind in ("cosine", "vector"):
            sizes, counts = (
                getattr(self, f"{kind}_{name}") for name in ("sites", "realisations")
            )
            if len(sizes) != len(counts):
                raise ValueError(
                    f"{len(sizes)} {kind}_sites with {len(counts)} {kind}_realisations were "
                    "given; expected as many. Give one number for each size."
                )


def cases(p: Parameters) -> Iterator[bl.Case]:
    for W in p.disorders:
        for sites, count, states in zip(p.sites, p.realisations, p.states):
            if sites < max(p.sites) or W in p.few:
                yield case("random", bl.SpinChain(sites, disorder=W), count, states)
    sites, count = max((L, N) for L, N, k in zip(p.sites, p.realisations, p.states) if not k)
    for W in p.few:
        yield case("middle", bl.SpinChain(sites, disorder=W), count, p.compared)
    for W in p.cosine:
        for sites, count in zip(p.cosine_sites, p.cosine_realisations):
            yield case("cosine", bl.SpinChain(sites, disorder=W, law="cosine"), count)
    for W in p.vectors:
        for sites, count in zip(p.vector_sites, p.vector_realisations):
            chain = bl.SpinChain(sites, disorder=W, fields="all", sector=None)
            yield case("vector", chain, count, axis="own")


def case(
    kind: str, chain: bl.SpinChain, count: int, states: int = 0, axis: str = "z"
) -> bl.Case:
    # Seconds of a realisation, measured.
    n, window = chain.space.dimension, 0.8 * 8.0 ** (chain.sites / 2 - 7)
    cost = window if states else 0.02 + 0.3 * (n / 924) ** 3
    columns = {"kind": kind, "sites": chain.sites, "W": chain.disorder, "all": not states}
    name = f"{kind}, W = {chain.disorder:g}, L = {chain.sites}"
    return bl.Case(name, ChainStates(chain, states, axis), count, cost, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    names = ["gap_ratio", "plateau", "rho_v", "half", "entropy_one", "entropy_two"]
    return bl.summarise(with_criteria(table), ["kind", "sites", "W"], names, missing=True)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p = found.parameters
    yield from said.everything(with_criteria(found.table), (p.lower, p.upper), p.few)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, table = found.parameters, with_criteria(found.table)
    random = table[table["kind"] == "random"]
    means = found.means[found.means["kind"] == "random"]
    axes = figure.subplots(3, 3).ravel()
    axes[-1].set_axis_off()
    whole = int(random.loc[random["all"], "sites"].max())
    shown = [W for W in p.disorders if spectra.FIRST <= W <= spectra.LAST]
    window = (p.lower, p.upper)
    panels.figure_ten_panel(axes[0], figure_ten(random, [(W, whole) for W in shown], *window))
    sizes = [(p.few[0], L) for L in p.sites[1:]]
    panels.figure_ten_panel(axes[1], figure_ten(random, sizes, *window), spectra.ORDINATE)
    theta = spectra.exponent_table(table[table["kind"] != "middle"], *window)
    panels.exponent_panel(axes[2], theta)
    panels.size_panel(axes[4], means, "rho_v", r"$\rho\bar v$ of $\sigma^z$", {})
    axes[4].set_yscale("log")
    limits = {"GOE": GOE.gap_ratio, "Poisson": POISSON_RATIO}
    panels.size_panel(axes[5], means, "gap_ratio", "gap ratio", limits)
    panels.size_panel(axes[6], means, "plateau", r"$C_{zz}(\infty)$", {})
    grown = growth_curves(random, {"rho_v": LOG2 / 2, "log_fidelity": LOG2})
    panels.growth_panel(axes[3], grown)
    levels = {word: where.fallen(random, level) for word, level in LEVELS.items()}
    places = {
        f"{HALVES[name]}, {word}": own
        for word, found_ in levels.items()
        for name, own in found_.items()
        if name != "one"
    }
    model = {str(LEVELS[word]): own["forgotten"] for word, own in levels.items()}
    panels.place_panel(axes[7], place_curves(places), where.model_curves(model))
    counts = ", ".join(f"{N} (L = {L})" for L, N in zip(p.sites, p.realisations))
    few = "W = " + ", ".join(f"{W:g}" for W in p.few)
    figure.supxlabel(
        f"Bars: standard errors over chains. N = {counts} at each W, the largest L at {few}.",
        fontsize="x-small",
    )


PRESETS = {
    "quick": Parameters(
        sites=(6, 8, 10),
        realisations=(60, 40, 12),
        states=(0, 0, 60),
        few=(1.5, 2.5, 5.0),
        cosine_sites=(6, 8, 10),
        cosine_realisations=(20, 20, 6),
        vector_sites=(4, 6),
        vector_realisations=(30, 20),
    ),
    "default": Parameters(),
    "paper": Parameters(
        sites=(8, 10, 12, 14, 16, 18),
        realisations=(1000, 400, 200, 100, 40, 10),
        states=(0, 0, 0, 0, 100, 100),
        few=(1.0, 1.5, 2.0, 2.5, 4.0),
        cosine_sites=(8, 10, 12, 14),
        cosine_realisations=(400, 200, 100, 20),
        vector_sites=(4, 6, 8, 10),
        vector_realisations=(400, 200, 200, 40),
    ),
}
study = Script(
    name="resonances_in_a_chain",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=chain_state_rows,
    watch="gap_ratio",
    average=average,
    claims=claims,
    draw=draw,
    curve=(
        Curve("W", "rho_v", by="sites", where={"kind": "random"}, log_y=True, y_title="ρ v"),
        Curve("W", "gap_ratio", by="sites", where={"kind": "random"}),
        Curve("W", "plateau", by="sites", where={"kind": "random"}, y_title="C_zz(∞)"),
        Curve(
            "W", "half", by="sites", where={"kind": "random"}, y_title="entropy of half (nats)"
        ),
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
