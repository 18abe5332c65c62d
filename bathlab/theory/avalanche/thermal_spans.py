"""What has become of a chain: its thermal spans, and what they were made of."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bathlab.conventions import Array
from bathlab.theory.avalanche.directed import LOG2
from bathlab.theory.avalanche.evolution import HISTORY
from bathlab.theory.avalanche.rules import in_cells
from bathlab.theory.avalanche.spots import (
    ALIVE,
    BATH,
    DECAYING,
    FIRST,
    GENERATION,
    INCREASED,
    LAST,
    STATE,
    Places,
    Rule,
)

#: Fusions in the order in which they are counted.
KINDS = ("touching, bare", "touching, treated", "gap, bare", "gap, treated")


@dataclass(frozen=True, eq=False)
class ChainOutcome:
    """One chain under the multi-scale scheme, when nothing in it is resonant any more.

    Made by :meth:`AvalancheChain.sample`. Cells count from 0; m ergodic regions, c bare spots.

    Attributes
    ----------
    length
        number of cells.
    thermal
        whether one region covers the chain, or the ``thermal_fraction`` of it.
    spans
        (m, 2) first and last cell of each region, ascending. One on a ring that goes on
        past its end has last < first; one that covers it is (0, length - 1).
    sizes
        (m,) cells of each region.
    baths
        (m,) those that count as its bath; no whole numbers where what melts adds none.
    generations
        (m,) fusions after one another on the longest way from a bare spot to it.
    starters
        (m,) the core, by its row in ``cores``, that was growing when it last fused.
    cores
        (c, 3) first and last cell and order k of each bare spot, ascending.
    core_span
        (c,) the region that each has become part of.
    zeta
        effective decay length: 1/zeta is the mean over all cells of 1/zeta_1 outside regions
        and of 1/zeta_t inside; infinite where that is not positive.
    fusions
        how many there were, by kind: spots that touch or across a gap, with a neighbour
        that had not moved yet ("bare") or had.
    history
        dict of (N,) columns, one row for each time that a spot moved, or None: "scale",
        its size (or order) before; then "first" and "last" cell, which go on past the ends of a
        ring, "bath", "generation", and the "core" by which it is known.
    """

    length: int
    thermal: bool
    spans: Places
    sizes: Places
    baths: Places
    generations: Places
    starters: Places
    cores: Places
    zeta: float
    fusions: dict[str, int]
    history: dict[str, Places] | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        thermal_fraction: float,
        rule: Rule,
        decays: Any,
        spots: Array,
        cores: Array,
        kinds: Array,
        rows: Array | None,
    ) -> ChainOutcome:
        """From what the kernel leaves."""
        alive = np.flatnonzero(spots[:, STATE] & ALIVE)
        first, last = spots[alive, FIRST], spots[alive, LAST]
        sizes = last - first + 1
        spans = np.stack([first, last], axis=1)
        if rule.ring:
            spans %= rule.length
            spans[sizes >= rule.length] = (0, rule.length - 1)
            cores = np.stack([*(cores[:, :2] % rule.length).T, cores[:, 2]], axis=1)
            turned = np.argsort(spans[:, 0], kind="stable")
            spans, sizes, alive = spans[turned], sizes[turned], alive[turned]
        largest, baths = sizes.max(initial=0), in_cells(rule, spots[alive, BATH])
        return cls(
            length=rule.length,
            thermal=bool(largest >= thermal_fraction * rule.length),
            spans=spans,
            sizes=sizes,
            baths=baths,
            generations=spots[alive, GENERATION],
            starters=alive,
            cores=cores,
            zeta=_zeta(rule, decays, spans, sizes, baths),
            fusions=dict(zip(KINDS, map(int, kinds))),
            history=None if rows is None else _history(rule, rows),
        )

    @property
    def density(self) -> float:
        """Fraction of cells in thermal regions, rho."""
        return float(self.sizes.sum() / self.length)

    @property
    def core_span(self) -> Places:
        if len(self.spans) == 0:
            return np.zeros(0, np.int64)
        # On a ring what lies before the first region belongs to the last, which goes past 0.
        found = np.searchsorted(self.spans[:, 0], self.cores[:, 0], side="right") - 1
        return found % len(self.spans)

    @property
    def rounds(self) -> int:
        """Fusions after one another on the longest way."""
        return int(self.generations.max(initial=0))


def _history(rule: Rule, rows: Array) -> dict[str, Places]:
    columns = dict(zip(HISTORY, rows.T.copy()))
    return columns | {"bath": in_cells(rule, columns["bath"])}


def _zeta(rule: Rule, decays: Any, spans: Array, sizes: Array, baths: Array) -> float:
    """From 1/zeta_1, one for all cells or of each."""
    outside = rule.length - int(sizes.sum())
    if np.ndim(decays):
        sums = np.concatenate([[0.0], np.cumsum(decays)])
        inside = float((sums[spans[:, 1] + 1] - sums[spans[:, 0]]).sum())
        inside += float(sums[-1]) * int((spans[:, 1] < spans[:, 0]).sum())
        decay = float(sums[-1]) - inside
    else:
        decay = decays * outside if outside else 0.0
        inside = decays * (rule.length - outside) if outside < rule.length else 0.0
    if rule.treated == DECAYING:
        decay += inside
    elif rule.treated == INCREASED:
        decay -= LOG2 / 2 * float(baths.sum())
    return rule.length / decay if decay > 0 else math.inf
