"""Shares of fusions and patterns of bare cores: sums over rows of ``evolution_rows``."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from bathlab.conventions import Array, RealArray
from bathlab.experiments.cells import cell_array
from bathlab.experiments.core_patterns import BOXES, CLASSES
from bathlab.experiments.evolutions import GENERATIONS
from bathlab.statistics.arithmetic import estimate_of, ratio
from bathlab.statistics.estimates import Estimate

#: Regions of a class are used if there are so many.
FEWEST = 10


def fusion_share(table: pd.DataFrame, column: str, generation: int | None = None) -> Estimate:
    """The share of fusions that a column counts, of all or of one generation from 1 on."""
    counts, all_ = (cell_array(table, name, (GENERATIONS,)) for name in (column, "fusions"))
    used = slice(None) if generation is None else slice(generation - 1, generation)
    above, below = (each[:, used].sum(axis=1) for each in (counts, all_))
    return ratio(above, below, table["realisation"])


def box_dimension(
    table: pd.DataFrame, smallest: float, window: tuple[int, int], random: bool = False
) -> Estimate:
    """-d log N/d log r between two boxes of a window, N boxes with a core in regions of at
    least ``smallest`` cells but for those of the last class; or of cores at ``random``."""
    counts = _boxes(table, smallest, "boxes_random" if random else "boxes")
    return estimate_of(
        lambda mean: _slope(mean, window), list(counts), clusters=table["realisation"]
    )


def dimension_apart(table: pd.DataFrame, smallest: float, window: tuple[int, int]) -> Estimate:
    """The box dimension less that of as many cores at random."""
    columns = [list(_boxes(table, smallest, name)) for name in ("boxes", "boxes_random")]
    return estimate_of(
        lambda real, moved: _slope(real, window) - _slope(moved, window),
        *columns,
        clusters=table["realisation"],
    )


def core_power(table: pd.DataFrame, excess: bool = False) -> tuple[Estimate, tuple[int, int]]:
    """The power of its size that the number of cores of a region grows with, and the sizes.

    A straight line through the logarithms of means of classes; of the ``excess`` over as many
    as lie in so many cells of the chain.
    """
    names = ("regions", "cells", "cores")
    columns = [cell_array(table, name, (len(CLASSES),)) for name in names]
    used = (columns[0].sum(axis=0) >= FEWEST) & _within(0)
    spots = table["spots"].to_numpy(dtype=float)

    def statistic(regions: RealArray, cells: RealArray, cores: RealArray, mean: float) -> float:
        more = cores - mean * cells if excess else cores
        x, y = np.log(cells / regions), np.log(np.maximum(more, 1e-9 * cores) / regions)
        return float(np.polyfit(x, y, 1)[0])

    found = estimate_of(
        statistic,
        *(list(each[:, used]) for each in columns),
        spots,
        clusters=table["realisation"],
    )
    ends = np.flatnonzero(used)
    return found, (int(CLASSES[ends[0]]), int(CLASSES[ends[-1] + 1]))


def large_regions(table: pd.DataFrame, smallest: float) -> RealArray:
    """(N,) regions of ``smallest`` cells and more in each chain."""
    found = cell_array(table, "regions", (len(CLASSES),))
    return np.asarray(found[:, _within(smallest)].sum(axis=1))


def region_mean(table: pd.DataFrame, column: str, smallest: float) -> Estimate:
    """The mean of a column over regions of ``smallest`` cells and more."""
    used = _within(smallest)
    above, below = (
        cell_array(table, name, (len(CLASSES),))[:, used].sum(axis=1)
        for name in (column, "regions")
    )
    return ratio(above, below, table["realisation"])


def box_means(table: pd.DataFrame, by: str, smallest: float) -> pd.DataFrame:
    """One row for each value of ``by``: boxes with a core times their size r over all cells of
    regions of at least ``smallest``, ``y`` over ``x`` = r, with errors, and of cores at random,
    ``y_random``."""
    rows = []
    for key, part in table.groupby(by, sort=False):
        if large_regions(part, smallest).sum() < FEWEST:
            continue
        cells = cell_array(part, "cells", (len(CLASSES),))[:, _within(smallest)].sum(axis=1)
        here, moved = (
            estimate_of(
                lambda mean, all_: mean * BOXES / all_,
                list(_boxes(part, smallest, column)),
                cells,
                clusters=part["realisation"],
            )
            for column in ("boxes", "boxes_random")
        )
        row = {by: key, "x": BOXES, "y": here.mean, "y_error": here.error}
        row |= {"y_random": moved.mean, "y_random_error": moved.error}
        rows.append(row | {"realisations": here.realisations})
    return pd.DataFrame(rows)


def _within(smallest: float) -> Array:
    """Classes from a size on but for the last, which has no end."""
    return (CLASSES >= smallest) & (CLASSES < CLASSES[-1])


def _boxes(table: pd.DataFrame, smallest: float, column: str) -> RealArray:
    """(N, b) boxes of all classes from a size on."""
    found = cell_array(table, column, (len(CLASSES), len(BOXES)))
    return np.asarray(found[:, _within(smallest)].sum(axis=1))


def _slope(counts: RealArray, window: tuple[int, int]) -> float:
    first, last = (int(np.searchsorted(BOXES, size)) for size in window)
    return float(np.log(counts[first] / counts[last]) / math.log(BOXES[last] / BOXES[first]))
