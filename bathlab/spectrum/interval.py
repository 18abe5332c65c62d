"""All eigenstates between two energies, counted before they are sought."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from bathlab.checks import as_real, refusal, require_choice
from bathlab.errors import DoesNotFit, NotConverged
from bathlab.operators.door import as_system
from bathlab.operators.eigensystem import Eigensystem
from bathlab.operators.system import System
from bathlab.spectrum.backend import CPU
from bathlab.spectrum.choice import DENSE_DIMENSION, RESCUE_DIMENSION, first_converged
from bathlab.spectrum.dense import diagonalise_hermitian
from bathlab.spectrum.direct.nearest import SPARE_STATES
from bathlab.spectrum.krylov.lanczos import spectral_interval
from bathlab.spectrum.scale import centred
from bathlab.spectrum.states.base import COUNTED, Eigenstate, StateRequest
from bathlab.spectrum.states.counting import levels_below
from bathlab.spectrum.states.dense import DenseStates
from bathlab.spectrum.states.filtered import filtered_between
from bathlab.spectrum.states.shift_invert import ShiftInvert


def eigenstates_between(
    H: Any, lower: float, upper: float, method: str = "auto"
) -> list[Eigenstate]:
    """All eigenstates of ``H`` with lower < E < upper, ascending; proven to be all, or but for
    a chance that is stated.

    Parameters
    ----------
    H
        array, scipy sparse matrix, qutip.Qobj, any system or Eigensystem, Hermitian.
    lower, upper
        energies in the units of H, on no level.
    method
        "dense", all eigenvectors; "sparse", one block Krylov space of the inverse of H -
        (lower + upper)/2, after the levels between were counted by the inertia of two
        factorisations; "filter", a Chebyshev filter and products alone, its search leaving a
        chance of 1e-10 at most that a level was missed; or "auto": dense up to dimension 400
        and for an Eigensystem, else sparse, and filter without a matrix or where the factors
        do not fit.

    Returns
    -------
    list of Eigenstate
        With ``nearest`` "all levels", "inertia" or "completeness"; empty if there are none.

    Raises
    ------
    ValueError
        If lower >= upper, H has no matrix but one is needed, or factors or vectors cannot fit.
    NotConverged
        If those found are not as many as were counted, as with a level on an end.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.SpinChain(sites=10, disorder=2.0).sample(seed=1)
    >>> states = bl.eigenstates_between(chain, lower=-0.1, upper=0.1)
    >>> print([f"{state.energy:.4f}" for state in states])
    ['-0.0995', '-0.0933', '-0.0205', '0.0088', '0.0188', '0.0536', '0.0729', '0.0895']
    >>> print("known to be all by", states[0].nearest)
    known to be all by all levels
    """
    lower, upper = as_real("lower", lower), as_real("upper", upper)
    require_choice("method", method, ("auto", "dense", "sparse", "filter"))
    if not lower < upper:
        raise refusal(
            "upper", f"{upper:g}", f"more than lower = {lower:g}", "Give them ascending."
        )
    system = as_system(H)
    solved = isinstance(H, Eigensystem)
    small = system.has_matrix and system.dimension <= DENSE_DIMENSION
    if method == "dense" or method == "auto" and (solved or small):
        return _of_all(system, lower, upper)
    if method == "filter" or method == "auto" and not system.has_matrix:
        return filtered_between(system, lower, upper)
    try:
        return _counted(system, lower, upper)
    except DoesNotFit:
        if method == "sparse":
            raise
        return filtered_between(system, lower, upper)
    except NotConverged:
        if method == "sparse" or system.dimension > RESCUE_DIMENSION:
            raise
        return _of_all(system, lower, upper)


def _of_all(system: System, lower: float, upper: float) -> list[Eigenstate]:
    energies = diagonalise_hermitian(system).energies
    count = int(np.sum((energies > lower) & (energies < upper)))
    if not count:
        return []
    middle = _middle(lower, upper, energies[0], energies[-1])
    request = StateRequest(middle, count, "dense", False, False, CPU)
    return _ascending(first_converged([DenseStates()], system, request))


def _counted(system: System, lower: float, upper: float) -> list[Eigenstate]:
    """By shift-invert about the middle: as many as the inertia says, all inside."""
    frame = centred(system)
    below, above = levels_below(frame.system, (lower - frame.centre, upper - frame.centre))
    count = above - below
    if not count:
        return []
    if count + SPARE_STATES >= system.dimension:
        return _of_all(system, lower, upper)
    ends = np.add(spectral_interval(frame.system), frame.centre)
    middle = _middle(lower, upper, *ends)
    for counted in (True, False):
        request = StateRequest(middle, count, "auto", False, False, CPU, counted)
        states = _ascending(first_converged([ShiftInvert()], system, request))
        inside = lower < states[0].energy and states[-1].energy < upper
        if inside:
            break
    if not inside:
        raise NotConverged(
            f"{count} levels lie between {lower:g} and {upper:g}, but those nearest the middle "
            f"go from {states[0].energy:.15g} to {states[-1].energy:.15g}: one may lie on an "
            "end. Move the ends.",
            states,
        )
    return [replace(state, nearest=COUNTED.nearest, missed=0.0) for state in states]


def _middle(lower: float, upper: float, first: float, last: float) -> float:
    """That of the part of the interval which the spectrum fills."""
    return (max(lower, first) + min(upper, last)) / 2


def _ascending(states: list[Eigenstate]) -> list[Eigenstate]:
    return sorted(states, key=lambda state: state.energy)
