"""Two- and three-level means, and scales through a third crossing: figure 5 of Garratt et al.

In the brickwork circuit of Garratt, Roy & Chalker, Phys. Rev. B 104, 184203 (2021), appendix C:
<Z_nm> over pairs of states should be 2^-L J, and <Z_np Z_pm Z_mn> over three different states
2^-2L J^2, not the product of means 2^-3L J^4. Both stand here also by class: pairs with R^2 =
y^2 + Z above 1/2 cross, those below run in parallel; a triple is told by how many of its pairs
cross. A mean over triples is carried by few realisations: how few is said. The second part
follows all levels while one field goes once round. Labels are exchanged at the centres of
avoided crossings, so that z_nn keeps its sign, and Omega_nm at the field as it is should be
what it is at the pair's own crossing, since what a third level's crossing does to it on one
side is undone on the other: its net change is compared with the sum of all changes.

    python studies/three_level.py --preset quick
"""

import math
import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import FieldSweep, triple_rows
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
    triple_means,
    triple_values,
)
from bathlab.plotting.triples import classes_panel, scaled_panel, shares_panel
from bathlab.statistics import Estimate, estimate_of
from bathlab.workbench import Claim, Outcome, Script, parameter
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


class Parameters(bl.workbench.Parameters):
    """The paper's sizes up to 10, and couplings about its own."""

    sites: tuple[int, ...] = parameter((6, 8, 10), "sizes L of the ring", at_least=2, ge=4)
    couplings: tuple[float, ...] = parameter(
        (0.005, 0.01, 0.02, 0.04, 0.08), "J, ascending", at_least=3, gt=0, le=0.5
    )
    upper: tuple[float, ...] = parameter((0.02, 0.08), "largest J of the fits", gt=0)
    realisations: tuple[int, ...] = parameter((800, 200, 20), "circuits of each size", ge=1)
    swept_sites: int = parameter(6, "size L whose levels are followed round a field", ge=4)
    swept_couplings: tuple[float, ...] = parameter((0.01, 0.02, 0.04), "J there", gt=0, le=0.5)
    steps: int = parameter(256, "steps of a turn of the field", ge=2)
    sweeps: int = parameter(24, "circuits of each J whose levels are followed", ge=1)
    equally_many = ("sites", "realisations")


def cases(p: Parameters) -> Iterator[bl.Case]:
    for coupling in p.couplings:
        for sites, count in zip(p.sites, p.realisations):
            # Seconds of a realisation, measured.
            cost = 0.02 * 5.2 ** (sites / 2 - 3)
            columns = {"sites": sites, "coupling": coupling, "kind": "circuit"}
            name = f"J = {coupling:g}, L = {sites}"
            yield bl.Case(name, bl.BrickworkCircuit(sites, coupling), count, cost, columns)
    for coupling in p.swept_couplings:
        sweep = FieldSweep(bl.BrickworkCircuit(p.swept_sites, coupling), p.steps)
        columns = {"sites": p.swept_sites, "coupling": coupling, "kind": "sweep"}
        name, cost = f"J = {coupling:g}, L = {p.swept_sites}, swept", 0.003 * p.steps
        yield bl.Case(name, sweep, p.sweeps, cost, columns)


def circuits(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["kind"] == "circuit"]


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return triple_means(circuits(table))


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, table = found.parameters, found.table
    for sites in p.sites:
        part = circuits(table)[circuits(table)["sites"] == sites]
        for claim in [*powers(part, p), correlated(found.means, sites, p), *carried(part, p)]:
            yield claim.at(f"L = {sites}")
    for coupling in p.couplings:
        part = circuits(table)[circuits(table)["coupling"] == coupling]
        for claim in growth(part, p):
            yield claim.at(f"J = {coupling:g}")
    for coupling in p.swept_couplings:
        part = table[(table["kind"] == "sweep") & (table["coupling"] == coupling)]
        for claim in [*labelled(part), *drifts(part)]:
            yield claim.at(f"J = {coupling:g}, L = {p.swept_sites}")


def powers(part: pd.DataFrame, p: Parameters) -> Iterator[Claim]:
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
            more = {"equation": "(C1)", "id": "C80"} if "ZZZ" in name else {"id": "C80"}
            yield compare_law(said, paper, expected, law, law.exponent, **more)
        local = local_powers(p.couplings, samples)
        text = ", ".join(f"{x:.2f} +- {e:.2f}" for x, e in zip(local.mean, local.error))
        said = f"powers of J of {name} between neighbours of {p.couplings}"
        verdict = f"from {local.mean[0]:.2f} to {local.mean[-1]:.2f}"
        yield Claim(said, paper, text=text, verdict=verdict, N=len(samples), id="C80")


def growth(part: pd.DataFrame, p: Parameters) -> Iterator[Claim]:
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


def correlated(means: pd.DataFrame, sites: int, p: Parameters) -> Claim:
    """How far <ZZZ> lies above the product of means, at the J nearest the paper's."""
    rows = means[means["sites"] == sites].sort_values("coupling")
    ratios = [
        f"{pm(Estimate.of_row(row, 'over_product'), 1)} at J = {row['coupling']:g}"
        for row in rows.to_dict("records")
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


def carried(part: pd.DataFrame, p: Parameters) -> Iterator[Claim]:
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
            bl.estimate(part[column], part["realisation"]) for column in (name, f"{name}_plain")
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
    net, gross = (bl.estimate(part[name], part["realisation"]) for name in ("net", "gross"))
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


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means, table = found.parameters, found.means, found.table
    left, middle, right = figure.subplots(1, 3)
    scaled_panel(left, means)
    classes_panel(middle, means[means["sites"] == max(p.sites)])
    coupling = sorted(p.swept_couplings)[len(p.swept_couplings) // 2]
    part = table[(table["kind"] == "sweep") & (table["coupling"] == coupling)]
    named = {
        f"{way}, {how}": cell_array(part, name + kind, (len(SHARES) - 1,)).sum(axis=0)
        for name, way in (("drifts", "from $h^*$ to $h$"), ("events", "through a third"))
        for kind, how in (("", "exchanged"), ("_plain", "not"))
    }
    shares_panel(right, SHARES, named)
    right.set_title(f"J = {coupling:g}, L = {p.swept_sites}, N = {len(part)}")


PRESETS = {
    "quick": Parameters(sites=(6, 8), realisations=(60, 24), sweeps=8),
    "default": Parameters(),
    "paper": Parameters(sites=(8, 10, 12), realisations=(400, 100, 12), sweeps=120),
}
study = Script(
    name="three_level",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=triple_rows,
    watch="pair",
    average=average,
    claims=claims,
    draw=draw,
    size=(12.0, 5.2),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
