"""Fading matrix elements of quantum suns: against n, as powers, and their distribution."""

from __future__ import annotations

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
}


def fading_panels(figure: Figure, means: pd.DataFrame, powers: pd.DataFrame) -> list[Axes]:
    """Variance and typical square of elements against n, their powers of n against alpha, and
    typical over mean. ``means`` are those of ``fading_means``; ``powers`` has the columns
    quantity, alpha, power and error."""
    require_kind("figure", figure, Figure, "Make one with bathlab.plotting.figure.")
    select(means, ["alpha", "n", "log_diagonal", "log_diagonal_error", "shape", "shape_error"])
    panels = list(figure.subplots(1, 3).flat)
    for index, (alpha, rows) in enumerate(means.groupby("alpha", sort=False)):
        style = curve_style(index)
        n, value = rows["n"].to_numpy(float), np.exp(rows["log_diagonal"].to_numpy(float))
        label = rf"$\alpha$ = {alpha:g}"
        line = style | {"linestyle": "none"}
        error = value * rows["log_diagonal_error"]
        panels[0].errorbar(n, value, error, label=label, capsize=2, **line)
        law = n ** -fading_exponent(float(str(alpha)))
        law *= np.exp(np.mean(np.log(value / law)))
        panels[0].plot(n, law, color=style["color"], linewidth=1, linestyle="--")
        panels[2].errorbar(n, rows["shape"], rows["shape_error"], capsize=2, **style)
    panels[0].set(yscale="log", xlabel="dimension $n$", ylabel=NAMES["diagonal"])
    panels[0].set_title("dashed: power of theory through their middle", size="small")
    _powers(panels[1], powers)
    gaussian = float(np.exp(-np.euler_gamma) / 2)
    panels[2].axhline(gaussian, color="0.4", linestyle=(0, (1, 1)), linewidth=0.8)
    panels[2].annotate("dotted: Gaussian", (0.03, 0.92), xycoords="axes fraction", size="small")
    mean = r"typical / mean of $|\langle a|\sigma^z|b\rangle|^2$"
    panels[2].set(yscale="log", xlabel="dimension $n$", ylabel=mean, ylim=(1e-3, 1.0))
    for axes in (panels[0], panels[2]):
        axes.set_xscale("log", base=2)
    return panels


def _powers(axes: Axes, powers: pd.DataFrame) -> None:
    require_kind("axes", axes, Axes, AXES)
    select(powers, ["quantity", "alpha", "power", "error"])
    grid = np.linspace(powers["alpha"].min() - 0.05, 1, 200)
    axes.plot(grid, [fading_exponent(a) for a in grid], "k-", linewidth=1, label="theory")
    for index, (name, rows) in enumerate(powers.groupby("quantity", sort=False)):
        style = curve_style(index) | {"linestyle": "none"}
        shifted = rows["alpha"] + 0.004 * (index - 1.5)
        axes.errorbar(
            shifted, rows["power"], rows["error"], label=NAMES[str(name)], capsize=2, **style
        )
    axes.set(xlabel=r"$\alpha$", ylabel=r"$p$: elements $\sim n^{-p}$, $\exp D \sim n^{p}$")
    axes.set_ylim(top=axes.get_ylim()[1] + 0.75)
    axes.legend(fontsize="x-small", loc="upper left")
