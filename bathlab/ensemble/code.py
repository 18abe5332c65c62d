"""What a measure is made of: its source and all of its own module that it uses, in digests.

Formatting, comments and docstrings do not count. What other modules hold does not either: their
versions are recorded in every row.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any, Callable, Iterable, Mapping

from bathlab.ensemble import source
from bathlab.ensemble.description import describe, plain_form, sha256
from bathlab.model.disordered import DisorderedBath

#: Digits of a digest, as a row shows them.
DIGITS = 16
#: Label of the measure itself, before its name is known.
MEASURE = "<measure>"


@dataclass(frozen=True)
class Code:
    """What made a row.

    Attributes
    ----------
    name
        module and name of the measure. A script's module is called as its file, however it
        is started. Ends in "(bytecode)" where no source is to be had.
    digest
        of all parts, 16 hexadecimal digits.
    parts
        name to digest of the measure, of each function, class and constant of its own
        module that it uses, directly or not, and of the values that are bound to it.
    """

    name: str
    digest: str
    parts: Mapping[str, str]


def code_of(measure: Callable[..., Any]) -> Code:
    """The code of a function, a partial one, a bound method, or an object to be called."""
    found = _Parts(_innermost(measure))
    found.add(MEASURE, measure)
    name = f"{_module_name(found.home)}.{name_of(measure)}"
    if found.without_source:
        name += " (bytecode)"
    return Code(name, _digest(found.parts), found.parts)


@plain_form.register
def _(value: DisorderedBath, where: str) -> Any:
    """A spec whose draws are those of a function is known by its code."""
    code = code_of(value.function)
    return {
        "type": type(value).__name__,
        "function": code.name,
        "code": code.digest,
        "arguments": describe(value.arguments, f"{where}.arguments"),
    }


def code_of_files(files: Iterable[Path], folder: Path) -> str:
    """The digest of Python files, which ``folder`` holds; formatting does not count."""
    trees = {
        file.relative_to(folder).as_posix(): source.plain(ast.parse(file.read_bytes()))
        for file in files
    }
    return _digest(trees)


def name_of(measure: Callable[..., Any]) -> str:
    """Its qualified name within its module: of a partial function, that of the function."""
    inner = _inside(measure)
    named = inner if hasattr(inner, "__qualname__") else type(inner)
    return str(named.__qualname__)


def module_of(measure: Callable[..., Any]) -> str:
    """The name of the module that defines it."""
    return str(_innermost(measure).get("__name__", "__main__"))


def _inside(measure: Any) -> Any:
    while isinstance(measure, functools.partial):
        measure = measure.func
    return measure


def _innermost(measure: Any) -> Mapping[str, Any]:
    """The global names of the function that does the work, beneath all wrappers."""
    inner = _inside(measure)
    while (beneath := _beneath(inner)) is not None:
        inner = beneath
    if isinstance(inner, FunctionType):
        return inner.__globals__
    kind = inner if isinstance(inner, type) else type(inner)
    return vars(sys.modules[kind.__module__])


def _beneath(measure: Any) -> Any:
    if isinstance(measure, functools.partial):
        return measure.func
    if isinstance(measure, MethodType):
        return measure.__func__
    return getattr(measure, "__wrapped__", None)


def _module_name(home: Mapping[str, Any]) -> str:
    name, file = home.get("__name__", "__main__"), home.get("__file__")
    if name != "__main__":
        return str(name)
    spec = home.get("__spec__")
    if spec is not None:  # python -m
        return str(spec.name)
    return Path(file).stem if file else str(name)


def _digest(description: Any) -> str:
    return sha256(description)[:DIGITS]


class _Parts:
    """Collects the parts of a measure; ``home`` holds the global names of its module."""

    def __init__(self, home: Mapping[str, Any]) -> None:
        self.home = home
        self.parts: dict[str, str] = {}
        self.without_source = False
        self._open: set[int] = set()

    def add(self, label: str, thing: Any) -> None:
        """A value: by its code if it can be called, else by what it holds."""
        if isinstance(thing, FunctionType):
            self._function(label, thing)
        elif isinstance(thing, functools.partial):
            self.add(label, thing.func)
            bound = {str(place): value for place, value in enumerate(thing.args)}
            self._values(label, bound | thing.keywords)
        elif isinstance(thing, MethodType):
            self.add(label, thing.__func__)
            self.add(f"{label}.self", thing.__self__)
        elif hasattr(thing, "__wrapped__"):
            self.add(label, thing.__wrapped__)
        elif isinstance(thing, type):
            self._class(label, thing)
        elif not isinstance(thing, ModuleType):
            self._value(label, thing)

    def _values(self, label: str, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            self.add(f"{label}.{name}", value)

    def _value(self, label: str, thing: Any) -> None:
        kind = type(thing)
        own = kind.__module__ == self.home.get("__name__")
        if own:
            self._class(label, kind)
        try:
            self.parts[label] = _digest(describe(thing))
        except ValueError:
            if own and id(thing) not in self._open:
                self._open.add(id(thing))
                self._values(label, _fields(thing))
            elif not own:  # such as a ufunc, or what the measure writes to
                name = getattr(thing, "__qualname__", getattr(thing, "__name__", ""))
                self.parts[label] = _digest([kind.__module__, kind.__qualname__, str(name)])

    def _function(self, label: str, function: FunctionType) -> None:
        code, own = function.__code__, function.__globals__ is self.home
        key = code.co_qualname
        if source.is_local(code) and label != MEASURE:
            key = label  # many local functions may bear one name
        elif not own:
            key = f"{function.__module__}.{function.__qualname__}"
        if key in self.parts or id(function) in self._open:
            return
        self._open.add(id(function))
        self.parts[key] = _digest([function.__module__, function.__qualname__])
        if own:
            self._own_function(key, function)
        if source.is_local(code):
            self._values(key, source.bound(function))

    def _own_function(self, key: str, function: FunctionType) -> None:
        code = function.__code__
        node = source.node_of(code, self.home)
        self.without_source |= node is None
        self.parts[key] = _digest(
            source.bytecode(function) if node is None else source.plain(node)
        )
        names = source.names_of_code(code) | source.names_around(node)
        self._globals(names, code.co_filename)

    def _class(self, label: str, kind: type) -> None:
        """A class of the measure's module; of others, the name alone."""
        name = kind.__qualname__
        if kind.__module__ != self.home.get("__name__"):
            self.parts[label] = _digest([kind.__module__, name])
        elif name not in self.parts:
            file = source.file_of_class(kind, self.home)
            node = source.class_node(name, file, self.home)
            if node is None:
                self.without_source = True
                self.parts[name] = _digest(name)
                self._values(name, _functions(kind))
            else:
                self.parts[name] = _digest(source.plain(node))
                self._globals(source.names_of_statements([node]), file)

    def _globals(self, names: Iterable[str], file: str) -> None:
        """The parts of the module that bear these names, and what they use in turn."""
        table = source.statements(file, self.home)
        for name in sorted(set(names) - set(self.parts)):
            bound = table.get(name)
            if bound is not None:
                if not bound:  # imported
                    continue
                self.parts[name] = _digest([source.plain(node) for node in bound])
                self._globals(source.names_of_statements(bound), file)
            elif name in self.home and not source.is_dunder(name):
                self.add(name, self.home[name])  # of another cell of a notebook


def _functions(kind: type) -> dict[str, Any]:
    return {name: held for name, held in vars(kind).items() if isinstance(held, FunctionType)}


def _fields(thing: Any) -> dict[str, Any]:
    """What an object holds, less what it has only cached."""
    if dataclasses.is_dataclass(thing):
        return {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}
    names = [*getattr(thing, "__dict__", ()), *getattr(type(thing), "__slots__", ())]
    cached = functools.cached_property
    return {
        name: getattr(thing, name)
        for name in names
        if hasattr(thing, name) and not isinstance(getattr(type(thing), name, None), cached)
    }
