"""Crossover lengths: limits, closed forms against the condition they solve, laws of decay."""

import math

import numpy as np
import pytest

import bathlab as bl


def test_strengthened_and_naive_lengths():
    zeta = 1 / math.log(2)  # alpha = 1/2
    assert bl.crossover_length(6, 0.5) == pytest.approx(
        6 * math.log(2) / (2 / zeta - math.log(2))
    )
    assert bl.theory.naive_crossover_length(6, 0.5) == pytest.approx(zeta * 6 * math.log(2) / 2)
    assert (
        math.isinf(bl.crossover_length(6, 0.71))
        and bl.theory.naive_crossover_length(6, 0.71) < 7
    )
    assert math.isinf(bl.theory.naive_crossover_length(6, 1.0))
    # Far from the divergence nothing has been thermalised yet that could make a difference.
    assert bl.crossover_length(6, 1e-6) == pytest.approx(
        bl.theory.naive_crossover_length(6, 1e-6), rel=0.03
    )


@pytest.mark.parametrize("dimension", [1, 1.5, 2, 3])
def test_the_radius_solves_its_equation(dimension):
    ball = math.pi ** (dimension / 2) / math.gamma(dimension / 2 + 1)
    for zeta in (0.01, 0.1, 0.3):
        length = bl.theory.crossover_radius(0.8, zeta, dimension)
        if math.isfinite(length):
            condition = ball * (0.8 + length) ** dimension * math.log(2)
            assert condition == pytest.approx(2 * length / zeta)
            earlier = np.linspace(0, length, 200)[:-1]
            assert np.all(
                ball * (0.8 + earlier) ** dimension * math.log(2) > 2 * earlier / zeta
            )


@pytest.mark.parametrize("alpha", [0.3, 0.5, 0.69])
def test_one_side_of_the_grain_is_the_crossover_length(alpha):
    assert bl.theory.crossover_radius(
        5, -1 / math.log(alpha), unit_volume=1.0
    ) == pytest.approx(bl.crossover_length(5, alpha), rel=1e-12)
    assert math.isinf(bl.theory.crossover_radius(5, -1 / math.log(0.71), unit_volume=1.0))


def test_a_cube_thermalises_farther_than_the_ball_inside_it():
    zeta = 0.2
    ball, cube = (bl.theory.crossover_radius(0.5, zeta, 2, volume) for volume in (None, 4.0))
    assert cube > ball
    assert 4 * (0.5 + cube) ** 2 * math.log(2) == pytest.approx(2 * cube / zeta)


def test_where_the_radius_is_infinite():
    assert math.isfinite(bl.theory.crossover_radius(3, 0.99 / math.log(2)))
    assert math.isinf(bl.theory.crossover_radius(3, 1.01 / math.log(2)))
    # In two dimensions l_b < 1/(2 zeta pi log 2) from the discriminant of the quadratic.
    zeta = 0.1
    critical = 1 / (2 * zeta * math.pi * math.log(2))
    assert math.isfinite(bl.theory.crossover_radius(0.99 * critical, zeta, 2))
    assert math.isinf(bl.theory.crossover_radius(1.01 * critical, zeta, 2))


def test_g_flow_is_the_paper_s_recursion():
    chain = bl.LiomChain(count=6, alpha=0.6)
    flow = bl.theory.g_flow(3.0, chain.couplings)
    assert flow[0] == pytest.approx(3.0)
    assert flow[1:] / flow[:-1] == pytest.approx(np.full(5, 0.6 * math.sqrt(2)))


def test_lioms_hybridise_up_to_the_crossover_length():
    for alpha in (0.3, 0.5, 0.65, 0.7):
        decay = -math.log(alpha) - math.log(2) / 2
        for first in (1.5, 10.0, 1e4):
            found = bl.theory.thermalised_lioms(first, lambda r: r * math.log(alpha))
            assert found == math.floor(math.log(first) / decay) + 1
    assert math.isinf(bl.theory.thermalised_lioms(1.5, lambda r: r * math.log(0.75)))
    assert bl.theory.thermalised_lioms(0.9, lambda r: r * math.log(0.75)) == 0


def test_subexponential_couplings_thermalise_everything_once_the_grain_is_large():
    def law(r):
        return -4 * math.sqrt(r)

    assert bl.theory.thermalised_lioms(2.0, law) < 3
    # log G_r falls by 4 (sqrt r - 1) - (r - 1) log(2)/2, at most 7.9, near r = 33.
    assert math.isinf(bl.theory.thermalised_lioms(math.exp(8.0), law))
    assert 25 < bl.theory.thermalised_lioms(math.exp(7.8), law) < 45


def test_bad_arguments():
    for call in (
        lambda: bl.theory.crossover_radius(0, 1),
        lambda: bl.theory.crossover_radius(1, 1, 2, 0.0),
        lambda: bl.theory.crossover_radius(1, 1, 0.5),
        lambda: bl.theory.naive_crossover_length(1, -1),
        lambda: bl.theory.g_flow(0, [1.0]),
        lambda: bl.theory.g_flow(1, [0.0, 1.0]),
        lambda: bl.theory.g_flow(1, []),
        lambda: bl.theory.thermalised_lioms(1, lambda r: math.nan),
        lambda: bl.theory.thermalised_lioms(1, lambda r: 0.0, far=0),
    ):
        with pytest.raises(ValueError, match="expected"):
            call()
