"""Bare baths: density of states, diagonal elements, v on both scales, <V(t)V>."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bathlab.checks import require_kind, select
from bathlab.plotting.figures import curve_style
from bathlab.plotting.legends import legend_above


def element_panels(figure: Figure, means: pd.DataFrame, title: str) -> None:
    """Six panels of the means of :func:`bathlab.experiments.bare_laws.bare_means`."""
    require_kind("figure", figure, Figure, "Make one with bathlab.plotting.figure.")
    select(means, ["case", "spins", "sigma", "density", "left", "near", "at_zero"])
    panels = list(figure.subplots(2, 3).flat)
    for index, row in enumerate(means.to_dict("records")):
        style = curve_style(index)
        _curves(panels, {str(k): x for k, x in row.items()}, style | {"marker": "none"})
    _sizes(panels[1], means)
    panels[0].set_ylim(0, 0.55)
    x = np.linspace(-1.5, 1.5, 101)
    gauss = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    panels[0].plot(x, gauss, color="0.3", linestyle=(0, (1, 1)))
    panels[0].annotate("dotted: Gaussian", (0.25, 0.05), xycoords="axes fraction", size="small")
    panels[0].set(xlabel=r"$E/\sigma$", ylabel=r"$\rho(E)\,\sigma/2^N$")
    panels[2].set(
        xlabel=r"$|\omega|$ (units of $h$)", ylabel=r"$v(\omega)$", yscale="log",
        ylim=(1e-9, 1), xlim=(0, 10),
    )  # fmt: skip
    panels[3].set(
        xlabel=r"$|\omega|$ (units of $h$)", ylabel=r"$v(\omega)$", xscale="log", yscale="log"
    )
    panels[3].set_title("small frequencies", size="small")
    slow = np.array([0.05, 0.5])
    panels[3].plot(slow, 0.07 * slow**-0.5, color="0.3", linestyle=(0, (1, 1)))
    panels[3].annotate(
        r"dotted: $\omega^{-1/2}$", (0.4, 0.05), xycoords="axes fraction", size="small"
    )
    panels[4].set(xlabel=r"$t/\rho$", ylabel=r"$\langle V(t)V\rangle$", xscale="log")
    panels[4].set_title("lines: transform of $v$; points: exact", size="small")
    panels[5].set(
        xlabel=r"$t/\rho$", ylabel=r"scatter of $\langle V(t)V\rangle$", xscale="log",
        yscale="log",
    )  # fmt: skip
    panels[5].set_title("lines: i.i.d. elements; points: exact", size="small")
    legend_above(figure, panels[0], title, columns=6)


def _curves(panels: list[Axes], row: dict[str, Any], style: dict[str, Any]) -> None:
    point = style | {"linestyle": "none", "marker": "o", "markersize": 3}
    panels[0].plot(row["place"], row["levels"], label=row["case"], **style)
    panels[2].plot(row["omega"], row["v"], **style)
    panels[3].errorbar(row["slow"], row["slow_v"], row["slow_v_error"], **style)
    panels[4].plot(row["time"], row["transform"], **style)
    panels[4].errorbar(row["time"], row["exact"], row["exact_error"], **point)
    panels[5].plot(row["time"], np.sqrt(row["expected_scatter"]), **style)
    panels[5].plot(row["time"], np.sqrt(row["scatter"]), **point)


def _sizes(axes: Axes, means: pd.DataFrame) -> None:
    """Fluctuations of V_bb and its smooth part at E = 0 of the chains, against N."""
    chains = means[means["case"].str.contains("chain")]
    n, rho = chains["spins"], chains["density"]
    for index, (column, label) in enumerate(
        (("left", r"fluctuation of $V_{bb}$"), ("near", r"$\langle V_{bb'}^2\rangle^{1/2}$"))
    ):
        value = np.sqrt(chains[column])
        error = chains[f"{column}_error"] / (2 * value)
        axes.errorbar(n, value, error, label=label, **curve_style(index))
    value = chains["at_zero"].abs()
    label = r"smooth $|V_{bb}|$ at $E = 0$"
    axes.errorbar(n, value, chains["at_zero_error"], label=label, **curve_style(2))
    law = np.sqrt(chains["left"].iloc[0] * rho.iloc[0] / rho)
    axes.plot(n, law, color="0.3", linestyle=(0, (1, 1)), label=r"$\rho^{-1/2}$")
    axes.set(xlabel="spins $N$", yscale="log", ylabel="elements of the contact")
    axes.set_ylim(top=axes.get_ylim()[1] * 8)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(fontsize="x-small", loc="upper right")
