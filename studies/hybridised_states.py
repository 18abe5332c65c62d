"""What the eigenstates of a hybridised spin are made of: k(omega) beyond its width.

De Roeck & Huveneers take eigenstates of a spin at a bath for random superpositions of products
|s, b> with Gaussian amplitudes of variance k(omega)/(2 rho): k flat up to w = pi g^2 v(2h),
then omega^-2, beyond xi exponential as v is. Each of these is measured: w against field and
coupling until the golden rule fails, beside a theory without parameters for a random matrix
(which holds at any g); kurtosis and mean/rms of amplitudes; tails on a chain against v; the
weight beyond w and K_0 of the backreaction; a second spin on a spike of v; random states with a
k of another shape but the same w; a local term g' sigma^z instead of a spin. Below the
threshold, G << 1, what first-order perturbation theory makes of one product.

    python studies/hybridised_states.py --preset quick
"""

import sys
from typing import Any, Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments.flip_kernels import FlipKernel
from bathlab.experiments.shaped_states import ShapedStates
from bathlab.experiments.spread_kinds import spread_kind_rows, spread_means
from bathlab.experiments.spread_states import SpreadStates, as_points
from bathlab.experiments.spread_variants import LocalTerm, SecondSpin
from bathlab.experiments.weak_spins import WeakSpin
from bathlab.findings import hybridised_states as said
from bathlab.findings import hybridised_variants as variants
from bathlab.plotting.hybridised import hybridised_panels
from bathlab.theory.grain.free_spin import flip_density, free_spin
from bathlab.theory.grain.golden_rule import golden_rule_width
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """Random matrices of one bandwidth, chains of eq. (24); 32 eigenstates nearest E = 0."""

    spins: tuple[int, int, int] = parameter((7, 8, 9), "of random matrices, ascending", ge=4)
    realisations: tuple[int, int, int] = parameter((30, 20, 6), "of each size", ge=3)
    bandwidth: float = parameter(10.0, "full width of their bands", "field", gt=0)
    g: float = parameter(0.8, "coupling where it does not vary", "field", gt=0)
    field: float = parameter(1.0, "field of the spin where it does not vary", "energy")
    fields: tuple[float, ...] = parameter(
        (0.5, 1.0, 1.5, 2.0, 3.0), "fields", "energy", at_least=2, gt=0
    )
    couplings: tuple[float, ...] = parameter(
        (0.2, 0.4, 0.8, 1.2, 1.6, 2.0), "couplings", "field", at_least=2, gt=0
    )
    chain: int = parameter(9, "sites of the chain, diagonalised", ge=4, le=13)
    chain_couplings: tuple[float, ...] = parameter(
        (0.2, 0.4, 0.8, 1.6), "couplings of its spin", "field", at_least=2, gt=0
    )
    chain_factor: float = parameter(0.11, "about v(2h) of the chain, for bins", gt=0)
    chains: int = parameter(16, "realisations of the chain", ge=3)
    grain: int = parameter(7, "spins of the grain that two spins, or weak ones, join", ge=4)
    second: tuple[float, ...] = parameter(
        (0.2, 0.35, 0.6, 1.0), "couplings of a second spin", "field", at_least=2, gt=0
    )
    first: float = parameter(0.3, "coupling of the first", "field", gt=0)
    share: float = parameter(0.2, "of sigma^x of the first in what the second touches", gt=0)
    narrow: float = parameter(5.0, "bandwidth of the grain of two spins", "field", gt=0)
    seconds: int = parameter(12, "realisations of two spins", ge=3)
    terms: tuple[float, ...] = parameter((0.2, 0.4, 0.8), "g' of g' sigma^z", gt=0)
    term_factor: float = parameter(0.25, "about v of the chain's sigma^z at 0, for bins", gt=0)
    term_resolution: float = parameter(
        0.2, "that v at 0 is over |omega| below this, 0 for w itself", "energy", ge=0
    )
    locals: int = parameter(10, "realisations with g' sigma^z", ge=3)
    strengths: tuple[float, ...] = parameter(
        (0.005, 0.01, 0.02, 0.05, 0.1, 0.2), "G of weak spins", at_least=2, gt=0
    )
    weak: int = parameter(20, "realisations of weak spins", ge=3)
    kernels: tuple[float, ...] = parameter(
        (0.25, 0.5, 1.0, 2.0, 4.0, 8.0), "fields at which K_0 is taken", gt=0
    )
    cutoffs: tuple[float, ...] = parameter(
        (0.02, 0.05, 0.1, 0.2, 0.4), "its cut-offs w", "energy", at_least=2, gt=0
    )
    many: int = parameter(12, "realisations of K_0 and of shapes", ge=3)

    def check(self) -> None:
        if self.g not in self.couplings or self.field not in self.fields:
            raise ValueError(
                f"g = {self.g}, field = {self.field} were given; expected them among "
                f"couplings = {self.couplings} and fields = {self.fields}. Add them."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    yield from spins_at_baths(p)
    yield from other_perturbations(p)
    narrow = bl.RandomMatrixBath(p.grain, bandwidth=p.narrow)
    numbers = (p.first, p.field, p.share, p.second, p.second[1:2], 0.6 * p.field)
    yield case("second", "two spins", SecondSpin(narrow, *numbers), p.seconds, 3.0)
    for spins in (p.grain - 2, p.grain):
        weak = WeakSpin(matrix(p, spins), p.strengths, p.field)
        yield case("weak", f"RM({spins})", weak, p.weak, 0.3 * 8.0 ** (spins - 8))
    width = free_spin(p.g, p.field, p.bandwidth / 2).halfwidth
    shaped = ShapedStates(matrix(p, p.grain), p.g, p.field, width)
    yield case("shape", f"RM({p.grain})", shaped, p.many, 0.7)


def spins_at_baths(p: Parameters) -> Iterator[bl.Case]:
    """One spin at random matrices and at a chain, and K_0 of such baths."""
    along = as_points(p.couplings, p.field)
    across = tuple((p.g, h) for h in p.fields if h != p.field)
    for spins, count, points in zip(
        p.spins, p.realisations, ((*along, *across), along, ((p.g, p.field),))
    ):
        factors = tuple(flip_density(h, p.bandwidth / 2) for _, h in points)
        spec = SpreadStates(f"RM({spins})", matrix(p, spins), points, factors)
        yield case("spin", spec.label, spec, count, 0.33 * len(points) * 4.0 ** (spins - 9))
    points, name = as_points(p.chain_couplings, p.field), f"chain({p.chain})"
    factors = (p.chain_factor,) * len(points)
    spec = SpreadStates(name, bl.LocalChainBath(p.chain), points, factors)
    yield case("spin", name, spec, p.chains, 8 * 4.0 ** (p.chain - 11))
    few = p.chain - 1
    for label, bath in (
        (f"RM({p.spins[0]})", matrix(p, p.spins[0])),
        (f"chain({few})", bl.LocalChainBath(few)),
    ):
        yield case("kernel", label, FlipKernel(label, bath, p.kernels, p.cutoffs), p.many, 0.3)


def other_perturbations(p: Parameters) -> Iterator[bl.Case]:
    """g' sigma^z at a chain, a random matrix and, as a control, a chain of free fermions."""
    middle, spins, few = p.chain // 2, p.spins[1], p.chain - 1
    at_zero, free = flip_density(0.0, p.bandwidth / 2), bl.LocalChainBath(few, transverse=0.0)
    for label, bath, site, terms, factor in (
        (f"chain({p.chain})", bl.LocalChainBath(p.chain), middle, p.terms, p.term_factor),
        (f"RM({spins})", matrix(p, spins), 1, p.terms[1:], at_zero),
        (f"free chain({few})", free, middle, p.terms[1:2], p.term_factor),
    ):
        spec = LocalTerm(label, bath, site, terms, factor, resolution=p.term_resolution or None)
        yield case("local", label, spec, p.locals, 4 * 4.0 ** (p.chain - 11))


def matrix(p: Parameters, spins: int) -> bl.RandomMatrixBath:
    return bl.RandomMatrixBath(spins, bandwidth=p.bandwidth)


def case(kind: str, label: str, spec: Any, count: int, cost: float) -> bl.Case:
    return bl.Case(f"{kind}: {label}", spec, count, cost, {"kind": kind})


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return spread_means(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p = found.parameters
    kinds = {str(kind): part for kind, part in found.table.groupby("kind", sort=False)}
    yield from said.spread_claims(kinds["spin"], p.bandwidth / 2, p.g, p.field)
    yield from variants.variant_claims(kinds, p.bandwidth / 2, first_width(p))


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p = found.parameters
    hybridised_panels(figure, found.table, p.bandwidth / 2, p.g, p.field, first_width(p))


def first_width(p: Parameters) -> float:
    """w of the first of two spins, by the golden rule."""
    return golden_rule_width(p.first, flip_density(p.field, p.narrow / 2))


PRESETS = {
    "quick": Parameters(
        spins=(6, 7, 8),
        realisations=(20, 10, 6),
        chain=8,
        chains=8,
        grain=6,
        seconds=6,
        locals=6,
        weak=10,
        many=8,
    ),
    "default": Parameters(),
    "paper": Parameters(
        spins=(9, 10, 11),
        realisations=(30, 12, 5),
        chain=11,
        chains=14,
        grain=8,
        seconds=24,
        locals=10,
        term_resolution=0,
        weak=24,
        many=24,
    ),
}
study = Script(
    name="hybridised_states",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=spread_kind_rows,
    watch="watched",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("x", "value", error="error", by="point", panel="quantity"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
