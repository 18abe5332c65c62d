"""Where the bare cores of large thermal regions lie: boxes that hold one, and the largest."""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.conventions import Array, Row
from bathlab.streams import stream
from bathlab.theory.avalanche.thermal_spans import ChainOutcome

#: Sizes of regions from which on each class counts, in cells; the last has no end.
CLASSES = 2 ** np.arange(6, 15)
#: Sizes of boxes.
BOXES = 2 ** np.arange(0, 12)


def pattern_row(found: ChainOutcome, seed: int, realisation: int) -> Row:
    """Sums over the regions of each class of an open chain, c classes and b sizes of boxes.

    Returns
    -------
    dict
        ``regions``, ``cells``, ``cores``, ``bonds`` (c,): regions, their cells, bare cores and
        resonant bonds; ``largest``, ``generations``: sums of the largest order of a core and of
        the generation. ``boxes`` (c b,): boxes of :data:`BOXES` cells, the first at the start
        of the region, in which a core begins. ``boxes_random``: the same with the cores of each
        region in random order and the cells between them shared out at random, one at least to
        each gap.
    """
    kind = np.searchsorted(CLASSES, found.sizes, side="right") - 1
    used = kind[found.core_span] >= 0
    span, cores = found.core_span[used], found.cores[used]
    count = len(CLASSES)
    largest = np.zeros(len(found.spans), np.int64)
    np.maximum.at(largest, span, cores[:, 2])
    large = kind >= 0

    def over_regions(values: Any) -> Array:
        return np.bincount(kind[large], np.asarray(values)[large], count)

    start = cores[:, 0] - found.spans[span, 0]
    source = stream(seed, realisation, "cores at random")
    moved = _rearranged(cores[:, 2], span, found.sizes, source)
    return {
        "regions": over_regions(np.ones(len(kind))),
        "cells": over_regions(found.sizes),
        "cores": np.bincount(kind[span], minlength=count).astype(float),
        "bonds": np.bincount(kind[span], cores[:, 2], count),
        "largest": over_regions(largest),
        "generations": over_regions(found.generations),
        "boxes": _boxes(start, span, kind),
        "boxes_random": _boxes(moved, span, kind),
    }


def _boxes(start: Array, span: Array, kind: Array) -> Array:
    """Boxes with a core, by class and size of box; ``start`` ascends in each region."""
    counts = np.zeros((len(CLASSES), len(BOXES)))
    for place, size in enumerate(BOXES):
        box = start // size
        first = np.ones(len(span), bool)
        first[1:] = (box[1:] != box[:-1]) | (span[1:] != span[:-1])
        counts[:, place] = np.bincount(kind[span[first]], minlength=len(CLASSES))
    return counts.ravel()


def _rearranged(orders: Array, span: Array, sizes: Array, source: np.random.Generator) -> Array:
    """Starts of the cores of each region in another arrangement, all as likely."""
    starts = np.empty(len(orders), np.int64)
    ends = np.flatnonzero(np.diff(span, append=-1)) + 1
    first = 0
    for last in ends.tolist():
        mixed = source.permutation(orders[first:last])
        free = int(sizes[span[first]] - mixed.sum() - len(mixed) + 1)
        cuts = source.choice(free + len(mixed), len(mixed), replace=False)
        before = np.sort(cuts) - np.arange(len(mixed))  # free cells before each core
        taken = np.concatenate([[0], np.cumsum(mixed[:-1] + 1)])
        starts[first:last] = before + taken
        first = last
    return starts
