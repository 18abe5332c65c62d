"""The thermalisation curve with what its bath was like before: other states, LIOMs inside, and
every reading of G."""

from __future__ import annotations

from typing import Any, Iterator

import numpy as np

from bathlab.analysis.flips import product_state_near
from bathlab.analysis.g_parts import coupling_parts
from bathlab.checks import require_kind
from bathlab.conventions import Row
from bathlab.experiments.thermalisation import (
    Sweep,
    inner_entropy,
    nearest_levels,
    swept_rows,
    uncoupled_log_iprs,
)
from bathlab.model.coupled import Grain, drawn_grain

#: How many product states near E = 0, beside the nearest, tell what the bath was like.
OTHERS = 32
#: Windows of M and of rho, in which G is read; the paper's is 1.
WINDOWS = (0.5, 1.0, 2.0)


def driven_rows(sweep: Sweep, seed: int, realisation: int) -> list[Row]:
    """The rows of :func:`bathlab.experiments.thermalisation_rows` and, the same in each:

    ``log_ipr_others``, the mean D(O_B) of the 32 product states that follow the nearest to E =
    0; ``readings``, G per g by window and by each choice of rho and of M, see
    :class:`~bathlab.analysis.CouplingParts`; ``rho``, levels of the bath per unit energy;
    ``bath_width``, the root of tr H^2/dimension. For a bath that holds LIOMs also
    ``entropy_before`` and ``entropy_others``, their mean entropy in the reference state and in
    those others, and ``G_lioms``, the G at which each LIOM was coupled, the last for g = 1.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(5, bandwidth=4.0)
    >>> sweep = bl.experiments.Sweep("GOE", bath, (0.02, 0.4), 0.5, disorder=0.1, states=1)
    >>> for row in bl.experiments.driven_rows(sweep, seed=1, realisation=0):
    ...     print(f"G = {row['G']:.2f}, Delta D = {row['delta_log_ipr']:.2f}")
    G = 0.04, Delta D = 0.26
    G = 0.73, Delta D = 0.79
    >>> print(f"{row['bath_width']:.2f}")  # near R/2 = 1, of a semicircle
    1.03
    """
    require_kind("sweep", sweep, Sweep, "Make one with bathlab.experiments.")
    grain = sweep.bath.sample(seed, realisation)
    rows = swept_rows(sweep, grain)
    before = _before(grain, float(rows[0]["spin_field"]))
    return [{**row, **before} for row in rows]


def _before(grain: Grain, field: float) -> Row:
    energies, vectors = grain.eigensystem.energies, grain.eigensystem.vectors
    product = product_state_near(energies, field)
    weights = np.abs(grain.element_rows("contact")[[product.level]][0]) ** 2
    parts = [coupling_parts(energies, weights, product, field, width) for width in WINDOWS]
    row: dict[str, Any] = {
        "log_ipr_others": float(np.mean(uncoupled_log_iprs(grain, field, 1 + OTHERS)[1:])),
        "readings": np.concatenate([list(each.readings.values()) for each in parts]),
        "rho": parts[WINDOWS.index(1.0)].bath,
        "bath_width": float(np.sqrt(np.mean(energies**2))),
    }
    if held := grain.system.lioms.count:
        found = [
            inner_entropy(vectors[:, level], grain.system, held)["entropy_lioms"]
            for level in nearest_levels(energies, field, 1 + OTHERS)
        ]
        row |= {
            "entropy_before": found[0],
            "entropy_others": float(np.mean(found[1:])),
            "G_lioms": np.array(list(_coupled_at(grain, field))),
        }
    return row


def _coupled_at(grain: Grain, field: float) -> Iterator[float]:
    """G of each LIOM that the grain holds, at those before it; G of the next one per g."""
    lioms = grain.system.lioms
    inner = drawn_grain(grain.system.bath)
    for g, h, liom in zip(lioms.couplings, lioms.fields, range(lioms.count)):
        yield inner.g_parameter(float(g), float(h))
        if liom < lioms.count - 1:
            inner = inner.attach(lioms[liom : liom + 1]).as_grain()
    yield grain.g_parameter(1.0, field)
