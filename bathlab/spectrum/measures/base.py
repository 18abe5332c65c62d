"""What every way to a spectral measure is asked, gives, and has to pass."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bathlab.checks import as_real, refusal
from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged
from bathlab.facts import Fact, Facts, counted, only_told
from bathlab.operators.system import System
from bathlab.spectrum.backend import Backend
from bathlab.spectrum.choice import Solver
from bathlab.spectrum.krylov.weights import SUM_TOLERANCE
from bathlab.spectrum.measures.dynamics import (
    SpectralFunction,
    autocorrelation,
    spectral_function,
)
from bathlab.spectrum.scale import LEVEL_ROUNDING, Frame
from bathlab.spectrum.states.base import Eigenstate
from bathlab.spectrum.unitary.phases import circle

#: Share of max|E| of the centred H below which the width does not count in a moment's error:
#: with the accepted error it makes some rounding units of max|E|, which is what a moment of
#: such levels is known to, also where all weight is on one of them.
LEAST_WIDTH = 1e-4
#: Largest residual of an eigenstate, in units of what its level is rounded to: some 1e-6 of the
#: width. Of other states the weights do not tell the autocorrelation.
EIGENSTATE = 1e8


@dataclass(frozen=True, eq=False, repr=False)
class SpectralMeasure(Facts):
    """Weights |<psi'|O|psi>|^2 over the levels of H, one entry per level.

    Exactly degenerate levels (equal up to rounding, ``scale.LEVEL_ROUNDING`` of the width) are
    merged, so the weights do not depend on the basis inside them. Levels that O|psi> does not
    reach may be missing from a Lanczos measure; their weight is zero. In a "window" measure
    only those of the share ``captured`` are levels, any within ``window.RESOLUTION`` of the
    width taken for one; the other entries are Gauss nodes that stand for the rest with all its
    low moments.

    Attributes
    ----------
    energies
        (m,) ascending levels.
    weights
        (m,) non-negative, sum = <psi|O^2|psi>.
    method
        "dense", "lanczos" or "window".
    steps
        Lanczos steps taken, 0 for dense.
    sum_error
        |sum(weights) - <O^2>| / <O^2>.
    moment_error
        larger error of the first and second moment, relative to <O^2> times the
        width of the spectrum and its square.
    drift
        bound on the change of log sum(weights^2) by weight whose level is open; dense: 0;
        window: the width of its bracket.
    captured
        share of the weight on levels that are resolved; 1 for a complete measure.
    square_bounds
        rigorous (lower, upper) of the true sum of squared weights; None for a
        complete measure, which is sharp to ``drift``.
    rounding
        what the levels are known to; a phase at time t to as much times t.
    energy
        E of the state: of the level next to it, if rounding cannot tell them apart; nan
        if that is not known.
    residual
        ||H psi - E psi||; nan likewise.
    unitary
        whether the levels are quasienergies.
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
    rounding: float = math.nan
    energy: float = math.nan
    residual: float = math.nan
    unitary: bool = False

    def facts(self) -> list[Fact]:
        squares = self.square_bounds or [float(self.weights @ self.weights)]
        D = " to ".join(f"{-math.log(x):.6g}" if x > 0 else "?" for x in reversed(squares))
        rules = Fact("sum rules", f"{max(self.sum_error, self.moment_error):.1e}")
        lines, way = counted("lines", len(self.energies)), only_told("method", self.method)
        return [lines, Fact("D", D, f"D = {D}"), way, rules]

    @property
    def frequencies(self) -> RealArray:
        """(m,) omega_m = E_m - E, what O|psi> has gained; of quasienergies theta - theta_m, in
        (-pi, pi], which is the same for W = exp(-i H).

        Raises
        ------
        ValueError
            If psi was no eigenstate, or the measure is a window, whose nodes are no levels.
        """
        self._require_levels()
        if self.unitary:
            return circle(self.energy - self.energies)
        return self.energies - self.energy

    def autocorrelation(self, times: Any) -> Array:
        """<psi|O(t)O|psi> = sum_m w_m exp(i (E - E_m) t), at any times, in one pass for each.

        Parameters
        ----------
        times
            real, of any shape, in the inverse of the energies' unit; of a unitary whole
            numbers of periods, O(t) = W^-t O W^t, since between them the sum would depend on
            where the circle of quasienergies is cut.

        Returns
        -------
        ndarray
            Complex, of the shape of ``times``; at 0 <psi|O^2|psi>, C(-t) is the conjugate of
            C(t). Phases are reduced exactly, so they are wrong by ``rounding`` times t, which
            bounds what the solver leaves (some hundredths at t = 1e12 for a width of 1), and C
            by ``residual`` times t at most, which stops growing at the residual over the
            distance of the levels.

        Warns
        -----
        PhaseUnknown
            If rounding times t exceeds ``UNKNOWN_PHASE``: then values are a sample of the right
            scatter about :attr:`plateau`.

        Raises
        ------
        ValueError
            If times are not finite, not whole for a unitary, or so large that a double holds no
            phase; and as :attr:`frequencies`.
        """
        found: Array = autocorrelation(
            self.frequencies, self.weights, self.rounding, times, self.unitary
        )
        return found

    @property
    def plateau(self) -> float:
        """The mean of the autocorrelation over all times, the weight on the level of psi.

        |<psi|O|psi>|^2 for a level of one state. Raises ValueError as :attr:`frequencies`.
        """
        return float(self.weights[np.abs(self.frequencies) <= self.rounding].sum())

    def spectral_function(self, edges: Any) -> SpectralFunction:
        """S(omega) = sum_m w_m delta(omega - E_m + E) on bins; its Fourier transform is the
        autocorrelation, int S exp(-i omega t).

        Parameters
        ----------
        edges
            (k+1,) ascending edges of omega = E_m - E (see :attr:`frequencies`).

        Returns
        -------
        SpectralFunction
            ``.omega`` and ``.density`` of the bins, with what lies ``.below`` and ``.above``
            them.

        Raises
        ------
        ValueError
            If edges are not finite and ascending, and as :attr:`frequencies`.
        """
        return spectral_function(self.frequencies, self.weights, edges)

    def _require_levels(self) -> None:
        """Raise ValueError unless these are all levels, seen from an eigenstate."""
        if self.square_bounds is not None:
            raise refusal(
                "measure",
                f"a window measure, of which {self.captured:.2g} of the weight is on levels,",
                "a complete one, since its other nodes are no levels",
                'Take spectral_measure(H, operator, state, method="lanczos").',
            )
        if not self.residual <= EIGENSTATE * self.rounding:
            raise refusal(
                "measure",
                f"that of a state with ||H psi - E psi|| = {self.residual:.1e}",
                "that of an eigenstate, as weights do not tell <psi|O(t)O|psi> of another",
                "Take a state of bathlab.eigenstate_near.",
            )


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
    rounding: float = 0.0,
) -> SpectralMeasure:
    """The measure, weighed against the exact moments <O H^k O>, k = 0, 1, 2.

    ``levels`` are those of the centred H, each once; ``weights`` have the sum ``request.norm``
    up to their error; ``rounding`` is what the levels are known to if that is more than what
    every solver leaves.
    """
    size = _size(frame.system, request, levels)
    return SpectralMeasure(
        levels + frame.centre,
        weights,
        method,
        steps,
        abs(weights.sum() - request.norm) / request.norm,
        _moment_error(frame.system, request, levels, weights, size),
        drift,
        rounding=max(LEVEL_ROUNDING * size, rounding, frame.rounding),
    )


