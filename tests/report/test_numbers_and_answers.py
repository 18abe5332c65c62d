"""Numbers with their errors in brackets, and what comes out in words."""

import math
from unittest.mock import ANY

import numpy as np
import pandas as pd
import pytest

from bathlab.report.answers import answers, thermalises
from bathlab.report.convergence import convergence, running
from bathlab.report.numbers import cell, concise, duration
from bathlab.report.page import as_script, bar, sigmas
from bathlab.workbench import Claim


@pytest.mark.parametrize(
    "value, error, text",
    [
        (0.6873, 0.0051, "0.687(5)"),
        (0.6873, 0.0119, "0.687(12)"),
        (0.6873, 0.0199, "0.69(2)"),
        (0.6873, 0.00096, "0.6873(10)"),
        (-12.34, 4.5, "-12(4)"),
        (-12.34, 45.0, "-12(45)"),
        (0.5, 0.0, "0.5"),
        (0.5, None, "0.5"),
        (0.5, math.nan, "0.5"),
        (None, 0.1, "no value"),
        (math.inf, 0.1, "no value"),
        (3e9, 2e7, "3e+09 ± 2e+07"),
    ],
)
def test_the_last_digits_are_those_of_the_error(value, error, text):
    assert concise(value, error) == text


def test_what_stands_in_brackets_is_the_error_to_five_percent():
    rng = np.random.default_rng(3)
    for value, error in zip(rng.normal(size=300), 10.0 ** rng.uniform(-6, 1, 300)):
        text = concise(value, error)
        number, bracket = text.rstrip(")").split("(")
        place = len(number.partition(".")[2])
        assert abs(float(number) - value) <= 0.5 * 10.0**-place
        assert abs(int(bracket) * 10.0**-place / error - 1) < 0.26
        assert len(bracket) <= 2


def test_cells_are_those_of_the_csv_file():
    assert [cell(x) for x in (0.1234567, 3, True, None, math.nan, "G")] == [
        "0.123457",
        "3",
        "True",
        "",
        "",
        "G",
    ]
    assert [duration(x) for x in (1.0, 200.0, 7200.0, 2e6)] == [
        "1.0 s",
        "3.3 min",
        "2.0 h",
        "23.1 days",
    ]


def test_a_bath_thermalises_in_part_or_not():
    assert thermalises(0.687, 0.005) == "thermalises: ΔD = 0.687(5), 0.99 log 2"
    assert thermalises(0.62, 0.04).startswith("thermalises, within its error: ")
    assert thermalises(0.4, 0.01).startswith("thermalises in part: ")
    assert thermalises(1.22, 0.05).startswith("adds more than a spin can ")
    assert thermalises(0.95, 0.05).startswith("thermalises: ")  # not sure enough
    assert thermalises(0.01, 0.01).startswith("does not thermalise: ")


def test_answers_are_of_the_claim_on_strong_coupling_and_of_how_far_the_others_get():
    claims = [
        Claim("9-chain: Delta D at G = 0.01", "to 0", value=0.02, error=0.01),
        Claim("9-chain: Delta D for G >= 1", "log 2", value=0.687, error=0.005),
    ]
    data = pd.DataFrame(
        {
            "bath": ["GOE", "GOE", "GOE", "wrong"],
            "G": [0.1, 0.8, 3.0, 1.0],
            "delta_log_ipr": [0.2, 0.6, 0.1, 0.5],
            "delta_log_ipr_error": [0.01] * 4,
            "proximity": [False, False, True, False],
        }
    )
    found = answers(claims, ["9-chain", "GOE", "unseen"], data)
    assert [(each.case, each.text) for each in found] == [
        ("9-chain", "thermalises: ΔD = 0.687(5), 0.99 log 2"),
        ("GOE", "up to G = 0.8: ΔD = 0.600(10), 0.87 log 2"),
    ]


def test_answers_take_a_table_of_many_quantities_where_a_bath_stays_below_one():
    claims = [Claim("9-chain: Delta D for G >= 1", "log 2", value=0.687, error=0.005)]
    rows = [
        ("strong", "delta_log_ipr", 0.4, 0.02, 0.04),
        ("strong", "delta_log_ipr", 0.8, 0.04, 0.04),
        ("strong", "rho", 0.9, 3.0, 0.1),
        ("GOE", "delta_log_ipr", 3.0, 0.1, 0.01),
    ]
    data = pd.DataFrame(rows, columns=["bath", "quantity", "x", "value", "error"])
    found = answers(claims, ["9-chain", "strong", "GOE"], data)
    assert [(each.case, each.text) for each in found[1:]] == [
        ("strong", "up to G = 0.8: ΔD = 0.04(4), 0.06 log 2")
    ]


def test_other_studies_answer_by_their_first_claim_with_a_value():
    claims = [
        Claim("chain: its slope", "1", verdict="no value"),
        Claim("chain: its width", "2", value=2.2, error=0.1, verdict="+2.0 sigma"),
        Claim("it is so", "-", text="3 of 4", value=3.0, verdict="agrees"),
    ]
    assert [(each.case, each.text) for each in answers(claims)] == [
        ("chain", "its width = 2.20(10); theory: 2; +2.0 sigma (1 more below)"),
        ("", "it is so: 3 of 4; agrees"),
    ]


def test_running_means_are_those_of_the_first_realisations():
    values = np.random.default_rng(1).normal(size=40)
    steps = list(running(values))
    assert steps[0][0] == 2 and steps[-1][0] == 40
    for n, mean, error in steps:
        assert mean == pytest.approx(sum(values[:n]) / n, abs=1e-14)
        square = sum((x - mean) ** 2 for x in values[:n]) / (n - 1)
        assert error == pytest.approx(math.sqrt(square / n), rel=1e-12)
    assert list(running(values[:1])) == []


def test_the_watched_place_is_that_of_the_largest_mean_and_a_target_says_how_many():
    rows = [
        {"case": "c", "realisation": r, "watched": value}
        for r in range(10)
        for value in (0.0, 1.0 + (-1) ** r, 0.5)
    ]
    (panel, errors), table = convergence(pd.DataFrame(rows), "watched", target=0.1)
    error = math.sqrt(10 / 9 / 10)
    assert panel.points[-1]["y"] == pytest.approx(1.0)
    assert panel.points[-1]["high"] == pytest.approx(1.0 + error)
    assert table.rows == (("c", "10", "1.0(3)", "0.33", str(math.ceil(100 * error**2 * 10))),)
    assert (errors.level, errors.level_title) == (0.1, "target 0.1")
    assert errors.points[-1]["y"] == pytest.approx(error) and errors.log_y
    assert convergence(pd.DataFrame(rows), "watched") == ((panel,), ANY)
    assert convergence(pd.DataFrame(rows), "other") == ((), type(table)((), ()))
    one = pd.DataFrame(rows[:3])
    assert convergence(one, "watched", target=0.1)[0] == ()


def test_sigmas_and_their_bars():
    claim = Claim("x", "1", expected=1.0, value=1.5, error=0.25)
    assert sigmas(claim) == 2.0
    assert bar(2.0) == {"start": 50, "length": 20.0, "cut": False}
    assert bar(-9.0) == {"start": 0.0, "length": 50.0, "cut": True}
    assert sigmas(Claim("x", "1", value=1.5, error=0.25)) is None
    assert sigmas(Claim("x", "1", expected=1.0, value=1.5, error=0.0)) is None


def test_data_within_a_script_cannot_end_it():
    text = as_script({"a": "</script><b>", "n": math.nan, "x": 1 / 3})
    assert "<" not in text and '"n":null' in text and '"x":0.333333' in text
