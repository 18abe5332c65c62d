"""Curves with their errors beside theory, from a table with a row for each point."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.checks import (
    as_array,
    as_flag,
    as_list,
    as_real,
    refusal,
    require_mapping,
    require_numbers,
    require_table,
    select,
    shown,
)
from bathlab.plotting.figures import curve_style, on
from bathlab.plotting.theory_lines import Theory, finished, theory_lines

#: How the curve that the figure is about differs from the others.
HERO: dict[str, Any] = {"linewidth": 1.8, "markersize": 4.5, "zorder": 3}


def curves(
    table: pd.DataFrame,
    x: str,
    y: str,
    by: str | None = None,
    axes: Axes | None = None,
    *,
    open_where: str | None = None,
    order: Sequence[Any] | None = None,
    hero: Any = None,
    theory: Mapping[str, Theory] | None = None,
    legend: bool = True,
) -> Axes:
    """Points with error bars, joined by curve, beside lines of theory.

    Parameters
    ----------
    table : DataFrame
        A row for each point, with columns x, y, and ``x_error`` and ``y_error`` for what is
        uncertain, as :func:`bathlab.summarise` makes it.
    x, y : str
        Columns of numbers.
    by : str, optional
        Column whose values tell curves apart and name them; without it there is one curve.
    axes : Axes, optional
        Where to draw; a new figure in the style if not given.
    open_where : str, optional
        Column that is true where symbols are hollow.
    order : sequence, optional
        Values of ``by`` to be drawn, in this order, which gives them their styles, also where
        one has no rows; all, as they come, if not given.
    hero : optional
        The value of ``by`` whose curve the figure is about: thicker, before the others.
    theory : mapping, optional
        Grey lines by name: a number (a level), a function of x, or a pair (x, y) of arrays.
    legend : bool, default True
        Whether the axes get a legend.

    Returns
    -------
    matplotlib.axes.Axes
        With the curves, labels where there were none, and a legend of what is named.

    Raises
    ------
    ValueError
        If a column is not there or holds no numbers, or a name or theory is none.

    Examples
    --------
    >>> import math, pandas as pd
    >>> from bathlab.plotting import curves
    >>> means = pd.DataFrame({"g": [0.1, 0.2, 0.4], "S": [0.1, 0.3, 0.6], "S_error": 0.02})
    >>> axes = curves(means, "g", "S", theory={"log 2": math.log(2)})
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['log 2']
    >>> axes.get_xlabel()
    'g'
    """
    return _joined(table, x, y, by, axes, "", open_where, order, hero, theory, legend)


def collapse(
    table: pd.DataFrame,
    x: str,
    y: str,
    by: str,
    axes: Axes | None = None,
    *,
    factors: Mapping[Any, float] | None = None,
    hero: Any = None,
    theory: Mapping[str, Theory] | None = None,
    legend: bool = True,
) -> Axes:
    """Curves whose abscissa is multiplied by a factor each, to see whether they are one.

    Symbols are not joined, so that a curve that stands off is seen.

    Parameters
    ----------
    table : DataFrame
        A row for each point, as :func:`curves` takes it.
    x, y, by : str
        Columns of both coordinates and of what tells curves apart.
    axes : Axes, optional
        Where to draw; a new figure in the style if not given.
    factors : mapping, optional
        What x is multiplied by, for each value of ``by``; 1 for what is not named.
    hero : optional
        The value of ``by`` whose curve the figure is about.
    theory : mapping, optional
        Grey lines by name, as :func:`curves` takes them.
    legend : bool, default True
        Whether the axes get a legend.

    Returns
    -------
    matplotlib.axes.Axes
        With the points and a legend.

    Raises
    ------
    ValueError
        If a column is not there or holds no numbers, or a factor belongs to no curve.

    Examples
    --------
    >>> import pandas as pd
    >>> from bathlab.plotting import collapse
    >>> table = pd.DataFrame({"g": [1.0, 2.0, 0.5, 1.0], "S": [1.0, 2.0, 1.0, 2.0]})
    >>> table["bath"] = ["a", "a", "b", "b"]
    >>> axes = collapse(table, "g", "S", "bath", factors={"b": 2.0})
    >>> [line.get_xdata().tolist() for line in axes.lines]
    [[1.0, 2.0], [1.0, 2.0]]
    """
    select(table, [x, y, by])
    require_numbers(table, [x, y], missing=True)
    given = {} if factors is None else dict(require_mapping("factors", factors))
    if unknown := [name for name in given if name not in set(table[by])]:
        raise refusal("factors", shown(unknown), f"values of {by!r}", "Name curves.")
    scale = {name: as_real(f"factors[{name!r}]", each, above=0) for name, each in given.items()}
    each = np.array([scale.get(name, 1.0) for name in table[by]])
    scaled = table.assign(**{x: table[x] * each})
    if f"{x}_error" in table:
        scaled[f"{x}_error"] = table[f"{x}_error"] * each
    return _joined(scaled, x, y, by, axes, "none", None, None, hero, theory, legend)


def _joined(
    table: pd.DataFrame,
    x: str,
    y: str,
    by: str | None,
    axes: Axes | None,
    line: str,
    open_where: str | None,
    order: Sequence[Any] | None,
    hero: Any,
    theory: Mapping[str, Theory] | None,
    legend: bool,
) -> Axes:
    """Curves of points, joined by lines of some style, "" for that of each."""
    named = [] if by is None else [by]
    select(table, [x, y, *named, *([] if open_where is None else [open_where])])
    require_numbers(table, [x, y], missing=True)
    errors = [name for name in (f"{x}_error", f"{y}_error") if name in table]
    if errors:
        require_numbers(table, errors, missing=True)
    legend = as_flag("legend", legend)
    parts, lines = parts_of(table, by, order, hero), theory_lines(theory, table[x])
    with on(axes, table) as axes:
        for index, (name, part) in enumerate(parts):
            style = look_of(index, name, hero) | ({"linestyle": line} if line else {})
            _points(axes, part.sort_values(x), x, y, open_where, style)
        finished(axes, x, y, lines, legend and bool(named or lines))
    return axes


def look_of(index: int, name: Any, hero: Any) -> dict[str, Any]:
    thick = HERO if hero is not None and name == hero else {}
    return {**curve_style(index), **thick, "label": name}


def parts_of(
    table: pd.DataFrame, by: str | None, order: Sequence[Any] | None, hero: Any
) -> list[tuple[Any, pd.DataFrame]]:
    """Names of curves and their rows."""
    if by is None:
        return [(None, table)]
    known = list(dict.fromkeys(table[by]))
    names = known if order is None else as_list("order", order, "curves")
    if not any(_among(name, known) for name in names) or np.ndim(names) != 1:
        raise refusal("order", shown(order), f"some of {known}", "Name curves.")
    if hero is not None and not _among(hero, names):
        raise refusal("hero", shown(hero), f"one of {names}", "Name a curve.")
    return [(name, table[table[by] == name]) for name in names]


def by_point(table: pd.DataFrame, x: str, y: str, named: list[str]) -> pd.DataFrame:
    """A row for each point, with ``y_error`` and how many realisations if the table has them,
    also of a table with a row for each curve, whose cells are arrays."""
    require_table("table", table)
    columns = [x, y, *([f"{y}_error"] if f"{y}_error" in table else [])]
    counts = ["realisations"] if "realisations" in table else []
    rows = select(table, [*columns, *named, *counts])
    if rows[x].map(lambda cell: np.ndim(cell) > 0).any():
        rows = rows.explode(columns, ignore_index=True)
    checked = {
        name: as_array(f"column {name!r}", list(rows[name]), missing=True) for name in columns
    }
    return rows.assign(**checked)


def _among(value: Any, names: list[Any]) -> bool:
    return np.ndim(value) == 0 and any(value == each for each in names)


def _points(
    axes: Axes,
    curve: pd.DataFrame,
    x: str,
    y: str,
    open_where: str | None,
    style: dict[str, Any],
) -> None:
    errors: dict[str, Any] = {"xerr": curve.get(f"{x}_error"), "yerr": curve.get(f"{y}_error")}
    axes.errorbar(curve[x], curve[y], **errors, **style)
    if open_where is None:
        return
    hollow = curve[curve[open_where].astype(bool)]
    axes.plot(
        hollow[x],
        hollow[y],
        linestyle="none",
        marker=style["marker"],
        markeredgecolor=style["color"],
        markerfacecolor="white",
        zorder=4,
    )
