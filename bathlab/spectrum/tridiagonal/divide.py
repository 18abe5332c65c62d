"""Eigenvalues and outer eigenvector components of a symmetric tridiagonal matrix.

Divide and conquer for matrices of order 10^5 full of "ghosts" (eigenvalues equal to rounding),
as Lanczos without reorthogonalisation produces them. Only the first and the last row of the
eigenvector matrix are carried along, so memory stays O(K).

The matrix is torn into rank-one perturbed halves (Cuppen, Numer. Math. 36 (1981) 177), down to
blocks small enough for QR. It is torn at the same places whatever its order: the blocks of a
run's matrix are those of the longer one that it grows into.
"""

from __future__ import annotations

import numpy as np

from bathlab.conventions import RealArray
from bathlab.spectrum.tridiagonal.conquer import SMALL, conquer

#: Blocks up to this width are not kept, and torn further by compiled code.
LEAST = 32 * SMALL
#: Leading parts down to this share of an order find all of their blocks.
SHORTEST = 0.85
#: Entries of a longer matrix may be so much larger than those of the first one.
LARGEST = 2.0


class Blocks:
    """Blocks that matrices have in common of which either is a leading part of the other.

    For the looks at one Lanczos run: after the first, one takes a tenth of the time or so, with
    the bits of :func:`tridiagonal_rows` alone if the largest entries are the same. Holds some
    five arrays of the order.
    """

    def __init__(self) -> None:
        self._longest = (np.empty(0), np.empty(0))
        self._unit = (0.0, 1.0)
        self._rows: dict[tuple[int, int], RealArray] = {}

    def unit(self, diagonal: RealArray, offdiagonal: RealArray) -> tuple[float, float]:
        """Centre and size of the matrix that begins; what is of no use for it is forgotten."""
        both = min(len(diagonal), len(self._longest[0]))
        known = both > 0 and all(
            np.array_equal(new[:count], old[:count])
            for new, old, count in zip((diagonal, offdiagonal), self._longest, (both, both - 1))
        )
        if not known or _size(diagonal, offdiagonal, self._unit[0]) > LARGEST * self._unit[1]:
            centre = float(diagonal.min() / 2 + diagonal.max() / 2)
            self._unit = centre, _size(diagonal, offdiagonal, centre) or 1.0
            self._longest, self._rows = (diagonal, offdiagonal), {}
        elif both < len(diagonal):
            self._longest = diagonal, offdiagonal
        return self._unit

    def get(self, start: int, width: int) -> RealArray | None:
        return self._rows.get((start, width))

    def keep(self, start: int, rows: RealArray) -> None:
        """Keep a block with a right neighbour, if a leading part may end within that."""
        if self._asked_for(start, rows.shape[1]):
            self._rows[start, rows.shape[1]] = rows[:3].copy()

    def prune(self) -> None:
        """Drop what no leading part asks for any more."""
        self._rows = {at: rows for at, rows in self._rows.items() if self._asked_for(*at)}

    def _asked_for(self, start: int, width: int) -> bool:
        return width >= LEAST and start + 2 * width > SHORTEST * len(self._longest[0])


def tridiagonal_rows(
    diagonal: RealArray, offdiagonal: RealArray, blocks: Blocks | None = None
) -> tuple[RealArray, RealArray, RealArray]:
    """All eigenvalues, with the first and last component of each normalised eigenvector.

    Time is O(K log K), less where much deflates; memory O(K). One thread, which releases the
    interpreter's lock. Sources: Cuppen 1981; Gu & Eisenstat 1994, 1995; Li 1993; Dutt, Gu &
    Rokhlin 1996 (see the modules).

    Parameters
    ----------
    diagonal
        (K,) real array, K >= 1, in any unit of energy.
    offdiagonal
        (K - 1,) real array in the same unit; any sign, zeros allowed.
    blocks
        those of earlier calls for leading parts of a matrix of which this is one, or which
        are of this one; the result depends on it by rounding at most.

    Returns
    -------
    theta : ndarray
        (K,) eigenvalues, ascending, same unit, to some rounding units of the norm of the
        matrix after its diagonal is centred.
    first, last : ndarray
        (K,) components; their relative sign is meaningful, the common one is not. Of
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
    blocks = Blocks() if blocks is None else blocks
    centre, scale = blocks.unit(diagonal, offdiagonal)
    torn = (diagonal - centre) / scale, np.abs(offdiagonal) / scale
    theta, first, last, _ = _block(*torn, 0, len(diagonal), blocks)
    blocks.prune()
    # A diagonal matrix of signs turns |T| into T; only its last entry touches the result.
    if np.count_nonzero(offdiagonal < 0) % 2:
        last = -last
    return centre + scale * theta, first, last


def _size(diagonal: RealArray, offdiagonal: RealArray, centre: float) -> float:
    """The largest entry of a matrix less its centre."""
    return float(max(np.abs(diagonal - centre).max(), np.abs(offdiagonal).max(initial=0)))


def _block(
    diagonal: RealArray, offdiagonal: RealArray, start: int, stop: int, blocks: Blocks
) -> RealArray:
    """Rows theta, first, last and one of scratch of rows start:stop, torn from those around."""
    if stop - start <= LEAST:
        system = np.zeros((4, stop - start))
        system[0] = diagonal[start:stop]
        if start > 0:
            system[0, 0] -= offdiagonal[start - 1]
        if stop < len(diagonal):
            system[0, -1] -= offdiagonal[stop - 1]
        conquer(system, offdiagonal[start : stop - 1], 0)
        return system
    width = LEAST
    while 2 * width < stop - start:
        width *= 2
    left = blocks.get(start, width)
    if left is None:
        left = _block(diagonal, offdiagonal, start, start + width, blocks)
        blocks.keep(start, left)
    right = _block(diagonal, offdiagonal, start + width, stop, blocks)
    system = np.empty((4, stop - start))
    system[:3, :width], system[:3, width:] = left[:3], right[:3]
    conquer(system, offdiagonal[start : stop - 1], width)
    return system


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
