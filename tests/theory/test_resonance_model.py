"""Closed forms, spectra and correlators of the resonance model, against mpmath."""

import math

import numpy as np
import pytest

import bathlab as bl
from bathlab import resonance_model

mpmath = pytest.importorskip("mpmath", reason="mpmath of the extra [test] is the twin")
mp = mpmath.mp
INF = math.inf
CASES = [resonance_model.Floquet, resonance_model.Hamiltonian]
SIDES = [0.2, 3.0, 10.0, 1e6, 1e17, INF, -INF, -1e17, -1e6, -10.0, -3.0, -1.5]
K = 2 * math.log(2)


class Twin:
    """(45), (91) and their derivatives with 40 digits."""

    def __init__(self, law, xi, lam):
        self.static = law is resonance_model.Hamiltonian
        self.xi, self.lam = mp.mpf(xi), mp.mpf(lam)
        self.k = 1 / self.xi + 2 * mp.log(2)

    def count(self, r):
        r = mp.mpf(r)
        u = r / self.xi
        if u == 0:
            return mp.sqrt(r / self.lam) if self.static else r / self.lam
        if not self.static:
            return -self.xi / self.lam * mp.expm1(-u)
        x = mp.sqrt(abs(u))
        grown = mp.erf(x) if u > 0 else mp.erfi(x)
        return mp.sqrt(mp.pi * abs(self.xi) / 4 / self.lam) * grown

    def surviving(self, r):
        return mp.exp(-self.count(r))

    def strongest(self, r):
        q = 1 / mp.sqrt(4 * self.lam * r) if self.static else 1 / self.lam
        return q * mp.exp(-mp.mpf(r) / self.xi) * self.surviving(r)

    def correlator(self, t, length):
        """By parts, F(L/2)(1 - cos y_c) + cos Jt + int F sin y dy, by half periods."""
        last = t * mp.exp(-self.k * length / 2)
        small = [last * 10**j for j in range(40) if last * 10**j < min(1, t)] or [last]
        periods = [mp.pi * n for n in range(1, int(t / mp.pi) + 1) if mp.pi * n > small[-1]]
        summed = mp.quad(
            lambda y: self.surviving(mp.log(t / y) / self.k) * mp.sin(y),
            [*small, *periods, mp.mpf(t)],
        )
        return self.surviving(length / 2) * (1 - mp.cos(last)) + mp.cos(t) + summed


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(40):
        yield


@pytest.mark.parametrize("law", CASES)
def test_survival_and_its_derivative_have_twelve_digits(law):
    """Also where erfi alone, or 1 - exp(-r/xi) alone, is no double; N up to 700."""
    tried = 0
    for xi in SIDES:
        for lam in (1.0, 20.0, 1e5, 1e150):
            twin = Twin(law, xi, lam)
            for r in (1e-12, 0.3, 5.0, 40.0, 2e3, 1e4):
                model, count = law(xi, lam), twin.count(r)
                assert model.resonances(r) == pytest.approx(float(count), rel=1e-12)
                if count < 700:
                    size = 1e-12 + 1e-14 * float(count) * max(1, abs(r / xi))
                    for name in ("surviving", "strongest"):
                        found = getattr(model, name)(r)
                        wanted = float(getattr(twin, name)(r))
                        assert found == pytest.approx(wanted, rel=size, abs=1e-300), name
                    tried += 1
                else:
                    assert 0 <= model.surviving(r) < 1e-290
    assert tried > 200


def test_reference_values():
    model = bl.resonance_model.Floquet(10, 20)
    assert model.surviving([5, 10]) == pytest.approx([0.8214085486138, 0.7290155042155], 1e-12)
    assert model.strongest(5) == pytest.approx(0.0249104734442, rel=1e-11)
    sides = resonance_model.Floquet([-10, -3], 20).exponent(0.1)
    assert sides == pytest.approx([-0.031, -0.22], abs=3e-3)
    static = resonance_model.Hamiltonian(-10, 20).exponent([0.1, 1e-3])
    assert static == pytest.approx([0.22, 0.06], abs=4e-3)
    assert resonance_model.critical_drift([5, 10]) == pytest.approx([2.700, 4.838], abs=5e-4)
    assert resonance_model.critical_drift([1732, 1734]) - 10 == pytest.approx(0, abs=1e-4)
    low, high = resonance_model.critical_drift([1730, 1736])
    assert low < 10 < high


