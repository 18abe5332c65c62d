"""Whether the elements of one row, <psi'|O|psi> of all psi', are Gaussian about a smooth v."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import gammaln

from bathlab.checks import as_array, as_integer, as_real, refusal
from bathlab.conventions import RealArray


@dataclass(frozen=True)
class RowStatistics:
    """Moments of elements in units of their local mean square; see :func:`row_statistics`.

    Attributes
    ----------
    kurtosis
        <eta^4>/<eta^2>^2, 3 for real Gaussian elements, without bias by the few levels
        of a group.
    modulus
        <|eta|>/sqrt(<eta^2>) over what Gaussian elements make of it: 1.
    groups
        how many groups of levels there are.
    """

    kurtosis: float
    modulus: float
    groups: int


def row_statistics(
    frequencies: Any,
    weights: Any,
    size: int = 16,
    reach: float = math.inf,
    peaks: Any = None,
    away: int = 10,
) -> RowStatistics:
    """Moments of elements within groups of neighbouring levels, means over the groups.

    The structure factor v is taken to be constant in a group, so groups near a narrow peak of
    it have to be left out. If the elements of a group are real, Gaussian and of one variance,
    sum w^2/(sum w)^2 is 3/(size + 2) on average.

    Parameters
    ----------
    frequencies
        (n,) E_psi' - E_psi, ascending.
    weights
        (n,) |<psi'|O|psi>|^2, not negative.
    size
        levels of a group, 2 or more.
    reach
        groups within |frequency| <= reach are taken.
    peaks
        (k,) frequencies where v has narrow peaks, None for none; ``away`` groups on either
        side of the one that holds a peak are left out, and that one.

    Raises
    ------
    ValueError
        If shapes differ, a number is out of range, or no group with some weight is left.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> draws = np.random.default_rng(1).standard_normal((2, 2048))
    >>> frequencies = np.linspace(-4.0, 4.0, 2048)
    >>> gaussian = bl.analysis.row_statistics(frequencies, draws[0] ** 2)
    >>> print(f"Gaussian: kurtosis {gaussian.kurtosis:.2f}, modulus {gaussian.modulus:.3f}")
    Gaussian: kurtosis 2.99, modulus 1.001
    >>> sparse = bl.analysis.row_statistics(frequencies, draws[0] ** 2 * (draws[1] > 0.5))
    >>> print(f"a few carry the weight: {sparse.kurtosis:.1f}, {sparse.modulus:.2f}")
    a few carry the weight: 8.4, 0.57
    """
    frequencies = as_array("frequencies", frequencies)
    weights = as_array("weights", weights, shape=frequencies.shape, minimum=0)
    if np.any(np.diff(frequencies) < 0):
        raise refusal("frequencies", "some out of order", "ascending ones", "Sort the levels.")
    size, away = as_integer("size", size, 2, len(weights)), as_integer("away", away, 0)
    reach = as_real("reach", reach, above=0, infinite=True)
    peaks = np.empty(0) if peaks is None else as_array("peaks", peaks)
    groups = groups_of(frequencies, weights, size, reach, peaks, away)
    if len(groups) == 0:
        raise ValueError(
            f"No group of {size} levels with some weight is within the reach {reach:g} and "
            f"more than {away} groups away from the peaks {peaks}, of {len(weights)} "
            "frequencies and weights; expected one or more. Take more levels, or a smaller "
            "size or away."
        )
    return moments_of(groups)


def groups_of(
    frequencies: RealArray,
    weights: RealArray,
    size: int,
    reach: float,
    peaks: Any,
    away: int,
) -> RealArray:
    """(k, size) weights of the groups that :func:`row_statistics` takes; k may be 0."""
    count = len(weights) // size
    groups = weights[: count * size].reshape(count, size)
    centres = frequencies[: count * size].reshape(count, size).mean(axis=1)
    used = (np.abs(centres) <= reach) & (groups.sum(axis=1) > 0)
    for peak in peaks:
        place = int(np.searchsorted(centres, peak))
        used[max(place - away - 1, 0) : place + away + 1] = False
    found: RealArray = groups[used]
    return found


def moments_of(groups: RealArray) -> RowStatistics:
    """Their moments; of no group nan."""
    if len(groups) == 0:
        return RowStatistics(math.nan, math.nan, 0)
    size, totals = groups.shape[1], groups.sum(axis=1)
    fourth = (size + 2) * np.sum(groups**2, axis=1) / totals**2
    first = np.sum(np.sqrt(groups), axis=1) / np.sqrt(totals)
    # size <sqrt u>, u one of the shares that chi^2 variables have in their sum.
    gaussian = size * math.exp(
        gammaln(1) - gammaln(0.5) + gammaln(size / 2) - gammaln((size + 1) / 2)
    )
    return RowStatistics(float(fourth.mean()), float(first.mean() / gaussian), len(groups))
