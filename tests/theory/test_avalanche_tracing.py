"""Chains followed act by act are those of the compiled code; their borders are as by hand."""

from itertools import groupby

import numpy as np
import pytest

from bathlab.theory.avalanche import AvalancheChain
from bathlab.theory.avalanche.tracing import FUSES, MELTS, QUIET, trace

OPTIONS = [
    {},
    {"next_cell": "l+1", "K": 0.4},
    {"treated": "decaying", "order": "core"},
    {"treated": "increased", "between": "cores"},
    {"reach": "nearest", "cells": "sites"},
    {"fusion": "touching", "bath": "frozen"},
]


def turns(acts):
    """The last act of each time that a spot was treated: it goes on until it has fused."""
    for _, run in groupby(acts, key=lambda each: each.core):
        held = None
        for each in run:
            held = each
            if each.fused:
                yield held
                held = None
        if held:
            yield held


@pytest.mark.parametrize("options", OPTIONS)
def test_acts_are_those_of_the_history(options):
    chain = AvalancheChain(**{"length": 250, "epsilon": 0.17, "K": 1.0, **options})
    for realisation in range(4):
        acts = list(turns(trace(chain, 1, realisation)))
        history = chain.sample(1, realisation, history=True).history
        for name in ("first", "last", "bath", "generation", "core"):
            assert [getattr(each, name) for each in acts] == history[name].tolist(), name


def traced(bonds, monkeypatch, counted=False, **options):
    """The acts of a chain with these bonds."""
    options = {"epsilon": 0.15, "K": 1.0, **options}
    chain = AvalancheChain(len(bonds), **options)
    found = chain.follow(bonds)
    monkeypatch.setattr(AvalancheChain, "sample", lambda *_: found)
    return trace(chain, 0, counted=counted)


def test_borders_are_those_by_hand(monkeypatch):
    """Two cores with two cells between, s/2 = 0.35 a cell of bath, 1/zeta_1 = 1.9: each melts a
    cell to either side, by which they touch. The second fuses with the first, which is at rest:
    its coupling goes across three cells for nothing and has to decay over one, on both sides,
    which six cells of bath beat and eight not over two."""
    bonds = [0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0]
    first, second, fusion, last = traced(bonds, monkeypatch)
    assert (first.first, first.last, first.bath) == (4, 6, 3)
    assert first.before == (MELTS, MELTS) and first.after == (QUIET, QUIET)
    assert second.before == (MELTS, MELTS) and second.after == (FUSES, QUIET)
    assert fusion.fused and (fusion.first, fusion.last, fusion.bath) == (4, 9, 6)
    assert fusion.before == (QUIET, QUIET) and fusion.after == (MELTS, MELTS)
    assert (fusion.crossed, fusion.decay) == (3, 0.0)
    assert (last.first, last.last, last.after) == (3, 10, (QUIET, QUIET))


def test_without_halted_decay_each_crossed_cell_counts(monkeypatch):
    bonds = [0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0]
    acts = traced(bonds, monkeypatch, treated="decaying")
    fusion = acts[2]
    assert (fusion.crossed, fusion.decay) == (3, 3.0)
    assert fusion.after == (QUIET, MELTS)


@pytest.mark.parametrize(
    "options", [{"ring": True}, {"disorder": "smooth"}, {"order": "random"}, {"K": 0.1}]
)
def test_chains_that_cannot_be_followed_are_refused(options):
    chain = AvalancheChain(**{"length": 30, "epsilon": 0.15, "K": 1.0, **options})
    with pytest.raises(ValueError, match="chain"):
        trace(chain, 1)


def test_borders_at_the_ends_are_quiet(monkeypatch):
    acts = traced(np.array([1, 0, 0, 0, 0, 0]), monkeypatch)
    assert acts[-1].after == (QUIET, QUIET)
    assert acts[0].before == (QUIET, MELTS)


def test_all_resonant_couplings_are_counted(monkeypatch):
    """Of the chain by hand: each of two bare spots can melt to both sides, one at rest cannot;
    those that touch have one coupling, the one at rest none of its own."""
    bonds = [0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0]
    acts = traced(bonds, monkeypatch, counted=True)
    # Between the acts of its turn a spot counts as active.
    assert [each.resonant for each in acts] == [(4, 2), (2, 1), (1, 2), (2, 0)]
    assert [each.scale for each in acts] == [1, 1, 1, 6]
