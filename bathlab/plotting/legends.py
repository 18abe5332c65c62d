"""Legends that leave the axes to the curves."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.checks import as_integer, as_text, require_kind


def legend_above(
    figure: Figure, axes: Axes, title: str, columns: int = 4, **style: Any
) -> None:
    """One legend above all panels, of the curves in one of them, under a title.

    ``style`` is what else :meth:`matplotlib.figure.Figure.legend` takes.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> figure = Figure()
    >>> axes = figure.subplots()
    >>> bl.plotting.reference_curve(axes, [0.0, 1.0], [0.0, 1.0], "eq. (13)")
    >>> bl.plotting.legend_above(figure, axes, "theory")
    >>> figure.legends[0].get_texts()[0].get_text()
    'eq. (13)'
    """
    require_kind("figure", figure, Figure, "Make one with bathlab.plotting.figure.")
    require_kind("axes", axes, Axes, "Take one of the figure.")
    as_text("title", title)
    columns = as_integer("columns", columns, 1)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside upper center",
        ncols=min(columns, len(labels)),
        title=title,
        **{"title_fontsize": "small", **style},
    )
