"""All levels out of full diagonalisation, without vectors where nobody has them yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from bathlab.conventions import RealArray
from bathlab.operators.hermitian import to_dense
from bathlab.operators.system import System
from bathlab.operators.traces import traces_of
from bathlab.spectrum.choice import DENSE_DIMENSION, RESCUE_DIMENSION, is_full
from bathlab.spectrum.dense import diagonalise_hermitian, require_dense_fits
from bathlab.spectrum.scale import centred
from bathlab.spectrum.staircase.base import Levels, LevelsRequest, LevelsSolver, checked


@dataclass(frozen=True)
class DenseLevels(LevelsSolver):
    """LAPACK, for what is solved already, small, or a full matrix."""

    def accepts(self, system: System, request: LevelsRequest) -> bool:
        if request.method != "auto":
            return request.method == "dense"
        small = system.dimension <= DENSE_DIMENSION or is_full(system)
        return request.solved or system.has_matrix and small

    def solve(self, system: System, request: LevelsRequest) -> Levels:
        traces, frame = traces_of(system), centred(system)
        return checked(_energies(system, request), traces, "dense", rounding=frame.rounding)


@dataclass(frozen=True)
class RescuedLevels(DenseLevels):
    """LAPACK, where Lanczos has failed that nobody asked for by name."""

    def accepts(self, system: System, request: LevelsRequest) -> bool:
        within = system.has_matrix and system.dimension <= RESCUE_DIMENSION
        return within and request.method == "auto" and not request.solved


def _energies(system: System, request: LevelsRequest) -> RealArray:
    if system.eigensystem is not None or not request.backend.is_host:
        return diagonalise_hermitian(system, request.backend).energies
    require_dense_fits(system)
    frame = centred(system)
    energies: RealArray = scipy.linalg.eigvalsh(to_dense(frame.system.matrix()))
    return energies + frame.centre if frame.centre else np.asarray(energies)
