"""What rows of resonant scales say of how Omega, |z|, omega and the levels go together.

As :mod:`bathlab.findings.resonant_scales`.
"""

from __future__ import annotations

from typing import Iterator

import numpy as np
import pandas as pd

from bathlab.experiments import scale_laws, scale_relations
from bathlab.experiments.cells import cell_histogram
from bathlab.experiments.pair_counts import SCALES
from bathlab.experiments.scale_laws import Window
from bathlab.experiments.scales import REFERENCE, scale_histogram
from bathlab.findings.resonant_scales import FEW, interval
from bathlab.statistics.arithmetic import independent
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.histograms import density_law
from bathlab.statistics.resampling import Jackknife
from bathlab.theory.circuit_laws import PAPER
from bathlab.workbench.claims import (
    POOR,
    Claim,
    apart,
    compare,
    compare_law,
    pm,
    state,
)

#: |omega| of the fits of <Z | omega>, and Omega of the density of |omega|.
FREQUENCIES, RESONANT = (1e-3, 0.3), (1e-4, 1e-2)


def rank_claims(part: pd.DataFrame) -> Iterator[Claim]:
    """Rank correlations of Omega and of |z| with |omega|, and those of the control."""
    here, moved = (scale_relations.rank_correlations(part, kind) for kind in (False, True))
    note = "1e-4 < |omega| < 1, every decade with the same weight"
    for name, which, paper in (("scale", "Omega", "weak: 0"), ("element", "|z|", "strong")):
        found, control = getattr(here, name), getattr(moved, name)
        verdict = f"{control.mean:+.3f} +- {control.error:.3f} with z rearranged"
        more = {"verdict": verdict, "note": note, "id": "C20"}
        yield compare(f"rank correlation of {which} with |omega|", paper, 0.0, found, **more)


def frequency_claims(part: pd.DataFrame, coupling: float) -> Iterator[Claim]:
    """<Z | omega> with its exponent, and the density of |omega| at fixed Omega."""
    for moved in (False, True):
        said = f"<Z|omega> ~ |omega|^-a on {interval(FREQUENCIES)}" + ", z rearranged" * moved
        try:
            strength = scale_relations.strength_histogram(part, moved)
            law = density_law(strength, *FREQUENCIES)
        except ValueError:
            yield Claim(said, "-", verdict=FEW, N=len(part), id="C23")
            continue
        a, error = (0.0, 0.0) if moved else PAPER.get(coupling, (np.nan, 0.0))
        if np.isnan(a):
            yield state(said, "a", -law.exponent, chi2_dof=law.chi2_dof, verdict="-", id="C23")
        else:
            paper = "0" if moved else f"a = {a} +- {error}"
            yield compare_law(said, paper, a, law, -law.exponent, error, id="C23")
    ratios, density = scale_relations.density_by_ratio(part, *RESONANT)
    note = f"Omega in {interval(RESONANT)}"
    for ratio, paper in ((1.58, "repelled: < 1"), (10.0, "uniform: 1"), (100.0, "uniform: 1")):
        place = int(np.argmin(np.abs(np.log(ratios / ratio))))
        mean, error = float(density.mean[place]), float(np.asarray(density.error)[place])
        said = f"density of |omega| over that of |omega| > 1, at |omega| = {ratio:.3g} Omega"
        found, more = Estimate(mean, error, len(part)), {"note": note, "id": "C43"}
        if not error > 0:
            yield Claim(said, paper, verdict=FEW, N=len(part), id="C43")
        elif ratio < 2:
            yield apart(said, paper, 1.0, "1", found, **more)
        else:
            yield compare(said, paper, 1.0, found, **more)


def level_claims(part: pd.DataFrame, window: Window) -> Iterator[Claim]:
    """Neighbours against all pairs, pairs far above the mean spacing, and quarters of the
    circle."""
    adjacent = cell_histogram(part, "adjacent", "adjacent_pairs", SCALES)
    said = f"zeta/zeta_c of neighbours less that of all pairs, on {interval(window)}"
    try:
        laws = [density_law(x, *window) for x in (adjacent, scale_histogram(part))]
    except ValueError:
        yield Claim(said, "not the same", verdict=FEW, N=len(part), id="C73")
    else:
        here = [scale_laws.exponent_of(law) for law in laws]
        off = independent(lambda a, b: a - b, *here)
        text = f"{pm(off)} ({here[0].mean:.3f} and {here[1].mean:.3f})"
        yield apart(said, "not the same", 0.0, "the same", off, text=text, id="C73")
    far = scale_relations.far_above(part)
    said = "resonances of a state at a site with Omega > 10 mean spacings"
    if far is None:
        yield Claim(said, "many", verdict="none", N=len(part), id="C34")
    else:
        apart_by = f"median {pm(far.distance, 0)} levels apart"
        verdict = f"{100 * far.neighbours.mean:.0f} % are neighbours, {apart_by}"
        yield state(said, "many, not adjacent", far.number, verdict=verdict, id="C34")
    yield _part_claim(part, window)


