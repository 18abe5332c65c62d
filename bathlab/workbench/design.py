"""What a study is made of: question, parameters, cases, measure, claims, panels."""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Callable, Generic, Iterable, Mapping, Sequence, TypeVar

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from bathlab.checks import (
    as_array,
    as_names,
    as_text,
    require_callable,
    require_kind,
    require_mapping,
)
from bathlab.ensemble.study import Case, Measure, Study
from bathlab.plotting.finishing import note, said_of
from bathlab.statistics.estimates import summarise
from bathlab.workbench.claims import Claim
from bathlab.workbench.curve import Curve
from bathlab.workbench.parameters import Parameters

P = TypeVar("P", bound=Parameters)
#: The preset that a study must have, the one that runs unless another is named.
DEFAULT = "default"


@dataclass(frozen=True)
class Outcome(Generic[P]):
    """The rows of a study, to be averaged, claimed and drawn.

    Attributes
    ----------
    table
        one row per case, realisation and what else the measure tells apart, in the order
        of the cases.
    parameters
        what was run.
    average
        makes ``means`` of both.
    """

    table: pd.DataFrame
    parameters: P
    average: Callable[[pd.DataFrame, P], pd.DataFrame]

    @cached_property
    def means(self) -> pd.DataFrame:
        """What ``average`` makes of the rows, made once."""
        return self.average(self.table, self.parameters)


