"""Histograms in logarithmic bins over many realisations, and exponents of what they show.

The values of one realisation are not independent of each other, those of different ones are:
every error here is the jackknife's over realisations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Sequence

import numpy as np

from bathlab.checks import as_array, as_edges, as_integer, as_list, as_real, require_kind
from bathlab.conventions import Array, RealArray
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.misfits import UNKNOWN, Misfit, misfit
from bathlab.statistics.resampling import Jackknife, jackknife

#: Fewest bins of a fit.
FEWEST_BINS = 3
#: A fit with a larger chi^2 per degree of freedom is not one power.
POOR = 4.0


def log_edges(lower: float, upper: float, per_decade: int = 5) -> RealArray:
    """Edges of logarithmic bins from ``lower`` to ``upper`` at least, both positive.

    Examples
    --------
    >>> import bathlab as bl
    >>> print(bl.statistics.log_edges(1.0, 100.0, per_decade=2).round(3))
    [  1.      3.162  10.     31.623 100.   ]
    """
    lower = as_real("lower", lower, above=0)
    upper = as_real("upper", upper, above=lower)
    width = 1 / as_real("per_decade", per_decade, above=0, below=1e5)
    count = max(1, math.ceil(math.log10(upper / lower) / width - 1e-9))
    return np.asarray(lower * 10.0 ** (width * np.arange(count + 1)), dtype=np.float64)


def bin_counts(values: Any, edges: Any) -> tuple[RealArray, int]:
    """How many of one realisation's values lie in each bin, and how many there are in all.

    A value at an edge belongs to the bin above, also at the last edge: to none. What lies
    outside the bins counts in the total only, so densities are those of all values.

    Raises
    ------
    ValueError
        If the values are not finite numbers, or the edges do not ascend.

    Examples
    --------
    >>> import bathlab as bl
    >>> counts, total = bl.statistics.bin_counts([0.5, 1.0, 1.5, 9.0], edges=[0.0, 1.0, 2.0])
    >>> print(counts, total)  # 1.0 is of the bin above, 9.0 of none
    [1. 2.] 4
    """
    edges = as_edges(edges)
    flat = as_array("values", values, ndim=None, least=0).ravel()
    places = np.searchsorted(edges, flat, side="right") - 1
    inside = places[(places >= 0) & (places < len(edges) - 1)]
    return np.bincount(inside, minlength=len(edges) - 1).astype(np.float64), flat.size


def group_counts(values: Any, edges: Any, labels: Any, groups: int) -> RealArray:
    """(groups, b) counts as those of :func:`bin_counts`, of each group of values.

    Parameters
    ----------
    values
        (k,) finite numbers of one realisation.
    edges
        (b + 1,) ascending.
    labels
        (k,) group of each value, whole numbers from 0 to ``groups`` - 1.

    Raises
    ------
    ValueError
        If the values are not finite numbers, there are as many labels but of other groups, or
        not as many, or the edges do not ascend.
    """
    edges, groups = as_edges(edges), as_integer("groups", groups, 1)
    flat = as_array("values", values, least=0)
    named = as_array("labels", labels, kind="integer", shape=flat.shape, least=0)
    if len(named) and not 0 <= named.min() <= named.max() < groups:
        raise ValueError(
            f"labels from {named.min()} to {named.max()} were given; expected whole numbers "
            f"from 0 to {groups - 1}. Give more groups."
        )
    places = np.searchsorted(edges, flat, side="right")
    width = len(edges) + 1  # with what lies below and above the bins
    counts = np.bincount(named * width + places, minlength=groups * width)
    return counts.reshape(groups, width)[:, 1:-1].astype(np.float64)


def bins_within(edges: RealArray, lower: float, upper: float) -> Array:
    """(b,) which of the bins between positive edges lie within a window, to rounding."""
    slack = 1 + 1e-9
    return np.asarray((edges[:-1] * slack >= lower) & (edges[1:] <= upper * slack))


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts in bins, by realisation.

    Attributes
    ----------
    edges
        (b + 1,) positive, ascending.
    counts
        (N, b), one row per realisation.
    totals
        (N,) all values of each realisation, also those outside the bins.
    """

    edges: RealArray
    counts: RealArray
    totals: RealArray

    @property
    def centres(self) -> RealArray:
        """(b,) geometric means of the edges."""
        return np.sqrt(self.edges[:-1] * self.edges[1:])

    @property
    def realisations(self) -> int:
        return len(self.counts)

    @property
    def usable(self) -> Array:
        """(b,) whether a bin has values whichever realisation is left out, and an error."""
        found = self.jackknife
        return (found.without > 0).all(axis=0) & (found.error > 0)

    @cached_property
    def jackknife(self) -> Jackknife:
        """The density of all values, and of all but those of each realisation in turn."""
        samples = np.column_stack([self.counts, self.totals])
        widths = np.diff(self.edges)
        return jackknife(samples, lambda mean: mean[:-1] / mean[-1] / widths)

    @property
    def density(self) -> Estimate:
        """(b,) share of all values per unit of x, with standard errors.

        The error is nan for a single realisation; a bin that no value reaches has density and
        error 0.
        """
        found = self.jackknife
        return Estimate(found.value, found.error, self.realisations)

    def without_outside(self) -> Histogram:
        """The same with densities that are normalised over the bins alone."""
        return Histogram(self.edges, self.counts, self.counts.sum(axis=1))


