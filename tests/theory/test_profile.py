"""D of a LIOM by eq. (22), and the number that its first printing gives."""

import math

import pytest

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
