"""Spins that a bath flips one by one: the rate equation that the golden rule makes of them.

Of H = H_B + sum_i h_i tau^z_i + V sum_i g_i tau^x_i second order in g keeps the flips that
conserve energy. With s the spins and all energy that they lack in the bath, E_B = E - sum_i h_i
s_i, spin i flips at the rate 2 pi g_i^2 v(2 h_i s_i), v the structure factor of V in the bath
at E_B. Up and down are as likely, and each flip changes tau^z by 2: <tau^z(t) tau^z> of one
spin decays at 4 pi g^2 v(2h), twice the rate of a flip.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bathlab.analysis.eth import Elements, as_elements
from bathlab.checks import as_array, as_integer, as_real, refusal, require_kind, shown
from bathlab.conventions import Array, RealArray
from bathlab.facts import Facts

#: Largest number of spins: the rate equation is solved with all its modes.
MOST_SPINS = 12


@dataclass(frozen=True, eq=False, repr=False)
class Kinetics(Facts):
    """The rate equation of n spins at a bath, all 2^n configurations.

    Attributes
    ----------
    spins
        (2^n, n) +-1, the first slowest.
    weights
        (2^n,) how likely each is at this total energy: by the bath's density of states.
    flips
        (2^n, n) rate at which each spin of each configuration flips.
    density
        levels of bath and spins per unit of total energy.
    generator
        (2^n, 2^n) d/dt of weights^(-1/2) times probabilities, with a minus; symmetric,
        not negative.
    """

    spins: RealArray
    weights: RealArray
    flips: RealArray
    density: float
    generator: RealArray

    @cached_property
    def modes(self) -> tuple[RealArray, RealArray]:
        """(2^n,) rates at which deviations decay, ascending, 0 for each part of the
        configurations that flips connect; and (2^n, 2^n) their vectors, as columns."""
        rates, vectors = np.linalg.eigh(self.generator)
        rounding = len(rates) * np.finfo(float).eps * float(np.abs(rates).max())
        return np.where(np.abs(rates) <= rounding, 0.0, np.maximum(rates, 0.0)), vectors

    def rate(self, spin: int) -> float:
        """4 pi g^2 v(2h) of a spin, 0 the first, v averaged over what the others do: the rate
        at which <tau^z(t) tau^z> begins to decay."""
        return 2 * float(self.weights @ self.flips[:, self._place(spin)])

    def relaxation(self, spin: int, times: Any) -> RealArray:
        """<tau^z(t) tau^z> of a spin at times >= 0 of any shape, by all modes."""
        at = as_array("times", times, ndim=None, least=0, minimum=0)
        found: RealArray = np.exp(-np.multiply.outer(at, self.modes[0])) @ self._shares(spin)
        return found

    def coherence(self, higher: Kinetics, spin: int, times: Any) -> RealArray:
        """How tau^+(t) of a spin keeps its phase, 1 at t = 0: its line of frequency 2h.

        It raises the energy by 2h and leaves the bath as it is: what is lost is half of the
        rates at which the spin flips before, in this rate equation, and after, in ``higher``,
        that of the same spins and bath at an energy higher by 2h. Where both are one rate it
        decays at half of :meth:`rate`; where the bath has no room for the second, at a quarter.

        Raises ValueError as :meth:`relaxation`, or if ``higher`` has other spins.
        """
        require_kind("higher", higher, Kinetics, "Make it by golden_rule_kinetics.")
        at = as_array("times", times, ndim=None, least=0, minimum=0)
        place = self._place(spin)
        if higher.spins.shape != self.spins.shape:
            raise refusal("higher", "other spins", "the same ones", "Change the energy alone.")
        lower, upper = (np.flatnonzero(sign * self.spins[:, place] > 0) for sign in (-1.0, 1.0))
        lost = (self.flips[lower, place] + higher.flips[upper, place]) / 2
        shares = self.weights[lower] / self.weights[lower].sum()
        found: RealArray = np.exp(-np.multiply.outer(at, lost)) @ shares
        return found

    def plateau(self, spin: int) -> float:
        """What the eigenstate thermalisation hypothesis leaves of it for ever in a finite
        system, the mean <a|tau^z|a>^2 over eigenstates a of a real H.

        The diagonal element scatters with twice the variance S(0)/density of the others, S(0) =
        int <tau^z(t) tau^z> dt/(2 pi) over all times. A mode slower than the levels let it be
        stays as a whole.
        """
        slowest = 2 / (math.pi * self.density)
        return float(self._shares(spin) @ (slowest / np.maximum(self.modes[0], slowest)))

    def _shares(self, spin: int) -> RealArray:
        start = np.sqrt(self.weights) * self.spins[:, self._place(spin)]
        found: RealArray = (self.modes[1].T @ start) ** 2
        return found

    def _place(self, spin: int) -> int:
        return as_integer("spin", spin, 0, self.spins.shape[1] - 1)


def golden_rule_kinetics(
    energies: Any,
    elements: Elements,
    fields: Any,
    couplings: Any,
    energy: float = 0.0,
    width: float = 0.25,
) -> Kinetics:
    """The rate equation of spins at a bath whose levels are known.

    Parameters
    ----------
    energies
        (n,) levels of the bath.
    elements
        (n, n) its contact V between them, <b|V|b'>, or ElementRows.
    fields, couplings
        (k,) h_i and g_i of the spins, at most ``MOST_SPINS``.
    energy
        total energy E.
    width
        standard deviation of the Gaussians that density of states and structure factor are
        smoothed with: above the distance of the bath's levels, below what they vary over.

    Raises
    ------
    ValueError
        If a number is not finite, shapes differ, there are too many spins or none, the width
        is not positive, or the bath has no level near any energy that the spins leave it.

    Notes
    -----
    Source: Fermi's golden rule; De Roeck & Huveneers, Phys. Rev. B 95, 155129 (2017), II B and
    C, without its factors.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> g, h = 0.05, 1.0
    >>> grain = bl.RandomMatrixBath(spins=8, bandwidth=8.0).sample(seed=1)
    >>> V = grain.matrix_elements("contact")
    >>> found = bl.analysis.golden_rule_kinetics(grain.energies, V, fields=[h], couplings=[g])
    >>> v = bl.analysis.flip_structure_factor(grain.energies, V, field=h)
    >>> print(f"rate {found.rate(0):.4f}, 4 pi g^2 v(2h) = {4 * np.pi * g**2 * v:.4f}")
    rate 0.0051, 4 pi g^2 v(2h) = 0.0050
    >>> print(found.relaxation(0, [0.0, 100.0, 1000.0]).round(3))
    [1.    0.602 0.007]
    """
    energies, fields = as_array("energies", energies), as_array("fields", fields)
    couplings = as_array("couplings", couplings, shape=fields.shape)
    elements = as_elements("elements", elements, len(energies))
    energy, width = as_real("energy", energy), as_real("width", width, above=0)
    count = len(fields)
    if count > MOST_SPINS:
        raise refusal("fields", shown(fields), f"{MOST_SPINS} spins at most", "Take fewer.")
    numbers = np.arange(2**count)[:, np.newaxis] >> np.arange(count)[::-1]
    spins = 1.0 - 2.0 * (numbers & 1)
    left = energy - spins @ fields
    near: RealArray = np.exp(-(((left[:, np.newaxis] - energies) / width) ** 2) / 2)
    near /= math.sqrt(2 * math.pi) * width
    density: RealArray = near.sum(axis=1)
    if not density.sum() > 0:
        raise refusal(
            "energy", f"{energy:g}", "one near levels of bath and spins", "Move it, or widen."
        )
    spread = near @ np.abs(elements[np.arange(len(energies))]) ** 2
    partners = np.arange(2**count)[:, np.newaxis] ^ (1 << np.arange(count)[::-1])
    # 2 pi g^2 times elements squared per unit energy of both levels: the same either way.
    squares: RealArray = np.einsum("cb,cib->ci", spread, near[partners])
    joint: RealArray = 2 * math.pi * couplings**2 * squares
    flips, generator = _rates(density, joint, partners)
    total = float(density.sum())
    return Kinetics(spins.astype(np.float64), density / total, flips, total, generator)


def _rates(
    density: RealArray, joint: RealArray, partners: Array
) -> tuple[RealArray, RealArray]:
    """Rates joint/density of all flips, and the generator that they make."""
    inverse = np.divide(1.0, density, out=np.zeros_like(density), where=density > 0)
    flips: RealArray = joint * inverse[:, np.newaxis]
    generator: RealArray = np.diag(flips.sum(axis=1))
    for partner, rate in zip(partners.T, joint.T):
        generator[np.arange(len(density)), partner] -= rate * np.sqrt(
            inverse * inverse[partner]
        )
    return flips, (generator + generator.T) / 2
