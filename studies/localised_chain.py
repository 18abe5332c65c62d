"""Spins in a line behind a grain, without LIOMs: section III D of De Roeck & Huveneers.

Physical spins in random fields, U[-h, h], each coupled by g sigma^x sigma^x to the one before
it, the first to a random matrix. The width w_i = pi g^2 v_{i-1}(2 h_i) of spin i at the bath of
all before it is measured (v from all levels), and compared in the same fields with the paper's
recursion, in which v_i is two Lorentzians, and with one that resolves the tails of v_i in
frequency. Spins are attached one by one until one is no longer entangled by half of log 2.

    python studies/localised_chain.py --preset quick
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

import bathlab as bl
from bathlab.checks import require_integer
from bathlab.experiments.localised import Line, line_rows
from bathlab.plotting.figures import COLOURS, MARKERS, error_curves
from bathlab.plotting.figures import figure as new_figure
from bathlab.theory.grain.localised_chain import ENHANCEMENT, LAWS
from bathlab.workbench.claims import Claims, pm, verdict
from bathlab.workbench.command import Request, study_command

NAME = "localised_chain"
LOG2 = math.log(2)
#: Bins of log(w rho), and the fewest realisations that make a mean in one.
BIN, FEWEST_IN_BIN = 1.0, 10
#: Growth is not stated if a larger share of the chains is taken in to its last spin.
MOST_ENDED = 0.25
#: How the curves are called in the picture.
NAMES = {"width": "measured", "lorentzian": "eqs. (19), (20)", "resolved": "tails resolved"}


@dataclass(frozen=True)
class Parameters:
    """``spins`` are those of the random matrices, ``realisations`` go with them.

    ``couplings`` are g in units of h = ``disorder``; ``count`` spins are attached.
    """

    spins: tuple[int, ...] = (5, 6, 7)
    bandwidth: float = 6.0
    count: int = 4
    couplings: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4)
    disorder: float = 1.0
    states: int = 4
    realisations: tuple[int, ...] = (70, 70, 70)
    seed: int = 1

    def __post_init__(self) -> None:
        if len(self.spins) != len(self.realisations):
            raise ValueError(
                f"{len(self.spins)} sizes and {len(self.realisations)} numbers of "
                "realisations were given; expected as many of each."
            )
        require_integer("count", self.count, minimum=2)  # one spin has no slope


PRESETS = {
    "quick": Parameters(spins=(5, 6), realisations=(50, 50)),
    "default": Parameters(),
    "paper": Parameters(spins=(5, 6, 7, 8), realisations=(400, 400, 400, 80)),
}


def build(parameters: Parameters) -> bl.Study:
    """The study of these parameters.

    Raises
    ------
    ValueError
        For a value out of its range.
    """
    cases = []
    for spins, realisations in zip(parameters.spins, parameters.realisations):
        bath = bl.RandomMatrixBath(spins, bandwidth=parameters.bandwidth)
        for ratio in parameters.couplings:
            line = Line(bath, parameters.count, ratio, parameters.disorder, parameters.states)
            line.chain  # refuses values out of range
            cases.append(
                bl.Case(
                    f"2^{spins}, g/h = {ratio:g}", line, realisations, cost=6.0 ** (spins - 5)
                )
            )
    return bl.Study(NAME, line_rows, tuple(cases), parameters.seed, watch="entropy")


def average(table: pd.DataFrame) -> pd.DataFrame:
    """Means over the realisations for each bath, coupling and spin; of widths the
    logarithms'."""
    table = table.assign(**{f"log_{name}": np.log(table[name]) for name in NAMES})
    return bl.summarise(
        table,
        ["spins", "ratio", "spin"],
        [*(f"log_{name}" for name in NAMES), "density", "entropy", "log_ipr"],
    )