@dataclass(frozen=True)
class Design(Generic[P]):
    """A study written down; :class:`bathlab.workbench.Script` makes a program of it.

    Parameters
    ----------
    name
        of the study, its stores and its figure.
    question
        what it asks, the text of ``--help``.
    presets
        parameters by name, "default" among them, all of one kind.
    cases
        makes the cases of some parameters. All parameters that are one number or text
        each become columns of the table, beside those that a case names itself.
    measure
        (spec of a case, seed, realisation) -> rows.
    watch
        column whose running mean is shown and whose error ``--target-error`` bounds.
    by
        columns whose values tell means apart.
    average
        (table, parameters) -> means with errors; if None, those of ``watch`` by ``by``.
    claims
        what is said of the outcome.
    draw
        draws it on a figure; if None, the means of ``watch``.
    size
        width and height of the figure in inches; if None, the style decides by the panels.
    data
        the table beside the figure; if None, the means, a row for each point of a curve.
    cells
        columns of the means whose cells are curves, of which the table beside the figure has a
        row for each point; by them a figure is drawn again from that table.
    version
        see :class:`bathlab.Study`.
    curve
        the columns of that table which a report draws, a curve or several; if there is none,
        they are guessed.

    Raises
    ------
    ValueError
        If there is no default preset, presets differ in kind or lack ``realisations``, or
        nothing is watched nor averaged.
    """

    name: str
    question: str
    presets: Mapping[str, P]
    cases: Callable[[P], Iterable[Case]]
    measure: Measure
    watch: str
    by: Sequence[str] = ("case",)
    average: Callable[[pd.DataFrame, P], pd.DataFrame] | None = None
    claims: Callable[[Outcome[P]], Iterable[Claim]] = lambda outcome: ()
    draw: Callable[[Figure, Outcome[P]], None] | None = None
    size: tuple[float, float] | None = None
    data: Callable[[Outcome[P]], pd.DataFrame] | None = None
    cells: Sequence[str] = ()
    version: str = ""
    curve: Curve | Sequence[Curve] = ()

    def __post_init__(self) -> None:
        self._require_kinds()
        kinds = {type(preset) for preset in self.presets.values()}
        if DEFAULT not in self.presets or len(kinds) > 1:
            raise ValueError(
                f"Presets {list(self.presets)} were given; expected one called {DEFAULT!r}, "
                "and all of one kind. Add it, or make the others of its kind."
            )
        if "realisations" not in self.kind.model_fields:
            raise ValueError(
                f"Parameters {list(self.kind.model_fields)} were given; expected realisations "
                "among them, one number for each case. Add the field."
            )

    def _require_kinds(self) -> None:
        """Refuse what is no text, function or number before anything asks for it."""
        for name in ("name", "question", "watch"):
            as_text(name, getattr(self, name))
        if self.version != "":
            as_text("version", self.version)
        for name in ("cases", "measure", "claims"):
            require_callable(name, getattr(self, name), "this study")
        for name in ("average", "draw", "data"):
            if getattr(self, name) is not None:
                require_callable(name, getattr(self, name), "this study")
        for curve in self.curves:
            require_kind("curve", curve, Curve, "Make one with bathlab.workbench.Curve.")
        as_names("by", self.by)
        as_names("cells", self.cells)
        if self.size is not None:
            size = as_array("size", self.size, shape=(2,), above=0)
            object.__setattr__(self, "size", tuple(size.tolist()))
        presets = require_mapping("presets", self.presets)
        for preset in presets.values():
            require_kind("presets", preset, Parameters, "Derive them from bl.Parameters.")

    @property
    def curves(self) -> tuple[Any, ...]:
        """What a report draws; empty if the study does not say."""
        return tuple(self.curve) if isinstance(self.curve, (list, tuple)) else (self.curve,)

    @property
    def kind(self) -> type[P]:
        """The class of the parameters."""
        return type(self.presets[DEFAULT])

    @property
    def file(self) -> Path:
        """The script, where the cases are written down."""
        return Path(inspect.getfile(self.cases)).resolve()

    def build(self, parameters: P) -> Study:
        """The study of these parameters.

        Raises
        ------
        ValueError
            For a value that a spec refuses.
        """
        columns = parameters.columns()
        cases = tuple(
            dataclasses.replace(case, columns={**columns, **case.columns})
            for case in self.cases(parameters)
        )
        return Study(self.name, self.measure, cases, parameters.seed, self.watch, self.version)

    def outcome(self, table: pd.DataFrame, parameters: P) -> Outcome[P]:
        """Rows of the study of these parameters, ready to be claimed and drawn."""
        return Outcome(table, parameters, self.average or self._average)

    def panels(self, figure: Figure, outcome: Outcome[P]) -> None:
        """Draw the outcome."""
        if self.draw is None:
            from bathlab.plotting.panels import point_panel  # by seaborn, slow to load

            point_panel(figure.subplots(), outcome.table, self.watch)
        else:
            self.draw(figure, outcome)
        if not figure.get_supxlabel() and (said := said_of(outcome.means)):
            note(figure, said)

    def tidy(self, outcome: Outcome[P]) -> pd.DataFrame:
        """The data beside the figure."""
        return exploded(outcome.means) if self.data is None else self.data(outcome)

    def _average(self, table: pd.DataFrame, parameters: P) -> pd.DataFrame:
        return summarise(table, self.by, [self.watch])


def exploded(means: pd.DataFrame) -> pd.DataFrame:
    """Means whose curves are cells, as one row for each point of a curve."""
    curves = [name for name in means if means[name].map(lambda cell: np.ndim(cell) > 0).any()]
    return means.explode(curves) if curves else means


def gathered(table: pd.DataFrame, curves: Sequence[str]) -> pd.DataFrame:
    """What :func:`exploded` was made from: neighbouring rows that differ in nothing but the
    points of their curves are one, whose cells are arrays, NaN where there was none."""
    known = [name for name in curves if name in table]
    if not known or table.empty:
        return table
    rest = table.drop(columns=known)
    same = (rest == rest.shift()) | (rest.isna() & rest.shift().isna())
    groups = (~same.all(axis=1)).cumsum()
    rows = []
    for _, part in table.groupby(groups, sort=False):
        row = dict(part.iloc[0])
        if part[known].notna().any(axis=None):
            row |= {name: part[name].to_numpy() for name in known}
        rows.append(row)
    return pd.DataFrame(rows, columns=table.columns)
