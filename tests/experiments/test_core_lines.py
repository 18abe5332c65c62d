"""Stretches between explosive cores: their law, sums by loops, and samplers that are wrong."""

import math
import re

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import kstest

from bathlab.experiments import BondLine, CoreLine, core_laws, time_rows
from bathlab.experiments.core_lines import SPACINGS, line_resistances
from bathlab.streams import stream

#: All p values together are below this once in so many sound samplers.
FALSE_ALARM = 1e-4


def pooled(line, index, count=40, seed=3):
    return np.concatenate([line.stretches(seed, each, index)[:-1] for each in range(count)])


def wrong(kind):
    """Stretches of mean 1 that are not exponential."""
    source = np.random.default_rng(1)
    size = 4000
    return {
        "equal": np.ones(size),
        "uniform": source.uniform(0, 2, size),
        "two phases": source.gamma(2, 0.5, size),
        "another density": 1.1 * source.standard_exponential(size),
    }[kind]


def test_random_cores_leave_exponential_stretches():
    line = CoreLine((1.0,), (3.0, 100.0))
    drawn = pooled(line, 1)
    assert kstest(drawn, "expon").pvalue > FALSE_ALARM
    for each in (0, 1):
        for realisation in range(20):
            assert line.stretches(3, realisation, each).sum() == pytest.approx(
                line.lengths[each], rel=1e-12
            )
    # A Poisson number of cores: mean 3, and 4 of 3000 lines in the sigma of the mean.
    counts = [len(line.stretches(5, each, 0)) - 1 for each in range(3000)]
    assert abs(np.mean(counts) - 3) < 4 * math.sqrt(3 / 3000)
    assert np.var(counts) == pytest.approx(3, rel=0.12)


@pytest.mark.parametrize("kind", ["equal", "uniform", "two phases", "another density"])
def test_a_wrong_sampler_fails(kind):
    assert kstest(wrong(kind), "expon").pvalue < FALSE_ALARM


@pytest.mark.parametrize("spacing", SPACINGS)
def test_sums_are_those_of_loops(spacing):
    line = CoreLine((0.5, 3.0), (0.4, 1.0, 7.3), spacing)
    for row in line_resistances(line, 2, 5):
        for index in range(3):
            stretches = line.stretches(2, 5, index).tolist()
            terms = [math.exp(row["power"] * each) for each in stretches]
            halved = [
                term if place in (0, len(terms) - 1) else math.sqrt(term)
                for place, term in enumerate(terms)
            ]
            assert row["log_R"][index] == pytest.approx(math.log(sum(terms)), rel=1e-12)
            assert row["log_max"][index] == pytest.approx(math.log(max(terms)), rel=1e-12)
            found = row["log_R_nearest"][index]
            assert found == pytest.approx(math.log(sum(halved)), rel=1e-12)


def test_what_no_double_holds_is_summed():
    row = line_resistances(CoreLine((1e4,), (50.0,)), 1, 0)[0]
    assert np.isfinite(row["log_R"]).all() and row["log_R"][0] > 1e4


def test_cores_in_bonds_are_runs_of_the_order_of_mean_field():
    line = BondLine(0.45, 1.0, (40.0,))
    assert line.course.k_star == 2
    gaps = line.gaps(1, 0, 0)
    count = math.ceil(40 / 0.45**2)
    bonds = stream(1, 0, "bonds of cores", 0).random(count) < 0.45
    text = "".join("1" if bond else "0" for bond in bonds)
    expected = [len(part) for part in re.split("11+", text)]
    assert gaps.tolist() == expected
    power = time_rows(line, 1, 0)[0]["power"]
    assert power == pytest.approx(2 * math.log(1 / 0.45) / 0.45**2)


@pytest.mark.parametrize("order", [1, 2, 4])
def test_the_rate_of_gaps_is_that_of_a_transfer_matrix(order):
    epsilon = 0.37
    matrix = np.diag(np.full(order - 1, epsilon), -1) if order > 1 else np.zeros((1, 1))
    matrix[0] += 1 - epsilon
    largest = np.abs(np.linalg.eigvals(matrix)).max()
    assert core_laws.gap_rate(epsilon, order) == pytest.approx(-math.log(largest), rel=1e-11)


@pytest.mark.parametrize("power, length", [(0.25, 3.0), (0.4, 50.0), (1.0, 2.0)])
def test_the_mean_resistance_is_that_of_quadrature(power, length):
    rate = 1 - power
    inner = quad(lambda u: (2 + length - u) * math.exp(-rate * u), 0, length)[0]
    expected = math.exp(-rate * length) + inner
    assert core_laws.mean_resistance(power, length) == pytest.approx(expected, rel=1e-9)


def test_diffusion_begins_where_the_powers_meet():
    """2 L_+ = zeta_1 at K = 1: 2 log(1/eps) = eps; from both ends, log(1/eps) = eps; runs of
    drawn bonds have (1 - eps)^l, so 1 - eps = eps^2, or eps."""
    paper, both = (core_laws.diffusive_epsilon(1.0, "paper", each) for each in (False, True))
    assert 2 * math.log(1 / paper) == pytest.approx(paper, abs=1e-8)
    assert math.log(1 / both) == pytest.approx(both, abs=1e-8)
    golden = core_laws.diffusive_epsilon(1.0, "bonds")
    assert golden == pytest.approx((math.sqrt(5) - 1) / 2, abs=1e-8)
    assert core_laws.diffusive_epsilon(1.0, "bonds", True) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize(
    "given, named",
    [
        ((CoreLine, (0.0,), (10.0,)), "powers"),
        ((CoreLine, (1.0,), (-1.0,)), "lengths"),
        ((CoreLine, (1.0,), (1e9,)), "lengths"),
        ((CoreLine, (1.0,), (10.0,), "even"), "spacing"),
        ((BondLine, 0.1, 1.0, (10.0,)), "epsilon"),
        ((BondLine, 0.6, 0.5, (10.0,)), "epsilon"),
        ((BondLine, 0.2, 1.0, (1e7,)), "lengths"),
    ],
)
def test_lines_that_cannot_be_are_refused(given, named):
    kind, *arguments = given
    with pytest.raises(ValueError, match=named):
        kind(*arguments)
