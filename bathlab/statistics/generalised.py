"""Straight lines through points whose errors are correlated: generalised least squares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_integer, refusal
from bathlab.conventions import RealArray
from bathlab.statistics.chances import chance_of_ratio
from bathlab.statistics.estimates import Estimate

#: Degrees of freedom of a covariance that is known: F is chi^2 to nine digits.
KNOWN = 10**9


@dataclass(frozen=True, eq=False)
class GeneralisedLine:
    """y = slope x + intercept through correlated points; see :func:`generalised_line`.

    Attributes
    ----------
    slope, intercept : Estimate
        Each with its standard error.
    covariance : (2, 2) array
        Of slope and intercept.
    chi2_dof : float
        Misfit over its expectation, 1 on average if the line holds; nan for two points.
    chance : float
        How often chance makes so large a misfit; 1 for two points.
    """

    slope: Estimate
    intercept: Estimate
    covariance: RealArray
    chi2_dof: float
    chance: float

    @property
    def root(self) -> Estimate:
        """The x at which y = 0, with the error of both parameters to first order."""
        slope, intercept = self.slope.mean, self.intercept.mean
        gradient = np.array([intercept / slope**2, -1 / slope])
        error = math.sqrt(float(gradient @ self.covariance @ gradient))
        return Estimate(-intercept / slope, error, self.slope.realisations)


def generalised_line(
    x: Any, y: Any, covariance: Any, realisations: int, freedom: int = KNOWN
) -> GeneralisedLine:
    """Fit y = slope x + intercept to points with an estimated or known covariance.

    The weights are the inverse of the covariance. One that is estimated with few degrees of
    freedom nu says too much by itself: the misfit of m points then is Hotelling's T^2, of which
    T^2 (nu - k + 1)/(nu k), k = m - 2, has the F distribution of k and nu - k + 1 degrees, and
    the covariance of the parameters is larger by nu (nu - 1)/((nu - k) (nu - k - 1)).

    Parameters
    ----------
    x, y : (m,) arrays
        Points, x ascending, two or more.
    covariance : (m, m) array
        Of the errors of y, symmetric and positive definite.
    realisations : int
        What the estimates shall say they rest on.
    freedom : int
        Degrees of freedom of the covariance, m to ``KNOWN``, for which it is exact.

    Returns
    -------
    GeneralisedLine
        The line, its errors and its misfit.

    Raises
    ------
    ValueError
        If the shapes differ, the covariance is not symmetric and positive definite, or
        ``freedom`` is out of range.

    References
    ----------
    C. R. Rao, Biometrika 46, 49 (1959), section 3.

    Examples
    --------
    Three points that share half of their variance, as curves of one set of samples do:

    >>> import numpy as np
    >>> import bathlab as bl
    >>> covariance = 0.01 * (0.5 + 0.5 * np.eye(3))
    >>> y = [-1.0, 0.1, 1.0]
    >>> line = bl.statistics.generalised_line([0.0, 1.0, 2.0], y, covariance, 100)
    >>> print(f"slope {line.slope.mean:.2f} +- {line.slope.error:.2f}")
    slope 1.00 +- 0.05
    >>> print(f"zero at {line.root.mean:.2f} +- {line.root.error:.2f}")
    zero at 0.97 +- 0.08
    """
    x = as_array("x", x, ascending=True, least=2)
    y = as_array("y", y, shape=x.shape)
    covariance = as_array("covariance", covariance, shape=(len(x), len(x)))
    realisations, k = as_integer("realisations", realisations, 1), len(x) - 2
    if not np.allclose(covariance, covariance.T) or np.linalg.eigvalsh(covariance)[0] <= 0:
        raise refusal(
            "covariance",
            f"{covariance.tolist()}",
            "a symmetric matrix with positive eigenvalues",
            "Estimate it from more samples than points.",
        )
    freedom = as_integer("freedom", freedom, len(x), KNOWN)
    design = np.stack([x, np.ones(len(x))], axis=1)
    inverse = np.linalg.inv(covariance)
    spread = np.linalg.inv(design.T @ inverse @ design)
    slope, intercept = spread @ design.T @ inverse @ y
    off = y - design @ (slope, intercept)
    ratio, chance = _misfit(float(off @ inverse @ off), k, freedom)
    spread = spread * (freedom / (freedom - k)) * ((freedom - 1) / (freedom - k - 1))
    errors = np.sqrt(np.diag(spread))
    return GeneralisedLine(
        Estimate(float(slope), float(errors[0]), realisations),
        Estimate(float(intercept), float(errors[1]), realisations),
        spread,
        ratio,
        chance,
    )


def _misfit(square: float, k: int, freedom: int) -> tuple[float, float]:
    """chi^2 over its expectation, and how often chance makes more of it."""
    if k == 0:
        return math.nan, 1.0
    ratio = square * (freedom - k + 1) / (freedom * k)
    return ratio, chance_of_ratio(ratio, k, freedom - k + 1)
