"""Reciprocals made of multiplications against division."""

from typing import NamedTuple

import numba
import numpy as np
import pytest

from bathlab.conventions import RealArray
from bathlab.operators.simd import FUSES, LANES, kernel


class Numbers(NamedTuple):
    x: RealArray
    found: RealArray
    count: int


def _inverted(block):
    with block.loop(block["count"]) as loop:
        place = block.builder.mul(loop.index, block.index(LANES))
        block.store(block.load("x", place).reciprocal(divided=False), "found", place)


_kernel = kernel(_inverted)


@numba.njit
def inverses(x):
    found = np.empty_like(x)
    _kernel(Numbers(x, found, x.size // LANES))
    return found


@pytest.mark.skipif(not FUSES, reason="this processor does not fuse")
def test_reciprocals_are_those_of_division():
    """400,000 numbers of all sizes, and the mantissas at both ends."""
    draw = np.random.default_rng(0)
    x = draw.uniform(1, 2, 400_000) * 2.0 ** draw.integers(-1000, 1000, 400_000)
    ends = [1.0, 1.5, np.nextafter(1, 2), np.nextafter(np.nextafter(1, 2), 2)]
    ends += [4 / 3, np.nextafter(np.nextafter(2, 1), 1), 2.0**1000, 2.0**-1000]
    x = np.concatenate([x, -x, ends])
    assert np.array_equal(inverses(x), 1 / x)
