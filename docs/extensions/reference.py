"""A page for each public name, and one for each room."""

from __future__ import annotations

import importlib
import inspect
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Iterable

#: In the order of the imports, with the two theories that have names of their own.
ROOMS = (
    "model",
    "spectrum",
    "analysis",
    "theory",
    "theory.avalanche",
    "theory.resonance_model",
    "statistics",
    "ensemble",
    "experiments",
    "workbench",
    "report",
    "plotting",
    "operators",
    "streams",
    "errors",
)


def names_of(module: ModuleType) -> list[str]:
    """What a room shows; of a module without a list what is defined in it."""
    own = [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]
    return sorted(getattr(module, "__all__", own), key=str.lower)


@cache
def documented() -> dict[str, Any]:
    """Every public object by its full name, once: that of the first room that shows it."""
    found: dict[str, Any] = {}
    seen: set[int] = set()
    for room in ROOMS:
        module = importlib.import_module(f"bathlab.{room}")
        for name in names_of(module):
            value = getattr(module, name)
            if isinstance(value, ModuleType) or id(value) in seen:
                continue
            seen.add(id(value))
            found[f"bathlab.{room}.{name}"] = value
    return found


def directive(value: Any) -> str:
    """How autodoc is told to write of it."""
    if inspect.isclass(value):
        if issubclass(value, BaseException):
            return "autoexception"
        return "autoclass"
    return "autofunction" if callable(value) else "autodata"


def page(name: str, value: Any) -> str:
    room, _, short = name.rpartition(".")
    kind = directive(value)
    options = "   :members:\n" if kind == "autoclass" else ""
    return (
        f"{short}\n{'=' * len(short)}\n\n.. currentmodule:: {room}\n\n"
        f".. {kind}:: {short}\n{options}"
    )


def sentence(room: str) -> str:
    """What a room is, as it says itself."""
    module = importlib.import_module(f"bathlab.{room}")
    return (inspect.getdoc(module) or "").partition("\n\n")[0]


def unseen(pages: Iterable[str]) -> list[str]:
    """A table of contents that shows in the margin only."""
    return [".. toctree::", "   :hidden:", "", *(f"   {name}" for name in pages), ""]


def room_page(room: str) -> str:
    """Title, sentence and table of a room."""
    names = [name for name in documented() if name.rpartition(".")[0] == f"bathlab.{room}"]
    short = [name.rpartition(".")[2] for name in names]
    title = f"bl.{room}"
    return "\n".join(
        [
            title,
            "=" * len(title),
            "",
            sentence(room),
            "",
            f".. currentmodule:: bathlab.{room}",
            "",
            ".. autosummary::",
            "",
            *(f"   {name}" for name in short),
            "",
            *unseen(names),
        ]
    )


def top_page() -> str:
    """The names of a first script, and the rooms with a sentence each."""
    import bathlab

    by_id = {id(value): name for name, value in documented().items()}
    names = sorted(bathlab.__all__, key=str.lower)
    rows = []
    for name in names:
        full = by_id.get(id(getattr(bathlab, name)))
        if full:
            role = "class" if inspect.isclass(getattr(bathlab, name)) else "func"
            words = summary(getattr(bathlab, name))
            rows += [f"   * - :{role}:`bl.{name} <{full}>`", f"     - {words}"]
    rooms = []
    for room in ROOMS:
        words = sentence(room).replace("\n", " ")
        rooms += [f"   * - :doc:`bl.{room} <{room}>`", f"     - {words}"]
    table = [".. list-table::", "   :widths: 30 70", ""]
    return "\n".join(
        [
            "Reference",
            "=========",
            "",
            "``import bathlab as bl``. Each room knows only those before it in a datum's way:",
            "spec, sample, operator, eigen-data, analyser, row, table, figure.",
            "",
            "By subject",
            "----------",
            "",
            *table,
            *rooms,
            "",
            "The names of a first script",
            "---------------------------",
            "",
            *table,
            *rows,
            "",
            *unseen(ROOMS),
        ]
    )


def summary(value: Any) -> str:
    """The first sentence of a docstring, as plain text of reStructuredText."""
    from extensions.docstrings import escaped

    words = " ".join((inspect.getdoc(value) or "").partition("\n\n")[0].split())
    return escaped(words.partition(". ")[0].rstrip("."), "")


def write(folder: Path) -> None:
    """All of them, leaving what did not change as it is: Sphinx reads anew what is newer."""
    pages = {name: page(name, value) for name, value in documented().items()}
    pages |= {room: room_page(room) for room in ROOMS}
    pages["index"] = top_page()
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.rst"):
        if path.stem not in pages:
            path.unlink()
    for name, text in pages.items():
        path = folder / f"{name}.rst"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
