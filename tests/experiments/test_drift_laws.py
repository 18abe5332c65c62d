"""What is made of rows of drift_rows: rows of the theory give it back, others do not.

Seeds are fixed; values are held against four of their standard errors, a false alarm of 6e-5
each over seeds.
"""

import math

import numpy as np
import pandas as pd
import pytest
from made_drift import made

from bathlab.experiments.drift_laws import (
    LAWS,
    amplitude,
    at_no_coupling,
    fitted,
    log_slope,
    made_of,
    part_of,
    predicted,
    smooth_decay,
)
from bathlab.experiments.drift_levels import (
    closeness,
    different_circuits,
    field_chance,
    phase_chance,
    range_growth,
)
from bathlab.experiments.drift_means import drift_means
from bathlab.statistics import Estimate
from bathlab.theory import curvature_exponent, fidelity_exponent, spin_amplitude

WITHIN = (1 / 120, 1 / 3)
A = 0.45


@pytest.fixture(scope="module")
def table():
    return made((0.02, 0.04), (6, 8), lambda J: A)


def test_every_law_gives_its_exponent_and_a_makes_the_others(table):
    part = part_of(table, 0.02)
    assert set(part["sites"]) == {8} and len(part_of(table, 0.02, 6)) == 30
    scale = fitted(part, "Omega", 0.02, WITHIN)
    assert scale.accepted and abs(scale.exponent.mean - A) < 4 * scale.exponent.error < 0.1
    expected = {
        "chi": (fidelity_exponent(A), -1.5),
        "kappa": (curvature_exponent(A), -2.0),
        "C": (A - 1, -1.0),
    }
    for name, exponents in expected.items():
        for moved, exponent in zip((False, True), exponents):
            found = fitted(part, name, 0.02, WITHIN, moved)
            # A smooth cut makes the decay of C a power only up to 0.03.
            slack = 0.03 if name == "C" else 0.0
            assert abs(found.exponent.mean - exponent) < 4 * found.exponent.error + slack
            assert found.error < 0.1 and LAWS[name].control == exponents[1]
        known = predicted(scale, LAWS[name].expected)
        assert known.value == pytest.approx(exponents[0], abs=0.05) and known.error < 0.1
        assert "of a" in known.text


def test_a_law_that_is_none_predicts_nothing(table):
    part = part_of(table, 0.02).copy()
    bent = [np.where(np.arange(len(c)) % 3, c, 3 * c) for c in part["range_scales"]]
    scale = fitted(part.assign(range_scales=bent), "Omega", 0.02, WITHIN)
    assert not scale.accepted and predicted(scale, spin_amplitude) is None
    assert predicted(None, spin_amplitude) is None
    for a, error in ((0.9, 0.1), (-0.1, 0.05), (1.2, 0.1)):
        assert made_of(a, error, spin_amplitude) is None
    assert made_of(A, 0.1, lambda a: 2 * a) == pytest.approx((2 * A, 0.2))
    assert fitted(part[:1], "Omega", 0.02, WITHIN) is None
    with pytest.raises(ValueError, match="fidelities"):
        fitted(part.drop(columns="fidelities"), "chi", 0.02, WITHIN)


def test_the_amplitude_has_its_power_of_2(table):
    """By size: without 2^L the two would differ by 4."""
    for sites in (6, 8):
        found = amplitude(part_of(table, 0.02, sites), 0.02)
        assert abs(found.mean - spin_amplitude(A)) < 4 * found.error < 0.2 * found.mean
    wrong = made((0.02,), (8,), lambda J: A, wrong=("amplitude",))
    assert amplitude(wrong, 0.02).mean == pytest.approx(2 * spin_amplitude(A), rel=0.1)
    assert amplitude(part_of(table, 0.02), 0.2) is None


def test_the_decay_is_that_of_the_sum(table):
    """sum of Z exp(-(omega t)^2/2) by quadrature of omega^-a: Gamma functions."""
    part, t = part_of(table, 0.02), np.array([10.0, 100.0, 1000.0])
    found = smooth_decay(part, 10 * t)
    power = -np.diff(np.log(found.mean)) / math.log(10)
    assert power == pytest.approx(1 - A, abs=0.04)
    whole = 2 * np.mean([w.sum() for w in part["weights"]]) / part["states"].iloc[0]
    assert smooth_decay(part, [1e-3]).mean[0] == pytest.approx(whole, rel=1e-3)


