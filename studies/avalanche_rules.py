"""What of the avalanche's transition depends on choices that the paper leaves open.

Thiery, Huveneers, Mueller & De Roeck, Phys. Rev. Lett. 121, 140601 (2018), name neither K nor
how their scheme is to be read in detail. Each option of ``AvalancheChain`` is changed alone
here, and two together that make the most literal reading. For each the epsilon is sought at
which a chain becomes thermal, in the same chains: a larger epsilon has all resonant bonds of a
smaller one. The distribution of these thresholds is P(thermal; epsilon, L) at all epsilon. Its
quartiles are fitted with eps_c + c L^(-1/nu). Many more chains are followed at the epsilon at
which about one chain of 1000 cells in a hundred is thermal: P(thermal) against L falls there if
the critical point is localised and near, and the regions of long chains have the exponent tau.

    python studies/avalanche_rules.py --preset quick
"""

import sys
from typing import Any, Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import Thresholds, threshold_rows
from bathlab.experiments.threshold_laws import drifts_of, rule_means
from bathlab.findings import avalanche_rules as findings
from bathlab.plotting.rules import rule_panels
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

#: The options of each rule that are not the default, and an epsilon, found by earlier runs, at
#: which about one chain of 1000 cells in a hundred is thermal (at most one in twenty, but for
#: one in seven of "treated: decaying"); where P(thermal) falls with L there, the thresholds of
#: long chains come near to it.
RULES: dict[str, tuple[dict[str, Any], float]] = {
    "default": ({}, 0.1555),
    "cells: sites": ({"cells": "sites"}, 0.1335),
    "ring": ({"ring": True}, 0.155),
    "next_cell: l+1": ({"next_cell": "l+1"}, 0.278),
    "fusion: touching": ({"fusion": "touching"}, 0.156),
    "between: cores": ({"between": "cores"}, 0.158),
    "between: spots": ({"between": "spots"}, 0.1),
    "gaps not in the bath": ({"gap_in_bath": False}, 0.18),
    "reach: nearest": ({"reach": "nearest"}, 0.091),
    "reach: own": ({"reach": "own"}, 0.101),
    "reach: fresh": ({"reach": "fresh"}, 0.08),
    "bath: frozen": ({"bath": "frozen"}, 0.284),
    "treated: increased": ({"treated": "increased"}, 0.135),
    "treated: decaying": ({"treated": "decaying"}, 0.2605),
    "order: core": ({"order": "core"}, 0.155),
    "order: random": ({"order": "random"}, 0.101),
    "ties: right": ({"ties": "right"}, 0.155),
    "ties: random": ({"ties": "random"}, 0.155),
    "step: cell": ({"step": "cell"}, 0.1555),
    "disorder: smooth": ({"disorder": "smooth"}, 0.155),
    "disorder: random": ({"disorder": "random"}, 0.155),
    "thermal at half": ({"thermal_fraction": 0.5}, 0.155),
    "spots, nearest": ({"between": "spots", "reach": "nearest"}, 0.0605),
    "K = 0.5": ({"K": 0.5}, 0.1185),
    "K = 2": ({"K": 2.0}, 0.2005),
}
DEFAULT = "default"
EVERY = tuple(name for name in RULES if name != DEFAULT)


class Parameters(bl.workbench.Parameters):
    """The paper names none of these."""

    rules: tuple[str, ...] = parameter(EVERY, "rules beside the default", at_least=1)
    lengths: tuple[int, ...] = parameter((100, 1000, 10_000, 100_000), "cells", at_least=3)
    searched: tuple[int, ...] = parameter((20, 15, 3, 1), "thresholds a realisation", ge=1)
    followed: tuple[int, ...] = parameter((500, 300, 20, 1), "chains at one epsilon", ge=1)
    further: tuple[int, ...] = parameter((30, 300, 3000, 30_000), "cells, of the default", ge=2)
    further_searched: tuple[int, ...] = parameter((200, 200, 40, 6), "thresholds", ge=1)
    more: int = parameter(10, "times as many of the default up to 1000 cells, else half", ge=1)
    window: tuple[float, float] = parameter((30.0, 3000.0), "sizes in which tau is fitted")
    realisations: tuple[int] = parameter((10,), "of each case", ge=2)
    equally_many = ("lengths", "searched", "followed")

    def check(self) -> None:
        unknown = sorted(set(self.rules) - set(EVERY))
        if unknown or len(self.further) != len(self.further_searched):
            raise ValueError(
                f"rules = {self.rules}, further = {self.further} and further_searched = "
                f"{self.further_searched} were given; expected rules out of {EVERY} and a "
                "number of thresholds for each further length. Name those."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    for rule in (DEFAULT, *p.rules):
        options, epsilon = RULES[rule]
        for length, searched, followed in points(rule, p):
            chain = bl.avalanche.AvalancheChain(length, epsilon, **{"K": 1.0, **options})
            spec = Thresholds(chain, searched, followed)
            cost = (15 * searched + followed) * (2e-4 + 1.1e-6 * length)
            columns = {"rule": rule, "length": length, "epsilon": epsilon}
            yield bl.Case(f"{rule}, L = {length}", spec, p.realisations[0], cost, columns)


def points(rule: str, p: Parameters) -> Iterator[tuple[int, int, int]]:
    """Lengths, and how many chains are searched and followed; more of the default."""
    for length, searched, followed in zip(p.lengths, p.searched, p.followed):
        times = 1 if rule != DEFAULT else p.more if length <= 1000 else max(p.more // 2, 1)
        yield length, times * searched, max(followed, times * searched)
    if rule == DEFAULT:
        for length, searched in zip(p.further, p.further_searched):
            yield length, searched, searched


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return rule_means(table, DEFAULT, p.window)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    yield from findings.claims(found.table, found.means, DEFAULT)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, means = found.parameters, found.means
    groups = means.groupby("rule", sort=False)
    drifts = pd.Series({rule: drifts_of(rows)[-1] for rule, rows in groups})
    rule_panels(figure, means, drifts, p.lengths)
    counts = ", ".join(
        f"{n * p.realisations[0]} at L = {L}" for n, L in zip(p.searched, p.lengths)
    )
    figure.supxlabel(
        f"thresholds of a rule: {counts}, more of the default\nbars: standard errors "
        "(bootstrap, jackknife for tau) and those of windows; hollow: the fit is rejected",
        fontsize="small",
    )


PRESETS = {
    "quick": Parameters(
        rules=("order: random", "treated: increased", "spots, nearest"),
        lengths=(100, 1000, 10_000),
        searched=(34, 12, 4),
        followed=(60, 30, 8),
        further=(30, 300),
        further_searched=(60, 60),
        more=2,
        window=(30.0, 1000.0),
    ),
    "default": Parameters(),
    "paper": Parameters(
        lengths=(100, 1000, 10_000, 100_000, 1_000_000),
        searched=(100, 100, 20, 4, 1),
        followed=(1000, 500, 100, 16, 1),
        more=20,
        further_searched=(1000, 1000, 200, 40),
        realisations=(40,),
    ),
}
study = Script(
    name="avalanche_rules",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=threshold_rows,
    watch="thermal",
    average=average,
    claims=claims,
    draw=draw,
    curve=(
        Curve("length", "median", by="rule", log_x=True, y_title="median ε_c"),
        Curve("length", "width", by="rule", log_x=True, log_y=True, y_title="width of ε_c"),
    ),
    size=(7.0, 5.6),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
