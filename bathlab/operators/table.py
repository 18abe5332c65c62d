"""Operators on a (rows, columns) table, turned into the form in which they act fastest.

H = A (x) 1 + 1 (x) diag(e) + B (x) sum_b g_b flip_b, with A and B acting on the rows and flip_b
exchanging the columns whose numbers differ in bit b: a bath A with two-level systems that share
its operator B. In the eigenbasis of B the last term is a number per row, and A may be made
diagonal inside each eigenspace of B. If B has two of them (B^2 = 1), half of A's products are
gone. Spectra and spectral measures do not depend on the basis, so all of Lanczos runs there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from bathlab.conventions import RealArray
from bathlab.operators.hermitian import Matrix
from bathlab.operators.table_forms import (
    KernelForm,
    PackedForm,
    aligned,
    packed,
    padded_size,
)

#: A plain sparse matrix is packed if that stores at most this many numbers for each of its own:
#: the packed product is some five times as fast per number as that of CSR.
LEAST_FILL_INVERSE = 4


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
    data: KernelForm

    @property
    def size(self) -> int:
        """Length of a padded vector."""
        return padded_size(self.rows * self.width)

    @property
    def packed(self) -> bool:
        """Whether all of H is one matrix in blocks of ``LANES`` rows."""
        return isinstance(self.data, PackedForm)

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


def packed_form(matrix: sparse.csr_array) -> TableForm | None:
    """A sparse real H in its own basis; None where blocks of rows have too little in common."""
    rows = int(matrix.shape[0])
    centre = float(matrix.diagonal().mean())
    data = packed(matrix - centre * sparse.eye_array(rows, format="csr"))
    if len(data.entries) > LEAST_FILL_INVERSE * matrix.nnz:
        return None
    return TableForm((), centre, rows, 1, 1, data)
