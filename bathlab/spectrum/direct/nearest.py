"""The levels nearest a shift from solves with H - shift, and how it is known that none is
nearer.

Three steps, all on the inverse B = (H - shift)^-1, whose largest eigenvalues belong to the
nearest levels: a Krylov space of B grows until its Ritz vectors settle (Ericsson & Ruhe, Math.
Comp. 35 (1980) 1251); the vectors are polished against H itself; and a search for levels that
the space may have missed either excludes them or hands back where they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged, SingularShift
from bathlab.operators.system import System
from bathlab.spectrum.direct.base import Factorisation
from bathlab.spectrum.krylov.blocks import random_block

#: A Ritz pair of the inverse is settled at this relative residual; polishing does the rest.
SETTLED = 1e-9
#: Neighbours settled beyond the wanted states: they give the search a gap to work with.
SPARE_STATES = 3
#: Columns of the Krylov space, in all and per wanted state, after which restarts take over.
#: Ordinary spectra take twenty.
MOST_COLUMNS = 120
COLUMNS_PER_STATE = 6
#: The restarted Lanczos of ARPACK splits narrow multiplets, whose members come into sight one
#: after the other: its relative accuracy, space, and restarts before it is given up.
RESTARTED_ACCURACY = 1e-13
RESTARTED_COLUMNS = 120
RESTARTS = 30
#: A level closer to the shift than this share of the spectral radius may drown its neighbours
#: in the rounding of the inverse: its distance is compared with the error of the factors, and a
#: level nearer than some such errors cannot be told from the shift.
SUSPICIOUS = 1e-9
DROWNED = 64.0
#: A column that keeps less than this share of its norm outside the space adds only rounding.
DEPENDENT = 1e-10
#: Polishing ends at this residual relative to the spectral radius, a few roundings of H psi, or
#: when a round gains less than half. A radius beyond so many times the distance of the found
#: levels is that of a penalty or a far level, on which these vectors have next to nothing.
POLISHED = 1e-15
ORDINARY_RADIUS = 1e6
POLISHING_ROUNDS = 6
#: Random vectors of the search; one block of eight is solved in the time of two to three
#: vectors.
SEARCH_VECTORS = 8
#: Smallest overlap with a missed state that the search counts on. All eight Gaussian vectors
#: have less with probability (sqrt(2/pi)/32)^8 = 1.5e-13.
OVERLAP = 1 / 32
MISSED = float((np.sqrt(2 / np.pi) * OVERLAP) ** SEARCH_VECTORS)
#: Applications of the inverse before a search is given up, and searches in all.
SEARCH_STEPS = 16
SEARCHES = 6
#: The search must exclude this share beyond the wanted distance, for the rounding of its
#: solves.
SEARCH_MARGIN = 0.01


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Eigenpairs nearest the shift, the nearest first.

    Attributes
    ----------
    energies, vectors
        the pairs, vectors in columns.
    cleared
        no level but these lies within this distance of the shift ...
    missed
        ... except with at most this probability over the random vectors of the search; 1
        if the search did not exclude it.
    """

    energies: RealArray
    vectors: Array
    cleared: float
    missed: float


def neighbours(
    operator: System,
    factors: Factorisation,
    count: int,
    radius: float,
    slack: float = 0.0,
    searched: bool = True,
) -> Neighbours | None:
    """The ``count`` levels of H nearest ``factors.shift``; None if they do not settle.

    ``radius`` is the spectral radius; the search clears ``slack`` more than the farthest state.
    Without being ``searched`` for, levels may be missing, and ``missed`` is 1.

    Raises
    ------
    SingularShift
        If a level is too near the shift to see past it.
    NotConverged
        If the slack, by which the shift stands off a level, is beyond all that were found.
    """
    n = operator.shape[0]
    # Fixed vectors: the same matrix gives the same bits on every run.
    generator = np.random.default_rng(0)
    most = min(n, MOST_COLUMNS + COLUMNS_PER_STATE * count)
    space = _InverseSpace(operator, factors, most, SUSPICIOUS * radius)
    block = random_block(n, 1, operator.dtype, generator)
    found = None
    wanted = min(n, count + SPARE_STATES)
    for _ in range(SEARCHES):
        vectors = space.settle(block, wanted, generator)
        if vectors is None and found is None:
            vectors = _restarted(factors, n, operator.dtype, count + SPARE_STATES)
        if vectors is None:
            break
        energies, vectors = polished(operator, factors, vectors, radius, count)
        distance = np.abs(energies - factors.shift)
        nearest = np.argsort(distance, kind="stable")
        energies, vectors = energies[nearest], vectors[:, nearest]
        if slack > 2 * distance.max():
            raise NotConverged(f"the shift stands off by {slack:.1e}, beyond its neighbours")
        if not searched:
            return Neighbours(energies, vectors, 0.0, 1.0)
        reach = (float(distance[nearest[count - 1]]) + slack) * (1 + SEARCH_MARGIN)
        cleared, block = search(factors, vectors, reach, generator)
        found = Neighbours(energies, vectors, cleared, MISSED if cleared >= reach else 1.0)
        if cleared >= reach:
            break
        # The last images are rich in what may have been missed: the space goes on from them.
        wanted = min(n, vectors.shape[1] + SPARE_STATES)
    return found


