"""What the study of the mean-field avalanche says of rows that are right, and of wrong rows."""

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, one

from bathlab.experiments import Transition, transition_rows
from bathlab.experiments.transitions import LENGTHS

LINE = "K = 1, halted decay: "


@pytest.fixture(scope="module")
def script():
    return load_study("avalanche_flow")


@pytest.fixture(scope="module")
def parameters(script):
    return script.PRESETS["quick"].replace(treated=(0.0,), deepest=20, points=12)


@pytest.fixture(scope="module")
def rows(script, parameters):
    (case,) = script.cases(parameters)
    table = pd.DataFrame(transition_rows(case.spec, 1, 0))
    return table.assign(case=case.name, realisation=0, **case.columns)


def said(script, table, parameters):
    outcome = script.study.outcome(table, parameters)
    return {claim.claim.removeprefix(LINE): claim for claim in script.claims(outcome)}


def test_the_flow_bears_out_what_is_exact(script, parameters, rows):
    found = said(script, rows, parameters)
    for words in (
        "changes of the verdict",
        "zeta_k falls",
        "l* (zeta_c - zeta)",
        "slope of log",
    ):
        assert one(found, words).verdict == "agrees", words
    for law in ("nu_-: zeta_c - zeta", "nu_- of L_-", "2 nu_- of L_crit"):
        assert one(found, f"{law}, D from 1e-06").verdict == "agrees"
    # The steps of k* make a few per cent of the slope.
    deep = one(found, "nu_+: L_+ = eps^-k*, D from 1e-20")
    assert abs(deep.value / deep.expected - 1) < 0.04
    assert abs(one(found, "near-thermal chains").value - 1) < 0.1
    assert one(found, "rho*").verdict == "jumps from 0.5777 to 1"
    assert one(found, "S(L^2)").verdict == "log^2 L"
    assert one(found, "least P(thermal), D = 0.001").text.startswith("L = 422 = 1.35 sqrt L_+")
    # P(L) leaves the critical law at some L_-, not at L_crit.
    assert one(found, "below that at eps_c, D = -1e-05").verdict == "14.3 L_-, 7.3e-03 L_crit"
    assert all(claim.id for claim in found.values())


def test_a_second_transition_is_noticed(script, parameters, rows):
    wrong = rows.copy()
    wrong.loc[(wrong["departure"] + 1e-3).abs().idxmin(), "thermal"] = True
    assert one(said(script, wrong, parameters), "changes of the verdict").value == 3


def test_another_power_is_noticed(script, parameters, rows):
    distance = rows["departure"].abs()
    wrong = rows.assign(excess_infinity=rows["excess_infinity"] * distance**0.05)
    claim = one(said(script, wrong, parameters), "nu_-: zeta_c - zeta, D from 1e-06")
    assert claim.verdict != "agrees" and claim.effect > 0.03
    wrong = rows.assign(log_L_plus=rows["log_L_plus"] * 1.1)
    claim = one(said(script, wrong, parameters), "nu_+: L_+ = eps^-k*, D from 1e-20")
    assert "off" in claim.verdict


def test_a_length_that_falls_is_noticed(script, parameters, rows):
    wrong = rows.assign(excess=[each[::-1] for each in rows["excess"]])
    claim = one(said(script, wrong, parameters), "zeta_k falls")
    assert claim.value > 100 and claim.verdict != "agrees"
    wrong = rows.assign(excess_infinity=-rows["excess_infinity"])
    assert one(said(script, wrong, parameters), "(zeta_c - zeta)/zeta at").verdict == "not so"


def test_probabilities_without_a_minimum_are_noticed(script, parameters, rows):
    wrong = rows.assign(least_length=1.0)
    claim = one(said(script, wrong, parameters), "least P(thermal), D = 0.001")
    assert claim.verdict == "no minimum"
    off = rows.assign(log_p=[np.asarray(each) - 0.1 for each in rows["log_p"]])
    claim = one(said(script, off, parameters), "e^(-L/L_+)")
    assert claim.verdict != "agrees"


def test_rows_are_those_of_the_flow(rows):
    assert len(LENGTHS) == 65 and LENGTHS[0] == 10 and LENGTHS[-1] == 1e9
    assert set(rows["thermal"]) == {True, False}
    assert (rows["departure"] > 0).equals(rows["thermal"])
    assert rows["remaining"][~rows["thermal"]].max() < 1e-15


@pytest.mark.parametrize(
    "given, named",
    [
        ((0.0, 0.0, (0.1,)), "K"),
        ((1.0, 1.0, (0.1,)), "treated"),
        ((1.0, 0.0, (-1.0,)), "depart"),
    ],
)
def test_lines_that_cross_nothing_are_refused(given, named):
    with pytest.raises(ValueError, match=named):
        Transition(*given)
