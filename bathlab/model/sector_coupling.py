"""G of a spin at a bath that conserves something: only levels that the contact reaches count.

G compares an element of the contact with the spacing of the levels that it leads to. A contact
leads from a level in one sector to levels of some sectors, its own among them or not; to all
others its elements are zero exactly. Counted in, they multiply rho by 1/f and M by f, f the
share of the levels that are reached, and G = g rho sqrt(M) comes out 1/sqrt(f) too large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np

from bathlab.analysis.flips import g_parameter, product_state_near
from bathlab.checks import require_finite
from bathlab.operators.blocks import ROUNDING
from bathlab.operators.hermitian import Matrix, adjoint
from bathlab.operators.sectors import Sector, chosen
from bathlab.spectrum.dense import diagonalise_hermitian

#: Asks for the mean over all sectors.
EACH = "each"


@dataclass(frozen=True)
class SpinOnSector:
    """The spin that is added, and how its G is estimated: as of ``analysis.g_parameter``."""

    g: float
    field: float
    window: float
    estimator: str
    moment: float


def sector_g(
    sectors: Sequence[Sector], contact: Matrix, which: Any, spin: SpinOnSector
) -> float:
    """G from one sector, or the mean of G from each, weighted by its levels in the window.

    The window is that of rho, of full width ``spin.window`` about E = 0: the mean is over the
    sectors that a level near E = 0 can be in. 0 if no sector has one.
    """
    if not (isinstance(which, str) and which == EACH):
        return _g_from(chosen(tuple(sectors), which), sectors, contact, spin)
    require_finite("window", spin.window, above=0)
    counts = [
        _count_near(diagonalise_hermitian(sector).energies, spin.window) for sector in sectors
    ]
    values = [
        count * _g_from(sector, sectors, contact, spin)
        for sector, count in zip(sectors, counts)
        if count
    ]
    return float(sum(values) / max(1, sum(counts)))


def _g_from(
    own: Sector, sectors: Sequence[Sector], contact: Matrix, spin: SpinOnSector
) -> float:
    """G of the product state nearest E = 0 whose bath level is in ``own``.

    rho and M are those of the sectors that the contact joins to it; 0 if there is none, or if
    they hold no level in the window: a flip leads nowhere.
    """
    require_finite("window", spin.window, above=0)
    found = diagonalise_hermitian(own)
    product = product_state_near(found.energies, spin.field)
    image = contact @ own.embed(found.vectors[:, product.level])
    least = ROUNDING * float(abs(contact).max())
    joined = [other for other in sectors if abs(other.elements(contact, own)).max() > least]
    solved = [diagonalise_hermitian(other) for other in joined]
    energies = np.concatenate([np.empty(0), *(one.energies for one in solved)])
    if not _count_near(energies, spin.window):
        return 0.0
    weights = np.concatenate(
        [
            np.abs(adjoint(one.vectors) @ (adjoint(other.basis) @ image)) ** 2
            for one, other in zip(solved, joined)
        ]
    )
    how = (spin.g, spin.field, spin.window, spin.estimator, spin.moment)
    return g_parameter(energies, weights, product, *how, own=found.energies)


def _count_near(energies: np.ndarray, window: float) -> int:
    return int(np.count_nonzero(np.abs(energies) <= window / 2))
