"""Several LIOMs, zz terms and other energies: De Roeck & Huveneers, sections II D to G, III A.

The paper keeps v as it is while sum g_i^2 << xi^2, admits that its theory, taken literally,
widens local operators by 2 sum g_i^2, whether LIOMs touch one contact or many, ignores what the
backreaction takes from the smooth part of v, and leaves out zz terms and energies away from
maximum entropy. Here LIOMs are added one by one to random matrices and a chain, at one contact
and at several spins; the default's depletion is measured LIOM by LIOM; zz terms are switched on
between LIOMs and to the bath; a spin is attached at E != 0, where its thermal entropy takes the
place of log 2; and grains of spins 1 have log 3 in its place.

    python studies/added_spins.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments.added_laws import (
    added_means,
    added_spin_rows,
    drawn_points,
    drawn_ratios,
)
from bathlab.experiments.added_spins import AddedSpins, Depletion
from bathlab.experiments.elsewhere import Elsewhere, spin_one_grain
from bathlab.experiments.zz_terms import ZzTerms
from bathlab.findings import added_spins as said
from bathlab.plotting.added_spins import added_panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """Small baths with up to three or four LIOMs."""

    spins: int = parameter(6, "spins of random matrices with several LIOMs", ge=4)
    chain_spins: int = parameter(7, "spins of the chain with several", ge=6)
    bandwidths: tuple[float, ...] = parameter((4.2, 10.0), "of matrices", at_least=1, gt=0)
    couplings: tuple[float, ...] = parameter((0.3, 0.6), "g of each LIOM", at_least=1, gt=0)
    fields: tuple[float, ...] = parameter((1.0, 0.8, 1.2), "of the LIOMs", at_least=1)
    lioms: int = parameter(4, "LIOMs of the default grain, for the depletion", ge=1)
    zz_spins: int = parameter(7, "spins of baths with zz terms", ge=5)
    strengths: tuple[float, ...] = parameter((0.0, 0.3, 0.6), "zz terms, 0 first", at_least=2)
    far_spins: int = parameter(9, "spins of the chain seen at several energies", ge=6)
    far_couplings: tuple[float, ...] = parameter((0.2, 0.8), "g there", at_least=1, gt=0)
    energies: tuple[float, ...] = parameter((0.0, -3.0, -6.0), "targets, 0 first", at_least=1)
    grains: tuple[int, ...] = parameter((4, 5, 6), "spins 1 of grains", at_least=1, ge=2)
    halves: tuple[int, ...] = parameter((6, 7, 8), "spins 1/2 of grains", at_least=1, ge=3)
    grain_realisations: tuple[int, ...] = parameter((100, 50, 15), "of grains", at_least=1)
    realisations: tuple[int, int, int, int] = parameter(
        (20, 30, 30, 40), "with several LIOMs, of the default grain, with zz, elsewhere", ge=3
    )
    states: int = parameter(8, "eigenstates nearest to each energy", ge=1)

    def check(self) -> None:
        least = 2 * len(self.fields) - 1
        if min(self.spins, self.chain_spins) < least:
            raise ValueError(
                f"{len(self.fields)} LIOMs at {self.spins} and {self.chain_spins} spins were "
                f"given; expected {least} spins or more, every other of which has a LIOM. "
                "Take more spins, or fewer fields."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    yield from several(p)
    grain = bl.RandomMatrixBath(p.spins, bandwidth=4.2)
    spec = Depletion(grain, bl.LiomChain(p.lioms), 1.05, 1.0, 0.05, 8.0)
    yield bl.Case("default grain", spec, p.realisations[1], 0.6)
    baths = {
        "GOE": (bl.RandomMatrixBath(p.zz_spins, bandwidth=10.0), 10.0),
        "chain": (bl.LocalChainBath(p.zz_spins), 2.5 * p.zz_spins + 4),
    }
    for kind, (bath, reach) in baths.items():
        for between in (False, True):
            zz = ZzTerms(bath, kind, 0.5, 1.0, p.strengths, between, 1.0, 0.2, reach)
            name = "between LIOMs" if between else "to the bath"
            yield bl.Case(f"{kind}, zz {name}", zz, p.realisations[2], 0.7)
    yield from elsewhere(p)


def several(p: Parameters) -> Iterator[bl.Case]:
    """LIOMs at one contact and at several spins, at matrices and a chain."""
    baths = {
        f"GOE, 2R = {width:g}": (
            bl.RandomMatrixBath(p.spins, bandwidth=width), p.spins, 0.6 * width + 4
        )
        for width in p.bandwidths
    }  # fmt: skip
    baths["chain"] = (bl.LocalChainBath(p.chain_spins), p.chain_spins, 2.5 * p.chain_spins + 4)
    for kind, (bath, spins, reach) in baths.items():
        sites = tuple(spins - 1 - 2 * k for k in range(len(p.fields)))
        for words, touched in (("one contact", None), ("several", sites)):
            for g in p.couplings:
                spec = AddedSpins(bath, kind, g, p.fields, touched, 1.0, 0.4, reach)
                name = f"{kind}, LIOMs at {words}, g = {g:g}"
                yield bl.Case(name, spec, p.realisations[0], 0.4)


def elsewhere(p: Parameters) -> Iterator[bl.Case]:
    """A LIOM at a chain away from its middle, and at grains of either kind of spin."""
    chain = bl.LocalChainBath(p.far_spins)
    for g in p.far_couplings:
        spec = Elsewhere(chain, "chain", p.far_spins, g, 1.0, p.energies, p.states)
        yield bl.Case(f"chain, E, g = {g:g}", spec, p.realisations[3], 0.6)
    for spins, count in zip(p.grains, p.grain_realisations):
        numbers = {"spins": spins, "bandwidth": 10.0}
        bath = bl.model.DisorderedBath(spin_one_grain, numbers)
        spec = Elsewhere(bath, "spins 1", spins, 0.2, 1.0, (0.0,), p.states)
        yield bl.Case(f"grain of {spins} spins 1", spec, count, 0.2)
    for spins, count in zip(p.halves, p.grain_realisations):
        matrix = bl.RandomMatrixBath(spins, bandwidth=10.0)
        spec = Elsewhere(matrix, "spins 1/2", spins, 0.2, 1.0, (0.0,), p.states)
        yield bl.Case(f"grain of {spins} spins 1/2", spec, count, 0.1)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    parts = {str(case): rows for case, rows in found.table.groupby("case", sort=False)}
    for case, rows in parts.items():
        for words, of in (
            ("LIOMs at", said.several),
            ("default grain", said.depletion),
            (", zz ", said.zz),
            ("chain, E", said.energies),
        ):
            for claim in of(rows) if words in case else ():
                yield claim.at(case)
        if "one contact" in case:
            apart = parts[case.replace("one contact", "several")]
            for claim in said.placed(rows, apart):
                yield claim.at(case.replace("LIOMs at one contact, ", ""))
    for states, words in ((3, " spins 1"), (2, " spins 1/2")):
        grains = [rows for case, rows in parts.items() if case.endswith(words)]
        for claim in said.grain_spins(pd.concat(grains), states):
            yield claim.at(f"grains of{words}")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, table = found.parameters, found.table
    added_panels(figure, found.means, drawn_points(table), drawn_ratios(table))
    several, depleted, zz, far = p.realisations
    grains = ", ".join(map(str, p.grain_realisations))
    figure.supxlabel(
        f"N = {several} baths each with several LIOMs, {depleted} default grains, {zz} with zz "
        f"terms, {far} chains, {grains} grains; bars: standard errors",
        fontsize="small",
    )


PRESETS = {
    "quick": Parameters(
        chain_spins=6,
        lioms=3,
        zz_spins=6,
        far_spins=7,
        grains=(3, 4, 5),
        halves=(5, 6, 7),
        grain_realisations=(60, 40, 20),
        couplings=(0.5,),
        realisations=(10, 20, 20, 20),
    ),
    "default": Parameters(),
    "paper": Parameters(
        spins=7,
        chain_spins=8,
        lioms=5,
        zz_spins=8,
        far_spins=10,
        grain_realisations=(2000, 1000, 300),
        realisations=(400, 400, 300, 600),
    ),
}
study = Script(
    name="added_spins",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=added_spin_rows,
    watch="watched",
    average=lambda table, p: added_means(table),
    claims=claims,
    draw=draw,
    curve=Curve(
        "lioms", "contact_second", by=("bath", "g"), y_title="second moment of the contact's k"
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
