"""The kicked chain: random fields of all directions and a Heisenberg coupling in turn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_integer, as_real, require_kind, settle
from bathlab.conventions import SIGMA_X, SIGMA_Y, SIGMA_Z, Array, RealArray
from bathlab.model.spin_chain import SpinChain, SpinChainSystem
from bathlab.operators.hermitian import to_dense
from bathlab.operators.memory import require_memory
from bathlab.operators.system import MatrixSystem


@dataclass(frozen=True)
class KickedChain:
    """A ring of spins one half, half a period in random fields and half a period coupled.

    H(t) = W sum_n v_n . sigma_n for 0 <= Omega t < pi, J sum_n sigma_n . sigma_n+1 for pi <=
    Omega t < 2 pi, so that

        U_F = exp(-i J T/2 sum sigma . sigma) exp(-i W T/2 sum v . sigma),    T = 2 pi/Omega:

    the fields act first. The v_n are Gaussian in three dimensions with <v.v> = 1, the very
    numbers of ``SpinChain(fields="all")``, which it becomes for Omega -> infinity.

    Parameters
    ----------
    sites
        number of spins, at least 2; two have one bond.
    frequency
        Omega, above 0.
    disorder
        W, at least 0.
    coupling
        J.

    Raises
    ------
    ValueError
        If one is out of its range.

    Notes
    -----
    Source: Crowley & Chandran, SciPost Phys. 12, 201 (2022), (4) and (5).

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> chain = bl.model.KickedChain(sites=4, frequency=1000.0, disorder=5.0)
    >>> phases = bl.diagonalise(chain.sample(seed=1)).quasienergies
    >>> static = bl.diagonalise(chain.static.sample(seed=1)).energies
    >>> print(np.sort(-phases / chain.period)[:4].round(2), "of the fast kicks,")
    [-7.39 -6.29 -5.12 -3.6 ] of the fast kicks,
    >>> print(static[:4].round(2), "of the chain without")
    [-7.39 -6.29 -5.12 -3.6 ] of the chain without
    """

    sites: int
    frequency: float = 16.0
    disorder: float = 8.0
    coupling: float = 1.0

    def __post_init__(self) -> None:
        settle(
            self,
            sites=as_integer("sites", self.sites, 2),
            frequency=as_real("frequency", self.frequency, above=0),
            disorder=as_real("disorder", self.disorder, minimum=0),
            coupling=as_real("coupling", self.coupling),
        )

    @property
    def period(self) -> float:
        """T."""
        return 2 * np.pi / self.frequency

    @property
    def static(self) -> SpinChain:
        """The chain that it becomes for Omega -> infinity, of the same fields."""
        return SpinChain(
            self.sites, disorder=self.disorder, fields="all", coupling=self.coupling
        )

    def sample(self, seed: int, realisation: int = 0) -> KickedChainSystem:
        """One chain; the same arguments give the same bits.

        Raises
        ------
        ValueError
            If seed or realisation is not a non-negative integer, or the matrix cannot fit.
        """
        return KickedChainSystem(self, self.static.drawn(seed, realisation))


class KickedChainSystem(MatrixSystem):
    """One realisation of a :class:`KickedChain`, the matrix of U_F; of kind "unitary".

    Its quasienergies are phases theta, U_F|a> = exp(i theta_a)|a>; energies as the paper has
    them are -theta/T, modulo Omega.

    Attributes
    ----------
    chain
        the spec.
    fields
        (sites, 3) W v_n.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> chain = bl.model.KickedChain(sites=2, frequency=8.0, disorder=1.0, coupling=0.0)
    >>> fields = np.array([[0.0, 0.0, 0.5], [0.0, 0.0, 0.25]])  # W v_n, both along z
    >>> system = bl.model.KickedChainSystem(chain, fields)
    >>> print(bl.diagonalise(system).quasienergies.round(4))
    [-0.2945 -0.0982  0.0982  0.2945]
    >>> alone = chain.period / 2 * np.array([-0.75, -0.25, 0.25, 0.75])
    >>> print(alone.round(4), "= T/2 (+-h_1 +- h_2), as J = 0")
    [-0.2945 -0.0982  0.0982  0.2945] = T/2 (+-h_1 +- h_2), as J = 0
    """

    def __init__(self, chain: KickedChain, fields: RealArray) -> None:
        require_kind("chain", chain, KickedChain, "Make one with bathlab.model.KickedChain.")
        self.chain = chain
        self.fields = as_array("fields", fields, shape=(chain.sites, 3))
        needed = 4 * 16 * 4.0 ** min(chain.sites, 450)
        require_memory(needed, f"U_F of {chain.sites} sites", "Take fewer sites.")
        half = chain.period / 2
        turned = reduce(np.kron, [_rotation(field, half) for field in self.fields])
        bonds = heisenberg(chain.sites, chain.coupling * half)
        self._hold(bonds @ turned, (2,) * chain.sites, None, "unitary")

    def operator(self, which: Any, axis: str = "z") -> Any:
        """sigma^axis of site ``which``, 0 the leftmost, (n, n) CSR.

        Raises
        ------
        ValueError
            If there is no such site.
        """
        return self.site_operator(as_integer("which", which, 0, self.chain.sites - 1), axis)

    def probed(self, field: float, coupling: float, site: int = 0) -> MatrixSystem:
        """The chain with a probe spin P, kicked once a period, as a unitary system.

        U = exp(-i T J sigma^x_site sigma^x_P) (U_F (x) exp(-i T h sigma^z_P/2)), chain (x) P.

        Parameters
        ----------
        field, coupling
            h and J.
        site
            0 the leftmost.

        Raises
        ------
        ValueError
            If a number is not finite, there is no such site, or the matrix cannot fit.

        Notes
        -----
        Source: Crowley & Chandran, (16)-(19), where h is W.
        """
        field, coupling = as_real("field", field), as_real("coupling", coupling)
        flip = self.operator(site, "x")
        needed = 5 * 16 * 4.0 ** (self.chain.sites + 1)
        require_memory(needed, f"U of {self.chain.sites} sites and P", "Take fewer sites.")
        turn, kick = np.exp(-0.5j * self.chain.period * field), self.chain.period * coupling
        free = np.kron(self.matrix(), np.diag([turn, turn.conjugate()]))
        flipped = np.kron(flip @ self.matrix(), np.diag([turn, turn.conjugate()]))
        crossed = flipped.reshape(-1, 2, free.shape[1])[:, ::-1].reshape(free.shape)
        both = math.cos(kick) * free - 1j * math.sin(kick) * crossed
        return MatrixSystem.of_checked(both, (*self.dims, 2), kind="unitary")


@lru_cache(maxsize=4)
def heisenberg(sites: int, angle: float) -> Array:
    """exp(-i angle sum sigma_n . sigma_n+1) of a ring, (n, n)."""
    bonds = SpinChain(sites, disorder=0.0, fields="all", coupling=2.0)
    system = SpinChainSystem(bonds, np.zeros((sites, 3)))
    energies, vectors = np.linalg.eigh(to_dense(system.matrix()).real)
    return (vectors * np.exp(-1j * angle * energies)) @ vectors.T


def _rotation(field: RealArray, time: float) -> Array:
    """exp(-i time field . sigma), (2, 2)."""
    size = float(np.linalg.norm(field))
    along = field / size if size > 0 else field
    spin = along[0] * SIGMA_X + along[1] * SIGMA_Y + along[2] * SIGMA_Z
    return np.cos(size * time) * np.eye(2) - 1j * np.sin(size * time) * spin
