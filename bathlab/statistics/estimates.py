"""Means with standard errors, the realisation being the unit that is independent."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from bathlab.checks import (
    as_array,
    as_flag,
    as_labels,
    as_names,
    as_real,
    refusal,
    require_distinct,
    select,
    shown,
)
from bathlab.conventions import RealArray
from bathlab.errors import MixedCode, TooFewRealisations
from bathlab.statistics.clusters import cluster_means, exact_mean

#: Below this many realisations a standard error is itself uncertain by more than a third.
FEWEST_REALISATIONS = 5
#: Resamplings of a bootstrap interval: the ends of a 95 % one are then uncertain by 1 % of it.
RESAMPLINGS = 9999
#: Columns of a store's rows that tell which code made them.
CODE = ("code_digest", "code_version")
#: The column that stands for these and for versions, whose names begin with the code's half.
PROVENANCE = "provenance"
#: With more clusters the acceleration, of order 1/sqrt(N), is left out: its cost grows as N^2.
MOST_ACCELERATED = 2000


@dataclass(frozen=True)
class Estimate:
    """A mean, its standard error (nan for one realisation), and the number of realisations.

    ``median`` is that of the realisations; ``low`` and ``high`` are the ends of a bootstrap
    interval of the mean, nan unless asked for. For curves all but the number are arrays.

    It is shifted and scaled by exact numbers (``-found``, ``found - 1``, ``found / 2``). Two
    estimates are not put together by ``+ - * /``: what their errors make depends on whether
    they share disorder, see :func:`bathlab.statistics.estimate_of` (shared) and
    :func:`bathlab.statistics.independent`.
    """

    mean: Any
    error: Any
    realisations: int
    median: Any = math.nan
    low: Any = math.nan
    high: Any = math.nan
    #: An array on the left leaves the operation to this class.
    __array_ufunc__ = None

    @classmethod
    def of_row(cls, row: Mapping[str, Any], name: str) -> Estimate:
        """Column ``name`` of a row of :func:`summarise`, with its error."""
        return cls(row[name], row[f"{name}_error"], int(row["realisations"]))

    def __add__(self, number: Any) -> Estimate:
        number = _exact(number)
        return self._moved(lambda x: x + number, self.error)

    __radd__ = __add__

    def __sub__(self, number: Any) -> Estimate:
        return self + -_exact(number)

    def __rsub__(self, number: Any) -> Estimate:
        return -self + number

    def __neg__(self) -> Estimate:
        return self * -1.0

    def __mul__(self, number: Any) -> Estimate:
        number = _exact(number)
        return self._moved(lambda x: x * number, self.error * abs(number))

    __rmul__ = __mul__

    def __truediv__(self, number: Any) -> Estimate:
        number = _exact(number)
        if np.any(number == 0):
            raise ValueError(
                f"An estimate was divided by {number}; expected a number other than 0. "
                "Divide by another."
            )
        return self._moved(lambda x: x / number, self.error / abs(number))

    def _moved(self, function: Callable[[Any], Any], error: Any) -> Estimate:
        mean, median, *ends = (
            function(x) for x in (self.mean, self.median, self.low, self.high)
        )
        low, high = np.minimum(*ends)[()], np.maximum(*ends)[()]
        return Estimate(mean, error, self.realisations, median, low, high)


def _exact(number: Any) -> Any:
    """A number or array without an error of its own."""
    if isinstance(number, Estimate):
        raise ValueError(
            "An estimate was put together with another by + - * /; expected an exact number. "
            "Call statistics.estimate_of(function, ...) with the values of each realisation "
            "if they share disorder, statistics.independent(function, ...) if they do not."
        )
    return as_array("a number put together with an estimate", number, ndim=None)[()]


def estimate(values: Any, clusters: Any, interval: float | None = None) -> Estimate:
    """Mean of ``values`` with the standard error of independent clusters.

    Values of one cluster (several eigenstates of one realisation, say) are averaged first; the
    error is the standard deviation of the cluster means over the square root of their number.

    Parameters
    ----------
    values
        (N,) numbers, or N curves of equal length.
    clusters
        (N,) labels; values of one label are not independent.
    interval
        level, such as 0.95, of a bootstrap interval of the mean (bias-corrected and
        accelerated, Efron 1987; its random numbers have a fixed seed, and its clusters are
        taken in order of their labels). It needs at least two clusters, else it is nan.

    Returns
    -------
    Estimate
        ``mean``, its standard ``error``, ``realisations`` (the number of clusters), the
        ``median``, and ``low`` and ``high`` of the interval.

    Raises
    ------
    ValueError
        If the lengths differ, there is no value, one is no finite real number or a label is
        missing, or the level is not between 0 and 1.

    Examples
    --------
    >>> import bathlab as bl
    >>> values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    >>> found = bl.estimate(values, clusters=[0, 0, 1, 1, 2, 2])  # two of each realisation
    >>> print(f"{found.mean:.3f} +- {found.error:.3f} ({found.realisations})")
    3.500 +- 1.155 (3)
    >>> print(f"{bl.estimate(values, clusters=range(6)).error:.3f}")  # too small
    0.764
    """
    if interval is not None:
        interval = as_real("interval", interval, above=0, below=1)
    _, means = cluster_means(values, clusters)
    count = len(means)
    mean = exact_mean(means)
    error = (
        np.sqrt(exact_mean((means - mean) ** 2) / (count - 1)) if count > 1 else mean * math.nan
    )
    low, high = (
        _interval(means, interval) if interval and count > 1 else (error * math.nan,) * 2
    )
    found = (mean, error, np.median(means, axis=0), low, high)
    mean, error, median, low, high = (x if means.ndim > 1 else float(x) for x in found)
    return Estimate(mean, error, count, median, low, high)


def by_place(values: pd.Series, realisations: pd.Series) -> pd.DataFrame:
    """mean, std, count and standard error of each row of a realisation, told apart by their
    place.

    The quick look of a running study, in one pass; the error of a single realisation is nan.
    Values that are missing (None, NaN) are left out, and out of the count.

    Raises
    ------
    ValueError
        If a value is no real number, a label is missing, or the lengths differ.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"realisation": [0, 0, 1, 1, 2, 2], "x": [1, 5, 2, 6, 3, 7]})
    >>> print(bl.statistics.by_place(rows["x"], rows["realisation"]).round(3).to_string())
       mean  std  count  error
    0   2.0  1.0      3  0.577
    1   6.0  1.0      3  0.577
    """
    numbers = as_array("values", values, missing=True, infinite=True, least=0)
    labels = pd.Series(as_labels("realisations", realisations, len(numbers)))
    place = labels.groupby(labels).cumcount()
    found = pd.Series(numbers).groupby(place).agg(["mean", "std", "count"])
    return found.assign(error=found["std"] / np.sqrt(found["count"]))


def summarise(
    table: pd.DataFrame,
    by: Sequence[str],
    columns: Sequence[str],
    cluster: str = "realisation",
    interval: float | None = None,
    missing: bool = False,
) -> pd.DataFrame:
    """One row per group: mean and ``NAME_error`` of each column, and ``realisations``.

    Parameters
    ----------
    table
        a row for each measurement, as :func:`bathlab.load` gives them.
    by
        columns whose values tell the groups apart; rows whose key is missing (NaN) are a group
        of their own.
    columns
        those to take means of; their cells hold numbers, or curves of equal length.
    cluster
        the column of what is independent; rows with the same value there are averaged first.
    interval
        with one (0.95, say) there are ``NAME_median``, ``NAME_low`` and ``NAME_high`` as well,
        see :func:`estimate`.
    missing
        whether values may be missing (None, NaN): the mean of a group with one is then nan.

    Returns
    -------
    pandas.DataFrame
        groups in the order of their first row; ``NAME_error`` is the standard error of the
        mean over clusters.

    Warns
    -----
    TooFewRealisations
        Below ``FEWEST_REALISATIONS``.
    MixedCode
        Where a group has rows of different code.

    Raises
    ------
    ValueError
        For a column that the table does not have, a value that is no finite real number, curves
        of different lengths in one group, or names that two results would share.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"g": [0.1] * 5 + [0.2] * 5, "realisation": [*range(5)] * 2})
    >>> rows["D"] = 10 * rows["g"] + rows["realisation"]
    >>> print(bl.summarise(rows, by=["g"], columns=["D"]).round(3).to_string(index=False))
      g   D  D_error  realisations
    0.1 3.0    0.707             5
    0.2 4.0    0.707             5
    """
    by, columns = as_names("by", by), as_names("columns", columns)
    missing = as_flag("missing", missing)
    select(table, [*by, *columns, cluster])
    endings = ["", "_error"] if interval is None else ["", "_error", "_median", "_low", "_high"]
    results = [f"{column}{ending}" for column in columns for ending in endings]
    require_distinct("columns", [*by, *results, "realisations"])
    rows, mixed = [], 0
    for key, group in grouped(table, by):
        mixed += _is_mixed(group)
        row: dict[str, Any] = dict(zip(by, key))
        for column in columns:
            if missing and group[column].isna().any():
                result = Estimate(math.nan, math.nan, int(group[cluster].nunique()))
            else:
                result = _of_column(group, column, cluster, interval, row)
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
    if mixed:
        warnings.warn(
            f"{mixed} of the means are taken over rows that different code made. "
            f"Add {' and '.join(map(repr, CODE))} to `by`, columns of "
            "bl.load(store, provenance=True), or run the study on a new store.",
            MixedCode,
            stacklevel=2,
        )
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


def grouped(table: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[Any, pd.DataFrame]]:
    """Groups of rows with their keys, in the order of their first rows.

    A missing key (NaN) is a key like others: pandas would leave its rows out without a word.
    """
    if not by:
        raise refusal("by", "[]", "at least one column", "Name what tells groups apart.")
    if table.empty:
        raise refusal("table", shown(table), "at least one row", "Run its study first.")
    yield from table.groupby(list(by), sort=False, dropna=False)


def _of_column(
    group: pd.DataFrame, column: str, cluster: str, interval: float | None, row: dict[str, Any]
) -> Estimate:
    """The estimate of one column of a group; an error says which."""
    try:
        return estimate(group[column], group[cluster], interval)
    except ValueError as error:
        raise ValueError(f"Column {column!r} at {row}: {error}") from error


def _is_mixed(group: pd.DataFrame) -> bool:
    told = [name for name in CODE if name in group]
    if told or PROVENANCE not in group:
        return bool(told) and len(group[told].drop_duplicates()) > 1
    return group[PROVENANCE].astype(str).str.partition("-")[0].nunique() > 1


def _interval(means: RealArray, level: float) -> tuple[Any, Any]:
    """Bootstrap interval of the mean of each column; a column without spread is its own."""
    from scipy.stats import bootstrap  # slow to load, and most ask for no interval

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
