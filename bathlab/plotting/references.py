"""What measured curves are held against."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes


def reference_curve(axes: Axes, x: Any, y: Any, name: str) -> None:
    """A dotted grey curve of theory, named in the legend."""
    axes.plot(x, y, color="0.2", linestyle=(0, (1, 1)), label=name)
