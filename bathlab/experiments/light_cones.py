"""The support of sigma(t) of a site, and how far spins of a product state are entangled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterator

import numpy as np

from bathlab.analysis.entanglement import mutual_information
from bathlab.analysis.local_spectra import heisenberg_time
from bathlab.checks import as_array, as_integer, require_kind, settle
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.chain_sites import ChainDraws, distances, own_axis
from bathlab.model.spin_chain import SpinChainSystem
from bathlab.operators.spins import pauli
from bathlab.spectrum.dense import diagonalise
from bathlab.streams import stream


@dataclass(frozen=True)
class LightCone(ChainDraws):
    """sigma of site 0 of a ring, and product states.

    Parameters
    ----------
    chain, first
        as of :class:`ChainDraws`; the sector does not matter, all are taken.
    times
        in the inverse unit of J, not negative, ascending.
    starts
        number of product states.

    Raises
    ------
    ValueError
        If one is out of its range.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.SpinChain(6, disorder=4.0)
    >>> spec = bl.experiments.LightCone(chain, times=(0.1, 1.0, 10.0), starts=1)
    >>> for row in bl.experiments.chain_rows(spec, seed=1, realisation=0):
    ...     print(row["time"], row["outside"].round(4))  # weight of sigma(t) beyond r = 0, 1, 2
    0.1 [0.0096 0.     0.    ]
    1.0 [0.0206 0.0091 0.0013]
    10.0 [0.0426 0.0205 0.0139]
    """

    times: tuple[float, ...] = (1.0,)
    starts: int = 4

    def __post_init__(self) -> None:
        super().__post_init__()
        times = as_array("times", self.times, minimum=0, ascending=True)
        object.__setattr__(self, "times", tuple(times.tolist()))
        settle(self, starts=as_integer("starts", self.starts, 1))


@dataclass(frozen=True, eq=False)
class Block:
    """A block of H among all 2^L states: their numbers, its levels and eigenvectors."""

    states: Array
    energies: RealArray
    vectors: Array

    def phases(self, time: float) -> Array:
        return np.exp(-1j * self.energies * time)


def cone_rows(spec: LightCone, seed: int, realisation: int) -> list[Row]:
    """How far sigma_0(t) and the entanglement of product states reach, in one realisation.

    sigma_0, along the field of site 0, is a sum of strings of Pauli matrices at any time; the
    weight of a string is the square of its coefficient, their sum is 1.

    Returns
    -------
    list of dict
        A row for each time: ``time``; ``outside`` (L/2,), the weight of the strings that reach
        farther than r = 0, 1, ..., L/2 - 1 from site 0; ``reach``, their sum, which is the mean
        range of a string; ``mutual`` (L/2,), the mutual information in nats of sites 0 and r =
        1, ..., L/2, mean over states that are products of spins along or against their fields
        at t = 0, with S^z = 0 if that is conserved; ``heisenberg``, t_H of the largest block.

    Raises
    ------
    ValueError
        If it is no such spec, or the matrices do not fit.
    """
    require_kind("spec", spec, LightCone, "Make one with bathlab.experiments.")
    system = spec.sample(seed, realisation)
    found = list(_blocks(system))
    largest = max(found, key=lambda block: len(block.energies))
    time = heisenberg_time(largest.energies)
    sites, sigma = spec.chain.sites, _spin(system)
    elements = [elements_of(block, sigma, sites) for block in found]
    starts = _products(spec, system, seed, realisation)
    rows: list[Row] = []
    for t in spec.times:
        outside = outside_weights(evolved(found, elements, t), sites)
        states = [_state(found, start, t) for start in starts]
        rows.append(
            {
                "time": t,
                "outside": outside,
                "reach": float(outside.sum()),
                "mutual": _mutual(states, sites),
                "heisenberg": time,
            }
        )
    return rows


def _blocks(system: SpinChainSystem) -> Iterator[Block]:
    """One of all states, or one for each S^z with the same fields."""
    chain = system.chain
    if chain.fields == "all":
        sectors: list[float | None] = [None]
    else:
        sectors = [chain.sites / 2 - down for down in range(chain.sites + 1)]
    for sector in sectors:
        own = replace(chain, sector=sector)
        found = diagonalise(SpinChainSystem(own, system.fields))
        yield Block(own.space.states, found.energies, found.vectors)


def _spin(system: SpinChainSystem) -> Array:
    """sigma of site 0 along its field, (2, 2)."""
    axis = own_axis(system, 0)
    found: Array = sum(share * pauli(name) for share, name in zip(axis, "xyz"))
    return found


def evolved(blocks: list[Block], elements: list[Array], time: float) -> Array:
    """O(t) = exp(iHt) O exp(-iHt), (2^L, 2^L), of <a|O|b> in the blocks, which O keeps to."""
    full = sum(len(block.energies) for block in blocks)
    found = np.zeros((full, full), np.complex128)
    for block, own in zip(blocks, elements):
        phases = block.phases(time)
        turned = block.vectors @ (phases.conj()[:, None] * own * phases)
        found[np.ix_(block.states, block.states)] = turned @ block.vectors.conj().T
    return found


def elements_of(block: Block, sigma: Array, sites: int) -> Array:
    """<a|sigma_0|b> of a block that sigma_0 keeps to."""
    full = np.zeros((2**sites, len(block.energies)), np.complex128)
    full[block.states] = block.vectors
    turned = (sigma @ full.reshape(2, -1)).reshape(full.shape)
    found: Array = block.vectors.conj().T @ turned[block.states]
    return found


def outside_weights(operator: Array, sites: int) -> RealArray:
    """(L/2,) weight of the strings of an operator on a ring that reach beyond r = 0, 1, ...

    1/2^L Tr A^dagger A, less that of A with the sites beyond r traced out.
    """
    far = distances(sites)
    kept, table = list(range(sites)), operator.reshape((2,) * (2 * sites))
    whole = float(np.vdot(operator, operator).real) / 2**sites
    found = []
    for r in range(sites // 2 - 1, -1, -1):
        for site in [site for site in kept if far[site] > r]:
            place = kept.index(site)
            table = np.trace(table, axis1=place, axis2=place + len(kept)) / 2
            kept.remove(site)
        found.append(whole - float(np.vdot(table, table).real) / 2 ** len(kept))
    return np.array(found[::-1])


def _products(
    spec: LightCone, system: SpinChainSystem, seed: int, realisation: int
) -> list[Array]:
    """States (2^L,) of spins along or against their fields."""
    draws = stream(seed, spec.first + realisation, "product states")
    sites, found = spec.chain.sites, []
    for _ in range(spec.starts):
        if spec.chain.fields == "z":
            signs = draws.permutation(np.arange(sites) % 2)
        else:
            signs = draws.integers(0, 2, sites)
        state = np.ones(1, np.complex128)
        for site, sign in enumerate(signs):
            field = sum(s * pauli(a) for s, a in zip(own_axis(system, site), "xyz"))
            state = np.kron(state, np.linalg.eigh(field)[1][:, sign])
        found.append(state)
    return found


def _state(blocks: list[Block], start: Array, time: float) -> Array:
    found = np.zeros_like(start)
    for block in blocks:
        part = start[block.states]
        if np.any(part):
            waves = block.phases(time) * (block.vectors.conj().T @ part)
            found[block.states] = block.vectors @ waves
    return found


def _mutual(states: list[Array], sites: int) -> RealArray:
    """(L/2,) means over the states, of both sites at a distance."""
    dims, found = (2,) * sites, np.zeros(sites // 2)
    for r in range(1, sites // 2 + 1):
        ends = {r, sites - r}
        values = [
            mutual_information(state / np.linalg.norm(state), dims, 0, end)
            for state in states
            for end in ends
        ]
        found[r - 1] = np.mean(values)
    return found
