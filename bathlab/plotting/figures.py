"""Figures in one style, and curves with error bars that survive greyscale."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Sequence

import matplotlib.style
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.checks import (
    as_array,
    as_integer,
    as_names,
    as_real,
    as_text,
    refusal,
    require_kind,
    select,
    shown,
)

#: Where to get axes.
AXES = "Take those of figure.subplots()."
#: The look of every figure.
STYLE = Path(__file__).with_name("bathlab.mplstyle")
#: Told apart by lightness, marker and line style, so that colour is never needed. The lists
#: have different lengths: where one repeats, the others do not.
COLOURS = sns.color_palette("cividis", 3) + [
    (0.75, 0.2, 0.2),
    (0.0, 0.5, 0.4),
    (0.9, 0.5, 0.1),
    (0.5, 0.25, 0.65),
]
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", "*")
LINES = ("-", "--", "-.", ":", (0, (7, 2)), (0, (3, 1, 1, 1, 1, 1)))


def curve_style(index: int) -> dict[str, Any]:
    """Colour, line style and marker of a figure's curve number ``index``, from 0."""
    index = as_integer("index", index, 0)
    return {
        "color": COLOURS[index % len(COLOURS)],
        "linestyle": LINES[index % len(LINES)],
        "marker": MARKERS[index % len(MARKERS)],
    }


@contextmanager
def figure(path: str | Path, width: float = 6.4, height: float = 4.4) -> Iterator[Figure]:
    """A figure in the common style, written to ``path`` and beside it as PDF and PNG on
    exit."""
    if not isinstance(path, (str, Path)) or not str(path):
        raise refusal("path", shown(path), "the path of a file", "Name one, as 'figure.png'.")
    width, height = as_real("width", width, above=0), as_real("height", height, above=0)
    with matplotlib.style.context(STYLE):
        drawn = Figure(figsize=(width, height))
        yield drawn
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn.savefig(path.with_suffix(".png"))
        drawn.savefig(path.with_suffix(".pdf"), metadata={"CreationDate": None})


def error_curves(
    axes: Axes,
    table: pd.DataFrame,
    x: str,
    y: str,
    by: str,
    open_where: str | None = None,
    order: Sequence[str] | None = None,
) -> None:
    """One curve with error bars per value of column ``by``.

    ``table`` has columns x, y and the ``_error`` of those that are uncertain; rows whose column
    ``open_where`` is true are drawn with open markers.
    """
    require_kind("axes", axes, Axes, AXES)
    select(table, [x, y, by, *([] if open_where is None else [open_where])])
    order = None if order is None else as_names("order", order)
    for index, name in enumerate(order or list(dict.fromkeys(table[by]))):
        curve = table[table[by] == name].sort_values(x)
        style = curve_style(index)
        axes.errorbar(
            curve[x],
            curve[y],
            xerr=curve.get(f"{x}_error"),
            yerr=curve.get(f"{y}_error"),
            label=name,
            **style,
        )
        if open_where is not None:
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


def band_curves(axes: Axes, table: pd.DataFrame, x: str, y: str, by: str) -> None:
    """One line with a band of one standard error per row; cells of x, y, ``y_error`` are
    arrays."""
    require_kind("axes", axes, Axes, AXES)
    select(table, [x, y, f"{y}_error", by])
    for index, (_, curve) in enumerate(table.iterrows()):
        style = curve_style(index) | {"marker": "none"}
        axes.plot(curve[x], curve[y], label=curve[by], **style)
        axes.fill_between(
            curve[x],
            curve[y] - curve[f"{y}_error"],
            curve[y] + curve[f"{y}_error"],
            color=style["color"],
            alpha=0.25,
            linewidth=0,
        )


def reference_line(axes: Axes, value: float, name: str) -> None:
    """A horizontal dotted line with its name above it at the right edge."""
    require_kind("axes", axes, Axes, AXES)
    value = as_real("value", value)
    require_kind("name", name, str, "Pass text.")
    axes.axhline(value, color="0.4", linewidth=0.8, linestyle=(0, (1, 1)))
    axes.annotate(
        name,
        (1.0, value),
        xycoords=("axes fraction", "data"),
        xytext=(-4, 3),
        textcoords="offset points",
        ha="right",
        color="0.3",
        size="small",
    )


def slope_line(axes: Axes, x: Any, y: Any, slope: float, label: str, style: str) -> None:
    """A straight line of a given slope through the middle of points x, y."""
    require_kind("axes", axes, Axes, AXES)
    x = as_array("x", x)
    y, slope = as_array("y", y, shape=x.shape), as_real("slope", slope)
    as_text("label", label)
    as_text("style", style)
    line = y.mean() + slope * (x - x.mean())
    axes.plot(x, line, color="0.35", linestyle=style, label=label, zorder=1)
