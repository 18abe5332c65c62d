"""What makes a good bath: any list of baths side by side.

Density of states, structure factors v(omega) of contact and probe, hybridisation function
k(omega) of one spin, gap ratio, Gaussianity of the matrix elements, and the thermalisation
curve Delta D(G).
The default compares a local chain, a random matrix with the same tr H^2, a shorter chain with
the LIOMs it has thermalised, and the chain without transverse field: free fermions with the
same density of states and the same G, and no bath. A random matrix with symmetry = "unitary"
is complex, from the GUE. List your own, from a file too:

    bathlab run compare_baths --print-config > my.toml
    bathlab run compare_baths --config my.toml
"""

import math
import sys
from typing import Any, Iterator

import numpy as np
import pandas as pd

import bathlab as bl
from bathlab.experiments import Compared, Comparison, Sweep, compared_baths, comparison_rows
from bathlab.experiments.compared import compared_data, compared_means
from bathlab.experiments.comparison import OPERATORS
from bathlab.experiments.thermalisation import logarithmic
from bathlab.operators.sectors import warn_of_sectors
from bathlab.plotting import bath_panels
from bathlab.spectrum.dense import require_dense_fits
from bathlab.theory import random_matrices as theory
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter
from bathlab.workbench.baths import AnyBath, BathParameters, Chain, RandomMatrix
from bathlab.workbench.claims import compare

LOG2 = math.log(2)
#: What the numbers of a bath with several sectors are, and what to do.
MIXED = (
    "the gap ratio is taken in each, but G, D and the matrix elements are of all levels as one",
    "Where contact and probe stay in a sector, give the bath sector = NUMBER.",
)
#: Further from the pool than so many standard errors a curve does not collapse.
OFF = 3.0


def four(spins: int, bandwidth: float) -> tuple[AnyBath, ...]:
    """Chain, random matrix, grown chain and free fermions of so many spins."""
    return (
        Chain(spins=spins),
        RandomMatrix(spins=spins, bandwidth=bandwidth),
        Chain(spins=spins - 2, lioms=2),
        Chain(name=f"free {spins}-chain", spins=spins, transverse=0.0),
    )


class Parameters(BathParameters):
    """The baths, and the one spin that each of them drives."""

    baths: tuple[AnyBath, ...] = parameter(four(9, 17.7), "baths, each a table with its kind")
    realisations: tuple[int, ...] = parameter((150,), "of each bath, or one for all", ge=1)
    couplings: tuple[float, ...] = parameter(
        logarithmic(0.01, 3, 10),
        "couplings of the spin for Delta D(G)",
        "field",
        at_least=1,
        gt=0,
    )
    field: float = parameter(1.0, "mean field of the spin; its field for k(omega)", "field")
    disorder: float = parameter(0.5, "for Delta D it is field +- disorder", "field", ge=0)
    g: float = parameter(0.8, "coupling of the spin for k(omega)", "field", gt=0)
    window: float = parameter(1.0, "rho and v are of the levels in it, about 0", "field", gt=0)
    energy_range: float = parameter(12.0, "rho and v are shown up to +- this", "field", gt=0)
    shift_range: float = parameter(3.0, "k(omega) is shown up to +- this", "field", gt=0)
    bins: int = parameter(121, "bins of each curve", ge=2)
    states: int = parameter(1, "eigenstates nearest E = 0 of each realisation", ge=1)


def cases(p: Parameters) -> Iterator[bl.Case]:
    for named, count in p.counted():
        label, bath = named.label, named.bath()
        drawn = bath.sample(p.seed, 0)
        require_dense_fits(drawn)
        if not isinstance(named, Chain):  # whose docstring says what it conserves
            warn_of_sectors(drawn.system, f"in {label} {MIXED[0]}", MIXED[1])
        sweep = Sweep(label, bath, p.couplings, p.field, p.disorder, p.states)
        seen = Comparison(sweep, p.g, p.window, p.energy_range, p.shift_range, p.bins)
        # Measured: as the square of the dimension, and thrice for a full matrix.
        full = isinstance(drawn.system.bath.hamiltonian, np.ndarray)
        yield bl.Case(label, seen, count, drawn.dimension**2 * (3 if full else 1))


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    table, g = found.table, found.parameters.g
    off = [table[f"integral_{name}"] / table[f"square_{name}"] - 1 for name in OPERATORS]
    worst = float(pd.concat(off).abs().max())
    said = "integral of v over <V^2>, contact and probe of every bath"
    exact = {"expected": 1.0, "value": 1 + worst, "effect": worst, "text": f"1 +- {worst:.0e}"}
    verdict = "agrees" if worst < 1e-10 else "violated"
    yield Claim(said, "1, exactly", N=len(table), verdict=verdict, **exact)
    classes = {
        named.label: named.symmetry_class(found.parameters.seed)
        for named in found.parameters.baths
    }
    baths = compared_baths(table, found.means, classes)
    for alike in zip(*(of_one(bath, g) for bath in baths)):
        yield from filter(None, alike)
    yield from collapses(baths)


