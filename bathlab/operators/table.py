"""Operators on a (rows, columns) table, turned into the form in which they act fastest.

H = A (x) 1 + 1 (x) diag(e) + B (x) sum_b g_b flip_b, with A and B acting on the rows and flip_b
exchanging the columns whose numbers differ in bit b: a bath A with two-level systems that share
its operator B. In the eigenbasis of B the last term is a number per row, and A may be made
diagonal inside each eigenspace of B. If B has two of them (B^2 = 1), half of A's products are
gone. Spectra and spectral measures do not depend on the basis, so all of Lanczos runs there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from bathlab.conventions import HADAMARD, RealArray
from bathlab.operators.hermitian import Matrix, is_filled, to_dense
from bathlab.operators.simd import LANES
from bathlab.operators.spins import spin_operator
from bathlab.operators.table_kernels import TILE_VECTORS

#: Eigenvalues of B closer than this share of its norm are one: rounding of eigh.
DEGENERACY = 1e-12
#: Entries of a rotated sparse A below this share of the largest are rounding of zero.
ROUNDING = 1e-15
#: A plain sparse matrix is packed if that stores at most this many numbers for each of its own:
#: the packed product is some five times as fast per number as that of CSR.
LEAST_FILL_INVERSE = 4
#: Largest set of rows that a sparse B may connect; its eigenvectors are dense there.
LARGEST_COMPONENT = 64


@dataclass(frozen=True, eq=False)
class TableForm:
    """H in the eigenbasis of B, ready for the kernels.

    Attributes
    ----------
    rotation : (rows, rows) orthogonal matrices, dense or CSR; the new basis is the columns of
        their product, none for the old one.
    centre : mean of the diagonal of A; the kernels act with H - centre, so that a constant in H
        costs no digits.
    rows, columns : shape of the table.
    width : columns of the table as the kernels see it, padded to at least ``LANES``, or
        ``columns`` if they see it packed.
    data : what :mod:`bathlab.operators.table_kernels` takes.
    """

    rotation: tuple[Matrix, ...]
    centre: float
    rows: int
    columns: int
    width: int
    data: tuple[Any, ...]

    @property
    def size(self) -> int:
        """Length of a padded vector."""
        return padded_size(self.rows * self.width)

    @property
    def packed(self) -> bool:
        """Whether all of H is one matrix in blocks of ``LANES`` rows."""
        return self.width < LANES

    @property
    def narrow(self) -> bool:
        """Whether A is a full matrix that meets too few columns to pay for being read."""
        return not self.packed and self.columns < LANES

    def enter(self, vector: RealArray) -> RealArray:
        """``vector`` in the new basis, padded with zeros, aligned for the kernels."""
        padded = aligned(self.size)
        table = padded[: self.rows * self.width].reshape(self.rows, self.width)
        table[:, : self.columns] = self.to_basis(vector.reshape(self.rows, self.columns))
        return padded

    def leave(self, padded: RealArray) -> RealArray:
        """The inverse of :meth:`enter`."""
        table = padded[: self.rows * self.width].reshape(self.rows, self.width)
        return self.from_basis(table[:, : self.columns]).ravel()

    def to_basis(self, table: RealArray) -> RealArray:
        """A (rows, columns) table in the new basis."""
        for factor in self.rotation:
            table = factor.T @ table
        return np.ascontiguousarray(table)

    def from_basis(self, table: RealArray) -> RealArray:
        """The inverse of :meth:`to_basis`."""
        for factor in reversed(self.rotation):
            table = factor @ table
        return np.ascontiguousarray(table)


def padded_size(entries: int) -> int:
    """The next multiple of what the kernels take at once."""
    return -(-entries // (LANES * TILE_VECTORS)) * LANES * TILE_VECTORS


def aligned(size: int) -> RealArray:
    """Zeros that start at a multiple of 64 bytes: unaligned vectors straddle cache lines."""
    raw = np.zeros(size + LANES)
    offset = -raw.ctypes.data % 64 // 8
    return raw[offset : offset + size]


@dataclass(frozen=True, eq=False)
class RowBasis:
    """The rows of H in the eigenbasis of B: all that does not depend on energies and couplings.

    Attributes
    ----------
    rotation : (rows, rows) orthogonal matrices, dense or CSR; the new basis is the columns of
        their product.
    centre : mean of the diagonal of A.
    signs : (rows,) eigenvalues of B.
    diagonal : (rows,) diagonal of A - centre in the new basis.
    inner : (rows, rows), what A has off that diagonal, dense or CSR.
    """

    rotation: tuple[Matrix, ...]
    centre: float
    signs: RealArray
    diagonal: RealArray
    inner: Matrix

    def form(self, energies: RealArray, couplings: RealArray) -> TableForm:
        """H = A (x) 1 + 1 (x) diag(energies) + B (x) sum_b couplings[b] flip_b for the kernels.

        Parameters
        ----------
        energies : (2^m,) array.
        couplings : (m,) array; ``couplings[b]`` flips bit b of the column number.
        """
        rows, columns = len(self.signs), len(energies)
        if sparse.issparse(self.inner) and columns < LANES:
            data = packed_data(self._whole(energies, couplings))
            return TableForm(self.rotation, self.centre, rows, columns, columns, data)
        width = max(LANES, columns)
        padded = aligned(width)
        padded[:columns] = energies
        strengths = np.zeros(max(len(couplings), LANES.bit_length() - 1))
        strengths[: len(couplings)] = couplings
        data = (
            *self._offdiagonal(),
            self.diagonal,
            padded,
            self.signs,
            strengths,
            len(couplings),
        )
        return TableForm(self.rotation, self.centre, rows, columns, width, data)

    def _whole(self, energies: RealArray, couplings: RealArray) -> sparse.csr_array:
        """All of H - centre in the new basis."""
        levels = np.add.outer(self.diagonal, energies).ravel()
        return (
            sparse.kron(self.inner, sparse.eye_array(len(energies)))
            + sparse.diags_array(levels)
            + sparse.kron(sparse.diags_array(self.signs), _flips(couplings))
        )

    def _offdiagonal(self) -> tuple[RealArray, NDArray[np.int32], NDArray[np.int64]]:
        """Entries of A off its diagonal, their columns, and where they start."""
        inner = self.inner
        if isinstance(inner, np.ndarray):
            return inner.ravel(), np.empty(0, dtype=np.int32), _segments(self.signs)
        starts = inner.indptr.astype(np.int64).reshape(-1, 1)
        return inner.data, inner.indices.astype(np.int32, copy=False), starts


def row_basis(matrix: Matrix, contact: Matrix, dims: tuple[int, ...] = ()) -> RowBasis | None:
    """The basis for H = matrix (x) 1 + 1 (x) diag(e) + contact (x) sum_b g_b flip_b.

    Parameters
    ----------
    matrix, contact : (rows, rows) real symmetric, dense or CSR.
    dims : dimensions of the tensor factors of the rows, if known: more bases are tried.

    Returns None if ``contact`` connects too many rows of a sparse ``matrix`` to be
    diagonalised.
    """
    rows = int(matrix.shape[0])
    centre = float(matrix.diagonal().mean())
    if is_filled(matrix):
        dense = to_dense(matrix) - centre * np.eye(rows)
        signs, basis = _dense_basis(dense, contact)
        rotated = _symmetric(basis.T @ dense @ basis)
        diagonal = rotated.diagonal().copy()
        np.fill_diagonal(rotated, 0.0)
        return RowBasis((basis,), centre, signs, diagonal, rotated)
    shifted = sparse.csr_array(matrix) - centre * sparse.eye_array(rows, format="csr")
    found = _sparse_basis(shifted, contact, dims)
    if found is None:
        return None
    signs, rotation, sparser = found
    diagonal = sparser.diagonal()
    sparser.setdiag(0.0)
    sparser.eliminate_zeros()
    return RowBasis(rotation, centre, signs, diagonal, sparser)


def packed_form(matrix: sparse.csr_array) -> TableForm | None:
    """A sparse real H in its own basis; None where blocks of rows have too little in common."""
    rows = int(matrix.shape[0])
    centre = float(matrix.diagonal().mean())
    data = packed_data(matrix - centre * sparse.eye_array(rows, format="csr"))
    if len(data[0]) > LEAST_FILL_INVERSE * matrix.nnz:
        return None
    return TableForm((), centre, rows, 1, 1, data)


def packed_data(matrix: Matrix) -> tuple[Any, ...]:
    """A sparse matrix as the kernels take it packed: blocks of ``LANES`` rows and columns.

    Entry (r, c) goes to lane r mod LANES of a vector of entries that belongs to the block of r,
    the exchange (r XOR c) mod LANES of lanes, and the block of c. ``starts[b, m]`` is where the
    vectors of block b and exchange m begin, ``starts[b, LANES]`` where they end.
    """
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
    nothing = np.zeros(1)
    return (
        entries,
        (keys % blocks).astype(np.int32),
        starts,
        nothing,
        nothing,
        nothing,
        nothing,
        0,
    )


def _flips(couplings: RealArray) -> sparse.csr_array:
    """sum_b couplings[b] flip_b on the columns."""
    columns = np.arange(2 ** len(couplings))
    bits = np.arange(len(couplings))
    partners = columns[:, np.newaxis] ^ (1 << bits)
    return sparse.csr_array(
        (np.tile(couplings, len(columns)), (np.repeat(columns, len(bits)), partners.ravel())),
        shape=(len(columns),) * 2,
    )


def _symmetric(matrix: Any) -> Any:
    """Rounding must not make a rotated matrix asymmetric."""
    return (matrix + matrix.T) / 2


def _dense_basis(matrix: RealArray, contact: Matrix) -> tuple[RealArray, RealArray]:
    """Eigenvalues and eigenvectors of ``contact`` that make ``matrix`` diagonal inside them."""
    signs, rotation = np.linalg.eigh(to_dense(contact))
    for start, stop in _eigenspaces(signs):
        vectors = rotation[:, start:stop]
        _, inner = np.linalg.eigh(vectors.T @ (matrix @ vectors))
        rotation[:, start:stop] = vectors @ inner
        signs[start:stop] = signs[start:stop].mean()
    return signs, rotation


def _eigenspaces(signs: RealArray) -> list[tuple[int, int]]:
    """Where equal numbers start and stop in the ascending ``signs``."""
    inner = np.flatnonzero(np.diff(signs) > DEGENERACY * np.abs(signs).max()) + 1
    bounds = [0, *inner.tolist(), len(signs)]
    return list(zip(bounds[:-1], bounds[1:]))


def _segments(signs: RealArray) -> NDArray[np.int64]:
    """Row start, row stop, first column and number of columns of what A has off its
    diagonal."""
    spaces, rows = _eigenspaces(signs), len(signs)
    if len(spaces) == 1:
        return np.array([[0, rows, 0, 0]])
    if len(spaces) == 2:
        size = spaces[0][1]
        return np.array([[0, size, size, rows - size], [size, rows, 0, size]])
    return np.array([[0, rows, 0, rows]])


def _sparse_basis(
    matrix: sparse.csr_array, contact: Matrix, dims: tuple[int, ...]
) -> tuple[RealArray, tuple[Matrix, ...], sparse.csr_array] | None:
    """Eigenvalues of ``contact``, a basis that is sparse in ``matrix``, and that in this
    basis."""
    candidates = []
    local = _component_basis(contact)
    if local is not None:
        candidates.append((local[0], (local[1],)))
    if dims and set(dims) == {2} and 2 ** len(dims) == matrix.shape[0]:
        # In the sigma^x basis of every spin, a sum of sigma^z and of products of sigma^x has
        # one entry per spin; and a contact made of the latter is diagonal.
        factors = tuple(spin_operator(HADAMARD, site, len(dims)) for site in range(len(dims)))
        levels = _rotated(sparse.csr_array(contact), factors)
        if not (levels - sparse.diags_array(levels.diagonal())).count_nonzero():
            candidates.append((levels.diagonal(), factors))
    rotated = [(signs, factors, _rotated(matrix, factors)) for signs, factors in candidates]
    return min(rotated, key=lambda found: found[2].nnz) if rotated else None


def _rotated(matrix: sparse.csr_array, factors: tuple[Matrix, ...]) -> sparse.csr_array:
    """``matrix`` in the basis of the columns of the product of ``factors``."""
    threshold = ROUNDING * abs(matrix).max()
    for factor in factors:
        matrix = sparse.csr_array(_symmetric(factor.T @ (matrix @ factor)))
        matrix.data[np.abs(matrix.data) <= threshold] = 0.0
        matrix.eliminate_zeros()
    return matrix


def _component_basis(contact: Matrix) -> tuple[RealArray, Matrix] | None:
    """Eigenvalues and sparse eigenvectors of ``contact``, set of connected rows by set."""
    graph = sparse.csr_array(contact)
    count, labels = connected_components(graph, directed=False)
    order, sizes = np.argsort(labels, kind="stable"), np.bincount(labels)
    if sizes.max() > LARGEST_COMPONENT:
        return None
    stops = np.cumsum(sizes)
    signs = np.empty(len(labels))
    blocks, places = [], []
    for size in np.unique(sizes):
        members = order[np.add.outer(stops[sizes == size] - size, np.arange(size))]
        rows, columns = np.repeat(members, size, axis=1).ravel(), np.tile(members, size).ravel()
        inner = graph[rows, columns]  # an array or, in some versions of scipy, a sparse one
        inner = inner.toarray() if sparse.issparse(inner) else inner
        levels, vectors = np.linalg.eigh(inner.reshape(-1, size, size))
        signs[members] = levels
        blocks.append(vectors.ravel())
        places.append((rows, columns))
    rows, columns = (np.concatenate([place[k] for place in places]) for k in (0, 1))
    return signs, sparse.csr_array((np.concatenate(blocks), (rows, columns)), shape=graph.shape)
