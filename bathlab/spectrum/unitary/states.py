"""Eigenstates of a unitary nearest to a quasienergy: out of all, or in a window by products."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from threadpoolctl import threadpool_limits

from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged
from bathlab.operators.system import System
from bathlab.spectrum.choice import DENSE_DIMENSION, RESCUE_DIMENSION
from bathlab.spectrum.states.base import (
    ALL_LEVELS,
    RESIDUAL_TOLERANCE,
    Eigenstate,
    Evidence,
    StateRequest,
    StateSolver,
    evidence,
)
from bathlab.spectrum.unitary.arcs import Arc
from bathlab.spectrum.unitary.dense import solved
from bathlab.spectrum.unitary.phases import circle
from bathlab.spectrum.unitary.space import BLOCK, arc_space, levels_in, projected

#: The arc is so wide that it should hold the states asked for and, besides, as many as this
#: times the square root of their number and ``SPARE``, since levels scatter.
SCATTER, SPARE = 3.0, 8
#: The arc is widened by this until it holds enough.
WIDENING = 1.5
#: Ritz values this far inside the circle are no eigenvalues: those of states at the rim of the
#: lobe, of which the space holds a part only.
OFF_CIRCLE = 1e-6
#: Levels closer than this are one when states of one level are counted.
ONE_LEVEL = 1e-11
#: Lobes wider than this share of the circle hold so many states that all are found as fast.
WIDEST = 0.5


@dataclass(frozen=True)
class DenseUnitaryStates(StateSolver):
    """All states, for a small or dense W, and where a good part of them is wanted."""

    def accepts(self, system: System, request: StateRequest) -> bool:
        if request.solved or request.method == "dense":
            return True
        small = system.dimension <= DENSE_DIMENSION
        full = system.filled and system.dimension <= RESCUE_DIMENSION
        device = not request.backend.is_host
        best = small or full or device or not _narrow(system, request)
        return request.method == "auto" and best

    def solve(self, system: System, request: StateRequest) -> list[Eigenstate]:
        found = solved(system, request.backend)
        order = _nearest(found.quasienergies, request)
        return checked_states(system, found.vectors[:, order], "dense", ALL_LEVELS)


@dataclass(frozen=True)
class FilteredStates(StateSolver):
    """Products alone: all states of an arc, see :mod:`bathlab.spectrum.unitary.space`."""

    def accepts(self, system: System, request: StateRequest) -> bool:
        return request.method in ("auto", "filter")

    def solve(self, system: System, request: StateRequest) -> list[Eigenstate]:
        request.backend.require_host('method = "filter"')
        if not _narrow(system, request):
            raise ValueError(
                f"count = {request.count} with method = 'filter' was given for dimension "
                f"{system.dimension}; expected far fewer states, since a filter has to let "
                'more pass than are wanted. Use method="dense", or ask for fewer.'
            )
        halfwidth = _halfwidth(system, request)
        while True:
            arc = Arc(request.energy, halfwidth)
            # Blocks of a few vectors gain little from BLAS on several threads, which on a busy
            # machine wait for each other; the products have threads of their own.
            with threadpool_limits(1, user_api="blas"):
                quasienergies, vectors, known = _states_of(system, arc)
            if len(quasienergies) >= request.count:
                order = _nearest(quasienergies, request)
                return checked_states(system, vectors[:, order], "filter", known)
            halfwidth *= WIDENING
            if Arc(request.energy, halfwidth).share() >= 1:
                raise NotConverged(
                    f"Only {len(quasienergies)} states lie within {arc.halfwidth:.3g} of "
                    f'{arc.centre:.3g}. Use method="dense".'
                )


@dataclass(frozen=True)
class RescuedUnitaryStates(DenseUnitaryStates):
    """All states, where a filter has failed that nobody asked for by name."""

    def accepts(self, system: System, request: StateRequest) -> bool:
        return request.method == "auto" and system.dimension <= RESCUE_DIMENSION


#: Tried in this order.
UNITARY_SOLVERS: tuple[StateSolver, ...] = (
    DenseUnitaryStates(),
    FilteredStates(),
    RescuedUnitaryStates(),
)


def checked_states(
    system: System, vectors: Array, method: str, known: Evidence
) -> list[Eigenstate]:
    """The columns of ``vectors`` as eigenstates, each with its Rayleigh quotient's phase.

    Raises
    ------
    NotConverged
        If a residual exceeds ``RESIDUAL_TOLERANCE``.
    """
    images = system @ vectors
    angles = circle(np.angle(np.einsum("ij,ij->j", vectors.conj(), images)))
    residuals = np.linalg.norm(images - vectors * np.exp(1j * angles), axis=0)
    states = [
        Eigenstate(float(angle), np.ascontiguousarray(vector), float(off), method, *known)
        for angle, vector, off in zip(angles, vectors.T, residuals)
    ]
    worst = max(states, key=lambda state: state.residual)
    if not worst.residual <= RESIDUAL_TOLERANCE:
        raise NotConverged(
            f"The eigenstate at quasienergy {worst.energy:g} has residual "
            f"{worst.residual:.1e}; expected below {RESIDUAL_TOLERANCE:.1e}.",
            worst,
        )
    return states


def _halfwidth(system: System, request: StateRequest) -> float:
    """That of an arc which should hold enough states, were they evenly spread."""
    wanted = request.count + SCATTER * math.sqrt(request.count) + SPARE
    return math.pi * wanted / system.dimension


def _narrow(system: System, request: StateRequest) -> bool:
    """Whether the lobe is but a part of the circle."""
    return Arc(request.energy, _halfwidth(system, request)).share() < WIDEST


def _nearest(quasienergies: RealArray, request: StateRequest) -> Array:
    """Places of the ``count`` nearest on the circle, the nearest first."""
    distance = np.abs(circle(quasienergies - request.energy))
    return np.argsort(distance, kind="stable")[: request.count]


def _states_of(system: System, arc: Arc) -> tuple[RealArray, Array, Evidence]:
    """Quasienergies and vectors of all states of the arc, ascending from its lower end.

    Raises
    ------
    NotConverged
        If the space does not close, or so many states share one quasienergy that there may be
        more of them.
    """
    space = arc_space(system, arc)
    between = projected(system, space.basis)
    triangle, rotation = scipy.linalg.schur(between, output="complex", check_finite=False)
    values = triangle.diagonal()
    offsets = np.angle(values * np.exp(-1j * arc.centre))
    inside = np.abs(values) > 1 - OFF_CIRCLE
    inside &= np.abs(offsets) <= arc.halfwidth
    order = np.flatnonzero(inside)[np.argsort(offsets[inside])]
    if levels_in(offsets[order], ONE_LEVEL) >= BLOCK:
        raise NotConverged(
            f"{BLOCK} states or more share one quasienergy near {arc.centre:.6g}, as many as "
            "the random vectors; there may be more of them"
        )
    known = evidence("completeness", space.missed)
    return circle(offsets[order] + arc.centre), space.basis @ rotation[:, order], known
