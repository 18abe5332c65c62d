"""The thermalisation curve Delta D(G): figure 5 of De Roeck & Huveneers.

A spin is coupled to a bath with strength g; Delta D = D(O_B)|g - D(O_B)|g=0, both in the same
disorder, says how well the bath thermalises it (log 2 if fully), G = g rho sqrt(M) is the theory's
only parameter. Four curves: a local chain, the chain with LIOMs it has swallowed, a random matrix,
and, for contrast, the chain's data scaled as if swallowed LIOMs had counted without being coupled.

    python studies/thermalisation_curve.py --preset quick
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import pandas as pd

import bathlab as bl
from bathlab.analysis.collapse import Curve, Distance, collapse_distance
from bathlab.analysis.eth import energy_scale
from bathlab.conventions import require_choice
from bathlab.ensemble.command import study_options
from bathlab.ensemble.study import Row
from bathlab.plotting.figures import error_curves, figure as new_figure

NAME = "thermalisation_curve"
LOG2 = math.log(2)
#: Field and disorder of every LIOM, coupling and decay of the swallowed ones (section V A).
FIELD, DISORDER, G1, ALPHA = 1.0, 0.5, 0.2, 0.75


@dataclass(frozen=True)
class Grid:
    """The parameters that decide the rows: the same grid shares its store between presets."""

    spins: int
    swallowed: int
    bandwidth: float
    couplings: tuple[float, ...]

    @property
    def labels(self) -> tuple[str, str, str]:
        """The three baths that should agree, in the order of the paper's figure."""
        return (f"{self.spins}-chain + {self.swallowed} LIOMs", f"{self.spins}-chain",
                f"{self.spins}-spin GOE")

    @property
    def contrast(self) -> str:
        """The curve that should not."""
        return f"{self.spins}-chain, rho x {2**self.swallowed} (wrong)"


@dataclass(frozen=True)
class Preset:
    """A grid and the realisations of chain + LIOMs, chain, random matrix."""

    grid: str
    realisations: tuple[int, int, int]


def logarithmic(lowest: float, highest: float, points: int) -> tuple[float, ...]:
    """Couplings equally spaced in log g, rounded so that they read well."""
    return tuple(float(f"{g:.3g}") for g in np.geomspace(lowest, highest, points))


GRIDS = {
    # A 7-spin chain has tr H^2/dim smaller by 0.77: the bandwidth follows as its root.
    "quick": Grid(7, 2, 8.1, logarithmic(0.004, 3, 9)),
    "full": Grid(9, 3, 0.018 * 2**9, logarithmic(0.002, 3, 12)),
}
PRESETS = {
    "quick": Preset("quick", (30, 90, 90)),
    "default": Preset("full", (20, 110, 70)),
    "paper": Preset("full", (200, 1000, 100)),
}


@dataclass(frozen=True)
class Sweep:
    """One curve: a bath, the couplings of the spin it drives, eigenstates per realisation."""

    label: str
    bath: bl.Bath
    couplings: tuple[float, ...]
    states: int


def build(preset: str = "default", realisations: int | None = None, seed: int = 1,
          states: int = 1) -> bl.Study:
    """The study of a preset.

    Raises
    ------
    ValueError
        For an unknown preset, or a number that is not a positive integer.
    """
    require_choice("preset", preset, list(PRESETS))
    grid = GRIDS[PRESETS[preset].grid]
    chain = bl.LocalChainBath(spins=grid.spins)
    swallowed = bl.LiomChain(count=grid.swallowed, alpha=ALPHA, g1=G1, field=FIELD,
                             disorder=DISORDER)
    baths = (bl.EnlargedBath(chain, swallowed), chain,
             bl.RandomMatrixBath(grid.spins, bandwidth=grid.bandwidth))
    wanted = PRESETS[preset].realisations if realisations is None else (realisations,) * 3
    # Time of one realisation, measured: it grows like the square of the dimension.
    costs = [4.0**grid.swallowed / 2, 1.0, 1.0]
    cases = tuple(bl.Case(label, Sweep(label, bath, grid.couplings, states), count, cost)
                  for label, bath, count, cost in zip(grid.labels, baths, wanted, costs))
    return bl.Study(NAME, measure, cases, seed, watch="delta_log_ipr")


