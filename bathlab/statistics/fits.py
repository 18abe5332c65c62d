"""Fits of measured curves, with jackknife errors."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from bathlab.analysis.spreading import lorentzian_shape
from bathlab.checks import as_array, as_integer, as_real, refusal, shown
from bathlab.conventions import RealArray
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.resampling import jackknife


@dataclass(frozen=True)
class LorentzianFit:
    """A Lorentzian fitted to measured k(omega).

    Attributes
    ----------
    halfwidth
        half-width at half maximum w.
    error
        its standard error, by leaving out one curve at a time (jackknife); nan for one
        curve.
    window
        the fit used |omega| <= window.
    points
        how many bins that is.
    chi2_dof
        chi^2 of the mean curve in the window per degree of freedom, its bins taken as
        independent and those that no curve reaches left out; nan for one curve.
    """

    halfwidth: float
    error: float
    window: float
    points: int
    chi2_dof: float


def lorentzian_fit(omega: Any, curves: Any, window: float) -> LorentzianFit:
    """Fit a Lorentzian to the mean of measured k(omega), with the error of independent curves.

    The likelihood of the weight within the window is maximised, that is
    sum k log(L_w / integral of L_w). Least squares with measured errors would be drawn to bins
    that happen to be nearly empty, whose errors are small.

    Parameters
    ----------
    omega
        (m,) bin centres.
    curves
        (N, m) k of N independent eigenstates, or (m,) of one; not negative.
    window
        largest |omega| used, positive; the bins must reach so far.

    Raises
    ------
    ValueError
        If the shapes differ, omega does not ascend, a curve is negative, the bins do not reach
        so far, fewer than three of them are in the window, or it holds no weight.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> omega = np.linspace(-10, 10, 401)
    >>> curves = np.array([bl.analysis.lorentzian(omega, width) for width in (0.4, 0.5, 0.6)])
    >>> fit = bl.statistics.lorentzian_fit(omega, curves, window=5.0)
    >>> print(f"{fit.halfwidth:.2f} +- {fit.error:.2f}, {fit.points} bins")
    0.49 +- 0.06, 201 bins
    """
    window = as_real("window", window, above=0)
    omega = as_array("omega", omega, ascending=True)
    curves = np.atleast_2d(as_array("curves", curves, ndim=None, minimum=0))
    if curves.shape[1:] != omega.shape:
        raise refusal(
            "curves",
            shown(curves),
            f"(N, {len(omega)}) numbers, one curve a row for the {len(omega)} bins of omega",
            "Bin them on the same frequencies.",
        )
    if window > np.abs(omega).max():
        raise ValueError(
            f"window = {window:g} was given; expected at most "
            f"{np.abs(omega).max():g}, where the bins end. Narrow it, or take bins "
            "that reach so far."
        )
    used = np.abs(omega) <= window
    points, total = int(np.count_nonzero(used)), curves[:, used].sum()
    if points < 3 or not total > 0:
        raise ValueError(
            f"{points} bins of weight {total:.3g} lie within |omega| <= "
            f"{window:g}; expected at least 3, and some weight. Widen the window or "
            "take finer bins."
        )
    within, curves = omega[used], curves[:, used]
    width = jackknife(curves, lambda mean: _likeliest(within, mean, window))
    misfit = _chi2_dof(lorentzian_shape(within, width.value), curves)
    return LorentzianFit(width.value, float(width.error), window, points, misfit)


def _likeliest(omega: RealArray, weights: RealArray, window: float) -> float:
    def surprise(log_width: float) -> float:
        width = math.exp(log_width)
        inside = 2 / math.pi * math.atan(window / width)
        return -float(weights @ np.log(lorentzian_shape(omega, width) / inside))

    found = minimize_scalar(
        surprise,
        bounds=(math.log(window) - 12, math.log(window) + 3),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return math.exp(found.x)


def _chi2_dof(shape: RealArray, curves: RealArray) -> float:
    """chi^2 per degree of freedom of a shape, of the curves' own weight, with two constants."""
    mean, count = curves.mean(axis=0), len(curves)
    error = curves.std(axis=0, ddof=1) / math.sqrt(count) if count > 1 else mean * math.nan
    reached = error > 0
    freedom = int(np.count_nonzero(reached)) - 2
    if freedom < 1:
        return math.nan
    off = mean - shape * mean.sum() / shape.sum()
    return float(np.sum((off[reached] / error[reached]) ** 2)) / freedom


