"""Unfolding, form factor, Thouless time, number variance: against loops and random matrices."""

import math

import numpy as np
import pytest

import bathlab as bl
from bathlab import analysis
from bathlab.analysis.spectral_correlations import connected_form_factor
from bathlab.errors import NotConverged
from bathlab.operators.door import as_system
from bathlab.operators.traces import traces_of
from bathlab.spectrum.staircase.base import checked

TIMES = np.concatenate([[0.0], np.geomspace(0.05, 2.0, 25)])


def goe_levels(n, seed):
    full = np.random.default_rng(seed).standard_normal((n, n))
    return np.linalg.eigvalsh((full + full.T) / math.sqrt(2 * n))


def semicircle_unfolded(levels, n):
    """Exact for a GOE of these matrix elements: radius 2."""
    x = np.clip(levels / 2, -1, 1)
    return n * (0.5 + (x * np.sqrt(1 - x**2) + np.arcsin(x)) / math.pi)


def test_form_factor_is_its_sum():
    levels = np.sort(np.random.default_rng(1).uniform(0, 50, 50))
    found = bl.spectral_form_factor(levels, TIMES, 0.3, "none")
    apart = levels - levels.mean()
    weights = np.exp(-(apart**2) / (2 * (0.3 * apart.std()) ** 2))
    for time, total in zip(TIMES, found.sums):
        slow = sum(w * np.exp(-2j * math.pi * time * e) for w, e in zip(weights, apart))
        assert abs(total - slow) < 1e-12 * weights.sum()
    assert found.values[0] == pytest.approx(weights.sum() ** 2 / (weights @ weights))
    # A shift of all levels, and their order, change no modulus.
    moved = bl.spectral_form_factor(levels[::-1] + 7.0, TIMES, 0.3, "none")
    assert moved.values == pytest.approx(found.values, rel=1e-9)


def test_levels_are_unfolded_first():
    levels = goe_levels(300, 1)
    unfolded = analysis.unfold(levels, degree=7).levels
    found = bl.spectral_form_factor(levels, TIMES, degree=7)
    expected = bl.spectral_form_factor(unfolded, TIMES, unfolding="none")
    assert np.array_equal(found.sums, expected.sums)


def mean_of(make, count, connected=True):
    spectra = [
        bl.spectral_form_factor(make(seed), TIMES, unfolding="none") for seed in range(count)
    ]
    return analysis.mean_form_factor(spectra, connected)


def test_random_matrices_have_their_form_factor():
    """80 GOE of 300 levels: a value scatters by its size over sqrt(80) = 11 %; five such errors
    at each of 20 times, a false alarm of 1e-5. Uncorrelated levels must fail."""
    theory = analysis.random_form_factor(TIMES)

    def off(values):
        return np.abs(values[5:] / theory[5:] - 1).max()

    goe = mean_of(lambda seed: semicircle_unfolded(goe_levels(300, seed), 300), 80)
    assert off(goe) < 5 / math.sqrt(80)
    poisson = mean_of(
        lambda seed: np.sort(np.random.default_rng(seed).uniform(0, 300, 300)), 80
    )
    assert off(poisson) > 5 / math.sqrt(80)
    assert np.abs(poisson[5:] - 1).max() < 5 / math.sqrt(80)
    assert goe[0] == pytest.approx(0, abs=1e-9)


def by_pairs(sums, weights, shares):
    """Connected K by a loop over pairs of different spectra."""
    squares, products, weight = 0.0, 0.0, 0.0
    for i, one in enumerate(sums):
        for j, two in enumerate(sums):
            if i != j:
                pair = shares[i] * shares[j]
                squares = squares + pair * (abs(one) ** 2 + abs(two) ** 2) / 2
                products = products + pair * (one * two.conj()).real
                weight += pair * (weights[i] + weights[j]) / 2
    return (squares - squares[0] / products[0] * products) / weight


