"""A spin at a random matrix beyond the golden rule: sum rules, limits, and drawn matrices."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from bathlab.theory.grain.free_spin import flip_density, free_spin, kernel_of_flips
from bathlab.theory.grain.golden_rule import golden_rule_width

POINTS = [(0.1, 1.0), (0.8, 1.0), (0.8, 3.0), (2.0, 1.0), (0.5, 0.0)]


@pytest.mark.parametrize("g, field", POINTS)
def test_sum_rules_hold_at_any_coupling(g, field):
    """int k = 1 and int omega^2 k = g^2, which no Lorentzian has."""
    spin = free_spin(g, field, 5.0)
    omega = np.linspace(-9, 9, 400_001)
    k = spin.density_of(omega)
    assert np.trapezoid(k, omega) == pytest.approx(1, abs=1e-5)
    assert np.trapezoid(k * omega**2, omega) == pytest.approx(g**2, rel=1e-5)
    inside = np.abs(omega) <= spin.half_weight()
    assert np.trapezoid(k[inside], omega[inside]) == pytest.approx(0.5, abs=5e-3)


def test_the_golden_rule_is_its_weak_coupling():
    spin = free_spin(0.02, 1.0, 5.0)
    golden = golden_rule_width(0.02, flip_density(1.0, 5.0))
    assert spin.halfwidth == pytest.approx(golden, rel=1e-4)
    assert spin.up.real == pytest.approx(-kernel_of_flips(1.0, 5.0) * 0.02**2, rel=1e-2)
    assert flip_density(6.0, 5.0) == 0


def test_strong_coupling_opens_a_gap():
    assert free_spin(2.4, 1.0, 5.0).density > 0
    closed = free_spin(2.5, 1.0, 5.0)
    assert closed.density == 0
    with pytest.raises(ValueError, match="density of levels"):
        closed.density_of(np.zeros(3))


def test_drawn_matrices_follow_it_and_not_the_golden_rule():
    """30 GOE matrices of 64 levels made with numpy alone, g = 1.6: the weight within 8 bins,
    5 standard errors or 2 % of all weight for finite size; the golden rule is off by more."""
    draw, half, g, field, radius = np.random.default_rng(1), 32, 1.6, 1.0, 5.0
    V = np.kron([[0.0, 1.0], [1.0, 0.0]], np.eye(half))
    edges, found = np.linspace(-2, 2, 9), []
    for _ in range(30):
        A = draw.standard_normal((2 * half, 2 * half))
        H = (A + A.T) / math.sqrt(2) * radius / math.sqrt(8 * half)
        levels, vectors = np.linalg.eigh(H)
        coupling = np.kron(g * vectors.T @ V @ vectors, [[0.0, 1.0], [1.0, 0.0]])
        products = np.add.outer(levels, [field, -field]).ravel()
        energies, states = np.linalg.eigh(np.diag(products) + coupling)
        near = np.argsort(np.abs(energies))[:6]
        omega = products[:, None] - energies[near]
        found.append(np.histogram(omega, edges, weights=states[:, near] ** 2)[0] / 6)
    mean, error = np.mean(found, axis=0), np.std(found, axis=0) / math.sqrt(29)
    spin = free_spin(g, field, radius)
    fine = np.linspace(-2, 2, 8001)
    weights = [
        np.trapezoid(spin.density_of(fine[a : a + 1001]), fine[a : a + 1001])
        for a in range(0, 8000, 1000)
    ]
    assert np.all(np.abs(mean - weights) < 5 * error + 0.02)
    w = golden_rule_width(g, flip_density(field, radius))
    lorentzian = np.diff(np.arctan(edges / w)) / math.pi
    assert np.abs(mean - lorentzian).sum() > 2 * np.abs(mean - weights).sum()


@pytest.mark.parametrize("field", [0.3, 2.0, 4.9, 5.1, 8.0])
def test_the_kernel_is_the_resolvent_of_the_semicircle(field):
    """Principal value of int v/(-E - h), with scipy's weight for it."""
    radius = 5.0

    def density(level):
        return 2 / (math.pi * radius) * math.sqrt(max(0.0, 1 - (level / radius) ** 2))

    if field < radius:
        value = -quad(density, -radius, radius, weight="cauchy", wvar=-field)[0]
    else:
        value = quad(lambda x: density(x) / (-field - x), -radius, radius)[0]
    assert kernel_of_flips(field, radius) == pytest.approx(value, rel=1e-5)


def test_bad_numbers_are_refused():
    for wrong in ((math.nan, 1.0, 5.0), (1.0, math.inf, 5.0), (1.0, 1.0, 0.0)):
        with pytest.raises(ValueError, match="expected"):
            free_spin(*wrong)
