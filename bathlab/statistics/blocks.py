"""Blocks of realisations: means whose errors know that points share disorder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Sequence

import numpy as np
import pandas as pd

from bathlab.checks import as_integer, as_names, refusal, require_callable, require_kind, select
from bathlab.conventions import RealArray
from bathlab.statistics.resampling import Jackknife, jackknife
from bathlab.streams import stream


@dataclass(frozen=True, eq=False)
class Blocks:
    """Means over blocks of realisations at many points; see :func:`block_means`.

    Attributes
    ----------
    points
        (p,) index of the points, one level for each key.
    means
        (blocks, p, columns).
    columns
        their names.
    counts
        (p,) realisations of each point.
    """

    points: pd.MultiIndex
    means: RealArray
    columns: tuple[str, ...]
    counts: RealArray

    def of(self, mean: RealArray, column: str) -> RealArray:
        """(p,) values of a column in a mean over blocks."""
        return mean[:, self.columns.index(column)]


def block_means(
    table: pd.DataFrame, keys: Sequence[str], columns: Sequence[str], blocks: int = 10
) -> Blocks:
    """Means over the realisations r of each r mod ``blocks``.

    Points of other numbers of realisations share blocks as far as they share disorder, so that
    leaving out or drawing again a block does what it does to all of them. A point that lacks a
    block or has a missing value in one is left out.

    Raises
    ------
    ValueError
        If a column is missing or there are fewer than two blocks.
    """
    keys, columns = as_names("keys", keys), as_names("columns", columns)
    blocks = as_integer("blocks", blocks, 2)
    table = select(table, [*keys, *columns, "realisation"]).assign(
        block=lambda rows: rows["realisation"] % blocks
    )
    means = table.groupby([*keys, "block"])[list(columns)].mean()
    wide = pd.DataFrame(means.unstack("block"))
    wide = wide.reindex(columns=pd.MultiIndex.from_product([columns, range(blocks)])).dropna()
    counts = table.groupby(list(keys))["realisation"].nunique().loc[wide.index]
    values = wide.to_numpy().reshape(len(wide), len(columns), blocks)
    index = wide.index
    if not isinstance(index, pd.MultiIndex):
        index = pd.MultiIndex.from_arrays([index], names=list(keys))
    realisations = np.array(counts, dtype=np.float64)
    return Blocks(index, values.transpose(2, 0, 1), tuple(columns), realisations)


def jackknife_blocks(
    parts: Sequence[Blocks], function: Callable[..., Any]
) -> tuple[Jackknife, Callable[[int], RealArray]]:
    """``function`` of the means (p, columns) of several tables, with one block left out of all
    at a time; and the same on blocks drawn with replacement, ``draws`` times, (draws, ...).

    Raises
    ------
    ValueError
        If they have different numbers of blocks, or there is none.
    """
    require_callable("function", function, "the mean of each table")
    for part in parts:
        require_kind("A part", part, Blocks, "Take that of block_means.")
    sizes = {len(part.means) for part in parts}
    if len(sizes) != 1:
        raise refusal("parts", f"blocks of {sorted(sizes)}", "one number", "Use the same.")
    (count,), shapes = sizes, [part.means.shape[1:] for part in parts]
    flat = np.concatenate([part.means.reshape(count, -1) for part in parts], axis=1)
    cuts = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]

    def of_mean(mean: RealArray) -> Any:
        pieces = np.split(mean, cuts)
        return function(*(piece.reshape(shape) for piece, shape in zip(pieces, shapes)))

    def drawn(draws: int) -> RealArray:
        chosen = stream(0, count, "bootstrap of blocks").integers(0, count, (draws, count))
        return np.array([of_mean(flat[each].mean(axis=0)) for each in chosen])

    return jackknife(flat, of_mean), drawn
