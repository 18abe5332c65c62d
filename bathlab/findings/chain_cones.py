"""What light cones, mutual information and form factors of chains say of the model."""

from __future__ import annotations

import math
from typing import Iterator, Sequence

import numpy as np
import pandas as pd

from bathlab.experiments import dynamics_laws as laws
from bathlab.findings.chain_lines import by_number, by_size, fitted, ring, trend
from bathlab.statistics import Estimate, estimate, estimate_of, fit_line, independent
from bathlab.statistics.chances import chance_of_chi2
from bathlab.statistics.histograms import POOR
from bathlab.statistics.misfits import REJECTED
from bathlab.theory.resonance_model.lengths import ZETA_C
from bathlab.workbench import Claim
from bathlab.workbench.claims import pm, state

#: A site is outside a cone where no more of sigma(t) reaches it.
LEVEL = 0.02
#: Units of log t per site at the transition (50), the least in MBL.
CRITICAL = 2 / ZETA_C


def cones(table: pd.DataFrame) -> Iterator[Claim]:
    """All claims of the rows of light cones."""
    for (fields, sites, W), part in table.groupby(["fields", "sites", "disorder"], sort=False):
        where = f"{ring(str(fields))}, W = {W:g}, L = {sites}"
        for claim in [*growth(part), *entangled(part)]:
            yield claim.at(where)


def growth(part: pd.DataFrame) -> Iterator[Claim]:
    """Range of sigma(t) against log t; log t against range."""
    found = laws.cone(part)
    until = f"until t = {found.until:.2g} t_H"
    said = f"mean range of sigma(t) from t = {laws.EARLY:g} to 0.9 of its last value"
    if found.line is None or found.power is None:
        N = part["realisation"].nunique()
        yield Claim(said, "log t", N=N, verdict="too few times", note=until, id="R39 R81 R108")
    else:
        chi = found.line.chi2_dof, found.power.chi2_dof
        better = "log t" if chi[0] <= chi[1] else "a power of t"
        held = "" if min(chi) <= POOR else ", neither holds"
        slope = found.line.slope
        text = f"{pm(slope)} sites per e-fold, chi2/dof {chi[0]:.2f}; power {chi[1]:.2f}"
        more = {"verdict": f"{better} is nearer{held}", "text": text, "note": until}
        poor = f"no straight line; {more['verdict']}"
        line = found.line
        yield fitted(said, "log t", line, slope, id="R39 R81 R108", poor=poor, **more)
    k = found.contour.slope
    said = "k, log t per site where half of the last weight lies beyond r = 1, 2, ..."
    off = f"{(k.mean - CRITICAL) / k.error:+.1f} sigma from 2 log 2 = {CRITICAL:.2f}"
    note = f"{until}, window error {found.contour.window_error:.2f}"
    paper, ids = "k >= 2 log 2 in MBL", "R39 R81 R108"
    of_k = {"verdict": off, "note": note, "id": ids}
    yield fitted(said, paper, found.contour, k, expected=CRITICAL, **of_k)
    yield from by_range(found)


def by_range(found: laws.Cone) -> Iterator[Claim]:
    """Does each further site take as much log t, as a logarithmic cone has it."""
    steps, errors = np.atleast_1d(found.steps.mean), np.atleast_1d(found.steps.error)
    if len(steps) < 2 or not np.all(errors > 0):
        return
    mean = float(np.average(steps, weights=errors**-2))
    square = float(np.sum(((steps - mean) / errors) ** 2))
    chance, count = chance_of_chi2(square, len(steps) - 1), found.steps.realisations
    each = [Estimate(float(a), float(b), count) for a, b in zip(steps, errors)]
    text = "; ".join(f"r = {r} to {r + 1}: {pm(step, 2)}" for r, step in enumerate(each, 1))
    if chance < REJECTED:
        word = "faster" if steps[-1] < steps[0] else "slower"
        verdict = f"{word} at large r, p = {chance:.1g}"
    else:
        verdict = f"the same at all r, p = {chance:.2g}"
    said = "log t for one more site, by range"
    note = "the ring closes at the last"
    yield Claim(
        said, "the same at all r", text=text, N=count, verdict=verdict, note=note,
        id="R81 R108",
    )  # fmt: skip


