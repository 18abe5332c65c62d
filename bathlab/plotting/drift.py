"""Panels of how the laws of a Floquet circuit drift with its coupling J.

``means`` is the table of :func:`bathlab.experiments.drift_means.drift_means`.
"""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.plotting.figures import COLOURS, curve_style
from bathlab.plotting.legends import legend_under
from bathlab.theory.circuit_laws import PAPER

#: The paper calls the circuit localised up to here: beyond, no range is known.
LOCALISED = 0.07
COUPLING = "J"
#: What the exponents are called: of the density, and of the decay of C.
EXPONENTS = {"chi": r"$p_\chi$", "kappa": r"$p_\kappa$", "C": r"$C(t) - C(\infty)$"}
NUMBERS = {
    "edge": r"largest $\Omega$ / $2\pi J$",
    "D": r"$\langle D\rangle$ / $\frac{3\pi}{2} J$",
    "closeness": "pairs within 0.1 spacings / independent levels",
}
SMALL = "x-small"
#: Ways to draw what is no curve: what is made of a, and the control.
MADE: dict[str, Any] = {"marker": "_", "markersize": 9, "markeredgewidth": 2}
MOVED: dict[str, Any] = {"marker": "x", "markersize": 4, "linestyle": (0, (1, 2))}
BY_RANGE: dict[str, Any] = {"marker": "x", "color": "0.15", "linestyle": (0, (1, 1))}
STAR: dict[str, Any] = {"marker": "*", "markersize": 7, "color": "0.45", "capsize": 3}


def scale_panel(axes: Axes, means: pd.DataFrame) -> None:
    """a = zeta/zeta_c of p_Omega by size, by range, and the paper's; open where the fit is not
    one power."""
    own = means[means["quantity"] == "Omega"]
    for index, (sites, curve) in enumerate(own.groupby("sites")):
        _curve(axes, index, curve, f"L = {sites}")
    by_range = _largest(means[means["quantity"] == "a by range"].dropna(subset="value"))
    by_range = by_range[by_range["coupling"] <= LOCALISED]
    label = "by range, largest $L$"
    axes.plot(by_range["coupling"], by_range["value"], label=label, **BY_RANGE)
    values, errors = np.array(list(PAPER.values())).T
    label = "paper, L = 14"
    axes.errorbar(list(PAPER), values, yerr=errors, linestyle="none", label=label, **STAR)
    axes.plot([], [], linestyle="none", marker="o", **_open("0.3"), label="not one power")
    _against_coupling(axes, r"$a = \zeta/\zeta_c$ of $p_\Omega$")
    axes.set_ylim(0, 1.35)
    legend_under(axes, 2)


