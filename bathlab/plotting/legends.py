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
