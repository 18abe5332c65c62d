"""What every way to find eigenstates is asked, gives, and has to pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, NamedTuple

import numpy as np

from bathlab.conventions import Array
from bathlab.errors import NotConverged
from bathlab.operators.system import System
from bathlab.spectrum.backend import Backend
from bathlab.spectrum.choice import Solver

#: Largest accepted |H psi - E psi| relative to max|E|: backward error of a stable solver, with
#: room for its growth with the dimension.
RESIDUAL_TOLERANCE = 1e-11


@dataclass(frozen=True, eq=False)
class Eigenstate:
    """One eigenstate.

    Attributes
    ----------
    energy : float; of a unitary the quasienergy, in (-pi, pi].
    vector : (n,) array of unit norm; its sign (phase) is arbitrary.
    residual : float, ||H psi - E psi||, always computed.
    method : "dense", "lanczos", "shift-invert" or "filter", the way it was found.
    nearest : how it is known that no level is nearer to the target (for several states: that
        none was left out): "all levels" (all were computed), "inertia" (the levels around the
        target were counted), "completeness" (a search from random vectors found no other; of a
        unitary: they hold nothing of an arc besides the states found),
        "convergence" (Lanczos from a random vector converged all around) or "unchecked".
    missed : bound on the probability that a nearer level was missed: 0 for the first two, about
        1e-13 for a search (over its random vectors, see ``nearest.search``), an estimate of it
        for Lanczos (see ``krylov.lanczos_states``), 1 if unchecked.
    """

    energy: float
    vector: Array
    residual: float
    method: str
    nearest: str = "unchecked"
    missed: float = 1.0


@dataclass(frozen=True)
class StateRequest:
    """The ``count`` eigenstates nearest to ``energy``.

    ``solved`` tells that H was given with all its levels; ``prove``, that they be counted.
    """

    energy: float
    count: int
    method: str
    prove: bool
    solved: bool
    backend: Backend


StateSolver = Solver[StateRequest, list[Eigenstate]]


class Evidence(NamedTuple):
    """How it is known that no level is nearer; see :class:`Eigenstate`."""

    nearest: str
    missed: float


ALL_LEVELS = Evidence("all levels", 0.0)
COUNTED = Evidence("inertia", 0.0)


def evidence(nearest: str, missed: float) -> Evidence:
    """The evidence ``nearest``, which is none where a level was missed for certain."""
    return Evidence(nearest, missed) if missed < 1 else Evidence("unchecked", 1.0)


def require_inside(energy: float, lower: float, upper: float) -> None:
    """Raise ValueError unless ``energy`` lies in the spectrum, up to rounding."""
    slack = 1e-9 * max(abs(lower), abs(upper))
    if not lower - slack <= energy <= upper + slack:
        raise ValueError(
            f"energy = {energy:g} was given; expected a value inside the spectrum "
            f"[{lower:.6g}, {upper:.6g}]. Choose a target there."
        )


def checked(
    system: System,
    pairs: Iterable[tuple[float, Array]],
    radius: float,
    method: str,
    known: Evidence,
) -> list[Eigenstate]:
    """Energies and vectors as eigenstates; ``radius`` is that of the spectrum.

    Raises
    ------
    NotConverged
        If a residual exceeds ``RESIDUAL_TOLERANCE`` times the radius.
    """
    states = [
        Eigenstate(
            float(energy),
            vector,
            float(np.linalg.norm(system @ vector - energy * vector)),
            method,
            *known,
        )
        for energy, vector in pairs
    ]
    worst = max(states, key=lambda state: state.residual)
    if worst.residual > RESIDUAL_TOLERANCE * radius:
        raise NotConverged(
            f"The eigenstate at energy {worst.energy:g} has residual {worst.residual:.1e}; "
            f"expected below {RESIDUAL_TOLERANCE * radius:.1e}.",
            worst,
        )
    return states
