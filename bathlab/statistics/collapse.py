"""Do curves measured on different systems fall on one? A number instead of a glance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

from bathlab.checks import as_array, as_list, as_names, require_kind, select
from bathlab.conventions import RealArray


@dataclass(frozen=True, eq=False)
class Curve:
    """Points of one curve: abscissa (positive, ascending), value, standard error, shape
    (m,), m >= 2. An error that is not known is nan.

    Raises
    ------
    ValueError
        If the numbers are not of that kind.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> g = np.array([0.1, 0.2, 0.4])
    >>> curve = bl.statistics.Curve(x=g, y=g**2, error=np.full(3, 0.01))
    >>> other = bl.statistics.Curve(x=g, y=g**2 + 0.01, error=np.full(3, 0.01))
    >>> print(f"{bl.statistics.collapse_distance(curve, [other]).bias:.3f}")
    -0.010
    """

    x: RealArray
    y: RealArray
    error: RealArray

    def __post_init__(self) -> None:
        x = as_array("x", self.x, least=2, above=0, ascending=True)
        errors = as_array("error", self.error, shape=x.shape, minimum=0, missing=True)
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "y", as_array("y", self.y, shape=x.shape))
        object.__setattr__(self, "error", errors)


@dataclass(frozen=True)
class Distance:
    """How far a curve lies from the pool of others.

    Attributes
    ----------
    rms
        root mean square of (curve - pool), in the units of y.
    sigmas
        the same with each difference in units of its standard error, curve and pool
        combined; about 1 for curves that collapse.
    bias
        mean of (curve - pool).
    points
        number of points compared.
    """

    rms: float
    sigmas: float
    bias: float
    points: int


def collapse_distance(curve: Curve, pool: Sequence[Curve]) -> Distance:
    """Distance of ``curve`` from the pooled curve of ``pool`` (which should not contain it).

    At each abscissa of ``curve`` the curves of the pool that reach so far are interpolated
    linearly in log x and averaged with inverse-variance weights. Points that no curve of the
    pool covers are left out. Errors of different points are taken as independent; with common
    disorder along a curve they are not, so ``sigmas`` compares curves, it is no p-value.

    Raises
    ------
    ValueError
        If the curve and the pool have no abscissa in common.

    Examples
    --------
    >>> import bathlab as bl
    >>> x, error = [1.0, 2.0, 4.0], [0.1, 0.1, 0.1]
    >>> curve = bl.statistics.Curve(x, [3.0, 2.0, 1.0], error)
    >>> pool = [bl.statistics.Curve(x, [3.1, 2.1, 1.1], error)]
    >>> far = bl.statistics.collapse_distance(curve, pool)
    >>> print(f"{far.rms:.3f}, {far.sigmas:.3f} sigmas, {far.points} points")
    0.100, 0.707 sigmas, 3 points
    """
    pool = as_list("pool", pool, "curves")
    for member in (curve, *pool):
        require_kind("A curve", member, Curve, "Take those of curves_of.")
    differences, errors = [], []
    for x, y, error in zip(curve.x, curve.y, curve.error):
        covering = [member for member in pool if member.x[0] <= x <= member.x[-1]]
        if not covering:
            continue
        values, variances = np.array([_interpolate(member, x) for member in covering]).T
        weights = 1 / variances if np.all(variances > 0) else np.ones(len(values))
        differences.append(y - np.average(values, weights=weights))
        errors.append(math.sqrt(error**2 + weights**2 @ variances / weights.sum() ** 2))
    if not differences:
        raise ValueError(
            "Curves without a common abscissa were given; expected an overlap. "
            "Extend the sweep of one of them."
        )
    delta, sigma = np.array(differences), np.array(errors)
    scaled = np.divide(delta, sigma, out=np.full_like(delta, math.nan), where=sigma > 0)
    return Distance(_rms(delta), _rms(scaled), float(delta.mean()), len(delta))


def curves_of(means: pd.DataFrame, by: str, x: str, y: str) -> dict[str, Curve]:
    """The curves of a table of means, by their value of column ``by``.

    Those of fewer than two points are left out: between them nothing can be interpolated.

    Parameters
    ----------
    means
        of :func:`bathlab.summarise`, with columns ``by``, ``x``, ``y`` and that of its error.

    Raises
    ------
    ValueError
        For a column that the table does not have, or numbers that make no :class:`Curve`.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> columns = {"bath": ["a", "a", "b", "b"], "g": [1.0, 2.0] * 2, "D": [0.1, 0.4, 0.2, 0.5]}
    >>> means = pd.DataFrame(columns).assign(D_error=0.01)
    >>> curves = bl.statistics.curves_of(means, by="bath", x="g", y="D")
    >>> print(list(curves), curves["b"].y)
    ['a', 'b'] [0.2 0.5]
    """
    columns = [x, y, f"{y}_error"]
    select(means, [by, *columns])
    return {
        str(name): Curve(*(rows.sort_values(x)[column].to_numpy() for column in columns))
        for name, rows in means.groupby(by, sort=False, dropna=False)
        if len(rows) > 1
    }


def distances_from_others(
    curves: Mapping[str, Curve], pool: Collection[str]
) -> dict[str, Distance]:
    """:func:`collapse_distance` of each curve from those of ``pool`` other than itself.

    Curves of which no point is covered by the others are left out.

    Raises
    ------
    ValueError
        As :func:`collapse_distance`.

    Examples
    --------
    >>> import bathlab as bl
    >>> x, error = [1.0, 2.0, 4.0], [0.1, 0.1, 0.1]
    >>> values = {"GOE": [3.0, 2.0, 1.0], "chain": [3.0, 2.0, 1.0], "free": [3.0, 3.0, 3.0]}
    >>> curves = {name: bl.statistics.Curve(x, y, error) for name, y in values.items()}
    >>> far = bl.statistics.distances_from_others(curves, pool=["GOE", "chain"])
    >>> print({name: round(each.sigmas, 1) for name, each in far.items()})
    {'GOE': 0.0, 'chain': 0.0, 'free': 10.5}
    """
    require_kind("curves", curves, Mapping, "Take those of curves_of.")
    pool = as_names("pool", pool)
    for each in curves.values():
        require_kind("A curve", each, Curve, "Take those of curves_of.")
    found = {}
    for label, curve in curves.items():
        others = [curves[other] for other in pool if other in curves and other != label]
        if any(each.x[0] <= x <= each.x[-1] for each in others for x in curve.x):
            found[label] = collapse_distance(curve, others)
    return found


def monotone_distance(x: RealArray, y: RealArray) -> float:
    """Root mean square distance of points from the best function of x that nowhere falls.

    0 where y is one non-decreasing function of x; of points whose order says nothing of y it is
    about their standard deviation. No scale and no form are assumed: only the order of the x
    matters (Barlow et al., Statistical Inference under Order Restrictions (1972)).

    Parameters
    ----------
    x, y
        (m,) numbers, m >= 2. Points of equal x have one value of the function.

    Raises
    ------
    ValueError
        If the lengths differ, or a number is not finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> x = np.linspace(0, 1, 21)
    >>> print(f"{bl.statistics.monotone_distance(x, x**3):.3f}")  # rises
    0.000
    >>> print(f"{bl.statistics.monotone_distance(x, -x):.3f}, {np.std(x):.3f}")  # falls
    0.303, 0.303
    """
    x = as_array("x", x, least=2)
    y = as_array("y", y, shape=x.shape)
    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    means = np.bincount(place, weights=y) / counts
    return _rms(y - isotonic_regression(means, weights=counts).x[place])


def _interpolate(curve: Curve, x: float) -> tuple[float, float]:
    """Value and variance of the curve at x, linear in log x between its points."""
    right = min(max(int(np.searchsorted(curve.x, x)), 1), len(curve.x) - 1)
    left = right - 1
    t = math.log(x / curve.x[left]) / math.log(curve.x[right] / curve.x[left])
    value = (1 - t) * curve.y[left] + t * curve.y[right]
    return value, ((1 - t) * curve.error[left]) ** 2 + (t * curve.error[right]) ** 2


def _rms(values: RealArray) -> float:
    return float(np.sqrt(np.mean(values**2)))
