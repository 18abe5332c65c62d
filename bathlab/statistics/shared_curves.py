"""How far curves lie apart that share disorder, along each and with one another: a size of
effect with an interval, in the units of y."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Sequence

import numpy as np
import pandas as pd

from bathlab.checks import as_array, as_labels, as_list, as_real, require_kind, select
from bathlab.conventions import Array, RealArray

#: Resamplings; the ends of a 95 % interval are then known to some 5 % of its width.
RESAMPLINGS = 999


@dataclass(frozen=True, eq=False)
class SampledCurve:
    """A curve of every realisation: abscissae and values, (N, m) each, and N different labels.

    Realisations of one label share their disorder, in whatever curve they are. The mean
    abscissae are positive and ascend.

    Raises
    ------
    ValueError
        If the numbers are not of that kind, or there are fewer than two realisations or points.

    Examples
    --------
    >>> import bathlab as bl
    >>> x = [[0.1, 0.2], [0.1, 0.2], [0.1, 0.2]]
    >>> y = [[1.0, 2.0], [1.2, 2.1], [0.8, 1.9]]  # a row for each realisation
    >>> curve = bl.statistics.SampledCurve(x, y, labels=[0, 1, 2])
    >>> print(curve.y.mean(axis=0).round(3))
    [1. 2.]
    """

    x: RealArray
    y: RealArray
    labels: Array = field(repr=False)

    def __post_init__(self) -> None:
        x = as_array("x", self.x, ndim=2, least=2)
        y = as_array("y", self.y, shape=x.shape)
        labels = as_labels("labels", self.labels, len(x))
        as_array("mean x", x.mean(axis=0), least=2, above=0, ascending=True)
        if len(np.unique(labels)) < len(x):
            raise ValueError(
                f"{len(x)} curves with {len(np.unique(labels))} different labels were given; "
                "expected one curve of each. Average those of one label."
            )
        for name, value in (("x", x), ("y", y), ("labels", labels)):
            object.__setattr__(self, name, value)


def sampled_curve(
    table: pd.DataFrame, point: str, x: str, y: str, cluster: str = "realisation"
) -> SampledCurve:
    """The curve of a table with a row for each ``point`` (a coupling, say) and realisation.

    Several rows of one point and realisation are averaged; a realisation that lacks a point is
    left out.

    Raises
    ------
    ValueError
        For a column that the table does not have, or as :class:`SampledCurve`.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> rows = [{"realisation": r, "g": g, "D": r + g} for r in range(3) for g in (0.5, 1.0)]
    >>> curve = bl.statistics.sampled_curve(pd.DataFrame(rows), point="g", x="g", y="D")
    >>> print(curve.y.tolist())
    [[0.5, 1.0], [1.5, 2.0], [2.5, 3.0]]
    """
    select(table, [point, x, y, cluster])
    names = {"point": point, "x": x, "y": y, "cluster": cluster}
    plain = pd.DataFrame({name: table[column].to_numpy() for name, column in names.items()})
    for name in ("point", "x", "y"):
        as_array(f"column {names[name]!r}", plain[name])
    as_labels(cluster, plain["cluster"], len(plain))
    wide = plain.pivot_table(index="cluster", columns="point", values=["x", "y"]).dropna()
    places, values = wide["x"].to_numpy(), wide["y"].to_numpy()
    order = np.argsort(places.mean(axis=0), kind="stable")
    return SampledCurve(places[:, order], values[:, order], wide.index.to_numpy())


@dataclass(frozen=True)
class SharedDistance:
    """How far a curve lies from the mean of others, point by point.

    Attributes
    ----------
    mean
        of (curve - others) over the points, a signed size.
    error
        its standard error, from resampled realisations.
    low, high
        ends of a bootstrap interval of it.
    rms
        root mean square of (curve - others) over the points, less what noise adds; 0 where
        noise makes it all.
    rms_high
        upper end of a one-sided interval of that.
    points, realisations
        how many were compared; of the realisations, different labels.
    """

    mean: float
    error: float
    low: float
    high: float
    rms: float
    rms_high: float
    points: int
    realisations: int


def shared_distance(
    curve: SampledCurve, others: Sequence[SampledCurve], level: float = 0.95
) -> SharedDistance:
    """Distance of ``curve`` from the mean of ``others``; realisations are resampled jointly.

    At each mean abscissa of ``curve`` that another curve reaches, the others are interpolated
    linearly in log x and averaged with weights that stay: inverse squares of their own errors.
    A resampling draws labels, within each group that belongs to the same curves, and takes all
    that a label has: points of one curve, and curves of the same disorder, so keep what they
    share. Percentile intervals; the mean square is taken as much too large in a resampling as
    noise makes it twice: once as drawn, once as measured.

    Parameters
    ----------
    curve
        the one looked at.
    others
        the ones it is held against, at least one.
    level
        of the intervals, both that of the mean and the one-sided one of the rms.

    Raises
    ------
    ValueError
        If no curve among the others reaches an abscissa of ``curve``, or the level is not
        between 0 and 1.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> x, shifts = np.tile([1.0, 2.0, 4.0], (6, 1)), np.arange(6.0)[:, None]  # disorder
    >>> first = bl.statistics.SampledCurve(x, x + shifts, range(6))
    >>> second = bl.statistics.SampledCurve(x, x + shifts + 0.5, range(6))  # in the same
    >>> far = bl.statistics.shared_distance(second, [first])
    >>> print(f"{far.mean:.3f} +- {far.error:.3f}")
    0.500 +- 0.000
    """
    level = as_real("level", level, above=0, below=1)
    others = as_list("others", others, "curves")
    for each in (curve, *others):
        require_kind("A curve", each, SampledCurve, "Make one with sampled_curve.")
    curves = [curve, *others]
    weights = _weights(curve, others)
    measured = [(each.x.mean(axis=0), each.y.mean(axis=0)) for each in curves]
    found = _difference(measured, weights)
    resampled = np.array([_difference(means, weights) for means in _resamplings(curves)])
    noise = float(resampled.var(axis=0, ddof=1).mean())
    means = resampled.mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    squares = (resampled**2).mean(axis=1) - 2 * noise
    return SharedDistance(
        float(found.mean()),
        float(means.std(ddof=1)),
        float(low),
        float(high),
        math.sqrt(max(0.0, float((found**2).mean()) - noise)),
        math.sqrt(max(0.0, float(np.quantile(squares, level)))),
        len(found),
        len(np.unique(np.concatenate([each.labels for each in curves]))),
    )


def _weights(curve: SampledCurve, others: Sequence[SampledCurve]) -> RealArray:
    """(points, others) weights of the mean at each point; 0 where a curve does not reach."""
    x = curve.x.mean(axis=0)
    weights = np.zeros((len(x), len(others)))
    for column, each in enumerate(others):
        own = each.x.mean(axis=0)
        error = each.y.std(axis=0, ddof=1) / math.sqrt(len(each.y))
        near = np.interp(np.log(x), np.log(own), error)
        reached = (x >= own[0]) & (x <= own[-1])
        weights[reached, column] = 1 / np.maximum(near[reached], 1e-12) ** 2
    if not weights.any():
        raise ValueError(
            "Curves without a common abscissa were given; expected an overlap. "
            "Extend the sweep of one of them."
        )
    totals = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, totals, out=np.zeros_like(weights), where=totals > 0)


def _difference(means: Sequence[tuple[RealArray, RealArray]], weights: RealArray) -> RealArray:
    """Curve less the others, at the points that these reach."""
    (x, y), *others = means
    covered = weights.any(axis=1)
    seen = np.array([np.interp(np.log(x), np.log(u), v) for u, v in others]).T
    return (y - (weights * seen).sum(axis=1))[covered]


def _resamplings(curves: Sequence[SampledCurve]) -> list[list[tuple[RealArray, RealArray]]]:
    """Means of all curves over resampled labels, in groups of the same membership."""
    labels = np.unique(np.concatenate([each.labels for each in curves]))
    member = np.array([np.isin(labels, each.labels) for each in curves])
    groups = np.unique(member, axis=1, return_inverse=True)[1].ravel()
    generator = np.random.default_rng(0)
    counts = np.zeros((RESAMPLINGS, len(labels)))
    for group in np.unique(groups):
        inside = np.flatnonzero(groups == group)
        drawn = inside[generator.integers(len(inside), size=(RESAMPLINGS, len(inside)))]
        np.add.at(counts, (np.arange(RESAMPLINGS)[:, None], drawn), 1.0)
    means = []
    for each in curves:
        weights = counts[:, np.searchsorted(labels, each.labels)]
        weights = weights / weights.sum(axis=1, keepdims=True)
        means.append((weights @ each.x, weights @ each.y))
    return [[(x[k], y[k]) for x, y in means] for k in range(RESAMPLINGS)]
