"""The lists of all claims of a paper, and what the page of results says of each."""

import papers
import pytest
import render
from scripts import ROOT

from bathlab.workbench import Claim

LISTS = sorted((ROOT / "docs/claims").glob("*.toml"))
#: A list with a claim that is measured, one of a test, one that is left out, and one that is
#: open.
TEXT = """
title = "All of it"
size = "L"
text = "Words."

[[claims]]
id = "X1"
where = "eq. (1)"
claim = "p_x|y ~ x^*"
decides = true
ambiguous = "no window"
{show}

[[claims]]
id = "X2"
where = "section I"
claim = "a sum"
tests = ["tests/workbench/test_papers.py::{test}"]

[[claims]]
id = "X3"
where = "section I"
claim = "as before"
why = "literature only"

[[claims]]
id = "{last}"
where = "section II"
claim = "the rest"
"""


def paper(tmp_path, show="", test="test_a_list_is_there", last="X4"):
    path = tmp_path / "list.toml"
    path.write_text(TEXT.format(show=show, test=test, last=last), encoding="utf-8")
    return papers.Paper.read(path)


def measured(words, value, id="X1", **more):
    said = {"paper": "0.4", "value": value, "error": 0.01, "N": 9, "verdict": "agrees"}
    return Claim(words, id=id, **(said | more))


def test_a_list_is_there():
    assert LISTS


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_has_no_gap_and_its_tests_are_there(path):
    assert papers.Paper.read(path).lost_tests() == []


def test_a_row_says_what_was_measured_tested_or_why_not(tmp_path):
    mine = paper(tmp_path)
    found = papers.collected([mine], {"figures/a": [measured("L = 8: slope", 0.39)]})
    lines = mine.section(found).splitlines()
    rows = [line for line in lines if line.startswith("|")][2:]
    assert rows == [
        r"| **[X1](#x1)** | **p_x\|y ~ x^\*** *(no window)* | eq. (1) "
        "| L = 8: slope: 0.390 ± 0.010; paper 0.4; agrees; N = 9 |",
        "| X2 | a sum | section I "
        "| [test](../../tests/workbench/test_papers.py): a list is there |",
        "| X3 | as before | section I | not tested: literature only |",
        "| X4 | the rest | section II | **not yet** |",
    ]
    assert "## X1" in lines and "## X2" not in lines
    assert "1 measured, 1 shown by tests alone, 1 left out with a reason, 1 not yet" in (
        mine.key(found)
    )
    assert [entry.id for entry in mine.missing(found)] == ["X4"]
    assert list(papers.problems([mine], found)) == [
        "All of it: 1 of 4 claims have no record, test or reason:",
        "  X4   the rest",
    ]


def test_nothing_is_open_once_each_has_something(tmp_path):
    mine = paper(tmp_path)
    found = papers.collected([mine], {"figures/a": [measured("slope", 0.39, "X1 X4")]})
    assert list(papers.problems([mine], found)) == []


def test_the_first_run_of_a_study_counts_as_far_as_it_has_the_id(tmp_path):
    runs = {
        "figures/paper/a": [measured("large", 0.39), measured("larger", 0.4)],
        "figures/a": [measured("small", 0.3), measured("alone", 0.3, "X4")],
        "figures/b": [measured("other", 0.41)],
    }
    found = papers.collected([paper(tmp_path)], runs)
    said = {id: [claim.claim for _, claim in each] for id, each in found.items()}
    assert said == {"X1": ["large", "larger", "other"], "X4": ["alone"]}


