"""Matrix elements of a local operator between all pairs of states of a circuit: resonances.

Garratt, Roy & Chalker, Phys. Rev. B 104, 184203 (2021), in the exact form that a unitary has,
with 2 sin(omega/2) in the place of omega.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, Sequence, runtime_checkable

import numpy as np
from scipy.linalg.blas import zherk

from bathlab.checks import (
    as_array,
    as_integer,
    as_list,
    as_real,
    as_state,
    refusal,
    require_kind,
    shown,
)
from bathlab.conventions import Array, RealArray
from bathlab.facts import Facts
from bathlab.operators.door import as_system
from bathlab.operators.eigensystem import UnitaryEigensystem
from bathlab.operators.hermitian import UNITARY_TOLERANCE
from bathlab.operators.system import System
from bathlab.spectrum.backend import Backend, resolve
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.states.base import Eigenstate
from bathlab.spectrum.unitary.device import projector_elements


@runtime_checkable
class ActsOnSites(Protocol):
    """A system of spins with a local operator to every site, as a circuit."""

    @property
    def dims(self) -> tuple[int, ...]: ...

    def pauli(self, site: int) -> Array: ...


@dataclass(frozen=True, eq=False, repr=False)
class Resonances(Facts):
    """All pairs of n states as sigma_j sees them.

    Attributes
    ----------
    quasienergies
        (n,) theta.
    z
        (n, n) complex, z_nm = <n|sigma_j|m>, Hermitian.
    complete
        whether these are all states of the circuit, and not a window of them, in which
        sums over all states cannot be taken.
    """

    quasienergies: RealArray
    z: Array
    complete: bool = True

    @cached_property
    def omega(self) -> RealArray:
        """(n, n) omega_nm = theta_n - theta_m, in (-pi, pi]."""
        difference = np.subtract.outer(self.quasienergies, self.quasienergies)
        difference[difference > np.pi] -= 2 * np.pi
        difference[difference <= -np.pi] += 2 * np.pi
        return difference

    @cached_property
    def Z(self) -> RealArray:
        """(n, n) Z_nm = |z_nm|^2; every row has the sum 1 if all states are there."""
        return self.z.real**2 + self.z.imag**2

    @cached_property
    def Omega(self) -> RealArray:
        """(n, n) resonant energy scale Omega_nm = |z_nm| |omega_nm| (eq. 4)."""
        return np.abs(self.z) * np.abs(self.omega)

    @cached_property
    def invariant(self) -> RealArray:
        """(n, n) |z_nm| 2 |sin(omega_nm/2)|, which no field h_j changes while n and m are a
        two-level system; Omega_nm up to a factor 1 - omega^2/24."""
        return 2 * np.abs(self.z) * np.abs(np.sin(self.omega / 2))

    @property
    def polarisation(self) -> RealArray:
        """(n,) z_nn = 2 d theta_n/dh_j."""
        return self.z.diagonal().real

    @cached_property
    def depolarisation(self) -> RealArray:
        """(n,) D_n = 1 - z_nn^2 = sum of Z_nm over m != n (eq. 6); as that sum, which keeps its
        digits where D is small, if all states are there."""
        return self._other(self.Z) if self.complete else 1 - self.polarisation**2

    @cached_property
    def fidelity(self) -> RealArray:
        """(n,) chi_n = 4 |d|n>/dh_j|^2 = sum over m != n of Z_nm/(2 sin(omega_nm/2))^2 (10).

        Raises ValueError for a window of states, as all sums over states do.
        """
        self.require_all("fidelity")
        return self._other(self.Z / self._chord(self.omega) ** 2)

    @cached_property
    def curvature(self) -> RealArray:
        """(n,) kappa_n = dz_nn/dh_j = 1/2 sum over m != n of Z_nm cot(omega_nm/2), of which
        (15) is the limit of small omega."""
        self.require_all("curvature")
        return self._other(self.Z * np.cos(self.omega / 2) / self._chord(self.omega))

    def rearranged(self, order: Any) -> Resonances:
        """The same levels with the elements z_nm of all pairs in another order: a control
        without any relation of z to omega.

        Parameters
        ----------
        order
            permutation of the n (n - 1)/2 pairs n < m, row by row as in
            ``numpy.triu_indices``, a random one say. Diagonal elements stay where they are.

        Raises
        ------
        ValueError
            If it is no such permutation.
        """
        upper = np.triu_indices(len(self.z), 1)
        places = as_array("order", order, kind="integer", least=0)
        if not np.array_equal(np.sort(places), np.arange(len(upper[0]))):
            raise ValueError(
                f"An order of {len(places)} numbers was given; expected a permutation of the "
                f"{len(upper[0])} pairs. Use generator.permutation({len(upper[0])})."
            )
        moved = np.zeros_like(self.z)
        moved[upper] = self.z[upper][places]
        moved += moved.conj().T
        moved[np.diag_indices_from(moved)] = self.z.diagonal()
        return Resonances(self.quasienergies, moved, self.complete)

    def participation(self, power: float) -> RealArray:
        """(n,) sum of Z_nm^power over m != n, whose mean stays finite at any size for a power
        above zeta/2 zeta_c, derived from (8); a positive power."""
        self.require_all("participation")
        return self._other(self.Z ** as_real("power", power, above=0))

    def mean_pair(self) -> float:
        """Mean of Z_nm over pairs n != m: that of D over n - 1, if all states are there."""
        n = len(self.Z)
        return float(self._other(self.Z).sum()) / (n * (n - 1))

    def mean_triple(self) -> float:
        """Mean of Z_np Z_pm Z_mn over three different states (appendix C): two resonances that
        share a state make a third pair large, so it falls as J^2, not J^4."""
        n, others = len(self.Z), self.Z.copy()
        np.fill_diagonal(others, 0.0)
        total = float(np.sum((others @ others) * others))
        return total / (n * (n - 1) * (n - 2))

    def require_all(self, what: str) -> None:
        """Raise ValueError, naming a sum over all states, if this is but a window."""
        if not self.complete:
            raise ValueError(
                f"{what} of a window of {len(self.z)} states was asked for; expected all "
                "states, over which it is a sum. Use resonances(circuit, site) without states."
            )

    @staticmethod
    def _chord(omega: RealArray) -> RealArray:
        """2 sin(omega/2), 1 on the diagonal."""
        chord = 2 * np.sin(omega / 2)
        np.fill_diagonal(chord, 1.0)
        return chord

    @staticmethod
    def _other(terms: RealArray) -> RealArray:
        """Sum of each row without its diagonal entry."""
        row, column = np.ogrid[: len(terms), : len(terms)]
        return np.sum(terms, axis=1, where=row != column)


def resonances(
    circuit: Any,
    site: int,
    states: Sequence[Eigenstate] | None = None,
    *,
    backend: str | Backend | None = None,
) -> Resonances:
    """Omega, z, omega, Z of all pairs of states, and what they make of each state.

    Parameters
    ----------
    circuit
        :class:`bathlab.model.Circuit`, or its eigen-data from
        :func:`bathlab.diagonalise`, which are found once and kept.
    site
        j, from 1 to L.
    states
        a window of eigenstates, from :func:`bathlab.eigenstates_near`, in whose order the
        result is; None for all.
    backend
        "cpu", or "cuda" for eigen-data and elements by a CUDA device (cupy); None for
        eigen-data where :func:`bathlab.diagonalise` finds them, and elements by the host.

    Returns
    -------
    Resonances
        ``Omega``, ``z``, ``omega``, ``Z``, each (n, n) with a row and a column for each state.

    Raises
    ------
    ValueError
        If there is no such site, the system has no local operators, states are of another
        dimension, all eigenvectors do not fit, or the backend is unknown or not there.

    Examples
    --------
    >>> import bathlab as bl
    >>> circuit = bl.BrickworkCircuit(sites=6, coupling=0.05).sample(seed=1)
    >>> found = bl.resonances(circuit, site=1)
    >>> print(found.z.shape, f"sum over m of Z_nm = {found.Z[0].sum():.6f}")
    (64, 64) sum over m of Z_nm = 1.000000
    >>> print(f"D of the states: median {sorted(found.depolarisation)[32]:.3f}, "
    ...       f"mean {found.depolarisation.mean():.3f}: some are in resonance")
    D of the states: median 0.113, mean 0.160: some are in resonance
    """
    where = resolve("cpu" if backend is None else backend)
    system: System = as_system(circuit, "circuit", kind="unitary")
    require_kind("circuit", system, ActsOnSites, "Sample a BrickworkCircuit.")
    assert isinstance(system, ActsOnSites)
    pauli = system.pauli(site)
    if states is not None:
        states = as_list("states", states, "eigenstates")
        for state in states or [None]:
            require_kind("states", state, Eigenstate, "Take those of eigenstates_near.")
        quasienergies = np.array([state.energy for state in states])
        vectors = np.column_stack([as_state("state", s, system.dimension) for s in states])
        z = spin_elements(vectors, pauli, site, backend=where)
        return Resonances(quasienergies, z, complete=False)
    found = diagonalise(system, backend=None if backend is None else where)
    assert isinstance(found, UnitaryEigensystem)
    z = spin_elements(found.vectors, pauli, site, backend=where)
    return Resonances(found.quasienergies, z)


def spin_elements(
    vectors: Array, pauli: Array, site: int, *, backend: str | Backend = "cpu"
) -> Array:
    """<n|sigma|m> of all pairs of states, sigma a spin component on one site.

    sigma = 2 P - 1 with P the projector on its eigenvalue 1, so the elements are 2 A^dagger A -
    1, A the n/2 rows of the vectors there: with the symmetry a quarter of the work of a product
    V^dagger (sigma V).

    Parameters
    ----------
    vectors
        (n, k) orthonormal states in the columns, of spins 1, ..., L.
    pauli
        (2, 2) sigma on its own site, of eigenvalues +-1.
    site
        from 1, the leftmost factor.
    backend
        "cpu", or "cuda" for the product on a CUDA device through cupy.

    Returns
    -------
    ndarray
        (k, k) complex Hermitian.

    Raises
    ------
    ValueError
        If an array is of another shape, the states are not those of spins, sigma is not
        Hermitian with eigenvalues +-1, there is no such site, or the backend is unknown or not
        there.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> vectors = np.eye(4)  # up-up, up-down, down-up, down-down
    >>> sigma_x = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> print(np.abs(bl.analysis.spin_elements(vectors, sigma_x, site=2)).round(3))
    [[0. 1. 0. 0.]
     [1. 0. 0. 0.]
     [0. 0. 0. 1.]
     [0. 0. 1. 0.]]
    """
    where = resolve(backend)
    vectors = as_array("vectors", vectors, shape=(None, None), kind="complex")
    n, count = vectors.shape
    sites = n.bit_length() - 1
    if n != 2**sites:
        raise refusal("vectors", f"states of {n} entries", "2^L of L spins", "Check its axes.")
    pauli, site = _as_pauli(pauli), as_integer("site", site, 1, sites)
    up = np.linalg.eigh(pauli)[1][:, 1].conj()
    table = np.reshape(vectors, (2 ** (site - 1), 2, -1))
    rows = (up[0] * table[:, 0] + up[1] * table[:, 1]).reshape(n // 2, count)
    if not where.is_host:
        return where.to_host(projector_elements(where.to_device(rows), where))
    # The transpose of an array by rows is one by columns, which BLAS takes as it is; then the
    # product is the complex conjugate.
    half = np.triu(zherk(2.0, rows.T)).conj()
    half[np.diag_indices(count)] -= 1.0
    half += np.triu(half, 1).conj().T
    return half


def _as_pauli(pauli: Any) -> Array:
    """A spin component of one site, (2, 2); ValueError if it is none."""
    found = as_array("pauli", pauli, shape=(2, 2), kind="complex")
    off = max(np.abs(found - found.conj().T).max(), np.abs(found @ found - np.eye(2)).max())
    if off > UNITARY_TOLERANCE or abs(np.trace(found)) > UNITARY_TOLERANCE:
        raise refusal(
            "pauli", shown(pauli), "a Hermitian matrix of eigenvalues +-1", "Take sigma^x."
        )
    return found
