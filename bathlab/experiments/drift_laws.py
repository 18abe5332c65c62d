"""What the rows of :func:`bathlab.experiments.drift_rows` say of each law, as it drifts with J.

Tables are those of one size and coupling. All exponents are taken where they come from the same
resonances, lower < Omega/(2 pi J) < upper: chi of Omega^-2, |kappa| and the time of 1/Omega.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Callable, Mapping, NamedTuple

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.cells import cell_array, cell_histogram
from bathlab.experiments.drift import CURVATURES, ELEMENTS, FIDELITIES, FREQUENCIES
from bathlab.experiments.resonant import SCALES
from bathlab.statistics.arithmetic import estimate_of, independent
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.histograms import (
    POOR,
    DensityLaw,
    Histogram,
    density_law,
    log_edges,
)
from bathlab.theory.circuit_laws import (
    curvature_exponent,
    fidelity_exponent,
    largest_scale,
)

#: a is between 0 and 1 where it predicts anything; so far from both it is taken at most.
MARGIN = 0.02
#: Ends of the bins of time in which the decay of C is counted.
TIME_BINS = log_edges(1e-1, 1e9, 4)


@dataclass(frozen=True)
class Law:
    """One of the laws that follow from a = zeta/zeta_c.

    Attributes
    ----------
    histogram
        of the rows, or of the control with z in a random order over the pairs.
    power
        x of the law is Omega^power.
    told
        the exponent that is told, of that of the density.
    expected
        the same by theory, of a.
    control
        what it is in the control; nan where there is none.
    """

    histogram: Callable[[pd.DataFrame, bool], Histogram]
    power: int
    told: Callable[[Estimate], Estimate]
    expected: Callable[[float], float]
    control: float = math.nan


class Fitted(NamedTuple):
    """A fit and the exponent that is told of it."""

    law: DensityLaw
    exponent: Estimate

    @property
    def accepted(self) -> bool:
        """Whether it is one power."""
        return self.law.chi2_dof <= POOR

    @property
    def error(self) -> float:
        """Statistical and window error together."""
        return math.hypot(self.exponent.error, np.nan_to_num(self.law.window_error))

    @property
    def whole(self) -> Estimate:
        """The exponent with both errors in one."""
        return Estimate(self.exponent.mean, self.error, self.exponent.realisations)


class Prediction(NamedTuple):
    """What theory makes of a measured a, and half the range within the error of a."""

    value: float
    error: float

    @property
    def text(self) -> str:
        return f"{self.value:.3f} +- {self.error:.3f} of a"


def ranges_of(table: pd.DataFrame, column: str, bins: int) -> RealArray:
    """(N, L/2 + 2, bins) cells of a column by range, -1 first."""
    kinds = int(table["sites"].iloc[0]) // 2 + 2
    return cell_array(table, column, (kinds, bins))


def pair_histogram(table: pd.DataFrame, column: str, edges: RealArray) -> Histogram:
    """Of the pairs of all ranges."""
    counts = ranges_of(table, column, len(edges) - 1).sum(axis=1)
    return Histogram(edges, counts, cell_array(table, "pairs"))


def scale_histogram(table: pd.DataFrame) -> Histogram:
    """p_Omega."""
    return pair_histogram(table, "range_scales", SCALES)


def decay_histogram(table: pd.DataFrame, moved: bool) -> Histogram:
    """How much of C - C(infinity) decays in each bin of time, over what decays in all.

    C is averaged over times about t with a Gaussian weight of width t, 2^-L sum of Z_nm
    exp(-(omega_nm t)^2/2), which has the power of C and neither its oscillations nor its noise.
    The density is -d/dt of that.
    """
    weights = cell_array(
        table, "weights_moved" if moved else "weights", (len(FREQUENCIES) - 1,)
    )
    omega = np.sqrt(FREQUENCIES[:-1] * FREQUENCIES[1:])
    kept = np.exp(-(np.multiply.outer(omega, TIME_BINS) ** 2) / 2)
    return Histogram(TIME_BINS, weights @ -np.diff(kept, axis=1), weights.sum(axis=1))


def smooth_decay(table: pd.DataFrame, times: Any) -> Estimate:
    """C - C(infinity) averaged over times, as in :func:`decay_histogram`, with its errors."""
    weights = cell_array(table, "weights", (len(FREQUENCIES) - 1,))
    omega = np.sqrt(FREQUENCIES[:-1] * FREQUENCIES[1:])
    kept = np.exp(-(np.multiply.outer(omega, np.asarray(times)) ** 2) / 2)
    values = 2 * weights @ kept / cell_array(table, "states")[:, np.newaxis]
    return estimate(values, table["realisation"])


def _of_states(column: str, edges: RealArray) -> Callable[[pd.DataFrame, bool], Histogram]:
    def histogram(table: pd.DataFrame, moved: bool) -> Histogram:
        return cell_histogram(table, f"{column}_moved" if moved else column, "states", edges)

    return histogram


LAWS = {
    "Omega": Law(lambda table, _: scale_histogram(table), 1, lambda p: -p - 1, lambda a: a),
    "chi": Law(_of_states("fidelities", FIDELITIES), -2, lambda p: p, fidelity_exponent, -1.5),
    "kappa": Law(
        _of_states("curvatures", CURVATURES), -1, lambda p: p, curvature_exponent, -2.0
    ),
    "C": Law(decay_histogram, -1, lambda p: p + 1, lambda a: a - 1, -1.0),
}


def fitted(
    table: pd.DataFrame,
    name: str,
    coupling: float,
    within: tuple[float, float],
    moved: bool = False,
) -> Fitted | None:
    """The law ``name`` of :data:`LAWS`, or that of the control, with Omega/(2 pi J) ``within``
    a window; None if too few bins or realisations are there."""
    law = LAWS[name]
    ends = sorted((largest_scale(coupling) * end) ** law.power for end in within)
    histogram = law.histogram(table, moved)
    try:
        found = density_law(histogram, *ends)
    except ValueError:
        return None
    return Fitted(found, law.told(found.exponent))


def predicted(scale: Fitted | None, theory: Callable[[float], float]) -> Prediction | None:
    """What ``theory`` makes of the a of p_Omega; None if that is not one power, or no a below
    1 within its error."""
    if scale is None or not scale.accepted:
        return None
    return made_of(scale.exponent.mean, scale.error, theory)


def made_of(a: float, error: float, theory: Callable[[float], float]) -> Prediction | None:
    """What ``theory`` makes of a with its error; None unless that is between 0 and 1."""
    if not (a > 0 and a + error < 1):
        return None
    low, high = max(a - error, MARGIN), min(a + error, 1 - MARGIN)
    return Prediction(theory(a), abs(theory(high) - theory(low)) / 2)


def amplitude(table: pd.DataFrame, coupling: float) -> Estimate | None:
    """A of p_Z = A 2^-L Z^(-3/2) (1 - Z)^(-1/2), the two-level law, from the share of pairs
    with 40 J^2 < Z < 1/2; None where no bin lies between."""
    histogram = pair_histogram(table, "range_elements", ELEMENTS)
    inside = (ELEMENTS[:-1] > 40 * coupling**2) & (ELEMENTS[1:] < 0.5)
    if not inside.any() or not histogram.counts[:, inside].any():
        return None
    ends = np.array([ELEMENTS[:-1][inside][0], ELEMENTS[1:][inside][-1]])
    whole = -2 * float(np.diff(np.sqrt(1 / ends - 1))[0])
    factor = 2.0 ** int(table["sites"].iloc[0]) / whole
    widths = np.diff(ELEMENTS)[inside]
    share = histogram.jackknife.map(lambda density: factor * float(density[inside] @ widths))
    return Estimate(share.value, float(share.error), len(table))


def log_slope(
    values: Mapping[float, Estimate], function: Callable[[float], float] | None = None
) -> Estimate | None:
    """Slope against log J of ``function`` (none: themselves) of values at each J, a straight
    line with the errors as weights.

    What is measured at different J has the same fields, but errors that are mostly those of
    windows; they are taken as independent. None if fewer than two of the values have an error.
    """
    known = {coupling: each for coupling, each in values.items() if each.error > 0}
    if len(known) < 2:
        return None
    turned = function or (lambda value: value)
    points = [independent(turned, each) for each in known.values()]
    # An error below the rounding of its value is none that could weigh it.
    floors = [np.finfo(float).eps * abs(point.mean) for point in points]
    weights = 1 / np.maximum([point.error for point in points], floors)
    logs = np.log(list(known))
    return independent(lambda *y: np.polyfit(logs, y, 1, w=weights)[0], *points)


def at_no_coupling(parts: Mapping[float, pd.DataFrame]) -> Estimate:
    """<D>/(3 pi J/2) of two couplings by a straight line to J = 0, where it is 1."""
    (low, first), (high, second) = parts.items()

    def extrapolated(a: float, b: float) -> float:
        return (a * high / low - b * low / high) / (high - low) / (1.5 * math.pi)

    columns = (first["depolarisation"], second["depolarisation"])
    return estimate_of(
        extrapolated, *columns, clusters=[first["realisation"], second["realisation"]]
    )


def part_of(table: pd.DataFrame, coupling: float, sites: int | None = None) -> pd.DataFrame:
    """Rows of a coupling and size; of its largest size if that is None."""
    own = table[table["coupling"] == coupling]
    return own[own["sites"] == (own["sites"].max() if sites is None else sites)]
