"""Sums over poles for up to three times eight points at once, with the sums in registers.

The order of every sum is the written one, pole after pole. One reciprocal of three is a
division, two are made of multiplications, so that the divider of the processor and its
multipliers are both at work; either way it is the correctly rounded one.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from bathlab.conventions import RealArray
from bathlab.operators.simd import LANES as WIDTH
from bathlab.operators.simd import Block, Lanes, kernel
from bathlab.spectrum.tridiagonal.tree import NODES

Rows: TypeAlias = tuple[int, ...]
#: Instead of a zero distance to a node: its term then outweighs all others, without overflow.
TINY = 1e-150
#: Vectors of points.
GROUPS = NODES // WIDTH

# Rows of lanes. Every sum is over t = 1 / (pole - origin - shift), with three weights a, b, c.
ORIGIN, SHIFT, SKIP, PLACE = (NODES * row for row in range(4))
# a t, b t, c t^2, c t^3, |a t|
ALL = A, B, SQUARE, CUBE, SIZE = tuple(NODES * row for row in range(4, 9))
SUMS = 5 * NODES
FREE = 9 * NODES  # ten rows for the caller
LANES = 19 * NODES


class Poles(NamedTuple):
    """Poles start:stop, with weights a, b, c that are ``stride`` apart, for points in lanes."""

    lanes: RealArray
    poles: RealArray
    weights: RealArray
    stride: int
    start: int
    stop: int


class Values(NamedTuple):
    """The sums at the nodes of an interval, nodes and their weights, for points in lanes."""

    lanes: RealArray
    values: RealArray
    nodes: RealArray
    weights: RealArray


class Roots(NamedTuple):
    """Poles start:stop and the roots above them: origins, and shifts ``stride`` behind."""

    lanes: RealArray
    poles: RealArray
    roots: RealArray
    stride: int
    start: int
    stop: int


def _row(block: Block, row: int, groups: int) -> list[Lanes]:
    return [block.load("lanes", block.index(row + WIDTH * g)) for g in range(groups)]


def _terms(block: Block, wanted: Rows, t: Lanes, entry: Any) -> dict[int, Lanes]:
    """What a pole adds to each of the sums."""
    add, stride = block.builder.add, block["stride"]
    term = block.splat(block.scalar("weights", entry)) * t
    terms = {A: term, SIZE: term.size()}
    if B in wanted:
        second = add(entry, stride)
        terms[B] = block.splat(block.scalar("weights", second)) * t
        term = block.splat(block.scalar("weights", add(second, stride))) * t
    terms[SQUARE] = term * t
    terms[CUBE] = terms[SQUARE] * t
    return {row: terms[row] for row in wanted}


def _pole_sums(wanted: Rows, groups: int = GROUPS, skip: bool = False) -> Any:
    """The kernel, of :class:`Poles`, that adds sums over poles, with ``skip`` without the pole
    in SKIP and the next.

    Without the sum over b, the weights c are those of a.
    """

    def body(block: Block) -> None:
        origin, shift = _row(block, ORIGIN, groups), _row(block, SHIFT, groups)
        skipped = _row(block, SKIP, groups)
        places = {row: [block.place(x) for x in _row(block, row, groups)] for row in wanted}
        with block.loop(block["stop"], start=block["start"]) as loop:
            pole = block.splat(block.scalar("poles", loop.index))
            for g in range(groups):
                t = ((pole - origin[g]) - shift[g]).reciprocal(divided=g % GROUPS == 0)
                if skip:
                    after = block.splat(block.number(loop.index)) - skipped[g]
                    t = after.where_equal((0.0, 1.0), block.zero(), t)
                for row, term in _terms(block, wanted, t, loop.index).items():
                    block.add_to(places[row][g], term)
        _store(block, places)

    return kernel(body)


def _interpolation(groups: int) -> Any:
    """The kernel, of :class:`Values`, that adds what is interpolated between nodes.

    To the sums is added what has these values at the nodes, at PLACE in units of the interval.
    """

    def body(block: Block) -> None:
        place = _row(block, PLACE, groups)
        totals = block.accumulators(groups)
        parts = {row: block.accumulators(groups) for row in ALL}
        tiny = Lanes.constant(block.builder, TINY)
        with block.loop(block.index(NODES)) as loop:
            node = block.splat(block.scalar("nodes", loop.index))
            numerator = block.splat(block.scalar("weights", loop.index))
            starts = [block.builder.add(loop.index, block.index(row - A)) for row in ALL]
            values = [block.splat(block.scalar("values", start)) for start in starts]
            for g in range(groups):
                distance = place[g] - node
                weight = numerator.over(distance.where_equal((0.0,), tiny, distance))
                block.add_to(totals[g], weight)
                for row, value in zip(ALL, values):
                    block.add_to(parts[row][g], weight * value)
        for row, part in parts.items():
            for g, old in enumerate(_row(block, row, groups)):
                new = old + block.read(part[g]).over(block.read(totals[g]))
                block.store(new, "lanes", block.index(row + WIDTH * g))

    return kernel(body)


def _store(block: Block, places: dict[int, list[Any]]) -> None:
    for row, parts in places.items():
        for g, part in enumerate(parts):
            block.store(block.read(part), "lanes", block.index(row + WIDTH * g))


def _product(block: Block) -> None:
    """The kernel, of :class:`Roots`, that multiplies B by (root - x) / (pole - x), or by
    root - x at the pole itself.

    Each root is paired with the pole below it: partial products then stay in range.
    """
    points, one = _row(block, ORIGIN, GROUPS), Lanes.constant(block.builder, 1.0)
    places = [block.place(x) for x in _row(block, B, GROUPS)]
    with block.loop(block["stop"], start=block["start"]) as loop:
        pole, origin = (block.splat(block.scalar(x, loop.index)) for x in ("poles", "roots"))
        shifted = block.builder.add(loop.index, block["stride"])
        shift = block.splat(block.scalar("roots", shifted))
        for place, point in zip(places, points):
            below = pole - point
            ratio = ((origin - point) + shift).over(below.where_equal((0.0,), one, below))
            block.store_in(place, block.read(place) * ratio)
    _store(block, {B: places})


#: While roots are sought b is zero and c is a.
_SOUGHT = (A, SQUARE, CUBE, SIZE)
# numba calls no kernel from a table, so each has its name: by vectors of points.
sums_sought_1, sums_sought_2, sums_sought_3 = (_pole_sums(_SOUGHT, g) for g in (1, 2, 3))
sums_skipped_1, sums_skipped_2, sums_skipped_3 = (
    _pole_sums(_SOUGHT, g, skip=True) for g in (1, 2, 3)
)
sums_of_vectors = _pole_sums((A, B, SQUARE))
sums_of_all = _pole_sums(ALL)
interpolated_1, interpolated_2, interpolated_3 = (_interpolation(g) for g in (1, 2, 3))
products = kernel(_product)
