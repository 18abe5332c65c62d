"""What the counts of Z, D and R^2 over realisations say of eqs. (6), (8) and (9).

Tables are those of :func:`bathlab.experiments.polarisation_rows`, of one size and coupling.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Callable, Mapping

import numpy as np
import pandas as pd

from bathlab.conventions import Array, RealArray
from bathlab.experiments.cells import cell_array
from bathlab.experiments.polarised import POWERS, SQUARES
from bathlab.statistics.arithmetic import estimate_of, ratio
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import Histogram, bins_within
from bathlab.statistics.resampling import jackknife

#: So many of the bins of the counts make one of a density.
MERGED = 2
#: Where a knee is looked for; bins to either side of one of which its slope is made, and bins
#: about the steepest one through whose slopes a parabola is laid.
KNEES, SLOPE, AROUND = (1e-5, 0.1), 2, 3
#: Names of the classes of pairs, in the order of the counts.
PARALLEL, CROSSING = 0, 1


def square_histogram(
    table: pd.DataFrame, moved: bool = False, of: int | None = None
) -> Histogram:
    """p_Z of all pairs, or what the pairs ``of`` one class add to it; ``moved`` is that of the
    control."""
    counts = _classes(table, "squares_moved" if moved else "squares")
    chosen = counts.sum(axis=1) if of is None else counts[:, of]
    return Histogram(SQUARES, chosen, cell_array(table, "pairs", (2,)).sum(axis=1))


def depolarisation_histogram(table: pd.DataFrame, moved: bool = False) -> Histogram:
    """p_D of all states and sites, or of the control."""
    column = "depolarisations_moved" if moved else "depolarisations"
    counts = cell_array(table, column, (len(SQUARES) - 1,))
    return Histogram(SQUARES, counts, cell_array(table, "large", (4,)).sum(axis=1))


def remainder_histogram(table: pd.DataFrame, of: int) -> Histogram:
    """The density of R^2 of the pairs below 1/2, or of 1 - R^2 of those above."""
    pairs = cell_array(table, "pairs", (2,))
    return Histogram(SQUARES, _classes(table, "remainders")[:, of], pairs[:, of])


def merged(histogram: Histogram, by: int = MERGED) -> Histogram:
    """The same in bins as wide as ``by`` of its own; what is left over lies in none."""
    whole = histogram.counts.shape[1] // by * by
    counts = histogram.counts[:, :whole].reshape(histogram.realisations, -1, by).sum(axis=2)
    return Histogram(histogram.edges[: whole + 1 : by], counts, histogram.totals)


def level_of(histogram: Histogram, window: tuple[float, float]) -> Estimate:
    """Mean of x^(3/2) p over x in the bins of a window, weighted by x^(-3/2): A, if p = A
    x^(-3/2) there."""
    return _mapped([_in_window(histogram, window)], lambda level: level)


def level_ratio(
    histogram: Histogram,
    window: tuple[float, float],
    other: Histogram,
    other_window: tuple[float, float],
) -> Estimate:
    """The ratio of two levels of the same realisations; nan or infinite without values in the
    second window."""
    both = [_in_window(histogram, window), _in_window(other, other_window)]
    return _mapped(both, lambda level, below: level / below)


def median_of(histogram: Histogram) -> Estimate:
    """The median of all values, from the counts up to each edge; what no bin holds counts as
    below."""
    found = jackknife(np.column_stack([histogram.counts, histogram.totals]), _median)
    return Estimate(float(found.value), float(found.error), histogram.realisations)


def knee_of(histogram: Histogram) -> Estimate:
    """The Z at which Z^(3/2) p_Z rises most steeply towards large Z, between :data:`KNEES`:
    the vertex of a parabola through its logarithmic slopes about the steepest; nan where a bin
    there is empty, or all its pairs are of one realisation."""
    around = _steepest(histogram.counts.sum(axis=0))
    found = jackknife(histogram.counts, lambda mean: _vertex(mean, around))
    knee = float(np.exp(found.value)) if np.isfinite(found.error) else math.nan
    return Estimate(knee, knee * float(found.error), histogram.realisations)


def knee_power(tables: Mapping[float, pd.DataFrame], of: int) -> Estimate:
    """The power of J with which the knee of one class moves, from tables by J of the same
    circuits but for J: a straight line through the logarithms; nan as :func:`knee_of`."""
    found = [square_histogram(each, of=of) for each in tables.values()]
    places = [_steepest(each.counts.sum(axis=0)) for each in found]

    def statistic(*means: RealArray) -> RealArray:
        return np.array([_vertex(mean, around) for mean, around in zip(means, places)])

    power = _power(tables, statistic, [list(each.counts) for each in found])
    return power if np.isfinite(power.error) else replace(power, mean=math.nan)


def median_power(
    tables: Mapping[float, pd.DataFrame], histogram: Callable[[pd.DataFrame], Histogram]
) -> Estimate:
    """The power of J with which the median of a histogram moves."""
    found = [histogram(each) for each in tables.values()]
    columns = [list(np.column_stack([each.counts, each.totals])) for each in found]
    return _power(tables, lambda *means: np.log([_median(mean) for mean in means]), columns)


def mean_remainder(table: pd.DataFrame, of: int) -> Estimate:
    """The mean of R^2 of the pairs below 1/2, or of 1 - R^2 of those above."""
    sums, pairs = (cell_array(table, name, (2,)) for name in ("remainder_sums", "pairs"))
    return ratio(sums[:, of], pairs[:, of], table["realisation"])


def mean_power(tables: Mapping[float, pd.DataFrame], of: int) -> Estimate:
    """The power of J with which :func:`mean_remainder` moves."""
    columns = [
        list(
            np.column_stack(
                [cell_array(each, name, (2,))[:, of] for name in ("remainder_sums", "pairs")]
            )
        )
        for each in tables.values()
    ]
    return _power(tables, lambda *means: np.log([x / y for x, y in means]), columns)


def growth_per_site(few: pd.DataFrame, many: pd.DataFrame) -> list[Estimate]:
    """log2 of the factor by which a site more multiplies the mean of the sum over m != n of
    Z_nm^q, for each q of :data:`POWERS`."""
    apart = int(many["sites"].iloc[0]) - int(few["sites"].iloc[0])
    found = estimate_of(
        lambda less, more: np.log2(more / less) / apart,
        *(list(cell_array(each, "participation", (len(POWERS),))) for each in (few, many)),
        clusters=[few["realisation"], many["realisation"]],
    )
    return [Estimate(x, e, found.realisations) for x, e in zip(found.mean, found.error)]


def resonance_powers(few: pd.DataFrame, many: pd.DataFrame) -> dict[str, Estimate]:
    """The powers of L with which the numbers of resonances of a state grow, from a shorter and
    a longer ring: of all Z > 1/4 at all sites, and of the states that they are with; nan
    without any."""
    sizes = [int(each["sites"].iloc[0]) for each in (few, many)]
    numbers = {
        "the number of Z > 1/4 of a state, all sites": [
            cell_array(each, "large", (4,)) @ np.arange(4) / 2.0**sites
            for each, sites in zip((few, many), sizes)
        ],
        "the number of states with which it has Z > 1/4": [
            cell_array(each, "partners") for each in (few, many)
        ],
    }
    labels, scale = [few["realisation"], many["realisation"]], np.log(sizes[1] / sizes[0])

    def power(less: float, more: float) -> float:
        return float(np.log(more / less) / scale) if less > 0 and more > 0 else math.nan

    return {
        said: estimate_of(power, *columns, clusters=labels) for said, columns in numbers.items()
    }


def square_means(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each coupling, size and kind of curve, with p and its error over x, and those
    of the control: p_Z of all pairs ("Z"), what each class adds to it ("Z0", R^2 < 1/2, and
    "Z1"), p_D ("D"), and the mean sum of Z^q over x = q ("sums", the same in any order)."""
    rows = []
    for (coupling, sites), part in table.groupby(["coupling", "sites"]):
        sums = estimate_of(
            lambda mean: mean,
            list(cell_array(part, "participation", (len(POWERS),))),
            clusters=part["realisation"],
        )
        curves = {"sums": (POWERS, sums, sums)}
        for kind in ("Z", "Z0", "Z1", "D"):
            here, moved = (_curve(part, kind, control) for control in (False, True))
            curves[kind] = (here.centres, here.density, moved.density)
        for kind, (x, found, control) in curves.items():
            used = (found.mean > 0) | (control.mean > 0)
            row = {"coupling": coupling, "sites": sites, "kind": kind, "x": x[used]}
            for name, each in (("p", found), ("p_moved", control)):
                row |= {name: each.mean[used], f"{name}_error": each.error[used]}
            rows.append(row | {"realisations": found.realisations})
    return pd.DataFrame(rows)


