"""Panels of two levels of a circuit at an avoided crossing, and of many pairs of them.

Rows are those of :func:`bathlab.experiments.crossing_rows` and what its sums make of them.
"""

from __future__ import annotations

from typing import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.conventions import RealArray
from bathlab.plotting.figures import curve_style
from bathlab.plotting.legends import legend_under
from bathlab.plotting.level_lines import levels, long_levels

#: A level that moves farther than this from one field to the next is another one.
JUMP = 0.01
FIELD = r"change $h$ of the field $h_j$"
#: A median of log10 with a larger error is not drawn.
UNKNOWN = 1.0


def levels_panel(axes: Axes, row: pd.Series) -> None:
    """Levels about a crossing: thick with coupling, thin without, the pair by its |z|."""
    shifts, count = row["shifts"], len(row["shifts"])
    pair = row["pair_levels"].reshape(count, 2)
    closest = pair[int(np.argmin(row["pair_omega"]))]
    centre = float(np.angle(np.exp(1j * closest).sum()))  # also across the cut
    for name in ("levels", "uncoupled"):
        table = long_levels(shifts, _about(row[name].reshape(count, -1), centre))
        alone = name == "uncoupled"
        label = "J = 0, same fields" if alone else f"J = {row['coupling']:g}"
        levels(table, "x", "level", "number", axes, name=label, thick=not alone, jump=JUMP)
    two = long_levels(shifts, _about(pair, centre))
    z = r"$|z_{nm}|$ of the pair"
    two = two.assign(**{z: np.tile(row["pair_z"], 2)})
    levels(two, "x", "level", "number", axes, colour=z)
    axes.set(
        xlabel=FIELD,
        ylabel=r"$\theta$ less its value at the crossing",
        title=f"quasienergies, L = {row['sites']:g}, j = {row['site']:g}",
        ylim=(-0.45, 0.45),
    )
    legend_under(axes, 2)


def _about(angles: RealArray, centre: float) -> RealArray:
    return np.asarray(np.remainder(angles - centre + np.pi, 2 * np.pi) - np.pi)


def crossing_panel(axes: Axes, row: pd.Series) -> None:
    """|omega|, |z|, y and Omega of the pair, with what two levels make of the closest point."""
    shifts, few = row["shifts"], slice(None, None, 8)
    labels = (r"$|\omega|$", r"$|z|$", r"$y = \partial_h|\omega|$")
    drawn = [
        (label, row[f"pair_{name}"], row[f"law_{name}"])
        for label, name in zip(labels, ("omega", "z", "y"))
    ]
    ours, alone = (
        20 * row[f"{kind}_z"] * np.sin(row[f"{kind}_omega"] / 2) for kind in ("pair", "law")
    )
    drawn.append((r"$10\,\Omega$", ours, alone))
    for index, (label, values, theory) in enumerate(drawn):
        style = curve_style(index) | {"linestyle": "none", "markersize": 4, "label": label}
        axes.plot(shifts[few], values[few], **style)
        axes.plot(shifts, theory, color=style["color"], linewidth=0.9)
    label = "from the closest point"
    axes.plot([], [], color="0.3", linewidth=0.9, label=label)
    title = "the pair in colour, and two levels alone"
    axes.set(xlabel=FIELD, title=title, ylim=(-1.1, 1.1))
    legend_under(axes, 3)


def changes_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Quantiles of Omega(h)/Omega(0) by |omega| at first, a curve for each coupling."""
    for index, (coupling, rows) in enumerate(means.groupby("coupling")):
        centres = np.sqrt(rows["omega_from"] * rows["omega_to"]) * 1.12 ** (index - 1)
        low, middle, high = (10 ** rows[f"change{end}"] for end in ("_low", "", "_high"))
        style = curve_style(index) | {"linestyle": "none", "label": f"J = {coupling:g}"}
        axes.errorbar(centres, middle, yerr=[middle - low, high - middle], **style)
    _unit(axes)
    axes.set(
        xlabel=r"$|\omega|$ at $h = 0$",
        ylabel=r"$\Omega(h)/\Omega(0)$: median, 10 to 90 %",
    )
    legend_under(axes, 3)


def residual_panel(axes: Axes, means: pd.DataFrame) -> None:
    """What eq. (2) leaves out of dz/dh, by |omega|, also where a third level is resonant; with
    standard errors over circuits, where they are below a decade."""
    kinds: Sequence[tuple[str, str]] = (
        ("residual", "all pairs"),
        ("residual_third", r"a third with $Z > 0.1$"),
    )
    for index, (coupling, every) in enumerate(means.groupby("coupling")):
        for name, how in kinds:
            rows = every[every[f"{name}_error"] < UNKNOWN]
            centres = np.sqrt(rows["omega_from"] * rows["omega_to"])
            low, middle, high = (
                10 ** (rows[name] + sign * rows[f"{name}_error"]) for sign in (-1, 0, 1)
            )
            style = curve_style(index) | {"label": f"J = {coupling:g}, {how}"}
            if name == "residual_third":
                style |= {"markerfacecolor": "white", "linestyle": ":"}
            axes.errorbar(centres, middle, yerr=[middle - low, high - middle], **style)
    _unit(axes)
    axes.set(
        xlabel=r"$|\omega|$",
        ylabel=r"residual of $\partial_h z$ over $zy/\omega$, median",
        ylim=(1e-6, 1e3),
    )
    legend_under(axes, 2)


def _unit(axes: Axes) -> None:
    axes.axhline(1.0, color="0.4", linewidth=0.8, linestyle=(0, (1, 1)))
    axes.set(xscale="log", yscale="log")
