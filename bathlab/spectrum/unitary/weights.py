"""Spectral measures over the quasienergies of a unitary, from all its eigenvectors."""

from __future__ import annotations

import numpy as np

from bathlab.conventions import RealArray
from bathlab.operators.system import System
from bathlab.spectrum.measures.base import MeasureRequest, SpectralMeasure, checked
from bathlab.spectrum.unitary.dense import solved

#: Quasienergies closer than this are one level: a hundred times their rounding.
ONE_LEVEL = 1e-13


def unitary_measure(system: System, request: MeasureRequest) -> SpectralMeasure:
    """Weights |<n|O|psi>|^2 by level, held against <W> in O|psi>.

    Raises
    ------
    ValueError
        If another method than a dense one was asked for, or all eigenvectors do not fit.
    NotConverged
        If the weights miss a sum rule.
    """
    if request.method not in ("auto", "dense"):
        raise ValueError(
            f"method = {request.method!r} was given for a unitary; expected 'auto' or 'dense'. "
            "Lanczos needs a Hermitian operator; take method='dense'."
        )
    found, image = solved(system, request.backend), request.image
    amplitudes = found.vectors.conj().T @ image
    levels, weights = _merged(found.quasienergies, np.abs(amplitudes) ** 2)
    phase = complex(weights @ np.exp(1j * levels))
    exact = complex(np.vdot(image, system @ image))
    return checked(
        SpectralMeasure(
            levels,
            weights,
            "dense",
            0,
            abs(float(weights.sum()) - request.norm) / request.norm,
            abs(phase - exact) / request.norm,
            0.0,
            rounding=ONE_LEVEL,
            unitary=True,
        )
    )


def _merged(levels: RealArray, weights: RealArray) -> tuple[RealArray, RealArray]:
    """One entry per level of the ascending ``levels``; the cut at pi parts no level."""
    starts = np.flatnonzero(np.diff(levels, prepend=-np.inf) > ONE_LEVEL)
    sums = np.add.reduceat(weights, starts)
    across = levels[0] + 2 * np.pi - levels[-1] <= ONE_LEVEL
    if across and len(starts) > 1:
        sums[-1] += sums[0]
        return levels[starts[1:]], sums[1:]
    return levels[starts], sums
