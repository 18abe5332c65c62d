"""Panels of couplings across treated spots, of resonant partners and of rates.

Tables are those of :func:`bathlab.findings.halted_decay.input_means`, of one kind.
"""

from __future__ import annotations

import math
from typing import Any, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from bathlab.plotting.binned import density_points
from bathlab.plotting.figures import curve_style
from bathlab.plotting.legends import legend_under
from bathlab.statistics.histograms import Histogram

LABELS = {
    "typical": "typical element",
    "random_norm": r"$\sqrt{d}\,m$",
    "mean_norm": r"$\sqrt{\mathrm{tr}\,V^2/d}$",
    "norm": r"$\|V\|$",
}
LINES = ((0, (1, 1)), (0, (5, 2)), (0, (3, 1, 1, 1)))


def thermal_panel(axes: Axes, means: pd.DataFrame, decay: float) -> None:
    """Mean log of each size of V_I against l_t, with the three rules."""
    rows = means[
        (means["left"] == means["left"].min()) & (means["right"] == means["right"].min())
    ]
    rows = rows.sort_values("thermal")
    for index, (size, label) in enumerate(LABELS.items()):
        error = rows[f"{size}_error"]
        axes.errorbar(
            rows["thermal"], rows[size], yerr=error, label=label, **curve_style(index)
        )
    x = np.linspace(rows["thermal"].min(), rows["thermal"].max(), 2)
    start = rows["norm"].iloc[0]
    for style, (label, rate) in zip(
        LINES,
        (
            ("halted, 0", 0.0),
            ("increase, $-s/2$", -math.log(2) / 2),
            (r"none, $1/\zeta$", decay),
        ),
    ):
        line = start - rate * (x - x[0])
        axes.plot(x, line, color="0.45", linestyle=style, linewidth=1.2, label=label)
    axes.set(xlabel=r"$\ell_t$ (spins)", ylabel="mean log (nats)", xticks=rows["thermal"])


def outside_panel(axes: Axes, means: pd.DataFrame, decay: float) -> None:
    """The norm and its random-matrix value against l_a and l_b."""
    means = means[means["thermal"] == means["thermal"].min()]
    index = 0
    for length, other, symbol in (("left", "right", "a"), ("right", "left", "b")):
        rows = means[means[other] == means[other].min()].sort_values(length)
        for size in ("random_norm", "mean_norm", "norm"):
            label = rf"{LABELS[size]}, $\ell_{symbol}$"
            drawn = curve_style(index)
            axes.errorbar(
                rows[length], rows[size], yerr=rows[f"{size}_error"], label=label, **drawn
            )
            index += 1
    x = np.array([means["left"].min(), means["left"].max()])
    for size, label in (("mean_norm", r"slope $-1/\zeta$"), ("random_norm", "")):
        line = means[size].max() - decay * (x - x[0])
        style: dict[str, Any] = {"color": "0.45", "linestyle": LINES[1], "linewidth": 1.2}
        axes.plot(x, line, label=label or None, **style)
    axes.set(
        xlabel=r"$\ell_a$, $\ell_b$ (spins)", ylabel="mean log (nats)", xticks=rows["right"]
    )
    axes.set_title("$V_I$ by rotation", fontsize="medium")
    legend_under(axes, 2)


def tail_panel(axes: Axes, tails: Mapping[str, Histogram]) -> None:
    """Densities of |element| over the typical one."""
    for index, (generator, histogram) in enumerate(tails.items()):
        found, used = histogram.density, histogram.usable
        places, p = histogram.centres[used], found.mean[used]
        density_points(axes, places, p, found.error[used], index, generator)
    x = np.array([3.0, 3e4])
    axes.plot(x, 0.3 * (x / 3) ** -2, color="0.45", linestyle=LINES[1], label="slope $-2$")
    axes.set(xscale="log", yscale="log", xlim=(0.1, 1e5), ylim=(1e-9, 3))
    axes.set(xlabel="|element| / median", ylabel="density")
    axes.legend(fontsize="x-small")


def partner_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Shares of states and pairs against the states per site."""
    index = 0
    for fixed, rows in means.groupby("fixed", sort=False):
        rows = rows.sort_values("local")
        for name, said in (
            ("sharing", "with a partner"),
            ("component", "largest set"),
            ("resonant", "resonant pairs"),
        ):
            style: dict[str, Any] = curve_style(index)
            label = f"{said}, {fixed} fixed"
            axes.errorbar(
                rows["local"], rows[name], yerr=rows[f"{name}_error"], label=label, **style
            )
            index += 1
    axes.set(xscale="log", yscale="log", xlabel="$d_s$, states per site", ylabel="share")
    axes.set_xticks(rows["local"], [f"{local:.0f}" for local in rows["local"]])
    axes.minorticks_off()
    legend_under(axes, 2)


def rate_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Fitted rates and the golden rule against g^2."""
    for index, (spins, rows) in enumerate(means.groupby("spins")):
        rows = rows.sort_values("g")
        style = curve_style(index) | {"linestyle": "none"}
        label = f"grain of $2^{{{spins:.0f}}}$"
        axes.errorbar(
            rows["g"] ** 2, rows["fitted"], yerr=rows["fitted_error"], label=label, **style
        )
    axes.plot(
        rows["g"] ** 2,
        rows["golden_rule"],
        color="0.45",
        linestyle=LINES[1],
        label=r"$\pi g^2 v(2h)$",
    )
    axes.set(xscale="log", yscale="log")
    places = rows["g"] ** 2
    axes.set_xticks(places, [f"{place:.2g}" for place in places])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set(xlabel=r"$g^2 = e^{-2\ell/\zeta}$", ylabel=r"rate $\Gamma$ (energy)")
    axes.legend(fontsize="x-small")