def exponent_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Exponents of chi, kappa and C(t), what the a of p_Omega makes of them, and the
    control."""
    for index, (name, label) in enumerate(EXPONENTS.items()):
        found = _largest(means[means["quantity"] == name])
        found = found.assign(coupling=found["coupling"] * 1.05 ** (index - 1))
        _curve(axes, index, found, label, linestyle="none")
        look = MADE | {"color": COLOURS[index], "elinewidth": 5, "alpha": 0.35}
        known = found.dropna(subset="expected")
        x, y, error = (known[column] for column in ("coupling", "expected", "expected_error"))
        axes.errorbar(x, y, yerr=error, linestyle="none", **look)
        moved = _largest(means[means["quantity"] == f"{name}, z rearranged"])
        moved = moved[moved["error"] < 0.5]
        axes.plot(moved["coupling"], moved["value"], color=COLOURS[index], **MOVED)
    axes.plot([], [], color="0.3", linestyle="none", label=r"made of $a$", **MADE)
    axes.plot([], [], color="0.3", label="z rearranged", **MOVED)
    _against_coupling(axes, "exponent, largest $L$")
    axes.set_ylim(-4.4, 0.6)
    legend_under(axes, 2)


def level_panel(axes: Axes, means: pd.DataFrame, limits: Mapping[str, float]) -> None:
    """Gap ratio by size between its limits, by name."""
    own = means[means["quantity"] == "gap ratio"]
    for index, (sites, curve) in enumerate(own.groupby("sites")):
        _curve(axes, index, curve, f"L = {sites}")
    for name, value in limits.items():
        axes.axhline(value, color="0.5", linestyle=(0, (4, 2)), linewidth=0.8)
        where = axes.get_yaxis_transform()
        x, side = (0.02, "left") if value > 0.5 else (0.98, "right")
        axes.text(x, value - 0.009, name, ha=side, fontsize=SMALL, transform=where)
    _against_coupling(axes, "mean gap ratio")
    axes.legend(fontsize=SMALL, loc="center left")


def decay_panel(axes: Axes, curves: pd.DataFrame) -> None:
    """C - C(infinity) against time: means over times as points, over Gaussian weights as
    lines.

    Cells of ``time``, ``value``, ``error`` and ``smooth_time``, ``smooth`` are arrays, one row
    for each ``coupling``, with ``sites`` and the ``expected`` exponent (nan where there is
    none) in a ``window`` of time.
    """
    for index, row in enumerate(curves.to_dict("records")):
        style = curve_style(index)
        label = f"J = {row['coupling']:g}"
        axes.plot(row["smooth_time"], row["smooth"], color=style["color"], linewidth=1.0)
        shown = (row["value"] > 0) & (row["error"] < 0.3 * row["value"])
        look = style | {"linestyle": "none", "label": label}
        time, value, error = (row[name][shown] for name in ("time", "value", "error"))
        axes.errorbar(time, value, yerr=error, **look)
        if np.isfinite(row["expected"]):
            span = row["window"]
            top = np.interp(span[0], row["smooth_time"], row["smooth"])
            line = 1.5 * top * (span / span[0]) ** row["expected"]
            axes.plot(span, line, color=style["color"], linestyle=(0, (1, 1)), linewidth=1.8)
    axes.plot([], [], color="0.3", linewidth=1.0, label="averaged")
    axes.plot(
        [], [], color="0.3", linestyle=(0, (1, 1)), label=r"$t^{-(1-a)}$, $a$ of $p_\Omega$"
    )
    axes.set(xscale="log", yscale="log", ylim=(1e-8, 3), xlim=(0.7, 1e6))
    sizes = ", ".join(str(sites) for sites in sorted(set(curves["sites"])))
    axes.set(xlabel="$t$ (periods)", ylabel=rf"$C(t) - C(\infty)$, L = {sizes}")
    legend_under(axes, 2)


def range_panel(axes: Axes, curves: pd.DataFrame) -> None:
    """Median Omega of the pairs of each range, and the slope that the a of p_Omega makes.

    Cells of ``median`` and ``error`` are (L/2 + 1,) arrays, one row for each ``coupling``.
    """
    for index, row in enumerate(curves.to_dict("records")):
        style = curve_style(index) | {"linewidth": 0.9}
        distance = np.arange(len(row["median"]))
        label = f"J = {row['coupling']:g}"
        axes.errorbar(distance, row["median"], yerr=row["error"], label=label, **style)
        if np.isfinite(row["a"]):
            inner = distance[1:-1]
            line = row["median"][1] * 4.0 ** (-(inner - 1) / row["a"])
            axes.plot(inner, line, color=style["color"], linestyle=(0, (1, 1)), linewidth=2.0)
    label = r"$e^{-2 d/\zeta}$, $a$ of $p_\Omega$"
    axes.plot([], [], color="0.3", linestyle=(0, (1, 1)), linewidth=2.0, label=label)
    axes.set(yscale="log", xlabel="range $d$ (sites), largest $L$", ylabel=r"median $\Omega$")
    axes.set_xticks(range(int(max(len(row) for row in curves["median"]))))
    legend_under(axes, 2)


def number_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Edge, depolarisation and repulsion over what they are as J -> 0."""
    for index, (name, label) in enumerate(NUMBERS.items()):
        _curve(axes, index, _largest(means[means["quantity"] == name]), label)
    axes.axhline(1.0, color="0.5", linestyle=(0, (4, 2)), linewidth=0.8)
    _against_coupling(axes, "ratio, largest $L$")
    axes.set_ylim(0, 1.75)
    legend_under(axes, 1)


def _largest(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the largest size at each coupling."""
    return rows[rows["sites"] == rows.groupby("coupling")["sites"].transform("max")]


def _curve(axes: Axes, index: int, rows: pd.DataFrame, label: str, **more: Any) -> None:
    """Values against J, with both errors; open markers where the fit is not one power."""
    style = curve_style(index) | {"linewidth": 0.9, **more}
    error = np.hypot(rows["error"], rows["window_error"].fillna(0.0))
    axes.errorbar(rows["coupling"], rows["value"], yerr=error, label=label, capsize=2, **style)
    poor = rows[~rows["one_power"].astype(bool)]
    look = style | _open(style["color"]) | {"linestyle": "none", "zorder": 4}
    axes.plot(poor["coupling"], poor["value"], **look)


def _open(colour: Any) -> dict[str, Any]:
    return {"markerfacecolor": "white", "markeredgecolor": colour}


def _against_coupling(axes: Axes, ylabel: str) -> None:
    axes.set(xscale="log", xlabel=COUPLING, ylabel=ylabel)
