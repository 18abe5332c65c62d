"""Arithmetic that rounds to one side: of doubles, and of decimal numbers of any length.

A lower bound computed with everything rounded down, and an upper one with everything rounded
up, hold for the real numbers. The decimals are those of the standard library, whose operations
are correctly rounded and whose exponents never run out; arrays of them have dtype object.
"""

from __future__ import annotations

import decimal
import math
import operator
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from bathlab.conventions import Array

#: Units in the last place by which numpy's logarithm may be off, and a few to spare.
LOGARITHM = 4
LOG2 = math.log(2)


class Arithmetic(Protocol):
    """Sums, products and quotients rounded to one side; ``a`` and ``b`` broadcast."""

    #: Digits that it carries.
    digits: int

    def add(self, a: Any, b: Any) -> Any: ...
    def subtract(self, a: Any, b: Any) -> Any: ...
    def multiply(self, a: Any, b: Any) -> Any: ...
    def divide(self, a: Any, b: Any) -> Any: ...


class Doubles:
    """Doubles: each result moves on to the next one, since it may have been rounded away."""

    digits = 15

    def __init__(self, up: bool) -> None:
        self.toward = math.inf if up else -math.inf

    def add(self, a: Any, b: Any) -> Array:
        return np.nextafter(a + b, self.toward)

    def subtract(self, a: Any, b: Any) -> Array:
        return np.nextafter(a - b, self.toward)

    def multiply(self, a: Any, b: Any) -> Array:
        return np.nextafter(a * b, self.toward)

    def divide(self, a: Any, b: Any) -> Array:
        return np.nextafter(a / b, self.toward)

    def log2(self, a: Array) -> Array:
        found = np.log2(a)
        for _ in range(LOGARITHM):
            found = np.nextafter(found, self.toward)
        return found

    def log2_ratio(self, a: Array, b: Array) -> Array:
        """log2(a/b), also where the ratio is no double."""
        return self.subtract(self.log2(a), Doubles(self.toward < 0).log2(b))

    def log2_e(self) -> float:
        """1/log 2."""
        return float(np.nextafter(1 / LOG2, self.toward))


class Digits:
    """Decimal numbers of ``digits`` digits, in arrays or alone."""

    def __init__(self, up: bool, digits: int) -> None:
        self.up, self.digits = up, digits
        rounding = decimal.ROUND_CEILING if up else decimal.ROUND_FLOOR
        # Of those that raise, only what has no result is left: bounds may lose digits.
        self.context = decimal.Context(
            digits,
            rounding,
            decimal.MIN_EMIN,
            decimal.MAX_EMAX,
            traps=[decimal.InvalidOperation, decimal.DivisionByZero],
        )

    def add(self, a: Any, b: Any) -> Any:
        return self._apply(operator.add, self.context.add, a, b)

    def subtract(self, a: Any, b: Any) -> Any:
        return self._apply(operator.sub, self.context.subtract, a, b)

    def multiply(self, a: Any, b: Any) -> Any:
        return self._apply(operator.mul, self.context.multiply, a, b)

    def divide(self, a: Any, b: Any) -> Any:
        return self._apply(operator.truediv, self.context.divide, a, b)

    def _apply(self, of_arrays: Any, of_numbers: Any, a: Any, b: Any) -> Any:
        if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
            with decimal.localcontext(self.context):
                return of_arrays(a, b)
        return of_numbers(a, b)

    def sqrt(self, a: Decimal) -> Decimal:
        return self._outward(a.sqrt(self.context))

    def log2(self, a: Decimal) -> Decimal:
        with decimal.localcontext(self.context):
            below = a.ln() < 0
            # The logarithm is rounded to nearest, whatever the context says.
            return self._outward(a.ln()) / Digits(self.up == below, self.digits)._log_of_two()

    def log2_ratio(self, a: Any, b: Any) -> Any:
        """log2(a/b), exact where that is a whole number: there flows can meet y_2 = 0."""
        if isinstance(a, np.ndarray):
            found = np.empty(len(a), dtype=object)
            found[:] = [self.log2_ratio(*each) for each in zip(a, b)]
            return found
        power = _power_of_two(Fraction(a) / Fraction(b))
        if power is not None:
            return Decimal(power)
        return self.subtract(self.log2(a), Digits(not self.up, self.digits).log2(b))

    def log2_e(self) -> Decimal:
        """1/log 2."""
        other = Digits(not self.up, self.digits)
        return self.context.divide(Decimal(1), other._log_of_two())

    def _log_of_two(self) -> Decimal:
        return self._outward(Decimal(2).ln(self.context))

    def _outward(self, found: Decimal) -> Decimal:
        return found.next_plus(self.context) if self.up else found.next_minus(self.context)


def _power_of_two(number: Fraction) -> int | None:
    """log2 of a positive number if that is whole."""
    large = max(number.numerator, number.denominator)
    if min(number.numerator, number.denominator) > 1 or large & (large - 1):
        return None
    return (large.bit_length() - 1) * (1 if number.denominator == 1 else -1)


def as_decimals(values: Array) -> Array:
    """The exact values of doubles."""
    return np.array([Decimal(float(each)) for each in values], dtype=object)
