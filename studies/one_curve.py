"""Is Delta D(G) one curve, and why does it pass log 2? Figure 5 of De Roeck & Huveneers.

Figure 5 has baths of three kinds, and one kind of spin. Here the baths have one dimension, a
random matrix, a chain, and a shorter chain that holds LIOMs; the spin has a field h of 0 to 3,
or is like one of the chain's own, which is said to make no difference ("very localised" and
"nearly ergodic" spins alike, section VI). LIOMs inside the bath are thermalised badly to well,
by their coupling g_1: if Delta D passes log 2 since the next LIOM completes them ("catch-up"),
it does so where they lack entropy, and they gain it.

    python studies/one_curve.py --preset quick
"""

import math
import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import CatchUp, SpinCurve, curve_variant_rows
from bathlab.findings import one_curve as said
from bathlab.model import CoreBath
from bathlab.plotting.one_curve import curve_panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """Systems of 256 states, all of whose levels are solved."""

    spins: int = parameter(7, "spins of random matrix and chain", ge=3)
    lioms: int = parameter(3, "LIOMs in the place of so many spins of the chain", ge=1)
    bandwidth: float = parameter(9.2, "full width of the random matrix", "field", gt=0)
    wide: float = parameter(20.0, "full width of the other random matrix", "field", gt=0)
    fields: tuple[float, ...] = parameter(
        (0.0, 0.2, 1.0, 3.0), "fields h of the spin", "field", at_least=2, ge=0
    )
    usual: float = parameter(1.0, "field that the others are compared with; one of them")
    transverse: float = parameter(0.5, "J of the grain-like spin, in the usual field")
    couplings: tuple[float, ...] = parameter(
        (0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.2),
        "couplings of the spin",
        "field",
        at_least=3,
        gt=0,
    )
    inner: tuple[float, ...] = parameter(
        (0.2, 0.4, 0.8), "g_1 of the LIOMs inside", "field", at_least=2, gt=0
    )
    states: int = parameter(16, "eigenstates of each realisation", ge=2)
    realisations: tuple[int, int] = parameter((16, 24), "of spins, of baths with LIOMs", ge=2)

    def check(self) -> None:
        if self.usual not in self.fields:
            raise ValueError(
                f"usual = {self.usual:g} was given; expected one of fields = {self.fields}, "
                "since the others are set beside it. Choose one of them."
            )
        if self.lioms >= self.spins:
            raise ValueError(
                f"lioms = {self.lioms} was given; expected fewer than spins = {self.spins}, "
                "whose place they take. Take fewer."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    goe = bl.RandomMatrixBath(p.spins, bandwidth=p.bandwidth)
    broad = bl.RandomMatrixBath(p.spins, bandwidth=p.wide)
    chain = bl.LocalChainBath(p.spins)
    for kind, bath in (("GOE", goe), ("chain", chain), ("wide GOE", broad)):
        for field in p.fields:
            if kind != "wide GOE" or field >= p.usual:
                yield spin(p, kind, bath, field)
    yield spin(p, "GOE", goe, p.usual, p.transverse)
    yield spin(p, "chain", chain, p.usual, p.transverse)
    core = bl.LocalChainBath(p.spins - p.lioms)
    for g1 in p.inner:
        lioms = bl.LiomChain(p.lioms, g1=g1)
        label = f"{p.spins - p.lioms}-chain + {p.lioms} LIOMs, g_1 = {g1:g}"
        case = CatchUp(label, core, lioms, p.couplings, p.usual, p.states)
        yield bl.Case(label, case, p.realisations[1], 1.0, {"kind": "LIOMs", "g_1": g1})


def spin(
    p: Parameters, kind: str, bath: CoreBath, field: float, transverse: float = 0.0
) -> bl.Case:
    name = "grain-like" if transverse else f"h = {field:g}"
    curve = SpinCurve(f"{kind}, {name}", bath, p.couplings, field, transverse, p.states)
    columns = {"kind": kind, "spin": name, "h": field}
    return bl.Case(curve.label, curve, p.realisations[0], 1.0, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return said.curve_means(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table
    yield from said.of_fields(table, f"h = {p.usual:g}")
    yield from said.of_baths(table, f"h = {p.usual:g}")
    yield from said.of_catch_up(table, 2 ** (p.spins))


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p = found.parameters
    curve_panels(figure, found.means, 2**p.spins)
    N = p.realisations
    figure.supxlabel(
        f"N = {N[0]} (spins), {N[1]} (LIOMs inside), {p.states} states each; bars: standard "
        "errors over realisations; open: g at or above the contact's own scale",
        fontsize="small",
    )


PRESETS = {
    "quick": Parameters(spins=6, lioms=2, realisations=(30, 30)),
    "default": Parameters(),
    "paper": Parameters(spins=9, realisations=(60, 200)),
}
study = Script(
    name="one_curve",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=curve_variant_rows,
    watch="delta_log_ipr",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve(
        "G",
        "delta_log_ipr",
        by="bath",
        panel="kind",
        log_x=True,
        y_title="ΔD (nats)",
        level=math.log(2),
        level_title="log 2",
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
