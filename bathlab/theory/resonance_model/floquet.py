"""The resonance model without a conserved energy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bathlab.checks import as_array
from bathlab.conventions import Array, RealArray
from bathlab.theory.resonance_model.counts import floquet_count, floquet_count_off_axis
from bathlab.theory.resonance_model.lengths import ZETA_C
from bathlab.theory.resonance_model.model import ResonanceModel
from bathlab.theory.resonance_model.off_axis import exponential
from bathlab.theory.shapes import plain


@dataclass(frozen=True)
class Floquet(ResonanceModel):
    """Resonances of a kicked chain: q(r) = exp(-r/xi)/lambda.

    F(r) = exp[-(xi/lambda)(1 - exp(-r/xi))], N_r = (3/2) 4^r states at range r.

    Parameters
    ----------
    xi
        correlation length in sites, above 0 (localised), below -zeta_c (thermal) or infinite.
    lam
        lambda > 0, resonance length in sites; see :func:`floquet_resonance_length`.
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
    Source: Crowley & Chandran, (36)-(60).

    Examples
    --------
    >>> import bathlab as bl
    >>> import math
    >>> lam = bl.resonance_model.floquet_resonance_length(frequency=100.0)
    >>> model = bl.resonance_model.Floquet(xi=4.0, lam=lam, length=12)
    >>> print(f"{model.order_parameter:.4f}")  # [C_zz], the weight without a resonance
    0.8417
    >>> print(f"{math.exp(-(4 / lam) * (1 - math.exp(-6 / 4))):.4f}")
    0.8417
    >>> print(f"{model.correlator(1e4):.4f}, {model.theta:.4f}")
    0.8418, 0.1528
    """

    singular: ClassVar[bool] = False

    @property
    def theta(self) -> Any:
        """Exponent of S ~ |omega|^(-1 + theta) as omega -> 0 (57): theta_0, but zeta_c/2 lambda
        at zeta_c. On the thermal side, theta_0 < 0 is no limit: S ends at omega_xi."""
        critical = ZETA_C / (2 * np.asarray(self.lam))
        return plain(np.where(np.isinf(self.xi), critical, self.theta_0))

    def second_resonances(self, r: Any) -> Any:
        """(delta omega/omega)^2 by which resonances beyond r + 1 spread the tone of range r >=
        0.

        exp[-(3 + r)/xi]/[16 sqrt(2) lambda (4/zeta_c + 3/xi)], exact for the integral of q'
        (v'/v)^2 with q' = sqrt(2) q, v' = v/sqrt(2).

        Raises
        ------
        ValueError
            If r is negative or not finite, or the shapes do not fit.

        Notes
        -----
        Source: Crowley & Chandran, (A12); (A13) at zeta_c.
        """
        r, xi, lam, _, _ = self._at("r", as_array("r", r, ndim=None, minimum=0))
        with np.errstate(over="ignore"):
            shrunk = np.exp(-(3 + r) / xi)
        return plain(shrunk / (16 * math.sqrt(2) * lam * (4 / ZETA_C + 3 / xi)))

    def _count(self, r: RealArray, xi: RealArray, lam: RealArray) -> RealArray:
        return floquet_count(r, xi, lam)

    def _count_off_axis(self, r: Array, xi: RealArray, lam: RealArray) -> Array:
        return floquet_count_off_axis(r, xi, lam)

    def _strongest_off_axis(self, r: Array, xi: RealArray, lam: RealArray) -> Array:
        found: Array = exponential(r * (-1 / xi) - self._count_off_axis(r, xi, lam)) * (1 / lam)
        return found

    def _log_q(self, r: RealArray, xi: RealArray, lam: RealArray) -> RealArray:
        return np.where(np.isinf(xi), 0.0, -r / xi) - np.log(lam)

    def _bend(self, r: RealArray) -> RealArray:
        return np.zeros_like(r)
