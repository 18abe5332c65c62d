"""Panels of how eigenstates of a hybridised spin spread.

Tables are the rows of :func:`bathlab.experiments.spread_kinds.spread_kind_rows`, by kind.
"""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.conventions import RealArray
from bathlab.plotting.figures import curve_style
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.clusters import stacked
from bathlab.statistics.estimates import Estimate
from bathlab.theory.grain.free_spin import flip_density, free_spin
from bathlab.theory.grain.golden_rule import golden_rule_width

DOTTED = (0, (1, 1))
EXACT: dict[str, Any] = {"color": "0.15", "linewidth": 1.2, "linestyle": "-"}
GOLDEN: dict[str, Any] = {"color": "0.15", "linewidth": 1.2, "linestyle": DOTTED}
SMALL: dict[str, Any] = {"fontsize": "xx-small"}


def hybridised_panels(
    figure: Figure, table: pd.DataFrame, radius: float, g: float, field: float, first: float
) -> None:
    """Eight panels: k and its width, amplitudes, tail, second spin, weak spins, shapes.

    ``radius`` is that of the semicircle of random matrices, g and field those of panels that
    have one coupling, ``first`` w of the first of two spins.
    """
    panels = figure.subplots(3, 3).ravel()
    panels[-1].set_axis_off()
    kinds = dict(tuple(table.groupby("kind", sort=False)))
    baths = {str(name): part for name, part in kinds["spin"].groupby("bath", sort=False)}
    matrices = [name for name in baths if name.startswith("RM")]
    chain = next(name for name in baths if name not in matrices)
    curve_panel(panels[0], at_point(baths[matrices[1]], g, field), radius, matrices[1])
    chain_curve(panels[0], at_point(baths[chain], g, field), chain)
    field_panel(panels[1], baths[matrices[0]], radius, g, matrices[0])
    coupling_panel(panels[2], {n: baths[n] for n in (matrices[1], chain)}, radius, field)
    points = {name: at_point(part, g, field) for name, part in baths.items()}
    kurtosis_panel(panels[3], points)
    tail_panel(panels[4], baths[chain], chain)
    second_panel(panels[5], kinds["second"], first)
    weak_panel(panels[6], kinds["weak"])
    shape_panel(panels[7], kinds["shape"])
    fewest = table.groupby(["kind", "case"])["realisation"].nunique()
    figure.supxlabel(
        f"g = {g:g}, h = {field:g} where not said; bars: standard errors of "
        f"{fewest.min()} to {fewest.max()} realisations",
        fontsize="small",
    )


def by_number(table: pd.DataFrame, column: str) -> Iterator[tuple[float, pd.DataFrame]]:
    """The rows of each value of a column of numbers, ascending."""
    for value in np.sort(table[column].unique()):
        yield float(value), table[table[column] == value]


def at_point(part: pd.DataFrame, g: float, field: float) -> pd.DataFrame:
    return part[np.isclose(part["g"], g) & np.isclose(part["field"], field)]


def mean_curve(rows: pd.DataFrame, column: str) -> tuple[RealArray, RealArray]:
    """The mean of curves and its standard error."""
    curves = stacked(rows[column])
    return curves.mean(axis=0), curves.std(axis=0, ddof=1) / math.sqrt(len(curves))


def curve_panel(axes: Axes, rows: pd.DataFrame, radius: float, name: str) -> None:
    """k against |omega| for one random matrix, with the exact curve and the Lorentzian."""
    x, unit = rows["folded"].iloc[0], float(rows["unit"].iloc[0])
    points(axes, x, *mean_curve(rows, "k_folded"), 0, name)
    omega = np.geomspace(x[0], x[-1], 300) * unit
    spin = free_spin(float(rows["g"].iloc[0]), float(rows["field"].iloc[0]), radius)
    exact = (spin.density_of(omega) + spin.density_of(-omega)) / 2 * unit
    axes.plot(omega / unit, exact, **EXACT, label="free matrices, exact")
    axes.plot(
        omega / unit, 1 / math.pi / (1 + (omega / unit) ** 2), **GOLDEN, label="Lorentzian"
    )
    axes.set(xscale="log", yscale="log", ylim=(1e-5, 1), title="hybridisation function")
    axes.set(xlabel=r"$|\omega|/\pi g^2 v(2h)$", ylabel=r"$k\,\pi g^2 v(2h)$")


