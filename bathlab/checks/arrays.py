"""Arrays of numbers: kind, shape, bounds and order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.checks.refusals import bounds_in_words, refusal, shown, within
from bathlab.conventions import Array, RealArray

#: Kinds of numpy's dtypes that hold numbers, by what they are called.
KINDS = {"integer": "iu", "real": "iuf", "complex": "iufc"}
TYPES = {"integer": np.int64, "real": np.float64, "complex": np.complex128}


def as_array(
    name: str,
    value: Any,
    *,
    ndim: int | None = 1,
    shape: tuple[int | None, ...] | None = None,
    kind: str = "real",
    least: int = 1,
    above: float = -math.inf,
    minimum: float = -math.inf,
    ascending: bool = False,
    infinite: bool = False,
    missing: bool = False,
) -> Array:
    """``value`` as an array of int64, float64 or complex128, the same object if it is one.

    Parameters
    ----------
    name
        what messages call it.
    ndim
        number of axes; None for any, also none.
    shape
        length of each axis, None where any will do; replaces ``ndim``.
    kind
        "integer", "real" (a zero imaginary part is dropped) or "complex" (which keeps a
        real array real).
    least
        fewest entries.
    above, minimum
        exclusive and inclusive lower bound of the entries.
    ascending
        each entry is to be larger than the one before.
    infinite, missing
        whether infinite entries and NaN pass.

    Raises
    ------
    ValueError
        For anything else.
    """
    array = numbers(name, value, kind)
    if not _fits(array, ndim, shape) or array.size < least:
        expected = _wanted(ndim, shape, least)
        raise refusal(name, shown(array), expected, "Check what was put into it.")
    good = np.isfinite(array)
    if infinite or missing:
        good |= (np.isinf(array) & infinite) | (np.isnan(array) & missing)
    require_entries(name, array, good, f"numbers{'' if infinite else ' that are finite'}")
    if above > -math.inf or minimum > -math.inf:
        inside = within(array, above, minimum, math.inf) | np.isnan(array)
        require_entries(
            name, array, inside, f"numbers{bounds_in_words(above, minimum, math.inf)}"
        )
    if ascending:
        rises = np.append(True, np.diff(array) > 0)
        require_entries(name, array, rises, "strictly ascending numbers")
    return array


def as_edges(edges: Any, name: str = "edges") -> RealArray:
    """Bin edges as a float array; ValueError unless finite and strictly ascending."""
    return as_array(name, edges, least=2, ascending=True)


def as_levels(energies: Any, name: str = "energies") -> RealArray:
    """``energies`` as an ascending float array; ValueError if not one-dimensional and
    finite."""
    return np.sort(as_array(name, energies))


def numbers(name: str, value: Any, kind: str, expected: str = "") -> Array:
    """``value`` as an array of numbers of a kind, of any shape, NaN among them.

    ``expected`` is what messages say that should be given, if it is more than an array.
    """
    problem = _not_numbers(value)
    if not problem:
        try:
            array = np.asarray(value.full() if is_qobj(value) else value)
        except (TypeError, ValueError, OverflowError, RuntimeError):
            problem = "is ragged or holds no numbers"
        else:
            if array.size == 0 and array.dtype == np.float64:  # as numpy sees []
                return array.astype(TYPES[kind if kind == "integer" else "real"])
            if array.dtype.kind not in "iufc":
                problem = f"holds {_contents(array)}"
            elif array.dtype == np.uint64 and np.any(array > np.iinfo(np.int64).max):
                problem = "holds integers of 64 bits without a sign"
    if problem:
        raise refusal(
            name,
            f"{shown(value)}, which {problem},",
            expected or f"an array or list of {kind} numbers",
            "Convert it first.",
        )
    if kind != "complex" and array.dtype.kind == "c" and not np.any(array.imag):
        array = array.real
    if array.dtype.kind not in KINDS[kind]:
        raise refusal(
            name,
            f"{shown(array)}, which holds {_contents(array)},",
            f"{kind} numbers",
            "Round them, or take the real part, if that is what is meant.",
        )
    target = kind if array.dtype.kind == "c" or kind == "integer" else "real"
    with np.errstate(over="ignore"):
        return array.astype(TYPES[target], copy=False)


def as_labels(name: str, value: Any, count: int) -> Array:
    """``value`` as ``count`` labels that can be told apart and sorted: all numbers, or text.

    Raises
    ------
    ValueError
        If one is missing (NaN, None, masked), they are of another number, or no labels.
    """
    expected = f"{count} labels, numbers or text, none of them missing"
    remedy = "Give one label for each value."
    problem = _not_labels(value)
    plain = getattr(getattr(value, "dtype", None), "kind", "O") in "biufUS"
    if not problem and not plain:
        value = list(value)
        # numpy would write the numbers among text as text, and ragged lists not at all.
        problem = len({isinstance(each, str) for each in value}) > 1 or any(map(np.ndim, value))
    array = None if problem else np.asarray(value)
    if array is not None and array.dtype.kind in "OT":
        texts = [each for each in array.ravel() if isinstance(each, str)]
        array = np.array(texts, dtype=str) if len(texts) == array.size else None
    if array is None or array.dtype.kind not in "biufUS" or array.shape != (count,):
        raise refusal(name, shown(value), expected, remedy)
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise refusal(name, f"{shown(value)} with NaN", expected, remedy)
    return array


def _not_labels(value: Any) -> bool:
    """Whether ``value`` is no list or column, or has masked entries."""
    listed = isinstance(value, (list, tuple, range)) or hasattr(value, "__array__")
    return not listed or np.ma.is_masked(value)


def _contents(array: Array) -> str:
    words = {"b": "truth values", "O": "objects", "M": "dates", "m": "times", "c": "complex"}
    words |= {"U": "text", "S": "bytes", "T": "text", "f": "fractions", "V": "records"}
    return f"{words.get(array.dtype.kind, 'no numbers')} ({array.dtype})"


def _not_numbers(value: Any) -> str:
    """Why numpy's conversion of ``value`` would make numbers of what is none; or ""."""
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        return "has masked entries"
    if isinstance(value, (str, bytes)):
        return "is text"
    if isinstance(value, (list, tuple)):
        return next(filter(None, map(_not_numbers, value)), "")
    if isinstance(value, (bool, np.bool_)):
        return "holds truth values"
    return ""


