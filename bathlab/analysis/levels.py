"""Statistics of energy levels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.checks import (
    as_array,
    as_flag,
    as_integer,
    as_levels,
    refusal,
    require_finite,
)
from bathlab.conventions import RealArray
from bathlab.operators.door import as_system, kind_of
from bathlab.operators.eigensystem import Eigensystem
from bathlab.operators.sectors import warn_of_sectors
from bathlab.operators.system import System
from bathlab.spectrum.dense import diagonalise

#: Of n levels two this far apart, in units of sqrt(n) max|E|, may be one: ``eigvalsh`` splits
#: multiplets by up to 2.1 eps (measured for n from 60 to 2400).
DEGENERATE = 4 * float(np.finfo(np.float64).eps)
#: Intervals that a number variance is averaged over at most.
MOST_PLACES = 10**7
RATIO_OF_SECTORS = (
    "their levels do not repel: all in one they look uncorrelated",
    "Pass its sectors: mean_gap_ratio(system.sectors()).",
)


def density_of_states(energies: Any, energy: float = 0.0, window: float = 1.0) -> float:
    """Levels per unit energy, counted in a window of full width ``window`` about ``energy``.

    Raises
    ------
    ValueError
        If the window is not positive or holds no level (then no density can be stated).

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> grain = bl.RandomMatrixBath(spins=8, bandwidth=8.0).sample(seed=1)
    >>> rho = bl.analysis.density_of_states(grain.energies, energy=0.0, window=2.0)
    >>> print(f"{rho:.1f}; the semicircle has 4 n/(pi bandwidth) = {4 * 256 / (np.pi * 8):.1f}")
    40.5; the semicircle has 4 n/(pi bandwidth) = 40.7
    """
    require_finite("energy", energy)
    require_finite("window", window, above=0)
    levels = as_levels(energies)
    count = np.count_nonzero(np.abs(levels - energy) <= window / 2)
    if count == 0:
        raise ValueError(
            f"A window of {window:g} about energy {energy:g} was given; expected "
            f"one that holds levels, which span [{levels[0]:.4g}, {levels[-1]:.4g}]. "
            "Widen or move it."
        )
    return float(count / window)


def smooth_density_of_states(energies: Any, energy: float = 0.0, window: float = 1.0) -> float:
    """Levels per unit energy, smoothed with a Gaussian of standard deviation ``window``/2.

    Smooth in ``energy`` and never empty, at the price of averaging over a wider stretch than
    :func:`density_of_states`.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> levels = np.arange(-500, 501) * 0.1
    >>> print(f"{bl.analysis.smooth_density_of_states(levels, energy=0.0, window=1.0):.4f}")
    10.0000
    >>> print(f"{bl.analysis.smooth_density_of_states(levels, energy=50.0):.4f} at the edge")
    5.3989 at the edge
    """
    require_finite("energy", energy)
    require_finite("window", window, above=0)
    levels = as_levels(energies)
    width = window / 2
    return float(
        np.exp(-0.5 * ((levels - energy) / width) ** 2).sum() / (width * math.sqrt(2 * math.pi))
    )


def mean_gap_ratio(energies: Any, periodic: bool = False) -> float:
    """Mean of r_n = min(d_n, d_n+1)/max(d_n, d_n+1) over consecutive gaps d_n.

    0.5307 for the GOE, 0.5996 for the GUE and for phases of the CUE, 0.3863 = 2 log 2 - 1 for
    uncorrelated levels (Atas et al., Phys. Rev. Lett. 110, 084101 (2013)). A gap that the
    rounding of a solver may have made of a degenerate level, below 4 sqrt(n) units of rounding
    of the largest of the n levels, is a vanishing gap. A pair of vanishing gaps has ratio 0.

    Parameters
    ----------
    energies
        (n,) levels of one sector. Or a list of several spectra, as of the sectors of H,
        each an array of levels, a :class:`~bathlab.operators.Sector` or any other system:
        consecutive gaps are taken within each, and all their ratios count alike, so a sector
        of n levels has the weight n - 2 (n if periodic). Or one system or Eigensystem, all
        levels of which are taken; levels of different sectors do not repel, so r says
        nothing of chaos where there are several: then give ``system.sectors()``.
    periodic
        the levels are phases on a circle of circumference 2 pi, and the gap across the
        cut counts too. Of a unitary system, or its eigen-data, this is known.

    Returns
    -------
    float
        r, between 0 and 1.

    Raises
    ------
    ValueError
        If no spectrum has three levels, or phases span more than 2 pi.

    Warns
    -----
    SeveralSectors
        If one system is given that shows more than one sector.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> bath = bl.RandomMatrixBath(spins=7, bandwidth=8.0)
    >>> spectra = [bath.sample(1, realisation).energies for realisation in range(4)]
    >>> print(f"GOE: {bl.mean_gap_ratio(spectra):.2f}")
    GOE: 0.53
    >>> levels = np.random.default_rng(1).uniform(size=10_000)
    >>> print(f"uncorrelated: {bl.mean_gap_ratio(levels):.2f} of {2 * np.log(2) - 1:.2f}")
    uncorrelated: 0.39 of 0.39
    >>> chain = bl.SpinChain(sites=8, disorder=0.5, sector=None).sample(seed=1)
    >>> print(f"a thermal chain, by sectors of S^z: {bl.mean_gap_ratio(chain.sectors()):.2f}")
    a thermal chain, by sectors of S^z: 0.51
    >>> energies = bl.diagonalise(chain).energies
    >>> print(f"all in one, wrongly: {bl.mean_gap_ratio(energies):.2f}")
    all in one, wrongly: 0.36
    """
    if kind_of(energies) == "unitary":
        spectra, periodic = [diagonalise(energies).energies], True
    elif isinstance(energies, (list, tuple)) and any(map(_is_spectrum, energies)):
        spectra = [_levels(one) for one in energies]
    else:
        if isinstance(energies, (System, Eigensystem)):
            system = as_system(energies)
            warn_of_sectors(system, *RATIO_OF_SECTORS)
        spectra = [_levels(energies)]
    periodic = as_flag("periodic", periodic)
    ratios = [_gap_ratios(levels, periodic) for levels in spectra if len(levels) >= 3]
    if not ratios:
        raise ValueError(
            f"{max(map(len, spectra))} levels were given; expected at least 3, which make two "
            "gaps. Pass a longer stretch of the spectrum."
        )
    return float(np.mean(np.concatenate(ratios)))


def number_variance(levels: Any, lengths: Any, places: int = 2000) -> RealArray:
    """(K,) variance of how many unfolded levels lie in an interval, for each of its lengths.

    Intervals begin at ``places`` equally spaced points of the spectrum and overlap: the mean of
    the number is taken as the length. GOE: (2/pi^2)(log(2 pi L) + gamma + 1 - pi^2/8) for large
    L; L for uncorrelated levels.

    Raises
    ------
    ValueError
        If a length is not positive, or above half of the spectrum.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> levels = bl.RandomMatrixBath(spins=8, bandwidth=8.0).sample(seed=1).energies
    >>> unfolded = bl.analysis.unfold(levels).levels
    >>> lengths = np.array([2.0, 5.0, 10.0])
    >>> print(bl.analysis.number_variance(unfolded, lengths).round(1), "of a random matrix")
    [0.6 0.9 0.8] of a random matrix
    >>> goe = 2 / np.pi**2 * (np.log(2 * np.pi * lengths) + np.euler_gamma + 1 - np.pi**2 / 8)
    >>> print(goe.round(1), "of the GOE")
    [0.6 0.8 0.9] of the GOE
    """
    levels = as_levels(levels, "levels")
    lengths = as_array("lengths", lengths, above=0)
    places = as_integer("places", places, 2, MOST_PLACES)
    span = float(levels[-1] - levels[0]) if len(levels) else 0.0
    if len(lengths) == 0 or not lengths.max() <= span / 2:
        raise refusal(
            "lengths",
            f"lengths up to {lengths.max(initial=0.0):g} for levels that span {span:g}",
            "some, up to half of the span",
            "Take shorter ones.",
        )
    found = np.empty(len(lengths))
    for k, length in enumerate(lengths):
        starts = np.linspace(levels[0], levels[-1] - length, places)
        counts = np.searchsorted(levels, starts + length) - np.searchsorted(levels, starts)
        found[k] = np.mean((counts - length) ** 2)
    return found


def gap_ratios(energies: Any, windows: int = 10) -> tuple[RealArray, RealArray]:
    """Mean gap ratio in ``windows`` windows of equally many consecutive levels.

    Returns
    -------
    tuple[ndarray, ndarray]
        (windows,) mean energy of each, and (windows,) mean ratio; see
        :func:`bathlab.analysis.mean_gap_ratio`.

    Raises
    ------
    ValueError
        If a window has fewer than three levels.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.LocalChainBath(spins=8).sample(seed=1)
    >>> energies, ratios = bl.analysis.gap_ratios(grain.energies, windows=4)
    >>> print(energies.round(1))
    [-5.2 -1.5  1.3  5.4]
    >>> print(ratios.round(2))
    [0.5  0.55 0.55 0.5 ]
    """
    levels, windows = as_levels(energies), as_integer("windows", windows, 1)
    if len(levels) < 3 * windows:
        raise refusal(
            "windows",
            f"{windows} for {len(levels)} levels",
            f"at most {len(levels) // 3}",
            "Take fewer: a ratio needs three levels.",
        )
    parts = np.array_split(levels, windows)
    ratios = [mean_gap_ratio(part) for part in parts]
    return np.array([part.mean() for part in parts]), np.array(ratios)


def _is_spectrum(value: Any) -> bool:
    """Whether an entry of a list holds levels, rather than being one."""
    nested = isinstance(value, (list, tuple, System, Eigensystem))
    return nested or getattr(value, "ndim", 0) > 0


def _levels(value: Any) -> RealArray:
    if isinstance(value, (System, Eigensystem)):
        return diagonalise(value).energies
    return as_levels(value)


def _gap_ratios(levels: RealArray, periodic: bool) -> RealArray:
    gaps = np.diff(levels)
    # A solver's error is a share of the norm of H, a constant in H included.
    gaps[gaps <= DEGENERATE * math.sqrt(len(levels)) * np.abs(levels).max()] = 0.0
    if periodic:
        across = 2 * math.pi - (levels[-1] - levels[0])
        if across < 0:
            raise ValueError(
                f"Phases spanning {levels[-1] - levels[0]:.4g} were given; expected "
                "at most 2 pi. Reduce them modulo 2 pi first."
            )
        gaps = np.append(gaps, [across, gaps[0]])
    smaller = np.minimum(gaps[:-1], gaps[1:])
    larger = np.maximum(gaps[:-1], gaps[1:])
    return np.divide(smaller, larger, out=np.zeros_like(larger), where=larger > 0)
