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
from bathlab.spectrum.staircase.multiplicity import MOST_DIRECTIONS, multiplicities

#: Extensions in a row without a new level after which what is missing is taken for copies of
#: what is there: a level of usual weight takes one.
FRUITLESS = 3
#: Extensions at once where levels and copies together miss the traces.
PATIENCE = 3
#: Runs from as many directions. Two Gaussian starts both have less than 1e-16 of their weight
#: on some level in one of 10^6 systems with n = 65536; one has in one of eight.
STARTS = 2
NOTHING = Found(np.empty(0), np.empty(0))


@dataclass(frozen=True)
class LanczosLevels(LevelsSolver):
    """Products alone, in O(n) memory."""

    def accepts(self, system: System, request: LevelsRequest) -> bool:
        return request.method == "lanczos" or request.method == "auto" and not request.solved

    def solve(self, system: System, request: LevelsRequest) -> Levels:
        traces, frame = traces_of(system), centred(system)
        inside = Traces(traces.dimension, traces.mean - frame.centre, traces.square)
        found, runs = different_levels(frame, inside, request.backend)
        while True:
            levels, resolved = found.levels, True
            if len(levels) < traces.dimension:
                ranks = multiplicities(frame, levels, runs, request.backend)
                resolved = ranks.max() < MOST_DIRECTIONS or ranks.sum() > traces.dimension
                levels = np.repeat(levels, ranks)
            if _whole(levels, inside, frame.rounding) or not resolved or _spent(runs, inside):
                steps = max(len(run.diagonal) for run in runs)
                return checked(levels + frame.centre, traces, "lanczos", steps, frame.rounding)
            # What was taken for copies were levels that no look had told apart yet.
            for run in runs:
                run.extend(PATIENCE * LEVELS_PLAN.more_steps(traces.dimension))
                found = _explored(run, found, inside, frame.rounding)


def different_levels(
    frame: Frame, traces: Traces, backend: Backend
) -> tuple[Found, list[Lanczos]]:
    """The levels of the centred H, each once, and the runs from ``random_start`` they are of.

    A level on which the first start has no more than the rounding of its weights, as in one of
    sixty systems with n = 16384, is seen by the run from another. What both miss is a copy.
    """
    n, found, runs = traces.dimension, NOTHING, list[Lanczos]()
    steps = LEVELS_PLAN.first_steps(n)
    require_lanczos_fits(n, steps, 0, frame.system.dtype)
    while len(runs) < STARTS and not _whole(found.levels, traces, frame.rounding):
        start = random_start(frame.system, len(runs))
        runs.append(Lanczos(frame.system, start, backend, frame.rounding))
        runs[-1].extend(steps)
        found = _explored(runs[-1], found, traces, frame.rounding)
        # What a run needed, so does the next: a shorter one would look fruitless beside it.
        steps = max(steps, len(runs[-1].diagonal))
    return found, runs


def _explored(run: Lanczos, found: Found, traces: Traces, rounding: float) -> Found:
    """The levels ``found`` before and those of the run.

    Every level of a look is one of H; what a copy on its way blurs in one look stands in
    another, so looks after several numbers of steps are united.
    """
    n, fruitless = traces.dimension, 0
    while True:
        before = len(found.levels)
        found = united(found, levels_in(run))
        if run.complete or _whole(found.levels, traces, rounding):
            return found
        fruitless = fruitless + 1 if len(found.levels) == before else 0
        if fruitless == FRUITLESS or len(run.diagonal) > LEVELS_PLAN.limit(n):
            return found
        run.extend(LEVELS_PLAN.more_steps(n))


def _whole(found: RealArray, traces: Traces, rounding: float) -> bool:
    """Whether nothing is missing."""
    if len(found) != traces.dimension:
        return False
    return within_traces(Levels(found, "", 0, trace_error(found, traces)), traces, rounding)


def _spent(runs: list[Lanczos], traces: Traces) -> bool:
    """Whether no run can tell more."""
    limit = LEVELS_PLAN.limit(traces.dimension)
    return all(run.complete or len(run.diagonal) > limit for run in runs)