def log_histogram(realisations: Sequence[Any], edges: Any) -> Histogram:
    """A histogram of the values of many realisations.

    Parameters
    ----------
    realisations
        the values of each, arrays of any shape and size.
    edges
        bin edges, from :func:`log_edges` say, positive.

    Raises
    ------
    ValueError
        If there is no realisation or no value, values are not finite, or the edges do not
        ascend from above 0.

    Examples
    --------
    >>> import bathlab as bl
    >>> edges = [1.0, 10.0, 100.0]
    >>> found = bl.statistics.log_histogram([[2.0, 3.0, 20.0], [5.0, 500.0]], edges)
    >>> print(found.counts.tolist(), found.totals.tolist())
    [[2.0, 1.0], [1.0, 0.0]] [3.0, 2.0]
    >>> print(found.density.mean.round(5))  # 3 of 5 over 9, 1 of 5 over 90
    [0.06667 0.00222]
    """
    edges = as_edges(edges)
    if edges[0] <= 0:
        raise ValueError(
            f"A first edge {edges[0]:g} was given; expected positive ones for logarithmic "
            "bins. Use log_edges(lower, upper)."
        )
    given = as_list("realisations", realisations, "arrays")
    counted = [
        bin_counts(as_array(f"realisations[{place}]", values, ndim=None, least=0), edges)
        for place, values in enumerate(given)
    ]
    if sum(total for _, total in counted) == 0:
        raise ValueError(
            f"{len(counted)} realisations without a value were given; expected some. Pass a "
            "list with one array for each realisation."
        )
    counts, totals = zip(*counted)
    return Histogram(edges, np.array(counts), np.array(totals, dtype=np.float64))


@dataclass(frozen=True)
class DensityLaw:
    """p = amplitude x^exponent, fitted to a histogram; see :func:`density_law`.

    Attributes
    ----------
    exponent, log_amplitude
        with standard errors over realisations.
    window_error
        half the range of the exponents when a third of the bins is left out at
        either end: what depends on the window. nan if that leaves too few.
    window
        lower edge of the first and upper edge of the last bin used.
    bins
        how many bins were used.
    chi2_dof
        chi^2 of the fit in logarithms per degree of freedom, the bins taken as
        independent; a law that holds has about 1 if they are, else less.
    misfit
        the same with what the bins have in common, unknown for two realisations.
    """

    exponent: Estimate
    log_amplitude: Estimate
    window_error: float
    window: tuple[float, float]
    bins: int
    chi2_dof: float
    misfit: Misfit = UNKNOWN


def density_law(histogram: Histogram, lower: float, upper: float) -> DensityLaw:
    """Fit a power law to the density of a histogram between ``lower`` and ``upper``.

    Weighted least squares of log p against log x over the bins that lie inside and that two or
    more realisations reach, with weights from the jackknife errors of the bins; the errors come
    from fits without each realisation in turn, so they hold what is correlated between bins.

    Raises
    ------
    ValueError
        If there are fewer than two realisations, or than three such bins.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> draws = rng.pareto(1.0, (10, 2000)) + 1  # p = x^-2
    >>> edges = bl.statistics.log_edges(1.0, 100.0)
    >>> law = bl.statistics.density_law(bl.statistics.log_histogram(draws, edges), 1.0, 100.0)
    >>> print(f"{law.exponent.mean:.1f}, off by less than 0.1: {law.exponent.error < 0.1}")
    -2.0, off by less than 0.1: True
    """
    require_kind("histogram", histogram, Histogram, "Make one with log_histogram.")
    lower = as_real("lower", lower, above=0)
    upper = as_real("upper", upper, above=lower)
    used = np.flatnonzero(bins_within(histogram.edges, lower, upper) & histogram.usable)
    if len(used) < FEWEST_BINS:
        raise ValueError(
            f"{histogram.realisations} realisation(s) with {len(used)} bins in "
            f"[{lower:g}, {upper:g}] that two or more reach were given; expected two or more, "
            f"with {FEWEST_BINS} bins. Widen the window, or take more realisations."
        )
    fit, weights = power_line(histogram, used)
    slopes = fit.map(lambda line: line[0])
    log_density = np.log(histogram.jackknife.value[used])
    off = weights * (log_density - np.polyval(fit.value, np.log(histogram.centres[used])))
    freedom, x = len(used) - 2, np.log(histogram.centres[used])
    known = histogram.jackknife.map(lambda density: np.log(density[used]))
    many = histogram.realisations > 2
    return DensityLaw(
        Estimate(float(fit.value[0]), float(slopes.error), histogram.realisations),
        Estimate(float(fit.value[1]), float(fit.error[1]), histogram.realisations),
        _window_error(histogram, used),
        (float(histogram.edges[used[0]]), float(histogram.edges[used[-1] + 1])),
        len(used),
        float(off @ off) / freedom,
        misfit(known, np.vander(x, 2), weights) if many else UNKNOWN,
    )


def power_line(histogram: Histogram, used: Array) -> tuple[Jackknife, RealArray]:
    """(slope, constant) of log p over log x with and without each realisation; the weights."""
    found = histogram.jackknife
    value, error = found.value[used], np.asarray(found.error)[used]
    weights, x = value / error, np.log(histogram.centres[used])

    def fitted(density: RealArray) -> RealArray:
        return np.polyfit(x, np.log(density[used]), 1, w=weights)

    return found.map(fitted), weights


def _window_error(histogram: Histogram, used: Array) -> float:
    """Half the range of the exponents in the window and without a third at either end."""
    third = len(used) // 3
    if third == 0 or len(used) - third < FEWEST_BINS:
        return math.nan
    windows = (used, used[third:], used[: len(used) - third])
    slopes = [power_line(histogram, window)[0].value[0] for window in windows]
    return float(np.ptp(slopes)) / 2
