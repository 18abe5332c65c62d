"""Panels of the resonance model: phases, exponents, spectra, drift and loss-diffusion."""

from __future__ import annotations

import math
from typing import Any, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.conventions import RealArray
from bathlab.plotting.figures import curve_style
from bathlab.theory import resonance_model
from bathlab.theory.resonance_model.lengths import ZETA_C

#: 1/zeta on the axes, of which zeta_c is 0.693.
INVERSE = np.linspace(0.4, 1.2, 321)
DRAWN = (10.0, math.inf, -10.0)


def line(index: int) -> dict[str, Any]:
    """Style of a curve that has no points."""
    return curve_style(index) | {"marker": "none"}


def critical(axes: Axes) -> None:
    """Where zeta is zeta_c."""
    axes.axvline(1 / ZETA_C, color="0.55", linestyle=(0, (4, 2)), linewidth=0.8)


def region_panel(axes: Axes, lam: float) -> None:
    """Regions of figure 1 against 1/zeta and 1/L, hatched where resonances overlap."""
    inverse, sizes = np.linspace(0.4, 1.0, 400), np.linspace(0.002, 0.25, 300)
    with np.errstate(divide="ignore"):
        xi = 1 / (inverse - 1 / ZETA_C)
    length = 1 / sizes[:, None]
    names = resonance_model.region(xi, lam, length)
    shade = np.select([names == "thermal", names == "II", names == "I"], [0.0, 1.0, 2.0], 3.0)
    axes.contourf(inverse, sizes, shade, levels=[-0.5, 0.5, 1.5, 2.5, 3.5],
                  colors=["0.55", "0.72", "0.86", "0.97"])  # fmt: skip
    overlap = ~resonance_model.is_consistent(xi, lam, length)
    axes.contourf(inverse, sizes, overlap, levels=[0.5, 1.5], colors="none", hatches=["///"])
    box = {"facecolor": "w", "edgecolor": "none", "pad": 1.5}
    for x, y, name in ((0.5, 0.03, "thermal"), (0.69, 0.17, "I"), (0.86, 0.025, "MBL")):
        axes.text(x, y, name, bbox=box)
    axes.text(0.7, 0.025, "II", bbox=box)
    for L in (8, 16):
        axes.axhline(1 / L, color="k", linewidth=0.7, linestyle=":")
        axes.text(0.99, 1 / L, f"L = {L}", va="center", ha="right", size="x-small", bbox=box)
    axes.set(xlabel=r"$1/\zeta$", ylabel=r"$1/L$", title=rf"regions, $\lambda$ = {lam:g}")


def theta_panel(axes: Axes, lam: float) -> None:
    """theta as omega -> 0 against 1/zeta, and at omega = 0.1 J on both sides."""
    x = np.linspace(0.4, 2.5, 400)
    above = x[x > 1 / ZETA_C]
    cases = (("Floquet", resonance_model.Floquet), ("static", resonance_model.Hamiltonian))
    limit = resonance_model.Floquet(1 / (above - 1 / ZETA_C), lam).theta
    axes.plot(above, limit, color="k", label=r"$\omega \to 0$, both")
    for index, (name, law) in enumerate(cases):
        local = law(1 / (x - 1 / ZETA_C), lam).exponent(0.1)
        axes.plot(x, local, label=rf"{name}, $\omega$ = 0.1 J", **line(index + 1))
    point = resonance_model.Floquet(math.inf, lam).theta
    axes.plot([1 / ZETA_C], [point], "ko", label=r"$\theta_c$, Floquet")
    axes.axhline(0, color="0.55", linewidth=0.8)
    critical(axes)
    axes.set(xlabel=r"$1/\zeta$", ylabel=r"exponent $\theta$", title="figure 2a, d")
    axes.set_ylim(bottom=-0.7)
    axes.legend(fontsize="x-small", loc="lower right")


