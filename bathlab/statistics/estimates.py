"""Means with standard errors, the realisation being the unit that is independent.

Sums are exactly rounded (``math.fsum``): an estimate does not depend on the order of its
values.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import bootstrap

from bathlab.checks import require_finite, select
from bathlab.conventions import RealArray
from bathlab.errors import TooFewRealisations
from bathlab.statistics.resampling import jackknife

#: Below this many realisations a standard error is itself uncertain by more than a third.
FEWEST_REALISATIONS = 5
#: Resamplings of a bootstrap interval: the ends of a 95 % one are then uncertain by 1 % of it.
RESAMPLINGS = 9999
#: With more clusters the acceleration, of order 1/sqrt(N), is left out: its cost grows as N^2.
MOST_ACCELERATED = 2000


@dataclass(frozen=True)
class Estimate:
    """A mean, its standard error (nan for one realisation), and the number of realisations.

    ``median`` is that of the realisations; ``low`` and ``high`` are the ends of a bootstrap
    interval of the mean, nan unless asked for. For curves all but the number are arrays.
    """

    mean: Any
    error: Any
    realisations: int
    median: Any = math.nan
    low: Any = math.nan
    high: Any = math.nan


def estimate(values: Any, clusters: Any, interval: float | None = None) -> Estimate:
    """Mean of ``values`` with the standard error of independent clusters.

    Values of one cluster (several eigenstates of one realisation, say) are averaged first; the
    error is the standard deviation of the cluster means over the square root of their number.

    Parameters
    ----------
    values : (N,) numbers, or N curves of equal length.
    clusters : (N,) labels; values of one label are not independent.
    interval : level, such as 0.95, of a bootstrap interval of the mean (bias-corrected and
        accelerated, Efron 1987; its random numbers have a fixed seed, and its clusters are
        taken in order of their labels). It needs at least two clusters, else it is nan.

    Raises
    ------
    ValueError
        If the lengths differ, there is no value, or the level is not between 0 and 1.
    """
    values = _stacked(values)
    clusters = np.asarray(clusters)
    if values.ndim not in (1, 2) or values.shape[:1] != clusters.shape or len(values) == 0:
        raise ValueError(
            f"values of shape {values.shape} with clusters of shape "
            f"{clusters.shape} were given; expected equal, non-zero lengths. "
            "Give one cluster label per value."
        )
    if interval is not None and not 0 < interval < 1:
        raise ValueError(
            f"interval = {interval} was given; expected a level between 0 and 1. "
            "Give 0.95, say."
        )
    means = _cluster_means(values, clusters)
    count = len(means)
    mean = _mean(means)
    error = np.sqrt(_mean((means - mean) ** 2) / (count - 1)) if count > 1 else mean * math.nan
    low, high = (
        _interval(means, interval) if interval and count > 1 else (error * math.nan,) * 2
    )
    found = (mean, error, np.median(means, axis=0), low, high)
    mean, error, median, low, high = (x if values.ndim > 1 else float(x) for x in found)
    return Estimate(mean, error, count, median, low, high)


def by_place(values: pd.Series, realisations: pd.Series) -> pd.DataFrame:
    """mean, std, count and standard error of each row of a realisation, told apart by their
    place.

    The quick look of a running study, in one pass; the error of a single realisation is nan.
    """
    place = realisations.groupby(realisations).cumcount()
    found = values.groupby(place).agg(["mean", "std", "count"])
    return found.assign(error=found["std"] / np.sqrt(found["count"]))


def summarise(
    table: pd.DataFrame,
    by: Sequence[str],
    columns: Sequence[str],
    cluster: str = "realisation",
    interval: float | None = None,
) -> pd.DataFrame:
    """One row per group: mean and ``NAME_error`` of each column, and ``realisations``.

    Columns may hold numbers or curves. With an ``interval`` (0.95, say), ``NAME_median``,
    ``NAME_low`` and ``NAME_high`` as well, see :func:`estimate`. Groups keep the order of their
    first row. Warns with :class:`TooFewRealisations` below ``FEWEST_REALISATIONS``.

    Raises
    ------
    ValueError
        For a column that the table does not have, or curves of different lengths in one group.
    """
    select(table, [*by, *columns, cluster])
    rows = []
    for key, group in table.groupby(list(by), sort=False):
        row: dict[str, Any] = dict(zip(by, key))
        for column in columns:
            result = estimate(group[column], group[cluster], interval)
            row |= {
                column: result.mean,
                f"{column}_error": result.error,
                "realisations": result.realisations,
            }
            if interval is not None:
                row |= {
                    f"{column}_median": result.median,
                    f"{column}_low": result.low,
                    f"{column}_high": result.high,
                }
        rows.append(row)
    summary = pd.DataFrame(rows)
    fewest = int(summary["realisations"].min())
    if fewest < FEWEST_REALISATIONS:
        warnings.warn(
            f"Some means rest on {fewest} realisation(s), fewer than "
            f"{FEWEST_REALISATIONS}: their error bars are guesses. Run more.",
            TooFewRealisations,
            stacklevel=2,
        )
    return summary


def slope(table: pd.DataFrame, x: str, y: str, cluster: str = "realisation") -> Estimate:
    """Slope of the straight line of column ``y`` against ``x``, least squares in each cluster.

    Values along x share the disorder of their cluster, so its slopes are what is independent.

    Raises
    ------
    ValueError
        For an unknown column, or a cluster with fewer than two different x.
    """
    select(table, [x, y, cluster])
    fits = []
    for name, group in table.groupby(cluster):
        if group[x].nunique() < 2:
            raise ValueError(
                f"{cluster} {name!r} has {group[x].nunique()} value(s) of {x!r}; "
                "expected two or more for a slope. Leave it out."
            )
        fits.append(np.polyfit(group[x], group[y], 1)[0])
    return estimate(fits, range(len(fits)))


def ratio(numerators: Any, denominators: Any, clusters: Any) -> Estimate:
    """<a>/<b> with its standard error (jackknife over the clusters).

    Numbers, not curves; clusters and errors as in :func:`estimate`. Unlike the mean of a/b it
    is what theory compares with where a and b fluctuate from one realisation to the next.

    Raises
    ------
    ValueError
        As :func:`estimate`, or if the mean of b is zero.
    """
    above, below = estimate(numerators, clusters), estimate(denominators, clusters)
    if below.mean == 0:
        raise ValueError(
            "Denominators of mean 0 were given; expected another mean. Compare the "
            "numerators themselves."
        )
    means = _cluster_means(np.column_stack([numerators, denominators]), np.asarray(clusters))
    found = jackknife(means, lambda mean: mean[0] / mean[1])
    return Estimate(above.mean / below.mean, float(found.error), above.realisations)


@dataclass(frozen=True)
class PowerLaw:
    """y = prefactor x^exponent, each with its standard error; see :func:`power_law`."""

    exponent: Estimate
    prefactor: Estimate


def power_law(x: Any, y: Any, error: Any, realisations: int) -> PowerLaw:
    """Fit y = c x^p to points with independent standard errors, weighted, in logarithms.

    The errors are those that the points have; how well a power law fits is not in them.

    Parameters
    ----------
    x, y, error : (m,) positive numbers, of two or more different x.
    realisations : what the estimates shall say they rest on: the least of all points, say.

    Raises
    ------
    ValueError
        If the numbers are not of that kind.
    """
    x, y, error = (np.asarray(values, dtype=np.float64) for values in (x, y, error))
    positive = all(np.all((values > 0) & np.isfinite(values)) for values in (x, y, error))
    if (
        not x.shape == y.shape == error.shape
        or x.ndim != 1
        or len(np.unique(x)) < 2
        or not positive
    ):
        raise ValueError(
            f"x = {x}, y = {y} and errors {error} were given; expected as many of "
            "each, positive, with two or more different x. Leave out points without "
            "an error or of no size."
        )
    weights = y / error
    (power, log_prefactor), covariance = np.polyfit(
        np.log(x), np.log(y), 1, w=weights, cov="unscaled"
    )
    prefactor, errors = math.exp(log_prefactor), np.sqrt(np.diag(covariance))
    return PowerLaw(
        Estimate(float(power), float(errors[0]), realisations),
        Estimate(prefactor, prefactor * float(errors[1]), realisations),
    )


@dataclass(frozen=True)
class CurveDistance:
    """Integral of |a mean curve less its prediction|; see :func:`curve_distance`.

    ``noise`` is what the errors of the mean alone would make of it, if the prediction were
    right.
    """

    found: Estimate
    noise: float


def curve_distance(
    curves: Mapping[str, Any], difference: Callable[[dict[str, RealArray]], Any], step: float
) -> CurveDistance:
    """How far a mean curve is from a prediction that is itself made of mean curves.

    Errors, of the distance and of each bin, are by leaving out one realisation at a time
    (jackknife), so whatever curves share their noise may be put together.

    Parameters
    ----------
    curves : name to (N, m) array, one row per realisation; N >= 2, the same for all.
    difference : of the (m,) means of all curves, by name: measured less predicted, (m,).
    step : width of a bin, positive.

    Raises
    ------
    ValueError
        If the curves differ in number, or there is only one of each.
    """
    stacks = {name: _stacked(list(values)) for name, values in curves.items()}
    counts = {len(stack) for stack in stacks.values()}
    if len(counts) != 1 or (count := counts.pop()) < 2:
        raise ValueError(
            f"Curves of shapes { {n: x.shape for n, x in stacks.items()} } were "
            "given; expected as many of each, two or more. Run more realisations."
        )
    require_finite("step", step, above=0)
    found = jackknife(
        np.stack(list(stacks.values()), axis=1),
        lambda means: difference(dict(zip(stacks, means))),
    )
    whole = found.map(lambda off: float(np.abs(off).sum() * step))
    return CurveDistance(
        Estimate(whole.value, float(whole.error), count),
        float(found.error.sum() * step * math.sqrt(2 / math.pi)),
    )


def _stacked(values: Any) -> RealArray:
    """(N,) numbers, or (N, points) curves, which a table keeps as a column of arrays."""
    values = np.asarray(values)
    if values.dtype == object and values.size and np.ndim(values[0]) > 0:
        if len({np.shape(value) for value in values}) > 1:
            raise ValueError(
                "Curves of different lengths were given; expected one length. "
                "Estimate each group of equal abscissae on its own."
            )
        values = np.stack(values)
    return values.astype(np.float64)


def _cluster_means(values: RealArray, clusters: Any) -> RealArray:
    names, labels = np.unique(clusters, return_inverse=True)
    if len(names) == len(values):
        return values[np.argsort(labels)]
    return np.array([_mean(values[labels == label]) for label in range(len(names))])


def _mean(values: RealArray) -> Any:
    """The exactly rounded mean over the first axis."""
    if values.ndim == 1:
        return math.fsum(values) / len(values)
    return np.array([math.fsum(column) for column in values.T]) / len(values)


def _interval(means: RealArray, level: float) -> tuple[Any, Any]:
    """Bootstrap interval of the mean of each column; a column without spread is its own."""
    flat = np.ptp(means, axis=0) == 0
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The BCa confidence interval cannot be calculated")
        found = bootstrap(
            (means,),
            np.mean,
            confidence_level=level,
            n_resamples=RESAMPLINGS,
            method="BCa" if len(means) <= MOST_ACCELERATED else "percentile",
            batch=max(1, 10**6 // means.size),
            rng=np.random.default_rng(0),
            axis=0,
        )
    low, high = found.confidence_interval
    return np.where(flat, means[0], low), np.where(flat, means[0], high)
