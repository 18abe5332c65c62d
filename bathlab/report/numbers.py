"""Numbers as a reader has them: digits of the error in brackets, six digits in tables."""

from __future__ import annotations

import math
from typing import Any

#: Errors that begin with a smaller digit are given with two.
ONE_DIGIT = 2.0
#: Errors above this are written in full, beside the value.
LARGEST_IN_BRACKETS = 100.0


def concise(value: float | None, error: float | None = None) -> str:
    """A value with its standard error in brackets, in units of the last digit: ``0.687(5)``.

    Parameters
    ----------
    value : float or None
        The value.
    error : float or None
        Its standard error; without one, or with 0, the value has four digits.

    Returns
    -------
    str
        ``0.687(5)``, ``0.6870(12)``, ``123 +- 450``, or ``no value``.
    """
    if value is None or not math.isfinite(value):
        return "no value"
    if error is None or not math.isfinite(error) or error <= 0:
        return f"{value:.4g}"
    if error > LARGEST_IN_BRACKETS or abs(value) > 1e6 or error < 1e-8:
        return f"{value:.4g} ± {error:.2g}"
    place = math.floor(math.log10(error))
    if float(f"{error / 10**place:.1f}") < ONE_DIGIT:
        place -= 1
    digits = max(0, -place)
    last = round(error * 10**digits)
    if digits == 0:
        return f"{value:.0f}({max(last, 1)})"
    return f"{value:.{digits}f}({last})"


def cell(value: Any) -> str:
    """A cell of a table: six significant digits, as in the CSV file beside a figure."""
    if value is None or isinstance(value, float) and math.isnan(value):
        return ""
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    return f"{value:.6g}"


def duration(seconds: float) -> str:
    """A time in the largest unit that leaves two digits: ``2.9 min``."""
    for unit, size in (("days", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