def measure(sweep: Sweep, seed: int, realisation: int) -> list[Row]:
    """G and Delta D at every coupling, in one realisation of bath and field."""
    grain = sweep.bath.sample(seed, realisation)
    swallowed = grain.system.lioms.count
    spin = bl.LiomChain(count=1, g1=1.0, field=FIELD, disorder=DISORDER)
    field = float(spin.sample(seed, realisation, first=swallowed + 1).fields[0])
    per_coupling = {f"G{suffix}": grain.g_parameter(1.0, field, estimator=estimator)
                    for suffix, estimator in (("", "counted"), ("_smooth", "smooth"))}
    core = grain.system.bath
    common = {"bath": sweep.label, "spin_field": field,
              "energy_scale": energy_scale(core.hamiltonian, core.contact)}
    reference = participations(sweep, 0.0, seed, realisation)
    rows = []
    for g in sweep.couplings:
        coupled = participations(sweep, g, seed, realisation)
        for index, (with_spin, without) in enumerate(zip(coupled, reference)):
            rows.append({
                **common, "g": g, "state": index,
                **{name: g * value for name, value in per_coupling.items()},
                "delta_log_ipr": with_spin["log_ipr"] - without["log_ipr"], **with_spin,
                "log_ipr_reference": without["log_ipr"]})
    return rows


def participations(sweep: Sweep, g: float, seed: int, realisation: int) -> list[Row]:
    """D(O_B) in the eigenstates nearest E = 0 of the bath with one spin at coupling g."""
    spin = bl.LiomChain(count=1, g1=g, field=FIELD, disorder=DISORDER)
    system = bl.couple(sweep.bath, spin).sample(seed, realisation)
    probe = system.operator("probe")
    rows = []
    for state in bl.eigenstates_near(system, 0.0, sweep.states):
        measured = bl.spectral_measure(system, probe, state)
        rows.append({"log_ipr": bl.log_ipr(measured), "energy": state.energy,
                     "residual": state.residual, "state_method": state.method,
                     "measure_method": measured.method, "lanczos_steps": measured.steps,
                     "sum_error": measured.sum_error, "moment_error": measured.moment_error,
                     "drift": measured.drift})
    return rows


