"""Symmetry sectors: the blocks of a Hamiltonian, each a system of its own.

Levels of one sector repel each other, levels of two do not. So statistics of levels and matrix
elements that mix sectors say nothing of chaos: a chaotic chain that conserves S^z looks like
uncorrelated levels as soon as its magnetisations are put together.
"""

from __future__ import annotations

from functools import cached_property
from itertools import repeat
from typing import Any, Iterable

import numpy as np
from scipy import sparse

from bathlab.checks import as_integer, refusal
from bathlab.conventions import Array
from bathlab.errors import SeveralSectors, warn
from bathlab.facts import Fact
from bathlab.operators.blocks import (
    TURNED_ROUNDING,
    Labels,
    block_labels,
    centred,
    require_commuting,
    symmetry_basis,
)
from bathlab.operators.described import size_facts
from bathlab.operators.door import GivesCsr, as_system
from bathlab.operators.hermitian import (
    HERMITIAN_TOLERANCE,
    Matrix,
    as_matrix,
    is_filled,
    require_dimension,
)
from bathlab.operators.system import System


class Sector(System):
    """One sector of a Hamiltonian; every solver takes it like any system.

    Attributes
    ----------
    number
        its place among the sectors of H, from 0.
    states
        (m,) numbers of the basis states that it is made of, ascending. Without a given
        symmetry the sector is spanned by them, and ``dimension`` = m; with one, its vectors are
        superpositions of them, and other sectors may be made of the same.
    eigenvalue
        of the given symmetry, real for a Hermitian one; None without.
    basis
        (n, dimension) CSR array, the orthonormal vectors of the sector as columns.
    """

    has_matrix = True

    def __init__(
        self,
        whole: Matrix,
        number: int,
        basis: sparse.csr_array,
        eigenvalue: complex | None = None,
    ) -> None:
        self._whole = whole
        self.number, self.basis, self.eigenvalue = number, basis, eigenvalue
        super().__init__(basis.shape[1:], np.result_type(whole.dtype, basis.dtype))

    @property
    def states(self) -> Labels:
        return np.flatnonzero(np.diff(self.basis.indptr))

    @cached_property
    def _matrix(self) -> Matrix:
        block = _sandwich(self.basis, self._whole, self.basis)
        return block if self.eigenvalue is None else (block + block.conj().T) / 2

    def matrix(self) -> Matrix:
        """The block of H, (dimension, dimension), ndarray or CSR as H is."""
        return self._matrix

    @property
    def filled(self) -> bool:
        return is_filled(self._matrix)

    @property
    def sector_count(self) -> int:
        return 1

    def restrict(self, operator: Any, name: str = "operator") -> Matrix:
        """A Hermitian operator of the whole space on this sector, (dimension, dimension).

        Raises
        ------
        ValueError
            If it leads out of the sector, of which a restriction would be a part only.
        """
        matrix = as_system(operator, name).matrix()
        require_dimension(matrix, self.basis.shape[0], name)
        inside = _sandwich(self.basis, matrix, self.basis)
        lost = matrix @ self.basis - self.basis @ inside
        if not abs(lost).max() <= HERMITIAN_TOLERANCE * abs(matrix).max():
            raise refusal(
                name,
                f"an operator that leads out of {self}",
                "one that conserves what H conserves",
                f"Choose another {name}, or keep H whole: grain.g_parameter(..., "
                "sector=NUMBER) takes a contact that leads from one sector to others.",
            )
        return inside

    def embed(self, vector: Array) -> Array:
        """A state of the sector, (dimension,), as one of the whole space, (n,)."""
        return self.basis @ vector

    def elements(self, operator: Matrix, other: Sector) -> Matrix:
        """The block of a checked operator that leads from ``other`` into this sector."""
        return _sandwich(self.basis, operator, other.basis)

    def facts(self) -> list[Fact]:
        own = [Fact("number", str(self.number))]
        if self.eigenvalue is not None:
            own.append(Fact("symmetry", f"{self.eigenvalue:.6g}"))
        return [*own, *size_facts(self)]

    def __repr__(self) -> str:
        of = "" if self.eigenvalue is None else f", symmetry {self.eigenvalue:.6g}"
        return f"<Sector {self.number} of dimension {self.dimension}{of}>"

    __str__ = __repr__

    def _matvec(self, x: Array) -> Array:
        return self._matrix @ x

    _matmat = _matvec


class HasSectors(System):
    """A system that lists its sectors."""

    def sectors(self, symmetry: Any = None) -> tuple[Sector, ...]:
        """The sectors of H, as :func:`sectors_of` finds them."""
        return sectors_of(self, symmetry)


