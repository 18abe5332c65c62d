"""Eigenstates from two Lanczos passes, where the product with H is fast or all there is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.operators.system import System
from bathlab.spectrum.choice import RESCUE_DIMENSION, is_full
from bathlab.spectrum.krylov.lanczos import spectral_interval
from bathlab.spectrum.krylov.multiplets import lanczos_states
from bathlab.spectrum.scale import centred
from bathlab.spectrum.states.base import (
    COUNTED,
    Eigenstate,
    StateRequest,
    StateSolver,
    accepted,
    checked,
    evidence,
    largest_residual,
    require_inside,
)
from bathlab.spectrum.states.counting import count_levels


@dataclass(frozen=True)
class LanczosStates(StateSolver):
    """Products alone, in O(n) memory; one state of each degenerate level."""

    def accepts(self, system: System, request: StateRequest) -> bool:
        if request.method != "auto":
            return request.method == "lanczos"
        fast = request.count == 1 and not is_full(system) and system.table_form is not None
        return not request.solved and (fast or not system.has_matrix)

    def solve(self, system: System, request: StateRequest) -> list[Eigenstate]:
        frame = centred(system)
        energy, count = request.energy - frame.centre, request.count
        lower, upper = spectral_interval(frame.system)
        require_inside(request.energy, lower + frame.centre, upper + frame.centre)
        radius = (upper - lower) / 2
        found = lanczos_states(frame.system, energy, count, radius, request.backend)
        known = evidence("convergence", found.missed)
        if request.prove:
            count_levels(frame.system, energy, count, found.energies)
            known = COUNTED
        pairs = zip(found.energies, found.vectors)
        tolerance = largest_residual(
            np.sort(found.around),
            found.energies[0],
            max(abs(lower), abs(upper)),
            frame.rounding,
        )
        states = checked(frame, pairs, tolerance, "lanczos", known, found.multiplicities)
        return accepted(states, request)


@dataclass(frozen=True)
class RescuedByLanczos(LanczosStates):
    """Two passes, where nothing else has been sure and products are quick."""

    def accepts(self, system: System, request: StateRequest) -> bool:
        late = request.method == "auto" and not request.solved and system.has_matrix
        return late and not is_full(system) and system.dimension > RESCUE_DIMENSION
