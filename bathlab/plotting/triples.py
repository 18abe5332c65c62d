"""Panels of two- and three-level means of a circuit, and of scales that labels keep."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.conventions import RealArray
from bathlab.plotting.figures import curve_style
from bathlab.plotting.legends import legend_under


def scaled_panel(axes: Axes, means: pd.DataFrame) -> None:
    """2^L <Z> and 4^L <ZZZ> against J at each size, with J and J^2."""
    index = 0
    for name, inside, power in (("pair", "Z", 1), ("triple", "ZZZ", 2)):
        for sites, rows in means.groupby("sites"):
            label = rf"${2**power}^L \langle {inside} \rangle$, L = {sites}"
            _points(axes, _scaled(rows, name, 2.0 ** (power * rows["sites"])), index, label)
            index += 1
        last = means[means["sites"] == means["sites"].max()]
        _power(axes, _scaled(last, name, 2.0 ** (power * last["sites"])), power)
    _finish(axes, "all pairs, all triples")
    axes.set_ylabel("mean, scaled")


def classes_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """The same of one size by class, with the product of means."""
    sites = int(rows["sites"].iloc[0])
    product = rows["triple_cross"] / rows["over_product"]
    rows = rows.assign(product=product, product_error=0.0)
    for index, (name, power, slope, label) in enumerate(
        (
            ("pair_cross", 1, 1, r"$2^L\langle Z\rangle$, $R^2 > 1/2$"),
            ("pair_parallel", 1, 2, r"$2^L\langle Z\rangle$, $R^2 < 1/2$"),
            ("triple_cross", 2, 2, r"$4^L\langle ZZZ\rangle$, two cross"),
            ("product", 2, 4, r"$4^L \frac{3}{4} \langle Z\rangle^2 \langle Z\rangle$"),
        )
    ):
        points = _scaled(rows, name, 2.0 ** (power * sites))
        _points(axes, points, index, label)
        _power(axes, points, slope)
    _finish(axes, f"by class, L = {sites}")


def _scaled(rows: pd.DataFrame, name: str, factor: Any) -> pd.DataFrame:
    found = {"J": rows["coupling"], "y": factor * rows[name]}
    return pd.DataFrame({**found, "error": factor * rows[f"{name}_error"]}).sort_values("J")


def _points(axes: Axes, points: pd.DataFrame, index: int, label: str) -> None:
    style = curve_style(index) | {"linestyle": "none", "label": label}
    axes.errorbar(points["J"], points["y"], yerr=points["error"], **style)


def _power(axes: Axes, points: pd.DataFrame, power: int) -> None:
    """A power of J through the point in the middle."""
    J, y = points["J"].to_numpy(), points["y"].to_numpy()
    line = y[len(J) // 2] * (J / J[len(J) // 2]) ** power
    axes.plot(J, line, color="0.45", linestyle="--", linewidth=0.9, zorder=1)
    label = "$J$" if power == 1 else f"$J^{power}$"
    axes.annotate(label, (J[-1], line[-1]), (6, -4), textcoords="offset points")


def _finish(axes: Axes, title: str) -> None:
    axes.set(xscale="log", yscale="log", xlabel="coupling $J$", title=title)
    axes.margins(x=0.15)
    legend_under(axes, 2)


def shares_panel(axes: Axes, edges: RealArray, counts: Mapping[str, RealArray]) -> None:
    """Share of pairs below each |net|/gross change of log Omega, a curve for each name."""
    for index, (label, values) in enumerate(counts.items()):
        below = np.concatenate([[0.0], values.cumsum() / values.sum()])
        axes.plot(edges, below, label=label, **(curve_style(index) | {"marker": "none"}))
    label = r"|net| / gross change of $\log\,\Omega$"
    axes.set(xlabel=label, ylabel="share of pairs below", ylim=(0, 1.02), xlim=(0, 1))
    legend_under(axes, 2)
