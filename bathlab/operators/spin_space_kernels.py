"""Compiled rows of a spin Hamiltonian in a sector of S^z.

A basis state is a whole number of one digit t = s - m a site, the leftmost site highest. A term
changes the digits by fixed amounts, so all terms of one change give one entry a row at most,
and in ascending order of the change the columns ascend. Most terms make nothing of a state,
since a digit that they change is at its end; two words of bits a state tell which.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from bathlab.conventions import Array, RealArray
from bathlab.operators.kept import kept

Places = NDArray[np.int64]


class Ranks(NamedTuple):
    """Where a code stands among those of the sector: ``base[high] + rank[low]``.

    Attributes
    ----------
    base
        by the digits of the left sites; -1 where no code of the sector begins so.
    rank
        by those of the right sites, among codes of the same sum of digits.
    bits
        of the right sites.
    """

    base: Places
    rank: Places
    bits: int


class Digits(NamedTuple):
    """How a code is made of digits.

    Attributes
    ----------
    bits, mask
        of a digit; ``mask`` is 1 for spin 1/2 only.
    lowest
        the lowest bit of every digit.
    most
        the code of which every digit is 2s.
    sites
        number of digits.
    """

    bits: int
    mask: int
    lowest: int
    most: int
    sites: int


class Terms(NamedTuple):
    """Products of S^+, S^- and S^z, those of one change of the digits side by side.

    Attributes
    ----------
    digits
        of the codes.
    change
        (T,) sums of the changed digits in their places, ascending.
    coefficient
        (T,).
    weight
        (T,) the coefficient times 1/2 for each S^z, all that spin 1/2 needs but the sign.
    raises, lowers, signs
        (T,) lowest bits of the digits that S^-, S^+ and S^z act on.
    factors
        (T + 1,) factors of each term.
    shift, kind
        (F,) place of the digit, and row of ``amplitude``.
    amplitude
        (3, 2s + 1) of S^+, S^- and S^z by the digit they act on.
    """

    digits: Digits
    change: Places
    coefficient: Array
    weight: Array
    raises: Places
    lowers: Places
    signs: Places
    factors: Places
    shift: Places
    kind: Places
    amplitude: RealArray


def _count_bits(typing_context: Any, number: Any) -> Any:
    """How many bits of a whole number are set, by the processor's own instruction."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.int64), code


bits_of: Any = intrinsic(_count_bits)


@kept(error_model="numpy", nogil=True, inline="always")
def list_live(terms: Terms, code: int, live: Places) -> int:
    """Numbers of the terms none of whose digits is stuck at its end, and how many they are."""
    digits = terms.digits
    down, up = code, code ^ digits.most
    for _ in range(1, digits.bits):
        down, up = code | (down >> 1), (code ^ digits.most) | (up >> 1)
    empty, full = digits.lowest & ~down, digits.lowest & ~up
    count = 0
    for term in range(len(terms.change)):
        live[count] = term
        # No branch: which terms live is as good as random.
        count += (terms.lowers[term] & empty) | (terms.raises[term] & full) == 0
    return count


@kept(error_model="numpy", nogil=True, inline="always")
def value_of(terms: Terms, term: int, code: int) -> complex:
    """What a living term makes of a state."""
    if terms.digits.mask == 1:
        weight = terms.weight[term]
        return -weight if bits_of(code & terms.signs[term]) & 1 else weight
    value = terms.coefficient[term]
    for k in range(terms.factors[term], terms.factors[term + 1]):
        digit = (code >> terms.shift[k]) & terms.digits.mask
        value = value * terms.amplitude[terms.kind[k], digit]
    return value


@kept(error_model="numpy", nogil=True)
def rank_of(ranks: Ranks, code: int) -> int:
    """The row of a code of the sector."""
    return ranks.base[code >> ranks.bits] + ranks.rank[code & ((1 << ranks.bits) - 1)]


@kept(error_model="numpy", nogil=True)
def count_entries(terms: Terms, codes: Places) -> Places:
    """(n + 1,) where each row starts; every row has a diagonal entry if one has."""
    starts = np.zeros(len(codes) + 1, np.int64)
    live = np.empty(len(terms.change) + 1, np.int64)
    zero = terms.coefficient[0] * 0
    for row in range(len(codes)):
        found, k, code = 0, 0, codes[row]
        count = list_live(terms, code, live)
        while k < count:
            change, total = terms.change[live[k]], zero
            while k < count and terms.change[live[k]] == change:
                if change != 0:
                    total += value_of(terms, live[k], code)
                k += 1
            found += change == 0 or total != 0
        starts[row + 1] = starts[row] + found
    return starts


@kept(error_model="numpy", nogil=True)
def fill_entries(
    terms: Terms, codes: Places, ranks: Ranks, columns: Array, values: Array
) -> None:
    """Columns and values of all rows, one after the other."""
    live = np.empty(len(terms.change) + 1, np.int64)
    zero = terms.coefficient[0] * 0
    at = 0
    for row in range(len(codes)):
        k, code = 0, codes[row]
        count = list_live(terms, code, live)
        while k < count:
            change, total = terms.change[live[k]], zero
            while k < count and terms.change[live[k]] == change:
                total += value_of(terms, live[k], code)
                k += 1
            if change == 0 or total != 0:
                # <target|H|code>: the Hermitian conjugate of what stands in this row.
                columns[at] = rank_of(ranks, code + change)
                values[at] = np.conj(total)
                at += 1
