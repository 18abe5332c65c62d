"""Straight lines through the logarithm of a measured mean curve, whose points share noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_real, refusal
from bathlab.conventions import RealArray
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.misfits import Misfit, misfit
from bathlab.statistics.resampling import jackknife


@dataclass(frozen=True, eq=False)
class LogLine:
    """log y = slope x + constant; see :func:`log_line`.

    Attributes
    ----------
    slope
        with its standard error.
    window_error
        half the range of the slopes without a third of the points at either end.
    window
        the least and the largest x.
    misfit
        chi^2 with the covariance of the points.
    x, weights
        (m,) points used, and one over the errors of their logarithms.
    """

    slope: Estimate
    window_error: float
    window: tuple[float, float]
    misfit: Misfit
    x: RealArray
    weights: RealArray

    def slope_of(self, x: Any, y: Any) -> float:
        """The slope that another curve, of theory, has with the same points and weights."""
        x, y = as_array("x", x), as_array("y", y, above=0)
        at = np.log(y)[np.isin(x, self.x)]
        return float(_slope(self.x, at, self.weights))


def log_line(x: Any, curves: Any, lower: float, upper: float) -> LogLine:
    """Fit a line to the logarithm of the mean of positive curves between two x.

    Weights are those of independent points, errors and the misfit are by leaving out one curve
    at a time (jackknife), so that points may share their noise.

    Parameters
    ----------
    x
        (m,) ascending; log of an abscissa for a power law.
    curves
        (N, m) of N >= 3 independent realisations; their means are positive.
    lower, upper
        points with lower <= x <= upper are used, at least four.

    Raises
    ------
    ValueError
        If the shapes do not fit, there are too few points or curves, or a mean is not positive.
    """
    x = as_array("x", x, ascending=True)
    lower, upper = as_real("lower", lower), as_real("upper", upper)
    curves = as_array("curves", curves, shape=(None, len(x)), least=3)
    used = (x >= lower) & (x <= upper)
    if np.count_nonzero(used) < 4:
        given = f"{np.count_nonzero(used)} points between {lower:g} and {upper:g}"
        raise refusal("x", given, "four or more", "Widen the window.")
    near, rows = x[used], curves[:, used]
    as_array("means of the curves", rows.mean(axis=0), above=0)
    as_array(
        "means without a curve", (rows.sum(axis=0) - rows) / (len(rows) - 1), ndim=2, above=0
    )
    logs = jackknife(rows, np.log)
    weights = 1 / as_array("errors of the points", logs.error, above=0)
    found = logs.map(lambda y: _slope(near, y, weights))
    cut = len(near) // 3
    parts = [slice(None), slice(cut, None), slice(None, len(near) - cut)]
    slopes = [_slope(near[part], logs.value[part], weights[part]) for part in parts]
    design = np.stack([np.ones_like(near), near], axis=1)
    return LogLine(
        Estimate(float(found.value), float(found.error), len(rows)),
        float(np.ptp(slopes)) / 2,
        (float(near[0]), float(near[-1])),
        misfit(logs, design, weights),
        near,
        weights,
    )


def _slope(x: RealArray, y: RealArray, weights: RealArray) -> float:
    squares = weights**2
    centred = x - math.fsum(squares * x) / math.fsum(squares)
    return math.fsum(squares * centred * y) / math.fsum(squares * centred**2)
