"""The resonance model with a conserved energy, at typical energies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bathlab.checks import as_array
from bathlab.conventions import Array, RealArray
from bathlab.theory.resonance_model.counts import hamiltonian_count, hamiltonian_count_off_axis
from bathlab.theory.resonance_model.model import ResonanceModel
from bathlab.theory.resonance_model.off_axis import exponential, root
from bathlab.theory.shapes import plain


@dataclass(frozen=True)
class Hamiltonian(ResonanceModel):
    """Resonances of a static chain: q(r) = exp(-r/xi)/sqrt(4 lambda r), the F_1 of the paper.

    F_1(r) = exp[-sqrt(pi xi/4 lambda) erf sqrt(r/xi)], erfi with -xi on the thermal side,
    exp[-sqrt(r/lambda)] at zeta_c. It takes q at the centre of energies, for L or |xi| below
    lambda; averaged over the Gaussian of energies q is smaller by sqrt 2, the early law of the
    full equation (86) is exp[-sqrt(r/2 lambda)].

    Parameters
    ----------
    xi
        correlation length in sites, above 0 (localised), below -zeta_c (thermal) or infinite.
    lam
        lambda > 0, resonance length in sites; see :func:`hamiltonian_resonance_length`.
    length
        L >= 2 in sites; ranges end at L/2. Infinite by default.
    J
        > 0, norm of the probe's coupling. All broadcast, with the arguments of methods too.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the shapes do not fit.

    Notes
    -----
    Source: Crowley & Chandran, (89)-(93). Its (115), 1/sqrt(r lambda), lacks the 4 of (89).

    Examples
    --------
    >>> import bathlab as bl
    >>> import math
    >>> lam = bl.resonance_model.hamiltonian_resonance_length(20.0)
    >>> model = bl.resonance_model.Hamiltonian(xi=math.inf, lam=lam, length=16)
    >>> print(f"{model.order_parameter:.4f}, {math.exp(-math.sqrt(8 / lam)):.4f}")  # at zeta_c
    0.8015, 0.8015
    >>> print(f"{model.entanglement:.4f} of {math.log(2):.4f}")
    0.1376 of 0.6931
    """

    singular: ClassVar[bool] = True

    @property
    def theta(self) -> Any:
        """Exponent of S ~ |omega|^(-1 + theta) as omega -> 0: theta_0, and 0 with logarithms at
        zeta_c (93). On the thermal side, theta_0 < 0 is no limit: S ends at omega_xi."""
        return plain(np.where(np.isinf(self.xi), 0.0, self.theta_0))

    def _as_open(self, r: Any) -> RealArray:
        return as_array("r", r, ndim=None, above=0)

    def _count(self, r: RealArray, xi: RealArray, lam: RealArray) -> RealArray:
        return hamiltonian_count(r, xi, lam)

    def _count_off_axis(self, r: Array, xi: RealArray, lam: RealArray) -> Array:
        return hamiltonian_count_off_axis(r, xi, lam)

    def _strongest_off_axis(self, r: Array, xi: RealArray, lam: RealArray) -> Array:
        grown: Array = exponential(r * (-1 / xi) - self._count_off_axis(r, xi, lam))
        return grown / (root(r) * (2 * np.sqrt(lam)))

    def _log_q(self, r: RealArray, xi: RealArray, lam: RealArray) -> RealArray:
        tilt = np.where(np.isinf(xi), 0.0, -r / xi)
        return tilt - np.log(2.0) - (np.log(lam) + np.log(r)) / 2

    def _bend(self, r: RealArray) -> RealArray:
        return 1 / (2 * r)
