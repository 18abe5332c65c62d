"""How likely is the misfit of a curve whose points are correlated?"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from bathlab.checks import as_array, refusal, require_kind
from bathlab.conventions import RealArray
from bathlab.statistics.chances import chance_of_ratio
from bathlab.statistics.resampling import Jackknife

#: A law is rejected if chance makes so large a misfit less often.
REJECTED = 1e-3


class Misfit(NamedTuple):
    """chi^2 of a weighted linear fit beside what correlated points make of it.

    Attributes
    ----------
    ratio
        chi^2 over its expectation if the law holds, 1 on average; of independent points
        chi^2 per degree of freedom.
    freedom
        (tr M)^2/tr M^2, M the covariance of the weighted residuals: of independent points
        their number less that of the terms.
    chance
        how often chance makes so large a ratio; nan where it is not known.
    """

    ratio: float
    freedom: float
    chance: float

    def __str__(self) -> str:
        return f"chi2 {self.ratio:.2g} times its mean, p = {self.chance:.1g}"

    @property
    def holds(self) -> bool:
        """Whether chance makes so large a misfit often enough; False where it is not known."""
        return self.chance >= REJECTED


#: That of too few samples.
UNKNOWN = Misfit(math.nan, math.nan, math.nan)


def misfit(points: Jackknife, design: Any, weights: Any) -> Misfit:
    """The misfit of points to the columns of a design, with the covariance of the jackknife.

    The covariance of a few samples has no inverse, its traces are known all the same: ratio has
    the first two moments of an F distribution with ``freedom`` and samples less one times
    ``freedom`` (Greenhouse & Geisser, Psychometrika 24, 95 (1959); both traces without the bias
    of few samples, Huynh & Feldt, J. Educ. Stat. 1, 69 (1976)).

    Parameters
    ----------
    points
        of (m,) values, and of the same without each sample.
    design
        (m, p) values of the terms.
    weights
        (m,) of the fit, one over the errors of the points say.

    Raises
    ------
    ValueError
        If shapes differ, there are not more points than terms, or fewer than 3 samples.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> x = np.linspace(0, 1, 6)
    >>> rng = np.random.default_rng(1)
    >>> samples = x + rng.standard_normal((20, 1)) + 0.1 * rng.standard_normal((20, 6))
    >>> points = bl.statistics.jackknife(samples, lambda mean: mean)  # mostly one shift of all
    >>> for power in (1, 2):
    ...     design = np.stack([np.ones(6), x**power], axis=1)
    ...     print(bl.statistics.misfit(points, design, 1 / points.error).holds)
    True
    False
    """
    require_kind("points", points, Jackknife, "Make one with bathlab.statistics.jackknife.")
    weights = as_array("weights", weights, above=0)
    design = as_array("design", design, shape=(len(weights), None), least=1)
    values = as_array("points.value", points.value, shape=weights.shape)
    without = as_array("points.without", points.without, shape=(None, len(weights)))
    count = len(without)
    if count < 3:
        raise refusal("points.without", f"{count} samples", "three or more", "Draw more.")
    degrees = len(weights) - design.shape[1]
    if degrees < 1:
        raise ValueError(
            f"{len(weights)} points with {design.shape[1]} terms were given; expected more "
            "points than terms. Take more points."
        )
    weighted = design * weights[:, np.newaxis]
    left = np.diag(weights) - weighted @ np.linalg.pinv(weighted) * weights
    spread = (without - without.mean(axis=0)) @ left.T
    M = spread.T @ spread * (count - 1) / count
    square, expected = float(np.sum((left @ values) ** 2)), float(np.trace(M))
    freedom = _freedom(M, count - 1, degrees)
    if not expected > 0:
        return UNKNOWN
    ratio = square / expected
    chance = chance_of_ratio(ratio, freedom, freedom * (count - 1))
    return Misfit(ratio, freedom, chance)


def _freedom(M: RealArray, n: int, most: int) -> float:
    """(tr M)^2/tr M^2 of the true covariance, of one that is estimated with n degrees."""
    first, second = float(np.trace(M)) ** 2, float(np.sum(M * M))
    squares = n * n / ((n - 1) * (n + 2)) * (second - first / n)
    if not squares > 0:
        return float(most)
    return float(np.clip((first - 2 * squares / n) / squares, 1, most))
