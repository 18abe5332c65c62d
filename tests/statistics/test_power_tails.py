"""Exponents of whole numbers drawn from a power law, and from what is none."""

import numpy as np
import pytest

from bathlab.statistics import power_tail

FIRST = np.unique(np.rint(10 ** (np.arange(81) / 20)))


def drawn(tau, cut=np.inf, realisations=100, each=300):
    """Counts of numbers with p ~ n^-tau e^(-n/cut) up to 1e4."""
    n = np.arange(1, 10_001)
    p = n**-tau * np.exp(-n / cut)
    numbers = np.random.default_rng(3).choice(n, (realisations, each), p=p / p.sum())
    return np.array([np.histogram(row, FIRST)[0] for row in numbers])


@pytest.mark.parametrize("tau", [1.6, 2.2, 3.1])
def test_the_exponent_is_that_of_the_draws(tau):
    for lower, upper in ((1, 1e4), (3, 1000)):
        found = power_tail(FIRST, drawn(tau), lower, upper)
        # Five standard errors: false alarms 6e-7.
        assert abs(found.exponent.mean - tau) < 5 * found.exponent.error
        assert found.holds and found.count <= 30_000
        assert found.window_error < 6 * found.exponent.error
        # Of independent numbers the error is that of the likelihood.
        n = np.arange(found.window[0], found.window[1])
        p = n**-tau / (n**-tau).sum()
        deviation = np.sqrt(p @ np.log(n) ** 2 - (p @ np.log(n)) ** 2)
        expected = 1 / (deviation * np.sqrt(found.count))
        assert found.exponent.error == pytest.approx(expected, rel=0.3)


def test_what_is_no_power_is_rejected():
    assert power_tail(FIRST, drawn(2.0), 1, 1000).holds
    cut = power_tail(FIRST, drawn(2.0, cut=100.0), 1, 1000)
    assert not cut.holds and cut.chi2_dof > 4


def test_windows_without_counts_are_refused():
    counts = drawn(2.0)
    for lower, upper in ((100, 120), (2e4, 3e4)):
        with pytest.raises(ValueError, match="window"):
            power_tail(FIRST, counts, lower, upper)
    with pytest.raises(ValueError, match="whole"):
        power_tail(FIRST + 0.5, counts, 1, 1e4)
    with pytest.raises(ValueError, match="counts"):
        power_tail(FIRST, counts[:, :-1], 1, 1e4)
