"""Eigenstates out of full diagonalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.operators.system import System
from bathlab.spectrum.choice import DENSE_DIMENSION, RESCUE_DIMENSION
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.direct.nearest import SPARE_STATES
from bathlab.spectrum.states.base import (
    ALL_LEVELS,
    Eigenstate,
    StateRequest,
    StateSolver,
    checked,
    require_inside,
)


@dataclass(frozen=True)
class DenseStates(StateSolver):
    """All levels, for a small system and where nearly all levels are wanted."""

    def accepts(self, system: System, request: StateRequest) -> bool:
        if request.solved or request.method == "dense":
            return True
        small = request.method == "auto" and system.dimension <= DENSE_DIMENSION
        nearly_all = request.count + SPARE_STATES >= system.dimension
        return system.has_matrix and (small or nearly_all)

    def solve(self, system: System, request: StateRequest) -> list[Eigenstate]:
        found = diagonalise(system, backend=request.backend)
        energies, vectors = found.energies, found.vectors
        require_inside(request.energy, energies[0], energies[-1])
        distance = np.abs(energies - request.energy)
        nearest = np.argsort(distance, kind="stable")[: request.count]
        pairs = ((energies[k], np.ascontiguousarray(vectors[:, k])) for k in nearest)
        radius = max(abs(energies[0]), abs(energies[-1]))
        return checked(system, pairs, radius, "dense", ALL_LEVELS)


@dataclass(frozen=True)
class RescuedStates(DenseStates):
    """All levels, where an iteration has failed that nobody asked for by name."""

    def accepts(self, system: System, request: StateRequest) -> bool:
        within = system.has_matrix and system.dimension <= RESCUE_DIMENSION
        return within and request.method == "auto" and not request.solved
