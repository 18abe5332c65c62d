"""Resonant pairs of states of two sites: "typical pairs" against "typical states".

Supplement A of Thiery et al.: with many states per site almost every state may have a resonant
partner while resonant pairs are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from bathlab.checks import as_integer, as_real, require_choice, require_kind, settle
from bathlab.conventions import Row
from bathlab.operators.memory import require_memory
from bathlab.streams import stream

#: What stays the same when d_s grows: |V/dE| of typical pairs, or with the nearest level.
FIXED = ("pairs", "states")


@dataclass(frozen=True)
class SitePair:
    """Two sites with ``local`` = d_s states each and a Gaussian coupling between them.

    Its d = d_s^2 levels are independent and uniform on [0, 1]. The rms element is ``coupling``
    if that of "pairs" is fixed, ``coupling`` 4/d, the same multiple of the spacing, if that of
    "states" is.

    Raises
    ------
    ValueError
        If one is out of its range.
    """

    local: int
    coupling: float
    fixed: str = FIXED[0]

    def __post_init__(self) -> None:
        settle(self, local=as_integer("local", self.local, 2))
        settle(self, coupling=as_real("coupling", self.coupling, above=0))
        require_choice("fixed", self.fixed, FIXED)


def pair_rows(pair: SitePair, seed: int, realisation: int) -> list[Row]:
    """How many states m with |V_nm| >= |E_n - E_m| a state n has.

    Returns
    -------
    list of dict
        One row: ``pair_ratio``, the median of |V/dE| over pairs; ``state_ratio``, the median
        over states of the largest, G; ``partners``, a mean over states, and its ``variance``;
        ``sharing``, the share of states with a partner; ``resonant``, that of pairs;
        ``component``, the share of states in the largest set that resonances connect.

    Raises
    ------
    ValueError
        If it is no pair of sites, or does not fit.
    """
    require_kind("pair", pair, SitePair, "Make one, as SitePair(4, 0.01).")
    size = pair.local**2
    require_memory(6 * 8 * float(size) ** 2, f"Pairs of {size} states", "Take fewer.")
    numbers = stream(seed, realisation, "resonant pairs", pair.local)
    energies = numbers.uniform(size=size)
    upper = np.triu(numbers.standard_normal((size, size)), 1)
    rms = pair.coupling * (4 / size if pair.fixed == "states" else 1.0)
    apart = np.abs(np.subtract.outer(energies, energies))
    np.fill_diagonal(apart, np.inf)
    ratio = rms * np.abs(upper + upper.T) / apart
    resonant = ratio >= 1
    partners = resonant.sum(axis=1)
    _, labels = connected_components(coo_array(resonant), directed=False)
    return [
        {
            "pair_ratio": float(np.median(ratio[np.triu_indices(size, 1)])),
            "state_ratio": float(np.median(ratio.max(axis=1))),
            "partners": float(partners.mean()),
            "variance": float(partners.var()),
            "sharing": float(np.mean(partners > 0)),
            "resonant": float(partners.sum() / (size * (size - 1))),
            "component": float(np.bincount(labels).max() / size),
        }
    ]
