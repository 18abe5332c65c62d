"""What is said of quantum suns: where curves of several sizes cross, how they scale, rates,
energy windows, conventions and controls."""

from __future__ import annotations

import math
from typing import Any, Iterator, Sequence

import pandas as pd

from bathlab.experiments.sun_laws import (
    CROSSED,
    Sized,
    crossings,
    entropy_share,
    half_ways,
    limit,
    points,
    rate_lines,
    scaled,
    sized,
    window_tables,
)
from bathlab.experiments.suns import HALVED
from bathlab.findings.sun_conventions import FIRST as FIRST
from bathlab.findings.sun_conventions import conventions as conventions
from bathlab.statistics.arithmetic import independent
from bathlab.statistics.chances import chance_of_chi2
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.finite_sizes import REJECTED
from bathlab.statistics.fits import fit_line
from bathlab.statistics.intersections import Intersection
from bathlab.statistics.scaling import Scaling, scaling_fit
from bathlab.theory.random_matrices import GOE, POISSON_RATIO
from bathlab.workbench import Claim
from bathlab.workbench.claims import AGREEMENT, apart, compare, pm

#: alpha_c of De Roeck & Huveneers, and its name.
CRITICAL, NAME = 1 / math.sqrt(2), "1/sqrt 2"
#: What exponent the mean field of the avalanche has.
NU = 1.0
#: Fewer suns than this have errors of which a claim speaks.
FEW = 10


def all_claims(table: pd.DataFrame, alphas: Sequence[float], grain: int) -> Iterator[Claim]:
    """All of them, of the rows of one run with ``grain`` spins in the grain; crossings are
    sought among ``alphas``."""
    kinds = dict(tuple(table.groupby("kind")))
    levels = {str(name): part for name, part in kinds["levels"].groupby("convention")}
    yield from controls(levels[FIRST])
    last: dict[str, dict[tuple[int, int], Intersection]] = {}
    for convention, part in levels.items():
        for claim in places(part, ("gap_ratio", "gap_ratio_middle", "log_rate"), alphas):
            yield claim.at(convention)
        last[convention] = crossings(sized(part, "gap_ratio", alphas))
    yield from moved(last)
    yield from around(levels[FIRST], alphas, grain)
    for kind, name in (("states", FIRST), ("middle", f"{FIRST}, {HALVED} middle states")):
        for claim in places(kinds[kind], ("farthest", "half"), alphas):
            yield claim.at(name)
    for claim in [*rates(levels[FIRST], alphas), *edge(levels[FIRST], alphas)]:
        yield claim.at(FIRST)
    yield from conventions(kinds["conventions"])


def controls(table: pd.DataFrame) -> Iterator[Claim]:
    """The gap ratio in the middle at the smallest alpha and the two largest, of each size that
    has them."""
    alphas = sorted(table["alpha"].unique())
    ends = {float(alpha): (GOE.gap_ratio, "GOE") for alpha in alphas[-2:]}
    ends[float(alphas[0])] = POISSON_RATIO, "uncorrelated"
    for alpha, (expected, name) in sorted(ends.items()):
        for spins, own in points(table, "gap_ratio_middle").items():
            if alpha in own:
                said = (
                    f"control: gap ratio of the middle levels at alpha = {alpha:g}, L = {spins}"
                )
                yield compare(said, f"{expected:.4f}, {name}", expected, own[alpha], digits=4)


def places(
    table: pd.DataFrame, names: Sequence[str], alphas: Sequence[float]
) -> Iterator[Claim]:
    """Crossings of some columns by pairs of sizes, their limit, and their scaling."""
    for name in names:
        found = sized(table, name, alphas)
        if name == "log_rate":
            yield from without_rate(table, found)
        crossed = crossings(found)
        for pair, one in crossed.items():
            yield crossing(f"alpha at which curves of {CROSSED[name]} cross", pair, one)
        yield from extrapolated(name, crossed)
        yield from collapses(name, found)


def without_rate(table: pd.DataFrame, found: dict[int, Sized]) -> Iterator[Claim]:
    """Sizes whose form factors of few suns never settle."""
    for spins, own in table.dropna(subset="weight").groupby("spins"):
        count = int(own.groupby("alpha")["realisation"].nunique().min())
        if int(str(spins)) not in found:
            word = (
                f"no time with an error: K of {count} suns does not settle within 0.2 decades"
            )
            yield Claim(f"{CROSSED['log_rate']}, L = {spins}", "-", N=count, verdict=word)


