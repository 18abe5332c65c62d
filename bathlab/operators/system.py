"""What a solver takes: one protocol.

A :class:`System` is a scipy ``LinearOperator`` that says of which kind it is, of which factors
its space is made and whether its matrix can be had. Its fast product, its full eigen-data and
its uncoupled part are optional: None where there is none.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

from bathlab.checks import (
    as_array,
    refusal,
    require_choice,
    require_kind,
    shown,
)
from bathlab.conventions import Array, RealArray
from bathlab.facts import Fact, Facts
from bathlab.operators.blocks import count_blocks
from bathlab.operators.described import factor_facts, size_facts
from bathlab.operators.eigensystem import Eigensystem, Solution
from bathlab.operators.hermitian import (
    Matrix,
    as_matrix,
    is_filled,
    require_hermitian,
    require_unitary,
)
from bathlab.operators.memory import held_bytes
from bathlab.operators.spins import site_operator
from bathlab.operators.table import TableForm

#: Kinds of operators that there are solvers for.
KINDS = ("hermitian", "unitary")


class System(Facts, LinearOperator):
    """A square operator with what solvers ask of it. ``system @ x`` is its product.

    A system never changes once it is made, so what was solved of it stays right. One of your
    own: call ``__init__``, and define ``_matvec(x)`` and, to let its matrix be had, ``matrix``
    with ``has_matrix = True``.

    Attributes
    ----------
    dimension
        int, n.
    dims
        dimensions of the tensor factors, the leftmost first; their product is n.
    dtype, shape
        of the matrix.
    kind
        "hermitian" or "unitary".
    has_matrix
        whether :meth:`matrix` gives one.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> class Ring(bl.operators.System):  # a particle that hops, by its product alone
    ...     def __init__(self, sites):
    ...         super().__init__((sites,))
    ...     def _matvec(self, x):
    ...         return -(np.roll(x, 1, axis=0) + np.roll(x, -1, axis=0))
    >>> state = bl.eigenstate_near(Ring(500), energy=-1.99)
    >>> band = -2 * np.cos(2 * np.pi * np.arange(250) / 500)
    >>> exact = band[np.abs(band + 1.99).argmin()]
    >>> print(f"E = {state.energy:.6f}, exact {exact:.6f}")
    E = -1.989902, exact -1.989902
    """

    kind: str = "hermitian"
    has_matrix: bool = False

    def __init__(
        self, dims: tuple[int, ...], dtype: Any = np.float64, solution: Solution | None = None
    ) -> None:
        self.dims = tuple(as_array("dims", dims, kind="integer", minimum=1).tolist())
        self.dimension = math.prod(self.dims)
        require_kind("solution", solution, (Solution, type(None)), "Leave it out.")
        self.solution = Solution() if solution is None else solution
        try:
            kind = np.dtype(dtype)
        except TypeError:
            kind = np.dtype(object)
        if kind.kind not in "fc":
            raise refusal(
                "dtype", shown(dtype), "one of real or complex numbers", "Leave it out."
            )
        super().__init__(kind, (self.dimension, self.dimension))

    def facts(self) -> list[Fact]:
        """Factors, dimension, kind of numbers, memory of what is held, for a line of text."""
        return [*factor_facts(self.dims), *size_facts(self)]

    def held(self) -> int:
        """Bytes of the matrices that it holds; 0 if that is not known."""
        return 0

    def matrix(self) -> Matrix:
        """All entries, (n, n) ndarray or CSR array. Raises ValueError if it is matrix-free."""
        raise ValueError(
            f"A matrix-free {type(self).__name__} was given; expected an operator whose "
            "matrix can be had, since this method needs it. Pass the matrix itself, or define "
            "matrix() in a subclass of bathlab.operators.System."
        )

    def series(self, coefficients: Any, x: Array) -> Array:
        """sum_m coefficients[m] A^m x for the columns of x, (n, k), by products alone."""
        total: Array = coefficients[0] * x
        for factor in coefficients[1:]:
            x = self @ x
            total = total + factor * x if factor else total
        return total

    def operator(self, which: str | int, axis: str = "x") -> Matrix:
        """The Hermitian operator of this name, or sigma^axis of the spin of this number.

        Raises ValueError for others.
        """
        raise ValueError(
            f"operator {which!r} was asked for; expected none, since a {type(self).__name__} "
            "names no operators. Pass the operator itself."
        )

    def site_operator(self, site: int, axis: str = "x") -> sparse.csr_array:
        """sigma^axis of the tensor factor ``site``, (n, n) CSR; complex for "y".

        Parameters
        ----------
        site
            its place in ``dims``, 0 for the leftmost. The sites of a bath come first, then
            the LIOMs; negative numbers count from the end, so -1 is the last LIOM.
        axis
            "x", "y" or "z".

        Raises
        ------
        ValueError
            If there is no such factor, it is no spin, or the axis is another.
        """
        return site_operator(axis, site, self.dims)

    @property
    def table_form(self) -> TableForm | None:
        """The form in which Krylov methods apply the matrix fastest, if there is one."""
        return None

    @property
    def eigensystem(self) -> Eigensystem | None:
        """All eigen-data, if :func:`bathlab.diagonalise` has found them already."""
        return self.solution.eigensystem

    @property
    def filled(self) -> bool:
        """Whether so many entries are non-zero that products are slow; False if not known."""
        return False

    def mean_level(self) -> float:
        """tr H/dimension, the energy at infinite temperature."""
        return float(self.matrix().diagonal().real.mean())

    def level_moments(self) -> tuple[float, float] | None:
        """The mean level c and tr (H - c)^2 where they are quicker to have than by entries."""
        return None

    @property
    def sector_count(self) -> int | None:
        """How many sectors the matrix has that shows them; None for one that is matrix-free."""
        return count_blocks(self.matrix()) if self.has_matrix else None

    def uncoupled(self) -> tuple[System, RealArray] | None:
        """H_B and the energies of H_S, if H = H_B (x) 1 + 1 (x) H_S + coupling, H_S
        diagonal."""
        return None

    def _adjoint(self) -> LinearOperator:
        return self if self.kind == "hermitian" else super()._adjoint()


class MatrixSystem(System):
    """A Hermitian or unitary matrix, dense or sparse; ``dims`` as of its Qobj, else (n,).

    Raises
    ------
    ValueError
        If it is not square, finite and of that kind, or the product of ``dims`` is another.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> x, z, one = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0]), np.eye(2)
    >>> H = np.kron(z, one) + np.kron(one, z) + 0.3 * np.kron(x, x)
    >>> system = bl.operators.MatrixSystem(H, dims=(2, 2))
    >>> state = bl.eigenstate_near(system, energy=2.0)
    >>> exact = 2 * np.sqrt(1 + 0.15**2)
    >>> print(f"E = {state.energy:.4f}, 2 sqrt(1 + 0.15^2) = {exact:.4f}")
    E = 2.0224, 2 sqrt(1 + 0.15^2) = 2.0224
    >>> print(f"entropy {bl.entanglement_entropy(state, system.dims, sites=0):.4f}")
    entropy 0.0343
    """

    has_matrix = True

    def __init__(
        self,
        matrix: Matrix,
        dims: tuple[int, ...] | None = None,
        solution: Solution | None = None,
        kind: str = "hermitian",
    ) -> None:
        require_choice("kind", kind, KINDS)
        matrix = as_matrix(matrix, "matrix")
        (require_unitary if kind == "unitary" else require_hermitian)(matrix, "matrix")
        self._hold(matrix, matrix.shape[:1] if dims is None else dims, solution, kind)
        if self.dimension != matrix.shape[0]:
            raise ValueError(
                f"dims = {dims} were given for a matrix of shape {matrix.shape}; expected "
                "dimensions whose product is its size. Leave them out for one factor."
            )

    @classmethod
    def of_checked(
        cls,
        matrix: Matrix,
        dims: tuple[int, ...] | None = None,
        solution: Solution | None = None,
        kind: str = "hermitian",
    ) -> MatrixSystem:
        """The same of a matrix that has been through the door already."""
        system = cls.__new__(cls)
        system._hold(matrix, matrix.shape[:1] if dims is None else dims, solution, kind)
        return system

    def _hold(
        self, matrix: Matrix, dims: tuple[int, ...], solution: Solution | None, kind: str
    ) -> None:
        self._matrix, self.kind = matrix, kind
        super().__init__(dims, matrix.dtype, solution)

    def matrix(self) -> Matrix:
        return self._matrix

    @property
    def filled(self) -> bool:
        return is_filled(self._matrix)

    def held(self) -> int:
        return held_bytes(self._matrix)

    def _matvec(self, x: Array) -> Array:
        return self._matrix @ x

    _matmat = _matvec

    def _rmatvec(self, x: Array) -> Array:
        return self._matrix.conj().T @ x

    _rmatmat = _rmatvec


class FreeSystem(System):
    """A scipy LinearOperator without a matrix, tested for its kind when it is wrapped."""

    def __init__(self, product: LinearOperator, kind: str = "hermitian") -> None:
        self._product, self.kind = product, kind
        super().__init__(product.shape[:1], product.dtype)

    def _matvec(self, x: Array) -> Array:
        return self._product.matvec(x)

    def _matmat(self, x: Array) -> Array:
        return self._product.matmat(x)


class SystemView(System):
    """Another reading of ``system``: its matrix, products and eigen-data, other operators.

    Solvers see through it to ``system``.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> class Ring(bl.operators.SystemView):  # whose operators are waves of density
    ...     def operator(self, which, axis="x"):
    ...         angles = 2 * np.pi * int(which) * np.arange(self.dimension) / self.dimension
    ...         return np.diag(np.cos(angles))
    >>> hopping = np.roll(np.eye(8), 1, axis=0)
    >>> system = bl.operators.MatrixSystem(-hopping - hopping.T)
    >>> ring = Ring(system)
    >>> print(f"{bl.diagonalise(ring).energies[0]:.4f}, kept: {system.eigensystem is not None}")
    -2.0000, kept: True
    >>> print(np.abs(ring.operator(1).diagonal()).round(2))
    [1.   0.71 0.   0.71 1.   0.71 0.   0.71]
    """

    def __init__(self, system: System) -> None:
        require_kind("system", system, System, "Make one with bathlab.operators.as_system.")
        self.system = system
        self.kind, self.has_matrix = system.kind, system.has_matrix
        super().__init__(system.dims, system.dtype, system.solution)

    def matrix(self) -> Matrix:
        return self.system.matrix()

    def facts(self) -> list[Fact]:
        return self.system.facts()

    def operator(self, which: str | int, axis: str = "x") -> Matrix:
        return self.system.operator(which, axis)

    @property
    def table_form(self) -> TableForm | None:
        return self.system.table_form

    @property
    def filled(self) -> bool:
        return self.system.filled

    def mean_level(self) -> float:
        return self.system.mean_level()

    def level_moments(self) -> tuple[float, float] | None:
        return self.system.level_moments()

    @property
    def sector_count(self) -> int | None:
        return self.system.sector_count

    def uncoupled(self) -> tuple[System, RealArray] | None:
        return self.system.uncoupled()

    def _matvec(self, x: Array) -> Array:
        return self.system.matvec(x)

    def _matmat(self, x: Array) -> Array:
        return self.system.matmat(x)

    def _adjoint(self) -> LinearOperator:
        return self.system.adjoint()
