"""Panels of C(t), light cones and form factors of chains, of the table of chain_means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.plotting.figures import curve_style

THEORY: dict[str, Any] = {"color": "0.3", "linestyle": (0, (1, 1)), "linewidth": 1.2}
NAMES = {"uniform": "XXZ", "cosine": "cosine", "all directions": "O(3)"}


def dynamics_panels(figure: Figure, means: pd.DataFrame) -> None:
    """C(t), what relaxes after t_H, tones; cones, form factor, Thouless energy."""
    axes = figure.subplots(2, 3)
    xxz = means[means["fields"] == "uniform"]
    memory_panel(axes[0, 0], xxz[xxz["quantity"] == "memory"])
    late_panel(axes[0, 1], xxz)
    tone_panel(axes[0, 2], xxz)
    cone_panel(axes[1, 0], means[means["quantity"] == "reach"])
    form_panel(axes[1, 1], means[means["kind"] == "levels"])
    thouless_panel(axes[1, 2], means[means["quantity"] == "thouless"])


def numbers(table: pd.DataFrame, quantity: str, along: str) -> pd.DataFrame:
    """Rows of a number, with its value and error as numbers, ascending."""
    rows = table[table["quantity"] == quantity].sort_values(along)
    return rows.assign(
        value=[float(cell[0]) for cell in rows["mean"]],
        bar=[float(cell[0]) for cell in rows["error"]],
    )


def curve(axes: Axes, row: pd.Series, index: int, label: str) -> None:
    """A curve in cells with a band of its standard error."""
    style = curve_style(index) | {"marker": "none"}
    axes.plot(row["x"], row["mean"], label=label, **style)
    low, high = row["mean"] - row["error"], row["mean"] + row["error"]
    axes.fill_between(row["x"], low, high, color=style["color"], alpha=0.25, linewidth=0)


def memory_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """C against t/t_H of the longest ring."""
    last = rows[rows["sites"] == rows["sites"].max()]
    for index, (_, row) in enumerate(last.sort_values("disorder").iterrows()):
        curve(axes, row, index, f"W = {row['disorder']:g}")
    axes.axvline(1.0, color="0.6", linewidth=0.8)
    axes.set(xscale="log", xlabel=r"$t/t_H$", ylabel=r"$[C_{zz}(t)]$", ylim=(-0.2, 1.02))
    axes.set_title(f"XXZ, L = {rows['sites'].max()}", fontsize="small")
    axes.legend(fontsize="xx-small", loc="lower left", ncols=2)


def late_panel(axes: Axes, table: pd.DataFrame) -> None:
    """What relaxes after t_H against L, and what elements that know no levels would leave."""
    rows, blind = (numbers(table, name, "sites") for name in ("late", "late_blind"))
    for index, (W, part) in enumerate(rows.groupby("disorder")):
        style = curve_style(index)
        axes.errorbar(part["sites"], part["value"], part["bar"], label=f"W = {W:g}", **style)
        other = blind[blind["disorder"] == W]
        look = style | {"linestyle": "none", "markerfacecolor": "white"}
        axes.plot(other["sites"], other["value"], **look)
    axes.set(yscale="log", xlabel="L", ylabel=r"weight of $C$ past $t_H$")
    axes.set_xticks(sorted(rows["sites"].unique()))
    axes.set_title("open: elements that know no levels", fontsize="small")
    axes.legend(fontsize="xx-small", loc="lower left", ncols=2)


def tone_panel(axes: Axes, table: pd.DataFrame) -> None:
    """Typical number of tones of a state against W, and the share of cats of one tone."""
    rows = numbers(table, "log_number", "disorder")
    for index, (sites, part) in enumerate(rows.groupby("sites")):
        value = np.exp(part["value"])
        style = curve_style(index)
        axes.errorbar(
            part["disorder"], value, value * part["bar"], label=f"L = {sites}", **style
        )
    axes.axhline(1.0, **THEORY)
    axes.set(xscale="log", yscale="log", xlabel="W/J", ylabel="tones of a state, typical")
    _ticks(axes, rows["disorder"])
    axes.legend(fontsize="x-small")
    axes.set_title("XXZ; dotted: one tone", fontsize="small")


def cone_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Mean range of sigma(t) against t."""
    for index, (_, row) in enumerate(rows.iterrows()):
        name = f"{NAMES[row['fields']]}, W = {row['disorder']:g}"
        curve(axes, row, index, name)
    sizes = sorted(rows["sites"].unique())
    axes.set(xscale="log", xlabel="Jt", ylabel=r"mean range of $\sigma(t)$ (sites)")
    axes.set_ylim(0, 1.45 * max(float(np.max(cell)) for cell in rows["mean"]))
    axes.legend(
        fontsize="xx-small", ncols=3, loc="upper left", columnspacing=0.5, handlelength=1.2
    )
    axes.set_title("L = " + ", ".join(map(str, sizes[::-1])), fontsize="small")


def form_panel(axes: Axes, table: pd.DataFrame) -> None:
    """K against tau of the longest ring."""
    rows = table[table["quantity"] == "form factor"]
    last = rows[rows["sites"] == rows["sites"].max()].sort_values("disorder")
    for index, (_, row) in enumerate(last.iterrows()):
        curve(axes, row, index, f"W = {row['disorder']:g}")
    random = table[table["quantity"] == "random"].iloc[0]
    axes.plot(random["x"], random["mean"], label="GOE", **THEORY)
    axes.set(xscale="log", yscale="log", xlabel=r"$t/t_H$", ylabel="K, connected, smoothed")
    axes.set_title(f"XXZ, L = {rows['sites'].max()}", fontsize="small")
    axes.legend(fontsize="xx-small", loc="lower right", ncols=2)


def thouless_panel(axes: Axes, table: pd.DataFrame) -> None:
    """omega_Th/omega_H against W."""
    rows = numbers(table, "thouless", "disorder")
    for index, (sites, part) in enumerate(rows.groupby("sites")):
        style = curve_style(index) | {"label": f"L = {sites}"}
        axes.errorbar(part["disorder"], part["value"], part["bar"], **style)
    axes.axhline(0.5, **THEORY)
    axes.set(xlabel="W/J", ylabel=r"$\log(\omega_{Th}/\omega_H)$")
    axes.legend(fontsize="x-small")
    axes.set_title("XXZ; dotted: uncorrelated levels", fontsize="small")


def _ticks(axes: Axes, values: pd.Series) -> None:
    places = sorted(values.unique())
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.set_xticks([], minor=True)
