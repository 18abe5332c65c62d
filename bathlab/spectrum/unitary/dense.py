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
from bathlab.spectrum.unitary.device import DEVICE_MATRICES, DeviceEigenData, eigen_data
from bathlab.spectrum.unitary.first_order import first_order_step
from bathlab.spectrum.unitary.phases import PHASE, SAME, circle, split_close

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
    """All quasienergies, ascending in (-pi, pi], and eigenvectors, on the host.

    On another backend W is made on the host and everything of its size is done there (see
    :mod:`.device`).

    Raises
    ------
    ValueError
        If the matrices do not fit, or LAPACK's workspace index overflows: before any work.
    NotConverged
        If also the Schur form has no residual at rounding, which a matrix has that is not
        unitary.
    """
    require_unitary_fits(system, backend)
    if backend.is_host:
        found = _weighed(system, _hermitian_way(system))
    else:
        found = _fetched(system, backend)
    if not max(found.residual, found.orthogonality) <= ROUNDING:
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
        needed = DEVICE_MATRICES * 16.0 * n**2
        require_memory(needed, there, way_out, backend.free_memory())
    require_memory(PEAK_MATRICES * 16.0 * n**2, what, way_out)


def diagonalised_there(system: System, backend: Backend) -> DeviceEigenData:
    """All eigen-data with the vectors left on the device.

    Raises ValueError as :func:`diagonalise_unitary`. Residual and orthogonality are measured;
    nothing else is tried if they miss rounding.
    """
    require_unitary_fits(system, backend)
    return eigen_data(system, _entries(system), backend)


def _fetched(system: System, backend: Backend) -> UnitaryEigensystem:
    there = eigen_data(system, _entries(system), backend)
    vectors = np.ascontiguousarray(backend.to_host(there.vectors))
    return UnitaryEigensystem(
        there.quasienergies, vectors, system, there.residual, there.orthogonality
    )


def _hermitian_way(system: System) -> Array:
    """Eigenvectors, (n, n)."""
    rotated = np.exp(1j * PHASE) * _entries(system)
    part = (rotated + rotated.conj().T) / 2
    del rotated
    cosines, vectors = _eigh(part)
    del part
    split_close(system, cosines, vectors)
    return _refined(system, vectors)


def _eigh(matrix: Array) -> tuple[RealArray, Array]:
    try:
        return CPU.eigh(matrix, "evr")
    except np.linalg.LinAlgError:  # relatively robust representations may not be found
        return CPU.eigh(matrix)


def _entries(system: System) -> Array:
    """W, (n, n), out of products where it gives no matrix."""
    if system.has_matrix:
        return np.asarray(to_dense(system.matrix()), dtype=np.complex128)
    return np.asarray(system @ np.eye(system.dimension, dtype=np.complex128))


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
