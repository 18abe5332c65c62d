"""Random numbers: one independent stream per (seed, realisation, purpose, index)."""

from __future__ import annotations

import hashlib
import math
from enum import IntEnum

import numpy as np

from bathlab.checks import require_integer
from bathlab.conventions import Array, RealArray


class Purpose(IntEnum):
    """What a random stream is used for. Values are part of the file format: never renumber."""

    RANDOM_MATRIX = 1
    BATH_FIELD = 2
    LIOM_FIELD = 3
    CIRCUIT_FIELD = 4
    SPIN_FIELD = 5
    LIOM_DISTANCE = 6


#: In the place of a purpose for those that a user names.
NAMED = 0


def stream(
    seed: int, realisation: int, purpose: Purpose | str, index: int = 0
) -> np.random.Generator:
    """The random stream of one quantity in one realisation.

    Streams with different keys are independent, so adding a LIOM or changing the order of
    workers leaves every other draw bit-identical.

    Parameters
    ----------
    seed, realisation
        as ``sample`` and ``draw`` of a bath are called with.
    purpose
        one of :class:`Purpose`; for a bath of your own, words of your own, as "rungs".
    index
        the number of the quantity among those of its purpose, a site say.

    Raises
    ------
    ValueError
        If ``seed``, ``realisation`` or ``index`` is not a non-negative integer, or the purpose
        is neither words nor a Purpose.
    """
    for name, value in (("seed", seed), ("realisation", realisation), ("index", index)):
        require_integer(name, value, minimum=0)
    if not isinstance(purpose, Purpose) and (not isinstance(purpose, str) or not purpose):
        raise ValueError(
            f"purpose = {purpose!r} was given; expected words, or a bathlab.streams.Purpose. "
            "Say what the numbers are for, as in stream(seed, realisation, 'rungs', 3)."
        )
    spawn_key = (int(realisation), *_purpose_key(purpose, int(index)))
    key = np.random.SeedSequence(entropy=int(seed), spawn_key=spawn_key)
    return np.random.default_rng(key)


def _purpose_key(purpose: Purpose | str, index: int) -> tuple[int, ...]:
    if isinstance(purpose, Purpose):
        return int(purpose), index
    words = np.frombuffer(hashlib.sha256(purpose.encode()).digest(), dtype="<u4")
    return NAMED, index, *map(int, words)


def goe(dimension: int, bandwidth: float, generator: np.random.Generator) -> RealArray:
    """A GOE matrix whose density of states is a semicircle of full width ``bandwidth``.

    With R = bandwidth/2 the off-diagonal variance is R^2/(4 dimension) and the diagonal
    variance twice that; the levels fill [-R, R] for large ``dimension``.
    """
    entries = generator.standard_normal((dimension, dimension))
    return (entries + entries.T) * _element(bandwidth, dimension, 2)


def gue(dimension: int, bandwidth: float, generator: np.random.Generator) -> Array:
    """A GUE matrix with the semicircle of :func:`goe`.

    The mean square of every element, on the diagonal too, is R^2/(4 dimension); off the
    diagonal real and imaginary part have half of it each.
    """
    real, imaginary = generator.standard_normal((2, dimension, dimension))
    entries = real + 1j * imaginary
    return (entries + entries.conj().T) * _element(bandwidth, dimension, 4)


def _element(bandwidth: float, dimension: int, square: int) -> float:
    """What makes an off-diagonal mean square of ``square`` one of R^2/(4 dimension).

    The second moment tr H^2/dimension is then R^2/4, that of the semicircle, for every class.
    """
    return bandwidth / 2 / math.sqrt(4 * square * dimension)
