"""The two humps of a curve k(omega), and the dip between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.checks import as_array, refusal, shown
from bathlab.conventions import RealArray
from bathlab.facts import Facts

#: Heights are means over so many bins on either side.
REACH = 1


@dataclass(frozen=True, eq=False, repr=False)
class Humps(Facts):
    """Where a curve is highest on either side of omega = 0; see :func:`humps`.

    What is read off another curve on the same bins, one of a single realisation say, is linear
    in it.

    Attributes
    ----------
    omega
        (m,) bin centres.
    left, right
        bins of the humps at omega < 0 and omega > 0.
    """

    omega: RealArray
    left: int
    right: int

    def above_dip(self, k: RealArray) -> float:
        """Mean height of the two humps of ``k``, (m,), less that of the dip at omega = 0."""
        k = as_array("k", k, shape=self.omega.shape)
        edge = len(self.omega) // 2  # as many bins on either side
        dip = float(k[edge - REACH - 1 : edge + REACH + 1].mean())
        return (_height(k, self.left) + _height(k, self.right)) / 2 - dip

    def tilt(self, k: RealArray) -> float:
        """Height of the right hump of ``k``, (m,), less that of the left one."""
        k = as_array("k", k, shape=self.omega.shape)
        return _height(k, self.right) - _height(k, self.left)

    def imbalance(self, k: RealArray) -> float:
        """Integral of ``k``, (m,), over omega > 0 less that over omega < 0."""
        k = as_array("k", k, shape=self.omega.shape)
        return float(k @ np.sign(self.omega) * (self.omega[1] - self.omega[0]))


def humps(omega: Any, k: Any) -> Humps:
    """The humps of a curve: the bins where it is highest, averaged over ``REACH`` on either
    side.

    Parameters
    ----------
    omega
        (m,) centres of equal bins, as many on either side of omega = 0.
    k
        (m,) the curve, a mean over disorder say.

    Raises
    ------
    ValueError
        If the shapes differ, the bins are not of that kind, or there are fewer than three on a
        side.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> omega = (np.arange(80) + 0.5) * 0.1 - 4.0  # centres of bins from -4 to 4
    >>> k = sum(bl.analysis.lorentzian(omega - centre, 0.5) / 2 for centre in (-1.5, 1.5))
    >>> found = bl.analysis.humps(omega, k)
    >>> print(found.omega[[found.left, found.right]].round(2))
    [-1.45  1.45]
    >>> print(f"{found.above_dip(k):.3f} above the dip")
    0.252 above the dip
    >>> print(f"{found.imbalance(k * (1 + 0.1 * np.sign(omega))):.3f} more on the right")
    0.091 more on the right
    """
    least = 2 * (2 * REACH + 1)
    omega = as_array("omega", omega, ascending=True)
    if len(omega) < least or len(omega) % 2:
        expected = f"an even number of bins, {least} or more"
        raise refusal("omega", shown(omega), expected, "Take bins from -x to x.")
    k = as_array("k", k, shape=omega.shape)
    step = omega[1] - omega[0]
    if not (
        step > 0 and np.allclose(omega, step * (np.arange(len(omega)) - len(omega) / 2 + 0.5))
    ):
        raise ValueError(
            f"omega from {omega[0]:g} to {omega[-1]:g} was given; expected centres of equal "
            "bins, as many below 0 as above. Take the edges numpy.linspace(-x, x, m + 1)."
        )
    half = len(omega) // 2
    heights = np.array([_height(k, place) for place in range(REACH, len(k) - REACH)])
    left = REACH + int(np.argmax(heights[: half - REACH]))
    return Humps(omega, left, half + int(np.argmax(heights[half - REACH :])))


def _height(k: RealArray, place: int) -> float:
    return float(k[place - REACH : place + REACH + 1].mean())
