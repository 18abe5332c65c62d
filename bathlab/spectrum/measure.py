"""The spectral measure of an operator in a state: every weight |<psi'|O|psi>|^2 with its level.

Two independent ways: full diagonalisation, and Lanczos from O|psi>
(:mod:`bathlab.spectrum.krylov.weights`), which may stop early with a bracket of D. Both are
held against exact moments.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bathlab.checks import require_choice, require_finite
from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged
from bathlab.operators.hermitian import require_dimension
from bathlab.operators.system import Eigensystem, System, as_system
from bathlab.spectrum.backend import Backend, resolve
from bathlab.spectrum.choice import DENSE_DIMENSION, RESCUE_DIMENSION, is_full
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import Eigenstate
from bathlab.spectrum.krylov.ghosts import merge_levels
from bathlab.spectrum.krylov.weights import DRIFT_TOLERANCE, lanczos_weights

#: Share of the energies below which the width does not count in a moment's error: their
#: rounding, relative to that, must stay below the accepted error, also where all weight is on
#: one level.
LEAST_WIDTH = 1e-4
#: Largest accepted error of sum(weights) and of the first two moments (in units of the width).
SUM_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class SpectralMeasure:
    """Weights |<psi'|O|psi>|^2 over the levels of H, one entry per level.

    Exactly degenerate levels (closer than ``LEVEL_MERGING`` of the spectral width) are merged,
    so the weights do not depend on the basis inside them. Levels that O|psi> does not reach
    may be missing from a Lanczos measure; their weight is zero. In a "window" measure only the
    levels of the share ``captured`` are levels; the other entries are Gauss nodes that stand
    for the rest with all its low moments.

    Attributes
    ----------
    energies : (m,) ascending levels.
    weights : (m,) non-negative, sum = <psi|O^2|psi>.
    method : "dense", "lanczos" or "window".
    steps : Lanczos steps taken, 0 for dense.
    sum_error : |sum(weights) - <O^2>| / <O^2>.
    moment_error : larger error of the first and second moment, relative to <O^2> times the
        width of the spectrum and its square.
    drift : bound on the change of log sum(weights^2) by weight whose level is open; dense: 0;
        window: the width of its bracket.
    captured : share of the weight on levels that are resolved; 1 for a complete measure.
    square_bounds : rigorous (lower, upper) of the true sum of squared weights; None for a
        complete measure, which is sharp to ``drift``.
    """

    energies: RealArray
    weights: RealArray
    method: str
    steps: int
    sum_error: float
    moment_error: float
    drift: float
    captured: float = 1.0
    square_bounds: tuple[float, float] | None = None


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
    H : array, scipy sparse matrix, qutip.Qobj, any system or Eigensystem, Hermitian.
    operator : Hermitian O in the same basis.
    state : an :class:`Eigenstate` or a vector of shape (n,).
    method : "dense", "lanczos", "window" or "auto". Window is Lanczos that stops as soon as D
        is known to ``tolerance``, or runs on to the end. Auto is dense for an Eigensystem, a
        full matrix and small dimensions, else Lanczos, stopping early where the tolerance is so
        large (``EARLY_TOLERANCE``) and the measure so narrow that this promises to win.
    tolerance : largest accepted width of the bracket of D of a window measure, positive (see
        :func:`bathlab.analysis.log_ipr_bounds`). The complete measures know D to
        ``DRIFT_TOLERANCE`` always.
    backend : "cpu", or "cuda" for diagonalisation and Lanczos steps on a CUDA device through
        cupy (not yet run on a device). The tridiagonal matrix is solved on the host.

    Raises
    ------
    ValueError
        If H or O is not Hermitian, O or the state does not fit H, O|psi> = 0, the method is
        or backend is unknown, the tolerance is not positive, or the dense form cannot fit.
    NotConverged
        If a sum rule is violated or Lanczos does not settle; ``estimate`` holds the measure.
    """
    require_choice("method", method, ("auto", "dense", "lanczos", "window"))
    require_finite("tolerance", tolerance, above=0)
    where = resolve(backend)
    solved = isinstance(H, Eigensystem)
    system = as_system(H)
    n = system.dimension
    image = _image(operator, state, n)
    small = solved or system.has_matrix and (n <= DENSE_DIMENSION or is_full(system))
    if method == "dense" or method == "auto" and small:
        measure = _dense(system, image, where)
    else:
        try:
            measure = _lanczos(system, image, method, tolerance, where)
        except NotConverged:
            if method != "auto" or n > RESCUE_DIMENSION or not system.has_matrix:
                raise
            measure = _dense(system, image, where)
    if not max(measure.sum_error, measure.moment_error) <= SUM_TOLERANCE:
        raise NotConverged(
            f"The {measure.method} measure misses its sum rules by {measure.sum_error:.1e} "
            "(sum) "
            f"and {measure.moment_error:.1e} (moments); expected below {SUM_TOLERANCE:.0e}. "
            "Check that H is finite and well scaled, or use the other method.",
            measure,
        )
    return measure


