"""Columns whose cells are arrays, as counts in bins are: one array per realisation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from bathlab.checks import as_edges, select
from bathlab.conventions import RealArray, Row
from bathlab.statistics.histograms import Histogram


def cell_array(table: pd.DataFrame, column: str, shape: tuple[int, ...] = ()) -> RealArray:
    """(N, *shape) cells of a column, one for each row; scalars for an empty shape.

    Raises
    ------
    ValueError
        If there is no such column, or a cell has another number of entries.
    """
    cells = [np.asarray(cell, dtype=np.float64) for cell in select(table, [column])[column]]
    sizes = {cell.size for cell in cells}
    if sizes != {math.prod(shape)}:
        raise ValueError(
            f"Cells of {sorted(sizes)} entries in column {column!r} were given; expected "
            f"{math.prod(shape)}. Load a table that this measure made."
        )
    return np.array([cell.reshape(shape) for cell in cells])


def cell_histogram(
    table: pd.DataFrame, counts: str, totals: str, edges: RealArray
) -> Histogram:
    """The histogram of a column of counts, one cell of bins per realisation.

    Parameters
    ----------
    counts
        column of (b,) cells, how many values lie in each bin.
    totals
        column of numbers, how many values there are in all.
    edges
        (b + 1,) of the bins, positive.
    """
    found = as_edges(edges)
    counted = cell_array(table, counts, (len(found) - 1,))
    return Histogram(found, counted, cell_array(table, totals))


def compared_densities(here: Histogram, moved: Histogram, x: str) -> Row:
    """Cells of a table of means: centres of the bins that either histogram reaches, called
    ``x``, densities ``p`` and those of the control ``p_moved``, with ``_error``."""
    used = (here.counts.sum(axis=0) > 0) | (moved.counts.sum(axis=0) > 0)
    found = {"p": here.density, "p_moved": moved.density}
    cells = {
        key: value
        for name, each in found.items()
        for key, value in ((name, each.mean[used]), (f"{name}_error", each.error[used]))
    }
    return {x: here.centres[used], **cells, "realisations": here.realisations}
