"""Panels of LIOMs that relax at a grain: curves in time, rates, and what is kept.

Tables are those of :mod:`bathlab.experiments.relaxation_laws`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.plotting.figures import curve_style
from bathlab.plotting.tidy_curves import curves

THEORY: dict[str, Any] = {"color": "0.3", "linestyle": (0, (1, 1)), "linewidth": 1.4}


def curve_panel(axes: Axes, means: pd.DataFrame) -> None:
    """z of each LIOM, one row of ``means`` for each, with the rate equation of the golden rule
    as dots."""
    named = means.assign(name=[f"LIOM {liom}" for liom in means["liom"]])
    _measured(axes, named, "z")
    _predicted(axes, named, "kinetic_z", "rate equation, golden rule")
    axes.set(xscale="log", xlim=(0.02, 1e8), ylim=(-0.02, 1.02))
    axes.set(xlabel=r"$t\,\Gamma_i$, $\Gamma_i = 4\pi g_i^2 v(2h_i)$")
    axes.set(ylabel=r"$\langle\psi|\tau^z_i(t)\,\tau^z_i|\psi\rangle$")
    axes.legend(fontsize="x-small", loc="upper right")


def phase_panel(axes: Axes, means: pd.DataFrame) -> None:
    """How tau^x keeps its phase, one row of ``means`` for each curve, called ``name``."""
    _measured(axes, means, "x")
    _predicted(axes, means, "kinetic_x", "golden rule, before and after")
    tau = np.geomspace(0.02, 20, 60)
    axes.plot(tau, np.exp(-tau / 2), color="0.6", linewidth=1.0, label=r"$e^{-\Gamma t/2}$")
    axes.set(xscale="log", xlim=(0.02, 20), ylim=(-0.02, 1.02), xlabel=r"$t\,\Gamma_i$")
    axes.set(ylabel=r"phase of $\langle\tau^x_i(t)\,\tau^x_i\rangle$ at $\omega > 0$")
    axes.legend(fontsize="x-small", loc="lower left")


def _measured(axes: Axes, means: pd.DataFrame, column: str) -> None:
    """Points with error bars, one marker for each row of ``means``."""
    for index, (_, row) in enumerate(means.iterrows()):
        style = curve_style(index) | {"linestyle": "none", "markersize": 3.5, "capsize": 0}
        axes.errorbar(
            row["tau"], row[column], yerr=row[f"{column}_error"], label=row["name"], **style
        )


def _predicted(axes: Axes, means: pd.DataFrame, column: str, label: str) -> None:
    """The prediction to each curve, named once."""
    for index, (_, row) in enumerate(means.iterrows()):
        style = {**THEORY, "color": curve_style(index)["color"]}
        axes.plot(row["tau"], row[column], **style)
    axes.plot([], [], label=label, **THEORY)


def rate_panel(axes: Axes, rates: pd.DataFrame, longest: pd.DataFrame | None = None) -> None:
    """Typical rate of each LIOM at each alpha, and the golden rule's, dotted; those of
    ``longest``, the same of more LIOMs, as open marks."""
    alphas = list(dict.fromkeys(rates["alpha"]))
    for index, alpha in enumerate(alphas):
        style = curve_style(index) | {"linestyle": "none"}
        part = rates[rates["alpha"] == alpha]
        _rates(axes, part, style | {"label": rf"$\alpha$ = {alpha:g}"})
        if longest is not None:
            larger = {"markerfacecolor": "none", "markersize": 9}
            _rates(axes, longest[longest["alpha"] == alpha], style | larger)
    axes.plot([], [], label="golden rule", **THEORY)
    known = rates if longest is None else pd.concat([rates, longest])
    axes.set(yscale="log", xlabel="LIOM i", xticks=sorted(known["liom"].unique()))
    axes.set(ylabel=r"relaxation rate of $\tau^z_i$, typical (energy)")
    axes.legend(fontsize="x-small", loc="lower left", ncols=2)


def _rates(axes: Axes, part: pd.DataFrame, style: dict[str, Any]) -> None:
    values = np.exp(part["log_rate"])
    axes.errorbar(part["liom"], values, yerr=values * part["log_rate_error"], **style)
    axes.plot(part["liom"], np.exp(part["log_rule"]), **{**THEORY, "color": style["color"]})


def plateau_panel(axes: Axes, bins: pd.DataFrame) -> None:
    """Mean plateau in bins of G, with the law of thermal eigenstates."""
    named = bins.drop(columns=["G_error"]).assign(name="measured")
    curves(named, "G", "plateau", "name", axes, legend=False)
    axes.plot(bins["G"], bins["eth_plateau"], label="rate equation + ETH", **THEORY)
    G = np.geomspace(0.8 * bins["G"].min(), 1.2 * bins["G"].max(), 60)
    law = np.minimum(1 / (2 * np.pi * G) ** 2, 1)
    axes.plot(G, law, color="0.6", linewidth=1.0, label=r"$1/(4\pi^2 G^2)$, at most 1")
    axes.set(xscale="log", yscale="log", xlabel=r"$G_i = g_i\,[v(2h_i)\,\rho]^{1/2}$")
    ticks = (0.1, 0.2, 0.5, 1.0)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set(ylabel=r"plateau $\langle\psi|\tau^z_i|\psi\rangle^2$")
    axes.legend(fontsize="x-small", loc="lower left")
