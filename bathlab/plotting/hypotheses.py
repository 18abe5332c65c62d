"""Panels of chains beside their pieces and beside themselves at a larger epsilon."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bathlab.conventions import RealArray
from bathlab.plotting.figures import COLOURS, MARKERS, curve_style
from bathlab.plotting.legends import legend_under
from bathlab.theory.avalanche import AvalancheChain, ChainOutcome

#: What fails, by the names of the columns of ``failed_chains``.
FAILS = {
    "i": r"(i): $\rho$ falls, $\epsilon \to 1.02\,\epsilon$",
    "ii": "(ii): de-thermalised by more cells",
    "sum": "superadditivity",
}


def share_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """The share of chains that fail, a line for each row's ``rule``; none is drawn as the bound
    3/N, open."""
    for index, (name, label) in enumerate(FAILS.items()):
        tried = rows[f"{name}_tried"].to_numpy(float)
        share = rows[f"{name}_share"].to_numpy(float)
        height = np.arange(len(rows)) + 0.18 * (index - 1)
        none = share == 0
        style = {"color": COLOURS[index], "marker": MARKERS[index], "linestyle": "none"}
        error = np.sqrt(share * (1 - share) / tried)[~none]
        axes.errorbar(share[~none], height[~none], xerr=error, label=label, **style)
        axes.plot(3 / tried[none], height[none], markerfacecolor="white", **style)
    axes.set_yticks(np.arange(len(rows)), list(rows["rule"]), fontsize="small")
    axes.invert_yaxis()
    least = min(float((1 / rows[f"{name}_tried"]).min()) for name in FAILS)
    axes.set(
        xscale="log", xlabel="share of chains (open: none, bound 3/N)", xlim=(least / 3, None)
    )
    legend_under(axes, 1)


def rank_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """How many rules, a row each, have more than a share of chains that fail."""
    for index, (name, label) in enumerate(FAILS.items()):
        share = np.sort(rows[f"{name}_share"].to_numpy(float))[::-1]
        shown = share[share > 0]
        style = curve_style(index) | {"marker": "none"}
        never = len(share) - len(shown)
        said = f"{label}; none fails in {never} rules"
        axes.plot(
            shown, np.arange(1, len(shown) + 1), drawstyle="steps-post", label=said, **style
        )
    most = max(int((rows[f"{name}_share"] > 0).sum()) for name in FAILS)
    axes.set(xscale="log", xlabel="share of chains", ylim=(0, 1.3 * max(most, 1)))
    axes.set(ylabel=f"rules of {len(rows)} with more")
    axes.legend(fontsize="x-small", loc="upper right")


def density_curve(axes: Axes, rows: pd.DataFrame, disorder: str, index: int) -> None:
    """<rho> against epsilon."""
    style = curve_style(index)
    label = rf"disorder in $\zeta_1$: {disorder}"
    axes.plot(rows["epsilon"], rows["density"], label=label, **style)
    axes.set(xlabel=r"$\epsilon$", ylabel=r"$\langle\rho\rangle$")
    axes.legend(fontsize="small", loc="upper center")


def jump_lines(axes: Axes, places: Sequence[float]) -> None:
    for place in places:
        if axes.get_xlim()[0] < place < axes.get_xlim()[1]:
            axes.axvline(place, color="0.55", linestyle=(0, (4, 2)), linewidth=0.8)
            said = r"$K e^{-sn/2l}$, " + f"n = {round(-2 * np.log2(place))} l"
            where = axes.get_xaxis_transform()
            axes.text(place, 1.02, said, fontsize="x-small", ha="center", transform=where)


def break_panel(axes: Axes, bonds: RealArray, epsilon: float) -> None:
    """A chain that breaks (ii) by its last cell, below, and the same without it, above: bare
    spots, and each move in its order."""
    length, height = len(bonds), 0.0
    for cells, name in ((length, "with the last cell"), (length - 1, "without the last cell")):
        found = AvalancheChain(cells, epsilon, 1.0).follow(bonds[:cells], history=True)
        axes.text(-0.3, height - 1.0, name, fontsize="small", va="top")
        height = moves_of(axes, found, height) + 2.5
    axes.set(xlabel="cell", ylabel="moves, upwards", yticks=[], xlim=(-0.6, length - 0.4))
    axes.set_ylim(-2.0, height + 2.5)
    named = ((COLOURS[3], "bare"), (COLOURS[4], "moves"), (COLOURS[0], "in the end"))
    for color, label in named:
        axes.barh(0, 0, color=color, alpha=0.8, label=label)
    axes.legend(fontsize="x-small", loc="upper center", ncols=3)
    axes.set_title(
        rf"shortest chain that breaks (ii), $\epsilon$ = {epsilon:.3g}", fontsize="medium"
    )


def moves_of(axes: Axes, found: ChainOutcome, height: float) -> float:
    """Bars of the bare spots, of what moves, and of what is thermal in the end; the height
    above them."""
    for cell in range(found.length):
        axes.plot(cell, height, color="0.3", marker="o", markersize=3)
    for first, last, _ in found.cores:
        bar(axes, first, last, height, COLOURS[3])
    assert found.history is not None
    for first, last in zip(found.history["first"], found.history["last"]):
        height += 1
        bar(axes, first, last, height, COLOURS[4])
    height += 1.2
    for first, last in found.spans:
        bar(axes, first, last, height, COLOURS[0])
    return height


def bar(axes: Axes, first: int, last: int, height: float, color: object) -> None:
    axes.barh(height, last - first + 0.8, left=first - 0.4, height=0.7, color=color, alpha=0.8)
