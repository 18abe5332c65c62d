"""Time and memory of one D(O) against the dimension, with the rivals' curves: a log-log figure.

    python benchmarks/scaling.py --figure figures/engine_scaling.png

A 6-spin random matrix with 3 to 10 LIOMs; 12 if `engine.py --largest` has measured it. The
rivals go as far as is bearable. Exponents are fitted from n = 4096 on. What is kept in
measurements.jsonl of the same machine and code is not measured again (with --any-code, of any
code: it says how many), and the numbers are written beside the picture as CSV, from which
--redraw draws it.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
import pandas as pd
from engine import TEN
from matplotlib.axes import Axes
from measurements import STORE, Work, exponent, kept, machine, measure

from bathlab.plotting import note
from bathlab.plotting.figures import curve_style
from bathlab.plotting.figures import figure as new_figure
from bathlab.plotting.tidy_curves import HERO

#: Largest number of LIOMs that each rival is given.
RIVALS = {"scipy evd": 8, "QuSpin": 7, "QuTiP": 7}
FIRST, LAST, LARGEST = 3, 10, 12
#: Below this dimension fixed costs bend the curves.
FITTED_FROM = 4096


def works(any_code: bool) -> list[Work]:
    """Every point of the figure."""
    largest = Work("bathlab", "goe", LARGEST)
    ours = [Work("bathlab", "goe", lioms) for lioms in range(FIRST, LAST + 1)]
    ours += [largest] * (largest in kept(STORE, any_code))
    rivals = [
        Work(solver, "goe", lioms, TEN if lioms == 8 else ("probe",), threads=0)
        for solver, last in RIVALS.items()
        for lioms in range(FIRST, last + 1)
    ]
    return ours + rivals


def draw(axes: Axes, table: pd.DataFrame, column: str, label: str) -> None:
    """One curve per solver, its exponent in the legend, ours thick."""
    for index, (solver, rows) in enumerate(table.groupby("solver", sort=False)):
        rows = rows.sort_values("n")
        fitted = rows[rows["n"] >= FITTED_FROM]
        slope = exponent(fitted["n"].tolist(), fitted[column].tolist())
        look = curve_style(index) | (HERO if solver == "bathlab" else {})
        name = f"{solver}, {rows['threads'].iloc[0]}: $n^{{{slope:.1f}}}$"
        axes.loglog(rows["n"], rows[column], label=name, **look)
    powers = np.arange(9, 20, 2)
    axes.set_xticks(2**powers, [f"$2^{{{power}}}$" for power in powers])
    axes.minorticks_off()
    axes.set(xlabel="dimension $n$", ylabel=label)
    axes.legend(loc="upper left")


def measured(fresh: bool, any_code: bool) -> pd.DataFrame:
    """A row for each point, measured now or kept."""
    results = measure(works(any_code), fresh, any_code=any_code)
    current = kept(STORE)
    older = [work for work in results if work not in current]
    print(f"{len(older)} of {len(results)} results are of other or unknown code")
    return pd.DataFrame(
        [
            {
                "solver": work.solver,
                "threads": "1 core" if work.threads == 1 else "all cores",
                "n": result["dimension"],
                "seconds": result["seconds"],
                "peak_gib": result["peak_gib"],
                "log_ipr_probe": result["log_ipr"][0],
                "machine": machine(),
            }
            for work, result in results.items()
        ]
    )


@click.command(help=__doc__.replace("\n\n", "\n\n\b\n", 1))
@click.option(
    "--figure",
    default="engine_scaling.png",
    show_default=True,
    help="Where the picture goes; PDF and CSV beside it.",
)
@click.option("--fresh", is_flag=True, help="Measure again what is kept.")
@click.option("--any-code", is_flag=True, help="Also take what other or unknown code measured.")
@click.option("--redraw", is_flag=True, help="Measure nothing: draw the CSV beside the figure.")
def main(figure: str, fresh: bool, any_code: bool, redraw: bool) -> None:
    numbers = Path(figure).with_suffix(".csv")
    if redraw and not numbers.exists():
        raise click.UsageError(f"{numbers} is not there; run without --redraw, which writes it")
    table = pd.read_csv(numbers) if redraw else measured(fresh, any_code)
    with new_figure(figure) as drawn:
        time_axes, memory_axes = drawn.subplots(1, 2)
        draw(time_axes, table, "seconds", "time for one $D(O_B)$ (s)")
        draw(memory_axes, table, "peak_gib", "peak memory of the process (GiB)")
        time_axes.set_ylim(top=3e5)  # for the legends
        memory_axes.set_ylim(top=30)
        where = ", ".join(table["machine"].unique())
        note(
            drawn,
            f"6-spin random matrix with LIOMs, one eigenstate, measured on {where}. "
            f"Powers are fitted from n = {FITTED_FROM} on.",
        )
    if not redraw:
        table.to_csv(numbers, index=False, float_format="%.6g")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
