"""What regions of chains below the transition say of the tail of their sizes.

Rows are those of :func:`bathlab.experiments.tail_rows`, of one kind of disorder and one eps in
each part.
"""

from __future__ import annotations

import math
from typing import Any, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from bathlab.experiments import span_tail_laws as laws
from bathlab.experiments.cells import cell_array
from bathlab.experiments.span_cutoffs import REJECTED, Cutoff, fitted, scale_power
from bathlab.experiments.span_tails import BARE, LENGTHS
from bathlab.statistics.chances import chance_of_chi2
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.stretched_tails import TailForm
from bathlab.workbench.claims import FALSE_ALARM, Claim, compare, state

LOG2 = math.log(2)
#: The mean field is fitted from here on, beyond its crossover.
FAR = 200.0


def cutoff_claims(found: Cutoff, part: pd.DataFrame) -> Iterator[Claim]:
    """The shape of the cut-off, and how much likelier it is than others."""
    start, N = found.window.start, len(part)
    said = f"b of l^-tau e^-((l/xi)^b), l from {start:g}"
    if found.rejected:
        worst = max(found.critical.chi2_dof, found.tail.chi2_dof)
        known = f"rejected: chi2/dof {worst:.1f}"
        yield Claim(said, "0 < b < 1", verdict=known, N=N, id="A63", chi2_dof=worst)
        return
    b = found.shape
    error = math.hypot(b.error, found.window_error, found.tau_error)
    off = (b.mean - 1) / error
    more: dict[str, Any] = {
        "text": f"{b.mean:.2f} +- {b.error:.2f} +- {found.window_error:.2f} (window) "
        f"+- {found.tau_error:.2f} (tau), chi2/dof {found.tail.chi2_dof:.1f}",
        "chi2_dof": found.tail.chi2_dof,
        "note": f"tau = {found.tau.mean:.3f} +- {found.tau.error:.3f} of eps_c, a parameter",
        "verdict": f"{off:+.1f} of all errors from an exponential",
        "id": "A63",
    }
    yield compare(said, "0 < b < 1", 1.0, b, **more)
    top = float(np.quantile(found.nulls, 0.95))
    alone = found.ratio > found.nulls.max()
    rare = "exponential rejected" if alone else "exponential not rejected"
    yield _ratio_claim(
        f"2 log likelihood of b free over b = 1, l from {start:g}",
        found.ratio,
        found.regions,
        f"95 % of {len(found.nulls)} exponential draws below {top:.1f}",
        f"{rare}, p <= {found.chance:.2f}",
    )
    yield from _other_forms(found, part)


def _ratio_claim(said: str, ratio: float, count: int, text: str, known: str) -> Claim:
    """How much likelier one form is than another."""
    value = Estimate(ratio, math.nan, count)
    more = {"of": "regions", "text": f"{ratio:.1f}; {text}", "verdict": known, "id": "A63"}
    return state(said, "large", value, effect=ratio, **more)


def _other_forms(found: Cutoff, part: pd.DataFrame) -> Iterator[Claim]:
    """Exponential and stretched without a power in front, and powers that are free."""
    counts = found.window.counts(part).sum(axis=0)
    for power, name in ((0.0, "no power in front"), (None, "the power free as well")):
        one, free = (fitted(found.window, counts, TailForm(power, b)) for b in (1.0, None))
        ratio = 2 * (free.log_likelihood - one.log_likelihood)
        chance = chance_of_chi2(max(ratio, 0.0), 1)
        known = "exponential rejected" if chance < FALSE_ALARM else "not told apart"
        for tail, what in ((one, "b = 1"), (free, f"b = {free.stretch:.2f}")):
            known += f"; {what} does not fit" if tail.chance < REJECTED else ""
        text = f"p = {chance:.2g}; chi2/dof {one.chi2_dof:.1f}, {free.chi2_dof:.1f}"
        if power is None:
            text += f"; with b = 1 power {one.power:.2f}, xi {one.scale:.0f}"
        said = f"2 log likelihood of b free over b = 1, {name}"
        yield _ratio_claim(said, ratio, found.regions, text, known)


