"""What chains under the full scheme say of P(thermal): crossings, minima, powers.

Tables are those of :func:`bathlab.experiments.epsilon_rows` of one K and one disorder. What
depends on the critical eps is said at the eps of the table to both sides of it as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments import avalanche_sums as sums
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import POOR
from bathlab.statistics.shares import Crossing, SharePower, share_power
from bathlab.workbench import Claim, compare, state

#: Fractions of a chain that a region must cover for it to count as thermal, and the share of
#: such chains in words.
NAMES = {1.0: "P(thermal)", 0.5: "P(region over L/2)", 0.3: "P(region over 0.3 L)"}
#: The one whose crossing is taken for the critical point.
HALF = 0.5
#: A change that is larger than so many of its errors is one.
CLEAR = 2.0
#: Below this length a chain is all ends.
SHORT = 1000


@dataclass(frozen=True)
class Critical:
    """The critical point: ``crossing`` of the two largest sizes, that of the two ``before``;
    the three eps of the table about it, and the ``last`` one."""

    crossing: Crossing
    before: Crossing | None
    around: tuple[float, ...]
    last: float

    @property
    def epsilon(self) -> Estimate:
        return self.crossing.place

    @property
    def nearest(self) -> float:
        """The eps of the table nearest to it."""
        return min(self.around, key=lambda eps: abs(eps - self.epsilon.mean))


def critical_point(table: pd.DataFrame) -> Critical:
    """From the chains half of which one region covers; ``around`` are the nearest eps of the
    table, or its middle ones where nothing crosses."""
    sizes = sums.lengths(table)
    last = sums.covering_crossing(table, sizes[-2], sizes[-1], HALF)
    before = None
    if len(sizes) > 2:
        before = sums.covering_crossing(table, sizes[-3], sizes[-2], HALF)
    eps = np.array(sums.epsilons(sums.part(table, length=sizes[-1])))
    place = last.place.mean if math.isfinite(last.place.mean) else float(np.median(eps))
    centre = int(np.clip(np.argmin(np.abs(eps - place)), 1, len(eps) - 2))
    around = tuple(eps[centre - 1 : centre + 2].tolist())
    return Critical(last, before, around, float(eps[-1]))


def all_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """All of this module but what compares tables."""
    yield from crossing_claims(table)
    yield from localised_claims(table, critical)
    yield from minimum_claims(table, critical)
    yield from growth_claims(table, critical)


def crossing_claims(table: pd.DataFrame) -> Iterator[Claim]:
    """Where P crosses at two sizes, for each test of what is thermal, and how that drifts."""
    sizes = [size for size in sums.lengths(table) if size >= SHORT]
    last = []
    for fraction in NAMES:
        found = [
            sums.covering_crossing(table, few, many, fraction)
            for few, many in zip(sizes, sizes[1:])
        ]
        last.append(found[-1].place)
        name = NAMES[fraction]
        ids = {"id": "A27 A59" if fraction == 1 else "A9 A27"}
        for few, many, each in zip(sizes, sizes[1:], found):
            said = f"{name} at L = {few} and {many} cross at eps"
            more = {"note": _by_other(each), "digits": 5, "chi2_dof": each.chi2_dof}
            height = f"P = {each.height.mean:.4f} +- {each.height.error:.4f} there"
            yield state(said, "eps_c", each.place, verdict=height, **ids, **more)
        for first, second in zip(found[:-1], found[1:]):
            yield _drift(
                f"drift of eps where {name} crosses, L ten times larger", first, second
            )
            yield _lower(name, first, second)
    for name, place in list(zip(NAMES.values(), last))[1:]:
        moved = difference(last[0], place)
        said = f"eps where {name} crosses, less that of P(thermal)"
        known = f"{100 * moved.mean / last[0].mean:+.2f} %"
        note = f"L = {sizes[-2]} and {sizes[-1]}; errors as if independent"
        yield state(said, "0", moved, verdict=known, note=note, id="A9", digits=5)


def _by_other(found: Crossing) -> str:
    place, height = found.other
    known = "none" if math.isnan(place) else f"{place:.5f}, P = {height:.4f}"
    return f"with parabolas for straight curves and the reverse: {known}"


def _drift(said: str, first: Crossing, second: Crossing) -> Claim:
    moved = difference(first.place, second.place)
    known = f"{100 * moved.mean / first.place.mean:+.2f} %"
    return state(said, "0", moved, verdict=known, id="A27 A59", digits=5)


def _lower(name: str, first: Crossing, second: Crossing) -> Claim:
    """Whether P at the crossing falls with L, as it has to if the critical point is
    localised."""
    low, high = (each.height for each in (second, first))
    if low.mean > 0 and high.mean > 0:
        errors = math.hypot(low.error / low.mean, high.error / high.mean)
        low = Estimate(
            math.log10(low.mean / high.mean), errors / math.log(10), low.realisations
        )
    said = f"log10 of the factor of {name} at the crossing, L ten times larger"
    return state(said, "< 0: falls to 0", low, verdict=clearly(low, "falls", "rises"), id="A27")


def difference(first: Estimate, second: Estimate) -> Estimate:
    """Second less first, as if independent."""
    count = min(first.realisations, second.realisations)
    return Estimate(second.mean - first.mean, math.hypot(first.error, second.error), count)


def clearly(found: Estimate, below: str, above: str, value: float = 0.0) -> str:
    """One word if a value lies clearly below, another if above; else that it does neither."""
    off = (found.mean - value) / found.error if found.error > 0 else math.nan
    if abs(off) < CLEAR or math.isnan(off):
        return f"neither, {off:+.1f} sigma"
    return f"{below if off < 0 else above}, {off:+.1f} sigma"


def localised_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """P at and beside the critical point over all lengths, and its power of L."""
    for eps in critical.around:
        here = sums.part(table, epsilon=eps)
        sizes = [size for size in sums.lengths(here) if size >= SHORT]
        for fraction, name in list(NAMES.items())[:2]:
            found = share_of_length(table, eps, fraction)
            shares = [
                sums.covered(sums.part(here, length=size), fraction).mean() for size in sizes
            ]
            shown = ", ".join(f"{each:.2g}" for each in shares)
            said = f"beta of {name} ~ L^-beta, eps = {eps:g} = {departure(eps, critical)}"
            yield power(
                said,
                "> 0: 0 at eps_c as L grows",
                -found.power,
                found.chi2_dof,
                verdict=clearly(-found.power, "rises", "falls"),
                note=f"P = {shown} at L = {', '.join(map(str, sizes))}",
                id="A27 A59",
            )


def power(said: str, paper: str, found: Estimate, chi2_dof: float, **more: Any) -> Claim:
    """A claim on a fitted power; one that is rejected has no value."""
    if chi2_dof > POOR:
        kept = {name: more[name] for name in ("note", "id") if name in more}
        known = f"rejected, chi2/dof {chi2_dof:.1f}: not one power"
        return Claim(
            said, paper, N=found.realisations, verdict=known, chi2_dof=chi2_dof, **kept
        )
    return state(said, paper, found, chi2_dof=chi2_dof, **more)


def share_of_length(table: pd.DataFrame, eps: float, fraction: float) -> SharePower:
    """The power of L in P at one eps, from :data:`SHORT` on."""
    here = sums.part(table, epsilon=eps)
    sizes = [size for size in sums.lengths(here) if size >= SHORT]
    hits = [sums.covered(sums.part(here, length=size), fraction) for size in sizes]
    return share_power(sizes, hits)


def departure(eps: float, critical: Critical) -> str:
    """An eps beside the critical one, in words."""
    if math.isnan(critical.epsilon.mean):
        return "eps_c unknown"
    return f"eps_c {100 * (eps / critical.epsilon.mean - 1):+.1f} %"


def minimum_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """Whether P falls and rises again as chains grow, and where it is least."""
    for eps in sums.epsilons(sums.part(table, length=sums.lengths(table)[-1])):
        for fraction, name in list(NAMES.items())[:2]:
            here = sums.part(table, epsilon=eps)
            sizes = sums.lengths(here)
            shares = [sums.share(sums.part(here, length=size), fraction) for size in sizes]
            said = f"least {name} over L, eps = {eps:g} = {departure(eps, critical)}"
            yield _minimum(said, sizes, shares)


def _minimum(said: str, sizes: list[int], shares: list[Estimate]) -> Claim:
    least = int(np.argmin([each.mean for each in shares]))
    falls, rises = (difference(shares[least], shares[end]) for end in (0, -1))
    sure = [each.mean > CLEAR * each.error for each in (falls, rises)]
    known = {
        (True, True): "falls, then rises",
        (True, False): "falls",
        (False, True): "rises",
        (False, False): "neither",
    }[sure[0], sure[1]]
    shown = ", ".join(f"{each.mean:.2g}" for each in shares)
    note = f"P = {shown} at L = {', '.join(map(str, sizes))}"
    found = f"{known}; least at L = {sizes[least]}"
    paper = "a minimum just above eps_c"
    return state(said, paper, shares[least], verdict=found, note=note, id="A60", digits=4)


def growth_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """-log(1 - P) above eps_c, in proportion to L if P = 1 - exp(-L/L_+)."""
    sizes = [size for size in sums.lengths(table) if size >= SHORT]
    for few, many in zip(sizes, sizes[1:]):
        for eps in sums.epsilons(sums.part(table, length=many)):
            shares = [
                sums.share(sums.part(table, length=size, epsilon=eps)) for size in (few, many)
            ]
            if eps <= critical.epsilon.mean or not all(0.02 < p.mean < 0.98 for p in shares):
                continue
            logs = [-math.log1p(-p.mean) for p in shares]
            errors = [p.error / (1 - p.mean) / log for p, log in zip(shares, logs)]
            width = math.log(many / few)
            grows = Estimate(
                math.log(logs[1] / logs[0]) / width,
                math.hypot(*errors) / width,
                min(p.realisations for p in shares),
            )
            said = f"power of L in -log(1 - P), L = {few} to {many}"
            where = f"eps = {eps:g} = {departure(eps, critical)}"
            yield compare(f"{said}, {where}", "1 beyond L_+", 1.0, grows, id="A58")


def beside(table: pd.DataFrame, other: pd.DataFrame) -> Iterator[Claim]:
    """The critical point with one zeta_1 in all cells."""
    sizes = sums.lengths(other)
    both = [sums.covering_crossing(each, sizes[-2], sizes[-1], HALF) for each in (table, other)]
    said = f"eps where P(region over L/2) crosses, L = {sizes[-2]} and {sizes[-1]}, one zeta_1"
    found = both[1].place
    moved = difference(both[0].place, found)
    known = f"{100 * moved.mean / both[0].place.mean:+.2f} % from smooth disorder"
    more: dict[str, Any] = {"effect": moved.mean, "id": "A9 A73", "digits": 5}
    yield state(said, "-", found, verdict=known, **more)
