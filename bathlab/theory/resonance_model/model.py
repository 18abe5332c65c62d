"""What both cases share: ranges, frequencies, and the laws that follow from N(r)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bathlab.checks import as_array
from bathlab.checks.arrays import require_entries
from bathlab.conventions import Array, RealArray
from bathlab.theory.resonance_model.correlators import correlator
from bathlab.theory.resonance_model.lengths import ZETA_C
from bathlab.theory.resonance_model.regions import as_point
from bathlab.theory.shapes import plain, together

#: Tanh-sinh points and weights on (0, 1), which end at what is there.
STEPS = np.arange(-3.2, 3.21, 0.04)
PLACES = 1 / (1 + np.exp(-math.pi * np.sinh(STEPS)))
PLACE_WEIGHTS = 0.04 * math.pi * np.cosh(STEPS) * PLACES * (1 - PLACES)


@dataclass(frozen=True)
class ResonanceModel:
    """See :class:`Floquet` and :class:`Hamiltonian`."""

    #: Whether p diverges at r = 0, as 1/sqrt r.
    singular: ClassVar[bool]

    xi: Any
    lam: Any
    length: Any = math.inf
    J: Any = 1.0

    def __post_init__(self) -> None:
        given = {**as_point(self.xi, self.lam, self.length)}
        given["J"] = as_array("J", self.J, ndim=None, above=0)
        decays = (given["xi"] > 0) | (given["xi"] < -ZETA_C)
        wanted = "lengths above 0 or below -zeta_c = -1.4427, so that zeta > 0, or infinity"
        require_entries("xi", given["xi"], decays, wanted)
        together(given)
        for name, value in given.items():
            object.__setattr__(self, name, plain(value))

    @property
    def zeta(self) -> Any:
        """Decay length in sites, 1/zeta = 1/xi + 1/zeta_c (39)."""
        return plain(1 / (1 / np.asarray(self.xi) + 1 / ZETA_C))

    @property
    def decay(self) -> Any:
        """k = 1/xi + 2/zeta_c per site, v(r) = J exp(-k r)."""
        return plain(1 / np.asarray(self.xi) + 2 / ZETA_C)

    @property
    def theta_0(self) -> Any:
        """zeta_c/(2 xi + zeta_c) = 1/(k xi) (51): negative on the thermal side, 0 at zeta_c."""
        return plain(1 / (np.asarray(self.xi) * self.decay))

    @property
    def cutoff(self) -> Any:
        """omega_c = v(L/2), the smallest matrix element (54), in the unit of J; 0 for L =
        infinity. The Heisenberg frequency of (55), omega_c = omega_H exp(-L/2 xi)/lambda, lacks
        a factor 8/zeta_c."""
        return self.coupling(np.asarray(self.length) / 2)

    @property
    def crossover(self) -> Any:
        """omega_xi = v(|xi|) = J exp(-1/|theta_0|) (59), either side; 0 at zeta_c."""
        return self.coupling(np.abs(self.xi))

    @property
    def thouless(self) -> Any:
        """omega_Th = omega_xi (xi/L)^2 of the thermal side (122), in the unit of J. Its last
        form, J (xi/L)^2 exp(-2 |xi|/zeta_c), drops a factor e. 0 for L or |xi| = infinity."""
        xi, L = np.abs(self.xi), np.asarray(self.length)
        with np.errstate(all="ignore"):
            found = self.crossover * (xi / L) ** 2
        return plain(np.where(np.isinf(xi) | np.isinf(L), 0.0, found))

    @property
    def order_parameter(self) -> Any:
        """[C_zz] = F(L/2), the weight of the delta function in S (48)."""
        return self.surviving(np.asarray(self.length) / 2)

    @property
    def entanglement(self) -> Any:
        """[S_P] = log 2 (1 - [C_zz]) in nats, of the probe with the chain (120)."""
        half = self.resonances(np.asarray(self.length) / 2)
        return plain(-math.log(2) * np.expm1(-np.asarray(half)))

    def coupling(self, r: Any) -> Any:
        """v(r) = J exp(-k r), the matrix element at range r >= 0 (38), in the unit of J. Two
        levels split by 2v at resonance; the paper takes v (33), which is J -> 2J."""
        r, xi, _, _, J = self._at("r", as_range(r))
        with np.errstate(under="ignore"):
            return plain(J * np.exp(-r * (1 / xi + 2 / ZETA_C)))

    def resonances(self, r: Any) -> Any:
        """N(r), the integral of q from 0 to r, r >= 0 in sites: their mean number were they
        independent. Beyond L/2 there are none."""
        r, xi, lam, L, _ = self._at("r", as_range(r))
        return plain(self._count(np.minimum(r, L / 2), xi, lam))

    def surviving(self, r: Any) -> Any:
        """F(r) = exp(-N), the fraction of states without a resonance up to range r >= 0; F(L/2)
        beyond L/2. Relative error some 1e-15 (1 + N) at least, that of r, xi and lambda.

        Raises
        ------
        ValueError
            If r is negative or NaN, or the shapes do not fit.

        Notes
        -----
        Source: Crowley & Chandran, (45) and (91).
        """
        with np.errstate(under="ignore"):
            return plain(np.exp(-np.asarray(self.resonances(r))))

    def probability(self, r: Any) -> Any:
        """q(r) per site, the density in r of resonances, from r = 0 (Hamiltonian: above 0) to
        L/2; 0 beyond.

        Raises
        ------
        ValueError
            If r is out of its range or infinite, or the shapes do not fit.

        Notes
        -----
        Source: Crowley & Chandran, (42) and (89); its (1), in words, has it "within" r.
        """
        r, xi, lam, L, _ = self._at("r", self._as_open(r))
        with np.errstate(all="ignore"):
            return plain(np.where(r > L / 2, 0.0, np.exp(self._log_q(r, xi, lam))))

    def strongest(self, r: Any) -> Any:
        """p(r) = -dF/dr per site, the density of the range of a state's strongest resonance;
        with F(L/2), of states that have none, its integral is 1. 0 beyond L/2.

        Raises
        ------
        ValueError
            If r is negative (Hamiltonian: not above 0) or not finite, or the shapes do not fit.

        Notes
        -----
        Source: Crowley & Chandran, (46) and (90).
        """
        r, xi, lam, L, _ = self._at("r", self._as_open(r))
        with np.errstate(all="ignore"):
            found = np.exp(self._log_p(r, xi, lam))
            return plain(np.where(r > L / 2, 0.0, found))

    def spectral(self, omega: Any) -> Any:
        """S(omega), the regular part: p(r)/2k|omega| at v(r) = |omega|, 0 outside omega_c <=
        |omega| < J. With order_parameter times delta(omega) its integral over all omega is 1.

        Parameters
        ----------
        omega
            frequencies of either sign, in the unit of J; S is even, in its inverse.

        Raises
        ------
        ValueError
            If omega is not finite, is 0 where L is infinite (S has no limit there), or the
            shapes do not fit.

        Notes
        -----
        Source: Crowley & Chandran, (52), (53) and (93). Of (93) two misprints are mended: its
        log|4J/omega| inside erf is log|J/omega|, and its power -1 + |theta_0| on the thermal
        side -1 + theta_0.
        """
        omega = np.abs(as_array("omega", omega, ndim=None))
        omega, xi, lam, L, J = self._at("omega", omega)
        whole = (omega > 0) | np.isfinite(L)
        require_entries("omega", omega, whole, "frequencies other than 0 for length = infinity")
        k = 1 / xi + 2 / ZETA_C
        with np.errstate(all="ignore"):
            depth = log_ratio(J, omega)
            r = depth / k
            inside = (omega > 0) & (omega < J) & (r <= L / 2)
            r = np.where(inside, r, 1.0)
            logarithm = depth - np.log(2 * k * J) + self._log_p(r, xi, lam)
            return plain(np.where(inside, np.exp(logarithm), 0.0))

    def exponent(self, omega: Any) -> Any:
        """theta = 1 + d log S/d log omega at omega_c <= |omega| < J, the exact derivative of S.

        On the thermal side of the Floquet model it is (q(r) - 1/|xi|)/k: negative where q <
        1/|xi|, against the text of sections II B and V G, which has theta_c as the smallest
        exponent of region I and theta > 0 for Floquet systems.

        Raises
        ------
        ValueError
            If omega is outside that interval, or the shapes do not fit.

        Notes
        -----
        Source: derived from Crowley & Chandran, (53) and (93).
        """
        omega = np.abs(as_array("omega", omega, ndim=None))
        omega, xi, lam, L, J = self._at("omega", omega)
        k = 1 / xi + 2 / ZETA_C
        with np.errstate(divide="ignore"):
            r = log_ratio(J, omega) / k
        inside = (omega > 0) & (omega < J) & (r <= L / 2)
        require_entries("omega", omega, inside, "frequencies from omega_c to below J")
        with np.errstate(all="ignore"):
            return plain((np.exp(self._log_q(r, xi, lam)) + 1 / xi + self._bend(r)) / k)

    def correlator(self, t: Any) -> Any:
        """[C_zz(t)] = F(L/2) + integral of p(r) cos(v(r) t) over 0 < r < L/2; 1 at t = 0.

        Parameters
        ----------
        t
            times of either sign, in units of 1/J.

        Raises
        ------
        ValueError
            If t is not finite, lambda is below 1, or the shapes do not fit.

        Notes
        -----
        Source: Crowley & Chandran, (47) and (92). Its (58), C ~ (J t)^-theta, holds for C(t) -
        F(L/2).
        """
        given = self._at("t", np.abs(as_array("t", t, ndim=None)))
        require_entries("lam", given[2], given[2] >= 1, "lengths of 1 and more for correlators")
        return plain(correlator(self, given))

    @property
    def log_fidelity(self) -> Any:
        """[log chi] = integral of s(r) log(J rho)^2 over r < L/2, s = q exp[N(r) - N(L/2)].

        s is the density of the longest resonance, J rho = J q/2v the density of states at its
        range; states without one add nothing. At zeta_c it grows by 2 log 2 a site for L >>
        lambda, not "as L becomes closer to lambda".

        Raises
        ------
        ValueError
            If L is infinite.

        Notes
        -----
        Source: Crowley & Chandran, (126), whose upper limit L is meant as L/2.
        """
        _, xi, lam, L, _ = self._at("r", np.zeros(()))
        require_entries("length", L, np.isfinite(L), "finite lengths for the fidelity")
        x, xi, lam = PLACES * L[..., None] / 2, xi[..., None], lam[..., None]
        with np.errstate(all="ignore"):
            log_q, count = self._log_q(x, xi, lam), self._count(x, xi, lam)
            states = 2 * (log_q - math.log(2) + (1 / xi + 2 / ZETA_C) * x)
            weights = PLACE_WEIGHTS * L[..., None] / 2
            weights *= np.exp(log_q + count - self._count(L[..., None] / 2, xi, lam))
            # What lies nearer to L/2 than a rounding, if F falls steeply.
            missed = -np.expm1(-self._count(L / 2, xi[..., 0], lam[..., 0])) - weights.sum(-1)
            return plain((weights * states).sum(-1) + missed * states[..., -1])

    def light_cone(self, t: Any) -> Any:
        """r(t) = min(zeta_c (1 - theta_0) log(J t), L)/2 in sites, where v(r) t = 1; 0 for J t
        < 1. F at r(t) is the paper's estimate of C(t).

        Parameters
        ----------
        t
            times of either sign, in units of 1/J.

        Raises
        ------
        ValueError
            If t is not finite, or the shapes do not fit.

        Notes
        -----
        Source: Crowley & Chandran, (49) and (50).
        """
        t, xi, _, L, J = self._at("t", np.abs(as_array("t", t, ndim=None)))
        with np.errstate(divide="ignore"):
            log_time = np.maximum(np.log(t) + np.log(J), 0)
        return plain(np.minimum(log_time / (1 / xi + 2 / ZETA_C), L / 2))

    def _at(self, name: str, values: RealArray) -> list[RealArray]:
        """The values, xi, lambda, L and J as arrays of one shape."""
        own = {each: np.asarray(getattr(self, each)) for each in ("xi", "lam", "length", "J")}
        return together({name: values, **own})

    def _as_open(self, r: Any) -> RealArray:
        return as_array("r", r, ndim=None, minimum=0)

    def _log_p(self, r: RealArray, xi: RealArray, lam: RealArray) -> RealArray:
        log_q, count = self._log_q(r, xi, lam), self._count(r, xi, lam)
        return np.where(np.isinf(count), -math.inf, log_q - count)

    def _count(self, r: RealArray, xi: RealArray, lam: RealArray) -> RealArray:
        raise NotImplementedError

    def _count_off_axis(self, r: Array, xi: RealArray, lam: RealArray) -> Array:
        raise NotImplementedError

    def _strongest_off_axis(self, r: Array, xi: RealArray, lam: RealArray) -> Array:
        raise NotImplementedError

    def _log_q(self, r: RealArray, xi: RealArray, lam: RealArray) -> RealArray:
        raise NotImplementedError

    def _bend(self, r: RealArray) -> RealArray:
        """-d log q/dr - 1/xi."""
        raise NotImplementedError


def as_range(r: Any) -> RealArray:
    """Ranges r >= 0 of any shape, also infinite."""
    return as_array("r", r, ndim=None, minimum=0, infinite=True)


def log_ratio(J: RealArray, omega: RealArray) -> RealArray:
    """log(J/omega), to relative rounding also where omega is close to J."""
    near = np.log1p((J - omega) / omega)
    return np.where(omega > J / 2, near, np.log(J) - np.log(omega))
