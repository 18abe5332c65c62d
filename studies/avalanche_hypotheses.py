"""The hypotheses under the localisation argument of Thiery et al., chain by chain.

That the critical point is localised follows, in Thiery, Huveneers, Mueller & De Roeck, Phys.
Rev. Lett. 121, 140601 (2018), from (i) the mean density <rho> of thermal cells being continuous
and not falling in eps, (ii) cells that are thermal in a chain staying so in a longer one,
whence rho is superadditive and <rho(L)> has a limit. Here the multi-scale scheme is followed on
the same bonds at eps and 1.02 eps, and on open chains and five of their pieces (both halves,
2/3, the rest, the middle). All combinations of the options that the paper leaves open and that
move an open chain are tried on the same short chains at one eps, the default rules at several
K, eps and lengths, with ties and disorder in zeta_1 one at a time. Without disorder <rho> jumps
at eps = K e^(-s n/2l): measured just below and above. The shortest chain that breaks (ii) is
sought among all of up to some length. Bonds are those of AvalancheChain.sample.

    python studies/avalanche_hypotheses.py --preset quick
"""

import sys
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Hypotheses, hypothesis_rows
from bathlab.experiments.hypotheses import VARIED
from bathlab.experiments.hypothesis_sums import failed_chains
from bathlab.findings import avalanche_hypotheses as findings
from bathlab.plotting import hypotheses as panels
from bathlab.theory.avalanche import AvalancheChain
from bathlab.workbench import Claim, Outcome, Script, parameter

#: Where <rho> of chains without disorder jumps, K = 1, and one where it does not.
JUMPS = (2.0**-3.5, 0.13, 2.0**-3, 2.0**-2.5)
#: How far below and above it is taken, relatively.
NEXT_TO = 1e-7
DEFAULT_RULE = "default rule"


class Parameters(bl.workbench.Parameters):
    """The paper names none of these."""

    length: int = parameter(24, "of the short chains", unit="cells", ge=12)
    long: int = parameter(120, "of the longer ones", unit="cells", ge=12)
    epsilon: float = parameter(0.14, "at which all rules are tried, K = 1", gt=0, le=0.5)
    K: tuple[float, ...] = parameter((0.5, 1.0, 2.0), "1/zeta_1 = log(K/eps)", gt=0)
    fractions: tuple[float, ...] = parameter(
        (0.5, 0.6, 0.7, 0.8, 0.9), "eps over the mean field's eps_c", at_least=1, gt=0, le=1
    )
    curve: int = parameter(41, "eps from 0.11 to 0.18 of the curves", ge=2)
    search: int = parameter(16, "longest chain of the search", unit="cells", ge=3, le=22)
    count: int = parameter(1000, "chains in a realisation", ge=1)
    all_ties: bool = parameter(False, "all rules with each way to break ties and disorder too")
    realisations: tuple[int] = parameter((10,), "of each", ge=1)


def cases(p: Parameters) -> Iterator[bl.Case]:
    for name, given, cost in specs(p):
        chain = given.chain
        columns = {"K": chain.K, "cells_long": chain.length, "ties": chain.ties}
        columns |= {"disorder": chain.disorder}
        yield bl.Case(name, given, p.realisations[0], cost, columns)


