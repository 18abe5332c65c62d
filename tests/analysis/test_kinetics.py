"""The rate equation of the golden rule, against loops, its own differential equation, and the
eigenstates of a spin at a large random matrix."""

import math

import numpy as np
import pytest
import scipy.linalg

import bathlab as bl
from bathlab.analysis import golden_rule_kinetics

RNG = np.random.default_rng(3)
LEVELS = np.sort(RNG.uniform(-2, 2, 30))
ELEMENTS = RNG.normal(0, 0.2, (30, 30))
ELEMENTS = ELEMENTS + ELEMENTS.T
FIELDS, COUPLINGS, WIDTH = [0.7, -0.4], [0.2, 0.1], 0.3


def gauss(x):
    return math.exp(-((x / WIDTH) ** 2) / 2) / (math.sqrt(2 * math.pi) * WIDTH)


def by_loops(energy):
    """Densities and rates of flips, configuration by configuration."""
    density, flips = {}, {}
    for up in (1, -1):
        for down in (1, -1):
            s = (up, down)
            left = energy - sum(h * each for h, each in zip(FIELDS, s))
            density[s] = sum(gauss(left - E) for E in LEVELS)
            for i in range(2):
                then = left + 2 * FIELDS[i] * s[i]
                total = sum(
                    ELEMENTS[a, b] ** 2 * gauss(left - LEVELS[a]) * gauss(then - LEVELS[b])
                    for a in range(30)
                    for b in range(30)
                )
                flips[s, i] = 2 * math.pi * COUPLINGS[i] ** 2 * total / density[s]
    return density, flips


@pytest.fixture(scope="module")
def found():
    return golden_rule_kinetics(LEVELS, ELEMENTS, FIELDS, COUPLINGS, 0.3, WIDTH)


def test_rates_are_those_of_loops(found):
    density, flips = by_loops(0.3)
    assert found.density == pytest.approx(sum(density.values()))
    for row, s in enumerate(found.spins):
        s = tuple(int(each) for each in s)
        assert found.weights[row] == pytest.approx(density[s] / found.density)
        assert found.flips[row] == pytest.approx([flips[s, 0], flips[s, 1]])
    mean = sum(density[s] * flips[s, i] for s, i in flips if i == 1) / found.density
    assert found.rate(1) == pytest.approx(2 * mean)


def test_it_relaxes_as_its_differential_equation(found):
    """dP/dt = W P, solved by Pade in the space of probabilities."""
    W = np.zeros((4, 4))
    for a in range(4):
        for i, b in enumerate((a ^ 2, a ^ 1)):
            W[b, a] += found.flips[a, i]
            W[a, a] -= found.flips[a, i]
    assert np.allclose(W @ found.weights, 0, atol=1e-15)
    times = np.array([[0.0, 1.0], [30.0, 1e5]])
    for spin in (0, 1):
        start = found.weights * found.spins[:, spin]
        expected = [
            [found.spins[:, spin] @ scipy.linalg.expm(W * t) @ start for t in row]
            for row in times
        ]
        assert np.allclose(found.relaxation(spin, times), expected, atol=1e-12)
        early = found.relaxation(spin, 1e-6)
        assert (1 - early) / 1e-6 == pytest.approx(found.rate(spin), rel=1e-4)


def test_a_mode_stays_if_the_levels_are_too_few_for_it():
    """At E = 0 of a symmetric bath one spin has one rate, 4 pi g^2 v(2h)."""
    levels, elements = np.array([-1.0, 1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])
    for g, share in ((0.2, None), (1e-9, 1.0)):
        one = golden_rule_kinetics(levels, elements, [1.0], [g], 0.0, 0.2)
        assert one.rate(0) == pytest.approx(4 * math.pi * g**2 / (math.sqrt(math.tau) * 0.2))
        assert one.relaxation(0, 2 / one.rate(0)) == pytest.approx(math.exp(-2))
        expected = 2 / (math.pi * one.density * one.rate(0)) if share is None else share
        assert one.plateau(0) == pytest.approx(min(expected, 1.0))


def test_a_phase_is_lost_by_flips_before_and_after(found):
    """Of spin 0, h = 0.7: from the lower states at E = 0.3 to the upper ones at 1.7."""
    higher = golden_rule_kinetics(LEVELS, ELEMENTS, FIELDS, COUPLINGS, 1.7, WIDTH)
    (density, flips), (_, after) = by_loops(0.3), by_loops(1.7)
    lower = [(-1, 1), (-1, -1)]
    total = sum(density[s] for s in lower)
    for t in (0.0, 2.0, 30.0):
        expected = sum(
            density[s] / total * math.exp(-t * (flips[s, 0] + after[(1, s[1]), 0]) / 2)
            for s in lower
        )
        assert found.coherence(higher, 0, t) == pytest.approx(expected)
    one = golden_rule_kinetics(LEVELS, ELEMENTS, [0.5], [0.1])
    with pytest.raises(ValueError, match="other spins"):
        found.coherence(one, 0, 1.0)


def test_the_factor_is_that_of_eigenstates():
    """A spin at 512 levels: C = 1/e at the golden rule's time within 0.1, in the mean over 64
    eigenstates; a factor of two in the rate would make it 1/e^2 or 1/sqrt(e), off by 0.23."""
    bath, chain = bl.RandomMatrixBath(9, bandwidth=4.2), bl.LiomChain(1, g1=0.15, disorder=0.0)
    grain = bath.sample(1, 0)
    system = grain.attach(chain)
    elements = grain.element_rows("contact")
    rate = golden_rule_kinetics(grain.energies, elements, [1.0], [0.15]).rate(0)
    solved, sigma = bl.diagonalise(system), system.operator(1, "z")
    curves = [
        bl.spectral_measure(solved, sigma, state).autocorrelation([1 / rate, 3 / rate]).real
        for state in bl.eigenstates_near(solved, 0.0, 64)
    ]
    assert np.mean(curves, axis=0) == pytest.approx([math.exp(-1), math.exp(-3)], abs=0.1)


def test_what_makes_no_rate_equation_is_refused():
    with pytest.raises(ValueError, match="12 spins at most"):
        golden_rule_kinetics(LEVELS, ELEMENTS, np.ones(13), np.ones(13))
    with pytest.raises(ValueError, match="near levels"):
        golden_rule_kinetics(LEVELS, ELEMENTS, [0.5], [0.1], energy=80.0)
    one = golden_rule_kinetics(LEVELS, ELEMENTS, [0.5], [0.1])
    with pytest.raises(ValueError, match="spin"):
        one.rate(1)
    with pytest.raises(ValueError, match="times"):
        one.relaxation(0, -1.0)
