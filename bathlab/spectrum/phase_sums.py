"""Sums of phases sum_m w_m exp(-i omega_m t) at any times, the phases reduced without rounding.

A product omega t of doubles is rounded by 1e-16 of itself, which is all of the phase where it
is 1e16 and a thousandth where it is 1e13. Here the turns omega t/(2 pi) are kept as two doubles
until whole ones have been taken off (Dekker, Numer. Math. 18 (1971) 224), so that what is left
is the error of the omega alone.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.conventions import Array, RealArray
from bathlab.operators.kept import kept

#: 1/(2 pi) as the sum of two doubles.
TURN, TURN_REST = 0.15915494309189535, -9.839338337591243e-18
#: From so many turns on a double holds too little of a fraction of one to be taken off.
MOST_TURNS = 2.0**50
#: Splits a double of 53 bits into two of 26.
SPLITTER = 2.0**27 + 1
#: Added and taken off, it rounds a number up to MOST_TURNS to the next whole one.
ROUNDER = 1.5 * 2.0**52
#: Levels whose phases are held at once.
BLOCK = 512
#: Taylor's coefficients of sine and cosine of up to an eighth of a turn.
SINE, COSINE = (
    tuple((-1) ** k * math.tau ** (2 * k + p) / math.factorial(2 * k + p) for k in range(most))
    for p, most in ((1, 8), (0, 9))
)


def summed_phases(frequencies: RealArray, weights: RealArray, times: RealArray) -> Array:
    """(T,) complex sum_m w_m exp(-i omega_m t), in the memory of its arguments and result.

    ``frequencies`` and ``weights`` (m,), ``times`` (T,) are finite, and the largest |omega t|
    is below 2 pi ``MOST_TURNS``.
    """
    product = frequencies * TURN
    rest = product_rest(frequencies, TURN, product) + frequencies * TURN_REST
    high = product + rest
    low = (product - high) + rest
    found = np.empty(len(times), np.complex128)
    _add_up(high, low, np.ascontiguousarray(weights), np.ascontiguousarray(times), found)
    return found


def product_rest(a: Any, b: Any, product: Any) -> Any:
    """What rounding has taken off the ``product`` of a and b, exactly."""
    big = SPLITTER * a
    a_high = big - (big - a)
    a_low = a - a_high
    big = SPLITTER * b
    b_high = big - (big - b)
    b_low = b - b_high
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


_rest = kept(error_model="numpy", inline="always")(product_rest)


@kept(error_model="numpy", nogil=True)
def _add_up(
    high: RealArray, low: RealArray, weights: RealArray, times: RealArray, found: Array
) -> None:
    real, imaginary = np.empty(BLOCK), np.empty(BLOCK)
    for k in range(len(times)):
        whole_real, whole_imaginary = 0.0, 0.0
        for first in range(0, len(high), BLOCK):
            part = slice(first, min(first + BLOCK, len(high)))
            _phases(high[part], low[part], weights[part], times[k], real, imaginary)
            whole_real += _total(real, part.stop - first)
            whole_imaginary += _total(imaginary, part.stop - first)
        found[k] = complex(whole_real, -whole_imaginary)


@kept(error_model="numpy", nogil=True)
def _phases(
    high: RealArray,
    low: RealArray,
    weights: RealArray,
    time: float,
    real: RealArray,
    imaginary: RealArray,
) -> None:
    """w cos and w sin of a block of levels; the compiler makes vectors of this loop."""
    for m in range(len(high)):
        turns = high[m] * time
        rest = _rest(high[m], time, turns) + low[m] * time
        part = (turns - ((turns + ROUNDER) - ROUNDER)) + rest
        quarter = (4.0 * part + ROUNDER) - ROUNDER
        x = part - 0.25 * quarter
        y = x * x
        sine, cosine = SINE[7], COSINE[8] * y + COSINE[7]
        sine, cosine = sine * y + SINE[6], cosine * y + COSINE[6]
        sine, cosine = sine * y + SINE[5], cosine * y + COSINE[5]
        sine, cosine = sine * y + SINE[4], cosine * y + COSINE[4]
        sine, cosine = sine * y + SINE[3], cosine * y + COSINE[3]
        sine, cosine = sine * y + SINE[2], cosine * y + COSINE[2]
        sine, cosine = sine * y + SINE[1], cosine * y + COSINE[1]
        sine, cosine = (sine * y + SINE[0]) * x, cosine * y + COSINE[0]
        # A quarter of a turn exchanges them, two change both signs.
        odd = abs(quarter) == 1.0
        weight = -weights[m] if abs(quarter) == 2.0 else weights[m]
        real[m] = weight * (-sine * quarter if odd else cosine)
        imaginary[m] = weight * (cosine * quarter if odd else sine)


@kept(error_model="numpy", nogil=True, fastmath={"reassoc"})
def _total(values: RealArray, count: int) -> float:
    total = 0.0
    for m in range(count):
        total += values[m]
    return total
