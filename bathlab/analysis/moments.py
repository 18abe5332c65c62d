"""Moments of the matrix elements of an operator at the frequency of a flip."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bathlab.analysis.eth import Elements, as_elements
from bathlab.checks import as_array, as_real, refusal
from bathlab.conventions import RealArray

#: Elements below this share of the largest are rounding of 0.
ROUNDING = 1e-10


@dataclass(frozen=True)
class ElementMoments:
    """Averages of |V_ab| over pairs of levels, all in the units of V.

    Attributes
    ----------
    rms
        sqrt <|V|^2>, which the structure factor fixes: v(omega) = rho rms^2.
    mean
        <|V|>.
    median
        of |V|.
    typical
        exp <log |V|>; 0 where a single element of the pairs is forbidden.
    zeros
        share of the pairs whose element is 0 up to rounding, 1e-10 of the largest.
    pairs
        how many there are.
    """

    rms: float
    mean: float
    median: float
    typical: float
    zeros: float
    pairs: int


def element_moments(
    energies: RealArray,
    elements: Elements,
    frequency: float,
    energy: float = 0.0,
    window: float = 1.0,
) -> ElementMoments:
    """Moments of |V_ab| over the pairs that a spin with a flip of ``frequency`` connects.

    The pairs are those of a level a within ``window``/2 of ``energy`` and a level b != a whose
    distance |E_a - E_b| is within ``window``/2 of |frequency|. Of real Gaussian elements of one
    variance mean/rms = sqrt(2/pi) = 0.798, median/rms = 0.674 and typical/rms =
    exp(-(gamma + log 2)/2) = 0.530, gamma = 0.5772 Euler's; the fewer elements carry the
    weight, the further the last falls behind.

    Parameters
    ----------
    energies
        (n,) levels.
    elements
        (n, n) matrix elements V_ab in the same order, or :class:`ElementRows`.
    frequency
        2h of a spin in a field h.
    energy, window
        units of the levels.

    Raises
    ------
    ValueError
        If the window is not positive, or no pair of levels is in it.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.RandomMatrixBath(spins=8, bandwidth=8.0).sample(seed=1)
    >>> elements = grain.matrix_elements("contact")
    >>> found = bl.analysis.element_moments(grain.energies, elements, frequency=2.0, window=2.0)
    >>> print(f"{found.pairs} pairs, mean/rms {found.mean / found.rms:.2f} (Gaussian 0.80), "
    ...       f"typical/rms {found.typical / found.rms:.2f} (0.53)")
    10916 pairs, mean/rms 0.80 (Gaussian 0.80), typical/rms 0.53 (0.53)
    """
    energies = as_array("energies", energies)
    frequency, energy = as_real("frequency", frequency), as_real("energy", energy)
    window = as_real("window", window, above=0)
    elements = as_elements("elements", elements, len(energies))
    inside = np.abs(energies - energy) <= window / 2
    shifts = np.abs(energies[inside][:, None] - energies)
    wanted = np.abs(shifts - abs(frequency)) <= window / 2
    wanted[np.arange(len(wanted)), np.flatnonzero(inside)] = False
    if not wanted.any():
        expected = "a window with pairs of levels at that distance"
        raise refusal("window", f"{window:g}", expected, "Widen it, or move the energy.")
    rows = np.abs(elements[inside])
    found = np.sort(rows[wanted])
    found[found <= ROUNDING * found[-1]] = 0.0
    zeros = int(np.count_nonzero(found == 0))
    return ElementMoments(
        math.sqrt(float(np.mean(found**2))),
        float(np.mean(found)),
        float(np.median(found)),
        0.0 if zeros else float(np.exp(np.mean(np.log(found)))),
        zeros / len(found),
        len(found),
    )
