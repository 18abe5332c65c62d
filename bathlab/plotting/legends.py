"""Legends that leave the axes to the curves."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import offset_copy

from bathlab.checks import as_integer, as_text, require_kind

#: Points from a panel to what stands below the name of its abscissa.
BELOW_NAME = 30


def legend_under(axes: Axes, columns: int) -> None:
    """The legend of a panel below the name of its abscissa, however high the panel is."""
    place = offset_copy(
        axes.transAxes, axes.get_figure(root=True), y=-BELOW_NAME, units="points"
    )
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        bbox_transform=place,
        ncols=columns,
        fontsize="x-small",
    )


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