@pytest.mark.parametrize("law", CASES)
def test_limits(law):
    """F(0) = 1, F at infinity, no length, and what is the same for either infinite xi."""
    model = law(np.array([3.0, INF, -INF, -3.0]), 20.0)
    assert model.surviving(0).tolist() == [1, 1, 1, 1]
    whole = math.exp(-3 / 20) if law is CASES[0] else math.exp(-math.sqrt(math.pi * 3 / 80))
    assert model.order_parameter == pytest.approx([whole, 0, 0, 0], rel=1e-14)
    assert model.entanglement == pytest.approx(math.log(2) * np.array([1 - whole, 1, 1, 1]))
    assert law(INF, 20, 40).surviving([20, 30, INF]).tolist() == 3 * [
        law(INF, 20).surviving(20)
    ]
    assert law(INF, 20, 40).strongest([20, 20.1]).tolist() == [law(INF, 20).strongest(20), 0]
    near, far = law(1e17, 20).surviving(7.0), law(-INF, 20).surviving(7.0)
    assert near == pytest.approx(far, rel=1e-14)
    assert law(2.0, 20.0).theta == pytest.approx(1 / (1 + 4 * math.log(2)))
    critical = 1 / (40 * math.log(2)) if law is CASES[0] else 0
    assert law(INF, 20).theta == pytest.approx(critical)
    assert law(-5, 20).crossover == pytest.approx(math.exp(1 / law(-5, 20).theta_0))
    assert law(3, 20).light_cone([0, 0.5, -math.e]) == pytest.approx([0, 0, 1 / (K + 1 / 3)])
    assert law(3, 1e300, 40).correlator(5.0) == 1


def weight(model, wrong=1.0):
    """Integral of S over all frequencies, by Gauss-Legendre in sqrt r; S times omega^wrong."""
    x, w = np.polynomial.legendre.leggauss(40)
    half = np.minimum(model.length / 2, 400.0)
    roots = (np.arange(40)[:, None] + (1 + x) / 2).ravel() / 40 * math.sqrt(half)
    omega = model.coupling(roots**2)
    terms = model.spectral(omega) * omega ** (1 + wrong) * 4 * roots * model.decay
    return float(terms @ np.tile(w, 40) / 80 * math.sqrt(half))


@pytest.mark.parametrize("law", CASES)
def test_the_sum_rule_holds_with_the_delta_weight(law):
    for xi in (0.5, 10.0, INF, -40.0, -3.0):
        for length in (10, 40, 200):
            model = law(xi, 20.0, length, 2.0)
            assert weight(model, 0) + model.order_parameter == pytest.approx(1, abs=1e-12)
    # -1 + |theta_0| on the thermal side, as (93) is printed, loses weight.
    model = law(-3.0, 20.0, 40)
    assert weight(model, -2 * model.theta_0) + model.order_parameter < 0.9


@pytest.mark.parametrize("law", CASES)
def test_the_exponent_is_the_derivative_of_the_spectrum(law):
    for xi in (3.0, INF, -10.0):
        model, omega, step = law(xi, 20.0, 60), np.geomspace(1e-6, 0.9, 7), 1e-4
        logs = [np.log(model.spectral(omega * math.exp(each))) for each in (-step, step)]
        slope = (logs[1] - logs[0]) / (2 * step)
        assert model.exponent(omega) == pytest.approx(1 + slope, abs=1e-4)
    model = law(3.0, 20.0, 20)
    assert model.spectral(-0.1) == model.spectral(0.1) > 0
    outside = [0, 0.99 * model.cutoff, 1.0, 2.0]
    assert model.spectral(outside).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("law", CASES)
def test_the_correlator_is_that_of_the_half_periods(law):
    with mp.workdps(20):
        wanted = float(Twin(law, -10.0, 1).correlator(66, 12))
    found = law(-10.0, 1, 12).correlator([66, -66])
    assert found == pytest.approx([wanted, wanted], abs=1e-12)


