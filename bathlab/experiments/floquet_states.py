"""Eigenstates of kicked chains and of brickwork circuits by the same sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from bathlab.analysis.levels import mean_gap_ratio
from bathlab.checks import as_integer, require_kind, settle
from bathlab.conventions import Row
from bathlab.experiments.chain_sites import sum_of
from bathlab.model.circuit import BrickworkCircuit, Circuit
from bathlab.model.kicked_chain import KickedChain, KickedChainSystem
from bathlab.spectrum.dense import diagonalise

#: Half-widths of the windows of rho v-bar, in mean distances of levels.
WINDOWS = (2.0, 4.0)
#: Every second site is looked at.
STEP = 2


@dataclass(frozen=True)
class FloquetStates:
    """Realisations of a Floquet model, from number ``first`` on.

    Raises
    ------
    ValueError
        If it is no such model, or the number negative.

    Examples
    --------
    >>> import bathlab as bl
    >>> for coupling in (0.01, 0.3):
    ...     spec = bl.experiments.FloquetStates(bl.BrickworkCircuit(6, coupling))
    ...     [row] = bl.experiments.chain_rows(spec, seed=1, realisation=0)
    ...     print(f"{row['gap_ratio']:.2f}, {row['plateau']:.2f}")  # C at infinite time
    0.34, 0.99
    0.64, 0.01
    """

    model: KickedChain | BrickworkCircuit
    first: int = 0

    def __post_init__(self) -> None:
        remedy = "Make one, as bathlab.BrickworkCircuit(6, 0.05)."
        require_kind("model", self.model, (KickedChain, BrickworkCircuit), remedy)
        settle(self, first=as_integer("first", self.first, 0))

    @property
    def coupling(self) -> float:
        """Angle J T of a probe that is coupled as (14) has it: twice that of sigma . sigma on a
        bond in a period, J T/2 in the kicked chain and pi J/2 in the circuit."""
        if isinstance(self.model, KickedChain):
            return self.model.coupling * self.model.period
        return float(np.pi * self.model.coupling)


def floquet_state_rows(spec: FloquetStates, seed: int, realisation: int) -> list[Row]:
    """One row: ``gap_ratio``; ``plateau``, C at infinite time of sigma along the field of its
    site, the mean over states and every second site of <a|sigma|a>^2; ``rho_v``, rho v-bar
    in each of :data:`WINDOWS`, the sum of |<a|sigma|b>| over the levels b within it, over its
    width, times ``coupling``.

    Raises
    ------
    ValueError
        If it is no such spec, or the matrix does not fit.
    """
    require_kind("spec", spec, FloquetStates, "Make one with bathlab.experiments.")
    number = spec.first + as_integer("realisation", realisation, 0)
    system = spec.model.sample(seed, number)
    found = diagonalise(system)
    phases, n = found.energies, len(found.energies)
    apart = np.abs(np.subtract.outer(phases, phases))
    apart = np.minimum(apart, 2 * np.pi - apart)
    np.fill_diagonal(apart, np.inf)
    widths = np.array(WINDOWS) * 2 * np.pi / n
    inside = [apart < width for width in widths]
    kept, sums = [], []
    for site in range(0, spec.model.sites, STEP):
        elements = found.vectors.conj().T @ (_own_spin(system, site) @ found.vectors)
        moduli = np.abs(elements)
        kept.append(float(np.mean(moduli.diagonal() ** 2)))
        sums.append([float(moduli[near].sum()) for near in inside])
    return [
        {
            "gap_ratio": mean_gap_ratio(np.sort(phases), periodic=True),
            "plateau": float(np.mean(kept)),
            "rho_v": spec.coupling * np.mean(sums, axis=0) / (2 * n * widths),
        }
    ]


def _own_spin(system: Circuit | KickedChainSystem, site: int) -> sparse.csr_array:
    """sigma along the field of a site, from 0, (n, n) CSR."""
    if isinstance(system, Circuit):
        return system.local_operator(site + 1)
    axis = system.fields[site] / np.linalg.norm(system.fields[site])
    return sum_of([(share, system.operator(site, name)) for share, name in zip(axis, "xyz")])
