"""All distributions of a circuit at once: how they drift with J from one solved realisation."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np

from bathlab.analysis.correlators import autocorrelator, autocorrelator_plateau
from bathlab.analysis.level_pairs import resonances
from bathlab.analysis.levels import mean_gap_ratio
from bathlab.analysis.pair_sums import StatePairs
from bathlab.analysis.ranges import changed_sites, ranges_of_changes
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.circuits import require_circuit, solved
from bathlab.experiments.resonant import SCALES
from bathlab.model.circuit import BrickworkCircuit, Circuit
from bathlab.operators.eigensystem import UnitaryEigensystem
from bathlab.statistics.histograms import bin_counts, group_counts, log_edges
from bathlab.streams import stream

#: Edges of the bins of Z, chi and |kappa|.
ELEMENTS = log_edges(1e-14, 1.0, 5)
FIDELITIES = log_edges(1e-6, 1e16, 5)
CURVATURES = log_edges(1e-6, 1e12, 5)
#: Edges of the bins of |omega| in units of the mean spacing 2 pi/2^L.
SPACINGS = np.array([0.0, 0.01, 0.03, 0.1, 0.3, 0.6, 1.0, 2.0, 3.0, 5.0, 10.0])
#: Edges of the bins of |omega|, positive ones, 20 a decade; below the first lies no pair.
FREQUENCIES = log_edges(1e-12, 4.0, 20)
#: Edges of the bins of theta and of h.
ANGLES = np.linspace(-math.pi, math.pi, 17)
FIELDS = np.linspace(0.0, 2 * math.pi, 25)
#: Periods at which C(t) is taken: whole ones, 16 a decade where there are as many.
TIMES = np.unique(np.round(np.geomspace(1.0, 1e8, 8 * 16 + 1)))


def drift_rows(circuit: BrickworkCircuit, seed: int, realisation: int) -> list[Row]:
    """Counts of Omega, Z, chi and |kappa| at all sites, and C(t), in one realisation.

    Returns
    -------
    list of dict
        One row. Counts are sums over sites: ``fidelities`` and ``curvatures`` in the bins
        :data:`FIDELITIES` of chi and :data:`CURVATURES` of |kappa| over the states, with
        ``fidelities_moved`` and ``curvatures_moved`` those of a control with the z of each site
        in a random order over the pairs. Over the pairs n < m, ``weights`` and
        ``weights_moved`` are the sums of Z in the bins :data:`FREQUENCIES` of |omega|;
        ``range_scales`` and ``range_elements`` are ((L/2 + 2) b,) counts, in the b bins
        :data:`SCALES` of Omega and :data:`ELEMENTS` of Z, of pairs of range -1, 0, ..., L/2:
        the distance from the site to the farthest at which <sigma_k> changes by more than 1, -1
        where none does. ``range_pairs`` is how many pairs of each range there are,
        ``range_weight`` the sum of their Z, both (L/2 + 2,). ``states`` and ``pairs`` are how
        many states and pairs there are, sites told apart.

        Of all sites together: ``correlation`` (t,), C at :data:`TIMES`, and its ``plateau``,
        both averaged over sites, ``depolarisation``, the mean of D, and ``largest``, the
        largest Omega. Of the levels: ``spacings``, the pairs in the bins :data:`SPACINGS` of
        |omega| 2^L/2 pi, ``phases``, those in the bins :data:`ANGLES` of theta, and
        ``gap_ratio``. ``fields`` counts h_j in the bins :data:`FIELDS`.

    Raises
    ------
    ValueError
        If it is no circuit, or all its eigenvectors do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> [row] = bl.experiments.drift_rows(bl.BrickworkCircuit(4, 0.05), seed=1, realisation=0)
    >>> print(f"{row['plateau']:.3f}, {1 - row['depolarisation']:.3f}")  # C at infinite time
    0.885, 0.885
    >>> print(row["range_pairs"], row["pairs"])  # by range -1, 0, 1, 2
    [  0.  32. 192. 256.] 480.0
    """
    require_circuit(circuit)
    sample = circuit.sample(seed, realisation)
    found = solved(sample)
    pairs = StatePairs.of(found.quasienergies)
    parts = list(_of_sites(sample, found, pairs, seed, realisation))
    sums = {name: sum(part[name] for part in parts) for name in parts[0]}
    return [
        {
            **{name: np.ravel(value) for name, value in sums.items() if np.ndim(value)},
            "states": float(pairs.levels * circuit.sites),
            "pairs": float(len(pairs.omega) * circuit.sites),
            "correlation": sums["correlation"] / circuit.sites,
            "plateau": sums["plateau"] / circuit.sites,
            "depolarisation": sums["depolarisation"] / circuit.sites,
            "largest": max(part["largest"] for part in parts),
            "spacings": bin_counts(pairs.omega * pairs.levels / (2 * math.pi), SPACINGS)[0],
            "phases": bin_counts(found.quasienergies, ANGLES)[0],
            "fields": bin_counts(sample.fields, FIELDS)[0],
            "gap_ratio": mean_gap_ratio(found),
            "residual": found.residual,
        }
    ]


def _of_sites(
    sample: Circuit, found: UnitaryEigensystem, pairs: StatePairs, seed: int, realisation: int
) -> Iterator[dict[str, Any]]:
    """What each site makes of the pairs and states, site by site."""
    places = np.searchsorted(FREQUENCIES, pairs.omega, side="right")
    changes = pairs.of_matrix(changed_sites(_polarisations(sample, found.vectors)))
    for site in range(1, sample.sites + 1):
        here = resonances(sample, site)
        Z = pairs.of_matrix(here.Z)
        ranges = ranges_of_changes(changes, sample.sites, site)
        order = stream(seed, realisation, "rearranged pairs", site).permutation(len(Z))
        yield {
            "correlation": autocorrelator(here, TIMES),
            "plateau": autocorrelator_plateau(here),
            "depolarisation": 2 * float(Z.sum()) / pairs.levels,
            **_of_pairs(Z, pairs.omega, ranges, sample.sites // 2 + 2),
            **_of_states(pairs, Z, places, ""),
            **_of_states(pairs, Z[order], places, "_moved"),
        }


def _polarisations(sample: Circuit, vectors: Array) -> RealArray:
    """(L, n) <n|sigma_k|n> of all sites."""
    rows = []
    for site in range(1, sample.sites + 1):
        image = sample.local_operator(site) @ vectors
        rows.append(np.einsum("in,in->n", vectors.conj(), image).real)
    return np.array(rows)


def _of_states(
    pairs: StatePairs, Z: RealArray, places: Array, ending: str
) -> dict[str, RealArray]:
    """What these elements make of the states, and the sums of Z at each |omega|."""
    chi, kappa = pairs.fidelity(Z), np.abs(pairs.curvature(Z))
    weights = np.bincount(places, weights=Z, minlength=len(FREQUENCIES) + 1)
    return {
        f"fidelities{ending}": bin_counts(chi, FIDELITIES)[0],
        f"curvatures{ending}": bin_counts(kappa, CURVATURES)[0],
        f"weights{ending}": np.asarray(weights[1:-1], dtype=np.float64),
    }


def _of_pairs(Z: RealArray, omega: RealArray, ranges: Array, kinds: int) -> dict[str, Any]:
    """Counts of Omega and of Z by range, ``kinds`` of them from -1."""
    labels, Omega = ranges + 1, np.sqrt(Z) * omega
    return {
        "range_scales": group_counts(Omega, SCALES, labels, kinds),
        "range_elements": group_counts(Z, ELEMENTS, labels, kinds),
        "range_pairs": np.bincount(labels, minlength=kinds).astype(np.float64),
        "range_weight": np.bincount(labels, weights=Z, minlength=kinds),
        "largest": float(Omega.max()),
    }
