"""Distances of curves that share disorder: sizes, intervals, and what would be wrong."""

import numpy as np
import pandas as pd
import pytest

from bathlab.statistics import SampledCurve, sampled_curve, shared_curves, shared_distance

X = np.geomspace(0.05, 4, 8)


def law(x):
    return 0.7 * x / (x + 0.1)


def curve(numbers, labels, common, factor=1.0, shift=0.0):
    """Scatter that all points of a realisation share, and some of each point's own."""
    own = numbers.normal(0, 0.05, (len(labels), len(X)))
    y = law(X * factor) + shift + common[labels][:, None] + own
    return SampledCurve(np.tile(X * factor, (len(labels), 1)), y, labels)


def pair(seed, shift=0.0):
    numbers = np.random.default_rng(seed)
    common = numbers.normal(0, 0.2, 40)
    few = curve(numbers, np.arange(15), common, 1.2, shift)
    return few, curve(numbers, np.arange(40), common)


@pytest.fixture(autouse=True)
def fewer(monkeypatch):
    monkeypatch.setattr(shared_curves, "RESAMPLINGS", 199)


def test_the_interval_holds_the_truth_and_knows_what_is_shared():
    """40 pairs of curves without a difference, and 40 apart by 0.1.

    95 % intervals of 199 resamplings and 15 realisations cover less, some 90 %: fewer than 28
    of 40 have a probability of 3e-4. Two curves that share most of their disorder are known to
    better than if they did not, by labels of their own.
    """
    for shift in (0.0, 0.1):
        inside, errors, apart = 0, [], []
        for seed in range(40):
            few, many = pair(seed, shift)
            far = shared_distance(few, [many])
            inside += far.low <= shift <= far.high
            errors.append(far.error)
            alone = SampledCurve(few.x, few.y, few.labels + 1000)
            if seed < 5:
                apart.append(shared_distance(alone, [many]).error)
        assert inside >= 28
        assert np.mean(errors[:5]) < 0.9 * np.mean(apart)
    # The first and the last point of the few lie where the many do not reach: only 7 compared.
    assert far.points == 7 and far.realisations == 40


def test_noise_is_taken_off_the_rms():
    """Curves that are one leave an rms below their noise; a difference is found as it is."""
    found = [
        shared_distance(*(lambda few, many: (few, [many]))(*pair(seed))) for seed in range(20)
    ]
    # A mean square without bias is negative, and the rms 0, about half of the time.
    assert 3 <= sum(each.rms == 0 for each in found) <= 17
    assert sum(each.rms_high > 0.01 for each in found) > 15
    clear = [shared_distance(few, [many]) for few, many in (pair(s, 0.5) for s in range(5))]
    assert np.mean([each.rms for each in clear]) == pytest.approx(0.5, abs=0.1)
    assert all(each.rms <= each.rms_high for each in clear)


def test_the_curve_of_a_table():
    table = pd.DataFrame(
        [
            {"r": r, "g": g, "G": 2 * g * (1 + r), "y": g + r + state}
            for r in range(3)
            for g in (0.2, 0.1)
            for state in (0, 2)
            if (r, g) != (2, 0.1)
        ]
    )
    found = sampled_curve(table, "g", "G", "y", "r")
    assert found.labels.tolist() == [0, 1]  # the third lacks a point
    assert found.x.tolist() == [[0.2, 0.4], [0.4, 0.8]]
    assert np.allclose(found.y, [[1.1, 1.2], [2.1, 2.2]])


def test_what_cannot_be_compared_is_refused():
    few, many = pair(0)
    with pytest.raises(ValueError, match="common abscissa"):
        shared_distance(SampledCurve(few.x * 1000, few.y, few.labels), [many])
    with pytest.raises(ValueError, match="different labels"):
        SampledCurve(few.x, few.y, np.zeros(len(few.x), dtype=int))
