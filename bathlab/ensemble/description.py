"""Values as plain data, by which specs and measures are known: equal values, equal data."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from functools import singledispatch
from pathlib import PurePath
from typing import Any, Mapping

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
    if value is None or isinstance(value, (str, bool, int, float)):
        return value.item() if isinstance(value, np.generic) else value
    name = type(value).__name__
    if isinstance(getattr(value, "digest", None), str):
        return {"type": name, "digest": value.digest}
    fields = None if type(value) in plain_form.registry else _fields(value)
    if fields is not None:
        return {"type": name} | {
            field: describe(_as_declared(held, declared), f"{where}.{field}")
            for field, (held, declared) in fields.items()
        }
    return plain_form(value, where)


def sha256(description: Any) -> str:
    """The digest of what :func:`describe` returns."""
    return hashlib.sha256(json.dumps(description, sort_keys=True).encode()).hexdigest()


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


def _as_declared(value: Any, declared: Any) -> Any:
    """A whole number in a field of type float is that float: field=1 is field=1.0."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    return float(value) if whole and declared in ("float", float) else value


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
    return describe(value.item(), where)


@plain_form.register
def _(value: complex, where: str) -> Any:
    return {"type": "complex", "value": [value.real, value.imag]}


@plain_form.register
def _(value: PurePath, where: str) -> Any:
    return {"type": "path", "value": value.as_posix()}


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
def _(value: dict, where: str) -> Any:
    items = {key: describe(item, f"{where}[{key!r}]") for key, item in value.items()}
    if all(isinstance(key, str) for key in items):
        return items
    pairs = [[describe(key, where), item] for key, item in items.items()]
    return {"type": "dict", "items": sorted(pairs, key=sha256)}


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


def _digest(array: Any) -> str:
    """Of the numbers, whatever their type and order in memory."""
    kind = "<c16" if array.dtype.kind == "c" else "<f8"
    numbers = np.ascontiguousarray(array).astype(kind)
    if array.dtype.kind in "iu" and not np.array_equal(numbers.astype(array.dtype), array):
        numbers = np.ascontiguousarray(array)  # beyond 2^53
    return hashlib.sha256(numbers.tobytes()).hexdigest()
