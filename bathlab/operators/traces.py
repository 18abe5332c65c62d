"""tr H and tr H^2 of a system, exact to rounding."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bathlab.operators.hermitian import Matrix
from bathlab.operators.system import System

#: Columns of the identity that a matrix-free H is applied to at once, in numbers.
PIECE = 2**20


class Traces(NamedTuple):
    """Moments of the levels of an H of dimension n.

    Attributes
    ----------
    dimension
        n.
    mean
        tr H/n, the mean level c.
    square
        tr (H - c)^2.
    """

    dimension: int
    mean: float
    square: float


def traces_of(system: System) -> Traces:
    """Those of a Hermitian system: of its parts, its entries, or of n products."""
    found = system.level_moments()
    if found is not None:
        return Traces(system.dimension, *found)
    if system.has_matrix:
        return Traces(system.dimension, *moments_of(system.matrix()))
    return Traces(system.dimension, *_of_products(system))


def moments_of(matrix: Matrix) -> tuple[float, float]:
    """tr A/n = c and tr (A - c)^2 of a Hermitian matrix."""
    diagonal = matrix.diagonal().real
    mean = float(diagonal.mean())
    entries = matrix.ravel() if isinstance(matrix, np.ndarray) else matrix.data
    # The diagonal is taken off before it is squared: a large constant would drown the rest.
    whole, on = float(np.vdot(entries, entries).real), float(diagonal @ diagonal)
    if mean**2 * len(diagonal) < on / 2:
        return mean, whole - on + float(((diagonal - mean) ** 2).sum())
    return mean, _off_diagonal_square(matrix) + float(((diagonal - mean) ** 2).sum())


def _off_diagonal_square(matrix: Matrix) -> float:
    """Sum of |H_ij|^2, i != j, without the difference of large numbers."""
    if isinstance(matrix, np.ndarray):
        rows = (np.abs(row) ** 2 for row in matrix)
        return float(sum(row[:i].sum() + row[i + 1 :].sum() for i, row in enumerate(rows)))
    places = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    off = matrix.data[places != matrix.indices]
    return float(np.vdot(off, off).real)


def _of_products(system: System) -> tuple[float, float]:
    n = system.dimension
    step = max(1, PIECE // n)
    diagonal, squares = np.empty(n), np.empty(n)
    for first in range(0, n, step):
        count = min(step, n - first)
        block = np.zeros((n, count), system.dtype)
        block[np.arange(first, first + count), np.arange(count)] = 1.0
        images = np.asarray(system @ block)
        here = images[np.arange(first, first + count), np.arange(count)].real
        diagonal[first : first + count] = here
        images[np.arange(first, first + count), np.arange(count)] = 0.0
        squares[first : first + count] = (np.abs(images) ** 2).sum(axis=0)
    mean = float(diagonal.mean())
    return mean, float(squares.sum() + ((diagonal - mean) ** 2).sum())
