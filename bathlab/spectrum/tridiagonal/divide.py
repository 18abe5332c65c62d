"""Eigenvalues and outer eigenvector components of a symmetric tridiagonal matrix.

Divide and conquer for matrices of order 10^5 full of "ghosts" (eigenvalues equal to rounding),
as Lanczos without reorthogonalisation produces them. Only the first and the last row of the
eigenvector matrix are carried along, so memory stays O(K).

The matrix is torn into rank-one perturbed halves (Cuppen, Numer. Math. 36 (1981) 177), down to
blocks small enough for QR. A merge deflates (as LAPACK does) and leaves the rest, an update of
rank one with k poles, to :mod:`bathlab.spectrum.tridiagonal.secular`, which takes O(k) work by
means of :mod:`bathlab.spectrum.tridiagonal.multipole`.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import RealArray
from bathlab.operators import simd
from bathlab.operators.kept import kept
from bathlab.spectrum.tridiagonal import multipole, secular, sums, tree
from bathlab.spectrum.tridiagonal.secular import rank_one
from bathlab.spectrum.tridiagonal.tree import Indices, compiled

#: Entries of the update, or those left by rotating one away, are dropped below this share of
#: the norm: an error like that of rounding the matrix. LAPACK makes the same choice.
DEFLATION = 8 * float(np.finfo(float).eps)
#: Blocks of this order are diagonalised by QR: setting up smaller merges costs more. The
#: optimum is flat: 24 and 48 take as long.
SMALL = 32
#: Couplings within such a block are dropped at this share of the largest entry of the matrix.
NEGLIGIBLE = float(np.finfo(float).eps)


def tridiagonal_rows(
    diagonal: RealArray, offdiagonal: RealArray
) -> tuple[RealArray, RealArray, RealArray]:
    """All eigenvalues, with the first and last component of each normalised eigenvector.

    Time is O(K log K), less where much deflates; memory O(K). One thread, which releases the
    interpreter's lock. Sources: Cuppen 1981; Gu & Eisenstat 1994, 1995; Li 1993; Dutt, Gu &
    Rokhlin 1996 (see the modules).

    Parameters
    ----------
    diagonal : (K,) real array, K >= 1, in any unit of energy.
    offdiagonal : (K - 1,) real array in the same unit; any sign, zeros allowed.

    Returns
    -------
    theta : (K,) eigenvalues, ascending, same unit, to some rounding units of the norm of the
        matrix after its diagonal is centred.
    first, last : (K,) components; their relative sign is meaningful, the common one is not. Of
        eigenvalues equal to rounding only the sums of their products are determined.

    Raises
    ------
    ValueError
        If the lengths do not fit, or an entry is not a finite real number.
    """
    diagonal, offdiagonal = _real("diagonal", diagonal), _real("offdiagonal", offdiagonal)
    if len(diagonal) == 0 or len(offdiagonal) != len(diagonal) - 1:
        raise ValueError(
            f"{len(diagonal)} diagonal and {len(offdiagonal)} off-diagonal entries were given; "
            "expected K >= 1 and K - 1. Drop the residual norm that ends a Lanczos recurrence."
        )
    centre = diagonal.min() / 2 + diagonal.max() / 2
    centred = diagonal - centre
    scale = max(np.abs(centred).max(), np.abs(offdiagonal).max(initial=0)) or 1.0
    theta, first, last, _ = _diagonalise(centred / scale, np.abs(offdiagonal) / scale)
    # A diagonal matrix of signs turns |T| into T; only its last entry touches the result.
    if np.count_nonzero(offdiagonal < 0) % 2:
        last = -last
    return centre + scale * theta, first, last


def _real(name: str, given: RealArray) -> RealArray:
    array = np.asarray(given)
    if array.ndim != 1 or array.dtype.kind not in "fiu":
        raise ValueError(
            f"{name} of shape {array.shape} and type {array.dtype} was given; "
            "expected a one-dimensional array of real numbers. Convert it first."
        )
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise ValueError(
            f"{name}[{bad[0]}] = {array[bad[0]]} was given; expected finite numbers. "
            "Check the recurrence that produced them."
        )
    return array.astype(np.float64)


@compiled
def _conquer(diagonal: RealArray, offdiagonal: RealArray) -> RealArray:
    """Rows theta, first, last and one of scratch; offdiagonal must not be negative."""
    size = diagonal.size
    system, coupling = np.zeros((4, size)), offdiagonal.copy()
    system[0] = diagonal
    for start in range(0, size, SMALL):
        stop = min(start + SMALL, size)
        if stop < size:
            system[0, stop - 1] -= offdiagonal[stop - 1]
            system[0, stop] -= offdiagonal[stop - 1]
        system[1, start] = system[2, stop - 1] = 1.0
        _small(system[:, start:stop], coupling[start : stop - 1])
    width = SMALL
    while width < size:
        for start in range(0, size - width, 2 * width):
            stop = min(start + 2 * width, size)
            _merge(system[:, start:stop], width, 2.0 * offdiagonal[start + width - 1])
        width *= 2
    return system


def _cached(sources: int) -> Callable[[RealArray, RealArray], RealArray]:
    """:func:`_conquer`, on disk for these sources.

    The cache of numba forgets a function when its own file changes, but not when the files of
    those it calls do. What a function encloses is part of its key, so the sources are enclosed;
    and nothing else is cached.
    """

    @kept(error_model="numpy", nogil=True)
    def conquer(diagonal: RealArray, offdiagonal: RealArray) -> RealArray:
        _ = sources
        return _conquer(diagonal, offdiagonal)

    return conquer


@compiled
def _small(system: RealArray, coupling: RealArray) -> None:
    """The eigensystem of one block, from the diagonal in row 0 and two rows of the identity.

    Implicitly shifted QR with Wilkinson's shift, applied to the two rows only (Golub & Welsch,
    Math. Comp. 23 (1969) 221). Couplings are destroyed.
    """
    diagonal, last = system[0], system.shape[1] - 1
    while last > 0:
        if abs(coupling[last - 1]) <= NEGLIGIBLE:
            last -= 1
            continue
        first = last - 1
        while first > 0 and abs(coupling[first - 1]) > NEGLIGIBLE:
            first -= 1
        half, edge = (diagonal[last - 1] - diagonal[last]) / 2, coupling[last - 1]
        shift = diagonal[last] - edge * edge / (
            half + math.copysign(math.sqrt(half * half + edge * edge), half)
        )
        kept, bulge = diagonal[first] - shift, coupling[first]
        for i in range(first, last):
            length = math.sqrt(kept * kept + bulge * bulge)
            c, s = (kept / length, bulge / length) if length > 0.0 else (1.0, 0.0)
            if i > first:
                coupling[i - 1] = length
            gap, middle = diagonal[i + 1] - diagonal[i], coupling[i]
            moved = s * (s * gap + 2.0 * c * middle)
            diagonal[i] += moved
            diagonal[i + 1] -= moved
            kept = coupling[i] = c * s * gap + (c * c - s * s) * middle
            if i + 1 < last:
                bulge, coupling[i + 1] = s * coupling[i + 1], c * coupling[i + 1]
            for row in range(1, 3):
                x, y = system[row, i], system[row, i + 1]
                system[row, i], system[row, i + 1] = c * x + s * y, c * y - s * x
    system[:] = system[:, _order(diagonal, 0)]


@compiled
def _merge(system: RealArray, width: int, rho: float) -> None:
    """Replace the eigensystems of two neighbouring blocks by that of their union."""
    for j in range(system.shape[1]):
        inner = 2 if j < width else 1
        system[3, j] = system[inner, j] * math.sqrt(0.5)  # the normalised update vector
        system[inner, j] = 0.0
    ordered = system[:, _order(system[0], width)]
    mask = _deflate(ordered, rho)
    moved = np.flatnonzero(mask)
    if moved.size:
        updated = ordered[:, moved]
        rank_one(updated, rho)
        ordered[:, moved] = updated
    indices = np.concatenate((moved, np.flatnonzero(~mask)))
    system[:] = ordered[:, indices[_order(ordered[0][indices], moved.size)]]


@compiled
def _order(values: RealArray, middle: int) -> Indices:
    """The permutation that sorts two runs which ascend but for a few neighbours."""
    order = np.empty(values.size, np.int64)
    i, j = 0, middle
    for k in range(values.size):
        if j == values.size or (i < middle and values[i] <= values[j]):
            order[k], i = i, i + 1
        else:
            order[k], j = j, j + 1
        place, taken = k, order[k]
        while place > 0 and values[order[place - 1]] > values[taken]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = taken
    return order


@compiled
def _deflate(system: RealArray, rho: float) -> NDArray[np.bool_]:
    """Which eigenvalues the update moves, after rotating it out of pairs that are too close."""
    poles, update = system[0], system[3]
    tolerance = DEFLATION * max(abs(poles[0]), abs(poles[-1]), np.abs(update).max())
    moved = rho * np.abs(update) > tolerance
    i = -1
    for j in range(poles.size):
        if not moved[j]:
            continue
        length = math.hypot(update[i], update[j])
        s, c, gap = update[i] / length, update[j] / length, poles[j] - poles[i]
        if i >= 0 and gap * abs(c * s) <= tolerance:
            moved[i], update[j] = False, length
            poles[i], poles[j] = poles[i] + s * s * gap, poles[i] + c * c * gap
            for row in system[1:3]:
                row[i], row[j] = c * row[i] - s * row[j], s * row[i] + c * row[j]
        i = j
    return moved


_SOURCES = (
    simd.__file__,
    tree.__file__,
    sums.__file__,
    multipole.__file__,
    secular.__file__,
    __file__,
)
_diagonalise = _cached(zlib.crc32(b"".join(Path(file).read_bytes() for file in _SOURCES)))
