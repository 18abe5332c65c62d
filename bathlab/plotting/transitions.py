"""Panels of a transition: lengths and times on both sides of it, and finite chains."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.conventions import RealArray
from bathlab.plotting.figures import curve_style, reference_line

#: Lengths beyond are not drawn.
HIGHEST = 1e4


def phase_panels(
    panels: Sequence[Axes], rows: pd.DataFrame, entropy: float, ends: tuple[float, float]
) -> None:
    """zeta; l* and xi; t_+ and L_+, against 1/eps between two ends.

    ``rows`` has a point each, in the order of eps; ``entropy`` is s = 1/zeta_c. The transition
    is drawn between the last localised point and the first thermal one.
    """
    rows = rows[(1 / rows["epsilon"]).between(*ends)]
    inverse = 1 / rows["epsilon"]
    below, above = rows[~rows["thermal"]], rows[rows["thermal"]]
    lines = [
        (0, below["zeta"] * entropy, r"$\zeta/\zeta_c$"),
        (0, below["zeta_1"] * entropy, r"$\zeta_1/\zeta_c$, bare"),
        (1, below["collar_ratio"], r"$\ell_*$"),
        (1, below["xi"], r"$\bar\xi$"),
        (2, np.exp(above["log_log_time"]), r"$\log(\Gamma_0 t_+)$"),
        (2, np.exp(above["log_L_plus"]), r"$L_+$"),
    ]
    for index, (place, values, label) in enumerate(lines):
        shown = values[values < HIGHEST]
        style = curve_style(index % 2) | {"marker": "none"}
        panels[place].plot(inverse[shown.index], shown, label=label, **style)
    critical = (inverse[below.index].min() + inverse[above.index].max()) / 2
    for axes, scale in zip(panels, ("linear", "log", "log")):
        axes.axvline(critical, color="0.55", linestyle=(0, (4, 2)), linewidth=0.8)
        axes.set(yscale=scale, xlabel=r"$1/\epsilon$", xlim=ends)
        axes.legend(fontsize="small")
    reference_line(panels[0], 1.0, r"$\zeta_c$")
    panels[0].set(ylabel=r"localisation length / $\zeta_c$", ylim=(0, 1.12))
    panels[1].set(ylabel="length (sites)")
    panels[2].set(ylabel=r"$L_+$ (sites), log of $t_+$")


def chain_curve(axes: Axes, length: RealArray, p: RealArray, label: str) -> None:
    """One more curve of P(thermal) against L."""
    style = curve_style(len(axes.lines)) | {"marker": "none"}
    axes.plot(length, p, label=label, **style)
    axes.set(xscale="log", yscale="log", xlabel="L (sites)", ylabel="P(thermal)")
    axes.set(ylim=(1e-8, 2))
    axes.legend(fontsize="x-small", loc="lower right")
