"""The page on plots: it has every function of the room, and its cells are Python."""

import inspect
import re
from pathlib import Path

import bathlab as bl

PAGE = Path(__file__).parents[2] / "docs" / "plotting.md"
CELL = re.compile(r"^```\{code-cell\} ipython3\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_has_every_public_function_of_the_room():
    text = PAGE.read_text()
    named = [
        name for name in bl.plotting.__all__ if inspect.isfunction(getattr(bl.plotting, name))
    ]
    assert len(named) > 20
    assert [name for name in named if not re.search(rf"\b{name}\b", text)] == []


def test_it_shows_a_function_in_every_picture_that_it_makes():
    cells = CELL.findall(PAGE.read_text())
    assert len(cells) == PAGE.read_text().count("{code-cell}")
    for cell in cells[1:]:
        compile(cell, PAGE.name, "exec")
        called = re.findall(r"bl\.plotting\.(\w+)", cell)
        assert called and all(hasattr(bl.plotting, name) for name in called)
