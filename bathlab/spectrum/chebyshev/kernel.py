"""Chebyshev recurrences of a sparse matrix on panels of ``LANES`` vectors, compiled.

A panel is a flat table: of each row ``LANES`` numbers side by side, so that an entry of the
matrix is read once for all of them; for complex vectors the real parts of a row, then the
imaginary ones.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bathlab.conventions import RealArray
from bathlab.operators.kept import kept
from bathlab.operators.simd import LANES, Block, Lanes, kernel

#: Terms of the series that are added at once: the last three vectors are at hand in each step.
TERMS = 3


class Form(NamedTuple):
    """2 (H - centre)/half as the kernels take it; complex entries as pairs of numbers.

    Attributes
    ----------
    parts
        numbers of an entry: 1, or 2 of a complex one.
    diagonal
        (n,).
    entries
        off the diagonal, row by row, or a single one if all are equal.
    stride
        1, or 0 for a single entry.
    columns
        of the entries.
    starts
        (n + 1,) where the entries of a row begin.
    """

    parts: int
    diagonal: RealArray
    entries: RealArray
    stride: int
    columns: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, matrix: sparse.csr_array, centre: float, half: float) -> Form:
        n = matrix.shape[0]
        rows = np.repeat(np.arange(n), np.diff(matrix.indptr))
        off = matrix.indices != rows
        starts = np.concatenate([[0], np.cumsum(np.bincount(rows[off], minlength=n))])
        entries = matrix.data[off] * (2 / half)
        alike = len(entries) > 0 and bool(np.all(entries == entries[0]))
        return cls(
            2 if np.iscomplexobj(entries) else 1,
            np.ascontiguousarray((matrix.diagonal().real - centre) * (2 / half)),
            np.ascontiguousarray(entries[:1] if alike else entries).view(np.float64),
            int(not alike),
            matrix.indices[off].astype(np.int32),
            starts.astype(np.int64),
        )


class Row(NamedTuple):
    """One row of a step: where it starts in the panels, and the factors of three vectors."""

    form: Form
    older: RealArray
    newer: RealArray
    total: RealArray
    row: int
    oldest_factor: float
    older_factor: float
    newer_factor: float


def _row(parts: int, adds: bool) -> Any:
    """The kernel of a row: older <- 2 x newer - older; all three are added to the total."""

    def body(block: Block) -> None:
        add, width = block.builder.add, block.index(LANES * parts)
        start = block.builder.mul(block["row"], width)
        places = [add(start, block.index(LANES * part)) for part in range(parts)]
        oldest = [block.load("older", place) for place in places]
        older = [block.load("newer", place) for place in places]
        level = block.splat(block.scalar("diagonal", block["row"]))
        images = [
            block.place((block.zero() - last).plus_product(level, here))
            for last, here in zip(oldest, older)
        ]
        first = block.integer("starts", block["row"])
        stop = block.integer("starts", add(block["row"], block.index(1)))
        with block.loop(stop, start=first) as loop:
            _accumulate(block, loop.index, images)
        for place, image, *before in zip(places, images, oldest, older):
            value = block.read(image)
            block.store(value, "older", place)
            if adds:
                _add(block, place, [*before, value])

    return kernel(body)


def _accumulate(block: Block, entry: Any, images: list[Any]) -> None:
    """One entry times the vectors of its column."""
    add, mul, parts = block.builder.add, block.builder.mul, len(images)
    start = mul(block.integer("columns", entry), block.index(LANES * parts))
    where = mul(mul(entry, block["stride"]), block.index(parts))
    factors = [
        block.splat(block.scalar("entries", add(where, block.index(part))))
        for part in range(parts)
    ]
    x = [block.load("newer", add(start, block.index(LANES * part))) for part in range(parts)]
    for image, vector in zip(images, x):
        block.accumulate(image, factors[0], vector)
    if parts == 2:
        block.accumulate(images[0], block.zero() - factors[1], x[1])
        block.accumulate(images[1], factors[1], x[0])


def _add(block: Block, place: Any, vectors: list[Lanes]) -> None:
    total = block.load("total", place)
    for name, vector in zip(("oldest_factor", "older_factor", "newer_factor"), vectors):
        total = total.plus_product(block.splat(block[name]), vector)
    block.store(total, "total", place)


_real, _real_adding = _row(1, adds=False), _row(1, adds=True)
_complex, _complex_adding = _row(2, adds=False), _row(2, adds=True)


@kept(error_model="numpy", nogil=True)
def chebyshev_steps(
    form: Form,
    first: int,
    last: int,
    older: RealArray,
    newer: RealArray,
    total: RealArray,
    coefficients: RealArray,
    begin: int,
    stop: int,
) -> None:
    """older, newer <- newer, 2 x newer - older for the terms begin:stop of the series.

    Each third of them, counted from the last, adds three terms to ``total``. The two buffers
    change parts at every step, so an even number leaves them where they were. Of rows
    first:last only for one term at a time: a step reads all of ``newer``.
    """
    for k in range(begin, stop):
        adds = (len(coefficients) - 1 - k) % TERMS == 0
        a, b, c = coefficients[k - 2], coefficients[k - 1], coefficients[k]
        for i in range(first, last):
            row = Row(form, older, newer, total, i, a, b, c)
            if form.parts == 1:
                if adds:
                    _real_adding(row)
                else:
                    _real(row)
            elif adds:
                _complex_adding(row)
            else:
                _complex(row)
        older, newer = newer, older
