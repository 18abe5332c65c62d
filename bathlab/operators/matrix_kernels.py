"""Code of the products of :mod:`bathlab.operators.table_kernels` with whole sparse matrices."""

from __future__ import annotations

from typing import Any

from numba import types

from bathlab.operators.simd import LANES, Block, kernel
from bathlab.operators.table_forms import TILE_VECTORS
from bathlab.operators.tile_kernels import stepped, sum_of


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
    y = stepped(block, sum_of(block, chains), where)
    return (block.load("x", where) * y).total()


def _shifted(block: Block) -> Any:
    """All rows of a shifted matrix, (Step,); returns <x|y>."""
    add, mul, chains = block.builder.add, block.builder.mul, block.index(TILE_VECTORS)
    total = block.place(block.zero())

    def accumulate(place: Any, term: Any) -> None:
        x = block.load("x", block.integer("sources", term)).where(block.scalar("masks", term))
        block.accumulate(place, block.splat(block.scalar("values", term)), x)

    with block.loop(block["blocks"]) as rows:
        places = block.accumulators(TILE_VECTORS)
        first = block.scalar("starts", rows.index)
        stop = block.scalar("starts", add(rows.index, block.index(1)))
        whole = block.builder.sdiv(block.builder.sub(stop, first), chains)
        with block.loop(whole) as loop:
            for chain, place in enumerate(places):
                term = add(mul(loop.index, chains), block.index(chain))
                accumulate(place, add(first, term))
        with block.loop(stop, start=add(first, mul(whole, chains))) as loop:
            accumulate(places[0], loop.index)
        where = mul(rows.index, block.index(LANES))
        x = block.load("x", where)
        image = sum_of(block, places).plus_product(block.load("diagonal", where), x)
        block.accumulate(total, x, stepped(block, image, where))
    return block.read(total).total()


packed_rows = kernel(_packed_block, types.float64, records=2)
shifted_rows = kernel(_shifted, types.float64)