def test_ranges_give_number_scale_and_a(table):
    part = part_of(table, 0.04)
    found = range_growth(part)
    assert found.number.mean == pytest.approx(2.0)
    assert found.decay.mean == pytest.approx(2 * math.log(2) / A, rel=0.05)
    assert found.exponent.mean == pytest.approx(A, rel=0.05)
    assert found.length_scale.mean == pytest.approx(2 ** (-1 / A), rel=0.1)
    assert found.fade.mean == pytest.approx(2 * math.log(2))
    assert found.weight.mean == pytest.approx(4.0 ** -np.arange(5))
    assert found.pairs.mean == pytest.approx(2 * 4.0 ** np.arange(5) / 1e6)
    assert found.bend.mean < 0.5
    wrong = range_growth(made((0.04,), (8,), lambda J: A, wrong=("ranges",)))
    assert wrong.exponent.mean == pytest.approx(2 * A, rel=0.05)
    few = part.assign(range_pairs=[np.zeros(6)] * len(part))
    few["range_scales"] = [np.zeros_like(cell) for cell in part["range_scales"]]
    assert math.isnan(range_growth(few).exponent.mean)


def test_fields_and_phases_are_told_from_others(table):
    fields = different_circuits(table)
    assert len(fields) == 30 and set(fields["sites"]) == {8}
    assert field_chance(fields).p > 1e-3
    assert (
        field_chance(different_circuits(made((0.02,), (8,), lambda J: A, wrong=("fields",)))).p
        < 1e-6
    )
    for p, wrong in ((True, ()), (False, ("phases",))):
        found = phase_chance(made((0.02,), (8,), lambda J: A, wrong=wrong))
        assert (found.p > 1e-3) is p and found.number == 30
    assert phase_chance(table[:8]) is None


def test_the_chance_of_phases_is_what_it_says():
    """Flat phases of 12 circuits, 400 times: p below 0.1 in 40 of them, within four standard
    deviations of 6; p of a statistic that took levels for independent would not be flat."""
    draw, small = np.random.default_rng(1), 0
    for _ in range(400):
        # Levels that come in pairs, as those of one circuit may.
        theta = np.repeat(draw.integers(0, 16, (12, 40)), 2, axis=1)
        cells = [np.bincount(row, minlength=16).astype(float) for row in theta]
        small += phase_chance(pd.DataFrame({"phases": cells})).p < 0.1
    assert abs(small - 40) < 24


def test_repulsion_is_told_from_none(table):
    for J in (0.02, 0.04):
        found = closeness(part_of(table, J), 0.1)
        assert abs(found.mean - (1 - 3 * J)) < 4 * found.error < 0.1
    flat = closeness(made((0.04,), (8,), lambda J: A, wrong=("spacings",)), 0.1)
    assert abs(flat.mean - 1) < 4 * flat.error


def test_slopes_over_couplings():
    values = {J: Estimate(3 * math.log(J) + 1, 0.1, 9) for J in (0.01, 0.02, 0.04)}
    assert log_slope(values).mean == pytest.approx(3)
    assert log_slope(values, lambda y: -2 * y).mean == pytest.approx(-6)
    assert log_slope(values).error == pytest.approx(
        0.1 / (math.log(2) * math.sqrt(2)), rel=0.01
    )
    assert log_slope({0.1: values[0.01], 0.2: Estimate(1.0, math.nan, 1)}) is None


def test_the_depolarisation_is_taken_to_no_coupling():
    parts = {
        J: pd.DataFrame(
            {"depolarisation": 1.5 * math.pi * J * np.array([1 + 2 * J, 1 + 4 * J])}
        )
        for J in (0.01, 0.03)
    }
    found = at_no_coupling({J: part.assign(realisation=[0, 1]) for J, part in parts.items()})
    assert found.mean == pytest.approx(1.0) and found.error < 1e-9


def test_means_have_a_row_for_each_quantity(table):
    means = drift_means(table, WITHIN)
    own = means[(means["coupling"] == 0.02) & (means["sites"] == 8)].set_index("quantity")
    assert set(own.index) >= {"Omega", "chi", "chi, z rearranged", "gap ratio", "edge", "D"}
    assert own.loc["mean Z, d = 2", "value"] == pytest.approx(1 / 16)
    assert own.loc["median Omega, d = 0", "value"] == pytest.approx(0.02 * math.pi, rel=0.3)
    assert own["one_power"].all() and own.loc["edge", "value"] == pytest.approx(1, abs=0.02)
    assert own.loc["chi", "expected"] == pytest.approx(fidelity_exponent(A), abs=0.05)
    assert own.loc["C, z rearranged", "expected"] == -1
