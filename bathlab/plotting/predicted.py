"""Structure factors beside their predictions, and the weight of peaks."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from bathlab.checks import (
    as_array,
    as_text,
    refusal,
    require_kind,
    require_mapping,
    select,
)
from bathlab.plotting.bands import structure_factors
from bathlab.plotting.figures import AXES
from bathlab.plotting.tidy_curves import curves

#: Line style and colour of each prediction.
PREDICTED: tuple[tuple[Any, Any], ...] = (("--", "0.0"), ((0, (1, 1)), (0.75, 0.2, 0.2)))
#: The part of the weight of v', from the left, behind which its tail is cut off.
SHOWN = 0.98
#: Largest over smallest of values that are drawn as one.
SAME = 1.01


def predicted_panel(
    axes: Axes, mean: Mapping[str, Any], which: str, lines: Mapping[str, Any]
) -> None:
    """A measured v' as a band, with up to two predictions by name as lines.

    ``mean`` has omega, step, field, case, and column ``which`` with its error; the panel shows
    the peaks of the spin at +-2h, or else where v' of the bath has its weight.

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> omega = np.linspace(-4, 4, 81)
    >>> v = bl.analysis.lorentzian(omega, 0.4)
    >>> mean = {"omega": omega, "step": 0.1, "field": 1.0, "case": "GOE"}
    >>> mean |= {"spin": v, "spin_error": 0.1 * v}
    >>> axes = Figure().subplots()
    >>> bl.plotting.predicted_panel(axes, mean, "spin", {"eq. (8)": v})
    >>> axes.get_title()
    'GOE: spin'
    """
    require_kind("axes", axes, Axes, AXES)
    require_mapping("mean", mean)
    as_text("which", which)
    known = {"omega", "step", "field", "case", which, f"{which}_error"}
    if not known <= set(mean):
        missing = sorted(known - set(mean))
        given = f"{which!r} without {missing}"
        raise refusal("which", given, "a column of the mean", "Add it.")
    for name, curve in require_mapping("lines", lines).items():
        as_array(f"lines[{name!r}]", curve, shape=np.shape(mean["omega"]))
    omega, measured = mean["omega"], mean[which]
    row = {"omega": omega, "v": measured, "v_error": mean[f"{which}_error"]}
    structure_factors(
        pd.DataFrame([{**row, "name": "measured"}]), "omega", "v", "name", axes, legend=False
    )
    for (name, curve), (style, colour) in zip(lines.items(), PREDICTED):
        axes.plot(omega, curve, color=colour, linestyle=style, linewidth=1.2, label=name)
    tail = omega[np.cumsum(measured) > SHOWN * np.sum(measured)][0]
    widest = 3.6 * mean["field"] if which == "spin" else 1.5 * tail
    top = max(curve[np.abs(omega) > 2 * mean["step"]].max() for curve in lines.values())
    axes.set(
        title=f"{mean['case']}: {which}",
        xlabel=r"$\omega$ (units of $h$)",
        ylabel=r"$v'(\omega)$",
        xlim=(-widest, widest),
        ylim=(0, max(1.45 * top, 1.3 * np.max(measured))),
    )
    axes.legend(fontsize="x-small", loc="upper right")


def weights_panel(axes: Axes, points: pd.DataFrame) -> None:
    """W against the paper's estimate, a curve for each scan, with the line that eq. (13) means
    and the two terms of eq. (11).

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> points = {"scan": "coupling", "paper": [0.01, 0.04], "W": [0.011, 0.038]}
    >>> points |= {"W_error": 0.002, "W_theory": [0.01, 0.037]}
    >>> axes = Figure().subplots()
    >>> bl.plotting.weights_panel(axes, pd.DataFrame(points))
    >>> print(axes.get_xscale(), axes.get_yscale())
    log log
    """
    require_kind("axes", axes, Axes, AXES)
    select(points, ["paper", "W", "W_theory", "scan"])
    curves(points, "paper", "W", "scan", axes)
    _unjoin(axes, points)
    both = "both terms of eq. (11)"
    axes.plot(points["paper"], points["W_theory"], "kx", markersize=4, label=both)
    ends = np.array([points["paper"].min() / 1.3, points["paper"].max() * 1.3])
    axes.plot(ends, ends, color="0.4", linestyle=(0, (1, 1)), label="eq. (13)")
    axes.set(
        title="GOE: weight of the peaks",
        xlabel=r"$(g/\max(\xi, h))^2$",
        ylabel="$W$",
        xscale="log",
        yscale="log",
        ylim=(points["W"].min() / 2, 20 * ends[1]),
    )
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.legend(fontsize="x-small", ncols=2, loc="upper left")


def _unjoin(axes: Axes, points: pd.DataFrame) -> None:
    """No line through the points of a scan that the paper's estimate does not tell apart."""
    places = points.groupby("scan")["paper"]
    same = places.max() < SAME * places.min()
    still = set(same.index[same])
    everything: list[Any] = [*axes.lines, *axes.containers]
    for drawn in everything:
        if drawn.get_label() in still:
            line = drawn if isinstance(drawn, Line2D) else drawn[0]
            line.set_linestyle("none")