def spectra_panels(panels: Sequence[Axes], omega: RealArray, rows: pd.DataFrame) -> None:
    """omega S against omega, Floquet and static, near zeta_c."""
    for axes, law in zip(panels, ("Floquet", "static")):
        for index, xi in enumerate(DRAWN):
            row = rows[(rows["law"] == law) & (rows["xi"] == xi) & np.isinf(rows["length"])]
            S = np.array(row.iloc[0]["S"])
            label = rf"$\xi$ = {xi:g}".replace("inf", r"$\infty$")
            axes.plot(omega, omega * S, label=label, **line(index))
            if math.isfinite(xi):
                cross = row.iloc[0]["crossover"]
                axes.axvline(cross, color=curve_style(index)["color"], linewidth=0.6)
        axes.set(xscale="log", yscale="log", xlabel=r"$\omega/J$", ylabel=r"$\omega\, S$")
        axes.set(ylim=(3e-4, 1), title=f"figure 2{'b' if law == 'Floquet' else 'e'}, {law}")
        axes.legend(fontsize="x-small")


def order_panel(axes: Axes, lam: float, grid: pd.DataFrame) -> None:
    """[C_zz] of an infinite chain against 1/zeta: closed forms, and the full equation."""
    x = INVERSE[INVERSE > 1 / ZETA_C]
    xi = 1 / (x - 1 / ZETA_C)
    axes.plot(x, resonance_model.Floquet(xi, lam).order_parameter, label="Floquet", **line(0))
    static = resonance_model.Hamiltonian(xi, lam).order_parameter
    axes.plot(x, static, label=r"static, $F_1$", **line(1))
    full = grid[np.isfinite(grid["xi"]) & (grid["kappa"] == 1)]
    scaled = full["lam"] / full["xi"] / lam  # 1/xi at the same xi/lambda
    order = [row[-1] for row in full["F"]]
    label = r"(86) at the same $\xi/\lambda$"
    axes.plot(1 / ZETA_C + scaled, order, "kD", label=label, markersize=4)
    critical(axes)
    axes.set(
        xlabel=r"$1/\zeta$", ylabel=r"$[C_{zz}]$", title=rf"figure 2f, $\lambda$ = {lam:g}"
    )
    axes.set(xlim=(0.65, 1.2))
    axes.legend(fontsize="x-small")


def drift_panel(axes: Axes, rows: pd.DataFrame, W_c: float) -> None:
    """W_delta(L), with 1/zeta at the right; shaded where that is negative, and W_delta where it
    is kept at 0 there."""
    rows = rows[rows["length"] <= 60]
    L, W = rows["length"], rows["W_delta"] / W_c
    axes.plot(L, W, color="k", label=r"$W_\delta$, $\delta$ = 0.01")
    axes.plot(L, rows["W_bounded"] / W_c, label=r"$|\xi| \geq \zeta_c$", **line(2))
    short = L <= 10
    slope, start = np.polyfit(L[short], W[short], 1)
    axes.plot(L[L < 25], start + slope * L[L < 25], label="line through L = 5 to 10", **line(3))
    axes.axhspan(0, 0.5, color="0.9")
    axes.text(61, 0.41, r"$\zeta < 0$ with $1/\xi = \log(W/W_c)$", ha="right", size="x-small")
    axes.set(xlabel="L (sites)", ylabel=r"$W/W_c$", ylim=(0.08, 1.05), title="figure 9")
    axes.legend(fontsize="x-small", loc="lower right")
    inverse = axes.secondary_yaxis("right", functions=(_inverse_zeta, _over_critical))
    inverse.set_yticks([-1.5, -1.0, -0.5, 0.0, 0.25, 0.5, 1 / ZETA_C])
    inverse.set_yticklabels(["-1.5", "-1", "-0.5", "0", "0.25", "0.5", r"$1/\zeta_c$"])
    inverse.set_ylabel(r"$1/\zeta$")


def _inverse_zeta(ratio: Any) -> RealArray:
    """1/zeta of W/W_c."""
    return np.asarray(np.log(2 * np.maximum(ratio, 1e-3)))


