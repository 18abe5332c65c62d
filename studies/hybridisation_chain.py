"""A real bath is no Lorentzian: figure 7 of De Roeck & Huveneers.

The hybridisation function k(omega) of one spin coupled to a local chain (eq. 24) has two humps,
like a camel, of different height, which the paper puts down to tr H_B^3 != 0. (J' -> -J' maps
H_B to -H_B up to a rotation: tr H_B^3 changes sign and k is mirrored, realisation by
realisation.)

    python studies/hybridisation_chain.py --preset quick
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import bathlab as bl
from bathlab.experiments.hybridised import EDGES, Spin, curve_rows
from bathlab.plotting.figures import band_curves
from bathlab.plotting.figures import figure as new_figure
from bathlab.workbench.claims import Claims, pm
from bathlab.workbench.command import Request, study_command

NAME = "hybridisation_chain"
#: Humps and the dip between them are compared over so many bins on either side.
REACH = 1


@dataclass(frozen=True)
class Parameters:
    """The chain of eq. (24) with 11 sites; g and h are those of figure 6: figure 7 names
    none."""

    spins: int = 11
    coupling: float = 1.0
    g: float = 0.8
    field: float = 1.0
    realisations: tuple[int] = (200,)
    seed: int = 1


PRESETS = {
    "quick": Parameters(spins=9, realisations=(100,)),
    "default": Parameters(),
    "paper": Parameters(),
}


def build(parameters: Parameters) -> bl.Study:
    """The study of these parameters.

    Raises
    ------
    ValueError
        For a value out of its range.
    """
    bath = bl.LocalChainBath(parameters.spins, coupling=parameters.coupling)
    case = bl.Case(
        f"{parameters.spins}-chain",
        Spin(bath, parameters.g, parameters.field),
        parameters.realisations[0],
    )
    return bl.Study(NAME, curve_rows, (case,), parameters.seed, watch="halfwidth")


def humps(omega: np.ndarray, k: np.ndarray) -> tuple[int, int]:
    """Where the smoothed mean curve is highest on the left and on the right of omega = 0."""
    smooth = np.convolve(k, np.ones(2 * REACH + 1) / (2 * REACH + 1), mode="same")
    left, right = np.flatnonzero(omega < 0), np.flatnonzero(omega > 0)
    return int(left[np.argmax(smooth[left])]), int(right[np.argmax(smooth[right])])


def claims(table: pd.DataFrame, parameters: Parameters) -> Claims:
    """What the paper says of the shape, and what comes out here."""
    found = Claims()
    curves, names = np.stack(table["k"].to_list()), table["realisation"]
    omega = table["omega"].iloc[0]
    places = humps(omega, curves.mean(axis=0))
    left, right = (
        curves[:, place - REACH : place + REACH + 1].mean(axis=1) for place in places
    )
    centre = len(omega) // 2  # an edge: as many bins on either side
    dip = curves[:, centre - REACH - 1 : centre + REACH + 1].mean(axis=1)
    chain = f"{parameters.spins}-chain"
    at = " and ".join(f"{omega[place]:.2f}" for place in places)
    for claim, paper, value in (
        (f"{chain}: humps (at {at}) above the dip", "camel: > 0", (left + right) / 2 - dip),
        (f"{chain}: right hump above the left", "slightly asymmetric", right - left),
        (
            f"{chain}: weight at omega > 0 less that at < 0",
            "slightly asymmetric",
            curves @ (np.sign(omega) * np.diff(EDGES)),
        ),
    ):
        here = bl.estimate(value, names)
        found.add(
            claim,
            paper,
            pm(here),
            here.realisations,
            f"{here.mean / here.error:+.1f} sigma from 0",
        )
    trace = bl.estimate(table["trace_of_cube"], names)
    exact = (
        6
        * bl.LocalChainBath(parameters.spins).transverse ** 2
        * parameters.coupling
        * (parameters.spins - 1)
    )
    found.add(
        f"{chain}: tr H_B^3 / 2^{parameters.spins}",
        "not 0",
        pm(trace),
        trace.realisations,
        f"6 J^2 J' (N - 1) = {exact:g}",
    )
    return found


def draw(means: pd.DataFrame, path: Path) -> None:
    """k(omega) of the chain, with the Lorentzian of equal half-width."""
    with new_figure(path) as drawn:
        axes = drawn.subplots()
        band_curves(axes, means, "omega", "k", by="case")
        mean = means.iloc[0]
        axes.plot(
            mean["omega"],
            bl.analysis.lorentzian(mean["omega"], mean["halfwidth"]),
            color="0.3",
            linestyle=(0, (1, 1)),
            label=f"Lorentzian, w = {mean['halfwidth']:.2f}",
        )
        axes.set(
            xlabel=r"$\omega = E(s, b) - E$",
            ylabel=r"$k(\omega)$",
            xlim=(-2, 2),
            ylim=(0, None),
        )
        axes.legend(fontsize="small")


@study_command(NAME, PRESETS, build, __doc__)
def main(table: pd.DataFrame, request: Request[Parameters]) -> None:
    means = bl.summarise(table, ["case"], ["omega", "k", "halfwidth", "trace_of_cube"])
    draw(means, request.figure)
    data = means.explode(["omega", "k", "k_error"]).drop(columns="omega_error")
    request.keep(data, str(claims(table, request.parameters)))


if __name__ == "__main__":
    sys.exit(main())
