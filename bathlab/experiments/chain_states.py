"""Levels and eigenstates of drawn spin chains, as the resonance model speaks of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterable, Iterator

import numpy as np

from bathlab.analysis.entanglement import entanglement_entropy
from bathlab.analysis.levels import mean_gap_ratio
from bathlab.analysis.pair_spectra import PairSpectrum, pair_spectrum
from bathlab.analysis.spectral_correlations import spectral_form_factor
from bathlab.checks import as_integer, require_choice, require_kind, settle
from bathlab.conventions import GAINED, Array, RealArray, Row
from bathlab.experiments.chain_sites import own_spin
from bathlab.model.spin_chain import SpinChain, SpinChainSystem
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.statistics.histograms import bin_counts, log_edges

#: Edges of the bins of |omega|, in units of energy; all of H is below the last.
FREQUENCIES = np.append(0.0, log_edges(1e-4, 1e3, 10))
#: Edges of the bins of |V_ab| of levels within ``CLOSE`` of each other, an edge of the above.
ELEMENTS, CLOSE = log_edges(1e-12, 1.0, 5), 0.1
#: Times of the form factor, in units of the Heisenberg time.
TIMES = np.append(0.0, np.geomspace(1e-3, 3.0, 70))
#: Eigenstates whose entanglement is measured.
STATES = 16
#: Every second site is looked at; all are alike on average.
STEP = 2
#: Smallest spectrum that is unfolded.
UNFOLDED = 200


@dataclass(frozen=True)
class ChainStates:
    """The levels of a chain that are looked at.

    Parameters
    ----------
    chain
        a ring, or an open chain.
    states
        0 for all levels, of which those of the middle quarter are the rows of all means;
        else so many, those nearest to the mean level ("infinite temperature").
    axis
        of the spin that is looked at: "z", or "own" for that of its field, which differs
        from it with fields of all directions.

    Raises
    ------
    ValueError
        If it is no chain, there are not so many levels, or no such axis.

    Examples
    --------
    >>> import bathlab as bl
    >>> spec = bl.experiments.ChainStates(bl.SpinChain(8, disorder=1.0), states=10)
    >>> [row] = bl.experiments.chain_state_rows(spec, seed=1, realisation=0)
    >>> print(row["levels"], f"{row['entropy_one']:.3f}")  # of one site, log 2 = 0.693 at most
    10.0 0.652
    """

    chain: SpinChain
    states: int = 0
    axis: str = field(default="z", metadata=GAINED)

    def __post_init__(self) -> None:
        require_kind("chain", self.chain, SpinChain, "Make one, as bathlab.SpinChain(10).")
        require_choice("axis", self.axis, ("z", "own"))
        dimension = self.chain.space.dimension
        settle(self, states=as_integer("states", self.states, 0, dimension // 2))


def chain_state_rows(spec: ChainStates, seed: int, realisation: int) -> list[Row]:
    """S(omega), rho, v-bar, gap ratio, entanglement and C of one drawn chain.

    The operators are sigma of every second site, along the axis of the spec. Within the sector
    they lead to no other one, so v-bar is that of levels omega ~ 0 apart, the first of the two
    readings of (97).

    Returns
    -------
    list of dict
        One row: ``squares``, ``moduli``, ``pairs`` and ``exposure`` of
        :class:`bathlab.analysis.PairSpectrum` in the bins :data:`FREQUENCIES`, over ``levels``
        a; ``elements``, counts of |V_ab| in the bins :data:`ELEMENTS` of levels within
        ``CLOSE`` of each other, of ``close`` in all, summed over sites; ``plateau``, the mean
        of <a|sigma|a>^2, which is C at infinite time and the weight of S at omega = 0;
        ``gap_ratio`` of the levels a; ``entropy_one``, ``entropy_two`` and ``entropy_half`` of
        one site, two neighbours and half the chain, in nats, means over up to ``STATES``
        states; ``spacing`` of the levels a. ``sum_error`` is the largest deviation of the sum
        of |<a|sigma|b>|^2 over b from 1, or how far it exceeds 1 where not all b are known. Of
        all levels only: ``log_fidelity``, the mean of log chi, and, of the form factor at
        :data:`TIMES`, ``form_real``, ``form_imaginary`` and ``form_weight``.

    Raises
    ------
    ValueError
        If it is no such spec, or the states do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> for disorder in (1.0, 10.0):
    ...     spec = bl.experiments.ChainStates(bl.SpinChain(8, disorder=disorder))
    ...     [row] = bl.experiments.chain_state_rows(spec, seed=1, realisation=0)
    ...     print(f"{row['plateau']:.2f}, {row['entropy_half']:.2f}")  # C, half-chain entropy
    0.09, 1.89
    0.87, 0.05
    """
    require_kind("spec", spec, ChainStates, "Make one with bathlab.experiments.")
    sample = spec.chain.sample(seed, realisation)
    energies, vectors = _solved(sample, spec.states)
    rows = np.arange(len(energies))
    if not spec.states:
        rows = rows[3 * len(rows) // 8 : 5 * len(rows) // 8]
    close = np.abs(energies[rows, np.newaxis] - energies) < CLOSE
    close[np.arange(len(rows)), rows] = False
    counts = np.zeros(len(ELEMENTS) - 1)
    elements = _counted(_elements(sample, vectors, rows, spec.axis), close, counts)
    found = pair_spectrum(energies, rows, elements, FREQUENCIES, whole=not spec.states)
    over = found.totals - 1
    row: dict[str, Any] = {
        **{name: getattr(found, name) for name in ("squares", "moduli", "pairs", "exposure")},
        "elements": counts,
        "close": float(np.count_nonzero(close) * found.diagonal.shape[1]),
        "levels": float(len(rows)),
        "plateau": float(np.mean(found.diagonal**2)),
        "gap_ratio": mean_gap_ratio(energies[rows]),
        "spacing": float(np.ptp(energies[rows])) / (len(rows) - 1),
        "sum_error": float((over if spec.states else np.abs(over)).max()),
        **_entropies(sample, vectors[:, rows]),
    }
    return [row if spec.states else row | _of_all(energies, found)]


def _solved(sample: SpinChainSystem, states: int) -> tuple[RealArray, Array]:
    """Ascending levels and their vectors as columns."""
    if not states:
        found = diagonalise(sample)
        return found.energies, found.vectors
    near = eigenstates_near(sample, "infinite temperature", states)
    near = sorted(near, key=lambda state: state.energy)
    return np.array([state.energy for state in near]), np.stack(
        [state.vector for state in near], axis=-1
    )


def _elements(
    sample: SpinChainSystem, vectors: Array, rows: Array, axis: str
) -> Iterator[Array]:
    """<a|sigma|b> of every second site; sigma^z is diagonal."""
    chosen = vectors[:, rows].conj().T
    for site in range(0, sample.chain.sites, STEP):
        if axis == "z":
            yield (chosen * sample.operator(site).diagonal()) @ vectors
        else:
            yield chosen @ (own_spin(sample, site) @ vectors)


def _counted(elements: Iterable[Array], close: Array, counts: RealArray) -> Iterator[Array]:
    """The elements as they come, those of close levels counted in bins on the way."""
    for each in elements:
        counts += bin_counts(np.abs(each[close]), ELEMENTS)[0]
        yield each


def _entropies(sample: SpinChainSystem, vectors: Array) -> dict[str, float]:
    """Means over some of the states, the same distance of each other."""
    sites, count = sample.chain.sites, vectors.shape[1]
    some = np.unique(np.linspace(0, count - 1, min(STATES, count)).round().astype(int))
    whole = sample.space.embed(vectors[:, some])
    parts = {"one": [0], "two": [0, 1], "half": list(range(sites // 2))}
    return {
        f"entropy_{name}": float(
            np.mean([entanglement_entropy(state, (2,) * sites, part) for state in whole.T])
        )
        for name, part in parts.items()
    }


def _of_all(energies: RealArray, found: PairSpectrum) -> dict[str, Any]:
    """What needs all levels."""
    known: dict[str, Any] = {"log_fidelity": found.log_fidelity}
    if len(energies) < UNFOLDED:
        return known
    form = spectral_form_factor(energies, TIMES)
    return known | {
        "form_real": form.sums.real,
        "form_imaginary": form.sums.imag,
        "form_weight": form.weight,
    }
