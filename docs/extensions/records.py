"""The records of the studies, in the order of docs/results.toml."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from bathlab.workbench import Record

ROOT = Path(__file__).parents[2]


def studies() -> list[str]:
    """Names of the studies whose figure is committed."""
    plan = tomllib.loads((ROOT / "docs/results.toml").read_text(encoding="utf-8"))
    return [name for name in plan["studies"] if (ROOT / f"figures/{name}.json").exists()]


def title(study: str) -> str:
    """The first line of a study's docstring."""
    words = ast.get_docstring(ast.parse((ROOT / f"studies/{study}.py").read_bytes())) or ""
    return words.partition("\n")[0].rstrip(".")


def runs() -> Iterator[tuple[str, Record]]:
    """Study and record, of each the largest run."""
    for study in studies():
        for figure in (f"figures/paper/{study}", f"figures/{study}"):
            if (ROOT / f"{figure}.json").exists():
                yield study, Record.read(ROOT / f"{figure}.json")
                break
