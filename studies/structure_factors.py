"""What a spin does to the structure factors of its bath: De Roeck & Huveneers, section II D, E.

The structure factor v of an operator of the bath becomes k*v*k when a spin is coupled (eq. 6, k the
hybridisation function), that of sigma^x of the spin two peaks (eq. 8), and the contact gains peaks
at the spin's frequency +-2h of weight W = (g/max(xi, |h|))^2 (eq. 14), xi the half-width of v: here
its rms. v, k and v' are measured on the same disorder, averaged over eigenstates near E = 0 of the
coupled system, v at the energies -+h of the bath from which these are made; a probe that the spin
does not touch is the control. W is measured twice: from the shape of v', and from the correlation
of the contact's matrix elements with the spin's.

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
from bathlab.ensemble.claims import Claims, pm, verdict
from bathlab.ensemble.command import Request, study_command
from bathlab.ensemble.study import Row
from bathlab.plotting.figures import band_curves, error_curves, figure as new_figure

NAME = "structure_factors"
#: W from the shape of v' is fitted within so many w of +-2h; from the correlation, within 2w, the
#: half-width of the peaks.
FIT_REACH, SHARE_REACH = 8.0, 2.0
#: The place of the spin's peaks is that of the weight within so many w.
PLACE_REACH = 5.0
#: Lorentzians are fitted up to so many half-widths.
LORENTZIAN_REACH = 3.0
SCANS = {"g": "coupling g", "field": "field h", "xi": "bandwidth"}
CURVES = ("k", "contact_before", "contact_at_zero", "contact", "probe_before", "probe", "spin",
          "cross")
NUMBERS = ("halfwidth", "second_moment", "xi", "place", "shift_theory", "share", "share_theory",
           "share_probe", "fitted", "fitted_probe")


@dataclass(frozen=True)
class Parameters:
    """A random matrix and a chain with one spin each, and scans of coupling, field and bandwidth.

    Scans go through the first case's values. Realisations are those of the random matrix, of the
    chain and of each other point of a scan; v is averaged over a ``window`` of energy and binned
    in ``step``.
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
    "quick": Parameters(spins=8, couplings=(0.4, 0.63, 0.8), fields=(0.5, 0.71, 1.41),
                        bandwidths=(7.0, 8.4, 12.0), realisations=(60, 60, 24)),
    "default": Parameters(),
    "paper": Parameters(spins=10, realisations=(400, 400, 200)),
}


@dataclass(frozen=True)
class Coupling:
    """A spin on a bath; frequencies up to ``reach``; ``curves`` says whether rows keep them."""

    bath: bl.Bath
    bandwidth: float
    g: float
    field: float
    window: float
    step: float
    reach: float
    curves: bool

    @property
    def omega(self) -> np.ndarray:
        """Bin centres, 0 in the middle."""
        half = math.ceil(self.reach / self.step)
        return self.step * np.arange(-half, half + 1)

    @property
    def edges(self) -> np.ndarray:
        """The edges of these bins."""
        return np.append(self.omega - self.step / 2, self.omega[-1] + self.step / 2)


def build(parameters: Parameters) -> bl.Study:
    """The study of these parameters.

    Raises
    ------
    ValueError
        For a value out of its range.
    """
    cases = []

    def add(name: str, bath: bl.Bath, width: float, g: float, field: float, count: int) -> None:
        # From one end of the coupled spectrum to beyond its centre, with room for rounding R up;
        # for a chain, more than the norm of its Hamiltonian (24) allows.
        reach = (0.6 * width if width else 2.5 * parameters.spins) + field + g + parameters.window
        cases.append(bl.Case(name, Coupling(bath, width, g, field, parameters.window,
                                            parameters.step, reach, len(cases) < 2), count))

    main, chain, scan = parameters.realisations
    values = {"bandwidth": parameters.bandwidth, "g": parameters.g, "field": parameters.field}
    add(f"{parameters.spins}-spin GOE", bl.RandomMatrixBath(
        parameters.spins, bandwidth=parameters.bandwidth), parameters.bandwidth, parameters.g,
        parameters.field, main)
    add(f"{parameters.spins}-chain", bl.LocalChainBath(parameters.spins), 0.0, parameters.g,
        parameters.field, chain)
    for key, scanned in (("g", parameters.couplings), ("field", parameters.fields),
                         ("bandwidth", parameters.bandwidths)):
        for value in scanned:
            here = values | {key: value}
            add(f"GOE, {key} = {value:g}",
                bl.RandomMatrixBath(parameters.spins, bandwidth=here["bandwidth"]),
                here["bandwidth"], here["g"], here["field"], scan)
    return bl.Study(NAME, measure, tuple(cases), parameters.seed, watch="share")


