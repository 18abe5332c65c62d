"""A spectral measure out of full diagonalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.operators.hermitian import adjoint
from bathlab.operators.system import System
from bathlab.spectrum.choice import RESCUE_DIMENSION, dense_first
from bathlab.spectrum.dense import diagonalise_hermitian, level_rounding
from bathlab.spectrum.krylov.ghosts import group_starts, merged
from bathlab.spectrum.measures.base import (
    MeasureRequest,
    MeasureSolver,
    SpectralMeasure,
    checked,
    weighed,
)
from bathlab.spectrum.scale import centred


@dataclass(frozen=True)
class DenseMeasure(MeasureSolver):
    """All eigenvectors, for what is solved already, small, or a full matrix."""

    def accepts(self, system: System, request: MeasureRequest) -> bool:
        if request.method != "auto":
            return request.method == "dense"
        return dense_first(system, request.solved)

    def solve(self, system: System, request: MeasureRequest) -> SpectralMeasure:
        found = diagonalise_hermitian(system, request.backend)
        weights = np.abs(adjoint(found.vectors) @ request.image) ** 2
        frame = centred(system)
        levels = found.energies - frame.centre if frame.centre else found.energies
        levels, weights = merged(levels, weights, group_starts(levels, level_rounding(found)))
        known = level_rounding(found)
        measure = weighed(frame, request, levels, weights, "dense", rounding=known)
        return checked(measure, frame.rounding)


@dataclass(frozen=True)
class RescuedMeasure(DenseMeasure):
    """All eigenvectors, where Lanczos has failed that nobody asked for by name."""

    def accepts(self, system: System, request: MeasureRequest) -> bool:
        within = system.has_matrix and system.dimension <= RESCUE_DIMENSION
        return within and request.method == "auto" and not request.solved
