"""What the study of the resonance model says of rows that are right, and of wrong rows."""

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, measured, one

from bathlab.experiments.element_draws import ElementDraws, draw_rows, hill
from bathlab.experiments.resonance_curves import RANGES
from bathlab.findings import figure_nine
from bathlab.findings import loss_diffusion as decays
from bathlab.findings import resonance_model as said


@pytest.fixture(scope="module")
def script():
    found = load_study("resonance_model")
    found.REACH, found.SIZES = (0.5, 5.0, 500.0), (20.0, 40.0, np.inf)
    return found


@pytest.fixture(scope="module")
def parameters(script):
    few = {"decays": (100.0,), "kappa": (0.1,), "powers": (0.5,), "realisations": (6,)}
    return script.PRESETS["quick"].replace(walkers=60, states=1000, **few)


@pytest.fixture(scope="module")
def table(script, parameters):
    return measured(script, parameters)


def claims(script, table, parameters):
    found = list(script.claims(script.study.outcome(table, parameters)))
    assert len({claim.claim for claim in found}) == len(found)
    return {claim.claim: claim for claim in found}


def part(table, name):
    return table[table["part"] == name].dropna(axis=1, how="all")


def test_right_rows(script, table, parameters):
    found = claims(script, table, parameters)
    for words in (
        "xi = 10: resonances of a state",
        "theta times 2 xi/zeta_c",
        "C - C(infinity)",
        "as omega -> J",
        "sigma = 1 over sigma = -1",
        "r/lambda from 300 to 1000",
        "L = 50 lambda",
    ):
        assert one(found, words).verdict == "agrees", words
    assert one(found, "omega_H/lambda").value == pytest.approx(5.5452, rel=1e-4)
    assert one(found, "Floquet, xi = -10: theta at 0.1").value == pytest.approx(
        -0.031, abs=1e-3
    )
    assert "negative" in one(found, "Floquet, xi = -10: theta at 0.1").verdict
    assert one(found, "-1 + |theta_0|").value < 0.9
    assert one(found, "shortest chain").value == 1800
    assert one(found, "whose W_delta changes").value == 10
    assert one(found, "d log2").verdict.startswith("exponential")
    assert one(found, "as straight, over").value == pytest.approx(0.54, abs=0.05)
    assert one(found, "XXZ, W = 3.7: lambda by (83)").value == pytest.approx(7.5, abs=0.1)
    assert "faster" in one(found, "kappa = 1: -d log C").paper
    assert one(found, "xi = 10, lambda = 20: the same beside F").verdict.startswith("-")
    assert one(found, "kappa = 1: -d log C").verdict == "grows"
    assert all(claim.id for claim in found.values())


def test_another_law_of_loss_is_noticed(table):
    grid = part(table, "Decay")
    faster = grid.assign(
        F=[(np.array(F) * RANGES**-0.1).tolist() for F in grid["F"]],
        centre=[np.ones(len(RANGES)).tolist() for _ in grid.index],
    )
    found = {claim.claim: claim for claim in decays.broad(faster)}
    assert one(found, "300 to 1000").value == pytest.approx(2.085, abs=0.01)
    assert one(found, "over F at r/lambda = 10000").verdict != "falls with r"
    wrong = grid.copy()
    wrong.loc[wrong["sign"] == -1, "F"] = wrong.loc[wrong["sign"] == -1, "F"].map(
        lambda F: (1.1 * np.array(F)).tolist()
    )
    assert one({c.claim: c for c in decays.both_signs(wrong)}, "sigma").verdict != "agrees"
    flat = grid.assign(adiabatic=[np.full(49, 0.5).tolist() for _ in grid.index])
    found = {claim.claim: claim for claim in decays.narrow(flat)}
    assert one(found, "lowest eigenvalue").verdict == "settles"


def test_wrong_closed_forms_are_noticed(table):
    closed = part(table, "ClosedForms")
    wrong = closed.assign(theta_eff=closed["theta_eff"].map(lambda t: np.abs(t).tolist()))
    found = {c.claim: c for c in said.floquet(wrong, 20.0)}
    assert one(found, "Floquet, xi = -10: theta at 0.1").verdict == "positive"
    wrong = closed.assign(cutoff=closed["cutoff"] * 5.5452, printed_cutoff=closed["cutoff"])
    assert one({c.claim: c for c in said.scales(wrong)}, "omega_H/lambda").effect < -0.5
    lengths = part(table, "Drift").assign(W_delta=lambda t: 9.0 - 50 / t["length"])
    found = {c.claim: c for c in figure_nine.drift(lengths, 10.0)}
    assert one(found, "shortest chain").verdict == "from below"
    rows = part(table, "Drift")
    found = {
        c.claim: c for c in figure_nine.drift(rows.assign(W_bounded=rows["W_delta"]), 10.0)
    }
    assert one(found, "whose W_delta changes").verdict == "none"
    linear = rows.assign(W_bounded=np.minimum(rows["W_delta"], 0.48 * rows["length"]))
    found = {c.claim: c for c in figure_nine.drift(linear, 10.0)}
    assert one(found, "d log2").verdict == "no exponential"


def test_wrong_trajectories_and_draws_are_noticed(table):
    walks = part(table, "walk")
    off = walks.assign(sampled=walks["sampled"].map(lambda F: (0.7 * np.array(F)).tolist()))
    found = list(decays.trajectories(part(table, "Decay"), off))
    assert any("sigma" in claim.verdict for claim in found)
    drawn = part(table, "drawn")
    wrong = drawn.assign(tail=drawn["tail"] + 0.1, memory=drawn["memory"] + 0.1)
    found = {c.claim: c for c in decays.assumptions(wrong)}
    for words in ("exponent of the strongest v", "memory of exact pairs, all partners"):
        assert "sigma" in found[f"xi = 10, lambda = 20: {words}"].verdict


def test_draws_have_the_numbers_of_the_model():
    """Means of eight batches within five errors: each fails by chance in 1e-3."""
    spec = ElementDraws(3.0, 20.0, states=4000)
    rows = pd.DataFrame([draw_rows(spec, 5, k)[0] for k in range(8)])
    error = rows[["free", "memory"]].std() / np.sqrt(8)
    assert abs(rows["free"].mean() - np.exp(-0.15)) < 5 * error["free"]
    assert abs(rows["memory"].mean() - np.exp(-0.15 * np.pi)) < 5 * error["memory"]
    assert abs(rows["memory"].mean() - np.exp(-0.15)) > 20 * error["memory"]
    assert decays.strongest_memory(1e-4) == pytest.approx(1 - np.pi * 1e-4, rel=1e-6)
    depths = np.random.default_rng(1).exponential(1 / 0.3, 40000)
    assert hill(np.exp(-depths), 1.0) == pytest.approx(0.3, rel=0.03)
    assert np.isnan(hill(np.zeros(3), 1.0))