def _over_critical(inverse: Any) -> RealArray:
    """W/W_c of 1/zeta."""
    return np.asarray(np.exp(inverse) / 2)


def decay_panel(
    axes: Axes, r: RealArray, grid: pd.DataFrame, sampled_at: RealArray, walks: pd.DataFrame
) -> None:
    """lambda |dF/dr| and F against r/lambda; trajectories as points."""
    plain = grid[np.isinf(grid["xi"]) & (grid["kappa"] == 1) & (grid["power"] == 0)]
    plain = plain[plain["sign"] == 1].sort_values("lam")
    for index, (_, row) in enumerate(plain.iterrows()):
        label = rf"$\lambda |dF/dr|$, $\lambda$ = {row['lam']:g}"
        axes.plot(r, row["p"], label=label, **line(index))
    axes.plot(r, row["F"], color="0.3", linewidth=1.6, label=f"F, {row['lam']:g}")
    own = walks[(walks["lam"] == row["lam"]) & (walks["kappa"] == 1)]
    sampled = np.array(own["sampled"].tolist(), dtype=float)
    error = sampled.std(axis=0, ddof=1) / math.sqrt(len(sampled))
    axes.errorbar(sampled_at, sampled.mean(axis=0), error, fmt="ko", markersize=4,
                  label=f"F, {len(sampled)} batches of paths")  # fmt: skip
    axes.plot(r, np.exp(-np.sqrt(r)), ":", color="0.5", label=r"$e^{-\sqrt{r/\lambda}}$")
    late = r > 1
    axes.plot(r[late], r[late] ** -2.0, "--", color="0.5", label=r"$(\lambda/r)^2$")
    axes.set(xscale="log", yscale="log", xlabel=r"$r/\lambda$", ylim=(1e-7, 5))
    axes.set(title="figure 11, standard errors", ylabel=r"$F$, $\lambda|dF/dr|$")
    axes.legend(fontsize="xx-small", loc="lower left")


def energy_panel(axes: Axes, r: RealArray, grid: pd.DataFrame) -> None:
    """f s_e/F against e/s_e at ranges a decade and more apart."""
    plain = grid[np.isinf(grid["xi"]) & (grid["kappa"] == 1) & (grid["power"] == 0)]
    row = plain.sort_values("lam").iloc[-1]
    for index, k in enumerate((0, 2, 4, 6)):
        density = np.array(row["densities"][k]) / row["F"][8 * k]
        label = rf"$r/\lambda$ = {round(r[8 * k], 2):g}"
        axes.plot(row["energies"], density, label=label, **line(index))
    axes.set(xlim=(-6, 6), ylim=(0, 0.56), xlabel=r"$e/s_e$", ylabel=r"$f s_e/F$")
    axes.set(title=rf"figure 12, $\lambda$ = {row['lam']:g}")
    axes.legend(fontsize="x-small", ncols=2, loc="upper center")


def narrow_panel(axes: Axes, r: RealArray, grid: pd.DataFrame) -> None:
    """-d log F/d log r for both cases of appendix C and for v r^-a."""
    rows = grid[np.isinf(grid["xi"]) & (grid["sign"] == 1)].drop_duplicates(["kappa", "power"])
    for index, (_, row) in enumerate(rows.iterrows()):
        label = rf"$\kappa$ = {row['kappa']:g}"
        label = rf"$v\, r^{{-{row['power']:g}}}$" if row["power"] else label
        axes.plot(r, row["slope"], label=label, **line(index))
    for level, name in ((0.5, "(B7)"), (1.0, "bound (B2)"), (2.0, "(C2)")):
        axes.axhline(level, color="0.55", linewidth=0.7, linestyle=":")
        axes.text(0.012, level, name, va="bottom", fontsize="x-small")
    axes.set(xscale="log", xlabel=r"$r/\lambda$", ylabel=r"$-d \log F/d \log r$", ylim=(0, 3.6))
    axes.set(title="local exponents")
    axes.legend(fontsize="x-small", ncols=2, loc="upper left")
