"""Operators of spins, taken apart by the stretches that they act on (Thiery et al., eq. 1)."""

from __future__ import annotations

from typing import Iterator

import numpy as np

from bathlab.conventions import Array


def held(operator: Array, first: int, last: int) -> Array:
    """The mean of an operator over all sites outside ``first`` to ``last``: its partial trace
    over their dimension, on the sites of the stretch. An empty stretch leaves the mean."""
    spins = len(operator).bit_length() - 1
    before, inside = 2**first, 2 ** max(0, last - first + 1)
    after = 2**spins // (before * inside)
    blocks = operator.reshape(before, inside, after, before, inside, after)
    return np.asarray(np.einsum("aibajb->ij", blocks) / (before * after))


def stretch_part(operator: Array, first: int, last: int) -> Array:
    """The part of an operator on 2^L states that acts on both ends of a stretch and on nothing
    outside it, on the sites of the stretch.

    The parts of all stretches and the mean add up to the operator.
    """
    left, right = np.eye(2), np.eye(2)
    whole = held(operator, first, last)
    if first == last:
        return whole - np.trace(whole) / 2 * left
    found = whole - np.kron(left, held(operator, first + 1, last))
    found -= np.kron(held(operator, first, last - 1), right)
    return found + np.kron(left, np.kron(held(operator, first + 1, last - 1), right))


def stretch_parts(operator: Array) -> Iterator[tuple[int, int, Array]]:
    """First and last site and part of every stretch."""
    spins = len(operator).bit_length() - 1
    for first in range(spins):
        for last in range(first, spins):
            yield first, last, stretch_part(operator, first, last)
