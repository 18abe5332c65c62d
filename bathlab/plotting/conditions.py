"""Panels of what makes avalanches run and stop. ``means`` is the table of
:func:`bathlab.experiments.condition_laws.condition_table`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.plotting.figures import curve_style, reference_line
from bathlab.theory.random_matrices import GOE

SMALL = "x-small"
ALPHA = r"$\alpha$ per step"
ENTROPY = r"$S/\log 2$ of the last LIOMs"
LEGEND: dict[str, Any] = {"columnspacing": 0.6, "handlelength": 1.4}
#: Laws of couplings as formulae.
FORMULAE = {"1/i": "$1/i$", "2^-i": "$2^{-i}$", "exp(-sqrt i)": r"$e^{-\sqrt{i}}$"}


def condition_panels(figure: Figure, means: pd.DataFrame) -> None:
    """Crossings with one, two and three LIOMs a step, at the ends of a chain, shells, laws of
    couplings, and strong coupling."""
    axes = figure.subplots(2, 3).ravel()
    kinds = dict(tuple(means[means["quantity"] == "last"].groupby("kind")))
    steps = kinds["steps"]
    _crossings(axes[0], steps[steps["g1"] == steps["g1"].iloc[0]], "random matrix")
    _crossings(axes[1], kinds["chain"], "chain, one or both ends")
    _shells(axes[2], kinds["shells"])
    _laws(axes[3], kinds["laws"])
    proximity = means[means["kind"] == "proximity"]
    _strong(axes[4], proximity, "gap_ratio", "mean gap ratio, all levels")
    reference_line(axes[4], GOE.gap_ratio, "GOE")
    _strong(axes[5], proximity, "log_ipr", r"$D(O_B)$")
    figure.supxlabel(_counts(means), fontsize="small")


def variant_panels(figure: Figure, means: pd.DataFrame) -> None:
    """Steps of D(O_B) with fields, further terms, a free grain, far LIOMs, G_1, and the end
    spin of chains."""
    axes = figure.subplots(2, 3).ravel()
    kinds = dict(tuple(means.groupby("kind")))
    _by_liom(axes[0], kinds["fields"], "log_ipr", ("bandwidth", "disorder"), r"$D(O_B)$")
    _terms(axes[1], kinds["terms"])
    _free(axes[2], kinds["free"], kinds["terms"])
    _profile(axes[3], kinds["far"], "log_iprs", "alpha", r"$D(\sigma^x_i)$", r"$\alpha$")
    axes[3].axhline(0.0, color="0.4", linewidth=0.8, linestyle=":")
    _first(axes[4], kinds["first"])
    label = r"log part turning LIOM $i$"
    _profile(axes[5], kinds["contact"], "log_weights", "disorder", label, "W", start=0)
    axes[5].set_xlabel("distance of the LIOM")
    axes[5].set_title(r"$\sigma^x$ of a chain's end spin", fontsize="medium")
    axes[3].set_title("each LIOM, all attached", fontsize="medium")
    figure.supxlabel(_counts(means), fontsize="small")


def _crossings(axes: Axes, rows: pd.DataFrame, title: str) -> None:
    """S of the last step against alpha, stage by stage, with where theory has the crossing."""
    index = 0
    for m, part in rows.groupby("m"):
        last = sorted(part["stage"].unique())[-2:]
        for stage, own in part[part["stage"].isin(last)].groupby("stage"):
            label = f"m = {m:g}, {stage:g} LIOMs"
            _curve(axes, own.sort_values("alpha"), "alpha", index, label)
            index += 1
        axes.axvline(
            2.0 ** (-float(part["m"].iloc[0]) / 2), color="0.4", linewidth=0.8, linestyle=":"
        )
    axes.set(xlabel=ALPHA, ylabel=ENTROPY)
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.45 * (high - low), high)
    axes.set_title(f"{title}; dotted: $2^{{-m/2}}$", fontsize="medium")
    axes.legend(fontsize="xx-small", loc="lower right", ncols=2, **LEGEND)


def _shells(axes: Axes, rows: pd.DataFrame) -> None:
    """S of each shell against its number at one alpha, grains of several sizes."""
    alphas = sorted(rows["alpha"].unique())
    alpha = alphas[len(alphas) // 2]
    here = rows[rows["alpha"] == alpha]
    for index, ((law, grain), own) in enumerate(here.groupby(["law", "grain"])):
        if len(own) < 2:
            continue
        own = own.sort_values("stage").reset_index(drop=True)
        own = own.assign(shell=np.arange(1, len(own) + 1) + 0.02 * index)
        _curve(axes, own, "shell", index, f"{law}, {grain:g} spins")
    axes.set(xlabel="shell", ylabel=r"$S/\log 2$ of its LIOMs", xticks=range(1, 4))
    low, high = axes.get_ylim()
    axes.set(xlim=(0.8, 3.2), ylim=(low, high + 0.45 * (high - low)))
    axes.set_title(rf"shells, $\alpha$ = {alpha:g}", fontsize="medium")
    axes.legend(fontsize="xx-small", loc="upper left", ncols=2, **LEGEND)


def _laws(axes: Axes, rows: pd.DataFrame) -> None:
    """S of the last LIOM against its number, by law of the couplings and grain."""
    far = rows.groupby(["law", "grain"])["stage"].transform("nunique") > 2
    for index, ((law, grain), own) in enumerate(rows[far].groupby(["law", "grain"])):
        name = f"{FORMULAE.get(str(law), law)}, {grain:g} spins"
        _curve(axes, own.sort_values("stage"), "stage", index, name)
    axes.set(xlabel="LIOM $i$, the last", ylabel=r"$S_i/\log 2$", ylim=(-0.05, 1.6))
    axes.set_title("laws of the couplings", fontsize="medium")
    axes.legend(fontsize="xx-small", loc="upper right", ncols=2, **LEGEND)


def _strong(axes: Axes, means: pd.DataFrame, quantity: str, label: str) -> None:
    """A quantity against the root of sum g_i^2, by the number of LIOMs."""
    for index, (m, own) in enumerate(means[means["quantity"] == quantity].groupby("m")):
        _curve(axes, own.sort_values("alpha"), "alpha", index, f"n = {m:g}")
    axes.set(xscale="log", ylabel=label)
    axes.set_xlabel(r"$(\sum g_i^2)^{1/2}$ / rms level of grain", fontsize="medium")
    axes.set_title("proximity", fontsize="medium")
    axes.legend(fontsize=SMALL)


def _by_liom(
    axes: Axes, means: pd.DataFrame, quantity: str, by: tuple[str, str], label: str
) -> None:
    rows = means[means["quantity"] == quantity]
    for index, ((width, disorder), own) in enumerate(rows.groupby(list(by))):
        text = rf"$\xi$ = {width:g}, $h = 1 \pm {disorder:g}$"
        _curve(axes, own.sort_values("stage"), "stage", index, text)
    x = np.array([1.0, rows["stage"].max()])
    start = rows[rows["stage"] == 1]["mean"].max()
    axes.plot(x, start + math.log(2) * (x - 1), color="0.4", linestyle=":", label="slope log 2")
    axes.set(xlabel="LIOMs", ylabel=label)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.5 * (high - low))
    axes.set_title("fields of the LIOMs", fontsize="medium")
    axes.legend(fontsize="xx-small", loc="upper left")


def _terms(axes: Axes, means: pd.DataFrame) -> None:
    rows = means[means["quantity"] == "last"]
    stages = sorted(rows["stage"].unique())[-2:]
    shown = rows[rows["stage"].isin(stages)]
    for index, ((law, stage), own) in enumerate(shown.groupby(["law", "stage"])):
        text = f"{'eq. (15)' if law == 'none' else law}, {stage:g} LIOMs"
        _curve(axes, own.sort_values("alpha"), "alpha", index, text)
    axes.axvline(2**-0.5, color="0.4", linewidth=0.8, linestyle=":")
    axes.set(xlabel=r"$\alpha$", ylabel=r"$S/\log 2$ of the last LIOM")
    axes.set_title(r"further terms; dotted: $1/\sqrt{2}$", fontsize="medium")
    axes.legend(fontsize=SMALL)


def _free(axes: Axes, means: pd.DataFrame, terms: pd.DataFrame) -> None:
    alpha = means["alpha"].max()
    rows = means[(means["quantity"] == "entropies") & (means["alpha"] == alpha)]
    index = 0
    for modes, own in rows.groupby("grain"):
        _curve(axes, own.sort_values("liom"), "liom", index, f"free, {modes:g} sites")
        index += 1
    here = terms[(terms["law"] == "none") & (terms["alpha"] == alpha)]
    last = here[here["quantity"] == "last"].sort_values("stage")
    _curve(axes, last, "stage", index, f"random matrix, {last['grain'].iloc[0]:g} spins, last")
    axes.set(xlabel="LIOM $i$", ylabel=r"$S_i/\log 2$", ylim=(-0.05, 1.45))
    axes.set_title(rf"free and interacting grains, $\alpha$ = {alpha:g}", fontsize="medium")
    axes.legend(fontsize=SMALL, loc="upper right")


def _profile(
    axes: Axes,
    means: pd.DataFrame,
    quantity: str,
    by: str,
    label: str,
    name: str,
    start: int = 1,
) -> None:
    rows = means[means["quantity"] == quantity]
    for index, (value, own) in enumerate(rows.groupby(by)):
        own = own.assign(liom=own["liom"] + start - 1).sort_values("liom")
        _curve(axes, own, "liom", index, f"{name} = {value:g}")
    axes.set(xlabel="LIOM $i$", ylabel=label)
    axes.legend(fontsize=SMALL)


def _first(axes: Axes, means: pd.DataFrame) -> None:
    rows = means[(means["quantity"] == "G") & (means["law"] != "widths")]
    for index, (law, own) in enumerate(rows.groupby("law")):
        _curve(axes, own.sort_values("grain"), "grain", index, str(law))
    size = np.array([rows["grain"].min(), rows["grain"].max()])
    line = 0.2 / 10.0 * 2 ** (size / 2)
    axes.plot(size, line, color="0.4", linestyle=":", label=r"$(g/\xi)2^{b/2}$, $\xi = 2R$")
    axes.set(xlabel="spins of the grain", ylabel=r"$G_1$", yscale="log")
    axes.set_title("first coupling, g = 0.2", fontsize="medium")
    axes.legend(fontsize=SMALL)


def _curve(axes: Axes, rows: pd.DataFrame, x: str, index: int, label: str) -> None:
    style: dict[str, Any] = curve_style(index) | {"capsize": 2, "markersize": 4}
    axes.errorbar(rows[x], rows["mean"], rows["error"], label=label, **style)


def _counts(means: pd.DataFrame) -> str:
    counts = means.groupby("kind", sort=False)["N"].min()
    words = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return f"realisations of each case: {words}; bars: standard errors over them"
