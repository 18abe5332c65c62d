"""What every way to all levels is asked, gives, and has to pass."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import RealArray
from bathlab.errors import NotConverged
from bathlab.facts import Fact, Facts, only_told
from bathlab.operators.eigensystem import level_facts
from bathlab.operators.traces import Traces
from bathlab.spectrum.backend import Backend
from bathlab.spectrum.choice import Solver
from bathlab.spectrum.scale import LEVEL_ROUNDING

#: Largest accepted error of both traces for each level, in units of the width and its square
#: (measured: some 1e-17 n of levels that differ, 1e-15 n of degenerate ones). A level missed,
#: or held twice in place of another, costs some mean distance, 1/n: 10^14/n^2 times as much,
#: which is 1400 at n = 262144.
TRACE_TOLERANCE = 1e-14


@dataclass(frozen=True, eq=False, repr=False)
class Levels(Facts):
    """Every level of H, each as often as it is degenerate.

    Attributes
    ----------
    energies
        (n,) ascending, in the energy unit of H; quasienergies of a unitary.
    method
        "dense", "lanczos", or "sectors" for those of each sector put together.
    steps
        Lanczos steps of the longest run; 0 for dense.
    trace_error
        the larger of |sum E - tr H| and |sum E^2 - tr H^2|, H without its mean level,
        in units of the width of the spectrum and its square; NaN for a unitary.
    complete
        False only of what is found where the rest is missing, the ``estimate`` of
        :class:`bathlab.errors.NotConverged`.
    """

    energies: RealArray
    method: str
    steps: int
    trace_error: float
    complete: bool = True

    def facts(self) -> list[Fact]:
        """How many, from where to where, by what, and how well the traces are met."""
        return [
            *level_facts(self.energies),
            only_told("method", self.method),
            Fact("traces", f"{self.trace_error:.1e}"),
            only_told("whole", "complete" if self.complete else "not complete"),
        ]

    def distinct(self) -> tuple[RealArray, NDArray[np.intp]]:
        """Different levels, (m,) ascending, and how often each is there.

        Levels nearer than ``scale.LEVEL_ROUNDING`` of the largest |E| are one, and its place is
        their mean.
        """
        limit = LEVEL_ROUNDING * float(np.abs(self.energies).max())
        starts = np.concatenate([[0], np.flatnonzero(np.diff(self.energies) > limit) + 1])
        counts = np.diff(np.append(starts, len(self.energies)))
        return np.add.reduceat(self.energies, starts) / counts, counts


@dataclass(frozen=True, eq=False)
class LevelsRequest:
    """All levels by ``method``; ``solved`` tells that H was given with them."""

    method: str
    solved: bool
    backend: Backend


LevelsSolver = Solver[LevelsRequest, Levels]


def checked(
    energies: RealArray, traces: Traces, method: str, steps: int = 0, rounding: float = 0.0
) -> Levels:
    """``energies`` as :class:`Levels`, if there are n with both traces.

    Raises
    ------
    NotConverged
        If there are fewer, or a trace is another; ``estimate`` holds the levels found.
    """
    found = Levels(energies, method, steps, trace_error(energies, traces))
    missing = traces.dimension - len(energies)
    if missing == 0 and within_traces(found, traces, rounding):
        return found
    raise NotConverged(
        f'{_told(energies, traces)} Use method="dense", or take the sectors of a symmetry '
        "apart with bathlab.operators.sectors_of.",
        replace(found, complete=False),
    )


def within_traces(found: Levels, traces: Traces, rounding: float = 0.0) -> bool:
    """Whether both traces are right; ``rounding`` is to what the levels are known at best."""
    width = max(float(np.ptp(found.energies)), rounding)
    blur = rounding / width if rounding else 0.0
    return found.trace_error <= (TRACE_TOLERANCE + blur) * traces.dimension


def trace_error(energies: RealArray, traces: Traces) -> float:
    """Larger error of the traces of H less its mean level, see :class:`Levels`."""
    width = float(np.ptp(energies)) if len(energies) else 0.0
    first, second = lacking(energies, traces)
    if width == 0.0:
        return 0.0 if first == second == 0.0 else math.inf
    return float(np.maximum(abs(first) / width, abs(second) / width**2))  # NaN is the larger


def lacking(energies: RealArray, traces: Traces) -> tuple[float, float]:
    """What the levels lack of tr(H - c) and tr (H - c)^2, c the mean level."""
    apart = energies - traces.mean
    return -math.fsum(apart), traces.square - math.fsum(apart**2)


def _told(energies: RealArray, traces: Traces) -> str:
    """What is missing, and where by the traces."""
    missing = traces.dimension - len(energies)
    first, second = lacking(energies, traces)
    if missing <= 0:
        return (
            f"{len(energies)} levels were found for dimension {traces.dimension}, which miss "
            f"the traces by {first:.1e} and {second:.1e}; expected zero to rounding."
        )
    mean = first / missing
    spread = math.sqrt(max(second / missing - mean**2, 0.0))
    low, high = (traces.mean + mean + side * spread for side in (-1, 1))
    return (
        f"{len(energies)} of {traces.dimension} levels were found, and the multiplicity of "
        f"some is unresolved: by tr H and tr H^2 the {missing} others lie at "
        f"{traces.mean + mean:.10g} in the mean with a standard deviation of {spread:.3g}, "
        f"between {low:.6g} and {high:.6g} for the most part."
    )
