"""A drawn spin chain, and the spin component of a site that its l-bit is near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping

import numpy as np
from scipy import sparse

from bathlab.checks import as_array, as_integer, require_kind, settle
from bathlab.conventions import Array, RealArray
from bathlab.model.spin_chain import SpinChain, SpinChainSystem


@dataclass(frozen=True)
class ChainDraws:
    """Realisations of a chain, from number ``first`` on.

    A longer chain has the fields of a shorter one: sizes that are to be independent start at
    different numbers.

    Parameters
    ----------
    chain
        the spec.
    first
        number of the first realisation.

    Raises
    ------
    ValueError
        If it is no chain, or the number negative.
    """

    chain: SpinChain
    first: int = 0

    def __post_init__(self) -> None:
        require_kind("chain", self.chain, SpinChain, "Make one with bathlab.SpinChain.")
        settle(self, first=as_integer("first", self.first, 0))

    def sample(self, seed: int, realisation: int) -> SpinChainSystem:
        """The chain number ``first`` + ``realisation``."""
        return self.chain.sample(seed, self.first + as_integer("realisation", realisation, 0))


@dataclass(frozen=True)
class ChainTimes(ChainDraws):
    """The same with times, above 0 and ascending; their unit is that of the measure.

    Raises
    ------
    ValueError
        If one is out of its range.
    """

    times: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        super().__post_init__()
        times = as_array("times", self.times, above=0, ascending=True)
        object.__setattr__(self, "times", tuple(times.tolist()))


def require_even(sites: Iterable[int]) -> None:
    """Raise ValueError for a ring without a farthest site."""
    odd = [L for L in sites if L % 2]
    if odd:
        raise ValueError(
            f"L = {odd} was given; expected even numbers, with a farthest site and a sector "
            "S^z = 0. Take one more."
        )


def ring_columns(kind: str, chain: SpinChain) -> dict[str, Any]:
    """What tells the rows of one case from those of others."""
    fields = "all directions" if chain.fields == "all" else chain.law
    return {"kind": kind, "fields": fields, "sites": chain.sites, "disorder": chain.disorder}


def ring_title(columns: Mapping[str, Any]) -> str:
    """The name of a case with these columns."""
    return "{kind}, {fields}, L = {sites}, W = {disorder:g}".format(**columns)


def own_axis(system: SpinChainSystem, site: int) -> RealArray:
    """(3,) unit vector of the field of a site; z of a chain with fields along z."""
    if system.chain.fields == "z":
        return np.array([0.0, 0.0, 1.0])
    field = system.fields[site]
    return np.asarray(field / np.linalg.norm(field))


def own_spin(system: SpinChainSystem, site: int) -> sparse.csr_array:
    """sigma of a site along its own field, (n, n)."""
    parts = zip(own_axis(system, site), "xyz")
    return sum_of([(share, system.operator(site, axis)) for share, axis in parts if share])


def sum_of(parts: list[tuple[float, sparse.csr_array]]) -> sparse.csr_array:
    """The sum of matrices times numbers."""
    total = parts[0][0] * parts[0][1]
    for share, matrix in parts[1:]:
        total = total + share * matrix
    return sparse.csr_array(total)


def polarisations(system: SpinChainSystem, vectors: Array) -> RealArray:
    """(sites, k) <a|sigma|a> of each site along its own field."""
    found = [
        np.einsum("na,na->a", vectors.conj(), own_spin(system, site) @ vectors).real
        for site in range(system.chain.sites)
    ]
    return np.array(found)


def distances(sites: int, site: int = 0) -> Array:
    """(sites,) how far each site of a ring is from one of them."""
    steps = np.abs(np.arange(sites) - site)
    return np.minimum(steps, sites - steps)
