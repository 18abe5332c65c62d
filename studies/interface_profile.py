"""Where the grain ends: figure 4 of De Roeck & Huveneers.

D(sigma^x_i), the log-IPR of the contact (i = 0) and of each LIOM i = 1, 2, ..., in one
eigenstate of a grain with LIOMs. A LIOM with coupling g_i hybridises within w_i ~ g_i^2, so D
falls by 2 log(1/alpha) from each LIOM to the next (eq. 22); the drop from grain to first is
another matter.

    python studies/interface_profile.py --preset quick
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import bathlab as bl
from bathlab.experiments.profile import Profile, profile_rows
from bathlab.plotting.figures import error_curves
from bathlab.plotting.figures import figure as new_figure
from bathlab.workbench.claims import Claims, pm
from bathlab.workbench.command import Request, study_command

NAME = "interface_profile"
#: What the paper reads off its figure 4.
PAPER_SLOPE = 0.5


@dataclass(frozen=True)
class Parameters:
    """The paper's values (section V A), in as many realisations as half an hour allows."""

    spins: int = 6
    bandwidth: float = 4.2
    lioms: int = 8
    g1: float = 0.2
    alpha: float = 0.75
    field: float = 1.0
    disorder: float = 0.5
    realisations: tuple[int] = (60,)
    seed: int = 1

    @property
    def theory(self) -> float:
        """The fall of D per LIOM, 2/zeta = 2 log(1/alpha)."""
        return -2 * math.log(self.alpha)


PRESETS = {
    "quick": Parameters(lioms=6, realisations=(60,)),
    "default": Parameters(),
    "paper": Parameters(realisations=(200,)),
}


def build(parameters: Parameters) -> bl.Study:
    """The study of these parameters.

    Raises
    ------
    ValueError
        For a value out of its range.
    """
    bath = bl.RandomMatrixBath(parameters.spins, bandwidth=parameters.bandwidth)
    chain = bl.LiomChain(
        count=parameters.lioms,
        alpha=parameters.alpha,
        g1=parameters.g1,
        field=parameters.field,
        disorder=parameters.disorder,
    )
    name = f"{parameters.spins}-spin random matrix + {parameters.lioms} LIOMs"
    case = bl.Case(name, Profile(bath, chain), parameters.realisations[0])
    return bl.Study(NAME, profile_rows, (case,), parameters.seed, watch="log_ipr")


def claims(table: pd.DataFrame, parameters: Parameters) -> Claims:
    """What the paper says of the profile, and what comes out here."""
    found = Claims()
    last = parameters.lioms
    outside = table[table["site"] >= 1]
    fall = _negative(bl.statistics.slope(outside, "site", "log_ipr"))
    found.compare(
        f"fall of D(sigma^x_i) per LIOM, i = 1 to {last}: the paper's fit",
        f"{PAPER_SLOPE}",
        PAPER_SLOPE,
        fall,
    )
    found.compare(
        "the same against the theory, 2 log(1/alpha)",
        f"{parameters.theory:.3f}",
        parameters.theory,
        fall,
    )
    half = (1 + last) // 2
    near, far = (
        _negative(bl.statistics.slope(part, "site", "log_ipr"))
        for part in (outside[outside["site"] <= half], outside[outside["site"] >= half])
    )
    bend = bl.statistics.Estimate(
        near.mean - far.mean, math.hypot(near.error, far.error), near.realisations
    )
    found.add(
        f"fall up to LIOM {half} less that beyond it",
        "linear: 0",
        pm(bend),
        bend.realisations,
        "linear"
        if abs(bend.mean) < 2 * bend.error
        else f"bends, {bend.mean / bend.error:+.1f} sigma",
    )
    drop = _negative(bl.statistics.slope(table[table["site"] <= 1], "site", "log_ipr"))
    found.add(
        "drop of D from the contact to LIOM 1",
        "unrelated to the fall",
        pm(drop),
        drop.realisations,
        f"{drop.mean / fall.mean:.2f} of the fall",
    )
    _add_sign(found, table[table["site"] == 1], parameters)
    return found


def _add_sign(found: Claims, first: pd.DataFrame, parameters: Parameters) -> None:
    """Eq. (22) for the first LIOM with either sign of 2 log(g_1/xi), and with the 3 of
    <eta^4>."""
    here = bl.estimate(first["log_ipr"], first["realisation"])
    volume = (parameters.spins + parameters.lioms) * math.log(2)
    width = 2 * math.log(parameters.g1 / (parameters.bandwidth / 2))
    for label, value in (
        ("- 2 log(g_1/xi), as printed", math.log(4) + volume - width),
        ("+ 2 log(g_1/xi), from w_1 = g_1^2/xi", math.log(4) + volume + width),
        ("the same less log 3", math.log(4 / 3) + volume + width),
    ):
        found.add(
            f"D(sigma^x_1) by eq. (22) with {label}, xi = bandwidth/2",
            f"{value:.2f}",
            pm(here),
            here.realisations,
            f"off by {here.mean - value:+.2f}"
            if value < volume
            else f"impossible: above log(dimension) = {volume:.2f}",
        )


def _negative(found: bl.statistics.Estimate) -> bl.statistics.Estimate:
    return bl.statistics.Estimate(-found.mean, found.error, found.realisations)


def draw(means: pd.DataFrame, parameters: Parameters, path: Path) -> None:
    """D against the site, with straight lines of the theory's and the paper's slope."""
    with new_figure(path) as drawn:
        axes = drawn.subplots()
        error_curves(axes, means.assign(measured="here"), "site", "log_ipr", by="measured")
        outside = means[means["site"] >= 1]
        sites = outside["site"].to_numpy()
        middle, level = sites.mean(), outside["log_ipr"].mean()
        for slope, style, label in (
            (parameters.theory, "--", f"slope -2 log(1/alpha) = -{parameters.theory:.3f}"),
            (PAPER_SLOPE, ":", f"slope -{PAPER_SLOPE} (the paper's fit)"),
        ):
            axes.plot(
                sites,
                level - slope * (np.asarray(sites) - middle),
                color="0.35",
                linestyle=style,
                linewidth=1.2,
                label=label,
                zorder=1,
            )
        axes.set(xlabel="site i (0: contact, in the grain)", ylabel=r"$D(\sigma^x_i)$ (nats)")
        axes.legend(loc="upper right", fontsize="small")


@study_command(NAME, PRESETS, build, __doc__)
def main(table: pd.DataFrame, request: Request[Parameters]) -> None:
    means = bl.summarise(table, ["site"], ["log_ipr"])
    draw(means, request.parameters, request.figure)
    request.keep(means, str(claims(table, request.parameters)))


if __name__ == "__main__":
    sys.exit(main())
