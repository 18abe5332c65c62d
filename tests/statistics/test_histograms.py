"""Histograms in logarithmic bins over realisations, and the power laws in them."""

import numpy as np
import pytest
from refusals import explained

from bathlab.statistics import bin_counts, density_law, log_edges, log_histogram

EDGES = log_edges(1e-3, 1.0, 4)


def power_law_samples(exponent, realisations, size, seed=0, repeat=1):
    """Values of density ~ x^-exponent on [1e-3, 1], each ``repeat`` times."""
    uniform = np.random.default_rng(seed).uniform(size=(realisations, size))
    power = 1 - exponent
    values = (1e-3**power + uniform * (1 - 1e-3**power)) ** (1 / power)
    return np.repeat(values, repeat, axis=1)


def test_edges_are_equal_factors():
    assert len(EDGES) == 13 and EDGES[0] == 1e-3 and EDGES[-1] == pytest.approx(1.0)
    assert np.allclose(EDGES[1:] / EDGES[:-1], 10**0.25)
    assert log_edges(1.0, 2.0, 1)[-1] == pytest.approx(10)


def test_counts_are_those_of_a_loop():
    values = np.array([[0.0, -1.0, 5e-4, 1e-3], [2e-3, 0.5, 1.0, 7.0]])
    counts, total = bin_counts(values, EDGES)
    for b, (low, high) in enumerate(zip(EDGES[:-1], EDGES[1:])):
        assert counts[b] == sum(low <= value < high for value in values.ravel())
    assert total == 8 and counts.sum() == np.count_nonzero(
        (values >= 1e-3) & (values < EDGES[-1])
    )


def test_the_density_is_that_of_all_values():
    samples = [np.array([0.002, 0.02, 0.2, 20.0]), np.array([0.3, -3.0])]
    found = log_histogram(samples, EDGES)
    assert found.realisations == 2 and found.totals.tolist() == [4, 2]
    assert found.density.mean @ np.diff(EDGES) == pytest.approx(4 / 6)
    assert found.without_outside().density.mean @ np.diff(EDGES) == pytest.approx(1)
    single = log_histogram(samples[:1], EDGES)
    assert np.all(np.isnan(single.density.error))


def test_errors_are_those_of_independent_values_and_grow_where_they_repeat():
    """Four equal values in a realisation weigh as one: twice the error of four others."""
    plain = log_histogram(power_law_samples(1.4, 400, 50), EDGES)
    share = plain.counts.sum(axis=0) / plain.totals.sum()
    expected = np.sqrt(share * (1 - share) / plain.totals.sum()) / np.diff(EDGES)
    assert np.allclose(plain.density.error, expected, rtol=0.25)
    repeated = log_histogram(power_law_samples(1.4, 400, 50, repeat=4), EDGES)
    assert np.allclose(repeated.density.error, plain.density.error)
    assert np.allclose(repeated.density.mean, plain.density.mean)


@pytest.mark.parametrize("exponent", [1.4, 1.6])
def test_the_exponent_of_a_power_law_is_found_with_its_error(exponent):
    """Within four errors: false alarms 6e-5 each."""
    found = density_law(log_histogram(power_law_samples(exponent, 200, 200), EDGES), 1e-3, 1.0)
    assert abs(found.exponent.mean + exponent) < 4 * found.exponent.error
    assert 0.001 < found.exponent.error < 0.03 and found.bins == 12
    assert found.window == (EDGES[0], EDGES[-1])
    assert 0.2 < found.chi2_dof < 3 and found.window_error < 0.1
    amplitude = (1 - exponent) / (1 - 1e-3 ** (1 - exponent))
    assert np.exp(found.log_amplitude.mean) == pytest.approx(amplitude, rel=0.1)


def test_errors_of_the_exponent_are_those_of_repeated_trials():
    """The spread of 60 fits and the mean stated error agree to 30 %, three times the error of
    such a spread."""
    fits = [
        density_law(log_histogram(power_law_samples(1.5, 40, 60, seed), EDGES), 1e-3, 1.0)
        for seed in range(60)
    ]
    spread = np.std([fit.exponent.mean for fit in fits])
    assert np.mean([fit.exponent.error for fit in fits]) == pytest.approx(spread, rel=0.3)


def test_a_knee_is_seen_in_chi_square_and_in_the_window():
    bent = np.concatenate(
        [power_law_samples(1.3, 200, 200), 30 * power_law_samples(2.5, 200, 200)], axis=1
    )
    found = density_law(log_histogram(bent, EDGES), 1e-3, 1.0)
    assert found.chi2_dof > 10 and found.window_error > 3 * found.exponent.error


def test_bins_that_one_realisation_alone_reaches_are_left_out():
    samples = [
        np.array([2e-3, 2e-2, 0.2]),
        np.array([2e-3, 2e-2, 0.2, 0.25]),
        np.array([0.9] * 3),
    ]
    samples += [np.array([2e-3, 2e-2, 0.2, 2e-2])]
    found = density_law(log_histogram(samples, EDGES), 1e-3, 1.0)
    assert found.bins == 3 and found.window[1] < 0.5


BAD = {
    "nan": lambda: log_histogram([[np.nan]], EDGES),
    "nothing": lambda: log_histogram([], EDGES),
    "no values": lambda: log_histogram([[], []], EDGES),
    "edges from 0": lambda: log_histogram([[0.1]], [0.0, 1.0]),
    "edges descend": lambda: log_histogram([[0.1]], [1.0, 0.1]),
    "lower 0": lambda: log_edges(0.0, 1.0),
    "upper below": lambda: log_edges(1.0, 0.5),
    "no bins": lambda: log_edges(0.1, 1.0, 0),
    "one realisation": lambda: density_law(
        log_histogram([np.geomspace(1e-3, 1)], EDGES), 1e-3, 1
    ),
    "narrow window": lambda: density_law(
        log_histogram(power_law_samples(1.4, 9, 9), EDGES), 0.1, 0.2
    ),
    "window upside down": lambda: density_law(
        log_histogram(power_law_samples(1.4, 9, 9), EDGES), 1.0, 0.1
    ),
}
test_bad_input_is_explained = explained(BAD)
