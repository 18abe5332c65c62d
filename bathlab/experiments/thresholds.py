"""The epsilon at which a chain becomes thermal, and what it is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterator

import numpy as np

from bathlab.checks import as_integer, refusal, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.experiments.avalanches import HINT, LOG2, SIZES
from bathlab.statistics.histograms import bin_counts
from bathlab.theory.avalanche import AvalancheChain, ChainOutcome

#: Chain i of realisation r has the bonds of the realisation r + STRIDE i of a chain: the first
#: chains are the same however many there are, and whatever their rules.
STRIDE = 10_000
#: A threshold is sought by so many halvings of the range from 0 to 1, to 2^-13.
STEPS = 13
#: Hypothesis (i) is tested at so many times the threshold.
BEYOND = 1.02


@dataclass(frozen=True)
class Thresholds:
    """Chains whose thresholds are sought, and chains that are followed at one epsilon.

    Parameters
    ----------
    chain
        of what rules; its ``epsilon`` is that at which chains are followed.
    searched, followed
        how many of each in one realisation; those searched are among those
        followed if there are as many.

    Raises
    ------
    ValueError
        If one is no such thing.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=100, epsilon=0.2, K=1.0)
    >>> spec = bl.experiments.Thresholds(chain, searched=2, followed=20)
    >>> [row] = bl.experiments.threshold_rows(spec, seed=1, realisation=0)
    >>> print(row["thermal"], "of", row["followed"], "are thermal at", spec.chain.epsilon)
    4 of 20 are thermal at 0.2
    """

    chain: AvalancheChain
    searched: int
    followed: int

    def __post_init__(self) -> None:
        require_kind("chain", self.chain, AvalancheChain, HINT)
        settle(
            self,
            searched=as_integer("searched", self.searched, 1),
            followed=as_integer("followed", self.followed, 1),
        )


def threshold_rows(thresholds: Thresholds, seed: int, realisation: int) -> list[Row]:
    """Thresholds of some chains, and what many are at one epsilon.

    Common random numbers: a chain has the same u for each bond at every epsilon, and the bond
    is resonant if u < epsilon; 1/zeta_1 = log(K/epsilon) falls with epsilon too. The threshold
    is an epsilon at which the chain is thermal and 2^-13 below which it is not, found by
    bisection; were rho of a single chain to rise with epsilon, it would be the only one.

    Returns
    -------
    list of dict
        One row. s = searched, b bins that begin at :data:`SIZES`:

        * ``thresholds`` (s,): of each chain. ``returned``: how many are not thermal at 1.02
          times their threshold.
        * ``edge_decays``, ``edge_densities`` (s,): zeta_c/zeta and rho at the last epsilon
          below at which the chain was not thermal. ``edge_sizes`` (b,): regions of n cells
          there, of all s chains: conditioned on chains about to become thermal.
        * ``thermal``, ``followed``: how many chains are thermal at the epsilon of the spec, of
          how many. ``sizes`` (b,): regions of n cells there, of all; a thermal chain has one.
          ``decays`` (followed - thermal,): zeta_c/zeta of those that are not thermal.

    Raises
    ------
    ValueError
        If it is no such spec, the realisation is not below :data:`STRIDE`, or there is too
        little memory.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=100, epsilon=0.2, K=1.0)
    >>> spec = bl.experiments.Thresholds(chain, searched=3, followed=3)
    >>> [row] = bl.experiments.threshold_rows(spec, seed=1, realisation=0)
    >>> print(row["thresholds"].round(3))
    [0.25  0.236 0.224]
    >>> print(f"{bl.avalanche.critical_epsilon(1.0):.3f}")  # of the mean field
    0.194
    """
    require_kind("thresholds", thresholds, Thresholds, "Make one with bathlab.experiments.")
    realisation = as_integer("realisation", realisation, 0)
    if realisation >= STRIDE:
        raise refusal("realisation", str(realisation), f"one below {STRIDE}", "Take fewer.")
    chain, found = thresholds.chain, list(_searched(thresholds, seed, realisation))
    sizes, decays, thermal = np.zeros(len(SIZES) - 1), [], 0
    for number in range(thresholds.followed):
        outcome = chain.sample(seed, realisation + STRIDE * number)
        thermal += outcome.thermal
        decays += [] if outcome.thermal else [_decay(outcome)]
        sizes += bin_counts(outcome.sizes, SIZES)[0]
    places, edges, returned = zip(*found)
    row = {
        "thresholds": np.array(places),
        "returned": int(sum(returned)),
        "edge_decays": np.array([_decay(edge) for edge in edges]),
        "edge_densities": np.array([edge.density for edge in edges]),
        "edge_sizes": _sizes(edges),
        "thermal": thermal,
        "followed": thresholds.followed,
        "sizes": sizes,
        "decays": np.array(decays),
    }
    return [row]


def threshold(chain: AvalancheChain, seed: int, realisation: int) -> tuple[float, ChainOutcome]:
    """The epsilon from which on one chain is thermal, to 2^-13, and what the chain was at the
    last one below."""
    low, high = 0.0, 1.0
    edge = replace(chain, epsilon=low).sample(seed, realisation)
    for _ in range(STEPS):
        middle = (low + high) / 2
        found = replace(chain, epsilon=middle).sample(seed, realisation)
        if found.thermal:
            high = middle
        else:
            low, edge = middle, found
    return high, edge


def _searched(
    thresholds: Thresholds, seed: int, realisation: int
) -> Iterator[tuple[float, ChainOutcome, bool]]:
    chain = thresholds.chain
    for number in range(thresholds.searched):
        which = realisation + STRIDE * number
        place, edge = threshold(chain, seed, which)
        beyond = replace(chain, epsilon=min(BEYOND * place, 1.0)).sample(seed, which)
        yield place, edge, not beyond.thermal


def _decay(outcome: ChainOutcome) -> float:
    """zeta_c/zeta."""
    return float(1 / (LOG2 * outcome.zeta)) if outcome.zeta > 0 else 0.0


def _sizes(outcomes: tuple[ChainOutcome, ...]) -> RealArray:
    return bin_counts(np.concatenate([each.sizes for each in outcomes]), SIZES)[0]
