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
from bathlab.operators.simd import LANES
from bathlab.operators.system import System
from bathlab.spectrum.chebyshev.kernel import TERMS, Form, chebyshev_steps
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
    system
        H.
    lower, upper
        the ends of its spectrum.
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

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(self.system.dtype)

    @cached_property
    def form(self) -> Form:
        """The matrix for the compiled recurrence, where there is a sparse one."""
        matrix = sparse.csr_array(self.system.matrix(), dtype=self.dtype)
        return Form.of(matrix, self.centre, self.half)

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
    columns, dtype = block.shape[1], scaled.dtype
    padded = np.zeros((len(block), -(-columns // LANES) * LANES), dtype)
    padded[:, :columns] = block
    panels = [padded[:, k : k + LANES] for k in range(0, padded.shape[1], LANES)]
    work = LANES * len(scaled.form.columns)
    threads = numba.get_num_threads() if work >= THREAD_WORK else 1
    with ThreadPoolExecutor(threads) as pool:
        recurrence = _Recurrence(scaled, pool, threads)
        totals = [recurrence.series(coefficients, panel, report) for panel in panels]
    return np.hstack(totals)[:, :columns]


class _Recurrence:
    """The compiled steps, rows shared among the threads of a pool: the bits are the same."""

    def __init__(self, scaled: Scaled, pool: ThreadPoolExecutor, threads: int) -> None:
        self._scaled, self._pool = scaled, pool
        starts = scaled.form.starts
        shares = np.linspace(0, starts[-1], threads + 1)
        rows = [0, *np.searchsorted(starts, shares[1:-1]).tolist(), len(starts) - 1]
        self._rows = list(zip(rows[:-1], rows[1:]))

    def series(self, coefficients: RealArray, x: Array, report: Report) -> Array:
        """The series on one panel, in pieces of an even number of steps."""
        terms, flat = len(coefficients), self._flat(x)
        image, total = np.zeros_like(flat), np.zeros_like(flat)
        self._steps(np.zeros(TERMS + 1), 2, 3, image, flat, total)
        image /= 2  # from no vector before the first one step makes 2 x X
        for coefficient, vector in zip(coefficients, (flat, image)[: terms % TERMS]):
            total += coefficient * vector
        buffers = (flat, image, total)
        work = 2 * LANES * max(1, len(self._scaled.form.columns))
        piece = 2 * max(1, PIECE // work)
        for first in range(2, terms, piece):
            last = min(first + piece, terms)
            self._steps(coefficients, first, last, *buffers)
            report(LANES * (last - first))
        return self._columns(total)

    def _flat(self, x: Array) -> RealArray:
        if self._scaled.form.parts == 1:
            return np.array(x, dtype=float, order="C").reshape(-1)
        return np.hstack([x.real, x.imag]).reshape(-1)

    def _columns(self, flat: RealArray) -> Array:
        x = flat.reshape(-1, self._scaled.form.parts * LANES)
        return x if self._scaled.form.parts == 1 else x[:, :LANES] + 1j * x[:, LANES:]

    def _steps(
        self, coefficients: RealArray, first: int, last: int, *buffers: RealArray
    ) -> None:
        form = self._scaled.form
        older, newer, total = buffers
        if len(self._rows) == 1:
            chebyshev_steps(
                form, *self._rows[0], older, newer, total, coefficients, first, last
            )
            return
        for k in range(first, last):
            ready = (older, newer, total, coefficients, k, k + 1)
            list(
                self._pool.map(
                    lambda rows, x=ready: chebyshev_steps(form, *rows, *x), self._rows
                )
            )
            older, newer = newer, older
