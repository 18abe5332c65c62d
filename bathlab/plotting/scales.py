"""Densities and exponents of resonant scales, from tables of means."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.plotting.binned import density_points
from bathlab.plotting.figures import curve_style
from bathlab.plotting.finishing import power_of_ten
from bathlab.theory.circuit_laws import largest_scale, least_scale, scale_density

DASHED: dict[str, Any] = {"color": "0.55", "linestyle": (0, (4, 2)), "linewidth": 0.8}
DOTTED: dict[str, Any] = {"color": "0.2", "linestyle": (0, (1, 1))}


def scale_panel(axes: Axes, rows: pd.DataFrame, coupling: float, a: float) -> None:
    """2^L p_Omega, one row of a table for each size L, with eq. (5) at ``a`` if 0 < a < 1."""
    rows = rows.sort_values("sites")
    for index, row in enumerate(rows.to_dict("records")):
        _points(axes, row, index, 2.0 ** row["sites"], f"L = {row['sites']}")
    if 0 < a < 1:
        sites = int(rows["sites"].max())
        x = np.geomspace(least_scale(a, sites), largest_scale(coupling), 50)
        label = r"eq. (5), $a$ of the largest $L$"
        axes.plot(x, 2.0**sites * scale_density(x, a, sites), label=label, **DOTTED)
        axes.text(0.05, 0.06, f"a = {a:.2f}", transform=axes.transAxes)
    axes.axvline(largest_scale(coupling), label=r"$\Omega = 2\pi J$", **DASHED)
    axes.set(xscale="log", yscale="log", xlim=(1e-10, 2), ylim=(1e-1, 1e11))


def conditional_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """p_{Omega|omega}, one row for each window of |omega|, and of the control as lines without
    markers."""
    for index, row in enumerate(rows.to_dict("records")):
        _points(axes, row, index, 1.0, row["pairs"])
        shown = row["p_moved"] > 0
        style = {"color": curve_style(index)["color"], "linewidth": 0.6, "alpha": 0.7}
        axes.plot(row["Omega"][shown], row["p_moved"][shown], **style)
    axes.plot([], [], color="0.4", linewidth=0.6, label="thin: z rearranged")
    axes.set(xscale="log", yscale="log", xlim=(1e-10, 2), ylim=(1e-4, 1e9))
    axes.set_xlabel(r"$\Omega = |z||\omega|$")


def exponent_panel(
    axes: Axes, rows: pd.DataFrame, paper: tuple[float, float] | None, sites: int = 14
) -> None:
    """zeta/zeta_c against 1/L, one curve for each set of pairs and window of Omega; bars are
    statistical, the thick pale ones have half the range over windows added.

    ``paper`` is the value with error that the paper has at L = ``sites``.
    """
    curves = rows.groupby(["pairs", "lower", "upper"], sort=False)
    for index, (key, part) in enumerate(curves):
        pairs, lower, upper = cast("tuple[str, float, float]", key)
        part = part.sort_values("sites")
        x = 1 / part["sites"]
        style = curve_style(index) | {"markersize": 4, "linewidth": 1.0}
        named = pairs.replace("|omega| < 0.01", r"$|\omega| < 0.01$")
        label = f"{named}, {power_of_ten(lower)} to {power_of_ten(upper)}"
        axes.errorbar(x, part["a"], yerr=part["a_error"], label=label, **style)
        whole = np.hypot(part["a_error"], part["a_window_error"].fillna(0.0))
        bars: dict[str, Any] = {
            "fmt": "none",
            "ecolor": style["color"],
            "alpha": 0.35,
            "elinewidth": 3,
        }
        axes.errorbar(x, part["a"], yerr=whole, capsize=0, **bars)
    if paper is not None:
        star: dict[str, Any] = {"fmt": "*", "color": "black", "markersize": 7, "zorder": 5}
        axes.errorbar(1 / sites, paper[0], yerr=paper[1], label=f"paper, L = {sites}", **star)
    widest = float((1.08 / rows["sites"]).max()) if len(rows) else 0.2
    axes.set(xlim=(0, widest), ylim=(0, 1.4), xlabel=r"$1/L$")


def legends(axes: Any) -> None:
    """Legends beside the last panel of each row, for it and those of its like; ``axes``
    (2, 2 n): densities and then exponents above, conditional densities below."""
    densities, exponents, last = axes[0, axes.shape[1] // 2 - 1], axes[0, -1], axes[1, -1]
    small = {"fontsize": "x-small", "loc": "upper left", "title_fontsize": "x-small"}
    handles = densities.get_legend_handles_labels()
    sizes = exponents.legend(*handles, bbox_to_anchor=(1.0, 0.38), **small)
    # The wider one comes last: the layout makes room for it alone.
    bars = "fits of $\\Omega$ from, to; bars: standard\nerror, pale: with windows"
    exponents.legend(bbox_to_anchor=(1.0, 1.05), title=bars, **small)
    exponents.add_artist(sizes)
    last.legend(bbox_to_anchor=(1.0, 1.0), **small)


def _points(axes: Axes, row: dict[Any, Any], index: int, factor: float, label: str) -> None:
    """One curve of the table of means."""
    density_points(axes, row["Omega"], row["p"], row["p_error"], index, label, factor)