def chain_curve(axes: Axes, rows: pd.DataFrame, name: str) -> None:
    x, golden = rows["folded"].iloc[0], float(rows["golden"].mean())
    mean, error = mean_curve(rows, "k_folded")
    points(axes, x / golden, mean * golden, error * golden, 1, name)
    axes.legend(loc="lower left", **SMALL)


def field_panel(axes: Axes, part: pd.DataFrame, radius: float, g: float, name: str) -> None:
    """Where half of the weight lies against h, with the golden rule and each level's line."""
    rows = part[np.isclose(part["g"], g)]
    rows = rows.assign(w=rows["halfwidth"] * rows["unit"])
    scattered(axes, rows, "field", "w", 0, f"{name}, half of the weight")
    h = np.linspace(float(rows["field"].min()), float(rows["field"].max()), 60)
    lines = [free_spin(g, float(each), radius).halfwidth for each in h]
    golden = [golden_rule_width(g, flip_density(float(each), radius)) for each in h]
    halves = [free_spin(g, float(each), radius).half_weight() for each in h]
    axes.plot(h, halves, **EXACT, label="the same, exact")
    axes.plot(h, lines, **EXACT | {"linestyle": "--"}, label="line of a level, exact")
    axes.plot(h, golden, **GOLDEN, label="golden rule")
    axes.set(xlabel="field $h$", ylabel="$w$", ylim=(0, None), title="$w$ against the field")
    axes.legend(loc="lower left", **SMALL)


def coupling_panel(
    axes: Axes, baths: dict[str, pd.DataFrame], radius: float, field: float
) -> None:
    """The same over the golden rule against g, for a random matrix and a chain."""
    for index, (name, part) in enumerate(baths.items()):
        rows = part[np.isclose(part["field"], field)]
        label = f"{name}, half of the weight"
        scattered(axes, rows.assign(ratio=ratios(rows)), "g", "ratio", index, label)
    g = np.geomspace(0.2, 2.2, 60)
    spins = [free_spin(float(x), field, radius) for x in g]
    golden = np.array([golden_rule_width(x, flip_density(field, radius)) for x in g])
    for values, line, label in (
        ([spin.half_weight() for spin in spins], "-", "RM, the same, exact"),
        ([spin.halfwidth for spin in spins], "--", "RM, line of a level, exact"),
    ):
        axes.plot(g, np.array(values) / golden, **EXACT | {"linestyle": line}, label=label)
    axes.axhline(1.0, **GOLDEN, label="golden rule")
    marked(axes, sorted({float(x) for part in baths.values() for x in part["g"]}))
    axes.set(xlabel="coupling $g$", ylabel=r"$w / \pi g^2 v(2h)$")
    axes.set(title="$w$ against the coupling", ylim=(0.7, 1.8))
    axes.legend(loc="upper left", **SMALL)


def marked(axes: Axes, places: list[float]) -> None:
    """A logarithmic axis with ticks at these places alone."""
    axes.set_xscale("log")
    axes.set_xticks(places, [f"{x:.2g}" for x in places])
    axes.minorticks_off()


def ratios(rows: pd.DataFrame) -> pd.Series:
    """Half-widths over the mean golden rule of their coupling."""
    return rows["halfwidth"] / rows.groupby("g")["golden"].transform("mean")


