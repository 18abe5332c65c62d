"""How the LIOMs at a grain relax, at all times, and what they remember for ever.

<psi|tau^z_i(t) tau^z_i|psi> in mid-spectrum eigenstates of a grain with LIOMs is an exact sum
over levels, at any t. Fermi's golden rule has it decay at Gamma_i = 4 pi g_i^2 v(2h_i), so by
alpha^2 from each LIOM to the next, and tau^x_i lose its phase at half of that; what the flips
of all LIOMs do to the energy of the grain is in the rate equation of the same golden rule,
without a free number. A finite system never forgets all: the plateau is |<psi|tau^z_i|psi>|^2,
about 1/(4 pi^2 G^2) if eigenstates are thermal, 1 if LIOM i is localised. Time is in units of
1/Gamma_i of each LIOM. Controls: one LIOM at a larger grain, couplings 0, alpha = 1, lower
fields, a local chain as the grain.

    python studies/liom_dynamics.py --preset quick
"""

import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Relaxation, relaxation_rows
from bathlab.experiments.relaxation_laws import by_strength, rate_table, relaxation_table
from bathlab.findings.liom_dynamics import AT_GRAIN, all_claims
from bathlab.plotting.relaxations import curve_panel, phase_panel, plateau_panel, rate_panel
from bathlab.workbench import Claim, Curve, LiomParameters, Outcome, Script, parameter

#: In units of the golden rule's relaxation time: while it decays, and long after.
TIMES = (0.0, *np.geomspace(0.02, 20, 40).tolist(), *np.geomspace(1e3, 1e8, 11).tolist())


class Parameters(LiomParameters):
    """The grain of De Roeck & Huveneers' figures 3 and 4."""

    spins: int = parameter(6, "spins of the grain", ge=2)
    bandwidth: float = parameter(4.2, "full width of its band", "energy", gt=0)
    lioms: int = parameter(4, "LIOMs at it, where not said otherwise", ge=2)
    alphas: tuple[float, ...] = parameter(
        (0.5, 0.6, 0.75, 0.9, 1.0), "decay of the couplings", at_least=2, gt=0
    )
    realisations: tuple[int] = parameter((20,), "of each decay and of each control", ge=2)
    more: tuple[int, ...] = parameter((5, 6), "larger numbers of LIOMs at one alpha", ge=3)
    larger: tuple[int, ...] = parameter((12, 6), "realisations of each", ge=2)
    even: tuple[int, ...] = parameter((3, 5), "numbers of LIOMs at alpha = 1, too", ge=2)
    states: int = parameter(32, "eigenstates of each realisation, nearest E = 0", ge=4)
    alone: int = parameter(9, "spins of the grain with one LIOM", ge=2)
    strengths: tuple[float, ...] = parameter((0.05, 0.1, 0.2), "couplings of that", gt=0)
    low: float = parameter(0.5, "mean field of LIOMs with low fields, half of it disorder")
    equally_many = ("more", "larger")


def cases(p: Parameters) -> Iterator[bl.Case]:
    grain, N = bl.RandomMatrixBath(p.spins, bandwidth=p.bandwidth), p.realisations[0]
    for alpha in p.alphas:
        chain = bl.LiomChain(p.lioms, alpha, p.g1, p.field, p.disorder)
        yield case("decay", grain, chain, N, p)
    for lioms, count in zip(p.more, p.larger):
        yield case("more", grain, p.chain(lioms), count, p)
    for lioms in p.even:
        chain = bl.LiomChain(lioms, 1.0, p.g1, p.field, p.disorder)
        yield case("even", grain, chain, p.larger[0], p)
    bath = bl.RandomMatrixBath(p.alone, bandwidth=p.bandwidth)
    for g in p.strengths:
        chain = bl.LiomChain(1, p.alpha, g, p.field, p.disorder)
        yield case("one", bath, chain, N, p)
    low = bl.LiomChain(p.lioms, p.alpha, p.g1, p.low, p.low / 2)
    yield case("low", grain, low, N, p)
    yield case("chain", bl.LocalChainBath(p.spins), p.chain(p.lioms), N, p)
    free = bl.LiomChain(p.lioms, p.alpha, 0.0, p.field, p.disorder)
    yield case("free", grain, free, 2, p)


def case(
    kind: str, bath: bl.model.Bath, chain: bl.LiomChain, count: int, p: Parameters
) -> bl.Case:
    spins = p.alone if kind == "one" else p.spins
    spec = Relaxation(bath, chain, TIMES, p.states if chain.count < 5 else p.states // 2)
    columns = {"kind": kind, "lioms": chain.count, "alpha": chain.alpha, "g1": chain.g1}
    name = f"{kind}, {chain.count} LIOMs, alpha = {chain.alpha:g}, g_1 = {chain.g1:g}"
    # Seconds of a realisation, measured.
    return bl.Case(name, spec, count, 1.0 * 2.6 ** (spins + chain.count - 10), columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return relaxation_table(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    yield from all_claims(found.table, found.parameters.alpha)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means, panels = found.parameters, found.means, figure.subplots(2, 2)
    main = means[(means["kind"] == "decay") & (means["alpha"] == p.alpha)]
    curve_panel(panels[0, 0], main)
    panels[0, 0].set_title(rf"{p.lioms} LIOMs, $\alpha$ = {p.alpha:g}", fontsize="small")
    decay, more = (found.table[found.table["kind"] == kind] for kind in ("decay", "more"))
    longest = more[more["lioms"] == max(p.more)]
    rate_panel(panels[0, 1], rate_table(decay), rate_table(longest))
    panels[0, 1].set_title(f"open: {max(p.more)} LIOMs, N = {p.larger[-1]}", fontsize="small")
    strongest = (means["kind"] == "one") & (means["g1"] == max(p.strengths))
    first = (means["kind"] == "low") & (means["liom"] == 1)
    names = {"one": rf"one LIOM, {p.alone}-spin grain, $h \approx {p.field:g}$"}
    names |= {"low": rf"LIOM 1 of {p.lioms}, {p.spins}-spin grain, $h \approx {p.low:g}$"}
    phases = means[strongest | first]
    phase_panel(panels[1, 0], phases.assign(name=phases["kind"].map(names)))
    plateau_panel(panels[1, 1], by_strength(found.table[found.table["kind"].isin(AT_GRAIN)]))
    figure.supxlabel(
        f"N = {p.realisations[0]} grains of each kind, {', '.join(map(str, p.larger))} with "
        f"{', '.join(map(str, p.more))} LIOMs; bars: standard errors over grains",
        fontsize="small",
    )


PRESETS = {
    "quick": Parameters(
        spins=5,
        lioms=3,
        alphas=(0.6, 0.75, 1.0),
        realisations=(20,),
        more=(4,),
        larger=(10,),
        even=(2,),
        alone=8,
    ),
    "default": Parameters(),
    "paper": Parameters(
        alphas=(0.4, 0.5, 0.6, 0.6667, 0.75, 0.85, 0.9, 1.0),
        realisations=(100,),
        more=(5, 6, 7),
        larger=(40, 20, 6),
        alone=10,
    ),
}
study = Script(
    name="liom_dynamics",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=relaxation_rows,
    watch="plateau",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve(
        "tau", "z", by=("lioms", "alpha", "liom"), panel="kind", log_x=True, x_title="τ"
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
