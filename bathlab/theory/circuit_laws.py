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

#: 2^-L is no double beyond.
MOST_SITES = 1000


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


def participation_threshold(a: float) -> float:
    """q above which sum_m Z_nm^q, m != n, stays finite as L grows: a/2, derived from p_Z."""
    return _ratio(a) / 2


def _ratio(a: float) -> float:
    return as_real("a", a, above=0, below=1)
