"""Parameters as TOML: written with comments, read, overridden, and checked by name."""

from __future__ import annotations

import dataclasses
import difflib
import textwrap
import tomllib
import typing
from pathlib import Path
from typing import Any, Iterable, Mapping, TypeVar

import tomli_w
from pydantic import BaseModel, TypeAdapter, ValidationError

from bathlab.checks import refusal, shown
from bathlab.workbench.parameters import Checked, explained, fields, plain_numbers
from bathlab.workbench.paths import read_toml

P = TypeVar("P")
#: Length of a line of comment.
WIDTH = 96
#: How JSON schema calls the ends of a range.
SCHEMA_BOUNDS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}


def to_toml(parameters: Any) -> str:
    """Parameters, or a frozen dataclass, as TOML that :func:`from_toml` reads back to an equal
    one.

    Above each parameter stands a comment with its description, unit and range. Nested ones
    become tables, tuples of them lists of tables; fields that are None are left out. Raises
    ValueError for anything else.

    Examples
    --------
    >>> import bathlab as bl
    >>> p = bl.workbench.LiomParameters(alpha=0.5)
    >>> text = bl.workbench.to_toml(p)
    >>> for line in text.splitlines()[3:5]:
    ...     print(line)
    # factor by which couplings decay from LIOM to LIOM [> 0]
    alpha = 0.5
    >>> print(bl.workbench.from_toml(bl.workbench.LiomParameters, text) == p)
    True
    """
    _require_record("parameters", type(parameters), parameters)
    values = plain(parameters)
    if not isinstance(parameters, Checked):
        return tomli_w.dumps(values)
    known = fields(type(parameters))
    lines = {name: _lines(name, values) for name in known}
    # A table ends where the next begins: numbers and lists come before them.
    names = sorted(known, key=lambda name: lines[name].startswith("["))
    return "\n".join(f"{_comment(explained(known[name]))}{lines[name]}" for name in names)


def _lines(name: str, values: Mapping[str, Any]) -> str:
    """A key with its value, lists of numbers and words on one line."""
    if name not in values:
        return f"# {name} is not set\n"
    value = values[name]
    if isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value):
        items = [tomli_w.dumps({"": item}).partition(" = ")[2].strip() for item in value]
        return f"{name} = [{', '.join(items)}]\n"
    return tomli_w.dumps({name: value})


def _comment(text: str) -> str:
    return "".join(f"# {line}\n" for line in textwrap.wrap(text, WIDTH - 2))


def schema(kind: type[Checked]) -> dict[str, Any]:
    """The JSON schema of parameters, with units and ranges."""
    found = kind.model_json_schema()
    for each in (found, *found.get("$defs", {}).values()):
        for name, entry in each.get("properties", {}).items():
            ends = entry.pop("bounds", {})
            where = entry
            while where.get("type") == "array" and isinstance(where.get("items"), dict):
                where = where["items"]
            where |= {SCHEMA_BOUNDS[bound]: end for bound, end in ends.items()}
    return found


def from_toml(kind: type[P], text: str) -> P:
    """Parameters of ``kind`` from TOML; keys that are left out keep their defaults.

    Raises
    ------
    ValueError
        If the text is no TOML, or for unknown keys (naming the nearest known one) and values of
        the wrong kind or out of range.

    Examples
    --------
    >>> import bathlab as bl
    >>> p = bl.workbench.from_toml(bl.workbench.LiomParameters, "alpha = 0.5")
    >>> print(p.alpha, p.g1)
    0.5 0.2
    >>> try:
    ...     bl.workbench.from_toml(bl.workbench.LiomParameters, "alhpa = 0.5")
    ... except ValueError as error:
    ...     print(str(error).split(". ")[-1])
    Did you mean alpha?
    """
    _require_record("kind", kind, kind)
    if not isinstance(text, str):
        raise refusal("text", shown(text), "the text of a TOML file", "Decode it, or read it.")
    return make(kind, _parse(text, "the TOML text"), "the TOML text")


def _require_record(name: str, kind: Any, given: Any) -> None:
    """Refuse what has no fields with names."""
    if not isinstance(kind, type) or not (
        issubclass(kind, BaseModel) or dataclasses.is_dataclass(kind)
    ):
        raise refusal(
            name, shown(given), "parameters or a dataclass", "Derive from bathlab's Parameters."
        )


def update(parameters: P, path: str | Path) -> P:
    """``parameters`` with the values of a TOML file; what it leaves out stays. A relative path
    in it starts in its folder, or where nothing is there at the working directory. Raises as
    above."""
    given = _parse(read_toml(Path(path)), str(path))
    values = _merged(plain(parameters), given)
    return make(type(parameters), values, str(path), Path(path).parent)


def override(parameters: P, settings: Iterable[str]) -> P:
    """``parameters`` with settings such as ``alpha=0.7`` or ``bath.spins=9``, values in TOML.

    The entries of a list of tables are numbered from 0: ``baths.0.spins=9``.

    Raises
    ------
    ValueError
        For a setting without "=", an unknown key, or a value of the wrong kind or out of range.
    """
    values, settings = plain(parameters), list(settings)
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            raise ValueError(
                f"--set {setting} was given; expected KEY=VALUE. Write for example "
                "--set alpha=0.7."
            )
        _put(values, key.strip(), toml_value(text.strip()), f"--set {setting}")
    return make(type(parameters), values, "--set " + " --set ".join(settings))


