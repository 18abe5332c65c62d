"""Panels of spins attached in a line: their widths, and how many a bath takes in."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.plotting.figures import COLOURS, MARKERS
from bathlab.plotting.tidy_curves import curves
from bathlab.theory.grain.crossover import crossover_length

DOTS = (0, (1, 2))
LAW_STYLES = {"resolved": "-", "lorentzian": "--"}


def width_panel(axes: Axes, means: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Typical w_i along the line: measured, both laws, and the paper's estimate.

    ``means`` has one row for each ``ratio`` and ``spin``, with ``log_width``, its error and the
    logarithms of both laws; ``names`` says how the laws are called.
    """
    for index, (ratio, curve) in enumerate(means.groupby("ratio")):
        colour, marker = COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)]
        sites, logs = curve["spin"].to_numpy(), curve["log_width"].to_numpy()
        errors = np.exp(logs + np.outer([-1, 1], curve["log_width_error"])) - np.exp(logs)
        look = {"color": colour, "marker": marker, "markersize": 3.5, "linestyle": "none"}
        label = f"g/h = {ratio:g}"
        axes.errorbar(sites, np.exp(logs), yerr=np.abs(errors), capsize=2, label=label, **look)
        for law, style in LAW_STYLES.items():
            axes.plot(sites, np.exp(curve[f"log_{law}"]), style, color=colour, linewidth=1.2)
        estimate = np.exp(logs[0]) * ratio ** (2 * (sites - 1))
        axes.plot(sites, estimate, color=colour, linewidth=1.0, linestyle=DOTS)
    styles: dict[str, Any] = {names[law]: style for law, style in LAW_STYLES.items()}
    for label, style in {**styles, r"$w_1 (g/h)^{2(i-1)}$": DOTS}.items():
        axes.plot([], [], color="0.3", linestyle=style, linewidth=1.2, label=label)
    axes.set(
        yscale="log",
        xlabel="spin i",
        xticks=sorted(means["spin"].unique()),
        ylabel=r"$w_i = \pi g^2 v_{i-1}(2h_i)$, typical (units of h)",
    )
    axes.legend(fontsize="x-small", loc="center left", bbox_to_anchor=(1.0, 0.5))


def overlap_panel(axes: Axes, table: pd.DataFrame) -> None:
    """Entanglement against w rho, one curve for each ``ratio``."""
    named = table.assign(name=[f"g/h = {ratio:g}" for ratio in table["ratio"]])
    curves(named, "overlap", "share", "name", axes, legend=False)
    axes.set(
        xscale="log",
        xlabel=r"$w_i\,\rho_i$, measured",
        ylim=(0, 1.05),
        ylabel=r"entanglement of spin $i$ / log 2",
    )


def taken_in_panel(axes: Axes, counts: pd.DataFrame, spins: int, most: int) -> None:
    """Spins taken in, of ``most``, by a bath of ``spins`` against g/h, with eq. (16)."""
    unnamed = [f"_{index}" for index in range(4)]  # colours of the other panels' couplings
    order = [*unnamed, *dict.fromkeys(counts["name"])]
    curves(counts, "ratio", "count", "name", axes, order=order)
    ratios = np.linspace(counts["ratio"].min(), counts["ratio"].max(), 60)
    lengths = [crossover_length(spins, float(ratio)) for ratio in ratios]
    axes.plot(ratios, lengths, color="0.3", linestyle=DOTS, label="eq. (16)")
    axes.set(xlabel="g/h", ylabel=f"spins taken in, of {most}", ylim=(0, most + 0.3))
    axes.legend(fontsize="x-small", loc="lower right")
