"""Seeds that grow for ever: in any dimension, and under couplings that fall more slowly.

A core of k cells, a cube of side m = k^(1/d), that has melted all within a distance l has a
bath of n = (1 - eta) m^d + eta (m + 2 l)^d cells, and melts the next shell iff s n/2 is more
than f(l) = -log g(l): (14) in one dimension, and (17) of De Roeck & Huveneers, Phys. Rev. B 95,
155129 (2017), who have balls for cubes, in more. As f is concave, what is left, s n/2 - f, has
one minimum over l; a seed grows for ever iff that is positive.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.optimize import brentq

from bathlab.checks import as_integer, as_real, require_choice
from bathlab.checks.refusals import refusal, shown
from bathlab.theory.avalanche.directed import LOG2
from bathlab.theory.avalanche.points import STRENGTHENING

COUPLINGS = ("stretched", "power")
#: Sides of cores, in cells, beyond which there is none.
LARGEST_SIDE = 1e60
MOST_DIMENSIONS = 10
#: Least and largest scale of couplings, and largest power.
ZETA, POWER = (1e-20, 1e20), 1000.0


@dataclass(frozen=True)
class Seed:
    """The smallest core that grows for ever.

    Attributes
    ----------
    dimension
        d.
    order
        k*, a real number: a core grows for ever iff it has more cells. 0 if any does,
        infinite if none.
    collar
        l at which growth is hardest for a core of k* cells; infinite where that is beyond
        any distance, as in one dimension with 1/zeta > eta s.
    """

    dimension: int
    order: float
    collar: float

    @property
    def cells(self) -> float:
        """The least whole number of cells that grows for ever; infinite if none does."""
        return math.floor(self.order) + 1 if math.isfinite(self.order) else math.inf

    def log_length(self, epsilon: float) -> float:
        """log L*, L* the side of a sample that has one seed: density eps^cells = L*^-d.

        A core is taken as any set of so many resonant bonds, one a cell, of density eps^cells:
        how many shapes there are counts for factors in L* that do not matter beside it.

        Raises
        ------
        ValueError
            If epsilon is not above 0 and below 1.
        """
        epsilon = as_real("epsilon", epsilon, above=0, below=1)
        return -self.cells / self.dimension * math.log(epsilon)


@dataclass(frozen=True)
class Growth:
    """What is left of s n/2 at each distance; ``power`` says which f."""

    zeta: float
    dimension: int
    exponent: float
    power: bool
    strengthening: float

    def log_coupling(self, collar: float) -> float:
        """f(l)."""
        if self.power:
            return self.exponent * math.log1p(collar / self.zeta)
        return math.exp(self.exponent * math.log(collar / self.zeta)) if collar else 0.0

    def slope(self, side: float, collar: float) -> float:
        """d/dl of what is left; it grows with l."""
        d, scaled = self.dimension, collar / self.zeta
        fall = self.exponent / self.zeta
        if self.power:
            fall /= 1 + scaled
        elif self.exponent < 1:
            fall *= math.exp((self.exponent - 1) * math.log(scaled)) if scaled else math.inf
        return self.strengthening * LOG2 * d * (side + 2 * collar) ** (d - 1) - fall

    def hardest(self, side: float) -> float:
        """The l at which least is left; infinite if it falls for ever."""
        if self.slope(side, 0.0) >= 0:
            return 0.0
        if self.dimension == 1 and self.exponent == 1 and not self.power:
            return math.inf
        far = self.zeta
        while self.slope(side, far) < 0:
            far *= 2
            if far > LARGEST_SIDE:
                return math.inf
        near = far / 2
        while self.slope(side, near) >= 0:
            near /= 2
        return float(brentq(lambda collar: self.slope(side, collar), near, far, rtol=1e-14))

    def least(self, side: float) -> float:
        """What is left there."""
        collar, d, eta = self.hardest(side), self.dimension, self.strengthening
        if math.isinf(collar):
            return -math.inf
        bath = (1 - eta) * side**d + eta * (side + 2 * collar) ** d
        return LOG2 / 2 * bath - self.log_coupling(collar)


def critical_seed(
    zeta: float,
    dimension: int,
    exponent: float = 1.0,
    coupling: str = "stretched",
    strengthening: float = 1.0,
) -> Seed:
    """How large a core has to be to melt everything, however large the sample is.

    In two dimensions and more with exponential couplings it is finite whatever zeta is, under
    eta = 1 k* = ((d - 1)/d)^d (s d zeta)^(-d/(d - 1)); with b < 1, and with powers, in one too:
    k* = (2/s)(1 - b)(b/(eta s zeta))^(b/(1 - b)). Localisation then holds up to L* ~
    eps^(-k*/d) alone. In one dimension with b = 1 k* is infinite or 0, zeta_c = 1/(eta s).

    Parameters
    ----------
    zeta
        the scale of the couplings in sites, from 1e-20 to 1e20.
    dimension
        d, from 1 to 10.
    exponent
        b, g = exp(-(r/zeta)^b), from 0.001 to 1; or g = (1 + r/zeta)^-b, to 1000.
    coupling
        "stretched" or "power".
    strengthening
        see :func:`~bathlab.theory.avalanche.flow`.

    Returns
    -------
    Seed

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> import bathlab as bl
    >>> for zeta in (0.2, 0.4):  # in a plane, k* = 1/16 (s zeta)^-2
    ...     seed = bl.avalanche.critical_seed(zeta, dimension=2)
    ...     print(f"{seed.order:.4f}, {seed.cells} cells, log L* = {seed.log_length(0.01):.2f}")
    3.2521, 4 cells, log L* = 9.21
    0.8130, 1 cells, log L* = 2.30
    """
    require_choice("coupling", coupling, COUPLINGS)
    power = coupling == "power"
    growth = Growth(
        _between("zeta", zeta, *ZETA),
        as_integer("dimension", dimension, 1, MOST_DIMENSIONS),
        _between("exponent", exponent, 1e-3, POWER if power else 1.0),
        power,
        _between("strengthening", strengthening, *STRENGTHENING),
    )
    return _smallest(growth)


def _between(name: str, given: float, least: float, most: float) -> float:
    value = as_real(name, given, minimum=least)
    if value <= most:
        return value
    raise refusal(
        name, shown(given), f"a number of at most {most:g}", f"Choose another {name}."
    )


def _smallest(growth: Growth) -> Seed:
    d, side = growth.dimension, 1.0
    if growth.least(0.0) >= 0:
        return Seed(d, 0.0, 0.0)
    while growth.least(side) <= 0:
        side *= 2
        if side > LARGEST_SIDE:
            return Seed(d, math.inf, math.inf)
    below = side / 2
    while growth.least(below) > 0:
        below /= 2
    found = float(brentq(growth.least, below, side, rtol=1e-14))
    return Seed(d, found**d, growth.hardest(found))
