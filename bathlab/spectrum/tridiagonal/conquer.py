"""Compiled: blocks of a tridiagonal matrix diagonalised, and merged with their neighbours.

Of each block the eigenvalues are carried along, and the first and last components of its
eigenvectors. A merge deflates (as LAPACK does) and leaves the rest, an update of rank one with
k poles, to :mod:`bathlab.spectrum.tridiagonal.secular`, which takes O(k) work by means of
:mod:`bathlab.spectrum.tridiagonal.multipole`.
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


@compiled
def _conquer(system: RealArray, offdiagonal: RealArray, done: int) -> None:
    """Rows theta, first, last and one of scratch from a diagonal in row 0, in place.

    ``offdiagonal`` must not be negative. Blocks of width ``done`` are there already, unless
    that is 0.
    """
    size = system.shape[1]
    if done == 0:
        coupling = offdiagonal.copy()
        for start in range(0, size, SMALL):
            stop = min(start + SMALL, size)
            if stop < size:
                system[0, stop - 1] -= offdiagonal[stop - 1]
                system[0, stop] -= offdiagonal[stop - 1]
            system[1, start] = system[2, stop - 1] = 1.0
            _small(system[:, start:stop], coupling[start : stop - 1])
    width = max(SMALL, done)
    while width < size:
        for start in range(0, size - width, 2 * width):
            stop = min(start + 2 * width, size)
            _merge(system[:, start:stop], width, 2.0 * offdiagonal[start + width - 1])
        width *= 2


def _cached(sources: int) -> Callable[[RealArray, RealArray, int], None]:
    """:func:`_conquer`, on disk for these sources.

    The cache of numba forgets a function when its own file changes, but not when the files of
    those it calls do. What a function encloses is part of its key, so the sources are enclosed;
    and nothing else is cached.
    """

    @kept(error_model="numpy", nogil=True)
    def kept_conquer(system: RealArray, offdiagonal: RealArray, done: int) -> None:
        _ = sources
        _conquer(system, offdiagonal, done)

    return kept_conquer


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
conquer = _cached(zlib.crc32(b"".join(Path(file).read_bytes() for file in _SOURCES)))
