"""Sizes and average couplings of chains, by loops; how regions are cut off."""

import math

import numpy as np
import pandas as pd
import pytest

from bathlab.experiments import tail_rows
from bathlab.experiments.span_cutoffs import POWER, Window, cutoff, fitted
from bathlab.experiments.span_tail_laws import length_growth, mean_field_tail
from bathlab.experiments.span_tails import LENGTHS, SIZES, mean_couplings
from bathlab.theory.avalanche import AvalancheChain


def test_rows_are_those_by_loops():
    chain = AvalancheChain(400, 0.15, 1.0)
    (row,) = tail_rows(chain, 1, 0)
    found = chain.sample(1, 0)
    thermal = np.zeros(400, bool)
    for first, last in found.spans:
        thermal[first : last + 1] = True
    for place, size in enumerate(LENGTHS[:4]):
        each = [
            math.exp(-chain.decay * sum(~thermal[start : start + size]))
            for start in range(401 - size)
        ]
        assert row["couplings"][place] == pytest.approx(sum(each) / len(each))
    assert row["couplings"][-1] == 0
    assert row["density"] == thermal.mean()
    counts, _ = np.histogram(found.sizes, SIZES)
    assert row["regions"].tolist() == counts.tolist() and counts.sum() == len(found.sizes)


def test_couplings_of_a_chain_without_regions_decay_as_they_are():
    none = np.zeros((0, 2), np.int64)
    found = mean_couplings(none, 50, 0.7, LENGTHS[:3])
    assert found == pytest.approx(np.exp(-0.7 * LENGTHS[:3]))
    whole = mean_couplings(np.array([[0, 49]]), 50, 0.7, LENGTHS[:3])
    assert whole.tolist() == [1, 1, 1]


def made(power, scale, shape, seed, count=12, regions=4000):
    """Rows whose regions are draws of a law, with couplings of one decay length."""
    window = Window(46.0, 1e6)
    p = window.widths * window.sizes**-power * np.exp(-((window.sizes / scale) ** shape))
    source = np.random.default_rng(seed)
    rows = []
    for realisation in range(count):
        regions_here = np.zeros(len(SIZES) - 1)
        regions_here[window.used] = source.multinomial(regions, p / p.sum())
        row = {"realisation": realisation, "regions": regions_here, "cells": 10**6}
        rows.append(row | {"couplings": np.exp(-LENGTHS / 300) * (1 + 1e-3 * source.random())})
    return pd.DataFrame(rows)


@pytest.mark.parametrize("scale, shape, rejected", [(200.0, 1.0, False), (90.0, 0.6, True)])
def test_cutoffs_are_called_what_they_are(scale, shape, rejected):
    """False alarm 10 %, by 9 draws; fixed seeds."""
    critical, below = made(2.2, 1e9, 1.0, 1), made(2.2, scale, shape, 2)
    found = cutoff(below, critical, (46.0, 66.0), 3045.0, draws=9)
    assert abs(found.tau.mean - 2.2) < 4 * found.tau.error < 0.1
    assert abs(found.shape.mean - shape) < 4 * found.shape.error + found.window_error
    assert (found.ratio > found.nulls.max()) == rejected == (found.chance <= 0.1)
    assert not found.rejected and found.window.start == 46


def test_a_cutoff_that_no_window_fits_is_rejected():
    critical, below = made(2.2, 1e9, 1.0, 1), made(2.2, 200.0, 1.0, 2)
    half = [np.where(np.arange(len(each)) % 2, each, each / 2) for each in below["regions"]]
    found = cutoff(below.assign(regions=half), critical, (46.0,), 3045.0, draws=1)
    assert found.rejected


def test_couplings_of_one_decay_length_do_not_grow():
    last, growth = length_growth(made(2.2, 200.0, 1.0, 2))
    assert last == LENGTHS[-2] and growth.mean == pytest.approx(1)


def test_sizes_of_the_mean_field_are_exponential():
    tail = mean_field_tail(-0.05, 1.0, 200.0)
    assert tail.stretch == pytest.approx(1, abs=1e-3)
    # xi = (1 + 2 l*)/log(1/eps)
    assert tail.scale == pytest.approx(2.735, abs=2e-3)


def test_windows_hold_whole_bins():
    window = Window(46.0, 3045.0)
    assert SIZES[:-1][window.used][0] == 46 and SIZES[1:][window.used][-1] == 3045
    assert fitted(window, window.widths * window.sizes**-2.0, POWER).power == pytest.approx(2.0)
