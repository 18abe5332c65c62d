"""Panels of LIOMs at a grain beside four theories.

Tables are those of :mod:`bathlab.experiments.memory_laws`.
"""

from __future__ import annotations

import math
from typing import Any, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.plotting.figures import curve_style

LINE: dict[str, Any] = {"color": "0.35", "linewidth": 1.1, "marker": "none"}
#: Mean over rms of the modulus of a real Gaussian number.
GAUSSIAN = math.sqrt(2 / math.pi)
SIDES = {1: "one side", 2: "two sides"}


def memory_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Memory of each LIOM against G, with both exponentials for Gaussian elements."""
    x = np.geomspace(means["rms"].min() / 1.5, 1.5, 200)
    for factor, name, style in ((2 * math.pi, r"2\pi", "-"), (2.0, "2", "--")):
        law = np.exp(-factor * GAUSSIAN * x)
        label = rf"$\exp(-{name}\,\rho\bar v)$, Gaussian $V$"
        axes.plot(x, law, linestyle=style, label=label, **LINE)
    axes.axvline(1.0, color="0.6", linewidth=0.8)
    axes.annotate("G = 1", (1.0, 0.98), xytext=(-3, 0), textcoords="offset points", ha="right")
    for index, (sides, part) in enumerate(_by_sides(means)):
        look = curve_style(2 * index) | {"linestyle": "none", "markersize": 4}
        look |= {"xerr": part["rms_error"], "yerr": part["memory_error"]}
        axes.errorbar(part["rms"], part["memory"], label=SIDES[sides], **look)
    axes.set(xscale="log", xlabel=r"$G_i = g_i \rho\, |V|_\mathrm{rms}$", ylim=(0, 1.05))
    axes.set(ylabel=r"memory $[\langle a|\tau^z_i|a\rangle^2]$")
    axes.legend(fontsize="x-small", loc="lower left")


def _by_sides(means: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame]]:
    for sides in SIDES:
        part = means[means["sides"] == sides]
        if not part.empty:
            yield sides, part


def factor_panel(axes: Axes, means: pd.DataFrame) -> None:
    """-log memory over rho v-bar, LIOM by LIOM, against memory."""
    for index, (sides, part) in enumerate(_by_sides(means)):
        memory, x = part["memory"], part["mean"]
        factor = -np.log(memory) / x
        error = np.hypot(part["memory_error"] / memory / x, factor * part["mean_error"] / x)
        style = curve_style(2 * index) | {"linestyle": "none", "markersize": 4}
        axes.errorbar(memory, factor, yerr=error, label=SIDES[sides], **style)
    for value, name in ((2 * math.pi, r"$2\pi$: two levels, all averaged"), (2, "2: (128)")):
        axes.axhline(value, linestyle=(0, (1, 1)), color="0.35", linewidth=1)
        axes.annotate(
            name, (0.02, value), xytext=(0, -11), textcoords="offset points", size="small"
        )
    axes.set(ylim=(0, 12), xlim=(0, 1), xlabel="memory of the LIOM")
    axes.set(ylabel=r"$-\log(\mathrm{memory})\,/\,\rho\bar v$")


def strengthening_panel(
    axes: Axes, steps: pd.DataFrame, names: Mapping[str, str], edges: Sequence[float]
) -> None:
    """Mean eta after a LIOM against its memory, in bins, by each moment."""
    bins = np.digitize(steps["memory"], edges)
    for index, (moment, name) in enumerate(names.items()):
        part = steps[steps["moment"] == moment].assign(bin=bins[steps["moment"] == moment])
        weights = 1 / part["eta_error"] ** 2
        sums = part.assign(w=weights, e=weights * part["eta"], m=weights * part["memory"])
        sums = sums.groupby("bin")[["w", "e", "m"]].sum()
        style = curve_style(index) | {"markersize": 5}
        error = 1 / np.sqrt(sums["w"])
        label = _in_symbols(name)
        axes.errorbar(sums["m"] / sums["w"], sums["e"] / sums["w"], error, label=label, **style)
    for value, name in ((1, "(16)"), (0, "not part of the bath")):
        axes.axhline(value, linestyle=(0, (1, 1)), color="0.35", linewidth=1)
        axes.annotate(
            name, (0.01, value), xytext=(0, 3), textcoords="offset points", size="small"
        )
    axes.set(xlim=(0, 1), ylim=(-2.5, 2), xlabel="memory of the LIOM")
    axes.set(ylabel=r"$\eta$ of the next LIOM")
    axes.legend(fontsize="x-small", loc="lower left")


def length_panel(axes: Axes, lengths: pd.DataFrame, names: Sequence[str]) -> None:
    """Thermalised LIOMs as foretold against as measured, by some theories, where memory crosses
    a half."""
    inside = (lengths["measured"] > 0) & (lengths["measured"] < lengths["count"])
    shown = lengths[inside]
    most = float(lengths["count"].max())
    axes.plot([0, most], [0, most], linestyle=(0, (1, 1)), **LINE)
    for index, name in enumerate(names):
        style = curve_style(index) | {"linestyle": "none", "markersize": 6}
        if index % 2:
            style["markerfacecolor"] = "white"
        axes.plot(shown["measured"], shown[name], label=_in_symbols(name), **style)
    axes.set(xlabel="thermalised LIOMs, measured", ylabel="foretold")
    axes.set(xlim=(0, most), ylim=(-0.3, 1.6 * most))
    axes.legend(fontsize="x-small", loc="upper left")


def _in_symbols(name: str) -> str:
    return (
        name.replace("exp(-2 pi rho v)", r"$\exp(-2\pi\rho\bar v)$")
        .replace("exp(-2 rho v)", r"$\exp(-2\rho\bar v)$")
        .replace("rho v-bar", r"$\rho\bar v$")
        .replace("rho v", r"$\rho\bar v$")
    )
