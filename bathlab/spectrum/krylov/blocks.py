"""Block Lanczos with full orthogonalisation, for any Hermitian operator B on blocks.

The recurrence (Golub & Underwood 1977; Grimes, Lewis & Simon, SIAM J. Matrix Anal. Appl. 15
(1994) 228) takes a block of products a step, and each block is made orthogonal to all before,
so that no ghosts come. B is an inverse (:mod:`direct.block`) or a filter of H
(:mod:`chebyshev.space`).
"""

from __future__ import annotations

from typing import Callable

import numpy as np

from bathlab.conventions import Array, RealArray

#: A new block whose triangle falls below this share has closed the space.
DEPENDENT = 1e-12


def random_block(
    n: int, columns: int, dtype: np.dtype, generator: np.random.Generator
) -> Array:
    """(n, columns) of independent standard Gaussian numbers, complex ones for a complex
    ``dtype``."""
    block: Array = generator.standard_normal((n, columns))
    if np.issubdtype(dtype, np.complexfloating):
        block = block + 1j * generator.standard_normal(block.shape)
    return block


def columns_for(plan: tuple[float, int], wanted: int) -> int:
    """Columns by a plan: so many for each of the ``wanted`` states, and so many besides."""
    return int(plan[0] * wanted) + plan[1]


class BlockSpace:
    """Orthonormal blocks Q and the band of Q^dagger B Q.

    Attributes
    ----------
    basis
        (n, most), its first ``size`` columns filled.
    band
        (most, most) projection of B, likewise.
    triangle
        of the last block that was made.
    """

    def __init__(
        self,
        block: Array,
        most: int,
        locked: Array | None = None,
        passes: int = 1,
        dependent: float = DEPENDENT,
    ) -> None:
        """From an orthonormal ``block``; ``locked`` orthonormal vectors are kept out of it.

        ``passes`` of orthogonalisation follow what the recurrence says.
        """
        self.size = self.width = block.shape[1]
        self.basis = np.empty((len(block), most), block.dtype, order="F")
        self.basis[:, : self.width] = block
        self.band = np.zeros((most, most), block.dtype)
        self.triangle: Array | None = None
        self._locked = [] if locked is None else [locked]
        self._passes, self._dependent = passes, dependent

    def next_block(self, apply: Callable[[Array], Array]) -> Array | None:
        """The next orthonormal block; None if part of it is rounding: the space has closed.

        What the recurrence says is taken off first; the rest along the space is rounding, for
        which one pass is enough.
        """
        here = slice(self.size - self.width, self.size)
        last = self.basis[:, here]
        image = apply(last)
        own = last.conj().T @ image
        self.band[here, here] = (own + own.conj().T) / 2
        image -= last @ own
        if self.triangle is not None:
            before = self.basis[:, self.size - 2 * self.width : self.size - self.width]
            image -= before @ self.triangle.conj().T
        for _ in range(self._passes):
            for known in (*self._locked, self.basis[:, : self.size]):
                image -= known @ (known.conj().T @ image)
        image, triangle = np.linalg.qr(image)
        sizes = np.abs(np.diag(triangle))
        self.triangle = triangle
        largest = max(float(np.abs(own).max()), float(sizes.max()))
        return image if sizes.min() > self._dependent * largest else None

    def append(self, image: Array) -> None:
        """Take in the block that was made last."""
        here = slice(self.size - self.width, self.size)
        there = slice(self.size, self.size + self.width)
        triangle = self.triangle
        assert triangle is not None
        self.basis[:, there] = image
        self.band[there, here], self.band[here, there] = triangle, triangle.conj().T
        self.size += self.width

    def ritz(self) -> tuple[RealArray, Array, RealArray]:
        """Ritz values ascending, their vectors in the basis, and their residuals under B."""
        ritz, rotation = np.linalg.eigh(self.band[: self.size, : self.size])
        return ritz, rotation, np.linalg.norm(self.outgoing(rotation), axis=0)

    def outgoing(self, rotation: Array) -> Array:
        """What B makes of basis @ rotation outside the space, in terms of the next block."""
        coupling: Array = self.triangle @ rotation[self.size - self.width : self.size]
        return coupling
