"""Two spins at the ends of an ergodic grain: supplement D of Thiery et al., measured.

Spins l and r touch a grain E of a few spins, each by a contact of its own, with the same G =
(typical matrix element)/(level spacing). Thiery, Huveneers, Mueller & De Roeck, Phys. Rev.
Lett. 121, 140601 (2018), say that an eigenstate of l + E + r holds N = 1, O(1), 2^l_E product
states for G << 1, ~ 1, >> 1, that rho_lr is pure, without structure, 1/4 + O(2^(-l_E/2)), and
that Cor(O_l, O_r) is O(1) at G ~ 1 alone. Their G, eq. (2), is the largest |V/Delta E| of a
typical product state: it is measured as well. Random vectors are the other limit, which g at
the scale of E's band leaves. Controls: r uncoupled, two grains without a coupling. Variants:
sigma^x of the grain's end spins as contacts, a local chain as the grain.

    python studies/spin_grain_spin.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import SpinPair, spin_pair_rows
from bathlab.experiments.pair_laws import pair_table
from bathlab.experiments.spin_pairs import two_grains
from bathlab.findings import spin_grain_spin as said
from bathlab.plotting.spin_pairs import pair_panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """Grains whose spectra take less than a second."""

    spins: tuple[int, ...] = parameter((4, 6, 8), "spins l_E of the grain", at_least=2, ge=4)
    realisations: tuple[int, ...] = parameter((200, 200, 200), "of each size", ge=1)
    strengths: tuple[float, ...] = parameter(
        (0.01, 0.03, 0.06, 0.1, 0.15, 0.3, 0.6, 1.2, 3.0, 10.0),
        "G, the same for both spins",
        at_least=3,
        gt=0,
    )
    few: tuple[float, ...] = parameter(
        (0.1, 0.3, 1.2), "G of larger grains and of variants", at_least=2, gt=0
    )
    fine: int = parameter(6, "largest grain that is seen at all strengths", ge=4)
    compared: int = parameter(6, "spins of controls and variants, one of spins; even", ge=4)
    controls: int = parameter(50, "realisations of each control", ge=1)
    variants: int = parameter(100, "realisations of each variant", ge=1)
    bandwidth: float = parameter(4.0, "full width of the grain's band", "energy", gt=0)
    field: float = parameter(0.15, "mean field of l and r", "energy")
    disorder: float = parameter(0.05, "their fields are field +- disorder", "energy", ge=0)
    chain_field: float = parameter(1.0, "mean field of l and r at the chain", "energy")
    chain_disorder: float = parameter(0.5, "the same of their disorder", "energy", ge=0)
    equally_many = ("spins", "realisations")

    def check(self) -> None:
        if self.compared not in self.spins or self.compared % 2:
            raise ValueError(
                f"compared = {self.compared} was given; expected an even one of spins = "
                f"{self.spins}, since variants are set beside it. Choose one of them."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    size = p.compared
    grain = bl.RandomMatrixBath(size, bandwidth=p.bandwidth)
    for spins, count in zip(p.spins, p.realisations):
        strengths = p.strengths if spins <= p.fine else p.few
        bath = bl.RandomMatrixBath(spins, bandwidth=p.bandwidth)
        pair = SpinPair("GOE", bath, strengths, p.field, p.disorder, states(spins))
        yield case(pair, spins, "grain", count)
    common = (p.few, p.field, p.disorder, states(size))
    yield case(SpinPair("GOE", grain, *common, contacts="ends"), size, "ends", p.variants)
    own = (p.few, p.chain_field, p.chain_disorder, states(size))
    chain = SpinPair("chain", bl.LocalChainBath(size), *own, contacts="ends")
    yield case(chain, size, "chain", p.variants)
    yield case(SpinPair("GOE", grain, *common, one_sided=True), size, "r free", p.controls)
    arguments = {"spins": size // 2, "bandwidth": p.bandwidth / 2**0.5}
    # Most elements of a contact vanish, so that G is made of their rms.
    halves = bl.model.DisorderedBath(two_grains, arguments)
    apart = SpinPair("two GOE", halves, *common, contacts="ends", moment=2.0)
    yield case(apart, size, "two grains", p.controls)


def states(spins: int) -> int:
    """An eighth of all eigenstates, at most 32 of them."""
    return min(2 ** (spins - 1), 32)


def case(pair: SpinPair, spins: int, kind: str, count: int) -> bl.Case:
    # Seconds of a realisation, measured.
    cost = len(pair.strengths) * 0.017 * 4.0 ** max(spins - 6, -1)
    columns = {"spins": spins, "kind": kind}
    return bl.Case(f"{kind}, l_E = {spins}", pair, count, cost, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return pair_table(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table
    kinds = {kind: part for kind, part in table.groupby("kind", sort=False)}
    sizes = dict(tuple(kinds.pop("grain").groupby("spins")))
    for spins, part in sizes.items():
        for claim in [
            *said.places(part),
            *said.limits(part, spins, p.few),
            *said.lowered(part),
        ]:
            yield claim.at(f"l_E = {spins}")
    yield from said.growth(sizes, p.few)
    for kind in ("ends", "chain"):
        for claim in said.variant(kinds[kind], sizes[p.compared]):
            yield claim.at(f"{kind}, l_E = {p.compared}")
    for kind in ("r free", "two grains"):
        yield said.control(kinds[kind]).at(f"{kind}, l_E = {p.compared}")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p = found.parameters
    pair_panels(figure, found.means, p.few)
    counts = ", ".join(rf"{N} at $\ell_E$ = {size}" for size, N in zip(p.spins, p.realisations))
    figure.supxlabel(
        f"grains: {counts}; variants {p.variants}; bars: standard errors over grains; "
        "open: g above a tenth of the band",
        fontsize="small",
    )


PRESETS = {
    "quick": Parameters(
        spins=(4, 6), realisations=(200, 60), few=(0.1, 0.3, 0.6), controls=20, variants=60
    ),
    "default": Parameters(),
    "paper": Parameters(
        spins=(4, 6, 8, 10),
        realisations=(2000, 1000, 400, 200),
        few=(0.1, 0.3, 1.2, 3.0),
        fine=8,
    ),
}
study = Script(
    name="spin_grain_spin",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=spin_pair_rows,
    watch="zz",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve(
        "G", "zz", by=("bath", "spins"), where={"kind": "grain"}, log_x=True, log_y=True
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