@dataclass(frozen=True)
class PowerLaw:
    """y = prefactor x^exponent, each with its standard error; see :func:`power_law`.

    ``chi2_dof`` is chi^2 of the fit in logarithms per degree of freedom; nan for two points.
    """

    exponent: Estimate
    prefactor: Estimate
    chi2_dof: float


def power_law(x: Any, y: Any, error: Any, realisations: int) -> PowerLaw:
    """Fit y = c x^p to points with independent standard errors, weighted, in logarithms.

    The errors are those that the points have; how well a power law fits is not in them, but in
    ``chi2_dof``.

    Parameters
    ----------
    x, y, error
        (m,) positive numbers, of two or more different x.
    realisations
        what the estimates shall say they rest on: the least of all points, say.

    Raises
    ------
    ValueError
        If the numbers are not of that kind.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> g = np.array([0.1, 0.2, 0.4])
    >>> law = bl.statistics.power_law(g, 3 * g**2, error=0.1 * g**2, realisations=20)
    >>> print(f"{law.exponent.mean:.3f} +- {law.exponent.error:.3f}, {law.prefactor.mean:.3f}")
    2.000 +- 0.034, 3.000
    """
    x = as_array("x", x, above=0)
    y, error = (
        as_array(name, values, shape=x.shape, above=0)
        for name, values in (("y", y), ("error", error))
    )
    realisations = as_integer("realisations", realisations, 1)
    if len(np.unique(x)) < 2:
        raise ValueError(
            f"x = {x} was given; expected two or more different x. Measure more points."
        )
    line = _weighted_line(np.log(x), np.log(y), y / error, realisations)
    prefactor = math.exp(line.intercept.mean)
    found = Estimate(prefactor, prefactor * line.intercept.error, realisations)
    return PowerLaw(line.slope, found, line.chi2_dof)


@dataclass(frozen=True)
class Line:
    """y = slope x + intercept, each with its standard error; see :func:`fit_line`.

    ``chi2_dof`` is chi^2 of the fit per degree of freedom; nan for two points. ``window_error``
    is half the range of the slope when a third of the points is left out at either end; nan
    for fewer than four points.
    """

    slope: Estimate
    intercept: Estimate
    chi2_dof: float
    window_error: float = math.nan


def fit_line(x: Any, y: Any, error: Any, realisations: int) -> Line:
    """Fit y = slope x + intercept to points with independent standard errors, weighted.

    Parameters
    ----------
    x, y, error
        (m,) numbers, x ascending, two or more; errors are positive.
    realisations
        what the estimates shall say they rest on: the least of all points, say.

    Raises
    ------
    ValueError
        If the numbers are not of that kind.

    Examples
    --------
    >>> import bathlab as bl
    >>> line = bl.statistics.fit_line([1.0, 2.0, 4.0], [1.1, 2.0, 4.1], [0.1, 0.1, 0.2], 9)
    >>> print(f"{line.slope.mean:.2f} +- {line.slope.error:.2f}, chi2/dof {line.chi2_dof:.2f}")
    0.99 +- 0.07, chi2/dof 0.53
    """
    x = as_array("x", x, ascending=True, least=2)
    y, error = as_array("y", y, shape=x.shape), as_array("error", error, shape=x.shape, above=0)
    realisations = as_integer("realisations", realisations, 1)
    whole, cut = _weighted_line(x, y, 1 / error, realisations), len(x) // 3
    if len(x) < 4:
        return whole
    parts = [slice(None), slice(cut, None), slice(None, len(x) - cut)]
    slopes = [np.polyfit(x[part], y[part], 1, w=1 / error[part])[0] for part in parts]
    return replace(whole, window_error=float(np.ptp(slopes)) / 2)


def _weighted_line(x: RealArray, y: RealArray, weights: RealArray, realisations: int) -> Line:
    (slope, intercept), covariance = np.polyfit(x, y, 1, w=weights, cov="unscaled")
    errors = np.sqrt(np.diag(covariance))
    off, freedom = weights * (y - slope * x - intercept), len(x) - 2
    return Line(
        Estimate(float(slope), float(errors[0]), realisations),
        Estimate(float(intercept), float(errors[1]), realisations),
        float(off @ off) / freedom if freedom else math.nan,
    )
