"""What a spin does to the structure factors of its bath: De Roeck & Huveneers, section II D, E.

The structure factor v of an operator of the bath becomes k*v*k when a spin is coupled (eq. 6, k
the hybridisation function), that of sigma^x of the spin two peaks (eq. 8), and the contact
gains peaks at the spin's frequency +-2h of weight W = (g/max(xi, |h|))^2 (eq. 14), xi the
half-width of v: here its rms. v, k and v' are measured on the same disorder, averaged over
eigenstates near E = 0 of the coupled system, v at the energies -+h of the bath from which these
are made; a probe that the spin does not touch is the control. W is measured from the shape of
v', as in eq. (14) and with the peaks that the spin itself shows, and from the correlation of
the contact's matrix elements with the spin's; the last is by far the sharpest, and that of the
scans.

    python studies/structure_factors.py --preset quick
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator

import bathlab as bl
from bathlab.experiments.backreaction import Coupling, backreaction_rows
from bathlab.plotting.figures import band_curves, error_curves
from bathlab.plotting.figures import figure as new_figure
from bathlab.workbench.claims import Claims, pm, verdict
from bathlab.workbench.command import Request, study_command

NAME = "structure_factors"
#: Lorentzians are fitted up to so many half-widths.
LORENTZIAN_REACH = 3.0
SCANS = {"g": "coupling g", "field": "field h", "bandwidth": "bandwidth"}
CURVES = ("k", "contact_before", "contact_at_zero", "contact", "probe_before", "probe", "spin")
NUMBERS = (
    "halfwidth",
    "second_moment",
    "xi",
    "place",
    "shift_theory",
    "share",
    "share_theory",
    "share_probe",
    "fitted",
    "fitted_probe",
    "fitted_spin",
    "fitted_spin_probe",
)


@dataclass(frozen=True)
class Parameters:
    """A random matrix and a chain with one spin each, and scans of coupling, field and
    bandwidth.

    Scans go through the first case's values. Realisations are those of the random matrix, of
    the chain and of each other point of a scan; v is averaged over a ``window`` of energy and
    binned in ``step``.
    """

    spins: int = 9
    bandwidth: float = 10.0
    g: float = 0.5
    field: float = 1.0
    couplings: tuple[float, ...] = (0.3, 0.4, 0.63, 0.8)
    fields: tuple[float, ...] = (0.35, 0.5, 0.71, 1.41)
    bandwidths: tuple[float, ...] = (7.0, 8.4, 12.0, 14.0)
    window: float = 1.0
    step: float = 0.025
    realisations: tuple[int, int, int] = (150, 150, 60)
    seed: int = 1


PRESETS = {
    "quick": Parameters(
        spins=8,
        couplings=(0.4, 0.63, 0.8),
        fields=(0.5, 0.71, 1.41),
        bandwidths=(7.0, 8.4, 12.0),
        realisations=(60, 60, 24),
    ),
    "default": Parameters(),
    "paper": Parameters(spins=10, realisations=(400, 400, 200)),
}


def build(parameters: Parameters) -> bl.Study:
    """The study of these parameters.

    Raises
    ------
    ValueError
        For a value out of its range.
    """
    main, chain, scan = parameters.realisations
    values = {"bandwidth": parameters.bandwidth, "g": parameters.g, "field": parameters.field}
    cases = []

    def add(name: str, count: int, bandwidth: float, g: float, field: float) -> None:
        bath: bl.model.Bath = bl.LocalChainBath(parameters.spins)
        # From one end of the coupled spectrum to beyond its centre: for a chain, more than the
        # norm of its Hamiltonian (24) allows, for a random matrix, with room for its largest
        # level.
        reach = 2.5 * parameters.spins
        if bandwidth:
            bath = bl.RandomMatrixBath(parameters.spins, bandwidth=bandwidth)
            reach = 0.6 * bandwidth
        cases.append(
            bl.Case(
                name,
                Coupling(
                    bath,
                    bandwidth,
                    g,
                    field,
                    parameters.window,
                    parameters.step,
                    reach + field + g + parameters.window,
                    len(cases) < 2,
                ),
                count,
            )
        )

    add(f"{parameters.spins}-spin GOE", main, **values)
    add(f"{parameters.spins}-chain", chain, **(values | {"bandwidth": 0.0}))
    for key, scanned in (
        ("g", parameters.couplings),
        ("field", parameters.fields),
        ("bandwidth", parameters.bandwidths),
    ):
        for value in scanned:
            add(f"GOE, {key} = {value:g}", scan, **(values | {key: value}))
    return bl.Study(NAME, backreaction_rows, tuple(cases), parameters.seed, watch="share")


Predict = Callable[[dict[str, np.ndarray]], np.ndarray]


def width_ratio(rows: pd.DataFrame, mean: pd.Series) -> bl.statistics.Estimate:
    """Half-width of the spin's peaks over 2w, both of Lorentzians fitted within as many of
    them."""
    omega, place, reach = mean["omega"], mean["place"], LORENTZIAN_REACH * mean["halfwidth"]
    about = [
        (np.interp(omega + place, omega, curve) + np.interp(omega - place, omega, curve)) / 2
        for curve in rows["spin"]
    ]
    k = bl.statistics.lorentzian_fit(omega, np.stack(rows["k"].to_list()), reach)
    peak = bl.statistics.lorentzian_fit(omega, about, min(2 * reach, place))
    ratio = peak.halfwidth / (2 * k.halfwidth)
    return bl.statistics.Estimate(
        ratio, ratio * math.hypot(peak.error / peak.halfwidth, k.error / k.halfwidth), len(rows)
    )


def half_square(share: bl.statistics.Estimate) -> bl.statistics.Estimate:
    """W = a^2/2 with its error."""
    return bl.statistics.Estimate(
        share.mean**2 / 2, abs(share.mean) * share.error, share.realisations
    )


def number(mean: pd.Series, name: str) -> bl.statistics.Estimate:
    """A column of the means with its error."""
    return bl.statistics.Estimate(mean[name], mean[f"{name}_error"], int(mean["realisations"]))


def scan_points(means: pd.DataFrame) -> pd.DataFrame:
    """W of every random matrix, once for each scan that it belongs to."""
    main = means.iloc[0]
    random = means[means["bandwidth"] > 0]
    points = []
    for key, name in SCANS.items():
        others = [other for other in SCANS if other != key]
        inside = random[(random[others] == main[others]).all(axis=1)].sort_values(key)
        points.append(inside.assign(scan=name))
    table = pd.concat(points, ignore_index=True)
    found = [half_square(number(row, "share")) for _, row in table.iterrows()]
    return table.assign(
        paper=[paper_weight(row) for _, row in table.iterrows()],
        W=[one.mean for one in found],
        W_error=[one.error for one in found],
        W_theory=table["share_theory"] ** 2 / 2,
    )


def claims(table: pd.DataFrame, means: pd.DataFrame, points: pd.DataFrame) -> Claims:
    """What the paper says of structure factors, and what comes out here."""
    found = Claims()
    worst = float(table["sum_rule"].max())
    found.add(
        "integrals of k, v and v': farthest from 1",
        "1, exactly",
        f"{worst:.0e}",
        len(table),
        "agrees" if worst < 1e-10 else "violated",
    )
    for _, mean in means[means["case"].isin(cases_with_curves(table))].iterrows():
        add_distances(found, table[table["case"] == mean["case"]], mean)
        add_weights(found, mean)
    for key, name, x, paper, value in (
        ("g", SCANS["g"], "paper", "1", 1.0),
        ("xi", SCANS["bandwidth"], "paper", "1", 1.0),
        ("field", SCANS["field"], "field", "0 (h < xi)", 0.0),
    ):
        scan = points[points["scan"] == name]
        law = bl.statistics.power_law(
            scan[x], scan["W"], scan["W_error"], int(scan["realisations"].min())
        )
        against = "h" if key == "field" else "(g/max(xi, |h|))^2"
        found.compare(
            f"GOE, scan of {name}: exponent of W in {against}", paper, value, law.exponent
        )
        if key == "g":
            found.add(
                "the same: prefactor",
                "1, up to a factor",
                pm(law.prefactor),
                law.prefactor.realisations,
                "a factor",
            )
    ratios = points.drop_duplicates("case")
    ratio = (ratios["W"] / ratios["W_theory"]).to_numpy()
    found.add(
        "GOE, all points: W / (both terms of eq. 11)",
        "-",
        f"{ratio.min():.2f} to {ratio.max():.2f}",
        int(ratios["realisations"].min()),
        "explains W" if np.all(np.abs(np.log(ratio)) < math.log(2)) else "does not",
    )
    return found


def cases_with_curves(table: pd.DataFrame) -> list[str]:
    """Names of the cases whose rows keep their curves."""
    return list(dict.fromkeys(table["case"][table["omega"].notna()]))


def predictions(mean: pd.Series) -> dict[str, tuple[str, str, Predict]]:
    """Of each claim: the curve that it is about, what the paper says, and the prediction."""
    omega, field, width = mean["omega"], mean["field"], mean["halfwidth"]
    shifted = field + mean["shift_theory"] / 2

    def corrected(weight: float) -> Predict:
        return lambda have: bl.theory.backreaction(
            omega, have["contact_before"], have["k"], field, weight, width
        )

    def smoothed(before: str) -> Predict:
        return lambda have: bl.theory.broadened(omega, have[before], have["k"])

    return {
        "probe: eq. (6)": ("probe", "0", smoothed("probe_before")),
        "contact: eq. (6)": ("contact", "0", smoothed("contact_before")),
        "contact: eq. (6), v at E_b = 0": ("contact", "0", smoothed("contact_at_zero")),
        "contact: v' = v": ("contact", "nearly 0", lambda have: have["contact_before"]),
        "contact: eq. (14), W fitted": ("contact", "0", corrected(mean["fitted"])),
        f"contact: eq. (14), W = {paper_weight(mean):.3f}": (
            "contact",
            "0, W up to a factor",
            corrected(paper_weight(mean)),
        ),
        "spin: eq. (8)": (
            "spin",
            "0",
            lambda have: bl.theory.two_peaks(omega, have["k"], field),
        ),
        "spin: eq. (8), Lamb shift": (
            "spin",
            "-",
            lambda have: bl.theory.two_peaks(omega, have["k"], shifted),
        ),
        "spin: damped rotation, shift": (
            "spin",
            "-",
            lambda have: bl.theory.rotation_peaks(omega, width, shifted),
        ),
    }


def paper_weight(mean: pd.Series) -> float:
    """W = (g/max(xi, |h|))^2, eq. (13)."""
    return float(mean["g"] / max(mean["xi"], mean["field"])) ** 2


def add_distances(found: Claims, rows: pd.DataFrame, mean: pd.Series) -> None:
    """How far each prediction is from the measured curve, and what the spin's peaks are
    like."""
    case, step, count = mean["case"], float(mean["step"]), int(mean["realisations"])
    stacks = {name: np.stack(rows[name].to_list()) for name in CURVES}
    for claim, (measured, paper, predict) in predictions(mean).items():
        far = bl.statistics.curve_distance(
            stacks, lambda have: have[measured] - predict(have), step
        )
        found.add(
            f"{case}: int |v' - v'_theory|, {claim}",
            paper,
            pm(far.found),
            count,
            f"{far.found.mean / far.noise:.1f} x its noise",
        )
    found.compare(
        f"{case}: half-width of the spin's peaks / 2w", "1", 1.0, width_ratio(rows, mean)
    )
    found.add(
        f"{case}: place of the spin's peaks",
        f"2h = {2 * mean['field']:g}",
        pm(number(mean, "place")),
        count,
        f"with the Lamb shift {2 * mean['field'] + mean['shift_theory']:.3f}",
    )
    growth, square = 2 * mean["g"] ** 2, mean["omega"] ** 2 * step
    for which, before in (
        ("probe", stacks["probe_before"] @ square),
        ("spin", 4 * mean["field"] ** 2),
    ):
        grown = bl.estimate(stacks[which] @ square - before, rows["realisation"])
        found.add(
            f"{case}: growth of the second moment, {which}",
            f"2g^2 = {growth:g}",
            pm(grown),
            count,
            f"{grown.mean / growth:.2f} of it"
            if which == "probe"
            else "0, exactly: [H, tau^x] = 2ih tau^y",
        )


def add_weights(found: Claims, mean: pd.Series) -> None:
    """The weight of the peaks at +-2h that the spin leaves in the bath."""
    case, count, paper = mean["case"], int(mean["realisations"]), paper_weight(mean)
    said, share = f"{paper:.3f}, up to a factor", number(mean, "share")
    for how, weight in (
        ("the shape of (14)", number(mean, "fitted")),
        ("the spin's own peaks", number(mean, "fitted_spin")),
        ("correlation, a^2/2", half_square(share)),
    ):
        share_of_paper = bl.statistics.Estimate(
            weight.mean / paper, weight.error / paper, count
        )
        found.add(
            f"{case}: W of the contact, by {how}",
            said,
            pm(weight, 4),
            count,
            f"{pm(share_of_paper, 2)} of the paper's",
        )
    found.add(
        f"{case}: share a of the spin in the contact",
        "-",
        pm(share, 4),
        count,
        f"both terms of eq. (11): {pm(number(mean, 'share_theory'), 4)}",
    )
    for claim, name in (
        ("share a of the spin in the probe", "share_probe"),
        ("W of the probe, by the shape of (14)", "fitted_probe"),
        ("W of the probe, by the spin's own peaks", "fitted_spin_probe"),
    ):
        control = number(mean, name)
        found.add(f"{case}: {claim}", "0", pm(control, 4), count, verdict(control, 0.0))


def draw(means: pd.DataFrame, points: pd.DataFrame, path: Path) -> None:
    """Above, the random matrix: contact, probe, spin. Below, the chain's contact and spin;
    W."""
    with new_figure(path, width=12.0, height=7.2) as drawn:
        panels = drawn.subplots(2, 3)
        places = [(means.iloc[0], which) for which in ("contact", "probe", "spin")] + [
            (means.iloc[1], which) for which in ("contact", "spin")
        ]
        for axes, (mean, which) in zip(panels.flat, places):
            draw_factor(axes, mean, which)
        draw_weights(panels[1, 2], points)


def draw_factor(axes: Axes, mean: pd.Series, which: str) -> None:
    """A measured v' as a band, with the predictions as lines."""
    omega, field, k = mean["omega"], mean["field"], mean["k"]
    lines = []
    if which == "spin":
        lines = [
            ("eq. (8)", bl.theory.two_peaks(omega, k, field)),
            (
                "damped rotation, shifted",
                bl.theory.rotation_peaks(
                    omega, mean["halfwidth"], field + mean["shift_theory"] / 2
                ),
            ),
        ]
    else:
        before = mean[f"{which}_before"]
        lines = [("eq. (6)", bl.theory.broadened(omega, before, k))]
        if which == "contact":
            paper = paper_weight(mean)
            lines.append(
                (
                    f"eq. (14), W = {paper:.2g}",
                    bl.theory.backreaction(omega, before, k, field, paper, mean["halfwidth"]),
                )
            )
    measured = pd.DataFrame(
        [
            {
                "omega": omega,
                "v": mean[which],
                "v_error": mean[f"{which}_error"],
                "name": "measured v'",
            }
        ]
    )
    band_curves(axes, measured, "omega", "v", by="name")
    for (name, curve), style, colour in zip(
        lines, ("--", (0, (1, 1))), ("0.0", (0.75, 0.2, 0.2))
    ):
        axes.plot(omega, curve, color=colour, linestyle=style, linewidth=1.2, label=name)
    widest = (
        3.6 * field
        if which == "spin"
        else 1.5 * omega[np.cumsum(mean[which]) * mean["step"] > 0.98][0]
    )
    top = max(curve[np.abs(omega) > 2 * mean["step"]].max() for _, curve in lines)
    axes.set(
        title=f"{mean['case']}: {which}",
        xlabel=r"$\omega$ (units of $h$)",
        ylabel=r"$v'(\omega)$",
        xlim=(-widest, widest),
        ylim=(0, 1.45 * top),
    )
    axes.legend(fontsize="x-small", loc="upper right")


