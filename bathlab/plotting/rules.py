"""Critical points and exponents side by side, for each reading of the avalanche's rules."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.plotting.figures import curve_style
from bathlab.plotting.legends import legend_above
from bathlab.statistics.finite_sizes import REJECTED

#: Column, label, chance of its fit, and where lines are drawn, of the panels after the first.
PANELS: tuple[tuple[str, str, str, tuple[float, ...]], ...] = (
    ("drift", "drift in the last\ndecade of L (%)", "", (0.0,)),
    ("beta", r"$\beta$: $P \sim L^{-\beta}$", "beta_chance", (0.0,)),
    ("power", r"$1/\nu$", "approach_chance", (0.5,)),
    ("tau", r"$\tau$ of regions", "tau_chance", (2.0, 3.0)),
    ("decay", r"$\zeta_c/\zeta$ near $\epsilon_c$", "", (1.0,)),
)
GREY = {"color": "0.5", "linewidth": 0.8, "linestyle": (0, (1, 1))}


def rule_panels(
    figure: Figure, means: pd.DataFrame, drifts: pd.Series, lengths: Sequence[int]
) -> None:
    """A row for each rule: medians by length and their limit; drift, beta, 1/nu, tau, zeta.

    ``means`` are those of ``rule_means``, ``drifts`` the last drift by rule, an Estimate each.
    What a rejected fit gave is drawn hollow and has no meaning but where it lies.
    """
    rules = list(means["rule"].unique())
    widths = [2.4, *[1.0] * len(PANELS)]
    panels = figure.subplots(1, len(widths), sharey=True, width_ratios=widths)
    last = means.loc[means.groupby("rule", sort=False)["length"].idxmax()].set_index("rule")
    last = last.loc[rules].assign(
        drift=[100 * drifts[rule].mean for rule in rules],
        drift_error=[100 * drifts[rule].error for rule in rules],
    )
    places = np.arange(len(rules), 0, -1)
    _medians(panels[0], means, last, lengths, places)
    for axes, (column, label, chance, lines) in zip(panels[1:], PANELS):
        window = last[f"{column}_window"].fillna(0.0) if f"{column}_window" in last else 0.0
        error = (last[f"{column}_error"] ** 2 + window**2) ** 0.5
        hollow = last[chance] < REJECTED if chance else np.zeros(len(last), dtype=bool)
        _points(axes, last[column], error, places, np.asarray(hollow), curve_style(0))
        for value in lines:
            axes.axvline(value, **GREY)
        axes.set_xlabel(label)
    panels[3].set_xlim(0, 0.8)
    panels[4].set_xlim(1, 4)
    for axes in panels:
        axes.grid(axis="y", color="0.92", linewidth=0.6)
        axes.set_axisbelow(True)
    panels[0].set_yticks(places, rules)
    panels[0].set_ylim(0.3, len(rules) + 0.7)
    title = "median threshold of chains of L cells"
    legend_above(figure, panels[0], title, len(lengths) + 1, fontsize="small")


def _medians(
    axes: Axes,
    means: pd.DataFrame,
    last: pd.DataFrame,
    lengths: Sequence[int],
    places: np.ndarray,
) -> None:
    for index, length in enumerate(lengths):
        here = means[means["length"] == length].set_index("rule").reindex(last.index)
        style = curve_style(index) | {"linestyle": "none", "label": f"L = {length:,}"}
        axes.errorbar(here["median"], places, xerr=here["median_error"], markersize=4, **style)
    holds = ~(last["approach_chance"] < REJECTED)
    error = np.hypot(last["limit_error"], last["limit_window"].fillna(0))
    axes.errorbar(
        last["limit"][holds],
        places[np.asarray(holds)],
        xerr=error[holds],
        linestyle="none",
        marker="|",
        markersize=11,
        color="black",
        label=r"$\epsilon_c$, $L \to \infty$",
    )
    axes.set(xlabel=r"$\epsilon$", xlim=(0, None))


def _points(
    axes: Axes,
    values: pd.Series,
    errors: pd.Series,
    places: np.ndarray,
    hollow: np.ndarray,
    style: dict,
) -> None:
    for chosen, face in ((~hollow, style["color"]), (hollow, "white")):
        axes.errorbar(
            values[chosen],
            places[chosen],
            xerr=errors[chosen].fillna(0),
            linestyle="none",
            marker=style["marker"],
            markersize=4,
            color=style["color"],
            markerfacecolor=face,
        )