def measure(coupling: Coupling, seed: int, realisation: int) -> list[Row]:
    """v, k and v' of one realisation, and what they say of the backreaction."""
    h, omega = coupling.field, coupling.omega
    spin = bl.LiomChain(count=1, g1=coupling.g, field=h, disorder=0.0)
    grain = coupling.bath.sample(seed, realisation)
    joint = bl.EnlargedBath(coupling.bath, spin).sample(seed, realisation)
    before = {which: [factor(coupling, grain, which, energy) for energy in (-h, 0.0, h)]
              for which in ("contact", "probe")}
    after = {which: factor(coupling, joint, which) for which in ("contact", "probe", 1)}
    cross = {which: factor(coupling, joint, which, other=1) for which in ("contact", "probe")}
    count = int(np.count_nonzero(np.abs(joint.energies) <= coupling.window / 2))
    states = bl.eigenstates_near(joint.eigensystem, 0.0, count)
    spread = bl.hybridisations(joint.system, states, coupling.edges, grain.eigensystem)
    k = np.mean([one.density for one in spread], axis=0)
    width = float(np.mean([one.halfwidth for one in spread]))
    # E = 0 is E_b = -s h: the bath's v is that of both energies.
    smooth = {which: (curves[0] + curves[2]) / 2 for which, curves in before.items()}
    integrals = [curve.sum() * coupling.step
                 for curve in (k, *smooth.values(), *after.values())]
    cut = max(width, coupling.step)
    lower, _, upper = (bl.backreaction_amplitude(omega, v, coupling.g, h, cut)
                       for v in before["contact"])
    found = {which: backreaction_found(coupling, smooth[which], k, width, after[which],
                                       cross[which], after[1]) for which in smooth}
    row: Row = {
        "bandwidth": coupling.bandwidth, "g": coupling.g, "field": h, "states": count,
        "step": coupling.step, "residual": max(state.residual for state in states),
        "halfwidth": width, "second_moment": float(np.mean([one.second_moment for one in spread])),
        "xi": math.sqrt(float(before["contact"][1] @ omega**2) * coupling.step),
        "sum_rule": float(np.abs(np.array(integrals) - 1).max()),
        "share_theory": (lower - upper) / 2,
        "shift_theory": float(np.mean([bl.lamb_shift(omega, before["contact"][index], coupling.g, h,
                                                     cut) for index in (0, 2)])),
        "place": bl.peak_place(omega, after[1], 2 * h, PLACE_REACH * width),
        "share": found["contact"][0], "fitted": found["contact"][1],
        "share_probe": found["probe"][0], "fitted_probe": found["probe"][1]}
    if coupling.curves:
        row |= {"omega": omega, **dict(zip(CURVES, (
            k, smooth["contact"], before["contact"][1], after["contact"], smooth["probe"],
            after["probe"], after[1], cross["contact"])))}
    return [row]


def factor(coupling: Coupling, grain: bl.Grain, which: str | int, energy: float = 0.0,
           other: int | None = None) -> np.ndarray:
    """v of an operator, or the cross structure factor of two, on the bins of the case."""
    return grain.structure_factor(which, coupling.edges, energy, coupling.window, other)


def backreaction_found(coupling: Coupling, v: np.ndarray, k: np.ndarray, width: float,
                       after: np.ndarray, cross: np.ndarray,
                       spin: np.ndarray) -> tuple[float, float]:
    """The share a of the spin in an operator of the bath, and W by the shape of eq. (14)."""
    omega, centre, least = coupling.omega, 2 * coupling.field, 3 * coupling.step
    share = bl.peak_share(omega, cross, spin, centre, max(SHARE_REACH * width, least))
    shape = bl.backreaction_shape(omega, v, k, coupling.field, max(width, coupling.step))
    fitted = bl.peak_weight(omega, after - bl.broadened(omega, v, k), shape, centre,
                            min(max(FIT_REACH * width, least), centre))
    return share, fitted


