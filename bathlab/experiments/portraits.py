"""What the eigenstates of a chain look like: spins, cats, correlations, susceptibility."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.analysis.entanglement import entanglement_entropy
from bathlab.analysis.levels import mean_gap_ratio
from bathlab.analysis.local_spectra import fidelity_susceptibility, tones
from bathlab.checks import require_kind
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.chain_sites import ChainDraws, distances, own_spin
from bathlab.model.spin_chain import SpinChain, SpinChainSystem
from bathlab.spectrum.dense import diagonalise
from bathlab.statistics.histograms import log_edges

#: Bins of |<sigma>|, and of chi in the inverse square of J.
POLARISED = np.linspace(0.0, 1.0, 11)
CHI = log_edges(1e-6, 1e16, 2)
#: A state with <sigma>^2 below the first is resonant; a site belongs to a cat if |<a|sigma|b>|
#: is above the second.
RESONANT, CHANGED = 0.5, 0.5
#: Entropies are those of so many states, nearest the middle of the levels.
LOOKED_AT = 12
#: Correlations below this are rounding.
FLOOR = 1e-16


@dataclass(frozen=True)
class Portrait(ChainDraws):
    """The eigenstates between the quartiles of a chain's levels; see :class:`ChainDraws`.

    Examples
    --------
    >>> import bathlab as bl
    >>> spec = bl.experiments.Portrait(bl.SpinChain(8, disorder=10.0))
    >>> [row] = bl.experiments.chain_rows(spec, seed=1, realisation=0)
    >>> print(row["correlations"].round(1))  # log |<sigma sigma>_c| at distances 1, ..., 4
    [ -6.9  -8.6 -10.9 -11.6]
    """


def portrait_rows(spec: Portrait, seed: int, realisation: int) -> list[Row]:
    """Numbers of the eigenstates of one realisation, sigma along the field of each site.

    Returns
    -------
    list of dict
        One row of means over the states between the quartiles, and over sites: ``polarised``
        (10,) shares of |<a|sigma|a>| in :data:`POLARISED`; ``resonant``, the share of <sigma>^2
        < 1/2 at the sites 0 and L/2; ``cat_ranges`` (L/2 + 1,), the shares of states that are
        resonant there, their main tone the state b, and r the farthest site at which
        |<a|sigma|b>| > 1/2; ``cat_sites``, how many sites that are, over the same shares.

        ``correlations`` (L/2,), means of log |<sigma_i sigma_j>_c| at distances 1, ..., L/2;
        ``log_chi`` of sigma at 0 and L/2, ``chi`` the shares of chi in :data:`CHI`;
        ``entropy_1`` and ``entropy_2``, of a site and of two neighbours over those of a random
        state (without its fluctuations), of 12 states; ``gap_ratio``; ``norm_error``, how far a
        column of all |<a|sigma|b>|^2 is from 1 at most.

    Raises
    ------
    ValueError
        If it is no such spec, or the matrix does not fit.
    """
    require_kind("spec", spec, Portrait, "Make one with bathlab.experiments.")
    system = spec.sample(seed, realisation)
    found = diagonalise(system)
    n, sites = len(found.energies), spec.chain.sites
    middle = slice(n // 4, n - n // 4)
    turned = [own_spin(system, site) @ found.vectors[:, middle] for site in range(sites)]
    states = found.vectors[:, middle]
    z = np.array([np.einsum("na,na->a", states.conj(), each).real for each in turned])
    row: Row = {
        "polarised": np.histogram(np.minimum(np.abs(z), 1.0), POLARISED)[0] / z.size,
        "correlations": _correlations(turned, z),
        "gap_ratio": mean_gap_ratio(found.energies),
        **_entropies(system, states),
    }
    return [{**row, **_of_sites(system, found.energies, found.vectors, middle)}]


def _of_sites(
    system: SpinChainSystem, energies: RealArray, vectors: Array, middle: slice
) -> Row:
    """What rests on all |<a|sigma|b>|^2 of the sites 0 and L/2."""
    sites = system.chain.sites
    ranges, numbers = np.zeros(sites // 2 + 1), 0.0
    resonant, logs, chi, off = 0.0, [], [], 0.0
    for site in (0, sites // 2):
        elements = vectors.conj().T @ (own_spin(system, site) @ vectors)
        Z = elements.real**2 + elements.imag**2
        off = max(off, float(np.abs(Z.sum(axis=1) - 1).max()))
        found = tones(Z)
        chosen = np.arange(len(Z))[middle]
        chosen = chosen[found.static[chosen] < RESONANT]
        count = middle.stop - middle.start
        resonant += len(chosen) / count / 2
        pairs = (vectors[:, chosen], vectors[:, found.partner[chosen]])
        here, size = _cats(system, site, *pairs)
        ranges += here / count / 2
        numbers += size / count / 2
        values = fidelity_susceptibility(energies, elements)[middle]
        logs.append(np.log(values).mean())
        chi.append(np.histogram(values, CHI)[0] / count)
    return {
        "resonant": resonant,
        "cat_ranges": ranges,
        "cat_sites": numbers,
        "log_chi": float(np.mean(logs)),
        "chi": np.mean(chi, axis=0),
        "norm_error": off,
    }


def _cats(
    system: SpinChainSystem, site: int, ones: Array, others: Array
) -> tuple[RealArray, float]:
    """Counts of pairs of states by the range of the sites at which they differ; and how many
    sites those are, summed."""
    sites = system.chain.sites
    far = distances(sites, site)
    changed = np.zeros((sites, ones.shape[1]), bool)
    for place in range(sites):
        elements = np.einsum("na,na->a", ones.conj(), own_spin(system, place) @ others)
        changed[place] = np.abs(elements) > CHANGED
    ranges = np.where(changed, far[:, None], -1).max(axis=0)
    counts = np.bincount(ranges[ranges >= 0], minlength=sites // 2 + 1)
    return counts.astype(np.float64), float(changed.sum())


def _correlations(turned: list[Array], z: RealArray) -> RealArray:
    """(L/2,) means over sites and states of log |<sigma_i sigma_j> - <sigma_i><sigma_j>|."""
    sites, found = len(turned), np.zeros(len(turned) // 2)
    for r in range(1, sites // 2 + 1):
        logs = []
        for i in range(sites):
            j = (i + r) % sites
            whole = np.einsum("na,na->a", turned[i].conj(), turned[j]).real
            logs.append(np.log(np.maximum(np.abs(whole - z[i] * z[j]), FLOOR)).mean())
        found[r - 1] = np.mean(logs)
    return found


def _entropies(system: SpinChainSystem, states: Array) -> Row:
    sites = system.chain.sites
    dims, count = (2,) * sites, states.shape[1]
    first = max(0, (count - LOOKED_AT) // 2)
    full = system.space.embed(states[:, first : first + LOOKED_AT]).T
    found: dict[str, Any] = {}
    for size, whole in zip((1, 2), random_entropies(system.chain)):
        values = [
            entanglement_entropy(state, dims, [(site + k) % sites for k in range(size)])
            for state in full
            for site in range(sites)
        ]
        found[f"entropy_{size}"] = float(np.mean(values)) / whole
    return found


def random_entropies(chain: SpinChain) -> tuple[float, float]:
    """Entropies in nats of a site and of two neighbours, in the mixture of all states of a
    chain: log 2 and 2 log 2 without a sector, less for two sites in that of S^z = 0."""
    if chain.sector is None:
        return float(np.log(2)), float(2 * np.log(2))
    up, L = chain.sites / 2 + chain.sector, chain.sites
    shares = np.array([up, L - up]) / L
    both = np.array([up * (up - 1), up * (L - up), up * (L - up), (L - up) * (L - up - 1)])
    pairs = both / (L * (L - 1))
    one, two = (-float(p[p > 0] @ np.log(p[p > 0])) for p in (shares, pairs))
    return one, two
