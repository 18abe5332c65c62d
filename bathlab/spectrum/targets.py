"""Energies by name: the middle of the spectrum, and infinite temperature."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy.sparse.linalg import ArpackNoConvergence, eigsh

from bathlab.checks import as_real, require_choice
from bathlab.errors import NotConverged
from bathlab.operators.door import as_system
from bathlab.operators.hermitian import to_dense
from bathlab.operators.system import System
from bathlab.spectrum.choice import DENSE_DIMENSION

MIDDLE: Literal["middle"] = "middle"
INFINITE: Literal["infinite temperature"] = "infinite temperature"


def target_energy(H: Any, energy: float | str) -> float:
    """An energy of ``H`` by name; a number is passed on.

    Parameters
    ----------
    H
        array, scipy sparse matrix, qutip.Qobj, any system or Eigensystem, Hermitian.
    energy
        "middle", (E_min + E_max)/2, the centre between the extreme levels; "infinite
        temperature", tr H/dimension, the mean level, which is the energy at infinite
        temperature; or a number. The two agree where the spectrum is symmetric; one far level
        moves the first and hardly the second.

    Returns
    -------
    float
        in the units of H. The extreme levels of a large H are those of ARPACK, to rounding.

    Raises
    ------
    ValueError
        For another name, an energy that is not finite, or "infinite temperature" of a large
        matrix-free H, whose trace cannot be had.
    NotConverged
        If an extreme level is not found.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> H = np.diag([-1.0, 0.0, 0.0, 5.0])
    >>> for energy in ("middle", "infinite temperature", 0.25):
    ...     print(f"{energy}: {bl.spectrum.target_energy(H, energy):.2f}")
    middle: 2.00
    infinite temperature: 1.00
    0.25: 0.25
    """
    require_target(energy)
    if not isinstance(energy, str):
        return as_real("energy", energy)
    system = as_system(H)
    if system.eigensystem is not None:
        levels = system.eigensystem.energies
        return float((levels[0] + levels[-1]) / 2 if energy == MIDDLE else levels.mean())
    return _middle(system) if energy == MIDDLE else _mean_level(system)


def require_target(energy: float | str) -> None:
    """Raise ValueError unless ``energy`` is a finite number or one of the two names."""
    if isinstance(energy, str):
        require_choice("energy", energy, (MIDDLE, INFINITE))
    else:
        as_real("energy", energy)


def _middle(system: System) -> float:
    if system.dimension <= DENSE_DIMENSION:
        levels = np.linalg.eigvalsh(_entries(system))
        return float((levels[0] + levels[-1]) / 2)
    start = np.random.default_rng(0).standard_normal(system.dimension)
    try:
        ends = [
            eigsh(system, 1, which=end, v0=start, return_eigenvectors=False)[0]
            for end in ("SA", "LA")
        ]
    except ArpackNoConvergence as error:
        raise NotConverged(
            f'energy = "middle" was given, but an extreme level was not found ({error}). '
            "Pass a number instead."
        ) from error
    return float(ends[0] + ends[1]) / 2


def _mean_level(system: System) -> float:
    if system.has_matrix:
        return system.mean_level()
    if system.dimension > DENSE_DIMENSION:
        raise ValueError(
            'energy = "infinite temperature" was given for a matrix-free operator of dimension '
            f"{system.dimension}; expected one whose trace can be had. Pass tr H/dimension as "
            "a number."
        )
    return float(np.trace(_entries(system)).real) / system.dimension


def _entries(system: System) -> Any:
    if system.has_matrix:
        return to_dense(system.matrix())
    return system @ np.eye(system.dimension)
