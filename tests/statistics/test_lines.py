"""Spins attached in a line: how many a bath takes in, by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from bathlab.statistics.lines import overlap_curve, overlap_threshold, spins_taken_in

LOG2 = math.log(2)


def line(realisation, shares, widths, density=1.0):
    """One realisation of a line: entanglement in units of log 2, and widths by all laws."""
    count = len(shares)
    columns = dict.fromkeys(("width", "lorentzian", "resolved"), widths)
    return pd.DataFrame(
        {
            "spins": 5,
            "ratio": 0.1,
            "realisation": realisation,
            "spin": range(1, count + 1),
            "entropy": np.array(shares) * LOG2,
            "density": density,
            **columns,
        }
    )


def test_spins_are_counted_up_to_the_first_that_is_not_taken_in():
    """No bin of w rho has less than half of the entanglement on its far side: threshold 1."""
    table = pd.concat(
        [line(r, [0.9, 0.6, 0.3, 0.8], [4.0, 2.0, 0.5, 3.0]) for r in range(6)]
        + [line(r, [0.2, 0.9], [0.1, 4.0]) for r in range(6, 12)]
    )
    found = spins_taken_in(table).set_index("realisation").sort_index()
    assert set(found["entropy"][:6]) == {2} and set(found["entropy"][6:]) == {0}
    enough = overlap_threshold(table)
    assert 0.5 < enough < 2.0
    assert set(found["width"][:6]) == {2} and set(found["width"][6:]) == {0}


def test_the_threshold_is_where_the_binned_entanglement_crosses_one_half():
    """Bins of width 1 in log(w rho): centres exp(-2.5) and exp(-0.5), shares 0.2 and 0.8."""
    table = pd.concat(line(r, [0.8, 0.2], [math.exp(-0.3), math.exp(-2.3)]) for r in range(12))
    curve = overlap_curve(table)
    assert np.allclose(curve["overlap"], np.exp([-2.5, -0.5]))
    assert np.allclose(curve["share"], [0.2, 0.8])
    assert overlap_threshold(table) == pytest.approx(math.exp(-1.5))
    assert overlap_threshold(table[table["spin"] == 1]) == 1.0
