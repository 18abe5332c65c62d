"""Panels of how far the states of a circuit are from polarised.

Tables are those of :func:`bathlab.experiments.squares.square_means`, of one coupling.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.plotting.binned import density_points
from bathlab.plotting.figures import COLOURS, curve_style

#: Style of what theory says, of the two marked Z, and of a control.
THEORY: dict[str, Any] = {"color": "0.2", "linestyle": (0, (1, 1)), "linewidth": 1.4}
MARKS = ((0, (4, 2)), "-.")
THIN: dict[str, Any] = {"linewidth": 0.7, "alpha": 0.9}
#: Kinds of pairs, and what they are called.
CLASSES = {"Z": "all pairs", "Z1": "$R^2 > 1/2$", "Z0": "$R^2 < 1/2$"}


def density_panel(axes: Axes, means: pd.DataFrame) -> None:
    """2^L p_Z and p_D at each size with the slope of (8) and (9), and the controls of the
    largest."""
    for kind, name, first in (("Z", "$2^L p_Z$", 0), ("D", "$p_D$", 3)):
        rows = means[means["kind"] == kind].sort_values("sites").to_dict("records")
        for index, row in enumerate(rows, start=first):
            factor = 2.0 ** row["sites"] if kind == "Z" else 1.0
            label = f"{name}, L = {row['sites']}"
            density_points(axes, row["x"], row["p"], row["p_error"], index, label, factor)
        _control(axes, rows[-1], np.full(len(rows[-1]["x"]), factor), index)
    x = np.array([1e-4, 1.0])
    axes.plot(x, 3 * x**-1.5, color="0.3", linestyle=(0, (5, 2)), label="slope $-3/2$")
    axes.plot([], [], color="0.4", label="thin: controls", **THIN)
    axes.set(xscale="log", yscale="log", xlim=(1e-9, 2), ylim=(1e-3, 1e9))
    axes.set_ylabel("$2^L p_Z$ and $p_D$")


def knee_panel(
    axes: Axes, means: pd.DataFrame, amplitude: float | None, marks: Sequence[float]
) -> None:
    """2^L Z^(3/2) p_Z of one size, of all pairs and by class, with the ``amplitude`` of (8) if
    there is one, and marks at Z = 4 J^2 and Z = J."""
    for index, (kind, label) in enumerate(CLASSES.items()):
        (row,) = means[means["kind"] == kind].to_dict("records")
        flat = 2.0 ** row["sites"] * row["x"] ** 1.5
        p, error = flat * row["p"], flat * row["p_error"]
        density_points(axes, row["x"], p, error, 2 * index, label)
        _control(axes, row, flat, 2 * index)
    axes.plot([], [], color="0.4", label=r"thin: $\Omega$ rearranged", **THIN)
    if amplitude is not None:
        axes.axhline(amplitude, label=r"$\zeta g/2\pi$, $\zeta$ of the paper", **THEORY)
    for mark, style, label in zip(marks, MARKS, ("$Z = 4J^2$", "$Z = J$")):
        axes.axvline(mark, color="0.55", linewidth=0.8, linestyle=style, label=label)
    axes.set(xscale="log", yscale="log", xlim=(1e-6, 2), ylim=(3e-4, 50))
    axes.set_ylabel("$2^L Z^{3/2} p_Z$")


def participation_panel(axes: Axes, means: pd.DataFrame, powers: Sequence[float]) -> None:
    """The mean sum over m != n of Z^q against L, for several q."""
    rows = means[means["kind"] == "sums"].sort_values("sites").to_dict("records")
    sizes = [row["sites"] for row in rows]
    for index, q in enumerate(powers):
        places = [int(np.argmin(np.abs(row["x"] - q))) for row in rows]
        values, errors = (
            np.array([row[name][place] for row, place in zip(rows, places)])
            for name in ("p", "p_error")
        )
        style = curve_style(index) | {"label": f"q = {q:g}"}
        axes.errorbar(sizes, values, yerr=np.nan_to_num(errors), **style)
    axes.set(yscale="log", xticks=sizes, ylabel=r"mean of $\sum_{m \neq n} Z^q$")
    low, high = axes.get_ylim()  # a third more, for a legend
    axes.set_ylim(low, high * (high / low) ** 0.33)


def _control(axes: Axes, row: Mapping[Any, Any], factors: Any, index: int) -> None:
    """The control of curve number ``index``, as a line without markers."""
    shown = row["p_moved"] > 0
    y = (factors * row["p_moved"])[shown]
    axes.plot(row["x"][shown], y, color=COLOURS[index % len(COLOURS)], **THIN)