def seen_from(
    measure: SpectralMeasure, system: System, state: Eigenstate | Array, vector: Array
) -> SpectralMeasure:
    """``measure`` with the energy of the state that it was taken in; ``vector`` is its own."""
    if isinstance(state, Eigenstate):
        energy, residual = as_real("energy of the state", state.energy), state.residual
    else:
        image = system @ vector
        mean = complex(np.vdot(vector, image))
        energy = float(np.angle(mean)) if measure.unitary else mean.real
        value = np.exp(1j * energy) if measure.unitary else energy
        residual = float(np.linalg.norm(image - value * vector))
    apart = measure.energies - energy
    apart = np.abs(circle(apart) if measure.unitary else apart)
    if apart.min() <= measure.rounding:  # the same level, and a phase that stands still
        energy = float(measure.energies[np.argmin(apart)])
    return replace(measure, energy=energy, residual=residual)


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


def _size(system: System, request: MeasureRequest, energies: RealArray) -> float:
    """The largest |E| as far as it is known."""
    # Rounding grows with the levels of H, not only the ones seen, when the width is far
    # smaller; a random vector gives their typical size.
    probe = np.random.default_rng(0).standard_normal(len(request.image))
    size = float(np.linalg.norm(system @ probe) / np.linalg.norm(probe))
    return max(float(np.abs(energies).max()), size)


def _moment_error(
    system: System,
    request: MeasureRequest,
    energies: RealArray,
    weights: RealArray,
    largest: float,
) -> float:
    """The larger error of <H> and <H^2>, relative to the width and its square."""
    image, norm = request.image, request.norm
    centre = float(np.vdot(image, system @ image).real) / norm
    deviation = system @ image - centre * image
    variance = float(np.vdot(deviation, deviation).real) / norm
    width = float(energies[-1] - energies[0]) + largest * LEAST_WIDTH
    if not width:
        return 0.0
    shifted = energies - centre
    first = abs(weights @ shifted) / (norm * width)
    second = abs(weights @ shifted**2 / norm - variance) / width**2
    return float(np.maximum(first, second))  # of which NaN is the larger
