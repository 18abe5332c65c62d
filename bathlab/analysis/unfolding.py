"""Levels in units of their mean distance, and how far the smooth staircase is to be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev
from scipy.special import ndtr

from bathlab.checks import as_integer, as_levels, as_real, refusal, require_choice
from bathlab.conventions import RealArray
from bathlab.facts import Facts

#: Fewest levels for each coefficient of the polynomial: with fewer it follows the levels.
LEVELS_A_COEFFICIENT = 10
#: A Gaussian reaches so many standard deviations.
REACH = 6.0


@dataclass(frozen=True, eq=False, repr=False)
class Unfolded(Facts):
    """Levels mapped by the smooth part of their staircase, so that their mean distance is 1.

    Attributes
    ----------
    energies
        (n,) ascending levels as given.
    levels
        (n,) smooth staircase at each: unfolded levels, not decreasing.
    density
        (n,) its derivative, levels per unit energy.
    deviation
        rms of the staircase about its smooth part, in mean distances. Of a rigid
        spectrum (GOE) it is some tenths, sqrt(n/6) or so of uncorrelated levels; much more says
        that the smooth part misses the density.
    """

    energies: RealArray
    levels: RealArray
    density: RealArray
    deviation: float


def unfold(
    energies: Any, method: str = "polynomial", *, degree: int = 10, width: float = 20.0
) -> Unfolded:
    """Unfold a spectrum of one sector.

    Parameters
    ----------
    energies
        (n,) levels.
    method
        "polynomial", a fit to the staircase in Chebyshev polynomials; or "gaussian", each
        level broadened. Compare both, and several degrees or widths: what changes beyond the
        range of tau or of L where it matters is of the unfolding.
    degree
        of the polynomial.
    width
        standard deviation of the Gaussian, in mean distances of all levels.

    Raises
    ------
    ValueError
        If there are fewer than ``LEVELS_A_COEFFICIENT`` levels for each coefficient, all are
        equal, or a number is out of range.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> levels = bl.RandomMatrixBath(spins=8, bandwidth=8.0).sample(seed=1).energies
    >>> found = bl.analysis.unfold(levels)
    >>> distance = np.diff(found.levels).mean()
    >>> print(f"mean distance {distance:.2f}, deviation of the staircase {found.deviation:.2f}")
    mean distance 1.00, deviation of the staircase 0.57
    >>> semicircle = 4 * 256 / (np.pi * 8)
    >>> print(f"density at the centre {found.density[128]:.0f}, semicircle {semicircle:.0f}")
    density at the centre 41, semicircle 41
    """
    levels = as_levels(energies)
    require_choice("method", method, ("polynomial", "gaussian"))
    degree = as_integer("degree", degree, 1)
    width = as_real("width", width, above=0)
    least = LEVELS_A_COEFFICIENT * (degree + 1) if method == "polynomial" else 3
    if len(levels) < least or levels[0] == levels[-1]:
        raise refusal(
            "energies",
            f"{len(levels)} levels from {_ends(levels)}",
            f"at least {least} that differ",
            "Take a longer stretch of the spectrum, or a lower degree.",
        )
    smooth = _polynomial(levels, degree) if method == "polynomial" else _broad(levels, width)
    staircase = np.arange(len(levels)) + 0.5
    deviation = float(np.sqrt(np.mean((staircase - smooth[0]) ** 2)))
    return Unfolded(levels, np.maximum.accumulate(smooth[0]), smooth[1], deviation)


def _ends(levels: RealArray) -> str:
    return f"{levels[0]:.6g} to {levels[-1]:.6g}" if len(levels) else "nowhere"


def _polynomial(levels: RealArray, degree: int) -> tuple[RealArray, RealArray]:
    half = float(levels[-1] - levels[0]) / 2
    x = (levels - (levels[-1] + levels[0]) / 2) / half
    fitted = chebyshev.chebfit(x, np.arange(len(levels)) + 0.5, degree)
    return chebyshev.chebval(x, fitted), chebyshev.chebval(x, chebyshev.chebder(fitted)) / half


def _broad(levels: RealArray, width: float) -> tuple[RealArray, RealArray]:
    """Sums over the levels within ``REACH`` widths; those below count fully."""
    sigma = width * float(levels[-1] - levels[0]) / (len(levels) - 1)
    low = np.searchsorted(levels, levels - REACH * sigma)
    high = np.searchsorted(levels, levels + REACH * sigma, side="right")
    staircase, density = low.astype(float), np.zeros(len(levels))
    for place, (first, last) in enumerate(zip(low, high)):
        apart = (levels[place] - levels[first:last]) / sigma
        staircase[place] += ndtr(apart).sum()
        density[place] = np.exp(-(apart**2) / 2).sum()
    return staircase, density / (sigma * math.sqrt(2 * math.pi))
