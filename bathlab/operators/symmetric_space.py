"""Spins on a ring or chain in a sector of S^z, momentum, reflection and spin flip."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Callable, Iterable

import numpy as np
from scipy import sparse

from bathlab.checks import as_array, as_integer, refusal, require_kind, settle, shown
from bathlab.conventions import Array
from bathlab.operators.memory import require_memory
from bathlab.operators.orbit_kernels import Group, Orbits, fill_orbit_entries, sweep
from bathlab.operators.spin_space import SpinSpace, index_kind
from bathlab.operators.spin_space_kernels import Places, count_entries
from bathlab.operators.spin_terms import (
    Term,
    compiled_terms,
    digits_of,
    require_symmetric,
    summed_terms,
)
from bathlab.operators.system import MatrixSystem

#: Where each moves a site of so many.
SYMMETRIES: dict[str, Callable[[int, int], int]] = {
    "momentum": lambda site, sites: (site + 1) % sites,
    "reflection": lambda site, sites: sites - 1 - site,
    "flip": lambda site, sites: site,
}
#: Bytes a state of the sector of S^z while orbits are found.
PER_STATE = 29


@dataclass(frozen=True)
class SymmetricSpace:
    """The states of a :class:`SpinSpace` with given eigenvalues of its symmetries.

    The translation T moves the spin of each site to the next one to the right, the last to the
    first, and is exp(-2 pi i momentum / sites): sum_j exp(2 pi i momentum j / sites) S^-_j of
    the state of all spins up is one of its states. (The kblock of QuSpin 1.0 is minus that.)
    The reflection moves site i to sites - 1 - i; the flip turns every m into -m.

    A basis vector is the projection of a product state, the first of its orbit under the
    symmetries, with equal weights of all states of the orbit. Neither the matrix of the whole
    sector nor that of the symmetry is made.

    Parameters
    ----------
    space
        the states.
    momentum
        0 to sites - 1, or None for all.
    reflection
        1 or -1, or None for both; with a momentum only where that is 0 or sites / 2,
        as the reflection leads from any other to its opposite.
    flip
        1 or -1, or None for both; of total S^z 0 or all states only.

    Raises
    ------
    ValueError
        If one is none of these.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> space = bl.operators.SpinSpace(sites=8)
    >>> terms = [(1.0, 2 * axis, (i, (i + 1) % 8)) for i in range(8) for axis in "xyz"]
    >>> parts = [bl.operators.SymmetricSpace(space, momentum=k) for k in range(8)]
    >>> print([part.dimension for part in parts], "of", space.dimension)
    [10, 8, 9, 8, 10, 8, 9, 8] of 70
    >>> lowest = min(bl.levels(part.system(terms)).energies[0] for part in parts)
    >>> print(f"{lowest:.4f}, {bl.levels(space.system(terms)).energies[0]:.4f} of the whole")
    -3.6511, -3.6511 of the whole
    """

    space: SpinSpace
    momentum: int | None = None
    reflection: int | None = None
    flip: int | None = None

    def __post_init__(self) -> None:
        require_kind("space", self.space, SpinSpace, "Make one with operators.SpinSpace.")
        sites = self.space.sites
        if self.momentum is not None:
            settle(self, momentum=as_integer("momentum", self.momentum, 0, sites - 1))
        for name in ("reflection", "flip"):
            value = getattr(self, name)
            if value is not None:
                settle(self, **{name: _as_sign(name, value)})
        if self.reflection is not None and 2 * (self.momentum or 0) % sites:
            raise refusal(
                "reflection",
                f"{self.reflection} at momentum {self.momentum}",
                "None, as it leads to the opposite momentum",
                "Leave it out, or take momentum 0 or, of an even ring, sites / 2.",
            )
        if self.flip is not None and self.space.sector:
            raise refusal(
                "flip",
                f"{self.flip} at total S^z {self.space.sector:g}",
                "None, as it leads to the opposite S^z",
                "Leave it out, or take sector 0 or None.",
            )
        needed = float(PER_STATE) * self.space.dimension
        require_memory(needed, f"Orbits of {self.space}", "Take fewer sites.")

    @cached_property
    def _turn(self) -> Places:
        """(order,) of each element, in steps of half a turn over the sites."""
        sites = self.space.sites
        angles = np.zeros(1, np.int64)
        for sign in (self.flip, self.reflection):
            if sign is not None:
                angles = np.add.outer(angles, [0, sites if sign < 0 else 0]).ravel()
        if self.momentum is not None:
            angles = np.add.outer(angles, 2 * self.momentum * np.arange(sites)).ravel()
        found: Places = angles % (2 * sites)
        return found

    @cached_property
    def _orbits(self) -> tuple[Places, Orbits]:
        codes, ranks = self.space.codes_and_ranks
        sites, turn = self.space.sites, self._turn
        group = Group(
            1 if self.flip is None else 2,
            1 if self.reflection is None else 2,
            1 if self.momentum is None else sites,
            turn,
        )
        orbit = np.full(len(codes), -1, index_kind(len(codes)))
        element = np.zeros(len(codes), np.uint8)  # at most four times the sites
        first, kept_by = sweep(digits_of(self.space), codes, ranks, group, orbit, element)
        number = np.where(kept_by > 0, np.cumsum(kept_by > 0) - 1, -1).astype(orbit.dtype)
        real = not np.any(turn % sites)
        character = 1.0 - 2.0 * (turn > 0) if real else np.exp(-1j * np.pi * turn / sites)
        root = np.sqrt(kept_by[kept_by > 0])
        return codes[first[kept_by > 0]], Orbits(number[orbit], element, root, character)

    @property
    def dimension(self) -> int:
        """Number of states; 0 if none has these eigenvalues."""
        return len(self._orbits[0])

    @property
    def states(self) -> Places:
        """(m,) numbers of the representatives in the full space, ascending."""
        return self.space.numbers_of(self._orbits[0])

    @property
    def orbit_sizes(self) -> Places:
        """(m,) how many product states each basis vector is made of."""
        kept_by = np.rint(self._orbits[1].root ** 2).astype(np.int64)
        found: Places = len(self._turn) // kept_by
        return found

    @cached_property
    def basis(self) -> sparse.csr_array:
        """(n, m) CSR, the basis vectors in the states of the ``space``: B^dagger B = 1.

        B^dagger O B is any operator O of the ``space`` between states of this one.
        """
        orbits = self._orbits[1]
        inside = orbits.orbit >= 0
        column = orbits.orbit[inside]
        weight = orbits.root[column] / np.sqrt(len(self._turn))
        values = weight * np.conj(orbits.character[orbits.element[inside]])
        starts = np.concatenate([[0], np.cumsum(inside)]).astype(column.dtype)
        shape = (self.space.dimension, self.dimension)
        return sparse.csr_array((values, column, starts), shape=shape)

    def matrix(self, terms: Iterable[Term]) -> sparse.csr_array:
        """The terms of :meth:`SpinSpace.matrix` between these states, (m, m) CSR.

        Returns
        -------
        csr_array
            Real if all coefficients of S^+, S^- and S^z are and the momentum is 0 or sites / 2.
            Entries in ascending columns.

        Raises
        ------
        ValueError
            If a term is none, or their sum breaks one of the symmetries or leads out of the
            sector.
        """
        sums = summed_terms(self.space, terms)
        for name, moved in SYMMETRIES.items():
            if getattr(self, name) is not None:
                require_symmetric(sums, name, lambda site: moved(site, self.space.sites))
        found = compiled_terms(self.space, sums)
        codes, orbits = self._orbits
        shape = (self.dimension,) * 2
        if not len(found.change) or not self.dimension:
            return sparse.csr_array(shape)
        most = int(count_entries(found, codes)[-1])
        kind = np.result_type(found.coefficient, orbits.character)
        require_memory(float(kind.itemsize + 8) * most, f"{most} entries", "Take fewer sites.")
        columns, values = (
            np.empty(most, index_kind(max(most, self.dimension))),
            np.empty(most, kind),
        )
        ranks = self.space.codes_and_ranks[1]
        starts = fill_orbit_entries(found, codes, ranks, orbits, columns, values)
        filled = int(starts[-1])  # fewer than counted where two lead to one orbit
        matrix = sparse.csr_array(
            (values[:filled], columns[:filled], starts.astype(columns.dtype)), shape=shape
        )
        matrix.has_canonical_format = True
        return matrix

    def system(self, terms: Iterable[Term]) -> MatrixSystem:
        """A Hermitian :meth:`matrix` as a system for all solvers.

        Raises
        ------
        ValueError
            As :meth:`matrix`, or if it is not Hermitian, or there is no state.
        """
        if not self.dimension:
            raise refusal("symmetries", f"{self}", "ones that a state has", "Choose others.")
        return MatrixSystem(self.matrix(terms))

    def embed(self, vectors: Array) -> Array:
        """Vectors, (m,) or (m, k), in the full space, ((2s + 1)^sites, ...).

        ``basis @ vectors`` are those in the states of the ``space``.
        """
        vectors = as_array("vectors", vectors, ndim=None, kind="complex", least=0)
        if not len(vectors.shape) or vectors.shape[0] != self.dimension:
            raise refusal(
                "vectors",
                shown(vectors),
                f"{self.dimension} numbers or rows of them",
                "Pass vectors of this space.",
            )
        return self.space.embed(self.basis @ vectors)


def _as_sign(name: str, value: int) -> int:
    sign = as_integer(name, value)
    if sign not in (1, -1):
        raise refusal(name, f"{sign}", "1, -1 or None", "Choose an eigenvalue.")
    return sign