@pytest.mark.parametrize("law", CASES)
@pytest.mark.parametrize("xi", [0.2, 3.0, 10.0, INF, -10.0, -1.5])
def test_the_correlator_is_that_of_a_fine_mesh(law, xi):
    """Phases on the real axis, turned at one end, and turned at both."""
    x, w = np.polynomial.legendre.leggauss(10)
    places = ((np.arange(4000)[:, None] + (1 + x) / 2) / 4000).ravel()
    cases = [
        (20, 0.5, 20),
        (20, 63, 10),
        (1, 70, 40),
        (20, 150, 2),
        (20, 500, 10),
        (7, 500, 80),
    ]
    for lam, t, length in cases:
        model, most = law(xi, lam, length), math.sqrt(length / 2)
        r = (most * places) ** 2
        terms = model.strongest(r) * np.cos(model.coupling(r) * t) * 2 * most * most * places
        wanted = model.order_parameter + float(terms @ np.tile(w, 4000)) / 8000
        assert model.correlator(t) == pytest.approx(wanted, abs=1e-12), (lam, t, length)


@pytest.mark.parametrize("law", CASES)
def test_the_correlator_at_all_times(law):
    """1 at no time, the time average at last, and between them a change of path unseen."""
    for xi in (10.0, INF, -10.0):
        model = law(xi, 20.0, 40)
        assert model.correlator(0) == 1
        late = model.correlator([1e40, 1e300])
        assert late == pytest.approx(2 * [model.order_parameter], abs=1e-12)
        # About a time where the path changes C has no jump beyond its slope.
        there = model.correlator(64 + np.array([-3e-6, -1e-6, 1e-6, 3e-6]))
        assert np.diff(there, 3) == pytest.approx([0], abs=1e-11)
    # J t = 1e12: gamma of the cosine's average, C(t) near F at v(r) t = exp(-gamma).
    model = law(1e4, 500.0)
    shifted = model.surviving(model.light_cone(1e12 * math.exp(np.euler_gamma)))
    assert model.correlator(1e12) == pytest.approx(shifted, rel=1e-4)


@pytest.mark.parametrize("law", CASES)
def test_many_times_are_those_one_by_one(law):
    """Polynomials of two points in one array, and of times that go in parts."""
    t, xi = np.geomspace(1e-3, 1e12, 1000), np.array([[-1.5], [INF]])
    found = law(xi, 3.0, 40).correlator(t)
    for k, single in enumerate(xi.ravel()):
        wanted = law(single, 3.0, 40).correlator(t[::50])
        assert found[k, ::50] == pytest.approx(wanted, abs=1e-13)
    lam = np.linspace(3.0, 4.0, 5000)
    wanted = [law(10, each).correlator(1e5) for each in (3.0, 4.0)]
    assert law(10, lam).correlator(1e5)[[0, -1]] == pytest.approx(wanted, abs=1e-14)


@pytest.mark.parametrize("law", CASES)
def test_what_has_no_value_is_refused(law):
    for xi in (0.0, -1.4, [3.0, 0.0]):
        with pytest.raises(ValueError, match="xi"):
            law(xi, 20.0)
    with pytest.raises(ValueError, match="omega"):
        law(3.0, 20.0).spectral(0.0)
    for omega in (1.0, 0.0, 1e-9):
        with pytest.raises(ValueError, match="omega_c"):
            law(3.0, 20.0, 10).exponent(omega)
    with pytest.raises(ValueError, match="lam"):
        law(3.0, 0.5).correlator(1.0)
    with pytest.raises(ValueError, match="r"):
        law(3.0, 20.0).surviving(-1.0)
    with pytest.raises(ValueError, match="r was|r = |finite"):
        law(-3.0, 20.0).probability(INF)
    with pytest.raises(ValueError, match="broadcast"):
        law([3.0, 4.0], 20.0).surviving([1.0, 2.0, 3.0])


def test_lengths_regions_and_the_boundaries_of_consistency():
    zeta = np.array([0.5, 1 / math.log(2), 3.0])
    xi = resonance_model.correlation_length(zeta)
    assert xi[0] == pytest.approx(1 / (2 - math.log(2))) and np.isinf(xi[1]) and xi[2] < 0
    assert resonance_model.Floquet(xi[::2], 20).zeta == pytest.approx(zeta[::2])
    assert resonance_model.floquet_resonance_length(8.0, 2.0) == pytest.approx(
        0.5 / math.log(2)
    )
    # The steps (76) to (80) would give a quarter.
    printed = math.pi * (16 / (4 * math.log(2))) ** 2
    assert resonance_model.hamiltonian_resonance_length(16.0) == pytest.approx(printed)
    found = resonance_model.region([4, -4, 100, -100, INF], 20, [10, 10, 10, 30, INF])
    assert found.tolist() == ["MBL", "thermal", "I", "II", "II"]
    assert resonance_model.is_consistent([4, 5, INF], 20, [30, 30, 8]).tolist() == [
        True,
        False,
        True,
    ]


