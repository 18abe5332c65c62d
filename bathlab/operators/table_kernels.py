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
from numba.extending import overload

from bathlab.conventions import RealArray
from bathlab.operators.kept import kept
from bathlab.operators.simd import LANES, Block, Lanes, kernel
from bathlab.operators.table_forms import (
    COLUMN_COUNT,
    FIRST_COLUMN,
    ROW_START,
    ROW_STOP,
    TILE_ROWS,
    TILE_VECTORS,
    DenseForm,
    KernelForm,
    PackedForm,
    Rows,
    SparseForm,
    Step,
    Subtraction,
    Tile,
)

#: Bits of the column number that exchange lanes inside one vector.
LANE_BITS = LANES.bit_length() - 1


def _tile_sums(block: Block, rows: int, vectors: int, sparse: bool) -> list[list[Lanes]]:
    """The product of the row matrix with x on a tile of ``rows`` rows and ``vectors``."""
    add, mul = block.builder.add, block.builder.mul
    # One accumulator would wait for each of its additions; four hide their latency.
    chains = max(1, TILE_VECTORS // (rows * vectors))
    places = [[block.accumulators(vectors) for _ in range(rows)] for _ in range(chains)]

    def accumulate(place: Any, number: Any) -> None:
        entry = add(block["first_entry"], number)
        if sparse:
            other = block.integer("indices", entry)
        else:
            other = add(block["first_row"], number)
        start = add(mul(other, block["width"]), block["column"])
        x = [block.load("x", add(start, block.index(LANES * j))) for j in range(vectors)]
        for r in range(rows):
            skipped = mul(block.index(r), block["stride"])
            factor = block.splat(block.scalar("entries", add(entry, skipped)))
            for j in range(vectors):
                block.accumulate(place[r][j], factor, x[j])

    whole = block.builder.sdiv(block["terms"], block.index(chains))
    with block.loop(whole) as loop:
        for chain, place in enumerate(places):
            accumulate(place, add(mul(loop.index, block.index(chains)), block.index(chain)))
    if chains > 1:
        with block.loop(block["terms"], start=mul(whole, block.index(chains))) as loop:
            accumulate(places[0], loop.index)
    return [[_sum_of(block, chained) for chained in zip(*row)] for row in zip(*places)]


def _sum_of(block: Block, places: Any) -> Lanes:
    return reduce(Lanes.__add__, (block.read(place) for place in places))


def _tile(rows: int, vectors: int, sparse: bool = False) -> Any:
    """The kernel of a tile of this size, (Step, Tile); returns its share of <x|y>."""

    def body(block: Block) -> Any:
        return _finish(block, _tile_sums(block, rows, vectors, sparse)).total()

    return kernel(body, types.float64, records=2)


def _finish(block: Block, sums: list[list[Lanes]]) -> Lanes:
    """Add the diagonal and the flips to a tile, then take the step of the recurrence."""
    add, total = block.builder.add, block.zero()
    low = [block.splat(block.scalar("couplings", block.index(bit))) for bit in range(LANE_BITS)]
    vectors = len(sums[0])
    columns = [add(block["column"], block.index(LANES * j)) for j in range(vectors)]
    for r, tile_row in enumerate(sums):
        row = add(block["row"], block.index(r))
        begin = block.builder.mul(row, block["width"])
        sign, level = block.scalar("signs", row), block.splat(block.scalar("diagonal", row))
        accumulators = [block.place(vector) for vector in tile_row]
        _add_distant_flips(block, accumulators, columns, begin, sign)
        for place, column in zip(accumulators, columns):
            where = add(begin, column)
            x = block.load("x", where)
            nearby = block.zero()
            for bit, coupling in enumerate(low):
                nearby = nearby.plus_product(coupling, x.exchanged(1 << bit))
            image = block.read(place).plus_product(block.splat(sign), nearby)
            image = image.plus_product(level + block.load("energies", column), x)
            total = total.plus_product(x, _stepped(block, image, where))
    return total


def _add_distant_flips(
    block: Block, places: list[Any], columns: list[Any], begin: Any, sign: Any
) -> None:
    """Add the flips of bits that exchange whole vectors, in the row that starts at begin."""
    add, xor = block.builder.add, block.builder.xor
    with block.loop(block["bits"], start=block.index(LANE_BITS)) as loop:
        coupling = block.splat(block.builder.fmul(sign, block.scalar("couplings", loop.index)))
        mask = block.builder.shl(block.index(1), loop.index)
        for place, column in zip(places, columns):
            flipped = block.load("x", add(begin, xor(column, mask)))
            block.accumulate(place, coupling, flipped)


def _stepped(block: Block, image: Lanes, where: Any) -> Lanes:
    """Store inverse * image - back * y as the new y."""
    scaled = block.splat(block["inverse"]) * image
    y = scaled - block.splat(block["back"]) * block.load("y", where)
    block.store(y, "y", where)
    return y


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
    """The kernel of a packed matrix, (Step, Rows); returns its share of <x|y>."""
    add, lanes = block.builder.add, block.index(LANES)
    chains = block.accumulators(TILE_VECTORS)
    first = block.builder.mul(block["block"], block.index(LANES + 1))
    for exchange in range(LANES):
        start = block.scalar("starts", add(first, block.index(exchange)))
        stop = block.scalar("starts", add(first, block.index(exchange + 1)))
        with block.loop(stop, start=start) as loop:
            source = block.builder.mul(block.integer("sources", loop.index), lanes)
            x = block.load("x", source).exchanged(exchange)
            entries = block.load("entries", block.builder.mul(loop.index, lanes))
            # Neighbouring exchanges take turns, so that none waits for the one before.
            block.accumulate(chains[exchange % TILE_VECTORS], entries, x)
    where = block.builder.mul(block["block"], lanes)
    y = _stepped(block, _sum_of(block, chains), where)
    return (block.load("x", where) * y).total()


_packed_rows = kernel(_packed_block, types.float64, records=2)
_subtracted_norm = kernel(_subtract, types.float64)
# numba calls no kernel from a table, so each size has its name: rows, then vectors.
_dense_11, _dense_12, _dense_14 = (_tile(1, vectors) for vectors in (1, 2, TILE_VECTORS))
_dense_41, _dense_42, _dense_44 = (
    _tile(TILE_ROWS, vectors) for vectors in (1, 2, TILE_VECTORS)
)
_sparse_1, _sparse_2, _sparse_4 = (
    _tile(1, vectors, sparse=True) for vectors in (1, 2, TILE_VECTORS)
)

_compiled = kept(error_model="numpy", nogil=True)
# Inlined where called: a call that is none costs no counting of references to arrays.
_inlined = numba.njit(error_model="numpy", inline="always")


@_inlined
def _one_dense_row(step: Step, tile: Tile, panel: int) -> float:
    if panel == 4 * LANES:
        return _dense_14(step, tile)
    if panel == 2 * LANES:
        return _dense_12(step, tile)
    return _dense_11(step, tile)


@_inlined
def _some_dense_rows(step: Step, tile: Tile, panel: int) -> float:
    """``TILE_ROWS`` rows at once."""
    if panel == 4 * LANES:
        return _dense_44(step, tile)
    if panel == 2 * LANES:
        return _dense_42(step, tile)
    return _dense_41(step, tile)


@_inlined
def _one_sparse_row(step: Step, tile: Tile, panel: int) -> float:
    if panel == 4 * LANES:
        return _sparse_4(step, tile)
    if panel == 2 * LANES:
        return _sparse_2(step, tile)
    return _sparse_1(step, tile)


def _dense_product(
    form: DenseForm, y: RealArray, x: RealArray, inverse: float, back: float
) -> float:
    rows, width, total = form.diagonal.size, form.energies.size, 0.0
    panel = min(width, LANES * TILE_VECTORS)
    step, segments = Step(y, x, form, width, inverse, back), form.segments
    for column in range(0, width, panel):
        for s in range(len(segments)):
            row, stop = segments[s, ROW_START], segments[s, ROW_STOP]
            first, terms = segments[s, FIRST_COLUMN], segments[s, COLUMN_COUNT]
            while row < stop:
                tile = Tile(row, column, row * rows + first, rows, first, terms)
                if stop - row >= TILE_ROWS:
                    total += _some_dense_rows(step, tile, panel)
                    row += TILE_ROWS
                else:
                    total += _one_dense_row(step, tile, panel)
                    row += 1
    return total


def _sparse_product(
    form: SparseForm, y: RealArray, x: RealArray, inverse: float, back: float
) -> float:
    starts, width, total = form.starts, form.energies.size, 0.0
    panel = min(width, LANES * TILE_VECTORS)
    step = Step(y, x, form, width, inverse, back)
    for row in range(len(starts) - 1):
        first = starts[row]
        terms = starts[row + 1] - first
        for column in range(0, width, panel):
            tile = Tile(row, column, first, 0, 0, terms)
            total += _one_sparse_row(step, tile, panel)
    return total


def _packed_product(
    form: PackedForm, y: RealArray, x: RealArray, inverse: float, back: float
) -> float:
    step, total = Step(y, x, form, LANES, inverse, back), 0.0
    for block in range(len(form.starts)):
        total += _packed_rows(step, Rows(block))
    return total


_PRODUCTS = {
    DenseForm: _dense_product,
    SparseForm: _sparse_product,
    PackedForm: _packed_product,
}


def _product(
    form: KernelForm, y: RealArray, x: RealArray, inverse: float, back: float
) -> float:
    """y <- inverse * H x - back * y; returns <x|y>."""
    return _PRODUCTS[type(form)](form, y, x, inverse, back)  # type: ignore[operator]


@overload(_product, jit_options={"error_model": "numpy"}, strict=False)
def _compiled_product(form: Any, y: Any, x: Any, inverse: Any, back: Any) -> Any:
    """The product of the form's type, chosen while compiling."""
    return _PRODUCTS[form.instance_class]


@_compiled
def table_steps(
    form: KernelForm,
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
        beta = _subtracted_norm(Subtraction(y, x, factor, blocks)) ** 0.5
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
def table_product(form: KernelForm, y: RealArray, x: RealArray) -> None:
    """y <- H x."""
    _product(form, y, x, 1.0, 0.0)