def kurtosis_panel(axes: Axes, points_of: dict[str, pd.DataFrame]) -> None:
    """Kurtosis of amplitudes against |omega|, bin by bin."""
    for index, (name, rows) in enumerate(points_of.items()):
        x, w = rows["folded"].iloc[0], float(rows["halfwidth"].mean())
        sums = [signed(rows, f"bin_{each}") for each in ("count", "second", "fourth")]
        found = [
            estimate_of(kurtosis, *(list(each[:, place]) for each in sums),
                        clusters=rows["realisation"])
            for place in range(len(x))
        ]  # fmt: skip
        mean, error = (np.array([getattr(f, n) for f in found]) for n in ("mean", "error"))
        kept = (x / w > 0.1) & (x / w < 12)
        points(axes, x[kept] / w, mean[kept], error[kept], index, name)
    axes.axhline(3.0, **GOLDEN, label="Gaussian")
    axes.set(xscale="log", xlabel=r"$|\omega|/w$", ylabel="kurtosis", ylim=(2, 5))
    axes.set_title("amplitudes $\\eta(s, b)$")
    axes.legend(loc="upper left", **SMALL)


def signed(rows: pd.DataFrame, column: str) -> RealArray:
    """Sums in bins of |omega|: (N, bins, 4), of both signs and spin states."""
    curves = stacked(rows[column])
    spins = curves.reshape(len(curves), 2, -1)
    half = spins.shape[2] // 2
    sides = [spins[:, :, half + 1 :], spins[:, :, :half][:, :, ::-1]]
    return np.concatenate(sides, axis=1).transpose(0, 2, 1)


def kurtosis(count: RealArray, second: RealArray, fourth: RealArray) -> float:
    held = second > 0
    if not held.any():
        return math.nan
    each = count[held] * fourth[held] / second[held] ** 2
    return float(count[held] @ each / count[held].sum())


def tail_panel(axes: Axes, part: pd.DataFrame, name: str) -> None:
    """k(omega) far out beside what v makes of it in first order, for all couplings."""
    for index, (g, rows) in enumerate(by_number(part, "g")):
        omega = rows["far"].iloc[0]
        right = omega > 1
        mean, error = mean_curve(rows, "k_far")
        style = curve_style(index) | {"linestyle": "none", "markersize": 3}
        axes.errorbar(omega[right], mean[right], error[right], label=f"g = {g:g}", **style)
        v = mean_curve(rows, "v_far")[0]
        axes.plot(omega[right], (g**2 * v / omega**2)[right], **GOLDEN)
    axes.plot([], [], **GOLDEN, label=r"$g^2 v(\omega \mp 2h)/\omega^2$")
    axes.set(yscale="log", xlim=(1, 13), ylim=(1e-12, 1), title=f"{name}: tail")
    axes.set(xlabel=r"$\omega = E(s, b) - E$", ylabel=r"$k(\omega)$")
    axes.legend(loc="upper right", **SMALL)


def second_panel(axes: Axes, table: pd.DataFrame, first: float) -> None:
    """w of a second spin on a spike of v over that without, against its width."""
    spike, probe = (table[table["place"] == name] for name in ("spike", "probe"))
    w, found = [], []
    for g, upper in by_number(spike, "g"):
        lower = probe[np.isclose(probe["g"], g)]
        w.append(float((lower["halfwidth"] * lower["unit"]).mean()))
        found.append(over(upper, lower, "halfwidth"))
    least = [part[part["g"] == part["g"].min()] for part in (spike, probe)]
    height = over(least[0], least[1], "v")
    mean, error = (np.array([getattr(f, n) for f in found]) for n in ("mean", "error"))
    points(axes, np.array(w), mean, error, 0, r"$w_2$ on a spike / off it")
    fine = np.geomspace(min(w) / 1.5, max(w) * 1.5, 100)
    seen = 1 + (height.mean - 1) * 2 * first / (2 * first + fine)
    axes.plot(fine, seen, **EXACT, label="golden rule, $v$ smoothed by $w_2$")
    axes.axhline(height.mean, **EXACT | {"linestyle": "--"}, label="golden rule, all of $v$")
    axes.axhline(1.0, **GOLDEN, label="smooth part of $v$")
    marked(axes, w)
    axes.set(xlabel=r"$w_2$", ylabel="ratio", ylim=(0.9, 1.02 * height.mean + 0.02))
    axes.set_title("second spin, $h_2 = h_1$")
    axes.legend(loc="lower left", **SMALL)


