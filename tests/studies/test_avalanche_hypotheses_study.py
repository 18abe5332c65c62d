"""What the study of the hypotheses says of rows that are right, and of wrong rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, one, said

from bathlab.experiments import hypothesis_rows
from bathlab.experiments.hypothesis_sums import failed_chains

SMALL = {"long": 24, "K": (1.0,), "fractions": (0.7, 0.9), "count": 60, "curve": 2}
SMALL |= {"search": 10, "realisations": (3,)}
RULE = "default rule, K = 1, L = 24: "


@pytest.fixture(scope="module")
def script():
    return load_study("avalanche_hypotheses")


@pytest.fixture(scope="module")
def parameters(script):
    return script.PRESETS["quick"].replace(**SMALL)


@pytest.fixture(scope="module")
def rows(script, parameters):
    parts = []
    for case in script.cases(parameters):
        spec = case.spec
        if spec.varied:
            spec = replace(spec, varied=("next_cell", "reach"))
        for realisation in range(3):
            table = pd.DataFrame(hypothesis_rows(spec, 1, realisation))
            if spec.varied:
                table = table.assign(**(script.usual_rule() | dict(table[list(spec.varied)])))
            parts.append(table.assign(case=case.name, realisation=realisation, **case.columns))
    table = pd.concat(parts, ignore_index=True)
    return table.drop_duplicates(["case", "realisation", *script.VARIED, "epsilon"])


def test_what_the_rows_say(script, parameters, rows):
    found = said(script, rows, parameters)
    assert one(found, "rules with", "partitions").value == 0
    assert one(found, RULE, "partitions").verdict.startswith("none, below 0.4 %")
    assert "0 of 720" in one(found, RULE, "partitions").text
    assert one(found, "jump", "0.12500", "none").verdict.startswith("jumps")
    assert one(found, "jump", "0.12500", "smooth").verdict.startswith("no jump")
    assert one(found, "jump", "0.13000", "none").note == "none of those"
    assert one(found, "jump", "0.17678", "none").note.endswith("n = 5 l")
    assert one(found, RULE, "mean gain").value > 0
    assert one(found, "shortest", "0.1743").text == "10 cells, ---xx-xx-x"
    assert len([name for name in found if "chains that break a hypothesis" in name]) == 5
    assert all(claim.id for claim in found.values())


def test_failures_are_counted(script, parameters, rows):
    wrong = rows.copy()
    place = wrong.index[wrong["case"] == "default rule, K = 1, L = 24"][0]
    for name, value in (("falls", 7.0), ("fall_cells", 20.0), ("fall_most", 9.0)):
        wrong.at[place, name] = value
    wrong.at[place, "lower"] = np.array([2.0, 1.0])
    before = said(script, rows, parameters)[RULE + "chains in which rho falls, eps -> 1.02 eps"]
    found = said(script, wrong, parameters)
    claim = one(found, RULE, "rho falls")
    counted = [int(each.text.split()[0]) for each in (claim, before)]
    assert counted[0] - counted[1] == 7 - rows.at[place, "falls"] and "9 cells" in claim.note
    assert one(found, RULE, "partitions").verdict == "broken in 0.42 %"


def test_a_mean_that_falls_is_noticed(script, parameters, rows):
    noise = 1e-4 * np.arange(len(rows))
    wrong = rows.assign(rise=-0.01 + noise % 1e-3, surplus=[-each for each in rows["surplus"]])
    found = said(script, wrong, parameters)
    assert one(found, RULE, "rise of <rho>").verdict.startswith("falls")
    assert one(found, "rules in which <rho> falls").value > 0
    assert one(found, RULE, "<rho(L)>").value < 0
    assert not one(found, "jump", "0.12500", "none").verdict.startswith("jumps")


def test_an_option_that_decides_is_named(script, parameters, rows):
    wrong = rows.copy()
    fresh = wrong["reach"] == "fresh"
    wrong["broken_any"] = np.where(fresh, 30, 0)
    found = said(script, wrong, parameters)
    claim = one(found, "(ii) fails", "reach")
    assert (
        claim.verdict == "decides" and "fresh 50 %" in claim.text and "own none" in claim.text
    )
    assert one(found, "(ii) fails", "next_cell").verdict == "factor 1"
    assert one(found, "reach = fresh:").value == 0.5
    assert one(found, "default:").value == 0


def test_sums_are_those_of_the_rows(rows):
    part = rows[rows["case"] == "default rule, K = 1, L = 24"]
    found = failed_chains(part, ["epsilon"])
    assert found["chains"].tolist() == [180, 180]
    for (_, each), row in zip(part.groupby("epsilon", sort=False), found.to_dict("records")):
        assert row["ii_failed"] == each["broken_any"].sum()
        assert row["sum_tried"] == 360
        gains = np.stack(list(each["surplus"])).mean(axis=0)
        assert row["gain"] == pytest.approx(gains.min())
