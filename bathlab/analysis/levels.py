"""Statistics of energy levels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.checks import as_levels, require_finite


def density_of_states(energies: Any, energy: float = 0.0, window: float = 1.0) -> float:
    """Levels per unit energy, counted in a window of full width ``window`` about ``energy``.

    Raises
    ------
    ValueError
        If the window is not positive or holds no level (then no density can be stated).
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

    0.5307 for the GOE, 0.3863 = 2 log 2 - 1 for uncorrelated levels (Atas et al., Phys. Rev.
    Lett. 110, 084101 (2013)). With ``periodic`` the levels are phases on a circle of
    circumference 2 pi and the gap across the cut counts too. A pair of vanishing gaps has
    ratio 0.

    Raises
    ------
    ValueError
        For fewer than three levels, or phases that span more than 2 pi.
    """
    levels = as_levels(energies)
    if len(levels) < 3:
        raise ValueError(
            f"{len(levels)} levels were given; expected at least 3, which make two "
            "gaps. Pass a longer stretch of the spectrum."
        )
    gaps = np.diff(levels)
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
    return float(
        np.mean(np.divide(smaller, larger, out=np.zeros_like(larger), where=larger > 0))
    )