def with_values(parameters: P, given: Mapping[str, Any], source: str) -> P:
    """``parameters`` with values by key, as :func:`override` has them."""
    values = plain(parameters)
    for key, value in given.items():
        _put(values, key, value, source)
    return make(type(parameters), values, source)


def _put(values: dict[str, Any], key: str, value: Any, source: str) -> None:
    *path, last = key.split(".")
    table: Any = values
    for name in path:
        table = _entered(table, name, source)
    if isinstance(table, list):
        raise ValueError(
            f"{source} was given, but {key} is a table; expected {key}.NAME=VALUE. Set its "
            "keys one by one."
        )
    table[last] = value


def _entered(values: Any, name: str, source: str) -> Any:
    """The table, or list of tables, called ``name`` in ``values``."""
    if isinstance(values, list):
        if not name.isdecimal() or int(name) >= len(values):
            raise ValueError(
                f"{source} was given; expected a number from 0 to {len(values) - 1} for "
                f"{name}. The entries of a list are numbered from 0."
            )
        return values[int(name)]
    table = values.setdefault(name, {})
    tables = isinstance(table, list) and all(isinstance(item, dict) for item in table)
    if not (isinstance(table, dict) or tables):
        raise ValueError(
            f"{source} was given, but {name} is not a table; expected {name}=VALUE. Choose "
            "another key."
        )
    return table


def plain(parameters: Any) -> dict[str, Any]:
    """Parameters as numbers, text, lists and tables; what is None is left out."""
    values: dict[str, Any] = TypeAdapter(type(parameters)).dump_python(
        parameters, mode="json", exclude_none=True
    )
    return values


def _parse(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
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


def toml_value(text: str) -> Any:
    """A TOML value; what is none is taken for a bare string."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def make(
    kind: type[P], values: Mapping[str, Any], source: str, folder: Path | None = None
) -> P:
    """Parameters of ``kind`` from plain values, with errors that name keys and ``source``.

    Relative paths among the values start in ``folder``, if there is one.
    """
    _require_known(kind, values, source)
    try:
        return TypeAdapter(kind).validate_python(values, context={"folder": folder})
    except ValidationError as error:
        faults = "; ".join(_fault(fault, _tags(kind)) for fault in error.errors())
        raise ValueError(f"In {source}: {faults}") from None


def _fault(fault: Any, tags: set[str]) -> str:
    # Of a tagged table, pydantic puts the tag between its number and its key.
    parts = [
        part
        for before, part in zip((None, *fault["loc"]), fault["loc"])
        if not (isinstance(before, int) and part in tags)
    ]
    where = ".".join(map(str, parts))
    context = fault.get("ctx", {})
    if "error" in context:  # the field's own words, which entry of a list said them
        entry = f"{where}: " if any(isinstance(part, int) for part in parts) else ""
        return f"{entry}{context['error']}"
    if fault["type"] == "union_tag_invalid":
        return (
            f"{where}.kind = {context['tag']!r} was given; expected one of "
            f"{context['expected_tags']}. Choose one of these."
        )
    if fault["type"] in ("missing", "union_tag_not_found"):
        key = ".kind" if fault["type"] == "union_tag_not_found" else ""
        return f"{where}{key} was not given; expected a value. Add it."
    return (
        f"{where} = {fault['input']!r} was given; {fault['msg'][0].lower()}{fault['msg'][1:]}."
    )


def _require_known(kind: Any, values: Mapping[str, Any], source: str, prefix: str = "") -> None:
    known = field_types(kind)
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0)
            raise ValueError(
                f"The unknown key {prefix}{key} was given in {source}; expected one "
                f"of {list(known)}. Did you mean {prefix}{near[0]}?"
            )
        try:
            plain_numbers(f"{prefix}{key}", value, known[key])
        except ValueError as error:
            raise ValueError(f"In {source}: {error}") from None
        tables = (
            {f"{prefix}{key}.{index}.": table for index, table in enumerate(value)}
            if isinstance(value, list)
            else {f"{prefix}{key}.": value}
        )
        for name, table in tables.items():
            nested = _nested(known[key], table)
            if nested is not None:
                _require_known(nested, table, source, name)


def field_types(kind: Any) -> dict[str, Any]:
    """The fields of parameters or of a dataclass, each with its annotation."""
    hints = typing.get_type_hints(kind, include_extras=True)
    names = (
        fields(kind)
        if issubclass(kind, BaseModel)
        else [field.name for field in dataclasses.fields(kind)]
    )
    return {name: hints[name] for name in names}


def _nested(annotation: Any, value: Any) -> Any:
    """What the table ``value`` of a field describes: a record, of several the one tagged so."""
    if not isinstance(value, dict):
        return None
    kinds = _records(annotation)
    tagged = [kind for kind in kinds if value.get("kind") in _kind_tags(kind)]
    return next(iter(tagged or [kind for kind in kinds if not _kind_tags(kind)]), None)


def _records(annotation: Any) -> list[Any]:
    """The records that an annotation names, at any depth."""
    if isinstance(annotation, type) and (
        dataclasses.is_dataclass(annotation) or issubclass(annotation, BaseModel)
    ):
        return [annotation]
    return [kind for part in typing.get_args(annotation) for kind in _records(part)]


def _kind_tags(kind: Any) -> tuple[str, ...]:
    """The values of the field ``kind`` by which a record is told from others, if it has one."""
    return typing.get_args(field_types(kind).get("kind"))


def _tags(kind: Any) -> set[str]:
    nested = {each for found in field_types(kind).values() for each in _records(found)}
    return {tag for each in nested for tag in _kind_tags(each)}
