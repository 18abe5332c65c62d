"""The quantum avalanche with numbers that were measured: how far does eps_c move?

The flow and the scheme of Thiery, Huveneers, Mueller & De Roeck, Phys. Rev. Lett. 121, 140601
(2018), take a density eps of resonant bonds, a bare length zeta_1, and add one spin to a bath
with each melted cell. Here these come from committed runs: the strengthening eta and the decay
alpha of LIOMs from crossover_length, eps and zeta_1 of a Floquet circuit from polarisations,
resonant_scales and circuit_drift. A fit that its chi^2 rejects has no parameters. What a cell
adds once it has melted is eta behind LIOMs that are thermalised; that of all LIOMs, whether
they are or not, stands beside it.

What is assumed: LIOMs with couplings alpha^i stand at the two ends of a bath in turn, so that
1/zeta = -2 log alpha and l_c diverges at 1/zeta = eta s, alpha = 2^(-eta/2). A circuit has s =
log 2 too, zeta_1 = a zeta_c with a the exponent of p_Omega, or 2/zeta_1 the fall of log Omega
by range; eps is how many pairs of a state a site sees with (Omega/omega)^2 above 0.4, 0.25 or
0.1, or half of that, as both spins of a resonant bond see it. What this leaves out: zeta and
eps are those of eigenstates, in which small resonances have long been treated, and zeta_1 is
the bare one; Omega is a matrix element, and the norm of all 2^l of a length l falls more
slowly, 1/zeta - s/2, which the verdicts give besides; resonances of more than two spins; g_0 =
1; and eta of more than ten spins.

Chains turn thermal at some eps, found for each by bisection with the same random numbers; its
mean stands for eps_c at this length. With more dimensions, or couplings that fall more slowly,
cores of more than k* cells grow for ever and only samples shorter than L* stay localised.

    python studies/avalanche_inputs.py --preset quick
"""

import math
import sys
from itertools import product
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Turning, strengthened_rows
from bathlab.experiments.measured_inputs import CIRCUITS, CROSSOVERS, STRENGTHENING, WIDE_BANDS
from bathlab.experiments.strengthened_means import (
    CIRCUIT,
    TURNING,
    boundary,
    ranges,
    strengthened_means,
)
from bathlab.findings import avalanche_inputs as said
from bathlab.plotting import avalanche_inputs as panels
from bathlab.workbench import Claim, Outcome, Script, parameter

#: Other readings of what the paper leaves open, one at a time.
RULES = {
    "default": {},
    "cells=sites": {"cells": "sites"},
    "next_cell=l+1": {"next_cell": "l+1"},
    "treated=increased": {"treated": "increased"},
    "fusion=touching": {"fusion": "touching"},
    "disorder=smooth": {"disorder": "smooth"},
}


class Parameters(bl.workbench.Parameters):
    """The paper names none of these."""

    K: float = parameter(1.0, "1/zeta_1 = log(K/eps) of the chains that turn thermal", gt=0)
    length: int = parameter(10_000, "cells of a chain", ge=100)
    etas: tuple[float, ...] = parameter(
        (0.6, 0.7, 0.8, 0.9, 1.0, 1.1), "strengthenings", at_least=2, ge=0.01, le=2
    )
    other: tuple[float, ...] = parameter((0.8, 1.0), "those under other rules", at_least=2)
    measured: tuple[float, ...] = parameter(
        (1.0, STRENGTHENING), "those of circuits", at_least=1
    )
    alphas: tuple[float, ...] = parameter(
        (0.3, 0.4, 0.5, 0.6, 0.7), "decays of LIOMs", gt=0, lt=1
    )
    zetas: tuple[float, ...] = parameter((0.1, 0.3, 0.6), "lengths of couplings", gt=0)
    resonant: float = parameter(0.1, "share of resonant bonds, for L*", gt=0, lt=1)
    realisations: tuple[int, int, int] = parameter(
        (60, 30, 24), "chains at each eta, under another rule, at each circuit's point", ge=1
    )


