"""Moments of the elements of a row: Gaussian ones, others, and the groups that are taken."""

import numpy as np
import pytest

import bathlab as bl


def row(levels=8000, seed=1):
    draw = np.random.default_rng(seed)
    frequencies = np.sort(draw.uniform(-3, 3, levels))
    v = 1 / (1 + frequencies**2)
    return frequencies, v, draw


def test_gaussian_elements_have_3_and_others_have_not():
    """Fixed seed; 500 groups scatter by 0.03, so within five errors."""
    frequencies, v, draw = row()
    found = bl.analysis.row_statistics(frequencies, v * draw.standard_normal(len(v)) ** 2)
    assert abs(found.kurtosis - 3) < 0.15 and abs(found.modulus - 1) < 0.01
    assert found.groups == 500
    # The complex elements of a GUE, <|eta|^4> = 2, are told apart.
    squares = draw.standard_normal((2, len(v))) ** 2
    found = bl.analysis.row_statistics(frequencies, v * squares.sum(axis=0))
    assert abs(found.kurtosis - 3) > 0.5


def test_it_is_what_loops_make_of_groups_away_from_peaks():
    frequencies, v, draw = row(levels=103)
    weights = v * draw.standard_normal(103) ** 2
    found = bl.analysis.row_statistics(frequencies, weights, 5, 2.0, [0.4], 1)
    centres = [np.mean(frequencies[5 * k : 5 * k + 5]) for k in range(20)]
    holds = next(k for k in range(20) if centres[k] >= 0.4)
    kept = [k for k in range(20) if abs(centres[k]) <= 2 and not holds - 2 <= k <= holds + 1]
    fourth = []
    for k in kept:
        group = weights[5 * k : 5 * k + 5]
        fourth.append(7 * sum(w * w for w in group) / sum(group) ** 2)
    assert found.groups == len(kept)
    assert found.kurtosis == pytest.approx(sum(fourth) / len(fourth), rel=1e-12)


def test_without_a_group_there_is_no_moment():
    with pytest.raises(ValueError, match="No group of 4 levels"):
        bl.analysis.row_statistics(np.arange(8.0), np.ones(8), 4, peaks=[3.0], away=9)
