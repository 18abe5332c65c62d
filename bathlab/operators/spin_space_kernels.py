"""Compiled rows of a spin Hamiltonian in a sector of S^z.

A basis state is a whole number of one digit t = s - m a site, the leftmost site highest. A term
changes the digits by fixed amounts, so all terms of one change give one entry a row at most,
and in ascending order of the change the columns ascend.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import Array, RealArray
from bathlab.operators.kept import kept

Places = NDArray[np.int64]


class Ranks(NamedTuple):
    """Where a code stands among those of the sector: ``base[high] + rank[low]``.

    Attributes
    ----------
    base : by the digits of the left sites; -1 where no code of the sector begins so.
    rank : by those of the right sites, among codes of the same sum of digits.
    bits : of the right sites.
    """

    base: Places
    rank: Places
    bits: int


class Terms(NamedTuple):
    """Products of S^+, S^- and S^z, those of one change of the digits side by side.

    Attributes
    ----------
    change : (G,) ascending sums of the changed digits in their places.
    first : (G + 1,) terms of each change.
    coefficient : (T,).
    factors : (T + 1,) factors of each term.
    shift, kind : (F,) place of the digit, and row of ``amplitude``.
    amplitude : (3, 2s + 1) of S^+, S^- and S^z by the digit they act on.
    """

    change: Places
    first: Places
    coefficient: Array
    factors: Places
    shift: Places
    kind: Places
    amplitude: RealArray


@kept(error_model="numpy", nogil=True)
def entry(terms: Terms, group: int, code: int, mask: int) -> complex:
    """What the terms of one change make of a state."""
    total = terms.coefficient[0] * 0
    for term in range(terms.first[group], terms.first[group + 1]):
        value = terms.coefficient[term]
        for k in range(terms.factors[term], terms.factors[term + 1]):
            digit = (code >> terms.shift[k]) & mask
            amplitude = terms.amplitude[terms.kind[k], digit]
            if amplitude == 0:
                value = value * 0
                break
            value = value * amplitude
        total += value
    return total


@kept(error_model="numpy", nogil=True)
def count_entries(terms: Terms, codes: Places, mask: int) -> Places:
    """(n + 1,) where each row starts; every row has a diagonal entry if one has."""
    starts = np.zeros(len(codes) + 1, np.int64)
    for row in range(len(codes)):
        found = 0
        for group in range(len(terms.change)):
            alone = terms.change[group] == 0
            found += alone or entry(terms, group, codes[row], mask) != 0
        starts[row + 1] = starts[row] + found
    return starts


@kept(error_model="numpy", nogil=True)
def fill_entries(
    terms: Terms, codes: Places, mask: int, ranks: Ranks, columns: Array, values: Array
) -> None:
    """Columns and values of all rows, one after the other."""
    low = (1 << ranks.bits) - 1
    at = 0
    for row in range(len(codes)):
        for group in range(len(terms.change)):
            value = entry(terms, group, codes[row], mask)
            if value != 0 or terms.change[group] == 0:
                # <target|H|code>: the Hermitian conjugate of what stands in this row.
                target = codes[row] + terms.change[group]
                columns[at] = ranks.base[target >> ranks.bits] + ranks.rank[target & low]
                values[at] = np.conj(value)
                at += 1
