"""The mean-field flow against 50-digit arithmetic in the paper's own variables."""

import itertools
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import bathlab as bl
from bathlab.theory.avalanche.directed import Digits, Doubles, as_decimals
from bathlab.theory.avalanche.intervals import ratio

mpmath = pytest.importorskip("mpmath", reason="mpmath of the extra [test] is the twin")
mp, iv = mpmath.mp, mpmath.iv
HALTED, COMPANION = np.inf, -2 / np.log(2)
#: Relative departures from eps_c where the verdict is hard, and elsewhere.
DEPARTURES = (-0.9, -0.3, -1e-3, -1e-12, 1e-12, 1e-3, 0.3, 1.0)


@pytest.fixture(autouse=True)
def fifty_digits():
    with mp.workdps(50):
        iv.dps = 50
        yield


def twin(epsilon, K, treated=HALTED, context=mp, orders=400, eta=1.0):
    """alpha_k, l_k and rho_k of (13), (14) until alpha_k <= eta s, or for so many orders."""
    number = context.mpf
    epsilon, s = number(epsilon), context.log(2)
    least = number(eta) * s
    across = number(0) if np.isinf(treated) else 1 / number(treated)
    alpha, collars, densities = [context.log(number(K) / epsilon)], [], []
    for k in range(1, orders):
        if not alpha[-1] > least:
            break
        # s (k + 2 eta l)/2 = alpha l
        collars.append(k * (s / 2) / (alpha[-1] - least))
        densities.append(epsilon**k * (k + 2 * collars[-1]))
        alpha.append((1 - densities[-1]) * alpha[-1] + densities[-1] * across)
    return alpha, collars, densities


RULES = [(treated, 1.0) for treated in (HALTED, COMPANION, 3.0)]
STRENGTHENED = [(HALTED, 0.76), (COMPANION, 0.01), (3.0, 1.07), (HALTED, 2.0)]


@pytest.mark.parametrize(
    "K, rule",
    [
        *((K, rule) for K in (0.01, 0.5, 1.0, 2.0, 100.0) for rule in RULES),
        *((K, rule) for K in (0.05, 1.0, 30.0) for rule in STRENGTHENED),
    ],
)
def test_flows_are_those_of_fifty_digits(K, rule):
    treated, eta = rule
    least = mp.mpf(eta) * mp.log(2)
    critical = bl.avalanche.critical_epsilon(K, *rule)
    epsilon = np.array(
        [critical * (1 + each) for each in DEPARTURES if each < 1 / critical - 1]
    )
    course = bl.avalanche.flow(epsilon, K, *rule)
    for index, each in enumerate(epsilon):
        alpha, collar, density = twin(each, K, treated, eta=eta)
        thermal = not alpha[-1] > least
        assert course.verdict[index] == ("thermal" if thermal else "localised")
        assert thermal == (each > critical)
        assert course.k_star[index] == (len(alpha) if thermal else np.inf)
        orders = np.count_nonzero(np.isfinite(course.excess[index])) - thermal
        for name, wanted in (("collar", collar), ("density", density)):
            found = getattr(course, name)[index, :orders]
            assert found == pytest.approx([float(x) for x in wanted[:orders]], rel=1e-12)
        wanted = [float(1 / x) for x in alpha[:orders]]
        assert course.zeta[index, :orders] == pytest.approx(wanted, rel=1e-12)
        if not thermal:
            limit = float((alpha[-1] - least) / mp.log(2))
            assert course.excess_infinity[index] == pytest.approx(limit, rel=1e-12)
            assert course.collar_ratio[index] == pytest.approx(0.5 / limit, rel=1e-12)


def test_the_numbers_of_reference():
    course = bl.avalanche.flow(0.1, 1)
    assert course.zeta[1] == pytest.approx(0.506801365179, abs=1e-12)
    assert course.collar[1] == pytest.approx(0.54151596312, abs=1e-11)
    assert course.zeta_infinity == pytest.approx(0.52577327616877, abs=1e-14)
    assert bl.avalanche.critical_epsilon(1) == pytest.approx(0.193683855109014, abs=1e-15)
    found = bl.avalanche.critical_epsilon(1, COMPANION)
    assert found == pytest.approx(0.177395765701794, abs=1e-15)
    near = bl.avalanche.near_critical_flow(-1e-12, 1)
    assert near.thermal_density == pytest.approx(0.5777, abs=1e-4)
    assert near.thermal_density == pytest.approx(1 - near.zeta[0] / near.zeta_infinity)
    assert bl.avalanche.near_critical_flow(1e-12, 1).thermal_density == 1


