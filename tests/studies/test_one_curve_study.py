"""What the studies of one curve and of a bath's skewness say of rows, right ones and wrong."""

import numpy as np
import pytest
from scripts import about, load_study, measured, one, said

from bathlab.statistics import shared_curves

LOG2 = np.log(2)


@pytest.fixture(autouse=True)
def fewer(monkeypatch):
    monkeypatch.setattr(shared_curves, "RESAMPLINGS", 99)


@pytest.fixture(scope="module")
def curve():
    return load_study("one_curve")


@pytest.fixture(scope="module")
def parameters(curve):
    small = {
        "spins": 5,
        "lioms": 2,
        "realisations": (6, 8),
        "couplings": (0.05, 0.2, 0.4, 0.6, 0.75),
    }
    return curve.PRESETS["quick"].replace(**small, states=4)


@pytest.fixture(scope="module")
def rows(curve, parameters):
    return measured(curve, parameters)


@pytest.mark.slow
def test_a_spin_without_field_is_seen_to_be_left_alone(curve, parameters, rows):
    found = about(said(curve, rows, parameters), "")
    assert all(claim.id for claim in found) and not any(each.N is None for each in found)
    still = rows.assign(delta_log_ipr=rows["delta_log_ipr"].where(rows["h"] != 0, 0.0))
    claim = one(said(curve, still, parameters), "GOE, h = 0: Delta D over log 2")
    assert claim.verdict.startswith("not thermalised") and "= 1.00" in claim.verdict
    gained = rows["delta_log_ipr"].where(rows["h"] != 0, LOG2)
    claim = one(
        said(curve, rows.assign(delta_log_ipr=gained), parameters), "GOE, h = 0: Delta D over"
    )
    assert claim.verdict.startswith("thermalised")


@pytest.mark.slow
def test_one_curve_and_another_are_told_apart(curve, parameters, rows):
    law = LOG2 * rows["G"] / (0.1 + rows["G"])
    same = rows.assign(delta_log_ipr=law)
    words = "GOE, h = 3: distance from h = 1"
    claim = said(curve, same, parameters)[words]
    assert claim.verdict.startswith("within") and abs(claim.value) < 3
    below = law.where(rows["spin"] != "h = 3", law - 0.2 * LOG2)
    claim = said(curve, rows.assign(delta_log_ipr=below), parameters)[words]
    assert claim.value == pytest.approx(-20, abs=4) and claim.verdict.startswith("-")


@pytest.mark.slow
def test_catching_up_is_seen_where_it_is(curve, parameters, rows):
    """Rows in which Delta D follows the entropy that is missing, and rows in which not."""
    missing = LOG2 - rows["entropy_before"]
    follows = rows.assign(
        G=2 * rows["g"],
        delta_first=LOG2 + 2 * missing,
        delta_log_ipr=rows["delta_log_ipr"].where(missing.isna(), LOG2 + 2 * missing),
        entropy_after=LOG2,
    )
    words = "slope of Delta D against entropy of the LIOMs before"
    for claim in about(said(curve, follows, parameters), words):
        assert claim.value == pytest.approx(-2) and claim.verdict.startswith("catch-up")
    gain = about(said(curve, follows, parameters), "entropy that the LIOMs inside gain")
    assert all(each.value > 0 for each in gain) and gain
    never = follows.assign(
        delta_first=LOG2 + 0.01 * np.sin(rows.index.to_numpy()),
        entropy_after=rows["entropy_before"],
    )
    for claim in about(said(curve, never, parameters), words):
        assert claim.verdict.startswith("no catch-up")


@pytest.fixture(scope="module")
def skewness():
    return load_study("bath_skewness")


@pytest.fixture(scope="module")
def small(skewness):
    sizes = {"spins": 5, "random_spins": 5, "realisations": (12, 12), "states": 4}
    return skewness.PRESETS["quick"].replace(**sizes)


@pytest.fixture(scope="module")
def levels(skewness, small):
    return measured(skewness, small)


def test_an_asymmetry_that_follows_the_third_moment_is_told_from_one_that_does_not(
    skewness, small, levels
):
    noise = 0.01 * np.sin(7.0 * np.arange(len(levels)))
    follows = levels.assign(imbalance=-0.3 * levels["third"] + noise)
    other = levels.assign(imbalance=-0.05 + noise)
    per = "-chain: weight at omega > 0 less that at < 0, per tr"
    bare = "-chain: weight at omega > 0 less that at < 0, tr H_B^3 = 0"
    for table, cause, left in ((follows, "follows", False), (other, "none", True)):
        found = said(skewness, table, small)
        assert one(found, per).verdict.startswith(cause)
        claim = one(found, bare)
        assert (abs(claim.value) > 5 * claim.error) == left
    for claim in about(said(skewness, levels, small), "change of tr H_B^4"):
        assert claim.value < 1e-8


@pytest.mark.parametrize("name", ["one_curve", "bath_skewness"])
def test_presets_build_and_refuse_what_they_cannot_compare(name):
    script = load_study(name)
    assert script.PRESETS["default"] == script.Parameters()
    for parameters in script.PRESETS.values():
        assert len(list(script.build(parameters).cases)) >= 2
    wrong = {"one_curve": {"usual": 0.7}, "bath_skewness": {"factors": (-1.0, 0.0, 2.0)}}[name]
    with pytest.raises(ValueError, match="Choose one of them|Add what is missing"):
        script.Parameters(**wrong)
