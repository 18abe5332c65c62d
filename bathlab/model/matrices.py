"""The matrices of one drawn bath."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from bathlab.checks import as_array, as_flag
from bathlab.facts import Facts
from bathlab.operators.blocks import Labels, block_labels
from bathlab.operators.hermitian import Matrix, as_matrix, require_dimension, require_hermitian
from bathlab.operators.row_basis import RowBasis, row_basis
from bathlab.operators.spins import site_operator


@dataclass(frozen=True, eq=False, repr=False)
class BathMatrices(Facts):
    """One drawn bath: (dim, dim) Hermitian matrices, each real or complex, and the dims of its
    tensor factors; ``connected`` where it is known beforehand that H has one sector.

    Raises
    ------
    ValueError
        If a matrix is not square, finite and Hermitian, or they and the dims do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> x, z, one = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0]), np.eye(2)
    >>> hamiltonian = np.kron(z, one) + 0.5 * np.kron(one, z) + np.kron(x, x)
    >>> bath = bl.model.BathMatrices(hamiltonian, np.kron(one, x), np.kron(x, one), (2, 2))
    >>> print(bath.dimension, bath.dims, bath.sector_labels)  # parity: even, odd, odd, even
    4 (2, 2) [0 1 1 0]
    """

    hamiltonian: Matrix
    contact: Matrix
    probe: Matrix
    dims: tuple[int, ...]
    connected: bool = field(default=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("hamiltonian", "contact", "probe"):
            matrix = as_matrix(getattr(self, name), name)
            require_hermitian(matrix, name)
            object.__setattr__(self, name, matrix)
            require_dimension(matrix, self.dimension, name)
        dims = tuple(as_array("dims", self.dims, kind="integer", minimum=1).tolist())
        if math.prod(dims) != self.dimension:
            raise ValueError(
                f"dims = {dims} were given for {self.dimension} states; expected dimensions "
                "with that product. Give (2,) * spins for spins."
            )
        object.__setattr__(self, "dims", dims)
        as_flag("connected", self.connected)

    @property
    def dimension(self) -> int:
        return int(self.hamiltonian.shape[0])

    @cached_property
    def row_basis(self) -> RowBasis | None:
        """Where Krylov methods see this bath, whatever LIOMs are attached to its contact."""
        return row_basis(self.hamiltonian, self.contact, dims=self.dims)

    def row_basis_of(self, sites: tuple[int | None, ...]) -> RowBasis | None:
        """The same where LIOMs touch sigma^x of these spins, None for the contact; None if
        these do not commute."""
        if sites == (None,):
            return self.row_basis
        if sites not in self._row_bases:
            touched = (
                self.contact if site is None else site_operator("x", site, self.dims)
                for site in sites
            )
            self._row_bases[sites] = row_basis(self.hamiltonian, *touched, dims=self.dims)
        return self._row_bases[sites]

    @cached_property
    def _row_bases(self) -> dict[tuple[int | None, ...], RowBasis | None]:
        return {}

    @cached_property
    def sector_labels(self) -> Labels:
        """Of which sector of H each basis state is, (dim,)."""
        if self.connected:
            return np.zeros(self.dimension, dtype=np.intp)
        return block_labels(self.hamiltonian)[1]
