"""How resonant the pairs of states of a circuit are, as each of its sites sees them."""

from __future__ import annotations

import math
from typing import Iterator

import numpy as np

from bathlab.analysis.level_pairs import resonances
from bathlab.analysis.levels import mean_gap_ratio
from bathlab.checks import require_kind
from bathlab.conventions import Array, RealArray, Row
from bathlab.model.circuit import BrickworkCircuit, Circuit
from bathlab.operators.eigensystem import UnitaryEigensystem
from bathlab.spectrum.dense import diagonalise
from bathlab.statistics.histograms import bin_counts, log_edges
from bathlab.streams import stream

#: Edges of the windows of |omega|: below 1e-4, four decades to 1, and what is left up to pi.
WINDOWS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, math.inf)
#: Bins of Omega in a decade, and their edges.
PER_DECADE = 5
SCALES = log_edges(1e-13, 10.0, PER_DECADE)


def scale_rows(circuit: BrickworkCircuit, seed: int, realisation: int) -> list[Row]:
    """Counts of Omega of all pairs n < m at all sites, in one realisation.

    Returns
    -------
    One row. Cells of ``scales`` and ``scales_moved`` are (w b,) counts in the w windows
    :data:`WINDOWS` of |omega| and, in each, the b bins :data:`SCALES` of Omega; ``pairs`` is
    (w,), how many pairs each window has, summed over sites as the counts are. In
    ``scales_moved`` the elements z of each site are in a random order over the pairs, a control
    without any relation of z to omega. ``largest`` and ``largest_moved`` are the largest Omega,
    ``log_scale`` is the mean of log10 Omega.

    Raises
    ------
    ValueError
        If it is no circuit, or all its eigenvectors do not fit.
    """
    require_kind(
        "circuit", circuit, BrickworkCircuit, "Make one, as BrickworkCircuit(8, 0.02)."
    )
    sample = circuit.sample(seed, realisation)
    found = diagonalise(sample)
    assert isinstance(found, UnitaryEigensystem)
    upper, omega, cuts = _pairs_by_window(found.quasienergies)
    counts = np.zeros((2, len(WINDOWS) - 1, len(SCALES) - 1))
    largest, logs = np.zeros(2), 0.0
    for site, z in _elements(sample, upper):
        order = stream(seed, realisation, "rearranged pairs", site).permutation(len(z))
        for kind, Omega in enumerate((z * omega, z[order] * omega)):
            counts[kind] += [bin_counts(part, SCALES)[0] for part in np.split(Omega, cuts)]
            largest[kind] = max(largest[kind], Omega.max())
        # An element that vanishes is as small as rounding lets it be known.
        logs += float(np.mean(np.log10(np.maximum(z * omega, SCALES[0]))))
    return [
        {
            "scales": counts[0].ravel(),
            "scales_moved": counts[1].ravel(),
            "pairs": circuit.sites * np.diff([0, *cuts, len(omega)]).astype(np.float64),
            "largest": float(largest[0]),
            "largest_moved": float(largest[1]),
            "log_scale": logs / circuit.sites,
            "gap_ratio": mean_gap_ratio(found),
            "residual": found.residual,
        }
    ]


def _pairs_by_window(
    quasienergies: RealArray,
) -> tuple[tuple[Array, Array], RealArray, Array]:
    """The pairs n < m in order of their windows, |omega| of each, and where windows end."""
    rows, columns = np.triu_indices(len(quasienergies), 1)
    apart = np.abs(quasienergies[rows] - quasienergies[columns])
    omega = np.minimum(apart, 2 * np.pi - apart)
    places = np.searchsorted(WINDOWS, omega, side="right") - 1
    order = np.argsort(places, kind="stable")
    cuts = np.cumsum(np.bincount(places, minlength=len(WINDOWS) - 1))[:-1]
    return (rows[order], columns[order]), omega[order], cuts


def _elements(sample: Circuit, pairs: tuple[Array, Array]) -> Iterator[tuple[int, RealArray]]:
    """Each site with |z| of the pairs."""
    for site in range(1, sample.sites + 1):
        yield site, np.abs(resonances(sample, site).z[pairs])
