"""<psi|O(t)O|psi> and the spectral function of a measure: sums over its levels, exact."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_edges, refusal
from bathlab.conventions import Array, RealArray
from bathlab.errors import PhaseUnknown, warn
from bathlab.facts import Facts
from bathlab.spectrum.phase_sums import MOST_TURNS, summed_phases

#: Phases that the rounding of the levels turns by more, in radians, are called unknown.
UNKNOWN_PHASE = 1.0


@dataclass(frozen=True, eq=False, repr=False)
class SpectralFunction(Facts):
    """S(omega) = sum_m w_m delta(omega - omega_m) on bins.

    As an array it is its density.

    Attributes
    ----------
    omega
        (k,) bin centres.
    density
        (k,) weight per unit omega.
    below, above
        weight below the first and above the last edge; the integral of the density
        and these two make up ``total``.
    total
        <psi|O^2|psi>.
    first_moment, second_moment
        of omega and omega^2 over all weight, not binned; of an
        eigenstate of H <O[H, O]> and <|[H, O]|^2>.
    """

    omega: RealArray
    density: RealArray
    below: float
    above: float
    total: float
    first_moment: float
    second_moment: float

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.density, dtype=dtype)


def autocorrelation(
    frequencies: RealArray, weights: RealArray, rounding: float, times: Any, whole: bool
) -> Array:
    """Complex sum_m w_m exp(-i omega_m t), of the shape of ``times``.

    ``rounding`` is what the omega are known to; ``whole`` times count periods.
    """
    at = as_array("times", times, ndim=None, least=0)
    if whole:
        require_whole(at)
    latest = float(np.abs(at).max()) if at.size else 0.0
    largest = max(float(np.abs(frequencies).max(initial=0.0)), rounding)
    most = 2 * math.pi * MOST_TURNS / largest
    if not latest < most:
        raise refusal(
            "times",
            f"{latest:g} among them",
            f"times below {most:.1e}, beyond which a double holds no phase",
            "The mean over all late times is measure.plateau.",
        )
    if latest * rounding > UNKNOWN_PHASE:
        warn(
            PhaseUnknown(
                f"Levels are known to {rounding:.1e}, so phases beyond t = "
                f"{UNKNOWN_PHASE / rounding:.1e} are those of rounding: what is found at t = "
                f"{latest:g} scatters as the true one does, but is not it."
            )
        )
    return np.asarray(summed_phases(frequencies, weights, at.ravel()).reshape(at.shape))[()]


def require_whole(times: RealArray) -> None:
    """Raise ValueError unless all times are whole numbers, as periods of a unitary are."""
    broken = times.ravel()[times.ravel() != np.rint(times.ravel())]
    if len(broken):
        raise refusal(
            "times", f"{broken[0]:g} among them", "whole numbers of periods", "Round them."
        )


def spectral_function(
    frequencies: RealArray, weights: RealArray, edges: Any
) -> SpectralFunction:
    """The weights on bins of omega, the last of which holds its upper edge."""
    edges = as_edges(edges)
    totals, _ = np.histogram(frequencies, bins=edges, weights=weights)
    return SpectralFunction(
        (edges[1:] + edges[:-1]) / 2,
        totals / np.diff(edges),
        float(weights[frequencies < edges[0]].sum()),
        float(weights[frequencies > edges[-1]].sum()),
        float(weights.sum()),
        float(weights @ frequencies),
        float(weights @ frequencies**2),
    )
