"""What rows of triples of levels say of appendix C: powers of J and of 2, labels and drifts."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.cells import cell_array
from bathlab.experiments.field_sweeps import CHANGES, DISTANCES, SHARES
from bathlab.experiments.quantiles import counted_quantile, counted_share
from bathlab.experiments.triples import (
    by_coupling,
    carriers,
    effective_number,
    local_powers,
    pair_values,
    power_of,
    triple_values,
)
from bathlab.statistics import Estimate, estimate, estimate_of
from bathlab.workbench import Claim
from bathlab.workbench.claims import compare, compare_law, pm, state

FEW = "too few realisations"
#: What is measured: name, the paper's power of J, values by realisation, which of them, and
#: where in the rows of :func:`triple_means`.
MEANS = (
    ("<Z>", 1.0, pair_values, 0, "pair"),
    ("<Z> of pairs that cross", 1.0, pair_values, 2, "pair_cross"),
    ("<Z> of pairs in parallel", 2.0, pair_values, 1, "pair_parallel"),
    ("<ZZZ>", 2.0, triple_values, 0, "triple"),
    ("<ZZZ> with two crossing pairs", 2.0, triple_values, 3, "triple_cross"),
)


def powers(part: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """Powers of J of each mean, over windows of J and between neighbouring ones."""
    for name, expected, values, which, _ in MEANS:
        paper = f"J^{expected:g}"
        samples = by_coupling(part, p.couplings, values, which)
        for upper in p.upper:
            used = [c for c in p.couplings if c <= upper]
            said = f"power of J of {name} on [{used[0]:g}, {used[-1]:g}]"
            try:
                law = power_of(used, samples[:, : len(used)])
            except ValueError:
                yield Claim(said, paper, verdict=FEW, N=len(samples), id="C80")
                continue
            equation = "(C1)" if "ZZZ" in name else ""
            more: dict[str, Any] = {"equation": equation, "id": "C80"}
            yield compare_law(said, paper, expected, law, law.exponent, **more)
        local = local_powers(p.couplings, samples)
        text = ", ".join(f"{x:.2f} +- {e:.2f}" for x, e in zip(local.mean, local.error))
        said = f"powers of J of {name} between neighbours of {p.couplings}"
        verdict = f"from {local.mean[0]:.2f} to {local.mean[-1]:.2f}"
        yield Claim(said, paper, text=text, verdict=verdict, N=len(samples), id="C80")


def growth(part: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """Powers of 2 that a site more makes, from the smallest to the largest size."""
    few, many = min(p.sites), max(p.sites)
    ends = [part[part["sites"] == sites] for sites in (few, many)]
    for name, _, values, which, _ in MEANS:
        expected = -2.0 if "ZZZ" in name else -1.0
        power = estimate_of(
            lambda a, b: np.log2(b / a) / (many - few),
            *(values(end)[:, which] for end in ends),
            clusters=[end["realisation"] for end in ends],
        )
        said = f"log2 of {name}, a site more, L = {few} to {many}"
        yield compare(said, f"{expected:g}", expected, power, id="C80")


def correlated(means: pd.DataFrame, sites: int, p: Any) -> Claim:
    """How far <ZZZ> lies above the product of means, at the J nearest the paper's."""
    rows = means[means["sites"] == sites].sort_values("coupling")
    ratios = [
        f"{pm(Estimate.of_row(dict(row), 'over_product'), 1)} at J = {row['coupling']:g}"
        for _, row in rows.iterrows()
    ]
    first, last = rows.iloc[0], rows.iloc[-1]
    power = math.log(last["over_product"] / first["over_product"]) / math.log(
        last["coupling"] / first["coupling"]
    )
    said = "<ZZZ> with two crossing pairs over 3/4 <Z>^2 <Z> of their classes"
    verdict = f"least {rows['over_product'].min():.1f}, a power {power:.2f} of J"
    text, N = ", ".join(ratios), int(rows["realisations"].min())
    paper = "not 1: 2^L J^-2"
    return Claim(said, paper, text=text, verdict=verdict, N=N, id="C80", equation="(C1)")


def carried(part: pd.DataFrame, p: Any) -> Iterator[Claim]:
    """How few realisations carry <ZZZ>."""
    texts = []
    for coupling in p.couplings:
        values = triple_values(part[part["coupling"] == coupling])[:, 0]
        texts.append(f"{carriers(values)} of {len(values)} at J = {coupling:g}")
        last = effective_number(values)
    said = "realisations that hold half of <ZZZ>"
    verdict = f"as {last:.1f} equal ones at the largest J"
    yield Claim(said, "-", text=", ".join(texts), verdict=verdict, N=len(values), id="C80")


def labelled(part: pd.DataFrame) -> Iterator[Claim]:
    """What labels keep round a turn of the field, with and without exchange at crossings."""
    named = {
        "kept": "share of labels and fields at which z_nn has its first sign",
        "returned": "share of labels back in their state after a turn",
    }
    for name, said in named.items():
        here, plain = (
            estimate(part[column], part["realisation"]) for column in (name, f"{name}_plain")
        )
        verdict = f"{here.mean - 1:+.3f}; {pm(plain)} without exchange"
        yield compare(said, "1", 1.0, here, verdict=verdict, id="C77")


def drifts(part: pd.DataFrame) -> Iterator[Claim]:
    """Net change of Omega over the sum of its changes."""
    for name, said in (
        ("drifts", "from a pair's crossing to the field as it is"),
        ("events", "through the crossing of one level with a third"),
    ):
        shape = (len(SHARES) - 1,)
        here, plain = (
            counted_quantile(cell_array(part, name + kind, shape), SHARES, 0.5)
            for kind in ("", "_plain")
        )
        verdict = f"{here.mean / plain.mean:.2f} of that without exchange, {pm(plain)}"
        said = f"median of |net|/gross change of log Omega {said}"
        yield compare(said, "small", 0.0, here, verdict=verdict, id="C79")
    net, gross = (estimate(part[name], part["realisation"]) for name in ("net", "gross"))
    verdict = f"gross {pm(gross, 2)}"
    yield state("median |net| change of log Omega", "small", net, verdict=verdict, id="C79")
    counts = cell_array(part, "changes", (len(DISTANCES) - 1, len(CHANGES) - 1))
    for low, high, here in zip(DISTANCES, DISTANCES[1:], counts.swapaxes(0, 1)):
        if here.sum() == 0:
            continue
        within = counted_share(here, CHANGES, -0.3, 0.3)
        said = (
            f"share with Omega(0) within a factor 2 of Omega(h*), {low:g} < |omega| < {high:g}"
        )
        verdict = f"{100 * within.mean:.0f} % of {here.sum():.0f} pairs"
        yield state(said, "nearly all", within, verdict=verdict, id="C79 C16")
