"""Densities as points with error bars, and the levels that they count."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.checks import as_array, as_real, as_text, require_kind
from bathlab.plotting.figures import AXES, curve_style, on
from bathlab.plotting.theory_lines import finished
from bathlab.plotting.tidy_curves import by_point, parts_of

#: A point is drawn if its error is below this share of it: others hide the curve.
WORST = 0.5


def density_points(
    axes: Axes,
    x: Any,
    p: Any,
    p_error: Any,
    index: int,
    label: str,
    factor: float = 1.0,
) -> None:
    """A density as curve number ``index``, where it is known to better than a factor of 2.

    Parameters
    ----------
    x, p, p_error
        (b,) centres of the bins, densities and their standard errors (nan where
        there is none).
    index
        which style, from 0.
    label
        of the legend.
    factor
        by which p is multiplied, 2^L say.

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> omega, p = np.array([0.5, 1.5, 2.5]), np.array([0.6, 0.3, 0.1])
    >>> axes = Figure().subplots()
    >>> bl.plotting.density_points(axes, omega, p, [0.05, 0.05, 0.09], 0, "L = 8")
    >>> len(axes.lines[0].get_xdata())  # the last one is not known to a factor of 2
    2
    """
    require_kind("axes", axes, Axes, AXES)
    centres = as_array("x", x)
    shape = centres.shape
    density = as_array("p", p, shape=shape)
    error = as_array("p_error", p_error, shape=shape, minimum=0, missing=True, infinite=True)
    factor, label = as_real("factor", factor, above=0), as_text("label", label)
    shown = (density > 0) & ~(error > WORST * density)
    style = curve_style(index) | {"markersize": 2.5, "linewidth": 0.8, "label": label}
    bars = factor * np.nan_to_num(error[shown])
    axes.errorbar(centres[shown], factor * density[shown], yerr=bars, **style)


def densities(
    table: pd.DataFrame,
    x: str,
    p: str,
    by: str | None = None,
    axes: Axes | None = None,
    *,
    levels: Any = None,
) -> Axes:
    """Densities as points with error bars, above the levels of one realisation.

    Points that are not known to better than a factor of two are left out: they hide the curve.

    Parameters
    ----------
    table : DataFrame
        A row for each bin, or one for each density whose cells are arrays, with columns x, p
        and ``p_error``.
    x, p : str
        Columns of the centres of bins, and of densities.
    by : str, optional
        Column whose values tell densities apart and name them.
    axes : Axes, optional
        Where to draw; a new figure in the style if not given.
    levels : (n,) array_like, optional
        Levels, drawn as ticks along the lower edge.

    Returns
    -------
    matplotlib.axes.Axes
        With the points and ticks, and a legend of what is named.

    Raises
    ------
    ValueError
        If a column is not there or holds no numbers, or levels are none.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from bathlab.plotting import densities
    >>> levels = np.array([-1.2, -0.3, 0.1, 0.4, 1.1])
    >>> p, edges = np.histogram(levels, [-2, -1, 0, 1, 2], density=True)
    >>> table = pd.DataFrame({"E": (edges[1:] + edges[:-1]) / 2, "rho": p, "rho_error": 0.05})
    >>> axes = densities(table, "E", "rho", levels=levels)
    >>> axes.collections[-1].get_paths().__len__()
    5
    """
    rows, error = by_point(table, x, p, [] if by is None else [by]), f"{p}_error"
    ticks = None if levels is None else as_array("levels", levels)
    with on(axes, rows) as axes:
        for index, (name, part) in enumerate(parts_of(rows, by, None, None)):
            part = part.dropna(subset=[x, p])
            bars = part[error] if error in part else np.zeros(len(part))
            density_points(axes, part[x], part[p], bars, index, str(name))
        if ticks is not None:
            line: dict[str, Any] = {"color": "0.25", "linewidth": 0.5, "zorder": 1}
            bottom = axes.get_xaxis_transform()
            axes.vlines(ticks, 0.0, 0.05, transform=bottom, **line)
        finished(axes, x, p, [], by is not None)
    return axes
