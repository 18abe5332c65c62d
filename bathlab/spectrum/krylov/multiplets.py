"""The states nearest an energy where levels may have several, each found by products alone.

One Lanczos run sees one state of each level, whatever its multiplicity: the projection of its
start vector. Runs from other random vectors see others.
"""

from __future__ import annotations

import numpy as np

from bathlab.conventions import Array, RealArray
from bathlab.operators.hermitian import Operator
from bathlab.spectrum.backend import CPU, Backend
from bathlab.spectrum.krylov.ghosts import GHOST_SPREAD
from bathlab.spectrum.krylov.two_pass import (
    LanczosStates,
    one_of_each,
    rayleigh_quotients,
)

#: A vector is a state of its own if so much of it is outside those that are there: two random
#: vectors of one level of two states have less in common with a probability of some 1e-4.
NEW_DIRECTION = 1e-4


def lanczos_states(
    operator: Operator, energy: float, count: int, radius: float, backend: Backend = CPU
) -> LanczosStates:
    """The ``count`` states nearest to ``energy``.

    ``radius`` is half the width of the spectrum.

    Why no level is missed: a level of weight w in the random start vector has converged to a
    residual proportional to w^(-1/2), all else equal. It goes unseen only if that is still as
    large as the level spacing, and so small a w has the probability sqrt(2/pi) (residual /
    spacing), with the residual of a level of mean weight. An estimate.

    One run sees one state of each level, whatever its multiplicity. For several states runs
    from other vectors follow until one brings nothing new; a single state is one of its level.

    Raises
    ------
    NotConverged
        If the levels have not settled at the end of ``STATES_PLAN``; ``estimate`` holds the
        nearest Ritz values.
    """
    found = one_of_each(operator, energy, count, radius, backend, 0)
    return found if count == 1 else _all_of_each(operator, energy, radius, backend, found)


def _all_of_each(
    operator: Operator, energy: float, radius: float, backend: Backend, found: LanczosStates
) -> LanczosStates:
    """The nearest states where levels have several, from as many runs as bring new ones."""
    count, spread = len(found.vectors), GHOST_SPREAD * radius
    energies, vectors = found.energies[:count], found.vectors
    beyond = found.energies[count:]
    for number in range(1, count + 1):
        more = one_of_each(operator, energy, count, radius, backend, number)
        new = _new_directions(more.vectors, vectors)
        fresh = rayleigh_quotients(operator, new)
        farthest = np.abs(energies - energy).max()
        nearer = np.abs(fresh - energy) < farthest - spread
        energies = np.concatenate([energies, fresh[nearer]])
        vectors = np.concatenate([vectors, new[nearer]])
        order = np.argsort(np.abs(energies - energy), kind="stable")
        left_out = [fresh[~nearer], energies[order[count:]], more.energies[count:]]
        beyond = np.concatenate([beyond, *left_out])
        energies, vectors = energies[order[:count]], vectors[order[:count]]
        if not nearer.any():
            break
    next_one = beyond[np.argsort(np.abs(beyond - energy), kind="stable")][:1]
    return LanczosStates(
        np.concatenate([energies, next_one]),
        vectors,
        found.missed,
        found.around,
        _multiplicities(energies, beyond, spread),
    )


def _multiplicities(energies: RealArray, beyond: RealArray, spread: float) -> list[int | None]:
    """How often each level is held; None if a state of it was left out."""
    return [
        None
        if np.any(np.abs(beyond - energy) <= spread)
        else int(np.sum(np.abs(energies - energy) <= spread))
        for energy in energies
    ]


def _new_directions(vectors: Array, known: Array) -> Array:
    """What the rows have outside the span of the orthonormal rows ``known``, orthonormal."""
    held = len(known)
    for rest in vectors:
        for _ in range(2):
            rest = rest - (known.conj() @ rest) @ known
        size = float(np.linalg.norm(rest))
        if size > NEW_DIRECTION:
            known = np.concatenate([known, rest[np.newaxis] / size])
    return known[held:]
