"""What makes a good bath: any list of baths side by side.

Density of states, structure factors v(omega) of contact and probe, hybridisation function
k(omega) of one spin, gap ratio, Gaussianity of the matrix elements, and the thermalisation
curve Delta D(G).
The default compares a local chain, a random matrix with the same tr H^2, a shorter chain with
the LIOMs it swallowed, and the chain without transverse field: free fermions with the same
density of states and the same G, and no bath. List your own, from a file too:

    python studies/compare_baths.py --print-config > my.toml
    python studies/compare_baths.py --config my.toml
"""

from __future__ import annotations

import math
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

import bathlab as bl
from bathlab.experiments.comparison import OPERATORS, Comparison, comparison_rows
from bathlab.experiments.thermalisation import Sweep, logarithmic
from bathlab.plotting.figures import (
    band_curves,
    curve_style,
    error_curves,
    reference_line,
)
from bathlab.plotting.figures import figure as new_figure
from bathlab.spectrum.dense import require_dense_fits
from bathlab.statistics.collapse import Curve, collapse_distance
from bathlab.workbench.claims import Claims, pm
from bathlab.workbench.command import Request, study_command

NAME = "compare_baths"
LOG2 = math.log(2)
#: Gap ratio of the GOE and of uncorrelated levels (Atas et al. 2013).
GOE_RATIO, POISSON_RATIO = 0.5307, 2 * LOG2 - 1
#: mean |V_ab| / rms |V_ab| of real Gaussian elements.
GAUSSIAN = math.sqrt(2 / math.pi)
#: Columns that the bath alone (or with a spin of fixed field) decides; the others see the
#: disorder of the spin's field as well.
OF_BATH = [
    "dimension",
    "gap_ratio",
    "rho",
    "rho_smooth",
    "energies",
    "share",
    "v_contact",
    "v_probe",
    "rho_v_bar",
    "shape",
    "G_per_g",
    "G_per_g_smooth",
    "G_per_g_modulus",
    "omega",
    "k",
    "halfwidth",
    "golden_rule",
    "log_ipr_bath",
]
OF_SPIN = ["g", "G", "G_smooth", "delta_log_ipr", "energy_scale"]
#: Abscissa of every curve in the file of data; what is not here is a number.
ABSCISSAE = {
    "share": "energies",
    "v_contact": "energies",
    "v_probe": "energies",
    "k": "omega",
    "G": "g",
    "G_smooth": "g",
    "delta_log_ipr": "G",
}


@dataclass(frozen=True)
class Parameters:
    """The baths, and the one spin that each of them drives.

    ``baths`` is a list of tables, see ``bathlab.model.BathChoice``; ``realisations`` has one number
    for each, or one for all. ``couplings`` are those of Delta D(G), with the spin's field drawn
    from ``field`` +- ``disorder``; k(omega) is that of coupling ``g`` and field ``field``. rho,
    v and the criterion of resonances are of the levels within ``window`` about E = 0, where
    every bath should have some; curves reach to +-``energy_range`` and k to +-``shift_range``,
    in ``bins`` bins. ``states`` eigenstates nearest E = 0 of each realisation are averaged.
    """

    baths: tuple[bl.model.BathChoice, ...] = (
        bl.model.BathChoice("chain", spins=9),
        bl.model.BathChoice("random matrix", spins=9, bandwidth=17.7),
        bl.model.BathChoice("chain", spins=7, lioms=2),
        bl.model.BathChoice("chain", name="free 9-chain", spins=9, transverse=0.0),
    )
    couplings: tuple[float, ...] = logarithmic(0.01, 3, 10)
    field: float = 1.0
    disorder: float = 0.5
    g: float = 0.8
    window: float = 1.0
    energy_range: float = 12.0
    shift_range: float = 3.0
    bins: int = 121
    states: int = 1
    realisations: tuple[int, ...] = (150,)
    seed: int = 1

    def __post_init__(self) -> None:
        labels = [choice.label for choice in self.baths]
        if len(set(labels)) < len(labels) or not labels:
            raise ValueError(
                f"Baths called {labels} were given; expected at least one, each with "
                'its own name. Give those that share one a name = "...".'
            )
        if len(self.realisations) not in (1, len(labels)):
            raise ValueError(
                f"{len(labels)} baths and {len(self.realisations)} numbers of "
                "realisations were given; expected one number for each bath, or one "
                "for all. Write realisations = [100]."
            )


