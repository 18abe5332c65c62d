"""Every level of H with its multiplicity, by products alone where H is large.

A Lanczos run holds all levels (see :mod:`bathlab.spectrum.krylov.ghosts`). That none is missing
is known by counting and by two traces: n levels of H whose sum and sum of squares are tr H and
tr H^2 are all of them.
"""

from __future__ import annotations

import math
from typing import Any

from bathlab.checks import require_choice
from bathlab.operators.door import as_system, kind_of
from bathlab.operators.eigensystem import Eigensystem
from bathlab.spectrum.backend import Backend, resolve
from bathlab.spectrum.choice import first_converged
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.staircase.base import Levels, LevelsRequest, LevelsSolver
from bathlab.spectrum.staircase.dense import DenseLevels, RescuedLevels
from bathlab.spectrum.staircase.lanczos import LanczosLevels
from bathlab.spectrum.staircase.sectors import RescuedBySectors, SectorLevels

#: Tried in this order.
SOLVERS: tuple[LevelsSolver, ...] = (
    DenseLevels(),
    SectorLevels(),
    LanczosLevels(),
    RescuedBySectors(),
    RescuedLevels(),
)


def levels(H: Any, method: str = "auto", *, backend: str | Backend = "cpu") -> Levels:
    """All levels of ``H``, each as often as it is degenerate, without eigenvectors.

    Parameters
    ----------
    H
        array, scipy sparse matrix, qutip.Qobj, any system or Eigensystem, Hermitian, (n, n); or
        a unitary system, a circuit say, whose quasienergies come from full diagonalisation.
    method
        "dense" (LAPACK), "lanczos" (one run in O(n) memory; runs from further random
        vectors where levels are degenerate, up to ``MOST_DIRECTIONS``-fold) or "auto": dense up
        to dimension 400, for a full matrix and for an Eigensystem, else lanczos, of each sector
        alone where the matrix shows several. Where Lanczos does not settle, dense up to
        dimension 4096.
    backend
        "cpu", or "cuda" for full diagonalisation and Lanczos steps on a CUDA device.

    Returns
    -------
    Levels
        ``energies`` (n,) ascending, ``trace_error``, ``method``, ``steps``.

    Raises
    ------
    ValueError
        For a bad H, method or backend, or where the arrays cannot fit.
    NotConverged
        If fewer than n levels are found, or they do not have the traces of H and H^2 (exact
        from the parts of the system, its entries, or n products); it says how many are missing
        and where by the traces. ``estimate`` holds those found.

    Examples
    --------
    >>> import bathlab as bl
    >>> system = bl.couple(bl.LocalChainBath(spins=7), bl.LiomChain(count=2)).sample(seed=1)
    >>> E = bl.levels(system).energies
    >>> print(f"{len(E)} levels from {E[0]:.4f} to {E[-1]:.4f}")
    512 levels from -10.6134 to 12.9233
    >>> print(f"mean gap ratio {bl.mean_gap_ratio(E):.2f}, 0.53 in the GOE")
    mean gap ratio 0.52, 0.53 in the GOE
    """
    kind = kind_of(H)
    require_choice("method", method, ("auto", "dense", "lanczos"))
    where = resolve(backend)
    system = as_system(H, kind=kind)
    if kind == "unitary":
        return Levels(diagonalise(H, backend=where).energies, "dense", 0, math.nan)
    request = LevelsRequest(method, isinstance(H, Eigensystem), where)
    return first_converged(SOLVERS, system, request)
