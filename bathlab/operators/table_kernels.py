"""Compiled Lanczos steps for a :class:`~bathlab.operators.table.TableForm`.

Vectors are flat (rows, width) tables with ``width`` a power of two, at least ``LANES``. A tile
of up to 4 rows and 32 columns of H x stays in registers from the first product with the row
matrix to its share of the Lanczos coefficient, so each vector passes through the cache once per
product.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numba
from numba import types

from bathlab.conventions import RealArray
from bathlab.operators.simd import LANES, Block, Lanes, kernel

#: Rows and vectors of a tile: 16 accumulators and 8 operands fit the 32 registers of AVX-512
#: and give 16 multiplications for 8 loads. Measured against 6 x 4 and 8 x 2: no gain.
TILE_ROWS = 4
TILE_VECTORS = 4

_ARGUMENTS = (
    "y x entries indices diagonal energies signs couplings row column width bits "
    "first_entry stride first_row count inverse back"
)


def _tile(rows: int, vectors: int, sparse: bool = False) -> Any:
    """y <- inverse * H x - back * y on a tile; returns the tile's share of <x|y>.

    A dense row matrix is read from ``first_entry`` on, ``stride`` to the next row, and meets
    the rows of x from ``first_row`` on. A sparse one has ``count`` entries with their
    ``indices``.
    """

    def body(block: Block) -> Any:
        add, mul = block.builder.add, block.builder.mul
        # One accumulator would wait for each of its additions; four hide their latency.
        chains = max(1, TILE_VECTORS // (rows * vectors))
        places = [[block.accumulators(vectors) for _ in range(rows)] for _ in range(chains)]

        def accumulate(place: Any, number: Any) -> None:
            entry = add(block["first_entry"], number)
            other = (
                block.integer("indices", entry) if sparse else add(block["first_row"], number)
            )
            start = add(mul(other, block["width"]), block["column"])
            x = [block.load("x", add(start, block.index(LANES * j))) for j in range(vectors)]
            for r in range(rows):
                skipped = mul(block.index(r), block["stride"])
                factor = block.splat(block.scalar("entries", add(entry, skipped)))
                for j in range(vectors):
                    block.accumulate(place[r][j], factor, x[j])

        whole = block.builder.sdiv(block["count"], block.index(chains))
        with block.loop(whole) as loop:
            for chain, place in enumerate(places):
                accumulate(place, add(mul(loop.index, block.index(chains)), block.index(chain)))
        if chains > 1:
            with block.loop(block["count"], start=mul(whole, block.index(chains))) as loop:
                accumulate(places[0], loop.index)
        sums = [
            [
                reduce(Lanes.__add__, (block.read(place[r][j]) for place in places))
                for j in range(vectors)
            ]
            for r in range(rows)
        ]
        return _finish(block, sums).total()

    return kernel(_ARGUMENTS, body, types.float64)


def _finish(block: Block, sums: list[list[Lanes]]) -> Lanes:
    """Add the diagonal and the flips to a tile, then take the step of the recurrence."""
    add, total = block.builder.add, block.zero()
    inverse, back = block.splat(block["inverse"]), block.splat(block["back"])
    low = [
        block.splat(block.scalar("couplings", block.index(bit)))
        for bit in range(LANES.bit_length() - 1)
    ]
    for r, tile_row in enumerate(sums):
        accumulators = [block.place(vector) for vector in tile_row]
        row = add(block["row"], block.index(r))
        begin = block.builder.mul(row, block["width"])
        columns = [
            add(block["column"], block.index(LANES * j)) for j in range(len(accumulators))
        ]
        sign, level = block.scalar("signs", row), block.splat(block.scalar("diagonal", row))
        with block.loop(block["bits"], start=block.index(len(low))) as loop:
            coupling = block.splat(
                block.builder.fmul(sign, block.scalar("couplings", loop.index))
            )
            mask = block.builder.shl(block.index(1), loop.index)
            for place, column in zip(accumulators, columns):
                flipped = block.load("x", add(begin, block.builder.xor(column, mask)))
                block.accumulate(place, coupling, flipped)
        for place, column in zip(accumulators, columns):
            where = add(begin, column)
            x = block.load("x", where)
            nearby = block.zero()
            for bit, coupling in enumerate(low):
                nearby = nearby.plus_product(coupling, x.exchanged(1 << bit))
            image = block.read(place).plus_product(block.splat(sign), nearby)
            image = image.plus_product(level + block.load("energies", column), x)
            y = inverse * image - back * block.load("y", where)
            block.store(y, "y", where)
            total = total.plus_product(x, y)
    return total


def _subtract(block: Block) -> Any:
    """y <- y - factor * x; returns <y|y>. Four chains hide the latency of the additions."""
    places, factor = block.accumulators(TILE_VECTORS), block.splat(block["factor"])
    with block.loop(block["blocks"]) as loop:
        for j, place in enumerate(places):
            where = block.builder.add(
                block.builder.mul(loop.index, block.index(LANES * TILE_VECTORS)),
                block.index(LANES * j),
            )
            y = block.load("y", where) - factor * block.load("x", where)
            block.store(y, "y", where)
            block.accumulate(place, y, y)
    sums = [block.read(place) for place in places]
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])).total()


def _packed_block(block: Block) -> Any:
    """y <- inverse * H x - back * y on a block of rows of a packed matrix; returns its
    <x|y>."""
    add, lanes = block.builder.add, block.index(LANES)
    chains = block.accumulators(TILE_VECTORS)
    first = block.builder.mul(block["block"], block.index(LANES + 1))
    for exchange in range(LANES):
        start = block.scalar("starts", add(first, block.index(exchange)))
        stop = block.scalar("starts", add(first, block.index(exchange + 1)))
        with block.loop(stop, start=start) as loop:
            source = block.builder.mul(block.integer("indices", loop.index), lanes)
            x = block.load("x", source).exchanged(exchange)
            entries = block.load("entries", block.builder.mul(loop.index, lanes))
            # Neighbouring exchanges take turns, so that none waits for the one before.
            block.accumulate(chains[exchange % TILE_VECTORS], entries, x)
    image = reduce(Lanes.__add__, (block.read(chain) for chain in chains))
    where = block.builder.mul(block["block"], lanes)
    y = block.splat(block["inverse"]) * image - block.splat(block["back"]) * block.load(
        "y", where
    )
    block.store(y, "y", where)
    return (block.load("x", where) * y).total()


_packed = kernel("y x entries indices starts block inverse back", _packed_block, types.float64)
_dense_tile = {
    (rows, vectors): _tile(rows, vectors)
    for rows in (1, TILE_ROWS)
    for vectors in (1, 2, TILE_VECTORS)
}
_dense_11, _dense_12, _dense_14 = (_dense_tile[1, vectors] for vectors in (1, 2, 4))
_dense_41, _dense_42, _dense_44 = (_dense_tile[4, vectors] for vectors in (1, 2, 4))
_sparse_1, _sparse_2, _sparse_4 = (_tile(1, vectors, sparse=True) for vectors in (1, 2, 4))
_subtracted_norm = kernel("y x factor blocks", _subtract, types.float64)

_compiled = numba.njit(cache=True, error_model="numpy", nogil=True)


@_compiled
def _dense_product(form: Any, y: RealArray, x: RealArray, inverse: float, back: float) -> float:
    entries, indices, starts, diagonal, energies, signs, couplings, bits = form
    rows, width, total = diagonal.size, energies.size, 0.0
    panel = min(width, LANES * TILE_VECTORS)
    for column in range(0, width, panel):
        for s in range(starts.shape[0]):
            row, stop, first, count = starts[s, 0], starts[s, 1], starts[s, 2], starts[s, 3]
            while row < stop:
                given = (
                    y,
                    x,
                    entries,
                    indices,
                    diagonal,
                    energies,
                    signs,
                    couplings,
                    row,
                    column,
                    width,
                    bits,
                    row * rows + first,
                    rows,
                    first,
                    count,
                    inverse,
                    back,
                )
                if stop - row >= TILE_ROWS:
                    if panel == 4 * LANES:
                        total += _dense_44(given)
                    elif panel == 2 * LANES:
                        total += _dense_42(given)
                    else:
                        total += _dense_41(given)
                    row += TILE_ROWS
                else:
                    if panel == 4 * LANES:
                        total += _dense_14(given)
                    elif panel == 2 * LANES:
                        total += _dense_12(given)
                    else:
                        total += _dense_11(given)
                    row += 1
    return total


@_compiled
def _sparse_product(
    form: Any, y: RealArray, x: RealArray, inverse: float, back: float
) -> float:
    entries, indices, starts, diagonal, energies, signs, couplings, bits = form
    width, total = energies.size, 0.0
    panel = min(width, LANES * TILE_VECTORS)
    for row in range(diagonal.size):
        first, count = starts[row, 0], starts[row + 1, 0] - starts[row, 0]
        for column in range(0, width, panel):
            given = (
                y,
                x,
                entries,
                indices,
                diagonal,
                energies,
                signs,
                couplings,
                row,
                column,
                width,
                bits,
                first,
                0,
                0,
                count,
                inverse,
                back,
            )
            if panel == 4 * LANES:
                total += _sparse_4(given)
            elif panel == 2 * LANES:
                total += _sparse_2(given)
            else:
                total += _sparse_1(given)
    return total


@_compiled
def _packed_product(
    form: Any, y: RealArray, x: RealArray, inverse: float, back: float
) -> float:
    entries, indices, starts = form[0], form[1], form[2]
    total = 0.0
    for block in range(starts.shape[0]):
        total += _packed((y, x, entries, indices, starts, block, inverse, back))
    return total


@_compiled
def _product(form: Any, y: RealArray, x: RealArray, inverse: float, back: float) -> float:
    """The shape of ``starts`` tells the kind of the form."""
    if form[2].shape[1] == 1:
        return _sparse_product(form, y, x, inverse, back)
    if form[2].shape[1] == 4:
        return _dense_product(form, y, x, inverse, back)
    return _packed_product(form, y, x, inverse, back)


@_compiled
def table_steps(
    form: Any,
    older: RealArray,
    newer: RealArray,
    norms: RealArray,
    diagonal: RealArray,
    offdiagonal: RealArray,
    first: int,
    stop: int,
    coefficients: RealArray,
    sums: RealArray,
    tolerance: float,
) -> int:
    """Lanczos steps first:stop; returns how many steps are done in all.

    The vectors are kept unnormalised, with ``norms`` those of (older, newer): the step that
    divides by the norm is part of the product. Even steps act on ``newer``, odd ones on
    ``older``. ``sums[m]`` collects coefficients[m, k] times the normalised vector of step k.
    ``norms[2]`` is the largest coefficient so far, the measure of what is rounding.
    """
    blocks = newer.size // (LANES * TILE_VECTORS)
    for k in range(first, stop):
        x, y = (newer, older) if k % 2 == 0 else (older, newer)
        inverse = 1.0 / norms[1]
        back = norms[1] / norms[0]
        overlap = _product(form, y, x, inverse, back)
        diagonal[k] = overlap * inverse
        factor = diagonal[k] * inverse
        beta = _subtracted_norm((y, x, factor, blocks)) ** 0.5
        for m in range(sums.shape[0]):
            share, total = coefficients[m, k] * inverse, sums[m]
            for i in range(x.size):
                total[i] += share * x[i]
        norms[2] = max(norms[2], abs(diagonal[k]), beta)
        norms[0], norms[1] = norms[1], beta
        offdiagonal[k] = beta
        if beta <= tolerance * norms[2]:
            offdiagonal[k] = 0.0
            return k + 1
    return stop


@_compiled
def table_product(form: Any, y: RealArray, x: RealArray) -> None:
    """y <- H x."""
    _product(form, y, x, 1.0, 0.0)