def test_a_list_points_at_claims_of_records_that_name_no_id(tmp_path):
    pointer = 'measured = [{ study = "a", words = "slope" }]'
    runs = {
        "figures/paper/a": [measured("slope", 0.39, ""), measured("limit", 0.4, "")],
        "figures/a": [measured("slope of more", 0.3, ""), measured("slope, named", 0.3)],
        "figures/b": [measured("slope", 0.41, "")],
    }
    mine = paper(tmp_path, pointer)
    found = papers.collected([mine], runs)
    assert [(figure, claim.claim) for figure, claim in found["X1"]] == [
        ("figures/a", "slope, named"),
        ("figures/paper/a", "slope"),
    ]
    del runs["figures/paper/a"]  # what is named and pointed at is there once
    said = [claim.claim for _, claim in papers.collected([mine], runs)["X1"]]
    assert said == ["slope, named", "slope of more"]
    for words, study in (("slopes", "a"), ("slope", "c")):
        lost = paper(tmp_path, pointer.replace("slope", words).replace('"a"', f'"{study}"'))
        with pytest.raises(
            ValueError, match=rf"No claim of {study} contains any of \['{words}"
        ):
            papers.collected([lost], runs)


def test_every_claim_that_a_list_points_at_is_there():
    found = render.by_id()
    pointing = [
        each for one in render.papers().values() for each in one.entries if each.measured
    ]
    assert pointing and all(found[entry.id] for entry in pointing)


def test_of_many_values_the_table_has_those_of_the_largest_size_or_with_the_words(tmp_path):
    claims = [measured(f"L = {L}: slope", L / 10, verdict="-9.0 sigma") for L in (2, 4)]
    claims.append(measured("L = 4, 8 to 10: slope", 0.2, verdict="-9.0 sigma"))
    claims += [measured("J = 1, L = 10: slope", 0.3, verdict="-"), measured("limit", 0.4)]
    claims.append(measured("L = 6: slope", 0.1, verdict="-"))
    plain, chosen = paper(tmp_path), paper(tmp_path, 'show = ["L = 4:"]')
    found = papers.collected([plain], {"figures/a": claims, "figures/b": claims[:1]})
    shown = papers.here(plain.entries[0], found, "L").split("<br>")
    assert [line.split(":")[0] for line in shown[:4]] == [
        "L = 4, 8 to 10", "J = 1, L = 10", "limit", "L = 2",
    ]  # fmt: skip
    assert shown[4:] == ["[all 7 values](#x1): 1 of 5 agree"]
    assert papers.here(plain.entries[0], found) == shown[4]  # too many, without a size
    assert papers.here(chosen.entries[0], found, "L").startswith("L = 4: slope: 0.400 ±")
    some = paper(tmp_path, 'show = ["slope"]').entries[0]
    assert papers.here(some, found, "L").split("<br>") == [shown[0], shown[1], *shown[3:]]
    assert plain.section(found).count("slope") == 9
    lost = paper(tmp_path, 'show = ["L = 9"]')
    assert papers.here(lost.entries[0], found, "L").split("<br>") == shown
    (*_, problem) = papers.problems([lost], found)
    assert problem == "  nothing measured of X1 has the words show = ('L = 9',)"


def test_a_fit_that_is_no_power_agrees_with_nothing_and_a_probability_may(tmp_path):
    verdicts = ["agrees", "agrees, p = 0.07; false alarm 0.001", "off, p = 1e-05; false alarm"]
    verdicts += ["agrees, not one power", "-2.5 of all errors, not one power", "+7.0 sigma"]
    verdicts += ["-", "+9.0 sigma from 0", "0.24 of the control's"]
    claims = [measured(verdict, 0.4, verdict=verdict) for verdict in verdicts]
    mine = paper(tmp_path)
    found = papers.collected([mine], {"figures/a": claims})
    assert papers.here(mine.entries[0], found, "L") == "[all 9 values](#x1): 2 of 6 agree"


def test_unknown_ids_gaps_and_lost_tests_are_told(tmp_path):
    with pytest.raises(ValueError, match="figures/a has a claim with id = 'X5'; expected one"):
        papers.collected([paper(tmp_path)], {"figures/a": [measured("slope", 1.0, "X1 X5")]})
    with pytest.raises(ValueError, match="list.toml has X5 as claim 4; expected X4"):
        paper(tmp_path, last="X5")
    (problem,) = list(papers.problems([paper(tmp_path, test="test_gone")], {}))[-1:]
    assert problem == "  there is no test tests/workbench/test_papers.py::test_gone"
    for test in ("tests/none.py::test_a", "docs/papers.py::row"):
        assert not papers.is_there(test)
