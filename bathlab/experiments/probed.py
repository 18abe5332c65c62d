"""A probe spin coupled to one site of a disordered ring, in full spectra.

H = H_chain + (h/2) sigma^z_P + J V sigma^x_P, V = sigma^x of site 0; or the kicked ring and
exp(-i T J V sigma^x_P) once a period (Crowley & Chandran, SciPost Phys. 12, 201 (2022), (14)
to (20) and (68)).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bathlab.checks import as_real, require_kind, settle
from bathlab.conventions import Array, RealArray
from bathlab.model.coupled import drawn_grain
from bathlab.model.kicked_chain import KickedChain
from bathlab.model.lioms import Lioms
from bathlab.model.matrices import BathMatrices
from bathlab.model.spin_chain import SpinChain
from bathlab.spectrum.dense import diagonalise


@dataclass(frozen=True)
class ProbedChain:
    """A ring of spins with a probe at site 0.

    Parameters
    ----------
    chain
        :class:`bathlab.SpinChain` in all states, or :class:`bathlab.model.KickedChain`.
    field
        h, the splitting of the probe.
    coupling
        J, the norm of its coupling.

    Raises
    ------
    ValueError
        If it is no such chain, or a number is out of its range.
    """

    chain: SpinChain | KickedChain
    field: float
    coupling: float = 1.0

    def __post_init__(self) -> None:
        remedy = 'Make one, as bathlab.SpinChain(6, fields="all").'
        require_kind("chain", self.chain, (SpinChain, KickedChain), remedy)
        if isinstance(self.chain, SpinChain) and self.chain.sector is not None:
            raise ValueError(
                f"sector = {self.chain.sector:g} was given; expected None, as sigma^x of a "
                "site leads out of every sector. Take sector=None."
            )
        settle(
            self,
            field=as_real("field", self.field),
            coupling=as_real("coupling", self.coupling, above=0),
        )

    @property
    def period(self) -> float:
        """Energies are known modulo this: Omega of a kicked chain, else infinity."""
        return self.chain.frequency if isinstance(self.chain, KickedChain) else math.inf

    def sample(self, seed: int, realisation: int) -> Probed:
        """Eigen-data of one realisation, with and without the probe."""
        if isinstance(self.chain, KickedChain):
            return self._kicked(seed, realisation)
        chain = self.chain.sample(seed, realisation)
        contact = chain.operator(0, "x")
        bare = BathMatrices(chain.matrix(), contact, contact, chain.dims, connected=True)
        grain = drawn_grain(bare)
        spin = Lioms(np.array([self.field / 2]), np.array([self.coupling]))
        whole = diagonalise(grain.attach(spin))
        own = grain.eigensystem
        return Probed(self, own.energies, own.vectors, whole.energies, whole.vectors)

    def _kicked(self, seed: int, realisation: int) -> Probed:
        assert isinstance(self.chain, KickedChain)
        chain = self.chain.sample(seed, realisation)
        own, whole = diagonalise(chain), diagonalise(chain.probed(self.field, self.coupling))
        own_levels, levels = (-each.energies / self.chain.period for each in (own, whole))
        return Probed(self, own_levels, own.vectors, levels, whole.vectors)


@dataclass(frozen=True, eq=False)
class Probed:
    """All eigen-data of a chain, and of the chain with its probe.

    States |a sigma> without coupling are numbered up first: a, then n + a.

    Attributes
    ----------
    spec
        :class:`ProbedChain`.
    energies, own
        (n,) E_a of the chain and (n, n) its vectors.
    levels, vectors
        (2n,) of both together and (2n, 2n), chain (x) probe.
    """

    spec: ProbedChain
    energies: RealArray
    own: Array
    levels: RealArray
    vectors: Array

    @property
    def sites(self) -> int:
        return int(self.spec.chain.sites)

    def folded(self, differences: RealArray) -> RealArray:
        """|E| modulo Omega, the least there is."""
        period = self.spec.period
        if math.isinf(period):
            return np.abs(differences)
        return np.abs(differences - period * np.round(differences / period))

    @cached_property
    def elements(self) -> RealArray:
        """(n, n) |V_ab| in units of J."""
        flipped = self.own.reshape(2, -1, len(self.own))[::-1].reshape(self.own.shape)
        return np.abs(self.own.conj().T @ flipped)

    @cached_property
    def detuning(self) -> RealArray:
        """(2n, n) |E_a - E_b + sigma h| of the states |a sigma> and |b, -sigma>, in units of
        J."""
        apart, h = np.subtract.outer(self.energies, self.energies), self.spec.field
        return self.folded(np.concatenate([apart + h, apart - h])) / self.spec.coupling

    @cached_property
    def z(self) -> Array:
        """(2n, 2n) <alpha|sigma^z_P|beta>."""
        up = self.vectors[::2]
        return 2 * (up.conj().T @ up) - np.eye(len(self.levels))

    @cached_property
    def overlaps(self) -> Array:
        """(2n, 2n) <alpha|a sigma>, the states |a sigma> in columns."""
        halves = (self.vectors[place::2].conj().T @ self.own for place in range(2))
        return np.concatenate(list(halves), axis=1)

    @cached_property
    def signs(self) -> RealArray:
        """(2n,) sigma of the states |a sigma>."""
        return np.repeat([1.0, -1.0], len(self.energies))

    @cached_property
    def memory(self) -> RealArray:
        """(2n,) infinite-time mean of <a sigma|sigma^z_P(t) sigma^z_P|a sigma>; their mean is
        C_zz."""
        return self.signs * (np.abs(self.overlaps.T) ** 2 @ self.z.diagonal().real)

    @cached_property
    def polarisations(self) -> RealArray:
        """(L, n, 3) <a|sigma_k|a>, all components."""
        return np.array([_spin(self.own, place) for place in range(self.sites)])


def _spin(vectors: Array, place: int) -> RealArray:
    """(n, 3) <a|sigma|a> at one site of the states in the columns."""
    table = vectors.reshape(2**place, 2, -1, vectors.shape[1])
    up, down = table[:, 0], table[:, 1]
    across = 2 * np.sum(up.conj() * down, axis=(0, 1))
    along = np.sum(np.abs(up) ** 2 - np.abs(down) ** 2, axis=(0, 1))
    return np.stack([across.real, across.imag, along], axis=-1)


def weighed(values: Any, weights: Any, edges: RealArray) -> RealArray:
    """Sums of weights in bins, with what lies below the first edge and from the last on as the
    first and the last entry."""
    places = np.searchsorted(edges, np.ravel(values), side="right")
    known = np.broadcast_to(weights, np.shape(values)).ravel()
    found = np.bincount(places, weights=known, minlength=len(edges) + 1)
    return found.astype(np.float64)
