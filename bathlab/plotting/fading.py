"""Fading matrix elements of quantum suns: against n, as powers, and their distribution."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.checks import require_kind, select
from bathlab.plotting.figures import AXES, curve_style
from bathlab.theory.grain.fading import fading_exponent

NAMES = {
    "diagonal": r"variance of $\langle a|\sigma^z|a\rangle$",
    "next": r"mean $|\langle a|\sigma^z|b\rangle|^2$",
    "typical": r"typical $|\langle a|\sigma^z|b\rangle|^2$",
    "participation": r"$\exp D(\sigma^z)$",
    "depth": r"typical $\exp D(\sigma^z)$, single states",
}


def fading_panels(figure: Figure, means: pd.DataFrame, powers: pd.DataFrame) -> list[Axes]:
    """Variance of elements against n, their powers of n against alpha, typical over mean, and
    exp D of single states. ``means`` are those of ``fading_means``; ``powers`` has the columns
    quantity, alpha, power and error."""
    require_kind("figure", figure, Figure, "Make one with bathlab.plotting.figure.")
    select(means, ["alpha", "n", "log_diagonal", "log_diagonal_error", "shape", "shape_error"])
    panels = list(figure.subplots(2, 2).flat)
    for index, (alpha, rows) in enumerate(means.groupby("alpha", sort=False)):
        style = curve_style(index)
        _against_size(panels[0], rows, "diagonal", float(str(alpha)), -1, style)
        _against_size(panels[3], rows, "depth", float(str(alpha)), 1, style)
        known = rows[rows["shape"].notna()]
        panels[2].errorbar(known["n"], known["shape"], known["shape_error"], capsize=2, **style)
    panels[0].set(yscale="log", xlabel="dimension $n$", ylabel=NAMES["diagonal"])
    panels[0].set_title("dashed: power of theory through their middle", size="small")
    _powers(panels[1], powers)
    gaussian = float(np.exp(-np.euler_gamma) / 2)
    panels[2].axhline(gaussian, color="0.4", linestyle=(0, (1, 1)), linewidth=0.8)
    panels[2].annotate("dotted: Gaussian", (0.03, 0.92), xycoords="axes fraction", size="small")
    mean = r"typical / mean of $|\langle a|\sigma^z|b\rangle|^2$"
    panels[2].set(yscale="log", xlabel="dimension $n$", ylabel=mean, ylim=(1e-3, 1.0))
    panels[3].set(yscale="log", xlabel="dimension $n$", ylabel=NAMES["depth"])
    panels[3].set_title("dashed: power of theory through their middle", size="small")
    for axes in (panels[0], panels[2], panels[3]):
        axes.set_xscale("log", base=2)
    return panels


def _against_size(
    axes: Axes,
    rows: pd.DataFrame,
    name: str,
    alpha: float,
    sign: int,
    style: Mapping[str, Any],
) -> None:
    """A quantity against n, and the power of theory through its middle."""
    known = rows[rows[f"log_{name}"].notna()]
    if known.empty:
        return
    n, value = known["n"].to_numpy(float), np.exp(known[f"log_{name}"].to_numpy(float))
    error = value * known[f"log_{name}_error"]
    label = rf"$\alpha$ = {alpha:g}"
    axes.errorbar(n, value, error, label=label, capsize=2, **{**style, "linestyle": "none"})
    law = n ** (sign * fading_exponent(alpha))
    law *= np.exp(np.mean(np.log(value / law)))
    axes.plot(n, law, color=style["color"], linewidth=1, linestyle="--")


def _powers(axes: Axes, powers: pd.DataFrame) -> None:
    require_kind("axes", axes, Axes, AXES)
    select(powers, ["quantity", "alpha", "power", "error"])
    grid = np.linspace(powers["alpha"].min() - 0.05, 1, 200)
    axes.plot(grid, [fading_exponent(a) for a in grid], "k-", linewidth=1, label="theory")
    for index, (name, rows) in enumerate(powers.groupby("quantity", sort=False)):
        style = curve_style(index) | {"linestyle": "none"}
        shifted = rows["alpha"] + 0.004 * (index - 2)
        axes.errorbar(
            shifted, rows["power"], rows["error"], label=NAMES[str(name)], capsize=2, **style
        )
    axes.set(xlabel=r"$\alpha$", ylabel=r"$p$: elements $\sim n^{-p}$, $\exp D \sim n^{p}$")
    axes.set_ylim(top=axes.get_ylim()[1] + 0.9)
    axes.legend(fontsize="x-small", loc="upper left")
