"""G of a LIOM at a random matrix with free LIOMs, by counting."""

import numpy as np
import pytest

from bathlab.theory.grain.kinematics import free_strength


def test_in_a_wide_band_each_liom_counts_as_a_spin_of_the_bath():
    steps = np.diff(np.log([free_strength(1e4, [1.0] * n, 1.0) for n in range(5)]))
    assert steps == pytest.approx(np.log(2) / 2, abs=1e-6)


def test_a_narrow_band_closes_and_opens_by_turns():
    """Fields of 1 in a band of half-width 1.9: one LIOM leads out of it, two back."""
    one, two = free_strength(1.9, [1.0], 1.0), free_strength(1.9, [1.0, 1.0], 1.0)
    assert one == 0
    # e_s = -2, 0, 0, 2: only the two at 0 stay in the band, for rho(h) those and none else.
    n = [2 / (np.pi * 1.9**2) * np.sqrt(1.9**2 - at**2) for at in (0.0, 1.0)]
    there = 2 * n[1] + n[1]  # at E = 1 also the level of e_s = 2
    assert two == pytest.approx(np.sqrt(2 * n[0] / there * 2 * n[1] ** 2))
    assert free_strength(0.5, [], 1.0) == 0


def test_it_is_the_mean_square_of_a_random_matrix():
    """Elements of mean square 1/n between drawn levels: 300 matrices of 64 levels know G^2 to
    2 %; false alarm below 1e-4 at 8 %."""
    draw, R, h, fields = np.random.default_rng(1), 4.0, 1.0, [0.7, 1.2]
    levels = np.sort(R * (2 * draw.beta(1.5, 1.5, (300, 64)) - 1))  # a semicircle
    signs = np.array([(a, b) for a in (1, -1) for b in (1, -1)])
    width, counts = 0.4, []
    for sample in levels:
        joint = 0
        for energy in signs @ fields:
            from_ = np.abs(sample + energy + h) < width / 2
            to = np.abs(sample + energy - h) < width / 2
            joint += from_.sum() * to.sum() / width**2
        counts.append(joint / 64**2)
    rho = [
        np.mean([np.sum(np.abs(levels + e - at) < width / 2) for e in signs @ fields])
        for at in (0.0, h)
    ]
    expected = np.sqrt(np.mean(counts) * rho[0] / rho[1])
    assert free_strength(R, fields, h) == pytest.approx(expected, rel=0.08)


@pytest.mark.parametrize("wrong", [(0, [1.0], 1.0), (1.0, [np.nan], 1.0), (1.0, [1.0] * 17, 1)])
def test_bad_input_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        free_strength(*wrong)