def overlap_curve(table: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Mean entanglement, in units of log 2, in bins of log(w rho), w measured: all baths,
    spins."""
    overlap = np.log(table["width"] * table["density"])
    table = table.assign(
        overlap=np.exp((np.floor(overlap / BIN) + 0.5) * BIN), share=table["entropy"] / LOG2
    )
    counted = table.groupby(["overlap", *by])["realisation"].transform("nunique")
    enough = min(FEWEST_IN_BIN, counted.max())
    return bl.summarise(
        table[counted >= enough].sort_values("overlap"), ["overlap", *by], ["share"]
    )


def threshold(table: pd.DataFrame) -> float:
    """w rho where the mean entanglement last crosses half of log 2; 1 if it does not."""
    curve = overlap_curve(table)
    share, logs = curve["share"].to_numpy(), np.log(curve["overlap"].to_numpy())
    below = np.flatnonzero(share < 0.5)
    if len(below) == 0 or below[-1] + 1 == len(share):
        return 1.0
    pair = slice(below[-1], below[-1] + 2)
    return float(np.exp(np.interp(0.5, share[pair], logs[pair])))


def taken_in(table: pd.DataFrame) -> pd.DataFrame:
    """How many spins each realisation takes in, attached one by one.

    Column "entropy": those before the first that is entangled by less than half of log 2.
    Others:
    before the first with w rho < :func:`threshold`, w the measured width or a law's.
    """
    enough, rows = threshold(table), []
    for (spins, ratio, realisation), line in table.sort_values("spin").groupby(
        ["spins", "ratio", "realisation"], sort=False
    ):
        density = line["density"].to_numpy() / enough
        counts = {
            name: int(bl.theory.hybridised_spins(line[name].to_numpy(), density))
            for name in NAMES
        }
        share = line["entropy"].to_numpy() / LOG2
        rows.append(
            {
                "spins": spins,
                "ratio": ratio,
                "realisation": realisation,
                **counts,
                "entropy": int(bl.theory.hybridised_spins(share, np.full(len(share), 2.0))),
            }
        )
    return pd.DataFrame(rows)


def claims(table: pd.DataFrame, counts: pd.DataFrame, parameters: Parameters) -> Claims:
    """What the paper says of the chain, and what comes out here."""
    found = Claims()
    largest = table[table["spins"] == parameters.spins[-1]]
    strongest = largest[
        (largest["ratio"] == max(parameters.couplings)) & (largest["spin"] == 1)
    ]
    found.compare(
        f"g/h = {max(parameters.couplings):g}: half-width of k / (pi g^2 v), spin 1",
        "1 (golden rule)",
        1.0,
        bl.estimate(strongest["halfwidth"] / strongest["resolved"], strongest["realisation"]),
    )
    for ratio in parameters.couplings:
        add_widths(found, ratio, largest[largest["ratio"] == ratio])
    weakest = min(parameters.couplings)
    typical = -bl.theory.typical_decay(weakest, 1.0, "resolved")
    rows = largest[largest["ratio"] == weakest]
    found.compare(
        f"g/h = {weakest:g}: the fall, for {NAMES['resolved']} over all fields",
        f"2 log(h/g) - {ENHANCEMENT['resolved']:.2f} = {typical:.2f}",
        typical,
        bl.statistics.slope(rows.assign(fall=-np.log(rows["width"])), "spin", "fall"),
    )
    crossing = threshold(table)
    found.add(
        "w rho where a spin is entangled by half of log 2",
        "1, up to a factor",
        f"{crossing:.3f}",
        table["realisation"].nunique(),
        f"a factor of {1 / crossing:.0f}",
    )
    for ratio in parameters.couplings:
        add_breakdown(found, ratio, counts[counts["ratio"] == ratio], parameters)
    return found


def add_widths(found: Claims, ratio: float, rows: pd.DataFrame) -> None:
    """How w falls, and how near each law is in the same fields."""
    name = f"g/h = {ratio:g}"
    logs = rows.assign(**{column: -np.log(rows[column]) for column in NAMES})
    found.compare(
        f"{name}: fall of log w per spin",
        f"2 log(h/g) = {-2 * math.log(ratio):.2f}",
        -2 * math.log(ratio),
        bl.statistics.slope(logs, "spin", "width"),
    )
    against_laws(
        found,
        f"{name}: the same, less that of",
        lambda law: bl.statistics.slope(
            logs.assign(rest=logs["width"] - logs[law]), "spin", "rest"
        ),
    )
    clear = rows[(rows["spin"] > 1) & (rows["apart"] > 2 * rows["resolution"])]
    for law in LAWS if len(clear) else ():
        rest = np.log(clear["width"] / clear[law])
        value = bl.estimate(rest, clear["realisation"])
        found.add(
            f"{name}: log w off resonance, less that of {NAMES[law]}",
            "0",
            f"{pm(value, 2)}, spread {rest.std():.2f}",
            value.realisations,
            verdict(value, 0.0),
        )


def add_breakdown(
    found: Claims, ratio: float, counts: pd.DataFrame, parameters: Parameters
) -> None:
    """How many spins are taken in, and how many more by each further spin of the bath."""
    name, last = f"g/h = {ratio:g}", parameters.spins[-1]
    theory = bl.crossover_length(last, ratio)
    rows = counts[counts["spins"] == last]
    here = bl.estimate(rows["entropy"], rows["realisation"])
    found.add(
        f"{name}: spins entangled, of {parameters.count}",
        f"(16): {theory:.2f}",
        pm(here, 2),
        here.realisations,
        f"{here.mean - min(theory, parameters.count):+.2f}",
    )
    against_laws(
        found,
        f"{name}: the same, less those of",
        lambda law: bl.estimate(rows["entropy"] - rows[law], rows["realisation"]),
    )
    ended = float((rows["entropy"] == parameters.count).mean())
    if len(parameters.spins) > 1 and ended < MOST_ENDED:
        common = counts[counts["realisation"] < min(parameters.realisations)]
        growth = theory / last
        found.compare(
            f"{name}: more of them per spin of the bath",
            f"(16): {growth:.3f}",
            growth,
            bl.statistics.slope(common, "spins", "entropy"),
        )


def against_laws(
    found: Claims, words: str, difference: Callable[[str], bl.statistics.Estimate]
) -> None:
    """A row for each law: measured less its own, in the same fields."""
    for law in LAWS:
        found.compare(f"{words} {NAMES[law]}", "0", 0.0, difference(law))


def draw(table: pd.DataFrame, counts: pd.DataFrame, parameters: Parameters, path: Path) -> None:
    """Widths along the chain; below, entanglement against w rho, and the spins taken in."""
    with new_figure(path, width=7.2, height=7.6) as drawn:
        panels = drawn.subplot_mosaic(
            [["widths", "widths"], ["collapse", "breakdown"]], height_ratios=(5, 4)
        )
        draw_widths(panels["widths"], average(table), parameters)
        curve = overlap_curve(table, ["ratio"])
        error_curves(
            panels["collapse"],
            curve.assign(name=[f"g/h = {ratio:g}" for ratio in curve["ratio"]]),
            "overlap",
            "share",
            by="name",
        )
        panels["collapse"].set(
            xscale="log",
            xlabel=r"$w_i\,\rho_i$, measured",
            ylim=(0, 1.05),
            ylabel=r"entanglement of spin $i$ / log 2",
        )
        draw_breakdown(panels["breakdown"], counts, parameters)


def draw_widths(axes: Axes, means: pd.DataFrame, parameters: Parameters) -> None:
    """Typical w_i behind the largest bath: measured, both laws, and the paper's estimate."""
    means = means[means["spins"] == parameters.spins[-1]]
    styles = {"resolved": "-", "lorentzian": "--"}
    for index, (ratio, curve) in enumerate(means.groupby("ratio")):
        colour, marker = COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)]
        sites, logs = curve["spin"].to_numpy(), curve["log_width"].to_numpy()
        errors = np.exp(logs + np.outer([-1, 1], curve["log_width_error"])) - np.exp(logs)
        axes.errorbar(
            sites,
            np.exp(logs),
            yerr=np.abs(errors),
            color=colour,
            marker=marker,
            markersize=6,
            linestyle="none",
            capsize=2,
            label=f"g/h = {ratio:g}",
        )
        for law, style in styles.items():
            axes.plot(sites, np.exp(curve[f"log_{law}"]), style, color=colour, linewidth=1.2)
        axes.plot(
            sites,
            np.exp(logs[0]) * ratio ** (2 * (sites - 1)),
            color=colour,
            linewidth=1.0,
            linestyle=(0, (1, 2)),
        )
    for label, style in (
        (NAMES["resolved"], "-"),
        (NAMES["lorentzian"], "--"),
        (r"$w_1 (g/h)^{2(i-1)}$", (0, (1, 2))),
    ):
        axes.plot([], [], color="0.3", linestyle=style, linewidth=1.2, label=label)
    axes.set(
        yscale="log",
        xlabel="spin i",
        xticks=sorted(means["spin"].unique()),
        ylabel=r"$w_i = \pi g^2 v_{i-1}(2h_i)$, typical (units of h)",
        title=f"{parameters.spins[-1]}-spin random matrix",
    )
    axes.legend(fontsize="x-small", loc="center left", bbox_to_anchor=(1.0, 0.5))


