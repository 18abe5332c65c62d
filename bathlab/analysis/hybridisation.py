"""How an eigenstate of the coupled system spreads over the uncoupled product states."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np
from scipy.optimize import minimize_scalar

from bathlab.analysis.eth import as_edges
from bathlab.conventions import RealArray, require_finite
from bathlab.spectrum.dense import Eigensystem, diagonalise
from bathlab.spectrum.eigenstate import Eigenstate


@dataclass(frozen=True, eq=False)
class Hybridisation:
    """The hybridisation function k(omega) of one eigenstate.

    Attributes
    ----------
    omega : (m,) bin centres, omega = E(s, b) - E.
    density : (m,) k on the bins, per unit energy; the integral over all omega is 1.
    halfwidth : |omega| that holds half of the weight; for a Lorentzian its half-width at half
        maximum. From the unbinned weights.
    first_moment, second_moment : integrals of omega k and omega^2 k, exact, not binned.
    """

    omega: RealArray
    density: RealArray
    halfwidth: float
    first_moment: float
    second_moment: float


def hybridisation(system: Any, state: Eigenstate, edges: Any) -> Hybridisation:
    """k(omega): the weights |<s, b|psi>|^2 = k(omega)/(2 rho) binned in omega = E(s, b) - E.

    Exact sum rules per eigenstate: the integral of k is 1, of omega k is -<H_SB>, of omega^2 k
    is <H_SB^2> (De Roeck & Huveneers, section II B and C).

    Parameters
    ----------
    system : CoupledSystem; its bath is diagonalised, an enlarged one with the LIOMs it swallowed.
    state : eigenstate of the same system.
    edges : (m+1,) ascending bin edges of omega. Weight outside them is in no bin.

    Raises
    ------
    ValueError
        For bad edges, a state that does not fit, or a bath too large to diagonalise.
    """
    return hybridisations(system, [state], edges)[0]


def hybridisations(system: Any, states: Sequence[Eigenstate], edges: Any,
                   bath: Eigensystem | None = None) -> list[Hybridisation]:
    """:func:`hybridisation` of several eigenstates of one system, its bath diagonalised once.

    ``bath``, all levels and eigenvectors of ``system.uncoupled()[0]``, saves even that; one of
    another dimension is a ValueError.
    """
    edges = as_edges(edges)
    for state in states:
        if state.vector.shape != (system.dimension,):
            raise ValueError(f"A state of shape {state.vector.shape} was given; expected "
                             f"({system.dimension},). Use eigenstate_near of the same system.")
    matrix, spin_energies = system.uncoupled()
    eigen = diagonalise(matrix) if bath is None else bath
    if eigen.dimension != matrix.shape[0]:
        raise ValueError(f"A bath of dimension {eigen.dimension} was given; expected that of the "
                         f"system, {matrix.shape[0]}. Leave it out, or diagonalise "
                         "system.uncoupled()[0].")
    products = np.add.outer(eigen.energies, spin_energies).ravel()
    return [_spread(eigen, products, state, edges) for state in states]


def _spread(bath: Eigensystem, products: RealArray, state: Eigenstate,
            edges: RealArray) -> Hybridisation:
    amplitudes = bath.vectors.conj().T @ state.vector.reshape(bath.dimension, -1)
    weights, omega = (np.abs(amplitudes)**2).ravel(), products - state.energy
    counts, _ = np.histogram(omega, bins=edges, weights=weights)
    return Hybridisation((edges[1:] + edges[:-1]) / 2, counts / np.diff(edges),
                         _median(np.abs(omega), weights), float(weights @ omega),
                         float(weights @ omega**2))


def hybridisation_row(state: Eigenstate, found: Hybridisation) -> dict[str, Any]:
    """k(omega) with the solver's report on the state: what a study keeps of them."""
    return {"omega": found.omega, "k": found.density, "halfwidth": found.halfwidth,
            "first_moment": found.first_moment, "second_moment": found.second_moment,
            "energy": state.energy, "residual": state.residual, "state_method": state.method}


def _median(values: RealArray, weights: RealArray) -> float:
    """The value below which half of the weight lies."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def lorentzian(omega: Any, halfwidth: float) -> RealArray:
    """The idealised k(omega) = 1/(pi w (1 + (omega/w)^2)), w = ``halfwidth`` (DRH section II C)."""
    scaled = np.asarray(omega, dtype=np.float64) / halfwidth
    return 1 / (np.pi * halfwidth * (1 + scaled**2))


@dataclass(frozen=True)
class LorentzianFit:
    """A Lorentzian fitted to measured k(omega).

    Attributes
    ----------
    halfwidth : half-width at half maximum w.
    error : its standard error, by leaving out one curve at a time (jackknife); nan for one curve.
    window : the fit used |omega| <= window.
    points : how many bins that is.
    """

    halfwidth: float
    error: float
    window: float
    points: int


def lorentzian_fit(omega: Any, curves: Any, window: float) -> LorentzianFit:
    """Fit a Lorentzian to the mean of measured k(omega), with the error of independent curves.

    The likelihood of the weight within the window is maximised, that is
    sum k log(L_w / integral of L_w). Least squares with measured errors would be drawn to bins that
    happen to be nearly empty, whose errors are small.

    Parameters
    ----------
    omega : (m,) bin centres.
    curves : (N, m) k of N independent eigenstates, or (m,) of one.
    window : largest |omega| used, positive; the bins must reach so far.

    Raises
    ------
    ValueError
        If the shapes differ, the bins do not reach so far, fewer than three of them are in the
        window, or it holds no weight.
    """
    require_finite("window", window, above=0)
    omega, curves = np.asarray(omega, dtype=np.float64), np.atleast_2d(curves)
    if omega.ndim != 1 or curves.shape[1:] != omega.shape:
        raise ValueError(f"omega of shape {omega.shape} and curves of shape {curves.shape} were "
                         "given; expected (m,) and (N, m). Pass one curve a row.")
    if window > np.abs(omega).max():
        raise ValueError(f"window = {window:g} was given; expected at most "
                         f"{np.abs(omega).max():g}, where the bins end. Narrow it, or take bins "
                         "that reach so far.")
    used = np.abs(omega) <= window
    points, total = int(np.count_nonzero(used)), curves[:, used].sum(axis=0)
    if points < 3 or not total.sum() > 0:
        raise ValueError(f"{points} bins of weight {total.sum():.3g} lie within |omega| <= "
                         f"{window:g}; expected at least 3, and some weight. Widen the window or "
                         "take finer bins.")
    width = _likeliest(omega[used], total, window)
    count = len(curves)
    if count == 1:
        return LorentzianFit(width, math.nan, window, points)
    without = np.array([_likeliest(omega[used], total - curve, window)
                        for curve in curves[:, used]])
    error = math.sqrt((count - 1) * float(np.mean((without - without.mean())**2)))
    return LorentzianFit(width, error, window, points)


def _likeliest(omega: RealArray, weights: RealArray, window: float) -> float:
    def surprise(log_width: float) -> float:
        width = math.exp(log_width)
        inside = 2 / math.pi * math.atan(window / width)
        return -float(weights @ np.log(lorentzian(omega, width) / inside))
    found = minimize_scalar(surprise, bounds=(math.log(window) - 12, math.log(window) + 3),
                            method="bounded", options={"xatol": 1e-9})
    return math.exp(found.x)
