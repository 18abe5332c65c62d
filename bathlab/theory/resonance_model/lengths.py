"""Lengths of the resonance model: zeta_c, xi of zeta and lambda of a chain's parameters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.checks import as_array
from bathlab.theory.shapes import plain, together

ZETA_C = 1 / math.log(2)


def correlation_length(zeta: Any) -> Any:
    """xi in sites, 1/xi = 1/zeta - 1/zeta_c: negative on the thermal side, infinite at zeta_c.

    Parameters
    ----------
    zeta
        > 0, decay length in sites of the norm of a local operator between l-bits.

    Raises
    ------
    ValueError
        If zeta is not finite and above 0.

    Notes
    -----
    Source: Crowley & Chandran, (39).

    Examples
    --------
    >>> import bathlab as bl
    >>> print(bl.resonance_model.correlation_length([1.0, 1.4, 2.0]).round(2))  # zeta_c = 1.443
    [ 3.26 47.31 -5.18]
    """
    values = as_array("zeta", zeta, ndim=None, above=0)
    with np.errstate(divide="ignore", over="ignore"):
        return plain(1 / (1 / values - 1 / ZETA_C))


def floquet_resonance_length(frequency: Any, J: Any = 1.0) -> Any:
    """lambda = zeta_c Omega/8J in sites; 1/lambda is the probability of a resonance at r = 0.

    Parameters
    ----------
    frequency
        Omega > 0, of the drive, in the unit of J.
    J
        > 0, norm of the probe's coupling; both broadcast.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the shapes do not fit.

    Notes
    -----
    Source: Crowley & Chandran, (43), whose "~ Omega/J" drops a factor 0.18.

    Examples
    --------
    >>> import bathlab as bl
    >>> print(f"{bl.resonance_model.floquet_resonance_length(100.0):.2f}")  # 0.18 Omega/J
    18.03
    """
    given = {"frequency": as_array("frequency", frequency, ndim=None, above=0)}
    given["J"] = as_array("J", J, ndim=None, above=0)
    Omega, coupling = together(given)
    with np.errstate(over="ignore"):
        return plain(ZETA_C / 8 * (Omega / coupling))


def hamiltonian_resonance_length(W: Any, J: Any = 1.0) -> Any:
    """lambda = pi (zeta_c W/4J)^2 in sites, as printed.

    The steps (76)-(80) of the paper give 8J in the place of 4J, and the width of energies (W/2)
    sqrt(2r + 1) that its chain (61) implies gives 16J.

    Parameters
    ----------
    W
        > 0, strength of the disorder, in the unit of J.
    J
        > 0, norm of the probe's coupling; both broadcast.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the shapes do not fit.

    Notes
    -----
    Source: Crowley & Chandran, (83).

    Examples
    --------
    >>> import bathlab as bl
    >>> print(bl.resonance_model.hamiltonian_resonance_length([5.0, 10.0]).round(2))  # ~ W^2
    [10.22 40.87]
    """
    given = {"W": as_array("W", W, ndim=None, above=0)}
    given["J"] = as_array("J", J, ndim=None, above=0)
    disorder, coupling = together(given)
    with np.errstate(over="ignore"):
        return plain(math.pi * (ZETA_C / 4 * (disorder / coupling)) ** 2)
