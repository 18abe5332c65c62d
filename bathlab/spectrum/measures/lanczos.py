"""A spectral measure from one Lanczos run, complete or stopped as soon as D is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bathlab.errors import NotConverged
from bathlab.operators.system import System
from bathlab.spectrum.krylov.weights import DRIFT_TOLERANCE, LanczosWeights, lanczos_weights
from bathlab.spectrum.measures.base import (
    MeasureRequest,
    MeasureSolver,
    SpectralMeasure,
    checked,
    weighed,
)
from bathlab.spectrum.scale import Frame, centred


@dataclass(frozen=True)
class LanczosMeasure(MeasureSolver):
    """Products alone, in O(n) memory; "window" and "auto" may stop the same run early."""

    def accepts(self, system: System, request: MeasureRequest) -> bool:
        named = request.method in ("lanczos", "window")
        return named or request.method == "auto" and not request.solved

    def solve(self, system: System, request: MeasureRequest) -> SpectralMeasure:
        frame = centred(system)
        found = lanczos_weights(
            frame.system,
            request.image,
            request.method,
            request.tolerance,
            request.backend,
            frame.rounding,
        )
        measure = _measure(frame, request, found)
        if not found.settled:
            raise NotConverged(
                f"Lanczos at dimension {system.dimension} may still move D by "
                f"{found.drift:.1e} after {found.steps} steps; expected at most "
                f"{DRIFT_TOLERANCE:.0e}. Use method='dense', or pass a matrix rather than a "
                "product, so that a constant in H can be taken off.",
                measure,
            )
        return checked(measure, frame.rounding)


def _measure(frame: Frame, request: MeasureRequest, found: LanczosWeights) -> SpectralMeasure:
    norm, bounds = request.norm, found.bounds
    weights = norm * found.weights
    method = "lanczos" if bounds is None else "window"
    measure = weighed(frame, request, found.levels, weights, method, found.steps, found.drift)
    if bounds is None:
        return measure
    squares = (norm**2 * bounds.lower, norm**2 * bounds.upper)
    return replace(measure, captured=bounds.captured, square_bounds=squares)
