"""Sizes of thermal regions of a chain, and how couplings fall off on average."""

from __future__ import annotations

import numpy as np

from bathlab.checks import as_integer, require_kind
from bathlab.conventions import Array, RealArray, Row
from bathlab.theory.avalanche import AvalancheChain

#: First size of each bin, and one more beyond all chains; a bin is a fifth of its size long.
SIZES = np.unique(np.rint(2.0 ** (np.arange(4, 115) * 0.263)).astype(np.int64))
#: Lengths l at which the average coupling is taken; of bare cores, at the first of them.
LENGTHS = 2 ** np.arange(2, 12)
BARE = 3


def tail_rows(chain: AvalancheChain, seed: int, realisation: int) -> list[Row]:
    """Regions by size and average couplings of one chain.

    A coupling over l cells, m of which are in no thermal region, is e^(-m/zeta_1): halted
    decay, with the mean of 1/zeta_1 where it is disordered.

    Returns
    -------
    list of dict
        One row: ``regions`` (b,), how many have a size in each bin of :data:`SIZES`;
        ``couplings`` (m,), the mean over all places of that coupling at :data:`LENGTHS`, 0
        where the chain is shorter; ``bare_couplings``, the same at the first :data:`BARE` with
        no cell thermal but the bare cores, whose mean is (eps + (1 - eps) e^(-1/zeta_1))^l if a
        core of k bonds has k cells; ``cells``, how many the chain has; ``decay``, 1/zeta, that
        of a typical coupling; ``density``, that of thermal cells; ``largest``, the size of the
        largest region.

    Raises
    ------
    ValueError
        If it is no chain.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=1000, epsilon=0.1, K=1.0)
    >>> [row] = bl.experiments.tail_rows(chain, seed=1, realisation=0)
    >>> print(f"{row['density']:.3f}, {row['largest']} cells, 1/zeta = {row['decay']:.2f}")
    0.302, 17 cells, 1/zeta = 1.61
    >>> print(f"{row['couplings'][0]:.4f}")  # over 4 cells
    0.1097
    >>> print(f"{row['bare_couplings'][0]:.4f}, {(0.1 + 0.9 * 0.1) ** 4:.4f}")  # and its mean
    0.0013, 0.0013
    """
    require_kind("chain", chain, AvalancheChain, "Make one with bathlab.avalanche.")
    seed, realisation = as_integer("seed", seed, 0), as_integer("realisation", realisation, 0)
    found = chain.sample(seed, realisation)
    counts = np.bincount(np.searchsorted(SIZES, found.sizes, side="right"))
    regions = np.zeros(len(SIZES) - 1, np.int64)
    regions[: len(counts) - 1] = counts[1:]
    cores = found.cores[:, :2]
    row: Row = {
        "regions": regions,
        "couplings": mean_couplings(found.spans, found.length, chain.decay, LENGTHS),
        "bare_couplings": mean_couplings(cores, found.length, chain.decay, LENGTHS[:BARE]),
        "cells": found.length,
        "decay": 1 / found.zeta,
        "density": found.density,
        "largest": int(found.sizes.max(initial=0)),
    }
    return [row]


def mean_couplings(spans: Array, length: int, decay: float, sizes: Array) -> RealArray:
    """Mean over places of e^(-decay m), m of ``sizes`` cells being in none of the spans.

    ``spans`` are (n, 2) first and last cells that do not go past the end of the chain.
    """
    steps = np.zeros(length + 1, np.int32)
    steps[spans[:, 0]] += 1
    steps[spans[:, 1] + 1] -= 1
    outside = np.zeros(length + 1, np.int32)
    np.cumsum(np.cumsum(steps[:-1]) == 0, out=outside[1:])
    means = np.zeros(len(sizes))
    for place, size in enumerate(sizes):
        if size <= length:
            crossed = np.bincount(outside[size:] - outside[:-size])
            weights = np.exp(-decay * np.arange(len(crossed)))
            means[place] = crossed @ weights / (length - size + 1)
    return means
