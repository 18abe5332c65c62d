"""The counts of :func:`~bathlab.experiments.scale_rows` made on a device, where one matrix of a
circuit of L = 14 has 4 GiB and a site 1.3e8 pairs.

All arrays over states and pairs stay on the device. The host draws the random orders of the
control meanwhile, and sees counts and the few pairs of large Omega.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Iterator

import numpy as np

from bathlab.analysis.levels import mean_gap_ratio
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.circuits import require_circuit
from bathlab.experiments.level_counts import LEAST, by_levels, level_parts
from bathlab.experiments.pair_counts import FREQUENCIES, SCALES, WINDOWS, LevelPairs, by_window
from bathlab.model.circuit import BrickworkCircuit, Circuit
from bathlab.operators.memory import require_memory
from bathlab.spectrum.backend import Backend, resolve
from bathlab.spectrum.unitary.dense import diagonalised_there
from bathlab.spectrum.unitary.device import dagger_product, pieces
from bathlab.streams import stream

#: Random orders that are drawn at a time.
DRAWN_AT_ONCE = 16


@dataclass(frozen=True, eq=False)
class PairsThere:
    """:class:`~bathlab.experiments.pair_counts.LevelPairs` with arrays of a device.

    Attributes
    ----------
    backend
        whose arrays they are.
    rows, columns, omega, places
        (p,) as of LevelPairs, in the same order.
    flat
        (p,) places in a table of all (n, n) pairs.
    edges
        of the bins of Omega.
    """

    backend: Backend
    rows: Any
    columns: Any
    omega: Any
    places: Any
    flat: Any
    edges: Any

    @classmethod
    def of(cls, quasienergies: RealArray, backend: Backend) -> PairsThere:
        """Of all pairs n < m of ascending quasienergies."""
        xp, send, n = backend.xp, backend.to_device, len(quasienergies)
        levels = send(quasienergies)
        rows, columns = xp.triu_indices(n, 1)
        apart = xp.abs(xp.take(levels, rows) - xp.take(levels, columns))
        omega = xp.minimum(apart, 2 * np.pi - apart)
        windows = xp.searchsorted(send(np.array(WINDOWS)), omega, side="right")
        order = xp.argsort(windows, kind="stable")
        rows, columns, omega = (xp.take(part, order) for part in (rows, columns, omega))
        places = xp.searchsorted(send(FREQUENCIES[:-1]), omega, side="right") - 1
        return cls(backend, rows, columns, omega, places, rows * n + columns, send(SCALES))

    def by_frequency(self, values: Any = None) -> RealArray:
        """(f,) number of pairs, or sum of ``values``, in each bin of |omega|."""
        xp, bins = self.backend.xp, len(FREQUENCIES) - 1
        found = (
            xp.bincount(self.places, minlength=bins)
            if values is None
            else xp.bincount(self.places, values, minlength=bins)
        )
        return self.backend.to_host(found).astype(np.float64)

    def joint(self, Omega: Any) -> RealArray:
        """(f, b) counts in bins of |omega| and of Omega."""
        xp, width = self.backend.xp, len(SCALES) + 1
        index = self.places * width + xp.searchsorted(self.edges, Omega, side="right")
        counts = xp.bincount(index, minlength=(len(FREQUENCIES) - 1) * width)
        table = self.backend.to_host(counts).reshape(-1, width)
        return table[:, 1:-1].astype(np.float64)

    def some(self, Omega: Any, levels: int) -> tuple[LevelPairs, RealArray]:
        """The pairs that are asked which levels they are of, with their Omega, on the host:
        neighbours on the circle, and those of large Omega."""
        xp, fetch = self.backend.xp, self.backend.to_host
        apart = self.columns - self.rows
        kept = xp.flatnonzero((apart == 1) | (apart == levels - 1) | (Omega > LEAST))
        rows, columns, omega, places, chosen = (
            fetch(xp.take(part, kept))
            for part in (self.rows, self.columns, self.omega, self.places, Omega)
        )
        return LevelPairs(rows, columns, omega, places), chosen


def device_scale_rows(
    circuit: BrickworkCircuit, seed: int, realisation: int, backend: str | Backend = "cuda"
) -> list[Row]:
    """What :func:`~bathlab.experiments.scale_rows` returns of all pairs of a circuit, counted
    on a device.

    Raises
    ------
    ValueError
        If it is no circuit, there is no such device, or all its eigenvectors do not fit.
    """
    require_circuit(circuit)
    where, sample = resolve(backend), circuit.sample(seed, realisation)
    levels = sample.dimension
    with ThreadPoolExecutor(min(DRAWN_AT_ONCE, os.cpu_count() or 1)) as pool:
        orders = _orders(pool, seed, realisation, sample.sites, levels * (levels - 1) // 2)
        found = diagonalised_there(sample, where)
        pairs = PairsThere.of(found.quasienergies, where)
        sums: dict[str, Any] = {}
        largest: dict[str, float] = {}
        for site, order in enumerate(orders, 1):
            z = _elements(sample, found.vectors, site, pairs)
            cells, tops = _site(pairs, z, where.to_device(order), found.quasienergies)
            largest = {name: max(x, largest.get(name, 0.0)) for name, x in tops.items()}
            sums = {name: sums.get(name, 0.0) + x for name, x in cells.items()}
    each = sample.sites * pairs.by_frequency()
    return [
        {
            "pairs": by_window(each),
            "frequency_pairs": each,
            **{name: np.ravel(cell) for name, cell in sums.items() if np.ndim(cell)},
            **largest,
            "log_scale": sums["log_scale"] / sample.sites,
            "adjacent_pairs": float(sample.sites * levels),
            "part_pairs": sample.sites * (levels - 1) * level_parts(found.quasienergies),
            "gap_ratio": mean_gap_ratio(found.quasienergies, periodic=True),
            "residual": found.residual,
        }
    ]


def _orders(
    pool: ThreadPoolExecutor, seed: int, realisation: int, sites: int, pairs: int
) -> Iterator[Array]:
    """The random order of the pairs for each site, drawn ahead."""
    what = f"Random orders of {pairs} pairs at {sites} sites"
    threads = min(DRAWN_AT_ONCE, os.cpu_count() or 1)
    require_memory((4.0 * sites + 8.0 * threads) * pairs, what, "Take fewer sites.")

    def drawn(site: int) -> Array:
        order = stream(seed, realisation, "rearranged pairs", site).permutation(pairs)
        return order.astype(np.int32)  # half as much to send

    return pool.map(drawn, range(1, sites + 1))


def _elements(sample: Circuit, vectors: Any, site: int, pairs: PairsThere) -> Any:
    """|z| of the pairs, off the diagonal of 2 A^dagger A as in
    :func:`~bathlab.analysis.level_pairs.spin_elements`."""
    xp, n = pairs.backend.xp, sample.dimension
    first, second = np.linalg.eigh(sample.pauli(site))[1][:, 1].conj().tolist()
    table = vectors.reshape((2 ** (site - 1), 2, -1))
    rows = (table[:, 0] * first + table[:, 1] * second).reshape((n // 2, n))
    sizes = xp.empty((n, n))
    for piece in pieces(n):
        sizes[:, piece] = xp.abs(dagger_product(rows, rows[:, piece]))
    z = xp.take(sizes, pairs.flat)
    z *= 2.0
    return z


def _site(
    pairs: PairsThere, z: Any, order: Any, quasienergies: RealArray
) -> tuple[dict[str, Any], dict[str, float]]:
    """What one site adds to the sums, and its largest values."""
    xp, fetch, levels = pairs.backend.xp, pairs.backend.to_host, len(quasienergies)
    Omega, moved = z * pairs.omega, xp.take(z, order)
    cells = _cells(pairs, z, Omega)
    chosen, scales = pairs.some(Omega, levels)
    logs = xp.log10(xp.maximum(Omega, float(SCALES[0]))).sum(axis=0)
    top = {
        "largest": Omega.max(),
        "resonant_edge": (pairs.omega * (z * z > 0.5)).max(),
    }
    Omega = moved * pairs.omega
    top["largest_moved"] = Omega.max()
    cells |= {f"{name}_moved": x for name, x in _cells(pairs, moved, Omega).items()}
    cells |= by_levels(chosen, scales, quasienergies)
    cells["log_scale"] = float(fetch(logs)) / (levels * (levels - 1) / 2)
    return cells, {name: float(fetch(x)) for name, x in top.items()}


def _cells(pairs: PairsThere, z: Any, Omega: Any) -> dict[str, Any]:
    joint = pairs.joint(Omega)
    return {"scales": by_window(joint), "joint": joint, "strength": pairs.by_frequency(z * z)}
