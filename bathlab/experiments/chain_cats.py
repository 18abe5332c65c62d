"""Cats that a field on one site makes, and what becomes of them when a second one is added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.analysis.entanglement import entanglement_entropy
from bathlab.checks import as_real, refusal, require_kind, settle
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.chain_sites import (
    ChainDraws,
    distances,
    own_axis,
    polarisations,
    sum_of,
)
from bathlab.model.spin_chain import SpinChainSystem
from bathlab.operators.hermitian import to_dense

#: A cat holds so much of its second state at least, and of both.
SECOND, BOTH = 0.2, 0.75
#: Two states differ at a site where <sigma> does by more; one is changed by more than the next.
FLIPPED, CHANGED = 1.0, 0.5
#: Entropies are those of so many states.
LOOKED_AT = 48
#: More than one cat near site 0 makes.
HIGH = 1.5 * np.log(2)


@dataclass(frozen=True)
class Perturbed(ChainDraws):
    """A chain in fields of all directions, with ``strength`` times sigma across the field of
    one site, of a second one, of all. See :class:`ChainDraws`.

    Raises
    ------
    ValueError
        If its fields are along z, or the strength is not above 0.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.SpinChain(4, disorder=20.0, fields="all")
    >>> for strength in (0.1, 20.0):  # the largest overlap of states with and without the field
    ...     spec = bl.experiments.Perturbed(chain, strength=strength)
    ...     row, *_ = bl.experiments.chain_rows(spec, seed=1, realisation=0)
    ...     print(f"{row['largest']:.3f}")
    1.000
    0.687
    """

    strength: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.chain.fields != "all":
            raise refusal("chain", "fields along z", 'fields="all"', "sigma^x is to be there.")
        settle(self, strength=as_real("strength", self.strength, above=0))


@dataclass(frozen=True, eq=False)
class Cats:
    """Which eigenstates of H + V are cats of two of H.

    Attributes
    ----------
    states
        (c,) their numbers; ``ones``, ``others`` : (c,) of which two states.
    ranges
        (c,) the farthest site from site 0 at which <sigma> of those two differs by more
        than 1; -1 where none does.
    largest
        (n,) the largest overlap of each state of H + V with one of H.
    """

    states: Array
    ones: Array
    others: Array
    ranges: Array
    largest: RealArray

    def shares(self, sites: int, chosen: Array | slice = slice(None)) -> RealArray:
        """(L/2 + 1,) how many of all states are (chosen) cats of each range."""
        ranges = self.ranges[chosen]
        counts = np.bincount(ranges[ranges >= 0], minlength=sites // 2 + 1)
        return np.asarray(counts / len(self.largest))


def cat_rows(spec: Perturbed, seed: int, realisation: int) -> list[Row]:
    """Cats that V on site 0 makes, and that U on a site m leaves, in one realisation.

    Returns
    -------
    list of dict
        A row for each ``distance`` m = 1, ..., L/2 of U: ``cats`` (L/2 + 1,), the shares of
        states of H + V that are cats of two states of H, by range; ``kept``, those of them to
        which some state of H + V + U has a larger overlap than to either of the two on average;
        ``again``, the shares of cats that V makes of the states of H + U; ``largest`` and
        ``largest_again``, means over states of their largest overlap with one state before V.

        Also, the same in all rows: ``largest_all``, the mean largest overlap if all sites are
        perturbed, ``patches`` per site of neighbouring sites at which <sigma> of the states
        then differs by more than 1/2, ``patch_sites`` of them per site; ``entropy`` (4,) of
        site 0 and its neighbours with 0, 1, 2, 3 of them perturbed, in nats, and ``high`` (4,),
        the share above (3/2) log 2.

    Raises
    ------
    ValueError
        If it is no such spec, or the matrix does not fit.
    """
    require_kind("spec", spec, Perturbed, "Make one with bathlab.experiments.")
    system = spec.sample(seed, realisation)
    sites, H = spec.chain.sites, to_dense(system.matrix())
    fields = [spec.strength * to_dense(across(system, site)) for site in range(sites)]
    old, new = (_states(each) for each in (H, H + fields[0]))
    z = polarisations(system, old)
    made = find_cats(old, new, z)
    common: dict[str, Any] = {
        "cats": made.shares(sites),
        "largest": float(made.largest.mean()),
        **_all_perturbed(system, old, z, H + sum(fields)),
    }
    third = _states(H + fields[0] + fields[1] + fields[-1])
    rows: list[Row] = []
    for m in range(1, sites // 2 + 1):
        both, second = (_states(H + fields[m] + each) for each in (fields[0], 0 * H))
        if m == 1:
            common |= _entropies([old, new, both, third], sites)
        again = find_cats(second, both, polarisations(system, second))
        rows.append(
            {
                "distance": m,
                **common,
                "kept": made.shares(sites, survivors(made, old, new, both)),
                "again": again.shares(sites),
                "largest_again": float(again.largest.mean()),
            }
        )
    return rows


def across(system: SpinChainSystem, site: int) -> Array:
    """sigma of a site across its own field, (n, n) CSR."""
    axis = own_axis(system, site)
    least = np.eye(3)[np.argmin(np.abs(axis))]
    turned = np.cross(axis, least)
    turned /= np.linalg.norm(turned)
    return sum_of([(share, system.operator(site, a)) for share, a in zip(turned, "xyz")])


def find_cats(old: Array, new: Array, z: RealArray) -> Cats:
    """The cats among new states (n, n) of two of the old ones, whose <sigma> are z (L, n)."""
    overlaps = np.abs(old.conj().T @ new) ** 2
    order = np.argpartition(overlaps, -2, axis=0)[-2:]
    second, largest = np.take_along_axis(overlaps, order, axis=0)
    states = np.flatnonzero((second > SECOND) & (second + largest > BOTH))
    others, ones = order[:, states]
    differs = np.abs(z[:, ones] - z[:, others]) > FLIPPED
    ranges = np.where(differs, distances(len(z))[:, None], -1).max(axis=0, initial=-1)
    return Cats(states, ones, others, ranges, overlaps.max(axis=0))


def survivors(cats: Cats, old: Array, new: Array, both: Array) -> Array:
    """(c,) whether the states ``both`` hold a cat of ``new`` better than its two old ones."""

    def held(vectors: Array) -> RealArray:
        found: RealArray = (np.abs(both.conj().T @ vectors) ** 2).max(axis=0)
        return found

    if not len(cats.states):
        return np.zeros(0, bool)
    parts = [held(old[:, chosen]) for chosen in (cats.ones, cats.others)]
    return np.asarray(held(new[:, cats.states]) > (parts[0] + parts[1]) / 2)


def _states(H: Array) -> Array:
    return np.asarray(np.linalg.eigh(H)[1])


def _all_perturbed(system: SpinChainSystem, old: Array, z: RealArray, H: Array) -> Row:
    sites, states = system.chain.sites, _states(H)
    overlaps = np.abs(old.conj().T @ states) ** 2
    before = z[:, overlaps.argmax(axis=0)]
    changed = np.abs(polarisations(system, states) - before) > CHANGED
    # A patch starts where its left neighbour is unchanged; one of all sites starts nowhere.
    starts = (changed & ~np.roll(changed, 1, axis=0)).sum(axis=0) + changed.all(axis=0)
    return {
        "largest_all": float(overlaps.max(axis=0).mean()),
        "patches": float(starts.mean()) / sites,
        "patch_sites": float(changed.sum(axis=0).mean()) / sites,
    }


def _entropies(bases: list[Array], sites: int) -> Row:
    dims, near = (2,) * sites, (sites - 1, 0, 1)
    means, high = [], []
    for vectors in bases:
        chosen = np.linspace(0, vectors.shape[1] - 1, LOOKED_AT).astype(int)
        values = [entanglement_entropy(vectors[:, k], dims, near) for k in chosen]
        means.append(np.mean(values))
        high.append(np.mean(np.array(values) > HIGH))
    return {"entropy": np.array(means), "high": np.array(high)}
