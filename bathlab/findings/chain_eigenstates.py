"""What eigenstates of chains say of the resonance model: spins, cats, correlations, chi."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments import eigenstate_laws as laws
from bathlab.experiments.dynamics_laws import growth, mean_of
from bathlab.findings.chain_lines import by_number, by_size, fitted, ring
from bathlab.statistics import Line, independent
from bathlab.statistics.histograms import POOR
from bathlab.workbench import Claim
from bathlab.workbench.claims import OFF, compare, pm, state

LOG2 = math.log(2)
#: Powers of the density of chi: uncorrelated levels with like elements, and the GOE, GUE.
POISSON = -1.5
RANDOM = {"uniform": -2.0, "all directions": -2.5}
#: A log chi per site beyond this many log 2 is more than thermal.
THERMAL, MOST = 1.0, 2.0


def portraits(table: pd.DataFrame) -> Iterator[Claim]:
    """All claims of the rows of portraits."""
    for fields, rows in table.groupby("fields", sort=False):
        slopes = {}
        for W, here in by_number(rows, "disorder").items():
            where = f"{ring(str(fields))}, W = {W:g}"
            parts = by_size(here)
            last = parts[max(parts)]
            for claim in [*spins(last), *correlations(last), *tail(last, str(fields))]:
                yield claim.at(f"{where}, L = {max(parts)}")
            for claim in [*entropies(parts), *ranges(parts)]:
                yield claim.at(where)
            line = growth(parts, "log_chi", log=False)
            if line is not None:
                slopes[W] = line
        yield from sensitivity(slopes, ring(str(fields)))


def spins(part: pd.DataFrame) -> Iterator[Claim]:
    """P(|<sigma>|) over sites and states."""
    shares = mean_of(part, "polarised")
    text = f"{shares.mean[-1]:.3f} in [0.9, 1], {shares.mean[:2].sum():.3f} in [0, 0.2]"
    lowest = int(np.argmin(shares.mean))
    edge = shares.mean[0] - shares.mean[lowest]
    error = math.hypot(shares.error[0], shares.error[lowest])
    most = int(np.argmax(shares.mean))
    place = "at 1" if most == len(shares.mean) - 1 else "at 0" if most == 0 else "between"
    two = most > 0 and lowest > 0 and edge > OFF * error
    ends = f"largest {place}, " + ("a second peak at 0" if two else "no second peak at 0")
    said = "P(|<sigma>|) of eigenstates, ten bins"
    N = part["realisation"].nunique()
    yield Claim(said, "peaks at 1 and, of cats, 0", text=text, N=N, verdict=ends, id="R12")
    shape, wanted = laws.cat_shape(part), laws.two_level_shape()
    said = "P(|<sigma>| < 0.2) over P(0.4 to 0.6)"
    more = {"id": "R12 R29", "note": "equal cats alone would have far more than 1"}
    yield compare(said, f"{wanted:.3f}, two levels", wanted, shape, **more)


def correlations(part: pd.DataFrame) -> Iterator[Claim]:
    """Typical connected correlations against distance: exponential or stretched."""
    found = laws.correlation_laws(part)
    chi = found.plain.chi2_dof, found.root.chi2_dof
    if math.isnan(chi[0]):
        return
    better = "exp(-r)" if chi[0] <= chi[1] else "exp(-sqrt r)"
    held = "" if min(chi) <= POOR else ", neither holds"
    line = found.plain if chi[0] <= chi[1] else found.root
    text = f"chi2/dof {chi[0]:.1f} in r, {chi[1]:.1f} in sqrt r"
    text += "" if held else f"; slope {pm(line.slope)}"
    said, paper = "[log |<sigma sigma>_c|] against distance", "stretched at the crossover"
    more = {"text": text, "verdict": f"{better} is nearer{held}", "id": "R83"}
    poor = f"{better} is nearer, neither holds"
    yield fitted(said, paper, line, line.slope, poor=poor, **more)


def tail(part: pd.DataFrame, fields: str) -> Iterator[Claim]:
    """The power with which the density of chi falls."""
    law = laws.chi_tail(part)
    if law is None:
        return
    said = f"power of the density of chi on [{law.window[0]:.1g}, {law.window[1]:.1g}]"
    paper = f"above {POISSON:g} in MBL; {RANDOM[fields]:g} thermal"
    poor = "" if law.chi2_dof <= POOR else ", not one power"
    off = (law.exponent.mean - POISSON) / math.hypot(
        law.exponent.error, 0.0 if math.isnan(law.window_error) else law.window_error
    )
    verdict = f"{off:+.1f} of all errors from Poisson's{poor}"
    text = f"{pm(law.exponent)} +- {law.window_error:.3f} (window)"
    more: dict[str, Any] = {"verdict": verdict, "text": text, "chi2_dof": law.chi2_dof}
    if poor:
        N = law.exponent.realisations
        yield Claim(said, paper, N=N, id="R97", chi2_dof=law.chi2_dof, verdict="not one power")
        return
    yield state(said, paper, law.exponent, id="R97", **more)


def entropies(parts: dict[int, pd.DataFrame]) -> Iterator[Claim]:
    """Entropies of one and two sites below thermal ones, and how that goes with L."""
    last = max(parts)
    for size in (1, 2):
        found = mean_of(parts[last], f"entropy_{size}")
        below = (1 - found.mean) / found.error
        known = "below thermal" if below > OFF else "thermal within errors"
        line = growth(parts, f"entropy_{size}", log=False)
        trend = f"; per site {pm(line.slope)}" if line is not None else ""
        said = f"entropy of {size} site{'s' if size > 1 else ''} over thermal, L = {last}"
        verdict = f"{known}, {100 * (found.mean - 1):+.1f} %{trend}"
        yield compare(said, "< 1 in region I", 1.0, found, verdict=verdict, id="R9")


def ranges(parts: dict[int, pd.DataFrame]) -> Iterator[Claim]:
    """Given a resonance at a site, how far it reaches, against L."""
    found = {L: laws.cat_range(part) for L, part in parts.items()}
    known = {L: e for L, e in found.items() if math.isfinite(e.error) and e.error > 0}
    if len(known) < 2:
        return
    low, high = min(known), max(known)
    rise = independent(lambda a, b: (b - a) / (high - low), known[low], known[high])
    off = rise.mean / rise.error
    word = "grows with L" if off > OFF else "falls with L" if off < -OFF else "no trend in L"
    text = ", ".join(f"{pm(e, 2)} at L = {L}" for L, e in known.items())
    said = "mean range of a state's resonance at a site, given that it has one"
    verdict = f"{word}: {pm(rise)} per site"
    yield state(
        said, "xi in MBL, ~ L in region I", rise, text=text, verdict=verdict, id="R12 R7"
    )


def sensitivity(slopes: dict[float, Line], where: str) -> Iterator[Claim]:
    """[log chi] per site against W, and its largest slope."""
    for W, line in slopes.items():
        slope = line.slope / LOG2
        off = [f"{(slope.mean - at) / slope.error:+.1f} sigma from {at}" for at in (0, 1)]
        said = f"{where}, W = {W:g}: [log chi] per site over log 2"
        verdict = ", ".join(off)
        yield fitted(said, "1 thermal, 0 in MBL", line, slope, verdict=verdict, id="R95")
    if len(slopes) < 2:
        return
    W = max(slopes, key=lambda w: float(slopes[w].slope.mean))
    most = slopes[W].slope / LOG2
    off = (most.mean - THERMAL) / most.error
    word = "more than thermal" if off > OFF else "not above thermal"
    said = f"{where}: largest slope of [log chi] over log 2, at W = {W:g}"
    verdict = f"{word}, {off:+.1f} sigma from 1, {(most.mean - MOST) / most.error:+.1f} from 2"
    note = "the largest of several"
    yield compare(
        said, "2, as L nears lambda", MOST, most, verdict=verdict, note=note, id="R96"
    )
