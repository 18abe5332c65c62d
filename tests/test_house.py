"""The form of the house: what files import, what rooms show, what is loaded when."""

import ast
import graphlib
import importlib
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import bathlab

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "bathlab"
#: Imports run from right to left only.
STREAM = [
    "conventions",
    "checks",
    "facts",
    "errors",
    "streams",
    "version",
    "operators",
    "spectrum",
    "analysis",
    "model",
    "theory",
    "statistics",
    "experiments",
    "ensemble",
    "workbench",
    "findings",
    "report",
]
#: Plotting stands beside the stream: it sees tables.
SEEN_BY_PLOTTING = {"conventions", "checks", "errors", "theory", "statistics", "plotting"}
SEES_PLOTTING = {"workbench", "plotting"}
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.pyi")}
#: Tests of what is no room.
OTHER_TESTS = {"benchmarks", "contracts", "docs", "packaging", "studies"}
#: Loaded when they are used: most scripts need none of them.
OPTIONAL = {"cupy", "distributed", "ipywidgets", "jinja2", "pypardiso", "qutip", "vl_convert"}
OPTIONAL |= {"xarray"}
HEAVY = {"numpy", "scipy", "pandas", "pyarrow", "numba", "matplotlib", "seaborn"} | OPTIONAL


@dataclass(frozen=True)
class Arrow:
    """One import, from file to file; ``typing`` if only a type checker sees it."""

    source: str
    target: str
    typing: bool = False


def module_of(path, root=PACKAGE):
    """The dotted name of a file, without the package's: ``spectrum.direct.pardiso``."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path, root=PACKAGE):
    """(module, name or None, typing) of every import statement, wherever it stands."""
    return imports_in(path.read_text(), path.relative_to(root).parts[:-1])


@cache
def imports_in(text, folders):
    """Those of a file's text; every import of a room asks its stub again."""
    tree, found = ast.parse(text), []
    typing = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    here = ["bathlab", *folders]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, None, node in typing) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) + 1 - node.level] if node.level else []
            module = ".".join([*above, node.module] if node.module else above)
            found += [(module, alias.name, node in typing) for alias in node.names]
    return found


def resolve(module, name, root=PACKAGE):
    """The file that an import reaches: through the stub of a room to where the name is made."""
    inside = module.split(".")[1:]
    if name is None:
        return ".".join(inside)
    folder = root.joinpath(*inside)
    if (folder / name).is_dir() or (folder / f"{name}.py").exists():
        return ".".join([*inside, name])
    stub = folder / "__init__.pyi"
    if stub.exists():
        for inner, shown, _ in imports_of(stub, root):
            if shown == name:
                return resolve(inner, shown, root)
    return ".".join(inside)


def arrows(root=PACKAGE):
    return [
        Arrow(module_of(path, root), resolve(module, name, root), typing)
        for path in sorted(root.rglob("*.py"))
        for module, name, typing in imports_of(path, root)
        if module.split(".")[0] == "bathlab"
    ]


def against_the_stream(arrow):
    """Whether an arrow runs from a room to one that comes later, or into or out of plotting."""
    source, target = arrow.source.split(".")[0], arrow.target.split(".")[0]
    if not target:  # the package itself, which reaches every room
        return source not in ("", "__main__", "workbench")
    if "plotting" in (source, target):
        return target not in SEEN_BY_PLOTTING or (
            target == "plotting" and source not in SEES_PLOTTING
        )
    if source in ("", "__main__"):
        return False
    return STREAM.index(target) > STREAM.index(source)


def circle(edges):
    """The files of a circle, or nothing. Imports for a type checker make none."""
    graph = {}
    for arrow in edges:
        if not arrow.typing and arrow.source != arrow.target:
            graph.setdefault(arrow.source, set()).add(arrow.target)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


def test_every_file_is_in_a_room_or_known_by_name():
    known = {*STREAM, "plotting", "__main__", ""}
    assert {module_of(path).split(".")[0] for path in PACKAGE.rglob("*.py")} <= known
    assert ROOMS <= known


def test_no_import_runs_against_the_stream():
    assert not [arrow for arrow in arrows() if against_the_stream(arrow)]


def test_no_files_import_each_other_in_a_circle():
    assert len(arrows()) > 150
    assert circle(arrows()) == []


@pytest.mark.parametrize(
    "place, line, found",
    [
        ("operators/spins.py", "from bathlab.model.baths import couple", "against"),
        ("operators/spins.py", "def f():\n    import bathlab.model.baths", "against"),
        ("operators/spins.py", "if TYPE_CHECKING:\n    import bathlab.model", "against"),
        ("operators/spins.py", "from bathlab import couple", "against"),
        ("operators/spins.py", "from ..model.baths import couple", "against"),
        ("statistics/fits.py", "def f():\n    import bathlab.plotting.figures", "against"),
        ("plotting/figures.py", "from bathlab.model import couple", "against"),
        ("model/lioms.py", "def f():\n    from bathlab.model import couple", "circle"),
    ],
)
def test_an_arrow_or_a_circle_is_found(tmp_path, place, line, found):
    """Each line put at the top of a copy of the file is reported, as what it is."""
    for path in PACKAGE.rglob("*.py*"):
        if path.suffix in (".py", ".pyi"):
            copy = tmp_path / path.relative_to(PACKAGE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(path.read_text())
    spoilt = tmp_path / place
    spoilt.write_text(f"{line}\n{spoilt.read_text()}")
    edges = arrows(tmp_path)
    assert bool([arrow for arrow in edges if against_the_stream(arrow)]) == (found == "against")
    if found == "circle":
        assert module_of(spoilt, tmp_path) in circle(edges)


def test_the_tests_mirror_the_rooms():
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert folders - OTHER_TESTS == ROOMS
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_every_name_of_a_room_exists_and_is_documented(room):
    module = importlib.import_module(f"bathlab.{room}")
    assert module.__all__ and module.__doc__
    for name in module.__all__:
        words = getattr(module, name).__doc__
        # A dataclass without words of its own has its signature for a docstring.
        assert words and not words.startswith(f"{name}("), f"bathlab.{room}.{name}"


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_script_that_uses_a_room_can_be_sent_to_workers(room):
    """A module with the name of a function that its room shows would make the room one of a
    class that cloudpickle cannot send."""
    assert type(importlib.import_module(f"bathlab.{room}")) is ModuleType


def test_the_top_has_about_30_names_and_the_rooms():
    values = {name: getattr(bathlab, name) for name in bathlab.__all__}
    rooms = {name for name, value in values.items() if isinstance(value, ModuleType)}
    assert {"analysis", "theory", "statistics", "errors", "plotting"} <= rooms
    assert len(values) <= 48 and 20 <= len(values) - len(rooms) <= 35
    for name, value in values.items():
        assert value.__doc__, name


def test_import_loads_nothing_heavy():
    code = "import bathlab, json, sys; dir(bathlab); print(json.dumps(list(sys.modules)))"
    loaded = json.loads(subprocess.check_output([sys.executable, "-c", code], text=True))
    assert not HEAVY & set(loaded)
    assert [name for name in loaded if name.startswith("bathlab.")] == []


def test_what_most_scripts_do_not_need_is_imported_inside_functions():
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "studies").glob("*.py")]:
        for node in ast.parse(path.read_text()).body:
            names = {alias.name for alias in getattr(node, "names", ())}
            names |= {getattr(node, "module", None) or ""}
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                assert not OPTIONAL & {name.split(".")[0] for name in names}, path
