"""Legends that leave the axes to the curves."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure


def legend_above(figure: Figure, axes: Axes, title: str) -> None:
    """The curves of ``axes`` in two columns above them, under a title that says how to read
    them."""
    figure.legend(
        *axes.get_legend_handles_labels(),
        loc="outside upper center",
        ncols=2,
        fontsize="x-small",
        title=title,
        title_fontsize="x-small",
    )
