"""Docstrings are read at a prompt; here they become reStructuredText.

``|z|`` is a modulus and ``*`` a product in them, not markup: both are escaped. A role names
what its module sees, as ``:func:`status```: it becomes a link to the page of that object where
it has one, else a literal.
"""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any

from extensions.reference import documented

ROLE = re.compile(r":(func|class|meth|attr|data|mod|obj|exc):`([~.\w]+)`")
#: What is left as it is: literals, roles, lines of an example.
KEPT = re.compile(r"(``.+?``|:\w+:`[^`]+`)", re.DOTALL)
BULLET = re.compile(r"^(\s*\* )", re.MULTILINE)


def escaped(text: str, module: str) -> str:
    """The text with its roles resolved and |, *, trailing _ and lone ` taken literally."""
    parts = KEPT.split(ROLE.sub(lambda found: role(found[1], found[2], module), text))
    return "".join(part if KEPT.fullmatch(part) else plain(part) for part in parts)


def plain(text: str) -> str:
    """Text without markup, except for the bullets of lists."""
    bullets = BULLET.split(text)
    return "".join(
        part if BULLET.fullmatch(part) else re.sub(r"([|*`]|(?<=\w)_(?!\w))", r"\\\1", part)
        for part in bullets
    )


def role(kind: str, target: str, module: str) -> str:
    """A role of the full name that has a page, or a literal."""
    words = target.lstrip("~.")
    full = full_name(words, module)
    shown = words.rpartition(".")[2] if target.startswith("~") else words
    return f":{full[0]}:`{shown} <{full[1]}>`" if full else f"``{shown}``"


def full_name(words: str, module: str) -> tuple[str, str] | None:
    """The role and the full name of what ``words`` mean in ``module``, if it is documented."""
    value = seen(words, module)
    if value is None:
        return None
    for name, each in documented().items():
        if each is value:
            kinds = {"autofunction": "func", "autodata": "data", "autoexception": "exc"}
            from extensions.reference import directive

            return kinds.get(directive(value), "class"), name
    owner_words, _, last = words.rpartition(".")
    owner = seen(owner_words, module) if owner_words else None
    found = full_name(owner_words, module) if inspect.isclass(owner) else None
    member = vars(owner).get(last) if found else None
    if found and isinstance(member, property):
        return ("attr", f"{found[1]}.{last}") if member.__doc__ else None
    if found and getattr(member, "__doc__", None) and callable(value):
        return "meth", f"{found[1]}.{last}"
    return None


def seen(words: str, module: str) -> Any:
    """What dotted ``words`` mean in a module, in the package, or as a public name."""
    if not words:
        return None
    first, *rest = words.split(".")
    for start in places(first, module):
        value = start
        for part in rest:
            value = getattr(value, part, None)
            if value is None:
                break
        if value is not None:
            return value
    return None


def places(first: str, module: str) -> list[Any]:
    """What a first word can stand for."""
    import bathlab

    found = []
    if first == "bathlab":
        found.append(bathlab)
    if module:
        found.append(getattr(importlib.import_module(module), first, None))
    found += [v for name, v in documented().items() if name.rpartition(".")[2] == first]
    found.append(getattr(bathlab, first, None))
    return [each for each in found if each is not None]


def examples_apart(lines: list[str]) -> list[tuple[bool, list[str]]]:
    """Runs of lines, and whether each is an example with its output."""
    runs: list[tuple[bool, list[str]]] = []
    inside = False
    for line in lines:
        inside = line.lstrip().startswith(">>>") or (inside and bool(line.strip()))
        if not runs or runs[-1][0] != inside:
            runs.append((inside, []))
        runs[-1][1].append(line)
    return runs


def process(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Sphinx's hook, before numpydoc's."""
    del app, what, options
    module = getattr(inspect.unwrap(obj) if callable(obj) else obj, "__module__", None)
    if isinstance(obj, property):
        module = getattr(obj.fget, "__module__", None)
    if not isinstance(module, str) or not module.startswith("bathlab"):
        module = ""
    out: list[str] = []
    for example, run in examples_apart(lines):
        out += run if example else escaped("\n".join(run), module).split("\n")
    lines[:] = out


def setup(app: Any) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", process, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
