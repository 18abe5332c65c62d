"""Arithmetic of estimates: shared disorder by the jackknife, independent ensembles to first
order."""

import math
import operator

import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.statistics import Estimate, estimate_of, independent


def shared(count=60, seed=5):
    """Two columns that share most of their noise."""
    rng = np.random.default_rng(seed)
    common = rng.standard_normal(count)
    return 2 + common + 0.1 * rng.standard_normal(count), 3 + common


def test_a_difference_has_the_error_of_the_paired_differences():
    a, b = shared()
    found = estimate_of(operator.sub, a, b, clusters=range(60))
    paired = bl.estimate(a - b, range(60))
    assert found.mean == pytest.approx(paired.mean, rel=1e-13)
    assert found.error == pytest.approx(paired.error, rel=1e-12)
    apart = math.hypot(bl.estimate(a, range(60)).error, bl.estimate(b, range(60)).error)
    assert apart > 5 * found.error  # what errors propagated as if independent would say


def test_a_ratio_has_the_error_of_the_delta_method():
    """Linearised by hand; the jackknife differs from it by a relative 1/N."""
    a, b = shared(400)
    found = bl.statistics.ratio(a, b, range(400))
    residual = (a - found.mean * b) / b.mean()
    assert found.mean == pytest.approx(a.mean() / b.mean(), rel=1e-14)
    assert found.error == pytest.approx(residual.std(ddof=1) / 20, rel=0.02)
    with pytest.raises(ValueError, match="Denominators of mean 0"):
        bl.statistics.ratio([1.0, 2.0], [1.0, -1.0], [0, 1])


def test_values_of_a_realisation_are_averaged_and_their_order_moves_no_bit():
    def log_of_ratio(x, y):
        return math.log(y / x)

    a, b = shared(40)
    clusters = np.repeat(np.arange(10), 4)
    found = estimate_of(log_of_ratio, a, b, clusters=clusters)
    means = [x.reshape(10, 4).mean(axis=1) for x in (a, b)]
    same = estimate_of(log_of_ratio, *means, clusters=range(10))
    assert found.realisations == 10 and found.error == pytest.approx(same.error, rel=1e-12)
    order = np.random.default_rng(1).permutation(40)
    again = estimate_of(log_of_ratio, a[order], b[order], clusters=clusters[order])
    assert (again.mean, again.error) == (found.mean, found.error)


def test_curves_of_different_lengths_go_together():
    rng = np.random.default_rng(2)
    short, long = rng.random((8, 3)), rng.random((8, 5))
    found = estimate_of(
        lambda x, y: np.array([x.sum(), y.sum()]), list(short), list(long), clusters=range(8)
    )
    for place, curves in enumerate((short, long)):
        alone = bl.estimate(curves.sum(axis=1), range(8))
        assert found.mean[place] == pytest.approx(alone.mean, rel=1e-13)
        assert found.error[place] == pytest.approx(alone.error, rel=1e-12)


def test_only_common_realisations_count():
    a, b = shared(20)
    found = estimate_of(operator.sub, a[:15], b[5:], clusters=[np.arange(15), np.arange(5, 20)])
    paired = bl.estimate(a[5:15] - b[5:15], range(10))
    assert (found.mean, found.realisations) == (pytest.approx(paired.mean, rel=1e-13), 10)
    assert found.error == pytest.approx(paired.error, rel=1e-12)
    with pytest.raises(ValueError, match="Columns without a common realisation"):
        estimate_of(operator.sub, a[:2], b[:2], clusters=[[0, 1], [2, 3]])
    for columns, clusters in (((), [0]), ((a, b), [range(20)]), ((a,), range(3))):
        with pytest.raises(ValueError, match="given; expected"):
            estimate_of(operator.sub, *columns, clusters=clusters)


def test_one_realisation_has_no_error():
    assert math.isnan(estimate_of(operator.add, [1.0], [2.0], clusters=[0]).error)


def test_slopes_of_two_ranges_are_compared_by_realisation():
    x = np.tile(np.arange(6.0), 12)
    realisation = np.repeat(np.arange(12), 6)
    tilt = np.random.default_rng(3).standard_normal(12)[realisation]
    y = np.where(x < 3, x, 1.5 * x - 1.5) + tilt * x
    table = pd.DataFrame({"x": x, "y": y, "realisation": realisation})
    near, far = (
        bl.statistics.slopes(part, "x", "y") for part in (table[x <= 3], table[x >= 3])
    )
    bend = estimate_of(operator.sub, far, near, clusters=[far.index, near.index])
    assert bend.mean == pytest.approx(0.5) and bend.error == pytest.approx(0, abs=1e-12)
    whole = bl.statistics.slope(table[x <= 3], "x", "y")
    expected = bl.estimate(near, near.index)
    assert (whole.mean, whole.error) == (expected.mean, expected.error) and whole.error > 0.2
    with pytest.raises(ValueError, match="1 value"):
        bl.statistics.slopes(table[x < 1], "x", "y")


