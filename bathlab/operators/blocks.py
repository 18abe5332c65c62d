"""Which states a matrix connects: its blocks, in its own basis or in that of a symmetry."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np
import scipy.linalg
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from bathlab.checks import refusal, shown
from bathlab.conventions import Array, RealArray
from bathlab.operators.hermitian import HERMITIAN_TOLERANCE, Matrix, to_dense

Labels = NDArray[np.intp]

#: An entry below this share of the largest off-diagonal one connects nothing. It is what
#: rounding leaves of terms that cancel, and less than any solver here changes the matrix by.
ROUNDING = 16 * float(np.finfo(np.float64).eps)
#: The same for a matrix that was turned into the basis of a symmetry: sums of more terms.
TURNED_ROUNDING = 4 * ROUNDING
#: Eigenvalues of a symmetry closer than this share of the largest are one.
SAME_EIGENVALUE = 1e-10


def block_labels(matrix: Matrix, least: float | None = None) -> tuple[int, Labels]:
    """How many blocks a matrix has, and of which each state is.

    Parameters
    ----------
    matrix
        (n, n) Hermitian or unitary, dense or CSR.
    least
        entries up to this magnitude connect nothing; ``ROUNDING`` of the largest
        off-diagonal one if None.

    Returns
    -------
    tuple[int, ndarray]
        The number of blocks, and (n,) numbers from 0; blocks are in the order of their first
        state.
    """
    sizes, rows, columns = _off_diagonal(matrix)
    limit = ROUNDING * float(sizes.max(initial=0.0)) if least is None else least
    linked = sizes > limit
    return _components(rows[linked], columns[linked], matrix.shape[0])


def count_blocks(matrix: Matrix) -> int:
    """How many blocks a matrix has; quick for one without zeros."""
    if isinstance(matrix, np.ndarray):
        sizes = np.abs(matrix)
        np.fill_diagonal(sizes, 0.0)
        if np.all(sizes[0, 1:] > ROUNDING * sizes.max()):
            return 1
    return block_labels(matrix)[0]


def coupled_count(labels: Labels, contact: Matrix, couplings: RealArray) -> int:
    """How many blocks H_B (x) 1 + 1 (x) H_S + contact (x) sum_i g_i tau^x_i has.

    Spins with g_i = 0 are left out: they were left uncoupled on purpose. A flip of any other
    leads from a block of H_B to one that the contact joins to it. Two flips, there and back,
    change no block, so only the parity of the flips remains: the blocks are the components of
    the double cover of the graph of the joined blocks. A block that the contact does not touch
    keeps every configuration of the spins for itself.

    Parameters
    ----------
    labels
        (rows,) block of H_B of each state, as of :func:`block_labels`.
    contact
        (rows, rows) dense or CSR.
    couplings
        (n,) g_i.
    """
    count, flipping = int(labels.max()) + 1, int(np.count_nonzero(couplings))
    if not flipping:
        return count
    if count == 1:
        return 1 if abs(contact).max() > 0 else 2**flipping
    left, right = _joined(labels, contact)
    twice, _ = _components(
        np.concatenate([left, left + count]), np.concatenate([right + count, right]), 2 * count
    )
    alone = count - len(np.unique(left))
    return twice - 2 * alone + alone * 2**flipping


def joint_count(labels: Labels, contacts: Sequence[tuple[Matrix, RealArray]]) -> int:
    """:func:`coupled_count` where spins touch several operators of the bath.

    Block and configuration of the spins that flip are the nodes of a graph that each flip joins
    two by two. In one block that is touched by all, a flip leads to every configuration.

    Parameters
    ----------
    labels
        (rows,) block of H_B of each state.
    contacts
        operators of the bath, each with (n,) g_i, 0 for spins that do not touch it; a
        spin may touch several.
    """
    touching = np.array([g != 0 for _, g in contacts])
    touching = touching[:, touching.any(axis=0)]
    blocks, flipping = int(labels.max()) + 1, touching.shape[1]
    if blocks == 1:
        there = [abs(one).max() > 0 for one, _ in contacts]
        return int(2 ** np.count_nonzero(~touching[there].any(axis=0)))
    configurations = np.arange(2**flipping)
    rows, columns = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.intp)]
    for (contact, _), touched in zip(contacts, touching):
        left, right = np.unique(_joined(labels, contact), axis=1)
        for bit in np.flatnonzero(touched):
            rows.append(np.add.outer(left * 2**flipping, configurations).ravel())
            flipped = configurations ^ (1 << bit)
            columns.append(np.add.outer(right * 2**flipping, flipped).ravel())
    return _components(np.concatenate(rows), np.concatenate(columns), blocks * 2**flipping)[0]


def _joined(labels: Labels, contact: Matrix) -> tuple[Labels, Labels]:
    """Blocks that an operator leads from and to, entry by entry."""
    entries = sparse.coo_array(contact)
    sizes = np.abs(entries.data)
    kept = sizes > ROUNDING * sizes.max(initial=0.0)
    left, right = (labels[places[kept]] for places in entries.coords)
    return left, right


def symmetry_basis(symmetry: Matrix) -> tuple[sparse.csr_array, Array, Labels]:
    """Eigenvectors of a normal matrix, each on as few states as it can be.

    A reflection or translation moves a state within a short orbit, and so its eigenvectors are
    sparse.

    Returns
    -------
    tuple[csr_array, ndarray, ndarray]
        (n, n) unitary CSR array of columns; (m,) different eigenvalues, real for a Hermitian
        matrix, ascending by real and imaginary part; (n,) which of them each column has.

    Raises
    ------
    ValueError
        If the matrix is neither Hermitian nor unitary.
    """
    hermitian = _is_hermitian(symmetry)
    if not hermitian and not _is_unitary(symmetry):
        raise refusal(
            "symmetry",
            shown(symmetry),
            "a Hermitian or unitary operator",
            "Pass its Hermitian part, (P + P^dagger)/2, if that commutes with H.",
        )
    count, labels = block_labels(symmetry)
    order = np.argsort(labels, kind="stable")
    parts, values = [], []
    for states in np.split(order, np.cumsum(np.bincount(labels, minlength=count))[:-1]):
        here, vectors = _eigenvectors(_within(symmetry, states), hermitian)
        rows = np.repeat(states, len(states))
        parts.append((rows, np.tile(states, len(states)), vectors.ravel()))
        values.append(here)
    rows, columns, entries = (np.concatenate(part) for part in zip(*parts))
    basis = sparse.csr_array((entries, (rows, columns)), shape=symmetry.shape)
    basis.eliminate_zeros()
    found = np.empty(len(labels), dtype=np.result_type(*values))
    found[order] = np.concatenate(values)
    return basis, *_different(found)


def centred(matrix: Matrix) -> Matrix:
    """The matrix less the mean of its diagonal, which would hide what is small."""
    mean = matrix.diagonal().mean()
    if isinstance(matrix, np.ndarray):
        return matrix - mean * np.eye(len(matrix))
    return sparse.csr_array(matrix - mean * sparse.eye_array(matrix.shape[0], format="csr"))


def require_commuting(matrix: Matrix, symmetry: Matrix) -> None:
    """Raise ValueError unless [matrix, symmetry] is rounding of the sums that make it.

    ``matrix`` is one without a constant, see :func:`centred`.
    """
    broken = abs(matrix @ symmetry - symmetry @ matrix)
    sums = abs(matrix) @ abs(symmetry) + abs(symmetry) @ abs(matrix)
    if not (broken - HERMITIAN_TOLERANCE * sums).max() <= ROUNDING * sums.max():
        raise refusal(
            "symmetry",
            f"P with max|HP - PH| = {broken.max():.2e}",
            "one that commutes with H to rounding",
            "H does not conserve it: check the order of the sites, and whether disorder "
            "breaks it.",
        )


def _off_diagonal(matrix: Matrix) -> tuple[RealArray, Labels, Labels]:
    """Magnitude, row and column of every entry that is stored off the diagonal."""
    if isinstance(matrix, np.ndarray):
        rows, columns = np.nonzero(matrix)
        sizes = np.abs(matrix[rows, columns])
    else:
        if not matrix.has_canonical_format:
            matrix = matrix.copy()
            matrix.sum_duplicates()
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        columns, sizes = matrix.indices, np.abs(matrix.data)
    off = rows != columns
    return sizes[off], rows[off], columns[off]


def _components(rows: Labels, columns: Labels, n: int) -> tuple[int, Labels]:
    """Connected components of links that are there both ways; strong ones are the quickest."""
    graph = sparse.csr_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(n, n))
    count, labels = connected_components(graph, connection="strong")
    first = np.unique(labels, return_index=True)[1]
    rank = np.empty(count, dtype=np.intp)
    rank[np.argsort(first)] = np.arange(count)
    return int(count), rank[labels]


def _within(matrix: Matrix, states: Labels) -> Array:
    return to_dense(matrix[states][:, states])


def _eigenvectors(matrix: Array, hermitian: bool) -> tuple[Array, Array]:
    if hermitian:
        values, vectors = np.linalg.eigh(matrix)
        return values, vectors
    triangle, vectors = scipy.linalg.schur(matrix, output="complex")
    return np.diag(triangle), vectors


def _different(values: Array) -> tuple[Array, Labels]:
    """Eigenvalues that are more than rounding apart, and which of them each one is."""
    limit = SAME_EIGENVALUE * float(np.abs(values).max())
    which, means = np.full(len(values), -1, dtype=np.intp), list[Any]()
    rounded = np.round(values / (limit or 1.0) * SAME_EIGENVALUE, 9)  # pairs in a fixed order
    for place in np.lexsort((rounded.imag, rounded.real)):
        if which[place] < 0:
            same = (which < 0) & (np.abs(values - values[place]) <= limit)
            which[same] = len(means)
            means.append(values[same].mean())
    exact = np.array(means)
    for part in (exact.real, exact.imag) if np.iscomplexobj(exact) else (exact,):
        part[np.abs(part) <= limit] = 0.0
    return exact, which


def _is_hermitian(matrix: Matrix) -> bool:
    return bool(abs(matrix - matrix.conj().T).max() <= HERMITIAN_TOLERANCE * abs(matrix).max())


def _is_unitary(matrix: Matrix) -> bool:
    product = matrix.conj().T @ matrix
    one = sparse.eye_array(matrix.shape[0], format="csr")
    return bool(abs(product - one).max() <= HERMITIAN_TOLERANCE)
