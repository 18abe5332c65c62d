"""All levels of an H that shows its sectors: those of each, put together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.operators.sectors import Sector, sectors_of
from bathlab.operators.system import MatrixSystem, System
from bathlab.operators.traces import traces_of
from bathlab.spectrum.choice import first_converged
from bathlab.spectrum.scale import centred
from bathlab.spectrum.staircase.base import Levels, LevelsRequest, LevelsSolver, checked
from bathlab.spectrum.staircase.dense import DenseLevels, RescuedLevels
from bathlab.spectrum.staircase.lanczos import LanczosLevels

#: For one sector.
SOLVERS: tuple[LevelsSolver, ...] = (DenseLevels(), LanczosLevels(), RescuedLevels())


@dataclass(frozen=True)
class SectorLevels(LevelsSolver):
    """Each sector alone: levels that one has in common with others count for each."""

    def accepts(self, system: System, request: LevelsRequest) -> bool:
        if request.method != "auto" or request.solved or system.table_form is not None:
            return False
        return _several(system)

    def solve(self, system: System, request: LevelsRequest) -> Levels:
        found = [
            first_converged(SOLVERS, _alone(sector), request) for sector in sectors_of(system)
        ]
        energies = np.sort(np.concatenate([each.energies for each in found]))
        steps = max(each.steps for each in found)
        rounding = centred(system).rounding
        return checked(energies, traces_of(system), "sectors", steps, rounding)


@dataclass(frozen=True)
class RescuedBySectors(SectorLevels):
    """The same where Lanczos on the whole, which has the faster product, did not do."""

    def accepts(self, system: System, request: LevelsRequest) -> bool:
        wanted = request.method == "auto" and not request.solved
        return wanted and system.table_form is not None and _several(system)


def _several(system: System) -> bool:
    count = system.sector_count
    return count is not None and count > 1


def _alone(sector: Sector) -> System:
    return MatrixSystem.of_checked(sector.matrix())
