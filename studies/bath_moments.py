"""Which moment of a bath's matrix elements decides whether it thermalises a spin.

A spin flips at the frequency 2h and sees elements V_ab of the contact between levels that far
apart. Their rms is in G; in a bath that obeys the ETH all other moments follow from it. Here
are baths in which they do not, all with the same number of levels, tr H^2 and contact: free
fermions, an interacting integrable chain, ultrametric and Rosenzweig-Porter matrices, beside a
chaotic chain and a random matrix. Delta D(g) of a spin against g rho times the rms, the mean,
the median and the typical element, against G, and against g rho alone, as the control.

    python studies/bath_moments.py --preset quick
"""

import math
import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import ElementSweep, Sweep, element_sweep_rows
from bathlab.experiments.element_laws import element_means
from bathlab.experiments.thermalisation import logarithmic
from bathlab.findings.bath_moments import bars, of_each, of_moments, split
from bathlab.plotting.legends import legend_above
from bathlab.plotting.moments import moment_bars, moment_panels
from bathlab.spectrum.dense import require_dense_fits
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter
from bathlab.workbench.baths import AnyBath, BathParameters, Chain, RandomMatrix
from bathlab.workbench.structured_baths import IntegrableChain, RosenzweigPorter, Ultrametric


def all_kinds(spins: int) -> tuple[AnyBath, ...]:
    """Ten baths of N spins, with the chain's tr H^2/n = N (1 + 0.3^2/3 + 0.5^2) + N - 1."""
    bandwidth = float(f"{4 * math.sqrt(spins * 1.28 + spins - 1):.3g}")
    sizes = {"spins": spins, "bandwidth": bandwidth}
    return (
        Chain(spins=spins),
        RandomMatrix(**sizes),
        Chain(name=f"free {spins}-chain", spins=spins, transverse=0.0),
        IntegrableChain(**sizes),
        *(Ultrametric(**sizes, decay=decay) for decay in (0.8, 0.5, 0.3)),
        *(RosenzweigPorter(**sizes, gamma=gamma) for gamma in (1.5, 2.0, 2.5)),
    )


class Parameters(BathParameters):
    """The baths, and the one spin that each of them drives."""

    baths: tuple[AnyBath, ...] = parameter(all_kinds(8), "baths, each a table with its kind")
    realisations: tuple[int, ...] = parameter((24,), "of each bath, or one for all", ge=1)
    couplings: tuple[float, ...] = parameter(
        logarithmic(0.03, 1.0, 7), "couplings of the spin", "field", at_least=2, gt=0
    )
    field: float = parameter(1.0, "mean field h of the spin", "field")
    disorder: float = parameter(0.5, "it is h +- disorder", "field", ge=0)
    window: float = parameter(1.0, "of energies about 0 and of frequencies about 2h", gt=0)
    states: int = parameter(4, "eigenstates nearest E = 0 of each realisation", ge=1)


def cases(p: Parameters) -> Iterator[bl.Case]:
    for named, count in p.counted():
        drawn = named.bath().sample(p.seed, 0)
        require_dense_fits(drawn)
        sweep = Sweep(named.label, named.bath(), p.couplings, p.field, p.disorder, p.states)
        yield bl.Case(named.label, ElementSweep(sweep, p.window), count, drawn.dimension**2)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    yield from of_each(found.table)
    for words, part in split(found.table):
        yield from of_moments(part, words)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    last, panels = moment_panels(figure, found.means)
    moment_bars(last, {words: bars(part) for words, part in split(found.table)})
    count = found.means["realisations"].max()
    title = f"means and standard errors of {count} realisations; baths of moment 0 left out"
    small = {"fontsize": "x-small", "title_fontsize": "x-small"}
    legend_above(figure, panels[0], title, columns=5, **small)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return element_means(table)


PRESETS = {
    "quick": Parameters(baths=all_kinds(6), realisations=(24,)),
    "default": Parameters(),
    "paper": Parameters(baths=all_kinds(9), realisations=(400,)),
}
study = Script(
    name="bath_moments",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=element_sweep_rows,
    watch="gap_ratio",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("x_rms", "delta_log_ipr", by="bath", log_x=True, y_title="ΔD (nats)"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
