"""How far from a site two states of a ring of spins differ."""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.checks import as_array, as_integer, as_real
from bathlab.conventions import Array


def pair_ranges(polarisations: Any, site: int, change: float = 1.0) -> Array:
    """Range r of each pair of states: the farthest site at which its polarisations differ.

    Parameters
    ----------
    polarisations : (L, n) <n|sigma_k|n> of the sites k = 1, ..., L of a ring, one row each:
        ``[bl.resonances(circuit, k).polarisation for k in range(1, L + 1)]``.
    site : j, from 1 to L; distances min(|k - j|, L - |k - j|) are taken from there.
    change : a site differs where |<n|sigma_k|n> - <m|sigma_k|m>| is larger; 2 is a full flip.

    Returns
    -------
    (n, n) integers from 0 to L/2; -1 where no site differs, as for m = n.

    Raises
    ------
    ValueError
        If the polarisations are not (L, n) finite numbers, there is no such site, or the change
        is not positive.
    """
    values = as_array("polarisations", polarisations, ndim=2)
    sites, states = values.shape
    site, change = as_integer("site", site, 1, sites), as_real("change", change, above=0)
    found = np.full((states, states), -1, dtype=np.int64)
    for row, own in enumerate(values, start=1):
        apart = abs(row - site)
        differs = np.abs(np.subtract.outer(own, own)) > change
        found = np.where(differs, np.maximum(found, min(apart, sites - apart)), found)
    return found
