"""Chances of misfits are those of scipy.stats, to the bit."""

import math

import numpy as np
import pytest
from scipy import stats

from bathlab.statistics.chances import chance_of_chi2, chance_of_ratio

SQUARES = (-1e-15, 0.0, 1e-9, 0.3, 1.0, 7.5, 200.0, math.inf, math.nan)


@pytest.mark.parametrize("freedom", [0, 1, 2, 2.5, 40])
def test_chances_are_those_of_scipy(freedom):
    found = [chance_of_chi2(square, freedom) for square in SQUARES]
    assert np.array_equal(found, stats.chi2.sf(SQUARES, freedom), equal_nan=True)
    for below in (0, 1, 3.5, 100):
        found = [chance_of_ratio(ratio, freedom, below) for ratio in SQUARES]
        expected = stats.f.sf(SQUARES, freedom, below)
        assert np.array_equal(found, expected, equal_nan=True)
