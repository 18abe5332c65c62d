"""A free function that rises: no form is assumed, and it can be inverted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import isotonic_regression

from bathlab.checks import as_array, refusal
from bathlab.conventions import RealArray

#: Values that differ by less than this share of their range are one.
EQUAL = 1e-6


@dataclass(frozen=True, eq=False)
class MonotoneCurve:
    """A rising function through points, and its inverse; see :func:`monotone_curve`.

    Attributes
    ----------
    x, y
        (m,) its knots, both ascending.
    """

    x: RealArray
    y: RealArray

    def __call__(self, x: Any) -> RealArray:
        """Its value, constant beyond the ends."""
        inside = np.clip(as_array("x", x, ndim=None), self.x[0], self.x[-1])
        found: RealArray = PchipInterpolator(self.x, self.y)(inside)
        return found

    def inverse(self, y: Any) -> RealArray:
        """Where it has a value, nan of nan; beyond its values straight on from the nearest
        pair of knots.

        The inverse is itself interpolated: at the knots it is exact.
        """
        y = as_array("y", y, ndim=None, missing=True)
        found: RealArray = PchipInterpolator(self.y, self.x)(np.clip(y, self.y[0], self.y[-1]))
        slopes = np.diff(self.x)[[0, -1]] / np.diff(self.y)[[0, -1]]
        below, above = np.minimum(y - self.y[0], 0), np.maximum(y - self.y[-1], 0)
        return found + slopes[0] * below + slopes[1] * above


def monotone_curve(x: Any, y: Any) -> MonotoneCurve:
    """The monotone cubic spline (Fritsch & Carlson, SIAM J. Numer. Anal. 17, 238 (1980))
    through the best rising values at x, as far as the largest y.

    Where y falls beyond its maximum, as an entropy does for couplings as strong as the fields,
    the points are left out; where it falls before it, its neighbours are averaged (isotonic
    regression), and of equal values the middle x is kept.

    Parameters
    ----------
    x, y
        (m,) ascending abscissae and their values.

    Raises
    ------
    ValueError
        If the shapes differ, a number is not finite, or fewer than two different values rise.
    """
    x = as_array("x", x, least=2, ascending=True)
    y = as_array("y", y, shape=x.shape)
    end = int(np.argmax(y)) + 1
    rising = isotonic_regression(y[:end]).x
    step = EQUAL * max(float(np.ptp(y)), np.finfo(float).tiny)
    group = np.append(0, np.cumsum(np.diff(rising) > step))
    counts = np.bincount(group)
    if len(counts) < 2:
        raise refusal("y", f"{y}", "values that rise", "Take a wider range of x.")
    knots = [np.bincount(group, weights=each) / counts for each in (x[:end], rising)]
    return MonotoneCurve(*knots)
