"""A bath that conserves something, in one of its sectors alone."""

from __future__ import annotations

from typing import Any

from bathlab.model.coupled import BathMatrices
from bathlab.operators.sectors import Sector, chosen, sectors_of


def restricted(matrices: BathMatrices, which: Any) -> BathMatrices:
    """Hamiltonian, contact and probe on one sector, given by number or itself.

    Raises
    ------
    ValueError
        If there is no such sector, or one of the three leads out of it.
    """
    found = which
    if not isinstance(which, Sector):
        found = chosen(sectors_of(matrices.hamiltonian), which)
    hamiltonian, contact, probe = (
        found.restrict(getattr(matrices, name), name)
        for name in ("hamiltonian", "contact", "probe")
    )
    return BathMatrices(hamiltonian, contact, probe, (found.dimension,))
