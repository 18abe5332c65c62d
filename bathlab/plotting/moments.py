"""Delta D of many baths against several predictors, and how well each does."""

from __future__ import annotations

from typing import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.checks import require_kind, select
from bathlab.plotting.figures import AXES
from bathlab.plotting.tidy_curves import curves

LABELS = {
    "x_rms": r"$g\,\rho\,\mathrm{rms}\,|V|$",
    "x_mean": r"$g\,\rho\,\langle |V| \rangle$",
    "x_typical": r"$g\,\rho\,\exp\langle\log |V|\rangle$",
}


def moment_panels(figure: Figure, means: pd.DataFrame) -> tuple[Axes, list[Axes]]:
    """Three panels of Delta D against moments; returns a fourth, empty, and all three.

    ``means`` are those of ``bathlab.experiments.element_laws.element_means``. A bath whose
    moment is 0 is missing in its panel.
    """
    require_kind("figure", figure, Figure, "Make one with bathlab.plotting.figure.")
    select(means, ["bath", "delta_log_ipr", "delta_log_ipr_error", "proximity", *LABELS])
    panels = list(figure.subplots(2, 2).flat)
    for axes, (column, label) in zip(panels, LABELS.items()):
        kept, names = means[means[column] > 0], list(dict.fromkeys(means["bath"]))
        curves(
            kept,
            column,
            "delta_log_ipr",
            "bath",
            axes,
            open_where="proximity",
            order=names,
            legend=False,
        )
        axes.axhline(np.log(2), color="0.4", linewidth=0.8, linestyle=(0, (1, 1)))
        axes.annotate(
            "log 2", (0.02, np.log(2) + 0.01), xycoords=("axes fraction", "data"), size="small"
        )
        top = max(0.9, float(means["delta_log_ipr"].max()) + 0.1)
        axes.set(
            xscale="log", xlabel=label, ylabel=r"$\Delta D(O_B)$ (nats)", ylim=(-0.05, top)
        )
    return panels[3], panels[:3]


def moment_bars(axes: Axes, groups: Mapping[str, Mapping[str, tuple[float, float]]]) -> None:
    """Bars with errors for each predictor, side by side for each group: {group: {name: (value,
    error)}}."""
    require_kind("axes", axes, Axes, AXES)
    require_kind("groups", groups, Mapping, "Pass {group: {name: (value, error)}}.")
    width = 0.8 / max(len(groups), 1)
    shades = np.linspace(0.35, 0.9, max(len(groups), 1))
    for index, (group, bars) in enumerate(groups.items()):
        places = np.arange(len(bars)) + (index - (len(groups) - 1) / 2) * width
        values, errors = np.array(list(bars.values())).T
        axes.bar(
            places,
            values,
            width,
            yerr=errors,
            label=group,
            color=f"{shades[index]:.2f}",
            edgecolor="0.2",
            capsize=2,
        )
        axes.set_xticks(np.arange(len(bars)), list(bars), size="small")
    axes.set(ylabel="distance from one curve (nats)")
    axes.set_ylim(0, 1.45 * axes.get_ylim()[1])
    axes.legend(fontsize="x-small", loc="upper right")
