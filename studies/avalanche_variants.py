"""What changes an avalanche and what does not: fields, further terms, free grains, far LIOMs.

A grain thermalises LIOMs if G = g sqrt(v rho) >> 1, about (g/xi) 2^(b/2) for the first of them,
and each that it thermalises counts as a spin of the grain (De Roeck & Huveneers, Phys. Rev. B
95, 155129 (2017), II F, III A, III C, IV). How G_1 depends on b, g and xi; fixed, narrow and
broad fields of the LIOMs; tau^z tau^z terms and contacts that turn several LIOMs at once, which
the model leaves out; a grain of free fermions of the same G, which must not be strengthened;
LIOMs beyond l_c, whose D must be 0; all spins of the ergodic region; and the end spin of a
disordered chain in terms of the chain's LIOMs, whose couplings should fall exponentially.

    python studies/avalanche_variants.py --preset quick
"""

import sys
from typing import Any, Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import (
    ExpandedContact,
    FirstCoupling,
    FreeGrain,
    Surrounded,
    condition_rows,
)
from bathlab.experiments.condition_laws import condition_table
from bathlab.experiments.surrounded import shell_couplings
from bathlab.findings import avalanche_variants as said
from bathlab.plotting import conditions as panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

KINDS = ("fields", "terms", "far", "free", "first", "contact")
#: Mean field 1, and by how much fields differ from it.
DISORDERS = (0.0, 0.5, 1.0)


class Parameters(bl.workbench.Parameters):
    """Grains of four spins with six LIOMs, and what needs no LIOM up to ten spins."""

    realisations: tuple[int, ...] = parameter(
        (60, 30, 30, 200, 40, 60),
        "of fields, terms, far LIOMs, free grains, G_1, contacts",
        ge=4,
    )
    grain: int = parameter(4, "spins of the grain where its size is not varied", ge=2)
    lioms: int = parameter(6, "LIOMs of grains with further terms", ge=4)
    bandwidth: tuple[float, ...] = parameter((4.2, 20.0), "of grains with other fields", gt=0)
    g1: tuple[float, ...] = parameter((0.2, 1.0), "first coupling at each bandwidth", gt=0)
    alphas: tuple[float, ...] = parameter(
        (0.62, 0.7, 0.78, 0.86), "decays with further terms and free grains", at_least=4, gt=0
    )
    zz: float = parameter(0.2, "J_1 of tau^z tau^z terms, which fall as 2^-distance")
    strings: float = parameter(0.5, "share g'_i/g_i of terms that turn LIOMs 1 to i")
    beyond: tuple[float, ...] = parameter((0.4, 0.5, 0.6), "decays of far LIOMs", gt=0)
    modes: tuple[int, ...] = parameter((4, 8, 16), "sites of free grains", ge=1)
    sites: int = parameter(24, "LIOMs around free grains", ge=8)
    sizes: tuple[int, ...] = parameter((4, 5, 6, 7, 8, 9, 10), "grains for G_1", at_least=3)
    widths: tuple[float, ...] = parameter((5.0, 10.0, 20.0, 40.0), "bandwidths for G_1", gt=0)
    chain: int = parameter(8, "spins of disordered chains", ge=4)
    disorders: tuple[float, ...] = parameter((4.0, 8.0, 16.0), "of these chains", gt=0)
    equally_many = ("bandwidth", "g1")

    def check(self) -> None:
        if len(self.realisations) != len(KINDS):
            raise ValueError(
                f"realisations = {self.realisations} was given; expected {len(KINDS)} numbers, "
                f"of {', '.join(KINDS)}. Give one for each, or --realisations for all."
            )

    def case(self, kind: str, spec: Any, words: str, cost: float, **columns: Any) -> bl.Case:
        count = self.realisations[KINDS.index(kind)]
        return bl.Case(f"{kind}, {words}", spec, count, cost, {"kind": kind, **columns})


