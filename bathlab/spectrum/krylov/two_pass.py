"""The eigenvectors nearest an energy from two Lanczos passes, in O(n) memory.

The first pass keeps only the tridiagonal matrix T and goes on until the Ritz values at the
energy have converged; the second runs the same recurrence again and sums its vectors with the
components of (T - theta)^-2 e_1: two inverse iterations (H - theta)^-2 on the start vector.
Ghosts do no harm: that identity holds up to rounding whether or not the vectors are orthogonal
(Paige, Linear Algebra Appl. 34 (1980) 235; Cullum & Willoughby, Lanczos Algorithms, ch. 4
(1985)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged
from bathlab.operators.hermitian import Operator
from bathlab.operators.kept import kept
from bathlab.spectrum.backend import Backend
from bathlab.spectrum.krylov.ghosts import GHOST_SPREAD
from bathlab.spectrum.krylov.lanczos import Lanczos, random_start, require_lanczos_fits
from bathlab.spectrum.krylov.plan import STATES_PLAN
from bathlab.spectrum.scale import LEVEL_ROUNDING, spacing_at

#: How far the shift of an inverse iteration stands off a Ritz value, in units of half the
#: spectral width, the radius: above the spread of its ghosts, far below any resolved spacing.
STAND_OFF = 1e-13
#: A Ritz value is a level when (T - theta) y and beta_K |y_K| are below these shares of the
#: radius. The vector is wrong by the latter over the level spacing, times n: 1e-10 or less up
#: to n = 10^6.
CONVERGED = 1e-12
TAIL = 3e-14
#: Into how many parts a run is cut to find the shortest that has a level.
SHARES = 4
#: Copies of a level that may have to be passed on the way to the next; one per n steps arises.
MOST_GHOSTS = 16
#: Where rounding of the whole width is more than this share of the level spacing, levels may
#: hide in it.
HIDING_SHARE = 1e-2
#: Vectors of different levels have an overlap of residual over distance, copies of one have 1.
SAME_STATE = 0.5
#: Mean of |x| / sqrt(n w) near x = 0 for a Gaussian start: P(sqrt(n w) < x) = sqrt(2/pi) x.
GAUSSIAN_DENSITY = float(np.sqrt(2 / np.pi))


@dataclass(frozen=True, eq=False)
class RitzLevel:
    """A converged Ritz value, its residual, and its vector in terms of Lanczos vectors."""

    energy: float
    residual: float
    combination: RealArray


@dataclass(frozen=True, eq=False)
class LanczosStates:
    """Levels near an energy, the nearest first.

    Attributes
    ----------
    energies
        (count + 1,) or, at the end of the spectrum, (count,) levels, those with several
        states as often as these are among the ``count``.
    vectors
        (count, n) orthonormal vectors of the first ``count`` levels.
    missed
        estimated probability that a level nearer than the last of them was missed.
    around
        all levels that were seen to settle.
    multiplicities
        how many states each of the ``count`` levels has; None where that is not
        known.
    """

    energies: RealArray
    vectors: Array
    missed: float
    around: RealArray
    multiplicities: list[int | None]


def one_of_each(
    operator: Operator, energy: float, count: int, radius: float, backend: Backend, seed: int
) -> LanczosStates:
    """One state of each of the ``count`` nearest levels, from the random vector ``seed``."""
    n = int(operator.shape[0])
    require_lanczos_fits(n, STATES_PLAN.first_steps(n), count, operator.dtype)
    # A fixed start vector: the same matrix gives the same bits on every run.
    run = Lanczos(operator, random_start(operator, seed), backend)
    target = energy - run.centre
    run.extend(STATES_PLAN.first_steps(n))
    wanted, own = count, list[int]()
    while len(own) < count:
        wanted += count - len(own) if own else 0
        levels = _settle(run, operator, target, wanted, radius)
        vectors = run.combine(np.array([level.combination for level in levels[:wanted]]))
        vectors /= np.linalg.norm(vectors, axis=1)[:, np.newaxis]
        own = _distinct(vectors)
    vectors = vectors[own[:count]]
    levels = [levels[index] for index in own] + levels[wanted:]
    around = np.array([run.centre + level.energy for level in levels])
    energies = around[: count + 1].copy()
    energies[:count] = rayleigh_quotients(operator, vectors)
    missed = _missed(levels[: count + 1], count)
    if _hidden(np.sort(around), energy, radius):
        missed = 1.0
    return LanczosStates(energies, vectors, missed, around, [None] * count)


def _settle(
    run: Lanczos, operator: Operator, target: float, count: int, radius: float
) -> list[RitzLevel]:
    """Extend a run until ``count`` levels have settled; they and one more if there is one.

    Raises
    ------
    NotConverged
        At the end of ``STATES_PLAN``.
    """
    n = int(operator.shape[0])
    while (levels := _settled(run, operator, target, count, radius)) is None:
        if run.complete or len(run.diagonal) > STATES_PLAN.limit(n):
            energy = target + run.centre
            place = _count_below(run.diagonal, run.offdiagonal, target)
            steps = len(run.diagonal)
            near = _ritz_values(run, max(0, place - count), min(steps, place + count))
            raise NotConverged(
                f"Lanczos at dimension {n} found no {count} settled levels near {energy:g} "
                f"after {steps} steps; its nearest Ritz values are the estimate. Use "
                'method="sparse" or "dense", ask for fewer states, or move the energy.',
                run.centre + near,
            )
        run.extend(STATES_PLAN.more_steps(n))
    return levels


def _distinct(vectors: Array) -> list[int]:
    """The rows that are no copy of one before them.

    A copy of a level that lies farther from it than copies do, as rounding has it where
    another level is near, passes for one of its own by its energy, not by its vector.
    """
    own: list[int] = []
    for index, vector in enumerate(vectors):
        if not own or np.abs(vectors[own].conj() @ vector).max() < SAME_STATE:
            own.append(index)
    return own


def rayleigh_quotients(operator: Operator, vectors: Array) -> RealArray:
    return np.array([np.vdot(vector, operator @ vector).real for vector in vectors])


def _hidden(levels: RealArray, energy: float, radius: float) -> bool:
    """Whether levels are so dense that rounding of the whole width may hide the nearest."""
    rounding = LEVEL_ROUNDING * 2 * radius
    return rounding > HIDING_SHARE * spacing_at(levels, energy, rounding)


def _settled(
    run: Lanczos, operator: Operator, energy: float, count: int, radius: float
) -> list[RitzLevel] | None:
    """Levels that settled, the nearest first: ``count`` and one more if there is one, or None.

    A Ritz value that has not converged is let pass only as a ghost: a level lies within its
    residual. Else it may be a level on its way, perhaps the nearest.
    """
    levels: list[RitzLevel] = []
    undecided: list[float] = []
    steps = len(run.diagonal)
    low = high = _count_below(run.diagonal, run.offdiagonal, energy)
    for _ in range(MOST_GHOSTS):
        below = _ritz_values(run, max(0, low - count - 1), low)
        above = _ritz_values(run, high, min(steps, high + count + 1))
        low, high = low - len(below), high + len(above)
        values = np.concatenate([below, above])
        _sort_out(run, operator, values, radius, levels, undecided)
        levels.sort(key=lambda level: abs(level.energy - energy))
        if not levels or high - low == steps:
            break
        # Ghosts on one side may fill it up while the other already has levels enough.
        reach = abs(levels[count].energy - energy) if len(levels) > count else np.inf
        enough_below = low == 0 or energy - below[0] >= reach
        if enough_below and (high == steps or above[-1] - energy >= reach):
            break
    if len(levels) < count:
        return None
    reach = abs(levels[count - 1].energy - energy)
    near = [theta for theta in undecided if abs(theta - energy) <= reach]
    if not all(_is_ghost(run, theta, levels, radius) for theta in near):
        return None
    return levels


def _sort_out(
    run: Lanczos,
    operator: Operator,
    values: RealArray,
    radius: float,
    levels: list[RitzLevel],
    undecided: list[float],
) -> None:
    """Append each Ritz value to the levels if it is a new one, or to the undecided."""
    for theta in values:
        gap = min((abs(theta - level.energy) for level in levels), default=np.inf)
        close = gap <= GHOST_SPREAD * radius
        if close and not _stands_apart(run, theta, gap, radius):
            continue
        level = _level(run, theta, radius)
        if level is None:
            undecided.append(theta)
        elif close and not _true_residual(run, operator, level) < gap / 2:
            continue
        else:
            levels.append(level)


def _stands_apart(run: Lanczos, theta: float, gap: float, radius: float) -> bool:
    """Whether a Ritz value so near a level is one of its own: resolved, and beyond rounding.

    Copies that settled lie within rounding, others share a residual far above the gap.
    """
    if gap <= 2 * LEVEL_ROUNDING * radius:
        return False
    _, last, _ = _inverse_iteration(run, theta, STAND_OFF * radius, len(run.diagonal))
    return bool(run.offdiagonal[-1] * last < gap / 2)


def _true_residual(run: Lanczos, operator: Operator, level: RitzLevel) -> float:
    """|H v - E v| of the vector in the space of H, which a second pass sums up.

    The residual in terms of T tells nothing of a ghost whose vector is nearly zero there.
    """
    vector = run.combine(level.combination[np.newaxis])[0]
    vector = vector / np.linalg.norm(vector)
    change = operator @ vector - (run.centre + level.energy) * vector
    return float(np.linalg.norm(change))


def _is_ghost(run: Lanczos, theta: float, levels: list[RitzLevel], radius: float) -> bool:
    """Whether a level lies within the residual of a Ritz value that has not converged."""
    distance, last, _ = _inverse_iteration(run, theta, STAND_OFF * radius, len(run.diagonal))
    residual = distance + run.offdiagonal[-1] * last
    return min(abs(theta - level.energy) for level in levels) <= residual


def _ritz_values(run: Lanczos, start: int, stop: int) -> RealArray:
    """The Ritz values number start:stop, counted from the lowest."""
    if start == stop:
        return np.empty(0)
    return scipy.linalg.eigvalsh_tridiagonal(
        run.diagonal, run.offdiagonal[:-1], select="i", select_range=(start, stop - 1)
    )


def _level(run: Lanczos, theta: float, radius: float) -> RitzLevel | None:
    """The level at the Ritz value ``theta`` from the shortest run that has it, if any has.

    A run much longer than needed holds ghosts of the level, and combinations of those may be
    all rounding; the shortest has none (Cullum & Willoughby, section 4.7).
    """
    steps = len(run.diagonal)
    for share in range(1, SHARES + 1):
        length = -(-steps * share // SHARES)
        distance, last, y = _inverse_iteration(run, theta, STAND_OFF * radius, length)
        tail = float(run.offdiagonal[length - 1] * last)
        if distance <= CONVERGED * radius and tail <= TAIL * radius:
            return RitzLevel(float(theta), tail, np.concatenate([y, np.zeros(steps - length)]))
    return None


def _inverse_iteration(
    run: Lanczos, theta: float, stand_off: float, length: int
) -> tuple[float, float, RealArray]:
    """y = (T - shift)^-2 e_1 of unit norm for the leading ``length`` rows of T.

    Returns |(T - shift) y|, |the last component| and y. The shift stands off ``theta``: at its
    very value rounding alone would decide which of its ghosts y is made of.
    """
    bands = np.zeros((3, length))
    bands[0, 1:] = bands[2, :-1] = run.offdiagonal[: length - 1]
    bands[1] = run.diagonal[:length] - (theta + stand_off)
    y, size = np.zeros(length), 1.0
    y[0] = 1.0
    for _ in range(2):
        y = scipy.linalg.solve_banded((1, 1), bands, y, check_finite=False)
        size = float(np.linalg.norm(y))
        y /= size
    return 1 / size, float(abs(y[-1])), y


def _missed(levels: list[RitzLevel], count: int) -> float:
    """Probability that a level nearer than the last wanted one has not been seen."""
    if len(levels) <= count:
        return 0.0
    energies = np.array([level.energy for level in levels])
    spacing = float(np.diff(np.sort(energies)).mean())
    residual = max(level.residual for level in levels)
    return min(1.0, GAUSSIAN_DENSITY * residual / spacing)


@kept(error_model="numpy", nogil=True)
def _count_below(diagonal: RealArray, offdiagonal: RealArray, energy: float) -> int:
    """Eigenvalues of T below ``energy``: negative pivots of T - energy (Sturm)."""
    count, pivot = 0, 1.0
    for k in range(diagonal.size):
        back = offdiagonal[k - 1] ** 2 / pivot if k else 0.0
        pivot = diagonal[k] - energy - back
        if pivot == 0.0:
            pivot = -np.finfo(np.float64).tiny
        if pivot < 0.0:
            count += 1
    return count
