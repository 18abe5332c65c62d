"""What a probe's resonances say by range and local energy, and kicked rings beside static
ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Iterator

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments import probe_laws, probe_lengths
from bathlab.experiments.probe_cells import CHANGES
from bathlab.experiments.probe_energies import DISTANCES, LOCAL
from bathlab.experiments.probe_laws import as_estimate, case_rows, points
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.misfits import Misfit
from bathlab.theory.random_matrices import POISSON_RATIO
from bathlab.theory.resonance_model import (
    floquet_resonance_length,
    hamiltonian_resonance_length,
)
from bathlab.workbench import Claim
from bathlab.workbench.claims import compare, pm, state

LOG2 = math.log(2)
#: Gap ratio of the unitary class.
UNITARY = 0.5996
#: Ranges are spoken of where there are as many states at r = 1 and 2 as (36) has, within this
#: factor.
TOLD_APART = 2.0
#: And no more than so many, itself among them, are the same at every site.
UNCHANGED = 6.0


def ranges(rows: pd.DataFrame, kind: str) -> Iterator[Claim]:
    """q(r), xi, lambda, zeta, and the elements behind them, where states are told apart by the
    sites at which they differ."""
    static, swept = kind == "static", float(rows["swept"].iloc[0])
    same, *pairs = probe_lengths.mean_curve(rows, "range_pairs").mean
    text = f"{', '.join(f'{each:.1f}' for each in pairs)}; the same {same:.1f}"
    apart = same < UNCHANGED and all(
        1 / TOLD_APART < pairs[r] / (1.5 * 4**r) < TOLD_APART
        for r in (1, 2)
        if r < len(pairs) - 1
    )
    known = "near (36) at r = 1 and 2" if apart else "not told apart: no ranges"
    said = "states at r = 0, 1, ... from a state"
    yield Claim(said, "1, 6, 24, ...", text=text, verdict=known, N=len(rows), id="R31")
    if not apart:
        return
    q = probe_lengths.range_curve(rows)
    text = ", ".join(f"{mean:.4f}" for mean in q.mean)
    known = "falls with r" if all(np.diff(q.mean) < 0) else "not monotonic"
    said = "q(r) = 2 rho v of partners at r = 0, 1, ..."
    note = f"1/q(0) = {1 / q.mean[0]:.3g}"
    ids = "R1 R2 R6 R84"
    yield Claim(said, "exp(-r/xi)", text=text, verdict=known, N=len(rows), note=note, id=ids)
    first = estimate_of(
        lambda q: q[0] / q.sum(),
        list(probe_lengths.range_cells_of(rows)),
        clusters=rows.realisation,
    )
    said = "share of q at r = 0"
    yield compare(said, "1 deep in MBL", 1.0, first, id="R7", verdict=f"{first.mean - 1:+.2f}")
    yield from _free(rows)
    yield from _lengths(rows, static, swept)
    yield _spread(rows, np.array(pairs))


def _free(rows: pd.DataFrame) -> Iterator[Claim]:
    """States without a resonance up to r = 1, beside F(1) of their q."""
    first = probe_lengths.curves(rows, "range_first")[:, :3]
    q = probe_lengths.range_cells_of(rows)[:, :2]
    free = 1 - first.sum(axis=1)
    off = estimate(free - np.exp(-q.sum(axis=1)), rows["realisation"])
    text = f"{pm(estimate(free, rows['realisation']))}, off by {pm(off)}"
    said = "share of states free up to r = 1, less exp(-q(0) - q(1))"
    yield compare(said, "0", 0.0, off, text=text, id="R37")


def _lengths(rows: pd.DataFrame, static: bool, swept: float) -> Iterator[Claim]:
    slope, log_lam = probe_lengths.lengths(rows, static)
    said = "1/xi of q(r), r = 1, ..., L/2 - 1"
    if not math.isfinite(slope.error):
        yield Claim(said, "-", verdict="too few partners", N=len(rows), id="R1 R33 R57")
        return
    others = [probe_lengths.lengths(rows, static, change) for change in CHANGES]
    others = [each for each in others if math.isfinite(each[0].mean)]
    note = f"+- {np.ptp([each[0].mean for each in others]) / 2:.2f} by what counts as changed"
    side = "localised" if slope.mean > 0 else "thermal"
    known = f"{side}, {slope.mean / slope.error:+.1f} sigma from 0"
    yield state(said, "-", slope, verdict=known, note=note, id="R1 R33")
    yield _resonance_length(log_lam, [each[1].mean for each in others], static, swept)
    norm = probe_lengths.decay_of_norm(rows)
    xi = norm - LOG2
    known = f"1/xi = 1/zeta - log 2 = {pm(xi)}, of q {pm(slope)}"
    yield state("1/zeta of |V_r| at r = 1 and 2", "-", norm, verdict=known, id="R23 R33")
    gap = probe_lengths.decay_excess(rows, static)
    said = "decay of the rms element - 2/zeta_c - 1/xi of q"
    yield compare(said, "0", 0.0, gap, id="R32 R33", equation="(38)")


def _resonance_length(
    log_lam: Estimate, others: list[float], static: bool, swept: float
) -> Claim:
    """log lambda of q beside the formula, for static rings with its variants."""
    formula = hamiltonian_resonance_length if static else floquet_resonance_length
    over = log_lam - math.log(formula(swept))
    lam, times = math.exp(log_lam.mean), math.exp(log_lam.error)
    text = f"{pm(over, 2)}: lambda {lam:.3g}, error a factor {times:.2g}, against "
    text += f"{formula(swept):.3g}"
    ends = math.exp(min(others)), math.exp(max(others))
    note = f"{ends[0]:.3g} to {ends[1]:.3g} by what counts as changed"
    name, equation = ("pi (zeta_c W/4J)^2", "(83)") if static else ("zeta_c Omega/8J", "(43)")
    if static:
        variants = [f"{formula(swept) * (4 / k) ** 2:.3g} with {k}J" for k in (8, 16)]
        note = f"{', '.join(variants)}; {note}"
    said = f"log of lambda of q(r) over {name}"
    ids = "R57 R6" if static else "R36 R6"
    return compare(said, "0", 0.0, over, id=ids, text=text, note=note, equation=equation)


def _spread(rows: pd.DataFrame, pairs: RealArray) -> Claim:
    """How far elements of one range spread."""
    spread = probe_lengths.spread_of_logs(rows)
    square, logs = (
        probe_lengths.mean_curve(rows, name).mean[1:] for name in ("range_square", "range_log")
    )
    over = [math.sqrt(square[r] / pairs[r]) / math.exp(logs[r] / pairs[r]) for r in (1, 2)]
    found = Estimate(float(spread.mean[1]), float(spread.error[1]), len(rows))
    known = f"rms over typical element {over[0]:.3g} at r = 1, {over[1]:.3g} at 2"
    said, note = "standard deviation of log |V_ab| at r = 1", f"at r = 2: {spread.mean[2]:.2f}"
    return compare(said, "0", 0.0, found, verdict=known, note=note, id="R32 R63")


def energies(rows: pd.DataFrame) -> Iterator[Claim]:
    """Width of local energies, and what resonances and elements have to do with them."""
    W = float(rows["swept"].iloc[0])
    square = probe_lengths.curves(rows, "energy_square")
    fourth = probe_lengths.curves(rows, "energy_fourth")
    reach = min(LOCAL, square.shape[1] - 1)
    width = estimate_of(
        lambda m: math.sqrt(m / (2 * reach + 1)) / W,
        square[:, reach],
        clusters=rows.realisation,
    )
    means = np.sqrt(square.mean(axis=0) / (2 * np.arange(square.shape[1]) + 1)) / W
    excess = estimate(fourth[:, reach] - 3, rows["realisation"])
    known = f"{width.mean:.2f} of it; (61) with independent spins: 0.5"
    note = f"r = 0, 1, ...: {', '.join(f'{each:.2f}' for each in means)}"
    said = f"width of local energies over W sqrt(2r + 1), r = {reach}"
    yield compare(said, "1", 1.0, width, verdict=known, note=note, id="R52", equation="(67)")
    note = f"r = 0, 1, ...: {', '.join(f'{each - 3:.2f}' for each in fourth.mean(axis=0))}"
    said = f"excess kurtosis of local energies, r = {reach}"
    yield compare(said, "0 at large r", 0.0, excess, note=note, id="R52", equation="(66)")
    yield from _rates(rows, reach)


def _rates(rows: pd.DataFrame, reach: int) -> Iterator[Claim]:
    """Resonances and elements by how far a state is from the centre of its partners."""
    outer = range(int(np.searchsorted(DISTANCES, 2.0)) + 1, len(DISTANCES) + 1)
    names = ("distance_rate", "distance_states")
    over = probe_lengths.shares_compared(rows, names, (outer, range(1)), lambda a, b: a / b)
    share = probe_lengths.mean_curve(rows, "distance_states").mean[list(outer)].sum()
    said = "resonances of states beyond 2 s over those within s/2 of their partners' centre"
    note = f"2 rho v up to r = {reach}; {100 * share:.1f} % of states"
    known = f"factor {over.mean:.2f} +- {over.error:.2f}"
    yield compare(said, "much below 1", 1.0, over, verdict=known, note=note, id="R54")
    names = ("distance_log", "distance_pairs")
    ends = (range(3, 4), range(1))
    apart = probe_lengths.shares_compared(rows, names, ends, lambda a, b: a - b)
    said = "log |V_ab| of partners at 1.5 to 2 s less that within s/2"
    note = f"{100 * math.expm1(apart.mean):+.0f} % in |V|"
    yield compare(said, "0", 0.0, apart, id="R55", note=note)


def compared(table: pd.DataFrame) -> Iterator[Claim]:
    """Gap ratios along the sweep, and the least theta of static and of kicked rings."""
    least: dict[str, Least] = {}
    sizes: dict[str, int] = {}
    for kind in ("static", "kicked"):
        known = points(table, kind)
        sizes[kind] = largest = max((sites for sites, _ in known), default=0)
        cases = [each for each in known if each[0] == largest]
        for sites, swept in cases:
            r = as_estimate(case_rows(table, kind, sites, swept), "gap_ratio")
            share = (r.mean - POISSON_RATIO) / (UNITARY - POISSON_RATIO)
            told = f"{100 * share:.0f} % of the way from Poisson to the unitary class"
            letter = "W" if kind == "static" else "Omega"
            ids = "R49" if kind == "static" else "R22"
            claim = state("gap ratio", "-", r, verdict=told, id=ids, digits=4)
            yield claim.at(f"{kind}, L = {sites}, {letter} = {swept:g}")
        found = _least(table, kind, cases)
        if found is not None:
            least[kind] = found
    yield from _thetas(table, least, sizes)


@dataclass(frozen=True)
class Least:
    """Where the theta of S is least among the fits that hold, and where none does."""

    swept: float
    misfit: Misfit
    theta: Estimate
    rejected: list[float]


def _least(table: pd.DataFrame, kind: str, cases: list[tuple[int, float]]) -> Least | None:
    found, rejected = [], []
    for sites, swept in cases:
        law = probe_laws.exponent(case_rows(table, kind, sites, swept), "spectrum")
        if law is None or not law.misfit.holds:
            rejected.append(swept)
        else:
            found.append((swept, law.misfit, law.exponent + 1))
    if not found:
        return None
    return Least(*min(found, key=lambda each: float(each[2].mean)), rejected)


def _thetas(
    table: pd.DataFrame, least: dict[str, Least], sizes: dict[str, int]
) -> Iterator[Claim]:
    for kind, found in least.items():
        letter, theta = "W" if kind == "static" else "Omega", found.theta
        said = f"{kind}: least theta of S along the sweep, of fits that hold"
        known = f"{theta.mean / theta.error:+.1f} sigma from 0, at {letter} = {found.swept:g} J"
        paper, ids = (
            ("0+", "R44 R107") if kind == "static" else ("theta_c > 0", "R43 R44 R94 R107")
        )
        others = ", ".join(f"{each:g}" for each in found.rejected) or "none"
        note = f"{letter} of rejected fits: {others}"
        more = {"verdict": known, "chi2_dof": found.misfit.ratio, "note": note, "id": ids}
        yield state(said, paper, theta, **more)
    if len(least) == 2:
        static, kicked = (
            case_rows(table, kind, sizes[kind], least[kind].swept)
            for kind in ("static", "kicked")
        )
        gap = probe_laws.theta_difference(kicked, "spectrum", static, "spectrum")
        if gap is not None:
            said = "least theta of kicked rings less that of static ones"
            known = f"{gap.mean / gap.error:+.1f} sigma from 0"
            note = "straight lines, unweighted, the bins that both have"
            yield compare(said, "> 0", 0.0, gap, verdict=known, note=note, id="R107")