def draw_weights(axes: Axes, points: pd.DataFrame) -> None:
    """W against the paper's estimate, with the line that it means and the two terms of (11)."""
    error_curves(axes, points, "paper", "W", by="scan", order=list(SCANS.values()))
    axes.plot(
        points["paper"],
        points["W_theory"],
        linestyle="none",
        marker="x",
        color="0.0",
        markersize=6,
        label="both terms of eq. (11)",
    )
    ends = np.array([points["paper"].min() / 1.3, points["paper"].max() * 1.3])
    axes.plot(ends, ends, color="0.4", linestyle=(0, (1, 1)), label="eq. (13)")
    axes.set(
        title="GOE: weight of the peaks",
        xlabel=r"$(g/\max(\xi, h))^2$",
        ylabel="$W$",
        xscale="log",
        yscale="log",
        ylim=(points["W"].min() / 2, 20 * ends[1]),
    )
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.legend(fontsize="x-small", ncols=2, loc="upper left")


@study_command(NAME, PRESETS, build, __doc__)
def main(table: pd.DataFrame, request: Request[Parameters]) -> None:
    keys = ["case", "bandwidth", "g", "field", "step"]
    means = bl.summarise(table, keys, list(NUMBERS))
    kept = table[table["case"].isin(cases_with_curves(table))]
    curves = bl.summarise(kept, ["case"], ["omega", *CURVES]).drop(
        columns=["omega_error", "realisations"]
    )
    order = {case.name: index for index, case in enumerate(build(request.parameters).cases)}
    means = means.merge(curves, on="case", how="left").sort_values(
        "case", key=lambda names: names.map(order), ignore_index=True
    )
    points = scan_points(means)
    draw(means, points, request.figure)
    wide = ["omega", *(f"{name}{suffix}" for name in CURVES for suffix in ("", "_error"))]
    data = means.dropna(subset="omega").explode(wide)
    request.keep(
        pd.concat([points.drop(columns=wide), data], ignore_index=True),
        str(claims(table, means, points)),
    )


if __name__ == "__main__":
    sys.exit(main())
