"""Figures in one style, and lines of theory in them."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import matplotlib
import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.checks import (
    as_array,
    as_integer,
    as_real,
    as_text,
    refusal,
    require_kind,
    shown,
)
from bathlab.plotting.finishing import finish, note, said_of

#: Where to get axes.
AXES = "Take those of figure.subplots()."
#: The look of every figure.
STYLE = Path(__file__).with_name("bathlab.mplstyle")
#: Told apart by lightness, marker and line style, so that colour is never needed, and each dark
#: enough for a white page; the first, darkest, is for the curve that the figure is about. The
#: lists have different lengths: where one repeats, the others do not.
COLOURS: tuple[Any, ...] = (
    "#12275f",
    "#c8391f",
    "#1b8f80",
    "#7c4396",
    "#bd7a08",
    "#4a86c5",
    "#8a5a3c",
)
MARKERS: tuple[Any, ...] = ("o", "s", "^", "D", "v", "P", "X", "<", "*")
LINES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (7, 2)), (0, (3, 1, 1, 1, 1, 1)))


def curve_style(index: int) -> dict[str, Any]:
    """Colour, line style and marker of one curve of a figure.

    Parameters
    ----------
    index : int
        Its number, from 0.

    Returns
    -------
    dict
        ``color``, ``linestyle`` and ``marker`` for :meth:`matplotlib.axes.Axes.plot`.

    Raises
    ------
    ValueError
        If the number is none, or negative.

    Examples
    --------
    >>> from bathlab.plotting import curve_style
    >>> curve_style(1)
    {'color': '#c8391f', 'linestyle': '--', 'marker': 's'}
    """
    index = as_integer("index", index, 0)
    return {
        "color": COLOURS[index % len(COLOURS)],
        "linestyle": LINES[index % len(LINES)],
        "marker": MARKERS[index % len(MARKERS)],
    }


@contextmanager
def figure(
    path: str | Path, width: float | None = None, height: float | None = None
) -> Iterator[Figure]:
    """A figure in the common style, written to a PNG and a PDF on exit.

    On exit, the panels of a figure that has several are lettered (a), (b), …, and the figure
    becomes one column wide (3.4 inches) if its panels stand in one, else two (7.0 inches; more
    if more than three panels stand side by side), and as high as its panels need. Files drawn
    twice are the same to the byte.

    Parameters
    ----------
    path : str or Path
        Of one of the files; the other stands beside it.
    width, height : float, optional
        Inches, if the style is not to decide.

    Yields
    ------
    matplotlib.figure.Figure
        Without axes.

    Raises
    ------
    ValueError
        If ``path`` is none, or a length not positive.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from bathlab.plotting import figure
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> with figure(folder / "two.png") as drawn:
    ...     for axes in drawn.subplots(1, 2):
    ...         _ = axes.plot([0, 1], [0, 1])
    >>> sorted(each.name for each in folder.iterdir())
    ['two.pdf', 'two.png']
    >>> float(drawn.get_figwidth())
    7.0
    """
    if not isinstance(path, (str, Path)) or not str(path):
        raise refusal("path", shown(path), "the path of a file", "Name one, as 'figure.png'.")
    width = None if width is None else as_real("width", width, above=0)
    height = None if height is None else as_real("height", height, above=0)
    with matplotlib.style.context(STYLE):
        drawn = Figure()
        yield drawn
        finish(drawn, width, height)
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn.savefig(path.with_suffix(".png"))
        # What is odd about dates in a font is no news to who draws a figure with it.
        fonts = logging.getLogger("fontTools")
        before = fonts.level
        fonts.setLevel(logging.ERROR)
        try:
            drawn.savefig(path.with_suffix(".pdf"), metadata={"CreationDate": None})
        finally:
            fonts.setLevel(before)


@contextmanager
def on(axes: Axes | None, table: pd.DataFrame) -> Iterator[Axes]:
    """The axes that were given, or those of a new figure in the style, with a note on the
    errors of the table."""
    if axes is not None:
        require_kind("axes", axes, Axes, AXES)
        yield axes
        return
    interactive = matplotlib.is_interactive()
    try:
        with matplotlib.style.context(STYLE):
            from matplotlib import pyplot  # a notebook shows its figures

            drawn, axes = pyplot.subplots()
            # The first figure of a notebook turns this on, and the style would turn it off
            # again: no later figure would be shown.
            interactive = matplotlib.is_interactive()
            yield axes
            if said := said_of(table):
                note(drawn, said)
    finally:
        matplotlib.interactive(interactive)


def reference_line(axes: Axes, value: float, name: str) -> None:
    """A horizontal dotted line with its name above it at the right edge.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> axes = Figure().subplots()
    >>> bl.plotting.reference_line(axes, 0.693, r"$\\log 2$")
    >>> axes.texts[0].get_text()
    '$\\\\log 2$'
    """
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
    """A straight line of a given slope through the middle of points x, y.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> axes = Figure().subplots()
    >>> bl.plotting.slope_line(axes, [0.0, 2.0], [1.0, 1.2], 0.693, "log 2 per LIOM", "--")
    >>> print(axes.lines[0].get_ydata().round(3))  # through the middle, 1.1
    [0.407 1.793]
    """
    require_kind("axes", axes, Axes, AXES)
    x = as_array("x", x)
    y, slope = as_array("y", y, shape=x.shape), as_real("slope", slope)
    as_text("label", label)
    as_text("style", style)
    line = y.mean() + slope * (x - x.mean())
    axes.plot(x, line, color="0.35", linestyle=style, label=label, zorder=1)
