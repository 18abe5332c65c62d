"""Where the curves of two sizes cross, as finite-size scaling asks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bathlab.checks import as_integer, refusal, require_kind
from bathlab.conventions import RealArray
from bathlab.statistics.chances import chance_of_chi2
from bathlab.statistics.collapse import Curve
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.finite_sizes import REJECTED
from bathlab.streams import stream

#: Share of the bootstrap that may have no crossing.
LOST = 0.05


@dataclass(frozen=True)
class Intersection:
    """Where one curve comes to lie above another; see :func:`intersection`.

    Attributes
    ----------
    place
        x, with half the width of the middle 68 % of a bootstrap with the errors of the
        points; nan if there is none, its error nan if more than ``LOST`` of the bootstrap has
        none.
    window
        half of what leaving out the first or the last point, or one degree more or less,
        changes at most; nan if one of them has no crossing.
    chi2_dof, chance
        of the fit to the difference, and how often chance makes it as large.
    points
        how many.
    """

    place: Estimate
    window: float
    chi2_dof: float
    chance: float
    points: int

    @property
    def holds(self) -> bool:
        """Whether there is a crossing with an error, of a difference that the fit describes."""
        return self.place.error > 0 and not self.chance < REJECTED


def intersection(
    first: Curve, second: Curve, count: int, degree: int = 2, resamples: int = 200
) -> Intersection:
    """The x from which ``second`` lies above ``first``: a root of a polynomial of log x that is
    fitted to their difference where both have points.

    Weighted least squares; the points are independent, and so are the curves.

    Parameters
    ----------
    first, second
        curves with errors above 0.
    count
        realisations that the place shall say it rests on.
    degree
        1 or 2.
    resamples
        of the bootstrap.

    Raises
    ------
    ValueError
        If they have fewer common x than degree + 2, or an error is 0 or missing.
    """
    for curve in (first, second):
        require_kind("A curve", curve, Curve, "Take bathlab.statistics.Curve.")
    count, degree = as_integer("count", count, 1), as_integer("degree", degree, 1, 2)
    resamples = as_integer("resamples", resamples, 2, 10**5)
    x, one, two = np.intersect1d(first.x, second.x, return_indices=True)
    errors = np.array([first.error[one], second.error[two]])
    if len(x) < degree + 2 or not np.all(errors > 0):
        raise refusal(
            "curves",
            f"{len(x)} common x with errors from {errors.min(initial=np.inf):g}",
            f"{degree + 2} or more, with errors above 0",
            "Measure more points, or lower the degree.",
        )
    error = np.hypot(*errors)
    log, y = np.log(x), second.y[two] - first.y[one]
    draw = stream(0, len(x), "bootstrap of an intersection")
    noise = draw.standard_normal((resamples, len(x))) * error
    again = np.array([_rise(log, y + each, error, degree)[0] for each in noise])
    place, square = _rise(log, y, error, degree)
    lost = np.isnan(again).mean() > LOST or math.isnan(place)
    low, high = (math.nan, math.nan) if lost else np.nanquantile(again, [0.16, 0.84])
    ends = [slice(1, None), slice(None, -1)] if len(x) > degree + 2 else []
    moved = [_rise(log[end], y[end], error[end], degree)[0] for end in ends]
    moved.append(_rise(log, y, error, 3 - degree)[0])
    freedom = len(x) - degree - 1
    return Intersection(
        Estimate(place, float(high - low) / 2, count),
        float(np.abs(np.array(moved) - place).max()) / 2,
        square / freedom,
        chance_of_chi2(square, freedom),
        len(x),
    )


def _rise(log: RealArray, y: RealArray, error: RealArray, degree: int) -> tuple[float, float]:
    """Where the fit rises through 0 within the points, nan if nowhere, and its chi^2."""
    middle = log.mean()
    fit = np.polyfit(log - middle, y, degree, w=1 / error)
    off = (y - np.polyval(fit, log - middle)) / error
    roots = np.roots(fit)
    real = roots[np.abs(roots.imag) < 1e-12].real
    inside = real[(real >= log[0] - middle) & (real <= log[-1] - middle)]
    rising = inside[np.polyval(np.polyder(fit), inside) > 0]
    place = float(np.exp(rising[0] + middle)) if len(rising) else math.nan
    return place, float(off @ off)
