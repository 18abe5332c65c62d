"""Densities of susceptibilities and curvatures, with those of their terms and of a control."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.checks import require_kind, select
from bathlab.plotting.binned import density_points
from bathlab.plotting.figures import curve_style


class Panels(NamedTuple):
    """A row of panels: sums and their terms, the power that elements which know nothing of
    independent levels make, labels and ranges of the axes."""

    sums: str
    terms: str
    power: float
    y: str
    x: str
    term: str
    xlim: tuple[float, float]


ROWS = (
    Panels("chi", "x", 1.5, r"$\chi^{3/2}\, p_\chi$", r"$\chi,\; x$", "$2^L p_x$", (1e-2, 1e9)),
    Panels(
        "kappa",
        "k",
        2.0,
        r"$|\kappa|^2\, p_{|\kappa|}$",
        r"$|\kappa|,\; |k|$",
        "$2^L p_{|k|}$",
        (1e-2, 1e5),
    ),
)
YLIM = (1e-4, 2e3)
SMALL: dict[str, Any] = {"fontsize": "xx-small"}
DASHED, DOTTED = (0, (4, 2)), (0, (1, 1))
COLUMNS = [
    "levels",
    "coupling",
    "sites",
    "quantity",
    "value",
    "p",
    "p_error",
    "p_moved",
    "p_moved_error",
]
LAWS = ["levels", "coupling", "quantity", "moved", "exponent", "lower", "upper"]


def susceptibility_panels(figure: Figure, means: pd.DataFrame, laws: pd.DataFrame) -> None:
    """p_chi above p_kappa, each times the power that makes it flat without a relation of z to
    omega: a column of panels for each coupling, and one for random unitaries.

    Parameters
    ----------
    means
        :func:`bathlab.experiments.susceptibilities.susceptibility_means` by "levels",
        "coupling" and "sites"; levels of circuits are called "circuit".
    laws
        :func:`bathlab.experiments.expected.expected_laws`, drawn from "lower" to "upper".

    Raises
    ------
    ValueError
        If a column is missing.
    """
    require_kind("figure", figure, Figure, "Take that of bathlab.plotting.figure.")
    select(means, COLUMNS)
    select(laws, LAWS)
    circuits = means[means["levels"] == "circuit"]
    others = means[means["levels"] != "circuit"]
    sizes = circuits.groupby("coupling")["sites"].nunique()
    couplings = list(sizes.index[sizes == sizes.max()])
    panels = figure.subplots(2, len(couplings) + 1, squeeze=False)
    for row, panel in zip(ROWS, panels):
        for coupling, axes in zip(couplings, panel):
            own = laws[(laws["levels"] == "circuit") & (laws["coupling"] == coupling)]
            _sizes(axes, circuits[circuits["coupling"] == coupling], own, row)
            axes.set_title(f"J = {coupling:g}", fontsize="medium")
        _kinds(panel[-1], others, laws, row)
        panel[-1].set_title("random unitaries, independent z", fontsize="medium")
        panel[0].set_ylabel(row.y)
        for axes in panel:
            axes.set(xscale="log", yscale="log", xlabel=row.x, xlim=row.xlim, ylim=YLIM)
            place = "upper right" if axes is panel[-1] else "lower right"
            axes.legend(loc=place, **SMALL)


def _sizes(axes: Axes, means: pd.DataFrame, laws: pd.DataFrame, row: Panels) -> None:
    """The sums of each size as points, their terms as dashed lines, the control thin."""
    sums, terms, power = row.sums, row.terms, row.power
    ordered = means[means["quantity"] == sums].sort_values("sites")
    for index, curve in enumerate(ordered.to_dict("records")):
        colour = curve_style(index)["color"]
        label = f"L = {curve['sites']}, N = {curve['realisations']}"
        _points(axes, curve, index, label, power)
        pairs = means[(means["quantity"] == terms) & (means["sites"] == curve["sites"])].iloc[0]
        x, p = pairs["value"], 2.0 ** curve["sites"] * pairs["p"]
        sure = pairs["p_error"] < 0.5 * pairs["p"]
        axes.plot(x[sure], (p * x**power)[sure], color=colour, linestyle=DASHED, linewidth=0.9)
        _control(axes, curve, colour, power)
    _lines(axes, ordered.iloc[-1], laws, power, lift=8)
    axes.plot([], [], color="0.4", linestyle=DASHED, linewidth=0.9, label=row.term)
    axes.plot([], [], color="0.4", linewidth=0.6, label="thin: z rearranged")


def _kinds(axes: Axes, means: pd.DataFrame, laws: pd.DataFrame, row: Panels) -> None:
    """The sums of each kind of random unitaries."""
    power = row.power
    for index, curve in enumerate(means[means["quantity"] == row.sums].to_dict("records")):
        label = f"{curve['levels']}, N = {curve['realisations']}"
        _points(axes, curve, index, label, power)
        own = laws[laws["levels"] == curve["levels"]]
        _lines(axes, pd.Series(curve), own, power, lift=3)


def _points(axes: Axes, curve: Any, index: int, label: str, power: float) -> None:
    lifted = curve["value"] ** power
    p, error = lifted * curve["p"], lifted * curve["p_error"]
    density_points(axes, curve["value"], p, error, index, label)


def _control(axes: Axes, curve: Any, colour: Any, power: float) -> None:
    sure = curve["p_moved_error"] < 0.5 * curve["p_moved"]
    y = (curve["value"] ** power * curve["p_moved"])[sure]
    axes.plot(curve["value"][sure], y, color=colour, linewidth=0.6, alpha=0.8)


def _lines(axes: Axes, curve: Any, laws: pd.DataFrame, power: float, lift: float) -> None:
    """The powers of theory, ``lift`` times as high as the curve amid their windows."""
    known = curve["p"] > 0
    x, p = np.log(curve["value"][known]), np.log(curve["p"][known])
    wanted = laws[(laws["quantity"] == curve["quantity"]) & ~laws["moved"]]
    for law in wanted.to_dict("records"):
        ends = np.array([law["lower"], law["upper"]])
        middle = math.sqrt(ends[0] * ends[1])
        slope = power + law["exponent"]
        height = lift * math.exp(np.interp(math.log(middle), x, p)) * middle**power
        if slope < 0:  # down to where the panel ends
            ends[1] = min(ends[1], middle * (2 * YLIM[0] / height) ** (1 / slope))
        y = height * (ends / middle) ** slope
        axes.plot(ends, y, color="0.2", linestyle=DOTTED, linewidth=1.6)
        place: dict[str, Any] = {"textcoords": "offset points", "size": "xx-small"}
        axes.annotate(f"power {law['exponent']:.4g}", (ends[1], y[1]), (2, 2), **place)
