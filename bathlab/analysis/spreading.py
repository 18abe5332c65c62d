"""How an eigenstate of the coupled system spreads over the uncoupled product states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np

from bathlab.checks import as_array, as_edges, as_list, as_real, as_state, require_kind
from bathlab.conventions import Array, RealArray
from bathlab.facts import Facts
from bathlab.operators.door import as_system
from bathlab.operators.eigensystem import Eigensystem
from bathlab.operators.system import System
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import Eigenstate

#: Largest accepted violation of a sum rule of k(omega): the eigenstate's residual, of order
#: 1e-11 at most, with room for the rounding of a bath of thousands of levels.
SUM_RULE_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False, repr=False)
class Hybridisation(Facts):
    """The hybridisation function k(omega) of one eigenstate.

    Attributes
    ----------
    omega
        (m,) bin centres, omega = E(s, b) - E.
    density
        (m,) k on the bins, per unit energy; the integral over all omega is 1.
    halfwidth
        |omega| that holds half of the weight; for a Lorentzian its half-width at half
        maximum. From the unbinned weights.
    first_moment, second_moment
        integrals of omega k and omega^2 k, exact, not binned.
    sum_rule_error
        largest violation of the three sum rules, the moments in units of the
        largest |omega| and its square.
    """

    omega: RealArray
    density: RealArray
    halfwidth: float
    first_moment: float
    second_moment: float
    sum_rule_error: float


def hybridisation(
    system: Any, state: Eigenstate | Array, edges: Any, bath: Eigensystem | None = None
) -> Hybridisation:
    """k(omega): the weights |<s, b|psi>|^2 = k(omega)/(2 rho) binned in omega = E(s, b) - E.

    Exact sum rules per eigenstate: the integral of k is 1, of omega k is -<H_SB>, of omega^2 k
    is <H_SB^2> (De Roeck & Huveneers, section II B and C). They are checked every time.

    Parameters
    ----------
    system
        a bath with LIOMs or a chain; its bath, an enlarged one with the LIOMs that it
        holds, is diagonalised, unless it has been already. For a chain, k of its last spin.
    state
        eigenstate of the same system, or its vector, as an (n, 1) column or a ket too.
    edges
        (m+1,) ascending bin edges of omega. Weight outside them is in no bin.
    bath
        the bath diagonalised, ``grain.eigensystem``, if it is at hand.

    Returns
    -------
    Hybridisation
        ``density`` (m,), k in each bin, its moments, and the half-width of its peak.

    Raises
    ------
    ValueError
        For bad edges, a state or bath that does not fit, a bath too large to diagonalise, or
        sum rules violated by more than ``SUM_RULE_TOLERANCE``.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> lioms = bl.LiomChain(count=1, g1=0.4)
    >>> system = bl.couple(bl.LocalChainBath(spins=7), lioms).sample(seed=1)
    >>> state = bl.eigenstate_near(system, energy=0.0)
    >>> found = bl.hybridisation(system, state, edges=np.linspace(-8.0, 8.0, 33))
    >>> print(f"integral {found.density.sum() * 0.5:.4f}, half-width {found.halfwidth:.3f}")
    integral 1.0000, half-width 0.144
    >>> print(f"second moment {found.second_moment:.4f} = <H_SB^2> = g^2 = {0.4**2:.4f}")
    second moment 0.1600 = <H_SB^2> = g^2 = 0.1600
    """
    return hybridisations(system, [state], edges, bath)[0]


def hybridisations(
    system: Any,
    states: Sequence[Eigenstate | Array],
    edges: Any,
    bath: Eigensystem | None = None,
) -> list[Hybridisation]:
    """:func:`hybridisation` of several eigenstates of one system, its bath diagonalised once.

    ``bath``, all levels and eigenvectors of ``system.uncoupled()[0]``, saves even that; one of
    another dimension is a ValueError.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> lioms = bl.LiomChain(count=1, g1=0.4)
    >>> system = bl.couple(bl.LocalChainBath(spins=7), lioms).sample(seed=1)
    >>> states = bl.eigenstates_near(system, energy=0.0, count=5)
    >>> found = bl.analysis.hybridisations(system, states, edges=np.linspace(-8.0, 8.0, 33))
    >>> print(np.array([each.halfwidth for each in found]).round(3))
    [0.144 0.033 0.092 0.027 0.035]
    """
    edges = as_edges(edges)
    system = as_system(system, "system")
    parts = _uncoupled(system)
    levels = [_level(state, system) for state in as_list("states", states, "eigenstates")]
    part, spin_energies = parts
    matrix = part.matrix()
    eigen = diagonalise(part) if bath is None else bath
    require_kind("bath", eigen, Eigensystem, "Diagonalise system.uncoupled()[0].")
    if eigen.dimension != part.dimension:
        raise ValueError(
            f"A bath of dimension {eigen.dimension} was given; expected that of the "
            f"system, {part.dimension}. Leave it out, or diagonalise "
            "system.uncoupled()[0]."
        )
    products = np.add.outer(eigen.energies, spin_energies).ravel()
    found = []
    for energy, vector in levels:
        table = vector.reshape(eigen.dimension, -1)
        coupling = system @ vector - (matrix @ table + table * spin_energies).ravel()
        found.append(
            _spread(
                eigen.vectors.conj().T @ table,
                products - energy,
                edges,
                vector.conj() @ coupling,
                coupling.conj() @ coupling,
            )
        )
    return found


def _level(state: Any, system: System) -> tuple[float, Array]:
    """Energy and vector of an eigenstate; <psi|H|psi> where it does not tell its energy."""
    vector = as_state("state", state, system.dimension)
    if isinstance(state, Eigenstate):
        return as_real("energy of the state", state.energy), vector
    return float(np.vdot(vector, system @ vector).real), vector


def _uncoupled(system: System) -> tuple[System, RealArray]:
    parts = system.uncoupled()
    if parts is None:
        raise ValueError(
            f"A {type(system).__name__} was given; expected a bath with spins coupled to it, "
            "so that uncoupled states are known. Make one with bl.couple(bath, "
            "lioms).sample(...)."
        )
    return parts


def _spread(
    amplitudes: Array, omega: RealArray, edges: RealArray, mean: Any, square: Any
) -> Hybridisation:
    """k(omega) of one state, whose <H_SB> and <H_SB^2> are ``mean`` and ``square``."""
    weights = (np.abs(amplitudes) ** 2).ravel()
    first, second = float(weights @ omega), float(weights @ omega**2)
    largest = float(np.abs(omega).max())
    deviations = (
        abs(float(weights.sum()) - 1),
        abs(first + float(np.real(mean))) / largest,
        abs(second - float(np.real(square))) / largest**2,
    )
    error = float(np.max(deviations))  # of which NaN is the largest
    if not error <= SUM_RULE_TOLERANCE:
        raise ValueError(
            f"A state whose k(omega) violates its sum rules by {error:.1e} was given; "
            f"expected {SUM_RULE_TOLERANCE:g} at most. Pass an eigenstate of this "
            "very system, and its own bath."
        )
    counts, _ = np.histogram(omega, bins=edges, weights=weights)
    return Hybridisation(
        (edges[1:] + edges[:-1]) / 2,
        counts / np.diff(edges),
        _median(np.abs(omega), weights),
        first,
        second,
        error,
    )


def hybridisation_row(state: Eigenstate, found: Hybridisation) -> dict[str, Any]:
    """k(omega) with the solver's report on the state: what a study keeps of them. Raises
    ValueError without an eigenstate and its hybridisation.

    Examples
    --------
    >>> import bathlab as bl
    >>> lioms = bl.LiomChain(count=1, g1=0.4)
    >>> system = bl.couple(bl.LocalChainBath(spins=5), lioms).sample(seed=1)
    >>> state = bl.eigenstate_near(system)
    >>> found = bl.hybridisation(system, state, edges=[-2.0, -1.0, 0.0, 1.0, 2.0])
    >>> row = bl.analysis.hybridisation_row(state, found)
    >>> print(row["omega"], row["k"].round(3), f"{row['halfwidth']:.3f}")
    [-1.5 -0.5  0.5  1.5] [0.003 0.077 0.892 0.023] 0.137
    """
    require_kind("state", state, Eigenstate, "Take that of eigenstate_near.")
    require_kind("found", found, Hybridisation, "Take that of hybridisation.")
    return {
        "omega": found.omega,
        "k": found.density,
        "halfwidth": found.halfwidth,
        "first_moment": found.first_moment,
        "second_moment": found.second_moment,
        "sum_rule_error": found.sum_rule_error,
        "energy": state.energy,
        "residual": state.residual,
        "state_method": state.method,
    }


def _median(values: RealArray, weights: RealArray) -> float:
    """The value below which half of the weight lies."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def lorentzian(omega: Any, halfwidth: float) -> RealArray:
    """The idealised k(omega) = 1/(pi w (1 + (omega/w)^2)), w = ``halfwidth`` (DRH section II
    C).

    Raises
    ------
    ValueError
        If omega is not finite, or the half-width not positive.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> width, omega = 0.2, np.array([0.0, 0.2, 2.0])
    >>> print(bl.analysis.lorentzian(omega, width).round(4))
    [1.5915 0.7958 0.0158]
    >>> inside = np.linspace(-width, width, 2001)
    >>> share = np.trapezoid(bl.analysis.lorentzian(inside, width), inside)
    >>> print(f"{share:.4f} of the weight is within the half-width")
    0.5000 of the weight is within the half-width
    """
    halfwidth = as_real("halfwidth", halfwidth, above=0)
    return lorentzian_shape(as_array("omega", omega, ndim=None), halfwidth)


def lorentzian_shape(omega: RealArray, halfwidth: float) -> RealArray:
    """:func:`lorentzian` of what has been checked, for fits."""
    scaled = omega / halfwidth
    return 1 / (np.pi * halfwidth * (1 + scaled**2))
