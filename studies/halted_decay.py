"""The microscopic inputs of the avalanche scheme, on explicit random matrices.

Thiery, Huveneers, Mueller & De Roeck, Phys. Rev. Lett. 121, 140601 (2018), supplement A, B, E.
A coupling across a treated spot of l_t spins arises when V_b, from the spot to l_b spins on its
right, is eliminated: V_I = [A, V_a], V_a reaching l_a spins on its left, all of them Gaussian.
Eq. (12) says ||V_I|| ~ e^(-(l_a + l_b)/zeta): the spot is crossed for free ("halted decay",
1/zeta_t = 0). The companion paper has 1/zeta_t = -s/2 (rule of increase), others 1/zeta_t =
1/zeta. Here the typical element and three norms are measured against each length: with [A,
V_a], with the full rotation exp(A) V_a exp(-A) - V_a, and with a Gaussian B in the place of A
as a control. Besides: couplings of a spot under Haar rotations, resonant partners of states
against the states per site, and the rate of a spin coupled with e^(-l/zeta) to a grain.

    python studies/halted_decay.py --preset quick
"""

import math
import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments.hybridised import Coupling
from bathlab.experiments.microscopic import input_rows
from bathlab.experiments.resonant_pairs import FIXED, SitePair
from bathlab.experiments.rotated import GROUPS, Rotation
from bathlab.experiments.treated import GENERATORS, TreatedSpot
from bathlab.findings import halted_decay as findings
from bathlab.findings import spot_inputs
from bathlab.plotting import treated as panels
from bathlab.plotting.legends import legend_under
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

FIRST, TURNED, CONTROL = GENERATORS


