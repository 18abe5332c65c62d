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

from bathlab.conventions import RealArray
from bathlab.spectrum.operators import Matrix, is_filled
from bathlab.spectrum.simd import LANES
from bathlab.spectrum.table_kernels import TILE_VECTORS

#: Eigenvalues of B closer than this share of its norm are one: rounding of eigh.
DEGENERACY = 1e-12
#: Entries of a rotated sparse A below this share of the largest are rounding of zero.
ROUNDING = 1e-15
#: Largest set of rows that a sparse B may connect; its eigenvectors are dense there.
LARGEST_COMPONENT = 64


@dataclass(frozen=True, eq=False)
class TableForm:
    """H in the eigenbasis of B, ready for the kernels.

    Attributes
    ----------
    rotation : (rows, rows) orthogonal matrix, dense or CSR; its columns are the new basis.
    centre : mean of the diagonal of A; the kernels act with H - centre, so that a constant in H
        costs no digits.
    columns : how many columns the table has; it is padded to at least ``LANES``.
    data : what :mod:`bathlab.spectrum.table_kernels` takes.
    """

    rotation: Matrix
    centre: float
    columns: int
    data: tuple[Any, ...]

    @property
    def rows(self) -> int:
        return int(self.rotation.shape[0])

    @property
    def size(self) -> int:
        """Length of a padded vector."""
        entries = self.rows * len(self.data[4])
        return -(-entries // (LANES * TILE_VECTORS)) * LANES * TILE_VECTORS

    def enter(self, vector: RealArray) -> RealArray:
        """``vector`` in the new basis, padded with zeros, aligned for the kernels."""
        padded = aligned(self.size)
        width = len(self.data[4])
        table = padded[:self.rows * width].reshape(self.rows, width)
        table[:, :self.columns] = self.rotation.T @ vector.reshape(self.rows, self.columns)
        return padded

    def leave(self, padded: RealArray) -> RealArray:
        """The inverse of :meth:`enter`."""
        width = len(self.data[4])
        table = padded[:self.rows * width].reshape(self.rows, width)[:, :self.columns]
        return np.ascontiguousarray(self.rotation @ table).ravel()


def aligned(size: int) -> RealArray:
    """Zeros that start at a multiple of 64 bytes: unaligned vectors straddle cache lines."""
    raw = np.zeros(size + LANES)
    offset = -raw.ctypes.data % 64 // 8
    return raw[offset:offset + size]


def table_form(matrix: Matrix, contact: Matrix, energies: RealArray,
               couplings: RealArray) -> TableForm | None:
    """H = matrix (x) 1 + 1 (x) diag(energies) + contact (x) sum_b couplings[b] flip_b.

    Parameters
    ----------
    matrix, contact : (rows, rows) real symmetric, dense or CSR.
    energies : (2^m,) array.
    couplings : (m,) array; ``couplings[b]`` flips bit b of the column number.

    Returns None if ``contact`` connects too many rows of a sparse ``matrix`` to be diagonalised.
    """
    rows = int(matrix.shape[0])
    centre = float(matrix.diagonal().mean())
    matrix = matrix - centre * (np.eye(rows) if isinstance(matrix, np.ndarray)
                                else sparse.eye_array(rows, format="csr"))
    basis = _dense_basis(matrix, contact) if is_filled(matrix) else _sparse_basis(contact)
    if basis is None:
        return None
    signs, rotation = basis
    rotated: Matrix = rotation.T @ (matrix @ rotation)
    rotated = (rotated + rotated.T) / 2  # rounding must not make it asymmetric
    diagonal = rotated.diagonal().copy()
    if isinstance(rotated, np.ndarray):
        np.fill_diagonal(rotated, 0.0)
        starts = _segments(signs)
        entries, indices = np.ascontiguousarray(rotated).ravel(), np.empty(0, dtype=np.int32)
    else:
        rotated.setdiag(0.0)
        rotated.data[np.abs(rotated.data) <= ROUNDING * abs(matrix).max()] = 0.0
        rotated.eliminate_zeros()
        starts = rotated.indptr.astype(np.int64).reshape(-1, 1)
        entries, indices = rotated.data, rotated.indices.astype(np.int32)
    padded = aligned(max(LANES, len(energies)))
    padded[:len(energies)] = energies
    flips = np.zeros(max(len(couplings), LANES.bit_length() - 1))
    flips[:len(couplings)] = couplings
    return TableForm(rotation, centre, len(energies), (
        entries, indices, starts, diagonal, padded, signs, flips, len(couplings)))


def _dense_basis(matrix: Matrix, contact: Matrix) -> tuple[RealArray, Matrix]:
    """Eigenvalues and eigenvectors of ``contact`` that make ``matrix`` diagonal inside them."""
    dense = contact if isinstance(contact, np.ndarray) else contact.toarray()
    signs, rotation = np.linalg.eigh(dense)
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
    """Row start, row stop, first column and number of columns of what A has off its diagonal."""
    spaces, rows = _eigenspaces(signs), len(signs)
    if len(spaces) == 1:
        return np.array([[0, rows, 0, 0]])
    if len(spaces) == 2:
        size = spaces[0][1]
        return np.array([[0, size, size, rows - size], [size, rows, 0, size]])
    return np.array([[0, rows, 0, rows]])


def _sparse_basis(contact: Matrix) -> tuple[RealArray, Matrix] | None:
    """Eigenvalues and sparse eigenvectors of ``contact``, set of connected rows by set."""
    graph = sparse.csr_matrix(contact)  # unlike csr_array, indexes to a dense result
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
        inner = np.asarray(graph[rows, columns]).reshape(-1, size, size)
        levels, vectors = np.linalg.eigh(inner)
        signs[members] = levels
        blocks.append(vectors.ravel())
        places.append((rows, columns))
    rows, columns = (np.concatenate([place[k] for place in places]) for k in (0, 1))
    return signs, sparse.csr_array((np.concatenate(blocks), (rows, columns)), shape=graph.shape)