def cases(p: Parameters) -> Iterator[bl.Case]:
    stages = tuple(range(1, 6))
    for bandwidth, g1 in zip(p.bandwidth, p.g1):
        bath = bl.RandomMatrixBath(p.grain, bandwidth=bandwidth)
        for disorder in DISORDERS:
            couplings = shell_couplings(g1, 0.75, (1,) * 5)
            spec = Surrounded(bath, couplings, stages, disorder=disorder, more=("D", "G"))
            words = f"xi = {bandwidth:g}, 1 +- {disorder:g}"
            cost = 0.2 * 4.0 ** (p.grain - 4)
            columns = {"bandwidth": bandwidth, "disorder": disorder, "alpha": 0.75, "m": 1}
            yield p.case("fields", spec, words, cost, **columns)
    random = bl.RandomMatrixBath(p.grain, bandwidth=10.0)
    for alpha in p.alphas:
        yield from term_cases(p, random, alpha)
        for modes in p.modes:
            spec = FreeGrain(modes, 10.0, shell_couplings(0.5, alpha, (1,) * p.sites))
            words = f"{modes} sites, alpha = {alpha:g}"
            yield p.case("free", spec, words, 0.003, grain=modes, alpha=alpha)
    small, count = bl.RandomMatrixBath(p.grain - 1, bandwidth=10.0), p.lioms + 1
    for alpha in p.beyond:
        spec = Surrounded(
            small, shell_couplings(0.5, alpha, (1,) * count), (count,), more=("D",)
        )
        yield p.case(
            "far", spec, f"alpha = {alpha:g}", 0.6, alpha=alpha, m=1, grain=p.grain - 1
        )
    yield from first_cases(p)
    for disorder in p.disorders:
        chain = bl.LocalChainBath(p.chain, 0.0, disorder, 0.3, 1.0)
        words = f"disorder {disorder:g}"
        yield p.case("contact", ExpandedContact(chain), words, 0.05, disorder=disorder)


def term_cases(p: Parameters, bath: bl.RandomMatrixBath, alpha: float) -> Iterator[bl.Case]:
    couplings = shell_couplings(0.5, alpha, (1,) * p.lioms)
    zz = tuple(p.zz * 0.5**at for at in range(p.lioms - 1))
    strings = tuple(p.strings * g for g in couplings[1:])
    terms: dict[str, dict[str, Any]] = {
        "none": {},
        "zz": {"interactions": zz},
        "strings": {"strings": strings},
    }
    stages = tuple(range(2, p.lioms + 1, 2))
    for name, more in terms.items():
        spec = Surrounded(bath, couplings, stages, **more)
        words = f"{name}, alpha = {alpha:g}"
        yield p.case("terms", spec, words, 0.15, law=name, alpha=alpha, m=1, grain=p.grain)


def first_cases(p: Parameters) -> Iterator[bl.Case]:
    """G_1 of random matrices and chains of all sizes, and of one size at all bandwidths."""
    for size in p.sizes:
        for name, bath in (
            ("GOE", bl.RandomMatrixBath(size, bandwidth=10.0)),
            ("chain", bl.LocalChainBath(size)),
        ):
            words, cost = f"{name}, {size} spins", 0.4 * 8.0 ** (size - 10)
            columns = {"law": name, "grain": size, "bandwidth": 10.0}
            yield p.case("first", FirstCoupling(bath), words, cost, **columns)
    middle = p.sizes[len(p.sizes) // 2]
    for width in p.widths:
        bath = bl.RandomMatrixBath(middle, bandwidth=width)
        columns = {"law": "widths", "grain": middle, "bandwidth": width}
        yield p.case("first", FirstCoupling(bath), f"xi = {width:g}", 0.01, **columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return condition_table(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    yield from said.all_claims(found.table, found.parameters.grain)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    panels.variant_panels(figure, found.means)


PRESETS = {
    "quick": Parameters(realisations=(10, 8, 8, 60, 20, 20), sizes=(4, 6, 8), lioms=4, chain=6),
    "default": Parameters(),
    "paper": Parameters(realisations=(400, 200, 200, 1000, 200, 400)),
}
study = Script(
    name="avalanche_variants",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=condition_rows,
    watch="watched",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve(
        "disorder",
        "mean",
        error="error",
        by=("bandwidth", "stage"),
        panel="quantity",
        where={"kind": "fields"},
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