Predict = Callable[[dict[str, np.ndarray]], np.ndarray]


def width_ratio(rows: pd.DataFrame, mean: pd.Series) -> bl.Estimate:
    """Half-width of the spin's peaks over 2w, both of Lorentzians fitted within as many of them."""
    omega, place, reach = mean["omega"], mean["place"], LORENTZIAN_REACH * mean["halfwidth"]
    about = [(np.interp(omega + place, omega, curve) + np.interp(omega - place, omega, curve)) / 2
             for curve in rows["spin"]]
    k = bl.lorentzian_fit(omega, np.stack(rows["k"].to_list()), reach)
    peak = bl.lorentzian_fit(omega, about, min(2 * reach, place))
    ratio = peak.halfwidth / (2 * k.halfwidth)
    return bl.Estimate(ratio, ratio * math.hypot(peak.error / peak.halfwidth,
                                                 k.error / k.halfwidth), len(rows))


def half_square(share: bl.Estimate) -> bl.Estimate:
    """W = a^2/2 with its error."""
    return bl.Estimate(share.mean**2 / 2, abs(share.mean) * share.error, share.realisations)


def number(mean: pd.Series, name: str) -> bl.Estimate:
    """A column of the means with its error."""
    return bl.Estimate(mean[name], mean[f"{name}_error"], int(mean["realisations"]))


def scan_points(means: pd.DataFrame) -> pd.DataFrame:
    """W of every random matrix, once for each scan that it belongs to."""
    main = means.iloc[0]
    random = means[means["bandwidth"] > 0]
    points = []
    for key, name in (("g", SCANS["g"]), ("field", SCANS["field"]), ("bandwidth", SCANS["xi"])):
        others = [other for other in ("g", "field", "bandwidth") if other != key]
        inside = random[(random[others] == main[others]).all(axis=1)].sort_values(key)
        points.append(inside.assign(scan=name))
    table = pd.concat(points, ignore_index=True)
    found = [half_square(number(row, "share")) for _, row in table.iterrows()]
    return table.assign(
        paper=[paper_weight(row) for _, row in table.iterrows()],
        W=[one.mean for one in found], W_error=[one.error for one in found],
        W_theory=table["share_theory"]**2 / 2)


def claims(table: pd.DataFrame, means: pd.DataFrame, points: pd.DataFrame) -> Claims:
    """What the paper says of structure factors, and what comes out here."""
    found = Claims()
    worst = float(table["sum_rule"].max())
    found.add("integrals of k, v and v': farthest from 1", "1, exactly", f"{worst:.0e}",
              len(table), "agrees" if worst < 1e-10 else "violated")
    for _, mean in means[means["case"].isin(cases_with_curves(table))].iterrows():
        add_distances(found, table[table["case"] == mean["case"]], mean)
        add_weights(found, mean)
    for key, name, x, paper, value in (
            ("g", SCANS["g"], "paper", "1", 1.0), ("xi", SCANS["xi"], "paper", "1", 1.0),
            ("field", SCANS["field"], "field", "0 (h < xi)", 0.0)):
        scan = points[points["scan"] == name]
        law = bl.power_law(scan[x], scan["W"], scan["W_error"], int(scan["realisations"].min()))
        against = "h" if key == "field" else "(g/max(xi, |h|))^2"
        found.compare(f"GOE, scan of {name}: exponent of W in {against}", paper, value,
                      law.exponent)
        if key == "g":
            found.compare("the same: prefactor", "1, up to a factor", 1.0, law.prefactor)
    ratios = points.drop_duplicates("case")
    ratio = (ratios["W"] / ratios["W_theory"]).to_numpy()
    found.add("GOE, all points: W / (both terms of eq. 11)", "-",
              f"{ratio.min():.2f} to {ratio.max():.2f}", int(ratios["realisations"].min()),
              "explains W" if np.all(np.abs(np.log(ratio)) < math.log(2)) else "does not")
    return found


