"""Eigenstates by shift-invert, with an explicit factorisation of H - E.

The method is that of Ericsson & Ruhe, Math. Comp. 35 (1980) 1251.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.errors import NotConverged, SingularShift
from bathlab.operators.system import FreeSystem, System
from bathlab.spectrum.choice import is_full
from bathlab.spectrum.direct.choose import factorise
from bathlab.spectrum.direct.nearest import neighbours
from bathlab.spectrum.krylov.lanczos import spectral_interval
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

#: Care of the factorisations tried in turn: nearly diagonal pivots keep the fill low, partial
#: pivoting is safe.
ATTEMPTS = ("fast", "safe")
#: Share of the spectral radius by which the shift is moved off a level: far below the spacing
#: of levels, far above what drowns the neighbours (``nearest.TOO_NEAR``).
SHIFT_NUDGE = 1e-6


@dataclass(frozen=True)
class ShiftInvert(StateSolver):
    """Factors of H - E, where its matrix can be had and they fit."""

    def accepts(self, system: System, request: StateRequest) -> bool:
        if request.method != "auto":
            return request.method == "sparse"
        return system.has_matrix and not request.solved

    def solve(self, system: System, request: StateRequest) -> list[Eigenstate]:
        energy = request.energy
        # A few products do not pay for the table form of a full matrix.
        product = FreeSystem(system) if is_full(system) else system
        lower, upper = spectral_interval(product)
        require_inside(energy, lower, upper)
        radius = max(abs(lower), abs(upper))
        failure: NotConverged | None = None
        for care in ATTEMPTS:
            for shift in (energy, energy + SHIFT_NUDGE * radius):
                try:
                    return _attempt(system, request, radius, shift, care)
                except SingularShift as error:
                    failure = NotConverged(str(error))
                except NotConverged as error:
                    failure = error
                    break
        raise NotConverged(
            f"Shift-invert at energy {energy:g} failed, also with full pivoting ({failure}). "
            'Use method="dense", or move the energy.',
            None if failure is None else failure.estimate,
        )


def _attempt(
    system: System, request: StateRequest, radius: float, shift: float, care: str
) -> list[Eigenstate]:
    """The states from one factorisation, checked."""
    energy, count = request.energy, request.count
    with factorise(system, shift, care) as factors:
        found = neighbours(system, factors, count, radius, abs(shift - energy))
    if found is None:
        raise NotConverged("the levels do not settle")
    known = evidence("completeness", found.missed)
    if request.prove:
        count_levels(system, energy, count, found.energies)
        known = COUNTED
    nearest = np.argsort(np.abs(found.energies - energy), kind="stable")[:count]
    pairs = (
        (float(found.energies[k]), np.ascontiguousarray(found.vectors[:, k])) for k in nearest
    )
    return checked(system, pairs, radius, "shift-invert", known)
