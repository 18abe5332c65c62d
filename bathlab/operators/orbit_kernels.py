"""Compiled orbits of basis states under a group of permutations, and rows of H between them.

The group is that of n translations, reflection and spin flip, of those that are asked for; its
elements are numbered flip first, then reflection, then translation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import Array, RealArray
from bathlab.operators.kept import kept
from bathlab.operators.spin_space_kernels import (
    Digits,
    Places,
    Ranks,
    Terms,
    list_live,
    rank_of,
    value_of,
)


class Group(NamedTuple):
    """Which elements there are.

    Attributes
    ----------
    flips, reflections, translations
        their numbers, 1 where there is the identity only.
    turn
        (order,) minus the angle of each element's eigenvalue, in whole steps; 0 is none.
    """

    flips: int
    reflections: int
    translations: int
    turn: Places


class Orbits(NamedTuple):
    """What each state of the sector is made of.

    Attributes
    ----------
    orbit
        (n,) number of the orbit, -1 where no state has the wanted eigenvalues.
    element
        (n,) which element leads there from the representative.
    root
        (m,) square root of the number of elements that keep the representative.
    character
        (order,) eigenvalue of each element.
    """

    orbit: Places
    element: NDArray[np.uint8]
    root: RealArray
    character: Array


@kept(error_model="numpy", nogil=True)
def reflected(digits: Digits, code: int) -> int:
    """The code with its digits in opposite order."""
    turned = 0
    for _ in range(digits.sites):
        turned = (turned << digits.bits) | (code & digits.mask)
        code >>= digits.bits
    return turned


@kept(error_model="numpy", nogil=True)
def sweep(
    digits: Digits, codes: Places, ranks: Ranks, group: Group, orbit: Places, element: Array
) -> tuple[Places, Places]:
    """Fill ``orbit``, all -1 before, and ``element``, orbit after orbit.

    Returns
    -------
    tuple of ndarray
        Rows of the representatives, the first state of each orbit; and the number of elements
        that keep it, 0 where one of them has another eigenvalue than 1: the projection vanishes
        there.
    """
    first = np.empty(len(codes), np.int64)
    kept_by = np.zeros(len(codes), np.int64)
    found = 0
    for row in range(len(codes)):
        if orbit[row] >= 0:
            continue
        number, same, allowed = 0, 0, True
        for flip in range(group.flips):
            for reflection in range(group.reflections):
                code = digits.most - codes[row] if flip else codes[row]
                code = reflected(digits, code) if reflection else code
                for _ in range(group.translations):
                    if code == codes[row]:
                        same += 1
                        allowed = allowed and group.turn[number] == 0
                    place = rank_of(ranks, code)
                    if orbit[place] < 0:
                        orbit[place] = found
                        element[place] = number
                    wrapped = (code & digits.mask) << (digits.bits * (digits.sites - 1))
                    code = (code >> digits.bits) | wrapped
                    number += 1
        first[found] = row
        kept_by[found] = same if allowed else 0
        found += 1
    return first[:found].copy(), kept_by[:found].copy()


@kept(error_model="numpy", nogil=True)
def insert(columns: Array, values: Array, begin: int, end: int, column: int) -> tuple[int, int]:
    """Make room for a column in a row that stands in ascending order from begin to end.

    Returns
    -------
    tuple of int
        Its place, and the new end; a new place holds zero.
    """
    spot = end
    while spot > begin and columns[spot - 1] > column:
        spot -= 1
    if spot > begin and columns[spot - 1] == column:
        return spot - 1, end
    for k in range(end, spot, -1):
        columns[k], values[k] = columns[k - 1], values[k - 1]
    columns[spot], values[spot] = column, 0
    return spot, end + 1


@kept(error_model="numpy", nogil=True)
def fill_orbit_entries(
    terms: Terms, codes: Places, ranks: Ranks, orbits: Orbits, columns: Array, values: Array
) -> Places:
    """Columns and values of the rows of all representatives, and (m + 1,) where they start.

    H commutes with the group, so <a|H|b> of two normalised projections is the sum over what H
    makes of the representative of a alone: with c = g b', g of eigenvalue chi,
    <a'|H|c> chi^* root(b) / root(a).
    """
    starts = np.zeros(len(codes) + 1, np.int64)
    live = np.empty(len(terms.change) + 1, np.int64)
    zero = terms.coefficient[0] * 0
    end = 0
    for row in range(len(codes)):
        k, code, begin = 0, codes[row], end
        count = list_live(terms, code, live)
        while k < count:
            change, total = terms.change[live[k]], zero
            while k < count and terms.change[live[k]] == change:
                total += value_of(terms, live[k], code)
                k += 1
            place = rank_of(ranks, code + change)
            column = orbits.orbit[place]
            if column >= 0 and (change == 0 or total != 0):
                weight = orbits.root[column] / orbits.root[row]
                spot, end = insert(columns, values, begin, end, column)
                values[spot] += weight * np.conj(
                    total * orbits.character[orbits.element[place]]
                )
        starts[row + 1] = end
    return starts
