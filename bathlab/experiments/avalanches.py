"""What has become of one chain under the multi-scale scheme: regions, lengths, entropies."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bathlab.checks import as_array, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.statistics.histograms import bin_counts
from bathlab.theory.avalanche import AvalancheChain, ChainOutcome

LOG2 = math.log(2)
#: First sizes of the bins of regions, whole numbers: each size up to 100 has its own; beyond,
#: 20 bins a decade. The last entry ends the last bin.
SIZES = np.concatenate([np.arange(1, 100), np.rint(100 * 10 ** (np.arange(141) / 20))])
#: Bare runs are counted by order k = 1, 2, ...; the last count is of all of ORDERS and more.
ORDERS = 40
#: Cells of the windows in which couplings are followed.
WINDOWS = (10, 100, 1000)
HINT = "Make one with bathlab.avalanche.AvalancheChain."


def avalanche_rows(chain: AvalancheChain, seed: int, realisation: int) -> list[Row]:
    """One chain when nothing in it is resonant any more.

    Returns
    -------
    list of dict
        One row, of numbers unless a shape is given:

        * ``thermal``: 1 if one region covers the chain (or its ``thermal_fraction``), else 0.
        * ``density``: share of cells in regions, rho. ``zeta``: effective decay length;
          ``decay`` is 1/zeta, 0 where that is infinite.
        * ``largest``, ``largest_core``, ``starter_core``: cells of the largest region (the
          first one, if several are), the order k of its largest bare spot, and of the one that
          was growing when it last fused; 0 without a region.
        * ``middle``: cells of the region across the middle of the chain; 0 if there is none.
        * ``entropy``: of the half chain, log 2 times the cells of each region on the smaller
          side of the middle (on a ring, of both cuts). ``mean_entropy``: its mean over all
          places of the cut in an open chain: log 2 times the sum of floor(n^2/4), over length -
          1.
        * ``square``: sum of n^2 over regions, over the length: the mean size of the region of a
          cell.
        * ``rounds``: fusions after one another on the longest way; ``spots``, ``regions``: how
          many.
        * ``fusions`` (4,): by kind, in the order of ``theory.avalanche.thermal_spans.KINDS``.
        * ``sizes``: regions of n cells in the bins that begin at :data:`SIZES`.
        * ``runs`` (ORDERS,): bare spots of order 1, 2, ...; those of ORDERS and more together.
        * ``crossed``, ``crossed_squares``, ``couplings`` (3,): over all the whole windows of
          :data:`WINDOWS` cells side by side (or over the chain, if it is shorter): mean number
          of cells outside regions, of its square, and of e^(-number/zeta_1), the coupling
          across a window under halted decay without disorder.

    Raises
    ------
    ValueError
        If it is no such chain, or there is too little memory.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=1000, epsilon=0.1, K=1.0)
    >>> [row] = bl.experiments.avalanche_rows(chain, seed=1, realisation=0)
    >>> print(f"{row['density']:.3f}, {row['spots']} spots in {row['regions']} regions")
    0.302, 92 spots in 70 regions
    >>> print(row["sizes"][:8])  # regions of 1, 2, ... cells
    [ 0.  1. 47.  7.  1.  7.  0.  0.]
    """
    require_kind("chain", chain, AvalancheChain, HINT)
    found = chain.sample(seed, realisation)
    sizes, half_squares = found.sizes, found.sizes**2 // 4
    row = {
        "thermal": float(found.thermal),
        "density": found.density,
        "zeta": found.zeta,
        "decay": 1 / found.zeta if found.zeta > 0 else math.inf,
        **_largest(found),
        **_middle(found),
        "mean_entropy": LOG2 * float(half_squares.sum()) / (found.length - 1),
        "square": float((sizes.astype(float) ** 2).sum()) / found.length,
        "rounds": found.rounds,
        "spots": len(found.cores),
        "regions": len(sizes),
        "fusions": np.array(list(found.fusions.values()), dtype=np.float64),
        "sizes": bin_counts(sizes, SIZES)[0],
        "runs": np.bincount(np.minimum(found.cores[:, 2], ORDERS), minlength=ORDERS + 1)[1:],
        **_windows(found, chain.decay),
    }
    return [row]


@dataclass(frozen=True)
class EpsilonSweep:
    """One chain at several eps; with the same random numbers a larger eps has the bonds of a
    smaller one.

    Parameters
    ----------
    chain
        whose other parameters hold for all; its own eps is not used.
    epsilons
        one or more, ascending, from 0 to 1.

    Raises
    ------
    ValueError
        If one is out of its range.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=1000, epsilon=0.1, K=1.0)
    >>> sweep = bl.experiments.EpsilonSweep(chain, epsilons=(0.05, 0.1, 0.2))
    >>> found = [sweep.at(epsilon).sample(seed=1) for epsilon in sweep.epsilons]
    >>> print([len(each.cores) for each in found])  # bare spots
    [48, 92, 165]
    """

    chain: AvalancheChain
    epsilons: tuple[float, ...]

    def __post_init__(self) -> None:
        require_kind("chain", self.chain, AvalancheChain, HINT)
        values = as_array("epsilons", self.epsilons, least=1, ascending=True)
        settle(self, epsilons=tuple(values.tolist()))
        for epsilon in self.epsilons:
            self.at(epsilon)

    def at(self, epsilon: float) -> AvalancheChain:
        """The chain at one eps."""
        return replace(self.chain, epsilon=epsilon)


def epsilon_rows(sweep: EpsilonSweep, seed: int, realisation: int) -> list[Row]:
    """The row of :func:`avalanche_rows` at each eps, and ``epsilon``.

    Raises
    ------
    ValueError
        If it is no such sweep, or there is too little memory.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=1000, epsilon=0.1, K=1.0)
    >>> sweep = bl.experiments.EpsilonSweep(chain, epsilons=(0.05, 0.1, 0.2))
    >>> for row in bl.experiments.epsilon_rows(sweep, seed=1, realisation=0):
    ...     print(f"{row['epsilon']:.2f}: {row['density']:.3f}, largest {row['largest']}")
    0.05: 0.143, largest 3
    0.10: 0.302, largest 17
    0.20: 1.000, largest 1000
    """
    require_kind("sweep", sweep, EpsilonSweep, "Make one with bathlab.experiments.")
    return [
        {"epsilon": epsilon, **row}
        for epsilon in sweep.epsilons
        for row in avalanche_rows(sweep.at(epsilon), seed, realisation)
    ]


def thermal_before(found: ChainOutcome, places: Any) -> RealArray:
    """How many of the first ``places`` cells are thermal, a straight line between the ends of
    regions; one that goes on past the end of a ring counts at both ends."""
    first, end = found.spans[:, 0], found.spans[:, 1] + 1
    over = end <= first
    pieces = np.stack([first, np.where(over, found.length, end)], axis=1)
    if over.any():
        pieces = np.concatenate([[[0, end[over][0]]], pieces])
    after = np.cumsum(pieces[:, 1] - pieces[:, 0])
    counts = np.stack([after - (pieces[:, 1] - pieces[:, 0]), after], axis=1)
    ends, counts = (np.concatenate([[0], each.ravel()]) for each in (pieces, counts))
    return np.rint(np.interp(places, ends, counts))


def _largest(found: ChainOutcome) -> Row:
    """The largest region and what it was made of."""
    if len(found.sizes) == 0:
        return {"largest": 0, "largest_core": 0, "starter_core": 0}
    place = int(np.argmax(found.sizes))
    order = found.cores[:, 2]
    return {
        "largest": int(found.sizes[place]),
        "largest_core": int(order[found.core_span == place].max()),
        "starter_core": int(order[found.starters[place]]),
    }


def _middle(found: ChainOutcome) -> Row:
    """The region across the middle, and the entropy of the first half."""
    half = found.length // 2
    first, last = found.spans.T
    over = last < first
    left = np.minimum(last + 1, half) - np.minimum(first, half) + half * over
    starts, ends = first < half, last >= half
    across = np.where(over, starts | ends, starts & ends)
    cells = np.minimum(left, found.sizes - left)
    return {
        "middle": int(found.sizes[across].max(initial=0)),
        "entropy": LOG2 * float(cells.sum()),
    }


def _windows(found: ChainOutcome, decay: float) -> Row:
    """Cells outside regions in windows, and the couplings across."""
    rows = []
    for width in np.minimum(WINDOWS, found.length):
        thermal = thermal_before(found, np.arange(0, found.length + 1, width))
        outside = width - np.diff(thermal)
        couplings = np.ones(len(outside))
        couplings[outside > 0] = np.exp(-outside[outside > 0] * decay)
        rows.append([outside.mean(), (outside**2).mean(), couplings.mean()])
    return dict(zip(("crossed", "crossed_squares", "couplings"), np.array(rows).T.copy()))
