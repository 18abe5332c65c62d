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

import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import backreaction_rows
from bathlab.experiments.backreacted import (
    Backreacted,
    backreacted_cases,
    backreacted_data,
    backreacted_means,
    correlation_weight,
    scan_points,
)
from bathlab.experiments.backreaction import Coupling
from bathlab.plotting import note, predicted_panel, weights_panel
from bathlab.plotting.finishing import said_of
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter
from bathlab.workbench.claims import compare, pm, state

#: What the scans go through: the column, and what it is called.
SCANS = {"g": "coupling g", "field": "field h", "bandwidth": "bandwidth"}


class Parameters(bl.workbench.Parameters):
    """A random matrix and a chain with one spin each, and scans through the values of the
    first."""

    spins: int = parameter(9, "spins of each bath", ge=1)
    bandwidth: float = parameter(10.0, "bandwidth of the random matrix", "field", gt=0)
    g: float = parameter(0.5, "coupling of the spin", "field", gt=0)
    field: float = parameter(1.0, "field of the spin, the unit of energy", gt=0)
    couplings: tuple[float, ...] = parameter(
        (0.3, 0.4, 0.63, 0.8), "couplings of a scan", "field", at_least=1, gt=0
    )
    fields: tuple[float, ...] = parameter(
        (0.35, 0.5, 0.71, 1.41), "fields of another", "field", at_least=1, gt=0
    )
    bandwidths: tuple[float, ...] = parameter(
        (7.0, 8.4, 12.0, 14.0), "bandwidths of a third", "field", at_least=1, gt=0
    )
    window: float = parameter(1.0, "v is that of the eigenstates in it, about 0", "field", gt=0)
    step: float = parameter(0.025, "bins of omega", "field", gt=0)
    realisations: tuple[int, int, int] = parameter(
        (150, 150, 60), "of the random matrix, of the chain, of each other point", ge=1
    )


def cases(p: Parameters) -> Iterator[bl.Case]:
    random, chain, scan = p.realisations
    values = {"bandwidth": p.bandwidth, "g": p.g, "field": p.field}
    yield case(p, f"{p.spins}-spin GOE", random, values, True)
    yield case(p, f"{p.spins}-chain", chain, values | {"bandwidth": 0.0}, True)
    for key, scanned in zip(SCANS, (p.couplings, p.fields, p.bandwidths)):
        for value in scanned:
            yield case(p, f"GOE, {key} = {value:g}", scan, values | {key: value}, False)


def case(
    p: Parameters, name: str, count: int, values: dict[str, float], curves: bool
) -> bl.Case:
    """A random matrix with one spin; without a bandwidth, a chain."""
    xi, g, field = values.values()
    bath = bl.RandomMatrixBath(p.spins, bandwidth=xi) if xi else bl.LocalChainBath(p.spins)
    # From one end of the coupled spectrum to beyond its centre: for a chain, more than the norm
    # of its Hamiltonian (24) allows, for a random matrix, with room for its largest level.
    reach = (0.6 * xi if xi else 2.5 * p.spins) + field + g + p.window
    coupling = Coupling(bath, xi, g, field, p.window, p.step, reach, curves)
    return bl.Case(name, coupling, count, columns=values)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    worst = float(found.table["sum_rule"].max())
    verdict = "agrees" if worst < 1e-10 else "violated"
    said = "integrals of k, v and v': farthest from 1"
    exact = {"expected": 0.0, "value": worst, "effect": worst, "text": f"{worst:.0e}"}
    yield Claim(said, "1, exactly", N=len(found.table), verdict=verdict, **exact)
    for one in backreacted_cases(found.table, found.means):
        for claims_of in (distances, peaks, weights, controls):
            for claim in claims_of(one):
                yield claim.at(one.mean["case"])
    yield from scans(scan_points(found.means, SCANS))


def distances(one: Backreacted) -> Iterator[Claim]:
    """How far each prediction is from the measured curve."""
    paper, fitted, shift = one.weight, one.mean["fitted"], one.mean["shift_theory"]
    for said, theory, equation, predict in (
        ("probe: eq. (6)", "0", "(6)", one.broadened("probe_before")),
        ("contact: eq. (6)", "0", "(6)", one.broadened("contact_before")),
        ("contact: eq. (6), v at E_b = 0", "0", "(6)", one.broadened("contact_at_zero")),
        ("contact: v' = v", "nearly 0", "", one.unchanged("contact_before")),
        ("contact: eq. (14), W fitted", "0", "(14)", one.backreaction(fitted)),
        (
            f"contact: eq. (14), W = {paper:.3f}",
            "0, W up to a factor",
            "(14)",
            one.backreaction(paper),
        ),
        ("spin: eq. (8)", "0", "(8)", one.two_peaks()),
        ("spin: eq. (8), Lamb shift", "-", "(8)", one.two_peaks(shift)),
        ("spin: damped rotation, shift", "-", "", one.rotation(shift)),
    ):
        far = one.distance(said.split(":")[0], predict)
        noise = f"{far.found.mean / far.noise:.1f} x its noise"
        said = f"int |v' - v'_theory|, {said}"
        yield compare(said, theory, 0.0, far.found, verdict=noise, equation=equation)


