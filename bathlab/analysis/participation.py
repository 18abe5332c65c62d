"""Participation of an operator in the eigenbasis."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.conventions import RealArray
from bathlab.spectrum.eigenstates import Eigenstate
from bathlab.spectrum.measure import SpectralMeasure


def log_ipr(measure: SpectralMeasure) -> float:
    """D(O) = log IPR(O, psi), IPR = [sum_psi' |<psi'|O|psi>|^4]^-1 over all levels.

    The number of eigenstates over which O|psi> spreads, as a logarithm: about log(n/3) for a
    featureless GOE of dimension n (the 3 is <eta^4> of a real Gaussian), 0 for an operator
    diagonal in the eigenbasis. Defined for <O^2> = 1; no normalisation is applied.

    Source: De Roeck & Huveneers, Phys. Rev. B 95, 155129 (2017), section IV.
    """
    return -math.log(float(measure.weights @ measure.weights))


def eth_log_ipr(omega: RealArray, v: RealArray, rho: RealArray, error: Any = 0.0) -> float:
    """D(O) = -log(3 int v^2/rho), what the ETH makes of the structure factor v of O at E = 0.

    The weight of level b' is (v(omega)/rho(E_b')) eta^2 with <eta^4> = 3 for real Gaussian eta,
    and E_b' = -omega as seen from E = 0. De Roeck & Huveneers (section IV) write rho/(3 int
    v^2), without the 3 and with rho constant, which in a GOE alone makes a difference of log(3
    pi/8).

    Parameters
    ----------
    omega : (m,) equidistant bin centres, symmetric about 0.
    v : (m,) structure factor of O on the bins, averaged over disorder.
    rho : (m,) levels per unit energy at the energies E = omega, on the same bins.
    error : standard error of v, (m,) or a number; its square, by which noise raises v^2 on
        average, is taken off. Not finite: as 0.

    Raises
    ------
    ValueError
        If the bins are not symmetric about 0, shapes differ, or nothing is left of the
        integral.
    """
    omega, v, rho = (np.asarray(values, dtype=np.float64) for values in (omega, v, rho))
    if (
        omega.ndim != 1
        or len(omega) < 2
        or v.shape != omega.shape
        or rho.shape != omega.shape
        or not np.allclose(omega, -omega[::-1], atol=1e-9 * np.abs(omega).max())
    ):
        raise ValueError(
            f"omega, v and rho of shapes {omega.shape}, {v.shape} and {rho.shape} "
            "were given; expected three equal ones, omega symmetric about 0. Bin v "
            "and the levels on numpy.linspace(-w, w, bins + 1)."
        )
    there, errors = rho[::-1], np.nan_to_num(error, posinf=0.0)
    squares = np.divide(v**2 - errors**2, there, out=np.zeros_like(v), where=there > 0)
    total = 3 * (omega[1] - omega[0]) * float(squares.sum())
    if not total > 0:
        raise ValueError(
            f"3 int v^2/rho = {total:.3g} was found; expected a positive number. Take "
            "more realisations, or bins that cover the spectrum."
        )
    return -math.log(total)


def participation_row(state: Eigenstate, measure: SpectralMeasure) -> dict[str, Any]:
    """D(O) with the solver's report on state and measure: what a study keeps of them."""
    return {
        "log_ipr": log_ipr(measure),
        "energy": state.energy,
        "residual": state.residual,
        "state_method": state.method,
        "measure_method": measure.method,
        "lanczos_steps": measure.steps,
        "sum_error": measure.sum_error,
        "moment_error": measure.moment_error,
        "drift": measure.drift,
    }


def log_ipr_bounds(measure: SpectralMeasure) -> tuple[float, float]:
    """(lower, upper), between which D(O) of the exact measure lies; natural logarithm.

    For a "window" measure the bracket that its uncaptured weight leaves (derived in
    :mod:`bathlab.spectrum.krylov.window`); for a complete one D -+ its drift, both D if it is
    dense.
    Exact for a matrix within rounding of H: levels closer than 1e-8 of the width may move D
    more.
    """
    if measure.square_bounds is None:
        value = log_ipr(measure)
        return value - measure.drift, value + measure.drift
    lower, upper = measure.square_bounds
    return -math.log(upper), -math.log(lower)
