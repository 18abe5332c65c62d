"""Panels of the avalanche with measured numbers."""

from __future__ import annotations

import math
from typing import Any, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.conventions import RealArray
from bathlab.plotting.figures import curve_style, reference_line
from bathlab.theory.avalanche import critical_seed

GREY = "0.45"
#: How estimates are drawn that hold LIOMs which are not thermalised.
OPEN = {"markerfacecolor": "white", "color": "0.6"}


def strengthening_panel(
    axes: Axes, eta: RealArray, critical: RealArray, turning: pd.DataFrame, length: int
) -> None:
    """eps_c against eta: the mean field as a line, chains that turn thermal as points."""
    axes.plot(eta, critical, color="black", label="mean field")
    axes.errorbar(
        turning["eta"],
        turning["turning"],
        turning["turning_error"],
        **curve_style(0) | {"linestyle": "none"},
        label=f"chains of {length:g} cells, mean of {int(turning['realisations'].iloc[0])}",
    )
    axes.set(xlabel=r"strengthening $\eta$", ylabel=r"$\epsilon_c$ at $K = 1$")


def measured_marks(
    axes: Axes, fits: Sequence[tuple[str, float, float]], curve: tuple[RealArray, RealArray]
) -> None:
    """Measured eta on the curve, their errors carried through, one by one."""
    for place, (name, eta, error) in enumerate(sorted(fits, key=lambda each: each[1])):
        low, here, high = np.interp([eta - error, eta, eta + error], *curve)
        style = curve_style(place + 1)
        axes.errorbar(
            [eta],
            [here],
            xerr=error,
            yerr=[[abs(here - high)], [abs(low - here)]],
            marker=style["marker"],
            color=style["color"],
            linestyle="none",
            label=f"measured, {name}",
        )
    axes.set(ylim=(0.14, 0.31))
    axes.legend(fontsize="x-small", loc="upper right")


def forest_panel(
    axes: Axes, names: Sequence[str], values: RealArray, errors: RealArray, filled: RealArray
) -> None:
    """One value a line, those not ``filled`` open and grey."""
    for place, (value, error, full) in enumerate(zip(values, errors, filled)):
        style: dict[str, Any] = {"color": "black"} if full else OPEN
        axes.errorbar([value], [-place], xerr=error, marker="o", markersize=4, **style)
    axes.set_yticks(-np.arange(len(names)), names, fontsize="x-small")
    axes.axvline(1 / math.sqrt(2), color=GREY, linestyle=(0, (4, 2)), label=r"$1/\sqrt{2}$")
    axes.set(xlabel=r"$\alpha$ at which $\ell_c$ diverges", ylim=(0.6 - len(names), 0.6))
    axes.legend(fontsize="x-small", loc="upper right")


def phase_panel(
    axes: Axes, boundaries: Sequence[tuple[str, RealArray, RealArray]], points: pd.DataFrame
) -> None:
    """The plane of zeta_1 and eps: boundaries as lines, circuits with their range of eps.

    ``points`` has one row for each J and decay: ``coupling``, ``a``, ``a_error``, ``epsilon``,
    ``low``, ``high``.
    """
    for place, (label, a, epsilon) in enumerate(boundaries):
        line = ("-", "--", ":")[place % 3]
        axes.plot(a, epsilon, color="black", linestyle=line, linewidth=1, label=label)
    for place, (coupling, part) in enumerate(points.groupby("coupling", sort=False)):
        low, high = part["epsilon"] - part["low"], part["high"] - part["epsilon"]
        style = curve_style(place) | {"linestyle": "none"}
        axes.errorbar(
            part["a"],
            part["epsilon"],
            yerr=[low, high],
            xerr=part["a_error"],
            **style,
            label=f"J = {coupling:g}",
        )
    axes.set(yscale="log", ylim=(8e-4, 0.8), xlim=(0.15, 1.15))
    axes.set(xlabel=r"bare $\zeta_1/\zeta_c$", ylabel=r"density of resonant bonds $\epsilon$")
    axes.text(0.97, 0.95, "thermal", transform=axes.transAxes, ha="right", va="top")
    axes.legend(loc="lower left", ncols=2, fontsize="x-small")


def seed_panel(axes: Axes, zeta: RealArray, laws: Sequence[tuple[str, int, float]]) -> None:
    """The smallest core that grows for ever against zeta, for laws (coupling, d, exponent)."""
    for place, (coupling, dimension, exponent) in enumerate(laws):
        order = [critical_seed(each, dimension, exponent, coupling).order for each in zeta]
        law = r"e^{-r/\zeta}" if exponent == 1 else rf"e^{{-(r/\zeta)^{{{exponent:g}}}}}"
        law = rf"(1 + r/\zeta)^{{-{exponent:g}}}" if coupling == "power" else law
        label = f"$d = {dimension}$, ${law}$"
        style = curve_style(place) | {"marker": "none"}
        axes.plot(zeta, order, label=label, **style)
    reference_line(axes, 1.0, "one cell")
    axes.set(xscale="log", yscale="log", ylim=(0.3, 1e6))
    axes.set(xlabel=r"$\zeta$ (sites)", ylabel=r"$k^*$ (cells)")
    axes.legend(fontsize="x-small")
