"""Random numbers: one independent stream per (seed, realisation, purpose, index)."""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np

from bathlab.checks import require_integer
from bathlab.conventions import RealArray


class Purpose(IntEnum):
    """What a random stream is used for. Values are part of the file format: never renumber."""

    RANDOM_MATRIX = 1
    BATH_FIELD = 2
    LIOM_FIELD = 3
    CIRCUIT_FIELD = 4


def stream(
    seed: int, realisation: int, purpose: Purpose, index: int = 0
) -> np.random.Generator:
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
        entropy=int(seed), spawn_key=(int(realisation), int(purpose), int(index))
    )
    return np.random.default_rng(key)


def goe(dimension: int, bandwidth: float, generator: np.random.Generator) -> RealArray:
    """A GOE matrix whose density of states is a semicircle of full width ``bandwidth``.

    With R = bandwidth/2 the off-diagonal variance is R^2/(4 dimension) and the diagonal
    variance twice that; the levels fill [-R, R] for large ``dimension``.
    """
    radius = bandwidth / 2
    entries = generator.standard_normal((dimension, dimension))
    return (entries + entries.T) * (radius / math.sqrt(8 * dimension))
