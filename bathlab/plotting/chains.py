"""Panels of a random chain beside the resonance model."""

from __future__ import annotations

from typing import Any, Mapping

import pandas as pd
from matplotlib.axes import Axes

from bathlab.plotting.figures import LINES, curve_style

SMALL = "x-small"
#: What grows with L, by column.
GROWN = {
    "rho_v": r"$\log\rho\bar v$ / $\frac{1}{2}\log 2$",
    "log_fidelity": r"$[\log\chi]$ / $\log 2$",
}
#: Largest (S omega W)^-2 shown.
HIGHEST = 600.0
OPEN: dict[str, Any] = {"markerfacecolor": "white", "markersize": 4}
LAW: dict[str, Any] = {"linestyle": (0, (4, 2)), "linewidth": 1.1}
REFERENCE: dict[str, Any] = {"color": "0.45", "linewidth": 1.0}


def figure_ten_panel(axes: Axes, curves: pd.DataFrame, drawn: float | None = None) -> None:
    """(S omega W)^-2 against 1/(W omega) with fitted lines of (111); ``drawn`` is the
    horizontal line of the paper's figure."""
    for index, row in enumerate(curves.to_dict("records")):
        style = curve_style(index) | {"markersize": 3.5, "linewidth": 0.8, "linestyle": "-"}
        label = f"W = {row['W']:g}, L = {row['sites']}"
        axes.errorbar(row["x"], row["y"], yerr=row["error"], label=label, **style)
        axes.plot(row["fit_x"], row["fit_y"], color=style["color"], **LAW)
    axes.plot([], [], color="0.3", label="(111), fitted", **LAW)
    if drawn is not None:
        axes.axhline(drawn, label=r"$1/\omega$, as drawn there", linestyle=":", **REFERENCE)
    axes.set(xscale="log", xlim=(0.3, 1e3), ylim=(0, HIGHEST))
    axes.set(xlabel=r"$1/(W\omega)$", ylabel=r"$(S\,\omega\,W)^{-2}$")
    axes.legend(fontsize="xx-small", loc="lower right")


def size_panel(
    axes: Axes, means: pd.DataFrame, column: str, label: str, limits: Mapping[str, float]
) -> None:
    """A quantity against W for each size, with the values that it goes to."""
    for index, (sites, curve) in enumerate(means.groupby("sites")):
        style = curve_style(index) | {"markersize": 3.5, "linewidth": 0.9}
        curve = curve.sort_values("W")
        axes.errorbar(
            curve["W"],
            curve[column],
            yerr=curve[f"{column}_error"],
            label=f"L = {sites}",
            **style,
        )
    for name, value in limits.items():
        x, side = (0.98, "right") if value == max(limits.values()) else (0.02, "left")
        axes.axhline(value, linestyle=(0, (1, 2)), **REFERENCE)
        where = axes.get_yaxis_transform()
        axes.text(x, value, name, ha=side, va="bottom", fontsize=SMALL, transform=where)
    axes.set(xscale="log", xlabel="W / J", ylabel=label)
    axes.legend(fontsize=SMALL)


def exponent_panel(axes: Axes, curves: pd.DataFrame) -> None:
    """theta against W by kind of chain and size; open where the fit is not one power."""
    curves = curves[curves["error"] < 0.4]
    for index, ((kind, sites), curve) in enumerate(
        curves.groupby(["kind", "sites"], sort=False)
    ):
        style = curve_style(index) | {"markersize": 4, "linewidth": 0.9}
        label = f"{kind}, L = {sites}"
        axes.errorbar(curve["W"], curve["theta"], yerr=curve["error"], label=label, **style)
        poor = curve[~curve["holds"]]
        look = {"color": "white", "markeredgecolor": style["color"], "linestyle": "none"}
        axes.plot(poor["W"], poor["theta"], **(style | look | {"zorder": 5}))
    axes.axhline(0, linestyle="-", **(REFERENCE | {"linewidth": 0.6}))
    axes.plot([], [], color="0.3", marker="o", linestyle="none", label="not one power", **OPEN)
    axes.set(
        xscale="log",
        xlabel="W / J",
        ylim=(-0.5, 2.8),
        ylabel=r"$\theta$ of $S \sim \omega^{-1+\theta}$",
    )
    axes.legend(fontsize=SMALL)


def growth_panel(axes: Axes, curves: pd.DataFrame) -> None:
    """Slopes in L of :data:`GROWN`, in units that make the thermal one 1."""
    for index, (quantity, label) in enumerate(GROWN.items()):
        curve = curves[curves["quantity"] == quantity]
        style = curve_style(index) | {"markersize": 4, "linewidth": 0.9}
        axes.errorbar(curve["W"], curve["value"], yerr=curve["error"], label=label, **style)
    for value in (0.0, 1.0, 2.0):
        axes.axhline(value, linestyle=(0, (1, 2)), **REFERENCE)
    axes.set(xscale="log", xlabel="W / J", ylabel="growth with L / thermal", ylim=(-0.5, 2.9))
    axes.legend(fontsize=SMALL, loc="upper right")


def place_panel(axes: Axes, curves: pd.DataFrame, model: Mapping[str, Any]) -> None:
    """W*(L) of each criterion, and of the resonance model (arrays L and W by name)."""
    for index, (quantity, curve) in enumerate(curves.groupby("quantity", sort=False)):
        style = curve_style(index) | {"markersize": 4, "linewidth": 0.9}
        axes.errorbar(curve["L"], curve["value"], yerr=curve["error"], label=quantity, **style)
    for index, (name, (L, W)) in enumerate(model.items()):
        look = REFERENCE | {"linestyle": LINES[index + 1], "marker": "", "linewidth": 1.2}
        axes.plot(L, W, label=name, **look)
    top = float((curves["value"] + curves["error"]).max()) if len(curves) else 1.0
    axes.set(xlabel="L", ylabel="W* / J", ylim=(0, 2.5 * top))
    axes.legend(fontsize="xx-small", loc="upper left", ncols=1)
