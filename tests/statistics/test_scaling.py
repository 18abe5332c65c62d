"""A collapse finds nu where there is one, and says where there is none."""

import numpy as np
import pytest

from bathlab.statistics import Curve, scaling_fit

X = np.array([2.0, 2.5, 3.0, 3.5, 4.0, 5.0])


def curves(form, seed=0, error=0.004, sizes=(8, 10, 12, 14)):
    draw = np.random.default_rng(seed)
    return {
        L: Curve(X, form(X, L) + error * draw.standard_normal(len(X)), np.full(len(X), error))
        for L in sizes
    }


def scaled(x, L, nu=0.8, critical=3.2):
    u = (x - critical) * (L / 14) ** (1 / nu)
    return 0.5 - 0.2 * u + 0.03 * u**3


def test_it_finds_nu_and_the_place():
    """Within three errors, an eighth of a per cent of false alarms each, and the seed is
    fixed."""
    found = scaling_fit(curves(scaled))
    assert found.holds and found.chi2_dof < 2
    assert found.nu.mean == pytest.approx(0.8, abs=3 * found.nu.error)
    assert found.critical.mean == pytest.approx(3.2, abs=3 * found.critical.error)
    assert 0 < found.nu.error < 0.2 and found.interval[0] < 0.8 < found.interval[1]
    assert found.nu_window < 0.2 and found.points == 24


def test_errors_are_those_of_repeated_draws():
    """Of 16 draws the scatter is known to 18 %: 2.5 of that, one false alarm in eighty."""
    many = [scaling_fit(curves(scaled, seed), resamples=12) for seed in range(1, 17)]
    scatter = np.std([one.nu.mean for one in many], ddof=1)
    assert np.median([one.nu.error for one in many]) == pytest.approx(scatter, rel=0.45)


def test_what_does_not_collapse_has_no_nu():
    apart = scaling_fit(curves(lambda x, L: scaled(x, L) + 0.05 * (L % 4)))
    assert not apart.holds and apart.chance < 1e-6
    far = scaling_fit(curves(lambda x, L: scaled(x, L, critical=8.0)))
    assert not far.inside and not far.holds


def test_what_makes_no_fit_is_refused():
    some = curves(scaled)
    with pytest.raises(ValueError, match="size"):
        scaling_fit({8: some[8]})
    with pytest.raises(ValueError, match="error"):
        scaling_fit({8: some[8], 10: Curve(X, scaled(X, 10), 0 * X)})
    with pytest.raises(ValueError, match="points"):
        scaling_fit({L: Curve(X[:2], X[:2], X[:2]) for L in (8, 10)})
    with pytest.raises(ValueError, match="dict"):
        scaling_fit(list(some.values()))


def test_a_kept_nu_is_kept_and_costs_chi2_where_it_is_wrong():
    found, kept = scaling_fit(curves(scaled)), scaling_fit(curves(scaled), nu=0.8)
    assert kept.nu.mean == pytest.approx(0.8) and kept.nu.error == 0
    assert kept.critical.mean == pytest.approx(
        found.critical.mean, abs=3 * found.critical.error
    )
    # One degree of freedom more, and about one more of chi^2: 20 once in 10^5.
    cost = kept.chi2_dof * (24 - 5) - found.chi2_dof * (24 - 6)
    assert -0.1 < cost < 20
    assert not scaling_fit(curves(scaled), nu=3.0).holds