def search(
    factors: Factorisation, vectors: Array, reach: float, generator: np.random.Generator
) -> tuple[float, Array]:
    """A distance from the shift within which ``vectors`` hold all levels, and the last images.

    Let u be an eigenvector outside the span of ``vectors``, mu = 1/(level - shift), x a
    Gaussian vector and B the inverse restricted to the complement of the span. Then
    |B^m x| >= |mu|^m |<u|x>|, and |<u|x>| < t for all k independent x with probability at most
    (sqrt(2/pi) t)^k. So with the probability 1 - ``MISSED`` every such level has
    |level - shift| >= (t / max|B^m x|)^(1/m) (the bound of Dixon, SIAM J. Numer. Anal. 20
    (1983) 812; Kuczynski & Wozniakowski, SIAM J. Matrix Anal. Appl. 13 (1992) 1094, treat the
    Lanczos version). The vectors are drawn after the states were found, hence independent of
    them.

    The distance exceeds ``reach`` if the search succeeds within ``SEARCH_STEPS``.
    """
    n, found = vectors.shape
    if found >= n:
        return np.inf, vectors[:, :0]
    block = outside(random_block(n, SEARCH_VECTORS, vectors.dtype, generator), vectors)
    norms = np.linalg.norm(block, axis=0)
    logarithm = np.log(norms)  # of |B^m x|, whose power would overflow
    cleared = 0.0
    for step in range(1, SEARCH_STEPS + 1):
        block = outside(factors.solve(block / norms), vectors)
        norms = np.linalg.norm(block, axis=0)
        logarithm += np.log(norms)
        cleared = max(cleared, float(np.exp((np.log(OVERLAP) - logarithm.max()) / step)))
        if cleared >= reach:
            break
    return cleared, block


def polished(
    operator: System, factors: Factorisation, vectors: Array, radius: float, count: int
) -> tuple[RealArray, Array]:
    """Inverse iteration with one refinement, and Rayleigh-Ritz on the span, until it stands.

    Pivots near the diagonal let rounding grow in a solve, to perhaps 1e-9 of H; a step of
    refinement makes it accurate for H itself, and each round of accurate inverse iteration
    takes out of the vectors what the farther levels left in them. The ``count`` nearest decide;
    their neighbours lie nearer to what is left out, and follow slowly.
    """

    def rated(block: Array) -> tuple[RealArray, Array, float]:
        energies, ritz, residuals = rayleigh_ritz(operator, block)
        nearest = np.argsort(np.abs(energies - factors.shift), kind="stable")[:count]
        return energies, ritz, float(residuals[nearest].max())

    energies, vectors, residual = rated(vectors)
    farthest = float(np.abs(energies - factors.shift).max())
    enough = POLISHED * min(radius, ORDINARY_RADIUS * farthest)
    for _ in range(POLISHING_ROUNDS):
        if residual <= enough:
            break
        images = factors.solve(vectors)
        images += factors.solve(vectors - (operator @ images - factors.shift * images))
        images /= np.linalg.norm(images, axis=0)
        better = rated(images)
        if better[2] < residual:
            energies, vectors = better[:2]
        if better[2] > residual / 2:
            break
        residual = better[2]
    return energies, vectors


def _restarted(factors: Factorisation, n: int, dtype: np.dtype, wanted: int) -> Array | None:
    """Ritz vectors of the inverse by ARPACK, or None."""
    inverse = LinearOperator((n, n), matvec=factors.solve, dtype=dtype)
    start = random_block(n, 1, dtype, np.random.default_rng(0))[:, 0]
    try:
        return eigsh(
            inverse,
            k=min(wanted, n - 1),
            which="LM",
            v0=start,
            maxiter=RESTARTS,
            ncv=min(n, RESTARTED_COLUMNS + 2 * wanted),
            tol=RESTARTED_ACCURACY,
        )[1]
    except ArpackNoConvergence:
        return None


