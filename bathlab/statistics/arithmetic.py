"""Arithmetic of estimates: anything computed from means, with the error that follows.

Values that share disorder go through the jackknife over their common realisations, which needs
no covariance and holds for any smooth function. Estimates of independent ensembles are
propagated to first order, with the derivatives of ``scipy.differentiate``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from typing import Any, Callable, Mapping

import numpy as np
import pandas as pd
from scipy.differentiate import jacobian

from bathlab.checks import (
    as_array,
    as_labels,
    as_real,
    require_callable,
    require_kind,
    select,
)
from bathlab.conventions import RealArray
from bathlab.statistics.clusters import cluster_means, exact_mean, stacked
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.resampling import jackknife


def estimate_of(function: Callable[..., Any], *columns: Any, clusters: Any) -> Estimate:
    """``function`` of the means of columns that share disorder, with its standard error.

    Jackknife: the error is that of the function with one realisation left out of all columns at
    a time. ``estimate_of(lambda a, b: a - b, near, far, clusters=realisations)``, say.

    Parameters
    ----------
    function
        of the mean of each column, in their order; a number or an array, smooth where
        the means scatter.
    columns
        each (N,) numbers or N curves of equal length, as a table keeps them.
    clusters
        (N,) labels, values of one label are averaged first; or a list of as many such
        as there are columns, of which the labels that all share are used.

    Returns
    -------
    Estimate
        The function of the means; ``error`` is nan for a single realisation.

    Raises
    ------
    ValueError
        As :func:`estimate`, if there is no column, not one set of labels for each, or no label
        that all share.

    Examples
    --------
    >>> import bathlab as bl
    >>> near, far = [1.0, 2.0, 3.0, 4.0], [1.5, 2.6, 3.4, 4.5]  # of the same four realisations
    >>> found = bl.statistics.estimate_of(lambda a, b: b - a, near, far, clusters=range(4))
    >>> print(f"{found.mean:.3f} +- {found.error:.3f}")
    0.500 +- 0.041
    >>> alone = bl.estimate(far, range(4))
    >>> print(f"{alone.error:.3f}")  # what they share drops out of the difference
    0.634
    """
    require_callable("function", function, "the mean of each column")
    several = isinstance(clusters, (list, tuple)) and any(map(_is_sequence, clusters))
    labels = list(clusters) if several else [clusters] * len(columns)
    if not columns or len(labels) != len(columns):
        raise ValueError(
            f"{len(columns)} column(s) with {len(labels)} set(s) of labels were given; "
            "expected one or more, each with its labels. Give one set, or one for each."
        )
    means = _common(
        [
            cluster_means(column, names, f"columns[{place}]")
            for place, (column, names) in enumerate(zip(columns, labels))
        ]
    )
    count = len(means[0])
    flat = [each.reshape(count, -1) for each in means]
    cuts = np.cumsum([each.shape[1] for each in flat])[:-1]

    def of_means(row: RealArray) -> Any:
        parts = zip(np.split(row, cuts), means)
        return function(*(part.reshape(each.shape[1:])[()] for part, each in parts))

    error = jackknife(np.concatenate(flat, axis=1), of_means).error
    value = function(*map(exact_mean, means))
    value, error = (x if np.ndim(value) else float(x) for x in (value, error))
    return Estimate(value, error, count)


def _is_sequence(value: Any) -> bool:
    return isinstance(value, (list, tuple, range)) or np.ndim(value) > 0


def _common(found: list[tuple[Any, RealArray]]) -> list[RealArray]:
    """The means of the clusters that all columns have."""
    shared = reduce(np.intersect1d, [names for names, _ in found])
    if len(shared) == 0:
        raise ValueError(
            "Columns without a common realisation were given; expected some that all have. "
            "Put independent ensembles together with statistics.independent."
        )
    return [means[np.isin(names, shared)] for names, means in found]


def independent(function: Callable[..., Any], *estimates: Estimate) -> Estimate:
    """``function`` of estimates that share no disorder, with its standard error.

    To first order, error^2 = sum_i (df/dx_i error_i)^2. Estimates of the same realisations are
    not independent: take :func:`estimate_of`.

    Parameters
    ----------
    function
        of as many numbers as there are estimates; smooth within their errors.
    estimates
        of numbers, not of curves. The result rests on the least of their realisations.

    Raises
    ------
    ValueError
        If there is no estimate, one of curves, or one without a finite mean.

    Examples
    --------
    >>> import bathlab as bl
    >>> first, second = bl.estimate([1.0, 3.0], range(2)), bl.estimate([3.0, 5.0], range(2))
    >>> found = bl.statistics.independent(lambda a, b: b - a, first, second)
    >>> print(f"{found.mean:.3f} +- {found.error:.3f}")  # sqrt(1 + 1)
    2.000 +- 1.414
    """
    require_callable("function", function, "the mean of each estimate")
    for each in estimates:
        require_kind("An estimate", each, Estimate, "Make it with bathlab.estimate.")
    if not estimates or any(np.ndim(each.mean) for each in estimates):
        raise ValueError(
            f"{len(estimates)} estimate(s), of shapes "
            f"{[np.shape(each.mean) for each in estimates]}, were given; expected one or more, "
            "of numbers. Take curves point by point."
        )
    means = as_array("means of the estimates", [each.mean for each in estimates])
    errors = as_array(
        "errors of the estimates", [each.error for each in estimates], missing=True, minimum=0
    )
    steps = np.where(errors > 0, errors, np.maximum(1.0, np.abs(means)) * 1e-3)
    of_points = np.vectorize(function, otypes=[np.float64])
    slopes = jacobian(lambda x: of_points(*x), means, initial_step=steps).df
    error = float(np.sqrt(np.sum((slopes * errors) ** 2)))
    return Estimate(
        float(function(*means)), error, min(each.realisations for each in estimates)
    )


def ratio(numerators: Any, denominators: Any, clusters: Any) -> Estimate:
    """<a>/<b> with its standard error (jackknife over the clusters).

    Numbers, not curves; clusters and errors as in :func:`estimate`. Unlike the mean of a/b it
    is what theory compares with where a and b fluctuate from one realisation to the next.

    Raises
    ------
    ValueError
        As :func:`estimate`, or if the mean of b is zero.

    Examples
    --------
    >>> import bathlab as bl
    >>> a, b = [1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 9.0]
    >>> found = bl.statistics.ratio(a, b, clusters=range(4))
    >>> print(f"{found.mean:.4f} +- {found.error:.4f}")  # 10/21
    0.4762 +- 0.0227
    """
    numerators = stacked(numerators, "numerators")
    denominators = stacked(denominators, "denominators")
    if estimate(denominators, clusters).mean == 0:
        raise ValueError(
            "Denominators of mean 0 were given; expected another mean. Compare the "
            "numerators themselves."
        )
    return estimate_of(lambda a, b: a / b, numerators, denominators, clusters=clusters)


def slopes(table: pd.DataFrame, x: str, y: str, cluster: str = "realisation") -> pd.Series:
    """Slope of the straight line of column ``y`` against ``x`` in each cluster, by its label.

    Least squares. ``estimate_of(operator.sub, near, far, clusters=[near.index, far.index])`` is
    the difference of two ranges of the same realisations.

    Raises
    ------
    ValueError
        For an unknown column, a value that is no finite real number, a missing label, or a
        cluster with fewer than two different x.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> rows = [{"realisation": r, "g": g, "y": (1 + r) * g} for r in range(3) for g in (0, 1)]
    >>> print(bl.statistics.slopes(pd.DataFrame(rows), "g", "y").round(6).to_dict())
    {0: 1.0, 1: 2.0, 2: 3.0}
    """
    select(table, [x, y, cluster])
    labels = as_labels(cluster, table[cluster], len(table))
    places, heights = (as_array(f"column {name!r}", table[name]) for name in (x, y))
    fits = {}
    for name in np.unique(labels):
        here = labels == name
        if len(np.unique(places[here])) < 2:
            raise ValueError(
                f"{cluster} {name!r} has {len(np.unique(places[here]))} value(s) of {x!r}; "
                "expected two or more for a slope. Leave it out."
            )
        fits[name] = np.polyfit(places[here], heights[here], 1)[0]
    return pd.Series(fits, name=y, dtype=np.float64)


def slope(table: pd.DataFrame, x: str, y: str, cluster: str = "realisation") -> Estimate:
    """Mean of :func:`slopes`, with its standard error.

    Values along x share the disorder of their cluster, so its slopes are what is independent.

    Raises
    ------
    ValueError
        As :func:`slopes`.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> rows = [{"realisation": r, "g": g, "y": (1 + r) * g} for r in range(3) for g in (0, 1)]
    >>> found = bl.statistics.slope(pd.DataFrame(rows), "g", "y")
    >>> print(f"{found.mean:.3f} +- {found.error:.3f}")  # of 1, 2 and 3: 2 +- 1/sqrt(3)
    2.000 +- 0.577
    """
    found = slopes(table, x, y, cluster)
    return estimate(found, found.index)


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
    curves
        name to (N, m) array, one row per realisation; N >= 2, the same for all.
    difference
        of the (m,) means of all curves, by name: measured less predicted, (m,).
    step
        width of a bin, positive.

    Raises
    ------
    ValueError
        If the curves differ in number, there is only one of each, or a number is not finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> omega = np.linspace(-5, 5, 101)
    >>> k = bl.analysis.lorentzian(omega, 0.5)
    >>> curves = np.array([0.9 * k, 1.0 * k, 1.1 * k])  # of three realisations
    >>> for width in (0.5, 0.6):
    ...     law = bl.analysis.lorentzian(omega, width)
    ...     off = lambda means: means["k"] - law
    ...     far = bl.statistics.curve_distance({"k": curves}, off, step=0.1)
    ...     print(f"{far.found.mean:.3f}, by noise alone {far.noise:.3f}")
    0.000, by noise alone 0.043
    0.104, by noise alone 0.043
    """
    require_kind("curves", curves, Mapping, "Pass a dict of names to curves.")
    require_callable("difference", difference, "the mean curves by name")
    step = as_real("step", step, above=0)
    stacks = {name: stacked(rows, f"curves[{name!r}]") for name, rows in curves.items()}
    counts = {len(stack) for stack in stacks.values()}
    if len(counts) != 1 or (count := counts.pop()) < 2:
        raise ValueError(
            f"Curves of shapes { {n: x.shape for n, x in stacks.items()} } were "
            "given; expected as many of each, two or more. Run more realisations."
        )
    found = jackknife(
        np.stack(list(stacks.values()), axis=1),
        lambda means: difference(dict(zip(stacks, means))),
    )
    whole = found.map(lambda off: float(np.abs(off).sum() * step))
    return CurveDistance(
        Estimate(whole.value, float(whole.error), count),
        float(found.error.sum() * step * math.sqrt(2 / math.pi)),
    )
