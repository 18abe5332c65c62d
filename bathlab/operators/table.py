"""Operators on a (rows, columns) table, turned into the form in which they act fastest.

H = A (x) 1 + 1 (x) diag(e) + B (x) sum_b g_b flip_b, with A and B acting on the rows and flip_b
exchanging the columns whose numbers differ in bit b: a bath A with two-level systems that share
its operator B. In the eigenbasis of B the last term is a number per row, and A may be made
diagonal inside each eigenspace of B. If B has two of them (B^2 = 1), half of A's products are
gone. Spectra and spectral measures do not depend on the basis, so all of Lanczos runs there.
Several operators B_k that commute are diagonal together, and so each is a number per row too.

The kernels know real numbers only. A complex vector is handed to them as its real and imaginary
part: in neighbouring rows, on which a complex H acts as a real symmetric matrix of twice the
size, or in two halves of the columns where H is real. <x|Hx> and |x| are the same numbers
either way, and they are all that a Lanczos step asks for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from bathlab.conventions import Array, RealArray
from bathlab.operators.hermitian import Matrix, adjoint, on_parts
from bathlab.operators.simd import LANES
from bathlab.operators.table_forms import (
    KernelForm,
    PackedForm,
    ShiftedForm,
    aligned,
    packed,
    padded_size,
    shifted,
)

#: A plain sparse matrix is packed if that stores at most this many numbers for each of its own:
#: the packed product is some five times as fast per number as that of CSR.
LEAST_FILL_INVERSE = 4
#: Where packing stores more than this, the matrix is shifted instead if it repeats itself: if
#: that takes at most this many terms for each of its numbers (a spin chain: 0.2; one term takes
#: as long as the product of CSR does for one or two numbers).
WELL_FILLED, REPEATED = 2, 0.5


@dataclass(frozen=True, eq=False)
class TableForm:
    """H in the eigenbasis of B, ready for the kernels.

    Attributes
    ----------
    rotation
        unitary matrices on the rows, dense or CSR; the new basis is the columns of their
        product, none for the old one.
    centre
        mean of the diagonal of A; the kernels act with H - centre, so that a constant in H
        costs no digits.
    rows, columns
        shape of the table as the kernels see it.
    width
        columns of the table as the kernels see it, padded to at least ``LANES``, or
        ``columns`` if they see it packed.
    data
        what :mod:`bathlab.operators.table_kernels` takes.
    parts
        how many rows and how many columns of the table belong to one of H; (2, 1) or (1, 2)
        for the real and imaginary part of a complex vector.
    """

    rotation: tuple[Matrix, ...]
    centre: float
    rows: int
    columns: int
    width: int
    data: KernelForm
    parts: tuple[int, int] = (1, 1)

    @property
    def size(self) -> int:
        """Length of a padded vector."""
        return padded_size(self.rows * self.width)

    @property
    def packed(self) -> bool:
        """Whether all of H is one matrix in blocks of ``LANES`` rows."""
        return isinstance(self.data, PackedForm | ShiftedForm)

    @property
    def complex(self) -> bool:
        """Whether the vectors may be complex."""
        return self.parts != (1, 1)

    def for_complex(self) -> TableForm:
        """The form of a real H, not packed, for complex vectors: no flip joins the halves."""
        assert not isinstance(self.data, PackedForm | ShiftedForm)
        columns = 2 * self.columns
        width = max(LANES, columns)
        energies = aligned(width)
        energies[:columns] = np.tile(self.data.energies[: self.columns], 2)
        data = self.data._replace(energies=energies)
        return replace(self, columns=columns, width=width, data=data, parts=(1, 2))

    def enter(self, vector: Array) -> RealArray:
        """``vector`` in the new basis, padded with zeros, aligned for the kernels."""
        padded = aligned(self.size)
        table = padded[: self.rows * self.width].reshape(self.rows, self.width)
        table[:, : self.columns] = self.to_basis(vector)
        return padded

    def leave(self, padded: RealArray) -> Array:
        """The inverse of :meth:`enter`."""
        table = padded[: self.rows * self.width].reshape(self.rows, self.width)
        return self.from_basis(table[:, : self.columns])

    def to_basis(self, vector: Array) -> RealArray:
        """A vector of H as a (rows, columns) table in the new basis."""
        table = vector.reshape(self.rows // self.parts[0], -1)
        for factor in self.rotation:
            table = adjoint(factor) @ table
        if self.complex:
            table = np.stack([table.real, table.imag], axis=1)
        return np.ascontiguousarray(table).reshape(self.rows, self.columns)

    def from_basis(self, table: RealArray) -> Array:
        """The inverse of :meth:`to_basis`."""
        rows: Array = table
        if self.complex:
            parts = np.ascontiguousarray(table).reshape(self.rows // self.parts[0], 2, -1)
            rows = parts[:, 0] + 1j * parts[:, 1]
        for factor in reversed(self.rotation):
            rows = factor @ rows
        return np.ascontiguousarray(rows).ravel()


def packed_form(matrix: sparse.csr_array, complex_vectors: bool = False) -> TableForm | None:
    """A sparse H in its own basis, packed or shifted; None where its rows have too little in
    common.

    The vectors of a complex H are complex, those of a real one where that is asked for.
    """
    parts = 2 if complex_vectors or np.iscomplexobj(matrix) else 1
    if parts == 2:
        matrix = on_parts(matrix)
    rows = int(matrix.shape[0])
    centre = float(matrix.diagonal().mean())
    data = _in_blocks(matrix - centre * sparse.eye_array(rows, format="csr"), matrix.nnz)
    return None if data is None else TableForm((), centre, rows, 1, 1, data, (parts, 1))


def _in_blocks(centred: sparse.csr_array, entries: int) -> PackedForm | ShiftedForm | None:
    """Whichever form of a matrix of so many ``entries`` is faster, if either is fast."""
    as_packed = packed(centred)
    if len(as_packed.entries) <= WELL_FILLED * entries:
        return as_packed
    as_shifted = shifted(centred)
    if len(as_shifted.masks) <= REPEATED * entries:
        return as_shifted
    return as_packed if len(as_packed.entries) <= LEAST_FILL_INVERSE * entries else None