def cases(p: Parameters) -> Iterator[bl.Case]:
    for rule, options in RULES.items():
        etas, count = (p.etas, 0) if rule == "default" else (p.other, 1)
        for eta in etas:
            chain = bl.avalanche.AvalancheChain(
                p.length, 0.1, p.K, strengthening=eta, **options
            )
            columns = {"kind": TURNING, "rule": rule, "eta": eta}
            cost = 0.06 * p.length / 1e4
            name = f"turning, {rule}, eta = {eta:g}"
            yield bl.Case(name, Turning(chain), p.realisations[count], cost, columns)
    points = [point for circuit in CIRCUITS for point in circuit.points()]
    for point, eta in product(points, p.measured):
        epsilon, columns = point["epsilon"], {"kind": CIRCUIT, "eta": eta, **point}
        K = epsilon * math.exp(1 / point["zeta_1"])
        chain = bl.avalanche.AvalancheChain(p.length, epsilon, K, strengthening=eta)
        name = f"J = {point['coupling']:g}, {point['decay']}, eta = {eta:g}, "
        name += f"Z > {point['resonance']:g} by {point['seen']}"
        yield bl.Case(name, chain, p.realisations[2], 0.004 * p.length / 1e4, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return strengthened_means(table, p.K)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p = found.parameters
    yield from said.crossover_claims(CROSSOVERS, WIDE_BANDS)
    for claim in said.curve_claims(found.table, found.means, p.K, CROSSOVERS):
        yield claim.at(f"K = {p.K:g}")
    yield from said.rule_claims(found.table, found.means)
    yield from said.grain_claims(p.alphas, CROSSOVERS)
    yield from said.circuit_claims(found.means)
    yield from said.seed_claims(p.zetas, p.resonant)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means = found.parameters, found.means
    (curve, forest), (phases, seeds) = figure.subplots(2, 2)
    eta = np.linspace(0.4, 1.2, 81)
    critical = bl.avalanche.critical_epsilon(p.K, strengthening=eta)
    default = means[(means["kind"] == TURNING) & (means["rule"] == "default")]
    panels.strengthening_panel(curve, eta, critical, default, p.length)
    standing = [fit for fit in CROSSOVERS if fit.eta is not None]
    thermal = [(f.name, f.eta.value, f.eta.whole) for f in standing if f.thermalised]
    panels.measured_marks(curve, thermal, (eta, critical))
    stated = [(f.name, f.alpha, f.thermalised) for f in standing if f.alpha is not None]
    stated.append(("all estimates of wide bands", WIDE_BANDS, False))
    names, alphas, filled = zip(*stated)
    values = np.array([(alpha.value, alpha.whole) for alpha in alphas]).T
    panels.forest_panel(forest, names, *values, np.array(filled))
    circuits = means[(means["kind"] == CIRCUIT) & (means["eta"] == p.measured[0])]
    a = np.linspace(0.15, 1.25, 56)
    lines = [
        (rf"boundary, $\eta$ = {eta:g}", a, boundary(a, eta)) for eta in sorted(p.measured)
    ]
    panels.phase_panel(phases, lines, ranges(circuits))
    panels.seed_panel(seeds, np.geomspace(0.02, 2.0, 80), said.LAWS[1:])
    bl.plotting.note(
        figure,
        f"N = {p.realisations[0]} chains at each eta. Bars: standard errors; (a) those of a "
        "measured eta carried along the curve; (b) open: behind LIOMs that are thermalised or "
        r"not; (c) vertical: all definitions of a resonance, horizontal: error of $\zeta_1$",
    )


PRESETS = {
    "quick": Parameters(length=2000, etas=(0.8, 1.0), realisations=(20, 12, 12)),
    "default": Parameters(),
    "paper": Parameters(
        length=100_000, etas=(0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2), realisations=(400, 200, 200)
    ),
}
study = Script(
    name="avalanche_inputs",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=strengthened_rows,
    watch="density",
    average=average,
    claims=claims,
    draw=draw,
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
