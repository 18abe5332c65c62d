"""What every way to a spectral measure is asked, gives, and has to pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged
from bathlab.operators.system import System
from bathlab.spectrum.backend import Backend
from bathlab.spectrum.choice import Solver
from bathlab.spectrum.krylov.weights import SUM_TOLERANCE
from bathlab.spectrum.scale import Frame

#: Share of max|E| of the centred H below which the width does not count in a moment's error:
#: with the accepted error it makes some rounding units of max|E|, which is what a moment of
#: such levels is known to, also where all weight is on one of them.
LEAST_WIDTH = 1e-4


@dataclass(frozen=True, eq=False)
class SpectralMeasure:
    """Weights |<psi'|O|psi>|^2 over the levels of H, one entry per level.

    Exactly degenerate levels (equal up to rounding, ``scale.LEVEL_ROUNDING`` of the width) are
    merged, so the weights do not depend on the basis inside them. Levels that O|psi> does not
    reach may be missing from a Lanczos measure; their weight is zero. In a "window" measure
    only those of the share ``captured`` are levels, any within ``window.RESOLUTION`` of the
    width taken for one; the other entries are Gauss nodes that stand for the rest with all its
    low moments.

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


@dataclass(frozen=True, eq=False)
class MeasureRequest:
    """The weights of ``image`` = O|psi> over the levels of H.

    ``solved`` tells that H was given with all its levels.
    """

    image: Array
    method: str
    tolerance: float
    solved: bool
    backend: Backend

    @property
    def norm(self) -> float:
        """<psi|O^2|psi>, the sum of all weights."""
        return float(np.vdot(self.image, self.image).real)


MeasureSolver = Solver[MeasureRequest, SpectralMeasure]


def weighed(
    frame: Frame,
    request: MeasureRequest,
    levels: RealArray,
    weights: RealArray,
    method: str,
    steps: int = 0,
    drift: float = 0.0,
) -> SpectralMeasure:
    """The measure, weighed against the exact moments <O H^k O>, k = 0, 1, 2.

    ``levels`` are those of the centred H, each once; ``weights`` have the sum ``request.norm``
    up to their error.
    """
    return SpectralMeasure(
        levels + frame.centre,
        weights,
        method,
        steps,
        abs(weights.sum() - request.norm) / request.norm,
        _moment_error(frame.system, request, levels, weights),
        drift,
    )


def checked(measure: SpectralMeasure, blur: float = 0.0) -> SpectralMeasure:
    """``measure``, if it obeys its sum rules; ``blur`` is what its levels are rounded to.

    Raises
    ------
    NotConverged
        If one is violated by more than ``SUM_TOLERANCE``; ``estimate`` holds the measure.
    """
    width = float(measure.energies[-1] - measure.energies[0])
    allowed = SUM_TOLERANCE + blur / max(width, blur) if blur else SUM_TOLERANCE
    if measure.sum_error <= SUM_TOLERANCE and measure.moment_error <= allowed:
        return measure
    raise NotConverged(
        f"The {measure.method} measure misses its sum rules by {measure.sum_error:.1e} (sum) "
        f"and {measure.moment_error:.1e} (moments); expected below {SUM_TOLERANCE:.0e}. "
        "Check that H is finite and well scaled, or use the other method.",
        measure,
    )


def _moment_error(
    system: System, request: MeasureRequest, energies: RealArray, weights: RealArray
) -> float:
    """The larger error of <H> and <H^2>, relative to the width and its square."""
    image, norm = request.image, request.norm
    centre = float(np.vdot(image, system @ image).real) / norm
    deviation = system @ image - centre * image
    variance = float(np.vdot(deviation, deviation).real) / norm
    # Rounding of the moments grows with the levels of H, not only the ones seen, when the width
    # is far smaller; a random vector gives their typical size.
    probe = np.random.default_rng(0).standard_normal(len(image))
    size = float(np.linalg.norm(system @ probe) / np.linalg.norm(probe))
    largest = max(float(np.abs(energies).max()), size)
    width = float(energies[-1] - energies[0]) + largest * LEAST_WIDTH
    if width == 0:
        return 0.0
    shifted = energies - centre
    first = abs(weights @ shifted) / (norm * width)
    second = abs(weights @ shifted**2 / norm - variance) / width**2
    return float(np.maximum(first, second))  # of which NaN is the larger
