"""H x on a device, of a full, a sparse or a table form: parts that give the same bits twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Sequence

import numpy as np
from scipy import sparse

from bathlab.conventions import Array
from bathlab.operators.hermitian import Operator, to_sparse
from bathlab.operators.memory import require_memory
from bathlab.operators.system import System
from bathlab.operators.table import TableForm
from bathlab.operators.table_forms import (
    DenseContactsForm,
    DenseForm,
    PackedForm,
    ShiftedForm,
    SparseContactsForm,
    SparseForm,
    flip_strengths,
)
from bathlab.spectrum.backend import Backend

#: Vectors that a step holds at its peak: two of the recurrence, the image, the diagonal of H,
#: and a product and its operand in flight.
STEP_VECTORS = 6
#: A sparse matrix is padded to its longest row if that at most doubles it.
PADDING = 2

_WAY_OUT = 'Use backend="cpu", which takes the memory of the host.'


@dataclass(frozen=True, eq=False)
class Block:
    """A dense part of a matrix: rows ``start:stop`` of the image, ``first:last`` of x."""

    start: int
    stop: int
    first: int
    last: int
    entries: Any

    def add_product(self, xp: Any, image: Any, x: Any) -> None:
        part = image[self.start : self.stop]
        part += self.entries @ x[self.first : self.last]


@dataclass(frozen=True, eq=False)
class Piece:
    """Equally many entries of each of some rows of a sparse matrix, padded with zeros.

    cuSPARSE does not promise the same bits twice, and takes tables in column order. A gather
    and a sum along an axis do promise them.

    Attributes
    ----------
    rows
        (r,) integer array, ascending; None for all.
    columns
        (r, k) integer array.
    values
        (r, k, 1) array.
    """

    rows: Any
    columns: Any
    values: Any

    def add_product(self, xp: Any, image: Any, x: Any) -> None:
        gathered = xp.take(x, self.columns, axis=0)
        gathered *= self.values
        if self.rows is None:
            image += gathered.sum(axis=1)
        else:
            image[self.rows] += gathered.sum(axis=1)


@dataclass(frozen=True, eq=False)
class Product:
    """H x = parts x + spread * x + sum_b weights[b] * (columns of x flipped in bit b).

    Attributes
    ----------
    shape
        (rows, columns) of x.
    form
        knows the basis; None for that of H.
    parts
        what multiplies rows.
    spread
        (rows, columns) array or None.
    weights
        one (rows, 1, 1, 1) array per bit of the column number, the lowest first.
    """

    shape: tuple[int, int]
    form: TableForm | None
    parts: Sequence[Block | Piece]
    spread: Any = None
    weights: Sequence[Any] = ()

    def __call__(self, xp: Any, x: Any) -> Any:
        image = xp.zeros_like(x) if self.spread is None else self.spread * x
        for part in self.parts:
            part.add_product(xp, image, x)
        rows, columns = self.shape
        for bit, weight in enumerate(self.weights):
            pairs = (rows, columns >> bit + 1, 2, 1 << bit)
            table = image.reshape(pairs)
            table += weight * x.reshape(pairs)[:, :, ::-1]
        return image

    def enter(self, vector: Array) -> Array:
        """A vector of H as a table on the host."""
        return (vector if self.form is None else self.form.to_basis(vector)).reshape(self.shape)

    def leave(self, table: Array) -> Array:
        """The inverse of :meth:`enter`."""
        return table.ravel() if self.form is None else self.form.from_basis(table)


def table_product(form: TableForm, backend: Backend) -> Product:
    data, shape = form.data, (form.rows, form.columns)
    assert not isinstance(data, PackedForm | ShiftedForm)  # as the caller promises
    parts: Sequence[Block | Piece]
    if isinstance(data, (SparseForm, SparseContactsForm)):
        rows = (data.entries, data.indices, data.starts)
        parts = pieces(sparse.csr_array(rows, shape=(form.rows, form.rows)))
    else:
        parts = _blocks(data, form.rows)
    _require_step_fits(backend, parts, shape, np.float64)
    send = backend.to_device
    return Product(
        shape,
        form,
        _sent(parts, send),
        send(data.diagonal[:, None] + data.energies[: form.columns]),
        [send(strengths[:, None, None, None]) for strengths in flip_strengths(data)],
    )


def _blocks(data: DenseForm | DenseContactsForm, rows: int) -> list[Block]:
    """What a full matrix has off its diagonal, block by block."""
    table = data.entries.reshape(rows, rows)
    return [
        Block(
            start,
            stop,
            first,
            first + count,
            np.ascontiguousarray(table[start:stop, first : first + count]),
        )
        for start, stop, *spans in data.segments.tolist()
        for first, count in zip(spans[::2], spans[1::2])
        if count
    ]


def matrix_product(operator: Operator, dtype: Any, backend: Backend) -> Product:
    n = int(operator.shape[0])
    if isinstance(operator, System) and not operator.has_matrix:
        raise ValueError(
            f"A matrix-free operator was given with the backend {backend.name!r}; expected one "
            "whose matrix can be had, since its product runs on the host. Pass the matrix "
            'itself, or use backend="cpu".'
        )
    matrix = operator.matrix() if isinstance(operator, System) else operator
    parts: Sequence[Block | Piece]
    if isinstance(matrix, np.ndarray):
        parts = [Block(0, n, 0, n, matrix)]
    else:
        parts = pieces(to_sparse(matrix))
    _require_step_fits(backend, parts, (n, 1), dtype)
    return Product((n, 1), None, _sent(parts, backend.to_device))


def pieces(matrix: sparse.csr_array) -> list[Piece]:
    """The matrix in pieces, each twice as wide as the last: few also if rows are uneven."""
    lengths = np.diff(matrix.indptr)
    longest, rows_in_all, done = int(lengths.max()), len(lengths), 0
    even = longest * rows_in_all <= PADDING * matrix.nnz
    width = longest if even else -(-matrix.nnz // rows_in_all)
    pieces = []
    while done < longest:
        width = min(width, longest - done)
        rows = np.flatnonzero(lengths > done)
        places = (matrix.indptr[rows] + done)[:, None] + np.arange(width)
        inside = places < matrix.indptr[rows + 1][:, None]
        places[~inside] = 0
        pieces.append(
            Piece(
                None if len(rows) == rows_in_all else rows,
                np.where(inside, matrix.indices[places], rows[:, None]).astype(np.int64),
                np.where(inside, matrix.data[places], 0.0)[:, :, None],
            )
        )
        done, width = done + width, 2 * width
    return pieces


def _sent(parts: Iterable[Block | Piece], send: Any) -> list[Block | Piece]:
    """The same parts with their arrays on the device."""
    return [
        Block(part.start, part.stop, part.first, part.last, send(part.entries))
        if isinstance(part, Block)
        else Piece(
            None if part.rows is None else send(part.rows),
            send(part.columns),
            send(part.values),
        )
        for part in parts
    ]


def _require_step_fits(
    backend: Backend, parts: Iterable[Block | Piece], shape: tuple[int, int], dtype: Any
) -> None:
    """Raise ValueError unless the matrix and the vectors of a step fit on the device."""
    item = np.dtype(dtype).itemsize
    vector = shape[0] * shape[1] * item
    matrix, largest = 0, 0
    for part in parts:
        if isinstance(part, Block):
            matrix += part.entries.nbytes
        else:
            matrix += part.values.nbytes + part.columns.nbytes
            largest = max(largest, part.values.size * shape[1] * item)
    require_device_memory(backend, matrix + largest + STEP_VECTORS * vector)


def require_device_memory(backend: Backend, needed: float) -> None:
    require_memory(
        needed, f"Lanczos on the backend {backend.name!r}", _WAY_OUT, backend.free_memory()
    )
