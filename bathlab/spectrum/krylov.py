"""The eigenvectors nearest an energy from two Lanczos passes, in O(n) memory.

The first pass keeps only the tridiagonal matrix T and goes on until the Ritz values at the energy
have converged; the second runs the same recurrence again and sums its vectors with the
components of (T - theta)^-1 e_1, one inverse iteration (H - theta)^-1 on the start vector. Ghosts
do no harm: that identity holds up to rounding whether or not the vectors are orthogonal (Paige,
Linear Algebra Appl. 34 (1980) 235; Cullum & Willoughby, Lanczos Algorithms, ch. 4 (1985)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import scipy.linalg

from bathlab.conventions import RealArray
from bathlab.spectrum.backend import CPU, Backend
from bathlab.spectrum.errors import NotConverged
from bathlab.spectrum.lanczos import Lanczos
from bathlab.spectrum.operators import Array, Operator

#: Steps after which the middle of the spectrum has usually converged, in units of the dimension
#: (at 1024, and more for each doubling), and the extension when it has not.
FIRST_STEPS = 2.8
STEPS_PER_OCTAVE = 0.2
MORE_STEPS = 0.0625
#: Steps in units of the dimension after which the run is given up.
MOST_STEPS = 12
#: A Ritz value is a level when its residual is below this share of the spectral radius.
CONVERGED = 1e-13
#: Ritz values nearer than this share of the radius are ghosts of one level.
GHOST_SPREAD = 1e-12
#: Copies of a level that may have to be passed on the way to the next; one per n steps arises.
MOST_GHOSTS = 16
#: Mean of |x| / sqrt(n w) near x = 0 for a Gaussian start: P(sqrt(n w) < x) = sqrt(2/pi) x.
GAUSSIAN_DENSITY = float(np.sqrt(2 / np.pi))


@dataclass(frozen=True, eq=False)
class RitzLevel:
    """A Ritz value with its residual and the inverse iteration that belongs to it."""

    energy: float
    residual: float
    combination: RealArray


def lanczos_states(operator: Operator, energy: float, count: int, radius: float,
                   backend: Backend = CPU) -> tuple[list[tuple[float, Array]], float]:
    """The ``count`` levels nearest to ``energy`` with normalised vectors, and a probability.

    The probability is that a nearer level was missed. A level of weight w in the random start
    vector has converged to a residual proportional to w^(-1/2), all else equal; it goes unseen
    only if that is still as large as the level spacing, and so small a w has the probability
    sqrt(2/pi) (residual / spacing) of a level of mean weight.

    Raises
    ------
    NotConverged
        If the levels have not settled after ``MOST_STEPS`` n steps.
    """
    n = int(operator.shape[0])
    # A fixed start vector: the same matrix gives the same bits on every run.
    run = Lanczos(operator, np.random.default_rng(0).standard_normal((n,)), backend)
    run.extend(_first_steps(n))
    while (levels := _settled(run, energy, count, radius)) is None:
        if run.complete or len(run.diagonal) > MOST_STEPS * n:
            raise NotConverged(
                f"Lanczos at dimension {n} found no {count} settled levels near {energy:g} after "
                f"{len(run.diagonal)} steps. Use method=\"sparse\" or \"dense\", or move the "
                "energy.", None)
        run.extend(int(MORE_STEPS * n) + 1)
    vectors = run.combine(np.array([level.combination for level in levels[:count]]))
    pairs = []
    for level, vector in zip(levels, vectors):
        vector /= np.linalg.norm(vector)
        pairs.append((float(np.vdot(vector, operator @ vector).real), vector))
    return pairs, _missed(levels, count)


def _first_steps(n: int) -> int:
    return int(n * (FIRST_STEPS + STEPS_PER_OCTAVE * max(0.0, np.log2(n / 1024)))) + 1


def _settled(run: Lanczos, energy: float, count: int, radius: float) -> list[RitzLevel] | None:
    """The nearest levels, at least ``count`` and one more if there is one, or None so far.

    A Ritz value that has not converged is let pass only as a ghost: a level lies within its
    residual. Else it may be a level on its way, perhaps the nearest.
    """
    levels: list[RitzLevel] = []
    undecided: list[RitzLevel] = []
    steps = len(run.diagonal)
    low = high = _count_below(run.diagonal, run.offdiagonal, energy)
    for _ in range(MOST_GHOSTS):
        ring = [max(0, low - count - 1), low, high, min(steps, high + count + 1)]
        for theta in np.concatenate([_ritz_values(run, *ring[:2]), _ritz_values(run, *ring[2:])]):
            if any(abs(theta - level.energy) <= GHOST_SPREAD * radius for level in levels):
                continue
            level = _inverse_iteration(run, theta)
            (levels if level.residual <= CONVERGED * radius else undecided).append(level)
        low, high = ring[0], ring[3]
        if len(levels) > count or not levels or high - low == steps:
            break
    levels.sort(key=lambda level: abs(level.energy - energy))
    if len(levels) < count:
        return None
    reach = abs(levels[count - 1].energy - energy)
    for value in undecided:
        nearest = min(abs(value.energy - level.energy) for level in levels)
        if abs(value.energy - energy) - value.residual <= reach and nearest > value.residual:
            return None
    return levels[:count + 1]


def _ritz_values(run: Lanczos, start: int, stop: int) -> RealArray:
    """The Ritz values number start:stop, counted from the lowest."""
    if start == stop:
        return np.empty(0)
    return scipy.linalg.eigvalsh_tridiagonal(
        run.diagonal, run.offdiagonal[:-1], select="i", select_range=(start, stop - 1))


def _inverse_iteration(run: Lanczos, theta: float) -> RitzLevel:
    """y = (T - theta)^-1 e_1 of unit norm, and the residual beta_K |y_K| of its vector."""
    bands = np.zeros((3, len(run.diagonal)))
    bands[0, 1:] = bands[2, :-1] = run.offdiagonal[:-1]
    bands[1] = run.diagonal - theta
    first = np.zeros(len(run.diagonal))
    first[0] = 1.0
    try:
        y = scipy.linalg.solve_banded((1, 1), bands, first, overwrite_ab=True, check_finite=False)
    except np.linalg.LinAlgError:  # theta is an eigenvalue to the last bit
        return _inverse_iteration(run, float(np.nextafter(theta, np.inf)))
    y /= np.linalg.norm(y)
    return RitzLevel(float(theta), float(run.offdiagonal[-1] * abs(y[-1])), y)


def _missed(levels: list[RitzLevel], count: int) -> float:
    """Probability that a level nearer than the last wanted one has not been seen."""
    if len(levels) <= count:
        return 0.0
    energies = np.array([level.energy for level in levels])
    spacing = float(np.diff(np.sort(energies)).mean())
    residual = max(level.residual for level in levels)
    return min(1.0, GAUSSIAN_DENSITY * residual / spacing)


@numba.njit(cache=True, error_model="numpy", nogil=True)
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