class Parameters(bl.workbench.Parameters):
    """The paper names no numbers; zeta of the spots lies below zeta_c = 1.44."""

    thermal: tuple[int, ...] = parameter(
        (4, 5, 6, 7, 8),
        "l_t, spins of the spot; the last by first order alone",
        at_least=4,
        ge=2,
    )
    realisations: tuple[int, ...] = parameter((200, 200, 200, 200, 80), "of each", ge=2)
    outside: tuple[int, ...] = parameter((1, 2, 3), "l_a and l_b", at_least=3, ge=1)
    decay: float = parameter(1.0, "1/zeta of these couplings", "1/site", gt=0)
    control: int = parameter(40, "draws of the Gaussian control", ge=2)
    spins: tuple[int, ...] = parameter((4, 6, 8, 10), "of rotated spots", at_least=2, ge=2)
    rotations: tuple[int, ...] = parameter((200, 100, 40, 6), "of each and each group", ge=2)
    local: tuple[int, ...] = parameter((2, 3, 4, 6, 8, 12, 16), "d_s", at_least=3, ge=2)
    element: float = parameter(0.01, "rms element of a pair of sites", "band", gt=0)
    pairs: int = parameter(400, "pairs of sites of each d_s", ge=2)
    grains: tuple[int, ...] = parameter((7, 8), "spins of grains", at_least=2, ge=3)
    distances: tuple[float, ...] = parameter(
        (1.0, 1.5, 2.0), "l/zeta of a spin at a grain, g = e^(-l/zeta)", at_least=2, gt=0
    )
    rates: int = parameter(40, "grains of each", ge=2)
    equally_many = ("thermal", "realisations")

    def check(self) -> None:
        if len(self.spins) != len(self.rotations):
            raise ValueError(
                f"{len(self.spins)} of spins and {len(self.rotations)} of rotations were "
                "given; expected as many of each. Make the lists equally long."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    yield from spots(p)
    for spins, count in zip(p.spins, p.rotations):
        for group in GROUPS:
            columns = {"kind": "rotation", "spins": spins, "group": group}
            cost = 0.01 * 8.0 ** (spins / 2 - 3)
            yield bl.Case(f"{group}, 2^{spins}", Rotation(spins, group), count, cost, columns)
    for fixed in FIXED:
        for local in p.local:
            columns = {"kind": "pair", "local": local, "fixed": fixed}
            spec = SitePair(local, p.element, fixed)
            yield bl.Case(f"d_s = {local}, {fixed}", spec, p.pairs, 0.005, columns)
    for spins in p.grains:
        for distance in p.distances:
            bath, g = bl.RandomMatrixBath(spins, bandwidth=4.0), math.exp(-distance)
            columns = {"kind": "rate", "spins": spins, "distance": distance}
            spec, cost = Coupling("rate", bath, 4.0, g, 0.5), 0.2 * 4.0 ** (spins - 8)
            yield bl.Case(f"2^{spins}, l = {distance:g} zeta", spec, p.rates, cost, columns)


def spots(p: Parameters) -> Iterator[bl.Case]:
    """Each length varied by itself, the others being the least."""
    counts, least = dict(zip(p.thermal, p.realisations)), (p.thermal[0], *p.outside[:1] * 2)
    lengths = {(thermal, *least[1:]) for thermal in p.thermal}
    lengths |= {(least[0], left, least[2]) for left in p.outside}
    lengths |= {(least[0], least[1], right) for right in p.outside}
    for generator in GENERATORS:
        for thermal, left, right in sorted(lengths):
            if generator != FIRST and thermal == p.thermal[-1]:
                continue
            if generator == CONTROL and (left, right) != least[1:]:
                continue
            count = p.control if generator == CONTROL else counts[thermal]
            columns = {"kind": "spot", "generator": generator, "thermal": thermal}
            columns |= {"left": left, "right": right}
            name = f"{generator}: l_t = {thermal}, l_a = {left}, l_b = {right}"
            spec = TreatedSpot(thermal, left, right, p.decay, generator)
            cost = 0.02 * 6.0 ** max(0, thermal + left + right - 9)
            yield bl.Case(name, spec, count, cost, columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return findings.input_means(table)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    table, p = found.table, found.parameters
    spot = table[table["kind"] == "spot"]
    yield from findings.decay_claims(spot, p.decay)
    yield from findings.tail_claims(spot)
    yield from spot_inputs.rotation_claims(table[table["kind"] == "rotation"])
    yield from spot_inputs.pair_claims(table[table["kind"] == "pair"])
    yield from spot_inputs.rate_claims(table[table["kind"] == "rate"])


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means = found.parameters, found.means
    (first, second, third), (fourth, fifth, sixth) = figure.subplots(2, 3)
    spot = means[means["kind"] == "spot"]
    for axes, generator in ((first, FIRST), (second, TURNED)):
        panels.thermal_panel(axes, spot[spot["generator"] == generator], p.decay)
        axes.set_title(f"$V_I$ by {generator}", fontsize="medium")
        legend_under(axes, 2)
    panels.outside_panel(third, spot[spot["generator"] == TURNED], p.decay)
    panels.tail_panel(fourth, findings.tails(found.table))
    panels.partner_panel(fifth, means[means["kind"] == "pair"])
    panels.rate_panel(sixth, means[means["kind"] == "rate"])
    counts = ", ".join(f"{N} at {size}" for size, N in zip(p.thermal, p.realisations))
    said = f"draws: {counts} thermal spins, {p.pairs} pairs of sites, {p.rates} grains"
    figure.supxlabel(f"{said}; bars: standard errors over draws", fontsize="small")


PRESETS = {
    "quick": Parameters(
        thermal=(4, 5, 6, 7),
        realisations=(60, 60, 60, 40),
        spins=(4, 6, 8),
        rotations=(40, 40, 10),
        pairs=60,
        grains=(6, 7),
        rates=30,
    ),
    "default": Parameters(),
    "paper": Parameters(
        thermal=(4, 5, 6, 7, 8, 9, 10),
        outside=(1, 2, 3, 4),
        realisations=(1000, 1000, 1000, 600, 400, 200, 200),
        grains=(8, 9, 10),
        rates=100,
    ),
}
study = Script(
    name="halted_decay",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=input_rows,
    watch="watched",
    average=average,
    claims=claims,
    draw=draw,
    curve=Curve("thermal", "norm", by=("generator", "left", "right"), log_y=True),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
