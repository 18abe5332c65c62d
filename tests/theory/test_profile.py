"""D of a LIOM by eq. (22), and the number that its first printing gives."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

import bathlab as bl


def test_the_numbers_are_those_of_the_committed_study():
    system = 2.0**14, 0.2, 4.2
    assert bl.theory.liom_log_ipr(*system) == pytest.approx(6.39, abs=0.005)
    assert bl.theory.printed_log_ipr(*system) == pytest.approx(15.79, abs=0.005)
    assert bl.theory.profile_slope(0.75) == pytest.approx(0.575, abs=0.0005)


def test_it_is_log_of_four_rho_w():
    dimension, g, xi = 512.0, 0.3, 2.0
    rho, w = dimension / xi, g**2 / xi
    assert bl.theory.liom_log_ipr(dimension, g, 2 * xi) == pytest.approx(math.log(4 * rho * w))


def test_the_band_is_that_of_h_by_kron():
    """A grain of two levels +-R/2, tr H_B^2/2 = R^2/4, and two LIOMs."""
    x, z, one = np.array([[0, 1], [1, 0]]), np.diag([1, -1]), np.eye(2)
    h, g, R = (0.8, 1.3), (0.3, 0.2), 2.1
    H = np.kron(np.diag([-R, R]) / 2, np.eye(4))
    H += h[0] * np.kron(one, np.kron(z, one)) + h[1] * np.kron(one, np.kron(one, z))
    H += g[0] * np.kron(x, np.kron(x, one)) + g[1] * np.kron(x, np.kron(one, x))
    assert bl.theory.whole_variance(2 * R, h, g) == pytest.approx(np.trace(H @ H) / 8)
    assert bl.theory.whole_variance(2 * R, [], []) == pytest.approx(R**2 / 4)


def test_d_of_the_core_is_that_of_a_semicircle():
    dimension, variance, R = 2.0**14, 9.85, 2.1
    square = quad(lambda E: (2 / (math.pi * R**2)) ** 2 * (R**2 - E**2), -R, R)[0]
    rho = dimension / math.sqrt(2 * math.pi * variance)
    found = bl.theory.core_log_ipr(dimension, variance, 2 * R)
    assert found == pytest.approx(math.log(rho / (3 * square)))
    assert found == pytest.approx(7.90, abs=0.005)  # the paper's V_th log 2 is 9.70


@pytest.mark.parametrize("peaks", [(0.0,), (-2.2, 2.2)])
def test_d_of_a_liom_is_that_of_lorentzians(peaks):
    """One of half-width Gamma at 0, tau^z, or two of Gamma/2 at +-2h, tau^x, have one D."""
    rho, rate = 300.0, 0.02
    width = rate / len(peaks)

    def v(omega):
        shapes = [width / math.pi / (width**2 + (omega - peak) ** 2) for peak in peaks]
        return sum(shapes) / len(peaks)

    square = quad(lambda omega: v(omega) ** 2, -9, 9, points=peaks, limit=400)[0]
    expected = math.log(rho / (3 * square))
    assert bl.theory.decay_log_ipr(rho, rate) == pytest.approx(expected, abs=1e-3)
