"""Levels against a parameter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.checks import as_flag, as_real, as_text, require_numbers, select
from bathlab.conventions import RealArray
from bathlab.plotting.figures import on

THIN: dict[str, Any] = {"color": "0.45", "linewidth": 0.5, "zorder": 2}
THICK: dict[str, Any] = {"color": "0.75", "linewidth": 1.6, "zorder": 1}
#: Colours of points by a number from 0: none is near white.
SCALE = "viridis_r"


def levels(
    table: pd.DataFrame,
    x: str,
    y: str,
    by: str,
    axes: Axes | None = None,
    *,
    colour: str | None = None,
    name: str | None = None,
    thick: bool = False,
    jump: float | None = None,
) -> Axes:
    """Levels against a parameter: a thin line for each, or points in a scale of colours.

    Parameters
    ----------
    table : DataFrame
        A row for each level at each value of the parameter.
    x, y : str
        Columns of the parameter and of the level.
    by : str
        Column whose values tell levels apart, their number say.
    axes : Axes, optional
        Where to draw; a new figure in the style if not given.
    colour : str, optional
        Column of numbers, of zero or more, by which points are coloured, with a scale.
    name : str, optional
        Of all lines in the legend.
    thick : bool, default False
        Whether the lines are broad and light, to lie behind others.
    jump : float, optional
        A line is broken where it moves farther from one x to the next, since sorted levels go
        on as others there.

    Returns
    -------
    matplotlib.axes.Axes
        With a line for each level, or a collection of points for all.

    Raises
    ------
    ValueError
        If a column is not there or holds no numbers, or ``jump`` is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> from bathlab.plotting import levels
    >>> from bathlab.plotting.level_lines import long_levels
    >>> h = np.linspace(-1, 1, 41)
    >>> gap = np.sqrt(h**2 + 0.1**2)
    >>> axes = levels(long_levels(h, np.column_stack([-gap, gap])), "x", "level", "number")
    >>> len(axes.lines)
    2
    """
    select(table, [x, y, by, *([] if colour is None else [colour])])
    require_numbers(table, [x, y])
    if colour is not None:
        require_numbers(table, [colour])
    thick = as_flag("thick", thick)
    name = None if name is None else as_text("name", name)
    jump = None if jump is None else as_real("jump", jump, above=0)
    with on(axes, table) as axes:
        if colour is None:
            _lines(axes, table, (x, y, by), THICK if thick else THIN, jump)
            if name is not None:
                axes.plot([], [], label=name, **(THICK if thick else THIN))
        else:
            _points(axes, table, x, y, colour)
        axes.set(xlabel=axes.get_xlabel() or x, ylabel=axes.get_ylabel() or y)
    return axes


def long_levels(x: RealArray, values: RealArray) -> pd.DataFrame:
    """Levels (len(x), n) as a table with ``x``, ``level`` and ``number``."""
    count = values.shape[1]
    return pd.DataFrame(
        {
            "x": np.tile(x, count),
            "level": values.T.ravel(),
            "number": np.repeat(np.arange(count), len(x)),
        }
    )


def _lines(
    axes: Axes,
    table: pd.DataFrame,
    names: tuple[str, str, str],
    style: dict[str, Any],
    jump: float | None,
) -> None:
    x, y, by = names
    for _, level in table.groupby(by, sort=False):
        level = level.sort_values(x)
        values = level[y].to_numpy(dtype=float, copy=True)
        if jump is not None:
            values[1:][np.abs(np.diff(values)) > jump] = np.nan
        axes.plot(level[x], values, **style)


def _points(axes: Axes, table: pd.DataFrame, x: str, y: str, colour: str) -> None:
    top = max(1.0, float(table[colour].max()))
    drawn = axes.scatter(
        table[x], table[y], c=table[colour], s=5, cmap=SCALE, vmin=0, vmax=top, zorder=3
    )
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.colorbar(drawn, ax=axes, label=colour)