def over(upper: pd.DataFrame, lower: pd.DataFrame, column: str) -> Estimate:
    labels = [upper["realisation"], lower["realisation"]]
    return estimate_of(lambda a, b: a / b, upper[column], lower[column], clusters=labels)


def weak_panel(axes: Axes, table: pd.DataFrame) -> None:
    """Typical entropies and losses over those of first order, for two sizes."""
    index = 0
    for column, label in (("lost", r"$1 - |\langle sb|\psi\rangle|^2$"), ("entropy", "S")):
        for dimension, part in by_number(table, "dimension"):
            logs = part[column] - part[f"first_{column}"]
            rows = part.assign(ratio=np.exp(logs))
            name = f"{label}, $2^{{{int(dimension).bit_length() - 1}}}$"
            scattered(axes, rows, "G", "ratio", index, name)
            index += 1
    axes.axhline(1.0, **GOLDEN, label="first order")
    axes.set(xscale="log", xlabel="G", ylabel="typical value / first order")
    axes.set_title("one product, weak coupling")
    axes.legend(loc="upper left", **SMALL)


def shape_panel(axes: Axes, table: pd.DataFrame) -> None:
    """D of probe and spin in made-up states less that in eigenstates."""
    shapes = list(dict.fromkeys(table["shape"]))
    for index, (column, label) in enumerate((("delta", "probe"), ("spin", "spin $\\sigma^x$"))):
        reference = table[table["shape"] == shapes[0]]
        found = [
            difference(table[table["shape"] == name], reference, column) for name in shapes[1:]
        ]
        mean, error = (np.array([getattr(f, n) for f in found]) for n in ("mean", "error"))
        style = curve_style(2 * index) | {"linestyle": "none"}
        axes.errorbar(mean, np.arange(len(mean)), xerr=error, label=label, **style)
    axes.set_yticks(np.arange(len(shapes) - 1), shapes[1:], **SMALL)
    axes.axvline(0.0, **GOLDEN)
    axes.set(xlabel="$D$ less that of eigenstates (nats)", title="made-up $k$ of the same $w$")
    axes.set(ylim=(-0.5, len(shapes) + 0.2))
    axes.legend(loc="upper left", **SMALL)


def difference(upper: pd.DataFrame, lower: pd.DataFrame, column: str) -> Estimate:
    labels = [upper["realisation"], lower["realisation"]]
    return estimate_of(lambda a, b: a - b, upper[column], lower[column], clusters=labels)


def points(
    axes: Axes, x: RealArray, mean: RealArray, error: RealArray, index: int, name: str
) -> None:
    style = curve_style(index) | {"linestyle": "none", "markersize": 4}
    held = np.isfinite(mean) & (mean > 0)
    axes.errorbar(x[held], mean[held], error[held], label=name, **style)


def scattered(
    axes: Axes, rows: pd.DataFrame, x: str, column: str, index: int, name: str
) -> None:
    """Means of a column against another, with standard errors over realisations."""
    groups = list(_means(rows, x, column))
    places, mean, error = (np.array(each) for each in zip(*groups))
    points(axes, places, mean, error, index, name)


def _means(rows: pd.DataFrame, x: str, column: str) -> Iterator[tuple[float, float, float]]:
    for place, part in by_number(rows, x):
        found = estimate_of(lambda a: a, part[column], clusters=part["realisation"])
        yield place, found.mean, found.error