def _curve(part: pd.DataFrame, kind: str, moved: bool) -> Histogram:
    if kind == "D":
        return merged(depolarisation_histogram(part, moved))
    return merged(square_histogram(part, moved, int(kind[1:]) if kind[1:] else None))


def _classes(table: pd.DataFrame, column: str) -> RealArray:
    """(N, 2, b) counts by realisation, class and bin."""
    return cell_array(table, column, (2, len(SQUARES) - 1))


def _in_window(histogram: Histogram, window: tuple[float, float]) -> RealArray:
    """(N, 2) counts of each realisation in the bins of a window over the integral of x^(-3/2),
    and all values."""
    inside = bins_within(histogram.edges, *window)
    places = np.flatnonzero(inside)
    if len(places) == 0:
        raise ValueError(
            f"A window [{window[0]:g}, {window[1]:g}] without a whole bin was given; expected "
            "one bin at least. Widen it."
        )
    lower, upper = histogram.edges[places[0]], histogram.edges[places[-1] + 1]
    integral = 2 * (lower**-0.5 - upper**-0.5)
    counts = histogram.counts[:, inside].sum(axis=1)
    return np.column_stack([counts / integral, histogram.totals])


def _mapped(parts: list[RealArray], function: Callable[..., float]) -> Estimate:
    """A function of the ratios that columns of (N, 2) arrays have, with its error."""

    def statistic(mean: RealArray) -> float:
        with np.errstate(divide="ignore", invalid="ignore"):
            return function(*(x / y for x, y in mean.reshape(-1, 2)))

    found = jackknife(np.concatenate(parts, axis=1), statistic)
    return Estimate(float(found.value), float(found.error), len(parts[0]))


