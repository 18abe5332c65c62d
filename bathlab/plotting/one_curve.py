"""Panels of thermalisation curves of many kinds, and of the asymmetry of k(omega)."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.plotting.bands import structure_factors
from bathlab.plotting.figures import curve_style, reference_line
from bathlab.plotting.tidy_curves import curves
from bathlab.theory.random_matrices import goe_doubling

LOG2 = math.log(2)
#: Where G is near 1.
NEAR_ONE = (0.7, 1.5)


def curve_panels(figure: Figure, means: pd.DataFrame, dimension: int) -> None:
    """Delta D(G) of spins at a random matrix and at a chain, of baths, and what LIOMs inside
    lack; n = ``dimension`` is that of the baths."""
    panels = figure.subplots(2, 2).ravel()
    for axes, kind in zip(panels, ("GOE", "chain")):
        shown = means[means["kind"].isin([kind, f"wide {kind}"])]
        names = shown["spin"].where(shown["kind"] == kind, shown["spin"] + ", wide band")
        delta_panel(axes, shown.assign(name=names), dimension, "h = 1")
        axes.set_title(f"a spin at a {'random matrix' if kind == 'GOE' else 'chain'}")
    usual = means["kind"].isin(["GOE", "chain"]) & (means["spin"] == "h = 1")
    baths = means[usual | (means["kind"] == "LIOMs")]
    delta_panel(panels[2], baths.assign(name=baths["bath"]), dimension, "GOE, h = 1")
    panels[2].set_title("baths of one dimension")
    entropy_panel(panels[3], means[means["kind"] == "LIOMs"], dimension)


def delta_panel(axes: Axes, means: pd.DataFrame, dimension: int, hero: str) -> None:
    """Delta D against G, by name, that of ``hero`` thick; open at or above the contact's own
    scale."""
    plain = means.drop(columns="G_error", errors="ignore")
    most = {r"$\log 2 - 7/(6n)$": goe_doubling(dimension)}
    look: dict[str, Any] = {"open_where": "proximity", "hero": hero, "theory": most}
    curves(plain, "G", "delta_log_ipr", "name", axes, **look)
    axes.set(xscale="log", xlabel=r"$G = g\,\rho\,\sqrt{M}$", ylabel=r"$\Delta D(O_B)$ (nats)")
    axes.set_ylim(-0.2, 1.45)
    axes.legend(fontsize="x-small", loc="upper left")


def entropy_panel(axes: Axes, means: pd.DataFrame, dimension: int) -> None:
    """Near G = 1: Delta D, and the entropy of the LIOMs inside before and after, over log 2,
    against their g_1."""
    near = means[means["G"].between(*NEAR_ONE)]
    for index, (column, name) in enumerate(
        (
            ("delta_log_ipr", r"$\Delta D(O_B)$"),
            ("entropy_before", "entropy of a LIOM inside, before"),
            ("entropy_after", "the same, after"),
        )
    ):
        groups = near.groupby("g_1")
        values = groups[column].mean() / LOG2
        errors = groups[f"{column}_error"].mean() / LOG2
        axes.errorbar(values.index, values, yerr=errors, label=name, **curve_style(index))
    reference_line(axes, goe_doubling(dimension) / LOG2, "GOE")
    axes.set(xscale="log", xlabel=r"$g_1$ of the LIOMs inside (field)", ylabel="over log 2")
    ticks = sorted(near["g_1"].unique().tolist())
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_title(f"G = {NEAR_ONE[0]} to {NEAR_ONE[1]}")
    axes.legend(fontsize="x-small")


def skewness_panels(figure: Figure, means: pd.DataFrame) -> None:
    """k(omega) of the chain at several tr H_B^3, and its imbalance against that, of both
    baths."""
    left, right = figure.subplots(1, 2)
    chain = means[means["kind"] == "chain"]
    names = [f"{value:+.2f}" for value in chain["third"]]
    structure_factors(chain.assign(name=names), "omega", "k", "name", left)
    left.set(xlabel=r"$\omega = E(s, b) - E$", ylabel=r"$k(\omega)$", xlim=(-2, 2))
    left.set_ylim(0, None)
    left.legend(title=r"tr $H_B^3/(n\sigma^3)$", fontsize="small", title_fontsize="small")
    left.set_title(str(chain["bath"].iloc[0]))
    plain = means.drop(columns="third_error", errors="ignore")
    curves(plain, "third", "imbalance", "bath", right)
    right.axhline(0.0, color="0.4", linewidth=0.8, linestyle=(0, (1, 1)))
    right.axvline(0.0, color="0.4", linewidth=0.8, linestyle=(0, (1, 1)))
    right.set(xlabel=r"tr $H_B^3/(n\sigma^3)$, other moments to the 4th kept")
    right.set_ylabel(r"weight of $k$ at $\omega > 0$ less that at $\omega < 0$")
    right.legend(fontsize="small")
