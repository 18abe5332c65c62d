"""When an error bar is small enough: the rule of ``target_error``.

After the first N realisations of a case (its own number, at least ``FIRST_CHECKPOINT``) the
standard error of the watched column is looked at, the largest over the rows of a realisation.
If it is above the target, N grows to what the present spread asks for, (error/target)^2 N and a
tenth more, but at most to 2N; then it is looked at again. N is never raised above a limit,
``MOST_REALISATIONS`` unless another is given. Only the realisations 0 ... N-1
count, all of them: where the rule stops is a function of the spec, never of which worker was
first.

Stopping when a *measured* error is small favours samples whose spread came out small. The bias
of the mean is nil for symmetric data, and from N = 16 on the coverage of mean +- error is
within 0.02 of its nominal value for Gaussian data (a test measures it). Skewed data need a
larger start.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bathlab.statistics.estimates import by_place

#: With fewer, the standard error is itself too uncertain (18 % at 16) to be compared with a
#: target.
FIRST_CHECKPOINT = 16
#: No step is smaller than this share of N, so that the looks are few, nor larger than GROWTH.
LEAST_STEP, GROWTH = 0.1, 2.0


#: No case is given more realisations than this for a target error, unless the user says so.
MOST_REALISATIONS = 10_000


@dataclass(frozen=True)
class Target:
    """The standard error to be reached, with at most ``most`` realisations of a case."""

    error: float
    most: int = MOST_REALISATIONS

    def next_checkpoint(self, count: int, error: float) -> int:
        """How many realisations to look at next after ``count`` with this error; ``count``
        itself if the target is reached or no more are allowed."""
        if error <= self.error:
            return count
        asked = (1 + LEAST_STEP) * count * (error / self.error) ** 2
        step = math.ceil(min(max(asked, (1 + LEAST_STEP) * count), GROWTH * count))
        return max(count, min(step, self.most))


def largest_error(values: pd.Series, realisations: pd.Series) -> float:
    """Standard error of the mean of each row of a realisation, the largest; nan if unknown."""
    errors = by_place(values, realisations)["error"].to_numpy()
    return float(errors.max()) if len(errors) and not np.isnan(errors).any() else math.nan
