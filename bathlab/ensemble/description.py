"""Values as plain data, by which specs and measures are known: equal values, equal data."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import singledispatch
from pathlib import PurePath
from typing import Any

import numpy as np
from scipy import sparse

from bathlab.conventions import GAINED

#: Larger arrays are described by a digest of their bytes.
LARGEST_ARRAY = 64


def describe(value: Any, where: str = "spec") -> Any:
    """A value as plain data that JSON holds; ``where`` names it in errors.

    Dataclasses and pydantic models by type and fields, arrays by their numbers (large ones by
    a digest), whatever has a ``digest`` by that. A field that a spec has ``GAINED`` is told
    where it is not at its default.

    Raises
    ------
    ValueError
        If it is, or holds, something whose value cannot be told.
    """
    name = type(value).__name__
    if isinstance(value, Enum):
        of_value = isinstance(value, (str, int, float))
        return describe(value.value, where) if of_value else _marked(name, value.name)
    if value is None or isinstance(value, (str, bool, int, float)):
        return by_value(value.item() if isinstance(value, np.generic) else value)
    if isinstance(getattr(value, "digest", None), str):
        return {"type": name, "digest": value.digest}
    fields = None if type(value) in plain_form.registry else _fields(value)
    if fields is not None:
        return {"type": name} | {
            field: _as_float(held)
            if declared in ("float", float) and _is_number(held)
            else describe(held, f"{where}.{field}")
            for field, (held, declared) in fields.items()
        }
    return plain_form(value, where)


def sha256(description: Any) -> str:
    """The digest of what :func:`describe` returns."""
    return hashlib.sha256(json.dumps(description, sort_keys=True).encode()).hexdigest()


def by_value(description: Any) -> Any:
    """What :func:`describe` returns, with one form for equal numbers: 1.0 is 1, and -0.0 is 0.
    A truth value is no number."""
    if isinstance(description, float) and description.is_integer():
        return int(description)
    if isinstance(description, list):
        return [by_value(item) for item in description]
    if isinstance(description, dict):
        return {key: by_value(item) for key, item in description.items()}
    return description


def are_same(one: Any, other: Any) -> bool:
    """Whether two descriptions are of equal values."""
    return sha256(by_value(one)) == sha256(by_value(other))


def _marked(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value}


def _fields(value: Any) -> dict[str, tuple[Any, Any]] | None:
    """Value and declared type of each field of a dataclass or pydantic model."""
    if isinstance(value, type):
        return None
    if dataclasses.is_dataclass(value):
        return {
            field.name: (getattr(value, field.name), field.type)
            for field in dataclasses.fields(value)
            if not (GAINED.items() <= field.metadata.items() and _as_before(value, field))
        }
    models = getattr(type(value), "model_fields", None)
    if isinstance(models, Mapping):
        return {name: (getattr(value, name), None) for name in models}
    return None


def _as_before(value: Any, field: dataclasses.Field[Any]) -> bool:
    """Whether a field is what it was before there was one."""
    return bool(getattr(value, field.name) == field.default)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer)) and not isinstance(value, bool)


def _as_float(value: Any) -> float:
    """The value of a field of type float: field=1 is field=1.0, and -0.0 is 0.0."""
    return float(value) + 0.0


@singledispatch
def plain_form(value: Any, where: str) -> Any:
    """The data of a value that is neither a scalar nor a record; types are registered."""
    if sparse.issparse(value):
        return _sparse(value)
    raise ValueError(
        f"{where} = {value!r}, a {type(value).__name__}, was given; expected numbers, text, "
        "arrays, paths, lists, dicts or frozen dataclasses of these, which a store can write "
        "down. Replace it, or give its class a digest."
    )


@plain_form.register
def _(value: np.generic, where: str) -> Any:
    held = value.item()
    if not isinstance(held, np.generic):
        return describe(held, where)
    rounded, rest = _two_floats(np.asarray(held)).tolist()  # of more than double precision
    return describe(rounded, where) if not rest else _marked("longdouble", str(held))


@plain_form.register
def _(value: complex, where: str) -> Any:
    return _marked("complex", [value.real, value.imag])


@plain_form.register
def _(value: PurePath, where: str) -> Any:
    return _marked("path", value.as_posix())


@plain_form.register
def _(value: bytes, where: str) -> Any:
    return _marked("bytes", hashlib.sha256(value).hexdigest())


@plain_form.register(Fraction)
@plain_form.register(Decimal)
@plain_form.register(date)
@plain_form.register(timedelta)
def _(value: Any, where: str) -> Any:
    return _marked(type(value).__name__, str(value))


@plain_form.register
def _(value: range, where: str) -> Any:
    return describe(list(value), where)


@plain_form.register(list)
@plain_form.register(tuple)
def _(value: Any, where: str) -> Any:
    return [describe(item, f"{where}[{index}]") for index, item in enumerate(value)]


@plain_form.register(set)
@plain_form.register(frozenset)
def _(value: Any, where: str) -> Any:
    items = [describe(item, where) for item in value]
    return {"type": "set", "values": sorted(items, key=sha256)}


@plain_form.register
def _(value: Mapping, where: str) -> Any:
    items = {key: describe(item, f"{where}[{key!r}]") for key, item in value.items()}
    if all(isinstance(key, str) for key in items):
        return items
    pairs = [[describe(key, where), item] for key, item in items.items()]
    return {"type": "dict", "items": sorted(pairs, key=sha256)}


@plain_form.register
def _(value: np.ma.MaskedArray, where: str) -> Any:
    parts = np.asarray(value.filled(0)), np.ma.getmaskarray(value)
    return {"type": "masked", "values": [describe(part, where) for part in parts]}


@plain_form.register
def _(value: np.ndarray, where: str) -> Any:
    if value.size <= LARGEST_ARRAY:
        return {"type": "array", "values": describe(value.tolist(), where)}
    if value.dtype.kind not in "biufc":
        return {"type": "array", "digest": sha256(describe(value.tolist(), where))}
    return {"type": "array", "shape": list(value.shape), "digest": _digest(value)}


def _sparse(value: Any) -> Any:
    matrix = sparse.csr_array(value, copy=True)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    parts = [_digest(part) for part in (matrix.data, matrix.indices, matrix.indptr)]
    return {"type": "sparse", "shape": list(matrix.shape), "digest": sha256(parts)}


def _two_floats(array: Any) -> Any:
    """Numbers of more than double precision as two of that, whose sum they are."""
    kind = np.complex128 if array.dtype.kind == "c" else np.float64
    rounded = array.astype(kind)
    with np.errstate(invalid="ignore"):  # inf - inf
        rest = np.where(np.isfinite(rounded), array - rounded, 0).astype(kind)
    return np.array([rounded, rest])


def _digest(array: Any) -> str:
    """Of the numbers, whatever their type and order in memory."""
    kind = "<c16" if array.dtype.kind == "c" else "<f8"
    if array.dtype.kind in "fc" and array.dtype.itemsize > np.dtype(kind).itemsize:
        rounded, rest = _two_floats(np.asarray(array))
        return _digest(rounded) if not rest.any() else sha256([_digest(rounded), _digest(rest)])
    numbers = np.ascontiguousarray(array).astype(kind) + 0  # which makes 0.0 of -0.0
    if array.dtype.kind in "iu" and not np.array_equal(numbers.astype(array.dtype), array):
        numbers = np.ascontiguousarray(array).astype("<i8")  # beyond 2^53
    return hashlib.sha256(numbers.tobytes()).hexdigest()
