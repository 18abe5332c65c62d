"""The levels that a vector has weight on, and those weights, from one Lanczos run.

The Gauss weights of a cluster of ghosts sum to the weight of its level, see
:mod:`bathlab.spectrum.krylov.ghosts`. Where few levels carry nearly all of the weight, the run
may stop early with bounds of the sum of squares, see :mod:`bathlab.spectrum.krylov.window`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.conventions import Array, RealArray
from bathlab.operators.hermitian import Operator
from bathlab.spectrum.backend import CPU, Backend
from bathlab.spectrum.krylov.ghosts import (
    Look,
    cluster_starts,
    group_starts,
    look,
    merged,
    settled_by,
)
from bathlab.spectrum.krylov.lanczos import Lanczos, require_lanczos_fits
from bathlab.spectrum.krylov.plan import MEASURE_PLAN
from bathlab.spectrum.krylov.window import (
    MOST_TRIALS,
    Bounds,
    heavy_level,
    looks,
    promising,
    resolution_near,
    settled,
    square_bounds,
)
from bathlab.spectrum.tridiagonal.divide import tridiagonal_rows

#: Lanczos stops when D = -log sum w^2 can change by no more than this: moving the weight u
#: whose level is open to other levels changes sum w^2 by at most 2 u max(w).
DRIFT_TOLERANCE = 1e-9
#: Largest accepted error of sum(weights) and of the first two moments (in units of the width),
#: for weights with the sum 1.
SUM_TOLERANCE = 1e-10
#: Rounding in the course of a run adds up to some times that of the width.
BLURS = 4
#: From this tolerance of D on an early stop may win on its own (measured: at 1e-9 the looks
#: cost as much as they save, at 1e-3 they save a factor of 2 to 20 for weakly coupled LIOMs).
EARLY_TOLERANCE = 1e-6
#: Shares of a run that are looked at besides the whole when something is open: the leading part
#: of T costs no more products.
SHORTER = (0.94, 0.88)


@dataclass(frozen=True, eq=False)
class LanczosWeights:
    """Weights of a normalised vector on the levels of H.

    Attributes
    ----------
    levels
        (m,) ascending, in the energy unit of H.
    weights
        (m,) non-negative, sum 1.
    steps
        Lanczos steps taken.
    drift
        bound on the change of log sum w^2 by weight whose level is open.
    blur
        what rounding of the width moves D by, see :class:`~ghosts.Look`.
    bounds
        of sum w^2 after an early stop, when some of the levels are Gauss nodes that stand
        for the rest; None after a complete run.
    """

    levels: RealArray
    weights: RealArray
    steps: int
    drift: float
    blur: float = 0.0
    bounds: Bounds | None = None

    @property
    def settled(self) -> bool:
        """Whether D is as sharp as the run set out to make it."""
        return self.bounds is not None or self.drift <= accepted_drift(self.blur)


def lanczos_weights(
    operator: Operator,
    start: Array,
    method: str,
    tolerance: float,
    backend: Backend = CPU,
    rounding: float = 0.0,
) -> LanczosWeights:
    """The weights of ``start`` on the levels of ``operator``.

    Parameters
    ----------
    operator
        Hermitian, (n, n).
    start
        (n,) vector, not zero; any norm.
    method
        "lanczos" completes the run; "window" stops it as soon as D is known; "auto" does
        so where the tolerance and the first levels seen promise that this wins.
    tolerance
        largest accepted width of the bracket of D after an early stop.
    rounding
        to which the entries of H are known; levels nearer than that are one.

    Raises
    ------
    ValueError
        If the run does not fit in memory.
    """
    n = operator.shape[0]
    dtype = np.result_type(operator.dtype, start.dtype)
    require_lanczos_fits(n, MEASURE_PLAN.first_steps(n), 0, dtype)
    run = Lanczos(operator, start, backend, rounding)
    if method == "window" or method == "auto" and tolerance >= EARLY_TOLERANCE:
        early = _early(run, n, tolerance, eager=method == "window")
        if early is not None:
            return early
    seen = _complete(run, n)
    return LanczosWeights(
        seen.levels + run.centre, seen.weights, len(run.diagonal), seen.drift, seen.blur
    )


def accepted_drift(blur: float) -> float:
    """How far D may still move: no sharper than rounding leaves it."""
    return DRIFT_TOLERANCE + BLURS * blur


def _complete(run: Lanczos, n: int) -> Look:
    """The levels once nothing is open that moves D, or when the plan is at its end."""
    run.extend(max(0, MEASURE_PLAN.first_steps(n) - len(run.diagonal)))
    seen = levels_after(run, len(run.diagonal), n)
    others: list[Look] = []
    while not _finished(seen) and len(run.diagonal) <= MEASURE_PLAN.limit(n):
        for share in SHORTER:
            others.append(levels_after(run, int(share * len(run.diagonal)), n))
            helped = settled_by(seen, others)
            if _finished(helped):
                return helped
        run.extend(MEASURE_PLAN.more_steps(n))
        seen = settled_by(levels_after(run, len(run.diagonal), n), others)
    return seen


def _finished(seen: Look) -> bool:
    """Whether nothing open moves D, and the weights have their sum, which is 1.

    The rows of a tridiagonal matrix with levels some units of rounding apart may miss it: the
    next look is at another matrix.
    """
    settled = seen.drift <= accepted_drift(seen.blur)
    return settled and abs(float(seen.weights.sum()) - 1) <= SUM_TOLERANCE


def levels_after(run: Lanczos, steps: int, n: int) -> Look:
    """The levels that the first ``steps`` steps of a run have resolved."""
    ritz, first, last = tridiagonal_rows(
        run.diagonal[:steps], run.offdiagonal[: steps - 1], run.blocks
    )
    return look(ritz, first**2, run.offdiagonal[steps - 1] * np.abs(last), n, run.rounding)


def _early(run: Lanczos, n: int, tolerance: float, eager: bool) -> LanczosWeights | None:
    """What the first steps give that leave D open by no more than ``tolerance``.

    None if the run had better be completed: unless ``eager`` also when the measure is spread.
    """
    place, resolution, width, trials = None, 0.0, 0.0, 0
    for steps in looks(n, MEASURE_PLAN.first_steps(n)):
        run.extend(steps - len(run.diagonal))
        if run.complete:
            return None
        if place is None:
            place, width, weight, resolution = _heaviest(run)
            if not (eager or promising(weight, tolerance)):
                return None
        place, weight, residual = heavy_level(run, place)
        sharp = settled(residual / width, tolerance, resolution / 2)
        if not (sharp and (eager or promising(weight, tolerance))):
            continue
        found = _bounded(run, resolution)
        if found.drift <= tolerance:
            return found
        trials += 1
        if trials == MOST_TRIALS and not eager:
            return None
    return None


def _heaviest(run: Lanczos) -> tuple[float, float, float, float]:
    """The Ritz value of the largest weight, the width of the spectrum, that weight, and below
    which share of the width levels count as one here."""
    ritz, first, _ = tridiagonal_rows(run.diagonal, run.offdiagonal[:-1])
    heaviest, width = int(np.argmax(np.abs(first))), float(ritz[-1] - ritz[0])
    return (
        float(ritz[heaviest]),
        width,
        float(first[heaviest] ** 2),
        resolution_near(ritz, float(ritz[heaviest])),
    )


def _bounded(run: Lanczos, resolution: float) -> LanczosWeights:
    """Levels, Gauss nodes for the rest, and bounds of sum w^2 from a run of any length."""
    ritz, first, last = tridiagonal_rows(run.diagonal, run.offdiagonal[:-1])
    reach = run.offdiagonal[-1] * last
    starts = cluster_starts(ritz, np.abs(reach), run.rounding)
    bounds = square_bounds(ritz, first, reach, starts, resolution)
    levels, weights = merged(ritz, first**2, starts)
    near = group_starts(levels, resolution * (ritz[-1] - ritz[0]))
    levels, weights = merged(levels, weights, near)
    return LanczosWeights(
        levels + run.centre, weights, len(run.diagonal), bounds.width, bounds=bounds
    )
