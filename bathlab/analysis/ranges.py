"""How far from a site two states of a ring of spins differ."""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.checks import as_array, as_integer, as_real, refusal, shown
from bathlab.conventions import Array, RealArray

#: As many as an integer has bits.
MOST_SITES = 64


def pair_ranges(polarisations: Any, site: int, change: float = 1.0) -> Array:
    """Range r of each pair of states: the farthest site at which its polarisations differ.

    Parameters
    ----------
    polarisations
        (L, n) <n|sigma_k|n> of the sites k = 1, ..., L of a ring, one row each:
        ``[bl.resonances(circuit, k).polarisation for k in range(1, L + 1)]``; or (L, n, 3) of
        all three components.
    site
        j, from 1 to L; distances min(|k - j|, L - |k - j|) are taken from there.
    change
        a site differs where |<n|sigma_k|n> - <m|sigma_k|m>|, of vectors the length of
        their difference, is larger; 2 is a full flip.

    Returns
    -------
    ndarray
        (n, n) integers from 0 to L/2; -1 where no site differs, as for m = n.

    Raises
    ------
    ValueError
        If the polarisations are neither (L, n) nor (L, n, 3) finite numbers, there is no such
        site, or the change is not positive.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> ring = np.ones((6, 3))  # six sites, three states, all spins up
    >>> ring[0, 1] = -1  # in the second state site 1 is flipped,
    >>> ring[[0, 3], 2] = -1  # in the third sites 1 and 4
    >>> print(bl.analysis.pair_ranges(ring, site=1))
    [[-1  0  3]
     [ 0 -1  3]
     [ 3  3 -1]]
    """
    bits = changed_sites(polarisations, change)
    return ranges_of_changes(bits, len(polarisations), site)


def changed_sites(polarisations: Any, change: float = 1.0) -> Array:
    """At which sites the polarisations of each pair of states differ, as bits of a number.

    Parameters
    ----------
    polarisations, change
        as in :func:`pair_ranges`; ``MOST_SITES`` sites at most.

    Returns
    -------
    ndarray
        (n, n) unsigned integers; bit k - 1 is set where those of site k differ.

    Raises
    ------
    ValueError
        If the polarisations are neither (L, n) nor (L, n, 3) finite numbers, or the change is
        not positive.
    """
    values = as_array("polarisations", polarisations, ndim=None)
    if values.ndim != 2 and values.shape[2:] != (3,):
        expected = "one row for each site, (L, n), or (L, n, 3) vectors"
        raise refusal("polarisations", shown(values), expected, "Check its axes.")
    sites, states = values.shape[:2]
    change = as_real("change", change, above=0)
    if sites > MOST_SITES:
        raise refusal(
            "polarisations",
            f"those of {sites} sites",
            f"{MOST_SITES} sites at most",
            "Pass one row for each site.",
        )
    found = np.zeros((states, states), dtype=np.min_scalar_type(2**sites - 1))
    for place, own in enumerate(values):
        differs = _distances(own) > change
        found |= differs.astype(found.dtype) << found.dtype.type(place)
    return found


def _distances(polarisations: RealArray) -> RealArray:
    """(n, n) how far those of each pair of states are apart, numbers or vectors."""
    if polarisations.ndim == 1:
        return np.abs(np.subtract.outer(polarisations, polarisations))
    return np.asarray(np.linalg.norm(polarisations[:, None] - polarisations, axis=-1))


def ranges_of_changes(changes: Array, sites: int, site: int) -> Array:
    """Ranges as those of :func:`pair_ranges`, of any pairs.

    Parameters
    ----------
    changes
        of any shape, from :func:`changed_sites`.
    sites
        L of the ring.
    site
        j, from 1 to L.

    Raises
    ------
    ValueError
        If there is no such site.
    """
    site = as_integer("site", site, 1, sites)
    found = np.full(changes.shape, -1, dtype=np.int64)
    places = np.arange(1, sites + 1)
    distances = np.minimum(np.abs(places - site), sites - np.abs(places - site))
    for distance in range(sites // 2 + 1):
        ring = sum(1 << int(place - 1) for place in places[distances == distance])
        found[(changes & changes.dtype.type(ring)) != 0] = distance
    return found
