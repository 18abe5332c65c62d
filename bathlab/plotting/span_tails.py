"""Panels of the sizes of thermal regions below the transition, and of average couplings.

Tables are those of :func:`bathlab.experiments.span_tail_laws.tail_means`, of one kind of
disorder.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from bathlab.plotting.binned import WORST
from bathlab.plotting.figures import COLOURS, curve_style

#: Lines of the two cut-offs.
FITS: dict[str, dict[str, Any]] = {
    "stretched": {"linestyle": "-", "linewidth": 1.2},
    "exponential": {"linestyle": (0, (1, 1)), "linewidth": 1.2},
}


def _fits(row: Any) -> dict[str, dict[str, Any]]:
    return FITS if row["cut"] else {"power": FITS["stretched"]}


def size_panel(axes: Axes, means: pd.DataFrame, by: str, label: str) -> None:
    """Regions by size, one curve for each value of ``by``, with the fits."""
    for index, row in enumerate(means.to_dict("records")):
        name = f"{label} = {row[by]:g}"
        used = row["y_error"] < WORST * row["y"]
        style = curve_style(index) | {"linestyle": "", "markersize": 3, "label": name}
        axes.errorbar(row["x"][used], row["y"][used], yerr=row["y_error"][used], **style)
        for fit, style in _fits(row).items():
            shown = row[fit] > row["y"][row["y"] > 0].min() / 10
            axes.plot(
                row["x"][shown], row[fit][shown], color=COLOURS[index % len(COLOURS)], **style
            )
    for fit, style in FITS.items():
        axes.plot([], [], color="0.3", label=rf"$\ell^{{-\tau}}$, {fit}", **style)
    axes.set(xscale="log", yscale="log", xlabel=r"size $\ell$ (cells)")
    axes.set_ylabel(r"regions of size $\ell$ per cell")


def flat_panel(axes: Axes, means: pd.DataFrame, by: str, start: float) -> None:
    """The same over the critical power: what cuts it off."""
    for index, row in enumerate(means.to_dict("records")):
        used = (row["x"] > start) & (row["y_error"] < WORST * row["y"])
        flat = row["x"] ** row["tau"]
        scale = (flat * row["stretched" if row["cut"] else "power"])[used][0]
        style = curve_style(index) | {"linestyle": "", "markersize": 3.5}
        p, error = (flat * row[name] / scale for name in ("y", "y_error"))
        axes.errorbar(row["x"][used], p[used], yerr=error[used], **style)
        for fit, line in _fits(row).items():
            y = flat * row[fit] / scale
            shown = (y > 1e-4) & (row["x"] > start)
            axes.plot(row["x"][shown], y[shown], color=COLOURS[index % len(COLOURS)], **line)
    axes.set(xscale="log", yscale="log", xlabel=r"size $\ell$ (cells)", ylim=(3e-3, 4))
    axes.set_xlim(0.8 * start, 1e5)
    axes.set_ylabel(r"$\ell^{\tau} p(\ell)$, scaled")


def length_panel(axes: Axes, means: pd.DataFrame, by: str) -> None:
    """The decay length of the average coupling between l and 2 l."""
    for index, row in enumerate(means.to_dict("records")):
        style = curve_style(index) | {"markersize": 3.5, "linewidth": 1.0}
        axes.errorbar(row["x"], row["y"], yerr=row["y_error"], **style)
    axes.set(xscale="log", yscale="log", xlabel=r"$\ell$ (cells)")
    axes.set_ylabel(r"$\ell\,/\log(A(\ell)/A(2\ell))$ (cells)")