PRESETS = {
    "quick": Parameters(
        (
            bl.model.BathChoice("chain", spins=7),
            bl.model.BathChoice("random matrix", spins=7, bandwidth=15.5),
            bl.model.BathChoice("chain", spins=5, lioms=2),
            bl.model.BathChoice("chain", name="free 7-chain", spins=7, transverse=0.0),
        ),
        logarithmic(0.02, 3, 8),
        realisations=(100,),
    ),
    "default": Parameters(),
    "paper": Parameters(
        (
            bl.model.BathChoice("chain", spins=10),
            bl.model.BathChoice("random matrix", spins=10, bandwidth=18.7),
            bl.model.BathChoice("chain", spins=8, lioms=2),
            bl.model.BathChoice("chain", name="free 10-chain", spins=10, transverse=0.0),
        ),
        realisations=(400,),
    ),
}


def build(parameters: Parameters) -> bl.Study:
    """The study of these parameters.

    Raises
    ------
    ValueError
        For a value out of its range, a bath that cannot be made, or one too large to
        diagonalise.
    """
    counts = parameters.realisations * (len(parameters.baths) // len(parameters.realisations))
    cases = []
    for choice, count in zip(parameters.baths, counts):
        bath = choice.bath()
        drawn = bath.sample(parameters.seed, 0)
        require_dense_fits(drawn)
        sweep = Sweep(
            choice.label,
            bath,
            parameters.couplings,
            parameters.field,
            parameters.disorder,
            parameters.states,
        )
        cases.append(
            bl.Case(
                choice.label,
                Comparison(
                    sweep,
                    parameters.g,
                    parameters.window,
                    parameters.energy_range,
                    parameters.shift_range,
                    parameters.bins,
                ),
                count,
                # Measured: as the square of the dimension, and thrice for a full matrix.
                cost=drawn.dimension**2
                * (3 if isinstance(drawn.bath.hamiltonian, np.ndarray) else 1),
            )
        )
    return bl.Study(NAME, comparison_rows, tuple(cases), parameters.seed, watch="gap_ratio")


def distinct(rows: pd.DataFrame) -> pd.DataFrame:
    """The realisations of a bath; one, if it is the same in all, as a given one without
    LIOMs."""
    same = len(rows) > 1 and rows["gap_ratio"].nunique() == 1
    return rows.iloc[:1] if same else rows


def ordered(table: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """The rows in the order in which the baths are listed."""
    labels = [choice.label for choice in parameters.baths]
    return table.sort_values(
        "bath", key=lambda column: column.map(labels.index), kind="stable", ignore_index=True
    )


def average(table: pd.DataFrame) -> pd.DataFrame:
    """One row per bath: means with errors, curves as arrays, and which g are proximity."""
    groups = table.groupby("bath", sort=False)
    driven = bl.summarise(table, ["bath"], OF_SPIN)  # warns where realisations are too few
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", bl.errors.TooFewRealisations)
        alone = bl.summarise(
            pd.concat([distinct(rows) for _, rows in groups]), ["bath"], OF_BATH
        )
    means = alone.merge(driven, on="bath", suffixes=("", "_swept"))
    return means.assign(proximity=[row.g >= row.energy_scale for row in means.itertuples()])


def thermalisation(means: pd.DataFrame) -> pd.DataFrame:
    """Delta D(G) of all baths, one row per bath and coupling."""
    columns = ["g", "G", "G_error", "delta_log_ipr", "delta_log_ipr_error", "proximity"]
    return means[["bath", *columns]].explode(columns).infer_objects()


def tidy(means: pd.DataFrame) -> pd.DataFrame:
    """One row per bath, quantity and abscissa, as plotted programs and people like it."""
    pieces = []
    for row in means.to_dict("records"):
        for name in (*OF_BATH, *OF_SPIN):
            if name in ("energies", "omega", "g"):
                continue
            x = ABSCISSAE.get(name, "")
            realisations = row["realisations_swept" if name in OF_SPIN else "realisations"]
            pieces.append(
                pd.DataFrame(
                    {
                        "bath": row["bath"],
                        "quantity": name,
                        "abscissa": x,
                        "x": np.atleast_1d(row[x] if x else math.nan),
                        "value": np.atleast_1d(row[name]),
                        "error": np.atleast_1d(row[f"{name}_error"]),
                        "realisations": realisations,
                    }
                )
            )
    return pd.concat(pieces, ignore_index=True)


def claims(table: pd.DataFrame, means: pd.DataFrame, parameters: Parameters) -> Claims:
    """What theory says of a bath, and which of these are one."""
    found = Claims()
    baths = {str(label): distinct(rows) for label, rows in table.groupby("bath", sort=False)}
    worst = max(
        abs(table[f"integral_{name}"] / table[f"square_{name}"] - 1).max() for name in OPERATORS
    )
    found.add(
        "integral of v over <V^2>, contact and probe of every bath",
        "1, exactly",
        f"1 +- {worst:.0e}",
        len(table),
        "agrees" if worst < 1e-10 else "violated",
    )
    for label, rows in baths.items():
        found.compare(
            f"{label}: gap ratio",
            f"{GOE_RATIO} (GOE; Poisson {POISSON_RATIO:.3f})",
            GOE_RATIO,
            bl.estimate(rows["gap_ratio"], rows["realisation"]),
        )
    for label, rows in baths.items():
        shape = rows[rows["shape"].notna()]
        if len(shape):
            found.compare(
                f"{label}: mean over rms |V_ab|, contact",
                "0.798 (Gaussian, ETH)",
                GAUSSIAN,
                bl.estimate(shape["shape"], shape["realisation"]),
            )
    for label, rows in baths.items():
        value = bl.estimate(parameters.g * rows["rho_v_bar"], rows["realisation"])
        found.add(
            f"{label}: g rho v-bar at g = {parameters.g:g}",
            "> 1 thermal, << 1 stable MBL",
            pm(value),
            value.realisations,
            ("many" if value.mean > 1 else "few") + " resonances at this size",
        )
    for label, rows in baths.items():
        above = rows["rho_smooth"] * rows["halfwidth"]
        below = math.pi * (parameters.g * rows["G_per_g_smooth"]) ** 2
        found.compare(
            f"{label}: rho w / (pi G^2) at g = {parameters.g:g}",
            "1 (golden rule)",
            1.0,
            bl.statistics.ratio(above, below, rows["realisation"]),
        )
    participation_claims(found, baths, means)
    thermalisation_claims(found, table, means)
    return found


def participation_claims(
    found: Claims, baths: dict[str, pd.DataFrame], means: pd.DataFrame
) -> None:
    """D(O_B) of the bath alone against a featureless GOE, and against its own v."""
    for label, rows in baths.items():
        dimension = int(rows["dimension"].iloc[0])
        value = bl.estimate(rows["log_ipr_bath"] - math.log(dimension / 3), rows["realisation"])
        # A random real vector of n components has IPR (n + 2)/3, which fluctuates by
        # sqrt(8/3n).
        found.compare(
            f"{label}: D(O_B) - log(n/3)",
            "0 + 10/3n (featureless GOE)",
            10 / (3 * dimension),
            value,
        )
    for label, rows in baths.items():
        mean = means[means["bath"] == label].iloc[0]
        expected = bl.analysis.eth_log_ipr(
            mean["energies"],
            mean["v_probe"],
            mean["share"] * mean["dimension"],
            mean["v_probe_error"],
        )
        value = bl.estimate(rows["log_ipr_bath"] - expected, rows["realisation"])
        found.compare(
            f"{label}: D(O_B) + log(3 int v^2/rho)", "0 (ETH with its own v)", 0.0, value
        )


def thermalisation_claims(found: Claims, table: pd.DataFrame, means: pd.DataFrame) -> None:
    """The plateau of every curve, and its distance from those of the others that are
    chaotic."""
    points = thermalisation(means)
    points = points[~points["proximity"].astype(bool) & (points["G"] > 0)]
    for label, curve in points.groupby("bath", sort=False):
        plateau = curve["g"][curve["G"] >= 1]
        rows = table[table["bath"] == label]
        on = np.isin(rows["g"].iloc[0], plateau)
        if on.any():
            found.compare(
                f"{label}: Delta D for G >= 1",
                "log 2 = 0.693",
                LOG2,
                bl.estimate(
                    [values[on].mean() for values in rows["delta_log_ipr"]], rows["realisation"]
                ),
            )
    curves = {
        str(label): Curve(
            *(
                curve[column].to_numpy(dtype=float)
                for column in ("G", "delta_log_ipr", "delta_log_ipr_error")
            )
        )
        for label, curve in points.groupby("bath", sort=False)
        if len(curve) > 1
    }
    ratios = means.set_index("bath")["gap_ratio"]
    chaotic = [label for label in curves if ratios[label] > (GOE_RATIO + POISSON_RATIO) / 2]
    for label, one in curves.items():
        pool = [curves[other] for other in chaotic if other != label]
        if not any(member.x[0] <= x <= member.x[-1] for member in pool for x in one.x):
            continue
        distance = collapse_distance(one, pool)
        found.add(
            f"{label}: distance from the other chaotic baths",
            "collapses" if label in chaotic else "off (not chaotic)",
            f"{distance.rms:.3f} nats, {distance.sigmas:.1f} sigma",
            f"{distance.points} points",
            "off" if distance.sigmas > 3 else "collapses",
        )


def draw(means: pd.DataFrame, path: Path) -> None:
    """Six panels, all baths in each."""
    with new_figure(path, width=11.0, height=7.4) as drawn:
        panels = drawn.subplots(2, 3)
        draw_curves(
            panels[0, 0],
            means,
            "energies",
            "share",
            r"$E$",
            r"$\rho(E)/n$",
            "density of states",
        )
        for axes, name in zip(panels[0, 1:], OPERATORS):
            draw_curves(
                axes,
                means,
                "energies",
                f"v_{name}",
                r"$\omega = E_b - E_{b'}$",
                r"$v(\omega)$",
                f"structure factor of the {name}",
            )
        draw_curves(
            panels[1, 0],
            means,
            "omega",
            "k",
            r"$\omega = E(s, b) - E$",
            r"$k(\omega)$",
            "hybridisation of one spin",
        )
        for index, mean in enumerate(means.itertuples()):
            panels[1, 0].plot(
                mean.omega,
                bl.analysis.lorentzian(mean.omega, mean.golden_rule),
                color=curve_style(index)["color"],
                linewidth=0.8,
                linestyle=(0, (1, 1)),
            )
        curve = panels[1, 1]
        error_curves(
            curve,
            thermalisation(means),
            "G",
            "delta_log_ipr",
            by="bath",
            open_where="proximity",
        )
        reference_line(curve, LOG2, "log 2")
        lowest = min(values.min() for values in means["delta_log_ipr"])
        curve.set(
            xscale="log",
            xlabel=r"$G = g\,\rho\,\sqrt{M}$",
            ylim=(max(-0.3, lowest - 0.05), 0.9),
            ylabel=r"$\Delta D(O_B)$ (nats)",
            title="does the bath thermalise it?",
        )
        draw_statistics(panels[1, 2], means)
        handles, labels = curve.get_legend_handles_labels()
        drawn.legend(
            handles,
            labels,
            loc="outside upper center",
            ncols=min(4, len(labels)),
            title="open symbols: g at or above the contact's own energy scale; thin "
            "dotted curves: Lorentzian of the golden rule",
            title_fontsize="small",
        )


def draw_curves(
    axes: Axes, means: pd.DataFrame, x: str, y: str, xlabel: str, ylabel: str, title: str
) -> None:
    """One curve per bath with its band, over the stretch where any is above a hundredth."""
    band_curves(axes, means, x, y, by="bath")
    grid = means[x].iloc[0]
    height = np.max(np.stack(means[y].to_list()), axis=0)
    reach = np.abs(grid[height > height.max() / 100]).max()
    axes.set(xlim=(-reach, reach), ylim=(0, None), xlabel=xlabel, ylabel=ylabel, title=title)


def draw_statistics(axes: Axes, means: pd.DataFrame) -> None:
    """Gap ratio against the shape of the matrix elements: baths are where the lines cross."""
    for index, mean in enumerate(means.itertuples()):
        axes.errorbar(
            mean.shape,
            mean.gap_ratio,
            xerr=mean.shape_error,
            yerr=mean.gap_ratio_error,
            markersize=7,
            capsize=2,
            **curve_style(index) | {"linestyle": "none"},
        )
    reference_line(axes, GOE_RATIO, "GOE")
    reference_line(axes, POISSON_RATIO, "Poisson")
    axes.axvline(GAUSSIAN, color="0.4", linewidth=0.8, linestyle=(0, (1, 1)))
    axes.annotate(
        "Gaussian",
        (GAUSSIAN, 0.4),
        xycoords=("data", "axes fraction"),
        ha="right",
        xytext=(-4, 3),
        textcoords="offset points",
        rotation=90,
        color="0.3",
        size="small",
    )
    axes.set(
        xlim=(0, 1),
        ylim=(0.34, 0.58),
        xlabel=r"mean / rms of $|V_{ab}|$",
        ylabel=r"gap ratio $r$",
        title="statistics of levels and elements",
    )


@study_command(NAME, PRESETS, build, __doc__)
def main(table: pd.DataFrame, request: Request[Parameters]) -> None:
    table = ordered(table, request.parameters)
    means = average(table)
    draw(means, request.figure)
    request.keep(tidy(means), str(claims(table, means, request.parameters)))


if __name__ == "__main__":
    sys.exit(main())
