"""Panels of a probe spin on a ring: S, C_zz, resonances by range and rho v-bar.

Tables are those of :func:`bathlab.experiments.probe_laws.probe_table`.
"""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.plotting.figures import COLOURS, MARKERS, curve_style

#: What is made of elements: column, name, look.
MADE = {
    "cats": (r"$[e^{-2\rho\bar v}]$, the paper's cats", (0, (1, 1))),
    "pairs": (r"$[e^{-2\pi\rho\bar v}]$, two levels", "-"),
}
POINTS: dict[str, Any] = {"linestyle": "none", "capsize": 2}


def probe_panels(
    figure: Figure, means: pd.DataFrame, shown: Sequence[float], ranged: Sequence[float]
) -> None:
    """S at the W ``shown``, ranges at those ``ranged``, C_zz and rho v-bar against W."""
    panels = figure.subplots(2, 2).ravel()
    static = means[means["kind"] == "static"].sort_values(["sites", "swept"])
    largest = static[static["sites"] == static["sites"].max()]
    spectra, ranges = (
        [largest[np.isclose(largest["swept"], W)].iloc[0] for W in some]
        for some in (shown, ranged)
    )
    spectrum_panel(panels[0], spectra)
    memory_panel(panels[1], static)
    range_panel(panels[2], ranges)
    strength_panel(panels[3], static)
    for axes, letter in zip(panels, "abcd"):
        axes.set_title(f"({letter})", loc="left", fontsize="small")


def spectrum_panel(axes: Axes, cases: Sequence[pd.Series]) -> None:
    """S measured, made of rho(v) and of pairs of two levels; the second W is below by 100."""
    for index, case in enumerate(cases):
        centres = np.asarray(case["frequency"])
        step = np.sqrt(centres[1] / centres[0])
        scale = 0.01**index / (2 * centres * (step - 1 / step))
        colour, marker = COLOURS[2 * index % len(COLOURS)], MARKERS[index]
        name = f"W = {case['swept']:g}" + (", / 100" if index else "")
        measured, error = case["spectrum"], case["spectrum_error"]
        seen = measured > 0
        axes.errorbar(
            centres[seen],
            (measured * scale)[seen],
            yerr=(error * scale)[seen],
            color=colour,
            marker=marker,
            label=f"S measured, {name}",
            **POINTS,
        )
        for column, line in (("made", (0, (1, 1))), ("pairs_made", "-")):
            values = np.where(case[column] > 0, case[column] * scale, np.nan)
            axes.plot(centres, values, color=colour, linestyle=line)
    axes.plot([], [], color="0.3", linestyle=(0, (1, 1)), label=r"from $\rho(v)$, (99)-(102)")
    axes.plot([], [], color="0.3", linestyle="-", label="every pair as two levels")
    axes.set(xscale="log", yscale="log", xlim=(1e-5, 60), ylim=(1e-8, 1e4))
    axes.set(xlabel=r"$|\omega|/J$", ylabel=r"$J\,[S(\omega)]$")
    axes.axvline(1.0, color="0.7", linewidth=0.8)
    axes.legend(fontsize="x-small", loc="upper right")


def memory_panel(axes: Axes, means: pd.DataFrame) -> None:
    """C_zz at infinite time against W, points by L, and both exponentials at the largest L."""
    for index, (sites, part) in enumerate(means.groupby("sites")):
        style = curve_style(index) | {"label": rf"$[C_{{zz}}]$, L = {sites}", **POINTS}
        axes.errorbar(part["swept"], part["memory"], yerr=part["memory_error"], **style)
    last = means[means["sites"] == means["sites"].max()]
    for name, (label, line) in MADE.items():
        axes.plot(last["swept"], last[name], color="0.3", linestyle=line, label=label)
    axes.plot(
        last["swept"],
        last["pair_memory"],
        color=COLOURS[3],
        linestyle="--",
        label=r"$[\prod \Delta^2/(\Delta^2 + 4V^2)]$",
    )
    axes.plot(
        last["swept"],
        last["free"],
        linestyle="none",
        marker="x",
        color="0.3",
        label=r"states without $|\Delta| < |V|$",
    )
    _against_disorder(axes, means)
    axes.set(ylim=(0, 1.02), ylabel=r"$[C_{zz}(\infty)]$; lines: largest L")
    axes.legend(fontsize="x-small", loc="lower right")


def range_panel(axes: Axes, cases: Sequence[pd.Series]) -> None:
    """q(r) counted and as 2 rho v-bar, with the line through r = 1, ..., L/2 - 1; 1 - F(r)
    counted."""
    r = np.arange(sum(name[2:].isdigit() for name in cases[0].index if name.startswith("q_")))
    fine = np.linspace(0.4, r[-1], 60)
    for index, case in enumerate(cases):
        colour, marker = COLOURS[2 * index % len(COLOURS)], MARKERS[index]
        name = f"W = {case['swept']:g}"
        for column, shift, face, label in (
            ("counted", -0.06, "white", f"q counted, {name}"),
            ("q", 0.06, colour, rf"$q = 2\rho\bar v$, {name}"),
        ):
            values, errors = (
                np.array([case[f"{column}_{k}{end}"] for k in r]) for end in ("", "_error")
            )
            some = values > 0
            axes.errorbar(
                (r + shift)[some],
                values[some],
                yerr=np.minimum(errors, 0.9 * values)[some],
                color=colour,
                marker=marker,
                markerfacecolor=face,
                label=label,
                **POINTS,
            )
        if np.isfinite(case["slope"]):
            law = np.exp(-case["slope"] * fine) / np.sqrt(4 * case["lam"] * fine)
            axes.plot(fine, law, color=colour, linestyle=(0, (1, 1)))
        bound = [1 - case[f"free_{k}"] for k in r]
        label = f"$1 - F(r)$, {name}"
        axes.step(r, bound, where="mid", color=colour, linewidth=1.2, label=label)
    axes.plot(
        [], [], color="0.3", linestyle=(0, (1, 1)), label=r"$e^{-r/\xi}/\sqrt{4\lambda r}$"
    )
    axes.set(yscale="log", ylim=(3e-4, 0.4), xlabel="range r", xticks=r)
    axes.set(ylabel="resonances of a state at r; $1 - F(r)$")
    axes.legend(fontsize="x-small", loc="lower left", ncols=2)


def strength_panel(axes: Axes, means: pd.DataFrame) -> None:
    """rho v-bar against W: between windows h apart, and in one, open."""
    for index, (sites, part) in enumerate(means.groupby("sites")):
        style = curve_style(index)
        axes.errorbar(
            part["swept"],
            part["rho_v"],
            yerr=part["rho_v_error"],
            **style | {"label": f"L = {sites}, windows h apart"},
        )
        axes.errorbar(
            part["swept"] * 1.03,
            part["rho_v_still"],
            yerr=part["rho_v_still_error"],
            **style | {"linestyle": "none", "markerfacecolor": "white"},
            label=f"L = {sites}, one window",
        )
    axes.axhline(1.0, color="0.6", linewidth=0.8)
    _against_disorder(axes, means)
    axes.set(yscale="log", ylabel=r"$[\rho\bar v]$, middle of the spectrum")
    axes.legend(fontsize="x-small", loc="lower left")


def _against_disorder(axes: Axes, means: pd.DataFrame) -> None:
    ticks = sorted(means["swept"].unique())
    axes.set(xscale="log", xlabel="W/J")
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xticks([], minor=True)
