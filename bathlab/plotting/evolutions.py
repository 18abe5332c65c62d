"""Space against scale: spots of a chain that grow and fuse; boxes that hold a core."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from bathlab.checks import as_array, select
from bathlab.conventions import RealArray
from bathlab.plotting.figures import curve_style, on

#: Lightness of spots of generation 0, 1, ...; the last is that of all further ones.
SHADES = (0.82, 0.7, 0.58, 0.46, 0.34, 0.22, 0.1)
#: Colour of the edge of what still acts; what is at rest has none.
ACTIVE = (0.85, 0.33, 0.1)


#: Columns of a spot: its cells, between which scales it is so, its generation, whether at rest.
SPOT = ("first", "last", "since", "until", "generation", "rest")


def evolution(table: pd.DataFrame, axes: Axes | None = None, *, cores: Any = None) -> Axes:
    """The spots of an avalanche as rectangles over the cells of a chain, scale upwards.

    Shades are generations. An edge marks what still acts; what has none is at rest.

    Parameters
    ----------
    table : DataFrame
        A row for each spot while it is so, with its cells from ``first`` to ``last`` inclusive,
        the scales ``since`` and ``until`` (cells; infinity for what stays), its ``generation``
        from 0, and ``rest``, 1 where it is at rest and 0 where it acts.
    axes : Axes, optional
        Where to draw; a new figure in the style if not given.
    cores : (n, 2) array_like, optional
        First and last cells of the bare cores, marked along the lower edge.

    Returns
    -------
    matplotlib.axes.Axes
        With one collection of rectangles.

    Raises
    ------
    ValueError
        If a column is not there or holds no numbers, or cores are no pairs.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from bathlab.plotting import evolution
    >>> spots = pd.DataFrame({"first": [2, 1], "last": [2, 4], "since": [1.0, 3.0]})
    >>> spots = spots.assign(until=[3.0, np.inf], generation=[0, 1], rest=[0, 1])
    >>> axes = evolution(spots, cores=[[2, 2], [4, 4]])
    >>> len(axes.collections[0].get_paths()), axes.lines[0].get_xdata().tolist()
    (2, [2.5, 4.5])
    """
    select(table, SPOT)
    numbers = {
        name: as_array(f"column {name!r}", table[name], infinite=name == "until")
        for name in SPOT
    }
    spots = pd.DataFrame(numbers)
    marks = None if cores is None else as_array("cores", cores, shape=(None, 2), least=0)
    with on(axes, table) as axes:
        _rectangles(axes, spots)
        if marks is not None:
            _mark_cores(axes, marks, 0.6)
        axes.margins(x=0.01)
        axes.set(yscale="log", xlabel="cell", ylabel="scale (bath, cells)")
        axes.set_ylim(0.5, _top(spots))
    return axes


def _top(spots: pd.DataFrame) -> float:
    until = spots["until"].to_numpy()
    ends = until[np.isfinite(until)].max(initial=1.0)
    return float(1.6 * max(ends, spots["since"].max()))


def _rectangles(axes: Axes, spots: pd.DataFrame) -> None:
    low = spots["since"].clip(0.7, None)
    high = spots["until"].clip(0.7, _top(spots))
    left, right = spots["first"], spots["last"] + 1.0
    corners = np.stack(
        [
            np.stack(each, axis=1)
            for each in ((left, low), (left, high), (right, high), (right, low))
        ],
        axis=1,
    )
    places = np.minimum(spots["generation"].astype(int), len(SHADES) - 1)
    shades = [(SHADES[place],) * 3 for place in places]
    rest = spots["rest"].to_numpy() > 0
    edges = [shade if still else ACTIVE for shade, still in zip(shades, rest)]
    order = np.argsort(~rest, kind="stable")
    axes.add_collection(
        PolyCollection(
            list(corners[order]),
            facecolors=[shades[place] for place in order],
            edgecolors=[edges[place] for place in order],
            linewidths=0.4,
        )
    )


def evolution_panel(axes: Axes, row: Mapping[Any, Any]) -> None:
    """The spots of a row with the columns of
    :data:`bathlab.experiments.evolutions.PICTURE` and those of its cores."""
    spots = pd.DataFrame({name: np.asarray(row[name]) for name in SPOT})
    evolution(spots, axes, cores=np.column_stack([row["core_first"], row["core_last"]]))


def _mark_cores(axes: Axes, cores: RealArray, height: float) -> None:
    middle = (cores.sum(axis=1) + 1) / 2
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
    _mark_cores(axes, np.column_stack([row["core_first"], row["core_last"]]), -0.55)
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
    axes.set(xscale="log", yscale="log", xlabel="size $r$ of a box (cells)")
    axes.set_ylabel(r"boxes with a core, $\times\,r$")
