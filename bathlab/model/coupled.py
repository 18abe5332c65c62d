"""A bath with LIOMs attached to it: H = H_B + sum_i h_i tau^z_i + sum_i g_i V_i tau^x_i.

All LIOMs touch one bath operator, the contact V (De Roeck & Huveneers, eq. 15), unless they
have sites of their own. A drawn bath is a :class:`Grain`; LIOMs attached to it make a
:class:`CoupledSystem`; that is a grain again.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from bathlab.checks import as_integer, require_kind
from bathlab.conventions import Array, RealArray
from bathlab.facts import Fact
from bathlab.model.couplers import couplers_of, flip_sectors
from bathlab.model.draw import Draw
from bathlab.model.eth_interface import EthInterface
from bathlab.model.lioms import NO_LIOMS, Chain, Lioms, require_chain
from bathlab.model.matrices import BathMatrices
from bathlab.operators.described import factor_facts, size_facts
from bathlab.operators.eigensystem import Solution
from bathlab.operators.hermitian import Matrix, is_filled
from bathlab.operators.memory import held_bytes, require_memory
from bathlab.operators.sectors import HasSectors
from bathlab.operators.simd import LANES
from bathlab.operators.spins import pauli, spin_operator
from bathlab.operators.system import System
from bathlab.operators.table import TableForm, packed_form
from bathlab.operators.traces import moments_of

if TYPE_CHECKING:
    from qutip import Qobj

#: Vectors of the full dimension that even a matrix-free method holds at once.
WORKING_VECTORS = 6


class CoupledSystem(HasSectors):
    """One realisation of a bath with LIOMs, a scipy LinearOperator of the Hamiltonian.

    ``system @ x`` never builds H: the bath block (dense or sparse) acts on the rows of x as a
    (bath, LIOMs) table, the sums of LIOM flips on its columns. Krylov methods take
    :attr:`table_form`, which is faster. Real, unless H_B or, with LIOMs, V is complex; basis
    order bath (x) tau_1 (x) ... (x) tau_n.

    Attributes
    ----------
    bath
        :class:`BathMatrices`.
    lioms
        :class:`~bathlab.model.lioms.Lioms`, nearest first.
    couplers
        what joins them: an operator of the bath with one of the LIOMs, each.
    liom_energies
        (2^n,) array, sum_i h_i s_i + sum_{i<j} J_ij s_i s_j of every LIOM
        configuration.
    inside
        int, how many of the LIOMs belong to the (enlarged) bath.
    draw
        :class:`Draw`; None for a system that was not drawn.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> grain = bl.LocalChainBath(spins=4).sample(seed=1)
    >>> lioms = bl.model.Lioms(fields=[1.0, 0.9], couplings=[0.3, 0.2])
    >>> system = bl.model.CoupledSystem(grain.system.bath, lioms)
    >>> print(system.dims, system.liom_energies.round(2))
    (2, 2, 2, 2, 2, 2) [ 1.9  0.1 -0.1 -1.9]
    >>> x = np.ones(system.dimension)
    >>> print(np.allclose(system @ x, system.hamiltonian @ x), "without H being built")
    True without H being built
    """

    has_matrix = True

    def __init__(
        self,
        bath: BathMatrices,
        lioms: Lioms,
        inside: int = 0,
        *,
        draw: Draw | None = None,
        grain: Grain | None = None,
        solution: Solution | None = None,
    ) -> None:
        require_kind("bath", bath, BathMatrices, "Take grain.system.bath.")
        require_kind("lioms", lioms, Lioms, "Draw them with LiomChain.sample.")
        require_kind("draw", draw, (Draw, type(None)), "Leave it out.")
        require_kind("grain", grain, (Grain, type(None)), "Leave it out.")
        self.bath = bath
        self.lioms = lioms
        self.inside = as_integer("inside", inside, 0, lioms.count)
        self.draw = draw
        self.couplers = couplers_of(bath, lioms)
        self.liom_energies = lioms.energies
        self._grain = grain
        self._operators: dict[tuple[str | int, str], sparse.csr_array] = {}
        touching = (each.bath for each in self.couplers)
        dtype = np.result_type(np.float64, bath.hamiltonian, *touching)
        super().__init__(bath.dims + (2,) * lioms.count, dtype, solution)

    @cached_property
    def hamiltonian(self) -> sparse.csr_array:
        """H as CSR, shape (dimension, dimension)."""
        if self.lioms.count == 0:
            matrix = sparse.csr_array(self.bath.hamiltonian, copy=True)
            matrix.eliminate_zeros()
            return matrix
        total = self._on_bath(self.bath.hamiltonian) + sparse.kron(
            sparse.eye_array(self.bath.dimension), sparse.diags_array(self.liom_energies)
        )
        for each in self.couplers:
            total = total + sparse.kron(sparse.csr_array(each.bath), each.lioms)
        matrix = sparse.csr_array(total)
        matrix.eliminate_zeros()
        return matrix

    def matrix(self) -> Matrix:
        """H as :attr:`hamiltonian`, or as the bath's own ndarray where no LIOM is attached."""
        bare = self.lioms.count == 0 and isinstance(self.bath.hamiltonian, np.ndarray)
        return self.bath.hamiltonian if bare else self.hamiltonian

    def facts(self) -> list[Fact]:
        drawn = [] if self.draw is None else self.draw.facts()
        parts = factor_facts(self.bath.dims, self.lioms.count)
        return [*parts, *size_facts(self), *drawn]

    def held(self) -> int:
        within = self.bath
        return held_bytes(within.hamiltonian, within.contact, within.probe, self.liom_energies)

    @property
    def grain(self) -> Grain:
        """The bath that the LIOMs were attached to, with the LIOMs that it already held."""
        if self._grain is not None:
            return self._grain
        if self.inside == self.lioms.count:
            return Grain(self)
        within = self.lioms[: self.inside]
        self._grain = Grain(CoupledSystem(self.bath, within, self.inside, draw=self.draw))
        return self._grain

    def as_grain(self) -> Grain:
        """The whole system as the bath of the next LIOM; they share all that is solved."""
        return Grain(self)

    def mean_level(self) -> float:
        """That of the bath: the fields of the LIOMs and their couplings have no trace."""
        return float(self.bath.hamiltonian.diagonal().real.mean())

    def level_moments(self) -> tuple[float, float]:
        """Of H_B, of the energies of the LIOMs and of the couplings, which are orthogonal."""
        mean, bath = moments_of(self.bath.hamiltonian)
        energies = self.liom_energies
        reach = sum(each.square for each in self.couplers)
        own = self.bath.dimension * float(energies @ energies)
        return mean, len(energies) * (bath + reach) + own

    def uncoupled(self) -> tuple[System, RealArray]:
        """The bath with the LIOMs it held, and the energies of the attached ones among
        themselves; whatever joins these to the others is a coupling."""
        return self.grain.system, self.lioms[self.inside :].energies

    @property
    def filled(self) -> bool:
        """Whether the bath is a full matrix, with so few LIOMs that the whole is one too."""
        return 2**self.lioms.count < LANES and is_filled(self.bath.hamiltonian)

    @property
    def sector_count(self) -> int:
        """How many sectors H has; LIOMs that were left uncoupled, g_i = 0, make none."""
        return flip_sectors(self.bath.sector_labels, self.couplers)

    @cached_property
    def table_form(self) -> TableForm | None:
        """The form in which Krylov methods apply H; None for a contact that has none.

        None as well for a real H whose contact is complex and touches nothing. With zz terms
        or contacts that do not commute, H of a sparse bath is taken as one matrix.
        """
        flips = [each for each in self.couplers if each.axis == "x"]
        apart = len(flips) == len(self.couplers)
        sites = tuple(each.site for each in flips) or (None,)
        basis = self.bath.row_basis_of(sites) if apart else None
        if basis is None and len(self.couplers) > 1:
            dense = is_filled(self.bath.hamiltonian)
            return None if dense else packed_form(self.hamiltonian)
        if basis is None or basis.complex and not np.issubdtype(self.dtype, np.complexfloating):
            return None
        strengths = [each.strengths[::-1] for each in flips] or [np.empty(0)]
        return basis.form(self.liom_energies, np.array(strengths))

    def operator(self, which: str | int, axis: str = "x") -> sparse.csr_array:
        """ "probe" or "contact" of the bath, or sigma^axis of LIOM 1, 2, ..., as CSR.

        The spins of the bath, and again the LIOMs, have :meth:`site_operator`.

        Raises
        ------
        ValueError
            For another name, a LIOM that is not attached, another axis than "x", "y" or "z", or
            an axis of "probe" or "contact".
        """
        count = self.lioms.count
        number = isinstance(which, (int, np.integer)) and not isinstance(which, bool)
        liom = number and 1 <= int(which) <= count
        if not liom and which not in ("probe", "contact"):
            raise ValueError(
                f"operator {which!r} was asked for; expected 'probe', 'contact' or the "
                f"number of a LIOM, 1 to {count}. Choose one of these."
            )
        matrix = pauli(axis)
        if not liom and axis != "x":
            raise ValueError(
                f"axis = {axis!r} was given for {which!r}; expected it with the number of a "
                "LIOM. Leave it out; site_operator(site, axis) is that of a spin of the bath."
            )
        if (which, axis) not in self._operators:
            self._operators[which, axis] = self._operator(which, matrix)
        return self._operators[which, axis]

    def _operator(self, which: str | int, matrix: Array) -> sparse.csr_array:
        if isinstance(which, str):
            return self._on_bath(self.bath.probe if which == "probe" else self.bath.contact)
        spin = spin_operator(matrix, int(which) - 1, self.lioms.count)
        return sparse.csr_array(sparse.kron(sparse.eye_array(self.bath.dimension), spin))

    def to_qobj(self, which: str | int = "hamiltonian", axis: str = "x") -> Qobj:
        """H, or :meth:`operator` ``which``, as a qutip.Qobj with dims [dims, dims]."""
        import qutip

        matrix = self.hamiltonian if which == "hamiltonian" else self.operator(which, axis)
        dims = list(self.dims)
        return qutip.Qobj(sparse.csr_matrix(matrix), dims=[dims, dims])

    def _on_bath(self, matrix: Matrix) -> sparse.csr_array:
        identity = sparse.eye_array(2**self.lioms.count)
        return sparse.csr_array(sparse.kron(sparse.csr_array(matrix), identity))

    def _matvec(self, x: Array) -> Array:
        table = x.reshape(self.bath.dimension, -1)
        image = self.bath.hamiltonian @ table + table * self.liom_energies
        if self.couplers:
            image = image.astype(np.result_type(image, self.dtype), copy=False)
        for each in self.couplers:
            image += each.bath @ (table @ each.lioms)
        return image.reshape(x.shape)


