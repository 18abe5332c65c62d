"""Participation of an operator in the eigenbasis."""

from __future__ import annotations

import math
from typing import Any

from bathlab.spectrum.eigenstate import Eigenstate
from bathlab.spectrum.measure import SpectralMeasure


def log_ipr(measure: SpectralMeasure) -> float:
    """D(O) = log IPR(O, psi), IPR = [sum_psi' |<psi'|O|psi>|^4]^-1 over all levels.

    The number of eigenstates over which O|psi> spreads, as a logarithm: about log(n/3) for a
    featureless GOE of dimension n (the 3 is <eta^4> of a real Gaussian), 0 for an operator
    diagonal in the eigenbasis. Defined for <O^2> = 1; no normalisation is applied.

    Source: De Roeck & Huveneers, Phys. Rev. B 95, 155129 (2017), section IV.
    """
    return -math.log(float(measure.weights @ measure.weights))


def participation_row(state: Eigenstate, measure: SpectralMeasure) -> dict[str, Any]:
    """D(O) with the solver's report on state and measure: what a study keeps of them."""
    return {"log_ipr": log_ipr(measure), "energy": state.energy, "residual": state.residual,
            "state_method": state.method, "measure_method": measure.method,
            "lanczos_steps": measure.steps, "sum_error": measure.sum_error,
            "moment_error": measure.moment_error, "drift": measure.drift}


def log_ipr_bounds(measure: SpectralMeasure) -> tuple[float, float]:
    """(lower, upper), between which D(O) of the exact measure lies; natural logarithm.

    For a "window" measure the bracket that its uncaptured weight leaves (derived in
    :mod:`bathlab.spectrum.window`); for a complete one D -+ its drift, both D if it is dense.
    Exact for a matrix within rounding of H: levels closer than 1e-8 of the width may move D more.
    """
    if measure.square_bounds is None:
        value = log_ipr(measure)
        return value - measure.drift, value + measure.drift
    lower, upper = measure.square_bounds
    return -math.log(upper), -math.log(lower)