@pytest.mark.parametrize(
    "shares", [[1 / 4] * 4, [0.5, 0, 0.25, 0.25], [0, 1 / 3, 1 / 3, 1 / 3]]
)
def test_the_connected_form_factor_is_a_mean_over_pairs(shares):
    """As they are, as a bootstrap draws them, and with one left out."""
    draw = np.random.default_rng(5)
    sums = draw.standard_normal((4, 9)) + 1j * draw.standard_normal((4, 9))
    sums[:, 0] = draw.uniform(5, 6, 4)
    weights = draw.uniform(1, 2, 4)
    found = connected_form_factor(sums, weights, np.array(shares))
    assert found == pytest.approx(by_pairs(sums, weights, shares), rel=1e-12, abs=1e-12)
    assert abs(found[0]) < 1e-12
    if np.ptp(shares) == 0:
        spectra = [analysis.FormFactor(TIMES[:9], *each) for each in zip(sums, weights)]
        assert np.array_equal(analysis.mean_form_factor(spectra), found)


def low_by_one_in_n(spectra):
    """K with |<S>|^2 from the mean of the same spectra."""
    sums = np.array([each.sums for each in spectra])
    squares, means = (abs(sums) ** 2).mean(axis=0), abs(sums.mean(axis=0)) ** 2
    weight = np.mean([each.weight for each in spectra])
    return (squares - squares[0] / means[0] * means) / weight


@pytest.mark.parametrize("kind", ["GOE", "Poisson"])
def test_few_spectra_have_the_form_factor_of_many(kind):
    """K of 4 spectra, mean of 200 such fours, beside that of 800 others: 4 errors of their
    difference, by the scatter of fours and of groups of 40, in the mean over 20 times; a false
    alarm of 6e-5. With the mean sum of the same four it is low by a quarter."""
    n = 48

    def levels(seed):
        if kind == "GOE":
            return semicircle_unfolded(goe_levels(n, seed), n)
        return np.sort(np.random.default_rng(seed).uniform(0, n, n))

    spectra = [
        bl.spectral_form_factor(levels(seed), TIMES, unfolding="none") for seed in range(1600)
    ]

    def mean_over_times(found, size, of):
        groups = [found[k : k + size] for k in range(0, len(found), size)]
        values = np.array([of(group)[5:].mean() for group in groups])
        return values.mean(), values.std(ddof=1) / math.sqrt(len(values))

    many = analysis.mean_form_factor(spectra[:800])[5:].mean()
    error = mean_over_times(spectra[:800], 40, analysis.mean_form_factor)[1]

    def off(of):
        mean, own = mean_over_times(spectra[800:], 4, of)
        return (mean - many) / math.hypot(own, error), mean / many

    assert abs(off(analysis.mean_form_factor)[0]) < 4
    sigma, share = off(low_by_one_in_n)
    assert sigma < -4
    assert share == pytest.approx(3 / 4, abs=0.05)


def test_a_bootstrap_of_few_spectra_stays_about_their_form_factor():
    """Mean over 2000 draws of 5 from 5 spectra: 4 errors, a false alarm of 6e-5. With the mean
    sum of the same draw it is low by a fifth, twice."""
    spectra = [
        bl.spectral_form_factor(goe_levels(60, seed), TIMES, degree=5) for seed in range(5)
    ]
    sums = np.array([each.sums for each in spectra])
    weights = np.array([each.weight for each in spectra])
    draws = np.random.default_rng(3).integers(0, 5, (2000, 5))
    again = np.array([np.bincount(each, minlength=5) / 5 for each in draws])
    again = again[np.count_nonzero(again, axis=1) > 1]
    whole = analysis.mean_form_factor(spectra)[5:].mean()
    found = np.array([connected_form_factor(sums, weights, p)[5:].mean() for p in again])
    low = np.array([low_by_one_in_n([spectra[k] for k in e])[5:].mean() for e in draws])
    error = found.std() / math.sqrt(len(found))
    assert abs(found.mean() - whole) < 4 * error
    assert low.mean() == pytest.approx(0.64 * whole, rel=0.05)


def test_one_spectrum_has_no_connected_form_factor():
    one = bl.spectral_form_factor(goe_levels(60, 1), TIMES, degree=5)
    with pytest.raises(ValueError, match="more spectra, or connected=False"):
        analysis.mean_form_factor([one])
    assert np.array_equal(analysis.mean_form_factor([one], False), one.values)
    sums = one.sums[np.newaxis]
    assert np.isnan(connected_form_factor(sums, np.array([one.weight]), np.ones(1))).all()


