"""Physical spins in a line behind a bath: each touches the one before it, none is a LIOM.

H = H_B + sum_i h_i sigma^z_i + sum_i g_i sigma^x_{i-1} sigma^x_i, sigma^x_0 the contact of the
bath (De Roeck & Huveneers, eq. 18, where g_i = g and the h_i are uniform on [-h, h]). In the
line neighbours may have J_z sigma^z_{i-1} sigma^z_i besides.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
from scipy import sparse

from bathlab.checks import as_real, require_kind, settle
from bathlab.conventions import GAINED, RealArray
from bathlab.model.baths import Bath, require_parts
from bathlab.model.coupled import BathMatrices, CoupledSystem, Grain
from bathlab.model.lioms import NO_LIOMS, Chain, LiomChain, Lioms, require_plain
from bathlab.operators.sectors import HasSectors
from bathlab.operators.system import SystemView


@dataclass(frozen=True)
class LocalisedChain:
    """A bath with spins in a line behind it; :meth:`sample` draws one realisation.

    Parameters
    ----------
    bath
        any bath; LIOMs that it holds stay at its contact, as does the first spin.
    spins
        their fields h_i and couplings g_i, as of LIOMs; g_i couples spin i to spin i - 1.
        The paper's are ``LiomChain(count, alpha=1.0, g1=g, field=0.0, disorder=h)``; a number
        means so many of these with g = 0.2 and h = 1. Each field has its own random stream: a
        longer chain leaves the fields of a shorter one bit-identical.
    zz
        J_z between neighbours in the line; the first spin has none with the bath.

    Raises
    ------
    ValueError
        If an argument is not a bath or has no fields and couplings; if the spins have sites or
        interactions, or J_z is not finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> chain = bl.LocalisedChain(bl.LocalChainBath(spins=4), spins=3)  # g = 0.2
    >>> system = chain.sample(seed=1)
    >>> print(system.dims, system.fields.round(3))
    (2, 2, 2, 2, 2, 2, 2) [-0.986  0.056 -0.7  ]
    >>> state = bl.eigenstate_near(system, energy=0.0)
    >>> S = [bl.entanglement_entropy(state, system.dims, spin) for spin in (-3, -2, -1)]
    >>> print(np.round(S, 3), "from the bath outwards")
    [0.409 0.131 0.084] from the bath outwards
    """

    bath: Bath
    spins: Chain | int
    zz: float = field(default=0.0, metadata=GAINED)

    def __post_init__(self) -> None:
        settle(self, zz=as_real("zz", self.zz))
        if isinstance(self.spins, (int, np.integer)) and not isinstance(self.spins, bool):
            spins = LiomChain(int(self.spins), alpha=1.0, field=0.0, disorder=1.0)
            object.__setattr__(self, "spins", spins)
        require_parts(self.bath, self.spins)
        require_plain("spins", self.spins)

    def sample(self, seed: int, realisation: int = 0) -> ChainSystem:
        """The chain of one realisation; the same arguments give the same bits."""
        together = self.bath.sample(seed, realisation).attach(cast(Chain, self.spins))
        spins = together.lioms[together.inside :]
        return ChainSystem(together.grain.system, spins, self.zz)


class ChainSystem(HasSectors, SystemView):
    """One realisation of a :class:`LocalisedChain`. Basis order bath (x) spin 1 (x) ... (x) n.

    Solvers take it as they take its last stage.

    Attributes
    ----------
    core
        CoupledSystem, the bath with the LIOMs that it already holds, if any.
    spins
        fields h_i and couplings g_i of the spins, nearest to the bath first.
    zz
        J_z between neighbours in the line.

    Examples
    --------
    >>> import bathlab as bl
    >>> core = bl.LocalChainBath(spins=3).sample(seed=1).system
    >>> spins = bl.model.Lioms(fields=[0.5, -0.3, 0.8], couplings=[0.2, 0.2, 0.2])
    >>> system = bl.model.ChainSystem(core, spins, zz=0.1)
    >>> print(system.dims, system.fields)
    (2, 2, 2, 2, 2, 2) [ 0.5 -0.3  0.8]
    >>> print([system.stage(spin).dimension for spin in (1, 2, 3)], "as spins are added")
    [16, 32, 64] as spins are added
    """

    def __init__(self, core: CoupledSystem, spins: Lioms, zz: float = 0.0) -> None:
        require_kind("core", core, CoupledSystem, "Take grain.system.")
        require_kind("spins", spins, Lioms, "Draw them with LiomChain.sample.")
        require_plain("spins", spins)
        self.core, self.spins, self.zz = core, spins, as_real("zz", zz)
        self._stages, self._grains = _grown(core, spins, self.zz)
        super().__init__(self._stages[-1] if self._stages else self._grains[0].system)

    @property
    def count(self) -> int:
        """Number of spins in the line."""
        return self.spins.count

    @property
    def fields(self) -> RealArray:
        """h_i, shape (count,)."""
        return self.spins.fields

    @property
    def hamiltonian(self) -> sparse.csr_array:
        """H as CSR, shape (dimension, dimension)."""
        return sparse.csr_array(self.matrix())

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
        return self._stages[spin - 1]

    def grain(self, spins: int) -> Grain:
        """The core with the first ``spins`` of the line (0 to count) as the bath of the
        next."""
        self._require_spin(spins, 0)
        return self._grains[spins]

    def operator(self, which: str | int, axis: str = "x") -> sparse.csr_array:
        """sigma^axis_i on the whole chain, i = ``which`` = 1, ..., count, as CSR.

        0 or "contact" is the contact of the bath, "probe" its probe; they have no axis.

        Raises
        ------
        ValueError
            For another name, a spin that is not there, another axis than "x", "y" or "z", or
            one of contact or probe.
        """
        if which in ("contact", "probe"):
            inner, spin = self._grains[0].operator(which, axis), 0
        else:
            spin = self._require_spin(which, 0)
            if spin and axis != "x":
                return self.site_operator(spin - self.count - 1, axis)
            inner = self._grains[spin].operator("contact", axis)
        outside = sparse.eye_array(2 ** (self.count - spin))
        return sparse.csr_array(sparse.kron(inner, outside))

    def _require_spin(self, spin: Any, least: int) -> int:
        number = isinstance(spin, (int, np.integer)) and not isinstance(spin, bool)
        if not number or not least <= spin <= self.count:
            raise ValueError(
                f"spin {spin!r} was asked for; expected a number from {least} to "
                f"{self.count}. There are {self.count} spins in the line."
            )
        return int(spin)


def _grown(
    core: CoupledSystem, spins: Lioms, zz: float
) -> tuple[list[CoupledSystem], list[Grain]]:
    """The stage that each spin ends, and the grain before each spin and after the last."""
    grains = [Grain(core) if core.lioms.count == 0 else _merged(core, "contact")]
    stages: list[CoupledSystem] = []
    for spin in range(spins.count):
        added = spins[spin : spin + 1]
        if zz and spin:
            before = len(grains[-1].system.dims) - 1
            along = np.array([zz])
            added = replace(added, sites=(before,), bath_interactions=along)
        stages.append(grains[-1].attach(added))
        grains.append(_merged(stages[-1], 1))
    return stages, grains


def _merged(system: CoupledSystem, contact: str | int) -> Grain:
    """``system`` as a bath without inner structure that is touched at ``contact``."""
    matrices = BathMatrices(
        system.hamiltonian,
        system.operator(contact),
        system.operator("probe"),
        system.dims,
        connected=bool(np.all(system.lioms.couplings)) and system.sector_count == 1,
    )
    return Grain(CoupledSystem(matrices, NO_LIOMS, draw=system.draw, solution=system.solution))
