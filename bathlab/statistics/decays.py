"""How fast logarithms of independent samples fall with a length."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Sequence

import numpy as np

from bathlab.checks import as_array, as_list, refusal, shown
from bathlab.conventions import RealArray
from bathlab.statistics.chances import chance_of_chi2
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.fits import fit_line


@dataclass(frozen=True)
class Decay:
    """x ~ e^(-rate l), fitted to mean logarithms; see :func:`decay_law`.

    Attributes
    ----------
    rate
        per unit of length, with its standard error.
    window_error
        half the range of the rates without the first and without the last length;
        nan for two lengths.
    window
        the least and the largest length.
    chi2_dof
        chi^2 of the fit per degree of freedom; nan for two lengths.
    probability
        of a larger chi^2, if it is one exponential; 1 for two lengths.
    last
        the rate between the two largest lengths.
    """

    rate: Estimate
    window_error: float
    window: tuple[float, float]
    chi2_dof: float
    probability: float
    last: Estimate


def decay_law(lengths: Sequence[float], samples: Sequence[RealArray]) -> Decay:
    """Fit a straight line to the mean logarithms of independent samples, weighted.

    Parameters
    ----------
    lengths
        (m,) ascending, two or more.
    samples
        of each length the logarithms of two or more independent realisations.

    Raises
    ------
    ValueError
        If they are not of that kind, or all of one length are the same.
    """
    x = as_array("lengths", lengths, least=2, ascending=True)
    given = [
        as_array("samples", each, least=2) for each in as_list("samples", samples, "arrays")
    ]
    if len(given) != len(x):
        expected = f"{len(x)} arrays, one for each length"
        raise refusal("samples", shown(len(given)), expected, "Leave out the others.")
    means = np.array([each.mean() for each in given])
    errors = np.array([each.std(ddof=1) / math.sqrt(len(each)) for each in given])
    if not np.all(errors > 0):
        expected = "logarithms that scatter at every length"
        raise refusal("samples", shown(errors), expected, "Take random ones.")
    least = min(len(each) for each in given)
    line, freedom = fit_line(x, means, errors, least), len(x) - 2
    shorter = [fit_line(x[cut], means[cut], errors[cut], least) for cut in _cuts(freedom)]
    step, between = x[-1] - x[-2], means[-2] - means[-1]
    return Decay(
        -line.slope,
        float(np.ptp([each.slope.mean for each in shorter])) / 2 if shorter else math.nan,
        (float(x[0]), float(x[-1])),
        line.chi2_dof,
        chance_of_chi2(line.chi2_dof * freedom, freedom) if freedom else 1.0,
        Estimate(between / step, math.hypot(*errors[-2:]) / step, least),
    )


def _cuts(freedom: int) -> tuple[slice, ...]:
    return (slice(1, None), slice(None, -1)) if freedom else ()
