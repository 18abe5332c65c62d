"""What the study of relaxing LIOMs says of rows that are right, and of wrong rows."""

import math

import numpy as np
import pytest
from scripts import about, load_study, measured, one, said

from bathlab.experiments.relaxation_laws import by_strength, half_way, log_rates, reached


@pytest.fixture(scope="module")
def script():
    return load_study("liom_dynamics")


@pytest.fixture(scope="module")
def parameters(script):
    small = {"lioms": 2, "alphas": (0.75, 1.0), "realisations": (8,), "states": 8}
    fewer = {"more": (3,), "larger": (4,), "even": (3,), "alone": 6, "strengths": (0.1, 0.2)}
    return script.PRESETS["quick"].replace(spins=4, **small, **fewer)


@pytest.fixture(scope="module")
def rows(script, parameters):
    return measured(script, parameters)


def test_real_rows_bear_out_the_golden_rule(script, parameters, rows):
    """Within five standard errors of 8 grains (4 of more LIOMs) and a tenth, for what is of
    higher order."""
    claim = one(said(script, rows, parameters), "g = 0.1: early rate over")
    off = abs(claim.value - 4 * math.pi)
    assert off < 5 * claim.error + 0.1 * 4 * math.pi and claim.N == 8
    claim = one(said(script, rows, parameters), "g = 0: largest")
    assert claim.verdict == "exactly 1" and claim.value < 1e-12
    claim = one(said(script, rows, parameters), "less the plateau")
    assert abs(claim.value) < 5 * claim.error
    assert len(about(said(script, rows, parameters), "fall of log(rate")) == 6
    more = one(said(script, rows, parameters), "3 LIOMs, alpha = 0.75: fall of log(rate over")
    assert more.N == 4 and abs(more.effect) < 5 * math.hypot(more.error, 0.1)


def test_a_golden_rule_of_half_the_rate_is_noticed(script, parameters, rows):
    slow = rows.assign(kinetic_z=[np.sqrt(curve) for curve in rows["kinetic_z"]])
    claim = one(said(script, slow, parameters), "g = 0.1: early rate over")
    assert claim.value == pytest.approx(8 * math.pi, rel=0.25)
    assert "of all errors" in claim.verdict
    again = rows.assign(kinetic_x=[np.sqrt(curve) for curve in rows["kinetic_x"]])
    claim = one(said(script, again, parameters), "g = 0.1: early rate of tau^x's")
    assert "of all errors" in claim.verdict and claim.value > 1.5


def test_couplings_that_are_all_alike_make_no_alpha_squared(script, parameters, rows):
    """The same rates, as of LIOMs whose g did not fall: what falls is less by all of it."""
    words = "alpha = 0.75: fall of log(rate over v(2h)) per LIOM, LIOMs 1 to 2"
    claim, right = (
        said(script, table, parameters)[words] for table in (rows.assign(g=0.2), rows)
    )
    assert claim.value == pytest.approx(right.value - 2 * math.log(4 / 3))
    assert right.expected == pytest.approx(2 * math.log(4 / 3))


def test_plateaus_that_are_not_kept_are_noticed(script, parameters, rows):
    wrong = rows.assign(plateau=rows["plateau"] / 2)
    claim = one(said(script, wrong, parameters), "less the plateau")
    assert claim.verdict.startswith("+")
    moved = [curve - 1e-3 for curve in rows["z"]]
    assert (
        one(said(script, rows.assign(z=moved), parameters), "g = 0: largest").verdict
        == "decays"
    )
    (right, *_), (half, *_) = (
        about(said(script, table, parameters), "mean plateau over that of thermal")
        for table in (rows, wrong)
    )
    assert half.value == pytest.approx(right.value / 2)


def test_places_and_bins_of_made_rows(rows):
    tau = np.linspace(0, 5, 200)
    assert reached(tau, np.exp(-tau), 0.5) == pytest.approx(math.log(2), rel=1e-3)
    assert math.isnan(reached(tau, np.full(200, 0.8), 0.5))
    kept = rows[rows["G"] > 0]
    made = kept.assign(plateau=1 / (1 + (kept["G"] / 0.2) ** 2), eth_plateau=0.5)
    assert half_way(made).mean == pytest.approx(0.2, rel=0.1)
    bins = by_strength(made)
    assert np.allclose(bins["ratio"], 2 * bins["plateau"]) and np.all(
        np.diff(bins["plateau"]) < 0
    )
    localised = rows.assign(z=[np.full(len(curve), 0.95) for curve in rows["z"]])
    assert log_rates(localised[localised["kind"] == "decay"]) == {}
