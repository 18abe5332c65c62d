"""Exponents, finite chains, lengths and times of the mean-field avalanche."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

import bathlab as bl
from bathlab import avalanche

mpmath = pytest.importorskip("mpmath", reason="mpmath of the extra [test] is the twin")
mp = mpmath.mp
COMPANION = -2 / math.log(2)


@pytest.mark.parametrize(
    "K, treated, eta",
    [(0.1, math.inf, 1.0), (1.0, math.inf, 1.0), (1.0, COMPANION, 1.0), (1.0, math.inf, 0.8)],
)
def test_the_exponents_are_those_of_the_linearised_flow(K, treated, eta):
    """Growth of a departure from the critical flow, followed far from both of its ends."""
    below, above = (avalanche.near_critical_flow(x, K, treated, eta) for x in (-1e-90, 1e-90))
    exact = avalanche.exponents(K, treated, eta)
    size = min(len(below.excess), len(above.excess))
    k = np.arange(1, size + 1)
    apart = np.log(np.maximum(np.abs(below.excess[:size] / above.excess[:size] - 1), 1e-20))
    window = (apart > math.log(1e-10)) & (apart < math.log(1e-4))
    assert np.count_nonzero(window) > 5
    # The power of k that the departure has besides: see log_plus.
    growth = np.polyfit(k[window], apart[window], 1)[0]
    growth += 1 / (2 - math.sqrt(exact.epsilon_c)) / k[window].mean()
    nu_plus = math.log(1 / exact.epsilon_c) / growth
    assert nu_plus == pytest.approx(exact.nu_plus, rel=2e-3)
    critical = np.sqrt(k[20:60]) * exact.epsilon_c ** (k[20:60] / 2) * exact.excess
    assert below.excess[20:60] == pytest.approx(critical, rel=0.02)
    assert below.collar[20:60] * below.excess[20:60] / k[20:60] == pytest.approx(0.5)
    assert exact.collar * exact.excess == pytest.approx(0.5)


def test_the_companions_rule_changes_no_exponent_at_the_same_point():
    halted = avalanche.exponents(1.0)
    treated = avalanche.exponents(1.0, COMPANION)
    assert treated.epsilon_c < halted.epsilon_c
    ratio = treated.excess * math.sqrt(1 - math.sqrt(treated.epsilon_c))
    ratio /= halted.excess * math.sqrt(1 - math.sqrt(halted.epsilon_c))
    assert ratio == pytest.approx(math.sqrt(1.5))


def test_exponents_run_between_their_limits():
    K = np.array([1e-100, 1e-3, 1.0, 100.0, 1e300])
    found = avalanche.exponents(K)
    assert np.all(np.diff(found.nu_minus) < 0)
    assert found.nu_minus == pytest.approx(
        [0.99403, 0.84812, 0.64863, 0.59589, 0.55513], abs=1e-5
    )
    assert found.nu_plus.tolist() == (2 * found.nu_minus).tolist()
    assert found.log_minus[2] == pytest.approx(0.0842, abs=1e-4)
    r = math.sqrt(3 ** (-1 / 3))
    assert found.nu_minus[-1] > 1 / (1 + 2 * math.log(2 - r) / math.log(3 ** (1 / 3))) > 0.541


def test_the_continuum_has_another_critical_point():
    """(22) of the supplement, (alpha_1 - s)^2 = 2 s^2 int_1^inf k eps^k dk, at K = 1."""
    s = math.log(2)

    def excess(epsilon):
        log = math.log(1 / epsilon)
        return (log - s) ** 2 - 2 * s**2 * epsilon * (1 / log + 1 / log**2)

    found = brentq(excess, 0.1, 0.4)
    assert found == pytest.approx(0.2742, abs=1e-4)
    assert found > 1.4 * avalanche.critical_epsilon(1.0)


def test_fitted_exponents_have_the_bias_of_the_logarithm():
    near, far = avalanche.fit_exponents(1.0, points=30), None
    assert near.bias_minus < 0 < near.bias_plus
    far = avalanche.fit_exponents(1.0, 1e-40, 1e-20, points=30)
    assert far.bias_minus == pytest.approx(far.logarithm_minus, rel=0.03)
    assert far.bias_plus == pytest.approx(far.logarithm_plus, abs=0.01)
    assert abs(far.bias_minus) < abs(near.bias_minus) / 5


def probability(epsilon, K, length):
    """1 - (1 - eps^k)^L with 60 digits, k order by order."""
    with mp.workdps(60):
        epsilon, s = mp.mpf(epsilon), mp.log(2)
        alpha, k = mp.log(mp.mpf(K) / epsilon), 1
        while alpha > s:
            size = k * alpha / (alpha - s)
            if size >= length:
                break
            alpha -= epsilon**k * size * alpha
            k += 1
        return -mp.expm1(length * mp.log1p(-(epsilon**k)))


@pytest.mark.parametrize("departure", [-0.5, -1e-3, -1e-10, 1e-10, 1e-3, 0.5])
def test_probabilities_are_those_of_sixty_digits(departure):
    epsilon = avalanche.critical_epsilon(1.0) * (1 + departure)
    length = np.array([10, 11, 1000, 10**6, 10**9])
    found = avalanche.thermal_probability(epsilon, 1.0, length)
    logs = avalanche.thermal_probability(epsilon, 1.0, length, logarithm=True)
    # The twin takes L/L_- steps.
    reached = {-0.5: 3, -1e-3: 4}.get(departure, 5)
    for L, p, log_p in zip(length[:reached], found, logs):
        exact = probability(epsilon, 1.0, int(L))
        if exact > 1e-300:
            assert p == pytest.approx(float(exact), rel=1e-12)
        assert log_p == pytest.approx(float(mp.log(exact)), rel=1e-12, abs=1e-300)


def test_probabilities_have_the_limits_of_the_paper():
    below, above = avalanche.flow(0.15, 1.0), avalanche.flow(0.22, 1.0)
    L = np.array([1e8, 2e8])
    slope = np.diff(avalanche.probability_of(below, L, True)) / 1e8
    assert slope == pytest.approx(math.log(0.15) / avalanche.scales(below).L_minus, rel=1e-6)
    L = avalanche.scales(above).L_plus * np.array([0.5, 1, 3])
    found = avalanche.probability_of(above, L)
    assert found == pytest.approx(-np.expm1(-L / avalanche.scales(above).L_plus), rel=0.01)
    values = avalanche.thermal_probability(np.linspace(0.01, 0.99, 99), 1.0, 1000)
    assert np.all(np.diff(values) >= 0)


def test_the_least_probability_is_that_of_all_lengths():
    for distance, ratio in ((1e-3, 1.4), (1e-5, 2.0), (3.0, None)):
        course = avalanche.near_critical_flow(distance, 1.0)
        place, value = avalanche.least_probability(course)
        every = avalanche.probability_of(course, np.arange(1, 40_000))
        assert place == 1 + np.argmin(every) and value == pytest.approx(every.min(), rel=1e-12)
        if ratio:
            root = math.sqrt(avalanche.scales(course).L_plus)
            assert place / root == pytest.approx(ratio, abs=0.05)
    assert avalanche.least_probability(avalanche.flow(0.1, 1.0)) == (math.inf, 0.0)
    both = avalanche.least_probability(avalanche.flow([0.1, 0.2], 1.0))
    assert both[0][0] == math.inf and both[1].tolist()[0] == 0 < both[1][1]


def test_sizes_and_entropy_at_the_critical_point_carry_logarithms():
    course = avalanche.near_critical_flow(-1e-90, 1.0)
    exact = avalanche.exponents(1.0)
    log = math.log(1 / exact.epsilon_c)
    order = np.array([60, 120])
    size = course.size[order - 1]
    ratio = exact.epsilon_c**order * size**2 / np.log(size) / exact.sizes
    assert np.all(np.diff(np.abs(ratio - 1)) < 0) and abs(ratio[-1] - 1) < 0.03
    entropy = avalanche.mean_entropy(course, size) / np.log(size) ** 2
    limit = 2 * (1 - math.sqrt(exact.epsilon_c)) / log**2
    assert np.all(np.diff(np.abs(entropy / limit - 1)) < 0)
    assert entropy[-1] == pytest.approx(limit, rel=0.05)
    # Without a logarithm the entropy would be log L, and less.
    assert np.all(np.diff(entropy * np.log(size)) > 20)


def test_scales_are_those_of_the_flow():
    course = avalanche.flow([0.1, 0.19, 0.2, 0.75], 1.0)
    found = avalanche.scales(course)
    assert found.L_minus[:2] == pytest.approx(1 + 2 * course.collar_ratio[:2])
    assert np.all(np.isinf(found.L_minus[2:])) and np.all(np.isinf(found.L_plus[:2]))
    assert found.L_plus[2:] == pytest.approx(course.epsilon[2:] ** -course.k_star[2:])
    inverse = 1 / course.zeta_infinity[:2] - math.log(2)
    assert found.L_critical[:2] == pytest.approx(inverse**-2)
    assert found.log_time[2] == pytest.approx(2 * found.L_plus[2] * math.log(5))
    seen = course.zeta[2, int(course.k_star[2]) - 2]
    assert found.log_time_dressed[2] == pytest.approx(2 * found.L_plus[2] / seen)
    assert found.resistance_power[3] == 1 > found.log_time[3]
    # Diffusion sets in where 2 L_+ = zeta_1.
    either = avalanche.scales(avalanche.flow([0.702, 0.704], 1.0)).resistance_power
    assert either[0] > 1 == either[1]


def test_rates_and_resistances():
    assert avalanche.log_rate([0, 3], 1.5).tolist() == [0, -4]
    course = avalanche.flow(0.3, 1.0)
    length = avalanche.scales(course).L_plus
    found = avalanche.log_resistance(course, length * np.array([0.5, 1, math.e]))
    power = avalanche.scales(course).resistance_power
    assert found == pytest.approx([power / 2, power, 2 * power])
    assert avalanche.log_resistance(avalanche.flow(0.1, 1.0), 7) == pytest.approx(
        14 * math.log(10)
    )


@pytest.mark.parametrize(
    "call, named",
    [
        (lambda: avalanche.thermal_probability(0.1, 1, 0.5), "length"),
        (lambda: avalanche.thermal_probability([0.1, 0.2], 1, [1, 2, 3]), "broadcast"),
        (lambda: avalanche.fit_exponents(1, 1e-2, 1e-6), "upper"),
        (lambda: avalanche.fit_exponents(1, zeta_treated=1.0), "zeta_treated"),
        (lambda: avalanche.exponents(1e-310), "K = 1e-310"),
        (lambda: avalanche.log_rate(1, 0), "zeta"),
        (lambda: avalanche.scales(bl.avalanche), "course"),
    ],
)
def test_what_makes_no_sense_is_refused(call, named):
    with pytest.raises(ValueError, match=named):
        call()
