"""The error of anything computed from a mean, by leaving out one sample at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

from bathlab.checks import as_array, refusal, require_callable, shown
from bathlab.conventions import RealArray

#: At most so many groups of samples are left out in turn: the error is then known to 2 %.
MOST_GROUPS = 1000


@dataclass(frozen=True, eq=False)
class Jackknife:
    """A statistic of a mean, and what becomes of it without each sample (or group) in turn.

    Attributes
    ----------
    value
        the statistic, a number or an array.
    without
        (groups, ...) the same with one group left out; empty for a single sample.
    """

    value: Any
    without: RealArray

    @property
    def error(self) -> Any:
        """Standard error; nan for a single sample, or where some ``without`` is not finite."""
        groups = len(self.without)
        if groups == 0:
            return np.nan * np.asarray(self.value)[()]
        with np.errstate(invalid="ignore"):
            spread = self.without - self.without.mean(axis=0)
            return np.sqrt((groups - 1) * (spread**2).mean(axis=0))[()]

    def map(self, function: Callable[[Any], Any]) -> Jackknife:
        """``function`` of the statistic, with the error that follows."""
        require_callable("function", function, "the statistic")
        return Jackknife(function(self.value), np.array([function(x) for x in self.without]))


def jackknife(samples: Any, statistic: Callable[[RealArray], Any]) -> Jackknife:
    """``statistic`` of the mean sample, with its standard error.

    Parameters
    ----------
    samples
        (N, ...) array, independent along the first axis (one realisation each).
    statistic
        function of a mean sample, a number or an array, smooth where the means scatter.

    Raises
    ------
    ValueError
        If there is no sample, or an entry is no finite real number.

    Notes
    -----
    With N beyond ``MOST_GROUPS``, groups of (nearly) equal size are left out (Efron, The
    Jackknife, the Bootstrap (SIAM 1982), chapter 3).

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> samples = np.array([1.0, 2.0, 3.0, 4.0])
    >>> found = bl.statistics.jackknife(samples, lambda mean: mean)
    >>> print(f"{found.value:.3f} +- {found.error:.4f}")
    2.500 +- 0.6455
    >>> print(f"{samples.std(ddof=1) / 2:.4f}")  # of a mean it is the standard error
    0.6455
    >>> print(f"{found.map(np.exp).error:.3f}")
    8.254
    """
    require_callable("statistic", statistic, "a mean sample")
    samples = as_array("samples", samples, ndim=None, least=0)
    count = len(samples) if samples.ndim else 0
    if count == 0:
        expected = "(N, ...) numbers with at least one sample"
        raise refusal("samples", shown(samples), expected, "Pass one row per realisation.")
    total = samples.sum(axis=0)
    groups = np.array_split(samples, min(count, MOST_GROUPS)) if count > 1 else []
    return Jackknife(
        statistic(total / count),
        np.array(
            [statistic((total - group.sum(axis=0)) / (count - len(group))) for group in groups]
        ),
    )
