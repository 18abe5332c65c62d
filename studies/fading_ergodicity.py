"""Fading ergodicity: how the elements of the farthest spin of a quantum sun fall with n.

In the quantum sun the farthest of L spins is flipped at the rate Gamma ~ alpha^(2L). Elements
of its sigma^z between levels nearer than that have the mean square 1/(pi rho Gamma): they fall
as n^-p with p = 1 - log(alpha)/log(alpha_c), alpha_c = 2^(-1/2), from 1 at alpha = 1, as the
ETH has it, to 0 at the transition. Variance of diagonal elements, mean and typical squares of
neighbouring ones and D of the exact measures are fitted by powers of n, for sigma^z and, whose
elements at omega = 0 do the opposite, sigma^x; alpha = 1 and a localised alpha are controls.
Larger suns have D of a single state each, typical and mean. The alpha at which a power ends is
by generalised least squares, since all alphas share their suns.

    python studies/fading_ergodicity.py --preset quick
"""

import sys
from typing import Iterator

from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments.fading import FadingSun
from bathlab.experiments.fading_depths import FadingDepth, far_spin_rows
from bathlab.experiments.fading_laws import fading_means
from bathlab.findings.fading_ends import ends
from bathlab.findings.fading_ergodicity import drawn_powers, of_alpha
from bathlab.plotting.fading import fading_panels
from bathlab.plotting.legends import legend_above
from bathlab.workbench import Claim, Curve, Outcome, Parameters, Script, parameter

#: One state and two Lanczos runs beside a window of states of the same dimension.
COST = 2.0


class FadingParameters(Parameters):
    """Suns of several sizes at several alphas."""

    alphas: tuple[float, ...] = parameter(
        (1.0, 0.866, 0.75, 0.707, 0.5), "couplings fall by alpha a spin", at_least=1, gt=0, le=1
    )
    lioms: tuple[int, ...] = parameter(
        (5, 6, 7, 8, 9, 10, 11), "spins around the grain", at_least=1, ge=1
    )
    realisations: tuple[int, ...] = parameter((24, 16, 12, 3, 6, 3, 1), "of each size", ge=1)
    grain_spins: int = parameter(3, "spins of the grain", ge=1)
    states: int = parameter(32, "eigenstates nearest to the mean level", ge=4)
    solved: int = parameter(2048, "up to this dimension all states and D are had", ge=0)
    convention: str = parameter("suntajs-vidmar", "of bathlab.QuantumSun")
    depth_alphas: tuple[float, ...] = parameter(
        (1.0, 0.866, 0.75, 0.707), "alphas of single states", at_least=1, gt=0, le=1
    )
    depth_lioms: tuple[int, ...] = parameter(
        (5, 6, 7, 8, 9, 10, 11, 12, 13), "spins around the grain, single states", ge=1
    )
    depth_realisations: tuple[int, ...] = parameter(
        (40, 40, 40, 24, 12, 6, 3, 1, 1), "suns of each size, single states", ge=1
    )
    depth_states: int = parameter(1, "states of each, nearest to the mean level", ge=1)
    both: int = parameter(8192, "up to this dimension D(sigma^x) of them, too", ge=0)
    equally_many = ("lioms", "realisations")

    def check(self) -> None:
        if len(self.depth_realisations) != len(self.depth_lioms):
            raise ValueError(
                f"{len(self.depth_lioms)} sizes depth_lioms and {len(self.depth_realisations)} "
                "depth_realisations were given; expected one number for each size. Write as "
                "many."
            )


def cases(p: FadingParameters) -> Iterator[bl.Case]:
    for alpha in p.alphas:
        for lioms, count in zip(p.lioms, p.realisations):
            sun = bl.QuantumSun(p.grain_spins, lioms, alpha, convention=p.convention)
            spec = FadingSun(sun, min(p.states, 2**sun.spins), p.solved)
            dimension = 2.0**sun.spins
            # Measured: a full solution as n^2 and more, a window of states likewise but less.
            cost = dimension**2 * (8 if dimension <= p.solved else 1)
            name = f"alpha = {alpha:g}, {sun.spins} spins"
            yield bl.Case(name, spec, count, cost, {"kind": "window"})
    for lioms, count in zip(p.depth_lioms, p.depth_realisations):
        for alpha in p.depth_alphas:
            sun = bl.QuantumSun(p.grain_spins, lioms, alpha, convention=p.convention)
            dimension = 2.0**sun.spins
            axes = ("z", "x") if dimension <= p.both else ("z",)
            spec = FadingDepth(sun, min(p.depth_states, 2**sun.spins), axes)
            name = f"single states, alpha = {alpha:g}, {sun.spins} spins"
            yield bl.Case(name, spec, count, dimension**2 * COST, {"kind": "state"})


def claims(found: Outcome[FadingParameters]) -> Iterator[Claim]:
    for alpha, rows in found.table.groupby("alpha", sort=False):
        for claim in of_alpha(rows, float(str(alpha))):
            yield claim.at(f"alpha = {alpha:g}")
    yield from ends(found.table)


def draw(figure: Figure, found: Outcome[FadingParameters]) -> None:
    panels = fading_panels(figure, found.means, drawn_powers(found.table))
    counts = found.means.groupby("n")[["realisations", "single_states"]].max()
    windows, states = (
        ", ".join(map(str, counts.loc[counts[name] > 0, name])) for name in counts
    )
    title = f"mean and standard error of N = {windows} suns, n ascending"
    if states:
        title += f"; single states of {states}"
    legend_above(figure, panels[0], title, columns=5)


PRESETS = {
    "quick": FadingParameters(
        alphas=(1.0, 0.866, 0.75),
        lioms=(4, 5, 6, 7),
        realisations=(20, 20, 10, 6),
        depth_alphas=(1.0, 0.866, 0.75),
        depth_lioms=(4, 5, 6, 7, 8),
        depth_realisations=(20, 20, 10, 6, 2),
    ),
    "default": FadingParameters(),
    "paper": FadingParameters(
        lioms=(5, 6, 7, 8, 9, 10, 11, 12, 13),
        realisations=(400, 300, 200, 100, 60, 40, 20, 4, 2),
        solved=4096,
        depth_realisations=(400, 400, 400, 200, 100, 50, 24, 12, 6),
        both=65536,
    ),
}
study = Script(
    name="fading_ergodicity",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=far_spin_rows,
    watch="watched",
    average=lambda table, p: fading_means(table),
    claims=claims,
    draw=draw,
    curve=(
        Curve("n", "log_diagonal", by="alpha", log_x=True, y_title="log variance, diagonal"),
        Curve("n", "log_participation", by="alpha", log_x=True, y_title="D (nats)"),
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