def draw_breakdown(axes: Axes, counts: pd.DataFrame, parameters: Parameters) -> None:
    """Spins taken in by the largest bath against g/h, with the laws and eq. (16)."""
    rows = counts[counts["spins"] == parameters.spins[-1]]
    named = {"entropy": "entangled", **{law: NAMES[law] for law in LAWS}}
    long = rows.melt(["ratio", "realisation"], list(named), "name", "count")
    means = bl.summarise(long, ["ratio", "name"], ["count"])
    error_curves(
        axes,
        means.assign(name=means["name"].map(named)),
        "ratio",
        "count",
        by="name",
        order=list(named.values()),
    )
    ratios = np.linspace(min(parameters.couplings), max(parameters.couplings), 60)
    lengths = [bl.crossover_length(parameters.spins[-1], float(ratio)) for ratio in ratios]
    axes.plot(ratios, lengths, color="0.3", linestyle=(0, (1, 2)), label="eq. (16)")
    axes.set(
        xlabel="g/h",
        ylabel=f"spins taken in, of {parameters.count}",
        ylim=(0, parameters.count + 0.3),
    )
    axes.legend(fontsize="x-small", loc="lower right")


@study_command(NAME, PRESETS, build, __doc__)
def main(table: pd.DataFrame, request: Request[Parameters]) -> None:
    table = table[table["width"] > 0]
    counts = taken_in(table)
    draw(table, counts, request.parameters, request.figure)
    request.keep(average(table), str(claims(table, counts, request.parameters)))


if __name__ == "__main__":
    sys.exit(main())
