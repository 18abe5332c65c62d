"""The exponent of a power law of whole numbers, by the likelihood of their counts in bins.

The numbers of one realisation are not independent of each other, those of different ones are:
errors are the jackknife's over realisations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import zeta

from bathlab.checks import as_array, as_real, refusal, shown
from bathlab.conventions import Array, RealArray
from bathlab.statistics.chances import chance_of_chi2
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.resampling import jackknife

#: Exponents among which the likeliest is sought.
EXPONENTS = (1.001, 12.0)
#: Bins are put together to so many a decade: on a lattice single sizes are uneven.
PER_DECADE = 5
#: chi^2 counts bins in which so many are expected, the last ones put together.
EXPECTED = 10
#: A power law that holds has a larger chi^2 less often than this.
REJECTED = 1e-3
#: Fewest bins of a fit.
FEWEST_BINS = 3


@dataclass(frozen=True)
class PowerTail:
    """p(l) ~ l^-tau of whole numbers l in a window; see :func:`power_tail`.

    Attributes
    ----------
    exponent
        tau, with its standard error over realisations.
    window_error
        half the range of tau when a third of the window, in log l, is left out at
        either end; nan if that leaves too few bins.
    window
        first number within, and first one beyond.
    count
        how many numbers lie within.
    chi2_dof, chance
        chi^2 of the counts per degree of freedom, all numbers taken as
        independent, and how often chance makes it as large; nan without such a degree.
    """

    exponent: Estimate
    window_error: float
    window: tuple[int, int]
    count: int
    chi2_dof: float
    chance: float

    @property
    def holds(self) -> bool:
        """Whether one power makes such counts; if not, ``exponent`` is that of nothing."""
        return not self.chance < REJECTED


def power_tail(first: Any, counts: Any, lower: float, upper: float) -> PowerTail:
    """The likeliest power law of whole numbers between ``lower`` and ``upper``.

    p(l) = l^-tau over the sum of l^-tau in the window; a bin has the exact sum of its numbers.

    Parameters
    ----------
    first
        (b + 1,) whole numbers from 1 on, ascending: bin i holds first[i] to first[i + 1]
        - 1.
    counts
        (N, b), one row per realisation, of two at least.
    lower, upper
        only bins between them count.

    Raises
    ------
    ValueError
        If the bins are no such numbers, there is one realisation, fewer than three bins (at
        :data:`PER_DECADE`) lie in the window, or nothing is counted there.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> first = np.array([1, 2, 4, 8, 16, 32])
    >>> sizes = np.arange(1, 32)
    >>> share = np.add.reduceat(sizes**-2.0, first[:-1] - 1)
    >>> counts = np.outer([900, 1000, 1100], share / share.sum()).round()
    >>> tail = bl.statistics.power_tail(first, counts, 1, 32)
    >>> print(f"{tail.exponent.mean:.2f}", tail.window, tail.holds)
    2.00 (1, 32) True
    """
    edges = as_array("first", first, least=2, minimum=1, ascending=True)
    if np.any(edges != np.rint(edges)):
        raise refusal("first", shown(first), "whole numbers", "Round them.")
    counts = as_array("counts", counts, ndim=2, minimum=0)
    if counts.shape[1] != len(edges) - 1 or len(counts) < 2:
        expected = f"(N, {len(edges) - 1}), N >= 2, a number for each bin"
        raise refusal("counts", f"shape {counts.shape}", expected, "Count in these bins.")
    lower = as_real("lower", lower, above=0)
    upper = as_real("upper", upper, above=lower)
    used, merged = _merged(edges, counts, lower, upper)
    if len(used) < FEWEST_BINS + 1 or not merged.any():
        given = f"{max(len(used) - 1, 0)} bins with {merged.sum():g} counts"
        expected = f"at least {FEWEST_BINS} bins with some"
        raise refusal("the window", given, expected, "Widen it, or take more realisations.")
    found = jackknife(merged, lambda mean: _likeliest(used, mean))
    tau, total = float(found.value), merged.sum(axis=0)
    freedom, statistic = _chi2(total, total.sum() * _shares(used, tau))
    return PowerTail(
        Estimate(tau, float(found.error), len(counts)),
        _window_error(used, total),
        (int(used[0]), int(used[-1])),
        int(total.sum()),
        statistic / freedom if freedom > 0 else math.nan,
        chance_of_chi2(statistic, freedom),
    )


def _merged(
    edges: RealArray, counts: RealArray, lower: float, upper: float
) -> tuple[RealArray, RealArray]:
    """Edges and counts in the window, put together."""
    inside = np.flatnonzero((edges >= lower) & (edges <= upper))
    if len(inside) < 2:
        return edges[:0], counts[:, :0]
    step = np.log10(edges[inside] / edges[inside[0]]) * PER_DECADE
    cell = np.floor(step + 1e-9)
    starts = inside[np.flatnonzero(np.diff(cell, prepend=-1.0) > 0)]
    if len(starts) > 1 and starts[-1] != inside[-1]:
        starts[-1] = inside[-1]  # the last one takes what is left over
    cuts = starts - starts[0]
    sums = np.add.reduceat(counts[:, starts[0] : starts[-1]], cuts[:-1], axis=1)
    return edges[starts], sums


def _shares(edges: RealArray, tau: float) -> RealArray:
    """Probability of each bin."""
    above = zeta(tau, edges)
    return np.asarray((above[:-1] - above[1:]) / (above[0] - above[-1]))


def _likeliest(edges: RealArray, counts: RealArray) -> float:
    def surprise(tau: float) -> float:
        return -float(counts @ np.log(np.maximum(_shares(edges, tau), 1e-300)))

    found = minimize_scalar(
        surprise, bounds=EXPONENTS, method="bounded", options={"xatol": 1e-7}
    )
    return float(found.x)


def _chi2(counts: Array, expected: RealArray) -> tuple[int, float]:
    """Degrees of freedom and chi^2."""
    keep = max(int(np.sum(np.cumprod(expected >= EXPECTED))), 1)
    groups = [slice(i, i + 1) for i in range(keep - 1)] + [slice(keep - 1, None)]
    pairs = [(counts[each].sum(), expected[each].sum()) for each in groups]
    return keep - 2, float(sum((n - m) ** 2 / m for n, m in pairs))


def _window_error(edges: RealArray, counts: RealArray) -> float:
    third = (len(edges) - 1) // 3
    if third == 0 or len(counts) - third < FEWEST_BINS:
        return math.nan
    windows = [slice(0, None), slice(third, None), slice(0, len(counts) - third)]
    found = [
        _likeliest(edges[each.start : each.stop and each.stop + 1], counts[each])
        for each in windows
        if counts[each].any()
    ]
    return float(np.ptp(found)) / 2
