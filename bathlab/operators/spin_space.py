"""Spins in a line with a fixed total S^z: the states, sparse operators, maps to all states."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Iterable, Sequence

import numpy as np
from scipy import sparse

from bathlab.checks import as_array, as_integer, as_real, refusal, settle, shown
from bathlab.conventions import Array
from bathlab.operators.memory import require_memory
from bathlab.operators.spin_space_kernels import Places, Ranks, count_entries, fill_entries
from bathlab.operators.spin_terms import Term, compiled_terms, summed_terms
from bathlab.operators.system import MatrixSystem

#: Bits of a code at most.
MOST_BITS = 62


@dataclass(frozen=True)
class SpinSpace:
    """The states of ``sites`` spins s with total S^z = ``sector``; all with None.

    Basis states are products of eigenstates of S^z, in the order of the full space, which is
    that of ``numpy.kron`` with the leftmost site first and m descending from s to -s. Operators
    are those of S, of which sigma = 2 S for s = 1/2.

    Parameters
    ----------
    sites
        number of spins.
    sector
        total S^z, a multiple of 1/2 between -s and s times the sites; or None.
    spin
        s, 1/2, 1, 3/2, ...

    Raises
    ------
    ValueError
        If one is out of its range, there is no such sector, or the states do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> space = bl.operators.SpinSpace(sites=4, sector=0.0)
    >>> print(space.dimension, space.states)  # numbers in the full space, 0 is all up
    6 [ 3  5  6  9 10 12]
    >>> H = space.matrix([(1.0, 2 * axis, (i, i + 1)) for i in range(3) for axis in "xyz"])
    >>> print(f"ground state of the open Heisenberg chain: {bl.levels(H).energies[0]:.4f}")
    ground state of the open Heisenberg chain: -1.6160
    """

    sites: int
    sector: float | None = 0.0
    spin: float = 0.5

    def __post_init__(self) -> None:
        settle(self, sites=as_integer("sites", self.sites, 1, MOST_BITS))
        spin = as_real("spin", self.spin, above=0)
        if 2 * spin != round(2 * spin) or self.sites * int(2 * spin).bit_length() > MOST_BITS:
            raise refusal(
                "spin",
                f"{spin:g} at {self.sites} sites",
                f"a multiple of 1/2 whose digits fit {MOST_BITS} bits",
                "Take fewer sites.",
            )
        settle(self, spin=spin)
        if self.sector is not None:
            sector = as_real("sector", self.sector)
            down = self.spin * self.sites - sector
            if down != round(down) or not 0 <= down <= 2 * self.spin * self.sites:
                most = self.spin * self.sites
                raise refusal(
                    "sector",
                    f"{sector:g}",
                    f"one of {most:g}, {most - 1:g}, ..., {-most:g}",
                    "Choose a total S^z that these spins have.",
                )
            settle(self, sector=sector)
        require_memory(16.0 * self.dimension, f"{self}", "Take fewer sites.")

    @property
    def levels(self) -> int:
        """2s + 1."""
        return round(2 * self.spin) + 1

    @property
    def bits(self) -> int:
        """Of a digit."""
        return (self.levels - 1).bit_length()

    @property
    def down(self) -> int | None:
        """Sum of the digits s - m."""
        return None if self.sector is None else round(self.spin * self.sites - self.sector)

    @cached_property
    def dimension(self) -> int:
        """Number of states."""
        if self.down is None:
            return self.levels**self.sites
        ways = [1]
        for _ in range(self.sites):  # exact: as whole numbers of any length
            ways = [
                sum(ways[max(0, total - self.levels + 1) : total + 1])
                for total in range(len(ways) + self.levels - 1)
            ]
        return ways[self.down]

    @cached_property
    def codes_and_ranks(self) -> tuple[Places, Ranks]:
        """(n,) the states as the kernels write them, ascending, and what tells their rows."""
        right = self.sites // 2
        high, high_sum = _codes(self.sites - right, self.levels, self.bits)
        low, low_sum = _codes(right, self.levels, self.bits)
        rank = np.full(1 << (right * self.bits), -1, np.int64)
        base = np.full(1 << ((self.sites - right) * self.bits), -1, np.int64)
        by_sum: dict[int, Places] = {}
        for total in np.unique(low_sum) if self.down is not None else [0]:
            members = low if self.down is None else low[low_sum == total]
            by_sum[int(total)] = members
            rank[members] = np.arange(len(members))
        parts, reached = [], 0
        for code, total in zip(high, high_sum):
            needed = 0 if self.down is None else self.down - int(total)
            if needed in by_sum:
                base[code] = reached
                reached += len(by_sum[needed])
                parts.append((int(code) << (right * self.bits)) + by_sum[needed])
        return np.concatenate(parts), Ranks(base, rank, right * self.bits)

    @property
    def digits(self) -> Places:
        """(n, sites) s - m of each site in each state."""
        shifts = self.bits * np.arange(self.sites - 1, -1, -1)
        found: Places = (self.codes_and_ranks[0][:, None] >> shifts) & ((1 << self.bits) - 1)
        return found

    @cached_property
    def states(self) -> Places:
        """(n,) their numbers in the full space, ascending."""
        return self.numbers_of(self.codes_and_ranks[0])

    def numbers_of(self, codes: Places) -> Places:
        """Numbers in the full space of states given by their codes."""
        found, mask = np.zeros_like(codes), (1 << self.bits) - 1
        for site in range(self.sites):
            found = found * self.levels + (
                (codes >> (self.bits * (self.sites - 1 - site))) & mask
            )
        return found

    def matrix(self, terms: Iterable[Term]) -> sparse.csr_array:
        """sum of coefficient times products of spin operators, (n, n) CSR.

        Parameters
        ----------
        terms
            tuples (coefficient, letters, sites), as ``(0.5, "+-", (0, 1))``: a letter of
            "x", "y", "z", "+", "-" for each site, 0 the leftmost, all different.

        Returns
        -------
        csr_array
            Real if all coefficients of S^+, S^- and S^z are. Entries in ascending columns.

        Raises
        ------
        ValueError
            If a term is none, or their sum leads out of the sector.
        """
        found = compiled_terms(self, summed_terms(self, terms))
        if not len(found.change):
            return sparse.csr_array((self.dimension,) * 2)
        codes, ranks = self.codes_and_ranks
        starts = count_entries(found, codes)
        entries = int(starts[-1])
        item = found.coefficient.dtype.itemsize + 8
        require_memory(float(item) * entries, f"{entries} entries", "Take fewer sites.")
        columns = np.empty(entries, index_kind(max(entries, self.dimension)))
        values = np.empty(entries, found.coefficient.dtype)
        fill_entries(found, codes, ranks, columns, values)
        matrix = sparse.csr_array(
            (values, columns, starts.astype(columns.dtype)), shape=(self.dimension,) * 2
        )
        matrix.has_canonical_format = True
        return matrix

    def system(self, terms: Iterable[Term]) -> MatrixSystem:
        """A Hermitian :meth:`matrix` as a system for all solvers.

        Raises
        ------
        ValueError
            As :meth:`matrix`, or if it is not Hermitian.
        """
        return MatrixSystem(self.matrix(terms))

    def operator(self, letter: str, site: int) -> sparse.csr_array:
        """One spin operator, "z" or, without a sector, any letter, as CSR."""
        return self.matrix([(1.0, letter, (site,))])

    def embed(self, vectors: Array) -> Array:
        """Vectors of the sector, (n,) or (n, k), in the full space, ((2s + 1)^sites, ...)."""
        vectors = as_array("vectors", vectors, ndim=None, kind="complex", least=0)
        if not len(vectors.shape) or vectors.shape[0] != self.dimension:
            raise refusal(
                "vectors",
                shown(vectors),
                f"{self.dimension} numbers or rows of them",
                "Pass vectors of this sector.",
            )
        full = self.levels**self.sites
        needed = float(vectors.itemsize) * full * math.prod(vectors.shape[1:])
        require_memory(needed, f"Vectors of the full space of {self}", "Take fewer at once.")
        found = np.zeros((full, *vectors.shape[1:]), vectors.dtype)
        found[self.states] = vectors
        return found

    def permutation(self, order: Sequence[int]) -> sparse.csr_array:
        """The unitary that moves the spin of site ``order[i]`` to site i, (n, n) CSR.

        ``range(1, sites)`` and 0 translate a ring, ``range(sites)[::-1]`` reflects a chain:
        give it to :func:`bathlab.operators.sectors_of` as the symmetry.

        Raises
        ------
        ValueError
            If the order does not name each site once.
        """
        sites = as_array("order", list(order), kind="integer").tolist()
        if sorted(sites) != list(range(self.sites)):
            raise refusal(
                "order", shown(order), f"each of 0 to {self.sites - 1} once", "Name all sites."
            )
        weights = self.levels ** np.arange(self.sites - 1, -1, -1, dtype=np.int64)
        targets = np.searchsorted(self.states, self.digits[:, sites] @ weights)
        ones, n = np.ones(self.dimension), self.dimension
        return sparse.csr_array((ones, (targets, np.arange(n))), shape=(n, n))

    def flip(self) -> sparse.csr_array:
        """The unitary that turns every m into -m, (n, n) CSR; of sector 0 or all states.

        Raises
        ------
        ValueError
            For another sector, which it leads out of.
        """
        if self.sector:
            raise refusal("sector", f"{self.sector:g}", "0 or None", "Only these are kept.")
        weights = self.levels ** np.arange(self.sites - 1, -1, -1, dtype=np.int64)
        targets = np.searchsorted(self.states, (self.levels - 1 - self.digits) @ weights)
        ones, n = np.ones(self.dimension), self.dimension
        return sparse.csr_array((ones, (targets, np.arange(n))), shape=(n, n))


def index_kind(most: int) -> type[np.signedinteger[Any]]:
    """Of whole numbers up to ``most``, as scipy counts rows and entries."""
    return np.int32 if most < 2**31 else np.int64


def _codes(sites: int, levels: int, bits: int) -> tuple[Places, Places]:
    """All codes of some sites, ascending, and the sums of their digits."""
    codes, sums = np.zeros(1, np.int64), np.zeros(1, np.int64)
    digit = np.arange(levels)
    for _ in range(sites):
        codes = ((codes[:, None] << bits) + digit).ravel()
        sums = (sums[:, None] + digit).ravel()
    return codes, sums
