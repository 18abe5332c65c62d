"""What measured curves are held against."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from bathlab.checks import as_array, as_text, require_kind


def reference_curve(axes: Axes, x: Any, y: Any, name: str) -> None:
    """A broad grey curve of theory, behind the data, named in the legend.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> axes = Figure().subplots()
    >>> bl.plotting.reference_curve(axes, [0.0, 1.0], [0.0, 1.0], "eq. (13)")
    >>> axes.lines[0].get_label()
    'eq. (13)'
    """
    require_kind("axes", axes, Axes, "Take those of figure.subplots().")
    x = as_array("x", x)
    y = as_array("y", y, shape=x.shape)
    as_text("name", name)
    axes.plot(x, y, color="0.65", linewidth=2.4, zorder=1, label=name)
