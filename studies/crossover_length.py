"""How far does a grain thermalise its surroundings? The crossover length, measured.

LIOMs with couplings g_i = alpha^(i-1) g_1 are attached one by one to random matrices of 3 to 8
spins; each is thermalised as far as its entanglement with the rest, or what it adds to D(O_B),
reaches log 2. If thermalised LIOMs strengthen the bath, l_c grows by log 2/(2/zeta - log 2) per
spin of the grain and diverges at alpha = 1/sqrt 2 (De Roeck & Huveneers, eq. 16, a test that
their paper does not make); if not, by zeta log(2)/2, and it never diverges.

These slopes need no threshold: with a fit F(p l_b - q (i - 1)) to the measured means they are
p/q, and kappa = (log 2)/2 q/p is the decay of log G per LIOM, 1/zeta - eta log(2)/2 with eta =
1 in eq. (16) and 0 in the naive estimate. Eq. (16) takes the bandwidth as constant, but each
LIOM widens it, the more the narrower the grain; hence three bandwidths, and G measured on the
enlarged baths.
As a control each LIOM is also attached to the bare grain, where eta must come out as 0: what is
missing there, since small grains know more than their G, calibrates kappa.

    python studies/crossover_length.py --preset quick
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import bathlab as bl
from bathlab.experiments.crossover import Attachment, crossover_rows
from bathlab.plotting.figures import COLOURS, MARKERS, reference_line
from bathlab.plotting.figures import figure as new_figure
from bathlab.statistics.flows import (
    Criterion,
    Fits,
    calibrate,
    crossover_lengths,
    fit_flows,
)
from bathlab.workbench.claims import Claims
from bathlab.workbench.command import Request, study_command

NAME = "crossover_length"
LOG2 = math.log(2)
#: A narrower window of values than the fits' own, to see whether it matters.
NARROW_WINDOW = (0.2, 0.8)


@dataclass(frozen=True)
class Parameters:
    """Grains, decays, and for each bandwidth a coupling g_1 that puts the crossover within
    reach.

    ``total`` is the largest number of spins, grain and LIOMs together; ``most`` the most LIOMs.
    """

    spins: tuple[int, ...] = (3, 4, 5, 6, 7, 8)
    alphas: tuple[float, ...] = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    bandwidth: tuple[float, ...] = (10.0, 4.2, 20.0)
    g1: tuple[float, ...] = (0.5, 0.2, 1.0)
    total: int = 10
    most: int = 6
    field: float = 1.0
    disorder: float = 0.5
    realisations: tuple[int] = (60,)
    seed: int = 1

    def __post_init__(self) -> None:
        if len(self.bandwidth) != len(self.g1):
            raise ValueError(
                f"{len(self.bandwidth)} bandwidths and {len(self.g1)} values of g1 "
                "were given; expected one g1 for each bandwidth."
            )
        if len(self.spins) < 2 or self.total < max(self.spins) + 2:
            raise ValueError(
                f"Grains of {self.spins} spins with a total of {self.total} were "
                "given; expected two grains or more, and a total that leaves two "
                "LIOMs to the largest. Raise total, or take smaller grains."
            )


PRESETS = {
    "quick": Parameters(
        spins=(3, 4, 5, 6),
        alphas=(0.3, 0.5, 0.7, 0.9),
        bandwidth=(10.0,),
        g1=(0.5,),
        total=8,
        most=4,
        realisations=(60,),
    ),
    "default": Parameters(),
    "paper": Parameters(total=12, most=8, realisations=(200,)),
}


ENTANGLEMENT = Criterion("entanglement", "entropy", LOG2)
ALONE = Criterion("entanglement, alone (control)", "entropy_alone", LOG2)
GROWTH = Criterion("Delta D", "delta_log_ipr", LOG2)
COUPLING = Criterion("G", "G", 1.0, "exponential", 1.0)
MODULUS = Criterion("G from mean |V|", "G_modulus", 1.0, "exponential", 1.0)
TYPICAL = Criterion("G from typical |V|", "G_typical", 1.0, "exponential", 1.0)
CRITERIA = (ENTANGLEMENT, ALONE, GROWTH, COUPLING, MODULUS, TYPICAL)


def build(parameters: Parameters) -> bl.Study:
    """The study of these parameters.

    Raises
    ------
    ValueError
        For a value out of its range.
    """
    cases = []
    for bandwidth, g1 in zip(parameters.bandwidth, parameters.g1):
        for spins in parameters.spins:
            count = min(parameters.most, parameters.total - spins)
            for alpha in parameters.alphas:
                spec = Attachment(
                    bl.RandomMatrixBath(spins, bandwidth=bandwidth),
                    bl.LiomChain(count, alpha, g1, parameters.field, parameters.disorder),
                )
                cases.append(
                    bl.Case(
                        f"{spins} spins, xi = {bandwidth:g}, alpha = {alpha:g}",
                        spec,
                        parameters.realisations[0],
                        cost=count * 0.1 + 4.0 ** (spins + count - 10),
                    )
                )
    return bl.Study(NAME, crossover_rows, tuple(cases), parameters.seed, watch="entropy")


def theory(alpha: float) -> tuple[float, float]:
    """d l_c / d l_b of eq. (16) and of the naive estimate."""
    return bl.crossover_length(1, alpha), bl.theory.naive_crossover_length(1, alpha)


def distances(found: float, error: float, *predictions: float) -> str:
    return ", ".join(f"{(found - value) / error:+.1f}" for value in predictions) + " sigma"


def claims(table: pd.DataFrame, parameters: Parameters) -> Claims:
    """Which theory do the data support?"""
    found = Claims()
    for bandwidth in parameters.bandwidth:
        part = table[table["bandwidth"] == bandwidth]
        name = f"xi = {bandwidth:g}"
        raw, control = fit_flows(part, ENTANGLEMENT), fit_flows(part, ALONE)
        alone = dict(zip(control.alphas, control.slope.value))
        for alpha, slope, error in zip(raw.alphas, raw.slope.value, raw.slope.error):
            strengthened, naive = theory(alpha)
            sure = (
                f"{slope:.2f} +- {error:.2f}"
                if 0 < 2 * error < slope
                else ("diverges" if slope < 0 else f"{slope:.1f} +- {error:.1f}, may diverge")
            )
            found.add(
                f"{name}, alpha = {alpha:g}: d l_c/d l_b, entanglement",
                f"{strengthened:.2f} (16), {naive:.2f} naive",
                sure,
                raw.realisations,
                f"control {alone.get(alpha, math.nan):.2f}",
            )
        fits = calibrate(raw, control)
        for alpha, kappa, error in zip(fits.alphas, fits.kappa.value, fits.kappa.error):
            naive = -math.log(alpha)
            found.add(
                f"{name}, alpha = {alpha:g}: kappa, entanglement, calibrated",
                f"{naive - LOG2 / 2:.3f} (16), {naive:.3f} naive",
                f"{kappa:.3f} +- {error:.3f}",
                fits.realisations,
                distances(kappa, error, naive - LOG2 / 2, naive),
            )
        add_pooled(found, name, "entanglement, calibrated", fits)
        _add_variants(found, part, name, parameters)
    return found


def _add_variants(
    found: Claims, table: pd.DataFrame, name: str, parameters: Parameters
) -> None:
    """eta and the divergence, by every criterion, window and choice of grains."""
    smallest = min(parameters.spins) + 1
    variants: list[tuple[str, Criterion, dict[str, Any]]] = [
        *((criterion.name, criterion, {}) for criterion in CRITERIA),
        (
            f"entanglement, fit {NARROW_WINDOW[0]} to {NARROW_WINDOW[1]}",
            ENTANGLEMENT,
            {"window": NARROW_WINDOW},
        ),
        (f"entanglement, from {smallest} spins", ENTANGLEMENT, {"smallest": smallest}),
    ]
    for label, criterion, options in variants:
        add_pooled(found, name, label, fit_flows(table, criterion, **options))


def add_pooled(found: Claims, name: str, label: str, fits: Fits) -> None:
    """eta over all alpha, and the alpha at which l_c diverges."""
    for claim, paper, value, predictions in (
        ("strengthening eta", "1 (16), 0 naive", fits.eta, (1, 0)),
        ("l_c diverges at alpha", "0.707 (16), 1 naive", fits.critical, (math.sqrt(0.5), 1)),
    ):
        found.add(
            f"{name}: {claim}, {label}",
            paper,
            f"{value.value:.3f} +- {value.error:.3f}",
            fits.realisations,
            distances(value.value, value.error, *predictions),
        )


def average(table: pd.DataFrame) -> pd.DataFrame:
    """Means with errors of every LIOM at every grain."""
    return bl.summarise(
        table,
        ["bandwidth", "alpha", "spins", "liom"],
        ["G", "G_modulus", "G_typical", "entropy", "entropy_alone", "delta_log_ipr"],
    )


def draw(table: pd.DataFrame, means: pd.DataFrame, parameters: Parameters, path: Path) -> None:
    """Four panels: l_c of the grains, l_c of the decays, kappa, and the collapse on G."""
    main = parameters.bandwidth[0]
    with new_figure(path, width=9.6, height=7.6) as drawn:
        (grains, decays), (rates, collapse) = drawn.subplots(2, 2)
        measured = crossover_lengths(table[table["bandwidth"] == main], ENTANGLEMENT)
        _draw_grains(grains, measured)
        _draw_decays(decays, measured, means[means["bandwidth"] == main], parameters)
        _draw_rates(rates, table, parameters)
        _draw_collapse(collapse, means)


def _points(
    axes: Any, index: int, x: Any, y: Any, error: Any, label: str, hollow: bool = False
) -> None:
    colour = COLOURS[index % len(COLOURS)]
    axes.errorbar(
        x,
        y,
        yerr=error,
        color=colour,
        linestyle="none",
        capsize=2,
        label=label,
        marker=MARKERS[index % len(MARKERS)],
        markersize=5,
        markerfacecolor="white" if hollow else colour,
    )


def _draw_grains(axes: Any, measured: pd.DataFrame) -> None:
    """l_c against l_b with the slopes of both theories through the mean of each alpha."""
    finite = measured[np.isfinite(measured["l_c"]) & np.isfinite(measured["l_c_error"])]
    shown = [alpha for alpha, part in finite.groupby("alpha") if len(part) > 2][:4]
    for index, alpha in enumerate(shown):
        part = finite[finite["alpha"] == alpha]
        _points(
            axes, index, part["spins"], part["l_c"], part["l_c_error"], rf"$\alpha$ = {alpha:g}"
        )
        span = np.array([part["spins"].min(), part["spins"].max()])
        for slope, style in zip(theory(alpha), ("-", ":")):
            if math.isfinite(slope):
                axes.plot(
                    span,
                    part["l_c"].mean() + slope * (span - part["spins"].mean()),
                    color=COLOURS[index],
                    linestyle=style,
                    linewidth=1.1,
                )
    axes.set(
        xlabel=r"spins of the grain $\ell_b$",
        ylabel=r"$\ell_c$ (LIOMs), by entanglement",
        ylim=(0, 1.45 * finite["l_c"].max() if len(shown) else 1),
        title="lines: slope of eq. (16); dotted: naive",
    )
    axes.xaxis.get_major_locator().set_params(integer=True)
    if shown:
        axes.legend(fontsize="x-small", loc="upper left", ncols=2)


def _draw_decays(
    axes: Any, measured: pd.DataFrame, means: pd.DataFrame, parameters: Parameters
) -> None:
    """l_c against alpha, with 1 + log(G_1/G*)/kappa of both theories, G* read off the
    collapse."""
    half = _half_coupling(means)
    alphas = np.linspace(min(parameters.alphas) - 0.02, max(parameters.alphas) + 0.02, 300)
    top = parameters.most + 0.6
    for index, spins in enumerate(parameters.spins[1::2][:3]):
        part = measured[measured["spins"] == spins]
        inside = part[np.isfinite(part["l_c"])]
        _points(
            axes,
            index,
            inside["alpha"],
            inside["l_c"],
            inside["l_c_error"],
            rf"$\ell_b$ = {spins}",
        )
        beyond = part[~np.isfinite(part["l_c"])]
        axes.plot(
            beyond["alpha"],
            beyond["attached"],
            linestyle="none",
            marker=r"$\uparrow$",
            color=COLOURS[index],
            markersize=9,
        )
        first = means[(means["spins"] == spins) & (means["liom"] == 1)]["G"].mean()
        for decay, style in ((-np.log(alphas) - LOG2 / 2, "-"), (-np.log(alphas), ":")):
            with np.errstate(divide="ignore", invalid="ignore"):
                line = np.where(decay > 0, 1 + math.log(first / half) / decay, np.nan)
            axes.plot(
                alphas,
                np.where(line <= top, line, np.nan),
                color=COLOURS[index],
                linestyle=style,
                linewidth=1.1,
            )
    axes.axvline(math.sqrt(0.5), color="0.4", linewidth=0.8, linestyle=(0, (1, 1)))
    axes.annotate(
        r"$1/\sqrt{2}$",
        (math.sqrt(0.5), 0),
        xytext=(3, 3),
        textcoords="offset points",
        color="0.3",
        size="small",
    )
    axes.set(
        xlabel=r"$\alpha$",
        ylabel=r"$\ell_c$ (LIOMs), by entanglement",
        ylim=(0, top),
        title="arrows: all attached LIOMs thermalised",
    )
    axes.legend(fontsize="x-small", loc="upper left")


def _half_coupling(means: pd.DataFrame) -> float:
    """G at which the entanglement is half of log 2, from a straight line in the middle."""
    near = means[means["entropy"].between(0.25 * LOG2, 0.75 * LOG2)]
    rise, level = np.polyfit(np.log(near["G"]), near["entropy"] / LOG2, 1)
    return float(np.exp((0.5 - level) / rise))


def _draw_rates(axes: Any, table: pd.DataFrame, parameters: Parameters) -> None:
    """kappa against alpha: calibrated at every bandwidth, Delta D and the control at the
    first."""
    curves = []
    for bandwidth in parameters.bandwidth:
        part = table[table["bandwidth"] == bandwidth]
        control = fit_flows(part, ALONE)
        curves.append(
            (
                f"entanglement, $\\xi$ = {bandwidth:g}",
                calibrate(fit_flows(part, ENTANGLEMENT), control),
            )
        )
        if bandwidth == parameters.bandwidth[0]:
            curves += [
                (f"$\\Delta D$, $\\xi$ = {bandwidth:g}", fit_flows(part, GROWTH)),
                (f"control, $\\xi$ = {bandwidth:g}", control),
            ]
    for index, (label, fits) in enumerate(curves):
        shift = 0.007 * (index - 2)  # so that error bars stand side by side
        _points(
            axes,
            index,
            fits.alphas + shift,
            fits.kappa.value,
            fits.kappa.error,
            label,
            hollow=index % 2 == 1,
        )
    alphas = np.linspace(min(parameters.alphas), max(parameters.alphas), 200)
    axes.plot(
        alphas,
        -np.log(alphas) - LOG2 / 2,
        color="0.2",
        linewidth=1.1,
        label=r"$1/\zeta - \frac{1}{2}\log 2$, eq. (16)",
    )
    axes.plot(
        alphas,
        -np.log(alphas),
        color="0.2",
        linewidth=1.1,
        linestyle=":",
        label=r"$1/\zeta$, naive",
    )
    reference_line(axes, 0.0, "")
    axes.annotate(
        r"below 0: $\ell_c$ infinite",
        (min(parameters.alphas), 0),
        xytext=(0, -12),
        textcoords="offset points",
        color="0.3",
        size="small",
    )
    axes.set(xlabel=r"$\alpha$", ylabel=r"$\kappa$ (decay of $\log G$ per LIOM)")
    axes.legend(fontsize="x-small", loc="upper right")


def _draw_collapse(axes: Any, means: pd.DataFrame) -> None:
    """Every LIOM's entanglement against its own G; Delta D, which scatters more, in bins of
    G."""
    axes.plot(
        means["G"],
        means["entropy"] / LOG2,
        linestyle="none",
        marker=".",
        markersize=4,
        color=COLOURS[0],
        label=r"entanglement / $\log 2$, each LIOM",
    )
    bins = means.assign(bin=pd.qcut(np.log(means["G"]), min(14, len(means) // 4))).groupby(
        "bin", observed=True
    )
    _points(
        axes,
        2,
        np.exp(bins["G"].apply(lambda G: np.log(G).mean())),
        bins["delta_log_ipr"].mean() / LOG2,
        bins["delta_log_ipr"].sem() / LOG2,
        r"$\Delta D$ / $\log 2$, mean of LIOMs",
    )
    reference_line(axes, 1.0, "log 2")
    axes.set(
        xscale="log",
        xlabel=r"$G$ of the LIOM, by the bath with those before it",
        ylabel="how far thermalised",
        ylim=(-0.15, 1.25),
        title="every grain, decay and LIOM",
    )
    axes.legend(fontsize="x-small", loc="upper left")


@study_command(NAME, PRESETS, build, __doc__)
def main(table: pd.DataFrame, request: Request[Parameters]) -> None:
    means = average(table)
    draw(table, means, request.parameters, request.figure)
    data, keys = means, ["bandwidth", "alpha", "spins"]
    for criterion in (ENTANGLEMENT, GROWTH, COUPLING):
        found = crossover_lengths(table, criterion)[[*keys, "l_c", "l_c_error"]]
        data = data.merge(
            found.rename(
                columns={name: f"{name}_{criterion.column}" for name in ("l_c", "l_c_error")}
            ),
            on=keys,
        )
    request.keep(data, str(claims(table, request.parameters)))


if __name__ == "__main__":
    sys.exit(main())
