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
    proportional to J, with the factor 8 of both its values; 0.99 at most. Error 0 then.

    Examples
    --------
    >>> import bathlab as bl
    >>> print(bl.theory.ratio_at(0.02))  # the paper's, with its error
    (0.39, 0.01)
    >>> a, error = bl.theory.ratio_at(0.03)  # 2^(-1/a) = 8 J
    >>> print(f"{a:.4f}, {2 ** (-1 / a):.4f}")
    0.4857, 0.2400
    """
    J = as_real("coupling", coupling, above=0)
    guessed = 0.99 if 8 * J >= 0.5 else min(0.99, -1 / math.log2(8 * J))
    return PAPER.get(J, (guessed, 0.0))


def scale_density(Omega: Any, a: float, sites: int) -> RealArray:
    """p_Omega = a 2^-L Omega^-(1 + a), eq. (5), at any Omega > 0 between :func:`least_scale`
    and :func:`largest_scale`; normalised to 1 over all pairs.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> a, sites = 0.4, 8
    >>> scales = np.geomspace(bl.theory.least_scale(a, sites), 1.0, 2001)
    >>> density = bl.theory.scale_density(scales, a, sites)
    >>> print(f"{np.trapezoid(density, scales):.4f}, {1 - 2**-sites:.4f}")
    0.9961, 0.9961
    """
    a, sites = _ratio(a), as_integer("sites", sites, 1, MOST_SITES)
    scales = as_array("Omega", Omega, ndim=None, above=0)
    return np.asarray(a * 2.0**-sites * scales ** (-1 - a))


def least_scale(a: float, sites: int) -> float:
    """Omega_0 = exp(-L/zeta) = 2^(-L/a), where p_Omega ends (5).

    Examples
    --------
    >>> import bathlab as bl
    >>> scales = [bl.theory.least_scale(0.5, sites) for sites in (2, 4, 6)]  # 4^-L
    >>> print([f"1/{1 / scale:.0f}" for scale in scales])
    ['1/16', '1/256', '1/4096']
    """
    return float(2.0 ** (-as_integer("sites", sites, 1, MOST_SITES) / _ratio(a)))


def largest_scale(coupling: float) -> float:
    """2 pi J, the Omega of two neighbours to first order in the coupling J.

    Examples
    --------
    >>> import bathlab as bl
    >>> print(f"{bl.theory.largest_scale(0.02):.4f}")  # 2 pi J
    0.1257
    >>> a, _ = bl.theory.ratio_at(0.02)
    >>> print(f"{bl.theory.least_scale(a, 14):.1e}")  # scales of 14 spins end here
    1.6e-11
    """
    return 2 * math.pi * as_real("coupling", coupling, above=0)


def spin_amplitude(a: float) -> float:
    """A of p_Z = A 2^-L Z^(-3/2) where Z >> 4 J^2, eq. (8): zeta g/2 pi = a 2^(-1/a)/(pi (1 -
    a)) with g = exp(1/zeta_c - 1/zeta)/(zeta_c - zeta).

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> print(f"{bl.theory.spin_amplitude(0.5):.4f}, {1 / (4 * np.pi):.4f}")
    0.0796, 0.0796
    >>> print(f"{bl.theory.spin_amplitude(0.25):.4f}")  # few pairs far from the transition
    0.0066
    """
    a = _ratio(a)
    return a * 2 ** (-1 / a) / (math.pi * (1 - a))


def fidelity_exponent(a: float) -> float:
    """Of p_chi and p_x at large chi: -(3 - a)/2 (14), and -5/4 for a > 1/2.

    Examples
    --------
    >>> import bathlab as bl
    >>> print(f"{bl.theory.fidelity_exponent(0.4):.1f}")  # -(3 - a)/2
    -1.3
    >>> print(f"{bl.theory.fidelity_exponent(0.8):.2f}")  # -5/4 for a > 1/2
    -1.25
    """
    a = _ratio(a)
    return -(3 - a) / 2 if a < FIDELITY_CHANGE else -1.25


def curvature_exponent(a: float) -> float:
    """Of p_kappa at large |kappa|: -(2 - a) (16), and -4/3 for a > 2/3.

    Examples
    --------
    >>> import bathlab as bl
    >>> print(f"{bl.theory.curvature_exponent(0.4):.1f}")  # -(2 - a)
    -1.6
    >>> print(f"{bl.theory.curvature_exponent(0.9):.3f}")  # -4/3 for a > 2/3
    -1.333
    """
    a = _ratio(a)
    return -(2 - a) if a < CURVATURE_CHANGE else -4 / 3


def fidelity_origin(a: float) -> float:
    """Power of Z in the distribution of the pairs at one x = Omega^2/omega^4, -(1/2 + a): the
    integrand of (12) with Omega = Z x^(-1/2), for x^(1/2) Omega_0 < Z < 1.

    Examples
    --------
    >>> import bathlab as bl
    >>> for a in (0.2, 0.4):  # -(1/2 + a)
    ...     print(f"{bl.theory.fidelity_origin(a):.1f}")
    -0.7
    -0.9
    """
    return -(0.5 + _ratio(a))


def curvature_origin(a: float) -> float:
    """The same at one |k| = Omega^2/|omega|^3, -3 a/2, with Omega = Z^(3/2)/|k|.

    Examples
    --------
    >>> import bathlab as bl
    >>> for a in (0.2, 0.4):  # -3 a/2
    ...     print(f"{bl.theory.curvature_origin(a):.1f}")
    -0.3
    -0.6
    """
    return -1.5 * _ratio(a)


def participation_threshold(a: float) -> float:
    """q above which sum_m Z_nm^q, m != n, stays finite as L grows: a/2, derived from p_Z.

    Examples
    --------
    >>> import bathlab as bl
    >>> for a in (0.2, 0.9):  # a/2: far from the transition and near it
    ...     print(f"{bl.theory.participation_threshold(a):.2f}")
    0.10
    0.45
    """
    return _ratio(a) / 2


def _ratio(a: float) -> float:
    return as_real("a", a, above=0, below=1)
