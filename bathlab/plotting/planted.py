"""Panels of single seeds: how far they melt, and up to which decay they melt all."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.plotting.figures import COLOURS, MARKERS, curve_style
from bathlab.plotting.legends import legend_under

#: What covers its chain stands at this height.
COVERED = 3000.0


def collar_panel(axes: Axes, rows: pd.DataFrame, orders: Sequence[int], sides: int) -> None:
    """Collar over k against alpha/s, growing and with the bath frozen, and both laws."""
    critical = sides / 2
    for index, order in enumerate(orders):
        part = rows[rows["order"] == order]
        alpha = part["alpha"].to_numpy(float)
        style = {"color": COLOURS[index], "marker": MARKERS[index], "linestyle": "none"}
        for column, filled in (("collar", True), ("frozen", False)):
            values = part[column].to_numpy(float) / order
            values = np.where(np.isinf(values), COVERED, values)
            face = style["color"] if filled else "white"
            label = f"k = {order}" if filled else f"k = {order}, bath frozen"
            axes.plot(alpha, values, markerfacecolor=face, label=label, **style)
    ends = float(rows["alpha"].min()), float(rows["alpha"].max())
    above = critical + np.geomspace(1e-4, ends[1] - critical, 300)
    axes.plot(above, 0.5 / (above - critical), color="0.2", label=r"$\ell_k/k$, (14)")
    line = np.geomspace(*ends, 300)
    law = r"$(s/2)/\alpha$"
    axes.plot(line, 0.5 / line, color="0.5", linestyle="--", label=law)
    for at, name in ((1.0, r"$s$"), (0.5, r"$s/2$")):
        axes.axvline(at, color="0.55", linestyle=(0, (4, 2)), linewidth=0.8)
        axes.text(at * 1.03, 400, name, fontsize="small")
    axes.text(ends[1], COVERED, "all of it", ha="right", va="center", fontsize="small")
    axes.set(xscale="log", yscale="log", ylim=(0.05, 3 * COVERED))
    axes.set(xlabel=r"$\alpha/s$ = $\zeta_c/\zeta$", ylabel="collar over $k$ (cells)")
    legend_under(axes, 2)
    axes.set_xticks([0.25, 0.5, 1, 2, 4], ["0.25", "0.5", "1", "2", "4"])
    axes.minorticks_off()


def threshold_panel(axes: Axes, rows: pd.DataFrame, orders: Sequence[int]) -> None:
    """The largest alpha/s at which L cells are covered, against L: rows of some places."""
    for index, (place, part) in enumerate(rows.groupby("place", sort=False)):
        limit = 0.5 if place == "end" else 1.0
        for order in orders:
            for _, row in part[part["order"] == order].iterrows():
                style = curve_style(index) | {"markersize": 8 - 2.5 * index}
                style["linestyle"] = "-" if order == orders[0] else "--"
                off = np.asarray(row["threshold"]) / limit - 1
                label = f"{place}, k = {order}"
                axes.plot(row["length"], off, label=label, markerfacecolor="none", **style)
    axes.set(xscale="log", yscale="log", xlabel="$L$ (cells)")
    axes.set(ylabel=r"excess of $\alpha$ that covers $L$")
    legend_under(axes, 2)
    axes.set_title(r"over $s$, at an end $s/2$", fontsize="medium")