def sectors_of(H: Any, symmetry: Any = None) -> tuple[Sector, ...]:
    """The sectors of ``H``: sets of states that it does not connect with each other.

    Parameters
    ----------
    H
        array, scipy sparse matrix, qutip.Qobj or any system with a matrix, Hermitian, (n, n).
    symmetry
        (n, n) Hermitian or unitary operator P that commutes with H, as a reflection or a
        translation. Only what is diagonal in the basis of H, as S^z or a parity of the sigma^z,
        shows in its matrix without being given: then H is a matrix of blocks. With P the blocks
        are those in the eigenbasis of P, so what is visible stays resolved. For two symmetries
        that commute give P + sqrt(2) Q, say.

    Returns
    -------
    tuple of Sector
        Sectors in the order of their first basis state; with a symmetry in that of its
        eigenvalues first. One sector if H connects all states. Entries of H below
        ``blocks.ROUNDING`` (16 units of rounding) of the largest off-diagonal one connect
        nothing: they are what rounding leaves of terms that cancel, and no solver would notice
        them.

    Raises
    ------
    ValueError
        If H is matrix-free or not Hermitian, or the symmetry is of another shape, neither
        Hermitian nor unitary, or does not commute with H to rounding.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.SpinChain(sites=6, disorder=1.0, sector=None).sample(seed=1)
    >>> print([sector.dimension for sector in bl.operators.sectors_of(chain)], "by total S^z")
    [1, 6, 15, 20, 15, 6, 1] by total S^z
    >>> line = bl.operators.SpinSpace(sites=6)
    >>> H = line.matrix([(1.0, 2 * axis, (i, i + 1)) for i in range(5) for axis in "xyz"])
    >>> reflection = line.permutation([5, 4, 3, 2, 1, 0])
    >>> for sector in bl.operators.sectors_of(H, reflection):
    ...     print(f"{sector.dimension} states of parity {sector.eigenvalue:+.0f}")
    10 states of parity -1
    10 states of parity +1
    """
    system = as_system(H)
    if symmetry is not None:
        return _sectors_of_symmetry(system.matrix(), symmetry)
    solution = system.solution
    if solution.sectors is None:
        matrix = system.matrix()
        _, labels = block_labels(matrix)
        one = sparse.eye_array(system.dimension, format="csr")
        solution.sectors = _listed(matrix, one, labels)
    found: tuple[Sector, ...] = solution.sectors
    return found


def chosen(sectors: tuple[Sector, ...], number: Any) -> Sector:
    """Sector ``number``. Raises ValueError if there is none."""
    return sectors[as_integer("sector", number, 0, len(sectors) - 1)]


def warn_of_sectors(system: System, what: str, remedy: str) -> None:
    """Warn, once for each system, that ``what`` assumes one sector where there are several."""
    told = system.solution.told
    if what in told:
        return
    told.add(what)
    count = system.sector_count
    if count is not None and count > 1:
        text = f"H conserves something: it has {count} sectors, and {what}. {remedy}"
        warn(SeveralSectors(text))


def _sectors_of_symmetry(matrix: Matrix, symmetry: Any) -> tuple[Sector, ...]:
    given = symmetry.matrix() if isinstance(symmetry, System) else symmetry
    operator = as_matrix(given.tocsr() if isinstance(given, GivesCsr) else given, "symmetry")
    require_dimension(operator, matrix.shape[0], "symmetry")
    bare = centred(matrix)
    require_commuting(bare, operator)
    basis, values, which = symmetry_basis(operator)
    turned = sparse.coo_array(_sandwich(basis, bare, basis))
    rows, columns = turned.coords
    inside = which[rows] == which[columns]  # elsewhere H is zero, since it commutes
    kept = sparse.csr_array(
        (turned.data[inside], (rows[inside], columns[inside])), shape=turned.shape
    )
    _, labels = block_labels(kept, TURNED_ROUNDING * float(abs(bare).max()))
    first = np.unique(labels, return_index=True)[1]
    order = np.argsort(which[first], kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return _listed(matrix, basis, rank[labels], values[which[first[order]]].tolist())


def _listed(
    matrix: Matrix,
    basis: sparse.csr_array,
    labels: Labels,
    eigenvalues: Iterable[complex | None] = repeat(None),
) -> tuple[Sector, ...]:
    """The sectors whose columns of the basis have the same label."""
    columns = np.argsort(labels, kind="stable")
    parts = np.split(columns, np.cumsum(np.bincount(labels))[:-1])
    by_column = sparse.csc_array(basis)
    return tuple(
        Sector(matrix, number, sparse.csr_array(by_column[:, part]), value)
        for number, (part, value) in enumerate(zip(parts, eigenvalues))
    )


def _sandwich(left: sparse.csr_array, matrix: Matrix, right: sparse.csr_array) -> Matrix:
    """left^dagger matrix right, dense or CSR as the matrix is."""
    product = left.conj().T @ (matrix @ right)
    return np.asarray(product) if isinstance(matrix, np.ndarray) else sparse.csr_array(product)
