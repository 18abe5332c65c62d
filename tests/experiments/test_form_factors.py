"""Form factors of rows: the mean over pairs of spectra, in what is left out and drawn again."""

import math

import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab import analysis
from bathlab.experiments import dynamics_laws, sun_laws
from bathlab.experiments.chain_thouless import log_rate
from bathlab.experiments.suns import TIMES

#: Spectra that both the rows and their twin are made of.
COUNT = 5


@pytest.fixture(scope="module")
def spectra():
    found = []
    for seed in range(COUNT):
        full = np.random.default_rng(seed).standard_normal((150, 150))
        levels = np.linalg.eigvalsh(full + full.T)
        found.append(bl.spectral_form_factor(levels, TIMES, degree=5))
    return found


@pytest.fixture(scope="module")
def rows(spectra):
    return pd.DataFrame(
        {
            "realisation": range(COUNT),
            "real": [each.sums.real for each in spectra],
            "imaginary": [each.sums.imag for each in spectra],
            "weight": [each.weight for each in spectra],
        }
    )


def smooth(K):
    """Each time with those on either side that there are."""
    reach = dynamics_laws.SMOOTHED
    return np.array([K[max(0, i - reach) : i + reach + 1].mean() for i in range(len(K))])


def test_errors_leave_out_whole_spectra(spectra, rows):
    """The value is that of all, each of the jackknife's that of N - 1, with N - 1 for N."""
    found = dynamics_laws.form_factor(rows)
    assert found.mean == pytest.approx(smooth(analysis.mean_form_factor(spectra)[1:]))
    without = np.array(
        [
            smooth(analysis.mean_form_factor(spectra[:k] + spectra[k + 1 :])[1:])
            for k in range(COUNT)
        ]
    )
    error = np.sqrt((COUNT - 1) * without.var(axis=0))
    assert found.error == pytest.approx(error, rel=1e-9, abs=1e-12)


def test_the_order_of_the_rows_is_no_matter(rows):
    found, again = (dynamics_laws.form_factor(each) for each in (rows, rows.iloc[::-1]))
    assert again.mean == pytest.approx(found.mean, rel=1e-12)
    assert again.error == pytest.approx(found.error, rel=1e-9)


def test_a_single_spectrum_says_nothing(rows):
    """One among rows, left over, or drawn five times: nan, not K = 0."""
    assert np.isnan(dynamics_laws.form_factor(rows[:1]).mean).all()
    assert np.isnan(dynamics_laws.form_factor(rows[:2]).error).all()
    assert math.isnan(dynamics_laws.thouless(rows[:1], TIMES[1:]).mean)
    rate = log_rate(rows.rename(columns=sun_laws.FORM), 0.5, TIMES)
    assert math.isnan(rate(np.array([2] * COUNT)))
    assert math.isfinite(rate(np.arange(COUNT)))
