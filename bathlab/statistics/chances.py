"""Chances of a misfit as large or larger, if nothing but scatter made it.

They are those of ``scipy.stats`` to the bit, which takes a second to load on a slow machine;
whatever begins with a run would wait for it.
"""

from __future__ import annotations

import math

from scipy.special import chdtrc, fdtrc


def chance_of_chi2(square: float, freedom: float) -> float:
    """That a chi^2 of so many degrees of freedom is as large; nan where there is none."""
    return float(chdtrc(freedom, _positive(square))) if freedom > 0 else math.nan


def chance_of_ratio(ratio: float, above: float, below: float) -> float:
    """That an F of so many degrees of freedom is as large; nan where one has none."""
    if not (above > 0 and below > 0):
        return math.nan
    return float(fdtrc(above, below, _positive(ratio)))


def _positive(square: float) -> float:
    """Rounding can leave a sum of nothing below zero."""
    return 0.0 if square < 0 else square
