"""Panels of the interface of a grain with LIOMs: D, rates, the grain's D, and the drop.

Tables are means of :func:`bathlab.experiments.interface_laws.interface_table`.
"""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from bathlab.plotting.figures import curve_style

THEORY: dict[str, Any] = {"color": "0.4", "linewidth": 1.3}


def _points(axes: Axes, x: Any, means: pd.DataFrame, name: str, index: int, label: str) -> None:
    style = curve_style(index) | {"linestyle": "none"}
    axes.errorbar(x, means[name], yerr=means[f"{name}_error"], label=label, **style)


def profile_panel(axes: Axes, means: pd.DataFrame, slope: float) -> None:
    """D of sigma^x, sigma^y and sigma^z of each LIOM and of the contact, beside the golden
    rule's log(8 pi rho w/3), in column ``by_rule``, and the slope of eq. (22)."""
    contact = means[means["axis"] == "contact"]
    _points(axes, contact["site"], contact, "log_ipr", 3, r"contact $\sigma^x_0$")
    for index, axis in enumerate("xyz"):
        part = means[means["axis"] == axis].sort_values("site")
        label = rf"$\tau^{axis}_i$"
        _points(axes, part["site"] + 0.1 * (index - 1), part, "log_ipr", index, label)
    part = means[means["axis"] == "x"].sort_values("site")
    axes.plot(part["site"], part["by_rule"], "--", label=r"$\log(8\pi\rho w_i/3)$", **THEORY)
    line = part["by_rule"].mean() - slope * (part["site"] - part["site"].mean())
    axes.plot(part["site"], line, ":", label=r"slope $-2\log(1/\alpha)$", **THEORY)
    axes.set(xlabel="site $i$ (0: in the grain)", ylabel="$D$ (nats)")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(fontsize="x-small")


def rate_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Typical rate of tau^z of each LIOM for each alpha, and the golden rule's."""
    rows = means[means["axis"] == "z"]
    for index, (alpha, part) in enumerate(rows.groupby("alpha")):
        part = part.sort_values("site")
        values, style = np.exp(part["log_rate"]), curve_style(index) | {"linestyle": "none"}
        label = rf"$\alpha$ = {alpha:g}, {part['lioms'].iloc[0]} LIOMs"
        errors = values * part["log_rate_error"]
        axes.errorbar(part["site"], values, yerr=errors, label=label, **style)
        axes.plot(
            part["site"], np.exp(part["log_rule"]), "--", **{**THEORY, "color": style["color"]}
        )
    axes.plot([], [], "--", label="golden rule", **THEORY)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(yscale="log", xlabel="LIOM $i$", ylabel=r"rate $\Gamma_i$ of $\tau^z_i$, typical")
    axes.legend(fontsize="x-small")


def growth_panel(axes: Axes, means: pd.DataFrame, theories: Mapping[str, Any]) -> None:
    """D of contact and probe against the number of LIOMs, beside some theories, each of
    (lioms, D)."""
    for index, axis in enumerate(("contact", "probe")):
        part = means[means["axis"] == axis].sort_values("lioms")
        shift = 0.1 * (index - 0.5)
        _points(axes, part["lioms"] + shift, part, "log_ipr", index, f"{axis}")
    for style, (name, (lioms, D)) in zip(("-", "--", ":"), theories.items()):
        axes.plot(lioms, D, style, label=name, **THEORY)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="number of LIOMs $n$", ylabel=r"$D$ in the grain (nats)")
    axes.legend(fontsize="x-small")


def drop_panel(axes: Axes, drops: pd.DataFrame, theory: Any) -> None:
    """Drop of D from the contact to LIOM 1 against g_1, a row each with ``drop`` and
    ``by_rule``; ``theory`` is that of eq. (22), (m,) at the same g_1."""
    drops = drops.sort_values("g1")
    _points(axes, drops["g1"], drops, "drop", 0, "measured")
    axes.plot(drops["g1"], drops["by_rule"], "--", label="widened band, golden rule", **THEORY)
    axes.plot(drops["g1"], theory, ":", label=r"eq. (22), $\xi$ = bandwidth/2", **THEORY)
    ticks = drops["g1"].tolist()
    axes.set(xscale="log", xlabel="$g_1$", ylabel=r"$D(\sigma^x_0) - D(\tau^x_1)$ (nats)")
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.legend(fontsize="x-small")