def test_the_drift_solves_its_equation():
    for delta, J in ((0.01, 1.0), (0.5, 0.3), (1e-200, 2.0)):
        for length in (2, 10, 200, 1e9):
            W = resonance_model.critical_drift(length, 10.0, delta, J)
            lam = resonance_model.hamiltonian_resonance_length(W, J)
            twin = Twin(resonance_model.Hamiltonian, 1 / mp.log(mp.mpf(W) / 10), lam)
            change = abs(twin.count(length / 2) / -mp.log(delta) - 1)
            assert change < 1e-12 * max(1, length), (delta, J, length)


def test_a_bounded_drift_is_the_same_where_the_bound_is_not_met():
    lengths = [5, 8, 11, 60]
    free, kept = (
        resonance_model.critical_drift(lengths, bounded=each) for each in (False, True)
    )
    assert np.all(kept[2:] == free[2:]) and np.all(free[2:] > 5) and np.all(kept[:2] < free[:2])
    for length, W in zip(lengths[:2], kept):
        lam = resonance_model.hamiltonian_resonance_length(W, 1.0)
        twin = Twin(resonance_model.Hamiltonian, -1 / mp.log(2), lam)
        assert abs(twin.count(mp.mpf(length) / 2) / -mp.log(0.01) - 1) < 1e-12


def test_the_fidelity_is_that_of_the_longest_resonance():
    """(126) by mpmath, its slope 2 log 2 for L >> lambda alone, and what no double resolves."""
    for law, xi, length in ((0, 10.0, 30), (0, INF, 12), (1, -10.0, 40), (1, INF, 20)):
        twin, half = Twin(CASES[law], xi, 20.0), mp.mpf(length) / 2
        with mp.workdps(20):
            wanted = mp.quad(
                lambda r: (
                    -twin.strongest(r)
                    / twin.surviving(r) ** 2
                    * twin.surviving(half)
                    * -2
                    * mp.log(twin.strongest(r) / twin.surviving(r) * mp.exp(twin.k * r) / 2)
                ),
                [0, half / 100, half / 2, half],
            )
        found = CASES[law](xi, 20.0, length).log_fidelity
        assert found == pytest.approx(float(wanted), rel=1e-8), (law, xi)
    slope = np.diff(CASES[0](INF, 20.0, [20, 21, 1000, 1001]).log_fidelity)[::2]
    assert slope / 2 / math.log(2) == pytest.approx([0.32, 1], abs=0.01)
    steep = CASES[0](-10.0, 20.0, [1000.0, 1001.0]).log_fidelity
    assert np.diff(steep) == pytest.approx([2 * math.log(2)], rel=1e-6)
    with pytest.raises(ValueError, match="length"):
        CASES[0](INF, 20.0).log_fidelity


def test_second_resonances_are_the_integral_over_ranges():
    """With q' = sqrt(2) q and v' = v/sqrt(2) (A8) to (A12), and the limit (A13)."""
    model = resonance_model.Floquet([10.0, INF, -10.0], 20.0)
    assert model.second_resonances(3)[0] == pytest.approx(3.9468798e-4, rel=1e-7)
    s = 4 + (np.arange(400000) + 0.5) * 1e-4
    for k, xi in enumerate((10.0, INF, -10.0)):
        one = resonance_model.Floquet(xi, 20.0)
        terms = math.sqrt(2) * one.probability(s) * (one.coupling(s) / one.coupling(3)) ** 2 / 2
        assert model.second_resonances(3)[k] == pytest.approx(terms.sum() * 1e-4, rel=1e-6)
    assert model.second_resonances(9)[1] == pytest.approx(
        1 / math.log(2) / 64 / math.sqrt(2) / 20
    )


