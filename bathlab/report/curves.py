"""The points of a curve from an averaged table: by what its study says, or by its columns."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from bathlab.report.contents import Panel
from bathlab.report.numbers import cell, concise
from bathlab.report.size import spread
from bathlab.workbench.curve import ERROR, Curve

#: Panels of one report, curves and points of one panel: more are left to the table.
MOST_PANELS, MOST_CURVES, MOST_POINTS = 6, 10, 300
#: Columns that count, and are no result.
COUNTS = ("realisations", "N", "count", "realisation", "seed")
#: Names that an abscissa has in the studies, the likelier first.
ABSCISSAE = ("x", "omega", "G", "g", "epsilon", "alpha", "W", "length", "site", "liom", "lioms")
#: Names of a mean in tables of one quantity a row.
VALUES = ("value", "mean", "y", "p")
#: Names of the columns that tell quantities apart there.
QUANTITIES = ("quantity", "kind")
#: A positive abscissa that spans more than this is drawn on a logarithmic axis.
LOGARITHMIC = 30.0
#: A parameter of so many values tells curves apart.
FEW = 8
#: So many other columns are shown over a point.
MOST_TOLD = 6


def guessed(data: pd.DataFrame, watch: str = "") -> Curve | None:
    """The curve in a table whose study does not say one.

    The ordinate is ``watch`` if it is a column, else a column named as means are, else the
    first with a standard error. The abscissa is a column named as abscissae are, else the
    number without an error that has most values. Text with few values tells curves apart.

    Parameters
    ----------
    data : DataFrame
        Means with their errors.
    watch : str
        The column that the study watches.

    Returns
    -------
    Curve or None
        None if there are no two columns of numbers to draw.
    """
    names = [str(name) for name in data]
    numbers = [name for name in names if _is_number(data[name]) and name not in COUNTS]
    errors = {_error_of(name, numbers) for name in numbers} - {""}
    means = [name for name in numbers if _error_of(name, numbers)]
    likely = (watch, *VALUES, *means)
    y = next((name for name in likely if name in numbers and name not in errors), "")
    free = [name for name in numbers if name not in errors | {y}]
    free = [name for name in free if _goes_with(data, name, y)]
    if not y or not free:
        return None
    bare = [name for name in free if name not in means] or free
    x = next((name for name in ABSCISSAE if name in free), "")
    x = x or max(bare, key=lambda name: data[name].nunique())
    panel = next((n for n in QUANTITIES if n in data and 1 < data[n].nunique()), "")
    return Curve(
        x,
        y,
        error=_error_of(y, numbers),
        by=_tells_apart(data.dropna(subset=[x, y]), [x, y, panel], bare),
        panel=panel,
        log_x=_is_logarithmic(data[x]),
    )


def panels(data: pd.DataFrame, curve: Curve) -> tuple[Panel, ...]:
    """The pictures of a table.

    Parameters
    ----------
    data : DataFrame
        Means with their errors.
    curve : Curve
        Which columns are drawn.

    Returns
    -------
    tuple of Panel
        At most ``MOST_PANELS``, of at most ``MOST_POINTS`` points each.

    Raises
    ------
    ValueError
        If the table lacks a column of the curve.
    """
    if lacking := [name for name in curve.columns if name not in data]:
        raise ValueError(
            f"A curve of the columns {curve.columns} was given; expected them in the table, "
            f"which lacks {lacking}. Name some of {list(data.columns)}."
        )
    for name, value in curve.where.items():
        data = data[data[name] == value]
    drawn = data[
        np.isfinite(_as_numbers(data[curve.x])) & np.isfinite(_as_numbers(data[curve.y]))
    ]
    drawn = drawn.dropna(subset=list(curve.by))
    if curve.log_x:
        drawn = drawn[_as_numbers(drawn[curve.x]) > 0]
    if curve.log_y:
        drawn = drawn[_as_numbers(drawn[curve.y]) > 0]
    if not curve.panel:
        groups: Iterable[tuple[str, pd.DataFrame]] = [("", drawn)]
    else:
        parts = drawn.groupby(curve.panel, sort=False)
        groups = [(name, rows) for name, rows in parts if rows[curve.x].nunique() > 1]
        groups = groups[:MOST_PANELS]
    return tuple(_panel(str(name), rows, curve) for name, rows in groups if len(rows))


def _panel(name: str, rows: pd.DataFrame, curve: Curve) -> Panel:
    if name:  # each panel has its own abscissa
        curve = replace(curve, log_x=curve.log_x or _is_logarithmic(rows[curve.x]))
        rows = rows[_as_numbers(rows[curve.x]) > 0] if curve.log_x else rows
    kept = _few_curves(rows, curve)
    told = _told(kept, curve)
    points = tuple(_point(row, curve, told) for row in _records(kept))
    x_title = curve.x_title or curve.x
    if name and "abscissa" in rows and rows["abscissa"].nunique() == 1:
        x_title = str(rows["abscissa"].iloc[0])
    y_title = curve.y_title or (name if name and curve.y in VALUES else curve.y)
    names = ", ".join(dict.fromkeys(point["curve"] for point in points if point["curve"]))
    return Panel(
        title=", ".join(filter(None, [curve.title, name])),
        description=f"{y_title} against {x_title}, {len(points)} points"
        + (f", one curve each for {names}" if names else ""),
        x_title=x_title,
        y_title=y_title,
        points=points,
        log_x=curve.log_x,
        log_y=curve.log_y,
        level=curve.level,
        level_title=curve.level_title,
        more=len(rows) - len(kept),
    )


def _few_curves(rows: pd.DataFrame, curve: Curve) -> pd.DataFrame:
    """At most so many curves, and of each its share of points, so that a panel can be read."""
    names = [_name(row, curve) for row in _records(rows)]
    first = set(list(dict.fromkeys(names))[:MOST_CURVES])
    places = [place for place, name in enumerate(names) if name in first]
    kept = spread([names[place] for place in places], MOST_POINTS)
    return rows.iloc[[places[place] for place in kept]]


def _point(row: Mapping[str, Any], curve: Curve, told: Sequence[str]) -> dict[str, Any]:
    x, y = float(row[curve.x]), float(row[curve.y])
    column = curve.error or f"{curve.y}{ERROR}"
    error = float(row[column]) if row.get(column) is not None and column in row else math.nan
    has_error = math.isfinite(error) and error > 0
    low, high = (y - error, y + error) if has_error else (None, None)
    if low is not None and curve.log_y and low <= 0:
        low = y / 10
    tip = {curve.x_title or curve.x: cell(x), curve.y_title or curve.y: concise(y, error)}
    if has_error:
        tip["standard error"] = f"{error:.2g}"
    count = next((row[name] for name in COUNTS[:3] if name in row), None)
    if count is not None and count == count:
        tip["N"] = cell(int(count) if float(count).is_integer() else count)
    tip |= {name: cell(row[name]) for name in told if cell(row[name]) != ""}
    ends = {"low": low, "high": high}
    return {"x": x, "y": y, **ends, "curve": _name(row, curve), "tip": tip}


def _name(row: Mapping[str, Any], curve: Curve) -> str:
    """What a curve is called: text as it is, numbers with the names of their columns."""
    told = [(name, row[name]) for name in curve.by]
    words = [v if isinstance(v, str) else f"{name} = {cell(v)}" for name, v in told]
    return ", ".join(words)


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): value for name, value in row.items()} for row in rows.to_dict("records")
    ]


def _told(rows: pd.DataFrame, curve: Curve) -> list[str]:
    """What else is said of a point: parameters, which have no error of their own."""
    known = {*curve.columns, *COUNTS}
    names = [
        name
        for name in map(str, rows)
        if name not in known
        and not name.endswith(ERROR)
        and f"{name}{ERROR}" not in rows
        and rows[name].map(np.ndim).max() == 0
        and rows[name].nunique() > 1
    ]
    return names[:MOST_TOLD]


def _goes_with(data: pd.DataFrame, x: str, y: str) -> bool:
    """Whether there are points of ``y`` at several values of ``x``."""
    return bool(data.loc[data[y].notna() if y else slice(None), x].nunique() > 1)


def _tells_apart(data: pd.DataFrame, taken: Sequence[str], bare: Sequence[str]) -> str:
    """The column that tells curves apart: text first, else a parameter of few values."""
    text = [name for name in map(str, data) if not _is_number(data[name]) and name not in taken]
    for name in [*text, *(name for name in bare if name not in taken)]:
        if data[name].notna().all() and 1 < data[name].map(cell).nunique() <= FEW:
            return name
    return ""


def _error_of(name: str, names: Iterable[str]) -> str:
    """The column of the standard error of another, if there is one."""
    own = f"{name}{ERROR}"
    if own in names:
        return own
    return "error" if name in VALUES and "error" in names else ""


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _as_numbers(values: pd.Series) -> Any:
    return pd.to_numeric(values, errors="coerce").to_numpy(float)


def _is_logarithmic(values: pd.Series) -> bool:
    numbers = _as_numbers(values)
    numbers = numbers[np.isfinite(numbers)]
    if len(numbers) < 4 or numbers.min() <= 0:
        return False
    return bool(numbers.max() / numbers.min() > LOGARITHMIC)
