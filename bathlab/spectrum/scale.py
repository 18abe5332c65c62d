"""What tolerances are shares of: the centred spectrum, the levels around, and rounding.

A share of max|E| guards nothing once a constant, a penalty or one far level has been added to
H. So a large constant is taken off first, and what is left is compared with the mean distance
of the levels around, or with the rounding of a solver, which grows with the width alone.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import sparse

from bathlab.conventions import Array, RealArray
from bathlab.operators.hermitian import Matrix
from bathlab.operators.system import MatrixSystem, System
from bathlab.operators.table import TableForm

#: Levels that a symmetry makes equal come out of a solver at most a third of this apart, in
#: units of the norm of what it solved (measured: LAPACK 19 and Lanczos 18 rounding units, for
#: multiplets of 3 to 128 states, n up to 4096). Nothing nearer is told apart.
LEVEL_ROUNDING = 64 * float(np.finfo(float).eps)
#: A constant is taken off H if its square exceeds this many times the variance of the levels.
CENTRING = 100.0
#: Levels to either side that the mean distance is taken from: enough that a multiplet or a
#: close pair among ordinary levels does not set the scale.
NEIGHBOURS = 8


class Frame(NamedTuple):
    """H without the constant that was added to it; energies are those of H less ``centre``."""

    system: System
    centre: float

    @property
    def rounding(self) -> float:
        """What adding the constant has left of the levels, see :func:`stored_rounding`."""
        return stored_rounding(self.centre) if self.centre else 0.0


def stored_rounding(energy: float) -> float:
    """How far two equal levels may lie apart once ``energy`` was added to H.

    Half a rounding unit of its diagonal moves each, as much again in storing the level.
    """
    return 2 * float(np.spacing(abs(energy)))


def centred(system: System) -> Frame:
    """H - c and c, its mean level, where rounding of so large a c would blur the levels.

    The constant comes off the diagonal of the matrix, where the difference of two numbers near
    each other is exact. Without a matrix it cannot be got out of the rounding of a product.
    """
    if not system.has_matrix:
        return Frame(system, 0.0)
    probe = np.random.default_rng(0).standard_normal(system.dimension)
    image = system @ probe
    norm = float(probe @ probe)
    centre = float(np.vdot(probe, image).real) / norm
    variance = float(np.vdot(image, image).real) / norm - centre**2
    if not centre**2 > CENTRING * variance:
        return Frame(system, 0.0)
    if isinstance(system, MatrixSystem):
        return Frame(
            MatrixSystem.of_checked(less(system.matrix(), centre), system.dims), centre
        )
    return Frame(CentredSystem(system, centre), centre)


def less(matrix: Matrix, constant: float) -> Matrix:
    """The matrix with ``constant`` taken off its diagonal."""
    if isinstance(matrix, np.ndarray):
        return matrix - constant * np.eye(len(matrix))
    identity = sparse.eye_array(matrix.shape[0], format="csr")
    return sparse.csr_array(matrix - constant * identity)


class CentredSystem(System):
    """Any system with a matrix, less a constant; its fast product stays."""

    has_matrix = True

    def __init__(self, system: System, centre: float) -> None:
        self._system, self._centre = system, centre
        super().__init__(system.dims, system.dtype)

    def matrix(self) -> Matrix:
        return self._entries

    @cached_property
    def _entries(self) -> Matrix:
        return less(self._system.matrix(), self._centre)

    @property
    def table_form(self) -> TableForm | None:
        form = self._system.table_form
        return None if form is None else replace(form, centre=form.centre - self._centre)

    @property
    def filled(self) -> bool:
        return self._system.filled

    def _matvec(self, x: Array) -> Array:
        return self._entries @ x

    _matmat = _matvec


def distinct(levels: RealArray, rounding: float) -> RealArray:
    """The lowest of each group of ascending levels whose gaps are at most ``rounding``."""
    return levels[np.concatenate([[True], np.diff(levels) > rounding])]


def spacings(levels: RealArray) -> RealArray:
    """The mean distance of the ``NEIGHBOURS`` next levels on the denser side of each.

    Infinite for one level alone. Beside a gap the side without it counts.
    """
    size = len(levels)
    if size <= NEIGHBOURS:
        mean = (levels[-1] - levels[0]) / (size - 1) if size > 1 else np.inf
        return np.full(size, mean)
    steps = (levels[NEIGHBOURS:] - levels[:-NEIGHBOURS]) / NEIGHBOURS
    outside = np.full(NEIGHBOURS, np.inf)
    return np.minimum(np.append(steps, outside), np.append(outside, steps))


def spacing_at(levels: RealArray, energy: float, rounding: float) -> float:
    """The mean distance of the distinct ones among the ascending ``levels`` around ``energy``.

    Infinite if there is one only, which tells nothing of the others.
    """
    apart = distinct(levels, rounding)
    return float(spacings(apart)[np.argmin(np.abs(apart - energy))])
