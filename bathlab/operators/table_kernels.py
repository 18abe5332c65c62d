"""Compiled Lanczos steps for a :class:`~bathlab.operators.table.TableForm`.

Vectors are flat (rows, width) tables with ``width`` a power of two, at least ``LANES``. A tile
of up to 4 rows and 32 columns of H x stays in registers from the first product with the row
matrix to its share of the Lanczos coefficient, so each vector passes through the cache once per
product.
"""

from __future__ import annotations

from typing import Any

import numba
from numba import types
from numba.extending import overload

from bathlab.conventions import RealArray
from bathlab.operators.kept import kept
from bathlab.operators.matrix_kernels import packed_rows, shifted_rows
from bathlab.operators.simd import LANES, Block, kernel
from bathlab.operators.table_forms import (
    COLUMN_COUNT,
    FIRST_COLUMN,
    ROW_START,
    ROW_STOP,
    SECOND_COLUMN,
    SECOND_COUNT,
    TILE_ROWS,
    TILE_VECTORS,
    DenseContactsForm,
    DenseForm,
    KernelForm,
    PackedForm,
    Rows,
    ShiftedForm,
    SparseContactsForm,
    SparseForm,
    SplitTile,
    Step,
    Subtraction,
    Tile,
)
from bathlab.operators.tile_kernels import tile_kernel


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


_subtracted_norm = kernel(_subtract, types.float64)
# numba calls no kernel from a table, so each size has its name: rows, then vectors.
_dense_11, _dense_12, _dense_14 = (tile_kernel(1, vectors) for vectors in (1, 2, TILE_VECTORS))
_dense_41, _dense_42, _dense_44 = (
    tile_kernel(TILE_ROWS, vectors) for vectors in (1, 2, TILE_VECTORS)
)
_sparse_1, _sparse_2, _sparse_4 = (
    tile_kernel(1, vectors, sparse=True) for vectors in (1, 2, TILE_VECTORS)
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


def _whole_tile(form: DenseForm, segment: Any, row: int, column: int) -> Tile:
    rows, first = form.diagonal.size, segment[FIRST_COLUMN]
    return Tile(row, column, row * rows + first, rows, first, segment[COLUMN_COUNT])


def _split_tile(form: DenseContactsForm, segment: Any, row: int, column: int) -> SplitTile:
    rows, first, second = form.diagonal.size, segment[FIRST_COLUMN], segment[SECOND_COLUMN]
    start, terms = row * rows, segment[COLUMN_COUNT]
    more = start + second, second, segment[SECOND_COUNT]
    return SplitTile(row, column, start + first, rows, first, terms, *more)


_TILES = {DenseForm: _whole_tile, DenseContactsForm: _split_tile}


def _tile_at(form: Any, segment: Any, row: int, column: int) -> Any:
    """The tile of a dense form that starts at this row and column."""
    return _TILES[type(form)](form, segment, row, column)  # type: ignore[operator]


@overload(_tile_at, jit_options={"error_model": "numpy"}, strict=False, inline="always")
def _compiled_tile_at(form: Any, segment: Any, row: Any, column: Any) -> Any:
    """The tile of the form's type, chosen while compiling."""
    return _TILES[form.instance_class]


def _dense_product(
    form: DenseForm | DenseContactsForm, y: RealArray, x: RealArray, inverse: float, back: float
) -> float:
    width, total = form.energies.size, 0.0
    panel = min(width, LANES * TILE_VECTORS)
    step, segments = Step(y, x, form, width, inverse, back), form.segments
    for column in range(0, width, panel):
        for segment in segments:
            row, stop = segment[ROW_START], segment[ROW_STOP]
            while row < stop:
                tile = _tile_at(form, segment, row, column)
                if stop - row >= TILE_ROWS:
                    total += _some_dense_rows(step, tile, panel)
                    row += TILE_ROWS
                else:
                    total += _one_dense_row(step, tile, panel)
                    row += 1
    return total


def _sparse_product(
    form: SparseForm | SparseContactsForm,
    y: RealArray,
    x: RealArray,
    inverse: float,
    back: float,
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
        total += packed_rows(step, Rows(block))
    return total


def _shifted_product(
    form: ShiftedForm, y: RealArray, x: RealArray, inverse: float, back: float
) -> float:
    return shifted_rows(Step(y, x, form, LANES, inverse, back))


_PRODUCTS = {
    DenseForm: _dense_product,
    SparseForm: _sparse_product,
    DenseContactsForm: _dense_product,
    SparseContactsForm: _sparse_product,
    PackedForm: _packed_product,
    ShiftedForm: _shifted_product,
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
