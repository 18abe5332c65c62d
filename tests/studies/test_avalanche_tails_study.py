"""What the study of tails says of rows that are right, and of wrong rows."""

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, one, said

from bathlab.experiments import tail_rows
from bathlab.experiments.span_cutoffs import Window
from bathlab.experiments.span_tails import LENGTHS, SIZES

SMALL = {"length": 20000, "ratios": (0.8, 0.9), "realisations": (8, 6), "draws": 5}
AT = "smooth zeta_1, eps/eps_c = 0.9: "


@pytest.fixture(scope="module")
def script():
    return load_study("avalanche_tails")


@pytest.fixture(scope="module")
def parameters(script):
    return script.PRESETS["quick"].replace(**SMALL, starts=(46.0,))


@pytest.fixture(scope="module")
def rows(script, parameters):
    """Rows of the chains, with the regions of a law in the place of theirs: 12000 in each."""
    parts, source = [], np.random.default_rng(1)
    for case in script.cases(parameters):
        for realisation in range(case.realisations):
            (row,) = tail_rows(case.spec, 1, realisation)
            row |= {"regions": drawn(source, case.columns["ratio"], 0.6), "cells": 10**6}
            parts.append({"case": case.name, "realisation": realisation, **case.columns, **row})
    return pd.DataFrame(parts)


def drawn(source, ratio, shape):
    window = Window(40.0, 1e6)
    scale = np.inf if ratio == 1 else 30 / (1 - ratio)
    p = window.widths * window.sizes**-2.2 * np.exp(-((window.sizes / scale) ** shape))
    counts = np.zeros(len(SIZES) - 1)
    counts[window.used] = source.multinomial(12000, p / p.sum())
    return counts


def test_stretched_regions_are_found_stretched(script, parameters, rows):
    found = said(script, rows, parameters)
    b = one(found, AT + "b of")
    assert abs(b.value - 0.6) < 0.1 and "from an exponential" in b.verdict
    assert one(found, AT, "over b = 1, l from").verdict == "exponential rejected, p <= 0.17"
    assert one(found, AT, "no power").verdict.startswith("exponential rejected; b = 1 does not")
    assert abs(one(found, AT, "cores alone").value - 1) < 0.2
    assert one(found, AT, "over that at l/2", "taken out").verdict == "grows"
    assert one(found, "0.9: b of the mean field").verdict == "agrees"
    power = one(found, "smooth zeta_1: power of 1/D", f"b = {b.value:.2f}")
    assert abs(power.value - 1) < 0.2 and power.verdict == "diverges"
    assert {claim.id for claim in found.values()} == {"A63", "A61", "A63 A41"}


def test_exponential_regions_are_not_called_stretched(script, parameters, rows):
    """False alarm 1 in 6, by five draws; their seed is fixed."""
    source = np.random.default_rng(2)
    wrong = rows.assign(regions=[drawn(source, ratio, 1.0) for ratio in rows["ratio"]])
    found = said(script, wrong, parameters)
    known = one(found, AT, "over b = 1, l from").verdict
    assert known.startswith("exponential not rejected")
    assert abs(one(found, AT + "b of").value - 1) < 0.15
    assert "not told apart" in one(found, AT, "the power free").verdict


def test_an_exponential_coupling_has_a_length(script, parameters, rows):
    decay = [np.exp(-LENGTHS / 40) * (1 + 1e-3 * each) for each in rows["realisation"]]
    found = said(script, rows.assign(couplings=decay), parameters)
    claims = [each for name, each in found.items() if name.startswith(AT + "decay length")]
    growth = [each for each in claims if each.paper.startswith("> 1")]
    assert growth[0].verdict == "no growth seen" and growth[0].value == pytest.approx(1)


def test_regions_of_no_law_have_no_parameters(script, parameters, rows):
    uneven = np.where(np.arange(len(SIZES) - 1) % 2, 1.0, 0.3)
    found = said(script, rows.assign(regions=[uneven * x for x in rows["regions"]]), parameters)
    b = one(found, AT + "b of")
    assert b.verdict.startswith("rejected") and b.value is None
    assert one(found, AT + "xi over").verdict == "rejected"


def test_presets_build(script):
    assert set(script.PRESETS) == {"quick", "default", "paper"}
    for parameters in script.PRESETS.values():
        assert script.build(parameters).cases
