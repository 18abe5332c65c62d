"""States without a resonance by their local energy, beyond the closed form of the static case.

In x = e/W and y = x/s, s^2 = 2r + 1, diffusion leaves a normal distribution of y as it is.
With r = sinh^2 z the rate dr/dz q is finite at r = 0, where q ~ r^(-1/2), and steps of z are
steps of log r further out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import eigh_tridiagonal
from scipy.special import erfcx

from bathlab.checks import as_array, as_integer, as_real
from bathlab.checks.refusals import refusal, shown
from bathlab.conventions import RealArray
from bathlab.streams import stream
from bathlab.theory.resonance_model.brownian import batch
from bathlab.theory.resonance_model.energy_cells import EnergyCells, Rates, advance
from bathlab.theory.resonance_model.regions import as_point
from bathlab.theory.shapes import plain

#: Steps of z of the grid, times its cells; and of the trajectories.
STEP_CELLS, STEP = 4.8, 0.01
#: exp of more is no rate that a grid needs.
LARGE = 600.0


@dataclass(frozen=True)
class Unhybridised:
    """What :meth:`LossDiffusion.solve` returns.

    Attributes
    ----------
    ranges
        r, in sites.
    surviving
        F(r), the integral of f over energies.
    strongest
        p(r) = -dF/dr per site, the integral of f q.
    energies
        y = e/s_e, s_e = W sqrt(2r + 1), at the centres of cells.
    densities
        f s_e at each range and energy, of integral F.
    """

    ranges: RealArray
    surviving: RealArray
    strongest: RealArray
    energies: RealArray
    densities: RealArray

    @property
    def slope(self) -> RealArray:
        """-d log F/d log r, what a power law would have as its exponent; NaN where F is 0."""
        with np.errstate(invalid="ignore"):
            found: RealArray = self.ranges * self.strongest / self.surviving
        return found


@dataclass(frozen=True)
class LossDiffusion:
    """d f/dr = W^2 d^2 f/de^2 - q f, f(e, -1/2) = delta(e - W/2), no sink before r = 0.

    q = (4 lambda r)^(-1/2) (1 + r)^(-a) exp[-r/xi - (1/kappa - 1) e^2/4 W^2 r - (e + W/2)^2/2
    s_e^2]. With kappa = 1 it is (C2) at any xi; below, the narrower sink of (C5), kappa =
    zeta_c mu^2/(zeta_c mu^2 + 4 W^2). The power a is not of the paper, which says that a
    sub-leading one in v would restore hydrodynamics.

    Parameters
    ----------
    lam
        lambda > 0, resonance length in sites.
    xi
        correlation length in sites, not 0; infinite by default.
    kappa
        above 0, at most 1, the square of the width of q over that of the density of states.
    power
        a >= 0.
    sign
        sigma = 1 or -1, the state of the probe; F is the same for both (87).

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    Source: Crowley & Chandran, (86), (C1)-(C19).

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> law = bl.resonance_model.LossDiffusion(lam=1000.0)
    >>> found = law.solve([10.0, 100.0, 1e4], cells=400)
    >>> print(found.surviving.round(3))
    [0.937 0.805 0.123]
    >>> # exp[-sqrt(r/2 lambda)] between one site and lambda.
    >>> print(np.exp(-np.sqrt(found.ranges / 2000)).round(3))
    [0.932 0.8   0.107]
    """

    lam: float
    xi: float = math.inf
    kappa: float = 1.0
    power: float = 0.0
    sign: int = 1

    def __post_init__(self) -> None:
        lam, kappa = as_real("lam", self.lam, above=0), as_real("kappa", self.kappa, above=0)
        xi = float(as_point(as_real("xi", self.xi, infinite=True), 1.0, 2.0)["xi"])
        if kappa > 1:
            raise refusal("kappa", shown(kappa), "a number above 0, at most 1", "See mu.")
        if as_integer("sign", self.sign) not in (-1, 1):
            raise refusal("sign", shown(self.sign), "1 or -1", "It is the probe's sigma.")
        given = {"lam": lam, "xi": xi, "kappa": kappa, "sign": int(self.sign)}
        given["power"] = as_real("power", self.power, minimum=0)
        for name, value in given.items():
            object.__setattr__(self, name, value)

    @property
    def narrow_length(self) -> float:
        """l = 4 W^2/gamma^2 = 4 lambda/(pi kappa) in sites, gamma the integral of q over e for
        r >> 1. The paper's (C15)-(C19) have 4 W^2/(pi gamma^2)."""
        return 4 * self.lam / (math.pi * self.kappa)

    def narrow(self, r: Any) -> Any:
        """F = exp(r/l) erfc sqrt(r/l), r >= 0 in sites, where q is a delta function at the
        energy that f starts from, xi = infinity: the Laplace transform of F is
        1/[sqrt p (sqrt p + 1/sqrt l)].

        Raises
        ------
        ValueError
            If r is negative or not finite.
        """
        r = as_array("r", r, ndim=None, minimum=0)
        return plain(erfcx(np.sqrt(r / self.narrow_length)))

    def adiabatic_slope(self, r: Any, cells: int = 1600) -> Any:
        """The exponent -d log F/d log r of large r at xi = infinity, r > 0 in sites.

        It is the lowest eigenvalue of diffusion of y with the sink g exp(-y^2/2 kappa), g =
        r^(1/2) (1 + r)^(-a)/sqrt(4 lambda): while log g changes slowly f follows its state. For
        a < 1/2 it grows with log r for every kappa; for a = 1/2 it is a constant.

        Raises
        ------
        ValueError
            If r is not above 0 and finite, or ``cells`` no integer of at least 100.
        """
        r = as_array("r", r, ndim=None, above=0)
        grid = EnergyCells.spread(as_integer("cells", cells, minimum=100), self._width)
        off = np.sqrt(grid.lower * grid.upper)  # symmetric in f/sqrt(normal density)
        shape = np.exp(-(grid.y**2) / 2 / self.kappa)
        strengths = np.sqrt(r / 4 / self.lam) * np.exp(-self.power * np.log1p(r))
        found = [
            eigh_tridiagonal(g * shape - grid.diagonal, -off, True, "i", (0, 0))[0]
            for g in strengths.ravel()
        ]
        return plain(np.reshape(found, r.shape))

    def solve(self, ranges: Any, cells: int = 1600) -> Unhybridised:
        """F, p and f on a grid of energies.

        Finite volumes that keep a normal distribution and the number of states exactly,
        second order in y, and TR-BDF2 in z, also second order. Up to r/lambda = 1000 at kappa =
        1 and xi = infinity the relative error of F is below 1e-4 with 1600 cells, in a third of
        a second; four times less with twice the cells.

        Parameters
        ----------
        ranges
            r > 0 in sites, ascending.
        cells
            at least 100.

        Raises
        ------
        ValueError
            If an argument is out of its range.
        """
        r = as_array("ranges", ranges, above=0, ascending=True)
        cells = as_integer("cells", cells, minimum=100)
        grid = EnergyCells.spread(cells, self._width)
        f = np.exp(-((grid.y - self.sign / 2) ** 2) / 2)
        f /= grid.widths @ f
        at, found = 0.0, []
        for z in np.arcsinh(np.sqrt(r)):
            f = advance(grid, self._rates(grid.y), f, at, z, STEP_CELLS / cells)
            found.append(f)
            at = z
        f = np.array(found)
        lost = np.array([self._rate(z, grid.y) for z in np.arcsinh(np.sqrt(r))])
        weighted = f * grid.widths
        p = (weighted * lost).sum(axis=1) / (2 * np.sqrt(r) * np.sqrt(1 + r))
        return Unhybridised(r, weighted.sum(axis=1), p, grid.y, f)

    def sample(
        self, ranges: Any, walkers: int, batches: int, seed: int, realisation: int = 0
    ) -> RealArray:
        """F by Brownian trajectories of the energy, which the sink kills, for the comparison.

        Each carries exp(-int q dr), and at every range the walkers of a batch are drawn again
        by that weight, so that as many are left at any F. Steps of 0.01 in z.

        Parameters
        ----------
        ranges
            r > 0 in sites, ascending.
        walkers
            of a batch, 2 or more.
        batches
            independent of each other.
        seed, realisation
            of the random numbers.

        Returns
        -------
        ndarray
            Shape (batches, ranges): an estimate of F each, unbiased but for the steps.

        Raises
        ------
        ValueError
            If an argument is out of its range.
        """
        r = as_array("ranges", ranges, above=0, ascending=True)
        walkers = as_integer("walkers", walkers, minimum=2)
        count = as_integer("batches", batches, minimum=1)
        law = np.array([self.lam, self.xi, self.kappa, self.power, self.sign], dtype=float)
        z = np.arcsinh(np.sqrt(r))
        streams = (stream(seed, realisation, "energies", k) for k in range(count))
        return np.array([batch(each, law, z, walkers, STEP) for each in streams])

    @property
    def _width(self) -> float:
        """Energies within which cells are even."""
        return 3 * math.sqrt(self.kappa)

    def _rates(self, y: RealArray) -> Rates:
        return lambda z: (2 * math.tanh(2 * z), self._rate(z, y))

    def _rate(self, z: float, y: RealArray) -> RealArray:
        """q dr/dz."""
        r = math.sinh(z) ** 2
        width = math.sqrt(2 * r + 1)
        exponent = -((y + self.sign / 2 / width) ** 2) / 2 - r / self.xi
        if self.kappa < 1:
            with np.errstate(divide="ignore", invalid="ignore"):
                narrowed = (1 / self.kappa - 1) / 4 * (y * width) ** 2 / np.float64(r)
            exponent = exponent - np.where(y == 0, 0, narrowed)
        exponent -= self.power * math.log1p(r)
        found: RealArray = np.exp(np.minimum(exponent, LARGE))
        return math.cosh(z) / math.sqrt(self.lam) * found
