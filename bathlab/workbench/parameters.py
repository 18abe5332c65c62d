"""The parameters of a study script as TOML: written, read, overridden, and checked by name."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
import typing
from pathlib import Path
from typing import Any, Iterable, TypeVar

import tomli_w
from pydantic import TypeAdapter, ValidationError

P = TypeVar("P")


def to_toml(parameters: Any) -> str:
    """A frozen dataclass as TOML that :func:`from_toml` reads back to an equal one.

    Nested dataclasses become tables, tuples of them lists of tables; fields that are None are
    left out.
    """
    return tomli_w.dumps(_plain(parameters))


def from_toml(kind: type[P], text: str) -> P:
    """The dataclass ``kind`` from TOML; keys that are left out keep their defaults.

    Raises
    ------
    ValueError
        If the text is no TOML, or for unknown keys (naming the nearest known one) and values of
        the wrong kind.
    """
    return _make(kind, _parse(text, "the TOML text"), "the TOML text")


def update(parameters: P, path: str | Path) -> P:
    """``parameters`` with the values of a TOML file; what it leaves out stays. Raises as
    above."""
    given = _parse(Path(path).read_text(), str(path))
    return _make(type(parameters), _merged(_plain(parameters), given), str(path))


def override(parameters: P, settings: Iterable[str]) -> P:
    """``parameters`` with settings such as ``alpha=0.7`` or ``bath.spins=9``, values in TOML.

    The entries of a list of tables are numbered from 0: ``baths.0.spins=9``.

    Raises
    ------
    ValueError
        For a setting without "=", an unknown key, or a value of the wrong kind.
    """
    values = _plain(parameters)
    settings = list(settings)
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            raise ValueError(
                f"--set {setting} was given; expected KEY=VALUE. Write for example "
                "--set alpha=0.7."
            )
        *path, last = key.strip().split(".")
        table: Any = values
        for name in path:
            table = _entered(table, name, setting)
        if isinstance(table, list):
            raise ValueError(
                f"--set {setting} was given, but {key} is a table; expected "
                f"{key}.NAME=VALUE. Set its keys one by one."
            )
        table[last] = _value(text.strip())
    return _make(type(parameters), values, "--set " + " --set ".join(settings))


def _entered(values: Any, name: str, setting: str) -> Any:
    """The table, or list of tables, called ``name`` in ``values``."""
    if isinstance(values, list):
        if not name.isdecimal() or int(name) >= len(values):
            raise ValueError(
                f"--set {setting} was given; expected a number from 0 to "
                f"{len(values) - 1} for {name}. The entries of a list are numbered "
                "from 0."
            )
        return values[int(name)]
    table = values.setdefault(name, {})
    tables = isinstance(table, list) and all(isinstance(item, dict) for item in table)
    if not (isinstance(table, dict) or tables):
        raise ValueError(
            f"--set {setting} was given, but {name} is not a table; expected "
            f"{name}=VALUE. Choose another key."
        )
    return table


def _plain(parameters: Any) -> dict[str, Any]:
    values: dict[str, Any] = TypeAdapter(type(parameters)).dump_python(
        parameters, mode="json", exclude_none=True
    )
    return values


def _parse(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(
            f"{source} is not TOML: {error}. Expected lines such as alpha = 0.75."
        ) from None


def _merged(values: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """``values`` with those of ``given`` in their place, tables within tables."""
    return values | {
        key: _merged(values[key], value)
        if isinstance(value, dict) and isinstance(values.get(key), dict)
        else value
        for key, value in given.items()
    }


def _value(text: str) -> Any:
    """A TOML value; what is none is taken for a bare string."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _make(kind: type[P], values: dict[str, Any], source: str) -> P:
    _require_known(kind, values, source)
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        faults = "; ".join(_fault(fault) for fault in error.errors())
        raise ValueError(f"In {source}: {faults}") from None


def _fault(fault: Any) -> str:
    where = ".".join(map(str, fault["loc"]))
    if "error" in fault.get("ctx", {}):  # the dataclass's own words, which entry of a list said
        entry = f"{where}: " if any(isinstance(part, int) for part in fault["loc"]) else ""
        return f"{entry}{fault['ctx']['error']}"
    if fault["type"] == "missing":
        return f"{where} was not given; expected a value. Add it."
    return (
        f"{where} = {fault['input']!r} was given; {fault['msg'][0].lower()}{fault['msg'][1:]}."
    )


def _require_known(kind: Any, values: dict[str, Any], source: str, prefix: str = "") -> None:
    known = [field.name for field in dataclasses.fields(kind)]
    annotations = typing.get_type_hints(kind)
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0)
            raise ValueError(
                f"The unknown key {prefix}{key} was given in {source}; expected one "
                f"of {known}. Did you mean {prefix}{near[0]}?"
            )
        nested = _nested(annotations[key])
        if nested is None:
            continue
        tables = (
            {f"{prefix}{key}.{index}.": table for index, table in enumerate(value)}
            if isinstance(value, list)
            else {f"{prefix}{key}.": value}
        )
        for name, table in tables.items():
            if isinstance(table, dict):
                _require_known(nested, table, source, name)


def _nested(annotation: Any) -> Any:
    """The dataclass that the tables of a field describe: its own, or that of its tuple's
    items."""
    for kind in (annotation, *typing.get_args(annotation)[:1]):
        if dataclasses.is_dataclass(kind):
            return kind
    return None
