"""Eigenstates from a Chebyshev filter: products alone, several states, proven by a search.

It takes over where the factors of shift-invert do not fit, and where a system has no matrix and
two Lanczos passes were not sure of several states.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import RealArray
from bathlab.errors import DoesNotFit
from bathlab.operators.system import System
from bathlab.spectrum.chebyshev.product import Scaled
from bathlab.spectrum.chebyshev.windows import (
    Found,
    interval_window,
    most_states,
    nearest_window,
)
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
from bathlab.spectrum.states.counting import count_levels
from bathlab.spectrum.states.shift_invert import ShiftInvert


@dataclass(frozen=True)
class FilteredStates(StateSolver):
    """Products alone, in room for some ten vectors a state."""

    def accepts(self, system: System, request: StateRequest) -> bool:
        if request.method != "auto":
            return request.method == "filter"
        several = 1 < request.count <= most_states(system.dimension)
        host = request.backend.is_host
        return several and host and not system.has_matrix and not request.solved

    def solve(self, system: System, request: StateRequest) -> list[Eigenstate]:
        request.backend.require_host('method = "filter"')
        frame = centred(system)
        scaled, energy = Scaled.of(frame.system), request.energy - frame.centre
        ends = (scaled.lower + frame.centre, scaled.upper + frame.centre)
        require_inside(request.energy, *ends)
        # One more is sought where all are counted: the count ends in the gap before it.
        count = request.count + int(request.prove)
        found = nearest_window(scaled, energy, count)
        order = np.argsort(np.abs(found.states.energies - energy), kind="stable")[:count]
        known = evidence("completeness", found.missed)
        if request.prove:
            count_levels(frame.system, energy, request.count, found.states.energies[order])
            known = COUNTED
        states = filtered_states(frame, scaled, found, order[: request.count], known)
        return accepted(states, request)


@dataclass(frozen=True)
class FactorsOrFilter(ShiftInvert):
    """Shift-invert; a filter where nobody asked for factors and they do not fit."""

    def solve(self, system: System, request: StateRequest) -> list[Eigenstate]:
        try:
            return super().solve(system, request)
        except DoesNotFit:
            few = request.count <= most_states(system.dimension)
            if request.method != "auto" or request.prove or not few:
                raise
        return FilteredStates().solve(system, request)


def filtered_states(
    frame: Frame, scaled: Scaled, found: Found, wanted: NDArray[np.intp], known: Evidence
) -> list[Eigenstate]:
    """The ``wanted`` ones of those found, checked."""
    energies, vectors = found.states.energies, found.states.vectors
    rounding = max(LEVEL_ROUNDING * scaled.radius, frame.rounding)
    counts = [int(np.sum(np.abs(energies - energies[k]) <= rounding)) for k in wanted]
    tolerance = largest_residual(
        np.sort(energies), energies[wanted[0]], scaled.radius, frame.rounding
    )
    pairs = ((float(energies[k]), np.ascontiguousarray(vectors[:, k])) for k in wanted)
    return checked(frame, pairs, tolerance, "filter", known, counts)


def filtered_between(system: System, lower: float, upper: float) -> list[Eigenstate]:
    """All eigenstates with lower < E < upper, ascending, with the chance of a miss.

    Raises as :func:`bathlab.spectrum.chebyshev.windows.interval_window`.
    """
    frame = centred(system)
    scaled = Scaled.of(frame.system)
    first = max(lower - frame.centre, scaled.lower)
    last = min(upper - frame.centre, scaled.upper)
    if not first < last:
        return []
    found = interval_window(scaled, first, last)
    energies: RealArray = found.states.energies + frame.centre
    inside = np.flatnonzero((energies > lower) & (energies < upper))
    if not len(inside):
        return []
    known = evidence("completeness", found.missed)
    return filtered_states(frame, scaled, found, inside, known)
