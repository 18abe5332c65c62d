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
from bathlab.workbench import Claim, Outcome, Script, parameter

GRID = (0.5, 1.0, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 12.0)


class Parameters(bl.workbench.Parameters):
    """Sizes whose middle levels take a few seconds at most."""

    sites: tuple[int, ...] = parameter((8, 10, 12, 14, 16), "sizes L", at_least=3, ge=6)
    realisations: tuple[int, ...] = parameter((150, 80, 30, 10, 3), "of each size", ge=1)
    states: tuple[int, ...] = parameter(
        (0, 0, 0, 100, 100), "levels in the middle, 0 for all of them", ge=0
    )
    disorders: tuple[float, ...] = parameter(GRID, "W", "J", at_least=4, gt=0)
    few: tuple[float, ...] = parameter(
        (1.5, 2.5), "the W of the largest size", "J", at_least=1, gt=0
    )
    lower: float = parameter(1.7, "lower end of the fits, 1/(W omega)", gt=0)
    upper: float = parameter(40.0, "upper end of the fits, 1/(W omega)", gt=0)
    cosine_sites: tuple[int, ...] = parameter((8, 10, 12), "L, quasi-periodic", ge=6)
    cosine_realisations: tuple[int, ...] = parameter((60, 40, 10), "of each", ge=1)
    cosine: tuple[float, ...] = parameter(
        (0.75, 1.25, 2.0, 3.0, 5.0), "W of the quasi-periodic field", "J", at_least=4, gt=0
    )
    vector_sites: tuple[int, ...] = parameter((4, 6, 8), "L, fields of all directions", ge=4)
    vector_realisations: tuple[int, ...] = parameter((120, 80, 50), "of each", ge=1)
    vectors: tuple[float, ...] = parameter(
        (1.0, 2.0, 4.0, 8.0, 16.0), "W of fields of all directions", "J", at_least=4, gt=0
    )
    equally_many = ("sites", "realisations", "states")

    def check(self) -> None:
        strange = sorted(set(self.few) - set(self.disorders))
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
    for W in p.cosine:
        for sites, count in zip(p.cosine_sites, p.cosine_realisations):
            yield case("cosine", bl.SpinChain(sites, disorder=W, law="cosine"), count)
    for W in p.vectors:
        for sites, count in zip(p.vector_sites, p.vector_realisations):
            chain = bl.SpinChain(sites, disorder=W, fields="all", sector=None)
            yield case("vector", chain, count)


def case(kind: str, chain: bl.SpinChain, count: int, states: int = 0) -> bl.Case:
    # Seconds of a realisation, measured.
    n, window = chain.space.dimension, 0.8 * 8.0 ** (chain.sites / 2 - 7)
    cost = window if states else 0.02 + 0.3 * (n / 924) ** 3
    columns = {"kind": kind, "sites": chain.sites, "W": chain.disorder, "all": not states}
    name = f"{kind}, W = {chain.disorder:g}, L = {chain.sites}"
    return bl.Case(name, ChainStates(chain, states), count, cost, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return bl.summarise(table, ["kind", "sites", "W"], ["gap_ratio", "plateau"])


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    yield from ()


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    figure.subplots(2, 3)


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
    size=(12.6, 7.6),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
