"""How a bath grows with the LIOMs it thermalises: figure 3 of De Roeck & Huveneers.

D(O_B), the log-IPR of an operator inside the bath, as a function of the number of LIOMs coupled
to it, in the same disorder. If every LIOM is thermalised, each doubles the bath: slope log 2.
A random matrix on 6 spins does that; a single spin, which is no bath, does not.

    python studies/bath_growth.py --preset quick
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import bathlab as bl
from bathlab.experiments.growth import Growth, growth_rows
from bathlab.plotting.figures import error_curves, reference_line
from bathlab.plotting.figures import figure as new_figure
from bathlab.workbench.claims import Claims, pm
from bathlab.workbench.command import Request, study_command

NAME = "bath_growth"
LOG2 = math.log(2)


@dataclass(frozen=True)
class Parameters:
    """The paper's values (section V A), in half as many realisations.

    ``spins`` and ``bandwidth`` are those of the random matrices, ``realisations`` goes with
    them.
    """

    spins: tuple[int, ...] = (6, 1)
    bandwidth: tuple[float, ...] = (4.2, 2.25)
    lioms: int = 8
    g1: float = 0.2
    alpha: float = 0.75
    field: float = 1.0
    disorder: float = 0.5
    realisations: tuple[int, ...] = (100, 2000)
    seed: int = 1

    def __post_init__(self) -> None:
        lengths = [len(self.spins), len(self.bandwidth), len(self.realisations)]
        if len(set(lengths)) > 1:
            raise ValueError(
                f"{lengths} values of spins, bandwidth and realisations were given; "
                "expected one of each per bath. Make the lists equally long."
            )

    @property
    def labels(self) -> list[str]:
        return [f"{spins}-spin random matrix" for spins in self.spins]


PRESETS = {
    "quick": Parameters(lioms=6, realisations=(60, 300)),
    "default": Parameters(),
    "paper": Parameters(realisations=(200, 4000)),
}


def build(parameters: Parameters) -> bl.Study:
    """The study of these parameters.

    Raises
    ------
    ValueError
        For a value out of its range.
    """
    chain = bl.LiomChain(
        count=parameters.lioms,
        alpha=parameters.alpha,
        g1=parameters.g1,
        field=parameters.field,
        disorder=parameters.disorder,
    )
    cases = []
    for label, spins, bandwidth, count in zip(
        parameters.labels, parameters.spins, parameters.bandwidth, parameters.realisations
    ):
        bath = bl.RandomMatrixBath(spins, bandwidth=bandwidth)
        # Time of one realisation, measured: it grows like the square of the largest dimension.
        cost = max(0.01, 4.0 ** (spins + parameters.lioms - 10))
        cases.append(bl.Case(label, Growth(label, bath, chain), count, cost))
    return bl.Study(NAME, growth_rows, tuple(cases), parameters.seed, watch="log_ipr")


def average(table: pd.DataFrame) -> pd.DataFrame:
    """Mean D by number of LIOMs, and what the next LIOM adds, both with errors."""
    table = table.sort_values(["bath", "realisation", "lioms"])
    table["step"] = table.groupby(["bath", "realisation"])["log_ipr"].diff().fillna(math.nan)
    means = bl.summarise(table, ["bath", "lioms"], ["log_ipr"])
    steps = bl.summarise(table[table["lioms"] > 0], ["bath", "lioms"], ["step"])
    return means.merge(steps.drop(columns="realisations"), on=["bath", "lioms"], how="left")


def claims(table: pd.DataFrame, parameters: Parameters) -> Claims:
    """What the paper says of the slopes, and what comes out here."""
    found = Claims()
    half = parameters.lioms // 2
    for label, spins in zip(parameters.labels, parameters.spins):
        rows = table[table["bath"] == label]
        first, last = (
            bl.statistics.slope(part, "lioms", "log_ipr")
            for part in (rows[rows["lioms"] <= half], rows[rows["lioms"] >= half])
        )
        whole = bl.statistics.slope(rows, "lioms", "log_ipr")
        change = bl.statistics.Estimate(
            last.mean - first.mean, math.hypot(first.error, last.error), last.realisations
        )
        if spins > 1:
            found.compare(
                f"{label}: slope of D(O_B), LIOMs {half} to {parameters.lioms}",
                "approaches log 2 = 0.693",
                LOG2,
                last,
            )
            found.add(
                f"{label}: slope beyond LIOM {half} less that before",
                "approaches: > 0",
                pm(change),
                change.realisations,
                f"{change.mean / change.error:+.1f} sigma from 0",
            )
            continue
        found.add(
            f"{label}: slope of D(O_B), LIOMs 0 to {parameters.lioms}",
            "< log(2)/2 = 0.347",
            pm(whole),
            whole.realisations,
            f"{(whole.mean - LOG2 / 2) / whole.error:+.1f} sigma from log(2)/2",
        )
        found.add(
            f"{label}: slope beyond LIOM {half} less that before",
            "decays: < 0",
            pm(change),
            change.realisations,
            "decays" if change.mean < -2 * change.error else "does not decay",
        )
    return found


def draw(means: pd.DataFrame, path: Path) -> None:
    """D(O_B) above, its discrete slopes below."""
    with new_figure(path, height=6.0) as drawn:
        above, below = drawn.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        error_curves(above, means, "lioms", "log_ipr", by="bath")
        above.set(ylabel=r"$D(O_B)$ (nats)")
        above.legend(loc="upper left", fontsize="small")
        steps = means[means["lioms"] > 0].assign(between=means["lioms"] - 0.5)
        error_curves(below, steps, "between", "step", by="bath")
        for value, name in ((LOG2, "log 2"), (LOG2 / 2, "log(2)/2")):
            reference_line(below, value, name)
        below.set(
            xlabel="number of LIOMs",
            ylabel="step of $D$ (nats)",
            xlim=(-0.3, means["lioms"].max() + 0.9),
        )


@study_command(NAME, PRESETS, build, __doc__)
def main(table: pd.DataFrame, request: Request[Parameters]) -> None:
    means = average(table)
    draw(means, request.figure)
    request.keep(means, str(claims(table, request.parameters)))


if __name__ == "__main__":
    sys.exit(main())
