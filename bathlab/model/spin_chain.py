"""Random spin chains: the XXZ chain in a sector of S^z, and one in fields of all directions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from bathlab.checks import (
    as_array,
    as_flag,
    as_integer,
    as_real,
    refusal,
    require_choice,
    require_kind,
    settle,
)
from bathlab.conventions import RealArray
from bathlab.operators.memory import require_memory
from bathlab.operators.sectors import HasSectors
from bathlab.operators.spin_space import SpinSpace
from bathlab.operators.spin_terms import Term
from bathlab.operators.spins import pauli
from bathlab.operators.system import MatrixSystem
from bathlab.streams import Purpose, stream

#: Bytes of an entry while the matrix is made.
PER_ENTRY = 32
#: Turns per site of the cosine, the golden mean.
TURNS = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class SpinChain:
    """Spins one half with random fields; :meth:`sample` draws one realisation.

    With ``fields="z"``, in S = sigma/2,

        H = J sum_i (S^x_i S^x_i+1 + S^y_i S^y_i+1 + Delta S^z_i S^z_i+1) + sum_i h_i S^z_i,

    h_i uniform on [-W, W]: the standard model of many-body localisation (Pal & Huse, Phys. Rev.
    B 82, 174411 (2010)) for Delta = J = 1. With ``fields="all"`` the one of Crowley & Chandran,
    SciPost Phys. 12, 201 (2022), (61),

        H = (J/2) sum_i sigma_i . sigma_i+1 + (W/2) sum_i v_i . sigma_i,

    the v_i Gaussian in three dimensions with <v.v> = 1.

    Parameters
    ----------
    sites
        number of spins, at least 2.
    anisotropy
        Delta; 1 for fields of all directions.
    disorder
        W, at least 0.
    sector
        total S^z, or None for all states; fields of all directions conserve nothing and
        take all states whatever is given.
    periodic
        whether the last spin is the first one's neighbour (from 3 spins on).
    fields
        "z" or "all".
    coupling
        J.
    law
        of the fields along z: "uniform", or "cosine" for W cos(2 pi b i + phi), b the golden
        mean (sqrt 5 - 1)/2 and phi uniform, which is quasi-periodic (Iyer, Oganesyan, Refael &
        Huse, Phys. Rev. B 87, 134202 (2013)) but for one place on a ring.

    Raises
    ------
    ValueError
        If one is out of its range, or there is no such sector.

    Examples
    --------
    >>> import bathlab as bl
    >>> print(bl.SpinChain(sites=10).sample(seed=1).dimension, "states of total S^z = 0")
    252 states of total S^z = 0
    >>> for W in (1.0, 8.0):
    ...     chain = bl.SpinChain(sites=10, disorder=W).sample(seed=1)
    ...     ratio = bl.mean_gap_ratio(bl.levels(chain).energies)
    ...     print(f"W = {W}: mean gap ratio {ratio:.2f}")
    W = 1.0: mean gap ratio 0.55
    W = 8.0: mean gap ratio 0.39
    """

    sites: int
    anisotropy: float = 1.0
    disorder: float = 3.0
    sector: float | None = 0.0
    periodic: bool = True
    fields: str = "z"
    coupling: float = 1.0
    law: str = "uniform"

    def __post_init__(self) -> None:
        require_choice("fields", self.fields, ("z", "all"))
        require_choice(
            "law", self.law, ("uniform", "cosine") if self.fields == "z" else ("uniform",)
        )
        settle(
            self,
            sites=as_integer("sites", self.sites, 2),
            anisotropy=as_real("anisotropy", self.anisotropy),
            disorder=as_real("disorder", self.disorder, minimum=0),
            periodic=as_flag("periodic", self.periodic),
            coupling=as_real("coupling", self.coupling),
        )
        if self.fields == "all":
            object.__setattr__(self, "sector", None)
            if self.anisotropy != 1:
                raise refusal(
                    "anisotropy",
                    f"{self.anisotropy:g} with fields of all directions",
                    "1, as their coupling is sigma . sigma",
                    'Leave it out, or take fields="z".',
                )
        SpinSpace(self.sites, self.sector)  # refuses what there is not

    @property
    def space(self) -> SpinSpace:
        """The states."""
        return SpinSpace(self.sites, self.sector)

    @property
    def bonds(self) -> list[tuple[int, int]]:
        """Neighbours, from the left."""
        pairs = [(i, i + 1) for i in range(self.sites - 1)]
        return pairs + [(self.sites - 1, 0)] if self.periodic and self.sites > 2 else pairs

    def sample(self, seed: int, realisation: int = 0) -> SpinChainSystem:
        """One chain; the same arguments give the same bits.

        Each site has its own random stream: a longer chain has the fields of a shorter one.

        Raises
        ------
        ValueError
            If seed or realisation is not a non-negative integer, or the matrix cannot fit.
        """
        return SpinChainSystem(self, self.drawn(seed, realisation))

    def drawn(self, seed: int, realisation: int) -> RealArray:
        """The fields of :meth:`sample`, as a :class:`SpinChainSystem` has them."""
        draws = [
            stream(seed, realisation, Purpose.SPIN_FIELD, site) for site in range(self.sites)
        ]
        if self.fields == "all":
            drawn = [self.disorder * draw.standard_normal(3) / np.sqrt(3) for draw in draws]
        elif self.law == "cosine":
            phase = draws[0].uniform(0, 2 * math.pi)
            drawn = self.disorder * np.cos(2 * math.pi * TURNS * np.arange(self.sites) + phase)
        else:
            drawn = [self.disorder * draw.uniform(-1, 1) for draw in draws]
        return np.array(drawn)

    def terms(self, fields: RealArray) -> list[Term]:
        """H as :meth:`bathlab.operators.SpinSpace.matrix` takes it."""
        whole = 1.0 if self.fields == "z" else 2.0
        strength = {"x": 1.0, "y": 1.0, "z": self.anisotropy}
        found: list[Term] = [
            (whole * self.coupling * strength[axis], 2 * axis, bond)
            for bond in self.bonds
            for axis in "xyz"
        ]
        for site, field in enumerate(fields):
            along = zip("z", [field]) if self.fields == "z" else zip("xyz", field)
            found += [(float(value), axis, (site,)) for axis, value in along]
        return found


class SpinChainSystem(HasSectors, MatrixSystem):
    """One realisation of a :class:`SpinChain`, its matrix in CSR.

    Attributes
    ----------
    chain
        the spec.
    fields
        (sites,) h_i; or (sites, 3) W v_i of all directions.
    space
        the states, :class:`bathlab.operators.SpinSpace`.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> pair = bl.SpinChain(sites=2, sector=None)
    >>> system = bl.model.SpinChainSystem(pair, np.zeros(2))
    >>> print(bl.diagonalise(system).energies.round(3))  # singlet -3/4, triplet 1/4
    [-0.75  0.25  0.25  0.25]
    >>> print(system.operator(0, "z").diagonal())
    [ 1.  1. -1. -1.]
    """

    def __init__(self, chain: SpinChain, fields: RealArray) -> None:
        require_kind("chain", chain, SpinChain, "Make one with bathlab.SpinChain.")
        shape = (chain.sites,) if chain.fields == "z" else (chain.sites, 3)
        self.fields = as_array("fields", fields, shape=shape)
        self.chain, self.space = chain, chain.space
        n, per_row = self.space.dimension, len(chain.bonds) + 1 + chain.sites
        require_memory(float(PER_ENTRY) * n * per_row, f"{chain}", "Take fewer sites.")
        whole = chain.sector is None
        dims = (2,) * chain.sites if whole else (n,)
        self._hold(self.space.matrix(chain.terms(self.fields)), dims, None, "hermitian")

    def operator(self, which: str | int, axis: str = "z") -> sparse.csr_array:
        """sigma^axis of site ``which``, 0 the leftmost, (n, n) CSR; of a sector only "z".

        Raises
        ------
        ValueError
            If there is no such site, or the operator leads out of the sector.
        """
        pauli(axis)
        site = as_integer("which", which, 0, self.chain.sites - 1)
        if axis != "z" and self.chain.sector is not None:
            raise refusal(
                "axis",
                repr(axis),
                '"z", which conserves S^z',
                "Take sector=None for the others.",
            )
        return sparse.csr_array(2.0 * self.space.matrix([(1.0, axis, (site,))]))