class Grain(EthInterface):
    """One realisation of a bath, with the ETH interface, to which LIOMs can be attached.

    Attributes
    ----------
    system
        :class:`CoupledSystem`, the bath's core with the LIOMs it already holds, if any.
    draw
        its :class:`Draw`; None for one that was not drawn.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.LocalChainBath(spins=5)
    >>> system = bl.couple(bath, bl.LiomChain(count=1, g1=0.4)).sample(seed=1)
    >>> grain = bl.model.Grain(system)  # the same as system.as_grain()
    >>> print(f"{grain.dimension} states, next G = {grain.g_parameter(g=0.2):.3f}")
    64 states, next G = 0.153
    >>> print(grain.attach(bl.model.Lioms(fields=[1.1], couplings=[0.2])).dims)
    (2, 2, 2, 2, 2, 2, 2)
    """

    system: CoupledSystem

    @property
    def draw(self) -> Draw | None:
        return self.system.draw

    def attach(self, chain: Chain | Lioms) -> CoupledSystem:
        """``chain`` attached to this very grain, which is drawn and solved no second time.

        LIOMs are drawn as :func:`bathlab.couple` draws them, bit by bit, with the streams that
        come after those of the LIOMs inside; drawn :class:`Lioms` are taken as they are.

        Raises
        ------
        ValueError
            If ``chain`` is none of LIOMs, the system would not fit, a site is no spin of the
            core, its interactions are with other LIOMs than the grain holds, or fields are to
            be drawn for a grain that was not drawn itself.
        """
        inner, draw = self.system, self.draw
        if not isinstance(chain, Lioms):
            require_chain(chain)
        count = chain.count
        item = np.result_type(inner.dtype, inner.bath.contact).itemsize
        require_memory(
            item * WORKING_VECTORS * self.dimension * 2.0 ** min(count, 900),
            f"A system of {self.dimension} bath states and {count} more LIOMs",
            "Attach fewer LIOMs.",
        )
        return CoupledSystem(
            inner.bath,
            inner.lioms.followed_by(_drawn(chain, draw)),
            inner.lioms.count,
            draw=None if draw is None else replace(draw, lioms=draw.lioms + count),
            grain=self,
            solution=None if count else self.solution,
        )


def drawn_grain(matrices: BathMatrices, draw: Draw | None = None) -> Grain:
    """The grain of matrices without LIOMs."""
    return Grain(CoupledSystem(matrices, NO_LIOMS, draw=draw))


def _drawn(chain: Chain | Lioms, draw: Draw | None) -> Lioms:
    if isinstance(chain, Lioms):
        return chain
    if draw is None:
        raise ValueError(
            f"A {type(chain).__name__} was given to a grain without seed and realisation; "
            "expected drawn LIOMs. Pass chain.sample(seed, realisation), or take the grain "
            "from bath.sample."
        )
    return chain.sample(draw.seed, draw.realisation, first=draw.lioms + 1)