def peaks(one: Backreacted) -> Iterator[Claim]:
    """What the peaks of the spin are like, and what it adds to the second moments."""
    g, field, shift = one.mean["g"], one.mean["field"], one.mean["shift_theory"]
    width, growth = one.width_ratio(), 2 * g**2
    said = "half-width of the spin's peaks / 2w"
    yield compare(said, "1", 1.0, width.ratio, chi2_dof=width.chi2_dof, equation="(8)")
    place, lamb = one.number("place"), f"with the Lamb shift {2 * field + shift:.3f}"
    said = "place of the spin's peaks"
    yield compare(said, f"2h = {2 * field:g}", 2 * field, place, verdict=lamb, equation="(8)")
    probe = one.growth("probe", "probe_before")
    for which, equation, grown, verdict in (
        ("probe", "(6)", probe, f"{probe.mean / growth:.2f} of it"),
        ("spin", "(8)", one.growth("spin", 4 * field**2), "0, exactly: [H, tau^x] = 2ih tau^y"),
    ):
        said, theory = f"growth of the second moment, {which}", f"2g^2 = {growth:g}"
        yield compare(said, theory, growth, grown, verdict=verdict, equation=equation)


def weights(one: Backreacted) -> Iterator[Claim]:
    """The weight of the peaks at +-2h that the spin leaves in the contact."""
    share, terms, paper = one.number("share"), one.number("share_theory"), one.weight
    for how, weight in (
        ("the shape of (14)", one.number("fitted")),
        ("the spin's own peaks", one.number("fitted_spin")),
        ("correlation, a^2/2", correlation_weight(share)),
    ):
        said, theory = f"W of the contact, by {how}", f"{paper:.3f}, up to a factor"
        verdict = f"{pm(weight / paper, 2)} of the paper's"
        yield compare(said, theory, paper, weight, verdict=verdict, equation="(13)", digits=4)
    said = "share a of the spin in the contact"
    verdict = f"both terms of eq. (11): {pm(terms, 4)}"
    yield state(said, "-", share, verdict=verdict, equation="(11)", digits=4)


def controls(one: Backreacted) -> Iterator[Claim]:
    """The probe, which the spin does not touch."""
    for said, name in (
        ("share a of the spin in the probe", "share_probe"),
        ("W of the probe, by the shape of (14)", "fitted_probe"),
        ("W of the probe, by the spin's own peaks", "fitted_spin_probe"),
    ):
        yield compare(said, "0", 0.0, one.number(name), digits=4)


def scans(points: pd.DataFrame) -> Iterator[Claim]:
    """How W of the random matrix depends on coupling, bandwidth and field."""
    for key, x, against, theory, power in (
        ("g", "paper", "(g/max(xi, |h|))^2", "1", 1.0),
        ("bandwidth", "paper", "(g/max(xi, |h|))^2", "1", 1.0),
        ("field", "field", "h", "0 (h < xi)", 0.0),
    ):
        scan = points[points["scan"] == SCANS[key]]
        fewest = int(scan["realisations"].min())
        law = bl.statistics.power_law(scan[x], scan["W"], scan["W_error"], fewest)
        fit = {"chi2_dof": law.chi2_dof, "equation": "(13)"}
        said = f"GOE, scan of {SCANS[key]}: exponent of W in {against}"
        yield compare(said, theory, power, law.exponent, **fit)
        if key == "g":
            said, near = "the same: prefactor", {"verdict": "a factor", **fit}
            yield compare(said, "1, up to a factor", 1.0, law.prefactor, **near)
    ratio = points["W"] / points["W_theory"]
    within = "explains W" if np.abs(np.log(ratio)).max() < np.log(2) else "does not"
    span, fewest = f"{ratio.min():.2f} to {ratio.max():.2f}", int(points["realisations"].min())
    said = "GOE, all points: W / (both terms of eq. 11)"
    yield Claim(said, "-", text=span, N=fewest, verdict=within, equation="(11)")


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    """Above, the random matrix: contact, probe, spin. Below, the chain's contact and spin;
    W."""
    panels = figure.subplots(2, 3)
    random, chain = backreacted_cases(found.table, found.means)
    shown = [(random, which) for which in ("contact", "probe", "spin")]
    shown += [(chain, which) for which in ("contact", "spin")]
    for axes, (one, which) in zip(panels.flat, shown):
        predicted_panel(axes, one.mean, which, one.expected(which))
    weights_panel(panels[1, 2], scan_points(found.means, SCANS))
    spike = r"at $\omega = 0$: the bin with the diagonal elements (GOE: twice the variance)"
    note(figure, f"{said_of(found.means)}; {spike}")


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
study = Script(
    name="structure_factors",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=backreaction_rows,
    watch="share",
    average=lambda table, p: backreacted_means(table),
    claims=claims,
    draw=draw,
    data=lambda found: backreacted_data(found.means, scan_points(found.means, SCANS)),
    curve=tuple(
        Curve("omega", name, by="case", x_title="ω", y_title=f"v(ω), {name}")
        for name in ("contact", "probe", "spin")
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
