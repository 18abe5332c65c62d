"""The quantum sun: a random grain with spins around it, whose couplings fall with distance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from bathlab.checks import as_integer, as_real, refusal, require_choice, settle
from bathlab.conventions import SIGMA_X, Array, RealArray
from bathlab.model.coupled import CoupledSystem, drawn_grain
from bathlab.model.draw import Draw
from bathlab.model.lioms import Lioms
from bathlab.model.matrices import BathMatrices
from bathlab.operators.memory import require_memory
from bathlab.operators.spins import spin_operator
from bathlab.streams import Purpose, stream


@dataclass(frozen=True)
class SunConvention:
    """What one name of :class:`QuantumSun` means.

    Attributes
    ----------
    whole
        grain gamma (X + X^T)/sqrt(2 (d + 1)), for which tr H^2/d is gamma^2 on average;
        otherwise gamma (X + X^T)/2.
    origin
        u_j = j - 1 + origin + jitter.
    exact
        the first coupling is g0 alpha^origin, without jitter.
    spin
        S = spin sigma.
    random
        each spin touches a random one of the grain; otherwise the last.
    """

    whole: bool
    origin: int
    exact: bool
    spin: float
    random: bool

    def scale(self, dimension: int) -> float:
        """What X + X^T is multiplied by, over gamma."""
        return 1 / math.sqrt(2 * (dimension + 1)) if self.whole else 0.5


#: Conventions by name.
SUN_CONVENTIONS = MappingProxyType(
    {
        "suntajs-vidmar": SunConvention(True, 0, True, 0.5, True),
        "shifted": SunConvention(True, 1, False, 0.5, True),
        "pauli": SunConvention(True, 0, True, 1.0, True),
        "luitz": SunConvention(False, 1, False, 0.5, True),
        "de-roeck": SunConvention(True, 0, False, 1.0, False),
    }
)


@dataclass(frozen=True)
class QuantumSun:
    """A random grain and spins around it; :meth:`sample` draws one realisation.

        H = R + g0 sum_j alpha^{u_j} S^x_{n(j)} S^x_j + sum_j h_j S^z_j,    j = 1, 2, ...,

    h_j uniform on [field - disorder, field + disorder], n(j) a spin of the grain. R is made of
    X, (d, d) independent standard normal numbers, d = 2^grain_spins; in u_j, +- zeta is uniform
    on [-jitter, jitter]. A ``convention`` says what R, u_j, S and n(j) are:

    ================  ===============================  ===================  =======  ========
    name              R                                u_j                  S        n(j)
    ================  ===============================  ===================  =======  ========
    suntajs-vidmar    gamma (X + X^T)/sqrt(2 (d + 1))  j - 1 +- zeta,       sigma/2  random
                                                       u_1 = 0
    shifted           the same                         j +- zeta            sigma/2  random
    pauli             the same                         j - 1 +- zeta,       sigma    random
                                                       u_1 = 0
    luitz             gamma (X + X^T)/2                j +- zeta            sigma/2  random
    de-roeck          gamma (X + X^T)/sqrt(2 (d + 1))  j - 1 +- zeta        sigma    the last
    ================  ===============================  ===================  =======  ========

    "suntajs-vidmar" is the model of Suntajs & Vidmar, Phys. Rev. Lett. 129, 060602 (2022)
    (arXiv:2203.08844), as public code has it; "shifted" and "pauli" differ from it in one
    thing each, in which public codes differ. "luitz" has the grain, with its beta for gamma,
    and the distances of Luitz, Huveneers & De Roeck, Phys. Rev. Lett. 119, 150602 (2017), with
    jitter=0; "de-roeck" with jitter=0 is the coupler of De Roeck & Huveneers, Phys. Rev. B 95,
    155129 (2017), (15) and (23). Only the formulas above are meant by a name: parameters keep
    the values that are given.

    Parameters
    ----------
    grain_spins
        spins of the grain, at least 1.
    lioms
        spins around it, at least 0.
    alpha
        in (0, 1].
    g0, gamma
        strength of the couplings and of the grain, gamma above 0.
    field, disorder
        mean and half-width of h_j, disorder at least 0.
    jitter
        at least 0.
    convention
        one of the names.

    Raises
    ------
    ValueError
        If one is out of its range, or the convention is none of these.

    Examples
    --------
    >>> import bathlab as bl
    >>> system = bl.QuantumSun(grain_spins=3, lioms=4, alpha=0.9).sample(seed=1)
    >>> print(system.dims, system.lioms.couplings.round(3))
    (2, 2, 2, 2, 2, 2, 2) [0.25  0.227 0.199 0.184]
    >>> for alpha in (0.95, 0.4):
    ...     sun = bl.QuantumSun(grain_spins=3, lioms=4, alpha=alpha)
    ...     spectra = [sun.sample(1, realisation) for realisation in range(4)]
    ...     print(f"alpha = {alpha}: mean gap ratio {bl.mean_gap_ratio(spectra):.2f}")
    alpha = 0.95: mean gap ratio 0.50
    alpha = 0.4: mean gap ratio 0.42
    """

    grain_spins: int = 3
    lioms: int = 5
    alpha: float = 0.75
    g0: float = 1.0
    gamma: float = 1.0
    field: float = 1.0
    disorder: float = 0.5
    jitter: float = 0.2
    convention: str = "suntajs-vidmar"

    def __post_init__(self) -> None:
        settle(
            self,
            grain_spins=as_integer("grain_spins", self.grain_spins, 1),
            lioms=as_integer("lioms", self.lioms, 0),
            alpha=as_real("alpha", self.alpha, above=0),
            g0=as_real("g0", self.g0),
            gamma=as_real("gamma", self.gamma, above=0),
            field=as_real("field", self.field),
            disorder=as_real("disorder", self.disorder, minimum=0),
            jitter=as_real("jitter", self.jitter, minimum=0),
        )
        if self.alpha > 1:
            raise refusal(
                "alpha",
                f"{self.alpha:g}",
                "a number in (0, 1]",
                "Couplings fall with distance: alpha = exp(-1/zeta).",
            )
        require_choice("convention", self.convention, tuple(SUN_CONVENTIONS))

    @property
    def spins(self) -> int:
        """All spins, those of the grain among them."""
        return self.grain_spins + self.lioms

    def sample(self, seed: int, realisation: int = 0) -> CoupledSystem:
        """One sun; the same arguments give the same bits.

        The grain has the random numbers of a :class:`RandomMatrixBath` and the fields those of
        a :class:`LiomChain`; contacts and distances have their own for each spin: more spins,
        another alpha or another convention leave all of them as they are.

        Raises
        ------
        ValueError
            If seed or realisation is not a non-negative integer, or the matrix or a vector of
            the whole cannot fit.
        """
        draw = Draw(seed, realisation)
        grain = drawn_grain(self._grain(draw.seed, draw.realisation), draw)
        return grain.attach(self._lioms(draw.seed, draw.realisation))

    def _grain(self, seed: int, realisation: int) -> BathMatrices:
        spins = self.grain_spins
        require_memory(
            3 * 8 * 4.0 ** min(spins, 450),
            f"A random matrix on {spins} spins",
            "Take fewer grain_spins.",
        )
        numbers = stream(seed, realisation, Purpose.RANDOM_MATRIX)
        entries: Array = numbers.standard_normal((2**spins, 2**spins))
        scale = self.gamma * SUN_CONVENTIONS[self.convention].scale(2**spins)
        return BathMatrices(
            (entries + entries.T) * scale,
            spin_operator(SIGMA_X, spins - 1, spins),
            spin_operator(SIGMA_X, 0, spins),
            (2,) * spins,
            connected=True,
        )

    def _lioms(self, seed: int, realisation: int) -> Lioms:
        known, number = SUN_CONVENTIONS[self.convention], range(1, self.lioms + 1)
        draws = [
            stream(seed, realisation, Purpose.LIOM_FIELD, j).uniform(-1, 1) for j in number
        ]
        fields = known.spin * (self.field + self.disorder * np.array(draws))
        couplings = known.spin**2 * self.g0 * self.alpha ** self._distances(seed, realisation)
        if not known.random:
            return Lioms(fields, couplings)
        sites = [
            int(stream(seed, realisation, "contact of a sun", j).integers(self.grain_spins))
            for j in number
        ]
        return Lioms(fields, couplings, sites=tuple(sites))

    def _distances(self, seed: int, realisation: int) -> RealArray:
        """u_j, (lioms,)."""
        known = SUN_CONVENTIONS[self.convention]
        moved = [
            stream(seed, realisation, "distance of a sun", j).uniform(-1, 1)
            for j in range(1, self.lioms + 1)
        ]
        shifts: RealArray = self.jitter * np.array(moved)
        if known.exact:
            shifts[:1] = 0.0
        found: RealArray = np.arange(self.lioms) + known.origin + shifts
        return found
