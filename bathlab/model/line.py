"""Physical spins in a line behind a bath: each touches the one before it, none is a LIOM.

H = H_B + sum_i h_i sigma^z_i + sum_i g_i sigma^x_{i-1} sigma^x_i, sigma^x_0 the contact of the
bath (De Roeck & Huveneers, eq. 18, where g_i = g and the h_i are uniform on [-h, h]).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from bathlab.conventions import RealArray
from bathlab.model.baths import Bath, attach, require_parts
from bathlab.model.coupled import BathMatrices, CoupledSystem
from bathlab.model.grain import Grain
from bathlab.model.lioms import NO_LIOMS, Chain, Lioms


@dataclass(frozen=True)
class LocalisedChain:
    """A bath with spins in a line behind it; :meth:`sample` draws one realisation.

    Parameters
    ----------
    bath : any bath; LIOMs that it has swallowed stay at its contact, as does the first spin.
    spins : their fields h_i and couplings g_i, as of LIOMs; g_i couples spin i to spin i - 1.
        The paper's are ``LiomChain(count, alpha=1.0, g1=g, field=0.0, disorder=h)``. Each field
        has its own random stream: a longer chain leaves the fields of a shorter one
        bit-identical.

    Raises
    ------
    ValueError
        If an argument is not a bath or has no fields and couplings.
    """

    bath: Bath
    spins: Chain

    def __post_init__(self) -> None:
        require_parts(self.bath, self.spins)

    def sample(self, seed: int, realisation: int = 0) -> ChainSystem:
        """The chain of one realisation; the same arguments give the same bits."""
        together = attach(self.bath, self.spins, seed, realisation)
        inside = together.swallowed
        fields, couplings = together.lioms.fields, together.lioms.couplings
        core = CoupledSystem(together.bath, Lioms(fields[:inside], couplings[:inside]))
        return ChainSystem(core, Lioms(fields[inside:], couplings[inside:]))


@dataclass(frozen=True, eq=False)
class ChainSystem:
    """One realisation of a :class:`LocalisedChain`. Basis order bath (x) spin 1 (x) ... (x) n.

    Attributes
    ----------
    core : CoupledSystem, the bath with the LIOMs that it swallowed, if any.
    spins : fields h_i and couplings g_i of the spins, nearest to the bath first.
    """

    core: CoupledSystem
    spins: Lioms

    @property
    def count(self) -> int:
        """Number of spins in the line."""
        return self.spins.count

    @property
    def fields(self) -> RealArray:
        """h_i, shape (count,)."""
        return self.spins.fields

    @property
    def dims(self) -> tuple[int, ...]:
        """Dimensions of the tensor factors, bath first."""
        return self.core.dims + (2,) * self.count

    @property
    def dimension(self) -> int:
        return self.core.dimension * 2**self.count

    @property
    def hamiltonian(self) -> sparse.csr_array:
        """H as CSR, real symmetric, shape (dimension, dimension)."""
        return sparse.csr_array(self._matrices[-1].hamiltonian)

    def to_csr(self) -> sparse.csr_array:
        """The same as :attr:`hamiltonian`."""
        return self.hamiltonian

    def stage(self, spin: int) -> CoupledSystem:
        """Spin ``spin`` = 1, ..., count attached to its bath: the core and the spins before it.

        Its contact is sigma^x of the spin before, so that every analyser of one spin at a bath
        applies; ``stage(i).operator(1)`` is sigma^x_i. ``stage(count)`` is the whole chain.

        Raises
        ------
        ValueError
            If there is no such spin.
        """
        self._require_spin(spin, 1)
        return self._stage(spin, self._matrices[spin - 1])

    def grain(self, spins: int) -> Grain:
        """The core with the first ``spins`` of the line (0 to count) as the bath of the
        next."""
        self._require_spin(spins, 0)
        return Grain(CoupledSystem(self._matrices[spins], NO_LIOMS))

    def operator(self, spin: int) -> sparse.csr_array:
        """sigma^x_i on the whole chain, i = 1, ..., count, or the contact of the bath, i =
        0."""
        self._require_spin(spin, 0)
        outside = sparse.eye_array(2 ** (self.count - spin))
        return sparse.csr_array(sparse.kron(self._matrices[spin].contact, outside))

    @cached_property
    def _matrices(self) -> list[BathMatrices]:
        """The bath of each spin, and the whole chain as the bath of one more."""
        core = self.core
        found = [
            core.bath
            if core.lioms.count == 0
            else BathMatrices(
                core.hamiltonian, core.operator("contact"), core.operator("probe"), core.dims
            )
        ]
        for spin in range(1, self.count + 1):
            stage = self._stage(spin, found[-1])
            found.append(
                BathMatrices(
                    stage.hamiltonian, stage.operator(1), stage.operator("probe"), stage.dims
                )
            )
        return found

    def _stage(self, spin: int, bath: BathMatrices) -> CoupledSystem:
        last = slice(spin - 1, spin)
        return CoupledSystem(bath, Lioms(self.spins.fields[last], self.spins.couplings[last]))

    def _require_spin(self, spin: int, least: int) -> None:
        if not isinstance(spin, (int, np.integer)) or not least <= spin <= self.count:
            raise ValueError(
                f"spin {spin!r} was asked for; expected a number from {least} to "
                f"{self.count}. There are {self.count} spins in the line."
            )
