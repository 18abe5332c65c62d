"""How what scatters from sample to sample moves and narrows as samples grow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Mapping

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from bathlab.checks import as_array, as_integer, as_real, refusal, require_kind
from bathlab.conventions import RealArray
from bathlab.statistics.chances import chance_of_chi2
from bathlab.statistics.estimates import Estimate
from bathlab.streams import stream

#: Quantiles that are followed.
QUANTILES = np.array([0.25, 0.5, 0.75])
#: Powers of the size among which the likeliest is sought.
POWERS = (0.02, 2.0)
#: Sizes that a fit needs at least.
FEWEST_SIZES = 3
#: A law that holds has a larger chi^2 less often than this.
REJECTED = 1e-3


@dataclass(frozen=True)
class Approach:
    """x_q(L) = limit + c_q L^-power for some quantiles q; see :func:`approach`.

    Attributes
    ----------
    limit, power
        with standard errors (bootstrap over samples); in finite-size scaling the
        power is 1/nu.
    limit_window, power_window
        half of what leaving out the smallest size changes; nan if
        that leaves too few.
    chi2_dof, chance
        chi^2 per degree of freedom, and how often chance makes it as large.
    sizes
        smallest and largest.
    """

    limit: Estimate
    power: Estimate
    limit_window: float
    power_window: float
    chi2_dof: float
    chance: float
    sizes: tuple[float, float]

    @property
    def holds(self) -> bool:
        """Whether the quantiles move by one law; if not, its parameters are of nothing."""
        return not self.chance < REJECTED


def approach(
    samples: Mapping[float, Any], resolution: float, resamples: int = 60, seed: int = 0
) -> Approach:
    """Fit x_q(L) = limit + c_q L^-power to the quantiles of samples by size.

    Least squares with the covariance of the quantiles of one size, from resampling; the c_q
    are free. That is finite-size scaling of a distribution, F(x; L) = F((x - limit) L^power),
    at the quartiles and the median.

    Parameters
    ----------
    samples
        size to (N,) independent numbers.
    resolution
        to which they are known.
    resamples, seed
        of the bootstrap.

    Raises
    ------
    ValueError
        If there are fewer than three sizes or two numbers of one, or a number is not finite.
    """
    values = _checked(samples)
    resolution = as_real("resolution", resolution, above=0)
    resamples, seed = as_integer("resamples", resamples, 2), as_integer("seed", seed, 0)
    drawn = {
        size: np.array(
            [np.quantile(source.choice(each, len(each)), QUANTILES) for _ in range(resamples)]
        )
        for place, (size, each) in enumerate(values.items())
        for source in [stream(seed, place, "bootstrap of quantiles")]
    }
    floor = np.eye(len(QUANTILES)) * resolution**2 / 12
    weights: dict[float, RealArray] = {
        size: np.asarray(np.linalg.inv(np.cov(each.T) + floor), dtype=np.float64)
        for size, each in drawn.items()
    }
    found: dict[float, RealArray] = {
        size: np.quantile(each, QUANTILES) for size, each in values.items()
    }
    limit, power, square = _fitted(found, weights)
    again = np.array(
        [
            _fitted({size: each[i] for size, each in drawn.items()}, weights)[:2]
            for i in range(resamples)
        ]
    )
    freedom = len(found) * len(QUANTILES) - len(QUANTILES) - 2
    window = (math.nan, math.nan)
    if len(found) > FEWEST_SIZES:
        rest = dict(list(found.items())[1:])
        moved = _fitted(rest, weights)
        window = (abs(moved[0] - limit) / 2, abs(moved[1] - power) / 2)
    count = min(map(len, values.values()))
    return Approach(
        Estimate(limit, float(again[:, 0].std(ddof=1)), count),
        Estimate(power, float(again[:, 1].std(ddof=1)), count),
        *window,
        square / freedom,
        chance_of_chi2(square, freedom),
        (min(found), max(found)),
    )


def _checked(samples: Mapping[float, Any]) -> dict[float, RealArray]:
    """In the order of the sizes."""
    require_kind("samples", samples, Mapping, "Pass a dict of sizes to numbers.")
    sizes = sorted(as_real("a size of samples", size, above=0) for size in samples)
    if len(sizes) < FEWEST_SIZES:
        expected = f"{FEWEST_SIZES} or more"
        raise refusal("samples", f"{len(sizes)} size(s)", expected, "Take more sizes.")
    return {size: as_array(f"samples[{size:g}]", samples[size], least=2) for size in sizes}


def _fitted(
    found: Mapping[float, RealArray], weights: Mapping[float, RealArray]
) -> tuple[float, float, float]:
    """limit, power and chi^2: at a given power all else is linear."""
    width, sizes = len(QUANTILES), np.array(list(found))
    relative = sizes / math.sqrt(sizes.min() * sizes.max())
    W = np.array([weights[size] for size in sizes])
    seen = np.einsum("sij,sj->si", W, np.array(list(found.values())))
    square = float(np.sum(seen * np.array(list(found.values()))))

    def solved(power: float) -> tuple[float, float]:
        scale, normal = relative**-power, np.empty((width + 1, width + 1))
        normal[0, 0] = W.sum()
        normal[0, 1:] = normal[1:, 0] = scale @ W.sum(axis=2)
        normal[1:, 1:] = np.tensordot(scale**2, W, 1)
        right = np.concatenate([[seen.sum()], scale @ seen])
        solution = np.linalg.solve(normal, right)
        return float(solution[0]), square - float(right @ solution)

    best = minimize_scalar(
        lambda power: solved(power)[1], bounds=POWERS, method="bounded", options={"xatol": 1e-5}
    )
    limit, off = solved(float(best.x))
    return limit, float(best.x), off


@dataclass(frozen=True)
class RateLaw:
    """Share of samples that p ~ L^-power; see :func:`rate_law`.

    Attributes
    ----------
    power
        with its standard error, from the curvature of the likelihood; nan without a hit.
    chi2_dof, chance
        of the deviance per degree of freedom, and how often chance makes it as
        large.
    """

    power: Estimate
    chi2_dof: float
    chance: float


def rate_law(sizes: Any, hits: Any, trials: Any) -> RateLaw:
    """The likeliest power of the size in the share of samples in which something happens.

    Parameters
    ----------
    sizes
        (m,) of samples, m >= 3.
    hits, trials
        (m,) in how many of how many it does; hits are taken as Poisson numbers.
    """
    x = np.log(as_array("sizes", sizes, least=FEWEST_SIZES, above=0, ascending=True))
    n = as_array("hits", hits, shape=x.shape, minimum=0)
    N = as_array("trials", trials, shape=x.shape, above=0)
    if not n.any():
        return RateLaw(Estimate(math.nan, math.nan, int(N.min())), math.nan, math.nan)
    x = x - np.average(x, weights=N)

    def surprise(p: RealArray) -> float:
        return float(np.sum(N * np.exp(p[0] - p[1] * x)) - np.sum(n * (p[0] - p[1] * x)))

    best = minimize(surprise, [math.log(n.sum() / N.sum()), 0.0], method="BFGS")
    mean = N * np.exp(best.x[0] - best.x[1] * x)
    design = np.column_stack([np.ones(len(x)), -x])
    error = math.sqrt(np.linalg.inv(design.T @ (mean[:, np.newaxis] * design))[1, 1])
    known = np.where(n > 0, n * np.log(np.where(n > 0, n, 1) / mean), 0.0)
    deviance, freedom = 2 * float(np.sum(known - n + mean)), len(x) - 2
    power = Estimate(float(best.x[1]), error, int(N.min()))
    return RateLaw(power, deviance / freedom, chance_of_chi2(deviance, freedom))


def side_law(
    samples: Mapping[float, Any], limit: float, above: bool
) -> tuple[Estimate, float, float]:
    """The power of the size with which numbers on one side of a limit draw near to it.

    The mean distance of those on that side, of each size that has ten or more, fitted by
    weighted least squares in logarithms.

    Returns
    -------
    tuple[Estimate, float, float]
        The power with its error, chi^2 per degree of freedom, and how often chance makes that
        as large; nan with fewer than three such sizes.
    """
    limit, points = as_real("limit", limit), []
    for size, values in _checked(samples).items():
        far = (values - limit) * (1 if above else -1)
        far = far[far > 0]
        if len(far) >= 10:
            error = far.std(ddof=1) / far.mean() / math.sqrt(len(far))
            points.append((math.log(size), math.log(far.mean()), error, len(far)))
    if len(points) < FEWEST_SIZES:
        return Estimate(math.nan, math.nan, 0), math.nan, math.nan
    x, y, error, count = np.array(points).T
    (slope, constant), covariance = np.polyfit(x, y, 1, w=1 / error, cov="unscaled")
    off, freedom = float(np.sum(((y - slope * x - constant) / error) ** 2)), len(x) - 2
    power = Estimate(-float(slope), math.sqrt(covariance[0, 0]), int(count.min()))
    return power, off / freedom, chance_of_chi2(off, freedom)
