"""A spin at a random matrix, at any coupling: what the golden rule becomes.

H = H_B + h tau^z + g V tau^x with H_B of the GOE of many levels and V^2 = 1, tr V = 0. In the
eigenbasis of V the matrix H_B is one of the same ensemble, so that H_B and h tau^z + g V tau^x
are free of one another over the 2 x 2 matrices of the spin (Voiculescu). With the radius R of
the semicircle the resolvent of the spin, a diagonal 2 x 2 matrix, and its self-energy are

    G = < (E - R^2 G/4 - h tau^z - g v tau^x)^{-1} >_{v = +-1},
    Sigma = E - h tau^z - R^2 G/4 - G^{-1},

and the mean resolvent in the basis |s, b> of uncoupled states is 1/(E - E(s, b) - Sigma_s): a
Lorentzian of half-width |Im Sigma_s| about -Re Sigma_s. To order g^2 it is the golden rule.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import cumulative_trapezoid

from bathlab.checks import as_array, as_real
from bathlab.conventions import RealArray

#: The equation of G is solved to this accuracy, in at most so many steps.
TOLERANCE, STEPS = 1e-12, 20_000
#: Points of integrals over the band.
POINTS = 4000
#: Distance from the real axis.
ABOVE = 1e-10


@dataclass(frozen=True)
class FreeSpin:
    """A spin of field h coupled by g to a random matrix of radius R, at energy E.

    Attributes
    ----------
    up, down
        self-energies Sigma_s of s = 1 and -1.
    density
        levels per energy of the whole at E, over the number of levels of the bath; 0 in
        a gap, where there is no eigenstate to speak of.
    """

    g: float
    field: float
    radius: float
    energy: float
    up: complex
    down: complex
    density: float

    @property
    def halfwidth(self) -> float:
        """Half-width of the Lorentzian of s = 1 per level; at E = 0 that of s = -1 too."""
        return -self.up.imag

    def density_of(self, omega: Any) -> RealArray:
        """k(omega), omega = E(s, b) - E, of both spin states together; its integral is 1, and
        that of omega^2 k is g^2.

        Raises
        ------
        ValueError
            If omega is not finite, or E lies in a gap.
        """
        return self.density_of_spin(omega, 1) + self.density_of_spin(omega, -1)

    def density_of_spin(self, omega: Any, spin: int) -> RealArray:
        """The same of one s = 1 or -1; its integral is the weight of the state on s."""
        omega = as_array("omega", omega, ndim=None)
        density = as_real("density of levels at this energy", self.density, above=0)
        shift = self.up if spin > 0 else self.down
        level = self.energy + omega - math.copysign(1, spin) * self.field
        band = _semicircle(level, self.radius)
        line = -shift.imag / math.pi / ((omega + shift.real) ** 2 + shift.imag**2)
        return np.asarray(band * line / density)

    def half_weight(self) -> float:
        """|omega| within which half of k lies; of two Lorentzians that lie apart, and end with
        the band, it is not their half-width.

        Raises
        ------
        ValueError
            If E lies in a gap.
        """
        reach = self.radius + abs(self.field) + abs(self.energy)
        omega = np.append(0.0, np.geomspace(1e-3 * self.halfwidth, reach, POINTS))
        both = self.density_of(omega) + self.density_of(-omega)
        reached = cumulative_trapezoid(both, omega, initial=0.0)
        return float(np.interp(0.5, reached, omega))


def free_spin(g: float, field: float, radius: float, energy: float = 0.0) -> FreeSpin:
    """The :class:`FreeSpin` of a coupling, a field and the radius R of the bath's semicircle.

    Raises
    ------
    ValueError
        If a number is not finite, or the radius not positive.
    """
    g, field, energy = (
        as_real(name, value)
        for name, value in zip(("g", "field", "energy"), (g, field, energy))
    )
    radius = as_real("radius", radius, above=0)
    square, fields = radius**2 / 4, field * np.array([1.0, -1.0])
    G = np.full(2, -1j / radius)
    for _ in range(STEPS):
        free = energy + 1j * ABOVE - square * G - fields
        new = free[::-1] / (free[0] * free[1] - g**2)
        done = np.abs(new - G).max() < TOLERANCE / radius
        G = (G + new) / 2
        if done:
            break
    shifts = energy + 1j * ABOVE - fields - square * G - 1 / G
    density = -float(G.imag.sum()) / math.pi
    up, down = (complex(shift) for shift in shifts)
    return FreeSpin(g, field, radius, energy, up, down, density if density > 1e-6 else 0.0)


def _semicircle(levels: RealArray, radius: float) -> RealArray:
    """Density of the levels of the bath, of integral 1."""
    inside = np.maximum(1 - (levels / radius) ** 2, 0.0)
    return np.asarray(2 / (math.pi * radius) * np.sqrt(inside))


def flip_density(field: float, radius: float) -> float:
    """v(2h) of a random matrix as a spin sees it that flips at E = 0: from -h to h, or back.

    sigma^x of a bath spin connects all levels alike, so that v is the density of final levels.
    """
    field, radius = as_real("field", field), as_real("radius", radius, above=0)
    return float(_semicircle(np.array(field), radius))


def kernel_of_flips(field: float, radius: float) -> float:
    """K_0(b, s|b, -s)/g of DRH appendix B, of a random matrix at E = 0 and s = 1.

    K_0 = g sum_b' |<b|V|b'>|^2/(E - E_b' - h s): the real part of the semicircle's resolvent at
    -h, -2h/R^2 within the band, so that |K_0| <= g/max(h, R) always.
    """
    field, radius = as_real("field", field), as_real("radius", radius, above=0)
    outside = math.sqrt(max(field**2 - radius**2, 0.0))
    return -2 / radius**2 * (field - math.copysign(outside, field))
