"""What a report says, as frozen plain data: text and numbers, and nothing of how they look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from bathlab.workbench.claims import Claim


@dataclass(frozen=True)
class Table:
    """Rows of text under the names of columns.

    Attributes
    ----------
    columns : tuple of str
        Names of the columns.
    rows : tuple of tuple of str
        Cells, one for each column.
    more : int
        How many rows were left out.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0


@dataclass(frozen=True)
class Panel:
    """One picture: points with errors, told apart by curve.

    Attributes
    ----------
    title, description : str
        Its heading, and what one who cannot see it is told.
    x_title, y_title : str
        What is written at the axes.
    points : tuple of mapping
        ``x``, ``y``, ``curve``, ``low`` and ``high`` (None without an error) and ``tip``, the
        lines that are shown over the point, name to text.
    kind : str
        ``points``, ``lines``, ``bars`` (``x`` to ``x2``) or ``band``.
    log_x, log_y : bool
        Whether an axis is logarithmic.
    level : float or None
        Height of a line for what theory says, and
    level_title : str
        what is written at it.
    more : int
        How many points were left out.
    """

    title: str
    description: str
    x_title: str
    y_title: str
    points: tuple[Mapping[str, Any], ...]
    kind: str = "points"
    log_x: bool = False
    log_y: bool = False
    level: float | None = None
    level_title: str = ""
    more: int = 0

    @property
    def curves(self) -> list[str]:
        """Names of the curves, in order."""
        return list(dict.fromkeys(point["curve"] for point in self.points))


@dataclass(frozen=True)
class Answer:
    """What comes out for one case, in words."""

    case: str
    text: str


@dataclass(frozen=True)
class ParameterRow:
    """One parameter: value, what it is, and what it is usually.

    Attributes
    ----------
    name, value, description, unit, bounds, usual : str
        As text; ``usual`` is the value of the preset ``default``.
    changed : bool
        Whether the value differs from that.
    """

    name: str
    value: str
    description: str = ""
    unit: str = ""
    bounds: str = ""
    usual: str = ""
    changed: bool = False


@dataclass(frozen=True)
class BathPortrait:
    """One bath: its levels by sector, and pictures of its first realisation."""

    name: str
    text: str
    sectors: Table
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Standing:
    """How far a run is: realisations that are done, wanted and failed, and whether a process
    adds rows (None if that cannot be seen)."""

    done: int
    wanted: int
    failed: int
    running: bool | None
    cases: Table

    @property
    def complete(self) -> bool:
        """Whether every realisation is there, or recorded as failed."""
        return self.done + self.failed >= self.wanted


@dataclass(frozen=True)
class Health:
    """What a reader should know before trusting the numbers.

    Attributes
    ----------
    remarks : tuple of str
        Faults, mixed code and versions, warnings; empty if there is nothing to say.
    failures : Table
        Realisations that raised, with what they said.
    checks : Table
        Residuals and sum rules of the rows: median and largest, case by case.
    """

    remarks: tuple[str, ...]
    failures: Table
    checks: Table


@dataclass(frozen=True)
class Report:
    """All that a page says of one store or record; made by
    :func:`bathlab.report.report_of`.

    Attributes
    ----------
    study, question, source : str
        Name, what is asked, and which folder or file this is from.
    text : str
        What the study's script says besides its question.
    answers, panels, claims, parameters, baths : tuple
        What comes out, drawn, compared, put in, and drawn from.
    data : Table
        The averaged table.
    toml, command : str
        Parameters to copy, and the command that makes the data again.
    standing, health : Standing or None, Health or None
        Of a store; a record has no rows to tell them from.
    convergence : tuple of Panel
        The watched mean against realisations and, with a target, its standard error.
    convergence_table : Table
        Where it stands now.
    provenance : tuple of pair of str
        What, and its value.
    notes : tuple of str
        What is missing from this report and why.
    """

    study: str
    question: str
    source: str
    text: str = ""
    answers: tuple[Answer, ...] = ()
    panels: tuple[Panel, ...] = ()
    claims: tuple[Claim, ...] = ()
    parameters: tuple[ParameterRow, ...] = ()
    data: Table = Table((), ())
    baths: tuple[BathPortrait, ...] = ()
    toml: str = ""
    command: str = ""
    preset: str = ""
    standing: Standing | None = None
    health: Health | None = None
    convergence: tuple[Panel, ...] = ()
    convergence_table: Table = Table((), ())
    provenance: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