def cases_with_curves(table: pd.DataFrame) -> list[str]:
    """Names of the cases whose rows keep their curves."""
    return list(dict.fromkeys(table["case"][table["omega"].notna()]))


def predictions(mean: pd.Series) -> dict[str, tuple[str, str, Predict]]:
    """Of each claim: the curve that it is about, what the paper says, and the prediction."""
    omega, field, width = mean["omega"], mean["field"], mean["halfwidth"]
    shifted = field + mean["shift_theory"] / 2

    def corrected(weight: float) -> Predict:
        return lambda have: bl.backreaction(omega, have["contact_before"], have["k"], field, weight,
                                            width)

    def smoothed(before: str) -> Predict:
        return lambda have: bl.broadened(omega, have[before], have["k"])
    return {
        "probe: eq. (6)": ("probe", "0", smoothed("probe_before")),
        "contact: eq. (6)": ("contact", "0", smoothed("contact_before")),
        "contact: eq. (6), v at E_b = 0": ("contact", "0", smoothed("contact_at_zero")),
        "contact: v' = v": ("contact", "nearly 0", lambda have: have["contact_before"]),
        "contact: eq. (14), W fitted": ("contact", "0", corrected(mean["fitted"])),
        f"contact: eq. (14), W = {paper_weight(mean):.3f}": ("contact", "0, W up to a factor",
                                                             corrected(paper_weight(mean))),
        "spin: eq. (8)": ("spin", "0", lambda have: bl.two_peaks(omega, have["k"], field)),
        "spin: eq. (8), Lamb shift": ("spin", "-", lambda have: bl.two_peaks(
            omega, have["k"], shifted)),
        "spin: damped rotation, shift": ("spin", "-", lambda have: bl.rotation_peaks(
            omega, width, shifted)),
    }


def paper_weight(mean: pd.Series) -> float:
    """W = (g/max(xi, |h|))^2, eq. (13)."""
    return float(mean["g"] / max(mean["xi"], mean["field"]))**2


def add_distances(found: Claims, rows: pd.DataFrame, mean: pd.Series) -> None:
    """How far each prediction is from the measured curve, and what the spin's peaks are like."""
    case, step, count = mean["case"], float(mean["step"]), int(mean["realisations"])
    stacks = {name: np.stack(rows[name].to_list()) for name in CURVES}
    for claim, (measured, paper, predict) in predictions(mean).items():
        far = bl.curve_distance(stacks, lambda have: have[measured] - predict(have), step)
        found.add(f"{case}: int |v' - v'_theory|, {claim}", paper, pm(far.found), count,
                  f"{far.found.mean / far.noise:.1f} x its noise")
    found.compare(f"{case}: half-width of the spin's peaks / 2w", "1", 1.0,
                  width_ratio(rows, mean))
    found.add(f"{case}: place of the spin's peaks", f"2h = {2 * mean['field']:g}",
              pm(number(mean, "place")), count,
              f"with the Lamb shift {2 * mean['field'] + mean['shift_theory']:.3f}")
    growth, square = 2 * mean["g"]**2, mean["omega"]**2 * step
    for which, before in (("probe", stacks["probe_before"] @ square),
                          ("spin", 4 * mean["field"]**2)):
        grown = bl.estimate(stacks[which] @ square - before, rows["realisation"])
        found.add(f"{case}: growth of the second moment, {which}", f"2g^2 = {growth:g}", pm(grown),
                  count, f"{grown.mean / growth:.2f} of it" if which == "probe"
                  else "0, exactly: [H, tau^x] = 2ih tau^y")


def add_weights(found: Claims, mean: pd.Series) -> None:
    """The weight of the peaks at +-2h that the spin leaves in the bath."""
    case, count, paper = mean["case"], int(mean["realisations"]), paper_weight(mean)
    said, share = f"{paper:.3f}, up to a factor", number(mean, "share")
    for how, weight in (("shape", number(mean, "fitted")), ("correlation", half_square(share))):
        found.add(f"{case}: W of the contact, by {how}", said, pm(weight, 4), count,
                  f"{weight.mean / paper:.2f} +- {weight.error / paper:.2f} of the paper's")
    found.add(f"{case}: share a of the spin in the contact", "-", pm(share, 4), count,
              f"both terms of eq. (11): {pm(number(mean, 'share_theory'), 4)}")
    for claim, name in (("share a of the spin in the probe", "share_probe"),
                        ("W of the probe, by shape", "fitted_probe")):
        control = number(mean, name)
        found.add(f"{case}: {claim}", "0", pm(control, 4), count, verdict(control, 0.0))


