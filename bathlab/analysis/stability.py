"""Does a local perturbation find resonances? Matrix elements against the level spacing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bathlab.analysis.eth import Elements, as_elements
from bathlab.analysis.levels import density_of_states
from bathlab.checks import as_array, as_real
from bathlab.conventions import RealArray


@dataclass(frozen=True)
class Stability:
    """The stability criterion rho v-bar of an operator in a window of the spectrum.

    Attributes
    ----------
    value
        rho v-bar, in units of the operator over energy.
    density
        rho, levels per unit energy in the window.
    mean_element
        v-bar = value/density.
    shape
        mean over root mean square of |V_ab|, a != b: sqrt(2/pi) = 0.798 if the elements are
        real and Gaussian, as the ETH has it, and less the fewer of them carry the weight; nan
        where the window holds fewer than two levels or V has no element in it.
    """

    value: float
    density: float
    mean_element: float
    shape: float


def stability_criterion(
    energies: RealArray, elements: Elements, energy: float = 0.0, window: float = 1.0
) -> Stability:
    """rho v-bar: how many resonances a local perturbation V of unit strength makes.

    v-bar = (1/Delta rho) sum_b |V_ab| is the mean off-diagonal element between a level a and
    those of the same window of width Delta; a, too, runs over all of the window here. In a
    thermal system of L spins rho v-bar grows as 2^(L/2), in a localised one it stays constant,
    and small if the phase is stable. The sister of :func:`bathlab.analysis.g_parameter`, at
    frequency 0 instead of that of a spin's flip: with Gaussian elements rho v-bar =
    sqrt(2 v(0) rho/pi).

    Parameters
    ----------
    energies
        (n,) levels.
    elements
        (n, n) matrix elements V_ab in the same order, or :class:`ElementRows`.
    energy, window
        Delta = ``window`` is the full width, about ``energy``.

    Raises
    ------
    ValueError
        If the window is not positive or holds no level.

    Notes
    -----
    Source: Crowley & Chandran, arXiv:2012.14393, eqs. (129)-(131).

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> grain = bl.RandomMatrixBath(spins=8, bandwidth=8.0).sample(seed=1)
    >>> V = grain.matrix_elements("contact")
    >>> found = bl.analysis.stability_criterion(grain.energies, V, window=2.0)
    >>> v = found.density / 256  # elements of mean square 1/n
    >>> gaussian = np.sqrt(2 * v * found.density / np.pi)
    >>> print(f"rho v-bar = {found.value:.2f}, of Gaussian elements {gaussian:.2f}")
    rho v-bar = 1.98, of Gaussian elements 2.02
    >>> print(f"shape {found.shape:.2f}, of Gaussian elements {np.sqrt(2 / np.pi):.2f}")
    shape 0.80, of Gaussian elements 0.80
    """
    energies = as_array("energies", energies)
    energy, window = as_real("energy", energy), as_real("window", window, above=0)
    elements = as_elements("elements", elements, len(energies))
    density = density_of_states(energies, energy, window)
    inside = np.abs(energies - energy) <= window / 2
    magnitudes = np.abs(elements[inside][:, inside])
    np.fill_diagonal(magnitudes, 0.0)
    count, total = len(magnitudes), float(magnitudes.sum())
    square = float((magnitudes**2).sum())
    shape = total / math.sqrt(count * (count - 1) * square) if square > 0 else math.nan
    value = total / count / window
    return Stability(value, density, value / density, shape)
