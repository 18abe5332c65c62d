"""exp(z) and erf(x)/x at many complex arguments, by real arithmetic that goes in vectors."""

from __future__ import annotations

import math

import numpy as np

from bathlab.conventions import Array, RealArray
from bathlab.operators.kept import kept

#: pi/2 in two parts: the product of the first with an integer below 2^20 is exact.
QUARTER = 1.5707963267341256, 6.077100506506192e-11
#: Taylor's coefficients of cos x - 1 and sin x, to rounding up to pi/4.
COSINE = np.array([(-1) ** n / math.factorial(2 * n) for n in range(9, 0, -1)])
SINE = np.array([(-1) ** n / math.factorial(2 * n + 1) for n in range(8, -1, -1)])
#: Numbers whose series are summed together, and terms between two looks at the last one.
TOGETHER, TERMS = 64, 8
#: erf x is 1 to rounding where Re x^2 is above this.
SATURATED = 37.0


def exponential(z: Array) -> Array:
    """exp(z); z of any shape."""
    less, sine = turned(z.imag)
    size = np.exp(z.real)
    found = np.empty(z.shape, complex)
    found.real, found.imag = size + size * less, size * sine
    return found


def exponential_less_one(z: Array) -> Array:
    """exp(z) - 1, to relative rounding."""
    less, sine = turned(z.imag)
    small = np.expm1(z.real)
    found = np.empty(z.shape, complex)
    found.real, found.imag = small + (small + 1) * less, (small + 1) * sine
    return found


def root(z: Array) -> Array:
    """sqrt(z) of z other than 0."""
    half = np.sqrt((np.hypot(z.real, z.imag) + np.abs(z.real)) / 2)
    other, right = z.imag / (2 * half), z.real >= 0
    found = np.empty(z.shape, complex)
    found.real = np.where(right, half, np.abs(other))
    found.imag = np.where(right, other, np.copysign(half, z.imag))
    return found


def turned(angle: RealArray) -> tuple[RealArray, RealArray]:
    """cos - 1 and sin of angles of any shape, up to 1e5 in size."""
    flat = np.ascontiguousarray(angle).ravel()
    found = np.empty((2, flat.size))
    _turned(flat, found[0], found[1], COSINE, SINE)
    return found[0].reshape(angle.shape), found[1].reshape(angle.shape)


@kept(error_model="numpy", nogil=True)
def _turned(
    angle: RealArray, less: RealArray, sine: RealArray, cosines: RealArray, sines: RealArray
) -> None:
    for i in range(angle.size):
        x = angle[i]
        quarters = math.floor(x * (2 / math.pi) + 0.5)
        x = (x - quarters * QUARTER[0]) - quarters * QUARTER[1]
        square = x * x
        c = cosines[0]
        s = sines[0]
        for n in range(1, 9):
            c = c * square + cosines[n]
            s = s * square + sines[n]
        c, s = c * square, s * x
        turns = quarters - 4.0 * math.floor(quarters * 0.25)
        odd = turns == 1.0 or turns == 3.0
        one, other = (s, 1.0 + c) if odd else (1.0 + c, s)
        less[i] = c if turns == 0.0 else (-one if 1.0 <= turns <= 2.0 else one) - 1.0
        sine[i] = -other if turns >= 2.0 else other


def error_ratio(u: Array) -> Array:
    """sqrt(pi)/2 erf(x)/x of u = x^2, 1 at 0. Not finite where it is too large, u < -700."""
    held = np.minimum(u.real, SATURATED)
    summed = np.empty(u.shape, complex)
    parts = summed.reshape(-1).view(float).reshape(-1, 2)
    _series(held.ravel(), np.ascontiguousarray(u.imag).ravel(), parts)
    outward = np.empty(u.shape, complex)
    outward.real, outward.imag = -np.maximum(held, 0.0), -u.imag * (u.real >= 0)
    found: Array = summed * exponential(outward)
    if np.any(beyond := u.real > SATURATED):
        found[beyond] = math.sqrt(math.pi) / 2 / np.sqrt(u[beyond])
    return found


@kept(error_model="numpy", nogil=True)
def _series(re: RealArray, im: RealArray, out: RealArray) -> None:
    """sum (-u)^n/n!(2n + 1) to the left of 0; its product with exp(u), sum u^n/(3/2)_n, to the
    right: in neither do the terms cancel.

    Each term is the one before times v = -+u and a factor that depends on the side only.
    """
    rows = np.empty((7, TOGETHER))
    x, y, a, b, side, sum_re, sum_im = (
        rows[0],
        rows[1],
        rows[2],
        rows[3],
        rows[4],
        rows[5],
        rows[6],
    )
    for start in range(0, re.size, TOGETHER):
        count = min(TOGETHER, re.size - start)
        for i in range(count):
            side[i] = 1.0 if re[start + i] >= 0.0 else 0.0
            sign = 2.0 * side[i] - 1.0
            x[i], y[i] = sign * re[start + i], sign * im[start + i]
            a[i], b[i] = 1.0, 0.0
            sum_re[i], sum_im[i] = 1.0, 0.0
        n, going = 0, True
        while going:
            for _ in range(TERMS):
                right, left = 1.0 / (n + 1.5), (2.0 * n + 1.0) / ((n + 1.0) * (2.0 * n + 3.0))
                for i in range(count):
                    factor = side[i] * right + (1.0 - side[i]) * left
                    ar, br = a[i] * factor, b[i] * factor
                    a[i], b[i] = ar * x[i] - br * y[i], ar * y[i] + br * x[i]
                    sum_re[i] += a[i]
                    sum_im[i] += b[i]
                n += 1
            going = False
            for i in range(count):
                last, whole = abs(a[i]) + abs(b[i]), abs(sum_re[i])
                going = going or last > 1e-17 * whole and whole < math.inf
        for i in range(count):
            out[start + i, 0], out[start + i, 1] = sum_re[i], sum_im[i]
