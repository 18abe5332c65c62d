"""Powers of n in fading ergodicity: numbers of the paper, and a Lorentzian of levels."""

import math

import numpy as np
import pytest

from bathlab.theory import fading_exponent


def test_the_powers_are_those_of_the_paper():
    for alpha, power in ((1.0, 1.0), (math.sqrt(0.75), 0.585), (0.75, 0.170), (0.5, 0.0)):
        assert fading_exponent(alpha) == pytest.approx(power, abs=5e-4)
    assert fading_exponent(math.sqrt(0.5)) == pytest.approx(0, abs=1e-15)
    assert fading_exponent(1.0, "x") == 1 and fading_exponent(math.sqrt(0.5), "x") == 2
    with pytest.raises(ValueError, match="axis"):
        fading_exponent(0.7, "x")
    with pytest.raises(ValueError, match="alpha"):
        fading_exponent(1.01)


def test_what_the_derivation_says_of_a_lorentzian_of_gaussian_elements():
    """rho = 50, Gamma = 1: D = log(2 pi rho Gamma/3); neighbours have 1/(pi rho Gamma)."""
    omega = np.arange(-40_000, 40_000) / 50.0 + 0.01
    square = (1 / np.pi) / (omega**2 + 1) / 50.0
    drawn = square * np.random.default_rng(1).standard_normal((40, len(omega))) ** 2
    weights = drawn / drawn.sum(axis=1, keepdims=True)
    depth = -np.log(np.sum(weights**2, axis=1)).mean()
    assert depth == pytest.approx(math.log(2 * np.pi * 50 / 3), abs=0.1)
    assert square.max() == pytest.approx(1 / (np.pi * 50), rel=1e-3)
    assert depth + math.log(square.max()) == pytest.approx(math.log(2 / 3), abs=0.1)
