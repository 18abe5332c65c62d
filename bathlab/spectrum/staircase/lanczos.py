"""All levels from Lanczos runs: one for levels that differ, more where some are degenerate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.conventions import RealArray
from bathlab.operators.system import System
from bathlab.operators.traces import Traces, traces_of
from bathlab.spectrum.backend import Backend
from bathlab.spectrum.krylov.lanczos import Lanczos, random_start, require_lanczos_fits
from bathlab.spectrum.krylov.plan import LEVELS_PLAN
from bathlab.spectrum.scale import Frame, centred
from bathlab.spectrum.staircase.base import (
    Levels,
    LevelsRequest,
    LevelsSolver,
    checked,
    trace_error,
    within_traces,
)
from bathlab.spectrum.staircase.looks import Found, levels_in, united
from bathlab.spectrum.staircase.multiplicity import multiplicities

#: Extensions in a row without a new level after which what is missing is taken for copies of
#: what is there: a level of usual weight takes one.
FRUITLESS = 3


@dataclass(frozen=True)
class LanczosLevels(LevelsSolver):
    """Products alone, in O(n) memory."""

    def accepts(self, system: System, request: LevelsRequest) -> bool:
        return request.method == "lanczos" or request.method == "auto" and not request.solved

    def solve(self, system: System, request: LevelsRequest) -> Levels:
        traces, frame = traces_of(system), centred(system)
        inside = Traces(traces.dimension, traces.mean - frame.centre, traces.square)
        found, run = different_levels(frame, inside, request.backend)
        if len(found) < system.dimension:
            found = np.repeat(found, multiplicities(frame, found, run, request.backend))
        steps = len(run.diagonal)
        return checked(found + frame.centre, traces, "lanczos", steps, frame.rounding)


def different_levels(
    frame: Frame, traces: Traces, backend: Backend
) -> tuple[RealArray, Lanczos]:
    """The levels of the centred H, each once, and the run from ``random_start`` they are of.

    Every level of a look is one of H; what a copy on its way blurs in one look stands in
    another, so looks after several numbers of steps are united.
    """
    n = traces.dimension
    require_lanczos_fits(n, LEVELS_PLAN.first_steps(n), 0, frame.system.dtype)
    run = Lanczos(frame.system, random_start(frame.system), backend, frame.rounding)
    run.extend(LEVELS_PLAN.first_steps(n))
    found, fruitless = Found(np.empty(0), np.empty(0)), 0
    while True:
        before = len(found.levels)
        found = united(found, levels_in(run))
        if run.complete or _whole(found.levels, traces, frame.rounding):
            return found.levels, run
        fruitless = fruitless + 1 if len(found.levels) == before else 0
        if fruitless == FRUITLESS or len(run.diagonal) > LEVELS_PLAN.limit(n):
            return found.levels, run
        run.extend(LEVELS_PLAN.more_steps(n))


def _whole(found: RealArray, traces: Traces, rounding: float) -> bool:
    """Whether nothing is missing."""
    if len(found) != traces.dimension:
        return False
    return within_traces(Levels(found, "", 0, trace_error(found, traces)), traces, rounding)
