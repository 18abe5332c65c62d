"""Panels of times of thermalisation and of resistances between explosive cores."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullFormatter

from bathlab.plotting.figures import COLOURS, curve_style
from bathlab.theory import avalanche

#: Powers x whose curves are drawn, those nearest to them; and eps/eps_c.
SHOWN, POINTS = (0.4, 1.0, 1.25, 2.0, 4.0), (1.07, 1.15, 1.3, 1.5, 3.0)
#: The fitted powers: what they are called, and what they should be.
READINGS = {
    "log_R": ("random, from one end", 1.0),
    "log_R_nearest": ("random, from both ends", 0.5),
    "equal": ("equally spaced", 0.0),
}
WAYS = {"all": "all cells", "halted": "halted decay"}


def resistance_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Typical R of random cores over that of equally spaced ones, against L/L_+."""
    lines = means[means["kind"].isin(["random", "equal"]) & (means["length"] >= 10)]
    powers = sorted({min(lines["power"], key=lambda x: abs(x - y)) for y in SHOWN})
    for index, power in enumerate(powers):
        here = lines[lines["power"] == power].pivot(
            index="length", columns="kind", values=["log_R", "log_R_error"]
        )
        ratio = np.exp(here["log_R"]["random"] - here["log_R"]["equal"])
        style = curve_style(index) | {"linestyle": "none"}
        error = ratio * here["log_R_error"]["random"]
        axes.errorbar(here.index, ratio, error, label=f"$x$ = {power:g}", **style)
        ends = np.array([here.index[len(here) // 2], here.index[-1]])
        law = (ends / ends[-1]) ** max(power - 1, 0) * (
            np.log(ends) / np.log(ends[-1]) if power == 1 else 1
        )
        label = "$L^{x-1}$, $\\log L$, 1" if index == 0 else None
        axes.plot(ends, ratio.iloc[-1] * law, "--", color="0.35", zorder=1, label=label)
    axes.axhline(1.0, color="0.4", linewidth=0.8, linestyle=":", label="equally spaced")
    axes.set(xscale="log", yscale="log", xlabel="$L/L_+$")
    axes.set_ylabel("typical R, random / equal spacing")
    axes.legend(fontsize="x-small", loc="upper left")


def power_panel(axes: Axes, powers: pd.DataFrame) -> None:
    """Fitted powers of L in R against x = 2 L_+/zeta, beside max(x, 1) and its like."""
    x = np.geomspace(powers["power"].min(), powers["power"].max(), 200)
    for index, (kind, (label, factor)) in enumerate(READINGS.items()):
        here = powers[powers["kind"] == kind]
        style = curve_style(index)
        found = style | {"linestyle": "none"}
        axes.errorbar(here["power"], here["found"], here["error"], label=label, **found)
        law = np.maximum(factor * x, 1.0)
        axes.plot(x, law, linestyle=style["linestyle"], color=style["color"], zorder=1)
    axes.axvline(1.0, color="0.55", linewidth=0.8, linestyle=":")
    axes.set(xscale="log", yscale="log", xlabel=r"$x = 2L_+/\zeta$")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(FixedLocator((0.25, 0.5, 1, 2, 4)))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())
    axes.set_ylabel("power of L in R (lines: prediction)")
    axes.legend(fontsize="x-small", loc="upper left")


def time_panel(axes: Axes, means: pd.DataFrame, K: float, critical: float) -> None:
    """Typical log of the time against eps/eps_c, in the longest chains that are all thermal and
    long, and that of the mean field."""
    chains = means[(means["kind"] == "chain") & means["long"].isin([True])]
    for index, (way, label) in enumerate(WAYS.items()):
        here = chains[chains["way"] == way].sort_values("length").groupby("epsilon").last()
        decay = np.log(K / here.index.to_numpy())
        style = curve_style(index) | {"linestyle": "none"}
        y, error = (2 * decay * here[name] for name in ("median", "median_error"))
        axes.errorbar(here.index / critical, y, error, label=f"chains, {label}", **style)
    ratio = np.geomspace(1.01, 3.2, 300)
    course = avalanche.scales(avalanche.near_critical_flow(ratio - 1, K))
    for values, label, line in (
        (course.log_time, r"mean field, $\zeta_1$", "-"),
        (course.log_time_dressed, r"mean field, $\zeta_{k^*-1}$", "--"),
    ):
        axes.plot(ratio, values, line, color=COLOURS[4], label=label, zorder=1)
    axes.set(yscale="log", xlabel=r"$\epsilon/\epsilon_c$, each with its own $\epsilon_c$")
    axes.set_ylabel(r"typical $\log(\Gamma_0 t_+)$")
    axes.legend(fontsize="x-small", loc="upper right")


def longest_panel(axes: Axes, means: pd.DataFrame, critical: float) -> None:
    """Longest distance over the mean one against L."""
    chains = means[(means["kind"] == "chain") & (means["way"] == "all")]
    chains = chains[chains["long"].isin([True])]
    at = sorted({min(chains["epsilon"], key=lambda x: abs(x / critical - y)) for y in POINTS})
    for index, epsilon in enumerate(at):
        here = chains[chains["epsilon"] == epsilon].sort_values("length")
        ratio, error = (here[name] / here["mean"] for name in ("longest", "longest_error"))
        label = rf"$\epsilon$ = {epsilon / critical:.3g} $\epsilon_c$"
        axes.errorbar(here["length"], ratio, error, label=label, **curve_style(index))
    axes.set(xscale="log", xlabel="L (cells)", ylabel="longest / mean distance from a core")
    axes.legend(fontsize="x-small", loc="upper left")
