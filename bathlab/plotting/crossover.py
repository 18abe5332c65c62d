"""Panels of measured crossovers, drawn from :func:`bathlab.statistics.crossover_means`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from bathlab.conventions import RealArray
from bathlab.plotting.figures import COLOURS, MARKERS, reference_line
from bathlab.theory.grain.crossover import crossover_length, naive_crossover_length

LOG2 = math.log(2)
#: Line styles of eq. (16) and of the naive estimate.
STYLES = ("-", ":")
L_C = r"$\ell_c$ (LIOMs), by entanglement"


def grain_panel(axes: Axes, means: pd.DataFrame) -> None:
    """l_c against l_b with the slopes of both theories through the mean of each alpha."""
    measured = _lengths(means)
    finite = measured[np.isfinite(measured["l_c"]) & np.isfinite(measured["error"])]
    shown = [alpha for alpha, part in finite.groupby("alpha") if len(part) > 2][:4]
    for index, alpha in enumerate(shown):
        part = finite[finite["alpha"] == alpha]
        _points(
            axes, index, part["spins"], part["l_c"], part["error"], rf"$\alpha$ = {alpha:g}"
        )
        span = np.array([part["spins"].min(), part["spins"].max()])
        for theory, style in zip((crossover_length, naive_crossover_length), STYLES):
            slope = theory(1, float(alpha))
            if math.isfinite(slope):
                line = part["l_c"].mean() + slope * (span - part["spins"].mean())
                axes.plot(span, line, color=COLOURS[index], linestyle=style, linewidth=1.1)
    axes.set(
        xlabel=r"spins of the grain $\ell_b$",
        ylabel=L_C,
        ylim=(0, 1.45 * finite["l_c"].max() if shown else 1),
        title="lines: slope of eq. (16); dotted: naive",
    )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if shown:
        axes.legend(fontsize="x-small", loc="upper left", ncols=2)


def decay_panel(axes: Axes, means: pd.DataFrame) -> None:
    """l_c against alpha, with 1 + log(G_1/G*)/kappa of both theories, G* read off the collapse;
    arrows where all attached LIOMs are thermalised."""
    measured, half, top = _lengths(means), _half_coupling(means), means["liom"].max() + 0.6
    alphas = np.linspace(means["alpha"].min() - 0.02, means["alpha"].max() + 0.02, 300)
    for index, spins in enumerate(sorted(means["spins"].unique())[1::2][:3]):
        part = measured[measured["spins"] == spins]
        inside, beyond = part[np.isfinite(part["l_c"])], part[~np.isfinite(part["l_c"])]
        label = rf"$\ell_b$ = {spins}"
        _points(axes, index, inside["alpha"], inside["l_c"], inside["error"], label)
        arrows = {"marker": r"$\uparrow$", "color": COLOURS[index], "markersize": 9}
        axes.plot(beyond["alpha"], beyond["attached"], linestyle="none", **arrows)
        first = means[(means["spins"] == spins) & (means["liom"] == 1)]["G"].mean()
        for decay, style in zip((-np.log(alphas) - LOG2 / 2, -np.log(alphas)), STYLES):
            line = _length(decay, first / half, top)
            axes.plot(alphas, line, color=COLOURS[index], linestyle=style, linewidth=1.1)
    axes.axvline(math.sqrt(0.5), color="0.4", linewidth=0.8, linestyle=(0, (1, 1)))
    _note(axes, r"$1/\sqrt{2}$", (math.sqrt(0.5), 0), (3, 3))
    title = "arrows: all attached LIOMs thermalised"
    axes.set(xlabel=r"$\alpha$", ylabel=L_C, ylim=(0, top), title=title)
    axes.legend(fontsize="x-small", loc="upper left")


def rate_panel(axes: Axes, means: pd.DataFrame) -> None:
    """kappa against alpha, calibrated; Delta D and the control at the first bandwidth."""
    curves = []
    for bandwidth, part in means.drop_duplicates(["bandwidth", "alpha"]).groupby(
        "bandwidth", sort=False
    ):
        name = rf"$\xi$ = {bandwidth:g}"
        curves.append((f"entanglement, {name}", part, "kappa"))
        if len(curves) == 1:
            curves.append((rf"$\Delta D$, {name}", part, "kappa_delta_log_ipr"))
            curves.append((f"control, {name}", part, "kappa_entropy_alone"))
    for index, (label, part, kappa) in enumerate(curves):
        x = part["alpha"] + 0.007 * (index - 2)  # so that error bars stand side by side
        hollow = index % 2 == 1
        _points(axes, index, x, part[kappa], part[f"{kappa}_error"], label, hollow)
    alphas = np.linspace(means["alpha"].min(), means["alpha"].max(), 200)
    names = (r"$1/\zeta - \frac{1}{2}\log 2$, eq. (16)", r"$1/\zeta$, naive")
    for less, style, name in zip((LOG2 / 2, 0.0), STYLES, names):
        line = -np.log(alphas) - less
        axes.plot(alphas, line, color="0.2", linewidth=1.1, linestyle=style, label=name)
    reference_line(axes, 0.0, "")
    _note(axes, r"below 0: $\ell_c$ infinite", (float(alphas[0]), 0), (0, -12))
    axes.set(xlabel=r"$\alpha$", ylabel=r"$\kappa$ (decay of $\log G$ per LIOM)")
    axes.legend(fontsize="x-small", loc="upper right")


def collapse_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Entanglement of every LIOM against its own G; Delta D, which scatters more, in bins."""
    dots = {"linestyle": "none", "marker": ".", "markersize": 4, "color": COLOURS[0]}
    label = r"entanglement / $\log 2$, each LIOM"
    axes.plot(means["G"], means["entropy"] / LOG2, label=label, **dots)
    groups = pd.qcut(np.log(means["G"]), min(14, len(means) // 4))
    bins = means.assign(log_G=np.log(means["G"])).groupby(groups, observed=True)
    growth, label = bins["delta_log_ipr"], r"$\Delta D$ / $\log 2$, mean of LIOMs"
    _points(
        axes, 2, np.exp(bins["log_G"].mean()), growth.mean() / LOG2, growth.sem() / LOG2, label
    )
    reference_line(axes, 1.0, "log 2")
    axes.set(
        xscale="log",
        xlabel=r"$G$ of the LIOM, by the bath with those before it",
        ylabel="how far thermalised",
        ylim=(-0.15, 1.25),
        title="every grain, decay and LIOM",
    )
    axes.legend(fontsize="x-small", loc="upper left")


def _lengths(means: pd.DataFrame) -> pd.DataFrame:
    """l_c by entanglement of every alpha and grain, and how many LIOMs were attached."""
    grains = means.groupby(["alpha", "spins"], as_index=False)
    return grains.agg(
        l_c=("l_c_entropy", "first"),
        error=("l_c_error_entropy", "first"),
        attached=("liom", "max"),
    )


def _half_coupling(means: pd.DataFrame) -> float:
    """G at which the entanglement is half of log 2, from a straight line in the middle."""
    near = means[means["entropy"].between(0.25 * LOG2, 0.75 * LOG2)]
    rise, level = np.polyfit(np.log(near["G"]), near["entropy"] / LOG2, 1)
    return float(np.exp((0.5 - level) / rise))


def _length(decay: RealArray, coupling: float, top: float) -> RealArray:
    """1 + log(coupling)/decay as far as it is positive and below ``top``, else nan."""
    with np.errstate(divide="ignore", invalid="ignore"):
        line = 1 + math.log(coupling) / decay
    return np.where((decay > 0) & (line <= top), line, np.nan)


def _points(
    axes: Axes, index: int, x: Any, y: Any, error: Any, label: str, hollow: bool = False
) -> None:
    colour, marker = COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)]
    look = {"marker": marker, "markersize": 5, "color": colour, "linestyle": "none"}
    face = "white" if hollow else colour
    axes.errorbar(x, y, yerr=error, capsize=2, label=label, markerfacecolor=face, **look)


def _note(axes: Axes, text: str, at: tuple[float, float], offset: tuple[int, int]) -> None:
    axes.annotate(
        text, at, xytext=offset, textcoords="offset points", color="0.3", size="small"
    )
