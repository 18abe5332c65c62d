"""Polynomials through a mean curve whose points share their realisations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

from bathlab.checks import as_array, as_integer, refusal, require_callable, shown
from bathlab.conventions import RealArray
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.misfits import Misfit, misfit
from bathlab.statistics.resampling import jackknife


@dataclass(frozen=True)
class CurveFit:
    """y = sum_k terms[k] x^(degree - k); see :func:`curve_fit`.

    ``window_error`` is half the range of the leading term, or of another that was asked for,
    when a third of the points is left out at either end; nan with fewer than three more points
    than terms.
    """

    terms: tuple[Estimate, ...]
    misfit: Misfit
    window_error: float
    window: tuple[float, float]
    points: int

    @property
    def holds(self) -> bool:
        """Whether chance makes so large a misfit often enough."""
        return self.misfit.holds


def curve_fit(
    x: Any,
    samples: Any,
    degree: int = 1,
    transform: Callable[[RealArray], RealArray] = np.log,
) -> CurveFit:
    """Least squares of a polynomial to ``transform`` of the mean of sampled curves.

    Points are weighted by their errors, and the errors of the terms are by leaving out one
    sample at a time: points may be correlated. So is the misfit's covariance.

    Parameters
    ----------
    x
        (m,) ascending.
    samples
        (N, m) curves of N >= 3 independent realisations.
    degree
        of the polynomial.
    transform
        of a mean curve, by points; the logarithm, say.

    Raises
    ------
    ValueError
        If shapes differ, there are too few points or samples, or a transformed mean is not
        finite or without an error.
    """
    x, degree = as_array("x", x, ascending=True), as_integer("degree", degree, 0)
    require_callable("transform", transform, "a mean curve")
    samples = as_array("samples", samples, shape=(None, len(x)), least=3)
    if len(x) < degree + 2:
        expected = f"{degree + 2} points or more"
        raise refusal("x", shown(x), expected, "Take more points, or a lower degree.")
    points = jackknife(samples, transform)
    weights = 1 / as_array("errors of the points", points.error, above=0)
    design = np.vander(x, degree + 1)

    def solved(values: RealArray, part: slice = slice(None)) -> RealArray:
        return np.polyfit(x[part], values[part], degree, w=weights[part])

    terms = points.map(solved)
    third, window_error = len(x) // 3, float("nan")
    if len(x) - third >= degree + 3:
        parts = (slice(None), slice(third, None), slice(None, len(x) - third))
        window_error = float(np.ptp([solved(points.value, part)[0] for part in parts])) / 2
    return CurveFit(
        tuple(
            Estimate(float(value), float(error), len(samples))
            for value, error in zip(terms.value, terms.error)
        ),
        misfit(points, design, weights),
        window_error,
        (float(x[0]), float(x[-1])),
        len(x),
    )
