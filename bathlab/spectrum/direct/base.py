"""What every factorisation of H - shift gives: solves, and the number of levels below.

By Sylvester's law of inertia the number of negative pivots of a symmetric factorisation is the
number of levels below the shift, so two factorisations count the levels between two energies
(Parlett, The Symmetric Eigenvalue Problem (SIAM, 1998), section 3.3).
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from bathlab.conventions import Array


class Factorisation(ABC):
    """H - shift in factors. A context manager: its memory is free after the block.

    Attributes
    ----------
    shift
        float
    name
        "Pardiso", "SuperLU" or "dense".
    negative
        number of levels below the shift, or None if these factors do not tell.
    """

    name: str

    def __init__(self, shift: float) -> None:
        self.shift = shift
        self.negative: int | None = None
        self._closed = False

    def solve(self, b: Array) -> Array:
        """x with (H - shift) x = b, for b of shape (n,) or (n, columns).

        Raises
        ------
        ValueError
            If the factorisation is closed.
        """
        if self._closed:
            raise ValueError(
                "A closed factorisation was asked to solve; expected an open one. "
                "Solve inside its with block."
            )
        return self._solve(b)

    def move(self, shift: float) -> bool:
        """Become factors of H - ``shift`` that tell the levels below it, at less than the cost
        of new ones; False, and nothing is done, where that cannot be.

        Raises
        ------
        SingularShift
            If the shift is a level. Move it.
        """
        return False

    def close(self) -> None:
        """Free the memory now; nothing can be solved afterwards."""
        self._closed = True
        self._free()

    @abstractmethod
    def _solve(self, b: Array) -> Array:
        """The solution from the factors, which are there."""

    @abstractmethod
    def _free(self) -> None:
        """Let go of the factors; called perhaps more than once."""

    def __enter__(self) -> Factorisation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