def test_limits_of_random_form_factors():
    values = analysis.random_form_factor([0.0, 1e-3, 1 - 1e-9, 1 + 1e-9, 1e4])
    assert values[1] == pytest.approx(2e-3, rel=2e-3)
    assert values[2] == pytest.approx(values[3], abs=1e-8) == pytest.approx(2 - math.log(3))
    assert values[[0, 4]] == pytest.approx([0, 1], abs=1e-8)
    assert analysis.random_form_factor([0.3, 4.0], "GUE").tolist() == [0.3, 1.0]


def test_thouless_time_is_where_the_curve_joins():
    times = np.geomspace(1e-3, 1.0, 400)
    theory = analysis.random_form_factor(times)
    late = theory * np.where(times < 0.05, 10.0 ** (0.16 * np.log(0.05 / times)), 1.0)
    # log10 of the ratio is 0.08 where log(0.05/tau) = 1/2.
    found = analysis.thouless_time(times, late)
    assert found == pytest.approx(0.05 * math.exp(-0.5), rel=1e-2)
    assert analysis.thouless_time(times, theory) == times[0]
    assert analysis.thouless_time(times, np.ones_like(times) * 3) == math.inf
    assert analysis.thouless_time(times, np.where(times > 0.9, -1.0, theory)) == math.inf


def test_number_variance_of_a_ladder_random_levels_and_goe():
    """GOE at L = 5: 0.79 expected; six matrices of 600 levels give it to about 4 %."""
    ladder = np.arange(1000.0)
    assert analysis.number_variance(ladder, [2.0, 2.5]) == pytest.approx([0, 0.25], abs=0.02)
    draw = np.random.default_rng(0).uniform(0, 20000, 20000)
    assert analysis.number_variance(draw, [5.0]) == pytest.approx([5.0], rel=0.1)
    expected = (
        2 / math.pi**2 * (math.log(2 * math.pi * 5) + np.euler_gamma + 1 - math.pi**2 / 8)
    )
    found = [
        analysis.number_variance(semicircle_unfolded(goe_levels(600, seed), 600), [5.0])[0]
        for seed in range(6)
    ]
    assert np.mean(found) == pytest.approx(expected, rel=0.2)


@pytest.mark.parametrize("method", ["polynomial", "gaussian"])
def test_unfolding_finds_a_known_density(method):
    levels = goe_levels(1000, 3)
    found = analysis.unfold(levels, method, degree=12, width=10.0)
    middle = slice(100, 900)
    exact = semicircle_unfolded(levels, 1000)
    assert np.abs(found.levels - exact)[middle].max() < 2.5
    density = 1000 / (2 * math.pi) * np.sqrt(np.maximum(4 - levels**2, 0))
    assert found.density[middle] == pytest.approx(density[middle], rel=0.12)
    assert found.deviation < 1.5
    assert np.all(np.diff(found.levels) >= 0)


def test_a_poor_unfolding_says_so():
    """Two bands, through which a parabola does not go."""
    draw = np.random.default_rng(2)
    levels = np.concatenate([draw.uniform(0, 1, 500), draw.uniform(9, 10, 500)])
    good = analysis.unfold(levels, "gaussian", width=10.0).deviation
    assert analysis.unfold(levels, degree=2).deviation > 5 * good


def test_gap_ratios_follow_the_spectrum():
    levels = np.concatenate(
        [goe_levels(600, 1), 3 + np.random.default_rng(1).uniform(0, 1, 600)]
    )
    energies, ratios = analysis.gap_ratios(levels, 2)
    assert energies[0] < 1 and energies[1] > 3
    assert ratios == pytest.approx([0.53, 0.386], abs=0.05)
    assert ratios[0] == bl.mean_gap_ratio(levels[:600])


def test_a_spectrum_with_missing_levels_has_no_form_factor():
    H = np.diag(goe_levels(300, 4))
    whole = bl.levels(H)
    assert np.array_equal(
        bl.spectral_form_factor(whole, TIMES).sums,
        bl.spectral_form_factor(whole.energies, TIMES).sums,
    )
    with pytest.raises(NotConverged) as raised:
        checked(whole.energies[:-1], traces_of(as_system(H)), "lanczos")
    with pytest.raises(ValueError, match="299 levels among which others are missing"):
        bl.spectral_form_factor(raised.value.estimate, TIMES)
