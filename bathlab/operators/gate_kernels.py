"""Compiled products with a circuit of two-site gates, eight vectors at a time.

A panel is a flat table of rows of 2 ``LANES`` numbers: the real parts of one row of ``LANES``
vectors, then the imaginary parts. Thus every gate is a few dozen multiplications of whole
vector registers by numbers, whichever two sites it acts on, and nothing is ever shuffled.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import Array, RealArray
from bathlab.operators.kept import kept
from bathlab.operators.simd import LANES, Block, kernel

#: Numbers in a row of a panel.
ROW = 2 * LANES
#: Gates on the lowest so many bits of the row number are applied to one stretch of rows after
#: the other: 2^8 rows of 128 bytes stay in the first cache of any processor.
CACHED_BITS = 8


class Gates(NamedTuple):
    """What the kernels take: the gates of one period in the order in which they act.

    Attributes
    ----------
    entries
        flat (gates, 2, 4, 4): real and imaginary parts of each 4 x 4 matrix.
    bits
        (gates, 2) the bit of the row number that the first and the second factor of a gate
        act on.
    sites
        number of bits.
    """

    entries: RealArray
    bits: NDArray[np.int64]
    sites: int


class Target(NamedTuple):
    """Four rows of a panel, by where they start, and the first entry of the gate on them."""

    panel: RealArray
    entries: RealArray
    gate: int
    row_00: int
    row_01: int
    row_10: int
    row_11: int


def _gate_body(block: Block) -> None:
    """The four rows become the gate times them."""
    add, lanes = block.builder.add, block.index(LANES)
    starts = [block[f"row_{a}{b}"] for a in (0, 1) for b in (0, 1)]
    real = [block.load("panel", start) for start in starts]
    imaginary = [block.load("panel", add(start, lanes)) for start in starts]

    def entry(part: int, row: int, column: int) -> Any:
        place = add(block["gate"], block.index(16 * part + 4 * row + column))
        return block.splat(block.scalar("entries", place))

    for row, start in enumerate(starts):
        above, below = block.zero(), block.zero()
        lower, cross = block.zero(), block.zero()
        for column in range(4):
            re, im = entry(0, row, column), entry(1, row, column)
            above = above.plus_product(re, real[column])
            below = below.plus_product(im, imaginary[column])
            lower = lower.plus_product(re, imaginary[column])
            cross = cross.plus_product(im, real[column])
        block.store(above - below, "panel", start)
        block.store(lower + cross, "panel", add(start, lanes))


_apply_gate = kernel(_gate_body)
_compiled = kept(error_model="numpy", nogil=True)
_inlined = numba.njit(error_model="numpy", inline="always")


@_compiled
def _act(gates: Gates, gate: int, panel: RealArray, first: int, stop: int) -> None:
    """One gate on the rows first:stop, which hold whole quadruples."""
    left, right = 1 << gates.bits[gate, 0], 1 << gates.bits[gate, 1]
    low, high = min(left, right), max(left, right)
    for quadruple in range(first // 4, stop // 4):
        row = (quadruple & ~(low - 1)) << 1 | quadruple & (low - 1)
        row = (row & ~(high - 1)) << 1 | row & (high - 1)
        _apply_gate(
            Target(
                panel,
                gates.entries,
                32 * gate,
                ROW * row,
                ROW * (row | right),
                ROW * (row | left),
                ROW * (row | left | right),
            )
        )


@_compiled
def _period(gates: Gates, panel: RealArray) -> None:
    """The panel after all gates. Neighbouring gates on low bits go stretch by stretch."""
    rows, stretch, count = 1 << gates.sites, 1 << min(CACHED_BITS, gates.sites), len(gates.bits)
    first = 0
    while first < count:
        stop = first
        while stop < count and gates.bits[stop].max() < CACHED_BITS:
            stop += 1
        if stop > first:
            for start in range(0, rows, stretch):
                for gate in range(first, stop):
                    _act(gates, gate, panel, start, start + stretch)
            first = stop
        else:
            _act(gates, first, panel, 0, rows)
            first += 1


@_compiled
def gate_series(gates: Gates, coefficients: Array, x: Array, out: Array) -> None:
    """out[:, k] <- sum_m coefficients[m] W^m x[:, k] for at most ``LANES`` columns k."""
    rows, columns = x.shape
    panel, total = np.zeros(ROW * rows), np.zeros(ROW * rows)
    for row in range(rows):
        for k in range(columns):
            panel[ROW * row + k] = x[row, k].real
            panel[ROW * row + LANES + k] = x[row, k].imag
    for m in range(len(coefficients)):
        if m:
            _period(gates, panel)
        if coefficients[m] != 0:
            _accumulate(total, panel, coefficients[m])
    for row in range(rows):
        for k in range(columns):
            out[row, k] = complex(total[ROW * row + k], total[ROW * row + LANES + k])


@_compiled
def _accumulate(total: RealArray, panel: RealArray, factor: complex) -> None:
    """total += factor * panel."""
    re, im = factor.real, factor.imag
    for start in range(0, panel.size, ROW):
        for k in range(LANES):
            a, b = panel[start + k], panel[start + LANES + k]
            total[start + k] += re * a - im * b
            total[start + LANES + k] += re * b + im * a
