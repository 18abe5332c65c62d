"""Amplitudes on products of levels and spin states: which is which, and are they Gaussian."""

import math

import numpy as np
import pytest

import bathlab as bl
from bathlab.analysis.product_amplitudes import bin_moments, product_amplitudes


def test_amplitudes_are_those_of_products_one_by_one():
    grain = bl.RandomMatrixBath(3, bandwidth=4.0).sample(1, 0)
    system = grain.attach(bl.LiomChain(1, g1=0.4, field=0.7, disorder=0.0))
    states = bl.eigenstates_near(system, 0.0, 3)
    found = product_amplitudes(grain.eigensystem, np.array([0.7, -0.7]), states)
    for i, state in enumerate(states):
        for s, spin in enumerate(([1.0, 0.0], [0.0, 1.0])):
            for b in range(8):
                product = np.kron(grain.eigensystem.vectors[:, b], spin)
                assert found.values[i, s, b] == pytest.approx(product @ state.vector, abs=1e-12)
                energy = grain.energies[b] + (0.7, -0.7)[s] - state.energy
                assert found.omega[i, s, b] == pytest.approx(energy, abs=1e-12)
    assert found.weights.sum(axis=(1, 2)) == pytest.approx(np.ones(3))
    with pytest.raises(ValueError, match="dimension 8"):
        product_amplitudes(grain.eigensystem, np.zeros(1), states)


def kurtosis(values):
    sums = bin_moments(np.zeros(len(values)), values, [-1, 1])
    return float(sums.fourth[0] * sums.count[0] / sums.second[0] ** 2)


def test_kurtosis_tells_gaussian_amplitudes_from_others():
    """10^5 numbers: the error is sqrt(24/N) = 0.016; 5 of them, a false alarm of 6e-7. Signs,
    uniform numbers, and Gaussian ones whose width varies, are no such numbers."""
    draw, N = np.random.default_rng(1), 100_000
    normal = draw.standard_normal(N)
    assert abs(kurtosis(normal) - 3) < 5 * math.sqrt(24 / N)
    varied = np.exp(0.3 * draw.standard_normal(N // 100)).repeat(100)
    for wrong in (np.sign(normal), draw.uniform(-1, 1, N), normal * varied):
        assert abs(kurtosis(wrong) - 3) > 25 * math.sqrt(24 / N)


def test_sums_are_those_of_each_bin():
    places, values = np.array([-0.5, 0.2, 0.4, 3.0]), np.array([2.0, -3.0, 1j, 9.0])
    sums = bin_moments(places, values, [-1, 0, 1])
    assert sums.count.tolist() == [1, 2]
    assert sums.first == pytest.approx([2, 4])
    assert sums.second == pytest.approx([4, 10])
    assert sums.fourth == pytest.approx([16, 82])
    with pytest.raises(ValueError, match="values"):
        bin_moments(places, values[:3], [-1, 0, 1])