def entangled(part: pd.DataFrame) -> Iterator[Claim]:
    """Mutual information beyond the cone of sigma(t) beside that within."""
    parts = by_number(part, "time")
    times = np.array(list(parts))
    outside, mutual = (
        np.array([laws.mean_of(parts[t], name).mean for t in times])
        for name in ("outside", "mutual")
    )
    # Site r is outside the cone where no more than LEVEL lies beyond r - 1.
    beyond = outside < LEVEL
    late = times[:, None] >= laws.EARLY
    n = part["realisation"].nunique()
    said = "largest mean mutual information with a site outside the cone of sigma(t) (nats)"
    if not np.any(beyond & late):
        yield Claim(said, "0", N=n, verdict="no site is outside after t = 3", id="R82")
    else:
        where = np.unravel_index(np.argmax(np.where(beyond & late, mutual, -1)), mutual.shape)
        here = parts[times[where[0]]]
        cells = [cell[where[1]] for cell in here["mutual"]]
        found = estimate(cells, here["realisation"])
        most = float(mutual[~beyond & late].max(initial=0.0))
        verdict = f"{found.mean / most:.2g} of the largest within" if most else "none within"
        note = f"r = {where[1] + 1}, t = {times[where[0]]:.3g}"
        yield state(said, "0", found, verdict=verdict, note=note, digits=5, id="R82")
    last = parts[times[-1]]
    near = laws.mean_of(last, "mutual").mean[0]
    share = estimate_of(
        lambda each: each[-1] / each[0], last["mutual"], clusters=last["realisation"]
    )
    said = "mutual information with the farthest site over that with the next, at the last time"
    yield state(said, "-", share, verdict=f"{pm(share)}, {near:.3f} nats next", id="R82")


def thouless(table: pd.DataFrame, tau: Sequence[float]) -> Iterator[Claim]:
    """omega_Th over omega_H against W for each L; where they are equal, against L."""
    crossings: dict[int, Estimate] = {}
    for sites, rows in by_size(table).items():
        parts = by_number(rows, "disorder")
        energies = {W: laws.thouless(part, tau) for W, part in parts.items()}
        known = {W: e for W, e in energies.items() if e.mean > SAME and e.error > 0}
        where = f"XXZ, L = {sites}"
        for W, found in energies.items():
            said = f"{where}, W = {W:g}: log of omega_Th/omega_H from the form factor"
            yield state(said, "-", found, verdict=reached(found), id="R92")
        if len(known) >= 3:
            yield slope(known, rows).at(where)
        place = crossings[sites] = equal_at(energies)
        said = f"W at which log(omega_Th/omega_H) = {SAME:g}, where omega_H takes over"
        verdict = "within the range" if math.isfinite(place.mean) else "not in the range"
        yield state(said, "drifts with L", place, verdict=verdict, id="R93").at(where)
    yield from drift({L: e for L, e in crossings.items() if e.error > 0})


def drift(found: dict[int, Estimate]) -> Iterator[Claim]:
    """How the W at which omega_H takes over moves with L."""
    if len(found) < 2:
        return
    means, errors = ([getattr(e, k) for e in found.values()] for k in ("mean", "error"))
    line = fit_line(list(found), means, errors, min(e.realisations for e in found.values()))
    said = f"W at which omega_H takes over, per site, L = {min(found)} to {max(found)}"
    note = f"in proportion to L it would be {found[max(found)].mean / max(found):.3f}"
    verdict = trend(line.slope, 3.0)
    yield fitted(said, "> 0", line, line.slope, verdict=verdict, note=note, id="R93")


def reached(found: Estimate) -> str:
    """Which of the two frequencies is larger."""
    if not math.isfinite(found.mean):
        return "K of a random matrix is not reached"
    return "omega_Th above omega_H" if found.mean > SAME else "as of uncorrelated levels"


#: log omega_Th/omega_H that counts as the same: where K of a random matrix is within the
#: criterion of 1, uncorrelated levels have 0.5 already.
SAME = 0.8


def slope(known: dict[float, Estimate], rows: pd.DataFrame) -> Claim:
    """log omega_Th against W: (122) has a straight line, e^(-c W/J)."""
    W = sorted(known)
    density = {w: rows[rows["disorder"] == w]["density"].mean() for w in W}
    y = [known[w].mean - math.log(density[w]) for w in W]
    error = [known[w].error for w in W]
    line = fit_line(W, y, error, min(e.realisations for e in known.values()))
    said = f"log omega_Th against W from {W[0]:g} to {W[-1]:g}, per J"
    note = f"window error {line.window_error:.2f}"
    paper, verdict = "-c, c of order 1", "a straight line"
    return fitted(said, paper, line, line.slope, verdict=verdict, note=note, id="R92")


def equal_at(energies: dict[float, Estimate]) -> Estimate:
    """W at which log(omega_Th/omega_H) falls through SAME, straight between neighbours;
    nan where it does not."""
    W = sorted(energies)
    for low, high in zip(W, W[1:]):
        a, b = energies[low], energies[high]
        if a.mean >= SAME > b.mean and a.error > 0 and b.error > 0:
            return independent(lambda x, y: low + (high - low) * (x - SAME) / (x - y), a, b)
    return Estimate(math.nan, math.nan, min(e.realisations for e in energies.values()))
