"""Where the grain ends: figure 4 of De Roeck & Huveneers.

D(sigma^x_i), the log-IPR of the contact (i = 0) and of each LIOM i = 1, 2, ..., in one
eigenstate of a grain with LIOMs. A LIOM with coupling g_i hybridises within w_i ~ g_i^2, so D
falls by 2 log(1/alpha) from each LIOM to the next (eq. 22); the drop from grain to first is
another matter.

    python studies/interface_profile.py --preset quick
"""

import math
import sys
from typing import Iterator

from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Profile, profile_rows
from bathlab.plotting import curves, slope_line
from bathlab.statistics import Estimate, bend, slope
from bathlab.theory import liom_log_ipr, printed_log_ipr, profile_slope
from bathlab.workbench import Claim, Curve, LiomParameters, Outcome, Script, parameter
from bathlab.workbench.claims import compare, state

#: What the paper reads off its figure 4.
PAPER_SLOPE = 0.5


class Parameters(LiomParameters):
    """The paper's values (section V A), in as many realisations as half an hour allows."""

    spins: int = parameter(6, "spins of the random matrix", ge=1)
    bandwidth: float = parameter(4.2, "its bandwidth", gt=0)
    lioms: int = parameter(8, "LIOMs of the chain", ge=3)
    realisations: tuple[int] = parameter((60,), "realisations", ge=1)


def cases(p: Parameters) -> Iterator[bl.Case]:
    profile = Profile(bl.RandomMatrixBath(p.spins, p.bandwidth), p.chain(p.lioms))
    name = f"{p.spins}-spin random matrix + {p.lioms} LIOMs"
    yield bl.Case(name, profile, p.realisations[0])


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table.assign(fall=-found.table["log_ipr"])
    outside, half = table[table["site"] >= 1], (1 + p.lioms) // 2
    theory, fall = profile_slope(p.alpha), slope(outside, "site", "fall")
    said = f"fall of D(sigma^x_i) per LIOM, i = 1 to {p.lioms}: the paper's fit"
    yield compare(said, f"{PAPER_SLOPE}", PAPER_SLOPE, fall)
    said = "the same against the theory, 2 log(1/alpha)"
    yield compare(said, f"{theory:.3f}", theory, fall, equation="(22)")
    less = -bend(outside, "site", "fall", half)
    bends = f"bends, {less.mean / less.error:+.1f} sigma"
    verdict = "linear" if abs(less.mean) < 2 * less.error else bends
    said = f"fall up to LIOM {half} less that beyond it"
    yield compare(said, "linear: 0", 0.0, less, verdict=verdict)
    drop = slope(table[table["site"] <= 1], "site", "fall")
    said = "drop of D from the contact to LIOM 1"
    verdict = f"{drop.mean / fall.mean:.2f} of the fall"
    yield state(said, "unrelated to the fall", drop, verdict=verdict)
    yield from signs(Estimate.of_row(found.means.iloc[1], "log_ipr"), p)


def signs(here: Estimate, p: Parameters) -> Iterator[Claim]:
    """Eq. (22) for LIOM 1 with either sign of 2 log(g_1/xi), and with the 3 of <eta^4>."""
    system = 2.0 ** (p.spins + p.lioms), p.g1, p.bandwidth
    above = f"impossible: above log(dimension) = {math.log(system[0]):.2f}"
    for label, value in (
        ("- 2 log(g_1/xi), as printed", printed_log_ipr(*system)),
        ("+ 2 log(g_1/xi), from w_1 = g_1^2/xi", liom_log_ipr(*system)),
        ("the same less log 3", liom_log_ipr(*system) - math.log(3)),
    ):
        verdict = f"off by {here.mean - value:+.2f}" if value < math.log(system[0]) else above
        said = f"D(sigma^x_1) by eq. (22) with {label}, xi = bandwidth/2"
        yield compare(said, f"{value:.2f}", value, here, verdict=verdict, equation="(22)")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    axes, theory = figure.subplots(), profile_slope(found.parameters.alpha)
    curves(found.means.assign(measured="here"), "site", "log_ipr", "measured", axes)
    outside = found.means[found.means["site"] >= 1]
    points, name = outside[["site", "log_ipr"]].to_numpy().T, "slope -2 log(1/alpha)"
    slope_line(axes, *points, -theory, f"{name} = -{theory:.3f}", "--")
    slope_line(axes, *points, -PAPER_SLOPE, f"slope -{PAPER_SLOPE} (the paper's fit)", ":")
    axes.set(xlabel="site i (0: contact, in the grain)", ylabel=r"$D(\sigma^x_i)$ (nats)")
    axes.legend(loc="upper right", fontsize="small")


PRESETS = {
    "quick": Parameters(lioms=6, realisations=(60,)),
    "default": Parameters(),
    "paper": Parameters(realisations=(200,)),
}
study = Script(
    name="interface_profile",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=profile_rows,
    watch="log_ipr",
    by=["site"],
    claims=claims,
    draw=draw,
    curve=Curve("site", "log_ipr", x_title="site", y_title="D (nats)"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
