"""Eigenstates by shift-invert, with an explicit factorisation of H - E.

The method is that of Ericsson & Ruhe, Math. Comp. 35 (1980) 1251.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import RealArray
from bathlab.errors import NotConverged, SingularShift
from bathlab.operators.system import FreeSystem, System
from bathlab.spectrum.choice import is_full
from bathlab.spectrum.direct.base import Factorisation
from bathlab.spectrum.direct.block import BLOCK_STATES, block_neighbours, fits_block
from bathlab.spectrum.direct.choose import factorise
from bathlab.spectrum.direct.nearest import Neighbours, neighbours
from bathlab.spectrum.krylov.lanczos import spectral_interval
from bathlab.spectrum.scale import LEVEL_ROUNDING, Frame, centred
from bathlab.spectrum.states.base import (
    COUNTED,
    Eigenstate,
    Evidence,
    StateRequest,
    StateSolver,
    accepted,
    checked,
    evidence,
    largest_residual,
    require_inside,
)
from bathlab.spectrum.states.counting import ROUNDING_SAFETY, count_levels

#: Care of the factorisations tried in turn: nearly diagonal pivots keep the fill low, partial
#: pivoting is safe.
ATTEMPTS = ("fast", "safe")
#: Shares of the radius of the centred spectrum by which the shift is moved off a level: the
#: first suits ordinary spectra; where levels are far denser than the width suggests, it lands
#: beyond them, and a smaller one is right.
OFFSETS = (0.0, 1e-6, 1e-9, 1e-12)


@dataclass(frozen=True)
class ShiftInvert(StateSolver):
    """Factors of H - E, where its matrix can be had and they fit."""

    def accepts(self, system: System, request: StateRequest) -> bool:
        if request.method != "auto":
            return request.method == "sparse"
        return system.has_matrix and not request.solved

    def solve(self, system: System, request: StateRequest) -> list[Eigenstate]:
        frame = centred(system)
        # A few products do not pay for the table form of a full matrix.
        product = FreeSystem(frame.system) if is_full(system) else frame.system
        lower, upper = spectral_interval(product)
        require_inside(request.energy, lower + frame.centre, upper + frame.centre)
        radius = max(abs(lower), abs(upper))
        failure: NotConverged | None = None
        unchecked: list[Eigenstate] = []
        for care in ATTEMPTS:
            for offset in OFFSETS:
                try:
                    states = _attempt(frame, request, radius, offset * radius, care)
                except SingularShift as error:
                    failure = NotConverged(str(error))
                    continue
                except NotConverged as error:
                    failure = error
                else:
                    if states[0].nearest != "unchecked":
                        return states
                    unchecked = unchecked or states
                if not offset:
                    break
        if unchecked:
            return accepted(unchecked, request)
        raise NotConverged(
            f"Shift-invert at energy {request.energy:g} failed, also with full pivoting "
            f'({failure}). Use method="dense", or move the energy.',
            None if failure is None else failure.estimate,
        )


def _attempt(
    frame: Frame, request: StateRequest, radius: float, offset: float, care: str
) -> list[Eigenstate]:
    """The states from one factorisation, checked."""
    system, count = frame.system, request.count
    energy = request.energy - frame.centre
    found, known = _found(system, energy, request, radius, offset, care)
    order = np.argsort(np.abs(found.energies - energy), kind="stable")
    pairs = (
        (float(found.energies[k]), np.ascontiguousarray(found.vectors[:, k]))
        for k in order[:count]
    )
    levels = np.sort(found.energies)
    tolerance = largest_residual(levels, found.energies[order[0]], radius, frame.rounding)
    rounding = max(LEVEL_ROUNDING * radius, frame.rounding)
    counts = _multiplicities(found, order[:count], energy + offset, rounding)
    if known.nearest == "unchecked":
        counts = [None] * count
    return checked(frame, pairs, tolerance, "shift-invert", known, counts)


def _found(
    system: System,
    energy: float,
    request: StateRequest,
    radius: float,
    offset: float,
    care: str,
) -> tuple[Neighbours, Evidence]:
    """The levels nearest ``energy``, and how it is known that none is missing."""
    count, shift = request.count, energy + offset
    found = _proven(system, energy, request, radius, offset, care)
    if found is not None:
        return found, COUNTED
    with factorise(system, shift, care) as factors:
        found = neighbours(system, factors, count, radius, offset)
    if found is None:
        raise NotConverged("the levels do not settle")
    if request.prove:
        count_levels(system, energy, count, found.energies)
        return found, COUNTED
    known = evidence("completeness", found.missed)
    if known.nearest == "unchecked":
        known = _counted(system, energy, count, found.energies)
    return found, known


def _proven(
    system: System,
    energy: float,
    request: StateRequest,
    radius: float,
    offset: float,
    care: str,
) -> Neighbours | None:
    """The levels without a search for missed ones, which the count then shows to be all.

    None if they do not settle or are not all, or where a search is cheaper.
    """
    count = request.count
    block = count >= BLOCK_STATES and fits_block(system.dimension, count)
    if not (block or request.prove):
        return None
    with factorise(system, energy + offset, care) as factors:
        if block:
            found = block_neighbours(system, factors, count, radius)
        else:
            found = neighbours(system, factors, count, radius, offset, searched=False)
        if found is None or request.counted:
            return found
        known = _counted(system, energy, count, found.energies, factors)
    return found if known is COUNTED else None


def _multiplicities(
    found: Neighbours, wanted: NDArray[np.intp], shift: float, rounding: float
) -> list[int | None]:
    """How many states each level has: all of them are as near as one, so all were searched for.

    Nearer to the shift than rounding allows to say, some may be nearer than others.
    """
    energies = found.energies
    return [
        int(np.sum(np.abs(energies - energies[k]) <= rounding))
        if abs(energies[k] - shift) > ROUNDING_SAFETY * rounding
        else None
        for k in wanted
    ]


def _counted(
    system: System,
    energy: float,
    count: int,
    energies: RealArray,
    factors: Factorisation | None = None,
) -> Evidence:
    """What counting tells where no search was sure: nothing, if the numbers differ."""
    try:
        count_levels(system, energy, count, energies, factors)
    except NotConverged:
        return evidence("unchecked", 1.0)
    return COUNTED
