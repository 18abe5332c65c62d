"""Baths: frozen specs whose samples are pure functions of (seed, realisation)."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Callable

import numpy as np
from scipy import sparse

from bathlab.checks import as_integer, as_real, require_choice, settle, shown
from bathlab.conventions import GAINED, SIGMA_X, SIGMA_Z, Array
from bathlab.errors import FixedBath, warn
from bathlab.facts import Fact, Facts
from bathlab.model.coupled import BathMatrices, Grain, drawn_grain
from bathlab.model.draw import Draw
from bathlab.model.lioms import Chain, require_chain
from bathlab.model.restriction import restricted
from bathlab.operators.door import as_system
from bathlab.operators.hermitian import require_dimension
from bathlab.operators.memory import require_memory
from bathlab.operators.sectors import Sector, sectors_of
from bathlab.operators.spins import spin_operator
from bathlab.streams import Purpose, goe, gue, stream

#: The matrices of each symmetry, the index of their random stream, and bytes of an entry.
CLASSES: dict[str, tuple[Callable[..., Array], int, int]] = {
    "orthogonal": (goe, 0, 8),
    "unitary": (gue, 1, 16),
}


class Bath(ABC):
    """A distribution over grains. ``sample`` gives every bath the same ETH interface."""

    @abstractmethod
    def sample(self, seed: int, realisation: int = 0) -> Grain:
        """The grain of one realisation; the same arguments give the same bits."""


class CoreBath(Bath):
    """A bath without LIOMs. A subclass, a frozen dataclass, says how its matrices are drawn."""

    @abstractmethod
    def draw(self, seed: int, realisation: int) -> BathMatrices:
        """Hamiltonian, contact and probe of one realisation."""

    def sample(self, seed: int, realisation: int = 0) -> Grain:
        return drawn_grain(self.draw(seed, realisation), Draw(seed, realisation))


@dataclass(frozen=True)
class RandomMatrixBath(CoreBath):
    """A random matrix on ``spins`` spins, without spatial structure: GOE or GUE.

    Contact and probe are sigma^x of the last and the first spin (the same for one spin).

    Parameters
    ----------
    spins
        number of spins, >= 1.
    bandwidth
        full width 2R of the semicircle; or
    level_spacing
        bandwidth/2^spins, the paper's "level spacing" (De Roeck & Huveneers quote
        0.07 for 6 spins with bandwidth 4.2). The spacing at the centre is pi/4 of it.
    symmetry
        "orthogonal" (real) or "unitary" (complex: without time reversal), with the same
        tr H^2 on average and independent random numbers.

    Raises
    ------
    ValueError
        If not exactly one of bandwidth and level_spacing is given, a number is out of range, or
        the symmetry is neither.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> grain = bl.RandomMatrixBath(spins=8, bandwidth=8.0).sample(seed=1)
    >>> print(f"levels from {grain.energies[0]:.2f} to {grain.energies[-1]:.2f}")
    levels from -3.98 to 3.83
    >>> rho = grain.density_of_states(energy=0.0, window=2.0)
    >>> print(f"rho = {rho:.0f} at E = 0, 4 n/(pi bandwidth) = {4 * 256 / (np.pi * 8):.0f}")
    rho = 40 at E = 0, 4 n/(pi bandwidth) = 41
    >>> spacing = 8.0 / 2**8
    >>> same = bl.RandomMatrixBath(spins=8, level_spacing=spacing).sample(seed=1)
    >>> print(np.array_equal(grain.energies, same.energies))
    True
    """

    spins: int
    bandwidth: float | None = None
    level_spacing: float | None = None
    symmetry: str = field(default="orthogonal", metadata=GAINED)

    def __post_init__(self) -> None:
        settle(self, spins=as_integer("spins", self.spins, 1))
        if (self.bandwidth is None) == (self.level_spacing is None):
            raise ValueError(
                f"bandwidth = {self.bandwidth!r} and level_spacing = {self.level_spacing!r} "
                "were given; expected exactly one of them. Drop one: level_spacing = "
                "bandwidth / 2**spins."
            )
        if self.bandwidth is not None:
            settle(self, bandwidth=as_real("bandwidth", self.bandwidth, above=0))
        if self.level_spacing is not None:
            settle(self, level_spacing=as_real("level_spacing", self.level_spacing, above=0))
        require_choice("symmetry", self.symmetry, tuple(CLASSES))

    def draw(self, seed: int, realisation: int) -> BathMatrices:
        random_matrix, index, item = CLASSES[self.symmetry]
        require_memory(
            3 * item * 4.0 ** min(self.spins, 450),
            f"A random matrix on {self.spins} spins",
            "Take fewer spins and attach LIOMs to them, which are held sparse.",
        )
        dimension = 2**self.spins
        width = (
            self.bandwidth
            if self.bandwidth is not None
            else (self.level_spacing or 0.0) * dimension
        )
        numbers = stream(seed, realisation, Purpose.RANDOM_MATRIX, index)
        matrix = random_matrix(dimension, width, numbers)
        return BathMatrices(
            matrix,
            spin_operator(SIGMA_X, self.spins - 1, self.spins),
            spin_operator(SIGMA_X, 0, self.spins),
            (2,) * self.spins,
            connected=True,
        )


@dataclass(frozen=True)
class LocalChainBath(CoreBath):
    """An open chain with local interactions (De Roeck & Huveneers, eq. 24).

    H_B = sum_i (h'_i sigma^z_i + J sigma^x_i) + J' sum_i sigma^x_i sigma^x_i+1 with
    h'_i = field + U[-disorder, disorder], J = ``transverse``, J' = ``coupling``. The contact is
    sigma^x of the last site; the probe is sigma^x of site 4, or of the site before the last
    where the chain is too short for both. Without transverse field H_B conserves the parity
    prod_i sigma^z_i, which contact and probe change: ``grain.sectors()`` has two.

    Raises
    ------
    ValueError
        If spins < 1, disorder < 0 or a number is not finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.LocalChainBath(spins=7, disorder=0.3).sample(seed=1)
    >>> print(f"levels from {grain.energies[0]:.3f} to {grain.energies[-1]:.3f}")
    levels from -9.051 to 11.354
    >>> rho = grain.density_of_states(energy=0.0, window=2.0)
    >>> print(f"{rho:.1f} per unit of energy at E = 0")
    12.5 per unit of energy at E = 0
    >>> conserving = bl.LocalChainBath(spins=7, transverse=0.0).sample(seed=1)
    >>> print([sector.dimension for sector in conserving.sectors()], "of either parity")
    [64, 64] of either parity
    """

    spins: int
    field: float = 1.0
    disorder: float = 0.3
    transverse: float = 0.5
    coupling: float = 1.0

    def __post_init__(self) -> None:
        settle(
            self,
            spins=as_integer("spins", self.spins, 1),
            field=as_real("field", self.field),
            disorder=as_real("disorder", self.disorder, minimum=0),
            transverse=as_real("transverse", self.transverse),
            coupling=as_real("coupling", self.coupling),
        )

    def draw(self, seed: int, realisation: int) -> BathMatrices:
        spins = self.spins
        # About two entries per row and site, 12 bytes each, and as much again while summing.
        require_memory(
            48.0 * spins * 2.0 ** min(spins, 900),
            f"A chain of {spins} spins",
            "Take a shorter chain.",
        )
        sigma_x = [spin_operator(SIGMA_X, site, spins) for site in range(spins)]
        hamiltonian = sparse.csr_array((2**spins, 2**spins))
        for site in range(spins):
            draw = stream(seed, realisation, Purpose.BATH_FIELD, site).uniform(-1, 1)
            local_field = self.field + self.disorder * draw
            hamiltonian += local_field * spin_operator(SIGMA_Z, site, spins)
            hamiltonian += self.transverse * sigma_x[site]
            if site:
                hamiltonian += self.coupling * (sigma_x[site - 1] @ sigma_x[site])
        probe_site = min(3, max(0, spins - 2))
        return BathMatrices(
            hamiltonian,
            sigma_x[-1],
            sigma_x[probe_site],
            (2,) * spins,
            connected=self.transverse != 0,  # each spin flips by itself
        )


@dataclass(frozen=True)
class EnlargedBath(Bath):
    """A bath together with LIOMs that it has thermalised, itself a bath for the next LIOM.

    Contact and probe are those of the core. Attaching in two stages gives the same H as
    attaching at once; an EnlargedBath may be the core of another.

    Examples
    --------
    >>> import bathlab as bl
    >>> core = bl.LocalChainBath(spins=4)
    >>> near = bl.LiomChain.given(fields=[1.0, 0.8], couplings=[0.4, 0.3])
    >>> bath = bl.EnlargedBath(core, near)
    >>> for each in (core, bath):
    ...     grain = each.sample(seed=1)
    ...     print(f"{grain.dimension} states, next G = {grain.g_parameter(g=0.2):.3f}")
    16 states, next G = 0.092
    64 states, next G = 0.199
    >>> far = bl.LiomChain.given(fields=[1.2], couplings=[0.2])
    >>> print(bl.couple(bath, far).sample(seed=1).dims)
    (2, 2, 2, 2, 2, 2, 2)
    """

    core: Bath
    lioms: Chain

    def __post_init__(self) -> None:
        require_parts(self.core, self.lioms)

    def sample(self, seed: int, realisation: int = 0) -> Grain:
        return self.core.sample(seed, realisation).attach(self.lioms).as_grain()


@dataclass(frozen=True, eq=False, repr=False)
class GivenBath(Facts, CoreBath):
    """The user's own bath, the same in every realisation, of which it warns
    (:class:`bathlab.errors.FixedBath`) at the second one. One with disorder of its own is a
    :class:`bathlab.model.DisorderedBath`.

    Parameters
    ----------
    hamiltonian, contact, probe
        (dim, dim) Hermitian numpy array, scipy sparse matrix or
        qutip.Qobj, copied; a system may be the Hamiltonian. The tensor dims of a Qobj or
        system are kept; else the bath is one factor. Each may be complex: a bath with sigma^y
        terms, Dzyaloshinskii-Moriya interaction or Peierls phases. What is real is computed
        in real arithmetic, which is two to four times faster.
    sector
        restricts the bath to one sector of H: its number among :meth:`sectors`, or one of
        ``sectors(symmetry)``; None keeps all. Contact and probe must not lead out of it. The
        sector is one factor.

    Raises
    ------
    ValueError
        If an operator is not square, not Hermitian, or of another dimension than H;
        if there is no such sector, or an operator leads out of it.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> z = np.diag([1.0, -1.0])
    >>> x, one = np.array([[0, 1], [1, 0]]), np.eye(2)
    >>> y = np.array([[0, -1j], [1j, 0]])
    >>> turning = np.kron(x, y) - np.kron(y, x)  # of Dzyaloshinskii and Moriya
    >>> hamiltonian = np.kron(z, one) + 0.5 * np.kron(one, z) + 0.3 * turning
    >>> bath = bl.GivenBath(hamiltonian, contact=np.kron(one, x), probe=np.kron(x, one))
    >>> print(bath.sample(seed=1).energies.round(3), len(bath.sectors()), "sectors")
    [-1.5   -0.781  0.781  1.5  ] 3 sectors
    >>> system = bl.couple(bath, bl.LiomChain(count=1)).sample(seed=1)
    >>> print(system.dims, system.dtype)
    (4, 2) complex128
    """

    hamiltonian: Any
    contact: Any
    probe: Any
    sector: int | Sector | None = None
    matrices: BathMatrices = field(init=False)

    def __post_init__(self) -> None:
        given = as_system(self.hamiltonian, "hamiltonian")
        hamiltonian = given.matrix().copy()
        contact, probe = (
            as_system(operator, name).matrix().copy()
            for operator, name in ((self.contact, "contact"), (self.probe, "probe"))
        )
        for name, operator in (("contact", contact), ("probe", probe)):
            require_dimension(operator, hamiltonian.shape[0], name)
        matrices = BathMatrices(hamiltonian, contact, probe, given.dims)
        if self.sector is not None:
            matrices = restricted(matrices, self.sector)
        object.__setattr__(self, "matrices", matrices)

    def sectors(self, symmetry: Any = None) -> tuple[Sector, ...]:
        """The sectors of the Hamiltonian, as :func:`bathlab.operators.sectors_of` finds them.

        Contact and probe may lead from one to another: then ``grain.g_parameter(...,
        sector=...)`` counts the levels that the contact reaches. If neither does, a sector is a
        bath of its own, GivenBath(..., sector=NUMBER).
        """
        return sectors_of(self.matrices.hamiltonian, symmetry)

    def facts(self) -> list[Fact]:
        """Those of its matrices, which themselves would fill the screen."""
        known = [] if self.sector is None else [Fact("sector", shown(self.sector))]
        return [*self.matrices.facts(), *known]

    def draw(self, seed: int, realisation: int) -> BathMatrices:
        if realisation == 1:  # once in every run of many
            warn(
                FixedBath(
                    "A GivenBath is the same in every realisation: its disorder is only that "
                    "of the LIOMs. For a bath with disorder of its own, write a function of "
                    "seed and realisation, and make it a bathlab.model.DisorderedBath."
                )
            )
        return self.matrices

    @property
    def digest(self) -> str:
        """SHA-256 of the three matrices and the dims: the identity of the bath."""
        digest = hashlib.sha256(repr(self.matrices.dims).encode())
        for matrix in (self.matrices.hamiltonian, self.matrices.contact, self.matrices.probe):
            coordinates = sparse.coo_array(matrix)
            for part in (*coordinates.coords, coordinates.data):
                kind = "<c16" if np.iscomplexobj(part) else "<f8"
                digest.update(np.ascontiguousarray(part).astype(kind).tobytes())
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GivenBath) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def require_parts(bath: Any, chain: Any) -> None:
    """Raise ValueError unless ``bath`` is a Bath and ``chain`` can be sampled."""
    if not isinstance(bath, Bath):
        raise ValueError(
            f"A bath of type {type(bath).__name__} was given; expected "
            "RandomMatrixBath, LocalChainBath, EnlargedBath or GivenBath. Wrap your "
            "own matrices in GivenBath(hamiltonian, contact, probe), or a function that draws "
            "them in bathlab.model.DisorderedBath(function)."
        )
    require_chain(chain)
