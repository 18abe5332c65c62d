"""What an object says of itself: one line at a prompt or in a log, a small table in a notebook.

A class that derives from :class:`Facts` says which facts it has; how they look is decided here.
No fact costs more than a look at what is there: nothing is built or solved to be shown.
"""

from __future__ import annotations

import html
from dataclasses import fields, is_dataclass
from typing import Any, Iterable, NamedTuple, Sequence

import numpy as np

from bathlab.checks import shown

#: Binary units of memory, each 1024 of the one before.
UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
#: Notebooks set cells to the right, which is for numbers.
LEFT = 'style="text-align: left"'


class Fact(NamedTuple):
    """One fact.

    Attributes
    ----------
    name : str
        What the value is of, as the table has it.
    value : str
        The value in words.
    said : str, optional
        How the line says it; "" leaves it out there, None is name and value.
    """

    name: str
    value: str
    said: str | None = None

    @property
    def words(self) -> str:
        """As the line has it."""
        return f"{self.name} {self.value}" if self.said is None else self.said


class Facts:
    """An object that shows its facts instead of its arrays.

    A dataclass whose fields are facts enough derives from this with ``repr=False`` and defines
    nothing; others define :meth:`facts`.
    """

    def facts(self) -> Sequence[Fact]:
        """The facts, the most telling first; those of the fields if nothing else is said."""
        return of_fields(self)

    def __repr__(self) -> str:
        return in_a_line(type(self).__name__, self.facts())

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        return as_html(type(self).__name__, self.facts())


def counted(name: str, value: Any) -> Fact:
    """How many there are of something: "4096 states"."""
    return Fact(name, str(value), f"{value} {name}")


def only_told(name: str, value: str) -> Fact:
    """A fact whose value needs no name in the line: "real"."""
    return Fact(name, value, value)


def of_fields(record: Any) -> list[Fact]:
    """The fields of a dataclass that is one: numbers as they are, arrays by shape and range."""
    if not is_dataclass(record):
        return []
    told = (field for field in fields(record) if field.repr)
    return [Fact(field.name, in_brief(getattr(record, field.name))) for field in told]


def in_brief(value: Any) -> str:
    """A value in a few words; an array of real numbers by shape and range."""
    if isinstance(value, (float, np.floating)):
        return f"{value:.6g}"
    if isinstance(value, np.ndarray) and value.size and value.dtype.kind in "fiu":
        size = " x ".join(map(str, value.shape))
        return f"{size} from {value.min():.4g} to {value.max():.4g}"
    return value if isinstance(value, str) else shown(value)


def in_bytes(count: float) -> str:
    """So many bytes in a unit that suits them: "0.3 MiB"."""
    place = 0
    while place + 1 < len(UNITS) and count >= 102.4:
        count, place = count / 1024, place + 1
    return f"{count:.0f} B" if place == 0 else f"{count:.1f} {UNITS[place]}"


def in_a_line(name: str, facts: Iterable[Fact]) -> str:
    """Name and facts on one line: "CoupledSystem: 9 + 3 spins, 4096 states, real"."""
    words = ", ".join(filter(None, (fact.words for fact in facts)))
    return f"{name}: {words}" if words else name


def as_html(name: str, facts: Iterable[Fact]) -> str:
    """The same as a table of HTML with one row for each fact; whatever is text is escaped."""
    rows = {fact.name: fact.value for fact in facts}
    return html_table([*rows.items()], caption=name)


def html_table(
    rows: Sequence[Sequence[Any]],
    header: Sequence[str] = (),
    caption: str = "",
) -> str:
    """Rows of cells as a table of HTML, the first cell of each row its heading.

    Parameters
    ----------
    rows : sequence of sequences
        The cells, shown by ``str``; None is an empty cell.
    header : sequence of str
        Names of the columns; none are shown if it is empty.
    caption : str
        What the table is.
    """
    lines = ['<table class="dataframe">']
    if caption:
        lines.append(f"<caption {LEFT}>{_cell(caption)}</caption>")
    if header:
        cells = "".join(f'<th scope="col" {LEFT}>{_cell(x)}</th>' for x in header)
        lines.append(f"<thead><tr>{cells}</tr></thead>")
    lines.append("<tbody>")
    for first, *others in rows:
        cells = "".join(f"<td {LEFT}>{_cell(x)}</td>" for x in others)
        lines.append(f'<tr><th scope="row" {LEFT}>{_cell(first)}</th>{cells}</tr>')
    return "\n".join([*lines, "</tbody>", "</table>"])


def _cell(value: Any) -> str:
    return "" if value is None else html.escape(str(value))