def average(table: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """Means with errors of each curve, and the wrongly scaled chain as the last one."""
    means = bl.summarise(table, ["bath", "g"], ["G", "G_smooth", "delta_log_ipr", "energy_scale"])
    means["proximity"] = means["g"] >= means["energy_scale"]
    wrong = means[means["bath"] == grid.labels[1]].copy()
    wrong["bath"] = grid.contrast
    # 2^n uncoupled states multiply rho and divide M: G = g rho sqrt(M) grows by sqrt(2^n).
    scaled = [name for name in means.columns if name.startswith("G")]
    wrong[scaled] *= math.sqrt(2**grid.swallowed)
    order = [*grid.labels, grid.contrast]
    return pd.concat([means, wrong]).sort_values(
        ["bath", "g"], key=lambda column: column.map(order.index) if column.name == "bath"
        else column, ignore_index=True)


def collapse(means: pd.DataFrame, grid: Grid) -> dict[str, Distance]:
    """Distance of each curve, below proximity, from the pool of the others that should agree."""
    curves = {name: Curve(*(curve[column].to_numpy() for column in
                            ("G", "delta_log_ipr", "delta_log_ipr_error")))
              for name, curve in means[~means["proximity"]].groupby("bath", sort=False)}
    return {name: collapse_distance(curve, [curves[other] for other in grid.labels
                                            if other != name])
            for name, curve in curves.items()}


def claims(table: pd.DataFrame, means: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """Claim, paper, here +- error, realisations, verdict."""
    rows = []

    def add(claim: str, paper: str, here: str, realisations: int | str, verdict: str) -> None:
        rows.append({"claim": claim, "paper": paper, "here": here, "N": realisations,
                     "verdict": verdict})

    for name in grid.labels:
        plateau = means[(means["bath"] == name) & (means["G"] >= 1) & ~means["proximity"]]
        points = table[(table["bath"] == name) & table["g"].isin(plateau["g"])]
        if points.empty:
            continue
        found = bl.estimate(points["delta_log_ipr"], points["realisation"])
        off = (found.mean - LOG2) / found.error
        add(f"{name}: Delta D for G >= 1", "log 2 = 0.693", pm(found), found.realisations,
            "agrees" if abs(off) < 2 else f"{off:+.1f} sigma")
    enlarged, chain, _ = grid.labels
    near = nearest_to(means, enlarged, 1.0)
    add(f"{enlarged}: Delta D at G = {near['G']:.2f}", "slightly > 0.693",
        f"{near['delta_log_ipr']:.3f} +- {near['delta_log_ipr_error']:.3f}",
        int(near["realisations"]),
        f"{(near['delta_log_ipr'] - LOG2) / near['delta_log_ipr_error']:+.1f} sigma from log 2")
    first = table[(table["bath"] == chain) & (table["g"] == table["g"].min())]
    for estimator, column in (("counted", "G"), ("smooth", "G_smooth")):
        found = bl.estimate(first[column] / first["g"] * G1, first["realisation"])
        paper = "0.67" if grid.spins == 9 else "0.67 (9 spins)"
        add(f"{chain}: G of the first LIOM, {estimator} rho", paper, pm(found),
            found.realisations, f"{found.mean / 0.67:.2f} of the paper's")
    for name, distance in collapse(means, grid).items():
        add(f"{name}: distance from the others", "off" if name == grid.contrast else "collapses",
            f"{distance.rms:.3f} nats, {distance.sigmas:.1f} sigma", f"{distance.points} points",
            "off" if distance.sigmas > 3 else "collapses")
    return pd.DataFrame(rows)


def pm(value: bl.Estimate) -> str:
    return f"{value.mean:.3f} +- {value.error:.3f}"


def nearest_to(means: pd.DataFrame, bath: str, G: float) -> pd.Series:
    curve = means[means["bath"] == bath]
    return curve.loc[np.log(curve["G"] / G).abs().idxmin()]


def draw(means: pd.DataFrame, path: Path) -> None:
    """Delta D against G for the four curves."""
    with new_figure(path) as drawn:
        axes = drawn.subplots()
        error_curves(axes, means, "G", "delta_log_ipr", by="bath", open_where="proximity")
        axes.axhline(LOG2, color="0.4", linewidth=0.8, linestyle=(0, (1, 1)))
        axes.annotate("log 2", (1.0, LOG2), xycoords=("axes fraction", "data"), xytext=(-4, 3),
                      textcoords="offset points", ha="right", color="0.3", size="small")
        axes.set(xscale="log", xlabel=r"$G = g\,\rho\,\sqrt{M}$ (dimensionless)",
                 ylabel=r"$\Delta D(O_B)$ (nats)",
                 ylim=(max(-0.3, means["delta_log_ipr"].min() - 0.05), 0.85))
        handles, labels = axes.get_legend_handles_labels()
        drawn.legend(handles, labels, loc="outside upper center", ncols=2, fontsize="x-small",
                     title="open symbols: g at or above the contact's own energy scale",
                     title_fontsize="x-small")


@click.command(help=__doc__, context_settings={"max_content_width": 100})
@study_options(NAME, list(PRESETS))
@click.option("--states", type=click.IntRange(min=1), default=1, show_default=True, metavar="M",
              help="Eigenstates nearest E = 0 per realisation; errors stay those of independent "
              "realisations.")
def main(preset: str, realisations: int | None, workers: int, seed: int, store: Path | None,
         figure: Path, states: int) -> None:
    study = build(preset, realisations, seed, states)
    grid = GRIDS[PRESETS[preset].grid]
    several = f"-{states}-states" if states > 1 else ""
    folder = store or Path("results") / NAME / (PRESETS[preset].grid + several)
    table = bl.run(study, folder, workers)
    means = average(table, grid)
    draw(means, figure)
    means.to_csv(figure.with_suffix(".csv"), index=False, float_format="%.6g")
    found = claims(table, means, grid).to_string(index=False)
    command = f"python studies/{NAME}.py --preset {preset} --seed {seed} --states {states}" + (
        f" --realisations {realisations}" if realisations else "")
    figure.with_suffix(".txt").write_text(f"{command}  (bathlab {bl.__version__})\n\n{found}\n")
    click.echo(found)
    click.echo(f"\nrows: {folder}   figure: {figure} (.pdf, data .csv, this table .txt)")


if __name__ == "__main__":
    sys.exit(main())
