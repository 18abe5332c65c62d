"""All levels and eigenvectors of a matrix, and where a system keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bathlab.checks import as_array, as_real, settle, shown
from bathlab.conventions import Array, RealArray
from bathlab.facts import Fact, Facts, counted
from bathlab.operators.hermitian import Matrix

if TYPE_CHECKING:
    from bathlab.operators.system import System


@dataclass(frozen=True, eq=False, repr=False)
class Eigensystem(Facts):
    """All levels and eigenvectors: H = U diag(energies) U^dagger.

    Wherever this package asks for ``H`` to find a state or a spectral measure, an Eigensystem
    may be given instead, and nothing is solved twice.

    Attributes
    ----------
    energies
        (n,) float array, ascending.
    vectors
        (n, n) array, column k belongs to ``energies[k]``; real for a real H.
    hamiltonian
        (n, n) ndarray or CSR array, the matrix that was diagonalised.
    rounding
        levels nearer than this to each other count as one; None for what a solver of
        the matrix as it is leaves, some rounding units of max|E|.

    Raises
    ------
    ValueError
        If the energies do not ascend, a number is not finite, or the shapes do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> H = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> vectors = np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2)
    >>> known = bl.operators.Eigensystem(np.array([-1.0, 1.0]), vectors, H)
    >>> state = bl.eigenstate_near(known, energy=0.9)  # nothing is solved again
    >>> print(f"E = {state.energy:.4f}, {state.method}, {state.residual < 1e-14}")
    E = 1.0000, dense, True
    """

    energies: RealArray
    vectors: Array
    hamiltonian: Matrix
    rounding: float | None = None

    def __post_init__(self) -> None:
        energies = as_array("energies", self.energies)
        n = len(energies)
        if np.any(np.diff(energies) < 0):
            raise ValueError(
                "energies that do not ascend were given; expected them in order, each vector "
                "with its energy. Sort both, or call bathlab.diagonalise."
            )
        vectors = as_array("vectors", self.vectors, shape=(n, n), kind="complex")
        if np.shape(self.hamiltonian) != (n, n):
            raise ValueError(
                f"hamiltonian = {shown(self.hamiltonian)} was given; expected a matrix of "
                f"shape ({n}, {n}). Pass the one that was diagonalised."
            )
        if self.rounding is not None:
            settle(self, rounding=as_real("rounding", self.rounding, minimum=0))
        object.__setattr__(self, "energies", energies)
        object.__setattr__(self, "vectors", vectors)

    @property
    def dimension(self) -> int:
        return len(self.energies)

    def facts(self) -> list[Fact]:
        return level_facts(self.energies)


@dataclass(frozen=True, eq=False, repr=False)
class UnitaryEigensystem(Facts):
    """All quasienergies and eigenvectors of a unitary: W = U diag(exp(i theta)) U^dagger.

    It may be given wherever the unitary may, and nothing is solved twice.

    Attributes
    ----------
    quasienergies
        (n,) theta, ascending, in (-pi, pi].
    vectors
        (n, n) complex, column k belongs to ``quasienergies[k]``.
    system
        what was diagonalised.
    residual
        largest ||W |n> - exp(i theta_n) |n>||.
    orthogonality
        largest |<n|m> - delta_nm|.
    """

    quasienergies: RealArray
    vectors: Array
    system: System
    residual: float
    orthogonality: float

    @property
    def dimension(self) -> int:
        return len(self.quasienergies)

    def facts(self) -> list[Fact]:
        return [*level_facts(self.energies), Fact("residual", f"{self.residual:.1e}")]

    @property
    def energies(self) -> RealArray:
        """The quasienergies, for what takes levels of either kind."""
        return self.quasienergies


def level_facts(energies: RealArray) -> list[Fact]:
    """How many levels, and from where to where."""
    lowest, highest = f"{energies[0]:.6g}", f"{energies[-1]:.6g}"
    return [counted("levels", len(energies)), Fact("range", f"{lowest} to {highest}")]


class Solution:
    """A place for the eigensystem of one matrix, shared by all systems that have this matrix.

    And for its sectors once they are listed, and for what has been warned of.
    """

    def __init__(self, eigensystem: Eigensystem | None = None) -> None:
        self.eigensystem = eigensystem
        self.unitary: UnitaryEigensystem | None = None
        self.sectors: tuple[Any, ...] | None = None
        self.told: set[str] = set()
