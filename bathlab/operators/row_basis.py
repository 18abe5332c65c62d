"""The basis of the rows in which H = A (x) 1 + 1 (x) diag(e) + B (x) flips is applied fastest.

It is the eigenbasis of B, with A made diagonal inside each eigenspace where A is full, and
sparse where A is sparse. It depends on A and B alone, so all that is attached to one drawn bath
shares it (see :mod:`bathlab.operators.table`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from bathlab.conventions import HADAMARD, Array, RealArray
from bathlab.operators.hermitian import Matrix, adjoint, is_filled, on_parts, to_dense
from bathlab.operators.simd import LANES
from bathlab.operators.spins import spin_operator
from bathlab.operators.table import TableForm
from bathlab.operators.table_forms import (
    DenseForm,
    KernelForm,
    SparseForm,
    aligned,
    packed,
)

#: Eigenvalues of B closer than this share of its norm are one: rounding of eigh.
DEGENERACY = 1e-12
#: Entries of a rotated sparse A below this share of the largest are rounding of zero.
ROUNDING = 1e-15
#: Largest set of rows that a sparse B may connect; its eigenvectors are dense there.
LARGEST_COMPONENT = 64


@dataclass(frozen=True, eq=False)
class RowBasis:
    """The rows of H in the eigenbasis of B: all that does not depend on energies and couplings.

    All but ``rotation`` is real: where A or B is complex, there are two rows for each one of H,
    for its real and its imaginary part, one after the other.

    Attributes
    ----------
    rotation : unitary matrices on the rows of H, dense or CSR; the new basis is the columns of
        their product.
    centre : mean of the diagonal of A.
    signs : (rows,) eigenvalues of B.
    diagonal : (rows,) diagonal of A - centre in the new basis.
    inner : (rows, rows), what A has off that diagonal, dense or CSR.
    parts : 2 for a complex H, else 1.
    """

    rotation: tuple[Matrix, ...]
    centre: float
    signs: RealArray
    diagonal: RealArray
    inner: Matrix
    parts: int = 1

    @property
    def complex(self) -> bool:
        """Whether A or B is."""
        return self.parts == 2

    def form(self, energies: RealArray, couplings: RealArray) -> TableForm:
        """H = A (x) 1 + 1 (x) diag(energies) + B (x) sum_b couplings[b] flip_b for the kernels.

        Parameters
        ----------
        energies : (2^m,) array.
        couplings : (m,) array; ``couplings[b]`` flips bit b of the column number.
        """
        rows, columns = len(self.signs), len(energies)
        width = max(LANES, columns)
        data: KernelForm
        if isinstance(self.inner, np.ndarray):
            segments = _segments(self.signs)
            data = DenseForm(
                self.inner.ravel(), segments, *self._around(energies, couplings, width)
            )
        elif columns < LANES:
            width = columns
            data = packed(self._whole(energies, couplings))
        else:
            data = SparseForm(
                self.inner.data,
                self.inner.indices.astype(np.int32, copy=False),
                self.inner.indptr.astype(np.int64),
                *self._around(energies, couplings, width),
            )
        parts = (self.parts, 1)
        return TableForm(self.rotation, self.centre, rows, columns, width, data, parts)

    def _around(
        self, energies: RealArray, couplings: RealArray, width: int
    ) -> tuple[RealArray, RealArray, RealArray, RealArray, int]:
        """What both forms have besides A: diagonal, energies, signs, couplings, bits."""
        padded = aligned(width)
        padded[: len(energies)] = energies
        strengths = np.zeros(max(len(couplings), LANES.bit_length() - 1))
        strengths[: len(couplings)] = couplings
        return self.diagonal, padded, self.signs, strengths, len(couplings)

    def _whole(self, energies: RealArray, couplings: RealArray) -> sparse.csr_array:
        """All of H - centre in the new basis."""
        levels = np.add.outer(self.diagonal, energies).ravel()
        return (
            sparse.kron(self.inner, sparse.eye_array(len(energies)))
            + sparse.diags_array(levels)
            + sparse.kron(sparse.diags_array(self.signs), _flips(couplings))
        )


def row_basis(matrix: Matrix, contact: Matrix, dims: tuple[int, ...] = ()) -> RowBasis | None:
    """The basis for H = matrix (x) 1 + 1 (x) diag(e) + contact (x) sum_b g_b flip_b.

    Parameters
    ----------
    matrix, contact : (rows, rows) Hermitian, dense or CSR.
    dims : dimensions of the tensor factors of the rows, if known: more bases are tried.

    Returns None if ``contact`` connects too many rows of a sparse ``matrix`` to be
    diagonalised.
    """
    rows = int(matrix.shape[0])
    centre = float(matrix.diagonal().real.mean())
    if is_filled(matrix):
        dense = to_dense(matrix) - centre * np.eye(rows)
        signs, basis = _dense_basis(dense, contact)
        rotated = _hermitian(adjoint(basis) @ dense @ basis)
        diagonal = rotated.diagonal().real.copy()
        np.fill_diagonal(rotated, 0.0)
        return _real_rows((basis,), centre, signs, diagonal, rotated)
    shifted = sparse.csr_array(matrix) - centre * sparse.eye_array(rows, format="csr")
    found = _sparse_basis(shifted, contact, dims)
    if found is None:
        return None
    signs, rotation, sparser = found
    diagonal = sparser.diagonal().real
    sparser.setdiag(0.0)
    sparser.eliminate_zeros()
    return _real_rows(rotation, centre, signs, diagonal, sparser)


def _real_rows(
    rotation: tuple[Matrix, ...],
    centre: float,
    signs: RealArray,
    diagonal: RealArray,
    inner: Matrix,
) -> RowBasis:
    """The basis with two rows for each where something is complex."""
    if not any(map(np.iscomplexobj, (*rotation, inner))):
        return RowBasis(rotation, centre, signs, diagonal, inner)
    doubled = np.repeat(signs, 2), np.repeat(diagonal, 2), on_parts(inner)
    return RowBasis(rotation, centre, *doubled, parts=2)


def _flips(couplings: RealArray) -> sparse.csr_array:
    """sum_b couplings[b] flip_b on the columns."""
    columns = np.arange(2 ** len(couplings))
    bits = np.arange(len(couplings))
    partners = columns[:, np.newaxis] ^ (1 << bits)
    return sparse.csr_array(
        (np.tile(couplings, len(columns)), (np.repeat(columns, len(bits)), partners.ravel())),
        shape=(len(columns),) * 2,
    )


def _segments(signs: RealArray) -> NDArray[np.int64]:
    """Where A has entries off its diagonal, see :class:`DenseForm`."""
    spaces, rows = _eigenspaces(signs), len(signs)
    if len(spaces) == 1:
        return np.array([[0, rows, 0, 0]])
    if len(spaces) == 2:
        size = spaces[0][1]
        return np.array([[0, size, size, rows - size], [size, rows, 0, size]])
    return np.array([[0, rows, 0, rows]])


def _hermitian(matrix: Any) -> Any:
    """Rounding must not make a rotated matrix asymmetric."""
    return (matrix + adjoint(matrix)) / 2


def _dense_basis(matrix: Array, contact: Matrix) -> tuple[RealArray, Array]:
    """Eigenvalues and eigenvectors of ``contact`` that make ``matrix`` diagonal inside them."""
    signs, rotation = np.linalg.eigh(to_dense(contact))
    rotation = rotation.astype(np.result_type(rotation, matrix), copy=False)
    for start, stop in _eigenspaces(signs):
        vectors = rotation[:, start:stop]
        _, inner = np.linalg.eigh(adjoint(vectors) @ (matrix @ vectors))
        rotation[:, start:stop] = vectors @ inner
        signs[start:stop] = signs[start:stop].mean()
    return signs, rotation


def _eigenspaces(signs: RealArray) -> list[tuple[int, int]]:
    """Where equal numbers start and stop in the ascending ``signs``."""
    inner = np.flatnonzero(np.diff(signs) > DEGENERACY * np.abs(signs).max()) + 1
    bounds = [0, *inner.tolist(), len(signs)]
    return list(zip(bounds[:-1], bounds[1:]))


def _sparse_basis(
    matrix: sparse.csr_array, contact: Matrix, dims: tuple[int, ...]
) -> tuple[RealArray, tuple[Matrix, ...], sparse.csr_array] | None:
    """Eigenvalues of ``contact``, its basis of fewest entries of ``matrix``, and those."""
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
            candidates.append((levels.diagonal().real, factors))
    rotated = [(signs, factors, _rotated(matrix, factors)) for signs, factors in candidates]
    return min(rotated, key=lambda found: _numbers(found[2])) if rotated else None


def _numbers(matrix: sparse.csr_array) -> int:
    """Real and imaginary parts that are not zero."""
    return int(np.count_nonzero(matrix.data.view(np.float64)))


def _rotated(matrix: sparse.csr_array, factors: tuple[Matrix, ...]) -> sparse.csr_array:
    """``matrix`` in the basis of the columns of the product of ``factors``."""
    threshold = ROUNDING * abs(matrix).max()
    for factor in factors:
        matrix = sparse.csr_array(_hermitian(adjoint(factor) @ (matrix @ factor)))
        # Real and imaginary part each on its own: each is an entry for the kernels.
        parts = matrix.data.view(np.float64)
        parts[np.abs(parts) <= threshold] = 0.0
        matrix.eliminate_zeros()
    return matrix


def _component_basis(contact: Matrix) -> tuple[RealArray, Matrix] | None:
    """Eigenvalues and sparse eigenvectors of ``contact``, set of connected rows by set."""
    graph = sparse.csr_array(contact)
    count, labels = connected_components(abs(graph), directed=False)
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
