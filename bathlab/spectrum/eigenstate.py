"""The eigenstates nearest a given energy, with their residuals checked.

Two methods: full diagonalisation for small dimensions, and shift-invert (Ericsson & Ruhe,
Math. Comp. 35 (1980) 1251) with an explicit factorisation of H - E for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import numpy as np
import scipy.linalg
from scipy import sparse
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh, splu

from bathlab.conventions import require_choice, require_finite, require_integer
from bathlab.spectrum.backend import Backend, resolve
from bathlab.spectrum.dense import Eigensystem, diagonalise, require_dense_fits
from bathlab.spectrum.errors import NotConverged
from bathlab.spectrum.krylov import lanczos_states
from bathlab.spectrum.lanczos import spectral_interval
from bathlab.spectrum.memory import require_memory
from bathlab.spectrum.operators import (Array, Operator, as_hermitian, is_filled, to_dense,
                                        to_sparse)

#: Up to this dimension full diagonalisation is about as fast (measured on chains and random
#: matrices with LIOMs: at 256 it gives state and measure in 12 ms against 20, at 512 in 70
#: against 50).
DENSE_DIMENSION = 400
#: Up to this dimension "auto" rescues a failed iterative solve by full diagonalisation, which
#: takes seconds.
RESCUE_DIMENSION = 4096
#: Largest accepted |H psi - E psi| relative to max|E|: backward error of a stable solver, with
#: room for its growth with the dimension.
RESIDUAL_TOLERANCE = 1e-11
#: Pivot threshold of the sparse LU and size of the Krylov space, tried in turn: nearly diagonal
#: pivots keep the fill low, partial pivoting is safe; a large space splits clusters of levels.
ATTEMPTS = ((0.01, 20), (0.01, 120), (1.0, 120))
#: Restarts of ARPACK before an attempt is given up; ordinary spectra need one to five.
RESTARTS = 30
#: Relative accuracy asked of ARPACK, before the vectors are polished.
ARPACK_TOLERANCE = 1e-13
#: Share of the spectral radius by which the shift is moved off an exact eigenvalue.
SHIFT_NUDGE = 1e-12
#: Extra neighbours asked of ARPACK, so that the wanted ones are not the last to converge.
SPARE_STATES = 2


@dataclass(frozen=True, eq=False)
class Eigenstate:
    """One eigenstate.

    Attributes
    ----------
    energy : float
    vector : (n,) array of unit norm; its sign (phase) is arbitrary.
    residual : float, ||H psi - E psi||, always computed.
    method : "dense" or "shift-invert", the way it was found.
    """

    energy: float
    vector: Array
    residual: float
    method: str


def eigenstate_near(H: Any, energy: float = 0.0, method: str = "auto", *,
                    backend: str | Backend = "cpu") -> Eigenstate:
    """The eigenstate of ``H`` whose level is nearest to ``energy``.

    Parameters
    ----------
    H : array, scipy sparse matrix, qutip.Qobj, CoupledSystem or Eigensystem, Hermitian.
    energy : target, inside the spectrum, in the units of H.
    method : "dense" (all eigenvectors), "sparse" (shift-invert) or "auto" (by dimension).
    backend : "cpu", or "cuda" for diagonalisation and Lanczos steps on a CUDA device through cupy
        (not yet run on a device). Factorisations, and the short run that bounds the spectrum,
        stay on the host.

    Raises
    ------
    ValueError
        For a bad H, method or backend, an energy outside the spectrum, or a solve that cannot fit.
    NotConverged
        If the residual exceeds ``RESIDUAL_TOLERANCE`` times the spectral radius.
    """
    return eigenstates_near(H, energy, 1, method, backend=backend)[0]


def eigenstates_near(H: Any, energy: float = 0.0, count: int = 1,
                     method: str = "auto", *,
                     backend: str | Backend = "cpu") -> list[Eigenstate]:
    """The ``count`` eigenstates nearest to ``energy``, the nearest first.

    Arguments and errors as for :func:`eigenstate_near`; ``count`` is at most the dimension.
    """
    require_finite("energy", energy)
    require_integer("count", count, minimum=1)
    require_choice("method", method, ("auto", "dense", "sparse", "lanczos"))
    where = resolve(backend)
    if method == "sparse":
        where.require_host('method = "sparse"')
    solved = isinstance(H, Eigensystem)
    operator = H.hamiltonian if solved else as_hermitian(H)
    n = operator.shape[0]
    if count > n:
        raise ValueError(f"count = {count} states were asked of a system of dimension {n}; "
                         f"expected at most {n}. Ask for fewer.")
    if solved or method == "dense" or n <= DENSE_DIMENSION and method == "auto" \
            or count + SPARE_STATES >= n:
        system = H if solved else diagonalise(operator, backend=where)
        return _from_eigensystem(system, energy, count)
    fast = getattr(operator, "table_form", None) is not None and count == 1
    if method == "lanczos" or method == "auto" and fast:
        try:
            return _two_pass(operator, energy, count, where)
        except NotConverged:
            if method == "lanczos":
                raise
    try:
        return _shift_invert(operator, energy, count)
    except NotConverged:
        if method == "sparse" or n > RESCUE_DIMENSION:
            raise
        return _from_eigensystem(diagonalise(operator, backend=where), energy, count)


def _two_pass(operator: Operator, energy: float, count: int,
              backend: Backend) -> list[Eigenstate]:
    lower, upper = spectral_interval(operator)
    _require_inside(energy, lower, upper)
    radius = max(abs(lower), abs(upper))
    pairs, _ = lanczos_states(operator, energy, count, radius, backend)
    return _checked(operator, pairs, radius, "lanczos")


def _from_eigensystem(system: Eigensystem, energy: float, count: int) -> list[Eigenstate]:
    energies, vectors = system.energies, system.vectors
    _require_inside(energy, energies[0], energies[-1])
    nearest = np.argsort(np.abs(energies - energy), kind="stable")[:count]
    pairs = [(energies[k], np.ascontiguousarray(vectors[:, k])) for k in nearest]
    return _checked(system.hamiltonian, pairs, max(abs(energies[0]), abs(energies[-1])), "dense")


def _shift_invert(operator: Operator, energy: float, count: int) -> list[Eigenstate]:
    n = operator.shape[0]
    # A fixed start vector: the same matrix gives the same bits on every run.
    start = np.random.default_rng(0).standard_normal(n)
    lower, upper = spectral_interval(operator)
    _require_inside(energy, lower, upper)
    radius = max(abs(lower), abs(upper))
    failure: Exception | None = None
    for threshold, krylov in ATTEMPTS:
        solve, shift = _factorise(operator, energy, SHIFT_NUDGE * radius, threshold)
        inverse = LinearOperator((n, n), matvec=solve, dtype=operator.dtype)
        try:
            _, vectors = eigsh(operator, k=count + SPARE_STATES, sigma=energy, v0=start,
                               OPinv=inverse, ncv=min(n, krylov + 2 * count),
                               maxiter=RESTARTS, tol=ARPACK_TOLERANCE)
            energies, vectors = _polished(operator, vectors, solve, shift)
            nearest = np.argsort(np.abs(energies - energy), kind="stable")[:count]
            pairs = [(float(energies[k]), np.ascontiguousarray(vectors[:, k])) for k in nearest]
            return _checked(operator, pairs, radius, "shift-invert")
        except (ArpackNoConvergence, NotConverged) as error:
            failure = error
    raise NotConverged(
        f"Shift-invert at energy {energy:g} failed, also with full pivoting ({failure}). "
        'Use method="dense", or move the energy.', getattr(failure, "estimate", None))


def _polished(operator: Operator, vectors: Array, solve: Callable[[Array], Array],
              shift: float) -> tuple[Array, Array]:
    """One accurate inverse iteration and Rayleigh-Ritz on the span of ``vectors``.

    Diagonal pivots let rounding grow in ``solve``, to perhaps 1e-9; one step of refinement makes
    it accurate, and one accurate inverse iteration wipes out what the others left.
    """
    images = np.column_stack([solve(vector) for vector in vectors.T])
    defects = vectors - (operator @ images - shift * images)
    images += np.column_stack([solve(defect) for defect in defects.T])
    basis, _ = np.linalg.qr(images)
    energies, rotation = np.linalg.eigh(basis.conj().T @ (operator @ basis))
    return energies, basis @ rotation


def _factorise(operator: Operator, energy: float, nudge: float,
               threshold: float) -> tuple[Callable[[Array], Array], float]:
    """A function that solves (H - shift) x = b by a sparse or dense LU, and shift ~ energy."""
    n = operator.shape[0]
    filled = is_filled(operator if isinstance(operator, np.ndarray) else to_sparse(operator))
    if filled:
        require_dense_fits(operator)
    else:
        # The whole triangle pair, 8 bytes a value and 4 an index: no fill can exceed it.
        require_memory(12.0 * n**2, f"The factorisation of H - E at dimension {n}, at most,",
                       "Attach fewer LIOMs or take a smaller bath.")
    identity = np.eye(n) if filled else sparse.eye_array(n, format="csr")
    for shift in (energy, energy + nudge):
        try:
            if filled:
                factors = scipy.linalg.lu_factor(to_dense(operator) - shift * identity)
                if np.all(np.diag(factors[0])):
                    return (lambda b: scipy.linalg.lu_solve(factors, b)), shift
            else:
                lu = splu((to_sparse(operator) - shift * identity).tocsc(),
                          permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=threshold,
                          options={"SymmetricMode": True})
                return lu.solve, shift
        except RuntimeError:  # exactly singular: the energy is a level; the nudge moves off it
            continue
    raise NotConverged(f"H - E is singular at E = {energy:g} and beside it. Move the energy.")


def _require_inside(energy: float, lower: float, upper: float) -> None:
    slack = 1e-9 * max(abs(lower), abs(upper))
    if not lower - slack <= energy <= upper + slack:
        raise ValueError(f"energy = {energy:g} was given; expected a value inside the spectrum "
                         f"[{lower:.6g}, {upper:.6g}]. Choose a target there.")


def _checked(operator: Operator, pairs: list[tuple[float, Array]], radius: float,
             method: str) -> list[Eigenstate]:
    states = [Eigenstate(float(energy), vector, float(np.linalg.norm(
        operator @ vector - energy * vector)), method) for energy, vector in pairs]
    worst = max(states, key=lambda state: state.residual)
    if worst.residual > RESIDUAL_TOLERANCE * radius:
        raise NotConverged(
            f"The eigenstate at energy {worst.energy:g} has residual {worst.residual:.1e}; "
            f"expected below {RESIDUAL_TOLERANCE * radius:.1e}.", worst)
    return states
