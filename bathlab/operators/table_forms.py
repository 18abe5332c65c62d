"""What the compiled kernels take: the forms of H, and the work of a step, as records.

A vector is a flat (rows, width) table, padded to whole vectors of ``LANES`` numbers.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bathlab.conventions import RealArray
from bathlab.operators.hermitian import Matrix
from bathlab.operators.simd import LANES

#: Rows and vectors of a tile: 16 accumulators and 8 operands fit the 32 registers of AVX-512
#: and give 16 multiplications for 8 loads. Measured against 6 x 4 and 8 x 2: no gain.
TILE_ROWS = 4
TILE_VECTORS = 4
#: Columns of ``segments``, the last two of those of :class:`DenseContactsForm` alone.
ROW_START, ROW_STOP, FIRST_COLUMN, COLUMN_COUNT, SECOND_COLUMN, SECOND_COUNT = range(6)


class DenseForm(NamedTuple):
    """H in the eigenbasis of B, with a full matrix on the rows.

    Attributes
    ----------
    entries
        (rows * rows,) A off its diagonal, row by row.
    segments
        (s, 4) integers: rows ``ROW_START:ROW_STOP`` have ``COLUMN_COUNT`` entries from
        ``FIRST_COLUMN`` on, and zeros elsewhere.
    diagonal
        (rows,) diagonal of A.
    energies
        (width,) e, padded with zeros.
    signs
        (rows,) eigenvalues of B.
    couplings
        g_b, padded with zeros to the bits of a lane number.
    bits
        how many of them there are.
    """

    entries: RealArray
    segments: NDArray[np.int64]
    diagonal: RealArray
    energies: RealArray
    signs: RealArray
    couplings: RealArray
    bits: int


class SparseForm(NamedTuple):
    """The same with a CSR matrix on the rows.

    Attributes
    ----------
    entries, indices, starts
        the data, indices and indptr of A off its diagonal.
    diagonal, energies, signs, couplings, bits
        as in :class:`DenseForm`.
    """

    entries: RealArray
    indices: NDArray[np.int32]
    starts: NDArray[np.int64]
    diagonal: RealArray
    energies: RealArray
    signs: RealArray
    couplings: RealArray
    bits: int


class DenseContactsForm(NamedTuple):
    """H with several contacts B_k in their common eigenbasis, with a full matrix on the rows.

    Flip b has in each row the strength sum_k g_kb times the eigenvalue of B_k there. Rows of
    one class have all of these in common.

    Attributes
    ----------
    entries, diagonal, energies, bits
        as in :class:`DenseForm`.
    segments
        (s, 6) integers: rows ``ROW_START:ROW_STOP`` have ``COLUMN_COUNT`` entries from
        ``FIRST_COLUMN`` on, ``SECOND_COUNT`` from ``SECOND_COLUMN`` on, and zeros elsewhere.
    classes
        (rows,) class of each row.
    strengths
        (classes * pitch,) strength of each flip, class by class.
    pitch
        ``bits``, or more to the bits of a lane number, with strength 0.
    """

    entries: RealArray
    segments: NDArray[np.int64]
    diagonal: RealArray
    energies: RealArray
    classes: NDArray[np.int64]
    strengths: RealArray
    pitch: int
    bits: int


class SparseContactsForm(NamedTuple):
    """The same with a CSR matrix on the rows.

    Attributes
    ----------
    entries, indices, starts, diagonal, energies, bits
        as in :class:`SparseForm`.
    classes, strengths, pitch
        as in :class:`DenseContactsForm`.
    """

    entries: RealArray
    indices: NDArray[np.int32]
    starts: NDArray[np.int64]
    diagonal: RealArray
    energies: RealArray
    classes: NDArray[np.int64]
    strengths: RealArray
    pitch: int
    bits: int


class PackedForm(NamedTuple):
    """All of H as one sparse matrix in blocks of ``LANES`` rows and columns.

    Entry (r, c) goes to lane r mod LANES of a vector of entries that belongs to the block of r,
    the exchange (r XOR c) mod LANES of lanes, and the block of c.

    Attributes
    ----------
    entries
        (vectors * LANES,) array, aligned.
    sources
        (vectors,) block of c of each vector.
    starts
        (blocks, LANES + 1); ``starts[b, m]`` is where the vectors of block b and exchange
        m begin, ``starts[b, LANES]`` where they end.
    """

    entries: RealArray
    sources: NDArray[np.int32]
    starts: NDArray[np.int64]


class ShiftedForm(NamedTuple):
    """All of H as one sparse matrix whose entries repeat: values that rows next to each other
    have at the same distance from the diagonal are stored once.

    Term t adds ``values[t]`` times ``LANES`` neighbouring numbers of x, of which the first is
    ``x[sources[t]]``, to as many rows, in the lanes whose bit of ``masks[t]`` is set. A term
    may reach up to LANES - 1 numbers beyond either end of x, but has no lane there.

    Attributes
    ----------
    values
        (terms,) array.
    sources
        (terms,) integers.
    masks
        (terms,) bytes.
    starts
        (blocks + 1,); the terms of the rows from b LANES on are starts[b]:starts[b + 1].
    diagonal
        (blocks * LANES,) array.
    blocks
        how many blocks of LANES rows there are.
    """

    values: RealArray
    sources: NDArray[np.int32]
    masks: NDArray[np.uint8]
    starts: NDArray[np.int64]
    diagonal: RealArray
    blocks: int


TableKernelForm: TypeAlias = DenseForm | SparseForm | DenseContactsForm | SparseContactsForm
KernelForm: TypeAlias = TableKernelForm | PackedForm | ShiftedForm


class Step(NamedTuple):
    """One step of the recurrence, y <- inverse * H x - back * y, the same for all tiles."""

    y: RealArray
    x: RealArray
    form: KernelForm
    width: int
    inverse: float
    back: float


class Tile(NamedTuple):
    """Where a tile begins, and what of the row matrix acts on it.

    ``terms`` entries of each row are read from ``first_entry`` on. Those of a dense row are
    ``stride`` from the next row's and meet the rows of x from ``first_row`` on.
    """

    row: int
    column: int
    first_entry: int
    stride: int
    first_row: int
    terms: int


class SplitTile(NamedTuple):
    """A :class:`Tile` of a dense matrix that skips columns: ``second_terms`` more entries, from
    ``second_entry`` on, meet the rows of x from ``second_row`` on."""

    row: int
    column: int
    first_entry: int
    stride: int
    first_row: int
    terms: int
    second_entry: int
    second_row: int
    second_terms: int


class Rows(NamedTuple):
    """Which ``LANES`` rows of a packed matrix are meant."""

    block: int


class Subtraction(NamedTuple):
    """y <- y - factor * x, in ``blocks`` of ``TILE_VECTORS`` vectors."""

    y: RealArray
    x: RealArray
    factor: float
    blocks: int


def flip_strengths(form: TableKernelForm) -> RealArray:
    """(bits, rows): what multiplies the flip of each bit of the column number in each row."""
    if isinstance(form, (DenseForm, SparseForm)):
        return np.array([g * form.signs for g in form.couplings[: form.bits]])
    found = form.strengths.reshape(-1, form.pitch)[form.classes, : form.bits]
    return np.ascontiguousarray(found.T)


def packed(matrix: Matrix) -> PackedForm:
    """A sparse matrix as the kernels take it packed."""
    found = sparse.coo_array(matrix)
    row, column = (place.astype(np.int64) for place in found.coords)
    blocks = padded_size(matrix.shape[0]) // LANES
    exchange = (row ^ column) % LANES
    key = ((row // LANES) * LANES + exchange) * blocks + column // LANES
    keys, vector = np.unique(key, return_inverse=True)
    entries = aligned(len(keys) * LANES)
    np.add.at(entries, vector * LANES + row % LANES, found.data)
    starts = np.zeros((blocks, LANES + 1), dtype=np.int64)
    counts = np.bincount(keys // blocks, minlength=blocks * LANES)
    ends = np.cumsum(counts).reshape(blocks, LANES)
    starts[:, 1:] = ends
    starts[1:, 0] = ends[:-1, -1]
    return PackedForm(entries, (keys % blocks).astype(np.int32), starts)


def shifted(matrix: Matrix) -> ShiftedForm:
    """A sparse matrix as the kernels take it shifted."""
    found = sparse.coo_array(matrix)
    off = found.coords[0] != found.coords[1]
    row, column = (place[off].astype(np.int64) for place in found.coords)
    entries, value = np.unique(found.data[off], return_inverse=True)
    block, lane = row // LANES, row % LANES
    order = np.lexsort((value, column - lane, block))
    key = np.stack([block, column - lane, value])[:, order]
    first = np.flatnonzero(np.any(key[:, 1:] != key[:, :-1], axis=0)) + 1
    first = np.concatenate([[0], first]) if row.size else first
    block, source, value = key[:, first]
    masks = np.bitwise_or.reduceat(1 << lane[order], first) if row.size else first
    blocks = padded_size(matrix.shape[0]) // LANES
    starts = np.searchsorted(block, np.arange(blocks + 1))
    diagonal = aligned(blocks * LANES)
    diagonal[: matrix.shape[0]] = matrix.diagonal()
    return ShiftedForm(
        entries[value],
        source.astype(np.int32),
        masks.astype(np.uint8),
        starts.astype(np.int64),
        diagonal,
        blocks,
    )


def padded_size(entries: int) -> int:
    """The next multiple of what the kernels take at once."""
    return -(-entries // (LANES * TILE_VECTORS)) * LANES * TILE_VECTORS


def aligned(size: int) -> RealArray:
    """Zeros that start at a multiple of 64 bytes: unaligned vectors straddle cache lines.

    ``LANES`` numbers more on either side of them may be read.
    """
    raw = np.zeros(size + 3 * LANES)
    offset = LANES + -raw.ctypes.data % 64 // 8
    return raw[offset : offset + size]
