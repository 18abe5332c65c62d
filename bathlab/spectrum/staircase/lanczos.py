"""All levels from Lanczos runs: one for levels that differ, more where some are degenerate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.conventions import RealArray
from bathlab.operators.system import System
from bathlab.operators.traces import Traces, traces_of
from bathlab.spectrum.backend import Backend
from bathlab.spectrum.krylov.ghosts import GHOST_SPREAD, group_starts
from bathlab.spectrum.krylov.lanczos import Lanczos, random_start, require_lanczos_fits
from bathlab.spectrum.krylov.plan import MEASURE_PLAN
from bathlab.spectrum.krylov.weights import SHORTER, levels_after
from bathlab.spectrum.scale import Frame, centred
from bathlab.spectrum.staircase.base import (
    Levels,
    LevelsRequest,
    LevelsSolver,
    checked,
    trace_error,
    within_traces,
)
from bathlab.spectrum.staircase.multiplicity import multiplicities

#: Extensions in a row without a new level after which what is missing is taken for copies of
#: what is there: a level of usual weight takes one.
FRUITLESS = 2


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
    require_lanczos_fits(n, MEASURE_PLAN.first_steps(n), 0, frame.system.dtype)
    run = Lanczos(frame.system, random_start(frame.system), backend, frame.rounding)
    run.extend(MEASURE_PLAN.first_steps(n))
    found, fruitless = np.empty(0), 0
    while True:
        before = len(found)
        for share in (1.0, *SHORTER):
            seen = levels_after(run, max(1, int(share * len(run.diagonal))), n)
            found = united(found, seen.levels + run.centre)
            if run.complete or _whole(found, traces, frame.rounding):
                return found, run
        fruitless = fruitless + 1 if len(found) == before else 0
        if fruitless == FRUITLESS or len(run.diagonal) > MEASURE_PLAN.limit(n):
            return found, run
        run.extend(MEASURE_PLAN.more_steps(n))


def united(known: RealArray, more: RealArray) -> RealArray:
    """The levels of either look; of levels within ``GHOST_SPREAD`` those of the look that
    tells more of them apart."""
    if len(known) == 0:
        return more
    spread = 2 * GHOST_SPREAD * max(float(np.ptp(known)), float(np.ptp(more)))
    both = np.concatenate([known, more])
    newer = np.repeat([False, True], [len(known), len(more)])
    order = np.argsort(both, kind="stable")
    both, newer = both[order], newer[order]
    starts = group_starts(both, spread)
    group = np.zeros(len(both), np.intp)
    group[starts[1:]] = 1
    group = np.cumsum(group)
    told = [np.bincount(group[side], minlength=len(starts)) for side in (~newer, newer)]
    return both[newer == (told[1] > told[0])[group]]


def _whole(found: RealArray, traces: Traces, rounding: float) -> bool:
    """Whether nothing is missing."""
    if len(found) != traces.dimension:
        return False
    return within_traces(Levels(found, "", 0, trace_error(found, traces)), traces, rounding)
