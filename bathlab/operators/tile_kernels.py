"""Code of the tiles of :mod:`bathlab.operators.table_kernels`, generated for each size of them.

A tile is the product of a few rows of the row matrix with x, then the diagonal, the flips and
the step of the recurrence, all without leaving the registers.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from numba import types

from bathlab.operators.simd import LANES, Block, Lanes, kernel
from bathlab.operators.table_forms import TILE_VECTORS

#: Bits of the column number that exchange lanes inside one vector.
LANE_BITS = LANES.bit_length() - 1


def _tile_sums(block: Block, rows: int, vectors: int, sparse: bool) -> list[list[Lanes]]:
    """The product of the row matrix with x on a tile of ``rows`` rows and ``vectors``."""
    add, mul = block.builder.add, block.builder.mul
    # One accumulator would wait for each of its additions; four hide their latency.
    chains = max(1, TILE_VECTORS // (rows * vectors))
    places = [[block.accumulators(vectors) for _ in range(rows)] for _ in range(chains)]

    def accumulate(place: Any, number: Any, span: str) -> None:
        entry = add(block[f"{span}_entry"], number)
        if sparse:
            other = block.integer("indices", entry)
        else:
            other = add(block[f"{span}_row"], number)
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
            number = add(mul(loop.index, block.index(chains)), block.index(chain))
            accumulate(place, number, "first")
    if chains > 1:
        with block.loop(block["terms"], start=mul(whole, block.index(chains))) as loop:
            accumulate(places[0], loop.index, "first")
    if "second_terms" in block:
        with block.loop(block["second_terms"]) as loop:
            accumulate(places[-1], loop.index, "second")
    return [[sum_of(block, chained) for chained in zip(*row)] for row in zip(*places)]


def sum_of(block: Block, places: Any) -> Lanes:
    return reduce(Lanes.__add__, (block.read(place) for place in places))


def tile_kernel(rows: int, vectors: int, sparse: bool = False) -> Any:
    """The kernel of a tile of this size, (Step, Tile); returns its share of <x|y>."""

    def body(block: Block) -> Any:
        return _finish(block, _tile_sums(block, rows, vectors, sparse)).total()

    return kernel(body, types.float64, records=2)


def _finish(block: Block, sums: list[list[Lanes]]) -> Lanes:
    """Add the diagonal and the flips to a tile, then take the step of the recurrence."""
    add, total = block.builder.add, block.zero()
    strengths = _OneContact(block) if "signs" in block else _Contacts(block)
    vectors = len(sums[0])
    columns = [add(block["column"], block.index(LANES * j)) for j in range(vectors)]
    for r, tile_row in enumerate(sums):
        row = add(block["row"], block.index(r))
        begin = block.builder.mul(row, block["width"])
        strengths.enter(row)
        level = block.splat(block.scalar("diagonal", row))
        accumulators = [block.place(vector) for vector in tile_row]
        _add_distant_flips(block, accumulators, columns, begin, strengths)
        for place, column in zip(accumulators, columns):
            where = add(begin, column)
            x = block.load("x", where)
            nearby = block.zero()
            for bit, coupling in enumerate(strengths.low):
                nearby = nearby.plus_product(coupling, x.exchanged(1 << bit))
            image = strengths.added(block.read(place), nearby)
            image = image.plus_product(level + block.load("energies", column), x)
            total = total.plus_product(x, stepped(block, image, where))
    return total


class _OneContact:
    """Strengths of the flips: couplings, the same for all rows, times the sign of the row."""

    def __init__(self, block: Block) -> None:
        self._block = block
        bits = range(LANE_BITS)
        self.low = [block.splat(block.scalar("couplings", block.index(bit))) for bit in bits]

    def enter(self, row: Any) -> None:
        self._sign = self._block.scalar("signs", row)

    def distant(self, bit: Any) -> Any:
        block = self._block
        return block.splat(block.builder.fmul(self._sign, block.scalar("couplings", bit)))

    def added(self, image: Lanes, nearby: Lanes) -> Lanes:
        return image.plus_product(self._block.splat(self._sign), nearby)


class _Contacts:
    """Strengths of the flips: those of the class of the row."""

    def __init__(self, block: Block) -> None:
        self._block = block

    def enter(self, row: Any) -> None:
        block = self._block
        self._first = block.builder.mul(block.integer("classes", row), block["pitch"])
        self.low = [self.distant(block.index(bit)) for bit in range(LANE_BITS)]

    def distant(self, bit: Any) -> Any:
        block = self._block
        return block.splat(block.scalar("strengths", block.builder.add(self._first, bit)))

    def added(self, image: Lanes, nearby: Lanes) -> Lanes:
        return image + nearby


def _add_distant_flips(
    block: Block,
    places: list[Any],
    columns: list[Any],
    begin: Any,
    strengths: _OneContact | _Contacts,
) -> None:
    """Add the flips of bits that exchange whole vectors, in the row that starts at begin."""
    add, xor = block.builder.add, block.builder.xor
    with block.loop(block["bits"], start=block.index(LANE_BITS)) as loop:
        coupling = strengths.distant(loop.index)
        mask = block.builder.shl(block.index(1), loop.index)
        for place, column in zip(places, columns):
            flipped = block.load("x", add(begin, xor(column, mask)))
            block.accumulate(place, coupling, flipped)


def stepped(block: Block, image: Lanes, where: Any) -> Lanes:
    """Store inverse * image - back * y as the new y."""
    scaled = block.splat(block["inverse"]) * image
    y = scaled - block.splat(block["back"]) * block.load("y", where)
    block.store(y, "y", where)
    return y
