"""Elements of bath operators after a spin is coupled: ratios, peaks, oscillations."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.checks import require_kind, select
from bathlab.plotting.figures import curve_style

#: How P-bar psi is made, as tick labels.
MADE = {"true": "true", "none": "none", "first": "lowest\norder", "full": "whole\nlemma"}


def coupled_panels(
    figure: Figure, means: pd.DataFrame, points: pd.DataFrame, shown: tuple[str, str]
) -> None:
    """Six panels: squares after over before, diagonal, synthetic states, excess of v', and in
    time of the two cases that are ``shown``."""
    require_kind("figure", figure, Figure, "Make one with bathlab.plotting.figure.")
    select(points, ["kind", "bath", "g", "which", "value", "value_error"])
    select(means, ["case", "omega", "contact_excess", "contact_time", "spin_time", "share"])
    panels = list(figure.subplots(2, 3).flat)
    _ratios(panels[0], points[points["kind"] == "squares"], 0.5, "1/2")
    panels[0].set(
        ylabel=r"$\langle V'^2\rangle/\langle V^2\rangle$, neighbours", ylim=(0.4, 0.75)
    )
    _ratios(panels[1], points[points["kind"] == "diagonal"], 2.0, "GOE")
    panels[1].set(ylabel="diagonal / other squares", ylim=(1.2, 3.6))
    _made(panels[2], points[points["kind"] == "synthetic"])
    rows = {row["case"]: row for row in means.to_dict("records")}
    first, second = (rows[case] for case in shown)
    for index, which in enumerate(("contact", "probe")):
        style = curve_style(index) | {"marker": "none"}
        y, error = first[f"{which}_excess"], first[f"{which}_excess_error"]
        panels[3].plot(first["omega"], y, label=which, **style)
        panels[3].fill_between(
            first["omega"], y - error, y + error, color=style["color"], alpha=0.3, linewidth=0
        )
    for place in (-1, 1):
        panels[3].axvline(
            place * 2 * first["field"], color="0.5", linewidth=0.8, linestyle=(0, (1, 1))
        )
    panels[3].set(
        xlabel=r"$\omega$ (units of $h$)", ylabel=r"$v' - k\ast v\ast k$", xlim=(-4, 4)
    )
    panels[3].set_ylim(top=1.5 * panels[3].get_ylim()[1])
    panels[3].set_title(f"{shown[0]}; dotted: $\\pm 2h$", size="small")
    panels[3].legend(fontsize="x-small", loc="upper center", ncols=2)
    for axes, row in ((panels[4], first), (panels[5], second)):
        _in_time(axes, {str(k): v for k, v in row.items()})


def _ratios(axes: Axes, points: pd.DataFrame, law: float, name: str) -> None:
    groups = points.groupby(["bath", "which"], sort=False)
    for index, ((bath, which), part) in enumerate(groups):
        shifted = part["g"] + 0.008 * (index - 1.5)
        style = curve_style(index) | {"linestyle": "none"}
        axes.errorbar(
            shifted, part["value"], part["value_error"], label=f"{bath}, {which}", capsize=2,
            **style,
        )  # fmt: skip
    axes.axhline(law, color="0.3", linestyle=(0, (1, 1)), linewidth=0.9)
    axes.annotate(f"dotted: {name}", (0.03, 0.05), xycoords="axes fraction", size="small")
    axes.set(xlabel="coupling $g$ (units of $h$)")
    axes.legend(fontsize="x-small", loc="upper left", ncols=2)


def _made(axes: Axes, points: pd.DataFrame) -> None:
    places = np.arange(len(points))
    axes.errorbar(
        places, -points["value"], points["value_error"], capsize=3,
        **(curve_style(0) | {"linestyle": "none"}),
    )  # fmt: skip
    axes.set_xticks(places, [MADE[str(which)] for which in points["which"]])
    axes.axhline(0, color="0.6", linewidth=0.8)
    axes.set(ylabel=r"share $-a$ of the spin")
    axes.set_title(r"eigenstates, and random $P\psi$ with $\bar P\psi$ by:", size="small")


def _in_time(axes: Axes, row: dict[str, object]) -> None:
    times = np.asarray(row["time"], float)
    before = np.asarray(row["contact_time_before"]) * np.asarray(row["k_time"])
    excess = np.asarray(row["contact_time"]) - before
    spin = float(str(row["share"])) ** 2 * np.asarray(row["spin_time"])
    later = times >= 2
    for index, (label, curve) in enumerate(
        (("after, less before", excess), (r"$a^2\langle\tau(t)\tau\rangle$", spin))
    ):
        style = curve_style(index) | {"marker": "none"}
        axes.plot(times[later], curve[later], label=label, **style)
    top = 1.6 * np.abs(np.concatenate([excess[later], spin[later]])).max()
    axes.set(
        xlabel="$t$ (units of $1/h$)", ylabel=r"$\langle V(t)V\rangle$ of the contact",
        ylim=(-top / 1.2, top),
    )  # fmt: skip
    axes.set_title(str(row["case"]), size="small")
    axes.legend(fontsize="x-small", loc="upper right", ncols=2)
