"""Tutorials: each is listed, says what to try next, and its cells are Python."""

import re
from pathlib import Path

import pytest

TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"
PAGES = sorted(path for path in TUTORIALS.glob("*.md") if path.name != "index.md")
CELL = re.compile(r"^```\{code-cell\} ipython3\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_tutorial_is_in_the_index_once():
    index = (TUTORIALS / "index.md").read_text()
    listed = re.search(r"```\{toctree\}\n(?::.*\n)*\n(.*?)```", index, re.DOTALL)[1].split()
    assert sorted(listed) == [page.stem for page in PAGES] and len(listed) == 10


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_the_cells_of_a_tutorial_compile(page):
    text = page.read_text()
    cells = CELL.findall(text)
    assert len(cells) == text.count("{code-cell}") >= 2
    for cell in cells:
        compile(cell, page.name, "exec")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_tutorial_is_a_notebook_and_says_what_to_try_next(page):
    text = page.read_text()
    assert text.startswith("---\njupytext:") and "name: python3" in text
    assert text.rstrip().split("```")[-1].count("**What to try next.**") == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_links_of_a_tutorial_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+\.md)\)", page.read_text()):
        assert (page.parent / target).exists(), target