def of_one(bath: Compared, g: float) -> Iterator[Claim | None]:
    """What is said of each bath by itself, None where it has no such value."""
    kind = bath.symmetry
    others = f"{theory.GOE.gap_ratio} GOE, " if kind is theory.GUE else ""
    levels = f"{kind.gap_ratio} ({kind.name}; {others}Poisson {theory.POISSON_RATIO:.3f})"
    gauss, shape = f"{kind.shape:.3f} (Gaussian, ETH)", "mean over rms |V_ab|, contact"
    featureless = f"0 + {'7/3n' if kind is theory.GOE else '1/n'} (featureless {kind.name})"
    excess = kind.participation_excess(bath.dimension)
    resonances, stable = bath.estimate("rho_v_bar") * g, "> 1 thermal, << 1 stable MBL"
    rate = f"rho w / (pi G^2) at g = {g:g}"
    for said, paper, expected, found in (
        ("gap ratio", levels, kind.gap_ratio, bath.estimate("gap_ratio")),
        (shape, gauss, kind.shape, bath.shape()),
        (f"g rho v-bar at g = {g:g}", stable, 1.0, resonances),
        (rate, "1 (golden rule)", 1.0, bath.golden_rule(g)),
        (f"D(O_B) - log(n/{kind.fourth})", featureless, excess, bath.above_featureless()),
        (
            f"D(O_B) + log({kind.fourth} int v^2/rho)",
            "0 (ETH with its own v)",
            0.0,
            bath.above_own(),
        ),
        ("Delta D for G >= 1", "log 2 = 0.693", LOG2, bath.plateau()),
    ):
        more = {"equation": "(4)"} if said == rate else {}
        if found is resonances:
            many = "many" if found.mean > 1 else "few"
            more = {"verdict": f"{many} resonances at this size"}
        yield found and compare(f"{bath.label}: {said}", paper, expected, found, **more)


def collapses(baths: list[Compared]) -> Iterator[Claim]:
    """How far each Delta D(G) is from those of the others that are chaotic."""
    chaotic = [bath.label for bath in baths if bath.mean["gap_ratio"] > theory.CHAOTIC_RATIO]
    curves = {bath.label: bath.curve() for bath in baths}
    long = {label: curve for label, curve in curves.items() if len(curve.x) > 1}
    for label, far in bl.statistics.distances_from_others(long, chaotic).items():
        yield Claim(
            f"{label}: distance from the other chaotic baths",
            "collapses" if label in chaotic else "off (not chaotic)",
            value=far.rms,
            effect=far.rms,
            text=f"{far.rms:.3f} nats, {far.sigmas:.1f} sigma",
            N=far.points,
            of="points",
            verdict="off" if far.sigmas > OFF else "collapses",
        )


PRESETS = {
    "quick": Parameters(
        baths=four(7, 15.5), couplings=logarithmic(0.02, 3, 8), realisations=(100,)
    ),
    "default": Parameters(),
    "paper": Parameters(baths=four(10, 18.7), realisations=(400,)),
}
AS_DRAWN: dict[str, Any] = {"error": "error", "by": "bath"}
#: Quantity and titles of axes; the thermalisation curve stands first in the report.
CURVES = (
    Curve(
        "x",
        "value",
        where={"quantity": "delta_log_ipr"},
        log_x=True,
        x_title="G = g ρ √M",
        y_title="ΔD (nats)",
        level=LOG2,
        level_title="log 2",
        title="does the bath thermalise a spin?",
        **AS_DRAWN,
    ),
    *(
        Curve(
            "x",
            "value",
            where={"quantity": name},
            x_title=x,
            y_title=y,
            title=title,
            **AS_DRAWN,
        )
        for name, x, y, title in (
            ("share", "E", "ρ(E)/n", "density of states"),
            ("v_contact", "ω", "v(ω)", "structure factor of the contact"),
            ("v_probe", "ω", "v(ω)", "structure factor of the probe"),
            ("k", "ω", "k(ω)", "hybridisation of one spin"),
        )
    ),
)
study = Script(
    name="compare_baths",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=comparison_rows,
    watch="gap_ratio",
    average=lambda table, p: compared_means(table),
    claims=claims,
    draw=lambda figure, found: bath_panels(figure, found.means),
    data=lambda found: compared_data(found.means),
    curve=CURVES,
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
