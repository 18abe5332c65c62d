"""Densities over decades, as points with error bars."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from bathlab.checks import as_array, as_real, as_text, require_kind
from bathlab.plotting.figures import AXES, curve_style

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
    """
    require_kind("axes", axes, Axes, AXES)
    centres = as_array("x", x)
    shape = centres.shape
    density = as_array("p", p, shape=shape)
    error = as_array("p_error", p_error, shape=shape, minimum=0, missing=True, infinite=True)
    factor, label = as_real("factor", factor, above=0), as_text("label", label)
    shown = (density > 0) & ~(error > WORST * density)
    style = curve_style(index) | {"markersize": 3, "linewidth": 1.0, "label": label}
    bars = factor * np.nan_to_num(error[shown])
    axes.errorbar(centres[shown], factor * density[shown], yerr=bars, **style)