def length_claims(part: pd.DataFrame, tau: float) -> Iterator[Claim]:
    """How the decay length of the average coupling grows with l, and that of bare cores."""
    for name, power in (("", 0.0), (", l^(2 - tau) taken out", tau - 2)):
        last, found = laws.length_growth(part, power)
        known = "grows" if found.mean - 3 * found.error > 1 else "no growth seen"
        said = f"decay length of the average coupling at l = {last:.0f} over that at l/2{name}"
        yield compare(said, "> 1: infinite", 1.0, found, verdict=known, id="A63")
    lengths, decay = laws.coupling_lengths(part)
    typical = estimate(part["decay"], part["realisation"])
    longest = Estimate(float(decay.mean[-1]), float(decay.error[-1]), decay.realisations)
    text = f"{longest.mean:.0f} +- {longest.error:.0f} at l = {lengths[-1]:.0f}"
    more = {"text": text, "verdict": f"{longest.mean * typical.mean:.0f} zeta", "id": "A63"}
    said = "decay length of the average coupling, zeta the typical one"
    yield state(said, "infinite", longest, **more)


def control_claim(part: pd.DataFrame, epsilon: float, K: float) -> Claim:
    """Couplings across bare cores, whose mean is known."""
    size = int(LENGTHS[BARE - 2])
    exact = (epsilon + (1 - epsilon) * epsilon / K) ** size
    values = cell_array(part, "bare_couplings", (BARE,))[:, BARE - 2]
    found = estimate(values / exact, part["realisation"])
    said = f"average coupling at l = {size} over (eps + (1 - eps) eps/K)^l, cores alone"
    return compare(said, "1, exponential", 1.0, found, id="A63")


def correlation_claim(found: Cutoff, part: pd.DataFrame, epsilon: float) -> Claim:
    """The cut-off of regions, so of average correlators, beside l* of the chains' zeta."""
    typical = estimate(part["decay"], part["realisation"])
    collar = LOG2 / 2 / (typical.mean - LOG2)
    law = (1 + 2 * collar) / math.log(1 / epsilon)
    scale = found.scale / law
    more = {
        "verdict": f"{scale.mean:.0f} times as long" if not found.rejected else "rejected",
        "note": f"l* = {collar:.2f}, (1 + 2 l*)/log(1/eps) = {law:.2f}",
        "text": f"{scale.mean:.0f} +- {scale.error:.0f}",
        "id": "A61",
    }
    return compare("xi over (1 + 2 l*)/log(1/eps)", "1: xi ~ l*", 1.0, scale, **more)


def scale_claims(
    tables: Mapping[float, pd.DataFrame],
    critical: pd.DataFrame,
    start: float,
    end: float,
    shapes: Sequence[float],
) -> Iterator[Claim]:
    """How xi of one b grows towards the transition; ``tables`` by 1 - eps/eps_c."""
    for b in shapes:
        found = scale_power(tables, critical, start, end, b)
        known = "diverges" if found.mean > 3 * found.error else "no growth seen"
        said = f"power of 1/D of xi, b = {b:.2f}, D from {min(tables):.2g} to {max(tables):.2g}"
        note = "eps_c is a parameter"
        yield state(said, "finite xi, diverges", found, verdict=known, note=note, id="A63")


def mean_field_claim(ratio: float, K: float) -> Claim:
    """The same fit on the sizes of the mean-field flow."""
    tail = laws.mean_field_tail(ratio - 1, K, FAR)
    off = tail.stretch - 1
    known = "agrees" if abs(off) < 0.01 else f"{off:+.3f}"
    said = f"b of the mean field, no power in front, l from {FAR:g}"
    more = {
        "text": f"{tail.stretch:.4f}, xi {tail.scale:.2f}",
        "verdict": known,
        "id": "A63 A41",
    }
    shape = Estimate(tail.stretch, 0.0, 1)
    return compare(said, "1", 1.0, shape, of="flow", **{"effect": off, **more})
