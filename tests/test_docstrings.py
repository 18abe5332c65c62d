"""Docstrings have numpydoc's form, which the reference is made of."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bathlab as bl

PACKAGE = Path(__file__).parents[1] / "bathlab"
SECTIONS = {
    "Parameters",
    "Returns",
    "Yields",
    "Raises",
    "Warns",
    "Attributes",
    "See Also",
    "Notes",
    "References",
    "Examples",
}
#: Of these each entry is a line of names, with a type or without, and an indented description.
NAMED = re.compile(r"\*{0,2}\w+(, \*{0,2}\w+)*( : ([^.;]|\.(?=\w))+)?")


def sections(docstring: str) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of each section."""
    lines = inspect.cleandoc(docstring).splitlines()
    ruled = [k - 1 for k, line in enumerate(lines) if k and re.fullmatch("-{3,}", line)]
    for start, end in zip(ruled, [*ruled, len(lines)][1:], strict=True):
        assert len(lines[start + 1]) == len(lines[start]), lines[start]
        yield lines[start], lines[start + 2 : end]


def faults(docstring: str, arguments: set[str] | None = None) -> list[str]:
    """What of it numpydoc would misread; names that are no ``arguments``, if they are given."""
    found = []
    for title, lines in sections(docstring):
        if title not in SECTIONS:
            found.append(title)
        if title not in ("Parameters", "Attributes"):
            continue
        for line, after in zip(lines, [*lines[1:], ""], strict=True):
            if not line or line.startswith("    "):
                continue
            if not NAMED.fullmatch(line) or not after.startswith("    "):
                found.append(line)
            elif arguments is not None:
                names = re.findall(r"\w+", line.partition(" : ")[0])
                found += [name for name in names if name not in arguments]
    return found


def arguments_of(node: ast.AST) -> set[str] | None:
    if not isinstance(node, ast.FunctionDef):
        return None
    given = node.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return {each.arg for each in named if each}


@pytest.mark.parametrize("room", sorted({path.name for path in PACKAGE.iterdir()}))
def test_every_docstring_has_the_form_of_numpydoc(room):
    path = PACKAGE / room
    for file in [path] if path.suffix == ".py" else path.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                words = ast.get_docstring(node) or ""
                assert faults(words, arguments_of(node)) == [], f"{file}: {node}"


def test_what_a_first_script_calls_says_what_goes_in_and_what_comes_out():
    functions = {name: getattr(bl, name) for name in dir(bl)}
    functions = {name: f for name, f in functions.items() if inspect.isfunction(f)}
    assert len(functions) > 15
    for name, function in functions.items():
        told = dict(sections(function.__doc__))
        named = set(
            re.findall(r"^\*{0,2}(\w+(?:, \w+)*)$", "\n".join(told["Parameters"]), re.M)
        )
        named = {word for line in named for word in line.split(", ")}
        assert named == set(inspect.signature(function).parameters), name
        assert "Returns" in told, name


@pytest.mark.parametrize(
    "section",
    [
        "Parameters\n----------\nx : (n,) levels; ascending.",
        "Parameters\n----------\nx\n\ny\n    Levels.",
        "Parameters\n----------\nz\n    Levels.",
        "Columns\n-------\nx, y",
    ],
)
def test_what_numpydoc_would_misread_is_found(section):
    good = "Parameters\n----------\nx : ndarray\n    (n,) levels.\n"
    assert faults(f"One line.\n\n{good}", {"x", "y"}) == []
    assert faults(f"One line.\n\n{section}\n", {"x", "y"}) != []
