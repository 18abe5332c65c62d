"""Panels of chains under the multi-scale scheme.

Tables are those of :func:`bathlab.experiments.avalanche_sums.chain_means`, of one K and one
disorder; "mean field" is a table with columns epsilon, density and excess, zeta_c/zeta.
"""

from __future__ import annotations

from typing import Any, Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.plotting.figures import curve_style, reference_line
from bathlab.plotting.finishing import power_of_ten
from bathlab.statistics.estimates import Estimate

#: Style of what mean field says, and of a fitted power.
MEAN_FIELD: dict[str, Any] = {"color": "0.35", "linestyle": (0, (5, 2)), "linewidth": 1.2}
POWER: dict[str, Any] = {"color": "0.1", "linestyle": (0, (1, 1)), "linewidth": 1.6}
BAR: dict[str, Any] = {"capsize": 0}


def share_curves(axes: Axes, means: pd.DataFrame, critical: Estimate) -> None:
    """P(thermal) against eps at each length; the critical eps with a band of its error."""
    _curves(axes, means, "epsilon", "thermal", "length", length_name)
    low, high = critical.mean - critical.error, critical.mean + critical.error
    axes.axvspan(low, high, color="0.88", label=r"$\epsilon_c$ by $L/2$", zorder=0)
    axes.set(yscale="log", ylim=(3e-4, 1.5), xlabel=r"$\epsilon$", ylabel="$P$(thermal)")


def length_curves(axes: Axes, means: pd.DataFrame, epsilons: Sequence[float]) -> None:
    """P(thermal) against L at several eps."""
    rows = means[means["epsilon"].isin(epsilons)]
    _curves(axes, rows, "length", "thermal", "epsilon", lambda eps: rf"$\epsilon$ = {eps:.4f}")
    axes.set(xscale="log", yscale="log", ylim=(3e-4, 1.5), xlabel="$L$ (cells)")
    axes.set_ylabel("$P$(thermal)")


def entropy_curves(
    axes: Axes, means: pd.DataFrame, epsilons: Sequence[float], power: float
) -> None:
    """The average half-chain entropy against L, with a power through the middle curve."""
    rows = means[means["epsilon"].isin(epsilons)]
    _curves(axes, rows, "length", "mean_entropy", "epsilon", lambda e: rf"$\epsilon$ = {e:.4f}")
    middle = rows[rows["epsilon"] == sorted(epsilons)[len(epsilons) // 2]]
    x = np.sort(middle["length"].to_numpy(float))
    if np.isfinite(power):
        y = float(middle["mean_entropy"].median()) * (x / np.median(x)) ** power
        axes.plot(x, y, label=rf"$L^{{3-\tau}}$, $3-\tau$ = {power:.2f}", **POWER)
    axes.set(xscale="log", yscale="log", xlabel="$L$ (cells)")
    axes.set_ylabel("half-chain entropy (nats)")


def size_curves(
    axes: Axes, rows: pd.DataFrame, power: float, window: tuple[float, float]
) -> None:
    """Density of regions of n cells times n^2 at several eps of one length; the fitted power in
    its window; log n/n^3, the law of mean field."""
    for index, row in enumerate(rows.sort_values("epsilon").to_dict("records")):
        size, p, error = (np.asarray(row[name], float) for name in ("size", "p", "p_error"))
        style = curve_style(index) | BAR | {"linestyle": "none"}
        label = rf"$\epsilon$ = {row['epsilon']:.4f}"
        axes.errorbar(size, size**2 * p, yerr=size**2 * error, label=label, **style)
        if index == len(rows) // 2:
            level = float(np.exp(np.interp(np.log(300), np.log(size), np.log(size**2 * p))))
    x = np.geomspace(*window, 30)
    if np.isfinite(power):
        axes.plot(x, level * (x / 300) ** (2 - power), label=rf"$n^{{-{power:.2f}}}$", **POWER)
    x = np.geomspace(20, window[1], 60)
    law = np.log(x) / x
    shown = level * law / np.interp(100, x, law)
    axes.plot(x, shown, label=r"mean field, $\log n/n^3$", **MEAN_FIELD)
    axes.set(xscale="log", yscale="log", xlabel="$n$ (cells)", xlim=(7, 3e6), ylim=(3e-4, 0.3))
    axes.set_ylabel(r"$n^2\,\times$ regions per cell")


def phase_panel(
    axes: Axes, means: pd.DataFrame, column: str, mean_field: pd.DataFrame, label: str
) -> None:
    """A column against eps at each length, with mean field."""
    _curves(axes, means, "epsilon", column, "length", length_name)
    axes.plot(mean_field["epsilon"], mean_field[column], label="mean field", **MEAN_FIELD)
    reference_line(axes, 1.0, "")
    axes.set(xlabel=r"$\epsilon$", ylabel=label)


def length_name(length: float) -> str:
    """L as a label."""
    return f"$L$ = {power_of_ten(length)}"


def _curves(
    axes: Axes, rows: pd.DataFrame, x: str, y: str, by: str, label: Callable[[float], str]
) -> None:
    for index, key in enumerate(sorted(rows[by].unique())):
        one = rows[rows[by] == key].sort_values(x)
        style = curve_style(index) | BAR
        shown = one[one[y] > 0] if y == "thermal" else one
        axes.errorbar(shown[x], shown[y], yerr=shown[f"{y}_error"], label=label(key), **style)
