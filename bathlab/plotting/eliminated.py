"""Panels of couplings that are eliminated, and of how far LIOMs reach."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.plotting.figures import curve_style

LABELS = {"created": r"$V'$", "remainder": "$V' - [A, V_J]$"}


def order_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Mean logs of V' and of its second order, over ||V_J||, against the strength of V_I."""
    index = 0
    for sites, rows in means.groupby("sites"):
        rows = rows.sort_values("strength")
        for name, label in LABELS.items():
            y = np.exp(rows[name])
            axes.errorbar(
                rows["strength"],
                y,
                yerr=y * rows[f"{name}_error"],
                label=f"{label}, L = {sites:.0f}",
                **curve_style(index),
            )
            index += 1
    x = np.array([1e-5, 1e-1])
    for power, style in ((1, (0, (5, 2))), (2, (0, (1, 1)))):
        y = (x / x[-1]) ** power * 0.15
        axes.plot(x, y, color="0.45", linestyle=style, label=f"slope {power}")
    axes.set(xscale="log", yscale="log")
    axes.set(
        xlabel=r"$\sqrt{d}$ rms element of $V_I$ (largest field)",
        ylabel=r"norm / $\|V_J\|$, typical",
    )
    axes.legend(fontsize="x-small")


def reach_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Mean log of the part of tau that reaches r sites far."""
    for index, ((sites, disorder), rows) in enumerate(means.groupby(["sites", "disorder"])):
        rows = rows.sort_values("reach")
        axes.errorbar(
            rows["reach"],
            rows["log_part"],
            yerr=rows["log_part_error"],
            label=f"L = {sites:.0f}, W = {disorder:g}",
            **curve_style(index),
        )
    axes.set(xlabel="reach r (sites)", ylabel=r"mean of $\log\|\tau_{[0,r]}\|$, nats")
    axes.legend(fontsize="small")
