"""Source as a tree: where a function is in its file, and which names of the module it uses."""

from __future__ import annotations

import ast
import dis
import linecache
import sys
from functools import lru_cache
from types import CellType, CodeType, FunctionType
from typing import Any, Iterable, Iterator, Mapping, Sequence

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)
#: Fields of a tree that say nothing of what the code does.
IDLE_FIELDS = ("ctx", "kind", "type_comment")
GLOBAL_LOADS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS")


def plain(node: Any) -> Any:
    """A tree as lists and text, without docstrings and positions. Empty fields are left out:
    newer Pythons add some."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = dict(ast.iter_fields(node))
    if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
        fields["body"] = fields["body"][1:]
    return [type(node).__name__] + [
        [name, plain(value)]
        for name, value in fields.items()
        if name not in IDLE_FIELDS and value is not None and value != []
    ]


@lru_cache(maxsize=32)
def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except SyntaxError:
        return None


def _tree(file: str, home: Mapping[str, Any]) -> ast.Module | None:
    linecache.checkcache(file)
    text = "".join(linecache.getlines(file, dict(home)))
    return _parsed(text) if text else None


def node_of(code: CodeType, home: Mapping[str, Any]) -> ast.AST | None:
    """The tree of a function or lambda; None if no source holds it."""
    tree = _tree(code.co_filename, home)
    found = [
        node
        for node in ast.walk(tree or ast.Module([], []))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        and _first_line(node) == code.co_firstlineno
        and getattr(node, "name", "<lambda>") == code.co_name
    ]
    if len(found) < 2:
        return found[0] if found else None
    around = [node for node in found if _holds(node, code)]
    return min(around, key=_extent) if around else None


def _first_line(node: Any) -> int:
    decorators = getattr(node, "decorator_list", ())
    return int(min([node.lineno, *(each.lineno for each in decorators)]))


def _holds(node: Any, code: CodeType) -> bool:
    """Whether all instructions of a lambda lie within its tree."""
    start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
    known = (place for place in code.co_positions() if None not in place)
    places = [place for place in known if place[2:] != (0, 0)]
    return all(
        start <= (line, column) and (last, stop) <= end for line, last, column, stop in places
    )


def _extent(node: Any) -> tuple[int, int]:
    return node.end_lineno - node.lineno, node.end_col_offset - node.col_offset


def class_node(qualname: str, file: str, home: Mapping[str, Any]) -> ast.stmt | None:
    """The tree of a class, the last one of that name in its file; None if there is none."""
    return dict(_classes(_tree(file, home) or ast.Module([], []), "")).get(qualname)


def _classes(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.stmt]]:
    for child in ast.iter_child_nodes(node):
        inner = prefix
        if isinstance(child, Definition):
            name = f"{prefix}{child.name}"
            is_class = isinstance(child, ast.ClassDef)
            if is_class:
                yield name, child
            inner = f"{name}." if is_class else f"{name}.<locals>."
        yield from _classes(child, inner)


def file_of_class(kind: type, home: Mapping[str, Any]) -> str:
    """The file of a class: that of one of its functions, else of its module."""
    for held in vars(kind).values():
        if isinstance(held, FunctionType) and held.__globals__ is home:
            if not held.__code__.co_filename.startswith("<string>"):  # made by dataclass
                return held.__code__.co_filename
    return str(home.get("__file__", ""))


def statements(file: str, home: Mapping[str, Any]) -> dict[str, list[ast.stmt]]:
    """The statements that give each global name its value; none for an imported name."""
    tree = _tree(file, home)
    table: dict[str, list[ast.stmt]] = {}
    for statement in tree.body if tree else ():
        for name, is_import in _bound(statement):
            known = table.setdefault(name, [])
            if not is_import and statement not in known:
                known.append(statement)
    return table


def _bound(node: ast.AST) -> Iterator[tuple[str, bool]]:
    """Names that a statement gives a value, and whether by importing."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0], True
    elif isinstance(node, Definition):
        yield node.name, False
    elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and _is_target(node):
        while not isinstance(node, ast.Name):  # X.y = 1, X["y"] = 1
            if not isinstance(node, (ast.Attribute, ast.Subscript)):
                return
            node = node.value
        yield node.id, False
    elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp)):
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)


def _is_target(node: ast.Name | ast.Attribute | ast.Subscript) -> bool:
    return not isinstance(node.ctx, ast.Load)


def names_of_code(code: CodeType) -> set[str]:
    """Global names that compiled code reads, also in the functions within it."""
    names = {step.argval for step in dis.get_instructions(code) if step.opname in GLOBAL_LOADS}
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return names.union(*map(names_of_code, inner))


def names_of_statements(nodes: Sequence[ast.stmt]) -> set[str]:
    """Global names that statements of a module read, in annotations too."""
    module = ast.Module(list(nodes), [])
    return names_of_code(compile(module, "<statements>", "exec", dont_inherit=True))


def names_around(node: ast.AST | None) -> set[str]:
    """Names that the decorators, defaults and annotations of a function read."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return set()
    around: Iterable[ast.AST | None] = [
        node.args,
        *getattr(node, "decorator_list", ()),
        getattr(node, "returns", None),
    ]
    return {
        each.id
        for part in around
        for each in ast.walk(part or ast.Pass())
        if isinstance(each, ast.Name)
    }


def bytecode(function: FunctionType) -> Any:
    """What Python runs, in place of a source that is not to be had."""
    return _compiled(function.__code__, function.__doc__) + [list(sys.version_info[:2])]


def _compiled(code: CodeType, docstring: str | None = None) -> list[Any]:
    consts = [
        _compiled(const) if isinstance(const, CodeType) else _written(const)
        for const in code.co_consts
        if docstring is None or const != docstring
    ]
    return [code.co_code.hex(), consts, list(code.co_names), list(code.co_varnames)]


def _written(const: Any) -> Any:
    return sorted(map(repr, const)) if isinstance(const, frozenset) else repr(const)


def is_local(code: CodeType) -> bool:
    """Whether a function is made anew each time: a lambda, or one within another."""
    return "<lambda>" in code.co_qualname or "<locals>" in code.co_qualname


def is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def bound(function: FunctionType) -> dict[str, Any]:
    """What a local function was made with: defaults by place, others by name, its closure."""
    defaults = {f"default {n}": value for n, value in enumerate(function.__defaults__ or ())}
    cells = zip(function.__code__.co_freevars, function.__closure__ or ())
    closure = {name: cell.cell_contents for name, cell in cells if _is_filled(cell)}
    return defaults | (function.__kwdefaults__ or {}) | closure


def _is_filled(cell: CellType) -> bool:
    try:
        cell.cell_contents
    except ValueError:
        return False
    return True
