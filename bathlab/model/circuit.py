"""Brickwork Floquet circuits: spins in random fields, coupled in turn to their neighbours.

Garratt, Roy & Chalker, Phys. Rev. B 104, 184203 (2021), appendix A.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from bathlab.checks import as_integer, as_real, require_choice, require_kind, settle
from bathlab.conventions import Array
from bathlab.facts import Fact
from bathlab.model.fields import Fields, as_unitaries, on_site_products, random_rotations
from bathlab.operators.gates import GateProduct, apply_series
from bathlab.operators.memory import require_memory
from bathlab.operators.spins import PAULI, site_operator, spin_operator
from bathlab.operators.system import System

if TYPE_CHECKING:
    from qutip import Qobj

#: What to do where a matrix of the size of W is too large.
BY_PRODUCTS = (
    "Use windows of far fewer states, which need products alone: "
    "eigenstates_near(circuit, quasienergy, count)."
)
SWAP = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]], dtype=np.float64)


@dataclass(frozen=True)
class BrickworkCircuit:
    """A ring of spins under a periodic circuit; :meth:`sample` draws one realisation.

    One period W, time running upwards; every box is a gate on two neighbours, and the one that
    reaches round the ring is drawn in halves::

              1       2       3       4       5       6        sites
              |       |       |       |       |       |
            +-----------+   +-----------+   +-----------+
            |  w_1,2    |   |  w_3,4    |   |  w_5,6    |      odd bonds: second
            +-----------+   +-----------+   +-----------+
              |       |       |       |       |       |
            ----+   +-----------+   +-----------+   +----
         w_6,1  |   |  w_2,3    |   |  w_4,5    |   |  w_6,1   even bonds: first
            ----+   +-----------+   +-----------+   +----
              |       |       |       |       |       |

        W = [w_1,2 w_3,4 ... w_L-1,L] [w_2,3 w_4,5 ... w_L,1],
        w_j,j+1 = exp(i pi J S_j,j+1) (u_j (x) v_j+1),    S the swap of the two spins:

    the **even bonds act first**, and in each gate the fields act **before** the swap. u_j and
    v_j are independent Haar-random SU(2) matrices. So an even site feels u_j, then v_j, an odd
    one v_j, then u_j; the product, v_j u_j or u_j v_j, is exp(i h_j sigma_j/2), which defines
    the field h_j in (0, 2 pi) and the local operator sigma_j. At J = 0 every sigma_j commutes
    with W.

    Parameters
    ----------
    sites
        L, even, at least 4. Sites count from 1; site 1 is the leftmost factor.
    coupling
        J, from 0 to 1/2 (where each gate is a swap). The paper calls J <= 0.07
        localised; J = 1/4 is thermal. There is no time reversal: the thermal class is the CUE.

    Raises
    ------
    ValueError
        If ``sites`` is odd or below 4, or ``coupling`` outside [0, 1/2].

    Examples
    --------
    >>> import bathlab as bl
    >>> circuit = bl.BrickworkCircuit(sites=8, coupling=0.25).sample(seed=1)
    >>> print(circuit.dimension, circuit.fields.round(2))
    256 [2.06 3.52 1.37 2.69 3.5  2.47 2.99 3.57]
    >>> print(f"mean gap ratio {bl.mean_gap_ratio(circuit):.2f}: thermal, 0.60 in the CUE")
    mean gap ratio 0.58: thermal, 0.60 in the CUE
    >>> weak = bl.BrickworkCircuit(sites=8, coupling=0.03).sample(seed=1)
    >>> print(f"mean gap ratio {bl.mean_gap_ratio(weak):.2f}: localised, 0.39 if uncorrelated")
    mean gap ratio 0.39: localised, 0.39 if uncorrelated
    """

    sites: int
    coupling: float

    def __post_init__(self) -> None:
        sites, coupling = as_integer("sites", self.sites, 4), as_real("coupling", self.coupling)
        if sites % 2:
            raise ValueError(
                f"sites = {sites} was given; expected an even number, since every site "
                f"has two gates a period. Take {sites - 1} or {sites + 1}."
            )
        if not 0 <= coupling <= 0.5:
            raise ValueError(
                f"coupling = {coupling:g} was given; expected a number from 0 to 0.5, where a "
                "gate is a swap. Choose one in between."
            )
        settle(self, sites=sites, coupling=coupling)

    def sample(self, seed: int, realisation: int = 0) -> Circuit:
        """The circuit of one realisation; the same arguments give the same bits.

        Each site has its own random stream, so a longer circuit has the fields of a shorter
        one at the sites that both have.
        """
        u, v = random_rotations(self.sites, seed, realisation)
        return Circuit(u, v, self.coupling)

    @staticmethod
    def from_fields(u: Any, v: Any, coupling: float) -> Circuit:
        """The circuit with these fields.

        Parameters
        ----------
        u, v
            (L, 2, 2) unitary matrices u_1, ..., u_L and v_1, ..., v_L, L even, at least 4.
            If their determinants are not 1, sigma_j is defined up to its sign, and (h, sigma)
            is as good as (2 pi - h, -sigma).
        coupling
            J, from 0 to 1/2.

        Raises
        ------
        ValueError
            If the shapes differ or are others, a matrix is not unitary, or J is out of range.
        """
        return Circuit(u, v, coupling)


class Circuit(System):
    """One realisation of a :class:`BrickworkCircuit`: a System of kind "unitary".

    ``circuit @ x`` is the product, gate by gate; W is never built for it. Basis order: site 1
    (x) ... (x) site L. Sites count from 1 here; ``site_operator`` counts the factors from 0, as
    that of every system.

    Attributes
    ----------
    u, v
        (L, 2, 2) the fields.
    coupling
        J.
    fields
        (L,) h_j, in (0, 2 pi).
    axes
        (L, 3) unit vectors n_j, sigma_j = n_j . (sigma^x, sigma^y, sigma^z).

    Notes
    -----
    Raises ValueError as :meth:`BrickworkCircuit.from_fields`.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> drawn = bl.BrickworkCircuit(sites=4, coupling=0.0).sample(seed=1)
    >>> state = np.ones(16) / 4
    >>> for J in (0.0, 0.1):
    ...     W = bl.model.Circuit(drawn.u, drawn.v, coupling=J)
    ...     sigma = W.local_operator(2)
    ...     change = np.linalg.norm(W @ (sigma @ state) - sigma @ (W @ state))
    ...     print(f"J = {J}: |[W, sigma] psi| = {change:.3f}")
    J = 0.0: |[W, sigma] psi| = 0.000
    J = 0.1: |[W, sigma] psi| = 0.569
    """

    kind = "unitary"
    has_matrix = True

    def __init__(self, u: Any, v: Any, coupling: float, on_site: Fields | None = None) -> None:
        u, v = as_unitaries("u", u), as_unitaries("v", v)
        if u.shape != v.shape:
            raise ValueError(
                f"u of shape {u.shape} and v of shape {v.shape} were given; expected equal "
                "ones, (L, 2, 2). Give two matrices to every site."
            )
        checked = BrickworkCircuit(len(u), coupling)
        self.u, self.v, self.coupling = u, v, float(checked.coupling)
        if on_site is not None:
            require_kind("on_site", on_site, Fields, "Leave it out: they follow from u and v.")
        self._on_site = on_site_products(u, v) if on_site is None else on_site
        self.fields, self.axes = self._on_site
        product = _gate_product(u, v, self.coupling)
        self._gates, self._adjoint_gates = (
            each.kernel_form() for each in (product, product.adjoint())
        )
        super().__init__((2,) * len(u), np.complex128)

    def facts(self) -> list[Fact]:
        return [*super().facts(), Fact("J", f"{self.coupling:g}")]

    @property
    def sites(self) -> int:
        """L."""
        return len(self.u)

    @property
    def digest(self) -> str:
        """SHA-256 of the fields, J and h_j: the identity of the circuit in a store."""
        found = hashlib.sha256()
        for part in (self.u, self.v, self.coupling, self.fields):
            found.update(np.ascontiguousarray(part, dtype="<c16").tobytes())
        return found.hexdigest()

    def sample(self, seed: int, realisation: int = 0) -> Circuit:
        """This circuit, which is the same in every realisation."""
        return self

    def unitary(self) -> Array:
        """W, (n, n) ndarray. Raises ValueError, naming the way without, if it does not fit."""
        needed = 3 * 16 * 4.0 ** min(self.sites, 450)
        require_memory(needed, f"W of {self.sites} sites", BY_PRODUCTS)
        return self.matmat(np.eye(self.dimension, dtype=np.complex128))

    def matrix(self) -> Array:
        return self.unitary()

    def local_operator(self, site: int) -> sparse.csr_array:
        """sigma_j of j = ``site``, from 1 to L, as CSR: Hermitian with eigenvalues +-1.

        Raises
        ------
        ValueError
            If there is no such site.
        """
        pauli = self.pauli(site)
        # Two entries per row, 24 bytes each, and as much again while they are put together.
        needed = 96.0 * 2.0 ** min(self.sites, 900)
        require_memory(needed, f"sigma_{site} of {self.sites} sites", "Take fewer sites.")
        return spin_operator(pauli, site - 1, self.sites)

    def pauli(self, site: int) -> Array:
        """sigma_j on its own site, shape (2, 2)."""
        x, y, z = self.axes[self._require_site(site) - 1]
        return np.array([[z, x - 1j * y], [x + 1j * y, -z]])

    def operator(self, which: str | int, axis: str = "local") -> sparse.csr_array:
        """:meth:`local_operator` of the site ``which``, or its sigma^x, sigma^y, sigma^z."""
        require_choice("axis", axis, ("local", *PAULI))
        site = self._require_site(which)
        if axis == "local":
            return self.local_operator(site)
        return site_operator(axis, site - 1, self.dims)

    def derivative(self, site: int) -> LinearOperator:
        """dW/dh_j at fixed sigma_j, W i sigma_j/2, as a product; j = ``site`` from 1 to L."""
        inner = 0.5j * self.local_operator(site)
        return aslinearoperator(self) @ aslinearoperator(inner)

    def shifted(self, site: int, shift: float) -> Circuit:
        """The circuit with h_j + ``shift`` at the same sigma_j: W exp(i shift sigma_j/2).

        The field of the result may leave (0, 2 pi), so that its sigma_j is still this one.

        Raises
        ------
        ValueError
            If there is no such site, or the shift is not finite.
        """
        shift = as_real("shift", shift)
        half = shift / 2
        turn = math.cos(half) * np.eye(2) + 1j * math.sin(half) * self.pauli(site)
        u, v, fields = self.u.copy(), self.v.copy(), self.fields.copy()
        first = u if site % 2 == 0 else v  # the field that acts first on this site
        first[site - 1] = first[site - 1] @ turn
        fields[site - 1] += shift
        return Circuit(u, v, self.coupling, Fields(fields, self.axes))

    def to_qobj(self) -> Qobj:
        """W as a qutip.Qobj with dims [dims, dims]."""
        import qutip

        dims = list(self.dims)
        return qutip.Qobj(self.unitary(), dims=[dims, dims])

    def series(self, coefficients: Any, x: Array) -> Array:
        return apply_series(self._gates, coefficients, x)

    def _require_site(self, site: Any) -> int:
        return as_integer("site", site, 1, self.sites)

    def _matmat(self, x: Array) -> Array:
        return apply_series(self._gates, (0, 1), x)

    def _matvec(self, x: Array) -> Array:
        return self._matmat(x.reshape(-1, 1)).reshape(x.shape)

    def _rmatmat(self, x: Array) -> Array:
        return apply_series(self._adjoint_gates, (0, 1), x)

    def _rmatvec(self, x: Array) -> Array:
        return self._rmatmat(x.reshape(-1, 1)).reshape(x.shape)


def _gate_product(u: Array, v: Array, coupling: float) -> GateProduct:
    """The gates of one period, even bonds first. Site j of the text is u[j - 1]."""
    sites = len(u)
    angle = math.pi * coupling
    mixing = math.cos(angle) * np.eye(4) + 1j * math.sin(angle) * SWAP
    bonds = [(j - 1, j % sites) for first in (2, 1) for j in range(first, sites + 1, 2)]
    gates = np.array([mixing @ np.kron(u[left], v[right]) for left, right in bonds])
    return GateProduct(sites, gates, tuple(bonds))
