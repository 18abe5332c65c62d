"""A spectral measure out of full diagonalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.operators.system import System
from bathlab.spectrum.choice import DENSE_DIMENSION, RESCUE_DIMENSION, is_full
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.measures.base import (
    MeasureRequest,
    MeasureSolver,
    SpectralMeasure,
    checked,
    weighed,
)


@dataclass(frozen=True)
class DenseMeasure(MeasureSolver):
    """All eigenvectors, for what is solved already, small, or a full matrix."""

    def accepts(self, system: System, request: MeasureRequest) -> bool:
        if request.method != "auto":
            return request.method == "dense"
        small = system.dimension <= DENSE_DIMENSION or is_full(system)
        return request.solved or system.has_matrix and small

    def solve(self, system: System, request: MeasureRequest) -> SpectralMeasure:
        found = diagonalise(system, backend=request.backend)
        weights = np.abs(found.vectors.conj().T @ request.image) ** 2
        return checked(weighed(system, request, found.energies, weights, "dense"))


@dataclass(frozen=True)
class RescuedMeasure(DenseMeasure):
    """All eigenvectors, where Lanczos has failed that nobody asked for by name."""

    def accepts(self, system: System, request: MeasureRequest) -> bool:
        within = system.has_matrix and system.dimension <= RESCUE_DIMENSION
        return within and request.method == "auto" and not request.solved
