"""What the study of planted seeds says of rows that are right, and of wrong rows."""

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, one, said

from bathlab.experiments import planted_rows

SMALL = {"largest": 5, "larger": (6,), "length": 2000, "lengths": (300, 1000)}


@pytest.fixture(scope="module")
def script():
    return load_study("planted_spot")


@pytest.fixture(scope="module")
def parameters(script):
    return script.PRESETS["quick"].replace(**SMALL)


@pytest.fixture(scope="module")
def rows(script, parameters):
    parts = []
    for case in script.cases(parameters):
        if case.name in ("middle, bonds, l", "middle, bonds, l+1", "end, bonds, l"):
            table = pd.DataFrame(planted_rows(case.spec, 1, 0))
            parts.append(table.assign(case=case.name, realisation=0, **case.columns))
    return pd.concat(parts, ignore_index=True)


def test_seeds_bear_out_what_is_exact(script, parameters, rows):
    found = said(script, rows, parameters)
    assert one(found, "middle, bonds, l:", "grow for ever").verdict == "1"
    assert one(found, "end, bonds, l:", "grow for ever").verdict == "0.5"
    assert one(found, "middle, bonds, l+1:", "grow for ever").verdict == "less: k = 1 (0.5)"
    assert one(found, "middle, bonds, l:", "exactly").verdict == "all"
    assert one(found, "middle, bonds, l+1:", "exactly").verdict == "all but 2"
    for words in ("next whole number", "from the start", "in each round", "log G", "at rest"):
        claims = [
            each for name, each in found.items() if words in name and "melting" not in name
        ]
        assert claims and {each.verdict for each in claims} == {"exact"}, words
    assert one(found, "middle, bonds, l:", "alpha/s = 1,", "grown").verdict == "no bound"
    frozen = one(found, "middle, bonds, l:", "alpha/s = 1,", "frozen")
    assert frozen.value == 0.5 and frozen.verdict == "agrees"
    assert one(found, "gap up to which").verdict == "farther"
    assert all(claim.id for claim in found.values())


def test_another_critical_length_is_noticed(script, parameters, rows):
    wrong = rows.assign(threshold=[1.01 * np.asarray(each) for each in rows["threshold"]])
    claim = one(said(script, wrong, parameters), "middle, bonds, l:", "grow for ever")
    assert claim.verdict == "off" and claim.value == pytest.approx(1.01, abs=1e-3)
    # A seed that needs a longer one to start with is named.
    some = rows.copy()
    place = some.index[(some["case"] == "end, bonds, l") & (some["order"] == 3)][0]
    some.at[place, "threshold"] = np.array([0.3, 0.3])
    claim = one(said(script, some, parameters), "end, bonds, l:", "grow for ever")
    assert claim.verdict == "less: k = 3 (0.3)"


def test_a_wrong_collar_is_counted(script, parameters, rows):
    wrong = rows.copy()
    for column in ("collar", "frozen", "steps"):
        values = wrong.at[0, column].copy()
        values[-1] += 1
        wrong.at[0, column] = values
    found = said(script, wrong, parameters)
    assert one(found, "middle, bonds, l:", "collars that").verdict == "1 differ"
    assert one(found, "middle, bonds, l:", "frozen at k that").verdict == "1 differ"
    border = [np.asarray(each) + 0.1 for each in rows["border"]]
    found = said(script, rows.assign(border=border), parameters)
    assert "not so" in one(found, "middle, bonds, l:", "log G").verdict


def test_a_control_that_diverges_is_noticed(script, parameters, rows):
    found = said(script, rows.assign(frozen=rows["collar"]), parameters)
    assert one(found, "middle, bonds, l:", "alpha/s = 1,", "frozen").verdict == "off"
    later = one(found, "middle, bonds, l:", "forms later, k = 1,")
    assert later.value == 0
    swapped = rows.assign(collar=rows["frozen"], reach_cores=rows["reach"])
    found = said(script, swapped, parameters)
    assert one(found, "middle, bonds, l:", "alpha/s = 1,", "grown").verdict == "off"
    assert one(found, "gap up to which").verdict == "not farther"
