"""Matrices: dense or CSR, finite, square, Hermitian to rounding."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

from bathlab.checks import is_qobj, refusal, shown
from bathlab.checks.arrays import numbers
from bathlab.conventions import Array

Matrix: TypeAlias = "Array | sparse.csr_array"
Operator: TypeAlias = "Array | sparse.csr_array | LinearOperator"

#: Largest |A - A^dagger| relative to max|A| still taken for Hermitian: rounding of a sum of
#: many terms, far below any physical asymmetry.
HERMITIAN_TOLERANCE = 1e-12
#: Largest |U^dagger U - 1| still taken for unitary: rounding of a product of many factors.
UNITARY_TOLERANCE = 1e-12
#: What a matrix may be given as.
EXPECTED = "a square array of numbers, scipy sparse matrix, qutip.Qobj or LinearOperator"
#: Above this share of non-zeros a matrix gains nothing from being stored as sparse.
DENSE_FILL = 0.1


def is_filled(matrix: Matrix) -> bool:
    """Whether ``matrix`` is dense in fact: an ndarray, or CSR with few zeros left out."""
    return isinstance(matrix, np.ndarray) or matrix.nnz > DENSE_FILL * matrix.shape[0] ** 2


def as_matrix(value: Any, name: str) -> Matrix:
    """``value`` as a finite square ndarray or CSR array; a zero imaginary part is dropped."""
    if is_qobj(value):
        dense = value.dtype.__name__ == "Dense"
        value = value.full() if dense else value.to("CSR").data_as("csr_matrix", copy=True)
    matrix: Matrix = _sparse(value, name) if sparse.issparse(value) else _dense(value, name)
    entries: Any = matrix.data if sparse.issparse(matrix) else matrix
    require_square(matrix.shape, name)
    if not np.all(np.isfinite(entries)):
        raise ValueError(
            f"{name} with NaN or infinite entries was given; expected finite "
            "numbers. Check how it was built."
        )
    if np.iscomplexobj(entries) and not np.any(entries.imag):
        matrix = matrix.real
    return matrix


def _dense(value: Any, name: str) -> Array:
    if isinstance(value, str):
        remedy = f"Pass the matrix; system.operator({value!r}) is a system's of that name."
        raise refusal(name, f"{value!r}, which is text,", EXPECTED, remedy)
    if callable(getattr(value, "sample", None)) and not hasattr(value, "__array__"):  # a table
        given = f"{shown(value)}, which is to be drawn from,"
        raise refusal(name, given, EXPECTED, "Draw from it first: .sample(seed=1).")
    return numbers(name, value, "complex", EXPECTED)


def _sparse(value: Any, name: str) -> sparse.csr_array:
    try:
        _require_inside(value)  # scipy converts without a look at the indices
        matrix = sparse.csr_array(value)
        matrix.check_format(full_check=True)
    except ValueError as error:
        raise ValueError(
            f"{name} of shape {value.shape} was given, of which {error}; expected a sparse "
            "matrix whose indices are inside. Check how it was built."
        ) from None
    matrix.data = numbers(name, matrix.data, "complex", EXPECTED)
    return matrix


def _require_inside(value: Any) -> None:
    """Raise ValueError for a sparse matrix whose indices lead out of its shape."""
    if value.format in ("csr", "csc", "bsr"):
        value.check_format(full_check=True)
    elif value.format == "coo":
        for index, length in zip(value.coords, value.shape):
            if index.size and not 0 <= index.min() <= index.max() < length:
                raise ValueError(f"an index is not from 0 to {length - 1}")


def require_square(shape: tuple[int, ...], name: str) -> None:
    """Raise ValueError unless ``shape`` is that of a square, non-empty matrix."""
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] == 0:
        raise ValueError(
            f"{name} of shape {tuple(shape)} was given; expected a square matrix "
            "of dimension at least 1. Pass an (n, n) operator."
        )


def as_operator(value: Any, dimension: int, name: str) -> Operator:
    """``value`` as an operator on ``dimension`` states, Hermitian or not; for its product.

    Raises
    ------
    ValueError
        If it is none: as :func:`as_matrix`, or of another dimension.
    """
    if not isinstance(value, LinearOperator):
        convert = hasattr(value, "tocsr") and not sparse.issparse(value)
        value = as_matrix(value.tocsr() if convert else value, name)
    require_square(value.shape, name)
    require_dimension(value, dimension, name)
    operator: Operator = value
    return operator


def require_dimension(operator: Operator, dimension: int, name: str) -> None:
    """Raise ValueError unless ``operator`` acts on ``dimension`` states."""
    if operator.shape[0] != dimension:
        raise ValueError(
            f"{name} of shape {tuple(operator.shape)} was given; expected "
            f"({dimension}, {dimension}), as the Hamiltonian has. Build it in the same basis, "
            "of a coupled system bath x tau_1 x ... x tau_n; system.operator(...) does that."
        )


def to_dense(matrix: Matrix) -> Array:
    """The matrix as an ndarray (the caller has checked that it fits in memory)."""
    return matrix if isinstance(matrix, np.ndarray) else matrix.toarray()


def adjoint(matrix: Matrix) -> Any:
    """The conjugate transpose; of a real matrix a view."""
    return matrix.conj().T if np.iscomplexobj(matrix) else matrix.T


def on_parts(matrix: Matrix) -> Matrix:
    """What a Hermitian matrix does to the real and imaginary parts of a vector.

    They lie next to each other, so each entry a + ib becomes the block [[a, -b], [b, a]]: a
    real symmetric matrix of twice the size.
    """
    real, imaginary = matrix.real, matrix.imag
    if sparse.issparse(matrix):
        turn = sparse.csr_array([[0.0, -1.0], [1.0, 0.0]])
        found = sparse.csr_array(
            sparse.kron(real, sparse.eye_array(2)) + sparse.kron(imaginary, turn)
        )
        found.eliminate_zeros()
        return found
    n = len(matrix)
    parts = np.empty((n, 2, n, 2))
    parts[:, 0, :, 0] = parts[:, 1, :, 1] = real
    parts[:, 1, :, 0] = imaginary
    parts[:, 0, :, 1] = -imaginary
    return parts.reshape(2 * n, 2 * n)


def to_sparse(matrix: Matrix) -> sparse.csr_array:
    """The matrix as CSR."""
    return sparse.csr_array(matrix)


def require_hermitian(matrix: Matrix, name: str) -> None:
    """Raise ValueError unless ``matrix`` is its adjoint up to ``HERMITIAN_TOLERANCE``."""
    scale = np.max(np.abs(matrix.data if sparse.issparse(matrix) else matrix), initial=0.0)
    asymmetry = abs(matrix - matrix.conj().T).max()
    if not asymmetry <= HERMITIAN_TOLERANCE * scale:
        raise ValueError(
            f"{name} with max|{name} - {name}^dagger| = {asymmetry:.2e} was given; expected a "
            f"Hermitian operator. If the asymmetry is rounding, pass ({name} + "
            f"{name}^dagger)/2."
        )


def require_symmetric_product(operator: LinearOperator, name: str) -> None:
    """A matrix-free operator is tested on two fixed random vectors: <x|Ay> = <Ax|y>."""
    generator = np.random.default_rng(0)
    x, y = generator.standard_normal((2, operator.shape[0]))
    left, right = np.vdot(x, operator @ y), np.vdot(operator @ x, y)
    scale = np.linalg.norm(operator @ x) * np.linalg.norm(y)
    if not abs(left - right) <= 1e-10 * scale:
        raise ValueError(
            f"A LinearOperator {name} with <x|{name} y> - <{name} x|y> = "
            f"{abs(left - right):.2e} was given; expected a Hermitian one. "
            "Check its matvec."
        )


def require_unitary(matrix: Matrix, name: str) -> None:
    """Raise ValueError unless ``matrix^dagger matrix`` is 1 up to ``UNITARY_TOLERANCE``."""
    size = matrix.shape[0]
    one = sparse.eye_array(size) if sparse.issparse(matrix) else np.eye(size)
    defect = abs(matrix.conj().T @ matrix - one).max()
    if not defect <= UNITARY_TOLERANCE:
        raise ValueError(
            f"{name} with max|{name}^dagger {name} - 1| = {defect:.2e} was given; expected a "
            f"unitary operator. If that is rounding, pass scipy.linalg.polar({name})[0]."
        )


def require_unitary_product(operator: LinearOperator, name: str) -> None:
    """A matrix-free operator is tested on two fixed random vectors: <Ux|Uy> = <x|y>."""
    generator = np.random.default_rng(0)
    x, y = generator.standard_normal((2, operator.shape[0]))
    change = abs(np.vdot(operator @ x, operator @ y) - x @ y)
    if not change <= 1e-10 * np.linalg.norm(x) * np.linalg.norm(y):
        raise ValueError(
            f"A LinearOperator {name} with <{name} x|{name} y> - <x|y> = {change:.2e} was "
            "given; expected a unitary one. Check its matvec."
        )
