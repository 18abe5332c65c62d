"""sum_k c_k T_k(x) X for a block of vectors X, x being H on a scale on which it is in [-1, 1].

A sparse matrix goes through the compiled recurrence, its rows shared among numba's number of
threads; a full one, and a system without a matrix, by its own product with blocks.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Callable

import numba
import numpy as np
from scipy import sparse

from bathlab.conventions import Array, RealArray
from bathlab.operators.system import System
from bathlab.spectrum.chebyshev.kernel import LANES, chebyshev_steps
from bathlab.spectrum.krylov.lanczos import spectral_interval

#: The spectrum is widened by this share: beyond [-1, 1] the polynomials grow exponentially.
WIDENED = 0.01
#: Entries multiplied between two reports of progress: some tenths of a second.
PIECE = 100_000_000
#: Entries times vectors of one step that are worth several threads.
THREAD_WORK = 400_000

Report = Callable[[int], object]


@dataclass(frozen=True, eq=False)
class Scaled:
    """H on the scale x = (E - centre)/half, which keeps its levels within [-1, 1].

    Attributes
    ----------
    system : H.
    lower, upper : the ends of its spectrum.
    """

    system: System
    lower: float
    upper: float

    @classmethod
    def of(cls, system: System) -> Scaled:
        return cls(system, *spectral_interval(system))

    @property
    def centre(self) -> float:
        return (self.lower + self.upper) / 2

    @property
    def half(self) -> float:
        width = (self.upper - self.lower) / 2 * (1 + WIDENED)
        return width or 1.0

    @property
    def radius(self) -> float:
        return max(abs(self.lower), abs(self.upper))

    @cached_property
    def entries(self) -> sparse.csr_array:
        """The matrix, where there is a sparse one."""
        return sparse.csr_array(self.system.matrix())

    def angle(self, energy: float | RealArray) -> RealArray:
        """theta = arccos x, clipped to [0, pi]."""
        x = (np.asarray(energy, dtype=float) - self.centre) / self.half
        return np.arccos(np.clip(x, -1.0, 1.0))

    def series(
        self, coefficients: RealArray, block: Array, report: Report | None = None
    ) -> Array:
        """sum_k coefficients[k] T_k(x) block, (n, columns); ``report`` hears of products."""
        told = report or (lambda _: None)
        if self.system.has_matrix and not self.system.filled:
            return _by_panels(self, coefficients, block, told)
        return _by_blocks(self, coefficients, block, told)


def _by_blocks(scaled: Scaled, coefficients: RealArray, block: Array, report: Report) -> Array:
    def image(x: Array) -> Array:
        report(x.shape[1])
        product: Array = (scaled.system @ x - scaled.centre * x) / scaled.half
        return product

    older, newer = block, image(block)
    total = coefficients[0] * older + coefficients[1] * newer
    for coefficient in coefficients[2:]:
        older, newer = newer, 2 * image(newer) - older
        total += coefficient * newer
    return total


def _by_panels(scaled: Scaled, coefficients: RealArray, block: Array, report: Report) -> Array:
    matrix = scaled.entries
    columns = block.shape[1]
    dtype = np.result_type(matrix.dtype, block.dtype)
    padded = np.zeros((len(block), -(-columns // LANES) * LANES), dtype)
    padded[:, :columns] = block
    panels = [padded[:, k : k + LANES] for k in range(0, padded.shape[1], LANES)]
    threads = numba.get_num_threads() if LANES * matrix.nnz >= THREAD_WORK else 1
    with ThreadPoolExecutor(threads) as pool:
        recurrence = _Recurrence(matrix, scaled, pool, threads)
        totals = [recurrence.series(coefficients, panel, report) for panel in panels]
    return np.hstack(totals)[:, :columns]


class _Recurrence:
    """The compiled steps, rows shared among the threads of a pool: the bits are the same."""

    def __init__(
        self, matrix: sparse.csr_array, scaled: Scaled, pool: ThreadPoolExecutor, threads: int
    ) -> None:
        self._matrix, self._scaled, self._pool = matrix, scaled, pool
        shares = np.linspace(0, matrix.nnz, threads + 1)
        ends = np.searchsorted(matrix.indptr, shares[1:-1])
        rows = [0, *ends.tolist(), matrix.shape[0]]
        self._rows = list(zip(rows[:-1], rows[1:]))

    def series(self, coefficients: RealArray, x: Array, report: Report) -> Array:
        """The series on one panel, in pieces of an even number of steps."""
        scaled, x = self._scaled, np.ascontiguousarray(x)
        image = (self._matrix @ x - scaled.centre * x) / scaled.half
        total = coefficients[0] * x + coefficients[1] * image
        buffers = (x.reshape(-1).copy(), image.reshape(-1), total.reshape(-1))
        piece = 2 * max(1, PIECE // (2 * LANES * max(1, self._matrix.nnz)))
        for first in range(2, len(coefficients), piece):
            some = coefficients[first : first + piece]
            self._steps(some, *buffers)
            report(LANES * len(some))
        return total

    def _steps(self, some: RealArray, older: Array, newer: Array, total: Array) -> None:
        matrix, scaled = self._matrix, self._scaled
        entries = (matrix.data, matrix.indices, matrix.indptr)
        scale = (scaled.centre, scaled.half)
        if len(self._rows) == 1:
            chebyshev_steps(*entries, *self._rows[0], *scale, older, newer, total, some)
            return
        for k in range(len(some)):
            one = some[k : k + 1]
            buffers = (*scale, older, newer, total, one)
            list(
                self._pool.map(
                    lambda rows, ready=buffers: chebyshev_steps(*entries, *rows, *ready),
                    self._rows,
                )
            )
            older, newer = newer, older
