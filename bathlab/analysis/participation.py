"""Participation of an operator in the eigenbasis."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_real, require_kind
from bathlab.conventions import RealArray
from bathlab.spectrum.eigenstates import Eigenstate
from bathlab.spectrum.measure import SpectralMeasure

#: Largest deviation of bins from equal spacing about zero, in units of it: rounding.
GRID_TOLERANCE = 1e-6


def log_ipr(measure: SpectralMeasure) -> float:
    """D(O) = log IPR(O, psi), IPR = [sum_psi' |<psi'|O|psi>|^4]^-1 over all levels.

    The number of eigenstates over which O|psi> spreads, as a logarithm: about log(n/3) for a
    featureless GOE of dimension n (the 3 is <eta^4> of a real Gaussian; log(n/2) for a GUE), 0
    for an operator diagonal in the eigenbasis. Defined for <O^2> = 1; no normalisation is
    applied.

    Parameters
    ----------
    measure
        the weights |<psi'|O|psi>|^2 of all levels, from :func:`bathlab.spectral_measure`.

    Returns
    -------
    float
        D in nats, 0 to log n if the weights add up to 1.

    Raises
    ------
    ValueError
        If no measure is given, or one whose weights are negative, not finite or all zero.

    Notes
    -----
    Source: De Roeck & Huveneers, Phys. Rev. B 95, 155129 (2017), section IV.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> n = 2**8
    >>> grain = bl.RandomMatrixBath(spins=8, bandwidth=8.0).sample(seed=1)
    >>> H, probe = grain.eigensystem, grain.operator("probe")
    >>> states = bl.eigenstates_near(H, energy=0.0, count=20)
    >>> D = [bl.log_ipr(bl.spectral_measure(H, probe, state)) for state in states]
    >>> print(f"{np.mean(D):.2f} of 20 states, log(n/3) = {np.log(n / 3):.2f}")
    4.40 of 20 states, log(n/3) = 4.45
    """
    require_kind("measure", measure, SpectralMeasure, "Take that of spectral_measure.")
    weights = as_array("weights of the measure", measure.weights, minimum=0)
    squares = float(weights @ weights)
    if squares == 0:
        raise ValueError(
            "A measure without weight was given; expected a positive sum. Choose an operator "
            "that does not vanish."
        )
    return -math.log(squares)


def eth_log_ipr(
    omega: RealArray, v: RealArray, rho: RealArray, error: Any = 0.0, fourth: float = 3.0
) -> float:
    """D(O) = -log(3 int v^2/rho), what the ETH makes of the structure factor v of O at E = 0.

    The weight of level b' is (v(omega)/rho(E_b')) eta^2 with <eta^4> = 3 for real Gaussian eta,
    and E_b' = -omega as seen from E = 0. De Roeck & Huveneers (section IV) write rho/(3 int
    v^2), without the 3 and with rho constant, which in a GOE alone makes a difference of log(3
    pi/8).

    Parameters
    ----------
    omega
        (m,) equidistant bin centres, symmetric about 0.
    v
        (m,) structure factor of O on the bins, averaged over disorder.
    rho
        (m,) levels per unit energy at the energies E = omega, on the same bins.
    error
        standard error of v, (m,) or a number; its square, by which noise raises v^2 on
        average, is taken off. Not finite: as 0.
    fourth
        <|eta|^4> in place of the 3; 2 for the complex elements of a bath without time
        reversal.

    Raises
    ------
    ValueError
        If the bins are not equidistant and symmetric about 0, shapes differ, v, rho or omega
        is not finite, rho or an error negative, ``fourth`` below 1, or nothing is left of the
        integral.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> n, width = 1000, 4.0
    >>> omega = np.linspace(-width / 2, width / 2, 100)
    >>> step = omega[1] - omega[0]
    >>> rho = np.full(100, n / (100 * step))  # n levels, all alike
    >>> v = np.full(100, 1 / (100 * step))  # <O^2> = 1
    >>> D = bl.analysis.eth_log_ipr(omega, v, rho)
    >>> print(f"{D:.4f}, log(n/3) = {np.log(n / 3):.4f}")
    5.8091, log(n/3) = 5.8091
    """
    fourth = as_real("fourth", fourth, minimum=1)
    omega = as_array("omega", omega, least=2, ascending=True)
    v = as_array("v", v, shape=omega.shape)
    rho = as_array("rho", rho, shape=omega.shape, minimum=0)
    error = as_array("error", error, ndim=None, minimum=0, missing=True, infinite=True)
    if error.ndim:
        error = as_array("error", error, shape=omega.shape, missing=True, infinite=True)
    even = np.linspace(-omega[-1], omega[-1], len(omega))
    if not np.abs(omega - even).max() <= GRID_TOLERANCE * (omega[1] - omega[0]):
        raise ValueError(
            f"omega from {omega[0]:g} to {omega[-1]:g} was given; expected equidistant bins, "
            "symmetric about 0. Bin v and the levels on numpy.linspace(-w, w, bins + 1)."
        )
    there, errors = rho[::-1], np.nan_to_num(error, posinf=0.0)
    squares = np.divide(v**2 - errors**2, there, out=np.zeros_like(v), where=there > 0)
    total = fourth * (omega[1] - omega[0]) * float(squares.sum())
    if not total > 0:
        raise ValueError(
            f"{fourth:g} int v^2/rho = {total:.3g} was found; expected a positive number. Take "
            "more realisations, or bins that cover the spectrum."
        )
    return -math.log(total)


def participation_row(state: Eigenstate, measure: SpectralMeasure) -> dict[str, Any]:
    """D(O) with the solver's report on state and measure: what a study keeps of them. Raises
    ValueError as :func:`log_ipr`, or without an eigenstate.

    Examples
    --------
    >>> import bathlab as bl
    >>> system = bl.couple(bl.LocalChainBath(spins=5), bl.LiomChain(count=1)).sample(seed=1)
    >>> state = bl.eigenstate_near(system)
    >>> measure = bl.spectral_measure(system, system.operator("probe"), state)
    >>> row = bl.analysis.participation_row(state, measure)
    >>> print(f"E = {row['energy']:.4f}, D = {row['log_ipr']:.4f}, by {row['measure_method']}")
    E = 0.0684, D = 2.6480, by dense
    """
    require_kind("state", state, Eigenstate, "Take that of eigenstate_near.")
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
    more. Raises ValueError as :func:`log_ipr`.

    Examples
    --------
    >>> import bathlab as bl
    >>> system = bl.couple(bl.LocalChainBath(spins=6), bl.LiomChain(count=2)).sample(seed=1)
    >>> state, probe = bl.eigenstate_near(system), system.operator("probe")
    >>> early = bl.spectral_measure(system, probe, state, method="window", tolerance=0.1)
    >>> lower, upper = bl.analysis.log_ipr_bounds(early)
    >>> D = bl.log_ipr(bl.spectral_measure(system, probe, state))
    >>> print(upper - lower < 0.1, lower <= D <= upper)
    True True
    """
    require_kind("measure", measure, SpectralMeasure, "Take that of spectral_measure.")
    if measure.square_bounds is None:
        value = log_ipr(measure)
        return value - measure.drift, value + measure.drift
    lower, upper = measure.square_bounds
    return -math.log(upper), -math.log(lower)