@pytest.mark.parametrize("K, eta", [(0.05, 1.0), (1.0, 1.0), (30.0, 1.0), (1.0, 0.4)])
def test_certificates_hold_in_interval_arithmetic(K, eta):
    """Every order in intervals of 50 digits, 400 of them beyond those of the flow."""
    s = iv.mpf(eta) * iv.log(2)
    critical = bl.avalanche.critical_epsilon(K, strengthening=eta)
    for departure in (-0.2, -1e-3, -1e-12, 1e-12, 1e-3, 0.2):
        epsilon = critical * (1 + departure)
        course = bl.avalanche.flow(epsilon, K, strengthening=eta)
        alpha, _, density = twin(epsilon, K, context=iv, eta=eta)
        if departure > 0:
            assert course.verdict == "thermal" and len(alpha) == course.k_star
            assert alpha[-1].b <= s.a
            assert all(each.a > s.b for each in alpha[:-1])
            continue
        # What has settled stays above half of itself; the rest is within its bound.
        n, gap = len(course.excess), 1 - iv.mpf(epsilon)
        least = iv.mpf(course.excess[-1]) / 2 * iv.log(2)
        tail = iv.mpf(epsilon) ** n * (n * gap + iv.mpf(epsilon)) / gap**2
        # (1 + y) alpha, in units of s^2.
        losses = (alpha[n - 1] - s + iv.log(2)) * alpha[n - 1]
        assert (4 * tail * losses).b <= ((alpha[n - 1] - s) ** 2).a
        assert all((each - s).a > least.b for each in alpha[n:])
        rest = sum(density[n:], iv.mpf(0))
        assert rest.b <= course.remaining < 3 * rest.a


def test_a_bound_that_is_too_small_would_be_noticed():
    course = bl.avalanche.flow(0.15, 1)
    _, _, density = twin(0.15, 1, context=iv)
    rest = sum(density[len(course.excess) :], iv.mpf(0))
    assert not rest.b <= course.remaining / 3


@pytest.mark.parametrize(
    "K, treated, eta",
    [(0.3, HALTED, 1.0), (1.0, COMPANION, 1.0), (7.0, 4.0, 1.0), (2.0, HALTED, 0.8)],
)
def test_critical_points_are_those_of_bisection(K, treated, eta):
    low, high = mp.mpf(0), mp.mpf(min(1, K / 2**eta))
    for _ in range(60):
        middle = (low + high) / 2
        alpha = twin(middle, K, treated, orders=250, eta=eta)[0]
        low, high = (middle, high) if alpha[-1] > eta * mp.log(2) else (low, middle)
    found = bl.avalanche.critical_epsilon(K, treated, eta)
    assert found == pytest.approx(float(low), rel=1e-15)
    zeta = bl.avalanche.critical_zeta(found, treated, eta)
    assert zeta == pytest.approx(1 / math.log(K / found), rel=1e-14)


def test_the_boundary_needs_no_K():
    K = np.geomspace(1e-3, 1e6, 7)
    critical = bl.avalanche.critical_epsilon(K)
    assert np.all(np.diff(critical) > 0) and np.all(critical < K / 2)
    assert bl.avalanche.critical_zeta(critical) == pytest.approx(1 / np.log(K / critical))
    # k eps^k = 1 at k = 3: no zeta_1 is small enough beyond.
    last = bl.avalanche.critical_zeta([0.6933, 0.6934])
    assert 0 < last[0] < 1e-3 and last[1] == 0
    assert 0 < bl.avalanche.critical_zeta(0.69336127435) < 1e-15
    assert 0.61 < bl.avalanche.critical_epsilon(1e300) < 3 ** (-1 / 3)
    assert bl.avalanche.critical_epsilon(1e-300) == 5e-301


def test_a_tie_is_decided_exactly():
    # y_1 = 1 and y_2 = 1 - 4 eps = 0: 1/zeta_2 is s, not less.
    course = bl.avalanche.flow([0.25, 9 / 16, 0.5], [1, 9, 1])
    assert course.k_star.tolist() == [2, 2, 1]
    assert course.excess[0, 1] == 0
    assert bl.avalanche.flow(np.nextafter(0.25, 0), 1).k_star == 3


def test_strengthening_and_zeta_treated_shift_the_same_numbers():
    """With K 2^(1 - eta) and 1/(s zeta_t) = 1 - eta a flow of eta = 1 has the same y_k."""
    eta, epsilon = np.array([0.5, 2.0]), np.array([[0.05], [0.15], [0.3]])
    weaker = bl.avalanche.flow(epsilon, 1.0, strengthening=eta)
    other = bl.avalanche.flow(epsilon, 2 ** (1 - eta), 1 / (np.log(2) * (1 - eta)))
    assert weaker.verdict.tolist() == other.verdict.tolist()
    assert len(set(weaker.verdict.flat)) == 2
    assert weaker.collar == pytest.approx(other.collar, rel=1e-10, nan_ok=True)
    bare = np.broadcast_to(-1 / np.log(epsilon), (3, 2))
    assert weaker.zeta[..., 0] == pytest.approx(bare)
    found, thermal = bl.avalanche.scales(weaker), weaker.verdict == "thermal"
    assert found.log_time[thermal] == pytest.approx((2 * found.L_plus / bare)[thermal])


