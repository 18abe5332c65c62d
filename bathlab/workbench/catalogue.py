"""The studies that come with the package: where they are, and what they are called."""

from __future__ import annotations

import ast
import difflib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import bathlab


def folder() -> Path:
    """The folder of the studies: within the package where it was installed from a wheel, beside
    it in a clone.

    Raises
    ------
    ValueError
        If there is neither.
    """
    package = Path(bathlab.__file__).parent
    for place in (package / "studies", package.parent / "studies"):
        if any(place.glob("*.py")):
            return place
    raise ValueError(
        f"No studies were found in {package / 'studies'} nor beside {package}; expected them "
        "in one of these. Install bathlab from a wheel or from a clone."
    )


def names() -> list[str]:
    """Names of the studies, in alphabetical order."""
    return sorted(path.stem for path in folder().glob("*.py") if not path.stem.startswith("_"))


def find(study: str) -> Path:
    """The script of a study, by name or as a path.

    Raises
    ------
    ValueError
        If it is neither the name of a study nor a file.
    """
    if study in names():
        return folder() / f"{study}.py"
    path = Path(study)
    if path.suffix == ".py" and path.is_file():
        return path
    if path.suffix == ".py":
        raise ValueError(
            f"{study} was given, but there is no such file; expected a script that is there, "
            "or the name of a study. `bathlab new FILE.py` writes a script to begin with."
        )
    raise ValueError(
        f"{study} was given; expected the name of a study, or a script, FILE.py. "
        f"{nearest(study)}`bathlab list` names them all."
    )


def nearest(study: str) -> str:
    """The question whether a study that there is was meant, if one is called much like it."""
    plain = study.lower().replace("-", "_").removesuffix(".py")
    near = difflib.get_close_matches(plain, names(), n=3)
    return f"Did you mean {' or '.join(near)}? " if near else ""


def question(study: str) -> str:
    """The first line of a study's text."""
    text = ast.get_docstring(ast.parse(find(study).read_bytes())) or ""
    return text.partition("\n")[0]


def load_module(study: str) -> ModuleType:
    """The script of a study as a module, registered under its name so that its functions can
    be sent to workers. Raises as :func:`find`."""
    path = find(study)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} was given; expected a Python script. Give another file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module
