"""How an eigenstate of the coupled system spreads over the uncoupled product states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.analysis.eth import as_edges
from bathlab.conventions import RealArray
from bathlab.spectrum.dense import diagonalise
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
    edges = as_edges(edges)
    if state.vector.shape != (system.dimension,):
        raise ValueError(f"A state of shape {state.vector.shape} was given; expected "
                         f"({system.dimension},). Use eigenstate_near of the same system.")
    bath, spin_energies = system.uncoupled()
    eigen = diagonalise(bath)
    amplitudes = eigen.vectors.conj().T @ state.vector.reshape(eigen.dimension, -1)
    weights = (np.abs(amplitudes)**2).ravel()
    omega = np.add.outer(eigen.energies, spin_energies).ravel() - state.energy
    counts, _ = np.histogram(omega, bins=edges, weights=weights)
    return Hybridisation((edges[1:] + edges[:-1]) / 2, counts / np.diff(edges),
                         _median(np.abs(omega), weights), float(weights @ omega),
                         float(weights @ omega**2))


def _median(values: RealArray, weights: RealArray) -> float:
    """The value below which half of the weight lies."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
