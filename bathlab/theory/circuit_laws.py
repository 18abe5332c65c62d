"""What Garratt, Roy & Chalker predict of the resonances of a localised circuit.

Phys. Rev. B 104, 184203 (2021). Everywhere a = zeta/zeta_c, zeta_c = 1/log 2, between 0 and 1
in the localised phase, so that exp(-1/zeta) = 2^(-1/a). The amplitude of (8) is derived from
(5) with omega uniform; the laws for large a of the susceptibility and the curvature are those
that the smallest Omega makes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_integer, as_real
from bathlab.conventions import RealArray

#: a above which the smallest Omega, not the largest, makes the tail of p_chi and of p_kappa.
FIDELITY_CHANGE, CURVATURE_CHANGE = 0.5, 2 / 3

#: a of the paper's figure 2 at L = 14 with its error, by J.
PAPER = {0.02: (0.39, 0.01), 0.04: (0.61, 0.04)}
#: 2^-L is no double beyond.
MOST_SITES = 1000


def ratio_at(coupling: float) -> tuple[float, float]:
    """a at a coupling J with its error: the paper's, where it has one, else by its e^(-1/zeta)
    proportional to J, with the factor 8 of both its values; 0.99 at most. Error 0 then."""
    J = as_real("coupling", coupling, above=0)
    guessed = 0.99 if 8 * J >= 0.5 else min(0.99, -1 / math.log2(8 * J))
    return PAPER.get(J, (guessed, 0.0))


def scale_density(Omega: Any, a: float, sites: int) -> RealArray:
    """p_Omega = a 2^-L Omega^-(1 + a), eq. (5), at any Omega > 0 between :func:`least_scale`
    and :func:`largest_scale`; normalised to 1 over all pairs."""
    a, sites = _ratio(a), as_integer("sites", sites, 1, MOST_SITES)
    scales = as_array("Omega", Omega, ndim=None, above=0)
    return np.asarray(a * 2.0**-sites * scales ** (-1 - a))


def least_scale(a: float, sites: int) -> float:
    """Omega_0 = exp(-L/zeta) = 2^(-L/a), where p_Omega ends (5)."""
    return float(2.0 ** (-as_integer("sites", sites, 1, MOST_SITES) / _ratio(a)))


def largest_scale(coupling: float) -> float:
    """2 pi J, the Omega of two neighbours to first order in the coupling J."""
    return 2 * math.pi * as_real("coupling", coupling, above=0)


def spin_amplitude(a: float) -> float:
    """A of p_Z = A 2^-L Z^(-3/2) where Z >> 4 J^2, eq. (8): zeta g/2 pi = a 2^(-1/a)/(pi (1 -
    a)) with g = exp(1/zeta_c - 1/zeta)/(zeta_c - zeta)."""
    a = _ratio(a)
    return a * 2 ** (-1 / a) / (math.pi * (1 - a))


def fidelity_exponent(a: float) -> float:
    """Of p_chi and p_x at large chi: -(3 - a)/2 (14), and -5/4 for a > 1/2."""
    a = _ratio(a)
    return -(3 - a) / 2 if a < FIDELITY_CHANGE else -1.25


def curvature_exponent(a: float) -> float:
    """Of p_kappa at large |kappa|: -(2 - a) (16), and -4/3 for a > 2/3."""
    a = _ratio(a)
    return -(2 - a) if a < CURVATURE_CHANGE else -4 / 3


def fidelity_origin(a: float) -> float:
    """Power of Z in the distribution of the pairs at one x = Omega^2/omega^4, -(1/2 + a): the
    integrand of (12) with Omega = Z x^(-1/2), for x^(1/2) Omega_0 < Z < 1."""
    return -(0.5 + _ratio(a))


def curvature_origin(a: float) -> float:
    """The same at one |k| = Omega^2/|omega|^3, -3 a/2, with Omega = Z^(3/2)/|k|."""
    return -1.5 * _ratio(a)


def participation_threshold(a: float) -> float:
    """q above which sum_m Z_nm^q, m != n, stays finite as L grows: a/2, derived from p_Z."""
    return _ratio(a) / 2


def _ratio(a: float) -> float:
    return as_real("a", a, above=0, below=1)
