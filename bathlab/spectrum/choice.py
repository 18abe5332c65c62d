"""The choice of a solver: the first that accepts, and the next where that does not converge."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, Sequence, TypeVar

from bathlab.errors import NotConverged
from bathlab.operators.system import System

#: Up to this dimension full diagonalisation is about as fast (measured on chains and random
#: matrices with LIOMs: at 256 it gives state and measure in 12 ms against 20, at 512 in 70
#: against 50).
DENSE_DIMENSION = 400
#: Up to this dimension "auto" rescues a failed iterative solve by full diagonalisation, which
#: takes seconds.
RESCUE_DIMENSION = 4096

Request = TypeVar("Request")
Result = TypeVar("Result")


class Solver(ABC, Generic[Request, Result]):
    """One method: frozen, without state."""

    @abstractmethod
    def accepts(self, system: System, request: Request) -> bool:
        """Whether this method was named, or is the one to try for a system of this kind."""

    @abstractmethod
    def solve(self, system: System, request: Request) -> Result:
        """The checked result. Raises NotConverged if it fails its checks."""


def first_converged(
    solvers: Sequence[Solver[Request, Result]], system: System, request: Request
) -> Result:
    """The result of the first solver that accepts and converges.

    Raises
    ------
    ValueError
        If none accepts.
    NotConverged
        If none of those that accept converges: what the last one raised.
    """
    failure: NotConverged | None = None
    for solver in solvers:
        if not solver.accepts(system, request):
            continue
        try:
            return solver.solve(system, request)
        except NotConverged as error:
            failure = error
    if failure is not None:
        raise failure
    raise ValueError(
        f"A {type(system).__name__} of dimension {system.dimension} was given that no solver "
        'accepts; expected one with a matrix or a product. Name a method, as method="dense".'
    )


def dense_first(system: System, solved: bool) -> bool:
    """Whether all levels had better come from full diagonalisation: they are there, or the
    system is small or a full matrix."""
    small = system.dimension <= DENSE_DIMENSION or is_full(system)
    return solved or system.has_matrix and small


def is_full(system: System) -> bool:
    """Whether thousands of products with H take longer than full diagonalisation.

    So for a full matrix, and for a large random matrix with a LIOM or two.
    """
    if not system.filled:
        return False
    return system.dimension <= RESCUE_DIMENSION or system.table_form is None