def crossing(said: str, pair: tuple[int, int], one: Intersection) -> Claim:
    """One crossing; a fit that is rejected, or has none, has no place."""
    said = f"{said}, L = {pair[0]} and {pair[1]}"
    more: dict[str, Any] = {"chi2_dof": one.chi2_dof, "N": one.place.realisations}
    if not one.holds:
        word = "no crossing in the window"
        if one.chance < REJECTED:
            word = f"rejected: chi2/dof {one.chi2_dof:.1f}"
        elif math.isfinite(one.place.mean):
            word = "no crossing that the errors fix"
        return Claim(said, f"{CRITICAL:.4f} for long L", verdict=word, **more)
    window = "no window error" if math.isnan(one.window) else f"{one.window:.4f} (window)"
    text = f"{pm(one.place, 4)} +- {window}"
    more |= _of_few(one.place.realisations)
    total = math.hypot(one.place.error, 0.0 if math.isnan(one.window) else one.window)
    word = f"{(one.place.mean - CRITICAL) / total:+.1f} of all errors from {NAME}"
    more |= {"text": text, "verdict": word}
    return compare(said, f"{CRITICAL:.4f} for long L", CRITICAL, one.place, **more)


def _of_few(count: int) -> dict[str, Any]:
    """A note on the errors of few suns."""
    if count >= FEW:
        return {}
    return {
        "note": f"the errors of {count} suns are known to {1 / math.sqrt(2 * count - 2):.0%}"
    }


def extrapolated(name: str, crossed: dict[tuple[int, int], Intersection]) -> Iterator[Claim]:
    """The places against 1/L as a straight line, at 1/L = 0."""
    line = limit(crossed)
    if line is None:
        return
    said = f"alpha_c of {CROSSED[name]}: crossings on a straight line in 1/L, at L = infinity"
    more: dict[str, Any] = {"chi2_dof": line.chi2_dof, "digits": 3}
    free = line.chi2_dof == line.chi2_dof
    if free and chance_of_chi2(line.chi2_dof, 1) < REJECTED:
        count = line.intercept.realisations
        yield Claim(
            said, NAME, verdict=f"rejected: chi2/dof {line.chi2_dof:.1f}", N=count, **more
        )
        return
    slope = line.slope.mean / line.slope.error
    note = f"{slope:+.1f} sigma of a drift with 1/L; a straight line is assumed"
    yield compare(said, f"{CRITICAL:.4f}", CRITICAL, line.intercept, note=note, **more)


def collapses(name: str, found: dict[int, Sized]) -> Iterator[Claim]:
    """Scaling in L (1/zeta_c - 1/zeta) with nu free and nu = 1."""
    curves = scaled(found)
    if len(curves) < 3:
        return
    free, kept = scaling_fit(curves), scaling_fit(curves, nu=NU)
    yield collapse(f"nu of {CROSSED[name]}, free", free, NU)
    said = f"alpha_c of {CROSSED[name]} by a collapse with nu = 1"
    more: dict[str, Any] = {"chi2_dof": kept.chi2_dof, "of": "points"}
    if not kept.holds:
        word = f"no collapse, chi2/dof {kept.chi2_dof:.1f}, p = {kept.chance:.1g}"
        yield Claim(said, NAME, verdict=word, N=kept.points, **more)
    else:
        yield compare(said, f"{CRITICAL:.4f}", CRITICAL, alpha_of(kept), digits=4, **more)
    yield worse(name, free, kept)


def collapse(said: str, fit: Scaling, expected: float) -> Claim:
    """nu of a collapse, or that there is none."""
    more: dict[str, Any] = {"chi2_dof": fit.chi2_dof, "N": fit.points, "of": "points"}
    if not fit.holds:
        word = f"no collapse, chi2/dof {fit.chi2_dof:.1f}, p = {fit.chance:.1g}"
        return Claim(said, "1", verdict=word if fit.inside else f"{word}, at an end", **more)
    low, high = fit.interval
    total = math.hypot(fit.nu.error, fit.nu_window)
    off = (fit.nu.mean - expected) / total
    word = "agrees" if abs(off) < AGREEMENT else f"{off:+.1f} of all errors"
    text = f"{pm(fit.nu, 2)} +- {fit.nu_window:.2f} (window), 95 %: {low:.2f} to {high:.2f}"
    note = f"alpha_c = {pm(alpha_of(fit), 4)}"
    return compare(said, "1", expected, fit.nu, text=text, verdict=word, note=note, **more)


def around(table: pd.DataFrame, alphas: Sequence[float], grain: int) -> Iterator[Claim]:
    """nu of the gap ratio where L counts the spins around the grain alone."""
    curves = {
        spins - grain: curve
        for spins, curve in scaled(sized(table, "gap_ratio", alphas)).items()
    }
    if len(curves) > 2:
        said = f"nu of {CROSSED['gap_ratio']}, free, L without the spins of the grain"
        yield collapse(said, scaling_fit(curves), NU).at(FIRST)


