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
    shift : float
    name : "Pardiso", "SuperLU" or "dense".
    negative : number of levels below the shift, or None if these factors do not tell.
    """

    name: str

    def __init__(self, shift: float) -> None:
        self.shift = shift
        self.negative: int | None = None

    @abstractmethod
    def solve(self, b: Array) -> Array:
        """x with (H - shift) x = b, for b of shape (n,) or (n, columns)."""

    def close(self) -> None:
        """Free the memory now; nothing can be solved afterwards."""

    def __enter__(self) -> Factorisation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