@pytest.mark.parametrize(
    "function, exact",
    [
        (lambda x, y: x - y, math.hypot(0.03, 0.05)),
        (lambda x, y: x * y, math.hypot(0.03 * 2.0, 0.05 * 0.5)),
        (lambda x, y: x / y, 0.25 * math.hypot(0.03 / 0.5, 0.05 / 2.0)),
        (lambda x, y: math.sqrt(x), 0.03 / (2 * math.sqrt(0.5))),
        (lambda x, y: 7.0, 0.0),
    ],
)
def test_independent_estimates_are_propagated_to_first_order(function, exact):
    a, b = Estimate(0.5, 0.03, 9), Estimate(2.0, 0.05, 4)
    found = independent(function, a, b)
    assert found.mean == function(0.5, 2.0) and found.realisations == 4
    assert found.error == pytest.approx(exact, rel=1e-8, abs=1e-11)


def test_independent_estimates_without_an_error_or_of_curves():
    certain, unknown = Estimate(2.0, 0.0, 3), Estimate(2.0, math.nan, 1)
    assert independent(lambda x: x**2, certain).error == 0
    assert math.isnan(independent(lambda x: x**2, unknown).error)
    for given in ((), (Estimate(np.ones(2), np.ones(2), 3),)):
        with pytest.raises(ValueError, match="of numbers. Take curves point by point"):
            independent(lambda *x: x, *given)


def numbers(found):
    return found.mean, found.error, found.median, found.low, found.high


def test_exact_numbers_shift_and_scale_an_estimate():
    found = Estimate(2.0, 0.5, 9, 1.75, 1.5, 3.0)
    assert numbers(-found) == (-2.0, 0.5, -1.75, -3.0, -1.5)
    assert numbers(found / -2) == (-1.0, 0.25, -0.875, -1.5, -0.75)
    assert numbers(np.float64(3) * found) == (6.0, 1.5, 5.25, 4.5, 9.0)
    assert numbers(found * 3) == numbers(3 * found)
    assert numbers(found - 1) == (1.0, 0.5, 0.75, 0.5, 2.0)
    assert numbers(1 - found) == (-1.0, 0.5, -0.75, -2.0, -0.5)
    assert (1 + found).mean == 3.0 and (-found).realisations == 9
    curve = np.array([1.0, 2.0]) * Estimate(np.ones(2), np.full(2, 0.5), 4)
    assert curve.mean.tolist() == [1.0, 2.0] and curve.error.tolist() == [0.5, 1.0]


def test_what_is_not_exact_is_refused():
    found = Estimate(2.0, 0.5, 9)
    for combine in (operator.add, operator.sub, operator.mul, operator.truediv):
        with pytest.raises(ValueError, match="estimate_of.*share disorder.*independent"):
            combine(found, found)
        for wrong in (math.nan, "2", None, 1j):
            with pytest.raises(ValueError, match="put together with an estimate"):
                combine(found, wrong)
    with pytest.raises(ValueError, match="divided by 0"):
        found / 0


def test_a_row_of_means_gives_its_estimate():
    table = pd.DataFrame({"case": "a", "realisation": range(8), "w": np.arange(8.0)})
    row = bl.summarise(table, ["case"], ["w"]).iloc[0]
    expected = bl.estimate(table["w"], range(8))
    found = Estimate.of_row(row, "w")
    assert (found.mean, found.error, found.realisations) == (expected.mean, expected.error, 8)


def test_the_ratio_of_means_and_its_error():
    rng = np.random.default_rng(5)
    errors = []
    for _ in range(400):
        below = rng.uniform(1, 3, 50)
        above = 1.5 * below + 0.3 * rng.standard_normal(50)
        found = bl.statistics.ratio(above, below, range(50))
        errors.append((found.mean - 1.5) / found.error)
    # The spread of 400 standard normals is known to 3.5 %; 50 samples add 2 %, of Student's t.
    assert np.std(errors) == pytest.approx(1, abs=0.15)
    assert found.mean == pytest.approx(above.mean() / below.mean())
    assert bl.statistics.ratio([2.0, 4.0], [1.0, 2.0], [0, 1]).error < 1e-12
    with pytest.raises(ValueError, match="mean 0"):
        bl.statistics.ratio([1.0, 1.0], [1.0, -1.0], [0, 1])