def test_the_thouless_frequency_has_a_factor_e_that_its_last_form_drops():
    model = resonance_model.Floquet([-10.0, INF], 20.0, 40)
    last = (10 / 40) ** 2 * math.exp(-20 * math.log(2))
    assert model.thouless == pytest.approx([math.e * last, 0], rel=1e-12)


def test_states_at_a_range_and_their_chance_of_resonance():
    """(36) by counting, the density (40) of which N_r/Omega is 0.54, and (42) of (41)."""
    spins = np.array(np.meshgrid(*[[1, -1]] * 7)).reshape(7, -1)
    far = np.where(spins < 0, abs(np.arange(7) - 3)[:, None], -1).max(axis=0)
    assert [int((far == r).sum()) for r in (1, 2, 3)] == [6, 24, 96]  # (3/2) 4^r
    Omega, r = 40.0, np.array([2.0, 6.0])
    model = resonance_model.Floquet(-20.0, resonance_model.floquet_resonance_length(Omega))
    rho = 4 * math.log(2) * 4**r / Omega
    assert 1.5 * 4**r / Omega / rho == pytest.approx([0.541, 0.541], abs=1e-3)
    assert model.probability(r) == pytest.approx(2 * model.coupling(r) * rho, rel=1e-12)
    one_at_least = -np.expm1(Omega * rho * np.log1p(-2 * model.coupling(r) / Omega))
    assert np.all(abs(one_at_least / model.probability(r) - 1) < model.probability(r))
    assert resonance_model.floquet_resonance_length(1.0) == pytest.approx(0.180, abs=1e-3)


def test_the_regions_meet_at_one_point():
    """|xi| = L/2: 1/zeta is 2/L off 1/zeta_c; hatched from min(L/2, |xi|) = sqrt lambda on."""
    for length in (8, 32, 512):
        for side, name in ((1, "MBL"), (-1, "thermal")):
            inverse = math.log(2) + side * 2 / length * np.array([0.99, 1.01])
            xi = 1 / (inverse - math.log(2))
            inside, outside = resonance_model.region(xi, 20.0, length)
            assert inside == ("I" if length < 20 else "II") and outside == name
    hatched = ~resonance_model.is_consistent([4.4, 4.5, INF, INF], 20.0, [100, 100, 8.9, 9.0])
    assert hatched.tolist() == [False, True, False, True]


@pytest.mark.parametrize("law", CASES)
def test_closed_forms_at_two_hundred_random_arguments(law):
    """F, p, S, theta with 25 digits, at xi on both sides and at zeta_c, r, lambda and omega."""
    rng = np.random.default_rng(17)
    for k in range(200):
        size = float(np.exp(rng.uniform(math.log(1.5), math.log(1e4))))
        xi = [size, -size, INF][k % 3]
        lam, r = np.exp(rng.uniform(0, 7)), np.exp(rng.uniform(-7, 4))
        twin, model = Twin(law, xi, lam), law(xi, lam)
        count = twin.count(r)
        if count > 600:
            continue
        scale = 1e-12 + 1e-14 * float(count) * max(1, r / size)
        assert model.surviving(r) == pytest.approx(float(twin.surviving(r)), rel=scale)
        assert model.strongest(r) == pytest.approx(float(twin.strongest(r)), rel=scale)
        omega = float(mp.exp(-twin.k * mp.mpf(r)))
        if 0 < omega < 1:
            depth = -mp.log(mp.mpf(omega)) / twin.k
            wanted = twin.strongest(depth) / (2 * twin.k * omega)
            assert model.spectral(omega) == pytest.approx(float(wanted), rel=10 * scale)


def test_the_law_of_the_drift_is_straight_about_its_inflection():
    """exp(-l/(L + 1)) by Taylor's terms at L + 1 = l/2: none of second order, and the cubic one
    as large as the linear at L + 1 = l (1/2 + sqrt(3/4)), where W = 0.481 W_c."""
    terms = mp.taylor(lambda x: mp.exp(-1 / x), mp.mpf(1) / 2, 3)
    assert float(terms[2]) == pytest.approx(0, abs=1e-12)
    assert float(mp.sqrt(-terms[1] / terms[3])) == pytest.approx(math.sqrt(0.75), rel=1e-9)
    assert math.exp(-1 / (0.5 + math.sqrt(0.75))) == pytest.approx(0.481, abs=5e-4)
