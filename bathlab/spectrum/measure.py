"""The spectral measure of an operator in a state: every weight |<psi'|O|psi>|^2 with its level.

Two independent ways: full diagonalisation, and Lanczos from O|psi>
(:mod:`bathlab.spectrum.krylov.weights`), which may stop early with a bracket of D. Both are
held against exact moments.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.checks import as_real, as_state, require_choice
from bathlab.conventions import Array
from bathlab.operators.door import as_system, kind_of
from bathlab.operators.eigensystem import Eigensystem
from bathlab.operators.hermitian import require_dimension
from bathlab.operators.sectors import warn_of_sectors
from bathlab.spectrum.backend import Backend, resolve
from bathlab.spectrum.choice import first_converged
from bathlab.spectrum.krylov.weights import DRIFT_TOLERANCE
from bathlab.spectrum.measures.base import (
    MeasureRequest,
    MeasureSolver,
    SpectralMeasure,
    seen_from,
)
from bathlab.spectrum.measures.dense import DenseMeasure, RescuedMeasure
from bathlab.spectrum.measures.lanczos import LanczosMeasure
from bathlab.spectrum.states.base import Eigenstate
from bathlab.spectrum.unitary.weights import unitary_measure

#: How D is to be read where H conserves something, and what to do.
D_OF_SECTORS = (
    "O|psi> reaches the levels of some only, so D(O) is that of a part of the space",
    "Do not average it over states of unlike sectors, or hold it against log(n/3). In one of "
    "operators.sectors_of(H) alone it is spectral_measure(sector, sector.restrict(O), state).",
)
#: Tried in this order.
SOLVERS: tuple[MeasureSolver, ...] = (DenseMeasure(), LanczosMeasure(), RescuedMeasure())


def spectral_measure(
    H: Any,
    operator: Any,
    state: Eigenstate | Array,
    method: str = "auto",
    *,
    tolerance: float = DRIFT_TOLERANCE,
    backend: str | Backend = "cpu",
) -> SpectralMeasure:
    """The weights |<psi'|O|psi>|^2 over all eigenstates psi' of ``H``.

    Parameters
    ----------
    H
        array, scipy sparse matrix, qutip.Qobj, any system or Eigensystem, Hermitian; or a
        unitary system, whose quasienergies are the levels then ("dense" or "auto").
    operator
        Hermitian O in the same basis.
    state
        an :class:`Eigenstate`, or its vector of shape (n,), an (n, 1) column or a ket, of
        unit norm.
    method
        "dense", "lanczos", "window" or "auto". Window is Lanczos that stops as soon as D
        is known to ``tolerance``, or runs on to the end. Auto is dense for an Eigensystem, a
        full matrix and small dimensions, else Lanczos, stopping early where the tolerance is so
        large (``EARLY_TOLERANCE``) and the measure so narrow that this promises to win.
    tolerance
        largest accepted width of the bracket of D of a window measure, positive (see
        :func:`bathlab.analysis.log_ipr_bounds`). The complete measures know D to
        ``DRIFT_TOLERANCE`` always.
    backend
        "cpu", or "cuda" for diagonalisation and Lanczos steps on a CUDA device through
        cupy. The tridiagonal matrix is solved on the host.

    Returns
    -------
    SpectralMeasure
        ``energies`` and ``weights`` of the lines, whose sum is <O^2> of the state, and how far
        the sum rules are off.

    Raises
    ------
    ValueError
        If H or O is not Hermitian, O or the state does not fit H, O|psi> = 0, the method is
        or backend is unknown, the tolerance is not positive, or the dense form cannot fit.
    NotConverged
        If a sum rule is violated or Lanczos does not settle; ``estimate`` holds the measure.

    Warns
    -----
    SeveralSectors
        Once for each system, if its matrix shows that it conserves something. An Eigensystem is
        not looked at.

    Examples
    --------
    >>> import bathlab as bl
    >>> system = bl.couple(bl.LocalChainBath(spins=6), bl.LiomChain(count=2)).sample(seed=1)
    >>> state, probe = bl.eigenstate_near(system, energy=0.0), system.operator("probe")
    >>> for method in ("dense", "lanczos"):
    ...     measure = bl.spectral_measure(system, probe, state, method=method)
    ...     total, D = measure.weights.sum(), bl.log_ipr(measure)
    ...     print(f"sum of weights {total:.6f} = <O^2>, D(O) = {D:.6f}, by {method}")
    sum of weights 1.000000 = <O^2>, D(O) = 3.723454, by dense
    sum of weights 1.000000 = <O^2>, D(O) = 3.723454, by lanczos
    """
    require_choice("method", method, ("auto", "dense", "lanczos", "window"))
    tolerance = as_real("tolerance", tolerance, above=0)
    where = resolve(backend)
    kind = kind_of(H)
    system = as_system(H, kind=kind)
    vector = as_state("state", state, system.dimension)
    image, _ = turned(image_of(operator, vector, system.dimension))
    request = MeasureRequest(image, method, tolerance, isinstance(H, Eigensystem), where)
    if kind == "unitary":
        return seen_from(unitary_measure(system, request), system, state, vector)
    if not request.solved:
        warn_of_sectors(system, *D_OF_SECTORS)
    return seen_from(first_converged(SOLVERS, system, request), system, state, vector)


def image_of(operator: Any, state: Eigenstate | Array, n: int, name: str = "operator") -> Array:
    """O|psi>, after checking that both fit a system of dimension n."""
    vector = as_state("state", state, n)
    observable = as_system(operator, name)
    require_dimension(observable, n, name)
    image = observable @ vector
    if not np.any(image):
        raise ValueError(
            f"An {name} with O|psi> = 0 was given; expected a non-zero image, since its "
            "weights cannot be normalised. Choose another operator."
        )
    return image


def turned(image: Array) -> tuple[Array, complex]:
    """A vector that is real, or i times real, as a real one, and the phase that was taken off.

    A phase changes no weight: sigma^y in a real state, or a real ket, which qutip calls
    complex, needs no complex arithmetic.
    """
    if np.iscomplexobj(image):
        for part, phase in ((image.real, 1.0 + 0j), (image.imag, 1j)):
            if not np.any(part * phase - image):
                return np.ascontiguousarray(part), phase
    return image, 1.0 + 0j
