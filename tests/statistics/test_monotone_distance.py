"""The distance of points from the best rising function: against a search by hand."""

import itertools

import numpy as np
import pytest

from bathlab.statistics import monotone_distance


def by_blocks(x, y):
    """Least squares over all ways to cut the ordered points into steps that rise."""
    y, m = np.asarray(y)[np.argsort(x)], len(y)
    best = np.inf
    for cuts in itertools.product((0, 1), repeat=m - 1):
        steps = np.split(y, [i + 1 for i, cut in enumerate(cuts) if cut])
        levels = [step.mean() for step in steps]
        if all(a <= b for a, b in zip(levels, levels[1:])):
            best = min(best, sum(((step - step.mean()) ** 2).sum() for step in steps))
    return np.sqrt(best / m)


def test_it_is_the_least_of_all_rising_steps():
    numbers = np.random.default_rng(4)
    for _ in range(5):
        x, y = numbers.standard_normal((2, 8))
        assert monotone_distance(x, y) == pytest.approx(by_blocks(x, y), rel=1e-10)
    assert monotone_distance([3.0, 1.0, 2.0], [9.0, 1.0, 1.0]) == 0
    falling = monotone_distance([1.0, 2.0, 3.0], [3.0, 2.0, 1.0])
    assert falling == pytest.approx(np.std([1.0, 2.0, 3.0]))


def test_points_of_one_abscissa_share_one_value():
    assert monotone_distance([1.0, 1.0], [0.0, 2.0]) == pytest.approx(1.0)
    assert monotone_distance([0.0, 0.0, 1.0], [0.0, 2.0, 5.0]) == pytest.approx(np.sqrt(2 / 3))
