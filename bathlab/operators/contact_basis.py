"""Bases in which all contacts of a bath are diagonal, and its H as nearly so as can be."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any, Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from bathlab.conventions import HADAMARD, Array, RealArray
from bathlab.operators.hermitian import HERMITIAN_TOLERANCE, Matrix, adjoint, to_dense
from bathlab.operators.spins import spin_operator

#: Eigenvalues of B closer than this share of its norm are one: rounding of eigh.
DEGENERACY = 1e-12
#: Entries of a rotated sparse A below this share of the largest are rounding of zero.
ROUNDING = 1e-15
#: Largest set of rows that a sparse B may connect; its eigenvectors are dense there.
LARGEST_COMPONENT = 64
#: Their roots are factors of contacts in a sum, one each.
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19)


def commute(contacts: Sequence[Matrix]) -> bool:
    """Whether all commute to rounding; one alone does."""
    for one, other in combinations(contacts, 2):
        broken, scale = abs(one @ other - other @ one).max(), abs(one).max() * abs(other).max()
        if not broken <= HERMITIAN_TOLERANCE * scale:
            return False
    return True


def hermitian_part(matrix: Any) -> Any:
    """Rounding must not make a rotated matrix asymmetric."""
    return (matrix + adjoint(matrix)) / 2


def dense_basis(matrix: Array, contacts: Sequence[Matrix]) -> tuple[RealArray, Array]:
    """Eigenvalues, (contacts, rows), and common eigenvectors of ``contacts`` that make
    ``matrix`` diagonal inside the spaces where all have one eigenvalue."""
    levels, rotation = np.linalg.eigh(to_dense(contacts[0]))
    rotation = rotation.astype(np.result_type(rotation, matrix, *contacts), copy=False)
    signs, spaces = [levels], eigenspaces(levels)
    for contact in contacts[1:]:
        levels, finer = np.empty(len(levels)), []
        size = float(abs(contact).max())
        for start, stop in spaces:
            vectors = rotation[:, start:stop]
            found, inner = np.linalg.eigh(adjoint(vectors) @ (contact @ vectors))
            rotation[:, start:stop], levels[start:stop] = vectors @ inner, found
            finer += [(start + a, start + b) for a, b in eigenspaces(found, size)]
        signs, spaces = [*signs, levels], finer
    for start, stop in spaces:
        vectors = rotation[:, start:stop]
        _, inner = np.linalg.eigh(adjoint(vectors) @ (matrix @ vectors))
        rotation[:, start:stop] = vectors @ inner
        for values in signs:
            values[start:stop] = values[start:stop].mean()
    return np.array(signs), rotation


def eigenspaces(signs: RealArray, size: float = 0.0) -> list[tuple[int, int]]:
    """Where equal numbers start and stop in the ascending ``signs`` of a matrix of this
    size."""
    scale = max(size, np.abs(signs).max())
    inner = np.flatnonzero(np.diff(signs) > DEGENERACY * scale) + 1
    bounds = [0, *inner.tolist(), len(signs)]
    return list(zip(bounds[:-1], bounds[1:]))


def sparse_basis(
    matrix: sparse.csr_array, contacts: Sequence[Matrix], dims: tuple[int, ...]
) -> tuple[RealArray, tuple[Matrix, ...], sparse.csr_array] | None:
    """Eigenvalues of ``contacts``, their basis of fewest entries of ``matrix``, and those."""
    candidates = []
    local = _component_basis(_combined(contacts))
    if local is not None:
        found = local[0][np.newaxis] if len(contacts) == 1 else _levels(contacts, local[1:])
        candidates.append((found, local[1:]))
    if dims and set(dims) == {2} and 2 ** len(dims) == matrix.shape[0]:
        # In the sigma^x basis of every spin, a sum of sigma^z and of products of sigma^x has
        # one entry per spin; and a contact made of the latter is diagonal.
        factors = tuple(spin_operator(HADAMARD, site, len(dims)) for site in range(len(dims)))
        candidates.append((_levels(contacts, factors), factors))
    rotated = [
        (signs, factors, _rotated(matrix, factors))
        for signs, factors in candidates
        if signs is not None
    ]
    return min(rotated, key=lambda found: _numbers(found[2])) if rotated else None


def _combined(contacts: Sequence[Matrix]) -> Matrix:
    """One contact, or a sum whose eigenvectors are those of all: with factors whose ratios are
    irrational, sums of different eigenvalues of small integers are different."""
    if len(contacts) == 1:
        return contacts[0]
    sizes = [abs(one).max() for one in contacts]
    parts = [
        sparse.csr_array(one) * (math.sqrt(PRIMES[k % len(PRIMES)]) / size)
        for k, (one, size) in enumerate(zip(contacts, sizes))
        if size > 0
    ]
    return sum(parts, start=sparse.csr_array(contacts[0].shape))


def _levels(contacts: Sequence[Matrix], factors: tuple[Matrix, ...]) -> RealArray | None:
    """(contacts, rows) eigenvalues, if the product of ``factors`` diagonalises all."""
    found = []
    for contact in contacts:
        turned = _rotated(sparse.csr_array(contact), factors)
        levels = turned.diagonal()
        rest = abs(turned - sparse.diags_array(levels))
        if rest.count_nonzero() and (len(contacts) == 1 or rest.max() > DEGENERACY):
            return None
        found.append(levels.real)
    return np.array(found) if len(contacts) == 1 else np.array([_settled(one) for one in found])


def _settled(levels: RealArray) -> RealArray:
    """The same with one number for those that are one but for rounding."""
    order, settled = np.argsort(levels, kind="stable"), np.empty(len(levels))
    for start, stop in eigenspaces(levels[order]):
        settled[order[start:stop]] = levels[order[start:stop]].mean()
    return settled


def _numbers(matrix: sparse.csr_array) -> int:
    """Real and imaginary parts that are not zero."""
    return int(np.count_nonzero(matrix.data.view(np.float64)))


def _rotated(matrix: sparse.csr_array, factors: tuple[Matrix, ...]) -> sparse.csr_array:
    """``matrix`` in the basis of the columns of the product of ``factors``."""
    threshold = ROUNDING * abs(matrix).max()
    for factor in factors:
        matrix = sparse.csr_array(hermitian_part(adjoint(factor) @ (matrix @ factor)))
        # Real and imaginary part each on its own: each is an entry for the kernels.
        parts = matrix.data.view(np.float64)
        parts[np.abs(parts) <= threshold] = 0.0
        matrix.eliminate_zeros()
    return matrix


def _component_basis(contact: Matrix) -> tuple[RealArray, Matrix] | None:
    """Eigenvalues and sparse eigenvectors of ``contact``, set of connected rows by set."""
    graph = sparse.csr_array(contact)
    count, labels = connected_components(abs(graph), directed=False)
    order, sizes = np.argsort(labels, kind="stable"), np.bincount(labels)
    if sizes.max() > LARGEST_COMPONENT:
        return None
    stops = np.cumsum(sizes)
    signs = np.empty(len(labels))
    blocks, places = [], []
    for size in np.unique(sizes):
        members = order[np.add.outer(stops[sizes == size] - size, np.arange(size))]
        rows, columns = np.repeat(members, size, axis=1).ravel(), np.tile(members, size).ravel()
        inner = graph[rows, columns]  # an array or, in some versions of scipy, a sparse one
        inner = inner.toarray() if sparse.issparse(inner) else inner
        levels, vectors = np.linalg.eigh(inner.reshape(-1, size, size))
        signs[members] = levels
        blocks.append(vectors.ravel())
        places.append((rows, columns))
    rows, columns = (np.concatenate([place[k] for place in places]) for k in (0, 1))
    return signs, sparse.csr_array((np.concatenate(blocks), (rows, columns)), shape=graph.shape)
