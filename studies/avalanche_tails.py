"""Tails of thermal regions below the transition: exponential, or stretched?

In the full multi-scale scheme of Thiery, Huveneers, Mueller & De Roeck (Phys. Rev. Lett. 121,
140601 (2018)) sizes of thermal regions are said to be cut off below the transition by a
stretched exponential e^-((l/xi)^b), 0 < b < 1, so that average localisation and correlation
lengths are infinite in the whole localised phase; in its mean field b is 1. Here regions of
long chains at several eps/eps_c are fitted by maximum likelihood: a power in front of the
cut-off, that of the regions at eps_c or a free one or none, and b free or 1. The paper names
no K, eps or L; eps_c is a parameter, that of the default rules at K = 1. With one zeta_1 sizes
lie on a lattice, so that chains in which it varies smoothly are the first case.

    python studies/avalanche_tails.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import tail_rows
from bathlab.experiments.span_cutoffs import cutoff
from bathlab.experiments.span_tail_laws import tail_means
from bathlab.findings import avalanche_tails as say
from bathlab.plotting import span_tails as panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

KINDS = {"smooth": "smooth zeta_1", "none": "one zeta_1"}


class Parameters(bl.workbench.Parameters):
    """The paper names none of these."""

    length: int = parameter(10**6, "cells of a chain", ge=100)
    critical: float = parameter(0.153, "eps_c of the default rules at K = 1", gt=0, lt=1)
    K: float = parameter(1.0, "1/zeta_1 = log(K/eps)", gt=0)
    ratios: tuple[float, ...] = parameter(
        (0.8, 0.9, 0.95, 0.98), "eps/eps_c below it", at_least=2, gt=0, lt=1
    )
    starts: tuple[float, ...] = parameter(
        (46.0, 66.0, 95.0, 137.0), "first sizes of the windows (cells)", at_least=1, ge=3
    )
    end: float = parameter(3045.0, "last size of the window at eps_c (cells)", ge=20)
    draws: int = parameter(99, "from the null of a likelihood ratio", ge=1)
    realisations: tuple[int, ...] = parameter((40, 40), "chains, smooth zeta_1 and one", ge=1)


def cases(p: Parameters) -> Iterator[bl.Case]:
    for disorder, count in zip(KINDS, p.realisations):
        for ratio in (1.0, *p.ratios):
            chain = bl.avalanche.AvalancheChain(
                p.length, ratio * p.critical, p.K, disorder=disorder
            )
            columns = {"disorder": disorder, "ratio": ratio}
            name = f"{KINDS[disorder]}, eps/eps_c = {ratio:g}"
            yield bl.Case(name, chain, count, 2e-7 * p.length, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return tail_means(table, ["disorder", "ratio"], 1.0, p.starts[0], p.end)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p = found.parameters
    for disorder, rows in found.table.groupby("disorder", sort=False):
        parts = {ratio: part for ratio, part in rows.groupby("ratio")}
        critical, shapes = parts.pop(1.0), []
        for ratio, part in parts.items():
            tail = cutoff(part, critical, p.starts, p.end, p.draws)
            shapes += [] if tail.rejected else [tail.shape.mean]
            epsilon = ratio * p.critical
            for claim in [
                *say.cutoff_claims(tail, part),
                *say.length_claims(part, tail.tau.mean),
                say.control_claim(part, epsilon, p.K),
                say.correlation_claim(tail, part, epsilon),
            ]:
                yield claim.at(f"{KINDS[disorder]}, eps/eps_c = {ratio:g}")
        if shapes:
            gaps = {1 - ratio: part for ratio, part in parts.items()}
            ends = sorted({min(shapes), max(shapes)})
            for claim in say.scale_claims(gaps, critical, p.starts[0], p.end, ends):
                yield claim.at(KINDS[disorder])
    for ratio in p.ratios:
        yield say.mean_field_claim(ratio, p.K).at(f"eps/eps_c = {ratio:g}")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, axes = found.parameters, figure.subplots(1, 3)
    means = found.means[found.means["disorder"] == "smooth"]
    sizes, couplings = (means[means["kind"] == kind] for kind in ("sizes", "couplings"))
    panels.size_panel(axes[0], sizes, "ratio", r"$\epsilon/\epsilon_c$")
    panels.flat_panel(axes[1], sizes, "ratio", p.starts[0])
    panels.length_panel(axes[2], couplings, "ratio")
    axes[0].legend(fontsize="x-small", loc="upper right")
    said = f"{KINDS['smooth']}, K = {p.K:g}, eps_c = {p.critical:g}; {p.realisations[0]} chains"
    figure.supxlabel(f"{said} of {p.length:,} cells; bars: standard errors", fontsize="small")


PRESETS = {
    "quick": Parameters(length=10**5, realisations=(40, 12), ratios=(0.9, 0.95)),
    "default": Parameters(),
    "paper": Parameters(length=10**7, realisations=(100, 100)),
}
study = Script(
    name="avalanche_tails",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=tail_rows,
    watch="density",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("x", "y", by=("disorder", "ratio"), panel="kind", log_x=True, log_y=True),
    cells=("x", "y", "y_error", "power", "stretched", "exponential"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