def worse(name: str, free: Scaling, kept: Scaling) -> Claim:
    """How much chi^2 nu = 1 costs beside a free nu, one degree of freedom."""
    cost = kept.chi2_dof * _freedom(kept, 1) - free.chi2_dof * _freedom(free, 0)
    chance = chance_of_chi2(max(cost, 0.0), 1)
    word = "nu = 1 is as good" if chance > REJECTED else "nu = 1 is rejected beside a free nu"
    if not free.holds:
        word += ", neither holds"
    said = f"chi^2 of {CROSSED[name]} with nu = 1 less that with nu free"
    text = f"{cost:.1f}, p = {chance:.2g}"
    return Claim(said, "about 1", text=text, verdict=word, N=free.points, of="points")


def _freedom(fit: Scaling, kept: int, degree: int = 3) -> int:
    return fit.points - degree - 3 + kept


def alpha_of(fit: Scaling) -> Estimate:
    """alpha_c of a fit in 1/zeta."""
    alpha = math.exp(-fit.critical.mean)
    return Estimate(alpha, alpha * fit.critical.error, fit.points)


def rates(table: pd.DataFrame, alphas: Sequence[float]) -> Iterator[Claim]:
    """d log Gamma/dL at each alpha beside 2 log alpha."""
    for alpha, line in rate_lines(table, alphas).items():
        said = f"d log Gamma/dL, Gamma = 2 pi/t_Th, at alpha = {alpha:g}"
        expected = 2 * math.log(alpha)
        more: dict[str, Any] = {"chi2_dof": line.chi2_dof}
        if not line.chi2_dof < 4:
            word = f"not exponential in L: chi2/dof {line.chi2_dof:.1f}"
            count = line.slope.realisations
            yield Claim(said, f"2 log alpha = {expected:.3f}", verdict=word, N=count, **more)
            continue
        yield compare(said, f"2 log alpha = {expected:.3f}", expected, line.slope, **more)


def edge(table: pd.DataFrame, alphas: Sequence[float]) -> Iterator[Claim]:
    """Where curves of the two largest sizes with all alphas cross, by windows of energy."""
    known: list[tuple[float, Estimate]] = []
    for place, rows in window_tables(table):
        crossed = crossings(sized(rows, "gap_ratio", alphas, len(alphas)))
        if not crossed:
            continue
        pair = max(crossed)
        one, expected = crossed[pair], math.exp(-entropy_share(place) / 2)
        said = f"alpha of the crossing at {place:.2f} of the band, L = {pair[0]} and {pair[1]}"
        more: dict[str, Any] = {"chi2_dof": one.chi2_dof, "N": one.place.realisations}
        paper = f"{expected:.3f}: e^(-s/2), s of free spins"
        if not one.holds:
            yield Claim(said, paper, verdict="no crossing that the errors fix", **more)
            continue
        known.append((place, one.place))
        more |= _of_few(one.place.realisations)
        yield compare(said, paper, expected, one.place, **more)
    yield from _edge_of(known, "crossing")
    size, halves = half_ways(table, alphas)
    held = list(halves.items())
    for place, found in held:
        said = (
            f"alpha at which the gap ratio is half-way at {place:.2f} of the band, L = {size}"
        )
        more = _of_few(found.realisations)
        yield apart(said, "largest at the ends", CRITICAL, NAME, found, **more)
    yield from _edge_of(held, f"half-way gap ratio of L = {size}")


def _edge_of(known: Sequence[tuple[float, Estimate]], name: str) -> Iterator[Claim]:
    """How an alpha falls from the end of the band to its middle: slope of a straight line."""
    if len(known) > 1:
        share = [place for place, _ in known]
        mean, error = ([getattr(e, k) for _, e in known] for k in ("mean", "error"))
        line = fit_line(share, mean, error, min(e.realisations for _, e in known))
        said = f"slope in the share of the band of the alpha of the {name}"
        more: dict[str, Any] = _of_few(line.slope.realisations)
        more |= {} if len(known) < 3 else {"chi2_dof": line.chi2_dof}
        yield apart(said, "below 0: a mobility edge", 0.0, "0", line.slope, **more)


def moved(found: dict[str, dict[tuple[int, int], Intersection]]) -> Iterator[Claim]:
    """How far another convention moves the crossing of the gap ratio."""
    for convention, crossed in found.items():
        pairs = [
            pair
            for pair, one in crossed.items()
            if one.holds and pair in found[FIRST] and found[FIRST][pair].holds
        ]
        if convention == FIRST or not pairs:
            continue
        pair = max(pairs)
        gap = independent(lambda a, b: a - b, crossed[pair].place, found[FIRST][pair].place)
        said = f"crossing of the gap ratio with {convention} less that with {FIRST}"
        yield apart(f"{said}, L = {pair[0]} and {pair[1]}", "0 for long L", 0.0, "0", gap)