def _image(operator: Any, state: Eigenstate | Array, n: int) -> Array:
    """O|psi>, after checking that both fit a system of dimension n."""
    vector = state.vector if isinstance(state, Eigenstate) else np.asarray(state)
    if vector.shape != (n,):
        raise ValueError(
            f"A state of shape {vector.shape} was given; expected ({n},) to fit the "
            "system. Use eigenstate_near of the same H."
        )
    if not np.all(np.isfinite(vector)):
        raise ValueError(
            "A state with NaN or infinite entries was given; expected finite "
            "numbers. Check how it was found."
        )
    observable = as_system(operator, "operator")
    require_dimension(observable, n, "operator")
    image = observable @ vector
    if not np.any(image):
        raise ValueError(
            "An operator with O|psi> = 0 was given; expected a non-zero image, "
            "since its weights cannot be normalised. Choose another operator."
        )
    return image


def _dense(system: System, image: Array, backend: Backend) -> SpectralMeasure:
    found = diagonalise(system, backend=backend)
    amplitudes = found.vectors.conj().T @ image
    return _measure(system, image, found.energies, np.abs(amplitudes) ** 2, "dense")


def _lanczos(
    operator: System, image: Array, method: str, tolerance: float, backend: Backend
) -> SpectralMeasure:
    n = operator.shape[0]
    found = lanczos_weights(operator, image, method, tolerance, backend)
    norm = float(np.vdot(image, image).real)
    name = "lanczos" if found.bounds is None else "window"
    measure = _measure(
        operator, image, found.levels, norm * found.weights, name, found.steps, found.drift
    )
    if found.bounds is not None:
        squares = (norm**2 * found.bounds.lower, norm**2 * found.bounds.upper)
        measure = replace(measure, captured=found.bounds.captured, square_bounds=squares)
    if not found.settled:
        raise NotConverged(
            f"Lanczos at dimension {n} may still move D by {found.drift:.1e} after "
            f"{found.steps} steps; expected at most {DRIFT_TOLERANCE:.0e}. Use method='dense', "
            "or shift H so that its spectrum is centred, if its entries are far larger than "
            "its width.",
            measure,
        )
    return measure


def _measure(
    operator: System,
    image: Array,
    levels: RealArray,
    weights: RealArray,
    method: str,
    steps: int = 0,
    drift: float = 0.0,
) -> SpectralMeasure:
    """Merge levels and weigh the result against exact moments <O H^k O>, k = 0, 1, 2."""
    energies, merged = merge_levels(levels, weights)
    norm = float(np.vdot(image, image).real)
    centre = float(np.vdot(image, operator @ image).real) / norm
    deviation = operator @ image - centre * image
    variance = float(np.vdot(deviation, deviation).real) / norm
    # Rounding of the moments grows with the levels of H, not only the ones seen, when the width
    # is far smaller; a random vector gives their typical size.
    probe = np.random.default_rng(0).standard_normal(len(image))
    size = float(np.linalg.norm(operator @ probe) / np.linalg.norm(probe))
    width = (
        float(energies[-1] - energies[0])
        + max(float(np.abs(energies).max()), size) * LEAST_WIDTH
    )
    shifted = energies - centre
    moment_error = (
        0.0
        if width == 0
        else max(
            abs(merged @ shifted) / (norm * width),
            abs(merged @ shifted**2 / norm - variance) / width**2,
        )
    )
    return SpectralMeasure(
        energies,
        merged,
        method,
        steps,
        abs(merged.sum() - norm) / norm,
        float(moment_error),
        drift,
    )