def backward_error(operator: System, factors: Factorisation) -> float:
    """Estimated norm of E in: the factors are those of H + E - shift. From one random solve."""
    b = random_block(operator.shape[0], 1, operator.dtype, np.random.default_rng(1))
    x = factors.solve(b)
    return float(np.linalg.norm(operator @ x - factors.shift * x - b) / np.linalg.norm(x))


class _InverseSpace:
    """An orthonormal basis Q with its images B Q under the inverse, in whose span we look."""

    def __init__(
        self, operator: System, factors: Factorisation, most: int, suspicious: float
    ) -> None:
        n, dtype = operator.dimension, operator.dtype
        self._operator, self._factors, self._suspicious = operator, factors, suspicious
        self._basis = np.empty((n, most), dtype, order="F")
        self._images = np.empty((n, most), dtype, order="F")
        self._projected = np.zeros((most, most), dtype)
        self._size = self._added = 0
        self._error: float | None = None

    def settle(self, block: Array, wanted: int, generator: np.random.Generator) -> Array | None:
        """Grow the Krylov space from ``block`` until ``wanted`` Ritz vectors have settled."""
        n, most = self._basis.shape
        while self._size < most:
            if not self._append(block):  # the space is invariant: a new direction opens it
                self._append(random_block(n, 1, self._basis.dtype, generator))
            m = self._size
            if m >= wanted:
                vectors, errors = self._largest(wanted)
                if np.all(errors <= SETTLED):
                    return vectors
            block = self._images[:, m - self._added : m]
        if self._error is not None:
            raise SingularShift("a level near the shift hides its neighbours")
        return None

    def _largest(self, wanted: int) -> tuple[Array, RealArray]:
        """Ritz vectors of the largest eigenvalues of B, and their relative residuals."""
        m = self._size
        ritz, rotation = np.linalg.eigh(self._projected[:m, :m])
        self._require_apart(1 / float(np.abs(ritz).max()))
        largest = np.argsort(-np.abs(ritz), kind="stable")[:wanted]
        rotation = rotation[:, largest]
        vectors = self._basis[:, :m] @ rotation
        defects = self._images[:, :m] @ rotation - vectors * ritz[largest]
        return vectors, np.linalg.norm(defects, axis=0) / np.abs(ritz[largest])

    def _require_apart(self, distance: float) -> None:
        """Raise SingularShift if the nearest level cannot be told from the shift."""
        if distance >= self._suspicious:
            return
        if self._error is None:
            self._error = backward_error(self._operator, self._factors)
        if not distance > DROWNED * self._error:
            raise SingularShift("a level lies too near the shift")

    def _append(self, block: Array) -> bool:
        """Take in what of ``block`` is new; False if nothing is."""
        done = self._size
        basis = self._basis[:, :done]
        block = block / np.linalg.norm(block, axis=0)
        kept = outside(block, basis)
        kept, triangle = np.linalg.qr(kept)
        new = np.abs(np.diag(triangle)) > DEPENDENT
        room = self._basis.shape[1] - done
        kept = outside(kept[:, new][:, :room], basis)
        if kept.shape[1] == 0:
            return False
        kept, _ = np.linalg.qr(kept)
        self._added = kept.shape[1]
        self._size = size = done + self._added
        self._basis[:, done:size] = kept
        self._images[:, done:size] = self._factors.solve(kept)
        mixed = self._basis[:, :size].conj().T @ self._images[:, done:size]
        self._projected[:size, done:size] = mixed
        self._projected[done:size, :size] = mixed.conj().T
        return True


def rayleigh_ritz(operator: System, vectors: Array) -> tuple[RealArray, Array, RealArray]:
    """Ritz energies and vectors of H in the span, and their residuals."""
    basis, _ = np.linalg.qr(vectors)
    images = operator @ basis
    energies, rotation = np.linalg.eigh(basis.conj().T @ images)
    vectors = basis @ rotation
    residuals = np.linalg.norm(images @ rotation - vectors * energies, axis=0)
    return energies, vectors, residuals


def outside(block: Array, basis: Array) -> Array:
    """``block`` without its part in the span of the orthonormal ``basis``, taken off twice."""
    for _ in range(2):
        block = block - basis @ (basis.conj().T @ block)
    return block
