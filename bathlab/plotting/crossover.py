"""Panels of measured crossovers, drawn from the tables of
:mod:`bathlab.experiments.crossover_places`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from bathlab.plotting.figures import COLOURS, MARKERS, curve_style
from bathlab.plotting.finishing import in_maths
from bathlab.theory.grain.crossover import crossover_length, naive_crossover_length

LOG2 = math.log(2)
#: Line styles of eq. (16) and of the naive estimate.
STYLES = ("-", ":")


def control_panel(axes: Axes, means: pd.DataFrame, alpha: float) -> None:
    """Entropy against coupling of LIOMs alone, lines, and of LIOMs with others before them at
    one alpha, points: the gain is how far a point lies to the left of the line."""
    grains = sorted(means.loc[means["kind"] == "alone", "spins"].unique())[::2]
    for index, spins in enumerate(grains):
        part = means[means["spins"] == spins]
        alone = part[part["kind"] == "alone"].sort_values("g")
        after = part[(part["alpha"] == alpha) & (part["liom"] > 1)]
        look = COLOURS[index % len(COLOURS)]
        axes.plot(alone["g"], alone["entropy"] / LOG2, color=look, linewidth=1.1)
        x, y, error = (after[name] for name in ("g", "entropy", "entropy_error"))
        _points(axes, index, x, y / LOG2, error / LOG2, rf"$\ell_b$ = {spins:g}")
    axes.set(
        xscale="log",
        xlabel="coupling $g$ of the LIOM",
        ylabel=r"entropy of the LIOM / $\log 2$",
        ylim=(0, 1.05),
        title=rf"lines: alone; points: LIOMs 2, 3, … at $\alpha$ = {alpha:g}",
    )
    axes.legend(fontsize="x-small", loc="upper left")


def gain_panel(axes: Axes, gains: pd.DataFrame) -> None:
    """Gains by number of LIOMs before, of each setting, with those of free LIOMs as thin lines,
    eq. (16) and the naive estimate."""
    for index, (name, part) in enumerate(gains.groupby("setting", sort=False)):
        x = part["liom"] - 1 + 0.06 * (index - 3)
        _points(axes, index, x, part["gain"], part["error"], str(name))
        look = {"color": COLOURS[index % len(COLOURS)], "linewidth": 0.8, "linestyle": "--"}
        axes.plot(part["liom"] - 1, part["free"], **look)
    before = np.arange(max([2, *gains["liom"]]))  # few rows have no gain that is known
    for slope, style, name in zip((1, 0), STYLES, ("eq. (16)", "naive")):
        axes.plot(before, slope * before, color="0.2", linewidth=1.1, linestyle=style)
        axes.annotate(
            name,
            (float(before[-2]), slope * float(before[-2])),
            xytext=(-6, 4),
            textcoords="offset points",
            ha="right",
            fontsize="small",
        )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(
        xlabel="LIOMs before",
        ylabel=r"gain of $\log g$, in $\frac{1}{2}\log 2$",
        title="dashed: free LIOMs in the same band",
    )
    if len(gains):
        axes.legend(fontsize="xx-small", loc="upper left")


def grain_panel(axes: Axes, means: pd.DataFrame) -> None:
    """l_c against l_b with the slopes of both theories through the mean of each alpha."""
    measured = means.dropna(subset="l_c").drop_duplicates(["alpha", "spins"])
    shown = [float(str(alpha)) for alpha, part in measured.groupby("alpha") if len(part) > 1]
    for index, alpha in enumerate(shown):
        part = measured[measured["alpha"] == alpha].sort_values("spins")
        x = part["spins"] + 0.05 * (index - 1)
        label = rf"$\alpha$ = {alpha:g}"
        _points(axes, index, x, part["l_c"], part["l_c_error"], label)
        span = np.array([part["spins"].min(), part["spins"].max()])
        for theory, style in zip((crossover_length, naive_crossover_length), STYLES):
            slope = theory(1, alpha)
            if math.isfinite(slope) and slope < 10:
                line = part["l_c"].mean() + slope * (span - part["spins"].mean())
                look = {"color": COLOURS[index % len(COLOURS)], "linewidth": 1.1}
                axes.plot(span, line, linestyle=style, **look)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(
        xlabel=r"spins of the grain $\ell_b$",
        ylabel=r"$\ell_c$ (LIOMs), by entanglement",
        title="lines: slope of eq. (16); dotted: naive",
    )
    axes.set_ylim(bottom=0)
    if shown:
        axes.legend(fontsize="x-small", loc="upper left")


def estimate_panel(axes: Axes, places: pd.DataFrame) -> None:
    """alpha_c by each estimate, ``name``, ``place`` and ``error``, the first at the top."""
    heights = np.arange(len(places))[::-1]
    look = {**curve_style(0), "linestyle": "none", "markersize": 4, "capsize": 2}
    axes.errorbar(places["place"], heights, xerr=places["error"], **look)
    axes.set_yticks(heights, [in_maths(str(name)) for name in places["name"]])
    axes.tick_params(axis="y", labelsize="xx-small")
    for at, style in zip((math.sqrt(0.5), 1.0), STYLES):
        axes.axvline(at, color="0.2", linewidth=1.1, linestyle=style)
    axes.set(
        xlabel=r"$\alpha$ at which $\ell_c$ diverges",
        ylim=(-0.7, len(places) - 0.3),
        title=r"line: $1/\sqrt{2}$, eq. (16); dotted: 1, naive",
    )


def _points(axes: Axes, index: int, x: Any, y: Any, error: Any, label: str) -> None:
    colour, marker = COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)]
    look = {"marker": marker, "markersize": 4, "color": colour, "linestyle": "none"}
    axes.errorbar(x, y, yerr=error, capsize=2, label=label, **look)