def test_shapes_broadcast():
    epsilon, K = np.array([[0.05], [0.4]]), np.array([0.5, 1.0, 2.0])
    course = bl.avalanche.flow(epsilon, K)
    assert course.verdict.shape == (2, 3) and course.zeta.shape[:2] == (2, 3)
    for (i, j), verdict in np.ndenumerate(course.verdict):
        one = bl.avalanche.flow(epsilon[i, 0], K[j])
        assert one.verdict == verdict and one.k_star == course.k_star[i, j]
        same = course.density[i, j][: len(one.density)]
        assert same.tolist() == one.density.tolist()
        assert np.all(np.isnan(course.density[i, j][len(one.density) :]))


def test_near_critical_flows_are_those_of_the_point():
    critical = bl.avalanche.critical_epsilon(2.0)
    for distance in (-0.5, -1e-3, 1e-3, 0.5):
        near = bl.avalanche.near_critical_flow(distance, 2.0)
        there = bl.avalanche.flow(critical * (1 + distance), 2.0)
        assert near.verdict == there.verdict and near.k_star == there.k_star
        # eps is a double here, and y forgets 1e-16 of it by 1/distance.
        assert near.excess == pytest.approx(there.excess, rel=1e-10)
    far = bl.avalanche.near_critical_flow([-1e-100, 1e-100], 2.0)
    assert far.verdict.tolist() == ["localised", "thermal"] and far.k_star[1] > 150


@pytest.mark.parametrize(
    "pair", [(Doubles(False), Doubles(True)), (Digits(False, 20), Digits(True, 20))]
)
def test_bounds_hold_what_they_bound(pair):
    low, high = (exactly(each.log2_e()) for each in pair)
    assert low <= 1 / mp.log(2) <= high and high - low < 1e-14
    for treated, eta in itertools.product((-3.0, 7.0, math.inf), (1.0, 0.76, 3.1)):
        given = [np.array([treated]), np.array([eta])]
        given = list(map(as_decimals, given)) if isinstance(pair[0], Digits) else given
        found = ratio(*pair, *given)[0]
        wanted = 1 / (mp.log(2) * treated) + 1 - mp.mpf(eta)
        assert exactly(found.lower) <= wanted <= exactly(found.upper)
    generator = np.random.default_rng(1)
    for a, b in generator.lognormal(0, 3, (200, 2)):
        exact = {"add": Fraction(a) + Fraction(b), "subtract": Fraction(a) - Fraction(b)}
        exact |= {"multiply": Fraction(a) * Fraction(b), "divide": Fraction(a) / Fraction(b)}
        if isinstance(pair[0], Digits):
            a, b = Decimal(a), Decimal(b)
        for name, value in exact.items():
            low, high = (Fraction(getattr(each, name)(a, b)) for each in pair)
            assert low <= value <= high and high - low < abs(value) * Fraction(1, 10**14)
        low, high = (each.log2_ratio(np.array([a]), np.array([b]))[0] for each in pair)
        assert exactly(low) <= mp.log(exactly(a) / exactly(b), 2) <= exactly(high)


def exactly(number):
    return mp.mpf(str(number)) if isinstance(number, Decimal) else mp.mpf(float(number))


@pytest.mark.parametrize(
    "call, named",
    [
        (lambda: bl.avalanche.flow(1.0, 1), "epsilon = 1.0 .* above 0 and below 1"),
        (lambda: bl.avalanche.flow(0.0, 1), "epsilon"),
        (lambda: bl.avalanche.flow(0.1, 0), "K"),
        (lambda: bl.avalanche.flow([0.1, 0.2], [1, 2, 3]), "broadcast"),
        (lambda: bl.avalanche.flow(0.1, 1, 1.0), "zeta_treated .* above zeta_c"),
        (lambda: bl.avalanche.flow(0.1, 1, 2.0, 0.7), "zeta_treated .* above zeta_c"),
        (lambda: bl.avalanche.flow(0.1, 1, strengthening=0.0), "strengthening .* 0.001 to 2"),
        (lambda: bl.avalanche.near_critical_flow(0, 1), "distance"),
        (lambda: bl.avalanche.near_critical_flow(10.0, 1), "below 1"),
    ],
)
def test_what_is_out_of_range_is_refused(call, named):
    with pytest.raises(ValueError, match=f"{named}"):
        call()
