"""Full diagonalisation of a unitary, by way of a Hermitian matrix.

The Hermitian part of exp(i phi) W has the eigenvectors of W and the eigenvalues cos(theta +
phi), and is diagonalised several times as fast as W. Two quasienergies on either side of -phi
may have nearly the same cosine, and their eigenvectors then come out mixed:

1. Levels whose cosines are closer than ``CLOSE`` are told apart by another phase, at which
   they are neither mirrored nor at a turning point of the cosine: the small block of W between
   them is diagonalised by its Hermitian part there.
2. What is left is taken out to first order: the mixing, of the order of rounding/``CLOSE``, and
   what the vectors lack in orthogonality, 1e-12 after the fastest of LAPACK's drivers. With S =
   (V^dagger V - 1)/2, M = V^dagger W V and m its diagonal, V is multiplied by 1 + X - S, X the
   antihermitian part of (M - S m - m S)_nm/(m_m - m_n). The next order is below rounding, in
   the residual as in the orthogonality.

The result is measured. Should it miss ``ROUNDING``, the complex Schur form is taken instead.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg
from scipy.linalg.blas import zherk

from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged
from bathlab.operators.eigensystem import UnitaryEigensystem
from bathlab.operators.hermitian import to_dense
from bathlab.operators.memory import require_memory
from bathlab.operators.system import System
from bathlab.spectrum.backend import CPU, EVD_DIMENSION_LIMIT, Backend
from bathlab.spectrum.unitary.first_order import first_order_step

#: phi, no simple fraction of the circle: spectra of high symmetry have no equal cosines there.
PHASE = 0.7
#: Cosines closer than this are told apart by another phase.
CLOSE = 1e-5
#: Difference of phases below which vectors are left as they are: any mixing there costs the
#: residual no more than that times the mixing.
SAME = 1e-8
#: Largest residual and lack of orthogonality taken for rounding; measured: 5e-15 at n = 1024.
ROUNDING = 1e-12
#: Matrices of the size of W that are held at the peak.
PEAK_MATRICES = 5


def solved(system: System, backend: Backend = CPU) -> UnitaryEigensystem:
    """All eigen-data of ``system``, which keeps them: see :func:`diagonalise_unitary`."""
    if system.solution.unitary is None:
        system.solution.unitary = diagonalise_unitary(system, backend)
    return system.solution.unitary


def diagonalise_unitary(system: System, backend: Backend = CPU) -> UnitaryEigensystem:
    """All quasienergies, ascending in (-pi, pi], and eigenvectors; the Hermitian matrix is
    diagonalised on the backend, all else done on the host.

    Raises
    ------
    ValueError
        If the matrices do not fit, or LAPACK's workspace index overflows: before any work.
    NotConverged
        If also the Schur form has no residual at rounding, which a matrix has that is not
        unitary.
    """
    require_unitary_fits(system, backend)
    found = _weighed(system, _hermitian_way(system, backend))
    if max(found.residual, found.orthogonality) > ROUNDING:
        found = _weighed(system, scipy.linalg.schur(_entries(system), output="complex")[1])
    if not max(found.residual, found.orthogonality) <= 10 * ROUNDING:
        raise NotConverged(
            f"The eigenvectors have residuals up to {found.residual:.1e} and are orthogonal to "
            f"{found.orthogonality:.1e}; expected {10 * ROUNDING:.0e}. Check W^dagger W = 1.",
            found,
        )
    return found


def require_unitary_fits(system: System, backend: Backend = CPU) -> None:
    """Raise ValueError, naming the window method, if full diagonalisation is out of reach."""
    n = system.dimension
    way_out = (
        "Use windows of far fewer states, which need products alone: "
        "eigenstates_near(circuit, quasienergy, count)."
    )
    what = f"Full diagonalisation of a unitary at dimension {n}"
    if n > EVD_DIMENSION_LIMIT:
        raise ValueError(
            f"{what} was asked; expected at most {EVD_DIMENSION_LIMIT}, beyond which LAPACK's "
            f"workspace index overflows. {way_out}"
        )
    if not backend.is_host:
        there = f"{what} on the backend {backend.name!r}"
        require_memory(4 * 16.0 * n**2, there, way_out, backend.free_memory())
    require_memory(PEAK_MATRICES * 16.0 * n**2, what, way_out)


def _hermitian_way(system: System, backend: Backend = CPU) -> Array:
    """Eigenvectors, (n, n)."""
    rotated = np.exp(1j * PHASE) * _entries(system)
    part = (rotated + rotated.conj().T) / 2
    del rotated
    cosines, vectors = _eigh(part, backend)
    del part
    _split(system, cosines, vectors)
    return _refined(system, vectors)


def _eigh(matrix: Array, backend: Backend) -> tuple[RealArray, Array]:
    try:
        return backend.eigh(matrix, "evr")
    except np.linalg.LinAlgError:  # relatively robust representations may not be found
        return backend.eigh(matrix)


def _entries(system: System) -> Array:
    """W, (n, n), out of products where it gives no matrix."""
    if system.has_matrix:
        return np.asarray(to_dense(system.matrix()), dtype=np.complex128)
    return np.asarray(system @ np.eye(system.dimension, dtype=np.complex128))


def _split(system: System, cosines: RealArray, vectors: Array) -> None:
    """Rotate, in place, the vectors of every chain of close cosines to eigenvectors of W."""
    inner = np.flatnonzero(np.diff(cosines) > CLOSE) + 1
    bounds = np.concatenate([[0], inner, [len(cosines)]])
    chains = [slice(a, b) for a, b in zip(bounds[:-1], bounds[1:]) if b - a > 1]
    if not chains:
        return
    for chain in chains:  # what is not orthogonal would mix the closest levels
        vectors[:, chain] = np.linalg.qr(vectors[:, chain])[0]
    columns = np.concatenate([np.arange(chain.start, chain.stop) for chain in chains])
    images = np.exp(1j * PHASE) * (system @ vectors[:, columns])
    first = 0
    for chain in chains:
        block = vectors[:, chain]
        image = images[:, first : first + block.shape[1]]
        first += block.shape[1]
        # Far from the turning points a quarter turn would lead near them.
        turn = np.pi / 2 if abs(cosines[chain.start]) > 0.5 else np.pi / 4
        between = np.exp(1j * turn) * (block.conj().T @ image)
        _, rotation = np.linalg.eigh((between + between.conj().T) / 2)
        vectors[:, chain] = block @ rotation


def _refined(system: System, vectors: Array) -> Array:
    """``vectors`` without their mixing and lack of orthogonality, to first order."""
    step = vectors.conj().T @ (system @ vectors)
    first_order_step(step, _overlaps(vectors), step.diagonal().copy(), SAME)
    return vectors + vectors @ step


def _overlaps(vectors: Array) -> Array:
    """V^dagger V - 1, (n, n), the upper triangle; zeros below."""
    upper = zherk(1.0, vectors, trans=2)
    upper[np.diag_indices_from(upper)] -= 1
    return upper


def _weighed(system: System, vectors: Array) -> UnitaryEigensystem:
    """Quasienergies of ``vectors``, in order, with residual and orthogonality measured."""
    images = system @ vectors
    rayleigh = np.einsum("ij,ij->j", vectors.conj(), images)
    quasienergies = circle(np.angle(rayleigh))
    images -= vectors * np.exp(1j * quasienergies)
    residual = float(np.linalg.norm(images, axis=0).max())
    del images
    lack = float(np.abs(_overlaps(vectors)).max())
    order = np.argsort(quasienergies, kind="stable")
    return UnitaryEigensystem(
        quasienergies[order],
        np.ascontiguousarray(vectors[:, order]),
        system,
        residual,
        lack,
    )


def circle(angles: RealArray) -> RealArray:
    """Angles modulo 2 pi, in (-pi, pi]."""
    return np.pi - np.mod(np.pi - np.asarray(angles), 2 * np.pi)
