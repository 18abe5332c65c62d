"""Claims as tables of the site: what Markdown holds as a block of text, 200 characters wide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

#: A block of text whose first line is the headings of claims.
BLOCK = re.compile(r"^```text\n(?= *claim +paper +here )(.*?)\n```$", re.MULTILINE | re.DOTALL)


def cells(lines: Sequence[str]) -> list[list[str]]:
    """The cells of a table of text whose columns, but for the last, end where headings end."""
    ends = [found.end() for found in re.finditer(r"\S+", lines[0])][:-1]
    bounds = list(zip([0, *ends], [*ends, None], strict=True))
    return [[line[a:b].strip() for a, b in bounds] for line in lines]


def as_html(headings: Sequence[str], rows: Iterable[Sequence[str]], name: str = "") -> str:
    """A table to be sorted by its headings, whose rows a narrow screen shows one below another.

    Cells are HTML already.
    """
    head = "".join(f'<th scope="col"><button>{word}</button></th>' for word in headings)
    body = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    called = f' id="{name}"' if name else ""
    return "\n".join(
        [
            f'<div class="wide"><table{called} class="table sortable claims">',
            f"<thead><tr>{head}</tr></thead>",
            "<tbody>",
            *(f"<tr>{row}</tr>" for row in body),
            "</tbody></table></div>",
        ]
    )


def plain(text: str) -> str:
    """A cell as HTML."""
    return escape(text).replace(" +- ", " ± ")


def with_tables(text: str) -> str:
    """A page with its claims as tables."""

    def table(found: re.Match[str]) -> str:
        headings, *rows = cells(found[1].split("\n"))
        shown = as_html(headings, ([plain(cell) for cell in row] for row in rows))
        return f"```{{raw}} html\n{shown}\n```"

    return BLOCK.sub(table, text)


def setup(app: Any) -> dict[str, bool]:
    """Pages of Markdown are read so."""

    def read(_: Any, __: str, source: list[str]) -> None:
        source[0] = with_tables(source[0])

    app.connect("source-read", read)
    return {"parallel_read_safe": True}
