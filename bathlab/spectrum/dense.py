"""Full diagonalisation: slow, obviously right, and the best choice for small dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.operators.door import as_system, kind_of
from bathlab.operators.eigensystem import Eigensystem, UnitaryEigensystem
from bathlab.operators.hermitian import Matrix, to_dense
from bathlab.operators.memory import require_memory
from bathlab.operators.system import System
from bathlab.spectrum.backend import CPU, EVD_DIMENSION_LIMIT, Backend, resolve, usual
from bathlab.spectrum.scale import LEVEL_ROUNDING, centred, stored_rounding
from bathlab.spectrum.unitary.dense import solved


def diagonalise(
    H: Any, *, backend: str | Backend | None = None
) -> Eigensystem | UnitaryEigensystem:
    """Every level and eigenvector of ``H``, or every quasienergy and eigenvector of a unitary.

    A system keeps what was found, and is not solved a second time.

    Parameters
    ----------
    H
        Hermitian array, scipy sparse matrix, qutip.Qobj or any system, (n, n); or a unitary
        system, a circuit say. A plain unitary matrix goes through
        ``as_system(W, kind="unitary")`` first.
    backend
        "cuda" solves on a CUDA device through cupy, and "cpu" on the host; None is what the
        environment variable ``BATHLAB_BACKEND`` says, or the host. The result is on the host.

    Returns
    -------
    Eigensystem or UnitaryEigensystem
        ``energies`` (n,) in ascending order, in the units of H, and ``vectors`` (n, n), of unit
        norm in columns; of a unitary ``quasienergies``.

    Raises
    ------
    ValueError
        If H is neither Hermitian nor a unitary system, its dense form does not fit (predicted
        before any work), or the backend is unknown or not there.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> system = bl.couple(bl.LocalChainBath(spins=5), bl.LiomChain(count=1)).sample(seed=1)
    >>> found = bl.diagonalise(system)
    >>> print(found.energies[:3].round(4), len(found.energies))
    [-6.7504 -6.0741 -5.6791] 64
    >>> residual = system.matrix() @ found.vectors - found.vectors * found.energies
    >>> print(np.abs(residual).max() < 1e-12, bl.diagonalise(system) is found)
    True True
    """
    where = resolve(usual() if backend is None else backend)
    if kind_of(H) == "unitary":
        return solved(as_system(H, kind="unitary"), where)
    return diagonalise_hermitian(as_system(H), where)


def diagonalise_hermitian(system: System, where: Backend = CPU) -> Eigensystem:
    """:func:`diagonalise` of a Hermitian system."""
    found = system.eigensystem
    if found is None:
        require_dense_fits(system, where)
        found = _solved(system, where)
        system.solution.eigensystem = found
    return found


def level_rounding(found: Eigensystem) -> float:
    """Levels nearer than this are not told apart by what found them."""
    if found.rounding is not None:
        return found.rounding
    return LEVEL_ROUNDING * float(np.abs(found.energies[[0, -1]]).max())


def _solved(system: System, backend: Backend) -> Eigensystem:
    """Diagonalised without the constant in H, whose rounding would hide the levels."""
    frame = centred(system)
    energies, vectors = backend.eigh(to_dense(frame.system.matrix()))
    width = float(energies[-1] - energies[0])
    if frame.centre:
        energies = energies + frame.centre
    stored = stored_rounding(float(np.abs(energies[[0, -1]]).max()))
    return Eigensystem(energies, vectors, system.matrix(), max(LEVEL_ROUNDING * width, stored))


def require_dense_fits(operator: Matrix | System, backend: Backend = CPU) -> None:
    """Raise ValueError if full diagonalisation of ``operator`` is out of reach.

    Peak of LAPACK's evd: the matrix, which becomes the vectors, one copy of it, and a
    workspace of twice its size. cuSOLVER's is the same, and on the host then remain the matrix
    and the vectors; the largest dimension is left as it is.
    """
    n = operator.shape[0]
    way_out = (
        "Use the sparse path, which holds a few vectors: spectral_measure(H, operator, "
        'state, method="lanczos") and eigenstate_near(H, method="sparse").'
    )
    if n > EVD_DIMENSION_LIMIT:
        raise ValueError(
            f"Full diagonalisation at dimension {n} was asked; expected at most "
            f"{EVD_DIMENSION_LIMIT}, beyond which LAPACK's workspace index overflows. {way_out}"
        )
    item = 16 if np.issubdtype(operator.dtype, np.complexfloating) else 8
    what = f"Full diagonalisation at dimension {n}"
    if not backend.is_host:
        require_memory(
            4 * item * n**2,
            f"{what} on the backend {backend.name!r}",
            way_out,
            backend.free_memory(),
        )
    require_memory((4 if backend.is_host else 2) * item * n**2, what, way_out)
