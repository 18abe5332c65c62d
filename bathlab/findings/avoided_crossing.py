"""What rows of avoided crossings say of (2), (3) and appendix B: two levels along their way."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments import crossing_sums as sums
from bathlab.experiments.cells import cell_array
from bathlab.experiments.field_sweeps import DISTANCES
from bathlab.experiments.quantiles import counted_share
from bathlab.experiments.tracked import FACTORS
from bathlab.experiments.triples import by_coupling, power_of
from bathlab.experiments.two_levels import APART, THIRD
from bathlab.statistics import estimate, estimate_of, ratio
from bathlab.workbench import Claim
from bathlab.workbench.claims import apart, compare, compare_law, pm, state

FEW = "too few pairs"
#: log10 of a factor 2.
TWICE = 0.3


def listed(values: dict[float, float], form: str = ".3f") -> str:
    """Numbers by the lower edges of their bins."""
    return ", ".join(f"{value:{form}} from {edge:g}" for edge, value in values.items())


def crossings(part: pd.DataFrame) -> Iterator[Claim]:
    """Whether pairs reach a crossing, how near they come, and where, by |omega| at first."""
    pairs, labels = sums.tracked_pairs(part), part["realisation"]
    chosen = cell_array(part, "chosen", (len(DISTANCES) - 1,)).sum(axis=1)
    if len(pairs) < sums.FEWEST_PAIRS:
        yield Claim("pairs at their crossings", "-", verdict=FEW, N=len(part), id="C8")
        return
    of = {"of": f"circuits, {len(pairs)} pairs"}
    reached = pairs.groupby("realisation").size().reindex(labels, fill_value=0).to_numpy()
    share = ratio(reached, chosen, labels)
    verdict = f"{100 * share.mean:.0f} % of {chosen.sum():.0f} pairs"
    said = "share of pairs of |omega| up to 2.5 that reach a crossing"
    yield compare(said, "1", 1.0, share, verdict=verdict, id="C8 C17", of="circuits")
    said = "smallest |omega| / (Omega/R), median by |omega| at first"
    over, near = sums.pooled(pairs, "over"), sums.by_distance(pairs, "near", np.mean)
    text = f"{pm(over, 4)}; {listed(sums.by_distance(pairs, 'over'))}"
    more = {"text": text, "verdict": f"share within 10 %: {listed(near, '.2f')}", **of}
    yield compare(said, "1", 1.0, over, id="C8 C16 C17", equation="(3)", **more)
    hit = sums.pooled(pairs, "hit", np.mean)
    said = "share whose crossing is where two levels alone would have it, within the gap"
    text = f"{pm(hit)}; {listed(sums.by_distance(pairs, 'hit', np.mean), '.2f')}"
    verdict = f"{100 * hit.mean:.0f} %: third levels shift the others'"
    yield state(said, "nearly all", hit, text=text, verdict=verdict, id="C17", **of)
    least = pairs["gap"].min()
    verdict = "no gap closes" if least > 1e-13 else "closed to rounding"
    end: dict[str, Any] = {"text": f"{least:.2e}", "verdict": verdict, "of": "pairs"}
    yield Claim("smallest |omega| of all", "> 0", None, least, N=len(pairs), id="C8", **end)


def laws(part: pd.DataFrame) -> Iterator[Claim]:
    """(B1) to (B3) along the crossings, and |z| at its top."""
    pairs = sums.tracked_pairs(part)
    if len(pairs) < sums.FEWEST_PAIRS:
        return
    of = {"of": f"circuits, {len(pairs)} pairs", "digits": 4}
    top, below, off, moved = (
        sums.pooled(pairs, name) for name in ("top", "polarised", "omega_off", "moved")
    )
    verdict = f"{100 * (pairs['top'] > 0.99).mean():.0f} % above 0.99"
    yield compare(
        "median of |z|/R at the crossing", "1", 1.0, top, id="C9", verdict=verdict, **of
    )
    said = "median of the larger |z_nn| at the crossing"
    yield state(said, "well below 1", below, id="C9", verdict=f"{below.mean:.3f} of 1", **of)
    said = "rms deviation of log omega from the exact law, median"
    more = {"verdict": f"{100 * off.mean:.2g} %", "equation": "(B2)", **of}
    yield state(said, "0", off, id="C74", **more)
    ours, radius, printed = (
        sums.pooled(pairs, f"y_off{end}") for end in ("", "_radius", "_printed")
    )
    verdict = f"{pm(radius, 4)} from R (h - h*)/omega, {pm(printed)} from R (h* - h)/omega"
    said = "rms deviation of y from R^2 (h - h*)/omega, median"
    more = {"verdict": verdict, "equation": "(B3)", **of}
    yield state(said, "R (h* - h)/omega", ours, id="C75", **more)
    rising = sums.pooled(pairs, "rising", np.mean)
    said = "share of fields where y has the sign of h - h*"
    more = {"verdict": f"{100 * rising.mean:.0f} %", "equation": "(B3)", **of}
    yield compare(said, "printed: the opposite sign", 1.0, rising, id="C75", **more)
    yield from far_laws(sums.between(pairs, len(DISTANCES) - 2))
    verdict = f"{moved.mean:.1e}"
    yield state(
        "median |change of R^2| from h to h*", "0", moved, id="C15", verdict=verdict, **of
    )


def far_laws(pairs: pd.DataFrame) -> Iterator[Claim]:
    """|z| at |omega| of order 1: the exact law and that of small omega."""
    if len(pairs) < sums.FEWEST_PAIRS:
        return
    exact, small = (sums.pooled(pairs, name) for name in ("z_exact", "z_small"))
    verdict = f"{pm(small)} with omega for 2 sin(omega/2)"
    said = f"median of |z| over R omega*/omega at |omega| > {DISTANCES[-2]:g}, exact form"
    more = {"verdict": verdict, "equation": "(B3)", "of": f"circuits, {len(pairs)} pairs"}
    yield compare(said, "1", 1.0, exact, id="C74 C75", **more)


def scales(part: pd.DataFrame) -> Iterator[Claim]:
    """Omega along the way to the crossing and as far beyond, by |omega| at first."""
    counts = cell_array(part, "changes", (len(DISTANCES) - 1, len(FACTORS) - 1))
    found = sums.change_quantiles(part, (0.1, 0.5, 0.9))
    known = [k for k in range(len(found)) if not math.isnan(found[k][1].mean)]
    text = ", ".join(
        f"{'/'.join(f'{10**each.mean:.3f}' for each in found[k])} from {DISTANCES[k]:g}"
        for k in known
    )
    within = counted_share(counts.sum(axis=1), FACTORS, -TWICE, TWICE)
    each = {
        float(DISTANCES[k]): 100 * counted_share(counts[:, k], FACTORS, -TWICE, TWICE).mean
        for k in known
    }
    said = "share of pairs and fields with Omega(h) within a factor 2 of Omega(0)"
    verdict = f"%: {listed(each, '.0f')}"
    yield compare(said, "1", 1.0, within, verdict=verdict, id="C16 C17", equation="(3)")
    said = "quantiles (10/50/90 %) of Omega(h)/Omega(0) by |omega| at first"
    N, spread = len(part), [10 ** (found[k][2].mean - found[k][0].mean) for k in known]
    verdict = f"90 % over 10 %: {min(spread):.2f} to {max(spread):.2f}" if known else FEW
    yield Claim(said, "1", text=text, verdict=verdict, N=N, id="C16", equation="(3)")


def equations(part: pd.DataFrame) -> Iterator[Claim]:
    """How much of dz/dh and dy/dh is not of the two levels."""
    for name, said, edges in (
        ("residual_z", "dz/dh over its two-level term, by |omega|", APART),
        ("resonant_y", "dy/dh over its two-level term at Z > 0.1, by |omega|", APART),
        ("residual_z", "dz/dh over its two-level term, by the largest Z of a third", THIRD),
        ("residual_y", "dy/dh, by the largest Z of a third", THIRD),
    ):
        by = (
            sums.residuals(part, name)
            if edges is APART
            else sums.residuals_by_third(part, name)
        )
        known = {e: 10**x.mean for e, x in zip(edges, by) if not math.isnan(x.mean)}
        if not known:
            continue
        first, *_, last = [*known.values(), *known.values()]
        verdict = f"{last / first:.1e} times as large in the last bin as in the first"
        more: dict[str, Any] = {
            "text": listed(known, ".1e"),
            "verdict": verdict,
            "N": len(part),
        }
        said = f"median of what (2) leaves out of {said}"
        yield Claim(said, "small but near third resonances", id="C14", equation="(2)", **more)


def shortfall(part: pd.DataFrame, p: Any) -> Claim:
    """1 - R^2 of the pairs that cross, against J."""
    samples = by_coupling(part, p.couplings, lambda rows: cell_array(rows, "short", (2,)), 0)
    said = "power of J of <1 - R^2> over pairs of R^2 > 1/2"
    try:
        law = power_of(p.couplings, samples)
    except ValueError:
        return Claim(said, "1", verdict=FEW, N=len(samples), id="C15")
    over = ", ".join(f"{x / J:.2f} J" for x, J in zip(samples.mean(axis=0), p.couplings))
    claim = compare_law(said, "1", 1.0, law, law.exponent, id="C15")
    return Claim(**{**claim.record(), "note": f"{claim.note}; <1 - R^2> = {over}"})


def edges(part: pd.DataFrame, coupling: float, p: Any) -> Iterator[Claim]:
    """The largest |omega| with Z > 1/2."""
    bound = 2 * math.pi * coupling
    for sites in p.sites:
        here = part[part["sites"] == sites]
        edge = estimate(here["resonant_edge"] / bound, here["realisation"])
        verdict = (
            f"{edge.mean * bound * 2**sites / (2 * math.pi):.1f} mean spacings; largest "
            f"{here['resonant_edge'].max() / bound:.2f}"
        )
        said = f"L = {sites}: mean of the largest |omega| with Z > 1/2, over 2 pi J"
        yield state(said, "does not fall as 2^-L", edge, verdict=verdict, id="C18")
    few, many = min(p.sites), max(p.sites)
    ends = [part[part["sites"] == sites] for sites in (few, many)]
    if few == many or min(end["resonant_edge"].sum() for end in ends) == 0:
        return
    power = estimate_of(
        lambda a, b: np.log2(b / a) / (many - few) if a > 0 < b else math.nan,
        *(end["resonant_edge"] for end in ends),
        clusters=[end["realisation"] for end in ends],
    )
    yield apart("log2 of it, a site more", "constant; spacing: -1", -1.0, "-1", power, id="C18")