def _part_claim(part: pd.DataFrame, window: Window) -> Claim:
    said = f"share of Omega in {interval(window)} by quarter of the circle, over the mean"
    found = scale_relations.share_by_part(part, *window)
    if not np.all(found.error > 0):
        return Claim(said, "1", verdict=FEW, N=len(part), id="C4")
    off = (found.value - 1) / found.error
    quality = float(off @ off) / (len(off) - 1)
    worst = int(np.argmax(np.abs(off)))
    most = Estimate(float(found.value[worst]), float(found.error[worst]), len(part))
    more = {
        "text": " ".join(f"{x:.3f}" for x in found.value) + f", +- {found.error.max():.3f}",
        "verdict": "agrees" if quality < POOR else f"{off[worst]:+.1f} sigma",
        "chi2_dof": quality,
        "id": "C4",
    }
    return compare(said, "1", 1.0, most, **more)


def median_claim(part: pd.DataFrame) -> Claim:
    """How the median of p_{Omega|omega} moves with |omega|, by the windows."""
    medians = [
        scale_relations.scale_quantile(part, 0.5, window)
        for window in range(1, REFERENCE + 1)
        if part["pairs"].map(lambda pairs: np.asarray(pairs)[window]).astype(bool).all()
    ]
    said = "log10 of the median of Omega, |omega| in 0.1 to 1 less the least decade"
    if len(medians) < 2:
        return Claim(said, "> 0", verdict=FEW, N=len(part), id="C32")
    rise = Jackknife(
        medians[-1].value - medians[0].value, medians[-1].without - medians[0].without
    )
    text = "medians 1e" + " 1e".join(f"{each.value:.2f}" for each in medians)
    found = Estimate(float(rise.value), float(rise.error), len(part))
    return apart(said, "> 0", 0.0, "0", found, note=text, id="C32")


def change_claims(part: pd.DataFrame) -> Iterator[Claim]:
    """What changes of fields do: rank correlations by the distance of the changed field, and
    sizes of the changes where the field is that of the same site."""
    columns = ("scale_rank", "element_rank", "scale_change", "omega_change")
    cells = {name: np.stack(part[name].map(np.asarray).to_list()) for name in columns}
    whole = np.isfinite(np.concatenate(list(cells.values()), axis=1)).all(axis=1)
    labels = part["realisation"][whole]
    note = "|omega| < 0.1, Omega > 1e-4"
    if whole.sum() < 2:
        said = "rank correlation of d ln Omega with d ln |omega| under h_k"
        yield Claim(said, "0", verdict=FEW, N=len(part), id="C19")
        return
    for name, of in (("scale_rank", "d ln Omega"), ("element_rank", "d ln |z|")):
        curves = estimate(list(cells[name][whole]), labels)
        for place, words in ((0, "k = j"), (slice(1, None), "k != j")):
            found = estimate(
                cells[name][whole][:, place].reshape(len(labels), -1).mean(1), labels
            )
            said = f"rank correlation of {of} with d ln |omega| under h_k, {words}"
            by = "by |k - j|: " + " ".join(f"{x:.2f}" for x in curves.mean)
            more = {"note": f"{note}; {by}", "id": "C19"}
            if name == "scale_rank":
                verdict = f"uncorrelated to {abs(found.mean):.2f}"
                yield compare(said, "0", 0.0, found, verdict=verdict, **more)
            else:
                yield apart(said, "-1 if Omega stays", 0.0, "0", found, **more)
    for place, words in ((0, "k = j"), (-1, "farthest k")):
        parts = [cells[name][whole][:, place] for name in columns[2:]]
        ratio = estimate(np.log10(parts[0] / parts[1]), labels)
        said = f"log10 of median |d ln Omega| over median |d ln |omega||, {words}"
        yield apart(said, "< 0", 0.0, "0", ratio, note=note, id="C19")
