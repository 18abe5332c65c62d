"""Eigenstates out of full diagonalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import Array, RealArray
from bathlab.operators.eigensystem import Eigensystem
from bathlab.operators.system import System
from bathlab.spectrum.choice import DENSE_DIMENSION, RESCUE_DIMENSION
from bathlab.spectrum.dense import diagonalise_hermitian, level_rounding
from bathlab.spectrum.direct.nearest import SPARE_STATES
from bathlab.spectrum.scale import Frame, centred
from bathlab.spectrum.states.base import (
    ALL_LEVELS,
    AROUND,
    Eigenstate,
    StateRequest,
    StateSolver,
    checked,
    largest_residual,
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
        found = diagonalise_hermitian(system, request.backend)
        energies, vectors = found.energies, found.vectors
        require_inside(request.energy, energies[0], energies[-1])
        distance = np.abs(energies - request.energy)
        nearest = np.argsort(distance, kind="stable")[: request.count]
        frame = centred(system)
        chosen = np.ascontiguousarray(vectors[:, nearest].T)
        levels = energies - frame.centre if frame.centre else energies
        radius = max(abs(levels[0]), abs(levels[-1]))
        around = levels[max(0, nearest.min() - AROUND) : nearest.max() + AROUND + 1]
        blur = level_rounding(found) if found.rounding is None else frame.rounding
        tolerance = largest_residual(around, levels[nearest[0]], radius, blur)
        counts = _multiplicities(found, nearest)
        pairs = zip(_energies(frame, levels[nearest], chosen), chosen)
        return checked(frame, pairs, tolerance, "dense", ALL_LEVELS, counts)


def _energies(frame: Frame, levels: RealArray, vectors: Array) -> RealArray:
    """The energies in the frame; beside a constant they were stored with its rounding."""
    if not frame.centre:
        return levels
    return np.array([np.vdot(vector, frame.system @ vector).real for vector in vectors])


def _multiplicities(found: Eigensystem, wanted: NDArray[np.intp]) -> list[int]:
    """How many states there are at each of the ``wanted`` levels."""
    group = np.concatenate([[0], np.cumsum(np.diff(found.energies) > level_rounding(found))])
    return [int(count) for count in np.bincount(group)[group[wanted]]]


@dataclass(frozen=True)
class RescuedStates(DenseStates):
    """All levels, where an iteration has failed that nobody asked for by name."""

    def accepts(self, system: System, request: StateRequest) -> bool:
        within = system.has_matrix and system.dimension <= RESCUE_DIMENSION
        return within and request.method == "auto" and not request.solved
