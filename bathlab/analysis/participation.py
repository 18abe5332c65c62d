"""Participation of an operator in the eigenbasis."""

from __future__ import annotations

import math

from bathlab.spectrum.measure import SpectralMeasure


def log_ipr(measure: SpectralMeasure) -> float:
    """D(O) = log IPR(O, psi), IPR = [sum_psi' |<psi'|O|psi>|^4]^-1 over all levels.

    The number of eigenstates over which O|psi> spreads, as a logarithm: about log(n/3) for a
    featureless GOE of dimension n (the 3 is <eta^4> of a real Gaussian), 0 for an operator
    diagonal in the eigenbasis. Defined for <O^2> = 1; no normalisation is applied.

    Source: De Roeck & Huveneers, Phys. Rev. B 95, 155129 (2017), section IV.
    """
    return -math.log(float(measure.weights @ measure.weights))
