"""The conventions every other module relies on, each fixed here and nowhere else.

* Energies are in units of the mean LIOM field, hbar = 1, logarithms are natural.
* Spins are described by Pauli matrices (eigenvalues +-1); ``SIGMA_Z = diag(1, -1)``.
* Basis order: bath (x) tau_1 (x) ... (x) tau_n, the leftmost factor slowest, as in
  ``numpy.kron`` and ``qutip.tensor``.
* GOE: semicircle of full width ``bandwidth`` = 2R, see :func:`goe`.
* Random numbers: one independent stream per (seed, realisation, purpose, index), see
  :func:`stream`.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Any, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

RealArray = NDArray[np.float64]

SIGMA_X: RealArray = np.array([[0.0, 1.0], [1.0, 0.0]])
SIGMA_Z: RealArray = np.array([[1.0, 0.0], [0.0, -1.0]])
#: Turns sigma^x into sigma^z and back.
HADAMARD: RealArray = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2)


class Purpose(IntEnum):
    """What a random stream is used for. Values are part of the file format: never renumber."""

    RANDOM_MATRIX = 1
    BATH_FIELD = 2
    LIOM_FIELD = 3


def stream(seed: int, realisation: int, purpose: Purpose, index: int = 0) -> np.random.Generator:
    """The random stream of one quantity in one realisation.

    Streams with different keys are independent, so adding a LIOM or changing the order of
    workers leaves every other draw bit-identical.

    Raises
    ------
    ValueError
        If ``seed``, ``realisation`` or ``index`` is not a non-negative integer.
    """
    for name, value in (("seed", seed), ("realisation", realisation), ("index", index)):
        require_integer(name, value, minimum=0)
    key = np.random.SeedSequence(
        entropy=int(seed), spawn_key=(int(realisation), int(purpose), int(index)))
    return np.random.default_rng(key)


def goe(dimension: int, bandwidth: float, generator: np.random.Generator) -> RealArray:
    """A GOE matrix whose density of states is a semicircle of full width ``bandwidth``.

    With R = bandwidth/2 the off-diagonal variance is R^2/(4 dimension) and the diagonal
    variance twice that; the levels fill [-R, R] for large ``dimension``.
    """
    radius = bandwidth / 2
    entries = generator.standard_normal((dimension, dimension))
    return (entries + entries.T) * (radius / math.sqrt(8 * dimension))


def spin_operator(pauli: RealArray, site: int, spins: int) -> sparse.csr_array:
    """``pauli`` on ``site`` (0 is the leftmost factor) of ``spins`` spins, as CSR."""
    left = sparse.eye_array(2**site)
    right = sparse.eye_array(2**(spins - 1 - site))
    return sparse.csr_array(sparse.kron(sparse.kron(left, sparse.csr_array(pauli)), right))


def require_integer(name: str, value: Any, minimum: int) -> None:
    """Raise ValueError unless ``value`` is an integer of at least ``minimum``."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < minimum:
        raise ValueError(
            f"{name} = {value!r} was given; expected an integer >= {minimum}. "
            f"Pass {name}={minimum} or more.")


def require_choice(name: str, value: Any, choices: Sequence[str]) -> None:
    """Raise ValueError unless ``value`` is one of ``choices``."""
    if value not in choices:
        raise ValueError(f"{name} = {value!r} was given; expected one of {list(choices)}. "
                         "Choose one of these.")


def require_finite(name: str, value: Any, *, above: float = -math.inf,
                   minimum: float = -math.inf) -> None:
    """Raise ValueError unless ``value`` is a finite real number, > ``above``, >= ``minimum``."""
    real = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not real or not math.isfinite(value) or value <= above or value < minimum:
        bound = (f" above {above:g}" if math.isfinite(above)
                 else f" of at least {minimum:g}" if math.isfinite(minimum) else "")
        raise ValueError(
            f"{name} = {value!r} was given; expected a finite real number{bound}. "
            f"Choose another {name}.")
