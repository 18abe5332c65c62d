"""All levels out of full diagonalisation, without vectors where nobody has them yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from bathlab.conventions import RealArray
from bathlab.operators.hermitian import to_dense
from bathlab.operators.system import System
from bathlab.operators.traces import traces_of
from bathlab.spectrum.choice import RESCUE_DIMENSION, dense_first
from bathlab.spectrum.dense import diagonalise_hermitian, require_dense_fits
from bathlab.spectrum.scale import Frame, centred
from bathlab.spectrum.staircase.base import Levels, LevelsRequest, LevelsSolver, checked


@dataclass(frozen=True)
class DenseLevels(LevelsSolver):
    """LAPACK, for what is solved already, small, or a full matrix."""

    def accepts(self, system: System, request: LevelsRequest) -> bool:
        if request.method != "auto":
            return request.method == "dense"
        return dense_first(system, request.solved)

    def solve(self, system: System, request: LevelsRequest) -> Levels:
        traces, frame = traces_of(system), centred(system)
        energies = _energies(system, frame, request)
        return checked(energies, traces, "dense", rounding=frame.rounding)


@dataclass(frozen=True)
class RescuedLevels(DenseLevels):
    """LAPACK, where Lanczos has failed that nobody asked for by name."""

    def accepts(self, system: System, request: LevelsRequest) -> bool:
        within = system.has_matrix and system.dimension <= RESCUE_DIMENSION
        return within and request.method == "auto" and not request.solved


def _energies(system: System, frame: Frame, request: LevelsRequest) -> RealArray:
    if system.eigensystem is not None or not request.backend.is_host:
        return diagonalise_hermitian(system, request.backend).energies
    require_dense_fits(system)
    energies: RealArray = scipy.linalg.eigvalsh(to_dense(frame.system.matrix()))
    return energies + frame.centre if frame.centre else np.asarray(energies)