def draw(means: pd.DataFrame, points: pd.DataFrame, path: Path) -> None:
    """Above, the random matrix: contact, probe, spin. Below, the chain's contact and spin; W."""
    with new_figure(path, width=12.0, height=7.2) as drawn:
        panels = drawn.subplots(2, 3)
        places = [(means.iloc[0], which) for which in ("contact", "probe", "spin")] + [
            (means.iloc[1], which) for which in ("contact", "spin")]
        for axes, (mean, which) in zip(panels.flat, places):
            draw_factor(axes, mean, which)
        draw_weights(panels[1, 2], points)


def draw_factor(axes: Axes, mean: pd.Series, which: str) -> None:
    """A measured v' as a band, with the predictions as lines."""
    omega, field, k = mean["omega"], mean["field"], mean["k"]
    lines = []
    if which == "spin":
        lines = [("eq. (8)", bl.two_peaks(omega, k, field)),
                 ("damped rotation, shifted", bl.rotation_peaks(
                     omega, mean["halfwidth"], field + mean["shift_theory"] / 2))]
    else:
        before = mean[f"{which}_before"]
        lines = [("eq. (6)", bl.broadened(omega, before, k))]
        if which == "contact":
            paper = paper_weight(mean)
            lines.append((f"eq. (14), W = {paper:.2g}", bl.backreaction(
                omega, before, k, field, paper, mean["halfwidth"])))
    measured = pd.DataFrame([{"omega": omega, "v": mean[which], "v_error": mean[f"{which}_error"],
                              "name": "measured v'"}])
    band_curves(axes, measured, "omega", "v", by="name")
    for (name, curve), style, colour in zip(lines, ("--", (0, (1, 1))), ("0.0", (0.75, 0.2, 0.2))):
        axes.plot(omega, curve, color=colour, linestyle=style, linewidth=1.2, label=name)
    widest = 3.6 * field if which == "spin" else 1.5 * omega[np.cumsum(mean[which]) * mean["step"]
                                                             > 0.98][0]
    top = max(curve[np.abs(omega) > 2 * mean["step"]].max() for _, curve in lines)
    axes.set(title=f"{mean['case']}: {which}", xlabel=r"$\omega$ (units of $h$)",
             ylabel=r"$v'(\omega)$", xlim=(-widest, widest), ylim=(0, 1.45 * top))
    axes.legend(fontsize="x-small", loc="upper right")


def draw_weights(axes: Axes, points: pd.DataFrame) -> None:
    """W against the paper's estimate, with the line that it means and the two terms of (11)."""
    error_curves(axes, points, "paper", "W", by="scan", order=list(SCANS.values()))
    axes.plot(points["paper"], points["W_theory"], linestyle="none", marker="x", color="0.0",
              markersize=6, label="both terms of eq. (11)")
    ends = np.array([points["paper"].min() / 1.3, points["paper"].max() * 1.3])
    axes.plot(ends, ends, color="0.4", linestyle=(0, (1, 1)), label="eq. (13)")
    axes.set(title="GOE: weight of the peaks", xlabel=r"$(g/\max(\xi, h))^2$", ylabel="$W$",
             xscale="log", yscale="log", ylim=(points["W"].min() / 2, 20 * ends[1]))
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
        columns=["omega_error", "realisations"])
    order = {case.name: index for index, case in enumerate(build(request.parameters).cases)}
    means = means.merge(curves, on="case", how="left").sort_values(
        "case", key=lambda names: names.map(order), ignore_index=True)
    points = scan_points(means)
    draw(means, points, request.figure)
    wide = ["omega", *(f"{name}{suffix}" for name in CURVES for suffix in ("", "_error"))]
    data = means.dropna(subset="omega").explode(wide)
    request.keep(pd.concat([points.drop(columns=wide), data], ignore_index=True),
                 str(claims(table, means, points)))


if __name__ == "__main__":
    sys.exit(main())
