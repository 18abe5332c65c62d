"""Legends that leave the axes to the curves."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure


def legend_above(
    figure: Figure, axes: Axes, title: str, columns: int = 4, **style: Any
) -> None:
    """One legend above all panels, of the curves in one of them, under a title.

    ``style`` is what else :meth:`matplotlib.figure.Figure.legend` takes.
    """
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside upper center",
        ncols=min(columns, len(labels)),
        title=title,
        **{"title_fontsize": "small", **style},
    )
