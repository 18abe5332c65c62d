"""Finite-size scaling: do curves of several sizes fall on one, of (x - x_c) L^(1/nu)?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Mapping

import numpy as np
from scipy.optimize import minimize

from bathlab.checks import as_integer, as_real, refusal, require_kind
from bathlab.conventions import RealArray
from bathlab.statistics.chances import chance_of_chi2
from bathlab.statistics.collapse import Curve
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.finite_sizes import REJECTED
from bathlab.streams import stream

#: 1/nu is sought between these.
POWERS = (0.02, 4.0)
#: Points of the first search along x_c and 1/nu.
GRID = (24, 16)
#: Each takes some ten milliseconds.
MOST_RESAMPLES = 10**5
#: Sizes that a fit needs at least.
FEWEST_SIZES = 2


@dataclass(frozen=True)
class Scaling:
    """y = P((x - x_c) L^(1/nu)), P a polynomial; see :func:`scaling_fit`.

    Attributes
    ----------
    critical, nu
        x_c and nu, with half the width of the middle 68 % of a bootstrap with the
        errors of the points.
    interval
        of nu, the middle 95 % of the bootstrap.
    critical_window, nu_window
        half of what leaving out the smallest size, or one degree more,
        changes at most; nan with two sizes.
    chi2_dof, chance
        chi^2 per degree of freedom, and how often chance makes it as large.
    points
        how many.
    inside
        whether x_c is within the x and 1/nu within its bounds.
    """

    critical: Estimate
    nu: Estimate
    interval: tuple[float, float]
    critical_window: float
    nu_window: float
    chi2_dof: float
    chance: float
    points: int
    inside: bool

    @property
    def holds(self) -> bool:
        """Whether the curves fall on one; if not, its parameters are of nothing."""
        return self.inside and not self.chance < REJECTED


def scaling_fit(
    curves: Mapping[float, Curve],
    degree: int = 3,
    resamples: int = 40,
    seed: int = 0,
    nu: float | None = None,
) -> Scaling:
    """Fit curves y(x; L) by one polynomial of (x - x_c) L^(1/nu), x_c and nu free.

    Weighted least squares; points are taken as independent.

    Parameters
    ----------
    curves
        size L to its :class:`bathlab.statistics.Curve`, errors all above 0.
    degree
        of the polynomial.
    resamples, seed
        of the bootstrap.
    nu
        None, or a number that it is kept at.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, or fewer points than parameters and one, or an error
        is 0 or missing.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> W = np.linspace(2.0, 4.0, 7)
    >>> y = {L: np.tanh((3.0 - W) * L / 20) for L in (8, 12, 16)}
    >>> curves = {L: bl.statistics.Curve(W, y[L], np.full(7, 0.01)) for L in y}
    >>> fit = bl.statistics.scaling_fit(curves, resamples=5)  # nu = 1, W_c = 3
    >>> print(f"W_c = {fit.critical.mean:.2f}, nu = {fit.nu.mean:.1f}", fit.holds)
    W_c = 3.00, nu = 1.0 True
    """
    degree = as_integer("degree", degree, 1)
    power = None if nu is None else 1 / as_real("nu", nu, above=0)
    resamples = as_integer("resamples", resamples, 2, MOST_RESAMPLES)
    data, seed = _checked(curves, degree), as_integer("seed", seed, 0)
    best, square = _searched(data, degree, power)
    draw = stream(seed, 0, "bootstrap of a scaling fit")
    again = np.array(
        [_refined(_redrawn(data, draw), degree, best, power)[0] for _ in range(resamples)]
    )
    windows = [_refined(data, degree + 1, best, power)[0]]
    rest = data[:, data[0] > data[0].min()]
    if len(np.unique(rest[0])) >= FEWEST_SIZES and rest.shape[1] > degree + 3:
        windows.append(_refined(rest, degree, best, power)[0])
    freedom = data.shape[1] - degree - 3 + (power is not None)
    ends = [0.025, 0.16, 0.84, 0.975]
    places, nus = np.quantile(again[:, 0], ends), np.quantile(1 / again[:, 1], ends)
    off = np.array(windows)
    return Scaling(
        Estimate(float(best[0]), float(places[2] - places[1]) / 2, data.shape[1]),
        Estimate(float(1 / best[1]), float(nus[2] - nus[1]) / 2, data.shape[1]),
        (float(nus[0]), float(nus[3])),
        float(np.abs(off[:, 0] - best[0]).max()) / 2,
        float(np.abs(1 / off[:, 1] - 1 / best[1]).max()) / 2,
        square / freedom,
        chance_of_chi2(square, freedom),
        data.shape[1],
        _is_inside(data, best),
    )


def _checked(curves: Mapping[float, Curve], degree: int) -> RealArray:
    """Rows L, x, y and error of all points."""
    require_kind("curves", curves, Mapping, "Pass a dict of sizes to curves.")
    columns = []
    for size in sorted(as_real("a size of curves", size, above=0) for size in curves):
        curve = curves[size]
        require_kind("A curve", curve, Curve, "Take those of curves_of.")
        if not np.all(curve.error > 0):
            raise refusal("error", f"{curve.error} at L = {size:g}", "above 0", "Measure more.")
        columns.append(np.array([np.full(len(curve.x), size), curve.x, curve.y, curve.error]))
    points = sum(each.shape[1] for each in columns)
    if len(columns) < FEWEST_SIZES or points < degree + 4:
        raise refusal(
            "curves",
            f"{len(columns)} size(s) with {points} points",
            f"{FEWEST_SIZES} sizes or more with {degree + 4} points",
            "Measure more, or lower the degree.",
        )
    return np.concatenate(columns, axis=1)


def _misfit(data: RealArray, degree: int, critical: float, power: float) -> float:
    """chi^2 of the best polynomial."""
    size, x, y, error = data
    u = (x - critical) * (size / size.max()) ** power
    design = np.vander(u / np.abs(u).max(), degree + 1) / error[:, np.newaxis]
    basis, target = np.linalg.qr(design)[0], y / error
    along = basis.T @ target
    return float(target @ target - along @ along)


def _searched(data: RealArray, degree: int, kept: float | None) -> tuple[RealArray, float]:
    places = np.linspace(data[1].min(), data[1].max(), GRID[0] + 2)[1:-1]
    powers = np.geomspace(0.2, 2.5, GRID[1]) if kept is None else np.array([kept])
    _, first = min(
        (_misfit(data, degree, x, power), (x, power)) for x in places for power in powers
    )
    return _refined(data, degree, np.array(first), kept)


def _refined(
    data: RealArray, degree: int, start: RealArray, kept: float | None
) -> tuple[RealArray, float]:
    """x_c and 1/nu, the latter as it is kept, and chi^2."""

    def inside(p: RealArray) -> RealArray:
        critical = np.clip(p[0], data[1].min(), data[1].max())
        return np.array([critical, np.clip(p[1], *POWERS) if kept is None else kept])

    found = minimize(
        lambda p: _misfit(data, degree, *map(float, inside(p))),
        start if kept is None else start[:1],
        method="Nelder-Mead",
        options={"xatol": 1e-3, "fatol": 1e-3},
    )
    return inside(found.x), float(found.fun)


def _redrawn(data: RealArray, draw: np.random.Generator) -> RealArray:
    size, x, y, error = data
    return np.array([size, x, y + error * draw.standard_normal(len(y)), error])


def _is_inside(data: RealArray, best: RealArray) -> bool:
    within = data[1].min() < best[0] < data[1].max()
    return bool(within and POWERS[0] < best[1] < POWERS[1] and math.isfinite(best[0]))
