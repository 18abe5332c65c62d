"""What is said of the Thouless energy of chains, (121) and (122) of Crowley & Chandran."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.chain_criteria import fall
from bathlab.experiments.chain_thouless import thouless_table
from bathlab.statistics.fits import fit_line
from bathlab.workbench import Claim
from bathlab.workbench.claims import pm, state

#: W over which log omega_Th is taken as linear.
RANGE = (1.0, 3.0)
#: omega_Th = omega_H would be tau_Th = 1; K of uncorrelated levels comes within the criterion
#: of the GOE before, so that tau_Th never rises much above this.
NEAR = 0.25


def thouless_energies(table: pd.DataFrame) -> Iterator[Claim]:
    """Is omega_Th exponential in W, and where does it come near the level spacing?"""
    found = thouless_table(table)
    places = []
    for sites, own in found.groupby("sites"):
        own = own.sort_values("W")
        inside = own[(own["W"] >= RANGE[0]) & (own["W"] <= RANGE[1])]
        if len(inside) < 4:
            continue
        W, y, error = (inside[name].to_numpy() for name in ("W", "log_omega", "error"))
        line = fit_line(W, y, error, int(inside["N"].min()))
        said = f"d log omega_Th/dW, W = {RANGE[0]:g} to {RANGE[1]:g}, L = {sites}"
        more: dict[str, Any] = {"chi2_dof": line.chi2_dof, "id": "R92"}
        if line.chi2_dof > 4:
            word = f"not exponential, chi2/dof {line.chi2_dof:.1f}"
            yield Claim(said, "-c/J, constant", N=line.slope.realisations, verdict=word, **more)
        else:
            text = f"{pm(line.slope, 2)} +- {line.window_error:.2f} (window)"
            word = f"exponential, chi2/dof {line.chi2_dof:.1f}"
            bent = line.window_error > 2 * line.slope.error
            word += ", yet the slope depends on the window" if bent else ""
            yield state(said, "-c/J, constant", line.slope, text=text, verdict=word, **more)
        place = fall(own["W"].to_numpy(), -own["log_tau"].to_numpy(), -math.log(NEAR))
        if math.isfinite(place):
            places.append((int(str(sites)), place, int(own["N"].min())))
    if places:
        text = ", ".join(f"L = {L}: {W:.2f}" for L, W, _ in places)
        said = f"W at which omega_Th falls to {1 / NEAR:g} omega_H"
        rises = np.all(np.diff([W for _, W, _ in places]) > 0)
        word = "one size" if len(places) < 2 else "rises with L" if rises else "does not rise"
        count = min(N for *_, N in places)
        yield Claim(said, "drifts with L", text=text, verdict=word, N=count, id="R93")
