"""Eigenstates from two Lanczos passes, where the product with H is fast or all there is."""

from __future__ import annotations

from dataclasses import dataclass

from bathlab.operators.system import System
from bathlab.spectrum.choice import is_full
from bathlab.spectrum.krylov.lanczos import spectral_interval
from bathlab.spectrum.krylov.two_pass import lanczos_states
from bathlab.spectrum.states.base import (
    COUNTED,
    Eigenstate,
    StateRequest,
    StateSolver,
    checked,
    evidence,
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
        energy, count = request.energy, request.count
        lower, upper = spectral_interval(system)
        require_inside(energy, lower, upper)
        found = lanczos_states(system, energy, count, (upper - lower) / 2, request.backend)
        known = evidence("convergence", found.missed)
        if request.prove:
            count_levels(system, energy, count, found.energies)
            known = COUNTED
        pairs = zip(found.energies, found.vectors)
        return checked(system, pairs, max(abs(lower), abs(upper)), "lanczos", known)