def _fits(array: Array, ndim: int | None, shape: tuple[int | None, ...] | None) -> bool:
    if shape is None:
        return ndim is None or array.ndim == ndim
    return len(shape) == array.ndim and all(
        wanted in (None, found) for wanted, found in zip(shape, array.shape)
    )


def _wanted(ndim: int | None, shape: tuple[int | None, ...] | None, least: int) -> str:
    if shape is not None:
        lengths = ", ".join("m" if n is None else str(n) for n in shape)
        return f"an array of shape ({lengths}{',' if len(shape) == 1 else ''})"
    axes = "" if ndim is None else f" with {ndim} {'axis' if ndim == 1 else 'axes'}"
    return f"an array{axes} of at least {least} entr{'y' if least == 1 else 'ies'}"


def require_entries(name: str, array: Array, good: Array, expected: str) -> None:
    """Raise ValueError, naming the first place that is not good."""
    if np.all(good):
        return
    place = np.unravel_index(int(np.argmin(good)), array.shape)
    many = int(array.size - np.count_nonzero(good))
    where = f"[{', '.join(map(str, place))}]" if place else ""
    raise refusal(
        f"{name}{where}",
        f"{array[place]} ({many} such of {array.size})",
        expected,
        "Check how it was made.",
    )


def is_qobj(value: Any) -> bool:
    """Whether ``value`` is a qutip.Qobj, found without importing qutip (which takes
    seconds)."""
    return any(
        base.__module__.startswith("qutip.") and base.__name__ == "Qobj"
        for base in type(value).__mro__
    )
