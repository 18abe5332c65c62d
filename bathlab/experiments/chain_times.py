"""How long the cells of drawn chains take to thermalise, and how they conduct."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import logsumexp

from bathlab.checks import as_integer, require_kind, settle
from bathlab.checks.refusals import refusal, shown
from bathlab.conventions import Row
from bathlab.experiments.core_lines import BondLine, CoreLine, line_resistances
from bathlab.statistics.histograms import log_edges
from bathlab.theory.avalanche import AvalancheChain
from bathlab.theory.avalanche.spots import Places
from bathlab.theory.avalanche.starts import avalanche_starts
from bathlab.theory.avalanche.thermal_spans import ChainOutcome

#: Edges of the bins of gaps between cores, in cells; an empty gap lies in the first.
GAPS = np.append(0.0, log_edges(0.9, 1e8, 20))
#: What is counted on the way from a core: all cells, or those not thermal before.
WAYS = ("all", "halted")


@dataclass(frozen=True)
class TimedChain:
    """Drawn chains, and how far their cells are from the cores that started the avalanche.

    Parameters
    ----------
    chain
        open, with a grown bath, the smallest size first.
    passed
        realisations left out before the first: chains that are to be independent of
        others of the same seed take other ones.

    Raises
    ------
    ValueError
        If it is no such chain, or a number is out of its range.

    Examples
    --------
    >>> import bathlab as bl
    >>> spec = bl.experiments.TimedChain(bl.avalanche.AvalancheChain(60, 0.4, 1.0))
    >>> for row in bl.experiments.time_rows(spec, seed=1, realisation=0):
    ...     print(row["way"], row["longest"], f"{2 * spec.chain.decay * row['longest']:.2f}")
    all 11.0 20.16
    halted 7.0 12.83
    """

    chain: AvalancheChain
    passed: int = 0

    def __post_init__(self) -> None:
        require_kind("chain", self.chain, AvalancheChain, "Make one with bl.avalanche.")
        settle(self, passed=as_integer("passed", self.passed, 0))
        chain = self.chain
        if chain.ring or chain.order != "size" or chain.bath != "grown" or chain.decay <= 0:
            expected = "an open one, order='size', bath='grown', epsilon < K"
            raise refusal("chain", shown(chain), expected, "Choose those.")


def time_rows(spec: TimedChain | CoreLine | BondLine, seed: int, realisation: int) -> list[Row]:
    """Rates of one drawn chain, or resistances of lines of explosive cores.

    The rate of a cell is Gamma = Gamma_0 e^(-2 l/zeta_1), l the cells from the nearest core
    that started the avalanche up to it. Under halted decay those that were thermal already do
    not count: paper, supplement E with ||V|| ~ e^(-l/zeta).

    Returns
    -------
    list of dict
        Of lines the rows of :func:`line_resistances`. Of a chain two rows, ``way`` "all" with
        all cells counted and "halted", with ``thermal`` (0 or 1) and, NaN where it is not
        thermal: how many ``starts``; the ``mean``, ``spread`` (standard deviation), ``median``
        and ``longest`` of l over its cells; ``log_sum``, log of the sum of 1/Gamma over cells
        in units of 1/Gamma_0; ``before``, the fraction of cells thermal before; ``gap_counts``
        and ``gap_sums``, number and summed length of the gaps between neighbouring cores in the
        bins ``GAPS``. All have ``log_time``, log of Gamma_0/Gamma of what is slowest (of the
        longest line).

    Raises
    ------
    ValueError
        If it is neither, or seed or realisation no non-negative integer.

    Examples
    --------
    >>> import bathlab as bl
    >>> spec = bl.experiments.TimedChain(bl.avalanche.AvalancheChain(60, 0.4, 1.0))
    >>> rows = bl.experiments.time_rows(spec, seed=1, realisation=0)
    >>> # Cells that were thermal already cost no time under halted decay.
    >>> print({row["way"]: round(row["log_time"], 2) for row in rows})
    {'all': 20.16, 'halted': 12.83}
    """
    kinds = (TimedChain, CoreLine, BondLine)
    require_kind("spec", spec, kinds, "Make one with bathlab.experiments.")
    seed, realisation = as_integer("seed", seed, 0), as_integer("realisation", realisation, 0)
    if not isinstance(spec, TimedChain):
        rows = line_resistances(spec, seed, realisation)
        return [{**row, "log_time": float(row["log_max"][-1])} for row in rows]
    found = spec.chain.sample(seed, spec.passed + realisation, history=True)
    return chain_rows(found, spec.chain.decay)


def chain_rows(found: ChainOutcome, decay: float) -> list[Row]:
    """The two rows of a chain with its history; ``decay`` is 1/zeta_1."""
    starts = avalanche_starts(found)
    measured = ((starts.distance, starts.gaps), (starts.halted, starts.halted_gaps))
    common: dict[str, Any] = {
        "thermal": float(found.thermal),
        "starts": math.nan,
        "before": math.nan,
    }
    if found.thermal:
        before = float(starts.thermal_before.mean())
        common |= {"starts": float(len(starts.cores)), "before": before}
    return [
        {"way": way, **common, **_of_distances(distance, decay), **_of_gaps(gaps)}
        for way, (distance, gaps) in zip(WAYS, measured)
    ]


def _of_distances(distance: Places, decay: float) -> dict[str, Any]:
    names = ("mean", "spread", "median", "longest", "log_sum", "log_time")
    if len(distance) == 0:
        return dict.fromkeys(names, math.nan)
    # Times of equal distances are equal: so many terms of the sum as there are distances.
    counts = np.bincount(distance)
    present = np.flatnonzero(counts)
    exponents = 2 * decay * present
    upto = np.cumsum(counts[present])
    mean = float(present @ counts[present]) / len(distance)
    spread = math.sqrt(float((present - mean) ** 2 @ counts[present]) / len(distance))
    median = float(present[np.searchsorted(upto, len(distance) / 2)])
    log_sum = float(logsumexp(exponents, b=counts[present]))
    longest = float(present[-1])
    return dict(zip(names, (mean, spread, median, longest, log_sum, float(exponents[-1]))))


def _of_gaps(gaps: Places) -> dict[str, Any]:
    places = np.searchsorted(GAPS, gaps, side="right") - 1
    bins = len(GAPS) - 1
    counts = np.bincount(places, minlength=bins).astype(np.float64)
    return {"gap_counts": counts, "gap_sums": np.bincount(places, gaps, minlength=bins)}