def specs(p: Parameters) -> Iterator[tuple[str, Hypotheses, float]]:
    for ties in ("left", "right", "random") if p.all_ties else ("left",):
        for disorder in ("none", "smooth", "random") if p.all_ties else ("none",):
            more = {"ties": ties, "disorder": disorder}
            chain = AvalancheChain(p.length, p.epsilon, 1.0, **more)
            given = Hypotheses(chain, (p.epsilon,), p.count, varied=VARIED)
            yield f"all rules, {ties}, {disorder}", given, 30.0
    for K in p.K:
        critical = bl.avalanche.critical_epsilon(K)
        epsilons = tuple(critical * each for each in p.fractions)
        for length in (p.length, p.long):
            chain = AvalancheChain(length, p.epsilon, K)
            search = p.search if length == p.length and K == 1 else 0
            given = Hypotheses(chain, epsilons, p.count, search=search)
            yield f"{DEFAULT_RULE}, K = {K:g}, L = {length}", given, 0.3
    epsilons = tuple(bl.avalanche.critical_epsilon(1.0) * each for each in p.fractions)
    for option, value in (
        ("ties", "right"),
        ("ties", "random"),
        ("disorder", "smooth"),
        ("disorder", "random"),
    ):
        chain = AvalancheChain(p.length, p.epsilon, 1.0, **{option: value})
        yield f"{option} = {value}", Hypotheses(chain, epsilons, p.count), 0.3
    below = tuple(each * (1 - NEXT_TO) for each in JUMPS)
    for disorder in ("none", "smooth", "random"):
        chain = AvalancheChain(p.long, p.epsilon, 1.0, disorder=disorder)
        yield f"jump, {disorder}", Hypotheses(chain, below, p.count, 1 + 2 * NEXT_TO), 1.0
        grid = tuple(np.linspace(0.11, 0.18, p.curve))
        yield f"curve, {disorder}", Hypotheses(chain, grid, max(p.count // 5, 1)), 1.0


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    """How often each hypothesis fails, by case, rule and epsilon."""
    return failed_chains(
        table, ["case", "K", "cells_long", "ties", "disorder", *VARIED, "epsilon"]
    )


def part_of(table: pd.DataFrame, words: str) -> pd.DataFrame:
    return table[table["case"].str.startswith(words)]


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    table = found.table
    for name, part in table.groupby("case", sort=False):
        if name.startswith("all rules"):
            said = list(findings.rule_claims(part, 1.02))
            changed = failed_chains(part, VARIED)
            said += findings.changed_claims(changed, usual_rule())
        elif name.startswith(("jump", "curve")):
            continue
        else:
            said = [*findings.failure_claims(part, 1.02), *findings.mean_claims(part)]
        for claim in said:
            yield claim.at(name)
    yield from findings.jump_claims(part_of(table, "jump"))
    short = f"{DEFAULT_RULE}, K = 1, L = {found.parameters.length}"
    yield from findings.example_claims(table[table["case"] == short])


def usual_rule() -> dict[str, object]:
    usual = AvalancheChain(2, 0.1, 1.0)
    return {name: getattr(usual, name) for name in VARIED}


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    (left, right), (lower, last) = figure.subplots(2, 2)
    rules = part_of(found.means, "all rules, left, none")
    panels.share_panel(left, findings.changed_rules(rules, usual_rule()))
    panels.rank_panel(right, rules)
    for index, disorder in enumerate(("none", "smooth")):
        panels.density_curve(lower, part_of(found.means, f"curve, {disorder}"), disorder, index)
    panels.jump_lines(lower, [each for each in JUMPS if each != 0.13])
    p = found.parameters
    many = p.count * p.realisations[0]
    said = (
        f"above: {many} open chains of {p.length} cells a rule, eps = {p.epsilon:g}, K = 1, "
        f"bars: binomial standard errors; below left: {many // 5} chains of {p.long} cells, "
        "the same bonds at each eps"
    )
    figure.supxlabel(said, fontsize="small")
    short = f"{DEFAULT_RULE}, K = 1, L = {found.parameters.length}"
    rows = found.table[found.table["case"] == short]
    sought = rows[[len(each) > 0 for each in rows["example"]]]
    if len(sought):
        row = sought.loc[(sought["epsilon"] - found.parameters.epsilon).abs().idxmin()]
        panels.break_panel(last, np.asarray(row["example"]), float(row["epsilon"]))


PRESETS = {
    "quick": Parameters(count=50, curve=11, search=12),
    "default": Parameters(),
    "paper": Parameters(
        length=60, long=300, search=20, count=1000, all_ties=True, realisations=(20,)
    ),
}
study = Script(
    name="avalanche_hypotheses",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=hypothesis_rows,
    watch="rise",
    average=average,
    claims=claims,
    draw=draw,
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
