"""How the resonant scales of a Floquet circuit are distributed: figure 2 of Garratt et al.

Omega = |z||omega| of all pairs of states n < m and all sites j, z = <n|sigma_j|m>, in the
brickwork circuit of Garratt, Roy & Chalker, Phys. Rev. B 104, 184203 (2021). Eq. (5) says that
p_Omega = a 2^-L Omega^-(1+a), a = zeta/zeta_c, between Omega_0 = 2^(-L/a) and an upper edge
near 2 pi J; slope and amplitude are one number. Given omega, p_Omega should be the same at any
|omega| above Omega. The paper has a = 0.39(1) and 0.61(4) at L = 14 and states no window: here
each window has its exponent. Beside the statistical error stands half the range when a third of
the window is left out at either end. In the control the z of each site are in random order over
the pairs.

    python studies/resonant_scales.py --preset quick
"""

import math
import sys
from dataclasses import replace
from typing import Any, Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import scale_rows
from bathlab.experiments.scales import (
    amplitude_over,
    exponent_of,
    scale_histogram,
    scale_means,
    share_within,
    spread_over_windows,
)
from bathlab.plotting import curve_style, density_points
from bathlab.statistics import DensityLaw, density_law, estimate_of
from bathlab.workbench import Claim, Outcome, Script, parameter
from bathlab.workbench.claims import apart, compare, compare_law

#: zeta/zeta_c of the paper at L = 14, with its error, by J.
PAPER = {0.02: (0.39, 0.01), 0.04: (0.61, 0.04)}
#: Mean gap ratio of levels that know nothing of each other.
POISSON = 2 * math.log(2) - 1
FEW = "too few pairs"
ALL = "all pairs"
#: What the windows of |omega| are called, in the order of the counts.
NAMES = (
    r"$|\omega| < 10^{-4}$",
    r"$10^{-4} < |\omega| < 10^{-3}$",
    r"$10^{-3} < |\omega| < 10^{-2}$",
    r"$10^{-2} < |\omega| < 0.1$",
    r"$0.1 < |\omega| < 1$",
)


