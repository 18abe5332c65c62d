"""The basis of the rows in which H = A (x) 1 + 1 (x) diag(e) + B (x) flips is applied fastest.

It is the eigenbasis of B, with A made diagonal inside each eigenspace where A is full, and
sparse where A is sparse; the common eigenbasis where several B_k commute. It depends on A and B
alone, so all that is attached to one drawn bath shares it (see :mod:`bathlab.operators.table`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bathlab.conventions import RealArray
from bathlab.operators.contact_basis import (
    commute,
    dense_basis,
    eigenspaces,
    hermitian_part,
    sparse_basis,
)
from bathlab.operators.hermitian import Matrix, adjoint, is_filled, on_parts, to_dense
from bathlab.operators.simd import LANES
from bathlab.operators.table import TableForm
from bathlab.operators.table_forms import (
    DenseContactsForm,
    DenseForm,
    KernelForm,
    SparseContactsForm,
    SparseForm,
    aligned,
    packed,
)

#: Fewest rows of common eigenvectors whose products with each other are left out.
LEAST_SPACE = 8


@dataclass(frozen=True, eq=False)
class RowBasis:
    """The rows of H in the eigenbasis of B: all that does not depend on energies and couplings.

    All but ``rotation`` is real: where A or B is complex, there are two rows for each one of H,
    for its real and its imaginary part, one after the other.

    Attributes
    ----------
    rotation
        unitary matrices on the rows of H, dense or CSR; the new basis is the columns of
        their product.
    centre
        mean of the diagonal of A.
    signs
        (contacts, rows) eigenvalues of each B.
    diagonal
        (rows,) diagonal of A - centre in the new basis.
    inner
        (rows, rows), what A has off that diagonal, dense or CSR.
    parts
        2 for a complex H, else 1.
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
        """H = A (x) 1 + 1 (x) diag(energies) + sum_k B_k (x) sum_b g_kb flip_b for the kernels.

        Parameters
        ----------
        energies
            (2^m,) array.
        couplings
            (m,) array for one contact, else (contacts, m); the last axis numbers the
            bit of the column number that is flipped.
        """
        strengths = np.atleast_2d(couplings)
        rows, columns = len(self.diagonal), len(energies)
        width = max(LANES, columns)
        data: KernelForm
        if isinstance(self.inner, np.ndarray):
            around = self.diagonal, _padded(energies, width), *self._strengths(strengths)
            dense = DenseForm if len(strengths) == 1 else DenseContactsForm
            data = dense(self.inner.ravel(), _segments(self.signs), *around)
        elif columns < LANES:
            width = columns
            data = packed(self._whole(energies, strengths))
        else:
            around = self.diagonal, _padded(energies, width), *self._strengths(strengths)
            sparser = SparseForm if len(strengths) == 1 else SparseContactsForm
            indices = self.inner.indices.astype(np.int32, copy=False)
            data = sparser(
                self.inner.data, indices, self.inner.indptr.astype(np.int64), *around
            )
        parts = (self.parts, 1)
        return TableForm(self.rotation, self.centre, rows, columns, width, data, parts)

    def _strengths(self, couplings: RealArray) -> tuple[Any, ...]:
        """What the forms have of the flips: signs and couplings of one contact; classes,
        strengths and pitch of several; and the bits."""
        bits = couplings.shape[1]
        if len(couplings) == 1:
            return self.signs[0], _with_lanes(couplings[0]), bits
        found, classes = np.unique(self.signs, axis=1, return_inverse=True)
        strengths = np.array([_with_lanes(one) for one in found.T @ couplings])
        return classes.ravel().astype(np.int64), strengths.ravel(), strengths.shape[1], bits

    def _whole(self, energies: RealArray, couplings: RealArray) -> sparse.csr_array:
        """All of H - centre in the new basis."""
        levels = np.add.outer(self.diagonal, energies).ravel()
        whole = sparse.kron(self.inner, sparse.eye_array(len(energies)))
        whole = whole + sparse.diags_array(levels)
        for signs, strengths in zip(self.signs, couplings):
            whole = whole + sparse.kron(sparse.diags_array(signs), _flips(strengths))
        return sparse.csr_array(whole)


def _padded(energies: RealArray, width: int) -> RealArray:
    padded = aligned(width)
    padded[: len(energies)] = energies
    return padded


def _with_lanes(couplings: RealArray) -> RealArray:
    """Strengths of the bits, and of those of a lane number at least."""
    strengths = np.zeros(max(len(couplings), LANES.bit_length() - 1))
    strengths[: len(couplings)] = couplings
    return strengths


def row_basis(matrix: Matrix, *contacts: Matrix, dims: tuple[int, ...] = ()) -> RowBasis | None:
    """The basis for H = matrix (x) 1 + 1 (x) diag(e) + sum_k contacts[k] (x) sum_b g_kb flip_b.

    Parameters
    ----------
    matrix, contacts
        (rows, rows) Hermitian, dense or CSR.
    dims
        dimensions of the tensor factors of the rows, if known: more bases are tried.

    Notes
    -----
    Returns None if the contacts do not commute, or connect too many rows of a sparse ``matrix``
    to be diagonalised.
    """
    if not commute(contacts):
        return None
    rows = int(matrix.shape[0])
    centre = float(matrix.diagonal().real.mean())
    if is_filled(matrix):
        dense = to_dense(matrix) - centre * np.eye(rows)
        signs, basis = dense_basis(dense, contacts)
        rotated = hermitian_part(adjoint(basis) @ dense @ basis)
        diagonal = rotated.diagonal().real.copy()
        np.fill_diagonal(rotated, 0.0)
        return _real_rows((basis,), centre, signs, diagonal, rotated)
    shifted = sparse.csr_array(matrix) - centre * sparse.eye_array(rows, format="csr")
    found = sparse_basis(shifted, contacts, dims)
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
    doubled = np.repeat(signs, 2, axis=1), np.repeat(diagonal, 2), on_parts(inner)
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
    """Where A has entries off its diagonal, see :class:`DenseForm`, or
    :class:`DenseContactsForm` for several contacts."""
    rows = signs.shape[1]
    if len(signs) > 1:
        return _split_segments(signs)
    spaces = eigenspaces(signs[0])
    if len(spaces) == 1:
        return np.array([[0, rows, 0, 0]])
    if len(spaces) == 2:
        size = spaces[0][1]
        return np.array([[0, size, size, rows - size], [size, rows, 0, size]])
    return np.array([[0, rows, 0, rows]])


def _split_segments(signs: RealArray) -> NDArray[np.int64]:
    """A has none inside an eigenspace: worth the trouble of spaces of many rows only."""
    rows = signs.shape[1]
    changes = np.flatnonzero(np.any(np.diff(signs, axis=1), axis=0)) + 1
    bounds = [0, *changes.tolist(), rows]
    spaces = list(zip(bounds[:-1], bounds[1:]))
    if min(stop - start for start, stop in spaces) < LEAST_SPACE:
        return np.array([[0, rows, 0, rows, 0, 0]])
    return np.array([[*each, 0, each[0], each[1], rows - each[1]] for each in spaces])
