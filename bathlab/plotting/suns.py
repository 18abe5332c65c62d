"""Panels of quantum suns. ``means`` is the table of
:func:`bathlab.experiments.sun_laws.sun_means`."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.plotting.figures import curve_style, reference_line
from bathlab.theory.random_matrices import GOE, POISSON_RATIO

CRITICAL = 2**-0.5
SMALL = "x-small"
ALPHA = r"$\alpha$"
POINTS: dict[str, Any] = {"linestyle": "none", "capsize": 2}


def curve_panel(axes: Axes, means: pd.DataFrame, quantity: str, label: str) -> None:
    """One quantity against alpha, a curve for each number of spins."""
    here = means[means["quantity"] == quantity]
    for index, (spins, own) in enumerate(here.groupby("spins")):
        style = curve_style(index)
        axes.errorbar(
            own["alpha"], own["mean"], own["error"], label=f"L = {spins}", capsize=2, **style
        )
    _critical(axes)
    axes.set(xlabel=ALPHA, ylabel=label)
    _legend(axes, fontsize=SMALL)


def ratio_panel(axes: Axes, means: pd.DataFrame, title: str) -> None:
    """Gap ratio of all levels, with both limits."""
    curve_panel(axes, means, "gap_ratio", "mean gap ratio, all levels")
    for value, name in ((GOE.gap_ratio, "GOE"), (POISSON_RATIO, "uncorrelated")):
        reference_line(axes, value, name)
    axes.set_ylim(0.375, 0.545)
    axes.set_title(title, fontsize="medium")
    _legend(axes, fontsize=SMALL, loc="lower right", bbox_to_anchor=(1.0, 0.12))


def collapse_panel(axes: Axes, means: pd.DataFrame, alphas: tuple[float, ...]) -> None:
    """Gap ratio against L log(alpha/alpha_c), alpha_c = 1/sqrt 2."""
    here = means[(means["quantity"] == "gap_ratio") & means["alpha"].isin(alphas)]
    for index, (spins, own) in enumerate(here.groupby("spins")):
        x = int(str(spins)) * np.log(own["alpha"] / CRITICAL)
        style = curve_style(index) | POINTS
        axes.errorbar(x, own["mean"], own["error"], label=f"L = {spins}", **style)
    axes.axvline(0.0, color="0.4", linewidth=0.8, linestyle=":")
    axes.set(xlabel=r"$L \log(\alpha \sqrt{2})$", ylabel="mean gap ratio, all levels")
    _legend(axes, fontsize=SMALL, loc="lower right")


def place_panel(axes: Axes, places: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Crossings of neighbouring sizes against 1/L; ``places`` has ``name``, ``L``, ``place``
    and ``error``, ``names`` says how each is called."""
    for index, (name, label) in enumerate(names.items()):
        own = places[places["name"] == name]
        if own.empty:
            continue
        x = 1 / own["L"] * (1 + 0.008 * (index - len(names) / 2))
        style = curve_style(index) | {"linestyle": "none", "capsize": 2}
        axes.errorbar(x, own["place"], own["error"], label=label, **style)
    axes.axhline(CRITICAL, color="0.4", linewidth=0.8, linestyle=":")
    axes.set(xlabel="1/L, L the mean of both sizes", ylabel=r"$\alpha$ of the crossing")
    axes.set(xlim=(0.0, 0.14), xticks=(0, 0.05, 0.1))
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.5 * (high - low))
    _legend(axes, fontsize=SMALL, ncols=2, loc="upper left", columnspacing=1.0)


def rate_panel(axes: Axes, rates: pd.DataFrame) -> None:
    """Slope of log Gamma in L at each alpha beside 2 log alpha; ``rates`` has ``alpha``,
    ``slope`` and ``error``."""
    style = curve_style(0) | POINTS
    axes.errorbar(rates["alpha"], rates["slope"], rates["error"], label="measured", **style)
    alpha = np.linspace(0.6, 1.0, 50)
    axes.plot(alpha, 2 * np.log(alpha), color="0.3", linestyle="--", label=r"$2\log\alpha$")
    axes.axhline(-np.log(2), color="0.5", linewidth=0.8, linestyle=":")
    axes.annotate(
        "level spacing", (0.99, -np.log(2)), xytext=(0, 3), textcoords="offset points",
        ha="right", size="small", color="0.3",
    )  # fmt: skip
    axes.set(xlabel=ALPHA, ylabel=r"$d\log\Gamma/dL$")
    _legend(axes, fontsize=SMALL, loc="upper left")


def window_panel(axes: Axes, windows: pd.DataFrame) -> None:
    """Crossings of the gap ratio, and where it is half-way, by window of energy; ``windows``
    has ``share``, ``place``, ``error`` and ``name``."""
    for index, (name, own) in enumerate(windows.groupby("name")):
        style = curve_style(index) | POINTS
        x = own["share"] + 0.006 * index
        axes.errorbar(x, own["place"], own["error"], label=name, **style)
    share = np.linspace(0.02, 0.5, 60)
    entropy = -share * np.log(share) - (1 - share) * np.log(1 - share)
    axes.plot(
        share,
        np.exp(-entropy / 2),
        color="0.3",
        linestyle="--",
        label=r"$e^{-s/2}$, free spins",
    )
    axes.axhline(CRITICAL, color="0.4", linewidth=0.8, linestyle=":")
    axes.set(xlabel="energy, share of the band from its end", ylabel=ALPHA)
    _legend(axes, fontsize=SMALL)


def convention_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Gap ratio with each convention against alpha."""
    here = means[means["quantity"] == "gap_ratio"]
    for index, (name, own) in enumerate(here.groupby("convention", sort=False)):
        axes.errorbar(
            own["alpha"], own["mean"], own["error"], label=name, capsize=2, **curve_style(index)
        )
    size = ", ".join(f"L = {spins}" for spins in sorted(here["spins"].unique()))
    axes.set(xlabel=ALPHA, ylabel=f"mean gap ratio, {size}")
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.35 * (high - low), high)
    _legend(axes, fontsize=SMALL, ncols=2, loc="lower right")


def _critical(axes: Axes) -> None:
    axes.axvline(CRITICAL, color="0.4", linewidth=0.8, linestyle=":")


def _legend(axes: Axes, **style: Any) -> None:
    """A legend, unless nothing was measured that it could name."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(**style)
