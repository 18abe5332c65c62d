"""A bath with LIOMs attached to it: H = H_B + sum_i h_i tau^z_i + sum_i g_i V tau^x_i.

All LIOMs touch one bath operator, the contact V (De Roeck & Huveneers, eq. 15).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

from bathlab.conventions import SIGMA_X, SIGMA_Z, Array, RealArray
from bathlab.model.lioms import Lioms
from bathlab.operators.hermitian import Matrix
from bathlab.operators.spins import spin_operator
from bathlab.operators.table import TableForm, table_form

if TYPE_CHECKING:
    from qutip import Qobj


@dataclass(frozen=True, eq=False)
class BathMatrices:
    """One drawn bath: (dim, dim) real symmetric matrices, and the dims of its tensor
    factors."""

    hamiltonian: Matrix
    contact: Matrix
    probe: Matrix
    dims: tuple[int, ...]

    @property
    def dimension(self) -> int:
        return int(self.hamiltonian.shape[0])


class CoupledSystem(LinearOperator):
    """One realisation of a bath with LIOMs, a scipy LinearOperator of the Hamiltonian.

    ``system @ x`` never builds H: the bath block (dense or sparse) acts on the rows of x as a
    (bath, LIOMs) table, the sum of the LIOM flips on its columns. Krylov methods take
    :attr:`table_form`, which is faster. Real; basis order bath (x) tau_1 (x) ... (x) tau_n.

    Attributes
    ----------
    bath : :class:`BathMatrices`.
    lioms : :class:`~bathlab.model.lioms.Lioms`, nearest first.
    liom_energies : (2^n,) array, sum_i h_i s_i of every LIOM configuration.
    swallowed : int, how many of the LIOMs belong to the (enlarged) bath.
    dimension : int, of the whole system.
    """

    def __init__(self, bath: BathMatrices, lioms: Lioms, swallowed: int = 0) -> None:
        self.bath = bath
        self.lioms = lioms
        self.swallowed = swallowed
        self.dimension = bath.dimension * 2**lioms.count
        self.liom_energies = liom_energies(lioms.fields)
        self._flips = sum(
            (
                coupling * spin_operator(SIGMA_X, i, lioms.count)
                for i, coupling in enumerate(lioms.couplings)
            ),
            start=sparse.csr_array((2**lioms.count,) * 2),
        )
        super().__init__(np.dtype(np.float64), (self.dimension, self.dimension))

    @property
    def dims(self) -> tuple[int, ...]:
        """Dimensions of the tensor factors, bath first."""
        return self.bath.dims + (2,) * self.lioms.count

    @cached_property
    def hamiltonian(self) -> sparse.csr_array:
        """H as CSR, real symmetric, shape (dimension, dimension)."""
        total = (
            self._on_bath(self.bath.hamiltonian)
            + sparse.kron(
                sparse.eye_array(self.bath.dimension), sparse.diags_array(self.liom_energies)
            )
            + sparse.kron(sparse.csr_array(self.bath.contact), self._flips)
        )
        matrix = sparse.csr_array(total)
        matrix.eliminate_zeros()
        return matrix

    def uncoupled(self) -> tuple[Matrix, RealArray]:
        """H of the bath with the LIOMs it swallowed, and sum h_i s_i of the attached ones."""
        inner = Lioms(
            self.lioms.fields[: self.swallowed], self.lioms.couplings[: self.swallowed]
        )
        enlarged = (
            CoupledSystem(self.bath, inner).hamiltonian
            if self.swallowed
            else self.bath.hamiltonian
        )
        return enlarged, liom_energies(self.lioms.fields[self.swallowed :])

    def to_csr(self) -> sparse.csr_array:
        """The same as :attr:`hamiltonian`: what a solver asks of an operator it factorises."""
        return self.hamiltonian

    @cached_property
    def table_form(self) -> TableForm | None:
        """The form in which Krylov methods apply H; None for a contact that has none."""
        return table_form(
            self.bath.hamiltonian,
            self.bath.contact,
            self.liom_energies,
            self.lioms.couplings[::-1],
            self.bath.dims,
        )

    def operator(self, which: str | int) -> sparse.csr_array:
        """ "probe" or "contact" of the bath, or sigma^x of LIOM ``which`` = 1, 2, ..., as CSR.

        Raises
        ------
        ValueError
            For another name, or a LIOM that is not attached.
        """
        count = self.lioms.count
        if which == "probe":
            return self._on_bath(self.bath.probe)
        if which == "contact":
            return self._on_bath(self.bath.contact)
        if isinstance(which, (int, np.integer)) and 1 <= which <= count:
            flip = spin_operator(SIGMA_X, int(which) - 1, count)
            return sparse.csr_array(sparse.kron(sparse.eye_array(self.bath.dimension), flip))
        raise ValueError(
            f"operator {which!r} was asked for; expected 'probe', 'contact' or the "
            f"number of a LIOM, 1 to {count}. Choose one of these."
        )

    def to_qobj(self, which: str | int = "hamiltonian") -> Qobj:
        """H, or :meth:`operator` ``which``, as a qutip.Qobj with dims [dims, dims]."""
        import qutip

        matrix = self.hamiltonian if which == "hamiltonian" else self.operator(which)
        dims = list(self.dims)
        return qutip.Qobj(sparse.csr_matrix(matrix), dims=[dims, dims])

    def _on_bath(self, matrix: Matrix) -> sparse.csr_array:
        identity = sparse.eye_array(2**self.lioms.count)
        return sparse.csr_array(sparse.kron(sparse.csr_array(matrix), identity))

    def _matvec(self, x: Array) -> Array:
        table = x.reshape(self.bath.dimension, -1)
        image = self.bath.hamiltonian @ table + table * self.liom_energies
        image += self.bath.contact @ (table @ self._flips)
        return image.reshape(x.shape)

    def _adjoint(self) -> CoupledSystem:
        return self


def liom_energies(fields: RealArray) -> RealArray:
    """sum_i h_i s_i for every configuration of the LIOMs, shape (2^n,), tau_1 slowest."""
    return reduce(
        lambda totals, field: np.add.outer(totals, field * np.diag(SIGMA_Z)).ravel(),
        fields,
        np.zeros(1),
    )
