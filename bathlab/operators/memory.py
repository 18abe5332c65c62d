"""Memory is predicted before work starts, and what cannot fit is refused with a way out."""

from __future__ import annotations

from typing import Any, Iterable

import numpy as np
import psutil

from bathlab.checks import as_real, as_text
from bathlab.conventions import Array
from bathlab.errors import DoesNotFit

GIB = 2**30


def held_bytes(*matrices: Any) -> int:
    """Bytes that the entries of arrays and CSR arrays take, with the indices of the latter."""
    return sum(part.nbytes for matrix in matrices for part in _parts(matrix))


def _parts(matrix: Any) -> Iterable[Array]:
    if isinstance(matrix, np.ndarray):
        return (matrix,)
    return matrix.data, matrix.indices, matrix.indptr


def require_memory(
    needed: float, what: str, alternative: str, available: float | None = None
) -> None:
    """Raise :class:`DoesNotFit` (a ValueError) if ``needed`` bytes are not available now.

    Parameters
    ----------
    needed
        float
        Predicted peak in bytes.
    what
        str
        What would need it, for the message.
    alternative
        str
        What the user can do instead.
    available
        float, optional
        Bytes free where the work runs; None for this machine.

    Examples
    --------
    >>> import bathlab as bl
    >>> needed, free = 3 * 2**33, 2**33
    >>> try:
    ...     bl.operators.require_memory(needed, "W", "Use products alone.", available=free)
    ... except bl.errors.DoesNotFit as error:
    ...     print(error)
    W needs about 24 GiB; expected at most the 8.0 GiB that are free. Use products alone.
    """
    as_text("what", what)
    as_text("alternative", alternative)
    needed = as_real("needed", needed, minimum=0, infinite=True)
    if available is None:
        available = psutil.virtual_memory().available
    available = as_real("available", available, minimum=0, infinite=True)
    if needed > available:
        raise DoesNotFit(
            f"{what} needs about {needed / GIB:.3g} GiB; expected at most the "
            f"{available / GIB:.1f} GiB that are free. {alternative}"
        )
