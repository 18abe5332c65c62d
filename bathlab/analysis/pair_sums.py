"""Sums over the other states of what each pair of states of a unitary adds, pair by pair.

The same as :attr:`Resonances.fidelity` and :attr:`Resonances.curvature`, for whoever takes many
sites, or elements in another order, of the same levels: what depends on the levels alone is
made once, and each pair is held once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.checks import as_array
from bathlab.conventions import Array, RealArray
from bathlab.facts import Facts

#: Differences of quasienergies are known to about so much.
ROUNDING = 1e-15


@dataclass(frozen=True, eq=False, repr=False)
class StatePairs(Facts):
    """The p pairs n < m of N levels on the circle.

    Attributes
    ----------
    levels
        N.
    rows, columns
        (p,) n and m, in the order of ``numpy.triu_indices``.
    omega
        (p,) |omega_nm|, in (0, pi].
    inverse_square
        (p,) (2 sin(omega_nm/2))^-2.
    half_cotangent
        (p,) cot(omega_nm/2)/2, omega_nm = theta_n - theta_m; that of (m, n) is
        the opposite.
    """

    levels: int
    rows: Array
    columns: Array
    omega: RealArray
    inverse_square: RealArray
    half_cotangent: RealArray

    @classmethod
    def of(cls, quasienergies: RealArray) -> StatePairs:
        """The pairs of (N,) levels theta, two or more.

        Raises
        ------
        ValueError
            If they are not finite numbers.
        """
        levels = as_array("quasienergies", quasienergies, least=2)
        rows, columns = np.triu_indices(len(levels), 1)
        difference = levels[rows] - levels[columns]
        omega = np.abs(difference)
        omega = np.maximum(np.minimum(omega, 2 * np.pi - omega), ROUNDING)
        half_cotangent = 0.5 / np.tan(omega / 2)
        # omega_nm is positive if n lies less than half a turn above m.
        half_cotangent *= np.where(np.sin(difference) < 0, -1.0, 1.0)
        inverse_square = (2 * np.sin(omega / 2)) ** -2
        return cls(len(levels), rows, columns, omega, inverse_square, half_cotangent)

    def of_matrix(self, elements: Array) -> Array:
        """(p,) the elements of the pairs, of an (N, N) matrix."""
        return np.take(elements, self.rows * self.levels + self.columns)

    def summed(self, terms: RealArray, sign: float = 1.0) -> RealArray:
        """(N,) sum over the pairs of each state of (p,) terms, that of (m, n) being ``sign``
        times that of (n, m)."""
        upper, lower = (
            np.bincount(places, terms, self.levels) for places in (self.rows, self.columns)
        )
        return upper + sign * lower

    def fidelity(self, Z: RealArray) -> RealArray:
        """(N,) chi_n, the sum of Z_nm/(2 sin(omega_nm/2))^2 over m != n, of (p,) Z."""
        return self.summed(Z * self.inverse_square)

    def curvature(self, Z: RealArray) -> RealArray:
        """(N,) kappa_n, the sum of Z_nm cot(omega_nm/2)/2 over m != n, of (p,) Z."""
        return self.summed(Z * self.half_cotangent, -1.0)
