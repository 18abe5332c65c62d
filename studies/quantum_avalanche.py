"""When one region covers a chain: the full scheme of Thiery et al. on up to a million cells.

Chains of resonant bonds whose spots melt, grow and fuse, the smallest first (Thiery, Huveneers,
Mueller & De Roeck, Phys. Rev. Lett. 121, 140601 (2018)): P(thermal; eps, L), sizes of regions,
the effective zeta, entropies. The rules are the defaults of bathlab.avalanche.AvalancheChain
but for smooth disorder of 1/zeta_1, by a tenth over ten cells: with one zeta_1 a spot of n
cells melts its d-th neighbour from eps = K e^(-s n/2d) on, and what is measured jumps there.
Chains with one zeta_1 run beside, and two other K. The critical point is where the shares of
chains with a region over half of their cells cross at two sizes; what depends on it is given at
the eps to either side as well. A longer chain has the bonds of a shorter one, and a larger eps
those of a smaller.

    python studies/quantum_avalanche.py --preset quick
"""

import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import EpsilonSweep, epsilon_rows
from bathlab.experiments.avalanche_sums import chain_means, part
from bathlab.experiments.avalanches import LOG2
from bathlab.findings import avalanche_lengths as lengths
from bathlab.findings import avalanche_sizes as regions
from bathlab.findings import avalanche_spots as spots
from bathlab.findings import quantum_avalanche as chains
from bathlab.plotting import avalanches as panels
from bathlab.plotting.legends import legend_under
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

MAIN, CONTROL = "smooth", "none"
#: Chains far from eps_c, without disorder and of other K are so many times fewer.
FEWER = 3


class Parameters(bl.workbench.Parameters):
    """K = 1 at all sizes; eps about a guess of the critical one of the scheme."""

    K: tuple[float, ...] = parameter((1.0, 0.5, 2.0), "the first at all L", at_least=1, gt=0)
    guesses: tuple[float, ...] = parameter((0.1535, 0.1155, 0.199), "of eps_c", gt=0, lt=0.9)
    near: tuple[float, ...] = parameter(
        (-0.02, -0.01, -0.005, 0.0, 0.005, 0.01, 0.02), "eps/guess - 1", at_least=4, gt=-1
    )
    far: tuple[float, ...] = parameter(
        (-0.2, -0.1, -0.05, 0.05, 0.1, 0.2), "more, without the longest chains", gt=-1
    )
    lengths: tuple[int, ...] = parameter(
        (100, 10**3, 10**4, 10**5, 10**6), "L", at_least=3, ge=10
    )
    realisations: tuple[int, ...] = parameter((1000, 2500, 1200, 250, 60), "chains", ge=2)
    equally_many = ("lengths", "realisations")

    def check(self) -> None:
        if len(self.guesses) != len(self.K):
            raise ValueError(
                f"guesses of {len(self.guesses)} eps_c for {len(self.K)} K were given; "
                "expected one for each. Give as many."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    last = len(p.lengths) - 1
    for place, length in enumerate(p.lengths):
        lines = [(p.K[0], MAIN, p.near, 1)]
        if place < last:
            lines.append((p.K[0], MAIN, p.far, FEWER))
        if last - 2 <= place < last:
            lines.append((p.K[0], CONTROL, p.near, FEWER))
            lines += [(K, MAIN, p.near, FEWER) for K in p.K[1:]]
        for K, disorder, departures, fewer in lines:
            guess = p.guesses[p.K.index(K)]
            eps = tuple(sorted(round(guess * (1 + each), 6) for each in departures))
            chain = bl.avalanche.AvalancheChain(length, eps[0], K, disorder=disorder)
            name = f"K = {K:g}, {disorder}, L = {length}, eps = {eps[0]:g} to {eps[-1]:g}"
            columns = {"K": K, "disorder": disorder, "length": length}
            count, cost = max(2, p.realisations[place] // fewer), len(eps) * (1 + length / 8000)
            yield bl.Case(name, EpsilonSweep(chain, eps), count, cost, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return chain_means(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table
    main = part(table, K=p.K[0], disorder=MAIN)
    critical = chains.critical_point(main)
    yield from chains.all_claims(main, critical)
    for each in (regions, lengths, spots):
        yield from each.all_claims(main, critical)
    yield from chains.beside(main, part(table, K=p.K[0], disorder=CONTROL))
    for K in p.K:
        here = part(table, K=K, disorder=MAIN)
        for claim in lengths.table_claims(here, chains.critical_point(here), p.lengths[-2]):
            yield claim.at(f"K = {K:g}")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, K = found.parameters, found.parameters.K[0]
    main = part(found.table, K=K, disorder=MAIN)
    critical = chains.critical_point(main)
    means = part(found.means, K=K, disorder=MAIN)
    longest = part(means, length=max(p.lengths))
    last = part(main, length=max(p.lengths), epsilon=critical.nearest)
    tau = regions.exponent_of(last).mean
    theory = mean_field(K, means["epsilon"].min(), 1.08 * bl.avalanche.critical_epsilon(K))
    near = longest["epsilon"].tolist()
    upper, lower = figure.subplots(2, 3)
    panels.share_curves(upper[0], means[means["epsilon"].isin(near)], critical.epsilon)
    panels.length_curves(upper[1], means, near[1:])
    around = longest[longest["epsilon"].isin(critical.around)]
    panels.size_curves(upper[2], around, tau, regions.WINDOW)
    panels.phase_panel(lower[0], means, "excess", theory, r"$\zeta_c/\zeta$, mean of $1/\zeta$")
    panels.phase_panel(lower[1], means, "density", theory, r"thermal density $\rho$")
    panels.entropy_curves(lower[2], means, critical.around, 3 - tau)
    for axes in (*upper, *lower):
        legend_under(axes, 2)
    counts = ", ".join(
        f"{N} of {panels.length_name(L)}" for L, N in zip(p.lengths, p.realisations)
    )
    said = f"K = {K:g}, smooth disorder; chains at each $\\epsilon$: {counts}"
    more = "a third beyond the first panel; bars: standard errors over chains; P = 0 not shown"
    figure.supxlabel(f"{said}, {more}", fontsize="small")


def mean_field(K: float, lowest: float, highest: float) -> pd.DataFrame:
    """rho* and zeta_c/zeta of the mean-field flow between two eps."""
    eps = np.linspace(lowest, highest, 400)
    flow = bl.avalanche.flow(eps, K)
    excess = np.where(flow.verdict == "thermal", 0.0, 1 / (flow.zeta_infinity * LOG2))
    return pd.DataFrame({"epsilon": eps, "density": flow.thermal_density, "excess": excess})


PRESETS = {
    "quick": Parameters(
        K=(1.0,), guesses=(0.1535,), lengths=(100, 1000, 10**4), realisations=(200, 400, 200)
    ),
    "default": Parameters(),
    "paper": Parameters(
        K=(1.0,),
        guesses=(0.1535,),
        lengths=(10**3, 10**4, 10**5, 10**6, 10**7),
        realisations=(2500, 1200, 400, 100, 8),
    ),
}
study = Script(
    name="quantum_avalanche",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=epsilon_rows,
    watch="density",
    average=average,
    claims=claims,
    draw=draw,
    curve=(
        Curve(
            "epsilon",
            "thermal",
            by="length",
            where={"K": 1.0, "disorder": "smooth"},
            y_title="P(thermal)",
        ),
        Curve(
            "epsilon",
            "density",
            by="length",
            where={"K": 1.0, "disorder": "smooth"},
            y_title="thermal density ρ",
        ),
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
