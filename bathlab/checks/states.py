"""State vectors, in whatever form they come."""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.checks.arrays import is_qobj, numbers, require_entries
from bathlab.checks.refusals import refusal, shown
from bathlab.conventions import Array

#: Largest accepted | ||psi|| - 1 |. Rounding of the entries to single precision changes a norm
#: by 6e-8 at most, and its summation by a few times that; D = -log sum |<O>|^4 of such a state
#: is off by four times the deviation.
NORM_TOLERANCE = 1e-6


def as_state(name: str, value: Any, dimension: int) -> Array:
    """``value`` as a vector of shape (dimension,) and unit norm, real if it is.

    A vector, an (n, 1) column, a ket or bra of qutip, or an eigenstate (its ``vector``).
    """
    held = getattr(value, "vector", value)
    bra = is_qobj(held) and held.shape[0] == 1 != held.shape[1]
    array = numbers(name, held, "complex")
    if array.ndim == 2 and (array.shape[1] == 1 or bra):
        array = array.conj().ravel() if bra else array[:, 0]
    if array.shape != (dimension,):
        raise refusal(
            name,
            shown(held),
            f"a vector of shape ({dimension},), an ({dimension}, 1) column or a ket",
            "Take an eigenstate of the same system.",
        )
    require_entries(name, array, np.isfinite(array), "numbers that are finite")
    norm = float(np.linalg.norm(array))
    if not abs(norm - 1) <= NORM_TOLERANCE:
        raise refusal(
            f"The norm of {name}", f"{norm:.8g}", "1", "Divide the state by its norm."
        )
    return array
