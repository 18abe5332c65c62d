"""The error of anything computed from a mean, by leaving out one sample at a time."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from bathlab.conventions import RealArray

#: At most so many groups of samples are left out in turn: the error is then known to 2 %.
MOST_GROUPS = 1000


def jackknife(samples: Any, statistic: Callable[[RealArray], Any]) -> tuple[Any, Any]:
    """``statistic`` of the mean sample, and its standard error.

    Parameters
    ----------
    samples : (N, ...) array, independent along the first axis (one realisation each).
    statistic : function of a mean sample, a number or an array, smooth where the means scatter.

    Returns
    -------
    (value, error), each a float or an array as ``statistic`` gives; the error is nan for N = 1 and
    where leaving out some sample gives no finite value. With N beyond ``MOST_GROUPS``, groups of
    (nearly) equal size are left out (Efron, The Jackknife, the Bootstrap (SIAM 1982), chapter 3).

    Raises
    ------
    ValueError
        If there is no sample.
    """
    samples = np.asarray(samples, dtype=np.float64)
    count = len(samples) if samples.ndim else 0
    if count == 0:
        raise ValueError(f"samples of shape {samples.shape} were given; expected (N, ...) with at "
                         "least one sample. Pass one row per realisation.")
    value = statistic(samples.mean(axis=0))
    if count == 1:
        return value, np.nan * np.asarray(value)[()]
    groups = min(count, MOST_GROUPS)
    total = samples.sum(axis=0)
    without = np.array([statistic((total - group.sum(axis=0)) / (count - len(group)))
                        for group in np.array_split(samples, groups)])
    with np.errstate(invalid="ignore"):
        error = np.sqrt((groups - 1) * ((without - without.mean(axis=0))**2).mean(axis=0))
    return value, error[()]
