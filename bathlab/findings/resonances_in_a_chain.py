"""All that is said of chains beside the resonance model, from rows with their criteria."""

from __future__ import annotations

from typing import Iterator, Sequence

import pandas as pd

from bathlab.experiments.chain_criteria import HALVES, LEVELS
from bathlab.findings import chain_growth as growing
from bathlab.findings import chain_spectra as spectra
from bathlab.findings import chain_transition as where
from bathlab.findings.chain_models import MODELS, models
from bathlab.findings.chain_reach import reaches, rivals
from bathlab.findings.chain_thouless import thouless_energies
from bathlab.workbench import Claim


def everything(
    table: pd.DataFrame, window: tuple[float, float], few: Sequence[float]
) -> Iterator[Claim]:
    """Of the rows of :func:`bathlab.experiments.chain_criteria.with_criteria`, of all kinds.

    ``window`` of 1/(W omega) is that of figure 10; entropies of small parts are given at
    ``few`` W.
    """
    kinds = {str(kind): part for kind, part in table.groupby("kind", sort=False)}
    random = kinds["random"]
    yield spectra.sum_rule(table)
    for W, own in random.groupby("W"):
        for claim in of_disorder(own, window):
            yield claim.at(f"W = {W:g}")
    yield from reaches(random, window[0])
    yield from rivals(random, *window)
    yield from of_kind("random", random, window)
    yield from where.order(random)
    for name in where.COLLAPSED:
        yield from where.collapses(random, name)
    yield from growing.fidelities(random)
    yield from thouless_energies(random)
    yield from growing.smoothness(random)
    yield from growing.memory(random)
    for W in few:
        yield from growing.small_parts(random, W)
    for kind in ("cosine", "vector"):
        for claim in of_kind(kind, kinds[kind], window):
            yield claim.at(kind)
    yield from models({kind: kinds[kind] for kind in MODELS}, window)
    if "middle" in kinds:  # not yet in a run that goes on
        yield from growing.middle(random, kinds["middle"])


def of_disorder(own: pd.DataFrame, window: tuple[float, float]) -> Iterator[Claim]:
    """What is said of the chains of one W: of figure 10 only of those that it shows."""
    W, largest = float(own["W"].iloc[0]), int(own.loc[own["all"], "sites"].max())
    for sites, part in own.groupby("sites"):
        if W > spectra.LAST:
            break
        laws = list(spectra.figure(part, *window))
        if laws and W >= spectra.FIRST:
            laws += spectra.gradient(part, *window)
            laws += [spectra.coefficient(part, *window)] if W in spectra.PLATEAUS else []
        for claim in laws:
            yield claim.at(f"L = {sites}")
    yield spectra.spread(own, *window)
    found = spectra.small_elements(own[own["sites"] == largest], *window)
    yield found.at(f"L = {largest}")


def of_kind(kind: str, table: pd.DataFrame, window: tuple[float, float]) -> Iterator[Claim]:
    """What is said of all chains of one kind."""
    yield from growing.ratios(table, kind == "vector")
    yield from spectra.exponents(table, *window)
    yield from growing.growths(table)
    named = {
        f"{HALVES[name]}, {word}": places
        for word, level in LEVELS.items()
        for name, places in where.fallen(table, level).items()
    }
    named["rho v-bar, of two sizes"] = where.crossed(table)
    for name, places in named.items():
        yield where.drift(name, places)
    for word, level in LEVELS.items():
        yield from where.model_drift(level, named[f"{HALVES['forgotten']}, {word}"])
