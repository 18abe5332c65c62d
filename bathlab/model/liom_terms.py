"""What LIOMs may have beside fields and couplings: sites of their own, and zz terms; checks."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from bathlab.checks import as_array, refusal, shown
from bathlab.conventions import RealArray

#: What a LIOM touches: a spin of the bath, several of them, or None for the bath's contact.
Site: TypeAlias = "int | tuple[int, ...] | None"
#: That of each LIOM; None where all touch the bath's contact.
Sites: TypeAlias = "tuple[Site, ...] | None"

#: Largest |J_ij - J_ji| relative to max|J| still taken for symmetric.
SYMMETRY_TOLERANCE = 1e-12


class LiomTerms(NamedTuple):
    """Checked: None where there are none.

    Attributes
    ----------
    sites
        (n,) of which spin of the bath sigma^x is the contact of each LIOM; of which spins
        their sum is, ascending.
    interactions
        (n, m) J_ij; the last n columns are those of the LIOMs themselves.
    bath_interactions
        (n,) J_i of sigma^z_site tau^z_i, of each of its sites.
    """

    sites: Sites
    interactions: RealArray | None
    bath_interactions: RealArray | None


def as_terms(count: int, sites: Any, interactions: Any, bath_interactions: Any) -> LiomTerms:
    """What was given for ``count`` LIOMs; None instead of nothing but zeros.

    Raises
    ------
    ValueError
        If lengths do not fit, sites are not integers >= 0, interactions are not symmetric or
        have a diagonal, or a zz term has no site.
    """
    places = _as_sites(count, sites)
    along = None
    if bath_interactions is not None:
        along = as_array("bath_interactions", bath_interactions, shape=(count,), least=0)
        _require_sites(places, along)
    return LiomTerms(places, _as_interactions(count, interactions), _or_none(along))


def spins_of(site: Site) -> tuple[int | None, ...]:
    """What a LIOM touches, one by one."""
    return site if isinstance(site, tuple) else (site,)


def _as_sites(count: int, sites: Any) -> Sites:
    if sites is None:
        return None
    given = list(sites) if isinstance(sites, (list, tuple)) else []
    several = {
        liom: _as_several(liom, site)
        for liom, site in enumerate(given)
        if isinstance(site, (list, tuple))
    }
    free = {liom for liom, site in enumerate(given) if site is None}
    if free or several:
        sites = [0 if at in free or at in several else site for at, site in enumerate(given)]
    kind = "integer" if count else "real"  # an empty list is one of no kind
    found = as_array("sites", sites, shape=(count,), kind=kind, least=0, minimum=0).tolist()
    if len(free) == len(found):
        return None
    return tuple(
        None if liom in free else several.get(liom, at) for liom, at in enumerate(found)
    )


def _as_several(liom: int, spins: Any) -> Site:
    name = f"sites[{liom}]"
    found = sorted(as_array(name, spins, kind="integer", minimum=0).tolist())
    if len(set(found)) < len(found):
        raise refusal(
            name,
            shown(spins),
            "different spins of the bath",
            "Name each once; a coupling twice as strong is one g_i.",
        )
    return tuple(found) if len(found) > 1 else int(found[0])


def _require_sites(sites: Sites, along: RealArray) -> None:
    for liom in np.flatnonzero(along):
        if sites is None or sites[liom] is None:
            raise refusal(
                "bath_interactions",
                f"{along[liom]:g} for LIOM {liom + 1} that has no site",
                "a site where there is one, as sigma^z of that spin is meant",
                "Give sites=[...] as well, a spin of the bath for each LIOM.",
            )


def _as_interactions(count: int, interactions: Any) -> RealArray | None:
    if interactions is None:
        return None
    if not count:
        as_array("interactions", interactions, ndim=None, shape=None, least=0)
        return None
    found = as_array("interactions", interactions, shape=(count, None))
    nearer = found.shape[1] - count
    if nearer < 0:
        raise refusal(
            "interactions",
            shown(found),
            f"a matrix of shape {(count, count)}, or with more columns for LIOMs nearer",
            "Give J_ij for each pair of LIOMs.",
        )
    own = found[:, nearer:]
    apart = np.abs(own - own.T)
    if not apart.max() <= SYMMETRY_TOLERANCE * np.abs(own).max():
        i, j = np.unravel_index(np.argmax(apart), apart.shape)
        raise refusal(
            "interactions",
            f"J[{i}, {j}] = {own[i, j]:g} beside J[{j}, {i}] = {own[j, i]:g}",
            "a symmetric matrix, of which each pair counts once",
            "Give (J + J.T) / 2 if the sum of both is meant.",
        )
    if own.diagonal().any():
        at = int(np.flatnonzero(own.diagonal())[0])
        raise refusal(
            "interactions",
            f"J[{at}, {at}] = {own[at, at]:g}",
            "zeros on the diagonal, as (tau^z_i)^2 = 1 is a constant",
            "Take it off with numpy.fill_diagonal(J, 0.0).",
        )
    return _or_none(np.hstack([found[:, :nearer], (own + own.T) / 2]))


def _or_none(numbers: RealArray | None) -> RealArray | None:
    return None if numbers is None or not numbers.any() else numbers


def taken(interactions: RealArray | None, place: slice, count: int) -> RealArray | None:
    """The rows of some LIOMs: those before them among the ``count`` count as nearer."""
    if interactions is None:
        return None
    start, stop, step = place.indices(count)
    if step != 1:
        raise refusal(
            "place",
            shown(place),
            "a slice without a step, as these LIOMs interact",
            "Take neighbours, or leave the interactions out.",
        )
    return interactions[start:stop, : interactions.shape[1] - count + max(start, stop)]


def joined(
    first: RealArray | None, second: RealArray | None, counts: tuple[int, int]
) -> RealArray | None:
    """Interactions of ``counts`` LIOMs one after the other.

    Those of the second may reach all that are nearer: exactly as many as there are.
    """
    if first is None and second is None:
        return None
    m, n = counts
    after = 0 if second is None else second.shape[1] - n
    before = max(m, after) if first is None else first.shape[1]
    if after not in (0, before):
        raise refusal(
            "interactions",
            f"{n} x {n + after}, with {after} LIOMs nearer to the grain,",
            f"{n} x {n}, or {n} x {n + before}: the LIOMs are attached behind {before}",
            "Attach them to the grain that holds the LIOMs before them.",
        )
    whole = np.zeros((m + n, before + n))
    if first is not None:
        whole[:m, :before] = first
    if second is not None:
        whole[m:, before - after :] = second
        whole[:m, before:] = whole[m:, before - m : before].T
    return whole


def as_plain(numbers: RealArray | None) -> Any:
    """As tuples, as specs hold them."""
    if numbers is None:
        return None
    if numbers.ndim == 1:
        return tuple(numbers.tolist())
    return tuple(tuple(row) for row in numbers.tolist())


def add_interactions(energies: RealArray, interactions: RealArray) -> None:
    """Add sum_{i<j} J_ij s_i s_j to the energy of every configuration, (2^n,), in place."""
    count = len(interactions)
    signs = np.array([[1.0, -1.0], [-1.0, 1.0]])
    for i, j in np.argwhere(np.triu(interactions)):
        pairs = (2**i, 2, 2 ** (j - i - 1), 2, 2 ** (count - 1 - j))
        table = energies.reshape([int(size) for size in pairs])
        table += interactions[i, j] * signs[:, np.newaxis, :, np.newaxis]