def _median(counts_and_total: RealArray) -> float:
    """The median of the values in bins, straight in log x within a bin."""
    counts, total = counts_and_total[:-1], counts_and_total[-1]
    below = np.concatenate([[0.0], np.cumsum(counts)]) + total - counts.sum()
    return float(np.exp(np.interp(total / 2, below, np.log(SQUARES))))


def _steepest(counts: RealArray) -> Array:
    """The bins about the one at which Z^(3/2) p_Z rises most steeply."""
    slopes = _slopes(counts)
    first, last = np.searchsorted(SQUARES, KNEES)
    middle = first + int(np.argmax(slopes[first:last]))
    return np.arange(middle - AROUND, middle + AROUND + 1)


def _vertex(counts: RealArray, around: Array) -> float:
    """log Z at the vertex of a parabola through the slopes of some bins."""
    x = np.log(SQUARES[around] * SQUARES[around + 1]) / 2
    slopes = _slopes(counts)[around]
    if not np.isfinite(slopes).all():
        return math.nan
    curvature, slope, _ = np.polyfit(x - x.mean(), slopes, 2)
    return float(x.mean() - slope / (2 * curvature))


def _slopes(counts: RealArray) -> RealArray:
    """d log(Z^(3/2) p_Z)/d log Z at each bin, by least squares over those about it; at the ends
    and next to empty bins -inf."""
    centres = SQUARES[:-1] * SQUARES[1:]  # squared
    with np.errstate(divide="ignore", invalid="ignore"):
        flat = np.log(counts * centres**0.75 / np.diff(SQUARES))
        weights = np.arange(SLOPE, -SLOPE - 1, -1) / np.log(SQUARES[1] / SQUARES[0])
        slopes = np.convolve(flat, weights / np.sum(np.arange(-SLOPE, SLOPE + 1) ** 2), "same")
    slopes[~np.isfinite(slopes)] = -np.inf
    slopes[:SLOPE] = slopes[-SLOPE:] = -np.inf
    return np.asarray(slopes)


def _power(
    tables: Mapping[float, pd.DataFrame],
    statistic: Callable[..., RealArray],
    columns: list[list[RealArray]],
) -> Estimate:
    """Slope of logarithms, one for each J, against log J; realisations that all share."""
    x = np.log(list(tables))
    return estimate_of(
        lambda *means: float(np.polyfit(x, statistic(*means), 1)[0]),
        *columns,
        clusters=[each["realisation"] for each in tables.values()],
    )
