"""The door for all that a physicist may call H: a :class:`System`, or refused by name."""

from __future__ import annotations

import math
from typing import Any, Protocol, runtime_checkable

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

from bathlab.checks import as_text, is_qobj, require_choice
from bathlab.operators.eigensystem import Eigensystem, Solution, UnitaryEigensystem
from bathlab.operators.hermitian import (
    as_matrix,
    require_hermitian,
    require_square,
    require_symmetric_product,
    require_unitary,
    require_unitary_product,
)
from bathlab.operators.system import KINDS, FreeSystem, MatrixSystem, System, SystemView


@runtime_checkable
class GivesCsr(Protocol):
    """What can turn into a sparse matrix: scipy's own, and operators of QuSpin."""

    def tocsr(self) -> Any: ...


def as_system(value: Any, name: str = "H", kind: str = "hermitian") -> System:
    """``value`` as a :class:`System`; one that is a System already passes as it is.

    Parameters
    ----------
    value
        (n, n) ndarray, scipy sparse matrix, ``qutip.Qobj``, anything with ``tocsr()``,
        scipy ``LinearOperator`` (matrix-free), :class:`System` or :class:`Eigensystem`. A zero
        imaginary part is dropped.
    name
        what messages call it.
    kind
        the kind that is expected, "hermitian" or "unitary"; a plain matrix is tested for it.

    Raises
    ------
    ValueError
        If ``value`` is none of these, not square, not finite, or not of the expected kind.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> system = bl.operators.as_system(np.array([[1.0, 0.5], [0.5, -1.0]]))
    >>> print(system.dims, system.kind, system @ np.array([1.0, 0.0]))
    (2,) hermitian [1.  0.5]
    >>> try:
    ...     bl.operators.as_system(np.array([[1.0, 0.5], [0.0, -1.0]]))
    ... except ValueError as error:
    ...     print(str(error).split("; ")[1])
    expected a Hermitian operator. If the asymmetry is rounding, pass (H + H^dagger)/2.
    """
    require_choice("kind", kind, KINDS)
    as_text("name", name)
    system = _as_system(value, name, kind)
    if system.kind != kind:
        raise ValueError(
            f"{name} of kind {system.kind!r} was given; expected a {kind} operator. Use a "
            f"solver for {system.kind} operators, or pass a {kind} one."
        )
    return system


def kind_of(value: Any) -> str:
    """The kind of a system or of eigen-data; "hermitian" for all that does not say."""
    if isinstance(value, UnitaryEigensystem):
        return "unitary"
    return value.kind if isinstance(value, System) else "hermitian"


def _as_system(value: Any, name: str, kind: str) -> System:
    while isinstance(value, SystemView):
        value = value.system
    if isinstance(value, System):
        return value
    if isinstance(value, Eigensystem):
        return MatrixSystem.of_checked(value.hamiltonian, solution=Solution(value))
    if isinstance(value, UnitaryEigensystem):
        return value.system
    if isinstance(value, LinearOperator):
        require_square(value.shape, name)
        unitary = kind == "unitary"
        (require_unitary_product if unitary else require_symmetric_product)(value, name)
        return FreeSystem(value, kind)
    dims = _factors(value.dims[0]) if is_qobj(value) else None
    if isinstance(value, GivesCsr) and not sparse.issparse(value):
        value = value.tocsr()
    matrix = as_matrix(value, name)
    (require_unitary if kind == "unitary" else require_hermitian)(matrix, name)
    known = dims is not None and math.prod(dims) == matrix.shape[0]
    return MatrixSystem.of_checked(matrix, dims if known else None, kind=kind)


def _factors(dims: Any) -> tuple[int, ...]:
    """Dimensions of the tensor factors from the nested lists of a Qobj."""
    if isinstance(dims, (int, np.integer)):
        return (int(dims),)
    return tuple(size for part in dims for size in _factors(part))
