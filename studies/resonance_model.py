"""The resonance model: figures 1, 2, 9, 11 and 12 of Crowley and Chandran.

A probe spin on a chain of l-bits turns with its strongest resonance (Crowley & Chandran, "A
constructive theory of the numerically accessible many-body localized to thermal crossover").
Closed forms of both cases, on both sides and at zeta_c; the drift of W_c; the equation of loss
and diffusion behind the static case, on a grid and by Brownian trajectories; resonances
drawn one by one, to try what the model assumes: one matrix element a range, equal-weight cats,
no second resonance. Where the text has another sign, factor or exponent, the number says so.

    python studies/resonance_model.py --preset quick
"""

import math
import sys
from dataclasses import asdict
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.conventions import Row
from bathlab.experiments import element_draws, resonance_curves
from bathlab.experiments.element_draws import ElementDraws
from bathlab.experiments.resonance_curves import (
    OMEGA,
    RANGES,
    ClosedForms,
    Decay,
    Drift,
    reached,
)
from bathlab.findings import figure_nine
from bathlab.findings import loss_diffusion as decays
from bathlab.findings import resonance_model as said
from bathlab.plotting import resonance_model as panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

#: Correlation lengths of the closed forms.
XI = (0.05, 3.0, 10.0, 40.0, 1000.0, math.inf, -40.0, -10.0, -3.0)
SIZES = (10.0, 20.0, 40.0, math.inf)
#: xi/lambda of the order parameter by the full equation.
REACH = (0.5, 1.5, 5.0, 15.0, 50.0, 500.0)
#: Lengths of figure 9, and where W_delta passes W_c.
LENGTHS = (*map(float, range(5, 61)), 100.0, 300.0, 1000.0, 1700.0, 1800.0)


class Parameters(bl.workbench.Parameters):
    """Those of the paper's figures where it has any."""

    lam: float = parameter(20.0, "lambda of the closed forms, in sites", gt=1)
    decays: tuple[float, ...] = parameter((10.0, 100.0, 1000.0), "lambda of figure 11", gt=0)
    kappa: tuple[float, ...] = parameter((0.01, 0.1, 0.5), "widths of (C5)", gt=0, lt=1)
    powers: tuple[float, ...] = parameter((0.25, 0.5, 1.0), "a of v r^-a", gt=0)
    walkers: int = parameter(4000, "trajectories of a batch", ge=10)
    states: int = parameter(20000, "states of a batch", ge=100)
    realisations: tuple[int] = parameter((40,), "batches", ge=2)


def cases(p: Parameters) -> Iterator[bl.Case]:
    """Nothing is random but trajectories and drawn resonances."""
    for spec in once(p):
        yield bl.Case(named(spec), spec, 1, 1.0, {"part": type(spec).__name__})
    sampled = [Decay(lam, walkers=p.walkers) for lam in p.decays]
    sampled.append(Decay(p.decays[-1], kappa=p.kappa[0], walkers=p.walkers))
    for walk in sampled:
        yield bl.Case(named(walk), walk, p.realisations[0], 1.0, {"part": "walk"})
    for xi, width, growth in ((3, 0, 0), (10, 0, 0), (3, 1, 0), (3, 0, 0.1), (3, 0, 0.2)):
        drawn = ElementDraws(float(xi), p.lam, float(width), float(growth), p.states)
        yield bl.Case(named(drawn), drawn, p.realisations[0], 1.0, {"part": "drawn"})


def named(spec: ClosedForms | Drift | Decay | ElementDraws) -> str:
    """What a case is called."""
    given = [f"{name} = {value}" for name, value in asdict(spec).items() if name != "lengths"]
    return f"{type(spec).__name__}: {', '.join(given)}"


def once(p: Parameters) -> Iterator[ClosedForms | Drift | Decay]:
    for law in resonance_curves.LAWS:
        yield from (ClosedForms(law, xi, p.lam, L) for xi in XI for L in SIZES)
    yield Drift(10.0, 0.01, LENGTHS)
    yield from (Decay(lam) for lam in p.decays)
    lam = p.decays[-1]
    yield Decay(lam, sign=-1)
    yield from (Decay(lam, kappa=kappa) for kappa in p.kappa)
    yield from (Decay(lam, power=power) for power in p.powers)
    for kappa in (1.0, *p.kappa):
        yield from (Decay(lam, ratio * lam, kappa) for ratio in REACH)


def measure(
    spec: ClosedForms | Drift | Decay | ElementDraws, seed: int, realisation: int
) -> list[Row]:
    if isinstance(spec, ClosedForms):
        return resonance_curves.closed_rows(spec, seed, realisation)
    if isinstance(spec, Drift):
        return resonance_curves.drift_rows(spec, seed, realisation)
    if isinstance(spec, Decay):
        return resonance_curves.decay_rows(spec, seed, realisation)
    return element_draws.draw_rows(spec, seed, realisation)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    """The numbers as they are, without curves: most rows are of nothing random."""
    curves = [name for name in table if table[name].map(np.ndim).any()]
    return table.drop(columns=curves)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table
    part = {name: rows.dropna(axis=1, how="all") for name, rows in table.groupby("part")}
    closed, grid = part["ClosedForms"], part["Decay"]
    yield from said.floquet(closed, p.lam)
    yield from said.static(closed, p.lam)
    yield from said.scales(closed)
    yield from (*said.fidelity(p.lam), *said.constants())
    yield from figure_nine.drift(part["Drift"], 10.0)
    for law in (decays.broad, decays.narrow, decays.powers, decays.lengths):
        yield from law(grid)
    yield from decays.trajectories(grid, part["walk"])
    yield from decays.assumptions(part["drawn"])


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, table = found.parameters, found.table
    closed, grid = table[table["part"] == "ClosedForms"], table[table["part"] == "Decay"]
    axes = figure.subplots(3, 3).ravel()
    panels.region_panel(axes[0], p.lam)
    panels.theta_panel(axes[1], p.lam)
    panels.spectra_panels(axes[2:4], OMEGA, closed)
    panels.order_panel(axes[4], p.lam, grid)
    panels.drift_panel(axes[5], table[table["part"] == "Drift"], 10.0)
    walks = table[table["part"] == "walk"]
    panels.decay_panel(axes[6], RANGES, grid, reached(RANGES), walks)
    panels.energy_panel(axes[7], RANGES, grid)
    panels.narrow_panel(axes[8], RANGES, grid)


PRESETS = {
    "quick": Parameters(decays=(10.0, 100.0), walkers=100, states=2000, realisations=(10,)),
    "default": Parameters(),
    "paper": Parameters(walkers=20000, states=200000),
}
study = Script(
    name="resonance_model",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=measure,
    watch="lam",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("length", "W_delta", log_x=True, y_title="W_c, by drift"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
