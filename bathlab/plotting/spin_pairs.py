"""Panels of two spins at the ends of a grain, against G.

Tables are those of :func:`bathlab.experiments.pair_laws.pair_table`.
"""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.plotting.figures import curve_style
from bathlab.plotting.legends import legend_above
from bathlab.plotting.tidy_curves import curves
from bathlab.theory.random_matrices import random_pair

#: Kinds of cases that are drawn, and what they are called.
KINDS = {"grain": "GOE", "ends": r"GOE, $\sigma^x$ contacts", "chain": "chain"}
THEORY: dict[str, Any] = {"color": "0.3", "linestyle": (0, (1, 1)), "linewidth": 1.2}
#: A g above this share of the band is drawn open.
OPEN = 0.1


def pair_panels(figure: Figure, means: pd.DataFrame, few: Sequence[float]) -> None:
    """Cor_zz, N and the share of products against G, and the deviation of rho_lr against l_E
    at a ``few`` G and at one g."""
    panels = figure.subplots(2, 2).ravel()
    shown = named(means[means["kind"].isin(KINDS)])
    correlator_panel(panels[0], shown)
    participation_panel(panels[1], shown)
    share_panel(panels[2], shown)
    deviation_panel(panels[3], shown[shown["kind"] == "grain"], few)
    title = r"spins l and r at the ends of a grain of $\ell_E$ spins"
    legend_above(figure, panels[0], title, columns=4, fontsize="small")


def named(means: pd.DataFrame) -> pd.DataFrame:
    """Rows with the name of their curve, and whether g is not far below the band."""
    names = [
        rf"{KINDS[kind]}, $\ell_E$ = {size}"
        for kind, size in zip(means["kind"], means["spins"])
    ]
    return means.assign(name=names, strong=means["band"] > OPEN)


def correlator_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Mean |Cor_zz| with what random vectors have, and the place of G = 1 of eq. (2)."""
    plain = means.drop(columns=["G_error"], errors="ignore")
    curves(plain, "G", "zz", "name", axes, open_where="strong", legend=False)
    _random(axes, means, "zz")
    grains = means[means["kind"] == "grain"]
    unit = float((grains["G"] / grains["ratio"]).mean())
    axes.axvline(unit, color="0.6", linewidth=0.8, label="G = 1 in eq. (2)")
    axes.set(xscale="log", yscale="log", ylim=(1e-3, 0.4))
    axes.set(xlabel="G = |V| / level spacing, typical", ylabel=r"mean $|\mathrm{Cor}_{zz}|$")


def participation_panel(axes: Axes, means: pd.DataFrame) -> None:
    """N, the typical number of product states."""
    values = means.assign(
        N=np.exp(means["participation"]),
        N_error=np.exp(means["participation"]) * means["participation_error"],
    )
    curves(values, "G", "N", "name", axes, open_where="strong", legend=False)
    _random(axes, means, "participation")
    axes.set(xscale="log", yscale="log")
    axes.set(xlabel="G = |V| / level spacing, typical", ylabel="N, product states, typical")


def share_panel(axes: Axes, means: pd.DataFrame) -> None:
    """The share of eigenstates that are nearly products, against the G of eq. (2)."""
    plain = means.drop(columns=["ratio_error"])
    curves(plain, "ratio", "product", "name", axes, open_where="strong", legend=False)
    axes.axvline(1.0, color="0.6", linewidth=0.8)
    axes.set(xscale="log", xlabel=r"G of eq. (2) = max $|V/\Delta E|$, median")
    axes.set(ylabel="share of states, overlap > 1/2")


def deviation_panel(axes: Axes, means: pd.DataFrame, few: Sequence[float]) -> None:
    """sqrt(tr (rho_lr - 1/4)^2) against l_E at each of ``few`` G, and at one g, which is the
    last of them for the largest grain."""
    sizes = np.sort(means["spins"].unique())
    lines = {f"G = {G:g}": np.full(len(sizes), G) for G in few}
    lines[f"one g, G = {few[-1]:g} at last"] = few[-1] * 2 ** ((sizes - sizes[-1]) / 2)
    for index, (name, strengths) in enumerate(lines.items()):
        wanted = dict(zip(sizes, strengths))
        rows = means[np.isclose(means["G"], means["spins"].map(wanted))].sort_values("spins")
        style = curve_style(index) | {"label": name}
        axes.errorbar(rows["spins"], rows["deviation"], yerr=rows["deviation_error"], **style)
        open_ = rows[rows["strong"]]
        look = {"markeredgecolor": style["color"], "markerfacecolor": "white", "zorder": 4}
        marker = style["marker"]
        axes.plot(open_["spins"], open_["deviation"], linestyle="none", marker=marker, **look)
    theory = [random_pair(int(size))["deviation"] for size in sizes]
    axes.plot(sizes, theory, label="random vectors", **THEORY)
    ticks = (0.05, 0.1, 0.2, 0.4, 0.8)
    axes.set(yscale="log", xticks=sizes, ylim=(0.03, 1), xlabel=r"spins $\ell_E$ of the grain")
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks([], minor=True)
    axes.set(ylabel=r"mean $[\mathrm{tr}(\rho_{lr} - 1/4)^2]^{1/2}$")
    axes.legend(fontsize="x-small", loc="lower left")


def _random(axes: Axes, means: pd.DataFrame, column: str) -> None:
    """What random vectors have at each size of the grain, at the largest G."""
    grains = means[means["kind"] == "grain"]
    for index, size in enumerate(sorted(grains["spins"].unique())):
        label = "random vectors" if index == 0 else None
        value = random_pair(int(size))[column]
        axes.plot([1.0, grains["G"].max()], [value, value], label=label, **THEORY)
