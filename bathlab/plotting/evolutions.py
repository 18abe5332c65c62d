"""Space against scale: spots of a chain that grow and fuse; boxes that hold a core."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from bathlab.plotting.figures import curve_style

#: Lightness of spots of generation 0, 1, ...; the last is that of all further ones.
SHADES = (0.82, 0.7, 0.58, 0.46, 0.34, 0.22, 0.1)
#: Colour of the edge of what still acts; what is at rest has none.
ACTIVE = (0.85, 0.33, 0.1)


def evolution_panel(axes: Axes, row: Mapping[Any, Any]) -> None:
    """The spots of a chain as rectangles over its cells, scale upwards.

    Shades are generations. An edge marks what still acts; without one it is at rest. Bare cores
    are marked below. ``row`` has the columns of
    :data:`bathlab.experiments.evolutions.PICTURE`.
    """
    until = np.asarray(row["until"])
    top = 1.6 * max(until[np.isfinite(until)].max(initial=1.0), row["since"].max(initial=1.0))
    bottom = 0.7
    low, high = np.clip(row["since"], bottom, None), np.clip(until, bottom, top)
    left, right = np.asarray(row["first"]), np.asarray(row["last"]) + 1.0
    corners = np.stack(
        [
            np.stack(each, axis=1)
            for each in ((left, low), (left, high), (right, high), (right, low))
        ],
        axis=1,
    )
    places = np.minimum(np.asarray(row["generation"], dtype=int), len(SHADES) - 1)
    shades = [(SHADES[place],) * 3 for place in places]
    rest = np.asarray(row["rest"]) > 0
    edges = [shade if still else ACTIVE for shade, still in zip(shades, rest)]
    order = np.argsort(~rest, kind="stable")
    axes.add_collection(
        PolyCollection(
            list(corners[order]),
            facecolors=[shades[place] for place in order],
            edgecolors=[edges[place] for place in order],
            linewidths=0.6,
        )
    )
    _mark_cores(axes, row, 0.6)
    axes.margins(x=0.01)
    axes.set(yscale="log", ylim=(0.5, top), xlabel="cell", ylabel="scale (bath, cells)")


def _mark_cores(axes: Axes, row: Mapping[Any, Any], height: float) -> None:
    middle = (np.asarray(row["core_first"]) + np.asarray(row["core_last"]) + 1) / 2
    axes.plot(middle, np.full(len(middle), height), "|", color="0.1", markersize=5)


def step_panel(axes: Axes, row: Mapping[Any, Any]) -> None:
    """A small chain after each scale at which something moved, one line each from the top down
    as in figure 2."""
    scales = np.asarray(row["step_scale"])
    for place, (scale, count) in enumerate(zip(scales, row["step_resonant"])):
        axes.annotate(
            f"{count:.0f}", (1.01, place), xycoords=("axes fraction", "data"), va="center"
        )
        here = (row["since"] <= scale) & (row["until"] > scale)
        for at in np.flatnonzero(here):
            shade = (SHADES[min(int(row["generation"][at]), len(SHADES) - 1)],) * 3
            active = not row["rest"][at]
            axes.barh(
                place,
                row["last"][at] + 1 - row["first"][at],
                left=row["first"][at],
                height=0.62,
                color=shade,
                edgecolor=ACTIVE if active else shade,
                linewidth=1.0,
            )
    axes.set(yticks=range(len(scales)), yticklabels=[f"{scale:.0f}" for scale in scales])
    _mark_cores(axes, row, -0.55)
    axes.set_title("resonant couplings at the right", fontsize="small")
    axes.invert_yaxis()
    axes.set(xlabel="cell", ylabel="after scale (cells)")


def box_panel(axes: Axes, means: pd.DataFrame, by: str, label: str) -> None:
    """Boxes with a core times their size over all cells, and those of cores at random."""
    for index, row in enumerate(means.to_dict("records")):
        style = curve_style(index) | {"markersize": 4, "linewidth": 0.9}
        name = f"{label} = {row[by]:g}"
        axes.errorbar(row["x"], row["y"], yerr=row["y_error"], label=name, **style)
        plain = style | {"marker": "none", "linestyle": (0, (1, 1))}
        axes.plot(row["x"], row["y_random"], **plain)
    axes.plot([], [], color="0.4", linestyle=(0, (1, 1)), label="as many cores at random")
    x = np.array([2.0, 64.0])
    axes.plot(x, 0.12 * x**0.4, color="0.5", linewidth=0.8, label="dimension 0.6")
    axes.set(xscale="log", yscale="log", xlabel="size r of a box (cells)")
    axes.set_ylabel("boxes with a core, times r, per cell")
