"""Several LIOMs, zz terms, other energies and spins: points with errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.checks import require_kind, select
from bathlab.plotting.figures import curve_style
from bathlab.plotting.legends import legend_under

POINT: dict[str, Any] = {"capsize": 2}


def added_panels(
    figure: Figure, means: pd.DataFrame, points: pd.DataFrame, ratios: pd.DataFrame
) -> None:
    """Six panels: distances and growth against sum g^2/xi^2, shares, zz terms, entropies by
    energy, and log G against the spins of a grain."""
    require_kind("figure", figure, Figure, "Make one with bathlab.plotting.figure.")
    select(points, ["name", "which", "x", "value", "value_error", "growth", "growth_error"])
    select(ratios, ["name", "strength", "value", "value_error"])
    select(means, ["case", "share", "entropy", "thermal", "log_G", "size", "energy"])
    panels = list(figure.subplots(2, 3).flat)
    contact = points[points["which"] == "contact"]
    _points(panels[0], contact, "x", "value")
    panels[0].set(
        xlabel=r"$\sum g_i^2/\xi^2$", ylabel=r"$\int |v'-v|\,d\omega$", xscale="log",
        yscale="log",
    )  # fmt: skip
    _points(panels[1], points[points["which"] == "probe"], "x", "growth")
    panels[1].axhline(1, color="0.3", linestyle=(0, (1, 1)), linewidth=0.9)
    panels[1].set(
        xlabel=r"$\sum g_i^2/\xi^2$", xscale="log",
        ylabel=r"growth of $\langle\omega^2\rangle/2\sum g_i^2$",
    )  # fmt: skip
    panels[1].set_ylim(-0.3, 2.5)
    panels[0].set_title("contact")
    panels[1].set_title("probe; dotted: theory, literally")
    _shares(panels[2], means)
    _points(panels[3], ratios, "strength", "value")
    panels[3].set(xlabel="zz term (units of $h$)", ylabel="$w$ over that without")
    panels[3].set_title("spin with zz terms")
    _energies(panels[4], means)
    _sizes(panels[5], means)
    for axes, columns in zip(panels, (1, 1, 2, 1, 2, 2)):
        legend_under(axes, columns)


def _points(axes: Axes, table: pd.DataFrame, x: str, y: str) -> None:
    for index, (name, rows) in enumerate(table.groupby("name", sort=False)):
        rows = rows.sort_values(x)
        style = curve_style(index)
        style |= {"linestyle": "none"} if x == "x" else {}
        axes.errorbar(rows[x], rows[y], rows[f"{y}_error"], label=name, **POINT, **style)


def _shares(axes: Axes, means: pd.DataFrame) -> None:
    rows = means[means["share"].notna()]
    weight, error = rows["share"] ** 2, 2 * rows["share"].abs() * rows["share_error"]
    axes.errorbar(rows["lioms"], weight, error, label="elements, $a_i^2$", **curve_style(0))
    style = curve_style(1)
    axes.plot(rows["lioms"], 2 * rows["paper"], label="paper, $2W_i$", **style)
    axes.set(xlabel="LIOM $i$", ylabel="weight of its peaks", yscale="log")
    axes.set_xticks(rows["lioms"].astype(int))
    axes.set_ylim(1e-6, 1)
    axes.set_title("contact of the default grain")


def _energies(axes: Axes, means: pd.DataFrame) -> None:
    part = means[means["case"].str.contains("chain, E")]
    for index, (g, rows) in enumerate(part.groupby("g")):
        for k, (column, name) in enumerate((("entropy", "S"), ("gain", r"$\Delta D$"))):
            style = curve_style(2 * index + k) | {"linestyle": "none"}
            axes.errorbar(
                rows["energy"], rows[column], rows[f"{column}_error"],
                label=f"{name}, $g$ = {g:g}", **POINT, **style,
            )  # fmt: skip
    rows = part[part["g"] == part["g"].max()].sort_values("energy")
    axes.plot(rows["energy"], rows["thermal"], "k-", linewidth=1, label="thermal entropy")
    axes.axhline(np.log(2), color="0.3", linestyle=(0, (1, 1)), label=r"$\log 2$")
    axes.set(xlabel="energy $E$ (units of $h$)", ylabel="nats", ylim=(0.0, 0.8))
    axes.set_title("a LIOM at the chain")


def _sizes(axes: Axes, means: pd.DataFrame) -> None:
    part = means[means["case"].str.contains("grain of")]
    for index, (bath, rows) in enumerate(part.groupby("bath", sort=False)):
        style = curve_style(index) | {"linestyle": "none"}
        rows = rows.sort_values("size")
        axes.errorbar(
            rows["size"], rows["log_G"], rows["log_G_error"], label=bath, **POINT, **style
        )
        law = np.log(3 if "1" in str(bath) and "/" not in str(bath) else 2) / 2
        place = rows["size"] - rows["size"].mean()
        line = {"color": style["color"], "linewidth": 1, "linestyle": "--"}
        axes.plot(rows["size"], rows["log_G"].mean() + law * place, **line)
    axes.set(xlabel="spins of the grain", ylabel=r"$\log G$")
    axes.set_title(r"dashed: slopes $\frac{1}{2}\log(2s+1)$")
