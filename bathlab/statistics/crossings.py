"""Up to which LIOM a grain thermalises, from measured means, and how that moves with the grain.

Source of the questions: De Roeck & Huveneers, Phys. Rev. B 95, 155129 (2017), section III A.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import curve_fit
from scipy.special import expit

from bathlab.checks import as_array, as_real, require_choice

LINKS = ("logistic", "exponential")


def crossing(numbers: Any, values: Any, level: float, inside: float = 1.0) -> float:
    """Where ``values`` first fall below ``level``, between LIOMs by linear interpolation.

    Parameters
    ----------
    numbers : (m,) numbers 1, 2, ... of the LIOMs, ascending.
    values : (m,) what is measured of each.
    level : what separates thermalised from localised.
    inside : value within the grain, at number 0, above the level.

    Returns
    -------
    float
        The number of LIOMs, not an integer; infinite if all measured ones lie above the level
        (then it is at least the last number).

    Raises
    ------
    ValueError
        If the numbers do not ascend from above 0, shapes differ, or the grain itself is below.
    """
    level = as_real("level", level)
    inside = as_real("inside", inside, minimum=level)
    numbers = as_array("numbers", numbers, above=0, ascending=True)
    values = as_array("values", values, shape=numbers.shape)
    numbers, values = np.append(0.0, numbers), np.append(inside, values)
    below = np.flatnonzero(values < level)
    if len(below) == 0:
        return math.inf
    last = int(below[0])
    share = (values[last - 1] - level) / (values[last - 1] - values[last])
    return float(numbers[last - 1] + share * (numbers[last] - numbers[last - 1]))


@dataclass(frozen=True)
class Flow:
    """How a measure of thermalisation depends on grain and distance.

    It is F(offset + per_spin l_b - per_liom (i - 1)) for LIOM i = 1, 2, ... at a grain of l_b
    spins, F(x) = 1/(1 + exp(-x)) ("logistic", between 0 and 1) or exp(x) ("exponential").
    """

    offset: float
    per_spin: float
    per_liom: float

    def __call__(self, spins: Any, lioms: Any, link: str = "logistic") -> Any:
        """The value at a grain of ``spins`` and LIOM number ``lioms``, arrays or numbers.

        Raises
        ------
        ValueError
            For numbers that are not finite, or an unknown link.
        """
        require_choice("link", link, LINKS)
        spins = as_array("spins", spins, ndim=None, minimum=0)[()]
        lioms = as_array("lioms", lioms, ndim=None, minimum=0)[()]
        x = self.offset + self.per_spin * spins - self.per_liom * (lioms - 1)
        return expit(x) if link == "logistic" else np.exp(x)

    @property
    def slope(self) -> float:
        """d l_c / d l_b: LIOMs gained per spin of the grain, whatever value is taken for l_c.

        log 2/(2/zeta - log 2) if thermalised LIOMs strengthen the bath, zeta log(2)/2 if not.
        Negative if values rise with the distance: then l_c is infinite.
        """
        return self.per_spin / self.per_liom

    @property
    def decay(self) -> float:
        """kappa, the decay of log G per LIOM, with a spin of the grain adding log(2)/2 to log
        G.

        1/zeta - log(2)/2 if thermalised LIOMs strengthen the bath (negative beyond
        alpha = 1/sqrt 2), 1/zeta if not.
        """
        return math.log(2) / 2 * self.per_liom / self.per_spin


def fit_flow(spins: Any, lioms: Any, values: Any, link: str = "logistic") -> Flow:
    """Fit a :class:`Flow` to measured means, by least squares.

    All means weigh the same: errors estimated from a few realisations are smallest where the
    values happen to agree, and would draw the fit there. Get its error from :func:`jackknife`.

    Parameters
    ----------
    spins, lioms : (m,) l_b of the grain and number i of the LIOM of each mean.
    values : (m,) means; "exponential" needs positive ones and fits their logarithms.
    link : "logistic" or "exponential".

    Raises
    ------
    ValueError
        For other shapes or an unknown link, a value that does not fit, or points that do not
        tell both dependences (fewer than two values of spins or of lioms).
    """
    require_choice("link", link, LINKS)
    spins = as_array("spins", spins, minimum=0)
    lioms = as_array("lioms", lioms, shape=spins.shape, minimum=0)
    above = 0.0 if link == "exponential" else -math.inf
    x = np.array([spins, lioms, as_array("values", values, shape=spins.shape, above=above)])
    if min(len(np.unique(x[0])), len(np.unique(x[1])), x.shape[1] - 1) < 2:
        raise ValueError(
            f"{x.shape[1]} points at spins {np.unique(x[0])} and LIOMs "
            f"{np.unique(x[1])} were given; expected at least three points, two "
            "numbers of spins and two of LIOMs. Measure more grains or LIOMs."
        )
    design = np.array([np.ones(x.shape[1]), x[0], 1 - x[1]])
    if link == "exponential":
        return Flow(*map(float, np.linalg.lstsq(design.T, np.log(x[2]), rcond=None)[0]))
    inside = np.clip(x[2], 0.05, 0.95)  # only a start: off 0 and 1, where the logit is infinite
    start = np.linalg.lstsq(design.T, np.log(inside / (1 - inside)), rcond=None)[0]
    found, _ = curve_fit(
        lambda rows, *p: expit(p @ rows), design, x[2], p0=start, maxfev=10_000
    )
    return Flow(*map(float, found))
