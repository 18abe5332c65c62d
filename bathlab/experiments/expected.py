"""The exponents that theory says of the distributions of chi, kappa and their terms."""

from __future__ import annotations

import math
from typing import Any, Iterator, Sequence

import pandas as pd

from bathlab.model.random_unitaries import REPULSION
from bathlab.theory.circuit_laws import (
    CURVATURE_CHANGE,
    FIDELITY_CHANGE,
    curvature_exponent,
    fidelity_exponent,
    least_scale,
    ratio_at,
)

#: What the levels of a circuit are called, beside those of :data:`REPULSION`.
CIRCUIT = "circuit"
#: Windows of chi and |kappa| of random unitaries of 6 spins: beyond what all pairs make.
RANDOM_CHI, RANDOM_KAPPA = (1e2, 1e4), (2.5, 1e2)


def expected_laws(
    couplings: Sequence[float], fidelities: Sequence[float], curvatures: Sequence[float]
) -> pd.DataFrame:
    """One row for each exponent: that of circuits at each J, of their control and of random
    unitaries.

    Returns
    -------
    DataFrame
        Columns: levels, coupling (nan for random unitaries), quantity ("x", "chi", "kappa"),
        moved (whether of the control), exponent and its error, that of the paper's a, lower and
        upper end of the window in which it is looked for, and beyond, whether a is so large
        that the smallest Omega makes it.
    """
    rows = [
        *(row for J in couplings for row in _of_circuits(J, fidelities, curvatures)),
        *(row for kind, beta in REPULSION.items() for row in _of_unitaries(kind, beta)),
    ]
    return pd.DataFrame(rows)


def _of_circuits(
    coupling: float, fidelities: Sequence[float], curvatures: Sequence[float]
) -> Iterator[dict[str, Any]]:
    a, error = ratio_at(coupling)
    slow, slower = a > FIDELITY_CHANGE, a > CURVATURE_CHANGE
    chi = fidelity_exponent(a), 0.0 if slow else error / 2
    kappa = curvature_exponent(a), 0.0 if slower else error
    yield _row(CIRCUIT, coupling, "x", *chi, fidelities, beyond=slow)
    yield _row(CIRCUIT, coupling, "chi", *chi, fidelities, beyond=slow)
    yield _row(CIRCUIT, coupling, "chi", -1.5, 0.0, fidelities, moved=True)
    yield _row(CIRCUIT, coupling, "kappa", *kappa, curvatures, beyond=slower)
    yield _row(CIRCUIT, coupling, "kappa", -2.0, 0.0, curvatures, moved=True)


def _of_unitaries(levels: str, beta: int) -> Iterator[dict[str, Any]]:
    yield _row(levels, math.nan, "chi", -(3 + beta) / 2, 0.0, RANDOM_CHI)
    yield _row(levels, math.nan, "kappa", -2.0 - beta, 0.0, RANDOM_KAPPA)


def _row(
    levels: str,
    coupling: float,
    quantity: str,
    exponent: float,
    error: float,
    window: Sequence[float],
    moved: bool = False,
    beyond: bool = False,
) -> dict[str, Any]:
    lower, upper = window
    return {
        "levels": levels,
        "coupling": coupling,
        "quantity": quantity,
        "moved": moved,
        "exponent": exponent,
        "error": error,
        "lower": lower,
        "upper": upper,
        "beyond": beyond,
    }


def last_value(quantity: str, coupling: float, sites: int) -> float:
    """Where laws end, x or |k| at omega = Omega = Omega_0: Omega_0^-2, 1/Omega_0."""
    least = least_scale(ratio_at(coupling)[0], sites)
    return float(least ** (-1 if quantity in ("k", "kappa") else -2))


def site_factor(quantity: str, coupling: float) -> tuple[float, str]:
    """log2 of what one site more makes of p_x or p_k, and how it is written: 2^-L, or where the
    smallest Omega makes it exp(-L/2 zeta) = 2^(-L/2a) and 2^(-2L/3a) (derived as that)."""
    a, _ = ratio_at(coupling)
    if quantity == "x":
        return (-1 / (2 * a), "e^(-L/2 zeta)") if a > FIDELITY_CHANGE else (-1.0, "2^-L")
    return (-2 / (3 * a), "e^(-2L/3 zeta)") if a > CURVATURE_CHANGE else (-1.0, "2^-L")
