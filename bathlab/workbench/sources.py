"""Functions of the user's own files, named as ``FILE.py:FUNCTION`` in a file of parameters."""

from __future__ import annotations

import difflib
import hashlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

import cloudpickle

EXAMPLE = "Write FILE.py:FUNCTION, such as source = 'mybath.py:disordered_ladder'."
#: Files that were run, and the digest of what was in them.
_loaded: dict[Path, tuple[str, ModuleType]] = {}


def function_of(source: str) -> Callable[..., Any]:
    """The function that ``FILE.py:FUNCTION`` names; the file is run as a module of its name.

    A relative path starts at the working directory. What the file holds goes to workers by
    value, so that they need no copy of it; what it imports they must be able to import.

    Raises
    ------
    ValueError
        If there is no such file, it raises, or it has no such function.
    """
    file, _, name = source.rpartition(":")
    path = Path(file).expanduser()
    if not file or not name.isidentifier():
        raise ValueError(
            f"source = {source!r} was given; expected a file and a function. {EXAMPLE}"
        )
    if not path.is_file():
        raise ValueError(
            f"source = {source!r} was given, but there is no file {path}; expected it there, "
            f"or beside the file of parameters. {EXAMPLE}"
        )
    module = _module(path.resolve())
    function = getattr(module, name, None)
    if not callable(function):
        known = [key for key, held in vars(module).items() if callable(held)]
        near = difflib.get_close_matches(name, known, n=1)
        raise ValueError(
            f"source = {source!r} was given, but {path} defines no function {name}; expected "
            f"one of {known}.{f' Did you mean {near[0]}?' if near else ''}"
        )
    return function


def beside(path: str, folder: Path | None) -> str:
    """``path`` from ``folder``, if it is there, seen from the working directory; else as it
    is."""
    if folder is None or Path(path).expanduser().is_absolute():
        return path
    found = (folder / path).resolve()
    if not found.exists():
        return path
    here = Path.cwd()
    return os.path.relpath(found, here) if found.is_relative_to(here) else str(found)


def _module(path: Path) -> ModuleType:
    """The file as a module, run again only if it has changed."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    before, module = _loaded.get(path, ("", None))
    if module is None or before != digest:
        module = _run(path)
        _loaded[path] = digest, module
    return module


def _run(path: Path) -> ModuleType:
    name = path.stem
    there = sys.modules.get(name)
    if there is not None and path not in _loaded:
        if Path(getattr(there, "__file__", None) or "").resolve() == path:
            return there
        raise ValueError(
            f"The file {path} was given, but another module called {name} is loaded already "
            f"({there!r}); expected a name of its own. Rename the file."
        )
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"The file {path} was given; expected a Python file. {EXAMPLE}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise ValueError(
            f"The file {path} was run, and raised {type(error).__name__}: {error}; expected it "
            "to define a function. Try `python` on it."
        ) from error
    cloudpickle.register_pickle_by_value(module)
    return module