class Parameters(bl.workbench.Parameters):
    """The paper's couplings, in the sizes whose full spectra take seconds."""

    sites: tuple[int, ...] = parameter((6, 8, 10), "sizes L of the ring", at_least=2, ge=4)
    couplings: tuple[float, ...] = parameter((0.02, 0.04), "J", at_least=1, gt=0, le=0.5)
    lower: tuple[float, ...] = parameter((1e-3, 1e-4), "lower ends of the fits", gt=0)
    upper: tuple[float, ...] = parameter((4e-2, 4e-3), "upper ends of the fits", gt=0)
    realisations: tuple[int, ...] = parameter((400, 150, 50), "circuits of each size", ge=1)
    equally_many = ("sites", "realisations")

    def check(self) -> None:
        if len(self.lower) != len(self.upper) or not self.lower:
            raise ValueError(
                f"{len(self.lower)} lower and {len(self.upper)} upper ends were given; "
                "expected one of each for every fit. Give as many, one at least."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    for coupling in p.couplings:
        for sites, count in zip(p.sites, p.realisations):
            # Time of one realisation, measured; the pairs of all sites, then the eigenvectors.
            cost = 0.02 * 4.6 ** (sites / 2 - 3)
            model, columns = bl.BrickworkCircuit(sites, coupling), {"coupling": coupling}
            name = f"J = {coupling:g}, L = {sites}"
            yield bl.Case(name, model, count, cost, {"sites": sites, **columns})


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return scale_means(table, ALL, NAMES)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table
    for coupling in p.couplings:
        of_coupling = table[table["coupling"] == coupling]
        for sites in p.sites:
            part = of_coupling[of_coupling["sites"] == sites]
            for claim in [*laws(part, coupling, sites, p), *edges(part, coupling)]:
                yield claim.at(f"J = {coupling:g}, L = {sites}")
        for window in zip(p.lower, p.upper):
            yield growth(of_coupling, window).at(f"J = {coupling:g}")
        largest = max(p.sites)
        part = of_coupling[of_coupling["sites"] == largest]
        for claim in collapse(part, largest, p):
            yield claim.at(f"J = {coupling:g}, L = {largest}")


def laws(part: pd.DataFrame, coupling: float, sites: int, p: Parameters) -> Iterator[Claim]:
    """Exponent and amplitude of (5) in each window that lies above Omega_0."""
    histogram = scale_histogram(part)
    for window in zip(p.lower, p.upper):
        law = fitted(part, window)
        if law is None:
            said = f"zeta/zeta_c on [{window[0]:.0e}, {window[1]:.0e}]"
            yield Claim(said, "-", verdict=FEW, N=len(part))
            continue
        yield exponent(law, coupling, sites)
        if law.window[0] >= scale(coupling, sites):
            said = f"amplitude of p_Omega / (a 2^-L) on {interval(law)}"
            ratio = amplitude_over(histogram, law, sites)
            yield compare(said, "1, no free parameter", 1.0, ratio, equation="(5)")


def fitted(part: pd.DataFrame, window: tuple[float, float]) -> DensityLaw | None:
    """The law of p_Omega in a window; None if there are too few realisations or pairs."""
    try:
        return density_law(scale_histogram(part), *window)
    except ValueError:
        return None


def scale(coupling: float, sites: int) -> float:
    """Omega_0 = 2^(-L/a) with the paper's a, below which (5) says nothing; 0 without one."""
    return 2 ** (-sites / PAPER[coupling][0]) if coupling in PAPER else 0.0


def exponent(law: DensityLaw, coupling: float, sites: int) -> Claim:
    """zeta/zeta_c of one fit, beside the paper's where it has one."""
    here = exponent_of(law)
    said = f"zeta/zeta_c on {interval(law)}"
    if coupling not in PAPER:
        found = compare_law(said, "-", here.mean, law, here, equation="(5)", id="C35")
        return replace(found, expected=None, effect=None, verdict="-")
    theirs, error = PAPER[coupling]
    more: dict[str, str] = {"equation": "(5)", "id": "C24" if coupling == 0.02 else "C25"}
    if law.window[0] < scale(coupling, sites):
        more["verdict"] = f"window below Omega_0 = {scale(coupling, sites):.0e}"
    paper = f"{theirs} +- {error} at L = 14"
    return compare_law(said, paper, theirs, law, here, error, **more)


def interval(law: DensityLaw) -> str:
    return f"[{law.window[0]:.0e}, {law.window[1]:.0e}]"


def edges(part: pd.DataFrame, coupling: float) -> Iterator[Claim]:
    """The upper edge, with and without the relation of z to omega, and the levels."""
    bound, labels = 2 * math.pi * coupling, part["realisation"]
    edge, moved = (
        bl.estimate(part[name] / bound, labels) for name in ("largest", "largest_moved")
    )
    verdict = f"{100 * (edge.mean - 1):+.0f} %"
    yield compare("largest Omega / (2 pi J)", "1", 1.0, edge, verdict=verdict)
    yield apart("largest Omega / (2 pi J), z rearranged", "no edge: > 1", 1.0, "1", moved)
    ratio = bl.estimate(part["gap_ratio"], labels)
    yield compare("gap ratio", f"localised: {POISSON:.3f}", POISSON, ratio)


def growth(table: pd.DataFrame, window: tuple[float, float]) -> Claim:
    """By how many powers of 2 a site more lowers the share of pairs in a window."""
    few, many = min(table["sites"]), max(table["sites"])
    short, long = table[table["sites"] == few], table[table["sites"] == many]
    said = f"log2 of the share in [{window[0]:.0e}, {window[1]:.0e}], a site more"
    if min(share_within(part, *window).sum() for part in (short, long)) == 0:
        return Claim(said, "-1", verdict=FEW, N=len(long))
    power = estimate_of(
        lambda a, b: np.log2(b / a) / (many - few),
        *(share_within(part, *window) for part in (short, long)),
        clusters=[part["realisation"] for part in (short, long)],
    )
    return compare(said, "-1", -1.0, power, equation="(5)")


def collapse(part: pd.DataFrame, sites: int, p: Parameters) -> Iterator[Claim]:
    """How far p_{Omega|omega} of different |omega| lie apart, and those of the control."""
    law = fitted(part, (p.lower[0], p.upper[0]))
    least = 0.0 if law is None else 2 ** (-sites / max(exponent_of(law).mean, 0.05))
    named = {
        "of p_(Omega|omega) over windows": ("collapse: 0", False, False),
        "of p_(Omega|omega) over windows, z rearranged": ("no collapse", True, False),
        "of p_(Omega|omega) against Omega/|omega|, z rearranged": ("0", True, True),
        "of p_(Omega|omega) against Omega/|omega|": ("-", False, True),
    }
    try:
        spreads = [spread_over_windows(part, least, *how) for _, *how in named.values()]
    except ValueError:
        yield Claim("rms of log10 ratios of p_(Omega|omega)", "-", verdict=FEW, N=len(part))
        return
    share = spreads[0].rms.mean / spreads[1].rms.mean
    verdicts = (
        f"{share:.2f} of the control's",
        "-",
        f"noise alone {spreads[2].noise:.3f}",
        "-",
    )
    for (said, (paper, *_)), found, verdict in zip(named.items(), spreads, verdicts):
        text = f"{found.rms.mean:.3f} +- {found.rms.error:.3f}, largest {found.largest:.2f}"
        more = {"text": text, "verdict": verdict, "note": f"{found.bins} bins"}
        yield compare(f"rms of log10 ratios {said}", paper, 0.0, found.rms, **more)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means = found.parameters, found.means
    panels = figure.subplots(2, len(p.couplings), squeeze=False)
    for (above, below), coupling in zip(panels.T, p.couplings):
        rows = means[means["coupling"] == coupling]
        sizes(above, rows[rows["pairs"] == ALL], found.table, p)
        largest = rows[(rows["sites"] == max(p.sites)) & (rows["pairs"] != ALL)]
        windows(below, largest)
        above.set_title(f"J = {coupling:g}", fontsize="medium")
        below.set_title(f"J = {coupling:g}, L = {max(p.sites)}", fontsize="medium")
    panels[0, 0].set_ylabel(r"$2^L\, p_\Omega$")
    panels[1, 0].set_ylabel(r"$p_{\Omega|\omega}$")
    for last in panels[:, -1]:
        last.legend(fontsize="x-small", loc="center left", bbox_to_anchor=(1.0, 0.5))


def sizes(axes: Axes, rows: pd.DataFrame, table: pd.DataFrame, p: Parameters) -> None:
    """2^L p_Omega at each size, with eq. (5) and the a of the first fit at the largest."""
    for index, row in enumerate(rows.sort_values("sites").to_dict("records")):
        points(axes, row, index, 2.0 ** row["sites"], f"L = {row['sites']}")
    sites, coupling = int(rows["sites"].max()), rows["coupling"].iloc[0]
    part = table[(table["sites"] == sites) & (table["coupling"] == coupling)]
    law = fitted(part, (p.lower[0], p.upper[0]))
    a = 0.0 if law is None else exponent_of(law).mean
    if a > 0:
        x = np.geomspace(2 ** (-sites / a), 2 * math.pi * coupling, 50)
        label = r"eq. (5), $a$ of the largest $L$"
        axes.plot(x, a * x ** (-1 - a), color="0.2", linestyle=(0, (1, 1)), label=label)
        axes.text(0.05, 0.06, f"a = {a:.2f}", transform=axes.transAxes)
    style = {"color": "0.55", "linestyle": (0, (4, 2)), "linewidth": 0.8}
    axes.axvline(2 * math.pi * coupling, label=r"$\Omega = 2\pi J$", **style)
    axes.set(xscale="log", yscale="log", xlim=(1e-10, 2), ylim=(1e-1, 1e11))


def windows(axes: Axes, rows: pd.DataFrame) -> None:
    """p_{Omega|omega} in each window, and of the control as lines without markers."""
    for index, row in enumerate(rows.to_dict("records")):
        points(axes, row, index, 1.0, row["pairs"])
        shown = row["p_moved"] > 0
        style = {"color": curve_style(index)["color"], "linewidth": 0.6, "alpha": 0.7}
        axes.plot(row["Omega"][shown], row["p_moved"][shown], **style)
    axes.plot([], [], color="0.4", linewidth=0.6, label="thin: z rearranged")
    axes.set(xscale="log", yscale="log", xlim=(1e-10, 2), ylim=(1e-4, 1e9))
    axes.set_xlabel(r"$\Omega = |z||\omega|$")


def points(axes: Axes, row: dict[str, Any], index: int, factor: float, label: str) -> None:
    """One curve of the table of means."""
    density_points(axes, row["Omega"], row["p"], row["p_error"], index, label, factor)


PRESETS = {
    "quick": Parameters(sites=(6, 8), realisations=(120, 50)),
    "default": Parameters(),
    "paper": Parameters(sites=(8, 10, 12), realisations=(400, 120, 24)),
}
study = Script(
    name="resonant_scales",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=scale_rows,
    watch="log_scale",
    average=average,
    claims=claims,
    draw=draw,
    size=(9.6, 6.8),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
