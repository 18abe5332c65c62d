"""Panels of eigenstates of chains, of the table of chain_means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.plotting.chain_dynamics import numbers
from bathlab.plotting.figures import curve_style

THEORY: dict[str, Any] = {"color": "0.3", "linewidth": 1.2}


def eigenstate_panels(figure: Figure, means: pd.DataFrame) -> None:
    """P(|sigma|), correlations, [log chi]; density of chi, entropies, survival of cats; C of
    Floquet models."""
    axes = figure.subplots(3, 3).ravel()
    axes[-1].set_axis_off()
    xxz = means[means["fields"] == "uniform"]
    last = xxz[xxz["sites"] == xxz["sites"].max()]
    polarised_panel(axes[0], last[last["quantity"] == "polarised"])
    correlation_panel(axes[1], last[last["quantity"] == "correlations"])
    sensitivity_panel(axes[2], xxz)
    chi_panel(axes[3], last[last["quantity"] == "chi"])
    entropy_panel(axes[4], xxz)
    survival_panel(axes[5], means[means["kind"] == "cats"])
    models = means[means["kind"] == "floquet"]
    floquet_panel(axes[6], models, "rho_v", r"$\rho\bar v$ within 4 level distances")
    floquet_panel(axes[7], models, "gap_ratio", "gap ratio")


def points(axes: Axes, row: pd.Series, index: int, label: str) -> None:
    """A curve of points with standard errors."""
    axes.errorbar(row["x"], row["mean"], row["error"], label=label, **curve_style(index))


def polarised_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """P(|<sigma>|), with two levels at any distance."""
    for index, (_, row) in enumerate(rows.sort_values("disorder").iterrows()):
        width = row["x"][1] - row["x"][0]
        density = row.copy()
        density["mean"], density["error"] = row["mean"] / width, row["error"] / width
        points(axes, density, index, f"W = {row['disorder']:g}")
    z = np.linspace(0, 0.93, 100)
    axes.plot(z, 0.1 * (1 - z**2) ** -1.5, linestyle=(0, (1, 1)), label="two levels", **THEORY)
    axes.set(
        yscale="log", xlabel=r"$|\langle\sigma^z\rangle|$ of an eigenstate", ylabel="density"
    )
    axes.set_title(title(rows), fontsize="small")
    axes.legend(fontsize="xx-small", ncols=2)


def correlation_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Typical connected correlations against distance."""
    for index, (_, row) in enumerate(rows.sort_values("disorder").iterrows()):
        points(axes, row, index, f"W = {row['disorder']:g}")
    label = r"$[\log|\langle\sigma^z_i\sigma^z_{i+r}\rangle_c|]$"
    axes.set(xlabel="distance $r$", ylabel=label)
    axes.set_title(title(rows), fontsize="small")


def sensitivity_panel(axes: Axes, table: pd.DataFrame) -> None:
    """[log chi] against L, and lines of log 2 and 2 log 2 a site."""
    rows = numbers(table, "log_chi", "sites")
    for index, (W, part) in enumerate(rows.groupby("disorder")):
        style = curve_style(index) | {"label": f"W = {W:g}"}
        axes.errorbar(part["sites"], part["value"], part["bar"], **style)
    sizes = np.array(sorted(rows["sites"].unique()), float)
    top = float(rows["value"].max())
    for slope, look in ((1, "--"), (2, ":")):
        line = top + 1.0 + slope * np.log(2) * (sizes - sizes[-1])
        axes.plot(sizes, line, linestyle=look, label=f"{slope} $\\log 2$ a site", **THEORY)
    axes.set(xlabel="$L$", ylabel=r"$[\log \chi]$, $\chi$ of $\sigma^z$ in $J^{-2}$")
    axes.set_xticks(sizes)
    axes.set_title("XXZ", fontsize="small")
    axes.set_ylim(top=top + 8)
    axes.legend(fontsize="xx-small", ncols=3, loc="upper left", columnspacing=0.8)


def chi_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Share of chi a decade, with powers of uncorrelated levels and of the GOE."""
    for index, (_, row) in enumerate(rows.sort_values("disorder").iterrows()):
        seen = row["mean"] > 0
        style = curve_style(index)
        part = (np.asarray(row[name])[seen] for name in ("x", "mean", "error"))
        axes.errorbar(*part, label=f"W = {row['disorder']:g}", **style)
    x = np.geomspace(1e5, 1e9, 50)
    for power, look, name in ((-0.5, "--", "Poisson"), (-1.0, ":", "GOE")):
        axes.plot(x, 0.3 * (x / x[0]) ** power, linestyle=look, label=name, **THEORY)
    axes.set(xscale="log", yscale="log", xlabel=r"$\chi J^2$", ylabel="share per half decade")
    axes.set_ylim(1e-5, 60)
    axes.set_title(title(rows), fontsize="small")
    axes.legend(fontsize="xx-small", loc="upper left", ncols=3)


def entropy_panel(axes: Axes, table: pd.DataFrame) -> None:
    """Entropy of one and two sites over thermal, against W."""
    index = 0
    for quantity, name in (("entropy_1", "1 site"), ("entropy_2", "2 sites")):
        for sites, part in numbers(table, quantity, "disorder").groupby("sites"):
            style = curve_style(index) | {"label": f"{name}, L = {sites}"}
            axes.errorbar(part["disorder"], part["value"], part["bar"], **style)
            index += 1
    places = sorted(table["disorder"].unique())
    axes.set(xscale="log", xlabel="$W/J$", ylabel="entropy over thermal", ylim=(0, 1.05))
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.set_xticks([], minor=True)
    axes.set_title("XXZ", fontsize="small")
    axes.legend(fontsize="xx-small", loc="lower left")


def survival_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Share of cats that survive a second field at distance m, against their range."""
    W = float(rows["disorder"].min())
    here = rows[(rows["disorder"] == W) & (rows["sites"] == rows["sites"].max())]
    for index, (m, part) in enumerate(here.groupby("distance")):
        row = part[part["quantity"] == "survival"].iloc[0]
        style = curve_style(index) | {"label": f"m = {m}"}
        axes.errorbar(row["x"] + 0.06 * (index - 1), row["mean"], row["error"], **style)
    axes.set(xlabel="range $r$ of the cat", ylabel="share that survives", ylim=(0, 1.3))
    axes.set_title(f"O(3), W = {W:g}, L = {here['sites'].max()}", fontsize="small")
    axes.legend(fontsize="x-small", ncols=2, loc="upper right")


def floquet_panel(axes: Axes, rows: pd.DataFrame, along: str, label: str) -> None:
    """C of kicked chains and of brickwork circuits against another mean."""
    for index, ((fields, sites), part) in enumerate(rows.groupby(["fields", "sites"])):
        kept = numbers(part, "plateau", "disorder")
        other = part[part["quantity"] == along].sort_values("disorder")
        x, bars = ([float(cell[-1]) for cell in other[name]] for name in ("mean", "error"))
        style = curve_style(index) | {"label": f"{fields}, L = {sites}"}
        axes.errorbar(x, kept["value"], kept["bar"], bars, **style)
    axes.set(xlabel=label, ylabel=r"$C(\infty)$ of $\sigma$ along its field", ylim=(0, 1))
    axes.set_title("Floquet models", fontsize="small")
    if along == "rho_v":
        axes.set_xscale("log")
    axes.legend(fontsize="xx-small")


def title(rows: pd.DataFrame) -> str:
    return f"XXZ, L = {rows['sites'].max()}"
