"""Local energies of a chain's eigenstates, and what they decide about a probe's resonances."""

from __future__ import annotations

import numpy as np

from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.probed import Probed, weighed

#: Edges of |epsilon_a + sigma h|/s, how far a state is from the centre of its partners.
DISTANCES = np.array([0.5, 1.0, 1.5, 2.0, 3.0])
#: Local energies are those of this range, or of the largest below L/2 if that is less.
LOCAL = 2


def energy_cells(found: Probed, ranges: Array, window: float) -> Row:
    """Local energies (62)-(67); ``ranges`` (n, n), the partners' ``window`` a half-width in J.

    Returns
    -------
    dict
        By r = 0, 1, ... below L/2, means over a of the levels E_b with r_ab <= r:
        ``energy_members`` their number, ``energy_square`` the variance, ``energy_fourth`` the
        fourth moment over the variance squared. By the distance |epsilon_a + sigma h|/s of a
        state |a sigma> from the centre of its partners' energies at r = ``LOCAL``, in bins
        ``DISTANCES``, shares and sums over states: ``distance_states``; ``distance_rate``, 2
        rho v-bar of the partners up to r within the window; ``distance_count``, how many of
        them are resonant; ``distance_pairs`` and ``distance_log``, the partners at r itself
        within the window and their sum of log |V_ab|.

    Notes
    -----
    Source: Crowley & Chandran, SciPost Phys. 12, 201 (2022), section III.
    """
    moments = [_moments(found.energies, ranges <= r) for r in range(found.sites // 2)]
    reach = min(LOCAL, found.sites // 2 - 1)
    centre, square = moments[reach][1:3]
    offsets = np.tile(found.energies - centre, 2) + found.signs * found.spec.field
    distance = np.abs(offsets) / np.sqrt(np.tile(square, 2))
    V, apart = np.concatenate([found.elements] * 2), found.detuning
    inside, close = np.concatenate([ranges <= reach] * 2), apart < window
    there = np.concatenate([ranges == reach] * 2) & close
    logs = np.log(np.maximum(V, np.finfo(float).tiny))
    n = len(distance)
    cells = {
        "states": np.ones(n),
        "rate": np.sum(V * (inside & close), axis=1) / window,
        "count": np.sum(inside & (apart < V), axis=1),
        "pairs": np.sum(there, axis=1),
        "log": np.sum(logs * there, axis=1),
    }
    return {
        "energy_members": np.array([each[0].mean() for each in moments]),
        "energy_square": np.array([each[2].mean() for each in moments]),
        "energy_fourth": np.array([each[3].mean() for each in moments]),
        **{
            f"distance_{name}": weighed(distance, cell / n, DISTANCES)
            for name, cell in cells.items()
        },
    }


def _moments(
    energies: RealArray, members: Array
) -> tuple[RealArray, RealArray, RealArray, RealArray]:
    """Of the levels that belong to each state: number, mean, variance, fourth moment over its
    square."""
    count = members.sum(axis=1)
    mean = members @ energies / count
    apart = np.subtract.outer(mean, energies) ** 2 * members
    square = apart.sum(axis=1) / count
    with np.errstate(invalid="ignore"):
        fourth = np.where(square > 0, np.sum(apart**2, axis=1) / count / square**2, 1.0)
    return count, mean, square, fourth
