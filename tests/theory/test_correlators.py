"""C(t) of the resonance model at random arguments, against values that mpmath made beforehand
(``make_correlators.py`` says how), and the functions of complex arguments behind it."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special

from bathlab import resonance_model
from bathlab.theory.resonance_model import off_axis

#: Reached at each of them.
TOLERANCE = 1e-13
TABLE = pd.read_csv(Path(__file__).with_name("correlators.csv"))


@pytest.mark.parametrize("law", [resonance_model.Floquet, resonance_model.Hamiltonian])
def test_two_hundred_correlators_are_those_of_mpmath(law):
    """Both sides and xi = infinity, J t from 0.01 to 1e12, as many points and alone."""
    rows = TABLE[TABLE.law == law.__name__]
    assert len(rows) == 200 and rows.t.max() > 1e11 and np.isinf(rows.xi).sum() > 60
    found = law(rows.xi, rows.lam, rows.length).correlator(rows.t)
    assert np.abs(found - rows.correlator).max() < TOLERANCE
    other = law(rows.xi * 1.001, rows.lam, rows.length).correlator(rows.t)
    assert np.abs(other - rows.correlator).max() > 1e-6
    for row in rows[:12].itertuples():
        times = np.append(np.geomspace(row.t / 3, 3 * row.t, 500), row.t)
        value = law(row.xi, row.lam, row.length).correlator(times)[-1]
        assert value == pytest.approx(row.correlator, abs=TOLERANCE)


def test_functions_of_complex_arguments():
    generator = np.random.default_rng(1)
    z = generator.uniform(-30, 30, (40, 50)) + 1j * generator.uniform(-90, 90, (40, 50))
    z[0] *= 10.0 ** -np.arange(50)
    small = np.expm1(z.real) * np.cos(z.imag) - 2 * np.sin(z.imag / 2) ** 2
    assert off_axis.exponential(z) == pytest.approx(np.exp(z), rel=1e-14, abs=1e-300)
    found = off_axis.exponential_less_one(z)
    assert found[0].real == pytest.approx(small[0], rel=1e-14)
    assert found == pytest.approx(np.expm1(z), rel=1e-14)
    assert off_axis.root(z) == pytest.approx(np.sqrt(z), rel=1e-15)
    u = generator.uniform(-80, 80, 2000) + 1j * generator.uniform(-2, 2, 2000)
    u[:60] *= 10.0 ** -np.arange(60)
    x = np.sqrt(u)
    assert off_axis.error_ratio(u) == pytest.approx(
        math.sqrt(math.pi) / 2 * special.erf(x) / x, rel=1e-13
    )
    assert off_axis.error_ratio(np.zeros(3, complex)).tolist() == 3 * [1]
    with np.errstate(all="ignore"):
        assert not np.isfinite(off_axis.error_ratio(np.array([-1e4 + 1j]))).any()
